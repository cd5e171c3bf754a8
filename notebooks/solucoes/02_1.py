"""Exercício 2.1: o lado da imagem depois de uma convolução e depois de uma transposta."""


def lados(n, k, s, p):
    # Na imagem com padding, n + 2p, o kernel cabe uma vez, mais um passo para cada s que sobra.
    convolucao = (n + 2 * p - k) // s + 1
    # O último dos n carimbos começa em (n − 1)·s e ocupa k; depois, p sai de cada borda.
    transposta = (n - 1) * s + k - 2 * p
    return convolucao, transposta
