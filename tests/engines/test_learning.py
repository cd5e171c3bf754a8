"""Learning against a bare PyTorch loop, bit for bit; gates that stay open; cells set by hand."""

import math
import signal
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from helpers.lstm.cell import GATES, ROWS, LSTMCell
from helpers.lstm.handmade import SMALL, counter, register
from helpers.lstm.learning import Learner
from helpers.lstm.sequence import Script, trace
from helpers.lstm.tasks import TASKS, Batch
from helpers.snapshots import snapshot
from helpers.steps import Op, scalars
from helpers.training import Training

torch.set_num_threads(1)
SETTINGS = [    # task, kind, hidden, the rest
    ("register", "lstm", 1, {}), ("register", "lstm", 1, {"forget_bias": 1.0, "spread": 0.1}),
    ("counter", "gru", 3, {"lr": 1e-2, "seed": 5}), ("order", "rnn", 4, {"batch": 16}),
    ("adding", "lstm", 5, {"forget_bias": -2.0, "batch": 8}), ("anbn", "gru", 2, {"seed": 9, "spread": 0.5})]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def bits(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.shape, state.detach().contiguous().numpy().tobytes()
    if isinstance(state, dict):
        return {key: bits(value) for key, value in state.items()}
    return list(map(bits, state)) if isinstance(state, list | tuple) else state


def turn(learner: Learner) -> dict[str, Any]:
    """One turn; its values, those that are asked for when they come."""
    values: dict[str, Any] = {}
    for op in learner.turn():
        values |= {name: value() if callable(value) else value for name, value in op.values.items()}
    return values


def bare(key: str, kind: str, hidden: int, turns: int, *, lr: float = 2e-2, batch: int = 64, seed: int = 0,
         forget_bias: float | None = None, spread: float | None = None) -> Iterator[dict[str, Any]]:
    """The loop of any PyTorch tutorial: what was seen in each turn, and the weights after it."""
    task, chance = TASKS[key], rng(seed)
    core = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind](task.inputs, hidden)
    head = nn.Linear(hidden, task.outputs)
    weights, wide = [*core.parameters(), *head.parameters()], spread or 1 / math.sqrt(hidden)
    for part in weights:
        part.data.uniform_(-wide, wide, generator=chance)
    if forget_bias is not None:    # rows i, f, g, o
        core.bias_ih_l0.data[hidden:2 * hidden] = forget_bias
        core.bias_hh_l0.data[hidden:2 * hidden] = 0.0
    optimizer = torch.optim.Adam(weights, lr=lr)
    for _ in range(turns):
        drawn = task.draw(batch, task.steps, chance)
        outputs = head(core(drawn.x)[0])
        loss = task.loss(outputs, drawn)
        optimizer.zero_grad()
        loss.backward()
        slope = math.sqrt(sum(part.grad.double().square().sum().item() for part in weights))
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        yield {"loss": loss.item(), "slope": slope, "outputs": outputs.detach(), "weights": bits(weights)}


@pytest.mark.parametrize(("key", "kind", "hidden", "more"), SETTINGS)
def test_a_turn_is_a_turn_of_a_bare_loop_bit_for_bit(key, kind, hidden, more):
    learner, clipped = Learner(TASKS[key], kind, hidden, **more), 0
    assert [op.key for op in Learner(TASKS[key], kind, hidden, **more).turn()] == [
        "batch", "outputs", "loss", "backward", "step"]
    for truth in bare(key, kind, hidden, 6, **more):
        values = turn(learner)
        assert values["loss"].item() == truth["loss"] and torch.equal(values["outputs"], truth["outputs"])
        assert values["slope"] == pytest.approx(truth["slope"], rel=1e-5)
        assert bits(list(learner.net.parameters())) == truth["weights"]
        clipped += truth["slope"] > 1
    assert clipped or key != "counter"    # where its errors are large the clipping is at work


def test_what_it_learns_shows_in_its_loss():
    learner = Learner(TASKS["counter"], hidden=4, lr=5e-2, forget_bias=2.0)
    losses = [turn(learner)["loss"].item() for _ in range(120)]
    assert sum(losses[-10:]) < 0.5 * sum(losses[:10])


