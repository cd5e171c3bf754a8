"""What the swap test takes clips from: the two models, real digits on real paths, and a leak on purpose."""

from math import sqrt
from typing import Protocol

import torch
from torch import Tensor

from helpers.data import mnist
from helpers.errors import CourseError
from helpers.video import mocogan
from helpers.video.model import VideoModel
from helpers.video.motion_gan import FOR_CONTENT, FOR_MOTION, FOR_STEP, Noise
from helpers.video.moving_digits import CANVAS, FRAMES, SIDE, SPEED, bounce, paste


class Source(Protocol):
    """What makes clips from two independent things, one of them for the content, one for the motion."""

    def what(self, n: int, rng: torch.Generator) -> Tensor:
        """Draw what decides the content of n clips: [n, ...]."""

    def how(self, n: int, rng: torch.Generator) -> Tensor:
        """Draw what decides the motion of n clips: [n, ...]."""

    def clips(self, what: Tensor, how: Tensor) -> Tensor:
        """Make clips, one of each pair: → [n, T, 1, 32, 32]."""


class TwoStages:
    """The model of two stages: content noise [n, 16]; motion noise and noise of the steps, [n, 8 + 15·2]."""

    def __init__(self, model: VideoModel) -> None:
        self.model = model

    def what(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, FOR_CONTENT, generator=rng)

    def how(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, FOR_MOTION + (FRAMES - 1) * FOR_STEP, generator=rng)

    def clips(self, what: Tensor, how: Tensor) -> Tensor:
        steps = how[:, FOR_MOTION:].unflatten(1, (FRAMES - 1, FOR_STEP))
        return self.model(Noise(what, how[:, :FOR_MOTION], steps))


class EndToEnd:
    """The end-to-end model: content noise [n, 32], noise of the frames [n, 16, 10]."""

    def __init__(self, net: mocogan.ClipGenerator) -> None:
        self.net = net

    def what(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, mocogan.CONTENT, generator=rng)

    def how(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, FRAMES, mocogan.MOTION, generator=rng)

    @torch.no_grad()
    def clips(self, what: Tensor, how: Tensor) -> Tensor:
        return self.net(what, how)


class Pasted:
    """Real test digits on real paths, the floor: which digit [n]; start, angle and speed, uniform, [n, 4]."""

    def __init__(self) -> None:
        self.images = mnist(train=False).data

    def what(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.randint(len(self.images), (n,), generator=rng)

    def how(self, n: int, rng: torch.Generator) -> Tensor:
        return torch.rand(n, 4, generator=rng)

    def clips(self, what: Tensor, how: Tensor) -> Tensor:
        turn, speed = 2 * torch.pi * how[:, 2], SPEED[0] + (SPEED[1] - SPEED[0]) * how[:, 3:]
        heading = (speed * torch.stack((turn.cos(), turn.sin()), 1)).unsqueeze(1)    # [n, 1, 2]
        free = CANVAS - SIDE
        path = free * how[:, None, :2] + heading * torch.arange(FRAMES).view(-1, 1)
        corner, _ = bounce(path, heading, free)
        return paste(self.images[what].unsqueeze(1).float() / 255, corner).unsqueeze(2)


class Leaking:
    """A source in which one noise leaks into the other on purpose: ρ of it, in as many numbers as both have.

    √(1 − ρ²)·own + ρ·other is N(0, I) whatever ρ: no single clip betrays the leak, only a swap does. way:
    'path', content noise into the motion's; 'content', the reverse. Raises `leak_real` for real digits, which
    come from no noise, and `leak_way`.
    """

    def __init__(self, source: Source, way: str, share: float) -> None:
        if isinstance(source, Pasted):
            raise CourseError("leak_real")
        if way not in ("path", "content") or not 0 <= share <= 1:
            raise CourseError("leak_way", way=way, share=share)
        self.source, self.way, self.share = source, way, share
        self.what, self.how = source.what, source.how

    def clips(self, what: Tensor, how: Tensor) -> Tensor:
        if self.way == "path":
            return self.source.clips(what, self._mixed(how, what))
        return self.source.clips(self._mixed(what, how), how)

    def _mixed(self, own: Tensor, other: Tensor) -> Tensor:
        some = min(own[0].numel(), other[0].numel())
        own_flat, other_flat = own.flatten(1), other.flatten(1)
        mixed = sqrt(1 - self.share**2) * own_flat[:, :some] + self.share * other_flat[:, :some]
        return torch.cat((mixed, own_flat[:, some:]), 1).view_as(own)
