"""A blind test: tell real digits from generated ones, against a discriminator that judges the same images.

Every image has an opponent, a point of the run on file: a fair coin says whether the image is real or comes
from that point's generator, and that point's discriminator judges it. Real ones are of the test set, which
no discriminator has seen.
"""

from functools import cache
from math import comb
from typing import Any, NamedTuple

import torch
from torch import Tensor

from helpers.data import LabelledDigits
from helpers.errors import CourseError
from helpers.gan.digit_game import SHIPPED
from helpers.gan.timeline import Timeline

COUNT = 20              # images of a test
LEGIBLE = 8             # digits that the early generator draws at least, so that it is bad but not noise
OPPONENTS = ("early", "late", "mixed")
HALVINGS = 60           # of the interval [0, 1] when a bound is looked for


class Score(NamedTuple):
    """Hits of so many; low, high: the 95 % interval of the chance of a hit; luck: see `luck`."""

    hits: int
    count: int
    low: float
    high: float
    luck: float


class Trial:
    """Twenty images, the answers so far, and the truth, which nobody reads before `reveal`.

    opponent: one of OPPONENTS; mixed takes a second fair coin for each image. images [20, 1, 28, 28];
    labels [20]: the digit asked for, or that of the real image; truth, answers: True for real; points [20]:
    each image's opponent; logits [20]: its discriminator's.
    """

    def __init__(self, run: Timeline, opponent: str = "late", seed: int = 0) -> None:
        self.opponent, self.seed, self.rng = opponent, seed, torch.Generator().manual_seed(seed)
        self.answers: list[bool] = []
        self.revealed = False
        ends = torch.tensor([early(run), len(run.steps) - 1])
        which = torch.randint(2, (COUNT,), generator=self.rng)
        if opponent != "mixed":
            which = torch.full_like(which, OPPONENTS.index(opponent))
        truth = torch.randint(2, (COUNT,), generator=self.rng).bool()
        self.points, self.truth = ends[which].tolist(), truth.tolist()
        self.images, self.labels, self.logits = self._draw(run, ends[which], truth)

    @torch.no_grad()
    def _draw(self, run: Timeline, points: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Draw the images, their digits, and what the discriminators say of them."""
        images, labels = unseen().sample(COUNT, self.rng)
        labels = torch.where(truth, labels, torch.randint(10, (COUNT,), generator=self.rng))
        z = torch.randn(COUNT, SHIPPED.latent, generator=self.rng)
        logits = torch.empty(COUNT)
        for point in points.unique().tolist():
            mine = points == point
            fake = run.sampler(point)(z, labels)
            images = torch.where((mine & ~truth)[:, None, None, None], fake, images)
            logits = torch.where(mine, run.judge(point)(images, labels)[:, 0], logits)
        return images, labels, logits

    @property
    def complete(self) -> bool:
        return len(self.answers) == COUNT

    def answer(self, real: bool) -> None:
        """Judge the next image; raises `blind_over` once the result is out. A 21st answer changes nothing."""
        self._still_blind()
        if not self.complete:
            self.answers.append(bool(real))

    def undo(self) -> None:
        """Take the last answer back; raises `blind_over` once the result is out."""
        self._still_blind()
        del self.answers[-1:]

    def reveal(self) -> None:
        """End the test; raises `blind_unfinished` before the last answer."""
        if not self.complete:
            raise CourseError("blind_unfinished", given=len(self.answers), count=COUNT)
        self.revealed = True

    def hits(self, who: str, points: set[int] | None = None) -> list[bool]:
        """Say of each image whether `you` or `D` were right, of the given opponents only; after the end."""
        if not self.revealed:
            raise CourseError("blind_unfinished", given=len(self.answers), count=COUNT)
        said = self.answers if who == "you" else [logit > 0 for logit in self.logits.tolist()]
        return [one == true for one, true, point in zip(said, self.truth, self.points, strict=True)
                if points is None or point in points]

    def score(self, who: str, points: set[int] | None = None) -> Score:
        """Count the hits of `you` or `D`, with what chance would say; errors as in `hits`."""
        right = self.hits(who, points)
        return Score(sum(right), len(right), *interval(sum(right), len(right)), luck(sum(right), len(right)))

    def state_dict(self) -> dict[str, Any]:
        """Everything that the rest of the test depends on; the images follow from opponent and seed."""
        return {"opponent": self.opponent, "seed": self.seed, "answers": list(self.answers),
                "revealed": self.revealed}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the answers; the images must be those of the same opponent and seed."""
        self.answers, self.revealed = list(state["answers"]), state["revealed"]

    def _still_blind(self) -> None:
        if self.revealed:
            raise CourseError("blind_over")


@cache
def unseen() -> LabelledDigits:
    """The 10,000 test images, read once."""
    return LabelledDigits(train=False)


def early(run: Timeline) -> int:
    """The first point that draws LEGIBLE digits, at the latest the one before the last."""
    classes = run.measures["classes"]
    found = next((point for point, seen in enumerate(classes) if seen >= LEGIBLE), len(classes))
    return min(found, len(classes) - 2)


def at_least(hits: int, count: int, chance: float) -> float:
    """P(X ≥ hits) for X binomial."""
    return sum(comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits, count + 1))


def luck(hits: int, count: int) -> float:
    """The chance of that many hits or more by tossing a coin: the one-sided p-value against guessing."""
    return sum(comb(count, k) for k in range(hits, count + 1)) / 2**count


def interval(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper & Pearson (1934) for the chance of a hit, by bisection."""
    tail = (1 - level) / 2

    def bound(wanted: float, hits: int) -> float:
        low, high = 0.0, 1.0    # P(X ≥ hits) grows with the chance
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if at_least(hits, count, middle) < wanted else (low, middle)
        return (low + high) / 2

    return (bound(tail, hits) if hits else 0.0), (bound(1 - tail, hits + 1) if hits < count else 1.0)
