"""Exercício 1.4: o melhor discriminador, a partir das duas densidades."""

import torch


def discriminador_otimo(p, q):
    # Das amostras que caem em um ponto, a parte real é p / (p + q).
    # Onde nenhuma cai, a divisão daria 0/0: ali fica combinado 0,5.
    return torch.where(p + q > 0, p / (p + q), 0.5)  # a forma de p
