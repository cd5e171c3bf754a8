"""The one kind of error that the course raises on purpose, and its words in Portuguese."""

# Every message says what happened and what to do. Engines raise a key; the words stand here.
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
        "rede. Monte a rede com os mesmos tamanhos, ou carregue os pesos que são dela. A rede ficou como "
        "estava."),
    "not_images": (
        "Um lote de imagens deve ter a forma [N, 1, 28, 28]; o seu tem {shape}. "
        "Confira a última camada, ou use  lote.reshape(-1, 1, 28, 28)  se só faltar a forma."),
    "not_noise": (
        "O gerador espera z com a forma [N, {latent}]; o seu tem {shape}."),
    "not_labels": (
        "Cada imagem pede um dígito de 0 a 9: {count} números inteiros; você deu {found}."),
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
}


class CourseError(Exception):
    """An expected failure, by key, with the facts of the case.

    key: an entry of MESSAGES; facts: what its text names. `str()` is the text in Portuguese.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(MESSAGES[key].format(**facts))
        self.key, self.facts = key, facts
