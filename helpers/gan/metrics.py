"""How good a generator in the plane is, counted on samples: modes, quality, balance (PacGAN's metrics).

Each number has a twin in `perfect`: what as many samples of the data themselves get, in expectation.
"""

from math import exp, nan
from typing import NamedTuple

import torch
from torch import Tensor

REACH = 3.0    # standard deviations around a mode that count as high quality


class Score(NamedTuple):
    """modes: how many hold a high-quality sample; quality: the share of samples within 3σ of a mode;
    reverse_kl: KL(q‖p) in nats between the shares of the modes, every sample given to its nearest one."""

    modes: float
    quality: float
    reverse_kl: float


def score(samples: Tensor, modes: Tensor, sigma: float) -> Score:
    """Measure samples [n, 2] against equally likely modes [K, 2] (Lin et al. 2018, section 4.1).

    A sample that is no number is of no quality and belongs to no mode. Where the data have no modes, as a
    curve, or no sample is a number, what cannot be said is nan.
    """
    sound = samples[samples.isfinite().all(1)]
    if not len(modes):
        return Score(nan, nan, nan)
    if not len(sound):
        return Score(0, 0.0, nan)
    distance, nearest = torch.cdist(sound.double(), modes.double()).min(1)    # [n], [n]
    good = distance <= REACH * sigma
    share = torch.bincount(nearest, minlength=len(modes)).double() / len(sound)    # [K]
    return Score(len(nearest[good].unique()), good.sum().item() / len(samples),
                 kl(share, torch.full_like(share, 1 / len(modes))))


def perfect(count: int, n: int) -> Score:
    """What n samples of the data score in expectation, with `count` modes far apart.

    In two dimensions a Gaussian keeps 1 − e^(−9/2) of its mass within 3σ. A mode gets Binomial(n, 1/K)
    samples, so it is missed with probability (1 − .989/K)ⁿ, and KL(q‖p) is about (K − 1)/2n (Wilks).
    """
    if not count:
        return Score(nan, nan, nan)
    quality = 1 - exp(-REACH**2 / 2)
    return Score(count * (1 - (1 - quality / count) ** n), quality, (count - 1) / (2 * n))


def kl(q: Tensor, p: Tensor) -> float:
    """KL(q‖p) = Σ q·log(q/p) in nats between two lists of probabilities [K]; 0·log 0 is 0."""
    return (torch.xlogy(q, q) - torch.xlogy(q, p)).sum().item()
