"""Exercício 4.4: o laço do gerador de movimento."""

import torch


def desenrolar(gerador, partida, ruidos):
    m, estado = gerador.first(partida)  # m(1), [N, 2], e a memória do começo
    caminho = [m]
    for e in ruidos.unbind(1):  # T − 1 vezes e(t), [N, 2]
        m, estado = gerador.next(m, e, estado)  # os dois voltam na próxima volta
        caminho.append(m)
    return torch.stack(caminho, 1)  # T de [N, 2] → [N, T, 2]
