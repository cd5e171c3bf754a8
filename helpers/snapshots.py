"""The states of an engine's parts; exact copies of nested states, and what they weigh."""

from collections.abc import Iterable
from typing import Any

import torch


def states(engine: Any, parts: Iterable[str]) -> dict[str, Any]:
    """Gather the states of an engine's networks and optimisers, by name, and of its generator `rng`."""
    return {name: getattr(engine, name).state_dict() for name in parts} | {"rng": engine.rng.get_state()}


def restore(engine: Any, parts: Iterable[str], state: dict[str, Any]) -> None:
    """Put back exactly what `states` gathered; gradients are cleared, as at a turn's start."""
    for name in parts:
        part = getattr(engine, name)
        part.load_state_dict(state[name])
        if isinstance(part, torch.optim.Optimizer):
            part.zero_grad()
    engine.rng.set_state(state["rng"])


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
