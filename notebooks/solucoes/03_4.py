"""Exercício 3.4: um passo da célula, a partir das equações."""

import torch


def passo(x, h, c, W, U, b):
    def camada(n):  # cada camada com os seus pesos; .T vira a matriz para o produto
        return x @ W[n].T + h @ U[n].T + b[n]  # [lote, entradas] → [lote, unidades]

    g = torch.tanh(camada("g"))  # a principal: o que pode entrar, de −1 a 1
    f, i, o = (torch.sigmoid(camada(n)) for n in "fio")  # as controladoras: de 0 a 1
    c_novo = f * c + i * g  # fica uma parte da memória, entra uma parte do candidato
    h_novo = o * torch.tanh(c_novo)  # uma cópia, espremida e filtrada
    return h_novo, c_novo  # [lote, unidades] cada um
