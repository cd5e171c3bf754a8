"""O discriminador ótimo: the curve, the fields and the numbers shown against their own recomputation."""

import random
from math import log, pi, sqrt

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from helpers.gan import frozen, probe
from helpers.gan.frozen import GRID, SCENES, WIDTH, scene
from helpers.gan.game import flat
from helpers.gan.optimal_figures import KNOWN, PURPLE, TRACK
from helpers.gan.panels import OptimalD
from helpers.gan.panels.optimal import LEFT, SECOND, SIDE, TOP
from tests.engines.test_theory import js_on_a_line
from tests.panels.shown import Screen, assert_numbers, choose, read, send

torch.set_num_threads(1)
BLURRED = sqrt(frozen.SIGMA**2 + WIDTH**2)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def polylines(screen: Screen, color: str, width: str) -> list[np.ndarray]:
    """The corners of every line of a colour and width, on the page."""
    return [np.array([[float(n) for n in corner.split()] for corner in run.split("L")])
            for element in screen.root.iter()
            if element.get("stroke") == color and element.get("stroke-width") == width
            for run in element.get("d", "").split("M")[1:] if "L" in run]


# --- the engine -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slide", [0.0, 0.4, 1.0, 1.8])
def test_theory_of_the_sliding_gaussian_equals_closed_forms(slide):
    """Both are Gaussians of width √(σ² + h²), h apart along x: q, JS and the best D have formulas."""
    still = scene("slide", slide)
    x = GRID.points().double()
    q = torch.exp(-(x - torch.tensor([frozen.HOME[0] + slide, 0.0])).square().sum(1) / (2 * BLURRED**2))
    q = q.reshape(GRID.n, GRID.n) / (2 * pi * BLURRED**2)
    assert (still.q - q).abs().max() < 0.02 * q.max()    # of 100 000 samples
    assert still.divergence == pytest.approx(js_on_a_line(slide, BLURRED), abs=1e-3)
    assert still.least == pytest.approx(2 * log(2) - 2 * still.divergence)
    logit = (-slide * (x[:, 0] - frozen.HOME[0] - slide / 2) / BLURRED**2).reshape(GRID.n, GRID.n)
    both = still.p + still.q
    assert ((still.best - logit.sigmoid()).abs() * both / 2).sum() * GRID.cell**2 < 0.005


@pytest.mark.parametrize("key", SCENES)
def test_q_is_the_density_of_what_d_sees_and_lies_inside_the_window(key):
    """Fresh samples of the game's own G, which is blurred, against the estimate: their shares in blocks."""
    still, n = scene(key, 1.8), 200_000
    assert GRID.integral(still.p) > 0.999
    assert GRID.integral(still.q) > 0.999
    game = still.game(4)
    with torch.no_grad():
        fake = game.G(torch.randn(n, 4, generator=seeded(5)))
    real = game.data.sample(n, seeded(6))
    edges = torch.linspace(-GRID.extent, GRID.extent, GRID.n + 1)[::10].tolist()
    for samples, density in ((fake, still.q), (real, still.p)):
        blocks = density[:100, :100].reshape(10, 10, 10, 10).sum((1, 3)) * GRID.cell**2
        shares = np.histogram2d(samples[:, 1].numpy(), samples[:, 0].numpy(), [edges, edges])[0] / n
        assert np.abs(shares - blocks.numpy()).max() < 0.005


@pytest.mark.parametrize(("key", "units"), [("slide", 16), ("young", 64), ("ring", 4)])
def test_the_loss_by_quadrature_is_what_fresh_samples_cost_and_never_below_the_least(key, units):
    still, n = scene(key, 0.5), 200_000
    game = still.game(units)
    for turns in (0, 30, 120):
        for _ in range(turns):
            for _ in game.turn():
                pass
        look = still.look(game.D)
        with torch.no_grad():
            parts = (softplus(-game.D(game.data.sample(n, seeded(1)))),
                     softplus(game.D(game.G(torch.randn(n, 4, generator=seeded(2))))))
        loss, error = sum(p.mean().item() for p in parts), sqrt(sum(p.var().item() / n for p in parts))
        assert abs(look.loss - loss) < 5 * error + 0.004    # .004: q comes from samples as well
        assert look.loss >= still.least - 1e-9
        assert loss > still.least - 5 * error - 0.004


