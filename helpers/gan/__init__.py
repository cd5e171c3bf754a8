"""Lessons 01 and 02: generative adversarial networks, first in the plane, then on images."""
