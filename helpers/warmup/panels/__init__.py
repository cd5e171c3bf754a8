"""The warm-up's panel."""

from helpers.warmup.panels.one_neuron import OneNeuron

__all__ = ["OneNeuron"]
