"""Gradientes no tempo without a kernel: what is shown are the engine's numbers, and no event breaks it."""

import random
import time
from functools import partial
from statistics import median

import pytest
import torch

from helpers.errors import MESSAGES, CourseError
from helpers.lstm import gradient_figures as figures
from helpers.lstm import order
from helpers.lstm.colors import DARK
from helpers.lstm.gradients import LOST, fresh
from helpers.lstm.panels import GradientsPanel
from helpers.lstm.panels import gradients as module
from helpers.lstm.panels import gradients_words as words
from helpers.ui import style
from tests.panels.shown import Screen, agrees, assert_mentions, choose, read, send

torch.set_num_threads(1)
LEFT, TOP, WIDTH, HEIGHT = figures.FRAME


@pytest.fixture(autouse=True)
def short_trainings(monkeypatch):
    """Of a training's 2,000 updates the panel needs few to show how it behaves."""
    monkeypatch.setattr(module, "Series", partial(order.Series, budget=12))
    monkeypatch.setattr(module, "CHUNK", 0.01)


def click_k(panel: GradientsPanel, k: int) -> None:
    send(panel, type="click", x=LEFT + WIDTH * k / 99, y=TOP + 50)


def texts(panel: GradientsPanel) -> list[str]:
    return ["".join(element.itertext()) for element in Screen(panel).texts]


def truth(panel: GradientsPanel) -> dict[str, torch.Tensor]:
    seeds = tuple(range(panel.choice.first, panel.choice.first + 5))
    lstm = fresh("lstm", panel.choice.hidden, seeds, panel.choice.bias)
    return {"whole": lstm.whole, "by_c": lstm.by_c, "rnn": fresh("rnn", panel.choice.hidden, seeds).whole}


def assert_numbers_are_the_engines(panel: GradientsPanel) -> None:
    shown, k = texts(panel), panel.choice.k
    assert f"Em k = {k}" in shown
    middles = []
    for key, values in truth(panel).items():
        place = shown.index(words.CURVES[key])
        column = sorted(values[:, k].tolist())
        found = read(shown[place + 1]) + read(shown[place + 2])
        assert len(found) == 3
        for number, true in zip(found, (column[2], column[0], column[4]), strict=True):
            assert agrees(number, true), (shown[place:place + 3], column)
        middles.append(shown[place + 1])
    if not panel.news:
        for middle in middles:
            assert middle in panel.stage.sentence
        assert f"b_f = {words.bias(panel.choice.bias)}," in panel.stage.sentence


def play_out(panel: GradientsPanel) -> None:
    for _ in range(400):
        if not panel.stage.playing:
            return
        send(panel, type="tick")
    raise AssertionError("it does not end")


def test_every_control_to_its_extremes_shows_the_engines_numbers():
    panel = GradientsPanel()
    assert_numbers_are_the_engines(panel)
    for bias in (-2.0, 6.0, 0.0, 2.5):
        panel.controls["bias"].value = bias
        for hidden in range(len(module.HIDDEN) - 1):
            choose(panel.controls["hidden"], hidden)
            for k in (0, 99, 42):
                click_k(panel, k)
                assert panel.choice.k == k
                assert_numbers_are_the_engines(panel)
    for first in range(len(module.FIRSTS)):
        choose(panel.controls["first"], first)
        assert panel.choice.first == module.FIRSTS[first]
        assert_numbers_are_the_engines(panel)
    assert panel.errors == 0 and not panel.stage.notice


def test_the_curves_lie_where_the_scale_says():
    panel = GradientsPanel(0.0)
    click_k(panel, 30)
    curves, screen = truth(panel), Screen(panel)
    lines = {e.get("stroke"): e for e in screen.root.iter() if e.get("stroke-width") == "3" and e.get("d")
             and e.get("d").count("L") == 99}
    for key, color in (("whole", style.INK), ("by_c", DARK["f"]), ("rnn", style.MUTED)):
        corners = [[float(n) for n in corner.split()] for corner in lines[color].get("d")[1:].split("L")]
        for k in (0, 30, 60):
            x, y = corners[k]
            power = curves[key].median(0).values[k].log10().item()
            assert x == pytest.approx(LEFT + WIDTH * k / 99, abs=0.06)
            assert y == pytest.approx(TOP + HEIGHT * (2 - power) / 32, abs=0.06)
    grey = next(e for e in screen.root.iter() if e.get("fill") == "#eceff3")
    lost = torch.log10(LOST * curves["whole"].median(0).values[0]).item()
    assert float(grey.get("y")) == pytest.approx(TOP + HEIGHT * (2 - lost) / 32, abs=0.06)


