"""Ways along the run on file and off it: its points one by one, and a game that goes on from one of them."""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from helpers import digits
from helpers.data import as_images, training_digits
from helpers.errors import CourseError
from helpers.gan.digit_game import SHIPPED
from helpers.gan.timeline import Timeline
from helpers.snapshots import finite
from helpers.steps import Op, Walk

ASKED = torch.arange(10).repeat(2)    # the digits drawn from the fixed z: two of each
SAMPLE = 500    # images of a quick distance; so few raise it, the original's and that of real ones alike
SCALARS = ("loss_D", "loss_G", "real_score", "fake_score", "penalised_D")


class Replay:
    """The run's points as an engine: a turn goes on to the next one, and from the last nowhere."""

    def __init__(self, points: int) -> None:
        self.point, self.last = 0, points - 1

    def turn(self) -> Iterator[Op]:
        """Go on to the next point."""
        self.point = min(self.point + 1, self.last)
        yield Op("point")

    def state_dict(self) -> dict[str, Any]:
        return {"point": self.point}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.point = state["point"]


class Fork:
    """A game that leaves the run at a point: `walk` trains it, `measured` keeps its quick distances by turn.

    gamma: of R1 from here on. factor: times the recipe's first rate, or None for the rate that the run had
    at this point of its plan. Raises `gamma_unclear`, `rate_unclear`, and `fork_still` for a rate of 0.
    """

    def __init__(self, run: Timeline, point: int, gamma: float, factor: float | None = None) -> None:
        if not (math.isfinite(gamma) and gamma >= 0):
            raise CourseError("gamma_unclear", gamma=gamma)
        if factor is not None and not (math.isfinite(factor) and factor >= 0):
            raise CourseError("rate_unclear", rate=factor)
        self.run, self.point, self.start = run, point, run.steps[point]
        self.gamma, self.factor = gamma, factor
        game = run.game(point)
        game.gamma = gamma
        game.tune(self.start / max(run.steps[-1], 1) if factor is None else 0.0)
        for opt in (game.opt_G, game.opt_D):
            opt.param_groups[0]["lr"] *= 1.0 if factor is None else factor
        self.rate = game.opt_G.param_groups[0]["lr"]
        if self.rate == 0:
            raise CourseError("fork_still", step=self.start)
        self.walk, self.measured = Walk(game), {}

    @property
    def game(self) -> Any:
        return self.walk.engine

    @property
    def beside(self) -> int:
        """The run's point that is nearest to where the game is now."""
        return min(range(len(self.run.steps)), key=lambda n: abs(self.run.steps[n] - self.game.steps))

    def measure(self) -> float:
        """Take the quick distance of the game as it is, and keep it by its finished steps."""
        self.measured[self.game.steps - self.start] = found = distance(self.game.sampler)
        return found

    def broken(self, since: int) -> tuple[int, str] | None:
        """Find the first number since a turn that is not finite: the run's step, its name or `weights`."""
        walk = self.walk
        rows = list(enumerate(walk.trace))[since:]
        amid = {name: float(value) for name, value in walk.values.items() if name in SCALARS}
        for turn, row in [*rows, (walk.turn, amid)]:
            for name, value in row.items():
                if not math.isfinite(value):
                    return self.start + turn + 1, name
        return None if finite(self.game.state_dict()) else (self.game.steps, "weights")


@torch.no_grad()
def fixed(G: nn.Module) -> Tensor:
    """Draw the digits of ASKED, always from the same z: [20, 1, 28, 28]."""
    z = torch.randn(len(ASKED), SHIPPED.latent, generator=torch.Generator().manual_seed(0))
    return G(z, ASKED)


@torch.no_grad()
def distance(G: nn.Module) -> float:
    """The Fréchet distance of SAMPLE images, always from the same z and as many of each digit."""
    z = torch.randn(SAMPLE, SHIPPED.latent, generator=torch.Generator().manual_seed(1))
    images = G(z, torch.arange(SAMPLE) % 10)
    if not images.isfinite().all():
        return math.nan
    return digits.frechet(digits.moments(digits.look(images).features), digits.reference())


@cache
def real_distance() -> float:
    """The distance of SAMPLE training images, as many of each digit: what a perfect generator would get."""
    data = training_digits()
    chosen = torch.cat([(data.labels == digit).nonzero()[:SAMPLE // 10, 0] for digit in range(10)])
    return digits.frechet(digits.moments(digits.look(as_images(data.images[chosen])).features),
                          digits.reference())


def curve_at(run: Timeline, name: str, step: int) -> tuple[float, int, int]:
    """A curve's value around a step: the mean over the span that ends there or holds it, from … to."""
    place = min(max(-(-step // run.span) - 1, 0), len(run.curves[name]) - 1)
    return run.curves[name][place], place * run.span, (place + 1) * run.span
