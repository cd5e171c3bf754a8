"""Data in the plane whose density is known: a thin shape, blurred by Gaussian noise of width sigma.

A sample is a random point of the shape plus noise, so the density is the shape's convolution with the
Gaussian: a sum over centres, error functions on a segment, an integral over an arc.
`log_density` computes in float64 whatever it is given, returns its input's type, and can be differentiated.
"""

from collections.abc import Callable
from copy import copy
from math import ceil, hypot, isfinite, log, pi, sqrt
from typing import Protocol

import torch
from torch import Tensor

from helpers.errors import CourseError

WINDOW = 1.6             # half-width of the panels' common window; data that need more say so in `extent`
SIGMAS = (0.005, 1.0)    # thinner is below a pixel and below float32 training, wider fills the window
MOST_POINTS = 500


class Data(Protocol):
    """What the game asks of data in the plane: key, centres, noise width, half-width of a square window."""

    name: str
    modes: Tensor   # [K, 2], [0, 2] for curves
    sigma: float
    extent: float

    def sample(self, n: int, rng: torch.Generator) -> Tensor: ...   # [n, 2] float32
    def log_density(self, x: Tensor) -> Tensor: ...                 # [N, 2] → [N], natural logarithm
    def blurred(self, width: float) -> "Data": ...                  # this density ⊛ N(0, width²I)


class _Blurred:
    """A shape in the plane ⊛ a Gaussian; `shape_points` and `log_density` are the subclass's."""

    def __init__(self, name: str, sigma: float, reach: float, modes: Tensor | None = None) -> None:
        """reach: the shape's largest coordinate; the window adds 4σ. Raises `sigma_out_of_range`."""
        if not (isfinite(sigma) and SIGMAS[0] <= sigma <= SIGMAS[1]):
            raise CourseError("sigma_out_of_range", sigma=sigma, low=SIGMAS[0], high=SIGMAS[1])
        self.name, self.sigma = name, float(sigma)
        self.modes = torch.empty(0, 2) if modes is None else modes
        self.extent = max(WINDOW, round(reach + 4 * self.sigma, 3))

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """Draw n independent points, [n, 2] float32."""
        return self.shape_points(n, rng) + self.sigma * torch.randn(n, 2, generator=rng)

    def blurred(self, width: float) -> "_Blurred":
        """The same shape under more noise: its density is this one ⊛ N(0, width²I), exactly."""
        other = copy(self)
        other.sigma = hypot(self.sigma, width)
        return other

    def _log_sum(self, x: Tensor, centres: Tensor, log_weights: Tensor | float) -> Tensor:
        """log Σₖ wₖ N(x; cₖ, σ²I): x [N, 2], centres [K, 2], log_weights [K] or one for all → [N]."""
        squared = (x.double()[:, None] - centres.double()).square().sum(2)            # [N, K]
        terms = log_weights - squared / (2 * self.sigma**2)
        return (terms.logsumexp(1) - log(2 * pi * self.sigma**2)).to(x.dtype)


class Mixture(_Blurred):
    """Equally likely Gaussians of one width at the given centres [K, 2]."""

    def __init__(self, name: str, modes: Tensor, sigma: float) -> None:
        super().__init__(name, sigma, modes.abs().max().item(), modes)

    def shape_points(self, n: int, rng: torch.Generator) -> Tensor:
        """Choose a centre for each of n points: [n, 2]."""
        return self.modes[torch.randint(len(self.modes), (n,), generator=rng)]

    def log_density(self, x: Tensor) -> Tensor:
        """log p at x: [N, 2] → [N]."""
        return self._log_sum(x, self.modes, -log(len(self.modes)))


class Segment(_Blurred):
    """The segment from −end to end ([2]), uniform along its length."""

    def __init__(self, name: str, end: Tensor, sigma: float) -> None:
        super().__init__(name, sigma, end.abs().max().item())
        self.end = end

    def shape_points(self, n: int, rng: torch.Generator) -> Tensor:
        """Choose n places along the segment: [n, 2]."""
        return (2 * torch.rand(n, 1, generator=rng) - 1) * self.end

    def log_density(self, x: Tensor) -> Tensor:
        """log p at x: [N, 2] → [N], N(v; 0, σ²)·[Φ((u+L)/σ) − Φ((u−L)/σ)] / 2L.

        u runs along the segment, v across it, L is half its length. With |u| both arguments of Φ stand
        on its small side, so that their difference keeps its digits far outside as well.
        """
        end = self.end.double()
        half = end.norm()
        u = (x.double() @ end / half).abs()
        v = x.double() @ torch.stack((-end[1], end[0])) / half
        near = torch.special.log_ndtr((half - u) / self.sigma)
        far = torch.special.log_ndtr((-half - u) / self.sigma)
        along = near + torch.log1p(-(far - near).exp()) - torch.log(2 * half)
        across = -(v / self.sigma).square() / 2 - log(sqrt(2 * pi) * self.sigma)
        return (along + across).to(x.dtype)


