"""Equilíbrio que gira without a kernel: what it shows equals the engine's numbers, and any event is sound."""

import random
import warnings
from itertools import product
from math import hypot, log10
from typing import Any

import numpy as np
import pytest
import torch

from helpers.gan import dirac_figures as figures
from helpers.gan.dirac import SLOPES, DiracGan, Settings
from helpers.gan.panels import DiracPanel
from helpers.gan.panels import dirac_words as words
from helpers.gan.panels.dirac import GAMMAS, PLANE, RATES, STARTS
from helpers.ui import style
from tests.panels.shown import Screen, assert_mentions, assert_numbers, choose, place, read, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
X, Y, SIDE = PLANE
INDEX = {"loss": list(SLOPES), "gamma": list(GAMMAS), "rate": list(RATES), "alternating": [False, True]}


def on_page(theta: float, psi: float) -> tuple[float, float]:
    return X + SIDE * (theta / 2 + 1) / 2, Y + SIDE * (1 - psi / 2) / 2


def click_at(panel: DiracPanel, theta: float, psi: float) -> None:
    x, y = on_page(theta, psi)
    send(panel, type="click", x=x, y=y)


def now(panel: DiracPanel) -> tuple[float, float]:
    return panel.walk.engine.theta.item(), panel.walk.engine.psi.item()


def pick(panel: DiracPanel, **settings: Any) -> None:
    for name, value in settings.items():
        choose(panel.choices[name], INDEX[name].index(value))


def squares(screen: Screen) -> np.ndarray:
    """The corners and dots drawn in the colour of what is generated."""
    return screen.points(style.GENERATED)


def assert_shows_the_two(panel: DiracPanel) -> Screen:
    """Rows, controls and square are the engine's own, reckoned here a second time."""
    screen, (theta, psi), settings = Screen(panel), now(panel), panel.walk.engine.settings
    with np.errstate(all="ignore"):
        values = np.linalg.eigvals(settings.update().numpy()).astype(complex)
    size = max(abs(values))
    found = [number for number, _ in read(screen.rows[0])]
    assert found[-2 if "|λ| = " not in screen.rows[0] else -1] == pytest.approx(size, rel=2e-2, abs=6e-5)
    assert_numbers(screen.rows[2], [panel.walk.turn, theta, psi, hypot(theta, psi)], rel=1e-9)
    assert {name: control.value for name, control in panel.choices.items()} == vars(settings)
    if figures.inside_window((theta, psi)):
        assert squares(screen)[0] == pytest.approx(on_page(theta, psi), abs=0.06)
        assert words.PORTRAIT["left"] not in panel.stage.svg
    else:
        assert words.PORTRAIT["left"] in panel.stage.svg
        assert "janela" in panel.stage.sentence or "computador" in panel.stage.sentence
    return screen


def dirac_events(panel: DiracPanel, chance: random.Random) -> list:
    theta, psi = chance.uniform(-2.3, 2.3), chance.uniform(-2.3, 2.3)
    name = chance.choice(list(INDEX))
    value = chance.randrange(len(INDEX[name]))
    return [(4, lambda: click_at(panel, theta, psi)), (1, lambda: click_at(panel, 0.0, 0.0)),
            (2, panel.new_game.click), (10, lambda: choose(panel.choices[name], value))]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_shows_the_engines_numbers_after_any_event(seed):
    chance, panel, seen = random.Random(seed), DiracPanel(), set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")    # they would end up in the learner's notebook
        for _ in range(400):
            happen(common_events(panel, chance) + dirac_events(panel, chance), chance)
            assert panel.errors == 0 and panel.stage.notice == "", panel.stage.notice
            assert_shows_the_two(panel)
            assert len(panel.stage.sentence) <= 200    # two lines in the page
            seen.add(panel.stage.sentence[:12])
    assert len(seen) > 8


def settle(panel: DiracPanel) -> None:
    """A little of everything: whole turns, single operations, a way back."""
    for key in ("turn", "step", "step", "step", "back", "turn", "turn", "step"):
        panel.buttons[key].click()
        assert panel.errors == 0 and panel.stage.notice == ""
        assert_shows_the_two(panel)


def test_every_choice_of_settings_plays():
    panel = DiracPanel()
    for loss, gamma, rate, order in product(SLOPES, (0.0, 3.0), (0.0, 1.0, 1000.0), (False, True)):
        pick(panel, loss=loss, gamma=gamma, rate=rate, alternating=order)
        panel.new_game.click()
        settle(panel)
        panel.walk.run(25)
        panel.redraw()
        assert_shows_the_two(panel)
    assert panel.picture().startswith(b"\x89PNG")


