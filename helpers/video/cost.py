"""What generating costs, against the length of the clips and against their number."""

import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import torch

from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, noise

LENGTHS, BATCHES, CLIPS = (16, 32, 64, 128), (25, 50, 100, 200), 50


class Cost(NamedTuple):
    """Sizes, and the seconds that each took: medians of rounds in which all sizes take turns."""

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def straight(self) -> float:
        """How much of the seconds' variance a straight line over the sizes explains: R², 1 for a line."""
        x, y = (torch.tensor(values, dtype=torch.float64) for values in self)
        return torch.corrcoef(torch.stack((x, y)))[0, 1].item() ** 2


def by_length(model: VideoModel, lengths: Sequence[int] = LENGTHS, rounds: int = 5) -> Cost:
    """Time 50 clips of each length."""
    return _timed(model, [(CLIPS, frames) for frames in lengths], tuple(lengths), rounds)


def by_batch(model: VideoModel, batches: Sequence[int] = BATCHES, rounds: int = 5) -> Cost:
    """Time this many clips of 16 frames."""
    return _timed(model, [(clips, FRAMES) for clips in batches], tuple(batches), rounds)


def _timed(model: VideoModel, asked: list[tuple[int, int]], sizes: tuple[int, ...], rounds: int) -> Cost:
    rng = torch.Generator().manual_seed(0)
    drawn = [noise(clips, rng, frames) for clips, frames in asked]
    spent: list[list[float]] = [[] for _ in asked]
    for one in drawn:
        model(one)    # the first call of a size is slower
    for _ in range(rounds):
        for one, times in zip(drawn, spent, strict=True):
            start = time.perf_counter()
            model(one)
            times.append(time.perf_counter() - start)
    return Cost(sizes, tuple(map(median, spent)))
