"""Exercício 2.7: pedir dígitos e medir quantas vezes o pedido é atendido."""

import torch
from torch.nn.functional import one_hot


def atender(desenhar, classificar, z, digitos):
    # Dez colunas por pedido: 1 na do dígito, 0 nas outras.
    pedido = one_hot(digitos, 10).float()  # [N] → [N, 10]
    imagens = desenhar(torch.cat((z, pedido), 1))  # [N, latente + 10] → [N, 1, 28, 28]
    # O dígito que se vê é o de maior nota em cada linha.
    visto = classificar(imagens).argmax(1)  # [N, 10] → [N]
    return (visto == digitos).float().mean()  # um número, de 0 a 1
