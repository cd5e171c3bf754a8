"""Exercício 2.3: um passo do discriminador, com dígitos."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def passo_de_D(G, D, otimizador_D, reais, z):
    # backward() soma ao que já existe: começa do zero.
    otimizador_D.zero_grad()
    # detach() corta o caminho de volta: para D, as geradas são só imagens.
    geradas = G(z).detach()  # [N, latente] → [N, 1, 28, 28]
    nas_reais, nas_geradas = D(reais), D(geradas)  # [N, 1] cada: logits, sem sigmoide
    # Rótulo 1 para as reais, 0 para as geradas; as duas médias se somam.
    perda = (binary_cross_entropy_with_logits(nas_reais, torch.ones_like(nas_reais))
             + binary_cross_entropy_with_logits(nas_geradas, torch.zeros_like(nas_geradas)))
    perda.backward()
    # Este otimizador só conhece os pesos de D.
    otimizador_D.step()
    return perda.item()
