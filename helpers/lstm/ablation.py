"""What each gate is good for: hold it at a value in a trained cell, or train with it held at 1 throughout.

The task is the register with one unit; the same recipe trains the whole LSTM, the three ablations, a plain
RNN and a GRU, and one exam of fixed sequences, which no training sees, measures them all.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, GATES, Hold, LSTMCell
from helpers.lstm.handmade import SMALL, register
from helpers.lstm.learning import REGISTER, REGISTER_STEPS, Learner, Net
from helpers.lstm.sequence import unroll
from helpers.lstm.tasks import ERASE, READ, TASKS, WRITE, Batch, each_step

TASK = TASKS["register"]
STEPS = REGISTER_STEPS
SEEDS = range(5)
EXAM, EXAM_SEED = 512, 987_654_321    # sequences, and a seed far from the trainings'
KINDS = ("unasked", "empty", "erased", "first", "replaced")


class Row(NamedTuple):
    """One row of the table: the kind of core, and the gates held at 1 while it learns."""

    kind: str = "lstm"
    pinned: tuple[str, ...] = ()


ROWS = {"whole": Row()} | {gate: Row("lstm", (gate,)) for gate in GATES} | {"rnn": Row("rnn"),
                                                                           "gru": Row("gru")}


class Answer(NamedTuple):
    """y: what the net answers, [steps, batch, 1]; memory: c(t) of an LSTM, else h(t), the same shape."""

    y: Tensor
    memory: Tensor


@lru_cache
def exam() -> Batch:
    """Draw the sequences that measure every net, always the same: x [24, EXAM, 4], y [24, EXAM, 1]."""
    return TASK.sample(EXAM, torch.Generator().manual_seed(EXAM_SEED))


def baseline() -> float:
    """The exam's error of who always answers 0: the mean of y²."""
    return exam().y.square().mean().item()


@lru_cache
def floor() -> float:
    """The exam's error of the weights set by hand."""
    cell = register()
    return each_step(unroll(cell, exam().x, FREE)[0] / SMALL, exam()).item()


@torch.no_grad()
def answer(net: Net, gate: str | None = None, value: float = 1.0) -> Answer:
    """Sit the exam, an LSTM with one of its gates held at a value in every step, from training untouched.

    Raises `hold_range` for a value outside [0, 1], and where the net has no such gate.
    """
    if gate is None and net.kind != "lstm":
        memory = net.core(exam().x)[0]
        return Answer(net.head(memory), memory)
    h, c = unroll(_cell(net, gate), exam().x, _hold(gate, torch.full((1,), float(value))))
    return Answer(net.head(h), c)


@torch.no_grad()
def sweep(net: Net, gate: str, values: Tensor) -> Tensor:
    """The exam's error with a gate held at each of the values: [n] → [n]."""
    x = exam().x[:, None].expand(-1, len(values), -1, -1)    # [steps, n, batch, 4]
    h, _ = unroll(_cell(net, gate), x, _hold(gate, values[:, None, None]))
    return (net.head(h) - exam().y[:, None]).square().mean((0, 2, 3))


def error(y: Tensor) -> float:
    """The mean squared error of answers to the exam, [steps, EXAM, 1]."""
    return each_step(y, exam()).item()


def learner(row: str, seed: int) -> Learner:
    """Make the beginner of a row: the course's recipe for the register, some gates held at 1."""
    kind, pinned = ROWS[row]
    recipe = REGISTER if kind == "lstm" else {k: v for k, v in REGISTER.items() if k != "forget_bias"}
    return Learner(TASK, kind, 1, seed=seed, pinned=pinned, **recipe)


def parameters(row: str) -> int:
    """How many numbers of the core a row trains, its head aside."""
    net, pinned = learner(row, 0).net, ROWS[row].pinned
    fixed = [part[net.rows(gate)] for gate in pinned for part in net.core.parameters()]
    return sum(part.numel() for part in net.core.parameters()) - sum(part.numel() for part in fixed)


class Run:
    """The training of one row from one seed, as far as it has come; `curve`: (step, exam's error) pairs."""

    def __init__(self, row: str, seed: int) -> None:
        self.row, self.seed, self.done = row, seed, 0
        self.learner = learner(row, seed)
        self.curve: tuple[tuple[int, float], ...] = ((0, self.error()),)

    @property
    def net(self) -> Net:
        return self.learner.net

    @property
    def finished(self) -> bool:
        return self.done == STEPS

    def advance(self, steps: int) -> None:
        """Train on, at most to the end of the plan, and measure."""
        steps = min(steps, STEPS - self.done)
        for _ in range(steps):
            for _ in self.learner.turn():
                pass
        self.done += steps
        self.curve += ((self.done, self.error()),) if steps else ()

    def error(self) -> float:
        return error(answer(self.net).y)

    def state_dict(self) -> dict[str, Any]:
        return {"done": self.done, "curve": self.curve, "learner": self.learner.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        self.done, self.curve = state["done"], state["curve"]
        self.learner.load_state_dict(state["learner"])


def train(row: str, seed: int) -> float:
    """Train a row from a seed to the end of the plan; its error in the exam."""
    run = Run(row, seed)
    run.advance(STEPS)
    return run.error()


def kinds(x: Tensor) -> Tensor:
    """Sort the steps by what a right answer needs there: [steps, batch, 4] → indices into KINDS.

    unasked: nobody reads; empty: read before anything was written; erased: read after an erase; first: the
    first value ever written is read; replaced: one that was written after others.
    """
    write, erase, read = (x[..., what] > 0 for what in (WRITE, ERASE, READ))
    writes = write.cumsum(0)
    time = torch.arange(1, len(x) + 1)[:, None]    # 0 stands for never
    wrote, erased = (torch.where(what, time, 0).cummax(0).values for what in (write, erase))
    held = torch.where(wrote >= erased, torch.where(writes == 1, 3, 4), 2)
    return torch.where(read, torch.where(writes == 0, 1, held), 0)


def blame(y: Tensor) -> dict[str, float]:
    """The part of the exam's squared error that arises in each kind of step; together they make 1."""
    wrong = (y - exam().y).square()[..., 0]
    place = kinds(exam().x)
    return {kind: (wrong[place == n].sum() / wrong.sum()).item() for n, kind in enumerate(KINDS)}


def _hold(gate: str | None, values: Tensor) -> Hold:
    if gate is None:
        return FREE
    if gate not in GATES or not ((values >= 0) & (values <= 1)).all():
        raise CourseError("hold_range", gate=gate)
    return Hold(**{gate: values})


def _cell(net: Net, gate: str | None) -> LSTMCell:
    if net.kind != "lstm":
        raise CourseError("hold_range", gate=gate)
    return LSTMCell(net.core.input_size, net.core.hidden_size).load(net.core)
