"""Find the way about in the space of z ~ N(0, I): directions from G itself, lines, arcs, lengths.

A step along a unit direction v changes the image by J·v, J = ∂G/∂z. Its mean square over z is vᵀMv with
M = E[JᵀJ], so the eigenvectors of M are orthogonal directions, the most visible first. Images are in [−1, 1],
grey in [0, 1].
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.gan.dcgan import CLASSES, Generator

SAMPLES = 30    # images that the mean Jacobian is taken over, three of each digit
TOGETHER = 5    # of them at once
STEP = 0.001    # of the differences: the rounding of 32 bits and the bends of ReLU both stay small


class Directions(NamedTuple):
    """Unit directions in the rows of vectors [latent, latent], and what sorts them, strongest first.

    strength [latent]: mean squared change of a pixel, in grey, that a small step of length 1 would make.
    """

    vectors: Tensor
    strength: Tensor


def sample(G: Generator, n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw z [n, latent] and digits [n], each digit in turn, from an own generator."""
    z = torch.randn(n, G.latent, generator=torch.Generator().manual_seed(seed))
    return z, torch.arange(n) % CLASSES


def principal(G: Generator, n: int = SAMPLES, seed: int = 0) -> Directions:
    """Sort space by what is seen: the eigenvectors of E[JᵀJ] over n samples."""
    z, digits = sample(G, n, seed)
    total = sum(squared_jacobian(G, *part) for part in
                zip(z.split(TOGETHER), digits.split(TOGETHER), strict=True))
    pixels = G(z[:1], digits[:1]).numel()
    return eigen(total / (4 * n * pixels))    # 4: from [−1, 1] to grey, squared


@torch.no_grad()
def squared_jacobian(G: Generator, z: Tensor, digits: Tensor) -> Tensor:
    """Σ JᵀJ over samples z [n, latent], by central differences: [latent, latent] float64.

    Within some 0.2 % of forward differentiation, which takes a second to load when it is first used.
    """
    steps = STEP * torch.eye(G.latent).repeat(len(z), 1)    # each z with a step along each axis
    at, asked = z.repeat_interleave(G.latent, 0), digits.repeat_interleave(G.latent)
    change = (G(at + steps, asked) - G(at - steps, asked)).double() / (2 * STEP)
    rows = change.reshape(len(z), G.latent, -1)    # Jᵀ of each sample: [n, latent, 784]
    return (rows @ rows.transpose(1, 2)).sum(0)


def eigen(M: Tensor) -> Directions:
    """Decompose a symmetric matrix, largest eigenvalue first; each vector's largest component is positive."""
    values, vectors = torch.linalg.eigh(M)
    rows = vectors.T.flip(0)
    peaks = rows.gather(1, rows.abs().argmax(1, keepdim=True))    # a sign that does not hang on the library
    return Directions((rows * peaks.sign()).float(), values.flip(0).clamp(min=0))


@torch.no_grad()
def effect(G: Generator, vectors: Tensor, z: Tensor, digits: Tensor, step: float = 1.0) -> Tensor:
    """Measure a real step along each direction: mean change of a pixel, in grey, [k]."""
    before = G(z, digits)
    return torch.stack([(G(z + step * v, digits) - before).abs().mean() / 2 for v in vectors])


def chance(latent: int, k: int, seed: int) -> Tensor:
    """Draw k unit directions at random: [k, latent]; what found ones are compared with."""
    rows = torch.randn(k, latent, generator=torch.Generator().manual_seed(seed))
    return rows / rows.norm(dim=1, keepdim=True)


def paint(G: Generator, z: Tensor, classes: Tensor) -> Tensor:
    """Draw with mixed classes [n, 10], such as ½ of a 3 and ½ of an 8; one-hot rows are G(z, digits)."""
    return G.paint(torch.cat((z, classes), 1))


def lerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """(1 − t)·a + t·b at each t: [latent], [latent], [n] → [n, latent]; shorter midway."""
    t = t[:, None]
    return (1 - t) * a + t * b


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """sin((1 − t)·Ω)/sin Ω·a + sin(t·Ω)/sin Ω·b, Ω the angle from a to b (Shoemake 1985; White 2016).

    For equal lengths the length stays and the angle grows evenly. Where a and b share one line there is no
    arc to take, and the straight line is returned.
    """
    omega = angle(a, b)
    if math.sin(omega) < 1e-4:
        return lerp(a, b, t)
    t = t[:, None]
    return (torch.sin((1 - t) * omega) * a + torch.sin(t * omega) * b) / math.sin(omega)


def angle(a: Tensor, b: Tensor) -> float:
    """Measure the angle between two vectors, in radians: 0 to π."""
    unit = [v.double() / v.double().norm() for v in (a, b)]
    return 2 * math.atan2((unit[0] - unit[1]).norm().item(), (unit[0] + unit[1]).norm().item())


def expected_norm(latent: int) -> float:
    """E‖z‖ = √2·Γ((d + 1)/2)/Γ(d/2), a little less than √d; the spread about it is near 0.7 for every d."""
    return math.sqrt(2) * math.exp(math.lgamma((latent + 1) / 2) - math.lgamma(latent / 2))


def shorter(norm: float, latent: int) -> float:
    """P(‖z‖ < norm) for z ~ N(0, I): the χ distribution's share."""
    half = torch.tensor([latent / 2, norm**2 / 2], dtype=torch.float64)
    return torch.special.gammainc(half[0], half[1]).item()
