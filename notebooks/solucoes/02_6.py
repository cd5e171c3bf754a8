"""Exercício 2.6: o gerador decorou as imagens de treino?"""

import torch


def decorou(geradas, treino, teste):
    # Todas contra todas, cada imagem como uma linha de 784 pixels; de cada linha, o vizinho mais próximo.
    das_geradas = torch.cdist(geradas.flatten(1), treino.flatten(1)).min(1).values  # [N, treino] → [N]
    # A referência: imagens reais que o gerador nunca viu também têm vizinhos no treino.
    do_teste = torch.cdist(teste.flatten(1), treino.flatten(1)).min(1).values  # [M, treino] → [M]
    razao = das_geradas.median() / do_teste.median()  # perto de 1: tão longe quanto um dígito novo
    return razao, razao < 0.5
