"""The swap test: does the content noise decide what is seen, the motion noise how it moves, and no more?

Clips stand in a grid: those of a row share what decides their content, those of a column what decides their
motion. Two clips of a row differ in motion only, two of a column in content only, two that share neither are
what chance gives. How much of one noise is found where the other belongs is Sobol's total effect, by Jansen's
estimator (1999): E‖a − b‖² of clips that differ in the wrong noise alone, as a share of that of clips that
differ in both. 0: no leak; 1: the right noise alone says nothing.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.video.metrics import centres, content
from helpers.video.swap_sources import Source

KEPT, DEVIATION = 0.9, 1.5    # gates: of the labels kept, at least; of the paths' deviation, px, at most
CHUNK = 12    # blocks of 2 × 2 clips that are drawn and looked at together: about 150 ms


class Grids(NamedTuple):
    """What is measured of B grids of R × C clips.

    place [B, R, C, T, 2] in px, label [B, R, C] and labels [B, R, C, T], features [B, R, C, 64], the mean
    over the frames.
    """

    place: Tensor
    labels: Tensor
    label: Tensor
    features: Tensor


def crossed(source: Source, what: Tensor, how: Tensor) -> Tensor:
    """Make grids of clips from what [B, R, ...] and how [B, C, ...]: → [B·R·C, T, 1, 32, 32]."""
    rows, columns = what.shape[1], how.shape[1]
    return source.clips(what.repeat_interleave(columns, 1).flatten(0, 1),
                        how.repeat(1, rows, *[1] * (how.dim() - 2)).flatten(0, 1))


def look(frames: Tensor, rows: int, columns: int) -> Grids:
    """Find the places and ask the classifier: frames [B·R·C, T, 1, S, S]; raises as `frames.checked`."""
    place = centres(frames)
    seen = content(frames, place)
    parts = place, seen.labels, seen.label, seen.features.mean(1)
    return Grids(*(part.unflatten(0, (-1, rows, columns)) for part in parts))


class Swap(NamedTuple):
    """The swap test in numbers.

    kept: the share of pairs of one content and two motions in which the same digit is seen; kept_chance: of
    two contents. deviation: the mean distance, px, of the paths of pairs of one motion and two contents;
    deviation_chance: of two motions; deviation_shape: without the mean distance of each pair, which is where
    a digit's ink lies about its sprite's middle. leak_content, leak_path: of the motion noise into the
    features of what is seen, of the content noise into the path; 0 to 1 on average.
    """

    kept: float
    kept_chance: float
    deviation: float
    deviation_shape: float
    deviation_chance: float
    leak_content: float
    leak_path: float


def measure(grids: Grids) -> Swap:
    """Compare all pairs of clips within each grid; at least 2 × 2 clips."""
    rows, columns = grids.label.shape[1:]
    row, column = torch.arange(rows).repeat_interleave(columns), torch.arange(columns).repeat(rows)
    a, b = torch.triu_indices(rows * columns, rows * columns, 1)
    one_content, one_motion = row[a] == row[b], column[a] == column[b]
    neither = ~one_content & ~one_motion
    label, features = grids.label.flatten(1), grids.features.flatten(1, 2)
    place = grids.place.flatten(1, 2)
    same = (label[:, a] == label[:, b]).double()
    apart = (place[:, a] - place[:, b]).double()    # [B, pairs, T, 2]
    away, squared = apart.norm(dim=3).mean(2), apart.square().sum((2, 3))
    seen = (features[:, a] - features[:, b]).double().square().sum(2)
    shape = (apart - apart.mean(2, keepdim=True)).norm(dim=3).mean(2)

    def mean(values: Tensor, pairs: Tensor) -> float:
        return values[:, pairs].mean().item()

    return Swap(mean(same, one_content), mean(same, neither), mean(away, one_motion),
                mean(shape, one_motion), mean(away, neither),
                mean(seen, one_content) / mean(seen, neither),
                mean(squared, one_motion) / mean(squared, neither))


class Trial:
    """A swap test under way: blocks of 2 × 2 new clips, so many at a time."""

    def __init__(self, source: Source, seed: int = 0) -> None:
        self.source, self.rng = source, torch.Generator().manual_seed(seed)
        self.parts: list[Grids] = []

    @property
    def blocks(self) -> int:
        return sum(len(part.label) for part in self.parts)

    def more(self, blocks: int = CHUNK) -> None:
        """Draw and look at more blocks."""
        what, how = (draw(2 * blocks, self.rng) for draw in (self.source.what, self.source.how))
        pairs = what.unflatten(0, (blocks, 2)), how.unflatten(0, (blocks, 2))
        self.parts.append(look(crossed(self.source, *pairs), 2, 2))

    @property
    def found(self) -> Swap:
        """What all blocks so far say; at least one."""
        return measure(Grids(*map(torch.cat, zip(*self.parts, strict=True))))


def swap_report(source: Source, n: int = 480, seed: int = 0) -> Swap:
    """Test n blocks of 2 × 2 new clips."""
    trial = Trial(source, seed)
    while trial.blocks < n:
        trial.more(min(CHUNK, n - trial.blocks))
    return trial.found
