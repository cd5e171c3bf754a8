"""A recipe that covers every mode sharply: the lesson's own game with six remedies, most of them annealed.

1. Relativistic loss: each real sample is compared with a generated one (R3GAN, 2501.05441).
2. A penalty on D's slope at real and generated samples, which fades (R1 + R2, Mescheder et al. 2018).
3. Noise on real and generated samples alike, which fades: at first the modes overlap, so that G finds all
   of them in their right shares; then they part (instance noise, Sønderby et al. 2017).
4. Waves of D's inputs: it sees fine detail early (Fourier features, Tancik et al. 2020).
5. Steep units in G: tanh(s·a), with s rising, so that the passages between modes grow narrow.
6. Learning rates that fall to nothing, and an average of G's weights (EMA, Yazıcı et al. 2019).
"""

from dataclasses import dataclass
from math import cos, pi

import torch
from torch import Tensor, nn

from helpers.adversarial import EMA, LOSSES
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import Data

LATENT = 2


@dataclass(frozen=True)
class Recipe:
    """What a game is made with; pairs are (at the start, at the end).

    waves: octaves of sines and cosines of D's inputs. steep: the end value of s in G's units tanh(s·a),
    which begins at 1 with twice the usual first weights; None for leaky ReLU. noise: standard deviation, as
    a part of the data's half-width, and the part of the training after which it is gone. gamma: weight of
    the slope penalty, falling geometrically. hold: the part of the training before the rates begin to
    fall. decay: of the average of G's weights.
    """

    loss: str = "relativistic"
    lr: float = 1e-3
    betas: tuple[float, float] = (0.0, 0.99)
    batch: int = 512
    width: int = 128
    waves: int = 5
    steep: float | None = 2.5
    gamma: tuple[float, float] = (0.1, 0.001)
    noise: tuple[float, float] = (0.3, 0.6)
    hold: float = 0.3
    decay: float = 0.99


OURS = Recipe()
# DCGAN's rates (Radford et al. 2016, section 3) and the loss of 2014, with the same networks and batches.
CLASSIC = Recipe("non_saturating", lr=2e-4, betas=(0.5, 0.999), waves=0, steep=None, gamma=(0, 0),
                 noise=(0, 1), hold=1)


class Run:
    """A game by a recipe: `tune` sets it for the progress in [0, 1], `step` plays a turn and averages."""

    def __init__(self, recipe: Recipe, data: Data, seed: int) -> None:
        self.recipe, self.data, self.scale = recipe, data, data.modes.abs().max().item()
        rng = torch.Generator().manual_seed(seed)
        self.unit = Steep()    # one for all of G's layers: it has no weights
        shape = {"between": lambda: self.unit, "gain": 2} if recipe.steep else {}
        G = nn.Sequential(mlp(LATENT, recipe.width, 2, seed=2 * seed, depth=3, **shape), Scaled(self.scale),
                          Noise(rng))
        D = nn.Sequential(Scaled(1 / self.scale), Waves(recipe.waves), mlp(
            2 * (1 + 2 * recipe.waves), recipe.width, 1, seed=2 * seed + 1, depth=3))
        self.gamma, self.noise = 0.0, G[-1]
        self.game = GanGame(data, G, D, LOSSES[recipe.loss], latent=LATENT, batch=recipe.batch,
                            lr_D=recipe.lr, lr_G=recipe.lr, betas=recipe.betas, seed=seed,
                            penalty=self._penalty if recipe.gamma[0] else None)
        self.ema = EMA(G, recipe.decay)

    def tune(self, progress: float) -> None:
        """Set rates, noise and penalty for this moment."""
        recipe = self.recipe
        left = max(0.0, progress - recipe.hold) / (1 - recipe.hold) if recipe.hold < 1 else 0.0
        rate = recipe.lr * (1 + cos(pi * left)) / 2
        self.game.set_rates(rate, rate)
        start, end = recipe.gamma
        self.gamma = start * (end / start) ** min(1.0, progress / 0.8) if start else 0.0
        self.unit.slope.fill_((recipe.steep or 1.0) ** min(1.0, max(0.0, (progress - 0.6) / 0.35)))
        size, gone = recipe.noise
        self.noise.width = self.scale * size * max(0.0, 1 - progress / gone) ** 2
        self.game.data = self.data.blurred(self.noise.width) if self.noise.width else self.data

    def step(self) -> None:
        """Play one turn."""
        for _ in self.game.turn():
            pass
        self.ema.update()

    def _penalty(self, D: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
        half = len(real) // 2    # enough for an estimate
        both = torch.cat((real[:half], fake[:half]))
        return self.gamma * self.scale**2 * sampled_slope(D, both, 0.01 * self.scale, rng)


def sampled_slope(D: nn.Module, x: Tensor, reach: float, rng: torch.Generator) -> Tensor:
    """E‖∇D(x)‖² from one random direction a point, [n, d] → a scalar: no second backward is needed.

    For v ~ N(0, I), E(v·∇D)² is ‖∇D‖² (Hutchinson 1989); the slope along v is a central difference over
    `reach`. Over equal parts of real and generated points this is R1 + R2.
    """
    step = reach / 2 * torch.randn(x.shape, generator=rng)
    ahead, behind = D(torch.cat((x + step, x - step))).chunk(2)
    return ((ahead - behind) / reach).square().mean()


class Waves(nn.Module):
    """x → [x, sin(πx), cos(πx), sin(2πx), …], up to sin(2ᵏ⁻¹πx): [n, d] → [n, d·(1 + 2·octaves)]."""

    def __init__(self, octaves: int) -> None:
        super().__init__()
        self.frequencies = [pi * 2**k for k in range(octaves)]

    def forward(self, x: Tensor) -> Tensor:
        """Join the input and its waves."""
        return torch.cat([x, *(wave(f * x) for f in self.frequencies for wave in (torch.sin, torch.cos))], 1)


class Steep(nn.Module):
    """a → tanh(s·a); the slope s is set by the recipe and, as a buffer, follows into the average of G."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("slope", torch.tensor(1.0))

    def forward(self, a: Tensor) -> Tensor:
        """Bend."""
        return torch.tanh(self.slope * a)


class Scaled(nn.Module):
    """x → factor·x: the networks themselves work with numbers near 1."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Scale."""
        return self.factor * x


class Noise(nn.Module):
    """Gaussian noise of a width that the recipe sets; none in evaluation mode, as in the averaged G."""

    def __init__(self, rng: torch.Generator) -> None:
        super().__init__()
        self.rng, self.width = rng, 0.0

    def forward(self, x: Tensor) -> Tensor:
        """Add it."""
        if not (self.training and self.width):
            return x
        return x + self.width * torch.randn(x.shape, generator=self.rng)

