"""Exercise 3.4: one time step of the cell, from its equations."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, must_return, pair, recognise, refused, torch_cell
from helpers.exercises.lesson03_step_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, message
from helpers.lstm.cell import LAYERS, ROWS
from helpers.ui.style import num

ARGUMENTS = ("x", "h", "c", "W", "U", "b")
SIZES = ((3, 2, 4), (2, 2, 3), (1, 4, 1), (5, 3, 2))    # inputs, units, batch
Weights = dict[str, Tensor]


class Case(NamedTuple):
    """What goes into one step: x [batch, inputs]; h and c [batch, units]; weights by the layer's letter."""

    x: Tensor
    h: Tensor
    c: Tensor
    W: Weights
    U: Weights
    b: Weights

    def copies(self) -> list[Any]:
        """Copy every tensor, so that a function which writes into one shows."""
        return [part.clone() if isinstance(part, Tensor) else {name: weight.clone() for name, weight
                                                               in part.items()} for part in self]


def affine(case: Case, name: str) -> Tensor:
    """W x + U h + b of one layer."""
    return linear(case.x, case.W[name], case.b[name]) + linear(case.h, case.U[name])


SQUASH = {"g": torch.tanh, "f": torch.sigmoid, "i": torch.sigmoid, "o": torch.sigmoid}
GATES = ("f", "i", "o")


def stepped(case: Case, layer: Callable[[Case, str], Tensor] = affine,
            squash: Mapping[str, Callable[[Tensor], Tensor]] = SQUASH,
            update: Callable[..., Tensor] = lambda c, f, i, g: f * c + i * g,
            output: Callable[..., Tensor] = lambda o, c: o * c.tanh()) -> tuple[Tensor, Tensor]:
    """Take the step of the equations, or one with a part exchanged; returns h and c."""
    g, f, i, o = (squash[name](layer(case, name)) for name in LAYERS)
    c = update(case.c, f, i, g)
    return output(o, c), c


def _part(**parts: Any) -> Callable[..., Tensor]:
    return lambda *case: torch.stack(stepped(Case(*case), **parts))


def _renamed(**names: str) -> Callable[..., Tensor]:
    """The step in which some layers use another layer's weights."""
    return _part(layer=lambda case, name: affine(case, names.get(name, name)))


def _old_h(*case: Any) -> Tensor:
    step = Case(*case)
    c = stepped(step)[1]
    o = affine(step, "o").sigmoid()
    return torch.stack((o * step.c.tanh(), c))


FAULTS: list[tuple[str, Callable[..., Tensor]]] = [
    ("order", lambda *case: torch.stack(stepped(Case(*case))).flip(0)),
    ("old_c", _old_h),
    ("no_b", _part(layer=lambda case, name: affine(case, name) - case.b[name])),
    ("no_U", _part(layer=lambda case, name: linear(case.x, case.W[name], case.b[name]))),
    ("no_W", _part(layer=lambda case, name: linear(case.h, case.U[name], case.b[name]))),
    ("turned", _part(layer=lambda case, name: linear(case.x, case.W[name], case.b[name])
                     + case.h @ case.U[name])),
    ("c_for_h", _part(layer=lambda case, name: linear(case.x, case.W[name], case.b[name])
                      + linear(case.c, case.U[name]))),
    *(("one_layer", _renamed(**dict.fromkeys(LAYERS, name))) for name in LAYERS),
    ("main_logistic", _part(squash=SQUASH | {"g": torch.sigmoid})),
    ("gates_tanh", _part(squash=dict.fromkeys(LAYERS, torch.tanh))),
    ("crossed", _part(squash=dict.fromkeys(LAYERS, torch.sigmoid) | dict.fromkeys(GATES, torch.tanh))),
    ("raw", _part(squash=SQUASH | {"g": lambda z: z})),
    ("raw", _part(squash=SQUASH | dict.fromkeys(GATES, lambda z: z))),
    ("raw", _part(squash=dict.fromkeys(LAYERS, lambda z: z))),
    ("swapped", _renamed(f="i", i="f")),
    ("swapped_o", _renamed(f="o", o="f")),
    ("swapped_o", _renamed(i="o", o="i")),
    ("erase", _part(update=lambda c, f, i, g: (1 - f) * c + i * g)),
    ("no_i", _part(update=lambda c, f, i, g: f * c + g)),
    ("no_f", _part(update=lambda c, f, i, g: c + i * g)),
    ("coupled", _part(update=lambda c, f, i, g: f * c + (1 - f) * g)),
    ("inside", _part(update=lambda c, f, i, g: f * (c + i * g))),
    ("h_for_c", lambda *case: _part(update=lambda c, f, i, g: f * case[1] + i * g)(*case)),
    ("squashed_c", _part(update=lambda c, f, i, g: (f * c + i * g).tanh(), output=lambda o, c: o * c)),
    ("squashed_c", _part(update=lambda c, f, i, g: (f * c + i * g).tanh())),
    ("no_tanh", _part(output=lambda o, c: o * c)),
    ("inside_tanh", _part(output=lambda o, c: (o * c).tanh())),
    ("no_o", _part(output=lambda o, c: c.tanh())),
    ("logistic_out", _part(output=lambda o, c: o * c.sigmoid())),
]


