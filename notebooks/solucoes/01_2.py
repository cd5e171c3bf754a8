"""Exercício 1.2: a vez do discriminador."""

from torch.nn.functional import softplus


def vez_do_discriminador(G, D, otimizador_D, reais, z):
    # Apaga os gradientes que a vez de G deixou em D: backward() soma ao que já existe.
    otimizador_D.zero_grad()
    # detach() corta o caminho de volta: nesta vez, G não aprende.
    gerados = G(z).detach()
    # A perda do exercício 1.1: reais com rótulo 1, gerados com rótulo 0.
    perda = softplus(-D(reais)).mean() + softplus(D(gerados)).mean()
    # backward() calcula o gradiente de cada peso de D; ainda não muda nenhum.
    perda.backward()
    # O otimizador de D só conhece os pesos de D, e só eles mudam.
    otimizador_D.step()
    return perda.item()
