"""Exercício 4.6: a distância W1 entre velocidades, como parte da velocidade média real."""


def distancia(geradas, reais):
    a = geradas.flatten().sort().values  # [clipes, passos] → uma fila, em ordem
    b = reais.flatten().sort().values
    return (a - b).abs().mean() / reais.mean()  # o n-ésimo com o n-ésimo