def test_the_yellow_spans_are_where_the_tasks_symbols_arrive():
    batch = order.TASK.sample(3000, torch.Generator().manual_seed(5))
    found = [(order.TASK.steps - 1 - step).item() for step in (batch.x[..., 4:].sum(-1) > 0).nonzero()[:, 0]]
    spans = [(low, high) for low, high, _ in module.SPANS]
    assert sorted(set(found)) == sorted(k for low, high in spans for k in range(low, high + 1))


def test_product_of_the_gates_is_said():
    panel = GradientsPanel(3.0)
    click_k(panel, 50)
    kept = sorted(fresh("lstm", 32, tuple(range(5)), 3.0).kept[:, 50].tolist())[2]
    (line,) = [text for text in texts(panel) if text.startswith("Πf, na unidade")]
    first, second = read(line)
    assert agrees(first, kept) and agrees(second, kept ** (1 / 50))
    click_k(panel, 0)
    assert words.KEPT_NONE in texts(panel)


def test_clicks_keys_and_their_ends():
    panel = GradientsPanel()
    send(panel, type="key", key="step")
    assert panel.choice.k == 51
    send(panel, type="key", key="back")
    send(panel, type="key", key="back")
    assert panel.choice.k == 49
    click_k(panel, 99)
    send(panel, type="key", key="step")
    assert panel.choice.k == 99
    click_k(panel, 0)
    send(panel, type="key", key="back")
    assert panel.choice.k == 0
    drawing = panel.stage.svg
    for x, y in ((700, 100), (300, 400), (-5, -5)):
        send(panel, type="click", x=x, y=y)
    assert panel.stage.svg == drawing and panel.errors == 0


def test_a_training_runs_seed_by_seed_and_its_row_is_the_engines():
    panel = GradientsPanel(1.5)
    panel.buttons["lstm"].click()
    assert panel.stage.playing and panel.buttons["play"].description == words.PAUSE
    send(panel, type="key", key="play")
    assert not panel.stage.playing
    send(panel, type="tick")    # one that was on its way
    assert panel.series[panel.current].runs[0].updates == 0
    panel.buttons["play"].click()
    send(panel, type="tick")
    assert "semente 0" in panel.stage.sentence and f"b_f = {words.bias(1.5)}" in panel.stage.sentence
    play_out(panel)
    expected = order.Series("lstm", 1.5, budget=12).finish()
    series = panel.series[panel.current]
    assert [run.tests for run in series.runs] == [run.tests for run in expected.runs]
    assert "0 de 5 sementes" in panel.stage.sentence and panel.buttons["play"].disabled
    shares = [100 * run.tests[-1][1] for run in expected.runs]
    assert_mentions(panel.stage.sentence.partition("Última medida")[2], [min(shares), max(shares)])
    shown = texts(panel)
    place = shown.index("bf = 1,5")
    assert shown[place + 1] == "✗✗✗✗✗" and shown[place + 2].startswith("0 de 5 · até ")
    panel.buttons["rnn"].click()
    play_out(panel)
    assert len(panel.series) == 2 and "RNN" in texts(panel)[shown.index(words.SCORE) + 1]
    panel.buttons["rnn"].click()    # what has ended begins again
    assert panel.stage.playing and panel.series[panel.current].runs[0].updates == 0
    play_out(panel)
    send(panel, type="key", key="play")    # nothing to go on with
    assert not panel.stage.playing and panel.errors == 0


def test_solved_seeds_are_ticked(monkeypatch):
    monkeypatch.setattr(order, "ENOUGH", 0.0)    # so that everybody has solved it
    panel = GradientsPanel()
    panel.buttons["rnn"].click()
    play_out(panel)
    assert "✓✓✓✓✓" in texts(panel) and "5 de 5 sementes" in panel.stage.sentence


