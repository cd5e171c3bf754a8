"""The controls of the challenges: what each layer does, one weight by its number, Adam's seed and start."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from helpers.lstm.cell import LAYERS
from helpers.lstm.challenge_attempt import SEEDS
from helpers.lstm.challenges import Knobs
from helpers.lstm.panels import challenge_words as words
from helpers.lstm.panels.challenge_scenes import Place
from helpers.ui.fields import dropdown, written

STOPS = (0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 100.0)
COARSE = (*(-v for v in reversed(STOPS)), 0.0, *STOPS)    # what the slider offers
FIT = {"style": {"description_width": "initial"}}
ADAM = ("reset", "back", "step", "play")    # buttons of that view; the others belong to the other two


class Controls:
    """All controls; `follow` sets them to a place, and then `following` tells their events apart."""

    def __init__(self, place: Place) -> None:
        self.following = False
        self.challenge = dropdown(words.CHALLENGE, [(name, key) for key, name in words.NAMES.items()], 230)
        self.view = widgets.ToggleButtons(options=[(name, key) for key, name in words.VIEWS.items()],
                                          style={"button_width": "120px"})
        self.layers = {layer: dropdown(words.ASK[layer], [("", None)], 448, "112px") for layer in LAYERS}
        self.weight = dropdown(words.WEIGHT, [("", (0, 0))], 448)
        self.coarse = widgets.IntSlider(min=0, max=len(COARSE) - 1, description=words.COARSE, readout=False,
                                        layout={"width": "900px"}, **FIT)
        self.number = widgets.Text(description=words.NUMBER, continuous_update=False,
                                   layout={"width": "200px"}, **FIT)
        self.seed = dropdown(words.SEED, [(str(seed), seed) for seed in range(SEEDS)], 140)
        self.start = dropdown(words.START, [(name, key) for key, name in words.STARTS.items()], 448)
        self.recipe = widgets.Label(words.RECIPE, layout={"width": "900px"})
        self.buttons = {key: widgets.Button(icon=icon, description=label, tooltip=tip,
                                            layout={"width": f"{width}px"})
                        for key, (icon, label, tip, width) in words.BUTTONS.items()}
        self.of = {"gates": [*self.layers.values()], "numbers": [self.weight, self.number, self.coarse],
                   "adam": [self.start, self.seed, self.recipe]}    # each two rows high
        self._job = ""
        self.follow(place, False)

    @property
    def above(self) -> list[widgets.Widget]:
        return [self.challenge, self.view, *(control for some in self.of.values() for control in some)]

    def observe(self, changed: Callable[[str, Any], None]) -> None:
        """Report what the learner changes: name of the control (a layer's: its letter), new value."""
        named = {"challenge": self.challenge, "view": self.view, "cell": self.weight, "coarse": self.coarse,
                 "number": self.number, "seed": self.seed, "start": self.start} | self.layers
        for name, control in named.items():
            control.observe(lambda change, name=name: self.following or changed(name, change["new"]), "value")

    def follow(self, place: Place, playing: bool) -> None:
        """Set the controls to what has been chosen."""
        self.following = True
        try:
            self._follow(place)
        finally:
            self.following = False
        for view, controls in self.of.items():
            for control in controls:
                control.layout.display = None if view == place.view else "none"
        for key, button in self.buttons.items():
            button.layout.display = None if (key in ADAM) == (place.view == "adam") else "none"
        icon, label = words.PAUSE if playing else words.BUTTONS["play"][:2]
        self.buttons["play"].icon, self.buttons["play"].description = icon, label

    def _follow(self, place: Place) -> None:
        job = place.job
        if self._job != job.key:    # new options only then: they are many messages
            for layer, control in self.layers.items():
                some = [(words.choice(job, choice), choice) for choice in job.choices[layer]]
                control.options = [*some, (words.CUSTOM, None)]
            self.weight.options = [(words.weight(job, row, column), (row, column))
                                   for row in range(len(LAYERS)) for column in range(len(place.mine[0]))]
            self._job = job.key
        self.challenge.value, self.view.value = place.challenge, place.view
        for layer, row in zip(LAYERS, place.mine, strict=True):
            self.layers[layer].value = job.chosen(layer, row)
        self.weight.value = place.cell
        value = place.mine[place.cell[0]][place.cell[1]]
        self.coarse.value = min(range(len(COARSE)), key=lambda n: abs(COARSE[n] - value))
        self.number.value = written(value)
        self.seed.value, self.start.value = place.seed, place.start


def kept_cell(cell: tuple[int, int], knobs: Knobs) -> tuple[int, int]:
    """Keep a chosen weight inside another challenge's table."""
    return cell[0], min(cell[1], len(knobs[0]) - 1)


