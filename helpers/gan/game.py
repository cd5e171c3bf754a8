"""The adversarial game: one training iteration, written as it is taught."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.autograd import grad

from helpers.adversarial import Loss
from helpers.errors import CourseError
from helpers.snapshots import restore, states
from helpers.steps import Op

PARTS = ("G", "D", "opt_G", "opt_D")
Penalty = Callable[[nn.Module, Tensor, Tensor, torch.Generator], Tensor]


class Data(Protocol):
    """Where the real samples come from."""

    def sample(self, n: int, rng: torch.Generator) -> Tensor: ...


class GanGame:
    """Two networks in dispute over one data set, with every random draw from a generator of their own.

    data: gives real samples, [n, d]; G: [n, latent] -> [n, d]; D: [n, d] -> logits [n, 1].
    lr_D, lr_G: learning rates; 0 leaves that network as it is. k_D, k_G: updates of each in one turn.
    penalty(D, real, fake, rng): a scalar added to D's loss, such as γ·R1; none by default.
    `turn()` is one iteration of Algorithm 1 of Goodfellow et al. (2014): first D, then G.
    Raises `rate_unclear` (negative or not finite) and `nobody_plays` (k_D = k_G = 0, or not counts).
    """

    def __init__(self, data: Data, G: nn.Module, D: nn.Module, loss: Loss, *, latent: int = 2,
                 batch: int = 128, lr_D: float = 1e-3, lr_G: float = 1e-3,
                 betas: tuple[float, float] = (0.5, 0.9), k_D: int = 1, k_G: int = 1,
                 penalty: Penalty | None = None, seed: int = 0) -> None:
        self.data, self.G, self.D, self.loss, self.penalty = data, G, D, loss, penalty
        self.latent, self.batch = latent, batch
        self.opt_G = torch.optim.Adam(G.parameters(), betas=betas, fused=True)
        self.opt_D = torch.optim.Adam(D.parameters(), betas=betas, fused=True)
        self.set_rates(lr_D, lr_G)
        self.set_updates(k_D, k_G)
        self.rng = torch.Generator().manual_seed(seed)

    def set_rates(self, lr_D: float, lr_G: float) -> None:
        """Change both learning rates, between turns."""
        for opt, rate in ((self.opt_D, lr_D), (self.opt_G, lr_G)):
            if not (math.isfinite(rate) and rate >= 0):
                raise CourseError("rate_unclear", rate=rate)
            for group in opt.param_groups:
                group["lr"] = rate

    def set_updates(self, k_D: int, k_G: int) -> None:
        """Change how many updates of each network a turn makes, between turns."""
        if not (isinstance(k_D, int) and isinstance(k_G, int) and min(k_D, k_G) >= 0 and k_D + k_G > 0):
            raise CourseError("nobody_plays", k_D=k_D, k_G=k_G)
        self.k_D, self.k_G = k_D, k_G

    def noise(self, n: int) -> Tensor:
        """Draw latent points z ~ N(0, I): [n, latent]."""
        return torch.randn(n, self.latent, generator=self.rng)

    def turn(self) -> Iterator[Op]:
        """One training iteration: D learns while G stands still, then the other way round."""
        for _ in range(self.k_D):
            yield from self.discriminator_turn()
        for _ in range(self.k_G):
            yield from self.generator_turn()

    def discriminator_turn(self) -> Iterator[Op]:
        """One update of D; `detach` cuts G off, so that nothing flows back into it."""
        self.opt_D.zero_grad()
        yield Op("D.zero", cleared=lambda: layer_gradients(self.D))
        z = self.noise(self.batch)
        yield Op("D.z", z=z)
        fake = self.G(z).detach()
        yield Op("D.fake", fake=fake)
        real = self.data.sample(self.batch, self.rng)
        yield Op("D.real", real=real)
        on_real = self.D(real)
        yield Op("D.on_real", on_real=on_real)
        on_fake = self.D(fake)
        yield Op("D.on_fake", on_fake=on_fake)
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op("D.loss", loss_D=loss)
        if self.penalty:
            loss = loss + self.penalty(
                self.D, real, fake, self.rng)
            yield Op("D.penalty", penalised_D=loss)
        loss.backward()
        yield Op("D.backward", grads=lambda: layer_gradients(self.D), before=self.weights)
        self.opt_D.step()
        yield Op("D.step", after=self.weights)

    def generator_turn(self) -> Iterator[Op]:
        """One update of G; the gradient reaches it through D, whose own weights stay as they are."""
        self.opt_G.zero_grad()
        yield Op("G.zero", cleared=lambda: layer_gradients(self.G))
        z = self.noise(self.batch)
        yield Op("G.z", z=z)
        fake = self.G(z)
        yield Op("G.fake", fake=fake)
        on_fake = self.D(fake)
        yield Op("G.on_fake", on_fake=on_fake)
        on_real = None
        if self.loss.paired:
            real = self.data.sample(self.batch, self.rng)
            on_real = self.D(real)
            yield Op("G.on_real", real=real, on_real=on_real)
        loss = self.loss.generator(on_fake, on_real)
        yield Op("G.loss", loss_G=loss)
        pull = -grad(loss, fake, retain_graph=True)[0]
        yield Op("G.pull", pull=pull)
        loss.backward()
        yield Op("G.backward", grads=lambda: layer_gradients(self.G), before=self.weights)
        self.opt_G.step()
        yield Op("G.step", after=self.weights)

    def weights(self) -> dict[str, Tensor]:
        """Copy the weights of both networks, to see later which of them moved: [parameters] each."""
        return {"D": flat(self.D), "G": flat(self.G)}

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on."""
        return states(self, PARTS) | {"updates": (self.k_D, self.k_G)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly; gradients are cleared, as at a turn's start."""
        restore(self, PARTS, state)
        self.k_D, self.k_G = state["updates"]


def flat(net: nn.Module) -> Tensor:
    """Copy all weights and biases into one vector: [parameters]."""
    return torch.cat([p.detach().reshape(-1) for p in net.parameters()])


def layer_gradients(net: nn.Module) -> dict[str, float]:
    """Measure the gradient of each layer with weights: name -> Euclidean norm; 0 where there is none."""
    return {name: math.hypot(*(p.grad.norm().item() for p in layer.parameters() if p.grad is not None))
            for name, layer in net.named_children() if any(True for _ in layer.parameters())}


def mlp(inputs: int, hidden: int, outputs: int, *, seed: int, last: nn.Module | None = None, depth: int = 2,
        between: Callable[[], nn.Module] = lambda: nn.LeakyReLU(0.2), gain: float = 1) -> nn.Sequential:
    """Build a small network with `depth` hidden layers, initialised as torch does, from its own generator.

    between: makes the activation after each hidden layer; gain: multiplies the hidden layers' first weights.
    Raises `no_units` where a layer would have no unit.
    """
    if min(inputs, hidden, outputs) < 1:
        raise CourseError("no_units", units=min(inputs, hidden, outputs))
    rng = torch.Generator().manual_seed(seed)

    def linear(into: int, out: int, gain: float = 1) -> nn.Linear:
        layer = nn.utils.skip_init(nn.Linear, into, out)
        nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=rng)
        nn.init.uniform_(layer.bias, -1 / math.sqrt(into), 1 / math.sqrt(into), generator=rng)
        layer.weight.data *= gain
        return layer

    layers: list[nn.Module] = []
    for into in (inputs, *[hidden] * (depth - 1)):
        layers += [linear(into, hidden, gain), between()]
    return nn.Sequential(*layers, linear(hidden, outputs), *([last] if last else []))
