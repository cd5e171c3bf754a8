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
}


class CourseError(Exception):
    """An expected failure, by key, with the facts of the case.

    key: an entry of MESSAGES; facts: what its text names. `str()` is the text in Portuguese.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(MESSAGES[key].format(**facts))
        self.key, self.facts = key, facts
