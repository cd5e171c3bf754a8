"""The controls above the way from noise to a video, and how they follow its state."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from helpers.ui.fields import dropdown
from helpers.video.panels import from_noise_words as words
from helpers.video.rollout import LEAST, MOST

FIT = {"style": {"description_width": "initial"}}


class Controls:
    """`choices`: name → control with a value; `acts`: key → button; `row`: all of them in order."""

    def __init__(self, models: Sequence[str], opens: str) -> None:
        """models: keys of words.MODELS; opens: the title of the panel that can be opened, or ''."""
        self.choices: dict[str, Any] = {
            "model": dropdown(words.MODEL, [(words.MODELS[key], key) for key in models], 400),
            "frames": _slider(LEAST, MOST, 236), "unit": _slider(1, 1, 210)}
        labels = words.EDITS | {"more": words.MORE, "undo": words.UNDO}
        labels |= {"open": words.OPEN} if opens else {}
        self.acts = {key: widgets.Button(description=label, tooltip=words.TIPS[key].format(title=opens),
                                         layout={"width": f"{9 * len(label) + 22}px"})
                     for key, label in labels.items()}
        c, a = self.choices, self.acts
        self.row = [c["model"], *(a[key] for key in words.EDITS), c["frames"], a["more"], c["unit"],
                    *([a["open"]] if opens else []), a["undo"]]

    def follow(self, model: str, frames: int, unit: int, units: int, undo: bool) -> None:
        """Set every control to what the state says; nothing listens while this runs."""
        c = self.choices
        c["model"].value, c["frames"].value = model, frames
        c["unit"].max, c["unit"].value = units, unit + 1
        c["frames"].description = words.FRAMES.format(n=frames)
        c["unit"].description = words.UNIT.format(u=unit + 1)
        self.acts["undo"].disabled = not undo
        self.acts["more"].disabled = frames == MOST


def _slider(low: int, high: int, width: int) -> widgets.IntSlider:
    return widgets.IntSlider(min=low, max=high, value=low, readout=False,
                             layout={"width": f"{width}px"}, **FIT)
