"""What the course says when something expected goes wrong: shared rooms, warm-up and GANs."""

MESSAGES: dict[str, str] = {
    "archive_missing": (
        "Falta o arquivo {file} em {folder}. Ele vem junto com o curso: "
        "recupere-o com  git checkout -- data/MNIST/raw  e execute a célula de novo."),
    "archive_damaged": (
        "O arquivo {file} está danificado: o MD5 esperado é {expected}, o encontrado é {found}. "
        "Recupere o original com  git checkout -- data/MNIST/raw  e execute a célula de novo."),
    "cannot_unpack": (
        "Não foi possível gravar {file} em {folder}: {reason}. "
        "Libere espaço no disco ou dê permissão de escrita nessa pasta e execute a célula de novo."),
    "pairs_differ": (
        "A perda relativística compara cada ponto real com um ponto gerado, e as duas saídas do "
        "discriminador têm formas diferentes: {first} e {second}. Use lotes do mesmo tamanho."),
    "sigma_out_of_range": (
        "A largura do ruído (sigma) deve ficar entre {low} e {high}; você usou {sigma}."),
    "no_points": "Ainda não há pontos: clique no plano para desenhar pelo menos um.",
    "too_many_points": (
        "Há {count} pontos desenhados e o limite é {most}. Apague alguns e tente de novo."),
    "rate_unclear": (
        "A taxa de aprendizado deve ser um número finito, de 0 em diante; você usou {rate}. "
        "Com 0, a rede fica parada; valores comuns vão de 0,0001 a 0,01."),
    "nobody_plays": (
        "Com k_D = {k_D} e k_G = {k_G}, ninguém joga. Use números inteiros, de 0 em diante, com pelo menos "
        "um deles maior que 0."),
    "no_choice": "Antes de dar o remédio, escolha um diagnóstico e um remédio nas duas listas.",
    "no_units": (
        "Uma camada precisa de pelo menos 1 neurônio; você pediu {units}."),
    "gamma_unclear": (
        "O peso γ da penalidade deve ser um número finito, de 0 em diante; você usou {gamma}. "
        "Com 0, não há penalidade."),
    "points_unclear": (
        "Os pontos devem ser pares (x, y) de números finitos, por exemplo [(0, 1), (0.5, -1)]."),
    "checkpoint_missing": (
        "Falta o arquivo {file} em {folder}. Ele vem junto com o curso: "
        "recupere-o com  git checkout -- data/checkpoints  e execute a célula de novo."),
    "checkpoint_unknown": (
        "O arquivo {file}, em {folder}, não consta em SHA256SUMS, e o curso só abre pesos que conhece. "
        "Recupere os dois com  git checkout -- data/checkpoints  e execute a célula de novo."),
    "checkpoint_damaged": (
        "O arquivo {file} foi alterado ou está incompleto: o SHA-256 esperado começa com {expected}, o "
        "encontrado com {found}. Recupere o original com  git checkout -- data/checkpoints  e execute a "
        "célula de novo."),
    "checkpoint_unreadable": (
        "O arquivo {file} não está no formato safetensors: {reason}. Recupere o original com  "
        "git checkout -- data/checkpoints  e execute a célula de novo."),
    "checkpoint_other": (
        "Os pesos de {file} são de outro modelo: {tensor} tem a forma {found} no arquivo e {expected} na "
        "rede (“—” quer dizer que ali ele não existe). Monte a rede com os mesmos tamanhos, ou carregue os "
        "pesos que são dela. A rede ficou como estava."),
    "not_images": (
        "Um lote de imagens deve ter a forma [N, 1, 28, 28]; o seu tem {shape}. "
        "Confira a última camada, ou use  lote.reshape(-1, 1, 28, 28)  se só faltar a forma."),
    "not_scaled": (
        "Os pixels devem ser números reais entre −1 e 1; os seus são do tipo {kind}. "
        "Para imagens do MNIST, use  as_images(imagens)."),
    "not_noise": (
        "O gerador espera z com a forma [N, {latent}]; o seu tem {shape}."),
    "not_labels": (
        "São {count} imagens: dê um dígito inteiro, de 0 a 9, para cada uma. Você deu {found}."),
    "labels_missing": (
        "Este modelo é condicional: diga também qual dígito cada imagem deve ser."),
    "labels_unwanted": (
        "Este modelo não é condicional: ele não aceita pedidos de dígito. Carregue o condicional."),
    "budget_unclear": (
        "Peça um número de passos inteiro, de 1 em diante, ou um tempo em segundos maior que 0; você pediu "
        "{asked}. O treino ficou como estava."),
    "training_broke": (
        "O treino parou no passo {step}: {what} deixou de ser um número finito. O último estado bom, do "
        "passo {good}, foi mantido. Tente uma taxa de aprendizado menor, um γ diferente ou outra semente."),
    "grid_unclear": (
        "A entrada e o kernel devem ser quadrados de números finitos, por exemplo ((0, 1), (2, 3))."),
    "stride_unclear": (
        "O passo (stride) s deve ser um número inteiro, de 1 em diante; você usou {stride}."),
    "padding_unclear": (
        "O padding p deve ser um número inteiro, de 0 em diante; você usou {padding}."),
    "nothing_left": (
        "Não sobra imagem: a tela tem {canvas} de lado, e cortar p = {padding} de cada borda deixaria "
        "{size}. Diminua p, ou aumente k ou s. O painel ficou como estava."),
    "block_out": "Uma camada linear dá de {low} a {high} números; você pediu {found}.",
    "block_channels": "Um mapa tem de {low} a {high} canais; você pediu {found}.",
    "block_side": "O lado de um mapa vai de {low} a {high} pixels; você pediu {found}.",
    "block_kernel": "O lado do kernel vai de {low} a {high}; você pediu {found}.",
    "block_stride": "O passo (stride) vai de {low} a {high}; você pediu {found}.",
    "block_padding": "O padding vai de {low} a {high}; você pediu {found}.",
    "linear_wants_vector": (
        "Bloco {number}: a camada linear espera um vetor, e chega um mapa {came}. Ponha um bloco "
        "“achatar” antes dela."),
    "reshape_wants_vector": (
        "Bloco {number}: só um vetor vira mapa, e já chega um mapa, {came}. Remova este bloco ou ponha "
        "“achatar” antes dele."),
    "reshape_numbers": (
        "Bloco {number}: o mapa {wanted} precisa de {count} números, e recebe {came}. Mude os canais, o "
        "lado ou o bloco de antes."),
    "flatten_wants_map": (
        "Bloco {number}: não há o que achatar, pois o que chega já é um vetor de {came} números. Remova "
        "este bloco."),
    "conv_wants_map": (
        "Bloco {number}: a convolução espera um mapa canais×lado×lado, e chega um vetor de {came} números. "
        "Ponha um bloco “vetor → mapa” antes dela."),
    "conv_nothing_left": (
        "Bloco {number}: um mapa de lado {side} com kernel {kernel} e padding {padding} não deixa nenhum "
        "pixel na saída. Mude o kernel ou o padding."),
    "conv_side": (
        "Bloco {number}: o mapa ficaria com lado {side}, e este painel vai até {most}. Use um stride menor "
        "ou menos blocos que ampliam."),
    "stack_empty": "A rede está vazia: o que entra sai igual. Ponha o primeiro bloco.",
    "pair_misfit": (
        "Para treinar, o gerador e o discriminador precisam se encaixar. Conserte antes o que está "
        "marcado com ✗."),
    "stack_no_image": (
        "Todos os blocos se encaixam, mas saem {found}, e uma imagem do MNIST é 1×28×28. Confira o lado e "
        "os canais, de trás para a frente."),
    "stack_no_score": (
        "Todos os blocos se encaixam, mas saem {found}, e o discriminador deve dar um número só. Termine "
        "com “achatar” e linear(1)."),
    "stack_latent": "z tem de {low} a {high} dimensões neste painel; você pediu {found}.",
    "stack_long": "Este painel aceita até {most} blocos por rede. Remova um antes de pôr outro.",
    "stack_large_params": (
        "Até o bloco {number}, a rede teria {found} parâmetros; este painel vai até {most}, para treinar "
        "em segundos. A rede ficou como estava."),
    "stack_large_flops": (
        "Até o bloco {number}, a rede faria {found} FLOPs por imagem; este painel vai até {most}, para "
        "treinar em segundos. A rede ficou como estava."),
    "stack_large_numbers": (
        "O mapa depois do bloco {number} teria {found} números; este painel vai até {most}, para treinar "
        "em segundos. A rede ficou como estava."),
    "fork_still": (
        "No passo {step}, a taxa do treino original já tinha chegado a 0: com “a deste ponto”, nada se "
        "moveria. Escolha “a inicial” em Taxa, ou parta de um ponto anterior."),
    "blind_unfinished": (
        "Faltam respostas: você julgou {given} de {count} imagens. O resultado só aparece no fim, para que o "
        "teste continue às cegas."),
    "blind_over": (
        "Este teste já terminou e o resultado está na tela. Aperte “Novo teste” para julgar outras imagens."),
    "no_point": (
        "A linha do tempo não tem nenhum ponto no passo {step} ou antes dele. O treino ficou onde estava."),
    "nothing_to_undo": "Não há o que desfazer.",
}
