"""The three blocks that work on maps: convolution, transposed convolution, resize and convolution."""

from dataclasses import dataclass, field

import numpy as np
from torch import nn
from torch.nn.utils import skip_init

from helpers.gan.blocks import LIMITS, Block, Misfit, Shape


@dataclass(frozen=True)
class Conv(Block):
    """Convolution: side → ⌊(side + 2·padding − kernel) / stride⌋ + 1."""

    channels: int = 32
    kernel: int = 4
    stride: int = 2
    padding: int = 1
    bias: bool = True
    kind = nn.Conv2d

    def after(self, came: Shape) -> Shape:
        if len(came) != 3:
            raise Misfit("conv_wants_map", came=came[0])
        side = self.new_side(came[1])
        if side < 1:
            raise Misfit("conv_nothing_left", side=came[1], kernel=self.kernel, padding=self.padding)
        if side > LIMITS["side"][1]:
            raise Misfit("conv_side", side=side, most=LIMITS["side"][1])
        return (self.channels, side, side)

    def new_side(self, side: int) -> int:
        return (side + 2 * self.padding - self.kernel) // self.stride + 1

    def params(self, came: Shape) -> int:
        return self.channels * (came[0] * self.kernel**2 + self.bias)

    def flops(self, came: Shape) -> int:
        return 2 * came[0] * self.channels * self.kernel**2 * self.after(came)[1]**2

    def layer(self, came: Shape) -> nn.Module:
        return skip_init(self.kind, came[0], self.channels, self.kernel, self.stride, self.padding,
                         bias=self.bias)

    def taps(self, side: int) -> np.ndarray | None:
        return covered(side, self.new_side(side), self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class Transposed(Conv):
    """Transposed convolution: side → (side − 1)·stride − 2·padding + kernel."""

    kind = nn.ConvTranspose2d

    def new_side(self, side: int) -> int:
        return (side - 1) * self.stride - 2 * self.padding + self.kernel

    def flops(self, came: Shape) -> int:
        return 2 * came[0] * self.channels * self.kernel**2 * came[1]**2    # each input is sown once

    def taps(self, side: int) -> np.ndarray | None:
        return sown(side, self.new_side(side), self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class Resized(Conv):
    """Each pixel repeated 2 × 2, then a 3×3 convolution that keeps the side."""

    kernel: int = field(default=3, init=False)
    stride: int = field(default=1, init=False)
    padding: int = field(default=1, init=False)

    def new_side(self, side: int) -> int:
        return 2 * side

    def layer(self, came: Shape) -> nn.Module:
        return nn.Sequential(nn.Upsample(scale_factor=2), super().layer(came))

    def taps(self, side: int) -> np.ndarray | None:
        return covered(2 * side, 2 * side, 3, 1, 1) @ resized(side)


def covered(side: int, new: int, kernel: int, stride: int, padding: int) -> np.ndarray:
    """Convolution: [new, side], whether place i of the map lies under the kernel at step o."""
    offset = np.arange(side) + padding - stride * np.arange(new)[:, None]
    return (offset >= 0) & (offset < kernel)


def sown(side: int, new: int, kernel: int, stride: int, padding: int) -> np.ndarray:
    """Transposed convolution: [new, side], whether place i adds to pixel o."""
    return covered(new, side, kernel, stride, padding).T


def resized(side: int) -> np.ndarray:
    """Each place doubled: [2·side, side]."""
    return np.arange(2 * side)[:, None] // 2 == np.arange(side)
