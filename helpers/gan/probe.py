"""Look at a game without touching it: D over the plane, G over the latent space."""

from math import sqrt

import numpy as np
import torch
from torch import Tensor, nn

from helpers.adversarial import Loss


@torch.no_grad()
def outputs_on_grid(D: nn.Module, extent: float, n: int = 49) -> np.ndarray:
    """Evaluate D's output on an n × n grid over [−extent, extent]²: [row = y, column = x]."""
    axis = torch.linspace(-extent, extent, n)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return D(torch.stack((x, y), -1).reshape(-1, 2)).reshape(n, n).numpy()


def as_shade(outputs: np.ndarray, loss: Loss) -> np.ndarray:
    """Map D's outputs to [0, 1], ½ where the best D holds both equally likely.

    A probability is itself. A score with a neutral level leaves it smoothly on both sides. A score that is
    free to shift is shown against its own mean and spread: only differences mean something.
    """
    if not loss.critic:
        return _sigmoid(outputs)
    if loss.boundary is not None:
        return _sigmoid(4 * (outputs - loss.boundary))
    outputs = outputs.astype(float)    # whose square float32 may not hold
    with np.errstate(invalid="ignore"):    # a D that has diverged
        return _sigmoid(2 * (outputs - outputs.mean()) / (outputs.std() + 1e-12))


@torch.no_grad()
def latent_mesh(G: nn.Module, latent: int, lines: int = 13, dots: int = 33) -> list[np.ndarray]:
    """Carry a grid over the latent space through G: lines of [dots, 2]; one line where latent is 1.

    The grid spans ±2 standard deviations: 91 % of the noise in two dimensions, 95 % in one.
    """
    along = torch.linspace(-2, 2, dots)
    if latent == 1:
        return [G(torch.linspace(-2, 2, 8 * dots)[:, None]).numpy()]
    rows = [torch.stack((along, torch.full((dots,), float(at))), 1) for at in torch.linspace(-2, 2, lines)]
    out = G(torch.cat(rows + [row.flip(1) for row in rows]))
    return list(out.reshape(2 * lines, dots, 2).numpy())


@torch.no_grad()
def sample(G: nn.Module, latent: int, n: int, seed: int = 0) -> Tensor:
    """Generate n samples from latent points that are the same at every call: [n, ...]."""
    return G(torch.randn(n, latent, generator=torch.Generator().manual_seed(seed)))


def spread(points: Tensor) -> float:
    """Measure how far a cloud reaches: the root mean square distance from its centre."""
    return sqrt((points - points.mean(0)).square().sum(1).mean().item())


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(a, -60, 60)))
