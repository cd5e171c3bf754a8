"""Quebre um portão without a kernel: what it shows is what the engine measured, any event is sound."""

import copy
import math
import random
from statistics import median

import numpy as np
import pytest
import torch

from helpers.errors import MESSAGES
from helpers.lstm import ablation, ablation_bench
from helpers.lstm import ablation_figures as figures
from helpers.lstm.ablation import ROWS, SEEDS, Run, answer, baseline, blame, error, exam, floor
from helpers.lstm.ablation_bench import examples, worst
from helpers.lstm.handmade import SMALL, register
from helpers.lstm.panels import ablation as ablation_panel
from helpers.lstm.panels import ablation_view as view
from helpers.lstm.panels import ablation_words as words
from helpers.lstm.panels.ablation import CHUNK, BreakAGate
from helpers.ui.style import num
from tests.panels.shown import Screen, agrees, assert_mentions, read, send

torch.set_num_threads(1)
SHORT = 2 * CHUNK + 10    # a training's steps in these tests: three pictures
GATES = "fio"
LONGEST = 185    # characters of a sentence, two lines in the page


def by_hand() -> Run:
    """A register set by hand in the place of the trained LSTM: h is SMALL times what it holds."""
    run = Run("whole", 0)
    register().store(run.net.core)
    with torch.no_grad():
        run.net.head.weight.fill_(1 / SMALL)
        run.net.head.bias.zero_()
    run.done, run.curve = SHORT, ((0, 0.04), (SHORT, run.error()))
    return run


@pytest.fixture
def panel(monkeypatch) -> BreakAGate:
    for module in (ablation, ablation_bench, view, words):
        monkeypatch.setattr(module, "STEPS", SHORT)
    monkeypatch.setattr(ablation_bench, "shipped", by_hand)
    monkeypatch.setattr(ablation_panel, "LONGEST", 0)    # one chunk a picture
    return BreakAGate()


def texts(panel: BreakAGate) -> list[str]:
    return ["".join(e.itertext()) for e in Screen(panel).texts]


def press(panel: BreakAGate, row: str) -> None:
    panel.rows[row].set_state({"value": not panel.rows[row].value})


def tick(panel: BreakAGate, times: int = 1) -> None:
    for _ in range(times):
        send(panel, type="tick")


def state(panel: BreakAGate) -> tuple:
    bench = panel.bench
    return (bench.choice, dict(bench.cuts), panel.value.value, panel.fresh.value, panel.stage.svg,
            {place: (run.done, run.curve, [p.tolist() for p in run.net.parameters()])
             for place, run in bench.runs.items()})


def dots(panel: BreakAGate, color: str, width: float) -> np.ndarray:
    for element in Screen(panel).root.iter():
        if element.get("stroke") == color and element.get("stroke-width") == str(width):
            return np.array([[float(n) for n in point.removesuffix("h0").split()]
                             for point in element.get("d")[1:].split("M")])
    return np.empty((0, 2))


def assert_shows(panel: BreakAGate) -> None:
    """Title, example, table, blame and curve hold what a bare use of the engine gives."""
    bench, choice = panel.bench, panel.bench.choice
    run = bench.runs[choice.trains]
    given = answer(run.net, choice.cut, choice.value)
    wrong, place, said = error(given.y), examples()[choice.example], texts(panel)
    assert agrees(read(said[0])[-1], wrong, rel=1e-5)
    assert f"semente {choice.seed}" in said[0] and len(panel.stage.sentence) <= LONGEST
    right, real = dots(panel, "#E69F00", 6), dots(panel, "#0072B2", 11)
    scale = 24 / max(1, given.y[:, place].abs().max().item(), exam().y[:, place].abs().max().item())
    assert right[:, 1] == pytest.approx(207 - scale * given.y[:, place, 0].numpy(), abs=0.06)
    assert real[:, 1] == pytest.approx(207 - scale * exam().y[:, place, 0].numpy(), abs=0.06)
    shares = [read(text)[0][0] for text in said if text.endswith(" %")]
    assert shares == [pytest.approx(100 * part, abs=0.51) for part in blame(given.y).values()]
    assert words.FLOOR.format(num(floor())) in said and words.BASE.format(num(baseline())) in said
    gap = worst(given.y, place).gap
    marked = [e for e in Screen(panel).root.iter() if e.get("fill") == "#fff3b0" and e.get("width") == "33"]
    assert len(marked) == (gap >= 0.1)
    if marked:
        assert float(marked[0].get("x")) == pytest.approx(132 + 33 * worst(given.y, place).step, abs=0.06)
    assert_table(panel, said)


