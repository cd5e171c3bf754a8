"""Generators that stand still, and what theory says of each: the best D, its loss, how far a D is from it."""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from helpers.adversarial import LOSSES
from helpers.gan import probe, theory
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import DATASETS, Data, drawn

WIDTH = 0.1                         # h of the blur that real and generated points get alike
SAMPLES = 100_000                   # of G, to know its density q
GRID = theory.Grid(2.02, 101)       # cells of .04, the middle row at y = 0
FINE = theory.Grid(2.02, 303)       # every third of its middles is one of GRID's
SIGMA, HOME = 0.2, (-0.6, 0.0)      # of the one Gaussian, from which q slides away
RATE, BATCH = 5e-3, 256


class Spread(nn.Module):
    """G with noise of `width` on what it makes: z's last two numbers. Its density is q ⊛ N(0, width²I)."""

    def __init__(self, G: nn.Module, latent: int, width: float) -> None:
        super().__init__()
        self.G, self.latent, self.width = G, latent, width

    def forward(self, z: Tensor) -> Tensor:
        """[n, latent + 2] → [n, 2]."""
        return self.G(z[:, :self.latent]) + self.width * z[:, self.latent:]


class Look(NamedTuple):
    """What is measured of one D: its outputs on the grid, σ of them, its exact loss, E|D − D*|."""

    outputs: Tensor     # [n, n] float64
    chance: Tensor      # [n, n]
    loss: float
    distance: float


class Frozen:
    """Data and a generator that no longer learns, both under the same blur, so that theory is exact.

    p is the data's density under the blur. q is the mean of Gaussians of width h around many samples of G,
    which estimates the density of the blurred G without bias. best: p/(p + q) on the grid, [n, n].
    """

    def __init__(self, data: Data, G: nn.Module) -> None:
        self.data, self.G = data.blurred(WIDTH), G
        self.p = theory.exact(data, GRID, WIDTH)
        # samples are counted in cells a third as wide, so that hardly anything is lost by counting
        self.q = theory.estimated(probe.sample(G, 2, SAMPLES), FINE, WIDTH)[1::3, 1::3]
        self.best = theory.optimal(self.p, self.q)
        self.divergence = theory.jensen_shannon(self.p, self.q, GRID)
        self.least = theory.least_loss(self.divergence)

    def game(self, units: int, seed: int = 0) -> GanGame:
        """A game in which only a new D with layers of `units` learns."""
        return GanGame(self.data, Spread(self.G, 2, WIDTH), mlp(2, units, 1, seed=2 * seed + 1),
                       LOSSES["non_saturating"], latent=4, batch=BATCH, lr_D=RATE, lr_G=0.0, k_G=0, seed=seed)

    @torch.no_grad()
    def look(self, D: nn.Module) -> Look:
        """Measure a D by quadrature: ∫∫ p·softplus(−a) + q·softplus(a), and ∫∫ |D − D*|·(p + q)/2."""
        a = D(GRID.points()).double().reshape(GRID.n, GRID.n)
        chance = a.sigmoid()
        loss = GRID.integral(self.p * softplus(-a) + self.q * softplus(a))
        return Look(a, chance, loss, GRID.integral((chance - self.best).abs() * (self.p + self.q) / 2))


@cache
def trained(data: str, turns: int) -> nn.Module:
    """A generator after so many turns of the usual game; computed once, a millisecond a turn."""
    game = GanGame(DATASETS[data](), mlp(2, 64, 2, seed=0), mlp(2, 64, 1, seed=1), LOSSES["non_saturating"])
    for _ in range(turns):
        for _ in game.turn():
            pass
    return game.G.requires_grad_(False)


def gaussian(x: float, y: float) -> nn.Module:
    """A generator in one layer, G(z) = σz + c: its density is a Gaussian around (x, y)."""
    G = nn.utils.skip_init(nn.Linear, 2, 2).requires_grad_(False)
    G.weight.copy_(SIGMA * torch.eye(2))
    G.bias.copy_(torch.tensor([x, y]))
    return G


def scene(key: str, slide: float = 0.0) -> Frozen:
    """Set a scene of SCENES; slide: how far q stands from p in the one that slides."""
    if key == "slide":
        return Frozen(drawn([HOME], SIGMA), gaussian(HOME[0] + slide, HOME[1]))
    data, turns = SCENES[key]
    return Frozen(DATASETS[data](), gaussian(0.8, 0.0) if turns is None else trained(data, turns))


SCENES: dict[str, tuple[str, int | None]] = {    # key -> data, turns that G has learnt; None: one mode only
    "slide": ("", None), "new": ("two_gaussians", 0), "young": ("two_gaussians", 150),
    "collapsed": ("two_gaussians", None), "ring": ("ring", 300), "late": ("ring", 1000),
}
