"""What generating costs, against the length of the clips and against their number."""

import time
from math import log2
from typing import NamedTuple

import torch

from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, noise

# from 1,600 frames a call on: what a call costs besides its frames is then less than a fifth of its time
LENGTHS, BATCHES, CLIPS = (16, 32, 64, 128), (100, 200, 400, 800), 100
ROUNDS = 3


class Cost(NamedTuple):
    """Sizes, from the smallest on, and the processor's seconds that each took.

    Of rounds in which all sizes take turns the fastest; while a machine does other things its own clock goes
    on, the processor's does not.
    """

    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def spread(self) -> float:
        """The time for one frame, largest over smallest: 1 for a line through 0, 8 for n² from 1 to 8."""
        each = [seconds / size for size, seconds in zip(*self, strict=True)]
        return max(each) / min(each)

    @property
    def times(self) -> tuple[float, ...]:
        """Each size's seconds, in multiples of the first's, to the nearest power of 2: 1, 2, 4, 8 for a line.

        Coarse, so that it is the same at every measurement of a machine that does other things too.
        """
        return tuple(2.0 ** round(log2(seconds / self.seconds[0])) for seconds in self.seconds)


def by_length(model: VideoModel) -> Cost:
    """Time 100 clips of each length."""
    return _timed(model, LENGTHS, [(CLIPS, frames) for frames in LENGTHS])


def by_batch(model: VideoModel) -> Cost:
    """Time each number of clips of 16 frames."""
    return _timed(model, BATCHES, [(clips, FRAMES) for clips in BATCHES])


def _timed(model: VideoModel, sizes: tuple[int, ...], asked: list[tuple[int, int]]) -> Cost:
    rng = torch.Generator().manual_seed(0)
    drawn = [noise(clips, rng, frames) for clips, frames in asked]
    work = [clips * frames for clips, frames in asked]
    spent: list[list[float]] = [[] for _ in asked]
    for _ in range(ROUNDS):
        for one, frames, times in zip(drawn, work, spent, strict=True):
            calls = max(work) // frames    # every size as long: some systems' clocks tick in hundredths only
            start = time.process_time()
            for _ in range(calls):
                model(one)
            times.append((time.process_time() - start) / calls)
    return Cost(sizes, tuple(map(min, spent)))
