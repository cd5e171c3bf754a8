"""Exact copies of nested states, such as a module's and an optimiser's, and what they weigh."""

from typing import Any

import torch


def snapshot(state: Any) -> Any:
    """Copy a nested state exactly: tensors by value, cut from any graph; containers by structure."""
    if isinstance(state, torch.Tensor):
        return state.detach().clone()
    if isinstance(state, dict):
        return {key: snapshot(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(snapshot(value) for value in state)
    return state


def weight(state: Any) -> int:
    """Count the bytes of a nested state's tensors."""
    if isinstance(state, torch.Tensor):
        return state.nbytes
    parts = state.values() if isinstance(state, dict) else state if isinstance(state, list | tuple) else ()
    return sum(map(weight, parts))


def finite(state: Any) -> bool:
    """Say whether every number of a nested state's tensors is finite."""
    if isinstance(state, torch.Tensor):
        return bool(state.isfinite().all())
    parts = state.values() if isinstance(state, dict) else state if isinstance(state, list | tuple) else ()
    return all(map(finite, parts))
