"""Cirurgia nos portões: sliders, presets, undo, and the numbers shown."""

import random
import re

import pytest
import torch

from helpers.errors import CourseError
from helpers.lstm.cell import GATES
from helpers.ui.style import num
from helpers.video.motion_gan import noise
from helpers.video.panels import GateSurgery, surgery
from helpers.video.panels import surgery_words as words
from helpers.video.panels.surgery import CLIPS, FRAMES
from helpers.video.surgery import Operation, moves, operated
from helpers.video.trained import rival, trained


@pytest.fixture
def panel():
    return GateSurgery()


def press(panel, label):
    button = next(child for row in panel.children for child in getattr(row, "children", ())
                  if getattr(child, "description", "") == label and hasattr(child, "click"))
    button.click()


def found(held, since=2, seed=0):
    drawn = noise(CLIPS, torch.Generator().manual_seed(seed), FRAMES)
    return moves(operated(trained().model().generator, drawn, Operation(held, since)))


@pytest.mark.parametrize(("label", "held"), [(label, held) for label, _, held in words.PRESETS if held])
def test_a_preset_holds_and_its_numbers_are_the_engines(panel, label, held):
    press(panel, label)
    after = found(held)
    for shown in (num(after.cosine, 2), num(after.speed, 2), f"{num(after.spread, 1)} px",
                  f"{round(100 * after.beyond)}%"):
        assert f">{shown}<" in panel.stage.svg
    assert num(after.speed, 2) in panel.stage.sentence and panel.errors == 0
    assert {gate: panel.sliders[gate].value for gate in held} == held
    press(panel, "Soltar tudo")
    assert panel.operation.held == {} and panel.stage.sentence == words.NOTHING


def test_what_every_preset_means_can_be_read_before_it_is_pressed(panel):
    line = next(text for text in re.findall(r"<text[^>]*>([^<]+)<", panel.stage.svg) if " · " in text)
    for part, (label, _, held) in zip(line.split(" · "), words.PRESETS[:-1], strict=True):
        assert {gate: f"{gate} = {value:.0f}" for gate, value in held.items()} == {label[0]: label}
        assert part.startswith(f"{label} ") and len(part) > len(label) + 8


def test_a_slider_holds_its_gate_and_the_button_frees_it(panel):
    panel.sliders["i"].value = 0.4
    assert panel.operation.held == {"i": 0.4} and panel.toggles["i"].value
    panel.sliders["f"].value = 0.6
    assert list(panel.operation.held) == ["f", "i"]    # in the order of the gates
    panel.toggles["i"].value = False
    assert panel.operation.held == {"f": 0.6}
    panel.since.value = FRAMES
    assert num(found({"f": 0.6}, FRAMES).speed, 2) in panel.stage.sentence and panel.errors == 0


def test_undo_goes_back_one_edit_a_drag_being_one(panel):
    first = panel.stage.svg
    for value in (0.9, 0.5, 0.1):
        panel.sliders["o"].value = value
    press(panel, "Outros clipes")
    press(panel, words.UNDO)
    assert panel.seed == 0 and panel.operation.held == {"o": 0.1}
    press(panel, words.UNDO)
    assert panel.operation == Operation() and panel.stage.svg == first and panel.undo.disabled


def test_a_model_without_gates_is_refused_kindly():
    with pytest.raises(CourseError) as caught:
        GateSurgery(rival("gru"))
    assert caught.value.key == "gates_missing"


def test_a_model_that_holds_a_gate_itself_is_shown_as_it_moves():
    model = rival("no_forget")
    drawn = noise(CLIPS, torch.Generator().manual_seed(0), FRAMES)
    with torch.no_grad():
        itself = moves(model.generator.path(drawn, None, model.hold))
    panel = GateSurgery(model)
    assert panel.stage.svg.count(f">{num(itself.speed, 2)}<") == 2    # free and operated: nothing is held yet
    press(panel, "f = 0")    # what it does anyway
    before, after = re.findall(r"de ([\d,]+) para ([\d,]+) pixels", panel.stage.sentence)[0]
    assert before == after == num(itself.speed, 2)
    press(panel, "f = 1")
    with torch.no_grad():
        kept = moves(model.generator.path(drawn, None, model.hold._replace(f=torch.ones(1))))
    assert num(kept.speed, 2) in panel.stage.sentence and kept.speed != itself.speed and panel.errors == 0


def test_an_operation_is_computed_once(panel, monkeypatch):
    asked = []
    monkeypatch.setattr(surgery, "operated", lambda *args: asked.append(args) or operated(*args))
    press(panel, "f = 1")
    assert len(asked) == 1
    panel.redraw()
    press(panel, "f = 0")
    press(panel, "f = 1")
    assert len(asked) == 2 and panel.errors == 0


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_pressed_nothing_breaks(panel, seed):
    draw = random.Random(seed)
    labels = [label for label, *_ in words.PRESETS] + [words.SEED, words.UNDO]
    for _ in range(25):
        kind = draw.randrange(4)
        if kind == 0:
            press(panel, draw.choice(labels))
        elif kind == 1:
            panel.sliders[draw.choice(GATES)].value = draw.choice([0, 0.05, 0.5, 1])
        elif kind == 2:
            toggle = panel.toggles[draw.choice(GATES)]
            toggle.value = not toggle.value
        else:
            panel.since.value = draw.choice([2, 3, 17, FRAMES])
    assert panel.errors == 0 and not panel.notice
    assert panel.stage.svg.count("<") < 260 and "nan" not in panel.stage.svg
