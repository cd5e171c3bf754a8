"""Exercício 3.6: que portões estão trocados em cada célula."""

trocados = {
    "A": "io",  # added / g dá o valor de o, e h / squashed, o de i
    "B": "fi",  # kept / c(t−1) dá o valor de i, e added / g, o de f
    "C": "",  # as três divisões dão o próprio portão: está sã
    "D": "fo",  # kept / c(t−1) dá o valor de o, e h / squashed, o de f
}
