"""Exercício 1.5: a divergência de Jensen–Shannon, em nats."""

import torch


def divergencia_js(p, q):
    m = (p + q) / 2  # [k]: a mistura, meio a meio
    # xlogy(a, b) é a·log b, e vale 0 onde a é 0. KL(p‖m) é a soma de p·log p − p·log m.
    de_p = (torch.xlogy(p, p) - torch.xlogy(p, m)).sum()  # um número
    de_q = (torch.xlogy(q, q) - torch.xlogy(q, m)).sum()  # um número
    # A média das duas: 0 se p = q, log 2 se elas não se encontram.
    return (de_p + de_q) / 2
