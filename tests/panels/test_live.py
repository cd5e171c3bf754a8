"""Ao vivo without a kernel: what it plays is the bare loop, what it measures is true, what it says fits."""

import random
import re
import statistics
import time
import warnings
from itertools import product
from math import exp, log, pi
from typing import Any

import numpy as np
import pytest
import torch

from helpers.adversarial import LOSSES
from helpers.errors import MESSAGES
from helpers.gan.game import GanGame, mlp
from helpers.gan.gauge import BLUR, SAMPLES, Gauge
from helpers.gan.metrics import score
from helpers.gan.mixtures import DATASETS, drawn
from helpers.gan.panels import Live, OneStep, live_words
from helpers.gan.panels.live import RATES, UNITS, gauge_of, operations
from helpers.ui import style
from tests.panels.shown import (
    PENALTIES,
    SIDE,
    NoData,
    Screen,
    X,
    Y,
    agrees,
    choose,
    fingerprint,
    place,
    read,
    send,
)

torch.set_num_threads(1)
TWO_LINES = 180    # characters that fit in two lines of the sentence at 1366 pixels
SETTINGS = {"data": "os dados mudaram", "loss": "a perda mudou", "units_D": "D mudou de tamanho",
            "units_G": "G mudou de tamanho"}


def bare(panel: Live) -> GanGame:
    """A game of the panel's present settings, that no panel touches."""
    data, loss = panel.data.value, panel.loss.value
    source = DATASETS[data]() if data != "drawn" else drawn(panel.points, 0.08) if panel.points else NoData()
    sizes = {net: panel.settings[f"units_{net}"].value for net in "DG"}
    return GanGame(source, mlp(2, sizes["G"], 2, seed=2 * panel.seed),
                   mlp(2, sizes["D"], 1, seed=2 * panel.seed + 1), LOSSES[loss],
                   lr_D=panel.rates["D"].value, lr_G=panel.rates["G"].value, k_D=panel.updates["D"].value,
                   k_G=panel.updates["G"].value, penalty=PENALTIES.get(loss), seed=panel.seed)


def play(game: GanGame, turns: int) -> GanGame:
    for _ in range(turns):
        for _ in game.turn():
            pass
    return game


def same(panel: Live, game: GanGame) -> bool:
    states = [engine.state_dict() for engine in (panel.game, game)]
    return (fingerprint(panel.game.G, panel.game.D) == fingerprint(game.G, game.D)
            and torch.equal(states[0]["rng"], states[1]["rng"]))


def press(panel: Any, *names: str) -> None:
    for name in names:
        panel.buttons[name].click()


def texts(panel: Live) -> list[str]:
    return ["".join(e.itertext()) for e in Screen(panel).texts]


def value_of(panel: Live, title: str) -> str:
    """The present value that a chart shows beside its title."""
    shown = texts(panel)
    return shown[shown.index(title) + 1]


def click_at(panel: Any, x: float, y: float) -> None:
    send(panel, type="click", x=X + SIDE * (x / 2 + 1) / 2, y=Y + SIDE * (1 - y / 2) / 2)


def assert_sound(panel: Live) -> None:
    """No defect, a drawing that parses, a sentence that fits."""
    assert panel.errors == 0, panel.stage.notice
    Screen(panel)
    said = panel.stage.sentence
    assert said and len(said) <= TWO_LINES and not re.search(r"\bnan\b|\binf\b|\{", said), said


# --- playing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("speed", "ticks"), [(1, 3), (5, 4), (25, 3), (100, 2)])
def test_a_pause_leaves_the_state_of_a_straight_bare_loop(speed, ticks):
    panel = Live()
    panel.speed.value = speed
    send(panel, type="tick")
    assert place(panel) == (0, 0)
    send(panel, type="key", key="play")
    for _ in range(ticks):
        before = panel.walk.turn
        send(panel, type="tick")
        assert panel.walk.turn > before or before == 0
    press(panel, "play")
    here = place(panel)
    for _ in range(3):
        send(panel, type="tick")    # those that were on their way
    assert place(panel) == here and here[1] == operations(panel.game)
    assert here[0] + 1 <= speed * ticks    # less where the computer is slow
    assert same(panel, play(bare(panel), here[0] + 1))
    assert panel.done == here[0] + 1 and f"rodadas jogadas: {here[0] + 1}" in texts(panel)


