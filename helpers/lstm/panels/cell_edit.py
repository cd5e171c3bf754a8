"""What a learner may edit in the cell, the controls for it, and the new weights or script that follow."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import ipywidgets as widgets
import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import GATES, LAYERS
from helpers.lstm.sequence import Script, Sequence
from helpers.ui.fields import typed, written
from helpers.ui.style import num

UNIT, EDIT, WHICH, VALUE, NUMBER = "Unidade", "Editar", "nº", "Arraste", "Valor"
FREE, UNDO = "Soltar", "Desfazer"
FREE_TIP = "Soltar o portão que está preso, ou o estado posto à mão (✎)"
UNDO_TIP = "Desfazer a última edição, ou voltar à célula de antes"
STATES = {"x": "x(t)", "h": "h(t−1)", "c": "c(t−1)"}
LIMITS = {"x": (-100, 100), "h": (-1, 1), "c": (-100, 100), "hold": (0, 1)}    # of what is typed
WEIGHTS = (-100, 100)
REACH = 40    # the slider's positions on each side of its middle
SLIDES = {"x": (0, 0.05), "h": (0, 0.025), "hold": (0.5, 0.0125)}    # of what: the middle, a position's worth
SLIDE = (0, 0.1)    # of c and of a weight


class Target(NamedTuple):
    """What is edited: x, h, c, a layer's W, U or b, or hold, a gate."""

    kind: str
    layer: str = ""

    @property
    def name(self) -> str:
        if self.kind == "hold":
            return f"prender {self.layer}(t)"
        return f"{self.kind} de {self.layer}" if self.layer else STATES[self.kind]


TARGETS = [Target("x"), Target("h"), Target("c"), *(Target("hold", gate) for gate in GATES),
           *(Target(part, layer) for layer in LAYERS for part in "WUb")]


class Choice(NamedTuple):
    """The chosen unit, what is edited, and which of its numbers, where the unit alone does not say."""

    unit: int = 0
    target: Target = TARGETS[0]
    which: int = 0

    def counts(self, inputs: int, hidden: int) -> int:
        """Of how many numbers `which` is one."""
        return {"x": inputs, "W": inputs, "U": hidden}.get(self.target.kind, 1)


class Controls:
    """The row of controls above the drawing."""

    def __init__(self) -> None:
        fit = {"style": {"description_width": "initial"}}
        targets = [(target.name, target) for target in TARGETS]
        self.target = widgets.Dropdown(options=targets, description=EDIT, layout={"width": "188px"}, **fit)
        self.which = widgets.Dropdown(options=[1], description=WHICH, layout={"width": "86px"}, **fit)
        # Positions, not values: the page rounds a value to the step, changes it when the range changes, and
        # sends that back as if it had been dragged.
        self.slider = widgets.IntSlider(min=-REACH, max=REACH, description=VALUE, readout=False,
                                        layout={"width": "174px"}, **fit)
        self.number = widgets.Text(description=NUMBER, continuous_update=False, layout={"width": "150px"},
                                   **fit)
        self.unit = widgets.Dropdown(options=[1], description=UNIT, layout={"width": "124px"}, **fit)
        self.free = widgets.Button(description=FREE, tooltip=FREE_TIP, layout={"width": "70px"})
        self.undo = widgets.Button(description=UNDO, tooltip=UNDO_TIP, layout={"width": "88px"})
        self.row = [self.unit, self.target, self.which, self.slider, self.number, self.free, self.undo]

    def follow(self, choice: Choice, value: float, inputs: int, hidden: int, free: bool, undo: bool) -> None:
        """Show a choice and its number; value: nan where there is none yet."""
        _options(self.unit, hidden, choice.unit)
        _options(self.which, choice.counts(inputs, hidden), choice.which)
        self.target.value = choice.target
        self.slider.value = position(value, choice)
        self.number.value = written(value)
        self.free.disabled, self.undo.disabled = not free, not undo


def _options(control: widgets.Dropdown, count: int, chosen: int) -> None:
    names = [(f"{n + 1}", n) for n in range(count)]
    if list(control.options) != names:
        control.options = names
    control.value, control.disabled = chosen, count == 1


def slid(place: int, choice: Choice) -> float:
    """The value at a position of the slider."""
    middle, worth = SLIDES.get(choice.target.kind, SLIDE)
    return round(middle + worth * place, 4)


def position(value: float, choice: Choice) -> int:
    """The slider's position nearest to a value; the middle for nan."""
    middle, worth = SLIDES.get(choice.target.kind, SLIDE)
    return round(min(max((value - middle) / worth, -REACH), REACH)) if math.isfinite(value) else 0


def entered(text: str, choice: Choice) -> float:
    """Read a number for what is edited; raises `number_unclear` and `number_range`."""
    value = typed(text)
    low, high = LIMITS.get(choice.target.kind, WEIGHTS)
    if not low <= value <= high:
        raise CourseError("number_range", low=num(low, 0), high=num(high, 0), text=text[:20])
    return value


def current(sequence: Sequence, values: Mapping[str, Tensor], choice: Choice, t: int) -> float:
    """Look up the number that is edited; a free gate's is what it computes, nan where it did not yet."""
    unit, (kind, layer), which = choice
    if kind == "x":
        return sequence.script.xs[t, which].item()
    if kind in "hc":
        place = f"{kind}_prev"
        vector = values[place] if place in values else sequence.read()[1 + "hc".index(kind)]
        return vector[unit].item()
    if kind == "hold":
        value = held(sequence.script, layer, t, unit)
        return values[layer][unit].item() if value != value and layer in values else value
    part = getattr(getattr(sequence.cell, layer), kind)
    return (part[unit] if kind == "b" else part[unit, which]).item()


def held(script: Script, gate: str, t: int, unit: int) -> float:
    """The value at which a unit's gate is held in a step; nan where it is free."""
    return script.held[gate][t, unit].item() if gate in script.held else math.nan


@torch.no_grad()
def edited(sequence: Sequence, values: Mapping[str, Tensor], choice: Choice, t: int, value: float) -> Script:
    """Write the number: into the cell's weights in place, or into a new script; a gate is held throughout."""
    unit, (kind, layer), which = choice
    script = sequence.script
    if kind == "x":
        return script.with_x(t, which, value)
    if kind in "hc":
        place = f"{kind}_prev"
        vector = (values[place] if place in values else sequence.read()[1 + "hc".index(kind)]).clone()
        vector[unit] = value
        return script.with_memory(kind, t, vector)
    if kind == "hold":
        return script.with_hold(layer, unit, value, sequence.cell.hidden)
    part = getattr(getattr(sequence.cell, layer), kind)
    part[unit if kind == "b" else (unit, which)] = value
    return script


def freed(script: Script, choice: Choice, t: int, hidden: int) -> Script | None:
    """The script without what was set by hand there; None where nothing was."""
    unit, (kind, layer), _ = choice
    if kind in "hc" and (kind, t) in script.memory:
        return replace(script, memory={key: kept for key, kept in script.memory.items() if key != (kind, t)})
    if kind == "hold" and not math.isnan(held(script, layer, t, unit)):
        return script.with_hold(layer, unit, None, hidden)
    return None