def test_a_click_sets_the_start_and_near_the_middle_it_is_the_middle():
    panel = DiracPanel(gamma=0.3, alternating=True)
    panel.buttons["turn"].click()
    settings = panel.walk.engine.settings
    for theta, psi in ((1.5, -0.75), (-2.0, 2.0), (0.1, 0.0)):
        click_at(panel, theta, psi)
        assert now(panel) == pytest.approx((theta, psi), abs=1e-12) and place(panel) == (0, 0)
        assert panel.walk.engine.settings == settings
    click_at(panel, 0.03, -0.02)
    assert now(panel) == (0, 0) and panel.stage.sentence == words.REST
    panel.buttons["turn"].click()
    assert now(panel) == (0, 0) and panel.stage.sentence == words.REST and panel.walk.count > 0
    here = state(panel)
    for theta, psi in ((2.01, 0.0), (0.0, -2.02), (4.0, 4.0)):
        click_at(panel, theta, psi)
        assert state(panel) == here and panel.errors == 0


def test_rate_zero_moves_nothing_and_says_so():
    panel = DiracPanel(rate=0.0)
    before = now(panel)
    panel.buttons["turn"].click()
    assert now(panel) == before and "h = 0" in panel.stage.sentence


def test_rate_a_thousand_leaves_the_window_at_once_and_says_so():
    for loss in SLOPES:
        panel = DiracPanel(loss, rate=1000.0)
        panel.buttons["turn"].click()
        assert not figures.inside_window(now(panel)) and panel.stage.sentence.startswith("Saiu da janela")
        assert_mentions(panel.stage.sentence, list(now(panel)))
        assert "Diminua a taxa" in panel.stage.sentence
        click_at(panel, 0.5, 0.5)
        assert words.PORTRAIT["left"] not in panel.stage.svg
    panel = DiracPanel("wasserstein_gp", gamma=3.0, rate=1000.0)
    panel.walk.run(300)
    panel.redraw()
    assert "computador" in panel.stage.sentence and panel.errors == 0
    assert_shows_the_two(panel)


def test_a_change_midway_keeps_the_path_and_back_finds_the_old_settings():
    panel = DiracPanel()
    panel.walk.run(30)
    panel.redraw()
    before = now(panel)
    pick(panel, gamma=1.0)
    assert place(panel) == (29, 0) and len(panel.walk.trace) == 29
    panel.walk.run(20)
    panel.redraw()
    assert panel.walk.engine.since[0] == 29 and hypot(*now(panel)) < 0.9 < hypot(*before)
    here = state(panel)
    panel.scrubber.set_state({"value": 10})
    assert panel.choices["gamma"].value == 0 and panel.walk.engine.settings == Settings()
    panel.scrubber.set_state({"value": 48})
    panel.buttons["turn"].click()
    assert state(panel) == here and panel.choices["gamma"].value == 1


def test_a_new_game_begins_elsewhere_with_the_same_settings():
    panel = DiracPanel(gamma=0.1)
    seen = [now(panel)]
    for _ in STARTS:
        panel.new_game.click()
        seen.append(now(panel))
        assert panel.walk.engine.settings == Settings(gamma=0.1)
    assert seen == [*STARTS, STARTS[0]] and all(map(figures.inside_window, STARTS))


@pytest.mark.parametrize(("loss", "gamma"), list(zip(SLOPES, (0.0, 0.3, 3.0), strict=True)))
def test_the_arrows_drawn_are_the_engines_gradient(loss, gamma):
    """On the page: every arrow points as −gradient does at its foot, √ of its size long."""
    panel = DiracPanel(loss, gamma)
    shape = next(e for e in Screen(panel).root.iter() if e.get("stroke-width") == "1.20")
    drawn = np.array([[float(n) for n in point.split()] for line in shape.get("d")[1:].split("M")
                      for point in line.split("L")]).reshape(-1, 2, 2)
    assert len(drawn) == figures.GRID**2
    theta, psi = figures.grid()
    feet = np.array([on_page(t, p) for t, p in zip(theta, psi, strict=True)])
    assert drawn[:, 0] == pytest.approx(feet, abs=0.06)
    found = (drawn[:, 1] - drawn[:, 0]) / (SIDE / 4) * [1, -1] / figures.LENGTH
    for n in range(0, len(theta), 7):
        game, slopes = DiracGan(Settings(loss, gamma), theta[n], psi[n]), {}
        for op in game.turn():
            slopes |= op.values
        pull = -np.array([slopes["slope_G"].item(), slopes["slope_D"].item()])
        size = np.linalg.norm(pull)
        assert found[n] == pytest.approx(pull / np.sqrt(size) if size else pull, abs=0.015)


