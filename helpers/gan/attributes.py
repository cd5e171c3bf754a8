"""What can be measured of a drawn digit, ink and slant, and arithmetic with the means of those that have it.

Radford et al. (2016, section 6.3.2) added and subtracted mean z's of pictures picked by eye. Here nobody
picks: an attribute is a number measured from the image, and 'with' and 'without' are the outer thirds.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.data import pictures
from helpers.gan.dcgan import CLASSES, Generator
from helpers.gan.latent import sample

COUNT = 3000    # samples behind a mean difference, as many of each digit
PART = 3        # of a digit's samples, one part in three has most, one has least
LEAST = 1e-6    # less ink, or less height, than this: there is nothing to measure


def ink(images: Tensor) -> Tensor:
    """Measure how much of the page is covered: [N, 1, 28, 28] -> [N], 0 white paper, 1 all ink."""
    return (pictures(images).flatten(1).double() + 1).mean(1) / 2


def slant(images: Tensor) -> Tensor:
    """Measure how far the strokes lean from upright: degrees [N], positive to the right; nan for blank ones.

    From the second moments of the ink: x grows by −μ11/μ02 with each row upwards, and upright is 0.
    """
    weight = (pictures(images)[:, 0].double() + 1) / 2
    total = weight.sum((1, 2))
    place = torch.arange(28, dtype=torch.float64)
    x, y = (weight.sum(1) @ place) / total, (weight.sum(2) @ place) / total
    across, down = place - x[:, None], place - y[:, None]
    mixed = torch.einsum("nij,ni,nj->n", weight, down, across) / total
    tall = torch.einsum("nij,ni->n", weight, down.square()) / total
    known = (total > LEAST) & (tall > LEAST)
    return torch.where(known, torch.rad2deg(torch.atan(-mixed / tall)), torch.nan)


ATTRIBUTES: dict[str, Callable[[Tensor], Tensor]] = {"slant": slant, "ink": ink}


class Contrast(NamedTuple):
    """Two mean z's [latent], of the samples that have most and least of an attribute; `vector` leads over."""

    having: Tensor
    lacking: Tensor

    @property
    def vector(self) -> Tensor:
        return self.having - self.lacking


@torch.no_grad()
def contrasts(G: Generator, n: int = COUNT, seed: int = 1) -> dict[str, Contrast]:
    """Draw n images and take the contrast of each attribute from them: the drawing is what takes time."""
    z, digits = sample(G, n, seed)
    images = torch.cat([G(*part) for part in zip(z.split(500), digits.split(500), strict=True)])
    return {name: contrast(z, digits, measure(images)) for name, measure in ATTRIBUTES.items()}


def contrast(z: Tensor, digits: Tensor, values: Tensor) -> Contrast:
    """Average z over the third with most and the third with least of a value, digit by digit.

    z [n, latent]; digits, values [n]. Within each digit, since a 1 has less ink than an 8 however it is
    written.
    """
    order = values.nan_to_num(0.0)
    most, least = [], []
    for digit in range(CLASSES):
        own = (digits == digit).nonzero()[:, 0]
        ranked = own[order[own].argsort(stable=True)]
        least.append(z[ranked[:len(own) // PART]].mean(0))
        most.append(z[ranked[-(len(own) // PART):]].mean(0))
    return Contrast(torch.stack(most).mean(0), torch.stack(least).mean(0))


@torch.no_grad()
def shift(G: Generator, vector: Tensor, attribute: str, digit: int, n: int,
          seed: int = 2) -> tuple[float, float]:
    """Measure an attribute's mean over n fresh z of a digit, before and after adding a vector to each z."""
    z, digits = sample(G, n, seed)[0], torch.full((n,), digit)
    measure = ATTRIBUTES[attribute]
    before, after = (measure(G(at, digits)).nanmean().item() for at in (z, z + vector))
    return before, after
