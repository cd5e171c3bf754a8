"""Exercício 4.5: mesmo conteúdo ou mesmo movimento."""

from helpers.video.motion_gan import Noise


def separar(ruido):
    def repetir(parte):
        return parte[:1].expand_as(parte)  # a linha do primeiro clipe, em todas

    mesmo_conteudo = Noise(repetir(ruido.content), ruido.motion, ruido.steps)
    mesmo_movimento = Noise(ruido.content, repetir(ruido.motion), repetir(ruido.steps))
    return mesmo_conteudo, mesmo_movimento
