"""Exercício 4.7: o que faltou no treino de cada gerador."""

faltou = {
    "A": "crítico de quadro",  # entropia 0: um dígito só, em todos os clipes
    "B": "nada",  # cosseno, velocidade e entropia, tudo perto dos reais
    "C": "crítico de sequência",  # bom cosseno, mas quase não anda
    "D": "memória",  # cosseno negativo: cada passo desfaz o anterior
}
