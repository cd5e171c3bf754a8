"""A célula por dentro: every edit is taken back alone, bit by bit, in whatever order things happen."""

import random

import pytest
import torch

from helpers.lstm.panels import CellPanel
from helpers.lstm.panels.cell_edit import TARGETS, Target
from tests.panels.shown import choose, place
from tests.panels.test_cell_panel import (
    assert_shows_the_cell,
    bits,
    random_panel,
    run_to,
    select,
    slide,
    type_in,
)

torch.set_num_threads(1)


def test_one_undo_returns_from_the_steps_that_were_opened_to_the_learners_own_cell():
    panel, other = CellPanel(), random_panel(4, seed=9, inputs=3, steps=24)
    run_to(panel, 2, 4)
    select(panel, Target("b", "f"))
    type_in(panel, "-3")
    mine = bits(panel), panel.choice
    for t, unit in ((17, 3), (4, 1), (9, 2)):
        assert panel.show(other.walk.engine.cell, other.walk.engine.script, t, unit) == ""
        assert place(panel) == (t, 15) and panel.choice.unit == panel.controls.unit.value == unit
    panel.controls.undo.click()
    assert (bits(panel), panel.choice) == mine
    assert_shows_the_cell(panel)
    panel.controls.undo.click()    # and their edit there can still be taken back
    assert panel.walk.engine.cell.f.b[0] == CellPanel().walk.engine.cell.f.b[0] and not panel.past


def test_a_drag_after_an_undo_is_an_edit_of_its_own():
    panel = random_panel(2, seed=7)
    run_to(panel, 2, 15)
    before = bits(panel)
    for _ in range(2):
        for value in (-1.0, 1.5):
            slide(panel, value)
        assert len(panel.past) == 1
        panel.controls.undo.click()
        assert bits(panel) == before and not panel.past


def test_edits_at_a_steps_start_stay_in_that_step():
    panel = random_panel(2, seed=7)
    run_to(panel, 4)
    panel.scrubber.set_state({"value": 2})
    for value in (-1.0, 0.5, 1.5):
        slide(panel, value)
        assert place(panel) == (2, 0) and panel.walk.engine.script.xs[2, 0] == value
    assert_shows_the_cell(panel)


def edits(panel: CellPanel, chance: random.Random) -> dict:
    """Kind → (whether the page would send anything, the event)."""
    c, scrubber = panel.controls, panel.scrubber
    position, text = chance.randint(-40, 40), chance.choice(["0,5", "abc", "-1", "1e9"])
    target, turn = chance.randrange(len(TARGETS)), chance.randint(scrubber.min, scrubber.max)
    return {"drag": (c.slider.value != position, lambda: c.slider.set_state({"value": position})),
            "type": (c.number.value != text, lambda: type_in(panel, text)),
            "free": (not c.free.disabled, c.free.click), "undo": (True, c.undo.click),
            "choose": (c.target.index != target, lambda: choose(c.target, target)),
            "seek": (scrubber.value != turn, lambda: scrubber.set_state({"value": turn})),
            "step": (True, panel.buttons["step"].click), "back": (True, panel.buttons["back"].click)}


@pytest.mark.parametrize("seed", range(4))
def test_undo_takes_back_one_edit_at_a_time_in_any_order(seed):
    """A second reckoning: a drag is one edit, until anything else happens."""
    chance, panel = random.Random(seed), random_panel(2, seed, steps=4)
    model, dragging, undone = [], False, 0
    for _ in range(250):
        before = bits(panel), panel.choice
        kind = chance.choices(["drag", "type", "free", "undo", "seek", "choose", "step", "back"],
                              [12, 3, 2, 8, 2, 2, 2, 2])[0]
        happens, event = edits(panel, chance)[kind]
        event()
        assert panel.errors == 0
        if not happens or panel.stage.notice:
            assert (bits(panel), panel.choice) == before
        elif kind == "undo":
            assert (bits(panel), panel.choice) == model.pop()
            dragging, undone = False, undone + 1
        else:
            if kind in ("type", "free") or (kind == "drag" and not dragging):
                model.append(before)
            dragging = kind == "drag"
        assert len(panel.past) == len(model) and panel.controls.undo.disabled == (not model)
    assert undone > 20
