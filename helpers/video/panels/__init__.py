"""The panels of lesson 04."""

from helpers.video.panels.from_noise import FromNoise
from helpers.video.panels.horizon import Horizon
from helpers.video.panels.live import LiveVideo
from helpers.video.panels.metric import LyingMetric
from helpers.video.panels.surgery import GateSurgery
from helpers.video.panels.swap import SwapPanel

__all__ = ["FromNoise", "GateSurgery", "Horizon", "LiveVideo", "LyingMetric", "SwapPanel"]
