"""Adam at a challenge: a net of one unit learns it from random weights, and is examined as it goes."""

from helpers.lstm.cell import LSTMCell
from helpers.lstm.challenge_exam import Exam
from helpers.lstm.challenges import Knobs, knobs_of
from helpers.lstm.learning import REGISTER, Learner
from helpers.steps import Walk

PLAN = 1500      # steps of an attempt
EVERY = 25       # steps between two errors of its curve
SEEDS = 5
STARTS = {"plain": {"lr": REGISTER["lr"]}, "small": REGISTER}    # PyTorch's first weights, and the course's


class Attempt:
    """One training from one seed: `curve` has its error on the exam's sequences, by steps done."""

    def __init__(self, exam: Exam, seed: int, start: str) -> None:
        """start: a key of STARTS."""
        self.exam = exam
        self.walk = Walk(Learner(exam.challenge.task, seed=seed, **STARTS[start]))
        self.curve: dict[int, float] = {}
        self._examine()

    @property
    def steps(self) -> int:
        """Steps done."""
        return self.walk.turn + (self.walk.count > 0)

    @property
    def over(self) -> bool:
        return self.steps >= PLAN

    @property
    def error(self) -> float:
        """The error after the steps done."""
        return self.curve[self.steps]

    def advance(self, steps: int) -> None:
        """Train on, to a multiple of EVERY, at most to the plan's end."""
        until = min(self.steps + steps, PLAN)
        while self.steps < until:
            self.walk.run(EVERY)
            self._examine()

    def back(self) -> None:
        """Undo EVERY steps, bit for bit; at the start, stay there."""
        self.goto(max(self.steps - EVERY, 0))

    def goto(self, steps: int) -> None:
        """Return to a point of the curve."""
        if steps == 0:
            self.walk.reset()
        elif steps != self.steps:
            self.walk.seek(steps - 1)
            self.walk.finish_turn()

    def found(self) -> tuple[Knobs, float, float]:
        """The weights it has now: the cell's table, the head's factor of h, and what the head adds."""
        net = self.walk.engine.net
        knobs = knobs_of(LSTMCell(self.exam.challenge.task.inputs, 1).load(net.core))
        return knobs, net.head.weight.item(), net.head.bias.item()

    def _examine(self) -> None:
        self.curve[self.steps] = self.walk.engine.test(self.exam.batch)[1]
