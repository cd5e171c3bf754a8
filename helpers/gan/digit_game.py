"""The game over real digits by a recipe: loss, penalties, moving average and rates, chosen by measurement.

The table that the choice rests on is in benchmarks/README.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi
from typing import Any

import torch
from torch import Tensor, nn

from helpers.adversarial import EMA, LOSSES, r1
from helpers.data import LabelledDigits, training_digits
from helpers.errors import CourseError
from helpers.gan.dcgan import Discriminator, Generator, classic_pair
from helpers.snapshots import restore, states
from helpers.steps import Op

PARTS = ("G", "D", "opt_G", "opt_D", "ema")


@dataclass(frozen=True)
class Recipe:
    """How a game over digits is played.

    gamma: weight of the zero-centred slope penalty, on real images (R1) and with `both` on generated ones
    too (R2), every `lazy` steps with `lazy` times the weight (Karras et al. 2020, appendix B). hold: the
    part of the plan before the rates begin to fall along a cosine, 1 where they stay. decay: of G's moving
    average, which forgets faster at first, so that it is not the beginning that it shows. width_G,
    width_D, norm, spectral: see dcgan.py; classic: DCGAN's own pair in their place.
    """

    loss: str = "non_saturating"
    latent: int = 32
    batch: int = 32
    lr_G: float = 2e-3
    lr_D: float = 2e-3
    betas: tuple[float, float] = (0.0, 0.99)
    gamma: float = 1.0
    both: bool = False
    lazy: int = 8
    hold: float = 0.5
    decay: float = 0.995
    width_G: int = 64
    width_D: int = 32
    norm: bool = True
    spectral: bool = False
    classic: bool = False


OURS = Recipe()        # 120 seconds of a lesson
SHIPPED = Recipe(lr_G=1e-3, lr_D=1e-3, decay=0.999)    # a longer run, done already: data/checkpoints
CLASSIC = Recipe(latent=100, batch=128, lr_G=2e-4, lr_D=2e-4, betas=(0.5, 0.999), gamma=0, hold=1,
                 decay=0.99, width_G=128, width_D=64, classic=True)


class DigitGame:
    """Generator against discriminator over real MNIST digits, with every random draw from an own generator.

    conditional: both networks are told which digit it is about. `sampler` is the average of G's weights.
    """

    def __init__(self, recipe: Recipe = OURS, *, conditional: bool = False, seed: int = 0,
                 pair: tuple[nn.Module, nn.Module] | None = None, data: LabelledDigits | None = None) -> None:
        """pair: a generator and a discriminator in place of the recipe's own; data: digits read before."""
        self.recipe, self.conditional, self.batch = recipe, conditional, recipe.batch
        self.data, self.gamma = data or training_digits(), recipe.gamma
        self.G, self.D = (net.to(memory_format=torch.channels_last)    # up to an eighth faster on a CPU
                          for net in pair or networks(recipe, conditional, seed))
        self.opt_G, self.opt_D = (
            torch.optim.Adam(net.parameters(), lr, betas=recipe.betas, fused=True)
            for net, lr in ((self.G, recipe.lr_G), (self.D, recipe.lr_D)))
        self.loss, self.ema = LOSSES[recipe.loss], EMA(self.G, recipe.decay)
        self.rng = torch.Generator().manual_seed(seed)
        self.steps = 0

    @property
    def sampler(self) -> nn.Module:
        return self.ema.model

    def tune(self, progress: float) -> None:
        """Set both learning rates for this part of the plan, 0 to 1."""
        hold = self.recipe.hold
        left = max(0.0, progress - hold) / (1 - hold) if hold < 1 else 0.0
        for opt, rate in ((self.opt_G, self.recipe.lr_G), (self.opt_D, self.recipe.lr_D)):
            opt.param_groups[0]["lr"] = rate * (1 + cos(pi * left)) / 2

    def noise(self, n: int) -> Tensor:
        """Draw latent points z ~ N(0, I): [n, latent]."""
        return torch.randn(n, self.recipe.latent, generator=self.rng)

    def sample(self) -> tuple[Tensor, Tensor]:
        """Draw a batch of real images [n, 1, 28, 28] and their labels [n]."""
        return self.data.sample(self.batch, self.rng)

    def draw(self, labels: Tensor) -> Tensor:
        """Let G draw an image for each label; an unconditional G does not see them."""
        z = self.noise(len(labels))
        return self.G(z, labels) if self.conditional else self.G(z)

    def judge(self, images: Tensor, labels: Tensor) -> Tensor:
        """Let D score images: logits [n, 1]."""
        return self.D(images, labels) if self.conditional else self.D(images)

    def turn(self) -> Iterator[Op]:
        """One step: D learns, then G, then the average of G's weights follows."""
        yield from self.discriminator_turn()
        yield from self.generator_turn()
        self.follow()
        yield Op("average")

    def follow(self) -> None:
        """Count the step and move the average of G's weights towards the present ones."""
        self.steps += 1
        self.ema.decay = min(self.recipe.decay, self.steps / (self.steps + 9))
        self.ema.update()

    def discriminator_turn(self) -> Iterator[Op]:
        """One update of D; `detach` cuts G off, so that nothing flows back into it."""
        self.opt_D.zero_grad()
        yield Op("D.zero")
        real, labels = self.sample()
        yield Op("D.real", real=real)
        fake = self.draw(labels).detach()
        yield Op("D.fake", fake=fake)
        on_real = self.judge(real, labels)
        on_fake = self.judge(fake, labels)
        yield Op("D.judge", real_score=on_real.detach().mean(), fake_score=on_fake.detach().mean())
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op("D.loss", loss_D=loss.detach())
        loss = loss + self.penalty(real, fake, labels)
        yield Op("D.penalty", penalised_D=loss.detach())
        loss.backward()
        yield Op("D.backward")
        self.opt_D.step()
        yield Op("D.step")

    def generator_turn(self) -> Iterator[Op]:
        """One update of G; the gradient reaches it through D, whose own weights stay as they are."""
        self.opt_G.zero_grad()
        yield Op("G.zero")
        real, labels = self.sample()
        fake = self.draw(labels)
        yield Op("G.fake", fake=fake.detach())
        on_fake = self.judge(fake, labels)
        yield Op("G.judge")
        on_real = None
        if self.loss.paired:
            on_real = self.judge(real, labels).detach()
            yield Op("G.on_real")
        loss = self.loss.generator(on_fake, on_real)
        yield Op("G.loss", loss_G=loss.detach())
        loss.backward()
        yield Op("G.backward")
        self.opt_G.step()
        yield Op("G.step")

    def penalty(self, real: Tensor, fake: Tensor, labels: Tensor) -> Tensor | float:
        """γ·R1, and γ·R2 where the recipe wants both, in the steps that are due; else 0."""
        if not self.gamma or self.steps % self.recipe.lazy:
            return 0.0
        total = 0.0
        for images in (real, fake) if self.recipe.both else (real,):
            total = total + r1(lambda x: self.judge(x, labels), images)
        return self.recipe.lazy * self.gamma * total

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return states(self, PARTS) | {"steps": self.steps, "gamma": self.gamma}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly; gradients are cleared, as at a step's start."""
        restore(self, PARTS, state)
        self.steps, self.gamma = state["steps"], state["gamma"]


def networks(recipe: Recipe, conditional: bool, seed: int) -> tuple[nn.Module, nn.Module]:
    """Build the pair of a recipe from two seeds of its own; the classic one knows no labels."""
    if recipe.classic and conditional:
        raise CourseError("labels_unwanted")
    if recipe.classic:
        return classic_pair(recipe.latent, recipe.width_D, seed)
    G = Generator(recipe.latent, recipe.width_G, conditional=conditional, norm=recipe.norm, seed=2 * seed)
    D = Discriminator(recipe.width_D, conditional=conditional, spectral=recipe.spectral, seed=2 * seed + 1)
    return G, D
