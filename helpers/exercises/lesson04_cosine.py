"""Exercise 4.3: the direction cosine of a path, from its places."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, answered, brief, first_wrong, recognise, refused, single
from helpers.exercises.lesson04_cosine_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num
from helpers.video.metrics import motion
from helpers.video.moving_digits import bounce

ARGUMENTS = ("lugares",)
FRAMES, SPAN, CLIPS = 16, 18.0, 500
STOP = 4    # the place of the path that stops, among the cases


def parts(path: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Velocities before and after each change [n, 2], and the products of their sizes [n]."""
    v = path.double().diff(dim=0)
    return v[:-1], v[1:], v[:-1].norm(dim=1) * v[1:].norm(dim=1)


def cosines(path: Tensor) -> Tensor:
    """One for each pair of velocities that both move."""
    before, after, sizes = parts(path)
    return ((before * after).sum(1) / sizes)[sizes > 0]


def right(path: Tensor) -> Tensor:
    """The course's own measure."""
    return torch.tensor(motion(path.unsqueeze(0).double()).cosine)


def _of(change: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """The right formula on something else than the places."""
    return lambda path: cosines(change(path.double())).mean()


def _positions(path: Tensor) -> Tensor:
    return torch.cosine_similarity(path[:-1].double(), path[1:].double(), dim=1).mean()


def _dot(path: Tensor) -> Tensor:
    before, after, _ = parts(path)
    return (before * after).sum(1)


def _lag(path: Tensor) -> Tensor:
    v = path.double().diff(dim=0)
    return torch.cosine_similarity(v[:-2], v[2:], dim=1).mean()


def _means(path: Tensor) -> Tensor:
    return _dot(path).sum() / parts(path)[2].sum()


def _flat(path: Tensor) -> Tensor:
    """All coordinates as one long vector: the norm without its dimension."""
    before, after, _ = parts(path)
    return _dot(path).sum() / (before.norm() * after.norm())


def _to_first(path: Tensor) -> Tensor:
    """Every velocity against the whole way."""
    v, way = path.double().diff(dim=0), (path[-1:] - path[:1]).double()
    return torch.cosine_similarity(v, way, dim=1).mean()


FORMULAS: list[tuple[str, Callable[[Tensor], Any]]] = [
    ("positions", _positions),
    ("accelerations", _of(lambda path: path.diff(dim=0))),
    ("no_sizes", lambda path: _dot(path).mean()),
    ("one_size", lambda path: (_dot(path) / parts(path)[0].norm(dim=1)).mean()),
    ("one_size", lambda path: (_dot(path) / parts(path)[1].norm(dim=1)).mean()),
    ("squares", lambda path: (_dot(path) / parts(path)[2]**2).mean()),
    ("means", _means),
    ("flat", _flat),
    ("total", lambda path: cosines(path).sum()),
    ("angle", lambda path: cosines(path).clamp(-1, 1).acos().mean()),
    ("angle", lambda path: cosines(path).clamp(-1, 1).acos().rad2deg().mean()),
    ("mean_angle", lambda path: cosines(path).clamp(-1, 1).acos().mean().cos()),
    ("absolute", lambda path: cosines(path).abs().mean()),
    ("first_last", _of(lambda path: torch.stack((path[0], path[1], path[1] + path[-1] - path[-2])))),
    ("lag", _lag),
    ("way", _to_first),
]


def judge(attempt: Attempt) -> str:
    """Compare over several paths with the course's measure; a known wrong formula is named."""
    paths = cases()
    found = [single(answered(attempt, (path,), START), HINTS) for path in paths]
    expected = [right(path) for path in paths]
    bad = first_wrong(found, expected)
    if bad is not None:
        key = recognise(found[:STOP], [(path,) for path in paths[:STOP]], FORMULAS)
        if bad == STOP:    # all others are right
            counted = cosines(paths[STOP]).sum() / (len(paths[STOP]) - 2)
            key = "nan" if found[STOP].isnan() else "still" if agree(found[STOP], counted) else None
        raise refused(HINTS, key or "other", path=_words(paths[bad]), found=brief(found[bad]),
                      expected=brief(expected[bad]))
    ordered, mixed = (num(motion(places).cosine, 2) for places in clips())
    return RIGHT.format(count=len(paths), clips=CLIPS, ordered=ordered, mixed=mixed)


def cases() -> list[Tensor]:
    """Short paths by hand; some that wander, at changing speeds; the last stops for a frame: [T, 2]."""
    rng = torch.Generator().manual_seed(46)
    hand = [[[0, 0], [1, 0], [1, 2], [2, 3], [2, 1]], [[1, 1], [4, 5], [5, 5], [3, 5], [5, 2]]]
    drawn = [(torch.randn(frames, 2, generator=rng) + 0.7).cumsum(0) for frames in (8, 16)]
    stops = [[2, 1], [3, 1], [3, 1], [3, 3], [5, 5]]
    return [*map(torch.FloatTensor, hand), *drawn, torch.FloatTensor(stops)]


def clips() -> tuple[Tensor, Tensor]:
    """Places of digits that bounce, and the same in random order, clip by clip: [N, T, 2] twice."""
    rng = torch.Generator().manual_seed(47)
    turn = 2 * torch.pi * torch.rand(CLIPS, 1, generator=rng)
    speed = 1 + 1.5 * torch.rand(CLIPS, 1, 1, generator=rng)
    heading = speed * torch.stack((turn.cos(), turn.sin()), -1)    # [N, 1, 2]
    start = SPAN * torch.rand(CLIPS, 1, 2, generator=rng)
    places, _ = bounce(start + heading * torch.arange(FRAMES).view(1, -1, 1), heading, SPAN)
    order = torch.rand(CLIPS, FRAMES, generator=rng).argsort(1)
    return places, places.gather(1, order.unsqueeze(2).expand(-1, -1, 2))


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know what pairs that do not fit say."""
    unfit = "must match the size" in message(error) or "shapes cannot be multiplied" in message(error)
    return HINTS["axis"] if unfit else None


def _words(path: Tensor) -> str:
    shown = [f"({'; '.join(brief(value, 1) for value in point)})" for point in path[:5]]
    return ", ".join(shown) + (", …" if len(path) > 5 else "")


CHECK = Check(ARGUMENTS, START, judge, known)
