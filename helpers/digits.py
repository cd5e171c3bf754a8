"""A digit classifier of our own, and what is measured with it: distance, classes, labels, memorisation.

Inception's weights are not to be had without a network, so digits are measured by digits: the features are
the classifier's penultimate layer, with a checkpoint whose SHA-256 is on record. A number of this scale
compares with no published FID, only with its own floor: real images against real images.
"""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from helpers import checkpoints
from helpers.data import as_images, mnist, pictures

CHECKPOINT = "digit_classifier.safetensors"
FEATURES, CLASSES, CHUNK = 64, 10, 500
PRESENT = 0.01    # the share of the samples from which on a class counts as present; a tenth of its due


class Classifier(nn.Module):
    """Three convolutions and two linear layers: [N, 1, 28, 28] in [−1, 1] -> logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        def block(into: int, out: int) -> list[nn.Module]:
            return [nn.Conv2d(into, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU(), nn.MaxPool2d(2)]
        # 28×28 → 14×14 → 7×7 → 3×3
        self.body = nn.Sequential(*block(1, 16), *block(16, 32), *block(32, 64), nn.Flatten(),
                                  nn.Dropout(0.3), nn.Linear(64 * 3 * 3, FEATURES), nn.ReLU())
        self.head = nn.Linear(FEATURES, CLASSES)

    def features(self, images: Tensor) -> Tensor:
        """Describe each image by the penultimate layer: [N, 64], from 0 on."""
        return self.body(images)

    def forward(self, images: Tensor) -> Tensor:
        """Classify: logits [N, 10]."""
        return self.head(self.features(images))


@cache
@torch.random.fork_rng(devices=[])    # torch's own first weights are drawn, and thrown away
def classifier() -> Classifier:
    """Load the trained classifier, once; errors as in `checkpoints.load`."""
    net = Classifier()
    checkpoints.fill(net, checkpoints.load(CHECKPOINT), CHECKPOINT)
    return net.eval().requires_grad_(False)




class Seen(NamedTuple):
    """What the classifier says of images: features [N, 64], logits [N, 10]."""

    features: Tensor
    logits: Tensor

    @property
    def labels(self) -> Tensor:
        """The digit seen in each image: [N]."""
        return self.logits.argmax(1)


@torch.no_grad()
def look(images: Tensor) -> Seen:
    """Show the classifier images [N, 1, 28, 28] in [−1, 1], in chunks; raises `not_images`."""
    net = classifier()
    features = torch.cat([net.features(chunk) for chunk in pictures(images).split(CHUNK)])
    return Seen(features, net.head(features))


class Moments(NamedTuple):
    """The mean [64] and the covariance [64, 64] of features, in float64."""

    mean: Tensor
    covariance: Tensor


def moments(features: Tensor) -> Moments:
    """Take the mean and the covariance over the rows of [N, d], N ≥ 2."""
    rows = features.double()
    return Moments(rows.mean(0), rows.T.cov())


def frechet(a: Moments, b: Moments) -> float:
    """‖μa − μb‖² + tr(Ca + Cb − 2(Ca½·Cb·Ca½)½): the distance of two Gaussians (Heusel et al. 2017, eq. 6).

    0 for equal ones; nan where a moment is no number.
    """
    if not all(part.isfinite().all() for part in (*a, *b)):
        return float("nan")
    values, vectors = torch.linalg.eigh(a.covariance)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    middle = torch.linalg.eigvalsh(root @ b.covariance @ root).clamp(min=0).sqrt().sum()
    apart = (a.mean - b.mean).square().sum()
    return (apart + a.covariance.trace() + b.covariance.trace() - 2 * middle).item()


@cache
def reference() -> Moments:
    """Measure the 10,000 test images, once: what every distance is taken to."""
    return moments(look(as_images(mnist(train=False).data)).features)


@cache
def floor(n: int = 10_000) -> float:
    """The distance of the first n training images from the test images: real against real."""
    return frechet(moments(look(as_images(mnist(train=True).data[:n])).features), reference())


def shares(labels: Tensor) -> Tensor:
    """Count what part of the samples falls to each digit: [N] -> [10], sum 1."""
    return torch.bincount(labels, minlength=CLASSES).double() / len(labels)


def entropy(share: Tensor) -> float:
    """−Σ p·log p in nats: log 10 = 2.303 where every digit comes equally often, 0 where one only."""
    return -torch.special.xlogy(share, share).sum().item()


class Quality(NamedTuple):
    """How generated digits compare with real ones.

    frechet: distance to the test images; entropy: of the seen classes, in nats; classes: how many digits
    make up at least 1 % of the samples; sure: mean of the classifier's largest probability; agreement: part
    of the samples in which it sees the digit asked for, nan where none was.
    """

    frechet: float
    entropy: float
    classes: int
    sure: float
    agreement: float


def quality(images: Tensor, asked: Tensor | None = None) -> Quality:
    """Measure generated images [N, 1, 28, 28]; asked: the digit each was to be, [N]. Raises `not_images`."""
    seen = look(images)
    share = shares(seen.labels)
    agreement = float("nan") if asked is None else (seen.labels == asked).double().mean().item()
    return Quality(frechet(moments(seen.features), reference()), entropy(share),
                   int((share >= PRESENT).sum()), seen.logits.softmax(1).amax(1).mean().item(), agreement)


class Neighbours(NamedTuple):
    """The nearest images of a set: distances [N, k] in pixels' units, and their places in the set [N, k]."""

    distance: Tensor
    index: Tensor


def nearest(images: Tensor, among: Tensor, k: int = 1) -> Neighbours:
    """Find each image's k nearest by Euclidean distance over pixels; both [·, 1, 28, 28] in [−1, 1]."""
    rows = pictures(among).flatten(1)
    found = [torch.cdist(chunk.flatten(1), rows).topk(k, largest=False)
             for chunk in pictures(images).split(CHUNK)]
    return Neighbours(torch.cat([one.values for one in found]), torch.cat([one.indices for one in found]))
