"""Desafios dos portões without a kernel: what it shows is what the cell does, any event is sound."""

import random
import re

import numpy as np
import pytest
import torch

from helpers.errors import MESSAGES
from helpers.lstm import challenge_attempt
from helpers.lstm.cell import LAYERS
from helpers.lstm.challenge_attempt import EVERY, SEEDS
from helpers.lstm.challenge_exam import Exam, answers
from helpers.lstm.challenges import CHALLENGES, Choice, with_row
from helpers.lstm.panels import GateChallenges
from helpers.lstm.panels import challenge_words as words
from helpers.lstm.panels.challenge_controls import COARSE
from helpers.lstm.panels.challenge_scenes import EXAMPLES
from helpers.ui import style
from tests.panels.shown import Screen, agrees, choose, read, send

torch.set_num_threads(1)
EACH = list(CHALLENGES)


@pytest.fixture
def panel() -> GateChallenges:
    return GateChallenges("register")


def texts(panel: GateChallenges) -> list[str]:
    return ["".join(e.itertext()) for e in Screen(panel).texts]


def beside(panel: GateChallenges, name: str) -> float:
    """The number in the row of a name."""
    shown = texts(panel)
    return read(shown[shown.index(name) + 1])[0]


def solve(panel: GateChallenges) -> None:
    """Choose what the solution chooses, by the four lists."""
    job = panel.place.job
    for layer, choice in zip(LAYERS, job.solution, strict=True):
        pick(panel, layer, choice)


def pick(panel: GateChallenges, layer: str, choice: Choice) -> None:
    choose(panel.controls.layers[layer], panel.place.job.choices[layer].index(choice))


def press(panel: GateChallenges, key: str) -> None:
    panel.buttons[key].click()


def assert_shows(panel: GateChallenges) -> Screen:
    """The table's numbers are the weights; the lit step's sentence and the example are the cell's."""
    place, screen = panel.place, Screen(panel)
    if place.view == "adam":
        return screen
    columns = len(place.mine[0])
    shown = texts(panel)
    first = shown.index("b") + 1
    for n, row in enumerate(place.mine):
        cells = shown[first + n * (columns + 1):first + (n + 1) * (columns + 1)]
        assert cells[0] == words.ROWS[LAYERS[n]]
        for cell, value in zip(cells[1:], row, strict=True):
            assert agrees(read(cell)[0], value)
    batch = place.job.sequences(EXAMPLES[place.challenge] + 17 * place.example)
    given, wanted = answers(place.mine, batch.x)[:, 0, 0], batch.y[:, 0, 0]
    if panel.grade is None:
        assert agrees(beside(panel, words.HERE), (given - wanted).square().mean().item(), rel=1e-4, abs_=1e-8)
    if place.said == "step":
        said = panel.stage.sentence
        assert said.startswith(f"Passo {place.at + 1},")
        answer, target = (read(said.split(before)[1])[0] for before in ("tanh(c) = ", "certo é "))
        assert agrees(answer, given[place.at].item(), rel=1e-4, abs_=1e-6)
        assert agrees(target, wanted[place.at].item())
    for color, row in ((style.REAL, wanted), (style.GENERATED, given)):
        low, high = {"latch": (0, 1), "counter": (0, 8)}.get(place.challenge, (-1, 1))
        inside = np.clip(row.numpy(), low - 0.12 * (high - low), high + 0.12 * (high - low))
        ys = screen.points(color)[:, 1]
        if inside.std() > 1e-3:    # a straight line from values to places
            line = np.polyfit(inside, ys, 1)
            assert line[0] < 0 and np.abs(np.polyval(line, inside) - ys).max() < 0.15
    return screen


@pytest.mark.parametrize("key", EACH)
def test_the_solution_is_chosen_graded_and_undone_bit_for_bit(key):
    panel = GateChallenges(key)
    start = panel.place.mine
    assert_shows(panel)
    solve(panel)
    assert panel.place.mine == CHALLENGES[key].reference
    assert_shows(panel)
    press(panel, "check")
    exam = Exam(CHALLENGES[key], 1)
    assert words.stars(3) in panel.stage.sentence and panel.grade.stars == 3
    for name, error in zip(words.ERRORS, (exam.best, exam.zero, exam.best), strict=True):
        assert agrees(beside(panel, name), error, rel=1e-4)
    assert f"1 de {len(EACH)}" in texts(panel)[0]
    press(panel, "hint")
    assert panel.stage.sentence == words.GOOD
    while panel.past:
        press(panel, "undo")
        assert_shows(panel)
    assert panel.place.mine == start
    press(panel, "undo")
    assert panel.stage.notice == MESSAGES["nothing_to_undo"]
    press(panel, "check")    # another exam, never the same again
    assert panel.grade.number == 2 and panel.grade.stars == 0
    assert panel.errors == 0