@pytest.mark.parametrize("value", [-3.0, 0.0, 1.0, 5.0])
def test_the_forget_bias_is_the_sum_of_both_and_nothing_else_changes(value):
    plain, biased = (Learner(TASKS["order"], hidden=3, seed=2, forget_bias=bias) for bias in (None, value))
    core, before = biased.net.core, plain.net.core
    assert ((core.bias_ih_l0 + core.bias_hh_l0)[3:6] == value).all()
    assert (LSTMCell(6, 3).load(core).f.b == value).all()
    keep = torch.arange(12).div(3, rounding_mode="floor") != ROWS.index("f")
    for name in ("bias_ih_l0", "bias_hh_l0"):
        assert torch.equal(getattr(core, name)[keep], getattr(before, name)[keep])
    for name in ("weight_ih_l0", "weight_hh_l0"):
        assert torch.equal(getattr(core, name), getattr(before, name))
    assert torch.equal(biased.net.head.weight, plain.net.head.weight)


# --- gates held open --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pinned", [("f",), ("i",), ("o",), ("o", "f"), ("f", "i", "o")], ids="".join)
def test_a_pinned_gate_is_exactly_1_however_long_adam_trains(pinned):
    learner = Learner(TASKS["register"], hidden=3, batch=16, lr=0.1, pinned=pinned)
    first = snapshot(learner.net.state_dict())
    for _ in range(60):
        turn(learner)
    core = learner.net.core
    wild = 1000 * torch.randn(30, 50, 4, generator=rng(1))    # whatever comes in
    xs = torch.cat([TASKS["register"].sample(50, rng(2)).x, wild])
    found = trace(LSTMCell(4, 3).load(core), Script(xs))
    for gate in GATES:
        assert (found[f"z_{gate}"].std() == 0) == (gate in pinned)    # neither x nor h reaches it
        assert (found[gate] == 1.0).all() == (gate in pinned)
    for name, part in core.named_parameters():
        moved = (part != first[f"core.{name}"]).reshape(4, -1).any(1).tolist()    # by layer
        assert moved == [row not in pinned for row in ROWS], name


def test_freezing_takes_the_gradient_of_pinned_gates_and_of_no_others():
    """At 30 float32's own σ′ is 0 already; where another machine rounds otherwise, this is what holds."""
    learner = Learner(TASKS["register"], hidden=2, pinned=("f", "o"))
    for part in learner.net.parameters():
        part.grad = torch.ones_like(part)
    learner.freeze()
    for part in learner.net.core.parameters():
        assert part.grad.reshape(4, -1).mean(1).tolist() == [1, 0, 1, 0]    # i, f, g, o
    assert all((part.grad == 1).all() for part in learner.net.head.parameters())


@pytest.mark.parametrize("gate", GATES)
def test_training_with_a_pinned_gate_is_training_with_the_gate_held_at_1(gate):
    """Another road: our own cell, the gate in the place of its layer, the layer left out of the training."""
    learner = Learner(TASKS["register"], hidden=2, batch=16, seed=4, pinned=(gate,))
    chance, task = rng(), TASKS["register"]
    chance.set_state(learner.rng.get_state())
    cell, head = LSTMCell(4, 2).load(learner.net.core), nn.Linear(2, 1)
    head.load_state_dict(learner.net.head.state_dict())
    free = [getattr(cell, name) for name in ROWS if name != gate]
    weights = [*head.parameters(), *(part for layer in free for part in (layer.W, layer.U))]
    # PyTorch has each bias twice, and Adam moves both as far: our one moves twice as far
    optimizer = torch.optim.Adam([{"params": weights}, {"params": [layer.b for layer in free], "lr": 4e-2}],
                                 lr=2e-2)
    for _ in range(12):
        batch = task.sample(16, chance)
        script = Script(batch.x).with_hold(gate, 0, 1.0, 2).with_hold(gate, 1, 1.0, 2)
        loss = task.loss(head(trace(cell, script)["h"]), batch)
        optimizer.zero_grad()
        loss.backward()
        assert turn(learner)["loss"].item() == pytest.approx(loss.item(), rel=1e-4)
        optimizer.step()


# --- state, interruption ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "kind", "hidden", "more"), SETTINGS)
def test_a_state_put_into_another_learner_goes_on_bit_for_bit(key, kind, hidden, more):
    learner = Learner(TASKS[key], kind, hidden, **more)
    for _ in range(3):
        turn(learner)
    kept = snapshot(learner.state_dict())
    before = bits(kept)
    other = Learner(TASKS[key], kind, hidden, **more | {"seed": 77})
    turn(other)
    other.load_state_dict(snapshot(kept))
    assert bits(other.state_dict()) == before
    for _ in range(3):
        mine, theirs = turn(learner), turn(other)
        assert mine["loss"] == theirs["loss"] and bits(learner.state_dict()) == bits(other.state_dict())
    assert bits(kept) == before != bits(learner.state_dict())


