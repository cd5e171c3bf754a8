"""Clips eight times as long as any that the generator was trained on: how far its motion drifts.

A block of 16 frames is measured as a clip of 16 is, and compared with real clips of the same age. Only paths
are made for it: a frame is its sprite pasted at places(m), and the same sprite moves with its ink, so that
differences of places are those of the ink's centres in the frames (`metrics.centres`), but for thousandths of
the speed and of the cosine.
"""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.video.autoencoder import places
from helpers.video.metrics import motion
from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, Noise, noise
from helpers.video.moving_digits import SIDE, MovingDigits

TIMES = 8                   # trained lengths that a clip lasts
LENGTH = TIMES * FRAMES
CLIPS, REAL_CLIPS = 250, 4000
COSINE, SPEED = 0.06, 0.15  # what may be lost or won, against real clips: absolute; a share


class Drift(NamedTuple):
    """One number a block: direction cosine minus the real clips', mean speed by theirs minus 1."""

    cosine: tuple[float, ...]
    speed: tuple[float, ...]

    def within(self, block: int) -> bool:
        """Whether a block, from 0, stays within both bounds."""
        return abs(self.cosine[block]) <= COSINE and abs(self.speed[block]) <= SPEED


class Clip(NamedTuple):
    """One clip: frames [T, 32, 32] and the digit's places [T, 2], px."""

    frames: Tensor
    path: Tensor


class Made(NamedTuple):
    """The clips of a seed: how they drift, and the first of them."""

    drift: Drift
    first: Clip


def drift(place: Tensor) -> Drift:
    """Measure places [N, T, 2] in px, T a multiple of 16, block by block."""
    cosine, speed = real()
    moved = [motion(part) for part in place.split(FRAMES, 1)]
    return Drift(tuple(one.cosine - cosine for one in moved),
                 tuple(one.speed.mean().item() / speed - 1 for one in moved))


@cache
def real() -> tuple[float, float]:
    """Measure real blocks: cosine, and speed in px a frame; a real clip does not age, one block is enough."""
    moved = motion(_real_places(REAL_CLIPS, FRAMES, 99))
    return moved.cosine, moved.speed.mean().item()


@cache
def floor(seed: int) -> Drift:
    """Measure as many real clips as generated ones: what chance alone makes of it."""
    return drift(_real_places(CLIPS, LENGTH, seed))


def warmed(n: int, seed: int, temperature: float) -> Noise:
    """Draw the noise of n long clips, each step's e(t) times the temperature."""
    drawn = noise(n, torch.Generator().manual_seed(seed), LENGTH)
    return drawn._replace(steps=temperature * drawn.steps)


@torch.no_grad()
def generated(model: VideoModel, seed: int, temperature: float = 1) -> Made:
    """Make a model's clips: all of their paths, the frames of one."""
    drawn = warmed(CLIPS, seed, temperature)
    c, m = model.generator(drawn._replace(content=drawn.content[:1]), hold=model.hold)
    path = places(m)
    return Made(drift(path), Clip(model.render(c, m[:1])[0, :, 0], path[0]))


def true_clip(seed: int) -> Clip:
    """Draw a real long clip of a test digit."""
    drawn = _digits().sample(1, torch.Generator().manual_seed(seed), LENGTH)
    return Clip(drawn.frames[0, :, 0], drawn.place[0, :, 0])


@torch.no_grad()
def continued(model: VideoModel, truth: Clip, seed: int, temperature: float = 1) -> Clip:
    """Go on from a real clip's first frame, and from nothing else of it."""
    c, first = model.autoencoder.encode(truth.frames[:1].view(1, 1, 1, *truth.frames.shape[1:]))
    m = model.generator.path(warmed(1, seed, temperature), first[:, 0], model.hold)
    return Clip(model.autoencoder.decode(c, m)[0, :, 0], places(m[0]))


def _real_places(n: int, frames: int, seed: int) -> Tensor:
    corner, _ = _digits().paths(n, torch.Generator().manual_seed(seed), frames)
    return corner[:, :, 0] + SIDE / 2


@cache
def _digits() -> MovingDigits:
    """Read the test digits once: it takes longer than a clip."""
    return MovingDigits(train=False)
