"""Saturante ou não: weights, pulls and arrows against finite differences, autograd and closed forms."""

import copy
import random
import re
from typing import Any

import numpy as np
import pytest
import torch

from helpers.adversarial import LOSSES
from helpers.gan.panels import Saturation
from helpers.gan.panels.saturation import SIDE, TOP
from helpers.gan.saturation import KEYS, RULES, Duel, weights
from helpers.gan.saturation_figures import COLORS, LOGITS, LONGEST, POWERS
from tests.panels.shown import Screen, agrees, assert_numbers, choose, fingerprint, read, send

torch.set_num_threads(1)
PLANES = dict(zip(KEYS, (8.0, 274.0), strict=True))    # where each plane begins


def after(turns: int, **choices: Any) -> Duel:
    duel = Duel(**choices)
    for _ in range(turns):
        for _ in duel.turn():
            pass
    return duel


# --- the engine -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", [0, 40, 160])
def test_pulls_are_the_weights_times_the_slope_of_the_logit_by_finite_differences(turns):
    duel = after(turns)
    look, D = duel.look(), copy.deepcopy(duel.game.D).double()
    x, step = look["points"].double(), 1e-6
    with torch.no_grad():
        slope = torch.stack([(D(x + step * e) - D(x - step * e)).flatten() / (2 * step)
                             for e in torch.eye(2, dtype=torch.float64)], 1)
        a = D(x)
    for key, weight in (("saturating", 1 / (1 + (-a).exp())), ("non_saturating", 1 / (1 + a.exp()))):
        torch.testing.assert_close(look[key].double(), weight * slope, rtol=2e-3, atol=1e-5)
        torch.testing.assert_close(weights(a)[key], weight)
        mean = (weight * slope).norm(dim=1).mean().item()
        assert look[f"mean_{key}"].item() == pytest.approx(mean, rel=1e-3)


@pytest.mark.parametrize("turns", [0, 80])
@pytest.mark.parametrize("key", KEYS)
def test_pulls_are_minus_the_gradient_of_the_games_own_losses(key, turns):
    duel = after(turns)
    x = duel.game.G(duel.z).detach().requires_grad_()
    loss = LOSSES[key].generator(duel.game.D(x), None)
    loss.backward()
    torch.testing.assert_close(duel.look()[key], -len(x) * x.grad, rtol=1e-4, atol=1e-6)


def test_both_point_the_same_way_and_their_lengths_are_as_d_to_one_minus_d():
    look = after(60).look()
    weak, strong = (look[key].double() for key in KEYS)
    cosine = torch.cosine_similarity(weak, strong)
    assert cosine.min() > 1 - 1e-5
    ratio = weak.norm(dim=1) / strong.norm(dim=1)
    chance = look["logit"].double().sigmoid().flatten()
    torch.testing.assert_close(ratio, chance / (1 - chance), rtol=1e-3, atol=0)


def test_where_d_rejects_it_is_the_generator_of_the_saturating_loss_that_starves():
    start, late = Duel().look(), after(250).look()
    assert start["logit"].sigmoid().mean() > 0.4
    assert start["mean_saturating"] == pytest.approx(start["mean_non_saturating"].item(), rel=0.3)
    assert late["logit"].sigmoid().mean() < 0.01
    assert late["mean_saturating"] < start["mean_saturating"] / 10
    assert late["mean_non_saturating"] > 20 * start["mean_non_saturating"]
    duel = after(250)
    moved = duel.played("sgd")
    x = duel.look()["points"]
    far = {key: (moved[key] - x).norm(dim=1).mean().item() for key in KEYS}
    assert far["non_saturating"] > 100 * far["saturating"]


@pytest.mark.parametrize("key", KEYS)
def test_the_played_rounds_are_plain_gradient_steps_of_a_copy(key):
    duel = after(50)
    before, rng = fingerprint(duel.game.G, duel.game.D), duel.game.rng.get_state()
    moved = duel.played("sgd", 5)
    assert fingerprint(duel.game.G, duel.game.D) == before    # the duel itself stays
    assert torch.equal(duel.game.rng.get_state(), rng)
    assert all(p.grad is None for p in duel.game.G.parameters())
    G, draws = copy.deepcopy(duel.game.G).requires_grad_(), torch.Generator().manual_seed(duel.seed)
    for _ in range(5):
        a = duel.game.D(G(torch.randn(128, 2, generator=draws)))
        loss = (1 - a.sigmoid()).log().mean() if key == "saturating" else -a.sigmoid().log().mean()
        slopes = torch.autograd.grad(loss, list(G.parameters()))
        with torch.no_grad():
            for parameter, slope in zip(G.parameters(), slopes, strict=True):
                parameter -= RULES["sgd"][1] * slope
    torch.testing.assert_close(moved[key], G(duel.z).detach(), rtol=1e-3, atol=1e-4)


