"""Conteúdo × movimento: clips whose rows share content and whose columns share motion, and leaks found."""

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from helpers.ui import style, svg
from helpers.ui.fields import dropdown
from helpers.ui.panel import Panel, guarded
from helpers.ui.stage import KEYS
from helpers.video import swap_figures as figures
from helpers.video.motion_gan import FRAMES
from helpers.video.panels import swap_view as view
from helpers.video.panels import swap_words as words
from helpers.video.panels.swap_place import FIRST, Place, made, picture, source_of
from helpers.video.swap import Trial
from helpers.video.swap_figures import SIDE

BLOCKS, PART = 240, 3     # blocks of a whole score; of one tick, so that no click waits long for it
KEPT = 100
MORE_KEYS = {"ArrowUp": "before", "ArrowDown": "after", "l": "row", "c": "column"}


class SwapPanel(Panel):
    """A Place, the places before it, and what is looked at: a clip, a frame, scores under way."""

    title = "Conteúdo × movimento"

    def __init__(self) -> None:
        """Raises as `trained.trained`."""
        self.place = Place()
        self.past: list[tuple[Place, str]] = []    # with the control that changed it
        self.fresh, self.chosen, self.frame = FIRST + 2 * SIDE, (0, 0), 0
        self.moving, self.measuring, self._following = True, False, False
        source_of(*Place("real").origin)    # reads the digits now: a second that no click has to wait
        self.trials: dict[tuple[str, str, float], Trial] = {}
        self.controls = {
            "model": dropdown(words.MODEL, [(label, key) for key, label in words.MODELS.items()], 278),
            "leak": dropdown(words.LEAK, [(label, key) for key, label in words.LEAKS.items()], 322),
            "share": widgets.FloatSlider(description=words.SHARE, min=0, max=1, step=0.1, value=0.7,
                                         readout_format=".1f", layout={"width": "200px"},
                                         style={"description_width": "initial"})}
        self.slider = widgets.IntSlider(min=1, max=FRAMES, description=words.FRAME, layout={"width": "206px"},
                                        style={"description_width": "initial"})
        self.buttons = {key: self._button(key, *made) for key, made in words.BUTTONS.items()}
        first, *rest = self.buttons.values()
        super().__init__([*self.controls.values(), first], [*rest, self.slider])
        self.stage.heard = KEYS | MORE_KEYS
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._following or self._choose(name, change["new"]),
                            "value")
        self.slider.observe(lambda change: self._following or self._look(change["new"] - 1), "value")

    @property
    def trial(self) -> Trial | None:
        """The score of this source, once a part of it is measured."""
        return self._begun(self.place)

    @property
    def floor(self) -> Trial | None:
        """The score of real digits on real paths, once a part of it is measured."""
        return self._begun(Place("real"))

    @property
    def done(self) -> bool:
        return all(trial and trial.blocks >= BLOCKS for trial in (self.trial, self.floor))

    def draw(self) -> str:
        place, (_, seen), (row, column) = self.place, made(self.place), self.chosen
        frame = None if self.moving else self.frame
        color = style.REAL if place.model == "real" else style.GENERATED
        return svg.page(
            figures.HEIGHT, view.grid(picture(place, frame), seen, self.chosen, color),
            view.near(picture(place, frame, SIDE * row + column), seen, self.chosen, color),
            view.score(self.trial, self.floor, BLOCKS, color))

    def sentence(self) -> str:
        trial, real = self.trial, self.place.model == "real"
        if trial is None:
            return words.begin(**view.facts(made(self.place)[1], *self.chosen))
        found = trial.found
        unfinished = words.GOES_ON if self.measuring else words.HELD
        return words.score(found, 4 * trial.blocks,
                           words.verdict(found, real) if trial.blocks >= BLOCKS else unfinished)

    def follow(self) -> None:
        place, buttons, real = self.place, self.buttons, self.place.model == "real"
        self._following = True
        try:
            for name, control in self.controls.items():
                control.value = getattr(place, name)
            self.slider.value = self.frame + 1
        finally:
            self._following = False
        self.controls["leak"].disabled = real
        self.controls["leak"].tooltip = words.NO_LEAK_TIP if real else words.LEAK_TIP
        self.controls["share"].disabled = place.leak == "none"
        self.stage.playing = self.measuring and not self.done
        buttons["undo"].disabled, buttons["measure"].disabled = not self.past, self.done
        buttons["play"].icon, buttons["play"].description = words.PAUSE if self.moving else words.PLAY
        buttons["measure"].description = (words.DONE if self.done else words.HOLD if self.measuring
                                          else words.MEASURE)

    def remember(self) -> Any:
        return self.place, [*self.past], self.fresh, self.chosen, self.frame, self.moving

    def restore(self, state: Any) -> None:
        self.place, self.past, self.fresh, self.chosen, self.frame, self.moving = state
        self.measuring = False    # what failed in it would fail at every tick

    def on_tick(self) -> None:
        begun = [self.trials.setdefault(origin, Trial(source_of(*origin)))
                 for origin in (self.place.origin, Place("real").origin)]
        min(begun, key=lambda trial: trial.blocks).more(PART)

    def on_key(self, key: str) -> None:
        row, column = self.chosen
        if key in ("step", "back"):
            self.frame, self.moving = (self.frame + (1 if key == "step" else -1)) % FRAMES, False
        elif key in ("before", "after"):
            place = (SIDE * row + column + (1 if key == "after" else -1)) % SIDE**2
            self.chosen = divmod(place, SIDE)
        elif key in ("row", "column"):
            self._draw_new([row] if key == "row" else [], [column] if key == "column" else [])
        else:
            self._act(key)

    def on_click(self, x: float, y: float) -> None:
        found = figures.hit(x, y)
        if found is not None:
            row, column = found
            if row is not None and column is not None:
                self.chosen = row, column
            else:
                self._draw_new([] if row is None else [row], [] if column is None else [column])

    def _begun(self, place: Place) -> Trial | None:
        trial = self.trials.get(place.origin)
        return trial if trial and trial.blocks else None

    def _button(self, key: str, label: str, tip: str, width: int) -> widgets.Button:
        button = widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
        button.on_click(lambda _: self._press(key))
        return button

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        real = {"leak": "none"} if value == "real" else {}    # they come from no noise that could leak
        self._change(self.place._replace(**{name: value} | real), name)

    @guarded
    def _look(self, frame: int) -> None:
        self.frame, self.moving = frame, False

    def _act(self, key: str) -> None:
        if key == "play":
            self.moving = not self.moving
        elif key == "measure":
            self.measuring = not self.measuring
        elif key == "undo":
            if self.past:
                *self.past, (self.place, _) = self.past
        else:
            every = range(SIDE)
            self._draw_new(every if key != "columns" else (), every if key != "rows" else ())

    def _draw_new(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        place, self.fresh = self.place.drawn(rows, columns, self.fresh)
        self._change(place)

    def _change(self, place: Place, control: str = "") -> None:
        """Go to a place; a drag of one control is one edit, to be undone at once."""
        if not (control and self.past and self.past[-1][1] == control):
            self.past = [*self.past, (self.place, control)][-KEPT:]
        self.place = place
