"""Code with faults, as it is written by mistake: one fault a method, beside the right code of `GanGame`."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

import torch
from torch import Tensor, nn
from torch.autograd import grad
from torch.optim import Adam

from helpers.gan.game import GanGame
from helpers.steps import Op

Listing = list[tuple[str, bool]]
RATE, BETAS = 3e-3, (0.0, 0.9)
adam = partial(Adam, lr=RATE, betas=BETAS, fused=True)    # as in GanGame


class Parts(GanGame):
    """What the clinic can put into a game: right parts and faulty ones. D begins and G ends with a layer to
    be exchanged, of no weights: `self.D[0]`, `self.G[-1]`."""

    def without_step(self) -> Iterator[Op]:
        """D's turn: the gradient is computed and never used."""
        self.opt_D.zero_grad()
        z = self.noise(self.batch)
        fake = self.G(z).detach()
        real = self.data.sample(self.batch, self.rng)
        on_real = self.D(real)
        on_fake = self.D(fake)
        yield Op("D.on_fake", on_real=on_real, on_fake=on_fake)
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op("D.loss", loss_D=loss)
        if self.penalty:
            loss = loss + self.penalty(
                self.D, real, fake, self.rng)
            yield Op("D.penalty")
        loss.backward()
        yield Op("D.backward")

    def without_detach(self) -> Iterator[Op]:
        """D's turn: the gradient flows on into G."""
        self.opt_D.zero_grad()
        z = self.noise(self.batch)
        fake = self.G(z)
        real = self.data.sample(self.batch, self.rng)
        on_real = self.D(real)
        on_fake = self.D(fake)
        yield Op("D.on_fake", on_real=on_real, on_fake=on_fake)
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op("D.loss", loss_D=loss)
        if self.penalty:
            loss = loss + self.penalty(
                self.D, real, fake, self.rng)
            yield Op("D.penalty")
        loss.backward()
        self.opt_D.step()
        yield Op("D.step")

    def without_zero(self) -> Iterator[Op]:
        """D's turn: the gradients of all turns add up, those that G's turn leaves in D too."""
        z = self.noise(self.batch)
        fake = self.G(z).detach()
        real = self.data.sample(self.batch, self.rng)
        on_real = self.D(real)
        on_fake = self.D(fake)
        yield Op("D.on_fake", on_real=on_real, on_fake=on_fake)
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op("D.loss", loss_D=loss)
        if self.penalty:
            loss = loss + self.penalty(
                self.D, real, fake, self.rng)
            yield Op("D.penalty")
        loss.backward()
        self.opt_D.step()
        yield Op("D.step")

    def wrong_sign(self) -> Iterator[Op]:
        """G's turn: it climbs its loss, and so it helps D."""
        self.opt_G.zero_grad()
        z = self.noise(self.batch)
        fake = self.G(z)
        on_fake = self.D(fake)
        yield Op("G.on_fake", on_fake=on_fake)
        on_real = None
        if self.loss.paired:
            real = self.data.sample(self.batch, self.rng)
            on_real = self.D(real)
            yield Op("G.on_real")
        loss = -self.loss.generator(on_fake, on_real)
        yield Op("G.loss", loss_G=loss)
        pull = -grad(loss, fake, retain_graph=True)[0]
        yield Op("G.pull", pull=pull)
        loss.backward()
        self.opt_G.step()
        yield Op("G.step")

    def constant_noise(self, n: int) -> Tensor:
        """Give the same latent point n times: [n, latent]."""
        return torch.zeros(n, self.latent)

    def optimiser_D(self) -> None:
        """D's optimiser over D's weights."""
        self.opt_D = adam(self.D.parameters())

    def joint_optimiser(self) -> None:
        """D's optimiser over the weights of both."""
        both = [*self.D.parameters(), *self.G.parameters()]
        self.opt_D = adam(both)

    def optimiser_G(self) -> None:
        """G's optimiser over G's weights."""
        self.opt_G = adam(self.G.parameters())

    def borrowed_optimiser(self) -> None:
        """G's optimiser over D's weights."""
        self.opt_G = adam(self.D.parameters())

    def plain_input(self) -> None:
        """D sees the points as they are."""
        self.D[0] = nn.Identity()

    def batch_norm(self) -> None:
        """D sees each batch moved and scaled to mean 0 and variance 1, real and generated ones apart."""
        self.D[0] = nn.BatchNorm1d(
            2, affine=False, track_running_stats=False)

    def open_output(self) -> None:
        """G reaches any point of the plane."""
        self.G[-1] = nn.Identity()

    def closed_output(self) -> None:
        """G reaches the square from 0 to 1 only."""
        self.G[-1] = nn.Sigmoid()

    def even_rates(self) -> None:
        """Both networks learn alike."""
        self.set_rates(lr_D=RATE, lr_G=RATE)

    def slow_G(self) -> None:
        """D learns 30 times as fast as G and always wins."""
        self.set_rates(lr_D=RATE, lr_G=RATE / 30)

    def slow_D(self) -> None:
        """G learns 30 times as fast as D and runs to wherever D likes it best."""
        self.set_rates(lr_D=RATE / 30, lr_G=RATE)

    def hot_rates(self) -> None:
        """Every step is a hundred times too long."""
        self.set_rates(lr_D=100 * RATE, lr_G=100 * RATE)


RIGHT = {"D_turn": "discriminator_turn", "G_turn": "generator_turn", "draw": "noise", "opt_D": "optimiser_D",
         "opt_G": "optimiser_G", "input": "plain_input", "output": "open_output", "rates": "even_rates"}


@dataclass(frozen=True)
class Case:
    """One fault: the parts that are not `RIGHT`; `slot` names the one that its remedy mends."""

    slot: str
    parts: dict[str, str]


CASES: dict[str, Case] = {key: Case(next(iter(parts)), parts) for key, parts in {
    "strong_D": {"rates": "slow_G"}, "collapse": {"rates": "slow_D"}, "frozen_D": {"D_turn": "without_step"},
    "idle_G": {"opt_G": "borrowed_optimiser"},
    "no_detach": {"D_turn": "without_detach", "opt_D": "joint_optimiser"}, "hot": {"rates": "hot_rates"},
    "no_noise": {"draw": "constant_noise"}, "batch_norm": {"input": "batch_norm"},
    "sign": {"G_turn": "wrong_sign"}, "output": {"output": "closed_output"},
    "no_zero": {"D_turn": "without_zero"},
}.items()}


def contrast(case: str) -> tuple[Listing, Listing]:
    """The faulty lines and the right ones, with one line around them: (line, whether it differs).

    An empty line stands where the other side has one more.
    """
    names = CASES[case].parts[CASES[case].slot], RIGHT[CASES[case].slot]
    sides = [_source(getattr(Parts, name)) for name in names]
    changed = [op[1:] for op in SequenceMatcher(None, *sides, autojunk=False).get_opcodes()
               if op[0] != "equal"]
    (a, b, c, d), = changed    # every fault is in one place
    faulty, right = ([*[(line, False) for line in side[max(start - 1, 0):start]],
                      *[(line, True) for line in side[start:end] or [""]],
                      *[(line, False) for line in side[end:end + 1]]]
                     for side, start, end in zip(sides, (a, c), (b, d), strict=True))
    return faulty, right


def _source(function: Callable) -> list[str]:
    """A function's lines without its signature, docstring and yields."""
    body = textwrap.dedent(inspect.getsource(function)).split('"""')[-1].split("\n")
    return [line.strip() for line in body if line.strip() and not line.strip().startswith("yield")]