def test_a_slow_turn_makes_pictures_of_fewer_turns(monkeypatch):
    panel = Live()
    panel.speed.value = 100
    clock = iter(np.arange(100) * 0.1)    # a turn of a tenth of a second
    monkeypatch.setattr("helpers.gan.panels.live.perf_counter", lambda: float(next(clock)))
    press(panel, "play")
    send(panel, type="tick")
    assert place(panel) == (2, operations(panel.game)) and same(panel, play(bare(panel), 3))


@pytest.mark.parametrize("playing", [True, False])
def test_rates_and_updates_hold_from_the_present_turn_on(playing):
    panel = Live()
    panel.speed.value = 5
    panel.buttons["play"].click()
    send(panel, type="tick")
    if not playing:
        press(panel, "play", "step", "step")
    turn = panel.walk.turn
    old = bare(panel)
    panel.rates["D"].value = 0.01
    panel.updates["G"].value = 3
    assert panel.stage.playing == playing and place(panel) == (turn, 0)
    assert f"a partir da rodada {turn}" in panel.stage.sentence
    panel.walk.run(4)
    panel.redraw()
    play(old, turn)
    old.set_rates(0.01, 1e-3)
    old.set_updates(1, 3)
    assert same(panel, play(old, 4))
    panel.scrubber.set_state({"value": turn - 1})    # the past keeps its own settings
    assert (panel.rates["D"].value, panel.updates["G"].value) == (1e-3, 1)
    assert same(panel, play(bare(panel), turn - 1))
    panel.scrubber.set_state({"value": turn + 1})
    assert (panel.rates["D"].value, panel.updates["G"].value) == (0.01, 3)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_turn_has_as_many_operations_as_counted(loss):
    for k_D, k_G in ((1, 1), (5, 0), (0, 5), (2, 3)):
        game = bare(Live(loss=loss))
        game.set_updates(k_D, k_G)
        assert sum(1 for _ in game.turn()) == operations(game)


# --- beginning again -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", list(SETTINGS))
def test_what_begins_again_says_so_and_keeps_rates_and_updates(key):
    panel = Live()
    panel.rates["G"].value, panel.updates["D"].value = 0.003, 2
    press(panel, "turn", "turn", "play")
    choose(panel.settings[key], 2)
    assert panel.stage.sentence.startswith(f"Nova partida: {SETTINGS[key]}. ")
    assert place(panel) == (0, 0) and not panel.stage.playing and set(panel.history) == {0}
    assert (panel.rates["G"].value, panel.updates["D"].value) == (0.003, 2)
    press(panel, "turn")
    assert "Nova partida" not in panel.stage.sentence and same(panel, play(bare(panel), 1))
    press(panel, "reset")
    assert "Nova partida" not in panel.stage.sentence
    assert_sound(panel)


@pytest.mark.parametrize("make", [Live, OneStep])
def test_points_and_draws_say_that_a_game_begins(make):
    panel = make()
    panel.new_game.click()
    assert panel.stage.sentence.startswith("Nova partida: outro sorteio. ") and panel.seed == 1
    choose(panel.data, 5)
    assert panel.stage.sentence.startswith("Nova partida: os dados mudaram. Clique no plano")
    press(panel, "step", "reset")
    assert panel.stage.sentence.startswith("Clique no plano")
    click_at(panel, 0.5, 0.5)
    assert panel.stage.sentence.startswith("Nova partida: há um ponto novo. ")
    click_at(panel, -0.5, 0.5)
    press(panel, "turn")
    assert "Nova partida" not in panel.stage.sentence
    panel.undo.click()
    assert panel.stage.sentence.startswith("Nova partida: um ponto saiu. ")
    panel.clear.click()
    assert panel.stage.sentence.startswith("Nova partida: o plano está vazio. ")
    if make is OneStep:
        choose(panel.latent, 0)
        assert panel.stage.sentence.startswith("Nova partida: z mudou de dimensão. ")
        panel.layers["mesh"].value = False
        assert "Nova partida" not in panel.stage.sentence
    assert panel.errors == 0


