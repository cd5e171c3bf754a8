"""The panels without a kernel: playing, drawing points, faults, the static picture, cells run again."""

import gc
import re
import statistics
import subprocess
import sys
import warnings
import weakref
from base64 import b64decode
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.course import ROOT
from helpers.errors import MESSAGES, CourseError
from helpers.gan.panels import DigitsGame, DiracPanel, OneStep
from helpers.ui import panel as panel_module
from helpers.ui import style
from helpers.warmup.panels import OneNeuron
from tests.panels import shown
from tests.panels.shown import (
    SIDE,
    GameTruth,
    Screen,
    X,
    Y,
    assert_shows_the_game,
    choose,
    place,
    send,
    state,
)

torch.set_num_threads(1)
PANELS = [OneStep, DigitsGame, DiracPanel, OneNeuron]


# --- playing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", PANELS)
def test_ticks_act_only_while_playing_and_a_pause_leaves_the_state_there(make):
    panel = make()
    last = sum(1 for _ in make().walk.engine.turn())
    for turns, places in ((0, [(0, 1), (0, 2), (0, 3)]), (1, [(0, last), (1, last)]),
                          (5, [(4, last), (9, last)])):
        panel.buttons["reset"].click()
        panel.speed.value = turns
        assert panel.stage.interval == (0 if turns else 700)
        send(panel, type="tick")
        assert place(panel) == (0, 0)
        send(panel, type="key", key="play")
        assert panel.stage.playing and panel.buttons["play"].description == "Pausar"
        for there in places:
            frame = panel.stage.frame
            send(panel, type="tick")
            assert place(panel) == there
            assert panel.stage.frame > frame    # the page waits for it before it asks again
        here = state(panel)
        panel.buttons["play"].click()
        assert not panel.stage.playing and panel.buttons["play"].description == "Tocar"
        for _ in range(3):
            send(panel, type="tick")    # those that were on their way
        assert state(panel) == here
        straight = make()
        for _ in range(places[-1][0]):
            straight.buttons["turn"].click()
        while place(straight) != place(panel):
            straight.buttons["step"].click()
        assert state(straight) == here


@pytest.mark.parametrize("act", ["step", "back", "turn", "reset", "scrubber"])
def test_any_other_act_ends_the_playing(act):
    panel = OneNeuron()
    panel.walk.run(3)
    panel.redraw()
    panel.buttons["play"].click()
    assert panel.stage.playing
    if act == "scrubber":
        panel.scrubber.set_state({"value": 1})
    else:
        panel.buttons[act].click()
    assert not panel.stage.playing and panel.buttons["play"].description == "Tocar"


# --- drawing points --------------------------------------------------------------------------------------


def click_at(panel: OneStep, x: float, y: float) -> None:
    """Click at a point of the plane, in data units."""
    send(panel, type="click", x=X + SIDE * (x / 2 + 1) / 2, y=Y + SIDE * (1 - y / 2) / 2)


@pytest.mark.parametrize("start", ["chosen", "asked for"])
def test_no_points_is_a_friendly_notice_and_the_last_good_state(start):
    panel = OneStep("drawn" if start == "asked for" else "ring")
    choose(panel.data, len(panel.data.options) - 1)
    assert panel.errors == 0 and "Clique no plano" in panel.stage.sentence
    for _ in range(3):
        panel.buttons["step"].click()
    here, sentence, drawing = state(panel), panel.stage.sentence, panel.stage.svg
    for key in ("step", "turn", "play"):
        panel.buttons[key].click()
        send(panel, type="tick")
        assert panel.errors == 0
        assert state(panel) == here and (panel.stage.sentence, panel.stage.svg) == (sentence, drawing)
    panel.buttons["step"].click()
    assert panel.stage.notice == MESSAGES["no_points"]
    click_at(panel, 0.5, -1.0)
    assert panel.points == [pytest.approx([0.5, -1.0])] and panel.stage.notice == ""
    for _ in range(30):
        panel.buttons["step"].click()
        assert panel.stage.notice == "" and panel.errors == 0
    panel.buttons["turn"].click()
    real = panel.walk.values["real"]
    assert real.mean(0).tolist() == pytest.approx([0.5, -1.0], abs=0.05)
    assert real.std(0).tolist() == pytest.approx([0.08, 0.08], abs=0.02)


