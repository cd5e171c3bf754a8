"""Stage 2's networks: an LSTM that moves in the code space, and the two critics that judge it.

After MoCoGAN-HD (Tian et al. 2021): the drawing is learned already, and what is generated is a content code,
once a clip, and a motion code a frame. The LSTM is lesson 03's own cell: its gates can be held, and every
operation of it can be looked into.
"""

from collections.abc import Generator
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.gan.dcgan import SLOPE, begin
from helpers.lstm.cell import FREE, Hold, LSTMCell, State
from helpers.steps import Op
from helpers.video.autoencoder import CONTENT, MOTION
from helpers.video.frames import length

FRAMES = 16      # of the clips that the critics learn from
HIDDEN = 64      # units of the LSTM
MEMORIES = "lstm", "gru", "none"
GAIN = 5.0       # a step in m is about .2 wide: the networks work with numbers near 1
FOR_CONTENT, FOR_MOTION, FOR_STEP = 16, 8, 2    # numbers of noise: a clip's content, its motion, each frame


class Noise(NamedTuple):
    """What a clip is made from: content [N, 16], motion [N, 8], steps [N, T − 1, 2], all N(0, 1)."""

    content: Tensor
    motion: Tensor
    steps: Tensor


def noise(n: int, rng: torch.Generator, frames: int = FRAMES) -> Noise:
    """Draw the noise of n clips; raises `clip_length`."""
    sizes = (n, FOR_CONTENT), (n, FOR_MOTION), (n, length(frames) - 1, FOR_STEP)
    return Noise(*(torch.randn(size, generator=rng) for size in sizes))


class MotionGenerator(nn.Module):
    """Noise → content c [N, 16] (standardised) and motion m [N, T, 2], one LSTM step a frame.

    x(t) = [m(t−1), e(t)]; h and c of the LSTM remember where to and how fast; m(t) = m(t−1) + head(h(t)).
    memory: 'lstm', 'gru', or 'none', where each m(t) after the first comes from its own e(t) alone; m(1), as
    in all three, from the motion noise by another network, and so from a distribution of its own.
    Raises `no_memory` for another one, and `gates_missing` where gates are to be held and there are none.
    """

    @torch.random.fork_rng(devices=[])
    def __init__(self, memory: str = "lstm", hidden: int = HIDDEN, width: int = 192, seed: int = 0) -> None:
        if memory not in MEMORIES:
            raise CourseError("no_memory", found=memory, known=", ".join(MEMORIES))
        super().__init__()
        self.memory, self.hidden = memory, hidden
        self.content = perceptron(FOR_CONTENT, width, CONTENT, 3)
        self.motion = perceptron(FOR_MOTION, 64, MOTION + 2 * hidden, 2)    # m(1), h(1), c(1)
        rng = torch.Generator().manual_seed(seed + 1)
        inputs = MOTION + FOR_STEP
        self.cell: nn.Module = {"lstm": lambda: LSTMCell(inputs, hidden, rng),
                                "gru": lambda: nn.GRUCell(inputs, hidden),
                                "none": lambda: perceptron(FOR_STEP, hidden, hidden, 1)}[memory]()
        self.head = nn.Linear(hidden, MOTION)
        begin(self, seed)
        if memory == "gru":    # whose weights torch draws from its global generator
            for weights in self.cell.parameters():
                nn.init.uniform_(weights, -hidden**-0.5, hidden**-0.5, generator=rng)

    def forward(self, noise: Noise, start: Tensor | None = None, hold: Hold = FREE) -> tuple[Tensor, Tensor]:
        """Generate codes; start [N, 2]: the first motion code where it is given; hold: the LSTM's gates."""
        return self.content(noise.content), self.path(noise, start, hold)

    def path(self, noise: Noise, start: Tensor | None = None, hold: Hold = FREE) -> Tensor:
        """Generate the motion alone: → [N, T, 2]."""
        m, state = self.first(noise.motion, start)
        path = [m]
        for e in noise.steps.unbind(1):
            m, state = self.next(m, e, state, hold)
            path.append(m)
        return torch.stack(path, 1)

    def first(self, motion: Tensor, start: Tensor | None = None) -> tuple[Tensor, State]:
        """Turn a clip's motion noise [N, 8] into m(1) and the memory that the clip begins with."""
        m, h, c = self.motion(motion).split((MOTION, self.hidden, self.hidden), 1)
        return m if start is None else start, (torch.tanh(h), c)

    def next(self, m: Tensor, e: Tensor, state: State, hold: Hold = FREE) -> tuple[Tensor, State]:
        """Take one step in time, without the operations in between."""
        if self.memory != "lstm" and any(value is not None for value in hold):
            raise CourseError("gates_missing")
        if self.memory == "none":
            return self.head(self.cell(e)), state
        x = torch.cat((m, e), 1)
        state = self.cell(x, state, hold) if self.memory == "lstm" else (self.cell(x, state[0]), state[1])
        return m + self.head(state[0]) / GAIN, state

    def step(self, m: Tensor, e: Tensor, state: State,
             hold: Hold = FREE) -> Generator[Op, None, tuple[Tensor, State]]:
        """The same step of an LSTM, operation by operation: m [N, 2], e [N, 2]; returns m(t), (h, c)."""
        x = torch.cat((m, e), 1)
        yield Op("x", x=x)
        h, c = yield from self.cell.step(x, *state, hold)
        dm = self.head(h) / GAIN
        yield Op("dm", dm=dm)
        m = m + dm
        yield Op("m", m=m)
        return m, (h, c)


class SequenceCritic(nn.Module):
    """Judges how a clip moves: m [N, 16, 2] → logit [N, 1], from places, steps and changes of step.

    Convolutions over time, the part of MoCoGAN's video discriminator; it does not see the content.
    """

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 64, seed: int = 0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(3 * MOTION, width, 3), nn.LeakyReLU(SLOPE),    # 14 → 12 moments
            nn.Conv1d(width, width, 3), nn.LeakyReLU(SLOPE),         # → 10
            nn.Conv1d(width, width, 3), nn.LeakyReLU(SLOPE),         # → 8
            nn.Flatten(), nn.Linear(8 * width, 1))
        begin(self, seed)

    def forward(self, m: Tensor) -> Tensor:
        """Judge."""
        step = GAIN * m.diff(dim=1)
        change = 2 * step.diff(dim=1)
        return self.body(torch.cat((m[:, 2:], step[:, 1:], change), 2).mT)    # [N, 6, 14]


class FrameCritic(nn.Module):
    """Judges single frames: c and m(t), [N, 18] → logits [N, 1]; what comes before or after it does not see.

    The part of MoCoGAN's image discriminator.
    """

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 192, seed: int = 0) -> None:
        super().__init__()
        self.body = perceptron(CONTENT + MOTION, width, 1, 3)
        begin(self, seed)

    def forward(self, codes: Tensor) -> Tensor:
        """Judge."""
        return self.body(codes)


def perceptron(into: int, width: int, out: int, depth: int) -> nn.Sequential:
    """Linear layers with leaky ReLU between them: `depth` hidden ones."""
    sizes = [into] + [width] * depth
    layers = [part for a, b in pairwise(sizes)
              for part in (nn.Linear(a, b), nn.LeakyReLU(SLOPE))]
    return nn.Sequential(*layers, nn.Linear(width, out))
