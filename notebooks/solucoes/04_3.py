"""Exercício 4.3: o cosseno de direção de um caminho."""


def cosseno(lugares):
    v = lugares.diff(dim=0)  # [T, 2] → [T − 1, 2]: velocidades
    antes, depois = v[:-1], v[1:]  # pares vizinhos, [T − 2, 2] cada
    tamanhos = antes.norm(dim=1) * depois.norm(dim=1)  # [T − 2]
    escalar = (antes * depois).sum(1)
    andou = tamanhos > 0  # parado não tem direção
    return (escalar[andou] / tamanhos[andou]).mean()
