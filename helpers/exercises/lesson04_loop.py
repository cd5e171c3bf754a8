"""Exercise 4.4: the loop that turns noise into a path, one step of the LSTM a frame."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, answered, recognise, refused
from helpers.exercises.lesson04_loop_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num
from helpers.video.autoencoder import MOTION, places
from helpers.video.metrics import motion
from helpers.video.motion_gan import FOR_MOTION, FOR_STEP, FRAMES, MotionGenerator, noise
from helpers.video.trained import trained

ARGUMENTS = ("gerador", "partida", "ruidos")
SIZES = ((3, 6), (4, 9))    # clips, frames: no two alike
CLIPS, LONG = 100, 64       # of the praise's measurement
NEAR = 1e-4                 # relative and absolute, of float32 fed back for a few steps
Case = tuple[MotionGenerator, Tensor, Tensor]    # generator, motion noise [N, 8], step noise [N, T − 1, 2]


def _rolled(noisy: Callable[[Tensor, int], Tensor] = lambda steps, t: steps[:, t],
            fed: Callable[[Tensor, Tensor], Tensor] = lambda m, first: m,
            kept: Callable[[Any, Any], Any] = lambda new, old: new,
            made: Callable[[Tensor, Tensor], Tensor] = lambda new, old: new) -> Callable[..., Tensor]:
    """The loop, or one with a part exchanged: which noise goes in, which m, which state, what is m then."""
    def path(generator: MotionGenerator, start: Tensor, steps: Tensor) -> Tensor:
        first, state = generator.first(start)
        path = [first]
        for t in range(steps.shape[1]):
            m, new = generator.next(fed(path[-1], first), noisy(steps, t), state)
            path.append(made(m, path[-1]))
            state = kept(new, state)
        return torch.stack(path, 1)
    return path


right = _rolled()


def _ends(change: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda *case: change(right(*case))


FORMULAS: list[tuple[str, Callable[..., Tensor]]] = [
    ("same_e", _rolled(noisy=lambda steps, t: steps[:, 0])),
    ("no_e", _rolled(noisy=lambda steps, t: torch.zeros_like(steps[:, t]))),
    ("late_e", _rolled(noisy=lambda steps, t: steps[:, t - 1])),
    ("reversed", _rolled(noisy=lambda steps, t: steps[:, -1 - t])),
    ("start_again", _rolled(fed=lambda m, first: first, kept=lambda new, old: old)),
    ("no_state", _rolled(kept=lambda new, old: old)),
    ("half_state", _rolled(kept=lambda new, old: (new[0], old[1]))),
    ("half_state", _rolled(kept=lambda new, old: (old[0], new[1]))),
    ("swapped_state", _rolled(kept=lambda new, old: new[::-1])),
    ("same_m", _rolled(fed=lambda m, first: first)),
    ("added", _rolled(made=lambda new, old: old + new)),
    ("no_first", _ends(lambda path: path[:, 1:])),
    ("no_last", _ends(lambda path: path[:, :-1])),
    ("twice_first", _ends(lambda path: torch.cat((path[:, :1], path), 1))),
    ("turned", _ends(lambda path: path.transpose(0, 1))),
    ("only_last", _ends(lambda path: path[:, -1])),
    ("flat", _ends(lambda path: path.flatten(1))),
    ("flat", _ends(lambda path: path.transpose(0, 1).flatten(0, 1))),
]


def judge(attempt: Attempt) -> str:
    """Compare paths, then what comes back along them; the trained generator shows what the loop is for."""
    cases = [drawn(*sizes, seed) for seed, sizes in enumerate(SIZES)]
    found = [_path(attempt, case) for case in cases]
    with torch.no_grad():
        expected = [right(*case) for case in cases]
        bad = next((at for at, (one, other) in enumerate(zip(found, expected, strict=True))
                    if not agree(one, other, NEAR)), None)
        if bad is not None:
            mine, wanted = found[bad], expected[bad]
            far = (mine - wanted).abs().max().item() if mine.shape == wanted.shape else float("nan")
            key = recognise(found, cases, FORMULAS, NEAR)
            raise refused(HINTS, key or ("other" if mine.shape == wanted.shape else "shape"), far=num(far, 2),
                          found=list(mine.shape), expected=list(wanted.shape), frames=wanted.shape[1],
                          steps=wanted.shape[1] - 1)
    for case, path in zip(cases, found, strict=True):
        if not path.requires_grad or not all(agree(*pair, 10 * NEAR) for pair in zip(
                _pulls(case[0], path), _pulls(case[0], right(*case)), strict=True)):
            raise refused(HINTS, "cut")
    return RIGHT.format(count=len(cases), clips=CLIPS, frames=FRAMES, long=LONG,
                        cosine=num(_cosine(attempt, FRAMES), 2), far=num(_cosine(attempt, LONG), 2))


def drawn(clips: int, frames: int, seed: int) -> Case:
    """Make a small generator with lively weights, and noise for so many clips and frames."""
    generator = MotionGenerator(hidden=5, width=8, seed=seed + 70)
    rng = torch.Generator().manual_seed(seed + 71)
    with torch.no_grad():
        for weights in (*generator.cell.parameters(), *generator.head.parameters(),
                        *generator.motion[-1].parameters()):
            weights.copy_(torch.randn(weights.shape, generator=rng))
    return (generator, torch.randn(clips, FOR_MOTION, generator=rng),
            torch.randn(clips, frames - 1, FOR_STEP, generator=rng))


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know a pair taken for one thing, clips taken for frames, and one noise too many."""
    said = message(error)
    if isinstance(error, TypeError) and "expected Tensor as element" in said:
        return HINTS["pair"]
    if "Sizes of tensors must match" in said or "must have the same number of dimensions" in said:
        return HINTS["by_clip"]
    return HINTS["too_far"] if isinstance(error, IndexError) and "out of bounds" in said else None


def _pulls(generator: MotionGenerator, path: Tensor) -> list[Tensor]:
    """What a change of every weight that makes motion would do to the last places' sum of squares."""
    weights = [*generator.motion.parameters(), *generator.cell.parameters(), *generator.head.parameters()]
    pulls = torch.autograd.grad(path[:, -1].square().sum(), weights, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(weight) if pull is None else pull
            for weight, pull in zip(weights, pulls, strict=True)]


def _path(attempt: Attempt, case: Case) -> Tensor:
    value = answered(attempt, case, START)
    if isinstance(value, list | tuple) and len(value) and all(isinstance(part, Tensor) for part in value):
        raise refused(HINTS, "listed", count=len(value))
    if not isinstance(value, Tensor) or not value.is_floating_point() or value.layout is not torch.strided:
        raise refused(HINTS, "kind", kind=type(value).__name__)
    return value


def _cosine(attempt: Attempt, frames: int) -> float:
    """How straight the trained generator goes when the learner's loop drives it."""
    generator = trained().model().generator
    of = noise(CLIPS, torch.Generator().manual_seed(72), frames)
    with torch.no_grad():
        path = attempt(generator, of.motion, of.steps)
        return motion(places(path.view(CLIPS, frames, MOTION))).cosine


CHECK = Check(ARGUMENTS, START, judge, known)