def test_a_refused_beginning_says_nothing_of_a_new_game():
    panel = Live()
    press(panel, "turn")
    panel.seed = 3
    choose(panel.settings["units_G"], 0)
    assert panel.stage.notice == MESSAGES["no_units"].format(units=0) and panel.errors == 0
    assert panel.settings["units_G"].value == 64 and place(panel) == (0, operations(panel.game))
    press(panel, "turn")
    assert "Nova partida" not in panel.stage.sentence and panel.stage.notice == ""


# --- measures --------------------------------------------------------------------------------------------


def measured(game: GanGame, modes: np.ndarray, sigma: float, extent: float) -> tuple[float, ...]:
    """Measure G in numpy: modes, share within 3σ, reverse KL, JS with a Gaussian on each sample itself."""
    z = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        points = game.G(z).double().numpy()
    distance = np.linalg.norm(points[:, None] - modes, axis=2)
    nearest, good = distance.argmin(1), distance.min(1) <= 3 * sigma
    share = np.bincount(nearest, minlength=len(modes)) / len(points)
    reverse_kl = sum(part * log(part * len(modes)) for part in share if part)
    cell = 2 * extent / 96
    axis = (np.arange(96) + 0.5) * cell - extent

    def density(centres: np.ndarray, width: float) -> np.ndarray:
        """The mean of Gaussians, separable: [96, 96]."""
        along = [np.exp(-(axis - centres[:, n, None]) ** 2 / (2 * width**2)) for n in (1, 0)]
        return np.einsum("kr,kc->rc", *along) / (2 * pi * width**2 * len(centres))

    p, q = density(modes, np.hypot(sigma, BLUR)), density(points, BLUR)
    js = 0.0
    for part in (p, q):
        inside = part > 0
        js += (part[inside] * np.log(2 * part[inside] / (p + q)[inside])).sum() * cell**2 / 2
        js += max(0.0, 1 - part.sum() * cell**2) * log(2) / 2
    return len(set(nearest[good])), good.mean(), reverse_kl, js


@pytest.mark.parametrize(("data", "turns"), [("ring", 60), ("grid", 40), ("two_gaussians", 60)])
def test_the_measures_shown_are_those_of_numpy(data, turns):
    panel = Live(data)
    panel.walk.run(turns)
    panel.redraw()
    source = DATASETS[data]()
    modes, quality, reverse_kl, js = measured(play(bare(panel), turns), source.modes.double().numpy(),
                                              source.sigma, 1.25 * source.extent)
    shown = dict(zip(("modes", "quality", "kl", "js"), (value_of(panel, t) for t in live_words.TITLES),
                     strict=True))
    assert shown["modes"] == f"{modes} de {len(source.modes)}"
    assert agrees(read(shown["quality"])[0], 100 * quality)
    assert agrees(read(shown["kl"])[0], reverse_kl, rel=1e-6)
    assert agrees(read(shown["js"])[0], js, abs_=0.002)    # samples are counted in cells first
    for words in shown.values():
        assert words in panel.stage.sentence


@pytest.mark.parametrize("data", list(DATASETS))
def test_the_references_are_what_samples_of_the_data_get(data):
    panel, source = Live(data), DATASETS[data]()
    perfect, rng = panel.gauge.perfect, torch.Generator().manual_seed(77)
    got = [panel.gauge.read(source.sample(SAMPLES, rng)) for _ in range(6)]
    assert 0 < perfect.js < 0.01
    assert np.mean([one.js for one in got]) == pytest.approx(perfect.js, rel=0.25, abs=1e-4)
    if len(source.modes):
        count = len(source.modes)
        assert perfect.quality == pytest.approx(1 - exp(-4.5))
        assert perfect.modes == pytest.approx(count, abs=1e-6)
        assert perfect.reverse_kl == pytest.approx((count - 1) / 5000)
        assert {one.modes for one in got} == {count}
        assert np.mean([one.quality for one in got]) == pytest.approx(perfect.quality, abs=0.003)
        balance = [score(source.sample(SAMPLES, rng), source.modes, source.sigma) for _ in range(60)]
        assert np.mean([one.reverse_kl for one in balance]) == pytest.approx(perfect.reverse_kl, rel=0.5)
    else:
        assert texts(panel).count(live_words.NO_MODES) == 3
        assert [value_of(panel, title) for title in live_words.TITLES[:3]] == ["—"] * 3
        press(panel, "turn")
        assert "não tem modos" in panel.stage.sentence


