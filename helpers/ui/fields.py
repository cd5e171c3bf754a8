"""Controls that several panels share: a list to choose from, and numbers as a learner types them."""

import re
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,2})?", re.I)
ENDLESS = ("nan", "inf", "infinity", "infinito", "∞")


def dropdown(label: str, options: Sequence[Any], width: int, asked: str = "initial", **more: Any
             ) -> widgets.Dropdown:
    """Make a list; options: values, or pairs (words, value); asked: the label's width."""
    return widgets.Dropdown(options=options, description=label, layout={"width": f"{width}px"},
                            style={"description_width": asked}, **more)


def typed(text: str) -> float:
    """Read a number with a decimal comma or point; raises `number_unclear`, or `not_finite`."""
    words = text.strip().replace("−", "-")
    if words.lower().lstrip("+-") in ENDLESS:
        raise CourseError("not_finite")
    if not NUMBER.fullmatch(words):
        raise CourseError("number_unclear", text=text[:20])
    return float(words.replace(",", "."))


def written(value: float) -> str:
    """Write a number exactly enough to be typed again: six digits at most, nothing for nan."""
    return "" if value != value else f"{value:.6g}".replace(".", ",").replace("-", "−")
