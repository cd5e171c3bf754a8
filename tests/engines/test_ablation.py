"""Broken gates against truth: hand loops, nn.LSTM itself, closed forms for the register set by hand."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm import ablation, ablation_bench
from helpers.lstm.ablation import (
    KINDS,
    ROWS,
    STEPS,
    Run,
    answer,
    baseline,
    blame,
    error,
    exam,
    floor,
    kinds,
    sweep,
)
from helpers.lstm.ablation_bench import Bench, Choice, examples, worst
from helpers.lstm.handmade import SMALL, register
from helpers.lstm.learning import Net

torch.set_num_threads(1)
GATES = "fio"
STACK = "ifgo"    # PyTorch's order of rows


def by_hand(net: Net, x: Tensor, held: dict[str, float]) -> tuple[np.ndarray, np.ndarray, dict[str, list]]:
    """The LSTM's equations for one unit in a bare loop, float64: answers, c, and the values of each gate."""
    W, U, b, b2 = (part.detach().double().numpy() for part in net.core.parameters())
    h = c = np.zeros(x.shape[1])
    out, cells, seen = [], [], {gate: [] for gate in GATES}
    for step in x.double().numpy():
        z = {name: step @ W[n] + U[n, 0] * h + b[n] + b2[n] for n, name in enumerate(STACK)}
        gate = {name: np.full_like(h, held[name]) if name in held else 1 / (1 + np.exp(-z[name]))
                for name in GATES}
        c = gate["f"] * c + gate["i"] * np.tanh(z["g"])
        h = gate["o"] * np.tanh(c)
        out.append(h * net.head.weight.item() + net.head.bias.item())
        cells.append(c)
        for name in GATES:
            seen[name].append(gate[name])
    return np.stack(out), np.stack(cells), seen