WRONG = [    # challenge, layer, choice → what the last hint says
    ("memory", "f", Choice("half"), "GUARDA"), ("memory", "i", Choice("open"), "ninguém mandou gravar"),
    ("memory", "g", Choice("whole", (0,)), "em miniatura"),
    ("latch", "f", Choice("open"), "fica somado ao novo"), ("latch", "i", Choice("shut"), "fica de fora"),
    ("counter", "f", Choice("opens", (0,)), "chega x = −1"), ("counter", "o", Choice("half"), "não aparece"),
    ("register", "f", Choice("shuts", (2,)), "quando chega grava"),
    ("register", "f", Choice("shuts", (1,)), "quando chega apaga"),
    ("register", "o", Choice("open"), "o certo é 0")]


@pytest.mark.parametrize(("key", "layer", "choice", "part"), WRONG)
def test_a_typical_mistake_gets_its_own_hints(key, layer, choice, part):
    panel = GateChallenges(key)
    solve(panel)
    pick(panel, layer, choice)
    press(panel, "hint")    # without an exam it takes one first
    fault = panel.grade.diagnosis.fault
    assert words.LAYER[layer] in panel.stage.sentence and panel.place.exams == 1
    press(panel, "hint")
    assert panel.stage.sentence.startswith("Dica 1 de 2: ")
    if layer != "g":
        said = panel.stage.sentence.removeprefix("Dica 1 de 2: ").replace("+1", "").replace("−1", "")
        shown = [value for value, _ in read(said)]
        assert shown[:2] == pytest.approx([fault.own, fault.right], abs=0.006)
        assert words.where(panel.place.job, fault.where) in panel.stage.sentence
    press(panel, "hint")
    assert panel.stage.sentence.startswith("Dica 2 de 2: ") and part in panel.stage.sentence
    press(panel, "hint")    # there are no others: the first one again
    assert panel.stage.sentence.startswith("Dica 1 de 2: ")
    Screen(panel)
    press(panel, "check")
    assert str(panel.grade.number) in panel.stage.sentence and panel.grade.number == 2
    assert panel.errors == 0


def test_a_weight_is_clicked_slid_typed_and_bad_numbers_are_answered(panel):
    solve(panel)
    x, y, wide, high = panel.place.grid.box((1, 1))
    send(panel, type="click", x=x + wide / 2, y=y + high / 2)
    assert panel.place.view == "numbers" and panel.controls.weight.label == "W de f: grava"
    assert panel.controls.number.value == "−60" and COARSE[panel.controls.coarse.value] == -60
    good = panel.place
    for bad, key in (("abc", "number_unclear"), ("", "number_unclear"), ("nan", "not_finite"),
                     ("inf", "not_finite"), ("1e9", "weight_range"), ("−100,1", "weight_range")):
        panel.controls.number.value = bad
        start = MESSAGES[key].split("{")[0]
        assert panel.stage.notice.startswith(start) and panel.place == good
        assert panel.controls.number.value == "−60"
    panel.controls.number.value = "-12,5"
    assert panel.place.mine[1][1] == -12.5 and panel.stage.notice == ""
    assert panel.controls.layers["f"].value is None    # numbers of one's own
    for place in (0, len(COARSE) - 1, 13):
        panel.controls.coarse.value = place
        assert panel.place.mine[1][1] == COARSE[place]
        assert_shows(panel)
    press(panel, "undo")    # the slider's way is undone at once
    assert panel.place.mine[1][1] == -12.5
    press(panel, "clear")
    assert panel.place.mine == panel.place.job.nothing
    press(panel, "undo")
    press(panel, "undo")
    assert panel.place.mine == good.mine and panel.errors == 0


def test_keys_and_clicks_walk_along_the_example(panel):
    steps = panel.place.job.task.steps
    for n in range(steps + 1):
        assert panel.place.at == min(n, steps - 1)
        assert_shows(panel)
        send(panel, type="key", key="step")
    send(panel, type="click", x=550.0, y=200.0)
    assert panel.place.at == 0
    send(panel, type="key", key="back")
    assert panel.place.at == 0
    send(panel, type="click", x=931.9, y=200.0)
    assert panel.place.at == steps - 1
    panel.controls.challenge.value = "counter"    # shorter: the last step of it
    assert panel.place.at == CHALLENGES["counter"].task.steps - 1
    send(panel, type="key", key="play")
    assert panel.grade.number == 1 and not panel.stage.playing
    press(panel, "example")
    assert_shows(panel)
    assert panel.errors == 0


