"""The walk along a sequence against a loop by hand and nn.LSTM; edits that touch nothing else; the end."""

import math
import random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm.cell import GATES, LAYERS, Hold, LSTMCell
from helpers.lstm.sequence import LONGEST, Script, Sequence, trace, unroll
from helpers.snapshots import snapshot
from helpers.steps import Walk

torch.set_num_threads(1)
INPUTS, HIDDEN, STEPS = 2, 3, 6
NAMES = ["x", "h_prev", "c_prev", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c",
         "squashed", "h", "y"]
KEYS = ["inputs", *NAMES[3:]]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def double(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=rng(seed), dtype=torch.float64)


def bits(values: Any) -> Any:
    """Equal only if every bit is; nan too."""
    if isinstance(values, Tensor):
        return values.shape, values.detach().contiguous().numpy().tobytes()
    if isinstance(values, Script):
        return bits([values.xs, values.held, values.memory])
    if isinstance(values, dict):
        return {key: bits(value) for key, value in values.items()}
    return list(map(bits, values)) if isinstance(values, list | tuple) else values


def cell(seed: int = 1) -> LSTMCell:
    return LSTMCell(INPUTS, HIDDEN, rng(seed), torch.float64)


def full_script(*batch: int) -> Script:
    """Inputs, two gates held here and there, both states set by hand."""
    script = Script(double(STEPS, *batch, INPUTS)).with_hold("f", 1, 0.25, HIDDEN)
    script = script.with_hold("o", 2, 1.0, HIDDEN, slice(1, 3)).with_hold("f", 0, 0.0, HIDDEN, slice(4, 5))
    script = script.with_memory("h", 3, double(*batch, HIDDEN, seed=3))
    return script.with_memory("c", 3, double(HIDDEN, seed=2))


def by_hand(layers: LSTMCell, script: Script) -> dict[str, Tensor]:
    """The equations in a plain loop over time, sequences of the batch and units."""
    batch = script.xs.reshape(script.steps, -1, INPUTS).shape[1]
    rows = {name: torch.zeros(script.steps, batch, HIDDEN, dtype=torch.float64) for name in NAMES[1:]}
    for n in range(batch):
        h = c = [0.0] * HIDDEN
        for t in range(script.steps):
            x = script.xs.reshape(script.steps, batch, INPUTS)[t, n].tolist()
            if ("h", t) in script.memory:
                h = script.memory["h", t].expand(batch, HIDDEN)[n].tolist()
            if ("c", t) in script.memory:
                c = script.memory["c", t].expand(batch, HIDDEN)[n].tolist()
            new_h, new_c = [], []
            for unit in range(HIDDEN):
                z = {}
                for name in LAYERS:
                    layer = getattr(layers, name)
                    z[name] = layer.b[unit].item() + sum(
                        weight * value for row, values in ((layer.W, x), (layer.U, h))
                        for weight, value in zip(row[unit].tolist(), values, strict=True))
                gate = {name: 1 / (1 + math.exp(-z[name])) for name in GATES}
                for name, table in script.held.items():
                    gate[name] = gate[name] if table[t, unit].isnan() else table[t, unit].item()
                g, kept = math.tanh(z["g"]), gate["f"] * c[unit]
                added = gate["i"] * g
                new_c.append(kept + added)
                new_h.append(gate["o"] * math.tanh(new_c[-1]))
                seen = {f"z_{name}": value for name, value in z.items()} | gate | {
                    "g": g, "kept": kept, "added": added, "c": new_c[-1], "squashed": math.tanh(new_c[-1]),
                    "h": new_h[-1], "y": new_h[-1], "h_prev": h[unit], "c_prev": c[unit]}
                for name, value in seen.items():
                    rows[name][t, n, unit] = value
            h, c = new_h, new_c
    return {name: values.reshape(*script.xs.shape[:-1], HIDDEN) for name, values in rows.items()}


# --- against truth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (1,), (4,)], ids=str)
@pytest.mark.parametrize("full", [True, False], ids=["everything set", "free"])
def test_a_trace_is_the_loop_by_hand(batch, full):
    script = full_script(*batch) if full else Script(double(STEPS, *batch, INPUTS))
    found, hand = trace(cell(), script), by_hand(cell(), script)
    assert list(found) == NAMES and torch.equal(found["x"], script.xs)
    for name, truth in hand.items():
        assert found[name].shape == truth.shape and (found[name] - truth).abs().max() <= 1e-14, name


