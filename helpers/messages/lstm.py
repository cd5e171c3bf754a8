"""What the course says when something expected goes wrong with an LSTM."""

MESSAGES: dict[str, str] = {
    "layer_input": (
        "A camada {layer}(t) espera {what} com a forma {wanted}, e chegou {found}. Confira as formas das "
        "entradas e a do estado."),
    "cell_state": (
        "O estado de longo prazo c(t−1) precisa ter a forma {wanted}, e chegou {found}. Confira se h e c são "
        "da mesma célula."),
    "cell_size": (
        "Uma célula precisa de pelo menos 1 entrada e 1 unidade, em números inteiros, e este curso vai até "
        "{most}. Você pediu {inputs} entradas e {hidden} unidades."),
    "cell_weights": (
        "Os pesos não se encaixam (camada {layer}): a forma esperada é {wanted}, e a que chegou é {found}. "
        "Nenhum peso mudou: crie uma célula com os tamanhos certos."),
    "cell_kind": (
        "Esta célula troca pesos com nn.LSTMCell e com nn.LSTM de uma camada e uma direção; chegou {found}."),
    "sequence_length": (
        "Uma sequência tem de 1 a {most} passos de tempo, cada um com as suas entradas; esta tem {found}."),
    "sequence_over": (
        "A sequência acabou: foram {steps} passos de tempo. Aperte Início para recomeçar, ou Voltar."),
    "not_finite": "Todos os números precisam ser finitos. Nada mudou.",
    "number_unclear": "“{text}” não é um número. Escreva, por exemplo, 0,5 ou −2. Nada mudou.",
    "number_range": "O valor precisa ficar entre {low} e {high}; você escreveu {text}. Nada mudou.",
    "hold_range": (
        "Um portão vale de 0 a 1: 0 fecha, 1 deixa passar tudo. O portão {gate} não foi preso nesse valor."),
}
