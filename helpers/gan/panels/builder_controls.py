"""The controls of Monte a rede: one for each number that a block may have, shown where it has it."""

from dataclasses import fields
from typing import Any

import ipywidgets as widgets

from helpers.gan.blocks import LIMITS, Activation, Block, Flatten, Linear, Norm, Reshape
from helpers.gan.convolutions import Conv, Resized, Transposed
from helpers.gan.panels import builder_words as words

KINDS = {"linear": Linear, "reshape": Reshape, "transposed": Transposed, "resized": Resized, "conv": Conv,
         "norm": Norm, "activation": Activation, "flatten": Flatten}
KEY = {block: key for key, block in KINDS.items()}
LISTED = ("kernel", "stride", "padding")    # numbers chosen from a list; the others are typed
FIT = {"description_width": "initial"}


def values_of(block: Block) -> dict[str, Any]:
    """A block's own numbers, by name."""
    return {field.name: getattr(block, field.name) for field in fields(block) if field.init}


def button(label: str, tooltip: str, width: int) -> widgets.Button:
    return widgets.Button(description=label, tooltip=tooltip, layout={"width": f"{width}px"})


def number(name: str, label: str) -> widgets.Widget:
    """Make the control of a number, of an activation's kind, or of whether there is a bias."""
    if name == "bias":
        return widgets.Checkbox(description=label, indent=False, layout={"width": "80px"})
    if name == "kind":
        options: list = [(shown, key) for key, shown in words.ACTIVATIONS.items()]
        return widgets.Dropdown(description=label, options=options, style=FIT, layout={"width": "190px"})
    if name in LISTED:
        low, high = LIMITS[name]
        return widgets.Dropdown(description=label, options=range(low, high + 1), style=FIT,
                                layout={"width": "126px"})
    return widgets.IntText(description=label, style=FIT, layout={"width": f"{76 + 9 * len(label)}px"})