def judge(attempt: Attempt) -> str:
    """Compare h and c with `nn.LSTMCell` over several shapes; a known fault is named."""
    cases = [drawn(*sizes, seed) for seed, sizes in enumerate(SIZES)]
    found = [_states(attempt, case) for case, _ in cases]
    expected = [wanted for _, wanted in cases]
    gaps = [(one - other).abs() for one, other in zip(found, expected, strict=True)]    # [2, batch, units]
    if not all(map(agree, found, expected)):
        key = recognise(found, [case for case, _ in cases], FAULTS) or "other"
        in_h, in_c = (num(max(gap[part].max().item() for gap in gaps)) for part in (0, 1))
        raise refused(HINTS, key, in_h=in_h, in_c=in_c)
    far = max((gap.max() / wanted.abs().max()).item() for gap, wanted in zip(gaps, expected, strict=True))
    inputs, units, _ = zip(*SIZES, strict=True)
    return RIGHT.format(count=len(cases), inputs=max(inputs), units=max(units), far=num(far))


def drawn(inputs: int, units: int, batch: int, seed: int) -> tuple[Case, Tensor]:
    """Draw weights, an input and a state, and let `nn.LSTMCell` take the step: h and c, stacked."""
    rng = torch.Generator().manual_seed(seed)
    cell = torch_cell(inputs, units, rng)
    with torch.no_grad():
        x, h, c = (torch.randn(batch, size, generator=rng) for size in (inputs, units, units))
        W, U, b = (dict(zip(ROWS, weight.detach().chunk(4), strict=True))
                   for weight in (cell.weight_ih, cell.weight_hh, cell.bias_ih))
        return Case(x, h, c, W, U, b), torch.stack(cell(x, (h, c)))


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know a matrix that was not turned, a dictionary used as a tensor, and a wrong letter."""
    said = message(error)
    unfit = "shapes cannot be multiplied" in said or "size of tensor" in said
    if isinstance(error, RuntimeError) and unfit:
        return HINTS["shapes"]
    if isinstance(error, TypeError) and "dict" in said:
        return HINTS["whole_dict"]
    return HINTS["letter"] if isinstance(error, KeyError) else None


def _states(attempt: Attempt, case: Case) -> Tensor:
    """Call once; read h and c, [2, batch, units]."""
    copies = case.copies()
    value = attempt(*copies)
    must_return(attempt, value, START)
    for copy, part in zip(copies, case, strict=True):
        kept = [copy] if isinstance(part, Tensor) else [copy.get(name) for name in part]
        given = [part] if isinstance(part, Tensor) else part.values()
        if not all(isinstance(one, Tensor) and torch.equal(one, other)
                   for one, other in zip(kept, given, strict=True)):
            raise refused(HINTS, "changed")
    parts = pair(value, HINTS)
    for name, part in zip(("h(t)", "c(t)"), parts, strict=True):
        if part.shape != case.h.shape:
            raise refused(HINTS, "shape", name=name, found=list(part.shape), expected=list(case.h.shape))
    return torch.stack(parts)


CHECK = Check(ARGUMENTS, START, judge, known)
