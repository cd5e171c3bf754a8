"""The trained two-stage model that comes with the course, its timeline, and the rivals it is compared with.

Weights are kept in half precision; not Adam's averages: a game that goes on begins with fresh ones, and from
the averaged G.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from helpers import checkpoints
from helpers.errors import CourseError
from helpers.lstm.cell import FREE, Hold
from helpers.video import mocogan
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.codes import Codes
from helpers.video.frames import whole
from helpers.video.game import VideoGame
from helpers.video.model import VideoModel
from helpers.video.motion_gan import HIDDEN, FrameCritic, MotionGenerator, SequenceCritic

FILE, RIVALS_FILE = "video_two_stages.safetensors", "video_rivals.safetensors"
CRITICS = {"sequence": SequenceCritic, "frame": FrameCritic}


class Rival(NamedTuple):
    """How a rival differs from the LSTM with both critics."""

    memory: str = "lstm"
    hold: Hold = FREE
    without: str | None = None
    hidden: int = HIDDEN


RIVALS: dict[str, Rival] = {
    "lstm": Rival(),
    "none": Rival("none"),                            # after m(1) every m(t) from its own noise: i.i.d.
    "gru": Rival("gru"),
    "no_forget": Rival(hold=Hold(f=torch.zeros(1))),    # f = 0 in training and after
    "no_frame": Rival(without="frame"),
    "no_sequence": Rival(without="sequence"),
    "pocket": Rival(hidden=4),                        # so small that lesson 03's cell panel shows all of it
}


class Trained(NamedTuple):
    """The run on file. steps: its points; measures: name of a Report's number → values, one a point."""

    steps: tuple[int, ...]
    measures: dict[str, tuple[float, ...]]
    autoencoder: FrameAutoencoder
    codes: Codes
    tensors: Mapping[str, Tensor]

    def model(self, point: int = -1) -> VideoModel:
        """Build the model as it stood at a point, counted from 0, or from −1 back, ready to generate.

        Raises `no_stage_point` for another point, and `checkpoint_other`.
        """
        if not whole(point, -len(self.steps), len(self.steps) - 1):
            raise CourseError("no_stage_point", found=point, last=len(self.steps) - 1)
        generator = self._filled(MotionGenerator(), f"{self.steps[point]}.G")
        return VideoModel(self.autoencoder, generator, self.codes)

    def game(self, seed: int = 0) -> VideoGame:
        """Build stage 2 as it stood at the end, to be trained further."""
        game = VideoGame(self.codes, seed=seed)
        nets = (game.G, "G"), (game.sampler, "G"), (game.sequence, "sequence"), (game.frame, "frame")
        for net, name in nets:
            checkpoints.fill(net, checkpoints.part(self.tensors, f"{self.steps[-1]}.{name}"), FILE)
        game.steps = self.steps[-1]
        return game

    def _filled(self, net: nn.Module, prefix: str) -> nn.Module:
        checkpoints.fill(net, checkpoints.part(self.tensors, prefix), FILE)
        return net.eval().requires_grad_(False)


@cache
def trained() -> Trained:
    """Read the run that comes with the course, once; errors as in `checkpoints.load` and `fill`."""
    tensors = checkpoints.load(FILE)
    net = FrameAutoencoder()
    checkpoints.fill(net, checkpoints.part(tensors, "autoencoder"), FILE)
    codes = Codes(*(tensors[f"codes.{name}"].float() for name in Codes._fields))
    measures = {key.removeprefix("measure."): tuple(values.tolist()) for key, values in tensors.items()
                if key.startswith("measure.")}
    net.eval().requires_grad_(False)
    return Trained(tuple(tensors["steps"].tolist()), measures, net, codes, tensors)


@cache
def rival(name: str) -> VideoModel:
    """Build a rival by its name in RIVALS, on the same autoencoder; raises `no_rival` and as `trained`."""
    if name not in RIVALS:
        raise CourseError("no_rival", found=name, known=", ".join(RIVALS))
    if name == "lstm":
        return trained().model()
    kind = RIVALS[name]
    net = MotionGenerator(kind.memory, kind.hidden)
    checkpoints.fill(net, checkpoints.part(checkpoints.load(RIVALS_FILE), name), RIVALS_FILE)
    run = trained()
    return VideoModel(run.autoencoder, net.eval().requires_grad_(False), run.codes, kind.hold)


@cache
def end_to_end() -> mocogan.ClipGenerator:
    """Build the model that was trained on pixels at once, ready to generate; raises as `trained`."""
    net = mocogan.ClipGenerator()
    checkpoints.fill(net, checkpoints.load(mocogan.FILE), mocogan.FILE)
    return net.eval().requires_grad_(False)