def assert_table(panel: BreakAGate, said: list[str]) -> None:
    bench, squares, rounds = panel.bench, [], []
    for n, row in enumerate(ROWS):
        cut = [error(answer(bench.runs["whole", seed].net, row).y) for gate, seed in sorted(bench.cuts)
               if gate == row]
        fresh = [run.error() for (name, _), run in sorted(bench.runs.items())
                 if name == row and run.done == SHORT]
        for errors, shift, marks in ((cut, -5, squares), (fresh, 5, rounds)):
            marks += [(figures.across(value), 304 + 25 * (n + 0.5) + shift) for value in errors]
            if errors:
                shown = f"{words.short(median(errors))} ({len(errors)})"
                assert shown in said and agrees(read(shown)[0], median(errors))
    for color, marks in (("#ffffff", squares), ("#1b1b1b", rounds)):
        found = dots(panel, color, 7)
        assert len(found) == len(marks)
        assert np.abs(found - np.array(marks).reshape(-1, 2)).max(initial=0) < 0.06


def test_the_scale_is_logarithmic_and_ends_at_its_ends():
    left, right = figures.SCALE
    for value, place in ((1.0, 1), (0.1, 5 / 6), (1e-3, 0.5), (1e-6, 0), (1e-11, 0), (0.0, 0), (50.0, 1)):
        assert figures.across(value) == pytest.approx(left + (right - left) * place)


def test_it_begins_whole_and_each_gate_breaks_with_one_click(panel):
    assert_shows(panel)
    assert words.TRAINED["whole"] in panel.stage.sentence
    for gate in GATES:
        press(panel, gate)
        assert_shows(panel)
        wrong = error(answer(panel.bench.run.net, gate).y)
        assert panel.stage.sentence.startswith(words.DOES[gate])
        assert panel.stage.sentence.endswith(words.TIMES["worse"].format(times=num(wrong / baseline(), 1)))
        assert not panel.value.disabled and [r for r in ROWS if panel.rows[r].value] == [gate]
    assert list(panel.bench.cuts) == [(gate, 0) for gate in GATES]
    press(panel, "o")    # again: mended
    assert panel.bench.choice.row == "whole" and panel.value.disabled
    assert_shows(panel)
    assert panel.errors == 0


def test_the_sentence_says_the_step_where_the_example_is_worst_and_why(panel):
    for gate in GATES:
        press(panel, gate)
        for _ in range(len(examples())):
            panel.buttons["example"].click()
            found = panel.seen.worst
            step = exam().x[found.step, examples()[panel.bench.choice.example]]
            said = panel.stage.sentence.removeprefix(words.DOES[gate])
            times = read(said)[-2][0]    # before the 0 of the baseline
            numbers = [found.step + 1, found.wanted, found.given, times]
            if found.kind in ("erased", "first", "replaced"):
                since = found.since + 1
                numbers = [found.step + 1, found.wanted, since, found.given, times]
            if found.gap >= 0.1:
                assert_mentions(said, numbers, abs_=0.006)
                assert ("ninguém mandou ler" in said) == (step[3] == 0)
                assert (gate == "o") == (found.kind == "unasked")
                assert not (gate == "f" and found.kind in ("empty", "first"))
    assert panel.errors == 0


