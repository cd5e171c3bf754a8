"""The panels of lesson 03."""

from helpers.lstm.panels.cell import CellPanel
from helpers.lstm.panels.unroll import Unroll

__all__ = ["CellPanel", "Unroll"]