def test_random_holds_per_unit_and_step_are_the_loop_by_hand():
    for seed in range(15):
        chance = random.Random(seed)
        script = Script(double(STEPS, INPUTS, seed=seed))
        for _ in range(chance.randrange(1, 8)):
            first = chance.randrange(STEPS)
            script = script.with_hold(chance.choice(GATES), chance.randrange(HIDDEN),
                                      chance.choice([None, 0.0, 1.0, chance.random()]), HIDDEN,
                                      slice(first, chance.randint(first + 1, STEPS)))
        found, hand = trace(cell(seed), script), by_hand(cell(seed), script)
        assert all((found[name] - hand[name]).abs().max() <= 1e-14 for name in hand)


@pytest.mark.parametrize("batch", [(), (4,)], ids=str)
def test_a_memory_set_before_the_first_step_is_nn_lstms_first_state(batch):
    theirs = cell().store(nn.LSTM(INPUTS, HIDDEN, dtype=torch.float64))
    xs, h, c = double(9, *batch, INPUTS), double(*batch, HIDDEN, seed=4), double(*batch, HIDDEN, seed=5)
    script = Script(xs).with_memory("h", 0, h).with_memory("c", 0, c)
    y, (_, last) = theirs(xs, (h[None], c[None]))
    found = trace(cell(), script)
    assert torch.allclose(found["y"], y, atol=1e-14, rtol=0) and torch.equal(found["h"], found["y"])
    assert torch.allclose(found["c"][-1], last[0], atol=1e-14, rtol=0)


def test_a_memory_set_in_the_middle_cuts_time_in_two():
    """From there on it is nn.LSTM begun anew; before, nothing has changed."""
    xs, h, c = double(9, INPUTS), double(HIDDEN, seed=4), double(HIDDEN, seed=5)
    plain, found = trace(cell(), Script(xs)), trace(cell(), Script(xs, memory={("h", 4): h, ("c", 4): c}))
    y = cell().store(nn.LSTM(INPUTS, HIDDEN, dtype=torch.float64))(xs[4:], (h[None], c[None]))[0]
    assert torch.equal(found["h"][:4], plain["h"][:4]) and torch.equal(found["c_prev"][4], c)
    assert torch.allclose(found["h"][4:], y, atol=1e-14, rtol=0)


def test_a_batch_is_its_sequences_one_by_one():
    script = full_script(4)
    together = trace(cell(), script)
    for n in range(4):
        one = Script(script.xs[:, n], script.held, {("c", 3): script.memory["c", 3],
                                                    ("h", 3): script.memory["h", 3][n]})
        alone = trace(cell(), one)
        assert all(torch.allclose(together[name][:, n], alone[name], atol=1e-14, rtol=0) for name in NAMES)


# --- the script -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(0, 2), (0, 3, 2), (LONGEST + 1, 2), (10**6, 1), (5,), (), (2, 2, 2, 2)],
                         ids=str)
def test_lengths_that_are_none_are_refused(shape):
    with pytest.raises(CourseError) as refused:
        Script(torch.zeros(shape))
    assert refused.value.key == "sequence_length"
    assert str(LONGEST) in str(refused.value) and str(shape[0] if shape else 0) in str(refused.value)
    assert Script(torch.zeros(LONGEST, 1)).steps == LONGEST


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused_and_the_script_stays(bad):
    script = full_script()
    before = bits(script)
    for edit in (lambda: script.with_x(2, 1, bad), lambda: Script(torch.full((3, 2), bad)),
                 lambda: script.with_memory("c", 1, torch.tensor([0.0, bad, 0.0]))):
        with pytest.raises(CourseError, match="finitos"):
            edit()
    assert bits(script) == before


@pytest.mark.parametrize("bad", [-0.01, 1.01, 10**6, math.inf, -math.inf, math.nan])
def test_a_gate_is_held_between_0_and_1(bad):
    script = full_script()
    with pytest.raises(CourseError) as refused:
        script.with_hold("i", 0, bad, HIDDEN)
    assert refused.value.key == "hold_range" and "i" in refused.value.facts["gate"] and "i" not in script.held
    if not math.isnan(bad):    # in a table nan means free
        with pytest.raises(CourseError, match="0 a 1"):
            Script(script.xs, {"f": torch.full((STEPS, HIDDEN), bad)})
    for good in (0.0, 1.0):
        assert (script.with_hold("i", 0, good, HIDDEN).held["i"][:, 0] == good).all()


def test_only_the_three_gates_can_be_held():
    for name in ("g", "c", "", "ff"):
        with pytest.raises(CourseError, match="portão"):
            Script(torch.zeros(3, 2)).with_hold(name, 0, 0.5, HIDDEN)


