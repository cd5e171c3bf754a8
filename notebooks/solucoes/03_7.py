"""Exercício 3.7: quantos parâmetros tem uma camada LSTM."""


def contar(entradas, unidades):
    # Cada camada: W (unidades × entradas), U (unidades × unidades) e b (um por unidade).
    equacoes = 4 * unidades * (entradas + unidades + 1)
    # O PyTorch guarda dois vieses por unidade em cada camada, e usa a soma dos dois.
    pytorch = equacoes + 4 * unidades
    return equacoes, pytorch
