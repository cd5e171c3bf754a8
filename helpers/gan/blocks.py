"""The blocks that networks are stacked of: their shapes, sizes and costs are known before anything is run.

A shape is (n,) for a vector of n numbers, or (channels, side, side) for a map. FLOPs are of one image, a
multiplication with its addition counted as 2, of linear layers and convolutions only; adding a bias,
batch norm and activations are left out, as in torch.utils.flop_counter.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from torch import nn
from torch.nn.utils import skip_init

from helpers.errors import CourseError
from helpers.gan.dcgan import SLOPE

Shape = tuple[int, ...]
LIMITS = {"out": (1, 8192), "channels": (1, 512), "side": (1, 64), "kernel": (1, 9), "stride": (1, 4),
          "padding": (0, 4), "latent": (1, 256)}
ACTIVATIONS = {"relu": nn.ReLU, "leaky": lambda: nn.LeakyReLU(SLOPE), "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


class Misfit(Exception):
    """Why a block cannot take what comes: a key of the course's errors and its facts, but for the place."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


@dataclass(frozen=True)
class Block:
    """A layer's description. Raises `block_<number>` where one of its numbers is outside LIMITS."""

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name, low)
            if not low <= value <= high:
                raise CourseError(f"block_{name}", found=value, low=low, high=high)

    def after(self, came: Shape) -> Shape:
        """Return the shape that leaves where `came` enters, or raise Misfit."""
        return came

    def params(self, came: Shape) -> int:
        return 0

    def flops(self, came: Shape) -> int:
        return 0

    def layer(self, came: Shape) -> nn.Module:
        """Make the layer; its weights are drawn later."""
        raise NotImplementedError

    def taps(self, side: int) -> np.ndarray | None:
        """Which places of a map enter each place that leaves, along one axis: [out, in]; None: its own."""
        return None


@dataclass(frozen=True)
class Linear(Block):
    """Every number from every number; so wide that it can fill the largest map."""

    out: int = 64
    bias: bool = True

    def after(self, came: Shape) -> Shape:
        if len(came) != 1:
            raise Misfit("linear_wants_vector", came=written(came))
        return (self.out,)

    def params(self, came: Shape) -> int:
        return self.out * (came[0] + self.bias)

    def flops(self, came: Shape) -> int:
        return 2 * came[0] * self.out

    def layer(self, came: Shape) -> nn.Module:
        return skip_init(nn.Linear, came[0], self.out, bias=self.bias)


@dataclass(frozen=True)
class Reshape(Block):
    """A vector as a map: the same numbers, laid out."""

    channels: int = 64
    side: int = 7

    def after(self, came: Shape) -> Shape:
        wanted = (self.channels, self.side, self.side)
        if len(came) != 1:
            raise Misfit("reshape_wants_vector", came=written(came))
        if came[0] != prod(wanted):
            raise Misfit("reshape_numbers", wanted=written(wanted), count=prod(wanted), came=came[0])
        return wanted

    def layer(self, came: Shape) -> nn.Module:
        return nn.Unflatten(1, self.after(came))


@dataclass(frozen=True)
class Flatten(Block):
    """A map as a vector."""

    def after(self, came: Shape) -> Shape:
        if len(came) != 3:
            raise Misfit("flatten_wants_map", came=came[0])
        return (prod(came),)

    def layer(self, came: Shape) -> nn.Module:
        return nn.Flatten()


@dataclass(frozen=True)
class Norm(Block):
    """Batch norm over the channels of a map, or over each number of a vector."""

    def params(self, came: Shape) -> int:
        return 2 * came[0]

    def layer(self, came: Shape) -> nn.Module:
        return (nn.BatchNorm2d if len(came) == 3 else nn.BatchNorm1d)(came[0])


@dataclass(frozen=True)
class Activation(Block):
    """kind: a key of ACTIVATIONS."""

    kind: str = "relu"

    def layer(self, came: Shape) -> nn.Module:
        return ACTIVATIONS[self.kind]()


def written(shape: Shape) -> str:
    """Write a shape as 64×7×7."""
    return "×".join(map(str, shape))


def grouped(count: int) -> str:
    """Write a count as Brazil does: 1.234.567."""
    return f"{count:,}".replace(",", ".")
