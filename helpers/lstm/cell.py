"""The LSTM cell by its four layers, one named operation at a time.

Hochreiter & Schmidhuber 1997; the forget gate is from Gers, Schmidhuber & Cummins 2000. With σ the logistic
function, ⊙ the element-wise product and one independent layer each for g, f, i and o:

    g = tanh(W_g x + U_g h + b_g)    f, i, o = σ(W x + U h + b), each with its own W, U and b
    c(t) = f ⊙ c(t−1) + i ⊙ g        y(t) = h(t) = o ⊙ tanh(c(t))
"""

from collections.abc import Generator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from helpers.errors import CourseError
from helpers.steps import Op

LAYERS = ("g", "f", "i", "o")    # main layer first, then the three controllers
GATES = ("f", "i", "o")
ROWS = ("i", "f", "g", "o")      # how PyTorch stacks the four in one matrix
State = tuple[Tensor, Tensor]


class Hold(NamedTuple):
    """Values at which gates are held, each broadcastable to [batch, hidden]; nan: this unit is free."""

    f: Tensor | None = None
    i: Tensor | None = None
    o: Tensor | None = None


FREE = Hold()


def held(gate: Tensor, value: Tensor | None) -> Tensor:
    """Put held values in a gate's place; where value is nan or None the gate stays as computed."""
    return gate if value is None else torch.where(value.isnan(), gate, value)


class Layer(nn.Module):
    """One of the four layers before its activation: W x + U h + b.

    W: [hidden, inputs], U: [hidden, hidden], b: [hidden]. Raises `layer_input` for another x or h.
    """

    def __init__(self, name: str, inputs: int, hidden: int) -> None:
        super().__init__()
        self.name = name
        self.W = nn.Parameter(torch.zeros(hidden, inputs))
        self.U = nn.Parameter(torch.zeros(hidden, hidden))
        self.b = nn.Parameter(torch.zeros(hidden))

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """x: [..., inputs], h: [..., hidden] → [..., hidden]."""
        for given, wants, what in ((x, self.W, "x(t)"), (h, self.U, "h(t−1)")):
            if given.shape[-1:] != wants.shape[1:] or given.shape[:-1] != x.shape[:-1]:
                raise CourseError("layer_input", layer=self.name, what=what, found=_shape(given.shape),
                                  wanted=_shape((*x.shape[:-1], wants.shape[1])))
        return linear(x, self.W, self.b) + linear(h, self.U)


