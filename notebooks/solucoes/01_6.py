"""Exercício 1.6: com que força cada perda puxa um ponto gerado."""

import torch


def pesos_do_gradiente(logits):
    # A derivada de log(1 − σ(a)) em relação ao logit a é −σ(a).
    saturante = torch.sigmoid(logits)  # a forma dos logits
    # A derivada de −log σ(a) é −(1 − σ(a)), e 1 − σ(a) = σ(−a), sem subtrair números quase iguais.
    nao_saturante = torch.sigmoid(-logits)
    return saturante, nao_saturante
