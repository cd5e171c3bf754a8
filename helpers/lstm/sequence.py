"""A cell walks along a sequence, one time step a turn; everything that a learner may set is in `Script`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from typing import Any

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, GATES, Hold, LSTMCell, State
from helpers.steps import Op

LONGEST = 1000    # time steps that one walk may have


@dataclass(frozen=True, eq=False)    # tensors do not compare as one truth
class Script:
    """What goes into a walk besides the weights: inputs, held gates, states set by hand.

    xs: [steps, inputs] or [steps, batch, inputs]. held: gate → [steps, hidden] with values in [0, 1], nan
    where free. memory: ('h' or 'c', t) → [hidden] or [batch, hidden], put in the place of h(t−1) or c(t−1)
    as step t (from 0) begins; before the first step both are 0 where nothing is said. Lists and whole numbers
    become float32. Raises `script_numbers`, `sequence_length`, `script_shape`, `not_finite`, `hold_range`.
    """

    xs: Tensor
    held: Mapping[str, Tensor] = field(default_factory=dict)
    memory: Mapping[tuple[str, int], Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (isinstance(self.xs, Tensor) and self.xs.is_floating_point()):
            object.__setattr__(self, "xs", _floats(self.xs))
        if self.xs.dim() not in (2, 3) or not 1 <= len(self.xs) <= LONGEST:
            raise CourseError("sequence_length", found=len(self.xs) if self.xs.dim() else 0, most=LONGEST)
        for values in (self.xs, *self.memory.values()):
            if not values.isfinite().all():
                raise CourseError("not_finite")
        for gate, values in self.held.items():
            if gate not in GATES or ((values < 0) | (values > 1)).any():
                raise CourseError("hold_range", gate=gate)
            if values.dim() != 2 or len(values) != self.steps:
                raise CourseError("script_shape", what=gate, wanted=f"[{self.steps}, unidades]",
                                  found=list(values.shape))

    @property
    def steps(self) -> int:
        return len(self.xs)

    def with_x(self, t: int, k: int, value: float) -> "Script":
        """Set input k of step t (of the whole batch)."""
        xs = self.xs.clone()
        xs[t, ..., k] = value
        return replace(self, xs=xs)

    def with_memory(self, what: str, t: int, values: Tensor) -> "Script":
        """Put values in the place of h(t−1) or c(t−1); what: 'h' or 'c'."""
        return replace(self, memory={**self.memory, (what, t): values})

    def with_hold(self, gate: str, unit: int, value: float | None, hidden: int,
                  steps: slice = slice(None)) -> "Script":
        """Hold a unit's gate at a value, or free it with None, in some or all of the time steps."""
        if value is not None and not 0 <= value <= 1:    # nan too, which in the table would mean free
            raise CourseError("hold_range", gate=gate)
        table = self.held.get(gate, self.xs.new_full((self.steps, hidden), torch.nan)).clone()
        table[steps, unit] = torch.nan if value is None else value
        kept = {name: values for name, values in self.held.items() if name != gate}
        return replace(self, held=kept if table.isnan().all() else kept | {gate: table})

    @cached_property
    def holds(self) -> tuple[Hold, ...]:
        """The gates held in each time step."""
        if not self.held:
            return (FREE,) * self.steps
        return tuple(Hold(**{gate: table[t] for gate, table in self.held.items()
                             if not table[t].isnan().all()}) for t in range(self.steps))


class Sequence:
    """A walk along a script: t steps are done, h and c are the state after them.

    A turn is one time step. After the last one, `sequence_over` is raised and nothing changes.
    """

    def __init__(self, cell: LSTMCell, script: Script) -> None:
        self.cell = cell
        self.begin(script)

    def begin(self, script: Script) -> None:
        """Go back to before the first step, of this or another script.

        Raises `script_kind` for another float type than the cell's, `script_shape` for another size.
        """
        if script.xs.dtype != self.cell.g.b.dtype:
            raise CourseError("script_kind", cell=self.cell.g.b.dtype, found=script.xs.dtype)
        parts = dict(script.held) | {f"{name}({t})": values for (name, t), values in script.memory.items()}
        for what, values in parts.items():
            if values.shape[-1:] != (self.cell.hidden,):
                raise CourseError("script_shape", what=what, wanted=f"[..., {self.cell.hidden}]",
                                  found=list(values.shape))
        self.script, self.t = script, 0
        self.h = self.c = script.xs.new_zeros(*script.xs.shape[1:-1], self.cell.hidden)

    def turn(self) -> Iterator[Op]:
        """Take the next input, run the cell, hand its state on."""
        x, h, c = self.read()
        yield Op("inputs", x=x, h_prev=h, c_prev=c)
        hold = self.script.holds[self.t]
        h, c = yield from self.cell.step(x, h, c, hold)
        self.h, self.c, self.t = h, c, self.t + 1
        yield Op("y", y=h)

    def read(self) -> tuple[Tensor, Tensor, Tensor]:
        """Look up x(t), h(t−1) and c(t−1), as computed or as set by hand."""
        if self.t >= self.script.steps:
            raise CourseError("sequence_over", steps=self.script.steps)
        h, c = (self.script.memory.get((name, self.t), state).expand_as(state)
                for name, state in (("h", self.h), ("c", self.c)))
        return self.script.xs[self.t], h, c

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on; the script's tensors are never written into."""
        return {"t": self.t, "h": self.h, "c": self.c, "cell": self.cell.state_dict(), "script": self.script}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        self.script, self.t = state["script"], state["t"]
        self.h, self.c = state["h"], state["c"]
        self.cell.load_state_dict(state["cell"])


def _floats(numbers: Any) -> Tensor:
    """Read whole numbers or lists as float32; raises `script_numbers`."""
    try:
        return torch.as_tensor(numbers, dtype=torch.float32)
    except (TypeError, ValueError, RuntimeError):
        raise CourseError("script_numbers") from None


def trace(cell: LSTMCell, script: Script) -> dict[str, Tensor]:
    """Walk a whole script and keep everything: name of an operation's result → [steps, …]."""
    kept: list[dict[str, Tensor]] = []
    walk = Sequence(cell, script)
    for _ in range(script.steps):
        values: dict[str, Tensor] = {}
        for op in walk.turn():
            values |= op.values
        kept.append(values)
    return {name: torch.stack([values[name] for values in kept]) for name in kept[0]}


@torch.no_grad()
def unroll(cell: LSTMCell, xs: Tensor, holds: Hold | Iterable[Hold] = FREE) -> State:
    """Run a cell along sequences from zeros: [steps, ..., inputs] → h and c, [steps, ..., hidden].

    holds: the gates held in all steps, or one Hold for each of them.
    """
    state, states = None, []
    for x, hold in zip(xs, repeat(holds, len(xs)) if isinstance(holds, Hold) else holds, strict=True):
        state = cell(x, state, hold)
        states.append(state)
    h, c = zip(*states, strict=True)
    return torch.stack(h), torch.stack(c)
