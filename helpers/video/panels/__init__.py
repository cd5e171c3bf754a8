"""The panels of lesson 04."""

from helpers.video.panels.from_noise import FromNoise

__all__ = ["FromNoise"]
