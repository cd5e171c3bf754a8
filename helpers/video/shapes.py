"""Coloured shapes that move along Bézier paths, with the true place and velocity of every frame.

The idea of MoCoGAN's shape motion data (Tulyakov et al. 2018), in colour on black: what moves (shape, colour
and size) stays the same for a whole clip; how it moves is a smooth curve. A cubic Bézier curve never leaves
the convex hull of its four points: points drawn inside the walls keep the whole shape inside.
"""

from math import cos, pi, sin, sqrt
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.video.frames import length, whole

CANVAS, FRAMES, PART = 32, 16, 32    # px, frames of a clip, clips drawn together
LEAST, MOST = 16, 64                 # px of a canvas
RADIUS = 0.10, 0.15                  # of the circle, as a part of the canvas, uniform between the two
SHAPES = "circle", "square", "triangle"
COLORS = {"orange": (230, 159, 0), "sky": (86, 180, 233), "green": (0, 158, 115), "yellow": (240, 228, 66),
          "vermilion": (213, 94, 0), "pink": (204, 121, 167)}    # Okabe–Ito, of 255
# a polygon: its sides' directions outwards (y down), their distance in radii of a circle of the same area
SQUARE = [(1, 0), (-1, 0), (0, 1), (0, -1)], sqrt(pi) / 2
TRIANGLE = [(cos(turn), sin(turn)) for turn in (pi / 2, -pi / 6, -5 * pi / 6)], sqrt(pi / (3 * sqrt(3)))
REACH = 2 * TRIANGLE[1]              # radii from the middle to a triangle's corners, the farthest of all


class ShapeClips(NamedTuple):
    """frames [N, T, 3, S, S] in [0, 1], black for paper; the truth about them.

    place [N, T, 2]: x and y of the shape's middle in px from the canvas' top left corner; velocity,
    likewise, its derivative in px a frame; shape and color [N]: numbers in SHAPES and COLORS; radius [N], px.
    """

    frames: Tensor
    place: Tensor
    velocity: Tensor
    shape: Tensor
    color: Tensor
    radius: Tensor


def moving_shapes(n: int, rng: torch.Generator, frames: int = FRAMES, canvas: int = CANVAS) -> ShapeClips:
    """Draw n clips of one shape each; raises `clip_length` and `shape_size`."""
    time = length(frames)
    if not whole(canvas, LEAST, MOST):
        raise CourseError("shape_size", canvas=canvas, least=LEAST, most=MOST)
    shape = torch.randint(len(SHAPES), (n,), generator=rng)
    color = torch.randint(len(COLORS), (n,), generator=rng)
    radius = canvas * (RADIUS[0] + (RADIUS[1] - RADIUS[0]) * torch.rand(n, generator=rng))
    wall = (REACH * radius + 0.5).view(-1, 1, 1)    # half a pixel for the soft edge
    points = wall + (canvas - 2 * wall) * torch.rand(n, 4, 2, generator=rng)
    place, velocity = bezier(points, time)
    tint = torch.tensor(list(COLORS.values()))[color] / 255
    # a part at a time stays in the processor's cache
    parts = zip(*(whole.split(PART) for whole in (shape, radius, place, tint)), strict=True)
    drawn = torch.cat([_covered(*some, canvas).unsqueeze(2) * own.view(-1, 1, 3, 1, 1)
                       for *some, own in parts])
    return ShapeClips(drawn, place, velocity, shape, color, radius)


def bezier(points: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """Follow cubic Bézier curves to their end: points [N, 4, 2] → place and derivative a frame, [N, T, 2]."""
    u = torch.linspace(0, 1, frames, dtype=points.dtype)
    v, steps = 1 - u, max(frames - 1, 1)
    place = torch.stack((v**3, 3 * u * v**2, 3 * u**2 * v, u**3), -1)    # Bernstein's polynomials [T, 4]
    slope = 3 * torch.stack((v**2, 2 * u * v, u**2), -1) / steps
    return place @ points, slope @ points.diff(dim=1)


def _covered(shape: Tensor, radius: Tensor, place: Tensor, canvas: int) -> Tensor:
    """How much of each pixel a shape covers, by its middle's distance from the edge: → [N, T, S, S]."""
    pixel = torch.arange(canvas) + 0.5
    x, y = (pixel - place[..., axis, None] for axis in (0, 1))    # [N, T, S]
    apart = torch.empty(*place.shape[:2], canvas, canvas)
    for kind in range(len(SHAPES)):
        mine = shape == kind
        across, down, size = x[mine].unsqueeze(-2), y[mine].unsqueeze(-1), radius[mine].view(-1, 1, 1, 1)
        if kind == 0:
            apart[mine] = torch.hypot(across, down) - size
        else:
            sides, near = (SQUARE, TRIANGLE)[kind - 1]
            far = torch.stack([a * across + b * down for a, b in sides]).amax(0)
            apart[mine] = far - near * size
    return (0.5 - apart).clamp_(0, 1)
