"""The panels of lessons 01 and 02."""

from helpers.gan.panels.blind import BlindTest
from helpers.gan.panels.builder import Builder
from helpers.gan.panels.clinic import Clinic
from helpers.gan.panels.digits import DigitsGame, digits_game
from helpers.gan.panels.dirac import DiracPanel
from helpers.gan.panels.latent import LatentSpace
from helpers.gan.panels.live import Live
from helpers.gan.panels.one_step import OneStep
from helpers.gan.panels.optimal import OptimalD
from helpers.gan.panels.saturation import Saturation
from helpers.gan.panels.timeline import TrainingTimeline
from helpers.gan.panels.transposed import TransposedConv

__all__ = ["BlindTest", "Builder", "Clinic", "DigitsGame", "DiracPanel", "LatentSpace", "Live", "OneStep",
           "OptimalD", "Saturation", "TrainingTimeline", "TransposedConv", "digits_game"]
