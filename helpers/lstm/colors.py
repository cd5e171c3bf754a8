"""Lesson 03's colours: one a layer, a table for signed numbers; a letter always says it too."""

import numpy as np

from helpers.ui import canvas

LAYERS = {"f": "#D55E00", "i": "#56B4E9", "o": "#F0E442", "g": "#A08060"}    # Okabe–Ito, and a grey-brown
DARK = {"f": "#a34700", "i": "#1f6f9f", "o": "#7a7000", "g": "#6f5636"}    # the same as letters on white
PALE = {"f": "#f3b48c", "i": "#a9d8f4", "o": "#f6ef94", "g": "#cdb9a4"}    # the same under black letters
HALO = "#ffd84d"                                     # under the wires that are lit

LEVELS = 9                                           # of a signed number's colour: −4 … 4
SIGNED = ["#2d6da8", "#ffffff", "#c9701c"]           # −1 blue, 0 white, 1 orange
TABLE = canvas.ramp(SIGNED, LEVELS)


def level(value: float) -> int:
    """Choose a signed number's colour: −4 at −1 and below, 4 at 1 and above."""
    return round(min(max(value, -1.0), 1.0) * (LEVELS // 2)) if np.isfinite(value) else 0


def shade(step: int) -> str:
    """Write a level's colour."""
    return "#{:02x}{:02x}{:02x}".format(*TABLE[step + LEVELS // 2])