class LSTMCell(nn.Module):
    """An LSTM cell with four independent layers; its weights are those of `torch.nn.LSTMCell`.

    Starts with zeros, or with weights uniform in ±1/√hidden, as PyTorch does, where a generator is given.
    """

    def __init__(self, inputs: int, hidden: int, generator: torch.Generator | None = None,
                 dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        if not (_count(inputs) and _count(hidden)):
            raise CourseError("cell_size", inputs=inputs, hidden=hidden, most=MOST)
        self.inputs, self.hidden = inputs, hidden
        self.g, self.f, self.i, self.o = (Layer(name, inputs, hidden) for name in LAYERS)
        self.to(dtype)
        if generator is not None:
            for weights in self.parameters():
                nn.init.uniform_(weights, -hidden**-0.5, hidden**-0.5, generator=generator)

    def step(self, x: Tensor, h_prev: Tensor, c_prev: Tensor,
             hold: Hold = FREE) -> Generator[Op, None, State]:
        """One time step; returns h and c. x: [..., inputs]; h_prev, c_prev: [..., hidden]."""
        z_g = self.g(x, h_prev)
        yield Op("z_g", z_g=z_g)
        z_f = self.f(x, h_prev)
        yield Op("z_f", z_f=z_f)
        z_i = self.i(x, h_prev)
        yield Op("z_i", z_i=z_i)
        z_o = self.o(x, h_prev)
        yield Op("z_o", z_o=z_o)
        g = torch.tanh(z_g)
        yield Op("g", g=g)
        f = held(torch.sigmoid(z_f), hold.f)
        yield Op("f", f=f)
        i = held(torch.sigmoid(z_i), hold.i)
        yield Op("i", i=i)
        o = held(torch.sigmoid(z_o), hold.o)
        yield Op("o", o=o)
        kept = f * c_prev
        yield Op("kept", kept=kept)
        added = i * g
        yield Op("added", added=added)
        c = kept + added
        yield Op("c", c=c)
        squashed = torch.tanh(c)
        yield Op("squashed", squashed=squashed)
        h = o * squashed
        yield Op("h", h=h)
        return h, c

    def forward(self, x: Tensor, state: State | None = None, hold: Hold = FREE) -> State:
        """Take one step as `nn.LSTMCell` does: x and, from zeros or from (h, c), to the new (h, c).

        Raises `cell_state` for a c of another shape, which a product would stretch without a word.
        """
        wanted = (*x.shape[:-1], self.hidden)
        h, c = state or (x.new_zeros(wanted),) * 2
        if c.shape != wanted:
            raise CourseError("cell_state", wanted=_shape(wanted), found=_shape(c.shape))
        step = self.step(x, h, c, hold)
        while True:
            try:
                next(step)
            except StopIteration as end:
                return end.value

    def load(self, module: nn.LSTMCell | nn.LSTM) -> "LSTMCell":
        """Take the weights of a PyTorch cell or one-layer LSTM; its two biases become their sum.

        Raises `cell_weights` where a shape differs, and `cell_kind` for what this cell cannot be.
        """
        W, U, biases = _tensors(module)
        b = sum(biases, torch.zeros_like(U[:, 0]))
        wanted = {f"{name}: {part}": tensor for name in ROWS
                  for part, tensor in getattr(self, name).named_parameters()}
        given = [part[rows] for rows in torch.arange(len(U)).chunk(4) for part in (W, U, b)]
        _copy(wanted, given)
        return self

    def store(self, module: nn.LSTMCell | nn.LSTM) -> nn.Module:
        """Write the weights into a PyTorch cell or one-layer LSTM: our bias to its first, 0 to its second."""
        W, U, biases = _tensors(module)
        stacked = [torch.cat([getattr(getattr(self, name), part) for name in ROWS]) for part in "WUb"]
        if not biases and stacked[2].any():
            raise CourseError("cell_kind", found="bias=False")
        wanted = dict(zip(("i, f, g, o: W", "i, f, g, o: U", "i, f, g, o: b", "b_hh"), (W, U, *biases),
                          strict=False))
        _copy(wanted, [*stacked, torch.zeros_like(stacked[2])][:len(wanted)])
        return module


MOST = 1024    # units or inputs: more is a slip of the keyboard, not a cell to look into


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


def _shape(shape: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, shape)) + "]"


def _copy(wanted: dict[str, Tensor], given: list[Tensor]) -> None:
    """Write all the tensors, or none where a shape differs."""
    for (name, mine), other in zip(wanted.items(), given, strict=True):
        if mine.shape != other.shape:
            raise CourseError("cell_weights", layer=name, wanted=_shape(mine.shape),
                              found=_shape(other.shape))
    with torch.no_grad():
        for mine, other in zip(wanted.values(), given, strict=True):
            mine.copy_(other)


def _tensors(module: nn.Module) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Find W, U and the biases of a PyTorch module that holds one LSTM cell."""
    kind = type(module).__name__
    if isinstance(module, nn.LSTM):
        if module.num_layers > 1 or module.bidirectional or module.proj_size:
            raise CourseError("cell_kind", found=f"{kind}(num_layers={module.num_layers}, bidirectional="
                                                 f"{module.bidirectional}, proj_size={module.proj_size})")
        suffix = "_l0"
    elif isinstance(module, nn.LSTMCell):
        suffix = ""
    else:
        raise CourseError("cell_kind", found=kind)
    biases = [getattr(module, f"bias_{side}{suffix}") for side in ("ih", "hh")] if module.bias else []
    return getattr(module, f"weight_ih{suffix}"), getattr(module, f"weight_hh{suffix}"), biases
