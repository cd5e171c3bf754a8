"""Exercício 2.5: a distância de Fréchet quando as características não dependem umas das outras."""


def frechet_simples(m1, s1, m2, s2):
    # Por característica: o quadrado da diferença das médias e o da diferença dos desvios.
    parcelas = (m1 - m2) ** 2 + (s1 - s2) ** 2  # [d]
    return parcelas.sum()  # um número: 0 só se médias e desvios forem iguais