def test_adam_hides_the_saturation():
    duel = after(150)
    x = duel.look()["points"]
    far = {(rule, key): (points - x).norm(dim=1).mean().item()
           for rule in RULES for key, points in duel.played(rule).items()}
    assert far["sgd", "saturating"] < far["sgd", "non_saturating"] / 20
    assert far["adam", "saturating"] > far["adam", "non_saturating"] / 2


# --- what the screen shows --------------------------------------------------------------------------------


def lines(root: Any, color: str, width: str) -> np.ndarray:
    """All separate strokes of a colour and width: [n, 2 ends, x and y]."""
    return np.array([[[float(n) for n in corner.split()] for corner in run.split("L")]
                     for element in root.iter()
                     if element.get("stroke") == color and element.get("stroke-width") == width
                     for run in element.get("d").split("M")[1:]])


def squares(root: Any, color: str, width: str) -> list[np.ndarray]:
    """Each cloud of squares of a colour and size: [n, 2]."""
    found = [e.get("d") for e in root.iter() if (e.get("stroke"), e.get("stroke-width")) == (color, width)
             and e.get("stroke-linecap") == "square"]
    return [np.array([[float(n) for n in point.split()] for point in re.findall(r"M([^Mh]+)h0", path)])
            for path in found]


def assert_shows_the_duel(panel: Saturation) -> Screen:
    screen, duel = Screen(panel), panel.duel
    extent = 1.1 * duel.game.data.extent
    x = duel.game.G(duel.z).detach().requires_grad_()
    a = duel.game.D(x)
    slope = torch.autograd.grad(a.sum(), x)[0].double().numpy()
    a = a.detach().double().numpy()
    chance = 1 / (1 + np.exp(-a))
    pulls = dict(zip(KEYS, (chance * slope, (1 - chance) * slope), strict=True))
    longest = max(np.linalg.norm(pull, axis=1).max() for pull in pulls.values())
    for key, color in zip(KEYS, COLORS, strict=True):
        left = PLANES[key]
        arrows = lines(screen.root, color, "2.20")
        if panel._ends() is not None:
            assert not len(arrows)
            continue
        tails = np.c_[left + SIDE * (x.detach()[:, 0] / extent + 1) / 2,
                      TOP + SIDE * (1 - x.detach()[:, 1] / extent) / 2]
        assert arrows[:, 0] == pytest.approx(tails, abs=0.06)
        across = (arrows[:, 1] - arrows[:, 0]) * [1, -1]
        assert across == pytest.approx(SIDE * LONGEST * pulls[key] / longest, abs=0.12)    # one scale
    rows = ["".join(e.itertext()) for e in screen.texts
            if e.get("x") == "552" and 330 < float(e.get("y")) < 440]
    assert_numbers(rows[0], [chance.mean()], rel=1e-4)
    assert_numbers(rows[1], [chance.mean()], rel=1e-4)
    assert_numbers(rows[2], [(1 - chance).mean()], rel=1e-4)
    if panel._ends() is None:
        for row, key in zip(rows[3:], KEYS, strict=True):
            assert_numbers(row, [np.linalg.norm(pulls[key], axis=1).mean()], rel=1e-3)
    low, high = LOGITS
    marks = squares(screen.root, "#E69F00", "8")
    for points, height in zip(marks, (chance, 1 - chance), strict=True):
        seen = a.clip(low, high)
        assert points[:, 0] == pytest.approx((582 + 350 * (seen - low) / (high - low)).flatten(), abs=0.06)
        inside = ((a > low) & (a < high)).flatten()
        assert points[inside, 1] == pytest.approx((TOP + 240 * (1 - height)).flatten()[inside], abs=0.06)
    return screen


