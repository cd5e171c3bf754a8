"""Além do horizonte: models, noise, a given frame, playing, and the numbers shown."""

import random
import re
from math import isnan, nan

import pytest

from helpers.ui import style
from helpers.video import horizon
from helpers.video import horizon_figures as figures
from helpers.video.panels import Horizon
from helpers.video.panels import horizon_words as words
from helpers.video.trained import rival
from tests.panels.shown import Screen


@pytest.fixture
def panel():
    return Horizon()


@pytest.mark.parametrize("name", words.MODELS)
def test_the_numbers_are_the_engines(panel, name):
    panel.controls["model"].value = name
    found = horizon.generated(rival(name), 0).drift
    for k in (0, 7):
        panel.scrubber.value = 16 * k + 1
        assert words.signed(found.cosine[k], 2) in panel.stage.sentence
        assert f"{words.signed(100 * found.speed[k], 0)}%" in panel.stage.sentence
        assert words.WITHIN[found.within(k)] in panel.stage.sentence
    for value in found.speed:
        assert f">{words.signed(100 * value, 0)}<" in panel.stage.svg
    assert panel.errors == 0


def test_the_distance_to_the_truth_is_said(panel):
    panel.buttons["give"].click()
    truth = horizon.true_clip(1)
    made = horizon.continued(rival("lstm"), truth, 0)
    for t in (0, 16, 127):
        panel.scrubber.value = t + 1
        apart = (made.path[t] - truth.path[t]).norm().item()
        assert f"{apart:.1f}".replace(".", ",") + " px" in panel.stage.sentence
    panel.buttons["free"].click()
    assert panel.choice.given == 0 and panel.buttons["free"].disabled and panel.errors == 0


def test_clips_that_stand_still_have_no_direction_to_draw(panel):
    panel.controls["model"].value = "none"
    panel.controls["temperature"].value = 0.0    # every m(t) from the same e(t): no motion after frame 2
    still = panel.drift
    assert all(map(isnan, still.cosine[1:])) and still.speed[1:] == pytest.approx([-1] * 7)
    screen = Screen(panel)    # no coordinate is nan
    shown = ["".join(element.itertext()) for element in screen.texts]
    assert shown.count("—") == sum(map(isnan, still.cosine)) and shown.count("−100") == 7
    panel.scrubber.value = 100
    assert "—" in panel.stage.sentence and words.WITHIN[False] in panel.stage.sentence
    assert panel.errors == 0


@pytest.mark.parametrize("holes", [[], [0], [7], range(8)])
def test_a_chart_marks_the_numbers_there_are(holes):
    model = [nan if k in holes else 0.4 for k in range(8)]
    drawn = figures.drift(18, "", model, [0.0] * 8, 0.1, 0.2, [""] * 8, 0)
    assert "nan" not in drawn
    paths = re.findall(rf'd="M([^"]*)"[^>]*stroke="{style.GENERATED}"', drawn)    # the line, the dots
    points = [[float(n) for n in point.split()] for path in paths
              for point in re.split("[LM]", path.replace("h0", ""))]
    places = [[480 + 55.75 * (k + 0.5), 76 - 50 / 1.15] for k in range(8) if k not in holes]
    assert points == [pytest.approx(place, abs=0.1) for place in 2 * places]


def test_it_plays_to_the_end_and_begins_again(panel):
    panel.scrubber.value = 126
    panel._on_message(panel.stage, {"type": "key", "key": "play"})
    assert panel.stage.playing
    for _ in range(5):
        panel._on_message(panel.stage, {"type": "tick"})
    assert panel.t == 127 and not panel.stage.playing
    panel.buttons["play"].click()
    assert panel.t == 0 and panel.stage.playing and panel.buttons["play"].description == words.PAUSE
    panel.buttons["step"].click()
    assert panel.t == 1 and not panel.stage.playing
    for key, t in (("back", 0), ("back", 0), ("step", 1)):
        panel._on_message(panel.stage, {"type": "key", "key": key})
        assert panel.t == t


def test_undo_goes_back_one_choice_a_drag_being_one(panel):
    first = panel.stage.svg
    for value in (1.25, 1.5, 2.0):
        panel.controls["temperature"].value = value
    panel.buttons["seed"].click()
    panel.buttons["undo"].click()
    assert panel.choice == panel.choice._replace(seed=0, temperature=2.0)
    panel.buttons["undo"].click()
    assert panel.stage.svg == first and panel.buttons["undo"].disabled


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_pressed_nothing_breaks(panel, seed):
    draw = random.Random(seed)
    for _ in range(30):
        kind = draw.randrange(4)
        if kind == 0:
            panel.buttons[draw.choice([*panel.buttons])].click()
        elif kind == 1:
            panel.controls["model"].value = draw.choice([*words.MODELS])
        elif kind == 2:
            panel.controls["temperature"].value = draw.choice([0, 0.5, 2])
        else:
            panel._on_message(panel.stage, {"type": "click", "x": draw.uniform(-50, 990),
                                            "y": draw.uniform(-50, 520)})
    assert panel.errors == 0 and "nan" not in panel.stage.svg
    assert panel.stage.svg.count("<") < 300 and 0 <= panel.t < horizon.LENGTH