def test_moving_the_slider_leaves_the_training_and_other_seeds_end_it():
    panel = GradientsPanel()
    panel.buttons["lstm"].click()
    send(panel, type="tick")
    panel.controls["bias"].value = 4.0
    assert panel.stage.playing and panel.current == ("lstm", 1.0, 0)
    assert "b_f = 4" in panel.stage.sentence and "b_f = 4" in panel.buttons["lstm"].description
    choose(panel.controls["first"], 1)
    assert not panel.stage.playing and panel.current is None and words.SCORE_EMPTY in texts(panel)
    choose(panel.controls["first"], 0)
    assert words.SCORE_EMPTY not in texts(panel) and f"0 de 5, {words.STOPPED}" in texts(panel)
    panel.controls["bias"].value = 1.0
    done = panel.series["lstm", 1.0, 0].runs[0].updates
    panel.buttons["lstm"].click()    # what was left goes on
    assert panel.series[panel.current].runs[0].updates == done > 0
    assert f"0 de 5, {words.GOING_ON}" in texts(panel) and panel.errors == 0


def test_what_cannot_be_chosen_is_answered_and_changes_nothing():
    panel = GradientsPanel()
    drawing = panel.stage.svg
    panel.controls["bias"].value = float("nan")
    assert panel.stage.notice == MESSAGES["bias_range"].format(low="−2", high="6")
    assert panel.controls["bias"].value == 1.0 and panel.stage.svg == drawing and panel.errors == 0
    panel.controls["bias"].value = 1e9    # the slider stops it
    assert panel.choice.bias == 6.0
    for bad in ({"bias": float("inf")}, {"bias": -3.0}, {"hidden": 0}, {"hidden": 10**6}):
        with pytest.raises(CourseError):
            GradientsPanel(**bad)


def test_a_failure_amid_a_training_is_undone_exactly(monkeypatch):
    panel = GradientsPanel()
    panel.buttons["rnn"].click()
    send(panel, type="tick")
    series = panel.series[panel.current]
    kept = [(run.seed, run.updates, [*run.tests]) for run in series.runs]
    weights = [part.clone() for part in series.runs[-1].learner.net.parameters()]
    plain = series.advance

    def fail(seconds):
        plain(seconds)
        raise RuntimeError("disco")
    monkeypatch.setattr(series, "advance", fail)
    send(panel, type="tick")
    assert panel.errors == 1 and "disco" in panel.stage.notice and not panel.stage.playing
    assert [(run.seed, run.updates, run.tests) for run in series.runs] == kept
    assert all(map(torch.equal, weights, series.runs[-1].learner.net.parameters()))


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_is_sound(seed):
    chance, panel = random.Random(seed), GradientsPanel(hidden=8)
    for _ in range(120):
        x, y = chance.uniform(-9, 999), chance.uniform(-9, 500)
        events = [(5, lambda: send(panel, type="key", key=chance.choice(["step", "back", "play", "other"]))),
                  (5, lambda: send(panel, type="tick")), (3, partial(send, panel, type="click", x=x, y=y)),
                  (3, lambda: panel.controls["bias"].set_state({"value": chance.randrange(-4, 13) / 2})),
                  (1, lambda: choose(panel.controls["hidden"], chance.randrange(2))),
                  (0.5, lambda: choose(panel.controls["first"], chance.randrange(4))),
                  (1, lambda: panel.buttons[chance.choice(["lstm", "rnn", "play"])].click())]
        chance.choices([act for _, act in events], [weight for weight, _ in events])[0]()
        assert panel.errors == 0, panel.stage.notice
        assert len(panel.stage.sentence) <= 210
        assert_numbers_are_the_engines(panel)
    assert panel.picture().startswith(b"\x89PNG")


def test_drawing_takes_little_once_the_engine_has_measured():
    panel, spent = GradientsPanel(), []
    for _ in range(2):
        for bias in (0.0, 0.5, 1.0, 1.5, 2.0):
            start = time.process_time()
            panel.controls["bias"].value = bias
            spent.append(time.process_time() - start)
    assert median(spent[-5:]) < 0.05
