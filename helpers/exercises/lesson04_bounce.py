"""Exercise 4.2: one frame of a point that bounces; its path held against the straight one through mirrors."""

from collections.abc import Callable

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, answered, brief, numbers, recognise, refused
from helpers.exercises.lesson04_bounce_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, message
from helpers.video.moving_digits import bounce

ARGUMENTS = ("lugar", "velocidade", "parede")
WALLS, FRAMES, PATHS = (18.0, 5.0), 40, 4    # px; frames of a path; paths for each wall
Step = tuple[Tensor, Tensor]                 # a place and a velocity, [2] each
Case = tuple[Tensor, Tensor, float]


def outside(place: Tensor, wall: float) -> Tensor:
    """Which axes have left [0, wall]."""
    return (place < 0) | (place > wall)


def mirrored(place: Tensor, wall: float) -> Tensor:
    """Fold a place that has gone too far, by less than the wall's distance, back into [0, wall]."""
    return torch.where(place < 0, -place, torch.where(place > wall, 2 * wall - place, place))


def _walk(fold: Callable[[Tensor, float], Tensor], turn: Callable[[Tensor, Tensor, float], Tensor],
          ) -> Callable[[Tensor, Tensor, float], Tensor]:
    """A step put together of what happens to the place and to the velocity: [2, 2]."""
    def step(place: Tensor, velocity: Tensor, wall: float) -> Tensor:
        moved = place + velocity
        return torch.stack((fold(moved, wall), turn(moved, velocity, wall)))
    return step


def _turned(moved: Tensor, velocity: Tensor, wall: float) -> Tensor:
    return torch.where(outside(moved, wall), -velocity, velocity)


def _kept(moved: Tensor, velocity: Tensor, wall: float) -> Tensor:
    return velocity


def _both(moved: Tensor, velocity: Tensor, wall: float) -> Tensor:
    return -velocity if outside(moved, wall).any() else velocity


def _late(place: Tensor, velocity: Tensor, wall: float) -> Tensor:
    """Looks at the old place, at which no wall has been met."""
    return torch.stack((place + velocity, velocity))


def _undone(place: Tensor, velocity: Tensor, wall: float) -> Tensor:
    """Takes the step back where it leads outside."""
    out = outside(place + velocity, wall)
    return torch.stack((torch.where(out, place, place + velocity), torch.where(out, -velocity, velocity)))


def _far(moved: Tensor, wall: float) -> Tensor:
    return torch.where(moved > wall, 2 * wall - moved, moved)


right = _walk(mirrored, _turned)
FORMULAS: list[tuple[str, Callable[..., Tensor]]] = [
    ("keeps", _walk(mirrored, _kept)),
    ("clamps", _walk(lambda moved, wall: moved.clamp(0, wall), _turned)),
    ("clamps", _walk(lambda moved, wall: moved.clamp(0, wall), _kept)),
    ("both_axes", _walk(mirrored, _both)),
    ("passes", _late),
    ("only_turns", _walk(lambda moved, wall: moved, _turned)),
    ("only_far", _walk(_far, lambda moved, velocity, wall: torch.where(moved > wall, -velocity, velocity))),
    ("only_near", _walk(lambda moved, wall: moved.abs(),
                        lambda moved, velocity, wall: torch.where(moved < 0, -velocity, velocity))),
    ("wraps", _walk(lambda moved, wall: moved.remainder(wall), _kept)),
    ("wraps", _walk(lambda moved, wall: moved.remainder(wall), _turned)),
    ("one_wall", _walk(lambda moved, wall: torch.where(moved > wall, wall - moved, moved.abs()), _turned)),
    ("one_wall", _walk(lambda moved, wall: torch.where(moved > wall, moved - wall, moved.abs()), _turned)),
    ("stops", _walk(lambda moved, wall: moved.clamp(0, wall), lambda moved, velocity, wall: torch.where(
        outside(moved, wall), torch.zeros_like(velocity), velocity))),
    ("undone", _undone),
    ("always", _walk(mirrored, lambda moved, velocity, wall: -velocity)),
    ("order", lambda *case: right(*case).flip(0)),
    ("stays", lambda place, velocity, wall: torch.stack((place, velocity))),
    ("stays", lambda place, velocity, wall: torch.stack((place, _turned(place + velocity, velocity, wall)))),
]


def judge(attempt: Attempt) -> str:
    """Take every step of several paths; name what goes wrong at the first that does."""
    cases, expected = steps()
    found = [_step(attempt, case) for case in cases]
    bad = next((at for at, (one, other) in enumerate(zip(found, expected, strict=True))
                if not agree(one, other)), None)
    if bad is not None:
        place, velocity, wall = cases[bad]
        facts = {"place": _point(place), "velocity": _point(velocity), "wall": brief(wall),
                 "found": _point(found[bad][0]), "found_v": _point(found[bad][1]),
                 "expected": _point(expected[bad][0]), "expected_v": _point(expected[bad][1])}
        raise refused(HINTS, recognise(found, cases, FORMULAS) or "other", **facts)
    met = sum(outside(place + velocity, wall).any().item() for place, velocity, wall in cases)
    corner = sum(outside(place + velocity, wall).all().item() for place, velocity, wall in cases)
    return RIGHT.format(steps=len(cases), met=met, corner=corner)


def steps() -> tuple[list[Case], list[Tensor]]:
    """Single steps along real paths: what goes in, and what the straight path through mirrors says: [2, 2].

    The first meets the far wall in x only, the second both walls at once.
    """
    rng = torch.Generator().manual_seed(45)
    hand = [(torch.tensor([17.0, 9.0]), torch.tensor([2.0, 1.0]), WALLS[0]),
            (torch.tensor([17.5, 0.5]), torch.tensor([1.0, -2.0]), WALLS[0])]
    cases, expected = list(hand), [right(*case) for case in hand]
    for wall in WALLS:
        start = wall * torch.rand(PATHS, 1, 2, generator=rng)
        turn = 2 * torch.pi * torch.rand(PATHS, 1, generator=rng)
        heading = 2 * torch.stack((turn.cos(), turn.sin()), -1)    # 2 px a frame
        place, velocity = bounce(start + heading * torch.arange(FRAMES).view(1, -1, 1), heading, wall)
        whole = torch.stack((place, velocity), 2)    # [paths, T, 2, 2]
        for path in whole:
            cases += [(*now, wall) for now in path[:-1]]
            expected += list(path[1:])
    return cases, expected


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know an `if` on two truths at once."""
    return HINTS["ambiguous"] if "Boolean value of Tensor" in message(error) else None


def _step(attempt: Attempt, case: Case) -> Tensor:
    """Call once; read a place and a velocity: [2, 2]."""
    value = answered(attempt, case, START)
    if isinstance(value, Tensor) and value.shape == (2,):
        raise refused(HINTS, "only_place")
    try:
        parts = [numbers(part) for part in value]
    except TypeError:    # nothing that has parts
        parts = []
    if len(parts) != 2 or any(part is None for part in parts):
        raise refused(HINTS, "pair", kind=type(value).__name__)
    for name, part in zip(("O lugar", "A velocidade"), parts, strict=True):
        if part.shape != (2,):
            raise refused(HINTS, "shape", name=name, found=list(part.shape))
    return torch.stack(parts)


def _point(part: Tensor) -> str:
    return "(" + "; ".join(brief(value, 2) for value in part) + ")"


CHECK = Check(ARGUMENTS, START, judge, known)
