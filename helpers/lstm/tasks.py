"""Small tasks that say what a memory is for, with exact targets.

All draw from a generator of their own and put time first: x [steps, batch, inputs]. What nets reach was
measured with `python -m benchmarks.lstm`; the figures below are medians, or ranges over seeds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss, one_hot


class Batch(NamedTuple):
    """x: [steps, batch, inputs]; y: [steps, batch, outputs], or the class [batch]; mask: [steps, batch]."""

    x: Tensor
    y: Tensor
    mask: Tensor | None = None


@dataclass(frozen=True)
class Task:
    """A task: its sizes, how to draw a batch of it, its loss, and the loss of who ignores the input.

    draw(batch, steps, generator); loss(outputs [steps, batch, outputs], batch). floor: the least loss of a
    constant answer, in closed form or None where it is not one number.
    """

    key: str
    inputs: int
    outputs: int
    steps: int
    draw: Callable[[int, int, torch.Generator], Batch]
    loss: Callable[[Tensor, Batch], Tensor]
    floor: float | None = None

    def sample(self, batch: int, generator: torch.Generator, steps: int | None = None) -> Batch:
        return self.draw(batch, steps or self.steps, generator)


VALUE, WRITE, ERASE, READ = range(4)
CHANCES = (0.15, 0.15, 0.25)    # of a write, an erase, a read in each step, independent of one another


def draw_register(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """A register: write stores the value in the place of the old one, erase stores 0, read shows it.

    x: value in ±1, write, erase, read; where two commands meet, erase comes first, read last. y: what the
    register holds where it is read, 0 elsewhere.
    MSE with one unit: LSTM .00009; a gate held at 1 .019 to .023; RNN .033; GRU .029; always zero .039.
    """
    x = torch.empty(steps, batch, 4)
    x[..., VALUE] = 2 * torch.rand(steps, batch, generator=generator) - 1
    x[..., 1:] = (torch.rand(steps, batch, 3, generator=generator) < torch.tensor(CHANCES)).float()
    return Batch(x, register_targets(x))


def register_targets(x: Tensor) -> Tensor:
    """What a perfect register answers to its inputs: [steps, batch, 4] → [steps, batch, 1]."""
    holds, out = torch.zeros_like(x[0, :, 0]), []
    for step in x:
        value, write, erase, read = step.unbind(-1)    # each [batch]
        holds = torch.where(write > 0, value, holds * (1 - erase))
        out.append(holds * read)
    return torch.stack(out)[..., None]


def draw_counter(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """A counter: x is +1 or −1, y is the sum so far; it stays between 0 and 8, as a reflected walk.

    x: [steps, batch, 1]; y: the same shape, whole numbers.
    MSE with one unit: LSTM .02 to .11; RNN .73 to .96; the best constant 3.2.
    """
    x, total = torch.empty(steps, batch, 1), torch.zeros(batch)
    for step in x:
        move = 2 * torch.randint(2, (batch,), generator=generator).float() - 1
        move = torch.where(total <= 0, 1, torch.where(total >= MOST_COUNT, -1, move))
        step[:, 0], total = move, total + move
    return Batch(x, x.cumsum(0))


def draw_order(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """Temporal order (Hochreiter & Schmidhuber 1997, experiment 6a): which came first, X or Y, and again?

    x: one-hot of a, b, c, d, X, Y; one of X, Y stands in steps [T/10, T/5), another in [T/2, 3T/5). y: the
    class of the pair, 0 to 3: XX, XY, YX, YY; asked only after the last step.
    Seeds of ten that solve it, T = 50: LSTM with forget bias 1 ten, with 0 none; RNN none.
    """
    symbols = torch.randint(4, (steps, batch), generator=generator)
    pair = torch.randint(2, (2, batch), generator=generator)
    for which, (low, high) in zip(pair, ((steps // 10, steps // 5), (steps // 2, 3 * steps // 5)),
                                  strict=True):
        places = torch.randint(low, max(high, low + 1), (batch,), generator=generator)
        symbols[places, torch.arange(batch)] = 4 + which
    return Batch(one_hot(symbols, 6).float(), 2 * pair[0] + pair[1])


def draw_adding(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """Adding (experiment 4 of the same paper): the sum of the two marked numbers, asked at the end.

    x: a number in (0, 1) and its mark, of which one is in each half; y: [1, batch, 1].
    MSE with 16 units, T = 50: LSTM .0002 to .0008; RNN .13 to .17; the best constant 1/6.
    """
    numbers, marks = torch.rand(steps, batch, generator=generator), torch.zeros(steps, batch)
    half = steps // 2
    for low, high in ((0, half), (half, steps)):
        marks[torch.randint(low, high, (batch,), generator=generator), torch.arange(batch)] = 1
    return Batch(torch.stack([numbers, marks], -1), (numbers * marks).sum(0)[None, :, None])


def draw_anbn(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """Words aⁿbⁿ (Gers & Schmidhuber 2001), n from 1 to steps // 2 − 1: say what may come next.

    Learnt with n up to 10 and two units, right up to n = 21 to 55 (LSTM), 1 to 12 (GRU), 0 to 9 (RNN).
    """
    return anbn(torch.randint(1, steps // 2, (batch,), generator=generator), steps)


def anbn(counts: Tensor, steps: int) -> Batch:
    """Write the words for given n: x one-hot of start, a, b; y the set of what may follow: a, b, end.

    After the start only a may follow, after an a both a and b, after each b but the last only b, and then
    the end. mask: 1 in the 2n + 1 steps that belong to the word.
    """
    time, n = torch.arange(steps)[:, None], counts[None]    # [steps, 1], [1, batch]
    symbol = torch.where(time == 0, 0, torch.where(time <= n, 1, 2))
    inside = (time <= 2 * n).float()
    y = torch.stack([time <= n, (time >= 1) & (time < 2 * n), time == 2 * n], -1)
    return Batch(one_hot(symbol, 3) * inside[..., None], y.float() * inside[..., None], inside)


def words_right(outputs: Tensor, batch: Batch) -> Tensor:
    """Say for each word whether every set of next symbols is right: logits [steps, batch, 3] → [batch]."""
    wrong = ((outputs > 0) != (batch.y > 0.5)).any(-1) & (batch.mask > 0)
    return ~wrong.any(0)


def each_step(outputs: Tensor, batch: Batch) -> Tensor:
    """Mean squared error over all steps."""
    return mse_loss(outputs, batch.y)


def last_step(outputs: Tensor, batch: Batch) -> Tensor:
    """Mean squared error of the last output."""
    return mse_loss(outputs[-1:], batch.y)


def last_class(outputs: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy of the last output, logits, in nats."""
    return cross_entropy(outputs[-1], batch.y)


def next_set(outputs: Tensor, batch: Batch) -> Tensor:
    """Binary cross-entropy of the sets of next symbols, over the steps inside the words."""
    losses = binary_cross_entropy_with_logits(outputs, batch.y, reduction="none").mean(-1)
    return (losses * batch.mask).sum() / batch.mask.sum()


MOST_COUNT = 8
TASKS = {task.key: task for task in (
    Task("register", 4, 1, 24, draw_register, each_step),
    Task("counter", 1, 1, 16, draw_counter, each_step),
    Task("order", 6, 4, 50, draw_order, last_class, floor=math.log(4)),
    Task("adding", 2, 1, 50, draw_adding, last_step, floor=1 / 6),    # variance of the sum of two uniforms
    Task("anbn", 3, 3, 22, draw_anbn, next_set))}
