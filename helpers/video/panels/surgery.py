"""Cirurgia nos portões: hold f, i or o of the generating LSTM, and see what becomes of the motion."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import torch

from helpers.lstm.cell import GATES
from helpers.ui import style, svg
from helpers.ui.panel import Panel, guarded
from helpers.ui.style import num
from helpers.video import surgery_figures as figures
from helpers.video.autoencoder import places
from helpers.video.metrics import reference
from helpers.video.model import VideoModel
from helpers.video.motion_gan import Noise, noise
from helpers.video.panels import surgery_words as words
from helpers.video.surgery import Moves, Operation, moves, operated
from helpers.video.trained import trained

FRAMES, CLIPS, SHOWN, EVERY = 32, 60, 12, 2    # of a clip; measured, drawn; frames between two of the strip
HEIGHT = 486.0
KEPT = 100


class GateSurgery(Panel):
    """An Operation on the clips of a seed, and the operations before it."""

    title = "Cirurgia nos portões"

    def __init__(self, model: VideoModel | None = None) -> None:
        """model: one whose generator has an LSTM; by default the one that comes with the course."""
        self.model = model or trained().model()
        self.seed, self.operation, self._following = 0, Operation(), False
        self.past: list[tuple[Operation, int, str]] = []    # with the control that changed it
        self._noise, self._moved = lru_cache(4)(self._noise), lru_cache(16)(self._moved)
        self.toggles = {gate: widgets.ToggleButton(
            description=words.TOGGLE.format(gate=gate), layout={"width": "96px"},
            tooltip=words.TIPS["toggle"].format(name=words.GATES[gate])) for gate in GATES}
        self.sliders = {gate: widgets.FloatSlider(
            description=gate, min=0, max=1, step=0.05, value=1, readout_format=".2f",
            layout={"width": "188px"}, style={"description_width": "14px"}) for gate in GATES}
        self.since = widgets.IntSlider(description=words.SINCE, min=2, max=FRAMES, value=2,
                                       layout={"width": "300px"}, style={"description_width": "initial"})
        presets = [self._button(label, tip, 60 + 44 * (not held), lambda held=held: self._preset(held))
                   for label, tip, held in words.PRESETS]
        self.undo = self._button(words.UNDO, words.TIPS["undo"], 92, self._back)
        again = self._button(words.SEED, words.TIPS["seed"], 120, self._again)
        pairs = [part for gate in GATES for part in (self.toggles[gate], self.sliders[gate])]
        super().__init__(pairs, [self.since, *presets, again, self.undo])
        for gate in GATES:
            self.toggles[gate].observe(lambda change, gate=gate: self._following or self._hold(
                gate, self.sliders[gate].value if change["new"] else None), "value")
            self.sliders[gate].observe(lambda change, gate=gate: self._following or self._hold(
                gate, change["new"], f"slider {gate}"), "value")
        self.since.observe(lambda change: self._following or self._from(change["new"]), "value")

    def draw(self) -> str:
        (free, before), (m, after) = self.clips
        real = reference().motion
        rows = [(words.ROWS[0], style.REAL, (num(real.cosine, 2), num(real.speed.mean().item(), 2),
                                             f"{num(real.spread, 1)} px", "—")),
                *((name, color, (num(one.cosine, 2), num(one.speed, 2), f"{num(one.spread, 1)} px",
                                 f"{round(100 * one.beyond)}%"))
                  for name, color, one in ((words.ROWS[1], figures.PALE, before),
                                           (words.ROWS[2], figures.DARK, after)))]
        numbers = range(1, FRAMES + 1, EVERY)
        c = self.model.generator.content(self._noise(self.seed).content[:1])
        frames = [self.model.render(c, path[:1, ::EVERY])[0, :, 0].numpy() for path in (free, m)]
        return svg.page(
            HEIGHT, figures.paths(places(free[:SHOWN]).numpy(), places(m[:SHOWN]).numpy(), words.DRAWING),
            figures.speeds(before.by_frame, after.by_frame, real.speed.mean().item(), self.operation.since,
                           words.DRAWING),
            figures.table(words.HEAD, rows), figures.meanings(words.MEANINGS),
            figures.strips(*frames, numbers, words.DRAWING))

    @property
    def clips(self) -> tuple[tuple[torch.Tensor, Moves], tuple[torch.Tensor, Moves]]:
        """The motion codes [N, T, 2] and their measures, free and operated."""
        operation = self.operation
        return self._moved(self.seed), self._moved(self.seed, tuple(operation.held.items()), operation.since)

    def sentence(self) -> str:
        held = dict(self.operation.held)
        if not held:
            return words.NOTHING
        (_, before), (_, after) = self.clips
        return words.HELD.format(
            since=self.operation.since, gates=words.gates(held), before=num(before.speed, 2),
            after=num(after.speed, 2), what=words.what(after.cosine, after.speed, after.beyond, before.speed))

    def remember(self) -> Any:
        return self.operation, self.seed, [*self.past]

    def restore(self, state: Any) -> None:
        self.operation, self.seed, self.past = state

    def follow(self) -> None:
        self._following = True
        try:
            for gate in GATES:
                self.toggles[gate].value = gate in self.operation.held
                self.sliders[gate].value = self.operation.held.get(gate, self.sliders[gate].value)
            self.since.value = self.operation.since
        finally:
            self._following = False
        self.undo.disabled = not self.past

    def _noise(self, seed: int) -> Noise:
        return noise(CLIPS, torch.Generator().manual_seed(seed), FRAMES)

    def _moved(self, seed: int, held: tuple[tuple[str, float], ...] = (),
               since: int = 2) -> tuple[torch.Tensor, Moves]:
        m = operated(self.model.generator, self._noise(seed), Operation(dict(held), since), self.model.hold)
        return m, moves(m)

    def _button(self, label: str, tip: str, width: int, act: Any) -> widgets.Button:
        button = widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
        button.on_click(lambda _: self._press(act))
        return button

    @guarded
    def _press(self, act: Any) -> None:
        act()

    @guarded
    def _hold(self, gate: str, value: float | None, control: str = "") -> None:
        held = {name: one for name, one in self.operation.held.items() if name != gate}
        if value is not None:
            held = {name: (held | {gate: value})[name] for name in GATES if name in held or name == gate}
        self._change(replace(self.operation, held=held), control)

    @guarded
    def _from(self, frame: int) -> None:
        self._change(replace(self.operation, since=frame), "since")

    def _preset(self, held: dict[str, float]) -> None:
        self._change(replace(self.operation, held=held))

    def _again(self) -> None:
        self.past = [*self.past, (self.operation, self.seed, "")][-KEPT:]
        self.seed += 1

    def _back(self) -> None:
        if self.past:
            *self.past, (self.operation, self.seed, _) = self.past

    def _change(self, operation: Operation, control: str = "") -> None:
        """Operate; a drag of one control is one edit, to be undone at once."""
        if not (control and self.past and self.past[-1][2] == control):
            self.past = [*self.past, (self.operation, self.seed, control)][-KEPT:]
        self.operation = operation
