"""A place in latent space that one can move, in three ways: along directions, between two z, by a mean.

`Place` is everything that is chosen, in whole steps, so that going back is exact; `Tour` turns a place into
z's, images and measurements of one conditional generator.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from helpers import digits as judge
from helpers.gan import latent
from helpers.gan.attributes import ATTRIBUTES, Contrast, contrasts, shift
from helpers.gan.dcgan import CLASSES, Generator

MOVABLE = 5       # directions that have a slider
STEP = 0.25       # of a coordinate and of a strength: one whole step of a Place
REACH = 12        # steps either way: −3 to 3
FORCE = 8         # steps either way: −2 to 2 mean differences
PARTS = 20        # steps from A to B
TRAY = 2 * CLASSES
FRESH = 30        # z's of a digit behind a mean before and after


@dataclass(frozen=True)
class Place:
    """What is chosen: the z of `start` moved to `at` along the directions, A and B of a tray, and the rest.

    at: coordinates in steps; main: the direction whose strip is shown; first, second: places in the tray;
    turn: which of the two the next pick replaces; way: parts gone from A to B; force: strength in steps.
    """

    mode: str = "directions"
    digit: int = 3
    start: int = 0
    at: tuple[int, ...] = ()
    main: int = 0
    tray: int = 0
    first: int = 3
    second: int = 18
    turn: int = 0
    way: int = PARTS // 2
    attribute: str = "slant"
    other: int = 7
    force: int = 4


class Way(NamedTuple):
    """One way from A to B: z [n, latent], images, the digit that the classifier sees and how sure it is."""

    z: Tensor
    images: Tensor
    seen: Tensor
    sure: Tensor


class Sum(NamedTuple):
    """Images of one digit without and with the vector, the attribute measured in both, and the means."""

    before: Tensor
    after: Tensor
    measured: tuple[float, float]
    means: tuple[float, float]


class Tour:
    """One conditional generator, its directions, and what is to be seen from a place.

    baseline: one unit direction drawn at random; effects: measured change of a pixel, in grey, by a step of
    1 along each movable direction, and along random ones on average.
    """

    def __init__(self, G: Generator) -> None:
        self.G, self.directions = G, latent.principal(G)
        self.movable = self.directions.vectors[:MOVABLE]
        self.baseline = latent.chance(G.latent, 1, 1)[0]
        few = latent.sample(G, 50, 3)
        self.effects = latent.effect(G, self.movable, *few).tolist()
        self.ordinary = latent.effect(G, latent.chance(G.latent, 8, 4), *few).mean().item()
        self._means: dict[tuple, tuple[float, float]] = {}

    def begin(self, start: int) -> tuple[Tensor, tuple[int, ...]]:
        """Draw a z: what of it no slider moves [latent], and its coordinates in steps, within ±REACH."""
        z = torch.randn(self.G.latent, generator=torch.Generator().manual_seed(start))
        inside = self.movable @ z
        steps = tuple((inside / STEP).round().clamp(-REACH, REACH).int().tolist())
        return z - inside @ self.movable, steps

    def z(self, place: Place) -> Tensor:
        """The z of a place: [latent]."""
        return self.begin(place.start)[0] + STEP * torch.tensor(place.at, dtype=torch.float) @ self.movable

    def along(self, place: Place, direction: Tensor) -> Tensor:
        """Set z's coordinate along a unit direction to −3, −2, …, 3: [7, latent]."""
        z = self.z(place)
        return z + (torch.arange(-3.0, 4.0) - z @ direction)[:, None] * direction

    @torch.no_grad()
    def draw(self, z: Tensor, digit: int) -> Tensor:
        """Let G draw one digit from each z [n, latent]."""
        return self.G(z, torch.full((len(z),), digit))

    def samples(self, tray: int) -> tuple[Tensor, Tensor, Tensor]:
        """The tray: z [20, latent], digits [20], images; each digit twice."""
        z, digits = latent.sample(self.G, TRAY, 1001 + tray)
        with torch.no_grad():
            return z, digits, self.G(z, digits)

    @torch.no_grad()
    def between(self, place: Place, t: Tensor) -> tuple[Way, Way]:
        """Go from A to B in a line and along an arc, at each t [n]; the class goes in a line in both."""
        z, digits, _ = self.samples(place.tray)
        a, b = z[place.first], z[place.second]
        ends = one_hot(digits[[place.first, place.second]], CLASSES).float()
        classes, found = latent.lerp(ends[0], ends[1], t), []
        for path in (latent.lerp(a, b, t), latent.slerp(a, b, t)):
            images = latent.paint(self.G, path, classes)
            sure, seen = judge.look(images).logits.softmax(1).max(1)
            found.append(Way(path, images, seen, sure))
        return found[0], found[1]

    @cached_property
    def contrasts(self) -> dict[str, Contrast]:
        """The two means of each attribute."""
        return contrasts(self.G)

    def add(self, place: Place, digit: int) -> Sum:
        """Add the mean difference, as strong as the place says, to its z, drawn as a digit."""
        vector = STEP * place.force * self.contrasts[place.attribute].vector
        z = self.z(place)
        pair = self.draw(torch.stack((z, z + vector)), digit)
        before, after = ATTRIBUTES[place.attribute](pair).tolist()
        key = place.attribute, place.force, digit
        if key not in self._means:
            self._means[key] = shift(self.G, vector, place.attribute, digit, FRESH)
        return Sum(pair[0], pair[1], (before, after), self._means[key])

    @cached_property
    def typical(self) -> float:
        """E‖z‖."""
        return latent.expected_norm(self.G.latent)
