"""Espaço latente: directions that G itself has, ways between two z, and sums with mean differences."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError
from helpers.gan.dcgan import CLASSES, Generator
from helpers.gan.latent_tour import FORCE, MOVABLE, PARTS, REACH, STEP, TRAY, Place, Tour
from helpers.gan.panels import latent_scenes as scenes
from helpers.gan.panels import latent_words as words
from helpers.gan.timeline import timeline
from helpers.ui.fields import dropdown
from helpers.ui.panel import Panel, guarded

KEPT = 300     # choices that can be undone
PACE = 150     # ms between two pictures while playing
DIGITS = [(str(digit), digit) for digit in range(CLASSES)]
FIT = {"style": {"description_width": "initial"}}


def slider(label: str, low: int, high: int, width: int) -> widgets.IntSlider:
    return widgets.IntSlider(min=low, max=high, description=label, readout=False,
                             layout={"width": f"{width}px"}, **FIT)


class LatentSpace(Panel):
    """A Place of the tour, the controls that change it, and the places before it."""

    title = "Espaço latente"

    def __init__(self, mode: str = "directions", G: Generator | None = None) -> None:
        """mode: a key of MODES; G: a conditional generator, the shipped one if not given."""
        self.tour = Tour(G if G is not None else timeline().sampler(-1))
        self.place = Place(mode=mode, at=self.tour.begin(0)[1])
        self.past: list[tuple[Place, str]] = []    # each with the control that led away from it
        self.heading, self._following = 1, False
        modes = [(label, key) for key, label in words.MODES.items()]
        samples = [(words.sample_name(place), place) for place in range(TRAY)]
        self.choices = {    # field of Place -> its control
            "mode": widgets.ToggleButtons(options=modes, style={"button_width": "118px"}),
            "digit": dropdown(words.DIGIT, DIGITS, 110),
            "main": dropdown(words.MAIN, [(str(n + 1), n) for n in range(MOVABLE)], 120),
            "first": dropdown(words.ENDS[0], samples, 150), "second": dropdown(words.ENDS[1], samples, 150),
            "attribute": dropdown(words.ATTRIBUTE, [(v, k) for k, v in words.ATTRIBUTES.items()], 210),
            "other": dropdown(words.OTHER, DIGITS, 100),
            "way": slider(words.WAY, 0, PARTS, 620), "force": slider(words.FORCE, -FORCE, FORCE, 620)}
        self.coordinates = [slider(f"{n + 1}ª", -REACH, REACH, 176) for n in range(MOVABLE)]
        self.new, self.home, self.tray = (widgets.Button(description=label, layout={"width": width}) for
                                          label, width in ((words.NEW, "90px"), (words.HOME, "90px"),
                                                           (words.TRAY, "160px")))
        self.buttons = {key: widgets.Button(icon=icon, description=label, tooltip=tip,
                                            layout={"width": "110px"})
                        for key, (icon, label, tip) in words.BUTTONS.items()}
        self.hint = widgets.Label()
        c = self.choices
        self.shown = {"directions": [c["digit"], c["main"], self.new, self.home, *self.coordinates],
                      "interpolation": [c["first"], c["second"], self.tray, c["way"]],
                      "arithmetic": [c["digit"], c["attribute"], c["other"], self.new, c["force"]]}
        controls = [c["mode"], c["digit"], c["main"], c["first"], c["second"], c["attribute"], c["other"],
                    self.new, self.home, self.tray, *self.coordinates, c["way"], c["force"]]
        super().__init__(controls, [*self.buttons.values(), self.hint])
        self.stage.interval = PACE
        for name, control in c.items():
            control.observe(lambda change, name=name: self._chosen(name, change["new"]), "value")
        for n, control in enumerate(self.coordinates):
            control.observe(lambda change, n=n: self._moved(n, change["new"]), "value")
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._press(key))
        for button, action in ((self.new, self._new), (self.home, self._home), (self.tray, self._other_tray)):
            button.on_click(lambda _, action=action: self._do(action))

    def draw(self) -> str:
        return self.scene.drawing

    def sentence(self) -> str:
        return self.scene.sentence

    def remember(self) -> Any:
        return self.place, [*self.past], self.heading

    def restore(self, state: Any) -> None:
        self.place, self.past, self.heading = state

    def follow(self) -> None:
        place = self.place
        self._following = True
        try:
            for name, control in self.choices.items():
                control.value = getattr(place, name)
            for control, value in zip(self.coordinates, place.at, strict=True):
                control.value = value
        finally:
            self._following = False
        visible = self.shown[place.mode]
        for control in self.children[0].children:
            if control is not self.choices["mode"]:
                control.layout.display = None if control in visible else "none"
        icon, label = words.PAUSE if self.stage.playing else words.BUTTONS["play"][:2]
        self.buttons["play"].icon, self.buttons["play"].description = icon, label
        self.hint.value = words.HINTS[place.mode]
        self.scene = scenes.SCENES[place.mode](self.tour, place)

    def on_key(self, key: str) -> None:
        self._act(key)

    def on_tick(self) -> None:
        value, low, high = self._main()
        if not low <= value + self.heading <= high:
            self.heading = -self.heading
        self._step(self.heading, "play")

    def on_click(self, x: float, y: float) -> None:
        self.stage.playing = False
        place = self.place
        if place.mode == "directions" and (n := scenes.STRIP.hit(x, y)) is not None:
            self._go(self._with(place.main, round((n - 3) / STEP)))
        elif place.mode == "interpolation":
            if (n := scenes.TRAY.hit(x, y)) is not None:
                self._go(replace(place, **{("first", "second")[place.turn]: n}, turn=1 - place.turn))
            for tiles in (scenes.LINE, scenes.ARC):
                if (n := tiles.hit(x, y)) is not None:
                    self._go(replace(place, way=n * PARTS // 10))
        elif place.mode == "arithmetic" and (n := scenes.FORCES.hit(x, y)) is not None:
            self._go(replace(place, force=2 * n - FORCE))

    def _act(self, key: str) -> None:
        self.stage.playing = key == "play" and not self.stage.playing
        if key in ("step", "back"):
            self._step(1 if key == "step" else -1, "")
        elif key == "undo":
            if not self.past:
                raise CourseError("nothing_to_undo")
            self.place = self.past.pop()[0]

    def _main(self) -> tuple[int, int, int]:
        """The control that the keys move: its value and its two ends."""
        place = self.place
        return {"directions": (place.at[place.main], -REACH, REACH), "interpolation": (place.way, 0, PARTS),
                "arithmetic": (place.force, -FORCE, FORCE)}[place.mode]

    def _step(self, steps: int, control: str) -> None:
        value, low, high = self._main()
        value = min(max(value + steps, low), high)
        self._go({"directions": lambda: self._with(self.place.main, value),
                  "interpolation": lambda: replace(self.place, way=value),
                  "arithmetic": lambda: replace(self.place, force=value)}[self.place.mode](), control)

    def _with(self, direction: int, value: int) -> Place:
        at = self.place.at
        return replace(self.place, main=direction, at=(*at[:direction], value, *at[direction + 1:]))

    def _go(self, place: Place, control: str = "") -> None:
        """Go to another place; what one control does in a row is undone at once."""
        if place == self.place:
            return
        if not (control and self.past and self.past[-1][1] == control):
            self.past = [*self.past, (self.place, control)][-KEPT:]
        self.place = place

    def _chosen(self, name: str, value: Any) -> None:
        if not self._following:
            self._do(lambda: self._go(replace(self.place, **{name: value}), name))

    def _moved(self, n: int, value: int) -> None:
        if not self._following:
            self._do(lambda: self._go(self._with(n, value), f"coordinate {n}"))

    @guarded
    def _do(self, action: Callable[[], None]) -> None:
        self.stage.playing = False
        action()

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    def _new(self) -> None:
        start = self.place.start + 1
        self._go(replace(self.place, start=start, at=self.tour.begin(start)[1]))

    def _home(self) -> None:
        self._go(replace(self.place, at=self.tour.begin(self.place.start)[1]))

    def _other_tray(self) -> None:
        self._go(replace(self.place, tray=self.place.tray + 1))
