"""Exercício 3.1: a memória depois de três passos, à mão."""

memoria = [
    1.6,  # 0,5 · 2 + 1 · 0,6: fica metade, entra tudo
    1.2,  # 1 · 1,6 + 0,5 · (−0,8): fica tudo, entra metade, e o que entra é negativo
    0.3,  # 0,25 · 1,2 + 0 · 0,9: fica um quarto, não entra nada
]