def test_a_test_changes_nothing():
    learner, exam = Learner(TASKS["anbn"], hidden=2), TASKS["anbn"].sample(20, rng(9))
    turn(learner)
    before = bits(learner.state_dict())
    outputs, loss = learner.test(exam)
    assert outputs.shape == (22, 20, 3) and not outputs.requires_grad
    assert loss == TASKS["anbn"].loss(learner.net.head(learner.net.core(exam.x)[0]), exam).item()
    assert bits(learner.state_dict()) == before


class Stopped(Learner):
    """Somebody presses ■ at one operation of its training."""

    at, count = -1, 0

    def turn(self) -> Iterator[Op]:
        for op in super().turn():
            if self.count == self.at:
                signal.raise_signal(signal.SIGINT)
            self.count += 1
            yield op


@pytest.mark.parametrize("at", [0, 12, 23, 39])
def test_an_interrupted_training_goes_on_where_it_was(at):
    task = TASKS["register"]
    whole, broken = Training(Learner(task, batch=8), plan=10), Training(Stopped(task, batch=8), plan=10)
    whole.run(show=False)
    broken.engine.at = at
    broken.run(show=False)
    assert broken.interrupted and broken.step == at // 5 + 1
    broken.run(show=False)
    assert not broken.interrupted and broken.step == 10
    assert broken.history == whole.history and len(whole.history["loss"]) == 10
    assert bits(broken.engine.state_dict()) == bits(whole.engine.state_dict())
    assert set(scalars(turn(Learner(task)))) == {"loss"}


# --- set by hand ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("steps", [24, 200])
def test_the_handmade_register_errs_by_1e_5_at_most(dtype, steps):
    task = TASKS["register"]
    batch = task.sample(1000, rng(6), steps)
    found = trace(register(dtype), Script(batch.x.to(dtype)))
    assert task.loss(found["h"] / SMALL, Batch(batch.x, batch.y.to(dtype))).item() <= 1e-5
    write, erase, read = batch.x[..., 1:].unbind(-1)
    wanted = {"f": (1 - write) * (1 - erase), "i": write, "o": read}
    assert all((found[gate][..., 0] - truth).abs().max() <= 1e-12 for gate, truth in wanted.items())
    # what it loses is what two tanh take from SMALL: less than x²/3 of itself each
    assert ((found["h"] / SMALL - batch.y).abs() <= SMALL**2 * 2 / 3 + 1e-6).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_handmade_counter_counts_exactly(dtype):
    up_and_down = [1.0] * 8 + [-1.0] * 8
    walks = [up_and_down, [1.0] * 500 + [-1.0] * 500, [1.0, -1.0] * 50, [-1.0] * 20,
             *TASKS["counter"].sample(30, rng(3), 100).x[..., 0].T.tolist()]
    slack = 0 if dtype == torch.float32 else 1e-10    # σ(30) falls short of 1 by 9e-14
    for moves in walks:
        found = trace(counter(dtype), Script(torch.tensor(moves, dtype=dtype)[:, None]))
        truth = list(accumulate(map(int, moves)))
        assert all(abs(c - count) <= slack * len(moves) for c, count in zip(found["c"][:, 0].tolist(), truth,
                                                                            strict=True))
        assert found["h"][:, 0].tolist() == pytest.approx(list(map(math.tanh, truth)), abs=1e-6)
    h = trace(counter(dtype), Script(torch.tensor(up_and_down, dtype=dtype)[:, None]))["h"][:4, 0]
    assert h.tolist() == pytest.approx([0.762, 0.964, 0.995, 0.9993], abs=5e-4)    # c goes on, h hardly


def test_the_handmade_cells_are_lstms():
    for cell, key in ((counter(), "counter"), (register(), "register")):
        x = TASKS[key].sample(9, rng()).x
        y, (_, c) = cell.store(nn.LSTM(cell.inputs, 1))(x)
        found = trace(cell, Script(x))
        assert torch.allclose(found["h"], y, atol=1e-6, rtol=0)
        assert torch.allclose(found["c"][-1], c[0], atol=1e-6, rtol=0)
