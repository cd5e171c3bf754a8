"""The bench on which gates are broken: what is shown, which trainings there are, what was measured so far."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import torch

from helpers.errors import CourseError
from helpers.lstm.ablation import KINDS, ROWS, SEEDS, STEPS, Answer, Run, answer, error, exam, kinds, sweep
from helpers.lstm.cell import GATES
from helpers.lstm.tasks import ERASE, WRITE
from helpers.lstm.trained import register_net
from helpers.snapshots import snapshot

LEAST = (0.0, 0.0, 0.0, 0.4, 0.4)     # of |y| in an example, by kind of step
GRID = torch.linspace(0, 1, 21)    # held values of the curve


@dataclass(frozen=True)
class Choice:
    """What is shown: a row of the table, the value at which its gate is held, a seed, an example's number.

    fresh: the net that was trained with the gate at 1; otherwise the whole LSTM with the gate held now.
    """

    row: str = "whole"
    value: float = 1.0
    fresh: bool = False
    seed: int = 0
    example: int = 0

    @property
    def cut(self) -> str | None:
        """The gate that is held in the trained cell, None where it is whole or another net is shown."""
        return self.row if self.row in GATES and not self.fresh else None

    @property
    def trains(self) -> tuple[str, int]:
        """The training whose net is shown."""
        return ("whole" if self.cut else self.row), self.seed


class Worst(NamedTuple):
    """The example's step of largest error, from 0; kind: of KINDS; since: of the last write or erase."""

    step: int
    kind: str
    wanted: float
    given: float
    since: int | None

    @property
    def gap(self) -> float:
        return abs(self.given - self.wanted)


class Bench:
    """All trainings as far as they have come, and the errors with a gate at 1, by (gate, seed)."""

    def __init__(self) -> None:
        self.runs = {("whole", 0): shipped()}
        self.cuts: dict[tuple[str, int], float] = {}
        self.choice = Choice()
        self._curves: dict[tuple[str, int], list[float]] = {}

    @property
    def run(self) -> Run:
        """The training whose net is shown; before its first step, a net as it was drawn."""
        place = self.choice.trains
        if place not in self.runs:
            self.runs[place] = Run(*place)
        return self.runs[place]

    def choose(self, **changes: Any) -> None:
        """Show something else; a gate held at 1 in a whole cell is an entry of the table.

        Raises `seed_unclear`, `hold_range` and `row_unclear` for what cannot be chosen.
        """
        choice = replace(self.choice, **changes)
        if choice.row not in ROWS:
            raise CourseError("row_unclear", row=choice.row)
        if choice.seed not in SEEDS:
            raise CourseError("seed_unclear", seed=choice.seed, most=len(SEEDS) - 1)
        if not 0 <= choice.value <= 1:
            raise CourseError("hold_range", gate=choice.row)
        self.choice = replace(choice, example=choice.example % len(examples()))
        if choice.cut and choice.value == 1 and self._ready():
            self._measure(choice.cut)

    def answer(self) -> Answer:
        """What the shown net answers to the exam, its gate held as chosen."""
        return answer(self.run.net, self.choice.cut, self.choice.value)

    def free(self) -> Answer | None:
        """What the same cell answers with no gate held, where one is."""
        return answer(self.run.net) if self.choice.cut else None

    def curve(self) -> list[float]:
        """The exam's error with the gate held at each value of GRID."""
        place = self.choice.cut, self.choice.seed
        if not self._ready():
            return []
        if place not in self._curves:
            self._curves[place] = sweep(self.run.net, place[0], GRID).tolist()
        return self._curves[place]

    def train(self, steps: int) -> None:
        """Train the shown row on; raises `trained_already` where its plan is done."""
        if self.run.finished:
            raise CourseError("trained_already", seed=self.choice.seed)
        self.run.advance(steps)

    def missing(self) -> tuple[str, int] | None:
        """The first training, seed by seed and row by row, that is not finished."""
        return next(((row, seed) for seed in SEEDS for row in ROWS
                     if not ((run := self.runs.get((row, seed))) and run.finished)), None)

    def measure_all(self) -> None:
        """Hold each gate at 1 in the shown seed's whole cell, which has been trained."""
        for gate in GATES:
            self._measure(gate)

    def seen(self, row: str) -> float | None:
        """The error of a row's training that is under way with the shown seed."""
        run = self.runs.get((row, self.choice.seed))
        return run.curve[-1][1] if run and 0 < run.done < STEPS else None

    def fresh(self, row: str) -> list[float]:
        """The errors of a row's finished trainings, by seed."""
        return [run.curve[-1][1] for (name, _), run in sorted(self.runs.items())
                if name == row and run.finished]

    def held(self, row: str) -> list[float]:
        """The errors of the whole cells with this row's gate at 1, as far as measured, by seed."""
        return [value for (gate, _), value in sorted(self.cuts.items()) if gate == row]

    def state_dict(self) -> dict[str, Any]:
        """Everything, exactly; finished trainings are never written into."""
        return {"choice": self.choice, "cuts": dict(self.cuts), "runs": dict(self.runs),
                "live": {place: snapshot(run.state_dict()) for place, run in self.runs.items()
                         if not run.finished}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        self.choice, self.cuts, self.runs = state["choice"], dict(state["cuts"]), dict(state["runs"])
        for place, live in state["live"].items():
            self.runs[place].load_state_dict(snapshot(live))

    def _ready(self) -> bool:
        return self.run.finished and self.run.row == "whole"

    def _measure(self, gate: str) -> None:
        place = gate, self.choice.seed
        if place not in self.cuts:
            self.cuts[place] = error(answer(self.runs["whole", self.choice.seed].net, gate).y)


@lru_cache
def shipped() -> Run:
    """The whole LSTM's training from seed 0, as it comes with the course: only its two ends."""
    run = Run("whole", 0)
    run.learner.net.load_state_dict(register_net().state_dict())
    run.done = STEPS
    run.curve += ((STEPS, run.error()),)
    return run


@lru_cache
def examples() -> list[int]:
    """The exam's sequences in which every kind of step occurs, and values that one can see are read."""
    place, size = kinds(exam().x), exam().y[..., 0].abs()
    shown = [((place == KINDS.index(kind)) & (size >= least)).any(0)
             for kind, least in zip(KINDS, LEAST, strict=True)]
    return torch.stack(shown).all(0).nonzero()[:, 0].tolist()


def worst(y: torch.Tensor, sequence: int) -> Worst:
    """Find the step of the exam's sequence with the largest error, and what was asked of it there."""
    x, wanted, given = exam().x[:, sequence], exam().y[:, sequence, 0], y[:, sequence, 0]
    step = (given - wanted).abs().argmax().item()
    before = [n for n in range(step + 1) if x[n, WRITE] > 0 or x[n, ERASE] > 0]
    return Worst(step, KINDS[kinds(x[:, None])[step, 0]], wanted[step].item(), given[step].item(),
                 before[-1] if before else None)