def test_edits_give_a_new_script_and_leave_the_old_one():
    """Also after the old one has worked out its holds, which must not go over."""
    script = full_script(2)
    before, old_holds = bits(script), script.holds
    old = trace(cell(), script)
    edits = [script.with_x(2, 1, 9.0), script.with_memory("h", 0, torch.ones(HIDDEN).double()),
             script.with_hold("i", 0, 0.5, HIDDEN), script.with_hold("f", 1, None, HIDDEN, slice(0, 2)),
             script.with_memory("c", 3, torch.zeros(HIDDEN).double())]
    assert (edits[0].xs[2, :, 1] == 9).all() and (edits[0].xs != script.xs).sum() == 2
    assert set(edits[1].memory) == {("h", 0), ("c", 3), ("h", 3)} and (edits[4].memory["c", 3] == 0).all()
    assert set(edits[2].held) == {"f", "o", "i"} and edits[2].held["i"][:, 1:].isnan().all()
    changed = edits[3].held["f"].isnan() & ~script.held["f"].isnan()
    assert changed.nonzero().tolist() == [[0, 1], [1, 1]]
    for edit in edits:
        new = trace(cell(), edit)
        assert not all(torch.equal(new[name], old[name]) for name in NAMES)
        assert all((new[name] - truth).abs().max() <= 1e-14 for name, truth in by_hand(cell(), edit).items())
    assert bits(script) == before and script.holds is old_holds
    assert all(torch.equal(values, old[name]) for name, values in trace(cell(), script).items())


def test_a_gate_freed_everywhere_is_no_longer_held():
    script = Script(double(STEPS, INPUTS)).with_hold("f", 1, 0.5, HIDDEN, slice(2, 4))
    assert [hold.f is None for hold in script.holds] == [True, True, False, False, True, True]
    freed = script.with_hold("f", 1, None, HIDDEN)
    assert freed.held == {} and freed.with_hold("o", 0, None, HIDDEN).held == {}
    plain = trace(cell(), Script(script.xs))
    assert all(torch.equal(values, plain[name]) for name, values in trace(cell(), freed).items())


# --- walking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (2,)], ids=str)
@pytest.mark.parametrize("keep", [200, 2])
def test_forwards_and_back_are_the_same_bits_at_every_operation(batch, keep):
    script, engine = full_script(*batch), Sequence(cell(), full_script(*batch))
    walk, whole, seen = Walk(engine, keep), trace(cell(), script), {}
    while (walk.turn, walk.count) != (STEPS - 1, len(KEYS)):
        walk.step()
        assert walk.op.key == KEYS[walk.count - 1]
        seen[walk.turn, walk.count] = bits(walk.values)
        assert seen[walk.turn, walk.count] == bits({name: whole[name][walk.turn] for name in walk.values})
        assert walk.engine.t == walk.turn + (walk.count == len(KEYS))
    assert len(seen) == STEPS * len(KEYS) == STEPS * 15 and list(walk.values) == NAMES
    places = sorted(seen, reverse=True)[1:] if keep == 200 else sorted(seen, reverse=True)[1:15]
    for place in places:
        walk.back()
        assert (walk.turn, walk.count) == place and bits(walk.values) == seen[place]
    within = [place for place in seen if walk.oldest <= place[0] < STEPS - 1]
    for turn, count in random.Random(keep).choices(within, k=30):
        walk.goto(turn, count)
        assert bits(walk.values) == seen[turn, count]


def test_after_the_last_step_nothing_happens_any_more():
    walk = Walk(Sequence(cell(), full_script()))
    walk.run(STEPS)
    before, shown = bits(walk.engine.state_dict()), bits(walk.values)
    for act in (walk.step, walk.finish_turn, lambda: walk.run(1), lambda: next(walk.engine.turn())):
        with pytest.raises(CourseError) as over:
            act()
        assert over.value.key == "sequence_over" and str(STEPS) in str(over.value)
        assert bits(walk.engine.state_dict()) == before
        walk.goto(STEPS - 1, len(KEYS))    # as a panel returns to what it showed
        assert bits(walk.values) == shown and len(walk.trace) == STEPS
    for _ in range(3):
        with pytest.raises(CourseError):
            walk.step()
        assert (walk.turn, walk.count, len(walk.trace)) == (STEPS, 0, STEPS)
        assert bits(walk.engine.state_dict()) == before
    walk.back()
    assert (walk.turn, walk.op.key) == (STEPS - 1, "y") and bits(walk.values) == shown


def test_an_edit_on_the_way_changes_only_what_comes_after():
    script = full_script()
    edited = script.with_x(3, 0, 5.0)
    walk, old, new = Walk(Sequence(cell(), script)), trace(cell(), script), trace(cell(), edited)
    walk.run(4)
    walk.change(lambda: setattr(walk.engine, "script", edited))
    for turn in (3, 4, 5):
        walk.finish_turn()
        assert bits(walk.values) == bits({name: new[name][turn] for name in NAMES})
    walk.goto(2, len(KEYS))
    assert bits(walk.values) == bits({name: old[name][2] for name in NAMES})


