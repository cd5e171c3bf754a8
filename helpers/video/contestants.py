"""Who competes on the scoreboard: real clips, models, broken models, and cheats that a few lines make.

A cheat is built to please one kind of measure: each of its frames is a real digit, well drawn; what is wrong
lies between the frames, or between the clips.
"""

from collections.abc import Callable
from functools import cache, partial

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.video.motion_gan import noise
from helpers.video.moving_digits import FRAMES, SIDE, MovingDigits, paste
from helpers.video.trained import rival, trained

PODIUM = "real", "autoencoder", "lstm"    # in this order, and nobody else
BROKEN = "none", "no_frame"
CHEATS = "frozen", "shuffled", "one_path", "new_digit"
NAMES = PODIUM + BROKEN + CHEATS


@cache
def source() -> MovingDigits:
    """The digits that nobody was trained on."""
    return MovingDigits(train=False)


def real(n: int, rng: torch.Generator) -> Tensor:
    """Draw real clips."""
    return source().sample(n, rng).frames


@torch.no_grad()
def autoencoder(n: int, rng: torch.Generator) -> Tensor:
    """Let the autoencoder draw real clips anew."""
    net = trained().autoencoder
    return net.decode(*net.encode(real(n, rng)))


def generated(name: str, n: int, rng: torch.Generator) -> Tensor:
    """Generate clips with a model of `trained.RIVALS`."""
    return rival(name)(noise(n, rng))


def frozen(n: int, rng: torch.Generator) -> Tensor:
    """Repeat a real clip's first frame."""
    return real(n, rng)[:, :1].repeat(1, FRAMES, 1, 1, 1)


def shuffled(n: int, rng: torch.Generator) -> Tensor:
    """Show a real clip's frames in any order."""
    order = torch.rand(n, FRAMES, generator=rng).argsort(1)
    return real(n, rng)[torch.arange(n).unsqueeze(1), order]


def one_path(n: int, rng: torch.Generator) -> Tensor:
    """Move every digit along the first clip's path: the collapse of motion."""
    path = source().sample(n, rng).place[:1]    # [1, T, 1, 2]
    return paste(_digits(n, 1, rng), path[:, :, 0] - SIDE / 2).unsqueeze(2)


def new_digit(n: int, rng: torch.Generator) -> Tensor:
    """Move as real clips do, and show another digit in each frame."""
    path = source().sample(n, rng).place[:, :, 0]    # [N, T, 2]
    return paste(_digits(n, FRAMES, rng), path - SIDE / 2).unsqueeze(2)


def _digits(n: int, frames: int, rng: torch.Generator) -> Tensor:
    images = source().images
    return images[torch.randint(len(images), (n, frames), generator=rng)].float() / 255


MAKERS: dict[str, Callable[[int, torch.Generator], Tensor]] = {
    "real": real, "autoencoder": autoencoder,
    **{name: partial(generated, name) for name in ("lstm", *BROKEN)},
    "frozen": frozen, "shuffled": shuffled, "one_path": one_path, "new_digit": new_digit}


def clips(name: str, n: int, draw: int = 0) -> Tensor:
    """Draw n clips of a contestant: [n, 16, 1, 32, 32] in [0, 1]; draws differ, for each contestant too.

    Raises `no_contestant`, and as `trained.rival` and `data.mnist`.
    """
    if name not in MAKERS:
        raise CourseError("no_contestant", found=name, known=", ".join(NAMES))
    rng = torch.Generator().manual_seed(1000 * (draw + 1) + NAMES.index(name))
    return MAKERS[name](n, rng)
