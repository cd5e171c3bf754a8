"""What theory says of the best discriminator, by quadrature on a grid over the plane.

p is the data's exact density. G's density q has no formula: it is estimated from many samples as their
mean Gaussian of width h. So that both are blurred alike, p is taken under the same blur, exactly.
"""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from helpers.gan.mixtures import Data


@dataclass(frozen=True)
class Grid:
    """n × n square cells over [−extent, extent]²; a density is a tensor [n, n], row = y, column = x."""

    extent: float
    n: int = 96

    @property
    def cell(self) -> float:
        """The side of a cell."""
        return 2 * self.extent / self.n

    @property
    def axis(self) -> Tensor:
        """The middles of the cells along one side: [n]."""
        return (torch.arange(self.n) + 0.5) * self.cell - self.extent

    def points(self) -> Tensor:
        """The middles of all cells, (x, y): [n·n, 2]."""
        y, x = torch.meshgrid(self.axis, self.axis, indexing="ij")
        return torch.stack((x, y), -1).reshape(-1, 2)

    def integral(self, values: Tensor) -> float:
        """∫∫ values by the midpoint rule: [n, n] → a number."""
        return values.double().sum().item() * self.cell**2


def exact(data: Data, grid: Grid, width: float = 0.0) -> Tensor:
    """The data's density under a further blur of `width`, at the middles of the cells: [n, n] float64."""
    return data.blurred(width).log_density(grid.points().double()).exp().reshape(grid.n, grid.n)


def estimated(samples: Tensor, grid: Grid, width: float) -> Tensor:
    """The mean of Gaussians of `width` around samples [N, 2], at the middles of the cells: [n, n] float64.

    Samples are first counted in cells, which must be well narrower than `width`. Those outside the grid
    count in N all the same: their mass lies elsewhere. What is no number is left out of the counts too.
    """
    column, row = ((samples.double() + grid.extent) / grid.cell).floor().nan_to_num(nan=-1).unbind(1)
    inside = (column >= 0) & (column < grid.n) & (row >= 0) & (row < grid.n)
    place = (row * grid.n + column)[inside].long()
    counts = torch.bincount(place, minlength=grid.n**2).double().reshape(grid.n, grid.n)
    axis = grid.axis.double()
    kernel = (-(axis[:, None] - axis).square() / (2 * width**2)).exp()
    kernel /= (2 * torch.pi) ** 0.5 * width
    return kernel @ counts @ kernel.T / len(samples)


def optimal(p: Tensor, q: Tensor) -> Tensor:
    """The best D's probability of 'real', p/(p + q) (Goodfellow et al. 2014, prop. 1); ½ where both are 0."""
    return torch.where(p + q > 0, p / (p + q), 0.5)


def jensen_shannon(p: Tensor, q: Tensor, grid: Grid) -> float:
    """JS(p, q) in nats by quadrature: 0 where they are equal, log 2 where they do not meet.

    Mass of either that lies outside the grid is taken to meet nothing of the other.
    """
    both = p + q
    terms = sum(torch.where(both > 0, torch.xlogy(part, 2 * part / both), 0.0) for part in (p, q))
    outside = sum(max(0.0, 1 - grid.integral(part)) for part in (p, q))
    return (grid.integral(terms) + outside * log(2)) / 2


def least_loss(divergence: float) -> float:
    """The least cross-entropy that any D can reach, 2·log 2 − 2·JS: the sum of its two means.

    It is minus the optimum of the value function, 2·JS − 2·log 2 (Goodfellow et al. 2014, theorem 1).
    """
    return 2 * log(2) - 2 * divergence
