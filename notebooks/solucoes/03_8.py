"""Exercício 3.8: as linhas de cada camada nas matrizes do PyTorch."""


def repartir(pesos):
    # Quatro blocos de linhas, na ordem do PyTorch.
    i, f, g, o = pesos.chunk(4)  # [4·H, …] → quatro de [H, …]
    return {"g": g, "f": f, "i": i, "o": o}
