"""The panels of lesson 03."""

from helpers.lstm.panels.ablation import BreakAGate
from helpers.lstm.panels.cell import CellPanel
from helpers.lstm.panels.challenges import GateChallenges
from helpers.lstm.panels.counter import Counter
from helpers.lstm.panels.gradients import GradientsPanel
from helpers.lstm.panels.unroll import Unroll

__all__ = ["BreakAGate", "CellPanel", "Counter", "GateChallenges", "GradientsPanel", "Unroll"]
