"""Real MNIST digits that move and bounce, with the true place and velocity of every frame.

The recipe of Moving MNIST (Srivastava et al. 2015) at a size that fits a laptop: a digit of 14 px on a canvas
of 32 px (a digit of 28 px would hardly move there), uniform start, uniform direction, steady speed, reflection
at the walls, the brighter pixel where two digits overlap. Places are real numbers, not whole pixels, so that
a speed can be measured to a fraction of a pixel.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from helpers.data import mnist
from helpers.errors import CourseError

SIDE, CANVAS, FRAMES = 14, 32, 16    # px, px, frames of a clip
SPEED = 1.0, 2.5                     # px a frame, uniform between the two
MOST = 1024                          # frames of one clip


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
        if digits not in (1, 2) or not SIDE < canvas <= 2 * CANVAS:
            raise CourseError("clip_size", digits=digits, canvas=canvas, least=SIDE + 1, most=2 * CANVAS)
        source = mnist(train)
        self.digits, self.canvas, self.free = digits, canvas, canvas - SIDE
        self.images, self.labels = source.data, source.targets    # [60000, 28, 28] uint8

    def sample(self, n: int, rng: torch.Generator, frames: int = FRAMES) -> Clips:
        """Draw n clips; raises `clip_length`."""
        length(frames)
        chosen = torch.randint(len(self.images), (n, self.digits), generator=rng)
        digits = avg_pool2d(self.images[chosen].float() / 255, 2)    # [n, digits, 14, 14]
        start = self.free * torch.rand(n, 1, self.digits, 2, generator=rng)
        turn = 2 * torch.pi * torch.rand(n, 1, self.digits, generator=rng)
        speed = SPEED[0] + (SPEED[1] - SPEED[0]) * torch.rand(n, 1, self.digits, 1, generator=rng)
        heading = speed * torch.stack((turn.cos(), turn.sin()), -1)    # [n, 1, digits, 2]
        time = torch.arange(frames).view(1, -1, 1, 1)
        corner, velocity = bounce(start + heading * time, heading, self.free)
        drawn = paste(digits.unsqueeze(1), corner, self.canvas)    # [n, T, digits, S, S]
        return Clips(drawn.amax(2, keepdim=True), corner + SIDE / 2, velocity, self.labels[chosen])


def length(frames: object) -> None:
    """Raise `clip_length` for anything but a number of frames from 1 to MOST."""
    if not isinstance(frames, int) or isinstance(frames, bool) or not 1 <= frames <= MOST:
        raise CourseError("clip_length", found=frames, most=MOST)


def bounce(unfolded: Tensor, heading: Tensor, span: float) -> tuple[Tensor, Tensor]:
    """Fold a straight path into [0, span] by reflection: the place and the velocity, of the same shape.

    The path through mirrors is straight: no step has to be computed from the one before.
    """
    phase = torch.remainder(unfolded, 2 * span)
    back = phase > span    # on the way back from the far wall
    return torch.where(back, 2 * span - phase, phase), torch.where(back, -heading, heading)


def paste(sprites: Tensor, corner: Tensor, canvas: int = CANVAS) -> Tensor:
    """Put pictures on empty canvases at real-numbered places, by bilinear interpolation.

    sprites [..., s, s], corner [..., 2] (x and y of the top left pixel) → [..., canvas, canvas]. Rows and
    columns are interpolated by one matrix each; the ink's centre of mass moves by exactly the shift while
    it stays on the canvas. Differentiable in both (Jaderberg et al. 2015, eq. 5).
    """
    rows, columns = (_weights(corner[..., axis], sprites.shape[-1], canvas) for axis in (1, 0))
    return rows @ sprites @ columns.mT    # [.., S, s] · [.., s, s] · [.., s, S]


def crop(frames: Tensor, corner: Tensor, side: int = SIDE) -> Tensor:
    """Read a picture back at real-numbered places: frames [..., S, S], corner [..., 2] → [..., s, s]."""
    rows, columns = (_weights(corner[..., axis], side, frames.shape[-1]) for axis in (1, 0))
    return rows.mT @ frames @ columns


def _weights(start: Tensor, side: int, canvas: int) -> Tensor:
    """How much of sprite line k falls on canvas line j: max(0, 1 − |j − start − k|), [..., canvas, side]."""
    apart = torch.arange(canvas).unsqueeze(1) - torch.arange(side)    # j − k
    return (1 - (apart - start[..., None, None]).abs()).clamp_(min=0)
