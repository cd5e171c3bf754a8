"""Desafios dos portões: set one unit's gates by hand, be examined, then let Adam try the same."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from helpers.errors import CourseError
from helpers.lstm.cell import LAYERS
from helpers.lstm.challenge_attempt import EVERY, SEEDS, STARTS, Attempt
from helpers.lstm.challenge_exam import Grade
from helpers.lstm.challenges import Knobs, edited, with_row
from helpers.lstm.panels import challenge_scenes as scenes
from helpers.lstm.panels.challenge_controls import COARSE, Controls, kept_cell
from helpers.lstm.panels.challenge_scenes import Place
from helpers.ui.fields import typed
from helpers.ui.panel import Panel, guarded

KEPT = 300                 # changes of weights that can be undone
TICK = 2 * EVERY           # steps of Adam between two pictures


class GateChallenges(Panel):
    """A Place, the places before each change of weights, the grades, and Adam's attempts."""

    title = "Desafios dos portões"

    def __init__(self, challenge: str = "memory", view: str = "gates") -> None:
        """challenge: a key of CHALLENGES; view: gates, numbers or adam."""
        self.place = Place(challenge, view)
        self.past: list[tuple[Place, str]] = []    # each with the control that led away from it
        self.grades: dict[tuple[str, Knobs], Grade] = {}
        self.attempts: dict[tuple[str, str, int], Attempt] = {}
        self.controls = Controls(self.place)
        self.buttons = self.controls.buttons
        super().__init__(self.controls.above, [*self.buttons.values()])
        self.controls.observe(self._changed)
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._press(key))

    @property
    def grade(self) -> Grade | None:
        """The last result of these very weights."""
        return self.grades.get((self.place.challenge, self.place.mine))

    @property
    def attempt(self) -> Attempt:
        """Adam's attempt from the seed and start that are chosen."""
        key = (self.place.challenge, self.place.start, self.place.seed)
        if key not in self.attempts:
            self.attempts[key] = Attempt(scenes.exam(key[0], 0), key[2], key[1])
        return self.attempts[key]

    def draw(self) -> str:
        place = self.place
        if place.view == "adam":
            other = next(start for start in STARTS if start != place.start)
            self.scene = scenes.adam(place, self.attempt, self._row(place.start), self._row(other))
        else:
            solved = {key for (key, _), grade in self.grades.items() if grade.diagnosis is None}
            self.scene = scenes.by_hand(place, self.grade, len(solved))
        return self.scene.drawing

    def sentence(self) -> str:
        return self.scene.sentence

    def remember(self) -> Any:
        steps = {key: attempt.steps for key, attempt in self.attempts.items()}
        return self.place, [*self.past], {**self.grades}, {**self.attempts}, steps

    def restore(self, state: Any) -> None:
        self.place, self.past, self.grades, self.attempts, steps = state
        for key, attempt in self.attempts.items():
            attempt.goto(steps[key])

    def follow(self) -> None:
        self.controls.follow(self.place, self.stage.playing)

    def on_key(self, key: str) -> None:
        if self.place.view != "adam" and key == "play":
            self._act("check")
        elif self.place.view != "adam":
            at = self.place.at + (1 if key == "step" else -1)
            self.place = replace(self.place, said="step", at=min(max(at, 0), self.place.job.task.steps - 1))
        else:
            self._act(key)

    def on_tick(self) -> None:
        if self.attempt.over:
            self._next_seed()
        self.attempt.advance(TICK)
        if self.attempt.over and all(some and some.over for some in self._row(self.place.start)):
            self.stage.playing = False

    def on_click(self, x: float, y: float) -> None:
        place = self.place
        if place.view == "adam":
            seed = scenes.curves.seed_at(x, y)
            if seed is not None and seed < SEEDS:
                self.stage.playing = False
                self._go(seed=seed)
            return
        cell, at = place.grid.hit(x, y), scenes.figures.step_at(x, place.job.task.steps)
        if cell is not None:
            self.place = replace(place, view="numbers", cell=cell)
        elif at is not None:
            self.place = replace(place, at=at, said="step")

    def _act(self, key: str) -> None:
        self.stage.playing = key == "play" and not self.stage.playing
        actions: dict[str, Callable[[], None]] = {
            "check": self._check, "hint": self._hint, "undo": self._undo,
            "clear": lambda: self._set(self.place.job.nothing),
            "example": lambda: self._go(example=self.place.example + 1, said="step"),
            "reset": lambda: self.attempt.goto(0), "back": lambda: self.attempt.back(),
            "step": lambda: self.attempt.advance(EVERY)}
        if key in actions:
            actions[key]()
        elif self.stage.playing and self.attempt.over:
            self._next_seed()

    def _check(self) -> None:
        number = self.place.exams + 1
        grade = scenes.exam(self.place.challenge, number).grade(self.place.mine)
        self.grades[self.place.challenge, self.place.mine] = grade
        self._go(exams=number, said="verdict", hints=0)

    def _hint(self) -> None:
        if self.grade is None:
            self._check()    # whose verdict is a hint already
        else:
            self._go(said="hint", hints=self.place.hints % scenes.HINTS + 1)

    def _undo(self) -> None:
        if not self.past:
            raise CourseError("nothing_to_undo")
        before, now = self.past.pop()[0], self.place
        self.place = replace(before, exams=now.exams, seed=now.seed, start=now.start, said="step")

    def _next_seed(self) -> None:
        """Go to the first seed that is not at its end."""
        row = self._row(self.place.start)
        seed = next((seed for seed, some in enumerate(row) if not (some and some.over)), None)
        if seed is None:
            raise CourseError("attempts_over", seeds=SEEDS)
        self._go(seed=seed)

    def _row(self, start: str) -> list[Attempt | None]:
        """The attempts of this challenge from one start, by seed; None where it has not begun."""
        return [self.attempts.get((self.place.challenge, start, seed)) for seed in range(SEEDS)]

    def _go(self, **changes: Any) -> None:
        self.place = replace(self.place, **changes)

    def _set(self, knobs: Knobs, control: str = "") -> None:
        """Set the weights; what one control does in a row is undone at once."""
        if knobs == self.place.mine:
            return
        if not (control and self.past and self.past[-1][1] == control):
            self.past = [*self.past, (self.place, control)][-KEPT:]
        self.place = self.place.with_mine(knobs)

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    @guarded
    def _changed(self, name: str, value: Any) -> None:
        self.stage.playing = False
        place = self.place
        if name == "challenge":
            other = replace(place, challenge=value, said="step", hints=0)
            steps = other.job.task.steps
            self.place = replace(other, cell=kept_cell(place.cell, other.mine), at=min(place.at, steps - 1))
        elif name in LAYERS:
            if value is not None:    # 'numbers of one's own' are set elsewhere
                self._set(with_row(place.mine, name, place.job.row(value)))
        elif name in ("coarse", "number"):
            weight = COARSE[value] if name == "coarse" else typed(value)
            row, column = place.cell
            control = f"{place.challenge} {place.cell}" if name == "coarse" else ""
            self._set(edited(place.mine, LAYERS[row], column, weight), control)
        else:
            self._go(**{name: value})
