"""A célula por dentro without a kernel: what stands on the wires is a cell worked out here by hand."""

import random
import re

import numpy as np
import pytest
import torch

from helpers.errors import CourseError
from helpers.lstm import colors, diagram
from helpers.lstm.cell import LAYERS, LSTMCell
from helpers.lstm.panels import CellPanel
from helpers.lstm.panels import cell_view as view
from helpers.lstm.panels.cell_edit import LIMITS, TARGETS, Target
from helpers.lstm.sequence import Script
from helpers.ui import style
from tests.engines.test_cell_diagram import SwappedGates
from tests.panels.shown import Screen, agrees, assert_mentions, choose, place, read, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
ORDER = ["inputs", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c", "squashed", "h", "y"]
NAN, INF = float("nan"), float("inf")


def random_panel(units: int, seed: int, inputs: int = 2, steps: int = 5) -> CellPanel:
    rng = torch.Generator().manual_seed(seed)
    cell = LSTMCell(inputs, units, rng)
    with torch.no_grad():
        for weights in cell.parameters():
            weights.mul_(3)
    return CellPanel(cell, Script(1.5 * torch.randn(steps, inputs, generator=rng)))


def by_hand(panel: CellPanel) -> list[dict[str, np.ndarray]]:
    """Every value of every step, in float64, from the weights and the script alone."""
    cell, script = panel.walk.engine.cell, panel.walk.engine.script
    W, U, b = ({name: getattr(getattr(cell, name), part).detach().numpy().astype(float) for name in LAYERS}
               for part in "WUb")
    h = c = np.zeros(cell.hidden)
    steps = []
    for t, x in enumerate(script.xs.numpy().astype(float)):
        h, c = (script.memory[name, t].numpy().astype(float) if (name, t) in script.memory else old
                for name, old in (("h", h), ("c", c)))
        v = {"x": x, "h_prev": h, "c_prev": c}
        for name in LAYERS:
            v[f"z_{name}"] = W[name] @ x + U[name] @ h + b[name]
            v[name] = np.tanh(v[f"z_{name}"]) if name == "g" else 1 / (1 + np.exp(-v[f"z_{name}"]))
            if name in script.held:
                held = script.held[name][t].numpy().astype(float)
                v[name] = np.where(np.isnan(held), v[name], held)
        v["kept"], v["added"] = v["f"] * c, v["i"] * v["g"]
        c = v["c"] = v["kept"] + v["added"]
        v["squashed"] = np.tanh(c)
        h = v["h"] = v["y"] = v["o"] * v["squashed"]
        steps.append(v)
    return steps


def written(screen: Screen, key: str) -> str | None:
    """The words on a wire; where the name stands above its numbers, only those."""
    spot = diagram.SPOTS[key]
    found = [e.text for e in screen.texts if (float(e.get("x")), float(e.get("y"))) == (spot.x, spot.y)]
    return found[0] if found else None


def assert_shows_the_cell(panel: CellPanel) -> Screen:
    screen, walk, unit = Screen(panel), panel.walk, panel.choice.unit
    cell, script = walk.engine.cell, walk.engine.script
    truth = by_hand(panel)[walk.turn]
    known = set(ORDER[1:walk.count]) | ({"x", "h_prev", "c_prev"} if walk.count else set())
    for key in diagram.SPOTS:
        words = re.sub(r"^✎?(tanh\(c\)|[a-z⊙]+(\(t(−1)?\))?( = y\(t\))?) ?", "", written(screen, key))
        numbers = truth[key] if key == "x" or cell.hidden <= 2 else truth[key][[unit]]
        shown = read(words)
        assert len(shown) == (len(numbers) if key in known else 0), (key, words)
        for one, value in zip(shown, numbers, strict=key in known):
            assert agrees(one, value, rel=1e-5, abs_=2e-6), (key, words, value)
        if key in known and cell.hidden > 2 and key != "x":
            spot = diagram.SPOTS[key]
            for n, value in enumerate(truth[key]):
                corner = f"M{spot.strip + diagram.CELL * n:g} {spot.y - 12.5:g}h"
                fill = [e.get("fill") for e in screen.root.iter() if corner in (e.get("d") or "")]
                assert fill[0] in {colors.shade(colors.level(value + off)) for off in (-1e-5, 1e-5)}
    grid = view.table(walk.engine)
    for row, layer in enumerate(LAYERS):
        own = getattr(cell, layer)
        numbers = [*own.W[unit].tolist(), *own.U[unit].tolist(), own.b[unit].item()]
        y = grid.y + 44 + 20.5 * row + 16
        cells = sorted((float(e.get("x")), e.text) for e in screen.texts
                       if abs(float(e.get("y")) - y) < 0.1 and e.get("text-anchor") == "middle")
        assert len(cells) == len(numbers)
        for (_, text), value in zip(cells, numbers, strict=True):
            assert agrees(read(text)[0], value, abs_=0.051 if grid.cell < 50 else 0.0051)
    badge = next(e.text for e in screen.texts if "nn.LSTMCell" in e.text)
    if not script.held and max(abs(w).max() for w in cell.parameters()) < 10:
        assert read(badge)[-1][0] <= 1e-6
    if walk.op:
        assert walk.op.key == ORDER[walk.count - 1]
        first, last = walk.code.lit
        assert screen.lit_code() == [line.strip() for line in walk.code.lines[first:last + 1]]
    assert len(panel.stage.sentence) <= 205
    return screen


def run_to(panel: CellPanel, turns: int, operations: int = 0) -> None:
    for _ in range(turns):
        panel.buttons["turn"].click()
    for _ in range(operations):
        panel.buttons["step"].click()


def bits(panel: CellPanel) -> list:
    """Everything that an edit may change, the script by its contents."""
    script = panel.walk.engine.script
    return [place(panel), [part.tolist() for part in panel.walk.engine.cell.parameters()], script.xs.tolist(),
            {gate: table.nan_to_num(-1).tolist() for gate, table in script.held.items()},
            {key: value.tolist() for key, value in script.memory.items()},
            {name: value.tolist() for name, value in panel.walk.values.items()}]


def slide(panel: CellPanel, value: float) -> None:
    """Drag to a value, by the position that stands for it."""
    middle, worth = {"x": (0, 0.05), "h": (0, 0.025), "hold": (0.5, 0.0125)}.get(
        panel.choice.target.kind, (0, 0.1))
    panel.controls.slider.set_state({"value": round((value - middle) / worth)})


def type_in(panel: CellPanel, text: str) -> None:
    panel.controls.number.set_state({"value": text})


def select(panel: CellPanel, target: Target, which: int = 0) -> None:
    choose(panel.controls.target, TARGETS.index(target))
    if which:
        choose(panel.controls.which, which)


@pytest.mark.parametrize(("units", "inputs"), [(1, 1), (2, 2), (4, 2), (4, 4), (3, 1)])
def test_every_wire_says_the_cells_number_at_every_operation(units, inputs):
    panel = random_panel(units, seed=units, inputs=inputs, steps=2)
    for _ in range(2 * len(ORDER)):
        panel.buttons["step"].click()
        assert_shows_the_cell(panel)
    for _ in range(2 * len(ORDER)):
        panel.buttons["back"].click()
        assert_shows_the_cell(panel)
    assert place(panel) == (0, 0) and panel.errors == 0
    panel.buttons["back"].click()
    assert panel.picture().startswith(b"\x89PNG")


@pytest.mark.parametrize("key", ORDER)
def test_box_wires_and_label_of_the_operation_are_lit_together(key):
    panel = CellPanel()
    run_to(panel, 0, ORDER.index(key) + 1)
    screen = Screen(panel)
    if key not in ("inputs", "y"):
        assert (next(e for e in screen.texts if e.text == written(screen, key))).get("font-weight") == "bold"
    halo = next(e.get("d") for e in screen.root.iter() if e.get("stroke") == colors.HALO)
    incoming = sum(n == key for _, n in diagram.routes(panel.walk.code and view.graph(LSTMCell)))
    assert halo.count("M") == {"inputs": 9, "y": 3}.get(key, incoming)


def events(panel: CellPanel, chance: random.Random) -> list:
    x, y = chance.uniform(-10, 950), chance.uniform(-10, 490)
    target, position = chance.randrange(len(TARGETS)), chance.choice([-40, 40, chance.randint(-40, 40)])
    text = chance.choice(["0,5", "-1", "−0.25", "abc", "2;3", "1e9", "", "99", "-100", "0", "1,"])
    names = [(4, panel.controls.which, chance.randrange(len(panel.controls.which.options))),
             (3, panel.controls.unit, chance.randrange(len(panel.controls.unit.options)))]
    return [(10, lambda: send(panel, type="click", x=x, y=y)),
            (8, lambda: panel.controls.slider.set_state({"value": position})),
            (6, lambda: type_in(panel, text)), (6, panel.controls.undo.click), (4, panel.controls.free.click),
            (8, lambda: choose(panel.controls.target, target)),
            *((weight, lambda control=control, n=n: choose(control, n)) for weight, control, n in names)]


@pytest.mark.parametrize(("units", "seed"), [(2, 0), (4, 1)])
def test_it_shows_the_cells_numbers_after_any_event(units, seed):
    chance, panel, seen = random.Random(seed), random_panel(units, seed), set()
    for _ in range(250):
        happen(common_events(panel, chance) + events(panel, chance), chance)
        assert panel.errors == 0, panel.stage.notice
        seen |= {panel.choice.target.kind, bool(panel.walk.engine.script.held),
                 bool(panel.walk.engine.script.memory)}
        assert_shows_the_cell(panel)
    assert len(seen) >= 7


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_drag_moves_what_follows_and_one_undo_takes_it_all_back(target):
    panel = random_panel(2, seed=7)
    run_to(panel, 2, 15)
    before = state(panel)
    select(panel, target)
    low, high = {"x": (-2, 2), "h": (-1, 1), "hold": (0, 1)}.get(target.kind, (-4, 4))
    for value in (low, high, low + 0.3 * (high - low)):
        slide(panel, value)
        assert place(panel) == (2, 15) and state(panel) != before
        assert panel.controls.number.value == f"{value:.6g}".replace(".", ",").replace("-", "−")
        screen = assert_shows_the_cell(panel)
    marks = "".join(e.text or "" for e in screen.texts if "nn.LSTMCell" not in (e.text or "")).count("✎")
    assert marks == (target.kind in ("h", "c", "hold"))
    assert len(panel.past) == 1
    panel.controls.undo.click()
    assert state(panel) == before and panel.errors == 0 and panel.controls.undo.disabled
    panel.controls.undo.click()
    assert panel.stage.notice.startswith("Não há o que desfazer")


def test_the_slider_stands_nearest_to_the_number_and_following_it_is_no_edit():
    """Its range never changes, so that the page has nothing to round and to send back."""
    panel = random_panel(2, seed=8)
    run_to(panel, 2)
    before, slider = bits(panel), panel.controls.slider
    for target in TARGETS:
        select(panel, target)
        assert (slider.min, slider.max, slider.step) == (-40, 40, 1)
        value = view.edit.current(panel.walk.engine, panel.walk.values, panel.choice, 1)
        middle, worth = {"x": (0, 0.05), "h": (0, 0.025), "hold": (0.5, 0.0125)}.get(target.kind, (0, 0.1))
        assert abs(middle + worth * slider.value - np.clip(value, -40 * worth + middle, 40 * worth + middle)
                   ) <= worth / 2 + 1e-9
    assert bits(panel) == before and not panel.past


def test_an_edit_is_computed_from_the_first_step_on():
    """A weight changes the past too: the memory that comes in is that of the new cell."""
    panel = random_panel(2, seed=3)
    run_to(panel, 3, 4)
    came_in = panel.walk.values["c_prev"].clone()
    select(panel, Target("b", "f"))
    type_in(panel, "-3")
    assert not torch.equal(panel.walk.values["c_prev"], came_in) and place(panel) == (3, 4)
    assert torch.allclose(panel.walk.values["c_prev"].double(), torch.tensor(by_hand(panel)[3]["c_prev"]),
                          atol=1e-6)


@pytest.mark.parametrize(("text", "key"), [("abc", "number_unclear"), ("", "number_unclear"),
                                           ("nan", "not_finite"), ("inf", "not_finite"),
                                           ("−inf", "not_finite"), ("1e3", "number_range"),
                                           ("0,5;1", "number_unclear"), ("1000000", "number_range"),
                                           ("9" * 400, "number_range")])
@pytest.mark.parametrize("target", [Target("x"), Target("h"), Target("W", "g"), Target("hold", "o")])
def test_what_is_no_number_is_answered_and_nothing_changes(text, key, target):
    panel = random_panel(2, seed=1)
    run_to(panel, 1, 3)
    select(panel, target)
    before, shown = state(panel), panel.controls.number.value
    type_in(panel, text)
    if text != shown:    # a gate that is not computed yet has none
        message = {"number_unclear": "não é um número", "number_range": "precisa ficar entre",
                   "not_finite": "precisam ser finitos"}[key]
        assert message in panel.stage.notice and "Nada mudou" in panel.stage.notice
    assert state(panel) == before and panel.errors == 0 and panel.controls.number.value == shown
    assert not panel.past


def test_the_limits_themselves_are_taken_with_comma_or_point():
    panel = random_panel(2, seed=1)
    run_to(panel, 1)
    for target in TARGETS:
        low, high = LIMITS.get(target.kind, (-100, 100))
        for text, value in ((str(low), low), (f"{high}", high), ("0,5", 0.5), ("0.25", 0.25), ("+,75", 0.75)):
            select(panel, target)
            type_in(panel, text)
            assert panel.stage.notice == "" and view.edit.current(
                panel.walk.engine, panel.walk.values, panel.choice, panel.walk.turn) == value
            assert_shows_the_cell(panel)
        for text in (f"{high + 0.001}", f"{low - 0.001}"):
            type_in(panel, text)
            assert "precisa ficar entre" in panel.stage.notice


def test_a_held_gate_is_freed_and_a_state_set_by_hand_too():
    panel = random_panel(2, seed=5)
    run_to(panel, 2)
    before = bits(panel)
    for target in (Target("hold", "f"), Target("c"), Target("h")):
        select(panel, target)
        assert panel.controls.free.disabled
        type_in(panel, "1")
        assert not panel.controls.free.disabled and bits(panel) != before
        panel.controls.free.click()
        assert bits(panel) == before and panel.controls.free.disabled
        panel.controls.undo.click()    # the freeing can be taken back as well
        assert not panel.controls.free.disabled
        panel.controls.undo.click()
        assert bits(panel) == before


def test_a_held_forget_gate_says_that_one_keeps_and_the_calculated_value_is_not_used():
    panel = CellPanel()
    run_to(panel, 1)
    select(panel, Target("hold", "f"))
    type_in(panel, "1")
    kept = panel.walk.values["kept"]
    assert kept[0] == panel.walk.values["c_prev"][0]
    run_to(panel, 0, ORDER.index("f") + 1)
    assert panel.stage.sentence.startswith("Você prendeu f(t) em 1,00 na unidade 1")
    panel.buttons["step"].click()
    run_to(panel, 0, ORDER.index("kept") - ORDER.index("i"))
    assert "guarda 100 %" in panel.stage.sentence
    assert "(sem ✎)" in "".join(e.text or "" for e in Screen(panel).texts)


def test_a_click_on_a_weight_a_wire_or_a_time_step_chooses_it():
    panel = random_panel(3, seed=2, inputs=2, steps=8)
    run_to(panel, 1, 15)
    grid = view.table(panel.walk.engine)
    for row, layer in enumerate(LAYERS):
        for column, (part, which) in enumerate(grid.names):
            send(panel, type="click", x=grid.x + 26 + grid.cell * (column + 0.5), y=grid.y + 54 + 20.5 * row)
            assert panel.choice == (0, Target(part, layer), which)
            assert panel.controls.target.value == Target(part, layer)
            assert panel.controls.which.value == which
            own = getattr(getattr(panel.walk.engine.cell, layer), part)
            value = (own[0] if part == "b" else own[0, which]).item()
            assert float(panel.controls.number.value.replace(",", ".").replace("−", "-")) == pytest.approx(
                value, rel=1e-5)
    for key, target in (("x", Target("x")), ("h_prev", Target("h")), ("c_prev", Target("c")),
                        ("f", Target("hold", "f")), ("z_o", Target("b", "o"))):
        spot = diagram.SPOTS[key]
        side = -20 if spot.anchor == "end" else 20
        send(panel, type="click", x=spot.x + side, y=spot.y - 4)
        assert panel.choice.target == target
    steps = view.strip(panel.walk.engine)
    for t in (6, 2, 7, 0):
        send(panel, type="click", x=steps.x + steps.cell * (t + 0.5), y=steps.y + 5)
        assert place(panel) == (t, 15)
        assert_shows_the_cell(panel)


def test_another_sequence_is_opened_at_the_end_of_a_step():
    panel, other = CellPanel(), random_panel(4, seed=9, inputs=3, steps=24)
    cell, script = other.walk.engine.cell, other.walk.engine.script
    weights = [part.clone() for part in cell.parameters()]
    choose(panel.controls.unit, 1)
    panel.show(cell, script, 17)
    assert place(panel) == (17, 15) and panel.choice.unit == 0
    assert_shows_the_cell(panel)
    select(panel, Target("W", "i"), which=2)
    slide(panel, -1.0)
    for mine, theirs in zip(weights, cell.parameters(), strict=True):
        assert torch.equal(mine, theirs)    # a copy is edited
    panel.controls.undo.click()
    before = state(panel)
    for t in (-1, 24):
        assert panel.show(cell, script, t) == panel.stage.notice
        assert "não existe" in panel.stage.notice and state(panel) == before
    assert panel.show(LSTMCell(5, 2), Script(torch.zeros(3, 5)), 0) == panel.stage.notice
    assert "de 1 a 4 entradas" in panel.stage.notice and state(panel) == before and panel.errors == 0


def test_playing_stops_silently_at_the_end_and_begins_again():
    panel = random_panel(1, seed=0, inputs=1, steps=2)
    run_to(panel, 2)
    panel.buttons["play"].click()
    assert panel.stage.playing and place(panel) == (0, 0)
    for _ in range(40):
        send(panel, type="tick")
    assert not panel.stage.playing and panel.stage.notice == "" and place(panel) == (1, 15)
    assert "passo de tempo" in panel.buttons["turn"].tooltip


def test_controls_speak_again_after_they_could_not_be_set(monkeypatch):
    panel = CellPanel()
    monkeypatch.setattr(panel.controls, "follow", lambda *args: 1 / 0)
    panel.buttons["step"].click()
    monkeypatch.undo()
    slide(panel, -1.0)
    assert panel.walk.engine.script.xs[0, 0] == -1


def test_a_cell_in_training_is_copied_without_its_gradients():
    cell = LSTMCell(2, 2, torch.Generator().manual_seed(0))
    panel = CellPanel(cell)
    run_to(panel, 2)
    assert not panel.walk.values["h"].requires_grad and all(part.requires_grad for part in cell.parameters())


@pytest.mark.parametrize(("cell", "xs"), [((1, 5), (3, 1)), ((5, 1), (3, 5)), ((2, 2), (3, 1)),
                                          ((2, 2), (3, 1, 2)), ((2, 1000), (3, 2))])
def test_what_does_not_fit_is_refused(cell, xs):
    with pytest.raises(CourseError) as refused:
        CellPanel(LSTMCell(*cell), Script(torch.zeros(xs)))
    assert refused.value.key == "cell_panel"


def test_the_sequences_end_is_said_and_the_last_step_stays():
    panel = random_panel(1, seed=0, inputs=1, steps=2)
    run_to(panel, 2)
    before = state(panel)
    for button in ("step", "turn", "step"):
        panel.buttons[button].click()
        assert panel.stage.notice.startswith("A sequência acabou") and state(panel) == before
    panel.buttons["back"].click()
    assert place(panel) == (1, 14) and panel.stage.notice == "" and panel.errors == 0


def test_the_sentences_name_the_numbers_of_the_chosen_unit():
    for unit in (0, 1):
        panel = random_panel(2, seed=4)
        choose(panel.controls.unit, unit)
        run_to(panel, 2)
        one = unit + 1
        for key in ORDER:
            panel.buttons["step"].click()
            v = {name: value[unit] for name, value in by_hand(panel)[2].items() if name != "x"}
            said = {"kept": [100 * v["f"], v["c_prev"], one, v["kept"]],
                    "added": [100 * v["i"], v["g"], one, v["added"]],
                    "c": [v["kept"], v["added"], v["c"], one], "squashed": [v["c"], v["squashed"], one],
                    "h": [100 * v["o"], v["squashed"], one, v["h"]],
                    **{name: [v[f"z_{name}"], v[name], one] for name in LAYERS},
                    **{f"z_{name}": [v[f"z_{name}"], one] for name in LAYERS}}
            if key in said:
                words = re.sub(r"[(]t−1[)]", "", panel.stage.sentence).replace("−1 e 1", "").replace(
                    "0 e 1", "").replace("1 guarda", "").replace("0 apaga", "")
                assert_mentions(words, said[key], rel=1e-4, abs_=2e-6)


def test_a_cell_with_swapped_gates_is_shown_as_it_is_and_told_apart():
    rng = torch.Generator().manual_seed(0)
    panel = CellPanel(SwappedGates(2, 2, rng), Script(torch.randn(4, 2, generator=rng)))
    run_to(panel, 1, ORDER.index("kept") + 1)
    screen = Screen(panel)
    assert panel.stage.sentence.startswith("Aqui esta célula faz outra conta: kept = i * c_prev")
    assert any("não é a conta de nn.LSTMCell" in (e.text or "") for e in screen.texts)
    assert screen.lit_code() == ["kept = i * c_prev"]
    assert panel.errors == 0 and panel.picture().startswith(b"\x89PNG")


def test_large_and_small_numbers_keep_their_places() -> None:
    cases = {0.0: "0", 0.004: "0,00", -0.004: "0,00", 0.126: "0,13", 9.996: "10,0", 99.96: "100",
             -1234.4: "−1234", INF: "∞", NAN: "—", 12345.0: style.num(12345.0, 0)}
    for value, words in cases.items():
        assert view.figure(value) == words
    assert [view.figure(v, strip=True) for v in (1.5, 2.0, -0.25, 100.0)] == ["1,5", "2", "−0,25", "100"]