def some(seed: int = 3) -> Net:
    """A net whose gates do something: PyTorch's own range, tripled."""
    net = Net("lstm", 4, 1, 1, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for part in net.parameters():
            part *= 3
    return net


def perfect() -> Net:
    """The register set by hand, as a net: its head undoes the small scale."""
    net = some()
    register().store(net.core)
    with torch.no_grad():
        net.head.weight.fill_(1 / SMALL)
        net.head.bias.zero_()
    return net


def contents(keep: bool = False, all_enter: bool = False) -> np.ndarray:
    """The hand-set cell's c over the exam, as sums of tanh(SMALL·v) that the events let in."""
    x = exam().x
    c, out = np.zeros(x.shape[1]), []
    for step in x.double().numpy():
        value, writes, erases = np.tanh(SMALL * step[:, 0]), step[:, 1] > 0, step[:, 2] > 0
        c = np.where((writes | erases) & (not keep), 0, c) + np.where(writes | all_enter, value, 0)
        out.append(c)
    return np.stack(out)


def test_the_exam_is_always_the_same_and_its_marks_are_the_tasks():
    assert exam().x.shape == (24, ablation.EXAM, 4)
    again = ablation.TASK.sample(ablation.EXAM, torch.Generator().manual_seed(ablation.EXAM_SEED))
    assert torch.equal(again.x, exam().x)
    assert baseline() == pytest.approx(float((exam().y.numpy() ** 2).mean()), rel=1e-5)
    assert 0 < floor() < 1e-9 and floor() == pytest.approx(error(answer(perfect()).y), rel=0.05)
    assert error(exam().y) == 0


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_held_gate_is_the_equations_with_that_gate_a_constant(gate, value):
    for net in (some(1), some(2)):
        y, c, _ = by_hand(net, exam().x, {gate: value})
        given = answer(net, gate, value)
        assert np.abs(given.y[..., 0].numpy() - y).max() <= 2e-6 * max(1, np.abs(y).max())
        assert np.abs(given.memory[..., 0].numpy() - c).max() <= 2e-6 * max(1, np.abs(c).max())
        assert error(given.y) == pytest.approx(((y - exam().y[..., 0].numpy()) ** 2).mean(), rel=1e-5)


@pytest.mark.parametrize("gate", GATES)
def test_held_at_one_it_is_torchs_lstm_with_that_gates_rows_open(gate):
    net = some()
    pinned = copy.deepcopy(net)
    pinned.pin(gate)
    assert torch.allclose(answer(net, gate).y, pinned(exam().x), atol=2e-6)
    assert torch.allclose(answer(net).y, net(exam().x), atol=2e-6)
    assert not torch.allclose(answer(net, gate).y, net(exam().x), atol=1e-2)
    for other in ("rnn", "gru"):
        net = Net(other, 4, 1, 1, torch.Generator().manual_seed(0))
        assert torch.equal(answer(net).y, net(exam().x))
        assert torch.equal(answer(net).memory, net.core(exam().x)[0])


def test_the_curve_is_one_exam_a_value():
    values = torch.tensor([0.0, 0.25, 0.7, 1.0])
    for gate in GATES:
        found = sweep(some(), gate, values).tolist()
        assert found == pytest.approx([error(answer(some(), gate, v).y) for v in values.tolist()], rel=1e-5)


def test_a_perfect_register_breaks_as_its_events_say():
    """f ≡ 1 piles up all that was ever written, i ≡ 1 lets every value in, o ≡ 1 answers unasked."""
    read = exam().x[..., 3].numpy()
    for gate, kwargs, asked in (("f", {"keep": True}, read), ("i", {"all_enter": True}, read), ("o", {}, 1)):
        c = contents(**kwargs)
        expected = np.tanh(c) / SMALL * asked
        assert np.abs(answer(perfect(), gate).y[..., 0].numpy() - expected).max() < 1e-4
    parts = {gate: blame(answer(perfect(), gate).y) for gate in GATES}
    assert parts["f"]["unasked"] + parts["f"]["empty"] + parts["f"]["first"] < 1e-4
    assert parts["o"]["unasked"] > 0.999 and parts["i"]["empty"] > 0.1 and parts["i"]["unasked"] < 1e-6


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_is_held_in_training_stays_exactly_one(gate):
    run = Run(gate, 1)
    before = copy.deepcopy(run.net.state_dict())
    run.advance(25)
    n = STACK.index(gate)
    for name, part in run.net.core.named_parameters():
        assert torch.equal(part[n], before[f"core.{name}"][n])
        moments = run.learner.opt.state[part]
        assert not moments["exp_avg"][n].any() and not moments["exp_avg_sq"][n].any()
        others = [row for row in range(4) if row != n]
        assert (part[others] != before[f"core.{name}"][others]).all()
    z = run.net.core.weight_ih_l0[n] @ exam().x.mT + run.net.core.bias_ih_l0[n] + run.net.core.bias_hh_l0[n]
    assert (torch.sigmoid(z) == 1).all() and run.net.core.weight_hh_l0[n] == 0
    assert by_hand(run.net, exam().x[:, :9], {})[2][gate] == pytest.approx(np.ones((24, 9)), abs=1e-12)
    assert torch.allclose(answer(run.net).y, answer(run.net, gate).y, atol=1e-6)


def test_each_row_trains_the_numbers_that_it_should():
    per_layer = 4 + 1 + 2    # weights of four inputs and of h, two biases in PyTorch
    assert {row: ablation.parameters(row) for row in ROWS} == {
        "whole": 4 * per_layer, "f": 3 * per_layer, "i": 3 * per_layer, "o": 3 * per_layer,
        "rnn": per_layer, "gru": 3 * per_layer}


@pytest.mark.parametrize("row", ["whole", "i", "gru"])
def test_a_training_is_the_same_in_any_portions_and_after_a_restore(row, monkeypatch):
    monkeypatch.setattr(ablation, "STEPS", 24)
    straight, portions, bare = Run(row, 2), Run(row, 2), ablation.learner(row, 2)
    for _ in range(24):
        for _ in bare.turn():
            pass
    straight.advance(1000)    # no further than the plan
    portions.advance(7)
    kept = copy.deepcopy(portions.state_dict())
    portions.advance(9)
    portions.load_state_dict(copy.deepcopy(kept))
    assert portions.done == 7 and portions.curve[-1] == (7, portions.error())
    for steps in (1, 5, 11, 3):
        portions.advance(steps)
    assert straight.done == portions.done == 24 and straight.finished
    for other in (portions.net, bare.net):
        assert all(map(torch.equal, straight.net.parameters(), other.parameters()))
    assert portions.curve == ((0, Run(row, 2).error()), *portions.curve[1:-1], straight.curve[-1])
    assert ablation.train(row, 2) == straight.error() == straight.curve[-1][1]
    assert ablation.train(row, 3) != straight.error()


def test_steps_are_sorted_as_a_clerk_would():
    for n in range(60):
        x, writes, state = exam().x[:, n], 0, "empty"
        for step, kind in zip(x.tolist(), kinds(x[:, None])[:, 0].tolist(), strict=True):
            if step[2] and writes:
                state = "erased"
            if step[1]:
                writes += 1
                state = "first" if writes == 1 else "replaced"
            assert KINDS[kind] == (state if step[3] else "unasked")


def test_the_blame_is_each_kinds_part_of_the_squared_error():
    y, place = answer(some()).y, kinds(exam().x)
    wrong = ((y - exam().y) ** 2)[..., 0].numpy().astype(float)
    parts = blame(y)
    assert sum(parts.values()) == pytest.approx(1, abs=1e-5)
    for n, kind in enumerate(KINDS):
        assert parts[kind] == pytest.approx(wrong[place.numpy() == n].sum() / wrong.sum(), abs=1e-5)


def test_the_examples_show_every_kind_and_the_worst_step_is_the_worst():
    y = answer(some()).y
    for n in examples()[:6]:
        assert sorted(kinds(exam().x)[:, n].unique().tolist()) == [*range(5)]
        found, x = worst(y, n), exam().x[:, n].tolist()
        gaps = (y - exam().y)[:, n, 0].abs().tolist()
        assert gaps[found.step] == max(gaps) == pytest.approx(found.gap)
        commands = [t for t in range(found.step + 1) if x[t][1] or x[t][2]]
        assert found.since == (commands[-1] if commands else None)
        assert found.kind == KINDS[kinds(exam().x)[found.step, n]]
        assert found.wanted == exam().y[found.step, n, 0].item()
    assert len(examples()) > 5


@pytest.mark.parametrize(("make", "key"), [
    (lambda: answer(some(), "f", math.nan), "hold_range"), (lambda: answer(some(), "f", 1.01), "hold_range"),
    (lambda: answer(some(), "g", 1.0), "hold_range"), (lambda: sweep(some(), "o", torch.tensor([-0.1])),
                                                       "hold_range"),
    (lambda: answer(Run("gru", 0).net, "f"), "hold_range")])
def test_what_cannot_be_held_is_refused_by_key(make, key):
    with pytest.raises(CourseError) as refused:
        make()
    assert refused.value.key == key


def test_the_bench_measures_each_cut_once_and_only_at_one(monkeypatch):
    run = Run("whole", 0)
    run.learner.net, run.done = perfect(), ablation.STEPS
    monkeypatch.setattr(ablation_bench, "shipped", lambda: run)
    bench = Bench()
    bench.choose(row="f", value=0.5)
    assert bench.cuts == {} and bench.free() is not None
    for gate in GATES:
        bench.choose(row=gate, value=1.0)
        assert bench.held(gate) == [error(answer(perfect(), gate).y)]
    kept = copy.deepcopy(bench.cuts)
    bench.choose(seed=1)    # whose LSTM nobody has trained: nothing to measure
    assert bench.cuts == kept and not bench.curve() and bench.run.done == 0
    for wrong, key in (({"row": "x"}, "row_unclear"), ({"seed": 5}, "seed_unclear"),
                       ({"seed": -1}, "seed_unclear"), ({"value": math.nan}, "hold_range"),
                       ({"value": 1.5}, "hold_range")):
        with pytest.raises(CourseError) as refused:
            bench.choose(**wrong)
        assert refused.value.key == key and bench.choice == Choice("o", seed=1)
    bench.choose(row="whole", seed=0)
    with pytest.raises(CourseError) as refused:
        bench.train(1)
    assert refused.value.key == "trained_already" and bench.missing() == ("f", 0)


def test_the_recipe_learns_the_register_and_every_broken_gate_costs_more_than_answering_nothing():
    run = Run("whole", 1)
    run.advance(STEPS)
    for net in (run.net, ablation_bench.shipped().net):
        assert error(answer(net).y) <= 0.005 < baseline()
    for gate in GATES:
        assert error(answer(run.net, gate).y) > baseline() > 5 * run.error()