def test_the_slider_holds_the_gate_and_one_undo_takes_back_the_drag(panel):
    press(panel, "i")
    before = state(panel)
    for value in (0.99, 0.5, 0.31, 0.0):
        panel.value.value = value
        assert_shows(panel)
        assert panel.bench.choice.value == value
        assert num(value, 2) in texts(panel)[0]
        assert (words.ZERO["i"] if value == 0 else words.BETWEEN["i"].format(v=num(value, 2))
                ) in panel.stage.sentence
    assert panel.bench.cuts == before[1]
    panel.buttons["undo"].click()
    assert state(panel) == before
    panel.buttons["undo"].click()
    assert panel.bench.choice.row == "whole"
    assert_shows(panel)    # the table keeps what was measured
    panel.buttons["undo"].click()
    assert panel.stage.notice == MESSAGES["nothing_to_undo"] and panel.errors == 0


def test_the_curve_is_the_error_at_each_value(panel):
    press(panel, "f")
    line = next(e for e in Screen(panel).root.iter() if e.get("stroke") == figures.WRONG
                and e.get("stroke-width") == "2.50")
    points = [[float(n) for n in point.split()] for point in line.get("d")[1:].split("L")]
    x, y, width, height = figures.CURVE
    errors = [error(answer(panel.bench.run.net, "f", value).y) for value in np.linspace(0, 1, len(points))]
    top = max(*errors, 1.2 * baseline())
    expected = [(x + width * n / (len(points) - 1), y + height * (1 - e / top)) for n, e in enumerate(errors)]
    assert np.array(points) == pytest.approx(np.array(expected), abs=0.11)


def test_training_plays_pauses_at_once_and_gives_the_bits_of_a_bare_run(panel):
    press(panel, "f")
    panel.buttons["train"].click()
    assert panel.stage.playing and panel.bench.choice.fresh and panel.fresh.value
    tick(panel)
    assert_shows(panel)
    assert f"passo {CHUNK} de {SHORT}" in texts(panel)[0] and str(CHUNK) in panel.stage.sentence
    send(panel, type="key", key="play")
    before = state(panel)
    tick(panel, 3)    # that were under way
    assert not panel.stage.playing and state(panel)[5] == before[5]
    panel.fresh.value = False    # look at the cut cell amid it all
    assert panel.bench.choice.cut == "f"
    panel.buttons["train"].click()
    tick(panel, 2)
    bare = Run("f", 0)
    bare.advance(SHORT)
    run = panel.bench.runs["f", 0]
    assert run.finished and not panel.stage.playing and run.error() == bare.error()
    assert all(map(torch.equal, run.net.parameters(), bare.net.parameters()))
    assert words.TRAINED["f"] in panel.stage.sentence
    assert_shows(panel)
    panel.buttons["train"].click()
    assert panel.stage.notice == MESSAGES["trained_already"].format(seed=0) and not panel.stage.playing
    assert panel.errors == 0


def test_the_next_seed_trains_its_lstm_and_then_it_can_be_broken(panel):
    panel.buttons["seed"].click()
    assert panel.bench.choice.seed == 1 and panel.stage.playing
    tick(panel, 1)
    press(panel, "o")
    assert not panel.stage.playing and panel.bench.cuts == {}    # nothing is trained to the end
    assert panel.stage.sentence == words.RAW_CUT.format(seed=1)
    press(panel, "whole")
    send(panel, type="key", key="play")
    tick(panel, 2)
    press(panel, "o")
    assert list(panel.bench.cuts) == [("o", 1)]
    assert_shows(panel)
    assert panel.errors == 0


def test_everything_trains_while_it_plays(panel, monkeypatch):
    for module in (ablation, ablation_bench, view, words):
        monkeypatch.setattr(module, "STEPS", 8)    # a whole training each picture
    panel.bench.runs["whole", 0].done = 8
    panel.buttons["all"].click()
    assert panel.buttons["all"].description == "Pausar"
    tick(panel)
    panel.buttons["all"].click()
    tick(panel)
    assert not panel.stage.playing and panel.bench.missing() == ("i", 0)
    panel.buttons["all"].click()
    tick(panel, len(ROWS) * len(SEEDS) - 2)
    assert not panel.stage.playing and panel.bench.missing() is None
    assert sorted(panel.bench.runs) == sorted((row, seed) for row in ROWS for seed in SEEDS)
    assert sorted(panel.bench.cuts) == sorted((gate, seed) for gate in GATES for seed in SEEDS)
    for row in ("i", "rnn"):
        errors = [run.error() for (name, _), run in panel.bench.runs.items() if name == row]
        assert f"{words.short(median(errors))} (5)" in texts(panel)
    panel.buttons["all"].click()
    assert panel.stage.notice == MESSAGES["trained_all"].format(seeds=5) and panel.errors == 0


