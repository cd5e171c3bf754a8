"""The check behind an exercise: from the learner's function to a friendly answer, never a traceback."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from helpers.exercises.answer import SOLUTION, Answer, Shown, block, card, fold
from helpers.exercises.running import Attempt, Given, Refused

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "solucoes"
UNKNOWN = "Não encontrei o exercício {number}. Confira o número, escrito como texto, por exemplo \"1.1\"."
UNREADABLE = ("A verificação não conseguiu ler o que sua função fez ({kind}). Compare com o que o enunciado "
              "pede que ela devolva.")
SOLUTION_OF = "Solução do exercício {number}"


@dataclass(frozen=True)
class Check:
    """One exercise: judge(function) returns praise, or raises Refused; start: what an untouched cell hears.

    arguments: the names in the function's `def`, none where the answer is a value, which judge gets as
    Given; explain: hints for errors that this exercise expects.
    """

    arguments: tuple[str, ...]
    start: tuple[str, ...]
    judge: Callable[[Attempt], str] | Callable[[Given], str]
    explain: Callable[[BaseException], tuple[str, ...] | None] = lambda error: None


def checar(number: str, answer: Any = ...) -> Answer:
    """Check an exercise: checar("1.1", my_function). Shows a sentence, hints and the solution, folded."""
    check = _find(number)
    if check is None:
        return Answer(str(number), "ainda não", UNKNOWN.format(number=number))
    attempt = None
    try:
        if answer is ... or answer is None:
            raise Refused(*check.start, status="ainda não")
        attempt = Attempt(answer, check.arguments, check.explain) if check.arguments else Given(answer)
        with torch.enable_grad():    # a notebook may have left gradients off
            status, sentence, more = "certo", check.judge(attempt), ()
    except Refused as found:
        status, sentence, more = found.status, found.hint, found.more
    except Exception as error:    # a value so odd that a check cannot even measure it
        status, sentence, more = "quase", UNREADABLE.format(kind=type(error).__name__), ()
    return Answer(number, status, sentence, more, source(number), attempt.printed if attempt else "")


def solucao(number: str) -> Shown:
    """The course's own solution, folded; its file is notebooks/solucoes/01_1.py for exercise 1.1."""
    if _find(number) is None:
        return Answer(str(number), "ainda não", UNKNOWN.format(number=number))
    title = SOLUTION_OF.format(number=number)
    return Shown(title, card(title, "medida", fold(SOLUTION, block(source(number)))))


def source(number: str) -> str:
    """The text of a solution file."""
    lesson, exercise = number.split(".")
    return (FOLDER / f"{int(lesson):02}_{exercise}.py").read_text("utf-8").strip()


def _find(number: Any) -> Check | None:
    lesson = str(number).partition(".")[0]
    if not (isinstance(number, str) and lesson.isdecimal()):
        return None
    name = f"helpers.exercises.lesson{int(lesson):02}"
    if find_spec(name) is None:
        return None
    return getattr(import_module(name), "CHECKS", {}).get(number)
