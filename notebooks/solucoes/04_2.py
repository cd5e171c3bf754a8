"""Exercício 4.2: um quadro de um ponto que quica."""

import torch


def andar(lugar, velocidade, parede):
    novo = lugar + velocidade  # [2]: primeiro anda
    baixo, alto = novo < 0, novo > parede  # [2] cada: que eixos passaram
    novo = torch.where(baixo, -novo, novo)  # o espelho em 0
    novo = torch.where(alto, 2 * parede - novo, novo)  # o espelho na parede
    velocidade = torch.where(baixo | alto, -velocidade, velocidade)
    return novo, velocidade
