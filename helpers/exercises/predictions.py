"""Predictions: what the learner expects, kept until a measurement stands beside it."""

from dataclasses import dataclass
from typing import Any

from helpers.exercises.answer import Shown, card, fold, paragraph, plain
from helpers.exercises.choice import Choice, lettered, static, with_static
from helpers.ui.style import num

TITLE, BESIDE = "Sua previsão", "Previsão e medida"
NOTED = "Anotado: {answer}. Você pode mudar de ideia até medir."
NOT_A_NUMBER = "Escreva um número, por exemplo 0,5."
ASK, OPEN = "Anote sua previsão e execute esta célula de novo. Ou abra a medida:", "Ver a medida"
UNANSWERED = "Você ainda não anotou sua previsão. A medida: {measured}."
PREDICTED = "Você previu {answer}. A medida: {measured}."
CONFIRMED = "Sua previsão se confirmou."
DIVERGED = ("A medida dá razão a {right}. Volte ao que você acabou de ver: onde a sua ideia e a medida "
            "se separam?")
RIGHT = "A medida dá razão a {right}."
NEAR, FAR = "Chegou perto: a diferença é {gap}.", "A diferença é {gap}."
LIMIT = 1e12    # of a number that can be a prediction


@dataclass
class Note:
    """A question that was asked, and the answer so far: the place of an option, or a number."""

    question: str
    options: tuple[str, ...]
    answer: int | float | None = None

    def words(self) -> str:
        """The answer as the learner reads it."""
        return _quoted(self.options[self.answer]) if self.options else _number(self.answer, 6)


_notes: dict[str, Note] = {}


class Previsao(Choice):
    """The widget of one prediction; it writes into the notes under its key."""

    def __init__(self, key: str, question: str, options: list[str] | None = None) -> None:
        super().__init__(question=question, options=list(options or []))
        self.key = key
        self.add_class("curso-painel")
        old = _notes.get(key)
        if old is None or (old.question, old.options) != (question, tuple(self.options)):
            _notes[key] = Note(question, tuple(self.options))
        elif old.answer is not None:    # the cell runs again: the answer stays
            self.choice = old.answer if self.options else -1
            self.text = "" if self.options else _number(old.answer, 6)
            self._noted()
        self.observe(self._choose, "choice")
        self.observe(self._type, "text")

    def _choose(self, change: dict[str, Any]) -> None:
        if 0 <= change["new"] < len(self.options):
            _notes[self.key].answer = change["new"]
            self._noted()

    def _type(self, change: dict[str, Any]) -> None:
        try:
            value = float(change["new"].strip().replace("−", "-").replace(",", "."))
        except ValueError:
            value = float("nan")
        if abs(value) < LIMIT:    # not so for nan
            _notes[self.key].answer = value
            self._noted()
        else:
            _notes[self.key].answer = None
            self.say(NOT_A_NUMBER, "quase")

    def _noted(self) -> None:
        self.say(NOTED.format(answer=_notes[self.key].words()))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        html = static(TITLE, paragraph(self.question), lettered(self.options))
        return with_static(super()._repr_mimebundle_(**kwargs), repr(self), html)

    def __repr__(self) -> str:
        return f"Previsão: {plain(self.question)}"


def previsao(key: str, question: str, options: list[str] | None = None) -> Previsao:
    """Ask for a prediction: options to choose from, or a number where there are none."""
    return Previsao(key, question, options)


def comparar(key: str, medido: Any, certa: int | None = None, *, tolerancia: float | None = None,
             casas: int = 3) -> Shown:
    """Set the learner's prediction beside the measurement.

    medido: a number, a tensor with one number, a bool or words; certa: the place of the option that the
    measurement supports; tolerancia: how near a predicted number must be; casas: decimals that are shown.
    """
    note = _notes.get(key)
    measured = _measure(medido, casas)
    right = _quoted(note.options[certa]) if note and note.options and certa is not None else ""
    if note is None or note.answer is None:
        sentence, after = UNANSWERED.format(measured=measured), RIGHT.format(right=right) if right else ""
    else:
        sentence = PREDICTED.format(answer=note.words(), measured=measured)
        after = _verdict(note, medido, certa, right, tolerancia, casas)
    line = f"{sentence} {after}".strip()
    body = [paragraph(line)]
    if note is None or note.answer is None:    # folded: who reads the saved page has not predicted yet
        body = [paragraph(ASK), fold(OPEN, paragraph(line))]
    return Shown(f"{BESIDE}. {plain(line)}", card(BESIDE, "medida", *body))


def _verdict(note: Note, measured: Any, place: int | None, right: str, near: float | None,
             digits: int) -> str:
    if note.options:
        if place is None:
            return ""
        return CONFIRMED if note.answer == place else DIVERGED.format(right=right)
    gap = abs(float(measured) - note.answer)
    return (NEAR if near is not None and gap <= near else FAR).format(gap=num(gap, digits))


def _measure(value: Any, digits: int) -> str:
    if isinstance(value, str):
        return value
    value = value.item() if hasattr(value, "item") else value
    return {True: "sim", False: "não"}[value] if isinstance(value, bool) else _number(value, digits)


def _number(value: float, digits: int) -> str:
    if isinstance(value, int):
        return str(value).replace("-", "−")
    text = num(value, digits)
    return text.rstrip("0").rstrip(",") if digits == 6 and "," in text and "·" not in text else text


def _quoted(words: str) -> str:
    return f"“{words.rstrip('.')}”"
