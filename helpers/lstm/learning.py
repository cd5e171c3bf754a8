"""A recurrent net learns a task, one optimiser step a turn; LSTM, GRU or plain RNN, some gates held open."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from helpers.lstm.cell import GATES, ROWS
from helpers.lstm.tasks import Batch, Task
from helpers.snapshots import restore, states
from helpers.steps import Op

CORES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
# For the register with one unit. The first weights are small so that g, whose tanh is steepest at 0, learns
# the value before i does: from PyTorch's ±1 most runs end where i takes the value's sign and g the command.
REGISTER = {"lr": 2e-2, "forget_bias": 1.0, "spread": 0.1}
REGISTER_STEPS = 1500
OPEN = 30.0    # σ(30) is 1 in float32, σ(−30) is 1e-13


class Net(nn.Module):
    """A one-layer recurrent core and a linear head on its h(t).

    Weights are uniform in ±spread; None: in ±1/√hidden, PyTorch's own, which for one unit is ±1.
    """

    def __init__(self, kind: str, inputs: int, hidden: int, outputs: int, generator: torch.Generator,
                 spread: float | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.core = CORES[kind](inputs, hidden)
        self.head = nn.Linear(hidden, outputs)
        spread = hidden**-0.5 if spread is None else spread
        for weights in self.parameters():
            nn.init.uniform_(weights, -spread, spread, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        """x: [steps, batch, inputs] → [steps, batch, outputs]."""
        return self.head(self.core(x)[0])

    def rows(self, gate: str) -> slice:
        """The rows of one layer in the LSTM's stacked matrices."""
        hidden = self.core.hidden_size
        return slice(ROWS.index(gate) * hidden, (ROWS.index(gate) + 1) * hidden)

    @torch.no_grad()
    def set_forget_bias(self, value: float) -> None:
        """Make the forget gate's whole bias this: the first of its two biases carries it."""
        self.core.bias_ih_l0[self.rows("f")] = value
        self.core.bias_hh_l0[self.rows("f")] = 0

    @torch.no_grad()
    def pin(self, gate: str) -> None:
        """Make a gate 1, whatever comes in: its weights 0, its bias large."""
        rows = self.rows(gate)
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_hh_l0"):
            getattr(self.core, name)[rows] = 0
        self.core.bias_ih_l0[rows] = OPEN


class Learner:
    """A net in training: each turn draws a fresh batch and takes one step of Adam.

    pinned: gates that stay 1 throughout, for an ablation; forget_bias: as it starts, None for as drawn;
    spread: of the first weights, see Net.
    """

    def __init__(self, task: Task, kind: str = "lstm", hidden: int = 1, *, lr: float = 2e-2, batch: int = 64,
                 seed: int = 0, forget_bias: float | None = None, spread: float | None = None,
                 pinned: tuple[str, ...] = ()) -> None:
        self.task, self.batch, self.pinned = task, batch, tuple(gate for gate in GATES if gate in pinned)
        self.rng = torch.Generator().manual_seed(seed)
        self.net = Net(kind, task.inputs, hidden, task.outputs, self.rng, spread)
        if forget_bias is not None:
            self.net.set_forget_bias(forget_bias)
        for gate in self.pinned:
            self.net.pin(gate)
        self.opt = torch.optim.Adam(self.net.parameters(), lr)

    def turn(self) -> Iterator[Op]:
        """One optimiser step on a fresh batch."""
        batch = self.task.sample(self.batch, self.rng)
        yield Op("batch", batch=batch)
        outputs = self.net(batch.x)
        yield Op("outputs", outputs=outputs.detach())
        loss = self.task.loss(outputs, batch)
        yield Op("loss", loss=loss.detach())
        self.opt.zero_grad()
        loss.backward()
        yield Op("backward", slope=self.slope)
        self.freeze()
        clip(self.net.parameters(), 1.0)
        self.opt.step()
        yield Op("step")

    def slope(self) -> float:
        """The norm of all gradients together, before they are clipped."""
        return torch.cat([part.grad.flatten() for part in self.net.parameters()]).norm().item()

    def freeze(self) -> None:
        """Leave pinned gates as they are: without a gradient Adam moves nothing."""
        for gate in self.pinned:
            for part in self.net.core.parameters():
                part.grad[self.net.rows(gate)] = 0

    @torch.no_grad()
    def test(self, batch: Batch) -> tuple[Tensor, float]:
        """Answer a batch: its outputs and its loss."""
        outputs = self.net(batch.x)
        return outputs, self.task.loss(outputs, batch).item()

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on."""
        return states(self, ("net", "opt"))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        restore(self, ("net", "opt"), state)


clip = nn.utils.clip_grad_norm_