def test_adam_plays_seed_after_seed_pauses_goes_back_and_counts(monkeypatch):
    monkeypatch.setattr(challenge_attempt, "PLAN", 4 * EVERY)
    panel = GateChallenges("memory", "adam")
    solve_at = CHALLENGES["memory"].reference
    panel._set(solve_at)
    press(panel, "step")
    press(panel, "step")
    first = panel.attempt.found()
    exam = Exam(CHALLENGES["memory"], 0)
    said = read(panel.stage.sentence)
    assert said[1][0] == 2 * EVERY
    assert agrees(said[3], panel.attempt.error, rel=1e-4) and agrees(said[4], exam.best, rel=1e-4)
    knobs, head, bias = first
    numbers = [read(text)[0] for text in texts(panel) if re.fullmatch(r"−?\d+(,\d+)?", text)]
    found = [value for row in knobs for value in row]
    for value, number in zip(found, numbers[16:16 + len(found)], strict=True):
        assert agrees(number, value)
    title = next(text for text in texts(panel) if text.startswith("Os do Adam"))
    assert agrees(read(title)[0], head) and agrees(read(title)[1], abs(bias))
    press(panel, "step")
    press(panel, "back")
    assert panel.attempt.found() == first and panel.attempt.steps == 2 * EVERY
    press(panel, "play")
    send(panel, type="tick")
    press(panel, "play")    # pause means now
    steps = panel.attempt.steps
    send(panel, type="tick")
    assert panel.attempt.steps == steps and not panel.stage.playing
    press(panel, "play")
    for _ in range(4 * SEEDS):
        send(panel, type="tick")
        Screen(panel)
    assert not panel.stage.playing and panel.place.seed == SEEDS - 1
    row = panel._row("plain")
    assert all(attempt.over for attempt in row)
    good = sum(attempt.exam.stars(attempt.error) >= 2 for attempt in row)
    assert words.TALLY.format(good=good, count=SEEDS) in panel.stage.sentence
    press(panel, "play")
    assert panel.stage.notice == MESSAGES["attempts_over"].format(seeds=SEEDS) and not panel.stage.playing
    send(panel, type="click", x=700.0, y=290.0)
    assert panel.place.seed == 1
    press(panel, "reset")
    assert panel.attempt.steps == 0 and panel.errors == 0


def test_a_failed_handler_leaves_the_last_good_state(panel, monkeypatch):
    solve(panel)
    panel.controls.view.value = "adam"
    press(panel, "step")
    place, found, drawing = panel.place, panel.attempt.found(), panel.stage.svg
    monkeypatch.setattr("helpers.lstm.challenge_attempt.Attempt.found", lambda self: 1 / 0)
    press(panel, "step")
    assert panel.errors == 1 and panel.stage.notice and panel.stage.svg == drawing
    monkeypatch.undo()
    assert panel.place == place and panel.attempt.found() == found and panel.attempt.steps == EVERY


def test_any_events_leave_a_sound_panel(monkeypatch):
    monkeypatch.setattr(challenge_attempt, "PLAN", 2 * EVERY)
    chance, panel = random.Random(3), GateChallenges()
    controls = panel.controls
    lists = [controls.challenge, controls.view, controls.weight, controls.seed, controls.start,
             *controls.layers.values()]
    for _ in range(250):
        act = chance.randrange(6)
        if act == 0:
            control = chance.choice(lists)
            choose(control, chance.randrange(len(control.options)))
        elif act == 1:
            press(panel, chance.choice(list(panel.buttons)))
        elif act == 2:
            send(panel, type="click", x=chance.uniform(-20, 960), y=chance.uniform(-20, 470))
        elif act == 3:
            send(panel, type=chance.choice(("key", "tick")), key=chance.choice(("step", "back", "play")))
        elif act == 4:
            controls.coarse.value = chance.randrange(len(COARSE))
        else:
            controls.number.value = chance.choice(("3", "−0,25", "", "1e3", "nan", "x" * 500, "100", "-100"))
        assert panel.errors == 0, panel.stage.notice
        Screen(panel)
        if panel.place.said == "step":
            assert_shows(panel)
    assert len(panel.picture()) > 10_000


def test_a_wrong_layer_replaced_by_numbers_of_ones_own_may_pass(panel):
    """Another solution than ours is as good: half the size of every large weight."""
    job = panel.place.job
    panel._set(with_row(job.reference, "f", tuple(value / 2 for value in job.reference[1])))
    press(panel, "check")
    assert panel.grade.stars == 3
