"""Exercício 2.2: do ruído à imagem, forma por forma."""

import torch


def gerar(z, linear, bn1, sobe1, bn2, sobe2):
    x = linear(z)               # [N, 64] → [N, 3136]
    x = x.view(-1, 64, 7, 7)    # [N, 3136] → [N, 64, 7, 7]: −1 deixa o lote como está
    x = torch.relu(bn1(x))      # [N, 64, 7, 7]: normaliza e só então corta
    x = sobe1(x)                # [N, 64, 7, 7] → [N, 32, 14, 14]
    x = torch.relu(bn2(x))      # [N, 32, 14, 14]
    x = sobe2(x)                # [N, 32, 14, 14] → [N, 1, 28, 28]
    return torch.tanh(x)        # [N, 1, 28, 28]: cada pixel entre −1 e 1
