"""Conteúdo × movimento: the grid, the score against the engine, leaks, undo, playing, and random presses."""

import random

import pytest
import torch

from helpers.ui.style import num
from helpers.video.panels import SwapPanel, swap
from helpers.video.panels import swap_words as words
from helpers.video.panels.swap_place import Place, made
from helpers.video.swap import Trial, crossed, look, measure
from helpers.video.swap_figures import CLIP, LEFT, PITCH, TOP, hit
from helpers.video.swap_sources import EndToEnd, Leaking, Pasted, TwoStages
from helpers.video.trained import end_to_end, trained


@pytest.fixture
def panel():
    return SwapPanel()


def click(panel, row, column):
    """Click on a clip, or with None on a head."""
    x = LEFT / 2 if column is None else LEFT + PITCH * column + CLIP / 2
    y = TOP / 2 if row is None else TOP + PITCH * row + CLIP / 2
    assert hit(x, y) == (row, column)
    panel._on_message(panel.stage, {"type": "click", "x": x, "y": y})


def tick(panel, times):
    for _ in range(times):
        panel._on_message(panel.stage, {"type": "tick"})


def key(panel, name):
    panel._on_message(panel.stage, {"type": "key", "key": name})


def source(name):
    return {"two": lambda: TwoStages(trained().model()), "end": lambda: EndToEnd(end_to_end()),
            "real": Pasted}[name]()


@pytest.mark.parametrize("name", words.MODELS)
def test_a_row_shares_its_content_and_a_column_its_motion(panel, name):
    panel.controls["model"].value = name
    frames, seen = made(panel.place)
    own = source(name)
    what = own.what(1, torch.Generator().manual_seed(panel.place.rows[2]))
    how = own.how(1, torch.Generator().manual_seed(panel.place.columns[1]))
    torch.testing.assert_close(frames[4 * 2 + 1], own.clips(what, how)[0], rtol=1e-4, atol=1e-4)
    click(panel, 2, 1)
    digit, labels = seen.label[0, 2, 1].item(), seen.label[0, 2].tolist()
    assert f"o classificador vê o {digit} em {labels.count(digit)} de 4" in panel.stage.sentence
    assert f"vê-se {' '.join(map(str, labels))}<" in panel.stage.svg
    paths = seen.place[0, :, 1]
    apart = torch.cdist(paths.transpose(0, 1), paths.transpose(0, 1)).mean(0).sum() / 12    # pairs, twice
    assert f"ficam a {num(apart.item(), 1)} px" in panel.stage.sentence
    assert panel.errors == 0


def test_a_clip_that_shows_another_digit_than_its_row_says_so(panel):
    panel.controls["model"].value = "end"
    label = made(panel.place)[1].label[0]
    odd = (label != label.mode(1, keepdim=True).values).sum().item()
    badges = panel.stage.svg.count('width="22" height="23"')
    assert badges == odd > 0    # in a tie as many are odd, whichever digit is called the row's


@pytest.mark.parametrize(("name", "leak"), [("two", "none"), ("two", "path"), ("end", "none"),
                                            ("real", "none")])
def test_the_score_is_the_engines(panel, name, leak):
    panel.controls["model"].value = name
    if leak != "none":
        panel.controls["leak"].value = leak
    panel.buttons["measure"].click()
    tick(panel, 4)
    own = source(name) if leak == "none" else Leaking(source(name), leak, 0.7)
    parts = 4 if name == "real" else 2    # the floor has its turns too
    mine, floor = Trial(own), Trial(Pasted())
    for _ in range(parts):
        mine.more(swap.PART)
        floor.more(swap.PART)
    found = mine.found
    assert panel.trial.found == found and panel.floor.found == floor.found
    shown = panel.stage.sentence
    for value in (f"Em {4 * mine.blocks} clipes", f"em {words.percent(found.kept)} dos",
                  f"(acaso {words.percent(found.kept_chance)})", f"{num(found.deviation, 2)} px"):
        assert value in shown
    for value in (found.leak_content, found.leak_path):
        assert f": {num(value, 3)}<" in panel.stage.svg
    assert f"piso {num(floor.found.leak_path, 3)}<" in panel.stage.svg
    assert f"{4 * mine.blocks} de 960 clipes novos" in panel.stage.svg


def test_the_score_is_paused_goes_on_and_ends(panel, monkeypatch):
    monkeypatch.setattr(swap, "BLOCKS", 12)
    panel.buttons["measure"].click()
    tick(panel, 3)
    assert panel.stage.playing and words.GOES_ON in panel.stage.sentence
    panel.buttons["measure"].click()
    assert not panel.stage.playing and words.HELD in panel.stage.sentence
    tick(panel, 2)    # that was on its way
    assert panel.trial.blocks == 2 * swap.PART
    assert words.PASSED not in panel.stage.svg and words.FAILED not in panel.stage.svg    # too early to say
    panel.buttons["measure"].click()
    tick(panel, 9)
    assert (panel.trial.blocks, panel.floor.blocks, panel.stage.playing) == (12, 12, False)
    assert panel.stage.svg.count(words.PASSED) == 2
    assert panel.buttons["measure"].disabled and panel.buttons["measure"].description == words.DONE
    panel.controls["model"].value = "end"    # another source is measured at once
    assert panel.stage.playing and panel.trial is None
    tick(panel, 4)
    assert panel.trial.blocks == 12 and not panel.stage.playing
    panel.buttons["undo"].click()
    assert panel.trial.blocks == 12 and panel.done and panel.errors == 0


