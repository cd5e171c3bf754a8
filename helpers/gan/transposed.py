"""Transposed convolution by hand: each input pixel stamps the kernel, times its value, on a canvas.

With input n×n, kernel k×k, stride s and padding p the canvas has (n − 1)·s + k pixels a side; p are cut from
each border at the end. A canvas pixel is touched by ⌊k/s⌋ or ⌈k/s⌉ stamps in each direction: equal only where
s divides k, and otherwise a checkerboard (Odena et al. 2016, 'Deconvolution and checkerboard artifacts').
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, interpolate

from helpers.errors import CourseError
from helpers.steps import Op

Rows = tuple[tuple[float, ...], ...]

INPUTS: dict[str, Rows] = {
    "point": ((0, 0, 0), (0, 1, 0), (0, 0, 0)), "ramp": ((1, 2, 3), (1, 2, 3), (1, 2, 3)),
    "constant": ((1, 1, 1), (1, 1, 1), (1, 1, 1)), "seven": ((2, 2, 2), (0, 1, 2), (0, 2, 0))}
UNEVEN = ((1, 1, 1, 0, -1), (1, 2, 3, 1, 0), (1, 3, 2, 1, -1), (0, 1, 1, 0, 0), (-1, 0, -1, 0, 0))


def _tent(k: int) -> list[int]:
    """A bilinear profile in whole numbers: 1 | 1 1 | 1 2 1 | 1 3 3 1 | 1 2 3 2 1."""
    step = 2 - k % 2    # an even kernel's middle lies between two pixels
    return [1 + step * min(place, k - 1 - place) for place in range(k)]


KERNELS: dict[str, Callable[[int], Rows]] = {    # whole numbers, so that every sum can be checked by hand
    "ones": lambda k: ((1,) * k,) * k,
    "bilinear": lambda k: tuple(tuple(a * b for b in _tent(k)) for a in _tent(k)),
    "uneven": lambda k: tuple(row[:k] for row in UNEVEN[:k])}    # irregular, as training leaves them


@dataclass(frozen=True)
class Settings:
    """What is convolved with what; `image` and `kernel` are the presets' names, or 'own'.

    x: [n, n]; w: [k, k]. Raises `grid_unclear` (not square, or not finite), `stride_unclear`,
    `padding_unclear`, and `nothing_left` where the padding would cut everything off.
    """

    x: Rows
    w: Rows
    stride: int = 2
    padding: int = 0
    image: str = "own"
    kernel: str = "own"

    def __post_init__(self) -> None:
        for rows in (self.x, self.w):
            if not rows or any(len(row) != len(rows) or not all(map(math.isfinite, row)) for row in rows):
                raise CourseError("grid_unclear")
        if not isinstance(self.stride, int) or self.stride < 1:
            raise CourseError("stride_unclear", stride=self.stride)
        if not isinstance(self.padding, int) or self.padding < 0:
            raise CourseError("padding_unclear", padding=self.padding)
        if self.size < 1:
            raise CourseError("nothing_left", canvas=self.side, padding=self.padding, size=self.size)

    @classmethod
    def of(cls, image: str = "constant", kernel: str = "ones", k: int = 3, stride: int = 2,
           padding: int = 0) -> "Settings":
        """Take presets: keys of INPUTS and KERNELS."""
        return cls(INPUTS[image], KERNELS[kernel](k), stride, padding, image, kernel)

    @property
    def n(self) -> int:
        return len(self.x)

    @property
    def k(self) -> int:
        return len(self.w)

    @property
    def side(self) -> int:
        """Of the canvas, before the cut."""
        return (self.n - 1) * self.stride + self.k

    @property
    def size(self) -> int:
        """Of the output, after it."""
        return self.side - 2 * self.padding


class Transposed:
    """A transposed convolution, one input pixel a turn, then a turn that cuts, then all begins afresh.

    done: turns that are done of this pass's n² + 1; y: the canvas, float64 [side, side].
    """

    def __init__(self, settings: Settings) -> None:
        self.change(settings)

    def change(self, settings: Settings) -> None:
        """Begin again with other numbers or sizes."""
        self.settings = settings
        self.x, self.w = (torch.tensor(rows, dtype=torch.float64) for rows in (settings.x, settings.w))
        self.n, self.k, self.s, self.p = settings.n, settings.k, settings.stride, settings.padding
        self.side, self.done = settings.side, 0
        self.y = torch.zeros(self.side, self.side, dtype=torch.float64)

    def turn(self) -> Iterator[Op]:
        """Stamp the next input pixel, row by row; after the last one, a turn that cuts."""
        i, j = divmod(self.done, self.n)
        self.done = (self.done + 1) % (self.n**2 + 1)
        yield from self.stamp_turn(i, j) if i < self.n else self.crop_turn()

    def stamp_turn(self, i: int, j: int) -> Iterator[Op]:
        """Pick a pixel, multiply the kernel by it, add the product to the canvas number by number."""
        if i == j == 0:
            self.y = torch.zeros_like(self.y)
            yield Op("blank")
        pixel = self.x[i, j]
        yield Op("pick", i=i, j=j, pixel=pixel.clone())
        stamp = pixel * self.w
        yield Op("multiply", stamp=stamp)
        for a, b in cells(self.k):
            self.y[self.s*i+a, self.s*j+b] += stamp[a, b]
            yield Op("add", a=a, b=b, row=self.s * i + a, column=self.s * j + b)

    def crop_turn(self) -> Iterator[Op]:
        """Cut the padding from each border."""
        out = self.y[self.p:self.side - self.p,
                     self.p:self.side - self.p]
        yield Op("crop", out=out.clone())

    def terms(self, row: int, column: int) -> list[tuple[int, int, int, int]]:
        """List (i, j, a, b) of the products x[i, j]·w[a, b] that a canvas pixel sums, as they arrive."""
        return [(i, j, row - self.s * i, column - self.s * j)
                for i, j in cells(self.n)
                if 0 <= row - self.s * i < self.k and 0 <= column - self.s * j < self.k]

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on."""
        return {"settings": self.settings, "y": self.y, "done": self.done}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        self.change(state["settings"])
        self.y, self.done = state["y"].clone(), state["done"]


