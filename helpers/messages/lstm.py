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
    "script_numbers": (
        "Uma sequência é uma tabela de números, com as mesmas entradas em todos os passos, por exemplo "
        "[[1.0], [0.0]]: dois passos de uma entrada."),
    "script_kind": (
        "A célula usa {cell}, e a sequência chegou em {found}. Deixe as duas iguais, por exemplo com "
        "`.float()`."),
    "script_shape": (
        "O que você preparou para {what} tem a forma {found}; a esperada é {wanted}. Nada mudou."),
    "sequence_over": (
        "A sequência acabou: foram {steps} passos de tempo. Aperte Início para recomeçar, ou Voltar."),
    "not_finite": "Todos os números precisam ser finitos. Nada mudou.",
    "number_unclear": "“{text}” não é um número. Escreva, por exemplo, 0,5 ou −2. Nada mudou.",
    "number_range": "O valor precisa ficar entre {low} e {high}; você escreveu {text}. Nada mudou.",
    "reach_kind": "O alcance do gradiente é medido em nn.LSTM e nn.RNN de uma camada; chegou {found}.",
    "no_seeds": "Para treinar, escolha pelo menos uma semente.",
    "bias_range": "O viés do forget gate fica aqui entre {low} e {high}. Nada mudou.",
    "reach_units": "Aqui as redes têm {sizes} unidades; chegou {found}.",
    "weight_range": "Neste painel, um peso vai de −{most} a {most}. Nada mudou.",
    "hold_range": (
        "Um portão vale de 0 a 1: 0 fecha, 1 deixa passar tudo. O portão {gate} não foi preso nesse valor."),
    "one_sequence": (
        "Este painel mostra uma sequência de cada vez, com a forma [passos, entradas]; chegou {found}."),
    "unroll_size": (
        "Este painel desenha até {most_inputs} entradas, {most_units} unidades e {most_steps} passos; "
        "chegaram {inputs} entradas, {units} unidades e {steps} passos. Escolha uma célula ou uma sequência "
        "menor."),
    "row_unclear": "A tabela não tem a linha {row}. Nada mudou.",
    "seed_unclear": "As sementes deste painel vão de 0 a {most}; chegou {seed}. Nada mudou.",
    "trained_already": (
        "Esta linha já treinou até o fim com a semente {seed}: o erro está na tabela. Escolha outra linha, "
        "ou aperte Próxima semente."),
    "trained_all": "A tabela está cheia: todas as linhas treinaram com as {seeds} sementes.",
    "cell_panel": (
        "“A célula por dentro” mostra de 1 a {most} unidades, de 1 a {most} entradas e uma sequência só. "
        "A célula tem {hidden} unidades e {inputs} entradas; a sequência tem a forma {shape}."),
    "cell_panel_closed": (
        "O painel “A célula por dentro” que este abria já não está na página, porque a célula dele foi "
        "executada de novo. Execute também a célula deste painel."),
    "cell_panel_other": (
        "Unroll espera o painel “A célula por dentro”, por exemplo Unroll(celula), com celula = CellPanel(), "
        "ou nada; chegou algo do tipo {found}."),
    "no_such_step": "A sequência tem os passos de tempo 1 a {steps}; o passo {t} não existe.",
    "choice_unknown": "“{found}” não existe neste painel. Escolha um destes: {known}.",
    "attempts_over": (
        "Com esta partida, o Adam já treinou as {seeds} sementes até o fim. Escolha outra Partida, ou aperte "
        "Início para treinar esta semente de novo."),
    "counter_full": (
        "Já são {most} passos, o máximo deste painel. Volte, desfaça ou escolha outra sequência."),
}
