"""The one kind of error that the course raises on purpose, and its words in Portuguese."""

# Every message says what happened and what to do. Engines raise a key; the words stand here.
MESSAGES: dict[str, str] = {
    "archive_missing": (
        "Falta o arquivo {file} em {folder}. Ele vem junto com o curso: "
        "recupere-o com  git checkout -- data/MNIST/raw  e execute a célula de novo."),
    "archive_damaged": (
        "O arquivo {file} está danificado: o MD5 esperado é {expected}, o encontrado é {found}. "
        "Recupere o original com  git checkout -- data/MNIST/raw  e execute a célula de novo."),
}


class CourseError(Exception):
    """An expected failure, by key, with the facts of the case.

    key: an entry of MESSAGES; facts: what its text names. `str()` is the text in Portuguese.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(MESSAGES[key].format(**facts))
        self.key, self.facts = key, facts