def cells(side: int) -> Iterator[tuple[int, int]]:
    """The places (row, column) of a square grid, row by row."""
    return product(range(side), repeat=2)


def overlaps(n: int, k: int, stride: int) -> Tensor:
    """Count the stamps that touch each pixel of the canvas: int64 [side, side]."""
    count = torch.zeros(((n - 1) * stride + k,) * 2, dtype=torch.int64)
    for i, j in cells(n):
        count[stride * i:stride * i + k, stride * j:stride * j + k] += 1
    return count


def interior(n: int, k: int, stride: int) -> slice:
    """The rows (and columns) of the canvas that a larger input would not touch any more; may be empty."""
    return slice(max(0, k - stride), n * stride)


def touched(k: int, stride: int) -> tuple[int, int]:
    """Count the fewest and the most stamps on a pixel far from the borders."""
    n = k + 2    # large enough to hold every phase of the pattern
    inside = interior(n, k, stride)
    count = overlaps(n, k, stride)[inside, inside]
    return int(count.min()), int(count.max())


def flat_test(w: Tensor, stride: int, n: int = 8) -> tuple[Tensor, Tensor]:
    """Enlarge ones, [n, n], in two ways; both without what the borders disturb, in whole periods.

    By transposed convolution; and by stride×stride copies of each pixel and an ordinary convolution.
    """
    ones, kernel = torch.ones(1, 1, n, n, dtype=w.dtype), w[None, None]
    stamped = conv_transpose2d(ones, kernel, stride=stride)[0, 0]
    start, end, _ = interior(n, len(w), stride).indices(len(stamped))
    inside = slice(start, end - (end - start) % stride)
    return stamped[inside, inside], conv2d(interpolate(ones, scale_factor=stride), kernel)[0, 0]


def ripple(image: Tensor) -> float:
    """(max − min) / |mean|: 0 for an even image, ∞ where the mean of an uneven one is 0."""
    spread, mean = (image.max() - image.min()).item(), abs(image.mean().item())
    return spread / mean if mean else math.inf if spread else 0.0
