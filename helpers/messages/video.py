"""What the course says when something expected goes wrong with a video."""

MESSAGES: dict[str, str] = {
    "clip_length": (
        "Um clipe tem de 1 a {most} quadros, em número inteiro; você pediu {found}."),
    "clip_size": (
        "Este gerador de clipes desenha 1 ou 2 dígitos em um quadro de {least} a {most} pixels de lado, em "
        "números inteiros; você pediu {digits} dígito(s) em {canvas} pixels."),
    "shape_size": (
        "As formas são desenhadas em um quadro de {least} a {most} pixels de lado, em número inteiro; você "
        "pediu {canvas}."),
    "frames_shape": (
        "Quadros chegam como [clipes, tempo, canais, altura, largura], com altura igual à largura e nenhum "
        "tamanho zero; a forma que chegou é {shape}."),
    "frames_grey": (
        "Este modelo trabalha em tons de cinza, com 1 canal; chegaram {channels}. Para passar de cores a "
        "cinza, use a média dos canais: `quadros.mean(2, keepdim=True)`."),
    "frames_size": (
        "Este modelo lê quadros de {wanted} pixels de lado; chegaram quadros de {found}."),
    "frames_kind": (
        "Os quadros precisam ser um tensor de números reais entre 0 e 1; chegaram como {kind}. Um array do "
        "NumPy vira tensor com `torch.from_numpy(quadros)`; números inteiros de 0 a 255, divida: "
        "`quadros / 255`."),
    "frames_small": (
        "Para ver que dígito é, o classificador precisa de quadros de pelo menos {least} pixels de lado; "
        "estes têm {found}."),
    "frames_finite": (
        "Nestes quadros há pixels que não são números (nan) ou são infinitos. Para saber em que clipes: "
        "`quadros.isfinite().flatten(1).all(1)` diz True para cada clipe inteiro."),
    "frames_signed": (
        "Os quadros vão de 0 (fundo) a 1 (traço); nestes, quase tudo é negativo. Se vieram na escala da "
        "aula 02, de −1 a 1, converta: `(quadros + 1) / 2`."),
    "frames_range": (
        "Os quadros vão de 0 (fundo) a 1 (traço); nestes há valores de até {most:.0f}. Se vieram de 0 a 255, "
        "divida: `quadros / 255`."),
    "first_frames": (
        "Dê um primeiro quadro para todos os clipes ou um para cada clipe; chegaram {found} quadros para "
        "{clips} clipes."),
    "no_critic": (
        "Os críticos são 'sequence' (o de sequência) e 'frame' (o de quadro); não conheço {found}."),
    "no_memory": "Este gerador não tem a memória {found}. As que ele pode ter são: {known}.",
    "too_short": (
        "Para medir movimento são precisos pelo menos 3 quadros: dois fazem uma velocidade, três fazem uma "
        "mudança de velocidade. Estes clipes têm {found}."),
    "no_contestant": "Não conheço o competidor {found}. No placar competem: {known}.",
    "no_stage_point": (
        "A linha do tempo deste modelo tem pontos de 0 a {last}, e −1 é o último; não há o ponto {found}."),
    "no_rival": "Não conheço o modelo {found}. Os que vêm com o curso são: {known}.",
    "rollout_memory": (
        "Este painel mostra uma LSTM por dentro; o gerador deste modelo tem a memória '{found}'. Use um "
        "modelo com LSTM, por exemplo `rival(\"pocket\")`."),
    "rollout_length": (
        "Este painel faz clipes de {least} a {most} quadros, em número inteiro; você pediu {found}."),
    "rollout_over": (
        "O clipe está completo: tem seus {frames} quadros. Aperte Tocar para vê-lo, ou aumente Quadros, até "
        "{most}."),
    "rollout_longest": "O clipe já tem {most} quadros, o máximo deste painel.",
    "rollout_first": (
        "O quadro 1 não passa pela LSTM: m(1), h(1) e c(1) vêm direto do ruído de movimento. Faça o quadro 1 "
        "e abra o passo do quadro 2 em diante."),
    "rollout_other": (
        "FromNoise espera o painel “A célula por dentro” e um VideoModel, por exemplo "
        "FromNoise(CellPanel(), modelo), ou nada; chegou algo do tipo {found}."),
    "plan_over": (
        "O plano de {steps} rodadas acabou, e a taxa chegou a zero: mais rodadas não mudariam nada. Aperte "
        "Nova partida ou, no estágio 2, escolha outro Começo."),
    "no_own_stage": (
        "O seu estágio 1 ainda não treinou nenhuma rodada. Treine-o primeiro, ou comece o estágio 2 com os "
        "códigos do curso."),
    "film_shape": (
        "Um filme é feito de quadros em números reais, [tempo, canais, altura, largura], ou de vários "
        "clipes, [clipes, tempo, canais, altura, largura], com 1 canal (cinza) ou 3 (cores); o que "
        "chegou tem a forma {shape}."),
    "film_count": "`{name}` é um número inteiro de 1 a {most}; você pediu {found}.",
    "film_suffix": "Para salvar, o nome termina em {known}; o seu termina em {found}.",
    "film_folder": (
        "Não consigo escrever na pasta {folder}. Confira se ela existe e se você pode escrever nela."),
    "hold_since": (
        "Os portões podem ser presos do quadro 2 em diante: o quadro 1 não passa pela LSTM. Use um número "
        "inteiro a partir de 2; você pediu {found}."),
    "gates_missing": "Este gerador não tem LSTM, e por isso não tem portões para prender.",
    "leak_real": "Dígitos reais não vêm de um ruído: neles não há o que fazer vazar.",
    "leak_way": (
        "O vazamento vai para 'path' (o caminho) ou 'content' (o conteúdo), de 0 a 1; você pediu {way}, "
        "{share}."),
}
