"""The panels of lessons 01 and 02."""

from helpers.gan.panels.clinic import Clinic
from helpers.gan.panels.digits import DigitsGame, digits_game
from helpers.gan.panels.dirac import DiracPanel
from helpers.gan.panels.live import Live
from helpers.gan.panels.one_step import OneStep
from helpers.gan.panels.optimal import OptimalD
from helpers.gan.panels.saturation import Saturation
from helpers.gan.panels.transposed import TransposedConv

__all__ = ["Clinic", "DigitsGame", "DiracPanel", "Live", "OneStep", "OptimalD", "Saturation",
           "TransposedConv", "digits_game"]
