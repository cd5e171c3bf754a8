"""The one kind of error that the course raises on purpose, and its words in Portuguese."""

from helpers.messages import gan, lstm, video

# Every message says what happened and what to do. Engines raise a key; the words stand in helpers/messages/.
MESSAGES: dict[str, str] = gan.MESSAGES | lstm.MESSAGES | video.MESSAGES

# What an engine calls a number, as a learner reads it.
NAMES: dict[str, str] = {
    "loss_D": "a perda de D", "loss_G": "a perda de G", "real_score": "a nota das imagens reais",
    "fake_score": "a nota das imagens geradas", "penalised_D": "a perda de D com a penalidade",
    "weights": "um dos pesos",
}


class CourseError(Exception):
    """An expected failure, by key, with the facts of the case.

    key: an entry of MESSAGES; facts: what its text names. `str()` is the text in Portuguese.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(MESSAGES[key].format(**facts))
        self.key, self.facts = key, facts