@pytest.mark.parametrize("key", SCENES)
def test_no_d_at_all_costs_less_than_the_best_and_the_best_costs_the_least(key):
    still = scene(key, 0.7)

    class Best(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (still.p.log() - still.q.log()).clamp(-300, 300).reshape(-1, 1)

    best = still.look(Best())
    outside = (2 - GRID.integral(still.p) - GRID.integral(still.q)) * log(2)
    assert best.loss == pytest.approx(still.least, abs=1e-6 + abs(outside))
    assert best.distance < 1e-9
    for seed in range(5):
        assert still.look(still.game(16, seed).D).loss > still.least


def test_only_d_learns_and_few_units_stay_above_the_least():
    still, gaps = scene("ring"), {}
    for units in (1, 64):
        game = still.game(units)
        before = flat(game.G)
        for _ in range(400):
            for _ in game.turn():
                pass
        assert torch.equal(flat(game.G), before)
        gaps[units] = still.look(game.D).loss - still.least
    assert gaps[1] > 0.3
    assert gaps[64] < 0.27
    easy = scene("slide", 0.4)
    game = easy.game(16)
    for _ in range(200):
        for _ in game.turn():
            pass
    assert easy.look(game.D).loss - easy.least < 0.01


# --- what the screen shows --------------------------------------------------------------------------------


def recomputed(panel: OptimalD, x: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """p and q at a few places [k, 2]: q as the plain mean of Gaussians around G's samples."""
    data, G = panel.still.data, panel.still.G
    p = data.log_density(x.double()).exp()
    q = torch.zeros(len(x), dtype=torch.float64)
    for part in probe.sample(G, 2, frozen.SAMPLES).split(20_000):
        q += torch.exp(-(x[:, None] - part).double().square().sum(2) / (2 * WIDTH**2)).sum(1)
    return p.numpy(), (q / (frozen.SAMPLES * 2 * pi * WIDTH**2)).numpy()


def assert_shows_the_optimum(panel: OptimalD, sample: int = 12) -> Screen:
    """Both curves of the cut, the numbers under the code and the sentence."""
    screen, still = Screen(panel), panel.still
    row = panel.row
    x = torch.stack((GRID.axis, torch.full((GRID.n,), GRID.axis[row].item())), 1)
    with torch.no_grad():
        chance = panel.game.D(x).sigmoid().flatten().numpy()
    curve, = polylines(screen, PURPLE, "3.50")
    left, right, top, low = 486.0, 932.0, 30.0, 30 + 0.54 * 320
    assert curve[:, 0] == pytest.approx(np.linspace(left, right, GRID.n), abs=0.06)
    assert (low - curve[:, 1]) / (low - top) == pytest.approx(chance, abs=1e-3)
    track = polylines(screen, TRACK, "10")[:-1]    # the last one is the legend's
    track = np.concatenate(track) if track else np.empty((0, 2))
    places = ((track[:, 0] - left) / (right - left) * (GRID.n - 1)).round().astype(int)
    both = still.p + still.q
    enough = (both[row] > KNOWN * both.max()).numpy()
    assert set(places) <= set(np.flatnonzero(enough))
    chosen = places[:: max(1, len(places) // sample)]
    if len(chosen):
        p, q = recomputed(panel, x[chosen])
        heights = (low - track[:: max(1, len(places) // sample), 1]) / (low - top)
        assert heights == pytest.approx(p / (p + q), abs=0.003)    # counting in cells costs a little
    look = still.look(panel.game.D)
    rows = ["".join(e.itertext()) for e in screen.texts if float(e.get("y")) > 420]
    assert_numbers(rows[0], [look.loss, still.least, look.loss - still.least, look.distance], abs_=1e-6)
    shown = [number[0] for number in read(rows[1])]
    assert shown[0] == pytest.approx(still.divergence, abs=6e-4)
    assert shown[-1] == pytest.approx(-still.least, abs=6e-4)
    return screen


@pytest.mark.parametrize("key", SCENES)
def test_every_scene_shows_d_and_the_optimum_recomputed(key):
    panel = OptimalD(key, 16, 0.6)
    assert_shows_the_optimum(panel)
    panel.walk.run(20)
    panel.cut.set_state({"value": 0.4})
    assert panel.errors == 0
    assert_shows_the_optimum(panel)
    assert panel.stage.sentence.startswith("Rodada 19: D perde ")


def test_the_sentences_tell_equal_from_apart():
    assert "mal se tocam" in OptimalD("slide", 4, 1.8).stage.sentence
    assert "quase iguais" in OptimalD("slide", 4, 0.0).stage.sentence


def test_a_click_on_either_field_moves_the_cut_and_elsewhere_does_not():
    panel = OptimalD()
    for left in (LEFT, SECOND):
        send(panel, type="click", x=left + 5, y=TOP + SIDE / 4)
        assert panel.cut.value == pytest.approx(1.0, abs=GRID.cell)
        assert GRID.axis[panel.row] == pytest.approx(1.0, abs=GRID.cell)
        send(panel, type="click", x=left + 5, y=TOP + SIDE / 2)
        assert GRID.axis[panel.row] == pytest.approx(0.0, abs=1e-6)
    for x, y in ((LEFT + 5, TOP + SIDE + 1), (600.0, 60.0), (LEFT + SIDE + 2, TOP + 5)):
        send(panel, type="click", x=x, y=y)
        assert panel.row == GRID.n // 2


def test_the_slider_of_the_distance_stands_only_where_it_means_something():
    panel = OptimalD()
    assert panel.slide.layout.visibility == "visible"
    choose(panel.scene, 2)
    assert panel.slide.layout.visibility == "hidden"


def test_a_d_that_is_no_number_is_drawn_all_the_same():
    panel = OptimalD()
    with torch.no_grad():
        panel.game.D[0].weight.fill_(float("nan"))
    panel.redraw()
    Screen(panel)
    assert "—" in panel.stage.sentence


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_leaves_the_panel_right(seed):
    chance, panel = random.Random(seed), OptimalD()
    for number in range(120):
        events = [*(panel.buttons[key].click for key in ("step", "step", "back", "turn", "reset", "play")),
                  *[lambda: send(panel, type="tick")] * 3, panel.new.click,
                  lambda: choose(panel.scene, chance.randrange(len(SCENES))),
                  lambda: choose(panel.units, chance.randrange(4)),
                  lambda: choose(panel.speed, chance.randrange(3)),
                  lambda: panel.slide.set_state({"value": chance.choice([0, 0.3, 1.8, 7])}),
                  lambda: panel.cut.set_state({"value": chance.choice([-9, -2, 0.04, 2, 9])}),
                  lambda: send(panel, type="click", x=chance.uniform(0, 940), y=chance.uniform(0, 478)),
                  lambda: panel.scrubber.set_state({"value": chance.randint(0, panel.scrubber.max)}),
                  lambda: send(panel, type="key", key=chance.choice(["step", "back", "play"]))]
        chance.choice(events)()
        assert panel.errors == 0, panel.stage.notice
        assert panel.stage.notice == ""
        if number % 8 == 0:
            assert_shows_the_optimum(panel, 2)
        else:
            Screen(panel)


def test_back_and_forward_show_the_same():
    panel, seen = OptimalD("collapsed", 4), []
    for _ in range(20):
        seen.append((panel.stage.svg, panel.stage.sentence))
        panel.buttons["step"].click()
    for before in reversed(seen):
        panel.buttons["back"].click()
        assert (panel.stage.svg, panel.stage.sentence) == before
