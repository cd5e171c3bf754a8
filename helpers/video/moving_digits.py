"""Real MNIST digits that move and bounce, with the true place and velocity of every frame.

The recipe of Moving MNIST (Srivastava et al. 2015) at a size that fits a laptop: a digit of 14 px on a canvas
of 32 px (one of 28 px would hardly move there), uniform start, uniform direction, steady speed, reflection at
the walls, the brighter pixel where two digits overlap. Places are real numbers, not whole pixels, so that a
speed can be measured to a fraction of a pixel.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.data import mnist
from helpers.errors import CourseError
from helpers.video.frames import length, whole

SIDE, CANVAS, FRAMES = 14, 32, 16    # px, px, frames of a clip
SPEED = 1.0, 2.5                     # px a frame, uniform between the two
PART = 256                           # pictures drawn together


class Clips(NamedTuple):
    """frames [N, T, 1, S, S] in [0, 1], 0 for paper; the truth about them, one entry for each digit.

    place [N, T, digits, 2]: x and y of the digit's centre in px from the canvas' top left corner;
    velocity, likewise, in px a frame; labels [N, digits].
    """

    frames: Tensor
    place: Tensor
    velocity: Tensor
    labels: Tensor


class MovingDigits:
    """Clips of one or two digits on a square canvas; errors as in `data.mnist`, and `clip_size`."""

    def __init__(self, digits: int = 1, canvas: int = CANVAS, *, train: bool = True) -> None:
        if not whole(digits, 1, 2) or not whole(canvas, SIDE + 1, 2 * CANVAS):
            raise CourseError("clip_size", digits=digits, canvas=canvas, least=SIDE + 1, most=2 * CANVAS)
        source = mnist(train)
        self.digits, self.canvas, self.free = digits, canvas, canvas - SIDE
        self.images, self.labels = source.data, source.targets    # [60000, 28, 28] uint8

    def sample(self, n: int, rng: torch.Generator, frames: int = FRAMES) -> Clips:
        """Draw n clips; raises `clip_length`."""
        chosen = torch.randint(len(self.images), (n, self.digits), generator=rng)
        digits = self.images[chosen].float() / 255    # [n, digits, 28, 28]
        corner, velocity = self.paths(n, rng, frames)
        return Clips(animate(digits, corner, self.canvas), corner + SIDE / 2, velocity, self.labels[chosen])

    def paths(self, n: int, rng: torch.Generator, frames: int = FRAMES) -> tuple[Tensor, Tensor]:
        """Draw only how n clips move: top left corner, px, and velocity, both [n, T, digits, 2]."""
        start = self.free * torch.rand(n, 1, self.digits, 2, generator=rng)
        turn = 2 * torch.pi * torch.rand(n, 1, self.digits, generator=rng)
        speed = SPEED[0] + (SPEED[1] - SPEED[0]) * torch.rand(n, 1, self.digits, 1, generator=rng)
        heading = speed * torch.stack((turn.cos(), turn.sin()), -1)    # [n, 1, digits, 2]
        time = torch.arange(length(frames)).view(1, -1, 1, 1)
        return bounce(start + heading * time, heading, self.free)


def bounce(unfolded: Tensor, heading: Tensor, span: float) -> tuple[Tensor, Tensor]:
    """Fold a straight path into [0, span] by reflection: the place and the velocity, of the same shape.

    The path through mirrors is straight: no step has to be computed from the one before.
    """
    phase = torch.remainder(unfolded, 2 * span)
    back = phase > span    # on the way back from the far wall
    return torch.where(back, 2 * span - phase, phase), torch.where(back, -heading, heading)


def animate(sprites: Tensor, corner: Tensor, canvas: int = CANVAS) -> Tensor:
    """Draw clips: sprites [n, digits, 28, 28] at corner [n, T, digits, 2] → [n, T, 1, canvas, canvas].

    A few clips at a time: what lies between stays in the processor's cache, and the time is linear in n.
    """
    frames, digits = corner.shape[1:3]
    clips = max(1, PART // (frames * digits))
    parts = (paste(some.unsqueeze(1), where, canvas)    # [clips, T, digits, S, S]
             for some, where in zip(sprites.split(clips), corner.split(clips), strict=True))
    return torch.cat([part if digits == 1 else part.amax(2, keepdim=True) for part in parts])


def paste(sprites: Tensor, corner: Tensor, canvas: int = CANVAS) -> Tensor:
    """Put pictures on empty canvases at real-numbered places, each pixel half a pixel of the canvas.

    sprites [..., 28, 28], corner [..., 2] (x and y of the top left, in px of the canvas) → [..., canvas,
    canvas]. Bilinear interpolation, then the mean of 2 × 2: rows and columns by one matrix each,
    differentiable in both (a spatial transformer that can only shift: Jaderberg et al. 2015, eq. 5).
    """
    rows, columns = (_weights(corner[..., axis], canvas) for axis in (1, 0))
    return rows @ sprites @ columns.mT    # [.., S, 28] · [.., 28, 28] · [.., 28, S]


def crop(frames: Tensor, corner: Tensor) -> Tensor:
    """Read a picture back at real-numbered places: frames [..., S, S], corner [..., 2] → [..., 28, 28]."""
    rows, columns = (_weights(corner[..., axis], frames.shape[-1]) for axis in (1, 0))
    return 4 * rows.mT @ frames @ columns    # a sprite's line weighs ½ in all


def _weights(start: Tensor, canvas: int) -> Tensor:
    """How much of sprite line k falls on canvas line j: [...] → [..., canvas, 28], sum over j ½."""
    apart = torch.arange(2 * canvas).unsqueeze(1) - torch.arange(2 * SIDE)    # in half pixels
    near = (1 - (apart - 2 * start[..., None, None]).abs()).clamp_(min=0)
    return near.unflatten(-2, (canvas, 2)).mean(-2)
