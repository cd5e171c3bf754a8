"""A scoreboard for clips, put together of measures, and the search for the smallest that tells who is who.

A measure is used in one of two ways. As a gate it lets pass or not, by a limit fixed beforehand; as a rank it
orders by the distance from real clips. On a scoreboard, whoever fails fewer gates stands above; among equals,
the lower sum of ranks. Every contestant is measured in several draws, and a scoreboard is right when it is so
in each of them: with one draw some measures put the podium in order by luck.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from math import inf
from typing import NamedTuple

import numpy as np
import torch

from helpers import checkpoints
from helpers.video.contestants import NAMES, PODIUM, clips
from helpers.video.metrics import Reference, Report

FILE = "video_scoreboard.safetensors"
CLIPS, DRAWS = 500, 10
OFF, GATE, RANK = 0, 1, 2
Choice = Mapping[str, int]    # measure -> GATE or RANK; one that is missing is off
Pair = tuple[str, str]        # who should stand above whom


class Measure(NamedTuple):
    """field: of a Report. near: ranked by the distance from real clips' own value, else the less the better.

    passes: (value, real clips' own value, the autoencoder's) → whether the gate opens.
    """

    field: str
    near: bool
    passes: Callable[[float, float, float], bool]


# The gates' limits were fixed before anything was trained; those of acd_near, acceleration and frechet, which
# the plan had left open, when the scoreboard was built.
MEASURES: dict[str, Measure] = {
    "acd": Measure("distance", False, lambda v, real, drawn: v <= 1.2 * drawn),
    "acd_near": Measure("distance", True, lambda v, real, drawn: abs(v - real) <= 0.3 * real),
    "cosine": Measure("cosine", True, lambda v, real, drawn: abs(v - real) <= 0.03),
    "speed": Measure("speed_w1", True, lambda v, real, drawn: v <= 0.07),
    "acceleration": Measure("acceleration_w1", True, lambda v, real, drawn: v <= 0.07),
    "spread": Measure("spread", True, lambda v, real, drawn: v >= 0.9),
    "agreement": Measure("agreement", True, lambda v, real, drawn: v >= 0.9),
    "entropy": Measure("entropy", True, lambda v, real, drawn: v >= 2.1),
    "frechet": Measure("frechet", True, lambda v, real, drawn: v <= 3 * drawn),
}
KEYS = tuple(MEASURES)
PAIRS: tuple[Pair, ...] = tuple((above, below) for place, above in enumerate(PODIUM)
                                for below in NAMES[place + 1:])


def ideal(reference: Reference) -> Report:
    """What the real clips of a reference have themselves: the zero of every distance."""
    seen = reference.content
    return Report(cosine=reference.motion.cosine, speed=1.0, speed_w1=0.0, acceleration_w1=0.0, spread=1.0,
                  distance=seen.distance, agreement=seen.agreement, entropy=seen.entropy, frechet=0.0)


def measured(reference: Reference, draws: int = DRAWS, n: int = CLIPS) -> dict[str, torch.Tensor]:
    """Measure everybody: reports [draws, contestants, numbers of a Report], ideal [numbers]; for tools."""
    reports = [[reference.report(clips(name, n, draw)) for name in NAMES] for draw in range(draws)]
    return {"reports": torch.tensor(reports, dtype=torch.float64),
            "ideal": torch.tensor(ideal(reference), dtype=torch.float64)}


class Table:
    """What was measured. values, places [draws, contestants]; passes likewise; by measure.

    places: 1 for the nearest to real; equals share the better place. A value that is no number is last.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor]) -> None:
        own = Report(*tensors["ideal"].tolist())
        self.reports = [[Report(*row) for row in draw] for draw in tensors["reports"].tolist()]
        self.draws, self.own = len(self.reports), own
        self.values: dict[str, np.ndarray] = {}
        self.passes: dict[str, np.ndarray] = {}
        self.places: dict[str, np.ndarray] = {}
        for key, (field, near, passes) in MEASURES.items():
            aim = getattr(own, field)
            values = np.array([[getattr(report, field) for report in draw] for draw in self.reports])
            drawn = values[:, NAMES.index("autoencoder")]
            self.passes[key] = np.array([[bool(passes(value, aim, limit)) for value in row]
                                         for row, limit in zip(values, drawn, strict=True)])
            self.values[key] = np.abs(values - aim) if key == "acd_near" else values
            far = np.nan_to_num(np.abs(values - aim) if near else values, nan=inf, posinf=inf)
            self.places[key] = 1 + (far[:, None, :] < far[:, :, None]).sum(2)

    def score(self, choice: Choice) -> tuple[np.ndarray, np.ndarray]:
        """Count failed gates and add up places: two arrays [draws, contestants]."""
        gates, ranks = ([key for key, use in choice.items() if use == kind] for kind in (GATE, RANK))
        nothing = np.zeros((self.draws, len(NAMES)), int)
        return (sum((~self.passes[key] for key in gates), nothing),
                sum((self.places[key] for key in ranks), nothing))

    def order(self, choice: Choice, draw: int) -> list[tuple[str, int]]:
        """Sort the contestants: (name, place), equals with the same place and in the order of NAMES."""
        failed, ranked = (part[draw] for part in self.score(choice))
        marks = list(zip(failed.tolist(), ranked.tolist(), strict=True))
        best = sorted(range(len(NAMES)), key=lambda who: marks[who])
        return [(NAMES[who], 1 + sum(mark < marks[who] for mark in marks)) for who in best]

    def mistakes(self, choice: Choice, draw: int) -> list[Pair]:
        """List the pairs that do not stand as they should, the worst first; equals are a mistake too."""
        place = dict(self.order(choice, draw))
        wrong = [pair for pair in PAIRS if place[pair[0]] >= place[pair[1]]]
        return sorted(wrong, key=lambda pair: place[pair[1]] - place[pair[0]])

    def right(self, choice: Choice) -> list[bool]:
        """Say of each draw whether the podium stands."""
        return [not self.mistakes(choice, draw) for draw in range(self.draws)]

    def catchers(self, pair: Pair) -> list[tuple[str, int]]:
        """Find what tells a pair apart in every draw: (measure, GATE or RANK), the clearest first.

        A gate that opens for one and not for the other; or else the ranks, by the least gap in places.
        """
        above, below = map(NAMES.index, pair)
        gates = [(key, GATE) for key in KEYS
                 if self.passes[key][:, above].all() and not self.passes[key][:, below].any()]
        gaps = {key: (self.places[key][:, below] - self.places[key][:, above]).min() for key in KEYS}
        ranks = [(key, RANK) for key in sorted(KEYS, key=lambda key: -gaps[key]) if gaps[key] > 0]
        return gates + ranks

    def solutions(self) -> list[dict[str, int]]:
        """Try every scoreboard and list those that are right and from which nothing can be left out.

        3 uses to the power of 9 measures; the fewest measures first.
        """
        uses = np.array(list(product((OFF, GATE, RANK), repeat=len(KEYS))))
        found = [~self.passes[key] for key in KEYS], [self.places[key] for key in KEYS]
        fails, places = (np.stack(parts).astype(float).reshape(len(KEYS), -1) for parts in found)
        most = len(KEYS) * len(NAMES) + 1    # more than any sum of places
        marks = ((uses == GATE) @ fails * most + (uses == RANK) @ places).reshape(-1, self.draws, len(NAMES))
        right = np.ones(len(uses), bool)
        for above, below in PAIRS:
            right &= (marks[..., NAMES.index(above)] < marks[..., NAMES.index(below)]).all(1)
        found = sorted(uses[right].tolist(), key=lambda row: sum(use > OFF for use in row))
        kept: list[list[int]] = []
        for row in found:
            if not any(all(use in (OFF, own) for use, own in zip(less, row, strict=True)) for less in kept):
                kept.append(row)
        return [{key: use for key, use in zip(KEYS, row, strict=True) if use} for row in kept]


SCOREBOARDS = 3 ** len(KEYS)


@cache
def table() -> Table:
    """Read what was measured of the models on file; errors as in `checkpoints.load`."""
    return Table(checkpoints.load(FILE))


@cache
def solutions() -> list[dict[str, int]]:
    """The smallest scoreboards of `table`."""
    return table().solutions()
