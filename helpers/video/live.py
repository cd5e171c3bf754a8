"""Both stages in training under a plan of rates, where a game begins, and what its numbers compare with."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.steps import Op
from helpers.video import autoencoder, game
from helpers.video.autoencoder import FrameAutoencoder, FrameLearner, places
from helpers.video.codes import Codes
from helpers.video.game import VideoGame
from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, noise
from helpers.video.moving_digits import Clips, MovingDigits
from helpers.video.trained import trained

MORE = 0.8                     # 'a bit more' is the last fifth of the plan once again
SHOWN, PATHS = 4, 12           # clips that are shown in frames, and as paths
SEED = 5                       # of what is measured and shown: the same noise at every step


class Plan:
    """An engine whose rates follow a plan; raises `plan_over` where a turn beyond its end is asked for.

    begin: the part of the way to `tune(1)` at which it starts.
    """

    def __init__(self, engine: FrameLearner | VideoGame, steps: int, begin: float = 0.0) -> None:
        self.engine, self.steps, self.begin, self.done = engine, steps, begin, 0

    def turn(self) -> Iterator[Op]:
        """Set the rates for this turn, then let the engine run: the code that is shown is the engine's."""
        if self.done >= self.steps:
            raise CourseError("plan_over", steps=self.steps)
        self.engine.tune(self.begin + (1 - self.begin) * self.done / self.steps)
        self.done += 1
        yield from self.engine.turn()

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on."""
        return {"engine": self.engine.state_dict(), "done": self.done}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        self.engine.load_state_dict(state["engine"])
        self.done = state["done"]


class Source(NamedTuple):
    """A finished stage 1 and real clips in its codes: what stage 2 learns from."""

    autoencoder: FrameAutoencoder
    codes: Codes

    def model(self, stage: VideoGame) -> VideoModel:
        """Join it with the averaged generator of a stage 2."""
        return VideoModel(self.autoencoder, stage.sampler, self.codes, stage.hold)


class Choice(NamedTuple):
    """A game of stage 2. start: 'scratch', 'trained' (the course's end point), 'own' (one's own stage 1)."""

    start: str = "scratch"
    memory: str = "lstm"
    without: str | None = None
    seed: int = 0


@cache
def digits() -> MovingDigits:
    """Read the 60,000 digits once, for every training of stage 1."""
    return MovingDigits()


def stage_1(seed: int = 0) -> Plan:
    """Stage 1 before its first step."""
    return Plan(FrameLearner(digits(), seed), autoencoder.STEPS)


def stage_2(choice: Choice, source: Source) -> Plan:
    """Stage 2 as chosen; from the trained end point, the last part of the plan once again."""
    if choice.start == "trained":
        return Plan(trained().game(choice.seed), round((1 - MORE) * game.STEPS), MORE)
    return Plan(VideoGame(source.codes, choice.memory, without=choice.without, seed=choice.seed), game.STEPS)


@cache
def marks_1() -> dict[str, float]:
    """What stage 1 is compared with: the finished one's numbers, and those of a net that does not look.

    redraw, offset, jitter: the course's autoencoder on a batch; black: the error of black frames; middle: the
    offset of who always says 'the middle'.
    """
    learner = FrameLearner(digits(), SEED)
    learner.net = trained().autoencoder
    values: dict[str, Any] = {}
    for op in learner.turn():
        values |= op.values
        if op.key == "loss":
            break
    frames = values["frames"]
    clips = learner.data.sample(autoencoder.CLIPS, learner.rng, autoencoder.FRAMES)
    middle = autoencoder.missed(torch.zeros(*clips.place.shape[:2], 2), clips.place)
    return {name: values[name].item() for name in ("redraw", "offset", "jitter")} | {
        "black": autoencoder.redraw_error(torch.zeros_like(frames), frames).item(),
        "middle": middle["offset"].item()}


@cache
def real_clips() -> Clips:
    """The real clips of test digits that are shown."""
    return MovingDigits(train=False).sample(SHOWN, torch.Generator().manual_seed(SEED), FRAMES)


@torch.no_grad()
def made_clips(source: Source, stage: VideoGame) -> tuple[Tensor, Tensor]:
    """The generated clips that are shown, from the same noise always: frames, places [12, 16, 2] px."""
    c, m = stage.sampler(noise(PATHS, torch.Generator().manual_seed(SEED)), hold=stage.hold)
    return source.model(stage).render(c[:SHOWN], m[:SHOWN]), places(m)
