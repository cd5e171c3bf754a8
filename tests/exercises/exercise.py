"""What the tests know of an exercise: right answers, wrong ones, and the hint that each should get."""

import runpy
from dataclasses import dataclass
from typing import Any

from helpers.exercises.checks import FOLDER


@dataclass(frozen=True)
class Exercise:
    """untouched: as in the notebook; others: right too; wrong: (key of the hint, function).

    thing: what the learner writes, as the check names it: a function, or a value of some kind.
    """

    number: str
    name: str
    hints: dict[str, tuple[str, str]]
    untouched: Any
    others: tuple[Any, ...]
    wrong: tuple[tuple[str, Any], ...]
    thing: str = "A função"

    @property
    def is_value(self) -> bool:
        return self.thing != "A função"

    @property
    def source(self) -> str:
        lesson, exercise = self.number.split(".")
        return (FOLDER / f"{int(lesson):02}_{exercise}.py").read_text("utf-8")

    @property
    def solution(self) -> Any:
        lesson, exercise = self.number.split(".")
        return runpy.run_path(str(FOLDER / f"{int(lesson):02}_{exercise}.py"))[self.name]


def nothing(*arguments: Any) -> None:
    """Does something, and forgets to return it."""
    sum(argument.numel() for argument in arguments if hasattr(argument, "numel"))
