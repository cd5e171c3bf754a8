"""How long c counts, and how long h tells counts apart: the hand-made counter, its sequences, its limits."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.sequence import Script

LONGEST = 200    # steps of a counter's sequence
TESTED = 40      # counts from −40 to 40 are compared
Levels = Mapping[str, float]    # gate → where it is held; 1 leaves it as it is


class Moves(NamedTuple):
    """A sequence for the counter: inputs, c before the first, f, how many first steps have o = 0."""

    xs: tuple[int, ...]
    start: float = 0.0
    f: float = 1.0
    shut: int = 0


MOVES = {"updown": Moves((1,) * 8 + (-1,) * 8), "up": Moves((1,) * 20),
         "hidden": Moves((1,) * 8 + (0,) * 4, shut=8), "leak": Moves((1,) * 8 + (0,) * 12, f=0.9),
         "limit": Moves((1,) * 6 + (-1,) * 4, start=2.0**24 - 3), "free": Moves((0,))}


def script(moves: Moves) -> Script:
    """Write a sequence as a script for one unit."""
    out = Script(torch.tensor(moves.xs, dtype=torch.float32)[:, None])
    if moves.start:
        out = out.with_memory("c", 0, torch.tensor([moves.start]))
    if moves.f != 1:
        out = out.with_hold("f", 0, moves.f, 1)
    return out.with_hold("o", 0, 0.0, 1, slice(0, moves.shut)) if moves.shut else out


def grown(old: Script, done: int, x: float, levels: Levels) -> Script:
    """Go on after `done` steps with one more, x; what stood there falls away. Raises `counter_full`."""
    if done >= LONGEST:
        raise CourseError("counter_full", most=LONGEST)
    new = Script(torch.cat([old.xs[:done], torch.full((1, 1), x)]),
                 {gate: torch.cat([table[:done], torch.full((1, 1), torch.nan)])
                  for gate, table in old.held.items()}, old.memory)
    return held_from(new, done, levels)


def held_from(old: Script, done: int, levels: Levels) -> Script:
    """Hold the gates at these levels from step `done` (from 0) on; 1 frees them, which is the same here."""
    for gate, level in levels.items():
        if done < old.steps:
            old = old.with_hold(gate, 0, None if level == 1 else level, 1, slice(done, None))
    return old


def closed_form(given: Script, done: int) -> float:
    """What c is after `done` steps, as a sum in float64: c(0)·Πf + Σ x(k)·f(k+1)·…·f(done)."""
    keep = torch.ones(done, dtype=torch.float64)
    if "f" in given.held:
        keep = given.held["f"][:done, 0].double().nan_to_num(1.0)
    later = torch.cat([keep.flip(0).cumprod(0).flip(0), torch.ones(1, dtype=torch.float64)])
    start = given.memory.get(("c", 0), torch.zeros(1)).double()[0]
    return (start * later[0] + (given.xs[:done, 0].sign().double() * later[1:]).sum()).item()


def plain_sum(given: Script, done: int) -> float:
    """What c would be after `done` steps if nothing had leaked: c(0) + Σ x(k)."""
    start = given.memory.get(("c", 0), torch.zeros(1)).double()[0]
    return (start + given.xs[:done, 0].sign().double().sum()).item()


def twins(h: Tensor, o: float) -> list[int]:
    """List the counts from −TESTED to TESTED that give this very h: o·tanh(n) in h's own precision."""
    counts = torch.arange(-TESTED, TESTED + 1)
    values = torch.tensor(o, dtype=h.dtype) * torch.tanh(counts.to(h.dtype))
    return counts[values == h].tolist()


@cache
def blind_from(dtype: torch.dtype) -> int:
    """The first count whose tanh is the same number as the next count's."""
    values = torch.tanh(torch.arange(TESTED + 1).to(dtype))
    return int((values[1:] == values[:-1]).nonzero()[0])


@cache
def count_limit(dtype: torch.dtype) -> int:
    """The first power of 2 to which 1 can no longer be added: it comes back unchanged."""
    count = torch.ones((), dtype=dtype)
    while count + 1 != count:
        count = 2 * count
    return int(count)
