"""Exercício 3.9: o viés que deixa passar uma parte do gradiente."""

import math


def vies(parte, passos):
    # O gradiente direto é f · f · … · f; a raiz diz que parte cada passo tem de guardar.
    f = parte ** (1 / passos)
    # O inverso da logística: o viés em que ela vale f.
    return math.log(f / (1 - f))