def test_modes_that_overlap_are_held_against_samples_of_themselves():
    """Two equal points are one mode to any sampler; five clicks on a heap hold no equal shares."""
    heap = [[0.0, 0.0], [0.0, 0.0], [0.1, 0.0], [1.0, 1.0]]
    perfect = Gauge(drawn(heap, 0.08), 2.0).perfect
    assert perfect.modes == 3 and perfect.reverse_kl > 0.1 and perfect.quality > 0.985
    alone = Gauge(drawn([[0.5, 0.5]], 0.08), 2.0).perfect
    assert alone[:3] == pytest.approx((1, 1 - exp(-4.5), 0)) and alone.js < 0.001


def test_a_gauge_is_made_once_for_each_choice():
    panels = Live("two_moons"), Live("two_moons")
    assert panels[0].gauge is panels[1].gauge is gauge_of("two_moons", ())
    choose(panels[0].data, 5)
    click_at(panels[0], 1.0, 1.0)
    assert panels[0].gauge.data.modes.tolist() == [pytest.approx([1.0, 1.0])]


def test_history_is_the_same_wherever_one_comes_from_and_ends_at_a_change():
    panel = Live()
    for _ in range(30):
        press(panel, "turn")
    whole = dict(panel.history)
    assert list(whole) == list(range(31)) and len({reading.js for reading in whole.values()}) > 20
    for turn in (3, 29, 0, 17, 18):
        panel.scrubber.set_state({"value": turn})
        assert panel.history == whole and panel.now == whole[turn] and panel.done == turn
    press(panel, "step", "step")
    assert panel.done == 18.5 and panel.now == whole[18] and panel.history == whole    # only D has moved
    press(panel, "back", "back")    # over the border, to the last operation of the turn before
    assert place(panel)[0] == 17 and panel.now == whole[18] and panel.done == 18
    jumped = Live()
    jumped.walk.run(25)
    jumped.redraw()
    assert jumped.history == {turn: whole[turn] for turn in (0, 25)}
    panel.scrubber.set_state({"value": 12})
    panel.rates["G"].value = 0.01
    assert panel.history == {turn: whole[turn] for turn in range(13)}
    press(panel, "turn")
    assert panel.history[13] != whole[13]
    press(panel, "reset")
    assert panel.history == {0: whole[0]}


def test_a_change_at_a_turns_end_drops_that_turns_reading():
    for names in (("turn",) * 3, ("turn", "turn", *["step"] * 17)):
        panel = Live()
        press(panel, *names)
        assert set(panel.history) >= {2, 3}
        panel.rates["D"].value = 0.0
        assert place(panel) == (2, 0) and max(panel.history) == 2


def test_amid_a_turn_of_many_updates_the_present_G_is_measured_but_not_kept():
    panel = Live()
    panel.updates["G"].value = 3
    press(panel, *["step"] * 17)    # D's update, and G's first
    assert panel.game.k_G == 3 and panel.done == 0.5 and set(panel.history) == {0}
    assert panel.now != panel.history[0]
    press(panel, *["step"] * 16)
    assert panel.done == 1 and panel.history[1] == panel.now


def test_the_charts_run_through_the_history_and_end_at_the_present():
    panel = Live()
    for _ in range(12):
        press(panel, "turn")
    panel.scrubber.set_state({"value": 8})
    curves = [e.get("d") for e in Screen(panel).root.iter()
              if e.get("stroke") == style.GENERATOR and e.get("stroke-width") == "2.50"]
    assert len(curves) == 4
    corners = [[float(n) for n in point.split()] for point in curves[3][1:].split("L")]
    true = [panel.history[turn].js for turn in range(9)]
    across, up = np.array(corners).T
    assert np.diff(across) == pytest.approx(across[1] - across[0], abs=0.2) and len(corners) == 9
    scale = np.polyfit(true, up, 1)
    assert scale[0] < 0 and np.abs(np.polyval(scale, true) - up).max() < 0.15


