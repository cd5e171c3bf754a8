"""Hold the gates of the generating LSTM from a frame on, and measure what becomes of the motion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, GATES, Hold
from helpers.video.autoencoder import places
from helpers.video.frames import MOST, whole
from helpers.video.metrics import motion
from helpers.video.motion_gan import MotionGenerator, Noise
from helpers.video.moving_digits import CANVAS, SIDE

OUT = 1.0    # px beyond a wall's place from which on a digit counts as gone through


@dataclass(frozen=True)
class Operation:
    """Gates held in all units: gate → value in [0, 1]; since: the first frame (from 2) made with them.

    Raises `hold_range` for another gate or value, and `hold_since` for another frame.
    """

    held: Mapping[str, float] = field(default_factory=dict)
    since: int = 2

    def __post_init__(self) -> None:
        for gate, value in self.held.items():
            if gate not in GATES or not isinstance(value, Real) or not 0 <= value <= 1:    # nan too
                raise CourseError("hold_range", gate=gate)
        if not whole(self.since, 2, MOST):
            raise CourseError("hold_since", found=self.since)

    def hold(self, frame: int, own: Hold = FREE) -> Hold:
        """What is held while a frame, from 2, is made; own: the gates that the model holds by itself."""
        if frame < self.since or not self.held:
            return own
        return own._replace(**{gate: torch.tensor([value]) for gate, value in self.held.items()})


@torch.no_grad()
def operated(generator: MotionGenerator, noise: Noise, operation: Operation, own: Hold = FREE) -> Tensor:
    """Generate motion codes under an operation: → [N, T, 2]; own: as in `Operation.hold`.

    Raises `gates_missing` without an LSTM.
    """
    if generator.memory != "lstm":
        raise CourseError("gates_missing")
    m, state = generator.first(noise.motion)
    path = [m]
    for frame, e in enumerate(noise.steps.unbind(1), 2):
        m, state = generator.next(m, e, state, operation.hold(frame, own))
        path.append(m)
    return torch.stack(path, 1)


@dataclass(frozen=True)
class Moves:
    """How clips move: cosine of directions, mean speed (px a frame), share of places beyond the walls.

    spread: of the places, px, as in `metrics.Motion`; by_frame: the mean speed of each step [T − 1].
    """

    cosine: float
    speed: float
    spread: float
    beyond: float
    by_frame: tuple[float, ...]


def moves(m: Tensor) -> Moves:
    """Measure motion codes [N, T, 2]; places are the sprites' own: in frames a constant apart."""
    moved = motion(places(m))
    low, high = SIDE / 2 - OUT, CANVAS - SIDE / 2 + OUT
    beyond = ((moved.place < low) | (moved.place > high)).any(2).double().mean().item()
    return Moves(moved.cosine, moved.speed.mean().item(), moved.spread, beyond,
                 tuple(moved.speed.mean(0).tolist()))