def test_undo_and_clear_take_points_away():
    panel = OneStep("drawn")
    for x in (-1.0, 0.0, 1.0):
        click_at(panel, x, x)
    panel.undo.click()
    assert panel.points == [pytest.approx([-1, -1]), pytest.approx([0, 0], abs=1e-9)]
    panel.undo.click()
    panel.undo.click()
    assert panel.points == [] and panel.undo.disabled and panel.clear.disabled
    panel.undo.click()
    click_at(panel, 1.0, 1.0)
    panel.clear.click()
    assert panel.points == [] and panel.errors == 0 and len(Screen(panel).points(style.REAL)) == 0


def test_clicks_beside_the_plane_or_on_given_data_change_nothing():
    panel = OneStep("drawn")
    for x, y in ((X - 1, 99.0), (X + SIDE + 1, 99.0), (99.0, Y - 1), (99.0, Y + SIDE + 1), (900.0, 470.0)):
        send(panel, type="click", x=x, y=y)
        assert panel.points == []
    for x, y in ((X, Y), (X + SIDE, Y + SIDE)):    # the corners belong to it
        send(panel, type="click", x=x, y=y)
    assert panel.points == [pytest.approx([-2, 2]), pytest.approx([2, -2])]
    panel = OneStep("ring")
    panel.buttons["step"].click()
    send(panel, type="click", x=100.0, y=100.0)
    assert panel.points == [] and place(panel) == (0, 1)


def test_the_501st_point_is_refused_with_a_notice():
    panel = OneStep("drawn")
    panel.points = [[0.001 * n, 0.5] for n in range(499)]
    click_at(panel, 0.0, 0.0)
    assert len(panel.points) == 500 and panel.stage.notice == ""
    panel.buttons["step"].click()
    points, here = panel.points, state(panel)
    click_at(panel, 1.0, 1.0)
    assert panel.points == points and state(panel) == here and panel.errors == 0
    assert "500" in panel.stage.notice and "limite" in panel.stage.notice
    panel.buttons["step"].click()
    assert panel.stage.notice == "" and place(panel) == (0, 2)


# --- when something goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("make", PANELS)
@pytest.mark.parametrize("fault", ["draw", "sentence", "on_tick"])
def test_a_fault_is_counted_told_and_undone(make, fault, monkeypatch):
    panel = make()
    panel.buttons["turn"].click()
    for _ in range(3):
        panel.buttons["step"].click()
    panel.buttons["play"].click()
    here, drawing, sentence = state(panel), panel.stage.svg, panel.stage.sentence

    def broken() -> None:
        panel.walk.step()    # it fails half done
        raise RuntimeError("<b>quebrou</b> {kind}")

    with monkeypatch.context() as patch:
        patch.setattr(panel, fault, broken)
        send(panel, type="tick")
    assert panel.errors == 1 and not panel.stage.playing
    assert panel.stage.notice.startswith("Algo deu errado") and "quebrou" in panel.stage.notice
    assert "<b>" not in panel.stage.svg
    assert state(panel) == here and (panel.stage.svg, panel.stage.sentence) == (drawing, sentence)
    assert panel.buttons["play"].description == "Tocar"
    turn, count = place(panel)
    panel.buttons["step"].click()
    assert place(panel) == (turn, count + 1) and panel.errors == 1 and panel.stage.notice == ""


def test_what_cannot_be_undone_is_told_and_does_not_escape(monkeypatch):
    panel = OneStep()
    for _ in range(6):    # past D(x): going back must call D again
        panel.buttons["step"].click()
    with monkeypatch.context() as patch:
        patch.setattr(panel.game.D, "forward", lambda x: 1 / 0)
        panel.buttons["turn"].click()
        assert panel.errors == 1 and "não conseguiu voltar" in panel.stage.notice
        for number, key in enumerate(("step", "back", "turn", "reset", "play"), 2):
            panel.buttons[key].click()
            assert panel.errors == number and panel.stage.notice.startswith("Algo deu errado")
    panel.buttons["reset"].click()
    assert panel.errors == 6 and panel.stage.notice == "" and place(panel) == (0, 0)


