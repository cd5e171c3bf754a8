"""Work that lasts seconds in parts of a moment: `step()` does a part, `share` says how much is done.

Whoever shows it can stop between two parts.
"""

import copy
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from helpers.video import codes, metrics
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.live import SEED, Source, digits
from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, noise
from helpers.video.moving_digits import MovingDigits
from helpers.video.trained import rival

CLIPS, PART = 100, 25    # of a measurement; at a time
ENCODED = 64             # clips encoded at a time


class Job(Protocol):
    """Work in parts."""

    share: float

    def step(self) -> None: ...


class Encoding:
    """Real clips encoded by a copy of the autoencoder as it is now; `source` once share is 1."""

    def __init__(self, net: FrameAutoencoder, seed: int = 0) -> None:
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.data, self.rng = digits(), torch.Generator().manual_seed(seed)
        self.parts: list[tuple[Tensor, Tensor]] = []

    @property
    def share(self) -> float:
        return len(self.parts) * ENCODED / codes.CLIPS

    def step(self) -> None:
        """Encode a part."""
        self.parts.append(self.net.encode(self.data.sample(ENCODED, self.rng, FRAMES).frames))

    @property
    def source(self) -> Source:
        return Source(self.net, codes.joined(self.parts))


class Reading(NamedTuple):
    """What is measured. cosine: between successive velocities; speed: mean, px a frame; spread: px; entropy
    of the clips' digits: nats."""

    cosine: float
    speed: float
    spread: float
    entropy: float


class Measuring:
    """A hundred clips measured; make(n) gives the next n of them; `reading` once share is 1."""

    def __init__(self, make: Callable[[int], Tensor]) -> None:
        self.make = make
        self.places: list[Tensor] = []
        self.seen: list[metrics.Content] = []

    @property
    def share(self) -> float:
        return len(self.places) * PART / CLIPS

    def step(self) -> None:
        """Make and measure a part."""
        frames = self.make(PART)
        place = metrics.centres(frames)
        self.places.append(place)
        self.seen.append(metrics.content(frames, place))

    @property
    def reading(self) -> Reading:
        motion = metrics.motion(torch.cat(self.places))
        content = metrics.Content(*(torch.cat(part) for part in zip(*self.seen, strict=True)))
        return Reading(motion.cosine, motion.speed.mean().item(), motion.spread, content.entropy)


def measuring(model: VideoModel | None = None) -> Measuring:
    """Begin to measure what a model makes, always from the same noise; None: real clips of test digits."""
    rng = torch.Generator().manual_seed(SEED)
    if model is None:
        data = MovingDigits(train=False)
        return Measuring(lambda n: data.sample(n, rng, FRAMES).frames)
    return Measuring(lambda n: model(noise(n, rng)))


def independent() -> VideoModel:
    """The rival whose places are drawn anew for every frame: what a model without memory reaches."""
    return rival("none")


@cache
def marks_2() -> dict[str, Reading]:
    """What stage 2 is compared with, put in by who measures it, once for all sessions.

    real: real clips; iid: `independent`.
    """
    return {}
