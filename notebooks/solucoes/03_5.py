"""Exercício 3.5: vieses que fazem da célula um cofre."""

vieses = {
    "f": 10.0,  # σ(10) = 0,99995: em 100 passos, sobra 0,9955 da memória
    "i": -10.0,  # σ(−10) = 0,00005: 100 entradas juntas somam menos de 0,005
    "o": -10.0,  # aqui até −5 bastaria: os passos não se somam
}
