"""Exercício 3.2: o forget gate, o input gate e a soma."""


def atualizar(c, f, i, g):
    # O que fica da memória, mais o que entra do candidato; * é elemento por elemento.
    return f * c + i * g  # todos de uma só forma: [lote, unidades]
