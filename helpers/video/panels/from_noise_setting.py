"""What a clip is made from, how it is made anew up to a place, and what the change did."""

from typing import NamedTuple

from torch import Tensor

from helpers.steps import Walk
from helpers.ui.style import num
from helpers.video.autoencoder import places
from helpers.video.panels import from_noise_words as words
from helpers.video.rollout import Rollout


class Setting(NamedTuple):
    """A model's key, the seeds of the noise's three parts, how many frames."""

    model: str
    content: int = 0
    motion: int = 0
    steps: int = 0
    frames: int = 16


def walked(engine: Rollout, turn: int, count: int) -> Walk:
    """Walk a new engine to a place, at most to its clip's end: `turn` frames and `count` operations."""
    walk = Walk(engine)
    whole = turn >= engine.frames
    if done := min(turn, engine.frames):
        walk.run(done)
    for _ in range(0 if whole else count):
        walk.step()
    if done and not (whole or count):    # at a frame's start, not at the end of the one before
        walk.step()
        walk.seek(turn)
    return walk


def effect(part: str, before: Tensor, engine: Rollout) -> str:
    """Say what was changed and how far the newest frame moved; before: the path [1, t, 2] until then."""
    said = words.NEWS[part].format(units=engine.hidden, frames=engine.frames)
    t = min(before.shape[1], engine.t)
    if not t or part == "frames":
        return said
    apart = (places(engine.path[0, t - 1]) - places(before[0, t - 1])).norm().item()
    return said + words.APART.format(t=t, apart=num(round(apart, 1), 1))