def test_points_outside_are_counted():
    panel = Live()
    with torch.no_grad():
        panel.game.G[4].bias.copy_(torch.tensor([2.0, 0.0]))    # the window's right edge, amid the cloud
        panel.redraw()
        z = torch.randn(SAMPLES, 2, generator=torch.Generator().manual_seed(0))
        beyond = int((panel.game.G(z)[:128].abs() > 2.0).any(1).sum())
    assert 5 < beyond < 123
    assert f"{beyond} de 128 fora da janela" in texts(panel)
    press(panel, "step")
    assert f"{beyond} de 128 pontos fora da janela" in panel.stage.sentence


# --- bad input -------------------------------------------------------------------------------------------


def test_nobody_plays_is_an_answer():
    panel = Live()
    press(panel, "turn")
    panel.updates["D"].value = 0
    panel.updates["G"].value = 0
    assert panel.stage.notice == MESSAGES["nobody_plays"].format(k_D=0, k_G=0) and panel.errors == 0
    assert (panel.updates["D"].value, panel.updates["G"].value) == (0, 1)
    press(panel, "turn")
    assert_sound(panel)


def test_with_a_rate_of_0_a_network_stands_still():
    panel = Live()
    panel.rates["G"].value = 0.0
    before = fingerprint(panel.game.G)
    press(panel, *["turn"] * 3)
    assert fingerprint(panel.game.G) == before and panel.history[0] == panel.history[3]
    assert_sound(panel)


@pytest.mark.parametrize("net", "DG")
def test_no_units_is_an_answer_and_one_plays(net):
    panel = Live()
    choose(panel.settings[f"units_{net}"], 0)
    assert panel.stage.notice == MESSAGES["no_units"].format(units=0) and panel.errors == 0
    choose(panel.settings[f"units_{net}"], 1)
    assert panel.stage.notice == "" and panel.settings[f"units_{net}"].value == 1
    press(panel, "turn")
    assert_sound(panel)


def test_no_point_and_one_point():
    panel = Live()
    choose(panel.data, 5)
    assert texts(panel).count(live_words.NO_POINTS) == 4
    for key in ("step", "turn", "play"):
        panel.buttons[key].click()
        for _ in range(4):
            send(panel, type="tick")
            press(panel, "step")
        assert panel.stage.notice == MESSAGES["no_points"] and panel.errors == 0
    panel.rates["D"].value = 0.01
    assert panel.stage.notice == "" and panel.errors == 0
    click_at(panel, 1.0, -0.5)
    press(panel, "turn")
    assert_sound(panel)
    assert "de 1 modos" in panel.stage.sentence and same(panel, play(bare(panel), 1))


@pytest.mark.parametrize("loss", list(LOSSES))
def test_extreme_rates_are_drawn_and_named(loss):
    panel = Live(loss=loss)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for lr_D, lr_G in product((0.0, 1000.0), (0.0, 1000.0)):
            press(panel, "reset")
            panel.rates["D"].value, panel.rates["G"].value = lr_D, lr_G
            panel.walk.run(12)
            panel.redraw()
            assert_sound(panel)
            if lr_G:
                assert "taxa menor" in panel.stage.sentence and "Início" in panel.stage.sentence
        press(panel, "back", "step", "turn")
        assert_sound(panel)


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), 1e25])
@pytest.mark.parametrize("net", "DG")
def test_networks_that_are_no_numbers_are_told_with_the_remedy(poison, net):
    panel = Live()
    with torch.no_grad():
        for parameter in getattr(panel.game, net).parameters():
            parameter.fill_(poison)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        press(panel, "turn", "step")
        assert_sound(panel)
        assert "escolha uma taxa menor" in panel.stage.sentence
        if poison != 1e25:
            assert "explodiram" in panel.stage.sentence
        assert panel.picture()


def test_every_sentence_fits_in_its_two_lines():
    longest = live_words.Reading(25, 1.0, 1.2345, 0.6789)
    for count, outside, worst in product((25, 0), (0, 50, 128), (1.0, 1e10, float("nan"))):
        said = live_words.sentence(123456, longest, longest, count, (outside, 128), worst)
        assert len(said) <= TWO_LINES, said
    for news in SETTINGS.values():
        assert len(f"Nova partida: {news}. " + live_words.START) <= TWO_LINES
    now = live_words.sentence(9999, longest, longest, 25, (37, 128), 1.0)
    assert len(live_words.FROM_HERE.format(turn=9999) + now) <= TWO_LINES


