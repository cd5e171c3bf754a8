"""Desenrolando no tempo without a kernel: every map and number is an LSTM's, reckoned here a second time."""

import io
import random
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from helpers.errors import CourseError
from helpers.lstm import colors
from helpers.lstm.cell import LSTMCell
from helpers.lstm.learning import Learner
from helpers.lstm.panels import CellPanel, Unroll
from helpers.lstm.panels import unroll_words as words
from helpers.lstm.scenes import SCENES, learned_scene, scene
from helpers.lstm.sequence import Script
from helpers.lstm.tasks import TASKS
from helpers.lstm.unroll_plan import LEFT, MAPS, SIDE, TOP
from helpers.ui import canvas
from tests.panels.shown import Screen, assert_numbers, choose, place, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
ORDER = ("inputs", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c", "squashed", "h", "y")


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def lstm(cell: LSTMCell, xs: np.ndarray, held: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The cell's equations once more, in float64 and numpy: name → [steps, units]."""
    weights = {name: value.double().numpy() for name, value in cell.state_dict().items()}
    h = c = np.zeros(cell.hidden)
    rows = []
    for t, x in enumerate(xs):
        z = {name: weights[f"{name}.W"] @ x + weights[f"{name}.U"] @ h + weights[f"{name}.b"]
             for name in "gfio"}
        now = {"c_prev": c, "h_prev": h, "g": np.tanh(z["g"])}
        for gate in "fio":
            own = sigmoid(z[gate])
            now[gate] = np.where(np.isnan(held[gate][t]), own, held[gate][t]) if gate in held else own
        now["kept"], now["added"] = now["f"] * c, now["i"] * now["g"]
        c = now["c"] = now["kept"] + now["added"]
        now["squashed"] = np.tanh(c)
        h = now["h"] = now["o"] * now["squashed"]
        rows.append(now)
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def truth(panel: Unroll) -> dict[str, np.ndarray]:
    return lstm(panel.scene.cell, panel.script.xs.double().numpy(),
                {gate: table.double().numpy() for gate, table in panel.script.held.items()})


def pixels(panel: Unroll, key: str) -> np.ndarray:
    """What a map's colours say: [units, columns] in parts of its scale; no columns if there is none."""
    plan = panel.view.plan
    y = f"{plan.top(MAPS.index(key)):.1f}".removesuffix(".0")
    found = [e for e in Screen(panel).root.iter() if e.tag.endswith("image") and e.get("x") == "138"
             and e.get("y") == y]
    if not found:
        return np.zeros((plan.units, 0))
    columns = round(float(found[0].get("width")) / plan.column)
    png = io.BytesIO(b64decode(found[0].get("href").split(",")[1]))
    image = np.array(Image.open(png).convert("RGB"), int)
    rows = (np.arange(plan.units) + 0.5) / plan.units * image.shape[0]
    spots = image[rows.astype(int)][:, ((np.arange(columns) + 0.5) / columns * image.shape[1]).astype(int)]
    ends = ["#ffffff", colors.LAYERS[key]] if key in "fio" else colors.SIGNED
    table = canvas.ramp(ends).astype(int)
    level = np.abs(spots[:, :, None] - table).sum(-1).argmin(-1) / 255
    return level if key in "fio" else 2 * level - 1


def side(panel: Unroll) -> list[str]:
    """The lines of numbers at the right."""
    return [("".join(e.itertext())) for e in Screen(panel).texts if e.get("x") == f"{SIDE + 18:.0f}"]


def computed(panel: Unroll, name: str) -> int:
    """How many columns of a value the learner has computed, from the walk's place alone."""
    turn, count = place(panel)
    return turn + (count > ORDER.index(name))


def assert_shows_the_lstm(panel: Unroll) -> None:
    true, xs, t, unit = truth(panel), panel.script.xs.numpy(), panel.t, panel.unit
    for key in MAPS:
        seen, done = pixels(panel, key), computed(panel, key)
        assert seen.shape == (panel.scene.cell.hidden, done)
        high = panel_scale(panel, key)
        assert np.abs(true[key]).max() <= high * (1 + 1e-6)
        assert seen == pytest.approx(true[key][:done].T / high, abs=0.012 if key in "fio" else 0.024)
    lines = side(panel)
    assert_numbers(lines[0].removeprefix("x"), xs[t].tolist())
    names = {**{n + 1: name for n, name in enumerate("fiog")}, 5: "c_prev", 6: "kept", 7: "added", 8: "c",
             9: "squashed", 10: "h"}
    for n, name in names.items():
        said = lines[n].split("=")[-1].split(",  ")[0].removesuffix(", preso")
        known = computed(panel, "inputs" if name == "c_prev" else name) > t or (
            name == "c_prev" and t == panel.walk.turn)
        if known:
            assert_numbers(said, [true[name][t, unit]], rel=2e-4, abs_=2e-7)
        else:
            assert "—" in said or "z" in lines[n]
    assert len(panel.stage.sentence) <= 200


def panel_scale(panel: Unroll, key: str) -> float:
    """The end of a map's scale, as it is written beside it."""
    plan = panel.view.plan
    row = plan.top(MAPS.index(key)) + plan.height / 2 + 6
    said = [e.text for e in Screen(panel).texts if abs(float(e.get("y").split()[0]) - row) < 0.1
            and e.get("x") == f"{LEFT - 5:.0f}"]
    return float(said[0].replace(",", "."))


def click_map(panel: Unroll, key: str, unit: int, t: int) -> None:
    plan = panel.view.plan
    send(panel, type="click", x=LEFT + (t + 0.5) * plan.column,
         y=plan.top(MAPS.index(key)) + (unit + 0.5) * plan.height / plan.units)


def click_input(panel: Unroll, k: int, t: int) -> None:
    plan = panel.view.plan
    send(panel, type="click", x=LEFT + (t + 0.5) * plan.column, y=TOP + (k + 0.5) * plan.row)


def assert_says_what_is_open(panel: Unroll, cell: CellPanel, before: Any, told: str) -> bool:
    """The sentence names the cell's panel where the last event opened this very step there."""
    moved, said = cell.walk is not before, f"Aberto em “{cell.title}”" in panel.stage.sentence
    if moved:
        assert said and cell.walk.engine.script is panel.script and cell.choice.unit == panel.unit
        assert place(cell) == (panel.t, 15)
    elif said:    # nothing happened since
        assert panel.stage.sentence == told
    return moved


def events(panel: Unroll, chance: random.Random) -> list:
    c, plan = panel.controls.choices, panel.view.plan
    x, y = chance.uniform(-20, 960), chance.uniform(-20, 470)
    t, unit, k = chance.randrange(plan.steps), chance.randrange(plan.units), chance.randrange(plan.inputs)
    name = chance.choice(["scene", "k", "unit", "gate", "where"])
    index = chance.randrange(len(c[name].options))
    slider = chance.choice(["x", "t", "level"])
    low, high = c[slider].min, c[slider].max
    middle = chance.randint(1, high) if slider == "t" else chance.uniform(low, high)
    value = chance.choice([low, high, middle])
    act = chance.choice(list(panel.controls.acts))
    return [(3, lambda: send(panel, type="click", x=x, y=y)), (6, lambda: click_input(panel, k, t)),
            (6, lambda: click_map(panel, chance.choice(MAPS), unit, t)),
            (4, lambda: [panel.buttons["step"].click() for _ in range(t % 8)]),
            (9, lambda: click_map(panel, chance.choice(MAPS), unit, chance.randrange(max(1, panel.done)))),
            (6, lambda: choose(c[name], index)), (8, lambda: c[slider].set_state({"value": value})),
            (3, lambda: c["held"].set_state({"value": chance.random() < 0.6})),
            (4, panel.controls.acts[act].click)]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_shows_an_lstms_numbers_after_any_event(seed):
    chance, cell = random.Random(seed), CellPanel()
    panel = Unroll(cell, scene=("register", "random")[seed])
    seen, notices, openings = set(), set(), 0
    for number in range(260):
        walk, told = cell.walk, panel.stage.sentence
        if number % 40 == 39:    # every scene, whatever chance has it
            choose(panel.controls.choices["scene"], number // 40 % len(SCENES))
        else:
            happen(common_events(panel, chance) + events(panel, chance), chance)
        assert panel.errors == 0, panel.stage.notice
        openings += assert_says_what_is_open(panel, cell, walk, told)
        if chance.random() < 0.2:    # the learner goes on there
            cell.buttons[chance.choice(["reset", "back", "turn"])].click()
        notices.add(panel.stage.notice[:20])
        seen.add((panel.scene.key, panel.walk.op.key if panel.walk.op else ""))
        if number % 4 == 0:
            assert_shows_the_lstm(panel)
    assert openings >= 5 and len({key for key, _ in seen}) >= 4 and len({op for _, op in seen}) >= 8
    assert all(not n or n.startswith(("A sequência acabou", "Não há o que")) for n in notices), notices


@pytest.mark.parametrize("key", list(SCENES))
def test_each_scene_is_torchs_lstm(key):
    panel = Unroll(scene=key)
    for _ in range(3):
        theirs = panel.scene.cell.store(nn.LSTM(panel.scene.cell.inputs, panel.scene.cell.hidden))
        h, (_, c) = theirs(panel.script.xs)
        assert torch.from_numpy(panel.view.values["h"]) == pytest.approx(h.detach(), abs=1e-6)
        assert panel.view.values["c"][-1] == pytest.approx(c[0].detach().numpy(), abs=1e-5)
        assert_shows_the_lstm(panel)
        panel.controls.acts["other"].click()    # other weights, or another sequence
    assert panel.picture().startswith(b"\x89PNG")


def test_columns_fill_as_time_goes_and_back_empties_them():
    panel = Unroll(scene="random")
    panel.buttons["reset"].click()
    assert all(pixels(panel, key).shape[1] == 0 for key in MAPS)
    for _ in range(2):
        panel.buttons["turn"].click()
    for n, op in enumerate(ORDER):    # ends at the third step's last operation
        panel.buttons["step"].click()
        assert panel.walk.op.key == op and panel.t == 2
        for key in MAPS:
            assert pixels(panel, key).shape[1] == 2 + (ORDER.index(key) <= n)
    send(panel, type="key", key="back")
    send(panel, type="key", key="back")
    assert pixels(panel, "h").shape[1] == 2 and pixels(panel, "c").shape[1] == 3
    assert_shows_the_lstm(panel)


def test_playing_runs_to_the_end_stops_there_and_begins_again():
    panel = Unroll(scene="random")
    panel.buttons["play"].click()
    assert panel.stage.playing and place(panel) == (0, 0)
    for _ in range(30):
        send(panel, type="tick")
    assert not panel.stage.playing and panel.stage.notice == "" and place(panel) == (23, 15)
    panel.buttons["step"].click()
    assert panel.stage.notice.startswith("A sequência acabou") and place(panel) == (23, 15)


def test_an_edit_of_x_recomputes_what_follows_and_nothing_before_it_and_is_undone_bit_by_bit():
    panel = Unroll(scene="random")
    click_input(panel, 0, 9)
    before, drawn, here = truth(panel), panel.stage.svg, state(panel)
    for value in (-2.0, 0.5, 1.7):    # one drag
        panel.controls.choices["x"].set_state({"value": value})
        assert_shows_the_lstm(panel)
    after = truth(panel)
    assert panel.script.xs[9, 0] == pytest.approx(1.7) and place(panel) == (23, 15)
    assert np.array_equal(before["c"][:9], after["c"][:9])
    assert (before["c"][9:] != after["c"][9:]).all()
    assert_numbers(panel.stage.sentence.split("Unidade 1:")[1].replace("c(10)", "").replace("h(10)", ""),
                   [before["c"][9, 0], after["c"][9, 0], before["h"][9, 0], after["h"][9, 0]], abs_=1e-6)
    panel.controls.acts["undo"].click()
    assert state(panel) == here and panel.stage.svg == drawn and panel.controls.choices["x"].value != 1.7
    panel.controls.acts["undo"].click()
    assert panel.stage.notice.startswith("Não há o que desfazer") and panel.errors == 0


def test_a_click_turns_a_flag_and_the_register_obeys():
    panel = Unroll()
    assert torch.allclose(panel.scene.answers(panel.walk.engine.h.new_tensor(panel.view.values["h"])),
                          panel.scene.wanted(panel.script.xs), atol=1e-3)
    click_input(panel, 2, 5)    # erase, between a write in step 3 and a read in step 8
    assert panel.script.xs[5, 2] == 1
    assert panel.view.values["c"][4, 0] != 0 and abs(panel.view.values["c"][7, 0]) < 1e-12
    assert panel.scene.wanted(panel.script.xs)[7] == 0
    click_input(panel, 2, 5)
    assert panel.script.xs[5, 2] == 0
    assert_shows_the_lstm(panel)


def test_a_forget_gate_held_at_a_half_halves_the_memory_each_step():
    panel, c = Unroll(), Unroll().view.values["c"][:, 0]
    choose(panel.controls.choices["where"], list(words.PLACES).index("all"))
    panel.controls.choices["level"].set_state({"value": 0.5})
    for n in range(7):    # written in step 3, written anew in step 10
        assert panel.view.values["c"][2 + n, 0] == pytest.approx(c[2] * 0.5**n, rel=1e-5)
    assert "f está preso em 0,500" in panel.stage.sentence and panel.controls.choices["held"].value
    assert_shows_the_lstm(panel)
    panel.controls.choices["held"].set_state({"value": False})
    assert panel.script.held == {} and np.array_equal(panel.view.values["c"][:, 0], c)


@pytest.mark.parametrize(("where", "cells"), [("cell", 1), ("column", 4), ("row", 24), ("all", 96)])
def test_a_hold_is_where_the_learner_says(where, cells):
    panel = Unroll(scene="random")
    click_map(panel, "o", 2, 11)
    choose(panel.controls.choices["gate"], 2)
    choose(panel.controls.choices["where"], list(words.PLACES).index(where))
    panel.controls.choices["held"].set_state({"value": True})    # at 0, where the slider stands
    table = panel.script.held["o"]
    assert set(panel.script.held) == {"o"} and (~table.isnan()).sum() == cells and table[11, 2] == 0
    assert panel.view.values["h"][11, 2] == 0 and panel.view.values["c"][11, 2] != 0
    assert_shows_the_lstm(panel)


def test_nothing_moves_before_an_impulse_and_a_free_cell_forgets_it():
    panel = Unroll(scene="impulse")
    c = panel.view.values["c"]
    assert not c[:3].any() and np.abs(c[3]).max() > 0.05 and np.abs(c[-1]).max() < 1e-3 * np.abs(c[3]).max()
    click_map(panel, "c", 0, 12)
    panel.controls.acts["impulse"].click()
    assert panel.script.xs[:, 0].nonzero().flatten().tolist() == [12]
    assert panel.view.values["c"][12:] == pytest.approx(c[3:15], abs=1e-7)
    assert "x(13) = 1" in panel.stage.sentence


def test_a_click_on_a_map_opens_that_step_in_the_cells_panel():
    cell = CellPanel()
    panel = Unroll(cell, scene="random")
    click_map(panel, "h", 3, 6)
    values = cell.walk.values
    assert (panel.t, panel.unit) == (6, 3) and cell.errors == panel.errors == 0
    assert values["h"].tolist() == panel.view.values["h"][6].tolist()
    assert cell.title in panel.stage.sentence
    assert cell.choice.unit == 3
    panel.buttons["reset"].click()
    click_map(panel, "h", 3, 6)    # not computed any more
    assert "ainda não foi calculada" in panel.stage.sentence and cell.title not in panel.stage.sentence


def between(panel: Unroll) -> None:
    """Click in the gap between two maps, which chooses a time step only."""
    plan = panel.view.plan
    send(panel, type="click", x=LEFT + 12.5 * plan.column, y=plan.top(1) - 2)


def outside(panel: Unroll) -> None:
    send(panel, type="click", x=2, y=2)


@pytest.mark.parametrize("event", [
    lambda panel: panel.controls.choices["t"].set_state({"value": 5}),
    lambda panel: click_input(panel, 0, 9), lambda panel: choose(panel.controls.choices["unit"], 1), between,
    outside,
    lambda panel: panel.controls.choices["x"].set_state({"value": 1.5}),
    lambda panel: panel.scrubber.set_state({"value": panel.walk.turn - 1}),
    lambda panel: panel.buttons["back"].click()])
def test_it_does_not_say_open_of_what_was_not_opened(event):
    cell = CellPanel()
    panel = Unroll(cell, scene="random")
    event(panel)
    assert cell.title not in panel.stage.sentence
    click_map(panel, "c", 2, 6)
    assert cell.title in panel.stage.sentence
    walk, told = cell.walk, panel.stage.sentence
    event(panel)
    assert cell.walk is walk and (cell.title not in panel.stage.sentence or panel.stage.sentence == told)
    assert panel.errors == 0 and (event is outside) == (panel.stage.sentence == told)


def test_a_cell_too_large_for_the_cells_panel_is_shown_here_with_the_reason():
    cell, rng = CellPanel(), torch.Generator().manual_seed(0)
    panel = Unroll(cell, scene=scene(LSTMCell(1, 8, rng), Script(torch.randn(10, 1, generator=rng))))
    before = state(cell)
    click_map(panel, "f", 6, 4)
    assert (panel.t, panel.unit) == (4, 6) and panel.stage.sentence.startswith("Passo 5, unidade 7")
    assert "Aberto em" not in panel.stage.sentence and "“A célula por dentro” mostra de 1 a 4" in panel.notice
    assert panel.stage.notice == panel.notice and state(cell) == before and panel.errors == 0


@pytest.mark.parametrize("other", [
    lambda panel: panel.controls.choices["t"].set_state({"value": 3}),
    lambda panel: panel.scrubber.set_state({"value": 20}), lambda panel: click_map(panel, "c", 0, 3),
    lambda panel: choose(panel.controls.choices["unit"], 1)])
def test_a_drag_after_another_place_was_shown_is_undone_by_itself(other):
    panel = Unroll(scene="random")
    x, t, undo = (*(panel.controls.choices[name] for name in ("x", "t")), panel.controls.acts["undo"])
    script = panel.script
    for value in (-1.0, 0.5):
        x.set_state({"value": value})
    assert len(panel.past) == 1
    other(panel)
    t.set_state({"value": 24})
    x.set_state({"value": 1.2})
    assert len(panel.past) == 2
    undo.click()
    assert panel.script.xs[23, panel.k] == 0.5
    undo.click()
    assert panel.script is script and not panel.past


def test_undo_brings_the_value_of_the_held_gate_back_too():
    panel = Unroll()
    panel.controls.choices["level"].set_state({"value": 0.5})
    panel.controls.acts["undo"].click()
    assert panel.level == panel.controls.choices["level"].value == 0 and panel.script.held == {}


def test_a_scene_that_is_not_known_is_answered():
    with pytest.raises(CourseError, match=r"“nope” não existe neste painel\. Escolha um destes: 'register'"):
        Unroll(scene="nope")


def test_a_net_that_learns_can_be_staged():
    learner = Learner(TASKS["register"], hidden=3, seed=4)
    for _ in range(3):
        list(learner.turn())
    staged = learned_scene(learner.net, seed=2)
    panel = Unroll(scene=staged)
    outputs = learner.net(staged.script.xs[:, None])[:, 0, 0].detach()
    assert staged.answers(torch.from_numpy(panel.view.values["h"])) == pytest.approx(outputs, abs=1e-6)
    assert_shows_the_lstm(panel)
    assert panel.controls.acts["other"].disabled


def test_what_cannot_be_drawn_is_refused_kindly():
    for size in ({"inputs": 9}, {"hidden": 33}, {"steps": 201}):
        found: dict[str, Any] = {"inputs": 2, "hidden": 2, "steps": 5} | size
        with pytest.raises(CourseError, match="Este painel desenha até"):
            Unroll(scene=scene(LSTMCell(found["inputs"], found["hidden"]),
                               Script(torch.zeros(found["steps"], found["inputs"]))))
    with pytest.raises(CourseError, match="uma sequência de cada vez"):
        scene(LSTMCell(2, 2), Script(torch.zeros(5, 1, 2)))
    with pytest.raises(CourseError, match="espera x"):
        scene(LSTMCell(2, 2), Script(torch.zeros(5, 3)))
    widest = scene(LSTMCell(8, 32, torch.Generator().manual_seed(0)), Script(torch.full((200, 8), 100.0)))
    assert_shows_the_lstm(Unroll(scene=widest))
    least = Unroll(scene=scene(LSTMCell(1, 1), Script(torch.zeros(1, 1))))
    assert_shows_the_lstm(least)
    least.controls.acts["impulse"].click()
    assert least.script.xs.item() == 1 and least.errors == 0


# --- a panel of the cell that is not there ----------------------------------------------------------------

def test_a_closed_panel_of_the_cell_is_not_said_to_be_open():
    cell_panel = CellPanel()
    panel = Unroll(cell_panel, "random")
    before = place(cell_panel)
    cell_panel.close_all()    # as it is when its cell runs again
    click_map(panel, "f", 0, 1)
    assert panel.stage.notice == str(CourseError("cell_panel_closed")) and panel.errors == 0
    assert panel.asked == 1 and not panel.opened and place(cell_panel) == before


def test_what_is_no_panel_of_the_cell_is_refused_by_name():
    for other in (5, "celula", torch.nn.LSTMCell(1, 1)):
        with pytest.raises(CourseError) as refused:
            Unroll(other)
        assert refused.value.key == "cell_panel_other" and type(other).__name__ in str(refused.value)
