"""Exercise 4.5: clips that share their content and not their motion, and the reverse."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, must_return, numbers, refused
from helpers.exercises.lesson04_swap_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num
from helpers.video.metrics import centres, content
from helpers.video.motion_gan import Noise, noise
from helpers.video.trained import trained

ARGUMENTS = ("ruido",)
CLIPS, SHOWN, BATCHES = 5, 12, 16    # of the comparison; of what is shown in the trained model
PARTS = Noise("conteúdo", "partida", "ruídos dos quadros")    # in the order of Noise
WANTED = ("first", "own", "own"), ("own", "first", "first")

USES: list[tuple[str, Callable[[Tensor], Tensor]]] = [    # what has been made of a part of the noise
    ("own", lambda part: part),
    ("first", lambda part: part[:1].expand_as(part)),
    *(("other", lambda part, at=at: part[at].expand_as(part)) for at in range(1, CLIPS)),
    ("mean", lambda part: part.mean(0, keepdim=True).expand_as(part)),
    ("zeros", torch.zeros_like),
    ("one", lambda part: part[:1]),
    ("squeezed", lambda part: part[0]),
]


def judge(attempt: Attempt) -> str:
    """Tell what was made of each part of the noise; the trained model shows what it does to clips."""
    given = noise(CLIPS, torch.Generator().manual_seed(81), 7)
    uses = [[use(found, part) for found, part in zip(made, given, strict=True)]
            for made in _noises(attempt, given)]
    if (found := tuple(map(tuple, uses))) != WANTED:
        raise _refusal(*found)
    (same, apart), (share, near) = shown(lambda of: _noises(attempt, of))
    return RIGHT.format(batches=BATCHES, clips=SHOWN, same=num(100 * same, 0), apart=num(apart, 1),
                        share=num(100 * share, 0), near=num(near, 1))


def shown(separate: Callable[[Noise], Any]) -> list[tuple[float, float]]:
    """Let the trained model draw both kinds of batch: each kind's means of what `_seen` says."""
    rng, model = torch.Generator().manual_seed(82), trained().model()
    kinds = zip(*(separate(noise(SHOWN, rng)) for _ in range(BATCHES)), strict=True)
    return [tuple(torch.tensor([_seen(model(Noise(*(part.float() for part in made)))) for made in kind])
                  .mean(0).tolist()) for kind in kinds]


def use(found: Tensor, part: Tensor) -> str:
    """Say what was made of a part of the noise."""
    known = next((key for key, made in USES if agree(found, made(part))), None)
    if known:
        return known
    if found.shape != part.shape:
        return "shape"
    if part.dim() == 3 and any(agree(found, made(part[:, :1].expand_as(part))) for _, made in USES[:2]):
        return "in_time"
    rows = [next((at for at, row in enumerate(part) if agree(mine, row)), None) for mine in found]
    return "mixed" if None not in rows else "drawn"


def _refusal(first: tuple[str, ...], second: tuple[str, ...]) -> Exception:
    """Find the hint: first what is wrong with one part, then how the parts go together."""
    if (first, second) == WANTED[::-1]:
        return refused(HINTS, "order")
    for which, uses in (("primeiro", first), ("segundo", second)):
        for name, kind in zip(PARTS, uses, strict=True):
            if kind in HINTS:    # a key of its own: everything but 'own' and 'first'
                return refused(HINTS, kind, which=which, part=name)
    together = {
        ("own", "own", "own"): "nothing", ("first", "first", "first"): "everything",
        ("first", "own", "first"): "steps_too", ("first", "first", "own"): "start_too"}
    if first != WANTED[0]:
        return refused(HINTS, together.get(first, "content_differs"), which="primeiro")
    apart = {("own", "first", "own"): "only_start", ("own", "own", "first"): "only_steps",
             ("own", "own", "own"): "nothing", ("first", "first", "first"): "everything"}
    return refused(HINTS, apart.get(second, "content_shared"), which="segundo", far=_far(second))


def _far(uses: tuple[str, ...]) -> str:
    """How far apart, px, the trained model's paths still are when the parts of noise are used so."""
    made = dict(USES)
    of = noise(SHOWN, torch.Generator().manual_seed(83))
    frames = trained().model()(Noise(*(made[key](part) for key, part in zip(uses, of, strict=True))))
    return num(_seen(frames)[1], 1)


def _seen(frames: Tensor) -> tuple[float, float]:
    """The share of clips that show the most frequent digit, and their paths' mean distance, px."""
    place = centres(frames)
    labels = content(frames, place).label
    apart = (place.unsqueeze(0) - place.unsqueeze(1)).norm(dim=3).mean(2)    # [N, N]
    clips = len(frames)
    return ((labels == labels.mode().values).double().mean().item(),
            apart.sum().item() / (clips * (clips - 1)))


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know that a tuple's parts cannot be set."""
    return HINTS["set"] if isinstance(error, AttributeError) and "can't set" in message(error) else None


def _noises(attempt: Attempt, given: Noise) -> list[list[Tensor]]:
    """Call once; read two times three tensors."""
    copies = Noise(*(part.clone() for part in given))
    value = attempt(copies)
    must_return(attempt, value, START)
    if not all(map(torch.equal, copies, given)):
        raise refused(HINTS, "changed")
    if isinstance(value, Noise):
        raise refused(HINTS, "single")
    return [_parts(made, value) for made in _two(value)]


def _two(value: Any) -> tuple[Any, Any]:
    try:
        first, second = value
    except (TypeError, ValueError):    # nothing to unpack, or not two
        raise refused(HINTS, "pair", kind=type(value).__name__) from None
    return first, second


def _parts(made: Any, value: Any) -> list[Tensor]:
    parts = [numbers(part) for part in made] if isinstance(made, tuple | list) else []
    if len(parts) != len(PARTS) or any(part is None for part in parts):
        raise refused(HINTS, "pair", kind=type(value).__name__)
    return parts


CHECK = Check(ARGUMENTS, START, judge, known)
