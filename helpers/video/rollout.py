"""One clip in the making: a turn is one frame, from its noise to its pixels.

What stays is made once, in the first turn: the content code and, from the motion noise, m(1) and the memory.
After that each frame takes two numbers of noise and one step of lesson 03's LSTM.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import GATES, State
from helpers.lstm.sequence import Script
from helpers.steps import Op
from helpers.video.frames import whole
from helpers.video.model import VideoModel
from helpers.video.motion_gan import Noise, noise

LEAST, MOST = 2, 128    # frames of a clip


def mixed(content: int, motion: int, steps: int) -> Noise:
    """Noise for one clip of up to MOST frames, each of the three parts from a seed of its own.

    Three equal seeds: `noise(1, rng, MOST)` of that seed.
    """
    content_of, motion_of, steps_of = (noise(1, torch.Generator().manual_seed(seed), MOST)
                                       for seed in (content, motion, steps))
    return Noise(content_of.content, motion_of.motion, steps_of.steps)


def frozen(model: VideoModel) -> VideoModel:
    """Copy a model so that it stays as it is while it is looked into; raises `rollout_memory`."""
    if model.generator.memory != "lstm":
        raise CourseError("rollout_memory", found=model.generator.memory)
    return deepcopy(model).eval().requires_grad_(False)


class Rollout:
    """A clip of `frames` frames made from noise, t of them done; after the last, `rollout_over` is raised.

    model: from `frozen`; noise: of one clip, its steps for `frames` frames or more. content [1, 16],
    sprite [1, 28, 28]; path [1, t, 2]: m(1) … m(t); state: h(t) and c(t), [1, units] each; film
    [t, 1, 32, 32]. Raises `rollout_length`.
    """

    def __init__(self, model: VideoModel, noise: Noise, frames: int) -> None:
        if not whole(frames, LEAST, MOST) or noise.steps.shape[1] < frames - 1:
            raise CourseError("rollout_length", found=frames, least=LEAST, most=MOST)
        self.model, self.noise, self.frames = model, noise, frames
        self.content: Tensor | None = None
        self.sprite: Tensor | None = None
        self.state: State | None = None
        self.path = noise.steps.new_zeros(1, 0, 2)
        self.film = noise.steps.new_zeros(0, 1, 32, 32)

    @property
    def t(self) -> int:
        return self.path.shape[1]

    @property
    def hidden(self) -> int:
        return self.model.generator.hidden

    def turn(self) -> Iterator[Op]:
        """Make the next frame."""
        if self.t >= self.frames:
            raise CourseError("rollout_over", frames=self.frames, most=MOST)
        yield from self.next_frame() if self.t else self.first_frame()

    def first_frame(self) -> Iterator[Op]:
        """Make what stays, and the first frame, which needs no LSTM."""
        model, noise = self.model, self.noise
        content = model.generator.content(noise.content)
        yield Op("content", content=content)
        sprite = model.sprite(content)
        yield Op("sprite", sprite=sprite)
        m, (h, c) = model.generator.first(noise.motion)
        yield Op("first", m=m, h=h, c=c)
        frame = model.render(content, m.unsqueeze(1))
        self.content, self.sprite = content, sprite
        self.keep(m, (h, c), frame)
        yield Op("frame", frame=frame)

    def next_frame(self) -> Iterator[Op]:
        """Take noise, one step of the LSTM, and draw."""
        model, t, state = self.model, self.t, self.state
        m, e = self.path[:, -1], self.noise.steps[:, t - 1]
        yield Op("e", m_prev=m, e=e)
        step, hold = model.generator.step, model.hold
        m, state = yield from step(m, e, state, hold)
        frame = model.render(self.content, m.unsqueeze(1))
        self.keep(m, state, frame)
        yield Op("frame", frame=frame)

    def keep(self, m: Tensor, state: State, frame: Tensor) -> None:
        """Add a frame [1, 1, 1, 32, 32] to the clip."""
        self.state, self.path = state, torch.cat((self.path, m.unsqueeze(1)), 1)
        self.film = torch.cat((self.film, frame[0]))

    def script(self, n: int) -> Script:
        """Write the LSTM's inputs up to frame n, from 2 to t + 1, as a script for lesson 03's panels.

        Step n there is frame n here. The first step is a filler: frame 1 needs no LSTM, and the memory that
        it leaves is put in before step 2. Raises `rollout_first` for another n.
        """
        if not 2 <= n <= min(self.t + 1, self.frames):
            raise CourseError("rollout_first")
        xs = torch.cat((self.path[0, :n - 1], self.noise.steps[0, :n - 1]), 1)
        _, (h, c) = self.model.generator.first(self.noise.motion)
        held = {gate: value.expand(n, self.hidden) for gate, value in
                zip(GATES, self.model.hold, strict=True) if value is not None}
        return Script(torch.cat((xs.new_zeros(1, xs.shape[1]), xs)), held, {("h", 1): h[0], ("c", 1): c[0]})

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on, besides the model, which is frozen."""
        return {name: getattr(self, name) for name in STATE} | {"noise": tuple(self.noise)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        for name in STATE:
            setattr(self, name, state[name])
        self.noise = Noise(*state["noise"])


STATE = ("frames", "content", "sprite", "state", "path", "film")
