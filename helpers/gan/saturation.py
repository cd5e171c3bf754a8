"""Two losses of one generator against the same D: which pulls on the same points, and how far G gets."""

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.autograd import grad
from torch.nn.functional import logsigmoid
from torch.optim import SGD, Adam, Optimizer

from helpers.adversarial import LOSSES
from helpers.gan import frozen
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import DATASETS
from helpers.steps import Op

KEYS = ("saturating", "non_saturating")
RULES: dict[str, tuple[type[Optimizer], float]] = {"sgd": (SGD, 1e-3), "adam": (Adam, 1e-3)}


class Duel:
    """A D that learns while G stands still, and after each of its updates the pull of both losses.

    data: a key of DATASETS; turns: how long G has learnt in the usual game; D begins new.
    points: how many generated points are watched, always the same.
    """

    def __init__(self, data: str = "ring", turns: int = 0, points: int = 24, seed: int = 0) -> None:
        G = copy.deepcopy(frozen.trained(data, turns))
        self.game = GanGame(DATASETS[data](), G, mlp(2, 64, 1, seed=2 * seed + 1),
                            LOSSES["non_saturating"], lr_D=2e-3, lr_G=0.0, k_G=0, seed=seed)
        self.z = torch.randn(points, 2, generator=torch.Generator().manual_seed(seed))
        self.seed = seed

    def turn(self) -> Iterator[Op]:
        """One more update of D, then the question to both losses."""
        yield from self.game.discriminator_turn()
        yield from self.pulls()

    def pulls(self) -> Iterator[Op]:
        """Where each loss wants each generated point: minus the gradient of the point's own loss."""
        x = self.game.G(self.z).requires_grad_()
        yield Op("pull.points", points=x)
        a = self.game.D(x)
        yield Op("pull.logit", logit=a)
        loss = logsigmoid(-a).sum()
        yield Op("pull.loss_1")
        weak = -grad(loss, x, retain_graph=True)[0]
        yield Op("pull.saturating", saturating=weak, mean_saturating=length(weak))
        loss = -logsigmoid(a).sum()
        yield Op("pull.loss_2")
        strong = -grad(loss, x)[0]
        yield Op("pull.non_saturating", non_saturating=strong, mean_non_saturating=length(strong))

    def look(self) -> dict[str, Tensor]:
        """The pulls with D as it is now, every value of `pulls` by its name."""
        return {name: value.detach() for op in self.pulls() for name, value in op.values.items()}

    def played(self, rule: str, updates: int = 20) -> dict[str, Tensor]:
        """Let a copy of G learn under each loss from the present state, D as it is: key -> points [n, 2].

        rule: a key of RULES. Both copies see the same noise.
        """
        D = copy.deepcopy(self.game.D).requires_grad_(False)
        out = {}
        for key in KEYS:
            G = copy.deepcopy(self.game.G).requires_grad_()
            make, rate = RULES[rule]
            opt, rng = make(G.parameters(), lr=rate), torch.Generator().manual_seed(self.seed)
            for _ in range(updates):
                opt.zero_grad()
                LOSSES[key].generator(D(G(torch.randn(128, 2, generator=rng))), None).backward()
                opt.step()
            out[key] = G(self.z).detach()
        return out

    def state_dict(self) -> dict[str, Any]:
        return self.game.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.game.load_state_dict(state)


def length(vectors: Tensor) -> Tensor:
    """The mean Euclidean length: [n, 2] → a number."""
    return vectors.norm(dim=1).mean()


def weights(logit: Tensor) -> dict[str, Tensor]:
    """What each loss multiplies ∂a/∂x with: σ(a) and 1 − σ(a), the latter as σ(−a), exact for a large a."""
    return {"saturating": logit.sigmoid(), "non_saturating": (-logit).sigmoid()}