class Moons(_Blurred):
    """Two interleaved half-circles of radius 1, uniform along their arcs, centred on the origin.

    The arcs are scikit-learn's make_moons, (cos t, sin t) and (1 − cos t, ½ − sin t) for t in [0, π],
    moved by (−½, −¼). The density is their integral by Gauss–Legendre quadrature with about 8/σ nodes an
    arc, which inside the window leaves a relative error below 1e-10 (tested against five times as many).
    """

    def __init__(self, name: str, sigma: float) -> None:
        super().__init__(name, sigma, 1.5)
        angle, weight = _gauss_legendre(ceil(8 / sigma) + 60)                         # on [−1, 1]
        angle = (angle + 1) * pi / 2
        self._nodes = torch.cat((_moon(angle, 0), _moon(angle, 1)))                   # [2Q, 2]
        self._log_weights = (torch.cat((weight, weight)) / 4).log()                   # they add up to 1

    def shape_points(self, n: int, rng: torch.Generator) -> Tensor:
        """Choose n places on the two arcs: [n, 2]."""
        lower = torch.randint(2, (n,), generator=rng)
        return _moon(pi * torch.rand(n, generator=rng), lower)

    def log_density(self, x: Tensor) -> Tensor:
        """log p at x: [N, 2] → [N]."""
        return self._log_sum(x, self._nodes, self._log_weights)


def _moon(angle: Tensor, lower: Tensor | int) -> Tensor:
    """Points at `angle` [n] on the upper moon, or on the lower one, half a turn away, where `lower` is 1."""
    upper = torch.stack((angle.cos() - 0.5, angle.sin() - 0.25), dim=1)
    return upper * torch.as_tensor(1 - 2 * lower).reshape(-1, 1)


def _gauss_legendre(n: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights [n] on [−1, 1], float64, from the Jacobi matrix (Golub & Welsch 1969)."""
    k = torch.arange(1, n, dtype=torch.float64)
    beside = k / (4 * k**2 - 1).sqrt()
    nodes, vectors = torch.linalg.eigh(torch.diag(beside, 1) + torch.diag(beside, -1))
    return nodes, 2 * vectors[0].square()


def ring(sigma: float = 0.01) -> Mixture:
    """Eight Gaussians on the circle of radius 1; σ .01 is PacGAN's (Lin et al. 2018, section 4.1)."""
    turn = torch.arange(8) * (pi / 4)
    return Mixture("ring", torch.stack((turn.cos(), turn.sin()), dim=1), sigma)


def grid(step: float = 2.0, sigma: float = 0.05) -> Mixture:
    """Five by five Gaussians about the origin; step 2, from −4 to 4, and σ .05 are PacGAN's (4.1)."""
    row = torch.arange(-2, 3) * step
    return Mixture("grid", torch.cartesian_prod(row, row), sigma)


def two_gaussians(sigma: float = 0.2) -> Mixture:
    """Two Gaussians at (±0.8, 0), eight widths apart: the smallest data on which a mode can be lost."""
    return Mixture("two_gaussians", torch.tensor([[-0.8, 0.0], [0.8, 0.0]]), sigma)


def line(sigma: float = 0.05) -> Segment:
    """The diagonal from (−1, −1) to (1, 1), the one set that a latent of one dimension fits exactly."""
    return Segment("line", torch.tensor([1.0, 1.0]), sigma)


def two_moons(sigma: float = 0.08) -> Moons:
    """Two interleaved half-circles: a shape that no straight cut divides."""
    return Moons("two_moons", sigma)


def drawn(points: object, sigma: float = 0.1) -> Mixture:
    """A Gaussian of width sigma at each point that the learner clicked, [K, 2] or a list of pairs.

    Equal points count twice. Raises `no_points`, `too_many_points` (over 500) or `points_unclear`
    (not pairs of finite numbers).
    """
    try:
        modes = torch.as_tensor(points, dtype=torch.float32).clone()
    except (TypeError, ValueError, RuntimeError):
        raise CourseError("points_unclear") from None
    if modes.numel() == 0:
        raise CourseError("no_points")
    if modes.dim() != 2 or modes.shape[1] != 2 or not modes.isfinite().all():
        raise CourseError("points_unclear")
    if len(modes) > MOST_POINTS:
        raise CourseError("too_many_points", count=len(modes), most=MOST_POINTS)
    return Mixture("drawn", modes, sigma)


# The panels' choices: wide enough to see and to learn in a few hundred steps, yet with modes 8 to 15 widths
# apart, so that a lost mode is a lost mode. All fit the common window but the moons, whose extent is 1.7.
DATASETS: dict[str, Callable[[], Data]] = {
    "ring": lambda: ring(sigma=0.05),
    "grid": lambda: grid(step=0.6, sigma=0.05),
    "two_gaussians": two_gaussians,
    "line": line,
    "two_moons": lambda: two_moons(sigma=0.05),
}
