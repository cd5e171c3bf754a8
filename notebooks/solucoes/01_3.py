"""Exercício 1.3: a vez do gerador."""

from torch.nn.functional import softplus


def vez_do_gerador(G, D, otimizador_G, z):
    # Apaga o que ficou em G de antes: backward() soma ao que já existe.
    otimizador_G.zero_grad()
    # Sem detach(): é por aqui que o gradiente volta até os pesos de G.
    gerados = G(z)
    # A perda não saturante: −log σ(a) é softplus(−a), pequena quando D aceita os gerados.
    perda = softplus(-D(gerados)).mean()
    # O gradiente atravessa D, chega às amostras e segue até os pesos de G.
    perda.backward()
    # D também recebeu gradientes, mas este otimizador só conhece os pesos de G.
    otimizador_G.step()
    return perda.item()