def test_a_network_that_fails_in_the_midst_of_a_turn_is_undone(monkeypatch):
    """The engine itself raises, after operations that had already moved D."""
    panel = OneStep()
    for _ in range(4):
        panel.buttons["step"].click()
    here = state(panel)
    calls = []

    def third_call_fails(x: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        if len(calls) == 3:    # D's turn calls twice; this is G's turn
            raise RuntimeError("falhou")
        return torch.nn.Sequential.forward(panel.game.D, x)

    with monkeypatch.context() as patch:
        patch.setattr(panel.game.D, "forward", third_call_fails)
        panel.buttons["turn"].click()
    assert len(calls) >= 3 and panel.errors == 1 and state(panel) == here
    panel.buttons["turn"].click()
    assert panel.errors == 1
    assert_shows_the_game(panel, GameTruth(shown.plane_game("ring", "non_saturating", 2, 0, [])))


def test_a_failing_choice_keeps_the_old_game(monkeypatch):
    panel = OneStep()
    panel.buttons["turn"].click()
    here, engine = state(panel), panel.walk.engine
    with monkeypatch.context() as patch:
        patch.setattr(panel, "_new_engine", lambda: 1 / 0)
        panel.new_game.click()
    assert panel.errors == 1 and panel.walk.engine is engine and state(panel) == here


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_words_of_a_learner_stay_words(monkeypatch):
    """The notice is plain text: stage.js puts it into the page with textContent."""
    panel = OneStep()

    def refuse(*arguments: Any) -> None:
        raise CourseError("sigma_out_of_range", sigma=EVIL, low=0, high=1)

    with monkeypatch.context() as patch:
        patch.setattr(panel, "_new_engine", refuse)
        panel.new_game.click()
        assert panel.errors == 0 and EVIL in panel.stage.notice
        assert "<script" not in panel.stage.svg and "onerror" not in panel.stage.svg
        patch.setattr(panel, "sentence", lambda: EVIL)
        panel.redraw()
        assert Image.open(BytesIO(panel.picture())).size[0] == style.WIDTH    # escaped there, or no XML
    source = (ROOT / "helpers/ui/stage.js").read_text(encoding="utf-8")
    assert re.findall(r"(\w+)\.textContent = model\.get\(\"(\w+)\"\)", source) == [
        ("sentence", "sentence"), ("notice", "notice"), ("notice", "gone")]
    assert re.findall(r"innerHTML\s*\+?=\s*(.*?);", source) == ['model.get("svg")']
    assert not re.search(r"insertAdjacentHTML|outerHTML\s*=|document\.write", source)


@pytest.mark.parametrize("loss", list(shown.LOSSES))
@pytest.mark.parametrize("poison", [float("nan"), float("inf"), 1e25, -1e38])
def test_a_game_of_numbers_that_are_none_still_draws(loss, poison):
    panel = OneStep(loss=loss)
    with torch.no_grad():
        for parameter in (*panel.game.G.parameters(), *panel.game.D.parameters()):
            parameter.fill_(poison)
    with warnings.catch_warnings():
        warnings.simplefilter("error")    # they would end up in the learner's notebook
        for _ in range(21):    # a turn and a little of the next
            panel.buttons["step"].click()
            assert panel.errors == 0, panel.stage.notice
            Screen(panel)
        assert panel.picture()


def test_digits_of_numbers_that_are_none_still_draw():
    panel = DigitsGame()
    with torch.no_grad():
        panel.walk.engine.G[0].weight.fill_(float("nan"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(20):
            panel.buttons["step"].click()
            assert panel.errors == 0, panel.stage.notice
            Screen(panel)


def test_a_diverging_neuron_draws_to_the_end():
    panel = OneNeuron()
    panel.rate.set_state({"value": 1.2})
    weights = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(400):
            panel.buttons["turn" if number % 3 else "step"].click()
            assert panel.errors == 0, panel.stage.notice
            Screen(panel)
            weights.append(abs(panel.walk.engine.w.item()))
    assert not np.isfinite(weights[-1]) and "—" in Screen(panel).rows[0]


# --- the picture and the notebook -----------------------------------------------------------------------


def pixels(png: bytes) -> np.ndarray:
    assert png.startswith(b"\x89PNG")
    return np.asarray(Image.open(BytesIO(png)).convert("L"), float)


@pytest.mark.parametrize("make", PANELS)
def test_the_static_picture_is_the_drawing_with_sentence_and_caption(make, monkeypatch):
    panel = make()
    panel.buttons["step"].click()
    whole = pixels(panel.picture())
    height = float(re.search(r'height="(\d+)"', panel.stage.svg).group(1))
    lines = whole.shape[0] - height - 44    # the caption's band
    assert whole.shape[1] == style.WIDTH and lines % 22 == 0 and 1 <= lines / 22 <= 3
    monkeypatch.setattr(panel_module, "CAPTION", "")
    without = pixels(panel.picture())
    rows, columns = np.nonzero(whole != without)
    assert panel_module.CAPTION == "" and len(rows) > 300    # letters
    assert rows.min() > height + lines and abs((columns.min() + columns.max()) / 2 - style.WIDTH / 2) < 3
    monkeypatch.setattr(panel.stage, "sentence", " ")
    plain = pixels(panel.picture())
    assert (plain[:int(height)] == whole[:int(height)]).all()
    assert (whole[int(height) + 4:int(height + lines)] < 100).sum() > 300    # the sentence's letters


@pytest.mark.parametrize("make", PANELS)
def test_the_output_of_a_cell_holds_picture_view_and_stable_text(make):
    panel = make()
    found = panel._repr_mimebundle_()
    data = found[0] if isinstance(found, tuple) else found
    assert set(data) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == f"Painel: {panel.title}" == repr(make())
    assert b64decode(data["image/png"]) == panel.picture() == make().picture()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == panel.model_id


def test_the_caption_says_what_to_do():
    assert panel_module.CAPTION == "Imagem: execute a célula para operar"


class Shell:
    """The part of IPython that says which cell is running."""

    def __init__(self, cell: str, execution: int) -> None:
        self.cell, self.execution = cell, execution

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {"cellId": self.cell}, "header": {"msg_id": f"{self.cell}-{self.execution}"}}


def in_cell(monkeypatch: Any, cell: str, make: Any, execution: int = 1) -> Any:
    monkeypatch.setattr(panel_module, "get_ipython", lambda: Shell(cell, execution))
    return make()


def test_running_a_cell_again_closes_its_panels_and_no_other(monkeypatch):
    monkeypatch.setattr(panel_module, "_by_cell", {})
    first = in_cell(monkeypatch, "a", OneNeuron)
    other_cell, other_kind = in_cell(monkeypatch, "b", OneNeuron), in_cell(monkeypatch, "a", OneStep)
    twin = in_cell(monkeypatch, "a", OneNeuron)
    first.buttons["play"].click()
    stage, button = first.stage, first.buttons["step"]
    assert all(panel.stage.comm is not None for panel in (first, other_cell, other_kind, twin))
    again = in_cell(monkeypatch, "a", OneNeuron, execution=2)
    assert not stage.playing and stage.comm is None and button.comm is None and first.comm is None
    assert twin.stage.comm is None and other_kind.stage.comm is None    # their outputs are gone from the page
    assert all(panel.stage.comm is not None for panel in (other_cell, again))
    again.buttons["step"].click()
    assert place(again) == (0, 1) and again.errors == 0
    here = place(first)
    send(first, type="tick")    # what was on its way does nothing
    assert place(first) == here
    gone = weakref.ref(first)
    del first, stage, button
    gc.collect()
    assert gone() is None    # its history is freed


def test_without_a_cell_panels_live_side_by_side(monkeypatch):
    monkeypatch.setattr(panel_module, "get_ipython", lambda: SimpleNamespace(get_parent=dict))
    first, second = OneNeuron(), OneNeuron()
    assert first.stage.comm is not None and second.stage.comm is not None


# --- starting --------------------------------------------------------------------------------------------

STARTING = """
import time
import torch
begin = time.perf_counter()
import helpers
spent = time.perf_counter() - begin
import torchvision
begin = time.perf_counter()
from helpers.gan.panels import OneStep
OneStep()._repr_mimebundle_()    # as at the end of a cell
print(spent + time.perf_counter() - begin)
"""


def test_helpers_and_the_first_panel_start_within_a_second_and_a_half():
    """Beyond torch and torchvision; the median of three."""
    spent = [float(subprocess.run([sys.executable, "-c", STARTING], cwd=ROOT, check=True, capture_output=True,
                                  text=True).stdout) for _ in range(3)]
    assert statistics.median(spent) <= 1.5, spent
