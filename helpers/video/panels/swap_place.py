"""What can be undone in 'Conteúdo × movimento': a source of clips, and the noise of rows and columns."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.video import film
from helpers.video.swap import Grids, crossed, look
from helpers.video.swap_figures import SIDE
from helpers.video.swap_sources import EndToEnd, Leaking, Pasted, Source, TwoStages
from helpers.video.trained import end_to_end, trained

FIRST = 32    # a seed from which on four rows show four digits


class Place(NamedTuple):
    """What can be undone: a key of MODELS, one of LEAKS with its share, the seeds of rows and of columns."""

    model: str = "two"
    leak: str = "none"
    share: float = 0.7
    rows: tuple[int, ...] = tuple(range(FIRST, FIRST + SIDE))
    columns: tuple[int, ...] = tuple(range(FIRST + SIDE, FIRST + 2 * SIDE))

    @property
    def origin(self) -> tuple[str, str, float]:
        """What the score depends on; where nothing leaks the share does not count."""
        return self.model, self.leak, self.share if self.leak != "none" else 0.0

    def drawn(self, rows: Iterable[int], columns: Iterable[int], fresh: int) -> tuple["Place", int]:
        """Give rows and columns noise of their own that no earlier one had; fresh: the next unused seed."""
        seeds = {"rows": list(self.rows), "columns": list(self.columns)}
        for name, which in (("rows", rows), ("columns", columns)):
            for line in which:
                seeds[name][line], fresh = fresh, fresh + 1
        return self._replace(**{name: tuple(kept) for name, kept in seeds.items()}), fresh


@lru_cache(8)
def source_of(model: str, leak: str, share: float) -> Source:
    if leak != "none":
        return Leaking(source_of(model, "none", 0.0), leak, share)
    return {"two": lambda: TwoStages(trained().model()), "end": lambda: EndToEnd(end_to_end()),
            "real": Pasted}[model]()


@lru_cache(8)
def made(place: Place) -> tuple[Tensor, Grids]:
    """Make the grid: frames [16, T, 1, 32, 32], and what is measured of them."""
    source = source_of(*place.origin)
    what, how = (torch.cat([draw(1, torch.Generator().manual_seed(seed)) for seed in seeds])[None]
                 for draw, seeds in ((source.what, place.rows), (source.how, place.columns)))
    frames = crossed(source, what, how)
    return frames, look(frames, SIDE, SIDE)


@lru_cache(16)
def picture(place: Place, frame: int | None = None, clip: int | None = None) -> str:
    """The data URI of the grid, or of one of its clips; it plays, or stands at a frame."""
    frames, _ = made(place)
    shown = frames if frame is None else frames[:, frame:frame + 1]
    return film.uri(shown if clip is None else shown[clip], columns=SIDE)
