"""How a generated clip moves and whether it stays the same digit: measured on frames, beside real ones.

Places come from the ink's centre of mass, by the same estimator for real and for generated frames. Speeds and
accelerations compare by W1, the mean distance between the sorted values, as a share of the real mean speed
(of velocities in the line of FVMD, 2407.16124: frame features say little of motion, 2404.12391). Content is
seen by the course's own digit classifier, in a window around the centre of mass, twice enlarged: MNIST itself
was centred so.
"""

from functools import cache, cached_property
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from helpers import digits
from helpers.errors import CourseError
from helpers.video.frames import checked
from helpers.video.moving_digits import FRAMES, SIDE, MovingDigits

INK = 0.25       # what is paler counts as paper
STILL = 1e-3     # px a frame: slower has no direction
LEVELS = 2000    # quantiles at which two distributions are compared


class Motion(NamedTuple):
    """velocity [N, T−1, 2] and acceleration [N, T−2, 2] in px a frame; place [N, T, 2] in px."""

    place: Tensor
    velocity: Tensor
    acceleration: Tensor

    @property
    def speed(self) -> Tensor:
        return self.velocity.norm(dim=2)

    @property
    def cosine(self) -> float:
        """E cos∠(v(t), v(t+1)): 1 for a straight way, about −.41 where places are drawn independently."""
        before, after = self.velocity[:, :-1], self.velocity[:, 1:]
        sizes = self.speed[:, :-1], self.speed[:, 1:]
        moving = torch.minimum(*sizes) > STILL
        return ((before * after).sum(2)[moving] / (sizes[0] * sizes[1])[moving]).mean().item()

    @property
    def spread(self) -> float:
        """The standard deviation of the places over clips and frames, mean of x and y, px."""
        return self.place.flatten(0, 1).std(0).mean().item()


def centres(frames: Tensor) -> Tensor:
    """Find the ink's centre of mass: grey frames [N, T, 1, S, S] → [N, T, 2], x and y in px.

    An empty frame's centre is the middle of the canvas.
    """
    ink = (checked(frames).squeeze(2) - INK).clamp(min=0) + 1e-9
    line = torch.arange(frames.shape[-1]) + 0.5    # of the pixels' middles
    x, y = ((ink.sum(axis) * line).sum(-1) / ink.sum((-2, -1)) for axis in (-2, -1))
    return torch.stack((x, y), -1)


def motion(place: Tensor) -> Motion:
    """Take differences of places [N, T, 2] in px."""
    velocity = place.diff(dim=1)
    return Motion(place, velocity, velocity.diff(dim=1))


def w1(a: Tensor, b: Tensor) -> float:
    """∫|F⁻¹(q) − G⁻¹(q)| dq: how far one distribution must be carried to become the other, in their unit."""
    q = (torch.arange(LEVELS) + 0.5) / LEVELS
    return (_quantiles(a, q) - _quantiles(b, q)).abs().mean().item()


def _quantiles(values: Tensor, q: Tensor) -> Tensor:
    ordered = values.flatten().sort().values    # torch.quantile refuses more than 16 million numbers
    place = q * (len(ordered) - 1)
    low = place.long()
    return ordered[low].lerp(ordered[(low + 1).clamp(max=len(ordered) - 1)], place - low)


def windows(frames: Tensor, place: Tensor) -> Tensor:
    """Cut the digit out of each frame for the classifier: → [N·T, 1, 28, 28] in [−1, 1].

    At whole pixels: a second interpolation would blur what the classifier has to see. Raises `frames_small`
    for frames that the digit's square does not fit into.
    """
    time, size = frames.shape[1], frames.shape[-1]
    if size < SIDE:
        raise CourseError("frames_small", found=size, least=SIDE)
    corner = (place - SIDE / 2).round().long().clamp(0, size - SIDE)    # [N, T, 2]
    columns, rows = (corner[..., axis, None] + torch.arange(SIDE) for axis in (0, 1))
    small = frames[torch.arange(len(frames)).view(-1, 1, 1, 1), torch.arange(time).view(-1, 1, 1), 0,
                   rows.unsqueeze(3), columns.unsqueeze(2)]    # [N, T, 14, 14]
    large = interpolate(small.flatten(0, 1).unsqueeze(1), scale_factor=2, mode="bicubic")
    return large.clamp(0, 1) * 2 - 1