def test_begin_starts_over_and_a_state_can_move_house():
    engine, other = Sequence(cell(), full_script()), Sequence(cell(7), Script(double(2, INPUTS, seed=9)))
    first = [bits(op.values) for _ in range(3) for op in engine.turn()]
    other.load_state_dict(snapshot(engine.state_dict()))
    assert ([bits(op.values) for op in engine.turn()] == [bits(op.values) for op in other.turn()]
            and (engine.t, other.t) == (4, 4))
    engine.begin(engine.script)
    assert (engine.t, engine.h.abs().sum()) == (0, 0)
    assert [bits(op.values) for _ in range(3) for op in engine.turn()] == first


# --- scripts of the wrong kind ----------------------------------------------------------------------------

def test_lists_and_whole_numbers_become_floats():
    cell = LSTMCell(2, 3, torch.Generator().manual_seed(0))
    right = trace(cell, Script(torch.tensor([[1.0, 0.0], [0.0, 1.0]])))["h"]
    for xs in ([[1, 0], [0, 1]], torch.tensor([[1, 0], [0, 1]]), ((1.0, 0), (0, 1))):
        assert torch.equal(trace(cell, Script(xs))["h"], right)


@pytest.mark.parametrize(("make", "key"), [
    (lambda: Script([[1.0], [1.0, 2.0]]), "script_numbers"), (lambda: Script("abc"), "script_numbers"),
    (lambda: Script(None), "script_numbers"), (lambda: Script([]), "sequence_length"),
    (lambda: Script(3), "sequence_length"),
    (lambda: Script(torch.zeros(4, 2), {"f": torch.ones(3, 3)}), "script_shape"),
    (lambda: Script(torch.zeros(4, 2), {"f": torch.ones(4)}), "script_shape"),
    (lambda: Sequence(LSTMCell(2, 3), Script(torch.zeros(4, 2), {"f": torch.ones(4, 2)})), "script_shape"),
    (lambda: Sequence(LSTMCell(2, 3), Script(torch.zeros(4, 2), {}, {("c", 1): torch.ones(2)})),
     "script_shape"),
    (lambda: Sequence(LSTMCell(2, 3), Script(torch.zeros(4, 2).double())), "script_kind")])
def test_what_is_no_script_for_the_cell_is_answered(make, key):
    with pytest.raises(CourseError) as refused:
        make()
    assert refused.value.key == key


def test_a_refused_script_leaves_the_walk_where_it_was():
    walk = Sequence(LSTMCell(2, 3), Script(torch.ones(4, 2)))
    for _ in walk.turn():
        pass
    before = walk.state_dict()
    with pytest.raises(CourseError):
        walk.begin(Script(torch.ones(4, 2).double()))
    assert walk.t == 1 and walk.h is before["h"] and walk.script is before["script"]


# --- states alone -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("shape", [(7, 2), (7, 3, 2), (7, 4, 3, 2)])
def test_unrolling_gives_torchs_states(shape):
    ours, official = LSTMCell(2, 5), torch.nn.LSTMCell(2, 5)
    ours.load(official)
    xs = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    h, c = unroll(ours, xs)
    state = None
    for t, x in enumerate(xs.reshape(7, -1, 2)):
        state = official(x, state)
        for mine, theirs in zip((h[t], c[t]), state, strict=True):
            torch.testing.assert_close(mine.reshape(-1, 5), theirs, rtol=1e-5, atol=1e-6)
    assert not h.requires_grad and h.shape == c.shape == (*shape[:-1], 5)


def test_unrolling_holds_gates_in_all_steps_or_in_each():
    ours = LSTMCell(2, 3, torch.Generator().manual_seed(0))
    xs = torch.randn(6, 2, generator=torch.Generator().manual_seed(1))
    script = Script(xs).with_hold("f", 1, 0.25, 3).with_hold("o", 0, 1.0, 3, slice(2, 4))
    kept = trace(ours, script)
    h, c = unroll(ours, xs, script.holds)
    assert torch.equal(h, kept["h"]) and torch.equal(c, kept["c"])
    always = Script(xs, {"f": torch.full((6, 3), 0.5)})
    assert torch.equal(unroll(ours, xs, Hold(f=torch.tensor(0.5)))[1], trace(ours, always)["c"])
    with pytest.raises(ValueError, match="shorter"):
        unroll(ours, xs, script.holds[:3])
