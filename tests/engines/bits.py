"""A state as bytes: the tests of engines compare to the last bit, whatever the tree of tensors."""

import torch
from torch import Tensor


def bits(state: object) -> object:
    """Put bytes in the place of every tensor of a tree of dicts, lists and tuples."""
    if isinstance(state, Tensor):
        return state.detach().contiguous().numpy().tobytes()
    if isinstance(state, dict):
        return {key: bits(value) for key, value in state.items()}
    return [bits(value) for value in state] if isinstance(state, list | tuple) else state


def seeded(seed: int = 0) -> torch.Generator:
    """A generator of one's own."""
    return torch.Generator().manual_seed(seed)
