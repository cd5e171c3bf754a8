"""Operate Treine ao vivo as a page does, and train the same by a bare loop."""

from typing import Any

import torch
from torch import nn

from helpers.video.autoencoder import FrameLearner
from helpers.video.panels import LiveVideo
from tests.panels.shown import Screen, send

torch.set_num_threads(1)
TWO_LINES = 180    # characters that fit in two lines of the sentence at 1366 pixels


def press(panel: LiveVideo, *names: str) -> None:
    for name in names:
        (panel.buttons | panel.actions)[name].click()


def tick(panel: LiveVideo, times: int = 1) -> None:
    for _ in range(times):
        send(panel, type="tick")


def settle(panel: LiveVideo) -> None:
    """Let the page ask for pictures until the panel stands still."""
    for _ in range(500):
        if not panel.stage.playing:
            return
        tick(panel)
    raise AssertionError("it plays for ever")


def shown(panel: LiveVideo) -> Screen:
    """What must hold for every picture."""
    screen = Screen(panel)
    assert panel.errors == 0
    assert all(box.value is not None for box in panel.boxes.values())    # a list would stand empty
    assert len(panel.stage.sentence) <= TWO_LINES, panel.stage.sentence
    assert "{" not in panel.stage.sentence + " ".join("".join(e.itertext()) for e in screen.texts)
    return screen


def texts(panel: LiveVideo) -> list[str]:
    return ["".join(e.itertext()) for e in shown(panel).texts]


def tuned(engine: Any, rounds: int, steps: int, begin: float = 0.0) -> Any:
    """Train an engine by a bare loop."""
    for n in range(rounds):
        engine.tune(begin + (1 - begin) * n / steps)
        for _ in engine.turn():
            pass
    return engine


def nets(engine: Any) -> list[nn.Module]:
    return [engine.net] if isinstance(engine, FrameLearner) else [engine.G, engine.sequence, engine.frame,
                                                                  engine.sampler]


def at_stage_2(**changes: Any) -> LiveVideo:
    panel = LiveVideo(2)
    for name, value in changes.items():
        panel.boxes[name].value = value
    return panel
