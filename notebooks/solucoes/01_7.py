"""Exercício 1.7: quantos modos o gerador cobre, e que fração das amostras está perto de um modo."""

import torch


def modos_cobertos(amostras, modos, sigma):
    perto = torch.cdist(amostras, modos) <= 3 * sigma  # [n, 2] e [k, 2] → [n, k]: sim ou não
    # Um modo está coberto se alguma amostra chega perto dele: um sim na sua coluna basta.
    cobertos = perto.any(0).sum().item()  # [n, k] → [k] → um número
    # Uma amostra é boa se está perto de algum modo: um sim na sua linha basta.
    fracao = perto.any(1).float().mean().item()  # [n, k] → [n] → um número
    return cobertos, fracao
