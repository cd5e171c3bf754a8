"""Exercício 2.4: as três normalizações que devem sair."""

sobram = {
    "G8",  # antes da tanh: fixa a média e o contraste dos pixels, que cabe a G escolher
    "D1",  # na entrada de D: apaga o brilho e o contraste do lote antes que D os examine
    "D8",  # na nota: a média de qualquer lote, de reais ou de geradas, seria a mesma
}