def test_the_path_and_the_chart_are_those_of_a_bare_loop():
    panel, bare = DiracPanel(gamma=0.1), DiracGan(Settings(gamma=0.1), *STARTS[0])
    panel.walk.run(90)
    panel.redraw()
    path = [STARTS[0]]
    for _ in range(90):
        for _ in bare.turn():
            pass
        path.append((bare.theta.item(), bare.psi.item()))
    lines = [e.get("d") for e in Screen(panel).root.iter()
             if e.get("stroke-linejoin") == "round" or (e.get("stroke-width") == "2.50" and e.get("d"))]
    walked, measured, foreseen = ([[float(n) for n in p.split()] for p in d[1:].split("L")] for d in lines)
    assert np.array(walked) == pytest.approx(np.array([on_page(*point) for point in path]), abs=0.06)
    distances = np.log10([hypot(*point) for point in path[:-1]])    # at each turn's start
    heights = np.array(measured)[:90, 1]
    scale = np.polyfit(distances, heights, 1)
    assert scale[0] < 0 and np.abs(np.polyval(scale, distances) - heights).max() < 0.1
    linear = [log10(d) for _, d in Settings(gamma=0.1).foreseen(*STARTS[0], 89, 1)]
    assert np.array(foreseen)[:, 1] == pytest.approx(np.polyval(scale, linear), abs=0.1)


def test_near_the_equilibrium_the_measured_growth_is_the_predicted_one():
    for order, gamma in product((False, True), (0.0, 0.3)):
        panel = DiracPanel(gamma=gamma, alternating=order)
        click_at(panel, 0.08, 0.0)
        panel.walk.run(64)    # about one round or two
        panel.redraw()
        predicted, measured = (number for number, _ in read(Screen(panel).rows[1]))
        size = abs(Settings(gamma=gamma, alternating=order).eigenvalues()[0])
        assert predicted == pytest.approx(size, abs=6e-5)
        assert measured == pytest.approx(predicted, abs=0.003)


@pytest.mark.parametrize(("settings", "verdict"), [
    ({}, "out"), ({"alternating": True}, "circles"), ({"gamma": 0.3}, "in"), ({"gamma": 1.0}, "critical"),
    ({"gamma": 3.0}, "creeps"), ({"gamma": 3.0, "rate": 1.0}, "flees")])
def test_the_last_sentence_of_a_turn_says_what_the_eigenvalues_say(settings, verdict):
    panel = DiracPanel(**settings)
    click_at(panel, 0.3, 0.1)
    panel.buttons["turn"].click()
    size = abs(panel.walk.engine.settings.eigenvalues()[0])
    assert words.VERDICTS[verdict] in panel.stage.sentence
    assert f"multiplica a distância por {style.num(size, 4)}" in panel.stage.sentence
    critical = panel.walk.engine.settings.critical
    assert f"valor crítico: {style.num(critical)}" in panel.stage.svg
    pointer = next(e for e in Screen(panel).root.iter() if "l-8 -14h16z" in (e.get("d") or ""))
    gamma = panel.walk.engine.settings.gamma
    assert float(pointer.get("d")[1:].split()[0]) == pytest.approx(X + SIDE * gamma / 3, abs=0.06)


SAID = {    # operation -> the numbers that its sentence must name
    "D.loss": lambda n, gamma: [n["theta"] * n["psi"], n["loss_D"]],
    "D.penalty": lambda n, gamma: [2, gamma, n["penalised_D"]],
    "D.backward": lambda n, gamma: [-n["slope_D"], n["theta"], *([-gamma * n["psi"]] if gamma else [])],
    "D.step": lambda n, gamma: [n["psi"], n["new_psi"]],
    "G.loss": lambda n, gamma: [n["theta"] * n["seen"], n["loss_G"]],
    "G.backward": lambda n, gamma: [-n["slope_G"], n["seen"]],
    "G.step": lambda n, gamma: [n["theta"], n["new_theta"], n["size"]],
}


@pytest.mark.parametrize(("gamma", "order"), list(product((0.0, 1.0), (False, True))))
def test_each_operation_says_its_own_numbers(gamma, order):
    panel = DiracPanel(gamma=gamma, alternating=order)
    click_at(panel, 1.5, -0.9)
    for _ in range(6 + bool(gamma)):
        panel.buttons["step"].click()
        known = {name: value.item() for name, value in panel.walk.values.items()}
        known["seen"] = known["new_psi"] if order and "new_psi" in known else known["psi"]
        known["size"] = abs(panel.walk.engine.settings.eigenvalues()[0])
        sentence = panel.stage.sentence.replace("R1 ", " ").replace("½·ψ²", "2").replace("ψ²", "")
        assert_mentions(sentence, SAID[panel.walk.op.key](known, gamma))
        assert_shows_the_two(panel)
