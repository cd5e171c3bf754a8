"""The controls above the walk in time, and how they follow its state."""

from typing import Any

import ipywidgets as widgets

from helpers.lstm.cell import GATES
from helpers.lstm.panels import unroll_words as words
from helpers.ui.fields import dropdown

STEP = 0.01    # of the sliders
FIT = {"style": {"description_width": "initial"}}


class Controls:
    """`choices`: name → control with a value; `acts`: key → button; `row`: all of them in order."""

    def __init__(self, scenes: list[str]) -> None:
        self.choices: dict[str, Any] = {
            "scene": dropdown(words.SCENE, [(words.SCENES[key], key) for key in scenes], 290),
            "k": dropdown(words.INPUT, [("x", 0)], 162), "x": _slider(words.X, -2.0, 2.0, 198),
            "t": widgets.IntSlider(min=1, max=1, description=words.STEP, readout=False,
                                   layout={"width": "168px"}, **FIT),
            "unit": dropdown(words.UNIT, [("1", 0)], 118),
            "gate": dropdown(words.GATE, [(gate, gate) for gate in GATES], 108),
            "level": _slider(words.LEVEL, 0.0, 1.0, 168),
            "where": dropdown(words.WHERE, [(name, key) for key, name in words.PLACES.items()], 262),
            "held": widgets.ToggleButton(description=words.HELD, tooltip=words.TIPS["held"],
                                         layout={"width": "66px"})}
        self.acts = {key: widgets.Button(description=label, tooltip=words.TIPS[key], layout={"width": width})
                     for key, label, width in (("other", words.OTHER, "66px"),
                                               ("impulse", words.IMPULSE, "84px"),
                                               ("undo", words.UNDO, "90px"))}
        c, a = self.choices, self.acts
        self.row = [c["scene"], a["other"], c["k"], c["x"], a["impulse"], a["undo"],
                    c["t"], c["unit"], c["gate"], c["level"], c["where"], c["held"]]

    def follow(self, names: list[str], units: int, steps: int, flag: bool, **values: Any) -> None:
        """Set every control to what the state says; nothing listens while this runs.

        A slider is told only what its own steps can say, or the page would answer with another value.
        """
        values |= {name: round(values[name], 2) for name in ("x", "level")}
        _offer(self.choices["k"], [(name, k) for k, name in enumerate(names)])
        _offer(self.choices["unit"], [(str(unit + 1), unit) for unit in range(units)])
        self.choices["t"].max = steps
        x, most = self.choices["x"], max(2.0, abs(values["x"]))
        low, high = (0.0, max(1.0, values["x"])) if flag else (-most, most)
        with x.hold_trait_notifications():    # so that min, max and value are checked together
            x.min, x.max, x.value = min(low, values["x"]), high, values["x"]
        for name, control in self.choices.items():
            control.value = values[name]


def _offer(control: widgets.Dropdown, options: list[tuple[str, int]]) -> None:
    if list(control.options) != options:
        control.options = options


def _slider(label: str, low: float, high: float, width: int) -> widgets.FloatSlider:
    return widgets.FloatSlider(min=low, max=high, step=STEP, description=label, readout=False,
                               layout={"width": f"{width}px"}, **FIT)