class Content(NamedTuple):
    """What the classifier sees: features [N, T, 64], labels [N, T]."""

    features: Tensor
    labels: Tensor

    @property
    def distance(self) -> float:
        """The mean distance between the features of two frames of a clip (MoCoGAN's ACD, section 4)."""
        frames = self.labels.shape[1]
        # by differences: cdist's faster way, by products, gives a long clip that stands still more than 0
        apart = torch.cdist(self.features, self.features, compute_mode="donot_use_mm_for_euclid_dist")
        return apart.sum((1, 2)).mean().item() / max(1, frames * (frames - 1))

    @property
    def label(self) -> Tensor:
        """The digit that a clip shows most often: [N]."""
        return self.labels.mode(1).values

    @property
    def agreement(self) -> float:
        """The share of frames that show their clip's digit."""
        return (self.labels == self.label.unsqueeze(1)).double().mean().item()

    @property
    def entropy(self) -> float:
        """How evenly the clips' digits are spread, in nats: at most log 10 = 2.303."""
        return digits.entropy(digits.shares(self.label))


def content(frames: Tensor, place: Tensor | None = None) -> Content:
    """Show every frame to the classifier, around the ink's centre unless places [N, T, 2] are given.

    Raises as `frames.checked`, and `frames_small`.
    """
    seen = digits.look(windows(checked(frames), centres(frames) if place is None else place))
    return Content(seen.features.view(*frames.shape[:2], -1), seen.labels.view(frames.shape[:2]))


class Report(NamedTuple):
    """A set of clips in numbers; shares are of the real clips' own.

    cosine: between successive velocities; speed, spread: mean speed and spread of places, shares; speed_w1,
    acceleration_w1: shares of the mean speed; distance: between a clip's frames, in features; agreement,
    entropy: see Content; frechet: of the frames' features to the real test clips'.
    """

    cosine: float
    speed: float
    speed_w1: float
    acceleration_w1: float
    spread: float
    distance: float
    agreement: float
    entropy: float
    frechet: float


class Reference:
    """Real clips [N, T, 1, S, S] that others are measured by.

    Their digits are looked at when they are first asked for: of a thousand clips that takes seconds.
    """

    def __init__(self, frames: Tensor) -> None:
        self.frames, self.size, self.motion = frames, frames.shape[-1], motion(centres(frames))
        self.mean_speed = self.motion.speed.mean().item()

    @cached_property
    def content(self) -> Content:
        return content(self.frames, self.motion.place)

    @cached_property
    def moments(self) -> digits.Moments:
        return digits.moments(self.content.features.flatten(0, 1))

    def report(self, frames: Tensor) -> Report:
        """Measure clips of the same size; raises as `frames.checked`, and `too_short` below three frames."""
        if checked(frames, self.size).shape[1] < 3:
            raise CourseError("too_short", found=frames.shape[1])
        place = centres(frames)
        moved, seen = motion(place), content(frames, place)
        return Report(
            moved.cosine, moved.speed.mean().item() / self.mean_speed,
            w1(moved.speed, self.motion.speed) / self.mean_speed,
            w1(moved.acceleration.norm(dim=2), self.motion.acceleration.norm(dim=2)) / self.mean_speed,
            moved.spread / self.motion.spread, seen.distance, seen.agreement, seen.entropy,
            digits.frechet(digits.moments(seen.features.flatten(0, 1)), self.moments))


@cache
def reference(clips: int = 1000, frames: int = FRAMES) -> Reference:
    """Measure clips of the 10,000 test digits, once: what the course compares with."""
    rng = torch.Generator().manual_seed(99)
    return Reference(MovingDigits(train=False).sample(clips, rng, frames).frames)
