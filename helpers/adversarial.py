"""What every game shares: six losses on logits, three gradient penalties, the generator's moving average.

D's loss is the SUM of two means, one over the real and one over the generated batch, not their half (least
squares brings its paper's ½ in each term); the relativistic loss is one mean over pairs. D's last layer
has no sigmoid: `softplus` works on its output a directly, −log σ(a) = softplus(−a) and
−log(1 − σ(a)) = softplus(a), finite for every a. Both sides of every game minimise. Logits may have any
shape; real and fake batches may differ in size unless D's loss is taken over pairs.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor, nn
from torch.nn.functional import relu, softplus

from helpers.errors import CourseError


@dataclass(frozen=True)
class Loss:
    """One way to score the game: what D minimises and what G minimises.

    discriminator(real_logits, fake_logits) and generator(fake_logits, real_logits) return scalars.
    paired: the generator needs the real logits too, one for each generated point.
    critic: D's output a is a score; False where σ(a) is the probability of 'real'.
    optimum: (loss_D, loss_G) when both densities are equal and D is the best one, None where the best D
    leaves one of them open. boundary: the output at which the best D holds real and generated equally
    likely (p = q), None where it is free to shift. It is the 0.5 contour of a probability unless `critic`;
    for least squares the best output is p/(p+q) itself, for hinge it is the sign of p − q.
    """

    key: str
    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor | None], Tensor]
    optimum: tuple[float, float] | None
    boundary: float | None
    critic: bool = False
    paired: bool = False


def classify(real: Tensor, fake: Tensor) -> Tensor:
    """−E log σ(D(x)) − E log(1 − σ(D(G(z)))): D's cross-entropy (Goodfellow et al. 2014, eq. 1)."""
    return softplus(-real).mean() + softplus(fake).mean()


def avoid_rejection(fake: Tensor, real: Tensor | None = None) -> Tensor:
    """E log(1 − σ(D(G(z)))): the minimax G; its gradient dies where D rejects (2014, eq. 1)."""
    return -softplus(fake).mean()


def seek_approval(fake: Tensor, real: Tensor | None = None) -> Tensor:
    """−E log σ(D(G(z))): same fixed point as the minimax G, alive where D rejects (2014, section 3)."""
    return softplus(-fake).mean()


def regress(real: Tensor, fake: Tensor) -> Tensor:
    """½E(D(x) − 1)² + ½E D(G(z))²: least squares with targets 1 and 0 (Mao et al. 2017, eq. 9)."""
    return (real - 1).square().mean() / 2 + fake.square().mean() / 2


def reach_one(fake: Tensor, real: Tensor | None = None) -> Tensor:
    """½E(D(G(z)) − 1)²: the generator of least squares (Mao et al. 2017, eq. 9)."""
    return (fake - 1).square().mean() / 2


def separate(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))): the hinge (Lim & Ye 2017)."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def distance(real: Tensor, fake: Tensor) -> Tensor:
    """E D(G(z)) − E D(x): minus the Wasserstein estimate; the caller adds λ·gradient_penalty."""
    return fake.mean() - real.mean()


def raise_score(fake: Tensor, real: Tensor | None = None) -> Tensor:
    """−E D(G(z)): the generator of hinge and Wasserstein (Arjovsky et al. 2017, algorithm 1)."""
    return -fake.mean()


def outrank(preferred: Tensor, other: Tensor) -> Tensor:
    """E −log σ(preferred − other) over pairs: D prefers real, G prefers fake (R3GAN, 2501.05441, eq. 2).

    Both [B] or [B, 1], but alike: [B] beside [B, 1] would silently pair everyone with everyone, so
    different shapes raise `pairs_differ`.
    """
    if preferred.shape != other.shape:
        raise CourseError("pairs_differ", first=tuple(preferred.shape), second=tuple(other.shape))
    return softplus(other - preferred).mean()


LOSSES: dict[str, Loss] = {loss.key: loss for loss in (
    Loss("saturating", classify, avoid_rejection, (2 * log(2), -log(2)), 0.0),
    Loss("non_saturating", classify, seek_approval, (2 * log(2), log(2)), 0.0),
    Loss("least_squares", regress, reach_one, (1 / 4, 1 / 8), 0.5, critic=True),
    Loss("hinge", separate, raise_score, None, 0.0, critic=True),  # D's is 2, G's anything in [−1, 1]
    Loss("wasserstein_gp", distance, raise_score, None, None, critic=True),
    Loss("relativistic", outrank, outrank, (log(2), log(2)), None, critic=True, paired=True),
)}


def input_gradient(D: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """∂D/∂x at each point: [B, ...] → [B, features], differentiable for a second backward.

    The sum over the batch gives every point its own gradient as long as D treats points separately;
    batch norm in D would mix them.
    """
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return gradient.flatten(1)


def r1(D: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """½E‖∇D(x)‖² on real data; the caller multiplies by γ (Mescheder et al. 2018, eq. 9)."""
    return input_gradient(D, real).square().sum(1).mean() / 2


def r2(D: Callable[[Tensor], Tensor], fake: Tensor) -> Tensor:
    """½E‖∇D(G(z))‖² on generated data, G held fixed; the caller multiplies by γ (2018, eq. 10)."""
    return r1(D, fake)


def gradient_penalty(D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor,
                     rng: torch.Generator) -> Tensor:
    """E(‖∇D(x̂)‖ − 1)² between random pairs; the caller multiplies by λ = 10 (Gulrajani 2017, eq. 3).

    real and fake [B, ...] of one shape; x̂ lies at a uniform place on the segment of each pair.
    """
    share = torch.rand(len(real), *[1] * (real.dim() - 1), generator=rng, dtype=real.dtype)
    between = torch.lerp(fake, real, share)
    return (input_gradient(D, between).norm(dim=1) - 1).square().mean()


class EMA:
    """The exponential moving average of a generator: w̄ ← decay·w̄ + (1 − decay)·w at every update.

    `.model` is a frozen copy in evaluation mode, which starts equal to the source. Buffers are copied:
    batch norm's statistics are averages already, and its counter is whole. A change of weights counts
    half after log ½ / log decay updates: 69 for .99, 693 for .999 (Yazıcı et al. 2019).
    """

    def __init__(self, source: nn.Module, decay: float = 0.999) -> None:
        self.decay = decay
        self.model = copy.deepcopy(source).eval().requires_grad_(False)
        # kept as lists: walking the modules at every step would cost more than the averaging
        self._weights = list(self.model.parameters()), list(source.parameters())
        self._buffers = list(zip(self.model.buffers(), source.buffers(), strict=True))

    @torch.no_grad()
    def update(self) -> None:
        """Move the average one step towards the source's present weights, all of them in one call."""
        mean, now = self._weights
        torch._foreach_lerp_(mean, now, 1 - self.decay)
        for mine, theirs in self._buffers:
            mine.copy_(theirs)

    def state_dict(self) -> dict[str, Tensor]:
        """The averaged model's own state; like every module's, it shares memory: clone it to keep it."""
        return self.model.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Put back an average bit for bit; names or shapes that differ raise as in any module."""
        self.model.load_state_dict(state)