def test_a_leak_is_seen_in_the_grid_and_by_the_score(panel, monkeypatch):
    monkeypatch.setattr(swap, "BLOCKS", 42)
    panel.buttons["measure"].click()
    tick(panel, 28)
    assert words.PASSES in panel.stage.sentence
    panel.controls["leak"].value = "path"
    tick(panel, 14)
    assert "Reprova no caminho" in panel.stage.sentence and panel.trial.found.leak_path > 0.3
    apart = measure(made(panel.place)[1])
    assert apart.deviation > 5 * measure(made(Place())[1]).deviation
    panel.controls["leak"].value = "content"
    panel.controls["share"].value = 1.0
    tick(panel, 14)
    assert "Reprova no dígito" in panel.stage.sentence and panel.trial.found.leak_content > 0.5


def test_real_digits_cannot_leak(panel):
    panel.controls["leak"].value = "path"
    panel.controls["model"].value = "real"
    assert panel.place.leak == panel.controls["leak"].value == "none"
    assert panel.controls["leak"].disabled and panel.controls["share"].disabled
    panel.buttons["undo"].click()
    assert panel.place.leak == "path" and not panel.controls["share"].disabled and panel.errors == 0


def test_a_head_draws_its_line_anew_and_nothing_else(panel):
    first = panel.place
    click(panel, 1, None)
    second = panel.place
    assert second.columns == first.columns and second.rows[1] not in first.rows + first.columns
    assert [second.rows[n] == first.rows[n] for n in range(4)] == [True, False, True, True]
    before, after = (made(place)[0].unflatten(0, (4, 4)) for place in (first, second))
    torch.testing.assert_close(after[[0, 2, 3]], before[[0, 2, 3]], rtol=1e-4, atol=1e-4)
    assert not torch.allclose(after[1], before[1], atol=0.1)
    click(panel, None, 3)
    assert panel.place.rows == second.rows and panel.place.columns[:3] == first.columns[:3]
    assert panel.place.columns[3] != first.columns[3]
    for name in ("rows", "columns", "both"):
        past = panel.place
        panel.buttons[name].click()
        assert (panel.place.rows != past.rows, panel.place.columns != past.columns) == (
            name != "columns", name != "rows")
    seeds = [seed for place, _ in panel.past for seed in place.rows + place.columns]
    assert not set(seeds) & {panel.fresh}    # no noise twice
    assert panel.errors == 0


def test_undo_brings_everything_back_bit_for_bit_a_drag_being_one(panel):
    drawings = []
    for act in (lambda: panel.buttons["both"].click(), lambda: click(panel, 0, None),
                lambda: setattr(panel.controls["leak"], "value", "content"),
                lambda: [setattr(panel.controls["share"], "value", one) for one in (0.3, 0.5, 1.0)],
                lambda: click(panel, None, 2), lambda: setattr(panel.controls["model"], "value", "end")):
        drawings.append((made(panel.place)[0].clone(), panel.stage.svg))
        act()
    for frames, drawing in reversed(drawings):
        panel.buttons["undo"].click()
        swap.made.cache_clear()
        swap.picture.cache_clear()
        panel.redraw()
        assert torch.equal(made(panel.place)[0], frames) and panel.stage.svg == drawing
    assert panel.buttons["undo"].disabled and panel.errors == 0


def test_clips_play_stand_and_step(panel):
    playing = panel.stage.svg
    key(panel, "play")
    assert panel.stage.svg != playing and panel.buttons["play"].icon == "play"
    assert (panel.moving, panel.slider.value) == (False, 1)
    for name, frame in (("back", 16), ("step", 1), ("step", 2)):
        key(panel, name)
        assert (panel.slider.value, panel.moving) == (frame, False)
    panel.slider.value = 9
    assert swap.picture(panel.place, 8) in panel.stage.svg
    panel.buttons["play"].click()
    assert panel.stage.svg == playing and panel.errors == 0


def test_the_keyboard_chooses_clips_and_draws_their_lines(panel):
    for name, chosen in (("after", (0, 1)), ("before", (0, 0)), ("before", (3, 3))):
        key(panel, name)
        assert panel.chosen == chosen
    for name, line in (("row", "rows"), ("column", "columns")):
        before = panel.place
        key(panel, name)
        assert getattr(panel.place, line)[:3] == getattr(before, line)[:3]
        assert getattr(panel.place, line)[3] != getattr(before, line)[3]
    assert panel.errors == 0


def test_the_grid_measures_as_the_engine_does(panel):
    _, seen = made(panel.place)
    own = source("two")
    what, how = (torch.cat([draw(1, torch.Generator().manual_seed(seed)) for seed in seeds])[None]
                 for draw, seeds in ((own.what, panel.place.rows), (own.how, panel.place.columns)))
    assert torch.equal(look(crossed(own, what, how), 4, 4).label, seen.label)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_pressed_nothing_breaks(panel, seed):
    draw = random.Random(seed)
    for _ in range(50):
        kind = draw.randrange(6)
        if kind == 0:
            button = panel.buttons[draw.choice([*panel.buttons])]
            if not button.disabled:
                button.click()
        elif kind == 1:
            control = panel.controls[draw.choice(["model", "leak"])]
            if not control.disabled:
                control.value = draw.choice([value for _, value in control.options])
        elif kind == 2:
            if not panel.controls["share"].disabled:
                panel.controls["share"].value = draw.choice([0, 0.4, 1])
        elif kind == 3:
            key(panel, draw.choice([*panel.stage.heard.values()]))
        elif kind == 4:
            tick(panel, 1)
        else:
            panel._on_message(panel.stage, {"type": "click", "x": draw.uniform(-50, 990),
                                            "y": draw.uniform(-50, 520)})
    assert panel.errors == 0 and panel.notice == "" and "nan" not in panel.stage.sentence
    assert panel.place.model != "real" or panel.place.leak == "none"
    assert panel.stage.svg.count("<") < 260
