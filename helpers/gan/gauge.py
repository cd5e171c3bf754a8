"""Measure a generator in the plane the same way at every turn, beside what a perfect sampler gets."""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.gan import metrics
from helpers.gan.mixtures import Data
from helpers.gan.theory import Grid, estimated, exact, jensen_shannon

SAMPLES = 2500    # as in PacGAN's tables
BLUR = 0.1        # h: of the estimated density, and of the exact one that it is compared with
DRAWS = 4         # of a perfect sampler, averaged


class Reading(NamedTuple):
    """metrics.Score, and the Jensen–Shannon divergence from the exact density in nats, both under BLUR."""

    modes: float
    quality: float
    reverse_kl: float
    js: float


class Gauge:
    """Readings for one data set, over the square window [−extent, extent]².

    perfect: what SAMPLES samples of the data themselves get. Where all modes lie more than two reaches apart
    its score is metrics.perfect; else, as with points drawn by hand, and for JS always, it is the mean of
    DRAWS draws.
    """

    def __init__(self, data: Data, extent: float) -> None:
        self.data, self.grid = data, Grid(extent)
        self.density = exact(data, self.grid, BLUR)
        rng = torch.Generator().manual_seed(0)
        drawn = [self.read(data.sample(SAMPLES, rng)) for _ in range(DRAWS)]
        self.perfect = Reading(*(sum(column) / DRAWS for column in zip(*drawn, strict=True)))
        apart = torch.pdist(data.modes)
        if not (apart <= 2 * metrics.REACH * data.sigma).any():
            self.perfect = Reading(*metrics.perfect(len(data.modes), SAMPLES), self.perfect.js)

    def read(self, samples: Tensor) -> Reading:
        """Measure samples [n, 2]; the same samples give the same reading, bit for bit."""
        score = metrics.score(samples, self.data.modes, self.data.sigma)
        return Reading(*score, jensen_shannon(self.density, estimated(samples, self.grid, BLUR), self.grid))
