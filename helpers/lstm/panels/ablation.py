"""Quebre um portão: one click holds f, i or o in the trained cell, another trains a cell with it held."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError
from helpers.lstm import ablation_figures as figures
from helpers.lstm.ablation import ROWS, SEEDS
from helpers.lstm.ablation_bench import Bench, Choice
from helpers.lstm.cell import GATES
from helpers.lstm.panels import ablation_words as words
from helpers.lstm.panels.ablation_view import drawing, look
from helpers.ui.panel import Panel, guarded
from helpers.ui.style import num

CHUNK, LONGEST = 20, 0.12    # training steps at a time; seconds a picture, so that pausing means now
KEPT = 300     # choices that can be undone


class BreakAGate(Panel):
    """A Bench, the controls that choose what it shows and trains, and the choices before."""

    title = "Quebre um portão"

    def __init__(self) -> None:
        self.bench, self.whole_table, self._following = Bench(), False, False
        self.past: list[tuple[Bench, Choice, str]] = []    # each with the control that led away from it
        self.rows = {row: widgets.ToggleButton(description=name, tooltip=words.TIPS[row],
                                               layout={"width": f"{words.WIDTHS[row]}px"})
                     for row, name in words.NAMES.items()}
        self.value = widgets.FloatSlider(1.0, min=0, max=1, step=0.01, readout=False,
                                         layout={"width": "350px"},
                                         style={"description_width": "initial"})
        self.fresh = widgets.ToggleButton(description=words.FRESH, tooltip=words.FRESH_TIP,
                                          layout={"width": "176px"})
        self.buttons = {key: widgets.Button(icon=icon, description=label, tooltip=tip,
                                            layout={"width": f"{width}px"})
                        for key, (icon, label, tip, width) in words.BUTTONS.items()}
        super().__init__([*self.rows.values(), self.value], [self.fresh, *self.buttons.values()])
        for row, button in self.rows.items():
            button.observe(lambda _, row=row: self._following or self._do(lambda: self._pick(row)), "value")
        self.value.observe(lambda change: self._set("value", change["new"]), "value")
        self.fresh.observe(lambda change: self._set("fresh", change["new"]), "value")
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._do(getattr(self, f"_{key}")))

    def draw(self) -> str:
        return drawing(self.bench, self.seen)

    def sentence(self) -> str:
        return words.sentence(self.bench, self.seen.error, self.seen.worst, self.stage.playing)

    def remember(self) -> Any:
        return self.bench, self.bench.state_dict(), [*self.past], self.whole_table

    def restore(self, state: Any) -> None:
        self.bench, before, self.past, self.whole_table = state
        self.bench.load_state_dict(before)

    def follow(self) -> None:
        choice, self.seen = self.bench.choice, look(self.bench)
        self._following = True
        try:
            self.value.value, self.value.disabled = choice.value, choice.cut is None
            self.value.description = words.VALUE.format(num(choice.value, 2))
            self.fresh.value, self.fresh.disabled = choice.fresh, choice.row not in GATES
            for row, button in self.rows.items():
                button.value = row == choice.row
        finally:
            self._following = False
        playing = self.stage.playing
        for key, on in (("train", playing and not self.whole_table), ("all", playing and self.whole_table)):
            icon, label = words.PAUSE if on else words.BUTTONS[key][:2]
            self.buttons[key].icon, self.buttons[key].description = icon, label

    def on_key(self, key: str) -> None:
        if key == "play":
            self._train()
        elif key in ("step", "back"):
            rows, here = list(ROWS), list(ROWS).index(self.bench.choice.row)
            self._pause()
            self._choose(key, row=rows[(here + (1 if key == "step" else -1)) % len(rows)], value=1.0)

    def on_click(self, x: float, y: float) -> None:
        row, value = figures.row_at(x, y, len(ROWS)), figures.value_at(x, y)
        if row is not None:
            self._pause()
            self._choose("row", row=list(ROWS)[row], value=1.0)
        elif value is not None and self.bench.choice.cut:
            self._pause()
            self._choose("value", value=round(value, 2))

    def on_tick(self) -> None:
        bench = self.bench
        if self.whole_table and bench.run.finished:
            self._next()
        began = perf_counter()
        bench.train(CHUNK)
        while not bench.run.finished and perf_counter() - began < LONGEST:
            bench.train(CHUNK)
        if bench.run.finished:
            if self.whole_table:
                bench.measure_all()
            self.stage.playing = self.whole_table and bench.missing() is not None
            self.whole_table = self.stage.playing

    @guarded
    def _do(self, action: Callable[[], None]) -> None:
        action()

    @guarded
    def _changed(self, name: str, value: Any) -> None:
        self._pause()
        self._choose(name, **{name: value})

    def _set(self, name: str, value: Any) -> None:
        if not self._following:
            self._changed(name, value)

    def _choose(self, control: str, **changes: Any) -> None:
        self._keep(control)
        self.bench.choose(**changes)

    def _keep(self, control: str) -> None:
        """Keep what is shown now, to be undone, once for a whole drag; what was measured stays measured."""
        if not (control == "value" and self.past and self.past[-1][2] == "value"):
            self.past = [*self.past, (self.bench, self.bench.choice, control)][-KEPT:]

    def _pause(self) -> None:
        self.stage.playing = self.whole_table = False

    def _pick(self, row: str) -> None:
        self._pause()
        mended = row == self.bench.choice.row and row in GATES and not self.bench.choice.fresh
        self._choose("row", row="whole" if mended else row, value=1.0, fresh=False)

    def _train(self) -> None:
        if self.stage.playing:
            self._pause()
            return
        self.whole_table, cut = False, self.bench.choice.cut
        if cut:
            self._choose("train", fresh=True, value=1.0)
        if self.bench.run.finished and not cut:    # one that was not on the screen is worth showing
            raise CourseError("trained_already", seed=self.bench.choice.seed)
        self.stage.playing = not self.bench.run.finished

    def _all(self) -> None:
        if self.stage.playing:
            self._pause()
            return
        if self.bench.missing() is None:
            raise CourseError("trained_all", seeds=len(SEEDS))
        self._keep("all")
        self._next()
        self.stage.playing = self.whole_table = True

    def _next(self) -> None:
        row, seed = self.bench.missing()
        self.bench.choose(row=row, seed=seed, fresh=row in GATES, value=1.0)

    def _seed(self) -> None:
        """Go on to the next seed and, if need be, train its whole LSTM at once."""
        self._pause()
        self._choose("seed", row="whole", fresh=False, value=1.0,
                     seed=(self.bench.choice.seed + 1) % len(SEEDS))
        self.stage.playing = not self.bench.run.finished

    def _example(self) -> None:
        self._choose("example", example=self.bench.choice.example + 1)

    def _undo(self) -> None:
        self._pause()
        if not self.past:
            raise CourseError("nothing_to_undo")
        self.bench, self.bench.choice, _ = self.past[-1]
        self.past = self.past[:-1]

    def _reset(self) -> None:
        self._pause()
        self._keep("reset")
        self.bench = Bench()
