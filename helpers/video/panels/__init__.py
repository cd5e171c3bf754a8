"""The panels of lesson 04."""

from helpers.video.panels.from_noise import FromNoise
from helpers.video.panels.live import LiveVideo

__all__ = ["FromNoise", "LiveVideo"]
