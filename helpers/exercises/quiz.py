"""The quiz that closes a lesson: a few questions, an explanation for every option, a sentence of score."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import ipywidgets as widgets

from helpers.exercises.answer import card, fold, paragraph, rich
from helpers.exercises.choice import CAPTION, Choice, lettered, with_static
from helpers.ui import style

ANSWERS = "Ver as respostas"
CORRECT, NOT_YET = "Certo. ", "Não é essa. "
NOBODY = "Escolha uma resposta em cada pergunta."
SO_FAR = "Respondidas: {done} de {all}. Certas: {right}."
ALL_RIGHT = "Você acertou as {all} perguntas. Pode seguir."
SOME_RIGHT = "Você acertou {right} de {all}. Leia a explicação {which}."
WHICH_ONE = "da pergunta {places} e escolha outra resposta"
WHICH_MANY = "das perguntas {places} e escolha outras respostas"


@dataclass(frozen=True)
class Option:
    """One possible answer, and why it is right or not."""

    words: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, and two to four options of which one is right."""

    words: str
    options: tuple[Option, ...]


class Quiz(widgets.VBox):
    """The questions one below the other; `score` is (right, answered, all)."""

    def __init__(self, lesson: str, questions: tuple[Question, ...]) -> None:
        self.lesson, self.questions = lesson, questions
        self.cards = [Choice(question=f"{place}. {question.words}",
                             options=[option.words for option in question.options])
                      for place, question in enumerate(questions, 1)]
        self.sentence = widgets.HTML()
        super().__init__([*self.cards, self.sentence])
        self.add_class("curso-painel")
        for card_, question in zip(self.cards, questions, strict=True):
            card_.observe(lambda change, card_=card_, question=question: self._reply(card_, question),
                          "choice")
        self._count()

    @property
    def score(self) -> tuple[int, int, int]:
        """How many are right, how many are answered, how many there are."""
        given = [question.options[card_.choice] for card_, question
                 in zip(self.cards, self.questions, strict=True) if card_.choice >= 0]
        return sum(option.right for option in given), len(given), len(self.questions)

    def _reply(self, card_: Choice, question: Question) -> None:
        if 0 <= card_.choice < len(question.options):
            option = question.options[card_.choice]
            card_.say((CORRECT if option.right else NOT_YET) + option.why,
                      "certo" if option.right else "quase")
        self._count()

    def _count(self) -> None:
        right, done, count = self.score
        wrong = [str(place) for place, (card_, question)
                 in enumerate(zip(self.cards, self.questions, strict=True), 1)
                 if card_.choice >= 0 and not question.options[card_.choice].right]
        if not done:
            self.said = NOBODY
        elif done < count:
            self.said = SO_FAR.format(done=done, all=count, right=right)
        elif right == count:
            self.said = ALL_RIGHT.format(all=count)
        else:
            places = " e ".join([", ".join(wrong[:-1]), wrong[-1]] if wrong[1:] else wrong)
            which = (WHICH_MANY if wrong[1:] else WHICH_ONE).format(places=places)
            self.said = SOME_RIGHT.format(right=right, all=count, which=which)
        self.sentence.value = (f'<p role="status" style="font:bold {style.TEXT}px/1.4 {style.SANS};'
                               f'color:{style.INK};margin:6px 4px">{rich(self.said)}</p>')

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        body = []
        for place, question in enumerate(self.questions, 1):
            body.append(paragraph(f"{place}. {question.words}")
                        + lettered([option.words for option in question.options]))
        whys = "".join(
            paragraph(f"{place}. {question.words}")
            + lettered([(CORRECT if option.right else NOT_YET) + option.why for option in question.options])
            for place, question in enumerate(self.questions, 1))
        html = card(self.title, "ainda não", *body, paragraph(CAPTION), fold(ANSWERS, whys))
        return with_static(super()._repr_mimebundle_(**kwargs), repr(self), html)

    @property
    def title(self) -> str:
        return f"Quiz da aula {self.lesson}"

    def __repr__(self) -> str:
        return f"{self.title}: {len(self.questions)} perguntas"


def quiz(lesson: str) -> Quiz:
    """The quiz of a lesson, such as quiz("01"); its questions stand in lesson01.py beside this file."""
    return Quiz(lesson, import_module(f"helpers.exercises.lesson{lesson}").QUIZ)