def test_an_interrupt_amid_a_turn_leaves_the_state_before_the_picture(panel, monkeypatch):
    press(panel, "gru")
    panel.buttons["train"].click()
    tick(panel)
    before, learner = state(panel), panel.bench.run.learner
    real, calls = learner.turn, []

    def turn():
        calls.append(1)
        ops = real()
        for op in ops:
            yield op
            if len(calls) == 8 and op.key == "backward":
                raise KeyboardInterrupt
    monkeypatch.setattr(learner, "turn", turn)
    tick(panel)
    assert "Interrompido" in panel.stage.notice and not panel.stage.playing and panel.errors == 0
    assert state(panel) == before
    panel.buttons["train"].click()
    tick(panel, 2)
    bare = Run("gru", 0)
    bare.advance(SHORT)
    assert panel.bench.run.error() == bare.error() and panel.bench.run.finished


def test_bad_input_is_answered_and_changes_nothing(panel):
    press(panel, "f")
    before = state(panel)
    for value in (math.nan, math.inf, -math.inf, 7.0, -1.0):
        panel.value.set_state({"value": value})
        assert 0 <= panel.bench.choice.value <= 1 and 0 <= panel.value.value <= 1
    panel.bench.choose(value=1.0)
    panel.redraw()
    assert state(panel) == before
    for x, y in ((math.nan, math.nan), (-5, 310), (9e9, 9e9), (300, 303), (300, 455), (698, 430)):
        send(panel, type="click", x=x, y=y)
    send(panel, type="key", key="other")
    send(panel, type="other")
    tick(panel)    # nothing plays
    assert panel.errors == 0 and state(panel) == before


def test_clicks_on_the_drawing_choose_rows_and_values_and_keys_walk_the_rows(panel):
    for n, row in enumerate(ROWS):
        send(panel, type="click", x=200, y=304 + 25 * n + 12)
        assert panel.bench.choice.row == row
        assert_shows(panel)
    send(panel, type="click", x=200, y=304 + 25 * 3 + 12)
    x, y, width, _ = figures.CURVE
    send(panel, type="click", x=x + 0.25 * width, y=y + 9)
    assert panel.bench.choice.row == "o" and panel.bench.choice.value == panel.value.value == 0.25
    for row in ("rnn", "gru", "whole", "f"):
        send(panel, type="key", key="step")
        assert panel.bench.choice.row == row
    send(panel, type="key", key="back")
    assert panel.bench.choice.row == "whole" and panel.errors == 0


def test_the_reset_empties_the_table_and_can_be_undone(panel):
    for gate in GATES:
        press(panel, gate)
    before = copy.copy(panel.bench.cuts)
    panel.buttons["reset"].click()
    assert panel.bench.cuts == {} and list(panel.bench.runs) == [("whole", 0)]
    assert panel.bench.choice.row == "whole"
    panel.buttons["undo"].click()
    assert panel.bench.cuts == before and panel.bench.choice.row == "o"
    assert panel.picture().startswith(b"\x89PNG")


def test_any_events_in_any_order_are_sound(panel):
    chance = random.Random(5)
    events = [*(lambda row=row: press(panel, row) for row in ROWS),
              *(button.click for button in panel.buttons.values()), *[lambda: tick(panel)] * 4,
              lambda: setattr(panel.value, "value", round(chance.random(), 2)),
              lambda: setattr(panel.fresh, "value", not panel.fresh.value),
              lambda: send(panel, type="key", key=chance.choice(("step", "back", "play"))),
              lambda: send(panel, type="click", x=chance.uniform(0, 940), y=chance.uniform(0, 478))]
    for n in range(120):
        chance.choice(events)()
        assert panel.errors == 0, panel.stage.notice
        if n % 6 == 0:
            assert_shows(panel)
