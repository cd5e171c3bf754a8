"""Scenes to unroll in time: a cell, its inputs, how an answer is read off h, what it should be."""

import copy
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.cell import LSTMCell
from helpers.lstm.handmade import SMALL, counter, register
from helpers.lstm.learning import Net
from helpers.lstm.sequence import Script
from helpers.lstm.tasks import ERASE, READ, TASKS, VALUE, WRITE, register_targets
from helpers.lstm.trained import register_net

STEPS = 24
COMMANDS = {WRITE: (2, 9, 18), ERASE: (15,), READ: (4, 7, 12, 16, 22)}    # of the first register
KICK = 3    # when an impulse comes


class Scene(NamedTuple):
    """A cell and what goes into it; the cell's weights ask for no gradient.

    inputs: a name for each input, 'x1', 'x2', … or those of the register; head: (weight [hidden], bias []) of
    the answer read off h(t), or None; wanted: inputs [steps, inputs] → right answers [steps], or None.
    """

    key: str
    cell: LSTMCell
    script: Script
    inputs: tuple[str, ...]
    head: tuple[Tensor, Tensor] | None = None
    wanted: Callable[[Tensor], Tensor] | None = None

    def answers(self, h: Tensor) -> Tensor | None:
        """Read the answers off h: [steps, hidden] → [steps]."""
        return None if self.head is None else h @ self.head[0] + self.head[1]


REGISTER = ("value", "write", "erase", "read")
FLAGS = REGISTER[1:]    # inputs that are 0 or 1


def scene(cell: LSTMCell, script: Script, key: str = "own", inputs: tuple[str, ...] = (),
          head: tuple[Tensor, Tensor] | None = None,
          wanted: Callable[[Tensor], Tensor] | None = None) -> Scene:
    """Stage a copy of a cell on one sequence; raises `one_sequence` for a batch."""
    if script.xs.dim() != 2:
        raise CourseError("one_sequence", found=list(script.xs.shape))
    cell = copy.deepcopy(cell).requires_grad_(False)
    cell(script.xs[0])    # says what does not fit: `layer_input`
    names = inputs or tuple(f"x{k + 1}" for k in range(cell.inputs))
    return Scene(key, cell, script, names, head, wanted)


def register_scene(seed: int = 0) -> Scene:
    """Stage the register set by hand; the first one's commands are chosen, those of other seeds drawn."""
    return _register("register", register(), (torch.tensor([1 / SMALL]), torch.tensor(0.0)), seed)


def learned_scene(net: Net, seed: int = 0, key: str = "learned") -> Scene:
    """Stage a net of kind 'lstm' that learnt the register."""
    cell = LSTMCell(net.core.input_size, net.core.hidden_size).load(net.core)
    head = net.head.weight[0].detach().clone(), net.head.bias[0].detach().clone()
    return _register(key, cell, head, seed)


def trained_scene(seed: int = 0) -> Scene:
    """Stage the register that comes with the course."""
    return learned_scene(register_net(), seed, "trained")


def counter_scene(seed: int = 0) -> Scene:
    """Stage the counter: 8 up, 4 still, 8 down, 4 still, and draws of ±1 and 0 for other seeds."""
    moves = torch.tensor([1.0] * 8 + [0.0] * 4 + [-1.0] * 8 + [0.0] * 4)
    if seed:
        moves = torch.randint(-1, 2, (STEPS,), generator=torch.Generator().manual_seed(seed)).float()
    return scene(counter(), Script(moves[:, None]), "counter")


def random_scene(seed: int = 0) -> Scene:
    """Stage 4 units with PyTorch's usual weights on 2 random inputs."""
    rng = torch.Generator().manual_seed(seed)
    cell = LSTMCell(2, 4, rng)
    xs = torch.randn(STEPS, 2, generator=rng).clamp(-2, 2)
    return scene(cell, Script(_rounded(xs)), "random")


def impulse_scene(seed: int = 0) -> Scene:
    """Stage 4 units without biases, whose one input is 1 in one step and 0 in all others.

    With no bias nothing moves before the impulse: x = 0 and h = 0 make g = tanh(0) = 0.
    """
    cell = LSTMCell(1, 4, torch.Generator().manual_seed(seed))
    for layer in (cell.g, cell.f, cell.i, cell.o):
        layer.b.requires_grad_(False).zero_()
    return scene(cell, impulse(Script(torch.zeros(STEPS, 1)), KICK, 0), "impulse")


def impulse(script: Script, t: int, k: int) -> Script:
    """Put 1 in input k of step t and 0 everywhere else; held gates stay."""
    quiet = Script(torch.zeros_like(script.xs), script.held, script.memory)
    return quiet.with_x(t, k, 1.0)


def _register(key: str, cell: LSTMCell, head: tuple[Tensor, Tensor], seed: int) -> Scene:
    rng = torch.Generator().manual_seed(seed)
    xs = TASKS["register"].sample(1, rng, STEPS).x[:, 0]
    if seed == 0:
        xs[:, 1:] = 0
        for command, steps in COMMANDS.items():
            xs[list(steps), command] = 1
    xs[:, VALUE] = _rounded(xs[:, VALUE])
    return scene(cell, Script(xs), key, REGISTER, head, lambda xs: register_targets(xs[:, None])[:, 0, 0])


def _rounded(values: Tensor) -> Tensor:
    """Numbers with two decimals, as they are shown."""
    return (values * 100).round() / 100


SCENES: dict[str, Callable[[int], Scene]] = {
    "register": register_scene, "trained": trained_scene, "random": random_scene, "impulse": impulse_scene,
    "counter": counter_scene}