# --- every control and any event -------------------------------------------------------------------------


def test_every_control_at_each_of_its_values():
    panel = Live()
    boxes = [*panel.settings.values(), *panel.rates.values(), *panel.updates.values(), panel.speed]
    for box in boxes:
        before = box.index
        for index in [*range(len(box.options)), before]:
            choose(box, index)
            if panel.data.value == "drawn":
                click_at(panel, 0.5, 0.5)
            press(panel, "turn", "step")
            assert_sound(panel)
    assert list(RATES) == [value for _, value in panel.rates["D"].options] and 0 in UNITS


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_leaves_the_weights_of_a_bare_loop_and_no_error(seed):
    chance, panel = random.Random(seed), Live()
    tuned: dict[int, tuple] = {}    # turn -> (lr_D, lr_G, k_D, k_G) from there on
    notices: set[str] = set()

    def setting() -> tuple:
        return (*(panel.rates[net].value for net in "DG"), *(panel.updates[net].value for net in "DG"))

    def tune() -> None:
        box = chance.choice([*panel.rates.values(), *panel.updates.values()])
        turn, before = panel.walk.turn, setting()
        box.set_state({"index": chance.randrange(min(7, len(box.options)))})
        if setting() != before:
            later = {t: values for t, values in tuned.items() if t < turn}
            tuned.clear()
            tuned.update(later | {turn: setting()})

    def reset() -> None:
        press(panel, "reset")
        for turn in [turn for turn in tuned if turn]:
            del tuned[turn]

    def begin() -> None:
        chance.choice([
            panel.new_game.click, lambda: choose(panel.data, chance.choice([0, 1, 2, 3, 5, 5])),
            lambda: choose(panel.loss, chance.randrange(6)), lambda: choose(
                chance.choice([panel.settings["units_D"], panel.settings["units_G"]]), chance.randrange(7)),
            panel.undo.click, panel.clear.click])()

    for number in range(160):
        walk = panel.walk
        x, y = chance.uniform(X, X + SIDE), chance.uniform(Y, Y + SIDE)
        events = [
            (9, lambda: press(panel, chance.choice(["step", "back", "turn", "play", "play"]))), (1, reset),
            (12, lambda: send(panel, type="tick")), (6, tune), (2, begin),
            (4, lambda: panel.scrubber.set_state(
                {"value": chance.randint(panel.scrubber.min, panel.scrubber.max)})),
            (6 if panel.data.value == "drawn" else 1, lambda x=x, y=y: send(panel, type="click", x=x, y=y)),
            (2, lambda: choose(panel.speed, chance.randrange(2))),
        ]
        chance.choices([event for _, event in events], [weight for weight, _ in events])[0]()
        assert_sound(panel)
        notices.add(panel.stage.notice)
        if panel.walk is not walk or not tuned:
            tuned.clear()
            tuned[0] = setting()
        turn, count = place(panel)
        assert setting() == tuned[max(t for t in tuned if t <= turn)]
        if number % 4 == 0:
            game = bare(panel)
            for t in range(turn + 1):
                values = tuned[max(at for at in tuned if at <= t)]
                game.set_rates(*values[:2])
                game.set_updates(*values[2:])
                ops = game.turn()
                for _ in range(count if t == turn else operations(game)):
                    next(ops)
                if t < turn:
                    next(ops, None)
            assert fingerprint(game.G, game.D) == fingerprint(panel.game.G, panel.game.D)
    assert notices <= {"", MESSAGES["no_points"], MESSAGES["no_units"].format(units=0),
                       MESSAGES["nobody_plays"].format(k_D=0, k_G=0)}


def test_a_picture_costs_little_beyond_the_engine():
    panel = Live("grid")
    panel.walk.run(50)
    spent = []
    for _ in range(15):
        began = time.process_time()
        panel.redraw()
        spent.append(time.process_time() - began)
    assert statistics.median(spent) <= 0.06