@pytest.mark.parametrize("generator", [0, 1])
def test_arrows_weights_and_numbers_are_recomputed_by_autograd(generator):
    panel = Saturation()
    choose(panel.generator, generator)
    for _ in range(3):
        assert_shows_the_duel(panel)
        panel.more.click()
    for _ in range(20):
        panel.buttons["step"].click()
        assert_shows_the_duel(panel)
    assert panel.errors == 0


def test_the_lengths_over_the_turns_are_those_of_a_bare_loop():
    panel, duel, truth = Saturation(), Duel(), []
    panel.more.click()
    for _ in range(50):
        for _ in duel.turn():
            pass
        look = duel.look()
        truth.append([look[f"mean_{key}"].item() for key in KEYS])
    low, high = POWERS
    for n, color in enumerate(COLORS):
        line = lines(Screen(panel).root, color, "2.50")[0]
        assert len(line) == 50
        shares = (np.log10([row[n] for row in truth]) - low) / (high - low)
        assert line[:, 1] == pytest.approx(338 + 92 * (1 - shares), abs=0.06)
        assert panel._lengths()[n] == pytest.approx([row[n] for row in truth])


def test_the_words_say_who_starves_when_d_rejects():
    panel = Saturation()
    assert "mesma direção" in panel.stage.sentence
    for _ in range(3):
        panel.more.click()
    assert "quem fica sem gradiente é G, não D" in panel.stage.sentence
    assert_numbers(panel.stage.sentence, [panel.look["logit"].sigmoid().mean().item(),
                                          *(panel.look[f"mean_{key}"].item() for key in KEYS)])


def test_letting_g_play_shows_how_far_each_went_and_a_step_takes_it_away():
    panel = Saturation()
    for _ in range(2):
        panel.more.click()
    for rule in range(2):
        choose(panel.rule, rule)
        assert "andaram" not in panel.stage.sentence
        panel.play.click()
        moved = panel.duel.played(panel.rule.value)
        far = [(moved[key] - panel.look["points"]).norm(dim=1).mean().item() for key in KEYS]
        assert all(agrees(number, true) for number, true in zip(read(panel.stage.sentence), far, strict=True))
        assert_shows_the_duel(panel)
        for key, ends in zip(KEYS, squares(Screen(panel).root, "#E69F00", "5.50"), strict=True):
            extent = 1.1 * panel.duel.game.data.extent
            across = PLANES[key] + SIDE * (moved[key][:, 0].numpy() / extent + 1) / 2
            assert ends[:, 0] == pytest.approx(across, abs=0.06)
    panel.buttons["step"].click()
    assert "andaram" not in panel.stage.sentence
    panel.buttons["back"].click()
    assert "andaram" in panel.stage.sentence    # the same place again, the same answer
    assert panel.errors == 0


def test_a_d_that_is_no_number_is_drawn_all_the_same():
    panel = Saturation()
    with torch.no_grad():
        panel.duel.game.D[0].weight.fill_(float("nan"))
    panel.redraw()
    Screen(panel)
    panel.play.click()
    Screen(panel)
    assert panel.errors == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_leaves_the_panel_right(seed):
    chance, panel = random.Random(seed), Saturation()
    for _ in range(120):
        events = [*(panel.buttons[key].click for key in ("step", "step", "back", "turn", "reset", "play")),
                  *[lambda: send(panel, type="tick")] * 3, panel.more.click, panel.play.click,
                  lambda: choose(panel.generator, chance.randrange(2)),
                  lambda: choose(panel.rule, chance.randrange(2)),
                  lambda: choose(panel.speed, chance.randrange(3)),
                  lambda: send(panel, type="click", x=chance.uniform(0, 940), y=chance.uniform(0, 478)),
                  lambda: panel.scrubber.set_state({"value": chance.randint(0, panel.scrubber.max)}),
                  lambda: send(panel, type="key", key=chance.choice(["step", "back", "play"]))]
        chance.choice(events)()
        assert panel.errors == 0, panel.stage.notice
        assert panel.stage.notice == ""
        assert_shows_the_duel(panel)


def test_back_and_forward_show_the_same():
    panel, seen = Saturation(), []
    for _ in range(34):
        seen.append((panel.stage.svg, panel.stage.sentence))
        panel.buttons["step"].click()
    for before in reversed(seen):
        panel.buttons["back"].click()
        assert (panel.stage.svg, panel.stage.sentence) == before
