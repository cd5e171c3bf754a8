"""Além do horizonte: clips eight times as long as the trained ones, and how their motion drifts."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import ipywidgets as widgets

from helpers.ui import style, svg
from helpers.ui.fields import dropdown
from helpers.ui.panel import Panel, guarded
from helpers.ui.style import num
from helpers.video import horizon
from helpers.video import horizon_figures as figures
from helpers.video.horizon import LENGTH, TIMES, Clip, Drift, Made
from helpers.video.motion_gan import FRAMES
from helpers.video.panels import horizon_words as words
from helpers.video.trained import rival

HEIGHT = 496.0
HOTTEST, KEPT, FRAME_MS = 2.0, 100, 60


class Choice(NamedTuple):
    """A model's name, the noise's seed, the scale of e(t), and which test clip's frame is given (0: none)."""

    model: str = "lstm"
    seed: int = 0
    temperature: float = 1.0
    given: int = 0


class Horizon(Panel):
    """A Choice, the choices before it, and the frame t (from 0) of the clip."""

    title = "Além do horizonte"

    def __init__(self) -> None:
        self.choice, self.t, self._following = Choice(), FRAMES - 1, False
        self.past: list[tuple[Choice, str]] = []    # with the control that changed it
        self.controls = {
            "model": dropdown(words.MODEL, [(label, key) for key, label in words.MODELS.items()], 266),
            "temperature": widgets.FloatSlider(
                description=words.TEMPERATURE, min=0, max=HOTTEST, step=0.25, value=1, readout_format=".2f",
                layout={"width": "330px"}, style={"description_width": "initial"})}
        self.scrubber = widgets.IntSlider(description=words.FRAME, min=1, max=LENGTH, value=FRAMES,
                                          layout={"width": "300px"}, style={"description_width": "initial"})
        self.buttons = self._made(words.BUTTONS) | self._made(words.TRANSPORT)
        other, give, free, undo = (self.buttons[key] for key in words.BUTTONS)
        super().__init__([*self.controls.values(), other, give],
                         [*(self.buttons[key] for key in words.TRANSPORT), self.scrubber, free, undo])
        self.stage.interval = FRAME_MS
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._following or self._choose(name, change["new"]),
                            "value")
        self.scrubber.observe(lambda change: self._following or self._seek(change["new"]), "value")

    @property
    def drift(self) -> Drift:
        return _made(*self.choice[:3]).drift

    @property
    def clips(self) -> tuple[Clip, Clip | None]:
        """The model's clip, and the true one where its first frame was given."""
        return _clips(self.choice)

    def draw(self) -> str:
        made, truth = self.clips
        t, here, drift, floor = self.t, self.block, self.drift, horizon.floor(self.choice.seed)
        frame, path = made.frames[t].numpy(), made.path[:t + 1].numpy()
        rows = [(words.ROWS["model"], made.frames.numpy())]
        if truth is None:
            screens = figures.screen(70, 9.2, frame, path, words.CLIP.format(t=t + 1, frames=LENGTH),
                                     style.GENERATED)
        else:
            rows.insert(0, (words.ROWS["truth"], truth.frames.numpy()))
            screens = figures.screen(8, 6.6, truth.frames[t].numpy(), truth.path[:t + 1].numpy(),
                                     words.TRUTH.format(t=t + 1), style.REAL)
            screens += figures.screen(232, 6.6, frame, path, words.GOES_ON, style.GENERATED)
        return svg.page(
            HEIGHT, screens,
            figures.drift(18, words.COSINE.format(gate=num(horizon.COSINE, 2)), drift.cosine, floor.cosine,
                          horizon.COSINE, 0.12, [words.signed(one, 2) for one in drift.cosine], here),
            figures.drift(172, words.SPEED.format(gate=num(100 * horizon.SPEED, 0)), drift.speed, floor.speed,
                          horizon.SPEED, 0.3, [words.signed(100 * one, 0) for one in drift.speed], here),
            figures.times(318, TIMES, words.FOOT.format(clips=horizon.CLIPS)),
            figures.strips(rows, t, words.STRIP))

    @property
    def block(self) -> int:
        return self.t // FRAMES

    def sentence(self) -> str:
        made, truth = self.clips
        if truth is not None:
            apart = (made.path[self.t] - truth.path[self.t]).norm().item()
            return words.GIVEN.format(t=self.t + 1, apart=num(apart, 1))
        k, drift = self.block, self.drift
        return words.BLOCK.format(
            number=k + 1, first=FRAMES * k + 1, last=FRAMES * (k + 1),
            cosine=words.signed(drift.cosine[k], 2),
            speed=words.signed(100 * drift.speed[k], 0), within=words.WITHIN[drift.within(k)])

    def remember(self) -> Any:
        return self.choice, self.t, [*self.past]

    def restore(self, state: Any) -> None:
        self.choice, self.t, self.past = state

    def follow(self) -> None:
        self._following = True
        try:
            for name, control in self.controls.items():
                control.value = getattr(self.choice, name)
            self.scrubber.value = self.t + 1
        finally:
            self._following = False
        self.buttons["undo"].disabled = not self.past
        self.buttons["free"].disabled = not self.choice.given
        playing, play = self.stage.playing, self.buttons["play"]
        play.description = words.PAUSE if playing else words.TRANSPORT["play"][0]
        play.button_style = "info" if playing else ""

    def on_tick(self) -> None:
        self.t = min(self.t + 1, LENGTH - 1)
        self.stage.playing = self.t < LENGTH - 1

    def on_key(self, key: str) -> None:
        self._act(key)

    def on_click(self, x: float, y: float) -> None:
        frame = figures.frame_at(x, y, LENGTH)
        if frame is not None:
            self._go(frame)

    def _made(self, labels: Mapping[str, tuple[str, str, int]]) -> dict[str, widgets.Button]:
        buttons = {key: widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
                   for key, (label, tip, width) in labels.items()}
        for key, button in buttons.items():
            button.on_click(lambda _, key=key: self._press(key))
        return buttons

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        self._change({name: value}, name)

    @guarded
    def _seek(self, number: int) -> None:
        self._go(number - 1)

    def _go(self, t: int) -> None:
        self.stage.playing, self.t = False, min(max(t, 0), LENGTH - 1)

    def _act(self, key: str) -> None:
        choice = self.choice
        if key == "play":
            self.stage.playing = not self.stage.playing
            self.t = 0 if self.t == LENGTH - 1 else self.t    # played at its end, it begins again
        elif key in words.TRANSPORT:
            self._go({"start": 0, "back": self.t - 1, "step": self.t + 1}[key])
        elif key == "undo":
            if self.past:
                *self.past, (self.choice, _) = self.past
        else:
            next_given = max([choice.given, *(one.given for one, _ in self.past)]) + 1
            self._change({"seed": {"seed": choice.seed + 1}, "free": {"given": 0},
                          "give": {"given": next_given}}[key])

    def _change(self, parts: dict[str, Any], control: str = "") -> None:
        """Choose; a drag of one control is one edit, to be undone at once."""
        if not (control and self.past and self.past[-1][1] == control):
            self.past = [*self.past, (self.choice, control)][-KEPT:]
        self.choice = self.choice._replace(**parts)


@lru_cache(32)
def _made(model: str, seed: int, temperature: float) -> Made:
    return horizon.generated(rival(model), seed, temperature)


@lru_cache(16)
def _clips(choice: Choice) -> tuple[Clip, Clip | None]:
    if not choice.given:
        return _made(*choice[:3]).first, None
    truth = horizon.true_clip(choice.given)
    return horizon.continued(rival(choice.model), truth, choice.seed, choice.temperature), truth
