"""The controls above the way from noise to a video, and how they follow its state."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from helpers.ui.fields import dropdown
from helpers.video.panels import from_noise_words as words
from helpers.video.rollout import LEAST, MOST


class Controls:
    """`choices`: name → control with a value; `acts`: key → button; `row`: all of them in order."""

    def __init__(self, models: Sequence[str], opens: str) -> None:
        """models: keys of words.MODELS; opens: the title of the panel that can be opened, or ''."""
        self.choices: dict[str, Any] = {
            "model": dropdown(words.MODEL, [(words.MODELS[key], key) for key in models], 380),
            "frames": _slider(words.FRAMES, LEAST, MOST), "unit": _slider(words.UNIT, 1, 1)}
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
        self.acts["undo"].disabled = not undo
        self.acts["more"].disabled = frames == MOST


def _slider(label: str, low: int, high: int) -> widgets.IntSlider:
    return widgets.IntSlider(min=low, max=high, value=low, description=label, readout=False,
                             layout={"width": "210px"}, style={"description_width": "initial"})
