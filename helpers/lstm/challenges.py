"""Jobs for an LSTM of one unit whose weights a person sets: memory, latch, counter, register.

The weights are a table of numbers, `Knobs`: rows g, f, i, o; columns W of each input, U, b. The answer is
SCALE · h(t), so that c may stay so small that neither tanh bends it.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import torch

from helpers.errors import CourseError
from helpers.lstm.cell import GATES, LAYERS, LSTMCell
from helpers.lstm.handmade import OPEN, SHUT, SMALL
from helpers.lstm.tasks import TASKS, Batch, Task, each_step

Row = tuple[float, ...]
Knobs = tuple[Row, ...]
SCALE = 1 / SMALL
LIMIT = 100.0                     # of one weight set by hand
CHANCE = 0.15                     # of set, and of reset, in one step of the latch


class Choice(NamedTuple):
    """What a layer does, in words that stand for weights.

    kind: of a gate open, shut, half, opens, shuts; of the main layer nothing, small, whole, constant.
    inputs: the columns that it names.
    """

    kind: str
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Challenge:
    """A job: its task, the keys of its inputs, which of them are commands, and choices that solve it."""

    task: Task
    inputs: tuple[str, ...]
    commands: tuple[int, ...]
    solution: tuple[Choice, ...]

    @property
    def key(self) -> str:
        return self.task.key

    @cached_property
    def reference(self) -> Knobs:
        """The weights that solve it."""
        return tuple(self.row(choice) for choice in self.solution)

    @property
    def nothing(self) -> Knobs:
        """All weights 0: every gate half open, the answer always 0."""
        return ((0.0,) * (len(self.inputs) + 2),) * len(LAYERS)

    def row(self, choice: Choice) -> Row:
        """Turn a choice into the weights of a layer."""
        on, rest = {"open": (0, OPEN), "shut": (0, SHUT), "opens": (2 * OPEN, SHUT),
                    "shuts": (2 * SHUT, OPEN), "small": (SMALL, 0), "whole": (1, 0),
                    "constant": (0, SMALL)}.get(choice.kind, (0, 0))
        W = (float(on) if k in choice.inputs else 0.0 for k in range(len(self.inputs)))
        return (*W, 0.0, float(rest))

    @cached_property
    def choices(self) -> dict[str, tuple[Choice, ...]]:
        """The choices of each layer."""
        some = [one for size in (1, 2) for one in combinations(self.commands, size)]
        gate = (Choice("half"), Choice("open"), Choice("shut"),
                *(Choice(kind, one) for kind in ("opens", "shuts") for one in some))
        every = range(len(self.inputs))
        values = [k for k in every if k not in self.commands] or every
        main = (Choice("nothing"), *(Choice("small", (k,)) for k in every),
                *(Choice("whole", (k,)) for k in values), Choice("constant"))
        return {"g": main} | dict.fromkeys(GATES, gate)

    def chosen(self, layer: str, row: Row) -> Choice | None:
        """Find the choice that a row stands for; None for numbers of one's own."""
        return next((choice for choice in self.choices[layer] if self.row(choice) == row), None)

    def sequences(self, seed: int, count: int = 1) -> Batch:
        """Draw sequences by their own seed."""
        return self.task.sample(count, torch.Generator().manual_seed(seed))


def draw_memory(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """A memory: a value in ±1 each step, a mark on the first; y: the marked value, in every step.

    x: [steps, batch, 2]; y: [steps, batch, 1].
    """
    x = torch.zeros(steps, batch, 2)
    x[..., 0] = 2 * torch.rand(steps, batch, generator=generator) - 1
    x[0, :, 1] = 1
    return Batch(x, x[:1, :, :1].expand(steps, batch, 1).clone())


def draw_latch(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """A latch: set makes it 1, reset 0, never both at once; y: what it is.

    x: set, reset, [steps, batch, 2]; y: [steps, batch, 1].
    """
    chance = torch.rand(steps, batch, 1, generator=generator)
    x = torch.cat([chance < CHANCE, (chance >= CHANCE) & (chance < 2 * CHANCE)], -1).float()
    state, out = torch.zeros(batch), []
    for command in x:
        state = torch.where(command[:, 0] > 0, 1.0, state * (1 - command[:, 1]))
        out.append(state)
    return Batch(x, torch.stack(out)[..., None])


ALWAYS = Choice("open")
CHALLENGES = {challenge.key: challenge for challenge in (
    Challenge(Task("memory", 2, 1, 24, draw_memory, each_step), ("value", "mark"), (1,),
              (Choice("small", (0,)), ALWAYS, Choice("opens", (1,)), ALWAYS)),
    Challenge(Task("latch", 2, 1, 24, draw_latch, each_step), ("set", "reset"), (0, 1),
              (Choice("small", (0,)), Choice("shuts", (0, 1)), Choice("opens", (0,)), ALWAYS)),
    Challenge(TASKS["counter"], ("move",), (0,),
              (Choice("small", (0,)), ALWAYS, ALWAYS, ALWAYS)),
    Challenge(TASKS["register"], ("value", "write", "erase", "read"), (1, 2, 3),
              (Choice("small", (0,)), Choice("shuts", (1, 2)), Choice("opens", (1,)),
               Choice("opens", (3,)))))}


def edited(knobs: Knobs, layer: str, column: int, value: float) -> Knobs:
    """Set one weight; raises `not_finite` and `weight_range`."""
    if not math.isfinite(value):
        raise CourseError("not_finite")
    if abs(value) > LIMIT:
        raise CourseError("weight_range", most=round(LIMIT))
    row = knobs[LAYERS.index(layer)]
    return with_row(knobs, layer, (*row[:column], float(value), *row[column + 1:]))


def with_row(knobs: Knobs, layer: str, row: Row) -> Knobs:
    """Set one layer's weights."""
    return tuple(row if name == layer else old for name, old in zip(LAYERS, knobs, strict=True))


@torch.no_grad()
def cell_of(knobs: Knobs) -> LSTMCell:
    """The cell with these weights."""
    cell = LSTMCell(len(knobs[0]) - 2, 1)
    for name, row in zip(LAYERS, knobs, strict=True):
        layer = getattr(cell, name)
        layer.W[0] = torch.tensor(row[:-2])
        layer.U[:], layer.b[:] = row[-2], row[-1]
    return cell


def knobs_of(cell: LSTMCell) -> Knobs:
    """The table of a cell of one unit."""
    return tuple((*layer.W[0].tolist(), layer.U.item(), layer.b.item())
                 for layer in (getattr(cell, name) for name in LAYERS))
