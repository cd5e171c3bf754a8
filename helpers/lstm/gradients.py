"""How far back a recurrent net's gradient reaches: the Jacobian ∂h(T)/∂x(T−k) over k, whole and by c alone.

All in float64: far back the entries are below 1e-30, and a norm in float32, which squares them, would
be 0. The measure is the largest |entry| of the Jacobian [hidden, inputs]: how much one unit of h(T) moves, at
most, for each unit that one input at T−k moves.

    whole:  backwards through everything, also through h(t−1), which enters the four layers
    by c:   only along c(t) = f ⊙ c(t−1) + i ⊙ g, where ∂c(t)/∂c(t−1) is f: unit by unit the product Πf
    With all U = 0 the two are the same: h(t−1) enters nowhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm.cell import ROWS
from helpers.lstm.learning import Net
from helpers.lstm.tasks import TASKS

STEPS = 100
TASK = TASKS["order"]      # whose sequences are the inputs
LOST = 2.0**-24            # float32 rounds 1 + LOST to 1: beside a term so much larger, another one is lost


class Reach(NamedTuple):
    """For each net and each k from 0 on, [nets, steps]: the largest |entry| of ∂h(T)/∂x(T−k).

    whole: by all paths; by_c: along c alone; kept: the largest Πf of a unit over the last k steps. The last
    two are None for a plain RNN.
    """

    whole: Tensor
    by_c: Tensor | None = None
    kept: Tensor | None = None


def reach(cores: Sequence[nn.RNN | nn.LSTM], x: Tensor) -> Reach:
    """Measure nets of one kind and size together, from zero states; x: [steps, nets, inputs].

    The cores have one layer, one direction, and biases. Raises `reach_kind` for another kind.
    """
    measure = {nn.LSTM: _lstm, nn.RNN: _rnn}.get(type(cores[0]))
    if measure is None:
        raise CourseError("reach_kind", found=type(cores[0]).__name__)
    W, U, b_x, b_h = (torch.stack([getattr(core, f"{name}_l0") for core in cores]).detach().double()
                      for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    affine = torch.einsum("nri,tni->tnr", W, x.double()) + b_x + b_h    # U h(t−1) comes step by step
    return measure(W, U, affine)


def _rnn(W: Tensor, U: Tensor, affine: Tensor) -> Reach:
    """h(t) = tanh(W x + U h(t−1) + b): each step back multiplies by diag(1 − h²) U."""
    h, states = torch.zeros_like(affine[0]), []
    for row in affine:
        h = torch.tanh(row + _times(U, h))
        states.append(h)
    from_h, jacobians = _ones(U), []    # from_h: ∂h(T)/∂h(t) of each net, [nets, hidden, hidden]
    for h in reversed(states):
        from_z = from_h * (1 - h**2)[:, None]
        jacobians.append(from_z @ W)
        from_h = from_z @ U
    return Reach(_largest(torch.stack(jacobians)))


def _lstm(W: Tensor, U: Tensor, affine: Tensor) -> Reach:
    """Step back through both states at once: ∂h(T)/∂h(t) and ∂h(T)/∂c(t)."""
    h = c = torch.zeros_like(affine[0]).chunk(4, -1)[0]
    steps = []
    for row in affine:
        z = dict(zip(ROWS, (row + _times(U, h)).chunk(4, -1), strict=True))
        i, f, o, g = *(torch.sigmoid(z[gate]) for gate in "ifo"), torch.tanh(z["g"])
        into_c = g * i * (1 - i), c * f * (1 - f), i * (1 - g**2)    # ∂c/∂z of i, f, g, as in ROWS
        c = f * c + i * g
        squashed = torch.tanh(c)
        h = o * squashed
        steps.append((torch.stack(into_c, 1), squashed * o * (1 - o), o * (1 - squashed**2), f))
    into_c, into_h, c_to_h, f = (torch.stack(part) for part in zip(*reversed(steps), strict=True))    # by k
    c_by_x, c_by_h = (torch.einsum("kngh,nghj->knhj", into_c, _gates(part)[:, :3]) for part in (W, U))
    h_by_x, h_by_h = (torch.einsum("knh,nhj->knhj", into_h, _gates(part)[:, 3]) for part in (W, U))

    from_h, from_c, states = _ones(U), torch.zeros_like(_ones(U)), []
    for k in range(len(f)):
        from_c = from_c + from_h * c_to_h[k, :, None]
        states.append((from_h, from_c))
        from_h, from_c = from_h @ h_by_h[k] + from_c @ c_by_h[k], from_c * f[k, :, None]
    from_h, from_c = (torch.stack(part) for part in zip(*states, strict=True))

    kept = torch.cat([torch.ones_like(f[:1]), f[:-1]]).cumprod(0)    # Πf over the last k steps
    by_c = (c_to_h[0] * kept)[..., None] * c_by_x
    by_c[0] += h_by_x[0]    # x(T) also opens the output gate
    return Reach(_largest(from_h @ h_by_x + from_c @ c_by_x), _largest(by_c), kept.amax(-1).T)


def _times(U: Tensor, h: Tensor) -> Tensor:
    return (U @ h[..., None])[..., 0]


def _ones(U: Tensor) -> Tensor:
    """The identity of each net: [nets, hidden, hidden]."""
    return torch.eye(U.shape[-1], dtype=U.dtype).repeat(len(U), 1, 1)


def _gates(stacked: Tensor) -> Tensor:
    """[nets, 4 hidden, …] → [nets, 4, hidden, …], in the order of ROWS."""
    return stacked.unflatten(1, (4, -1))


def _largest(jacobians: Tensor) -> Tensor:
    """[k, nets, hidden, inputs] → [nets, k]."""
    return jacobians.abs().amax((-1, -2)).T


class Spread(NamedTuple):
    """The least, the median and the largest of several nets."""

    low: float
    middle: float
    high: float


def spread(values: Tensor) -> Spread:
    """Sum up one number a net: [nets]."""
    return Spread(values.min().item(), values.quantile(0.5).item(), values.max().item())


def table(seeds: Sequence[int] = range(10), hidden: int = 32,
          biases: Sequence[float] = (0.0, 1.0, 3.0, 5.0)) -> dict[float | None, Reach]:
    """Measure untrained nets for a table: the plain RNN under None, LSTMs by their forget bias."""
    return {None: fresh("rnn", hidden, tuple(seeds))} | {
        bias: fresh("lstm", hidden, tuple(seeds), bias) for bias in biases}


def sequences(seeds: Sequence[int], steps: int = STEPS) -> Tensor:
    """One sequence of the task for each seed: [steps, seeds, inputs]."""
    return torch.cat([TASK.sample(1, torch.Generator().manual_seed(seed), steps).x for seed in seeds], 1)


@lru_cache(maxsize=512)
def fresh(kind: str, hidden: int, seeds: tuple[int, ...], forget_bias: float | None = None) -> Reach:
    """Measure untrained nets with PyTorch's weights, one a seed, over STEPS steps; kind: rnn or lstm.

    A seed's weights are the same for every forget bias.
    """
    cores = []
    for seed in seeds:
        net = Net(kind, TASK.inputs, hidden, TASK.outputs, torch.Generator().manual_seed(seed))
        if forget_bias is not None:
            net.set_forget_bias(forget_bias)
        cores.append(net.core)
    return reach(cores, sequences(seeds))
