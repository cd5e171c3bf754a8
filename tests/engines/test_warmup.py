"""The neuron against closed form, and its drawing where numbers leave the page."""

from itertools import pairwise
from math import inf, nan
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from helpers.steps import Walk
from helpers.warmup import figures
from helpers.warmup.neuron import Neuron, example

torch.set_num_threads(1)


def data(neuron: Neuron) -> tuple[np.ndarray, np.ndarray]:
    return neuron.x.double().numpy(), neuron.y.double().numpy()


def one_turn(neuron: Neuron) -> dict:
    values = {}
    for op in neuron.turn():
        values |= op.values
    return values


@pytest.mark.parametrize("w", [-3.0, -1.0, 0.0, 1.75, 6.0])
def test_loss_gradient_and_step_equal_their_closed_forms(w):
    lr = 0.37
    neuron = Neuron(example().x, example().y, w, lr)
    x, y = data(neuron)
    values = one_turn(neuron)
    gradient = 2 * np.mean((w * x - y) * x)
    assert values["guess"].detach().numpy() == pytest.approx(w * x, rel=1e-6)
    assert values["loss"].item() == pytest.approx(np.mean((w * x - y) ** 2), rel=1e-5)
    assert values["gradient"] == pytest.approx(gradient, rel=1e-5, abs=1e-6)
    assert values["before"] == w and values["after"] == neuron.w.item()
    # the step itself, from the gradient as it was shown: one rounding of float32
    assert values["after"] == pytest.approx(w - lr * values["gradient"], rel=2**-23, abs=1e-7)


def test_gradient_equals_central_differences():
    neuron = example()
    for w in (-2.0, 0.5, 3.0):
        x, y = data(neuron)
        below, above = (np.mean(((w + h) * x - y) ** 2) for h in (-1e-5, 1e-5))
        assert one_turn(Neuron(neuron.x, neuron.y, w))["gradient"] == pytest.approx((above - below) / 2e-5,
                                                                                    rel=1e-4)


def test_the_minimum_is_where_its_docstring_says_and_training_finds_it():
    neuron = example()
    x, y = data(neuron)
    best = (x * y).sum() / (x * x).sum()
    assert one_turn(Neuron(neuron.x, neuron.y, best))["gradient"] == pytest.approx(0, abs=1e-6)
    around = neuron.loss_at(torch.tensor([best - 0.1, best, best + 0.1])).numpy()
    assert around[1] < around[0] and around[1] < around[2]
    # a parabola: both sides rise by curvature/2 · 0.1², with curvature 2·mean(x²)
    assert around[[0, 2]] - around[1] == pytest.approx(np.mean(x**2) * 0.01, rel=1e-3)
    assert abs(best - 2) < 0.2    # the lesson says 'near y = 2·x'
    walk = Walk(neuron)
    walk.run(100)
    assert neuron.w.item() == pytest.approx(best, abs=1e-5)


def test_loss_at_equals_the_loss_of_a_neuron_with_that_weight():
    weights = torch.tensor([-2.5, 0.0, 2.0, 6.5])
    for w, loss in zip(weights.tolist(), example().loss_at(weights).tolist(), strict=True):
        assert loss == pytest.approx(one_turn(Neuron(example().x, example().y, w))["loss"].item(), rel=1e-6)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98, 1.02, 1.3])
def test_it_converges_below_the_critical_rate_and_diverges_above(share):
    """Each turn multiplies the distance to the minimum by 1 − 2·lr·mean(x²)."""
    x, y = data(example())
    best, critical = (x * y).sum() / (x * x).sum(), 1 / np.mean(x**2)
    neuron = example(lr=share * critical)
    distance = [neuron.w.item() - best]
    for _ in range(20):
        one_turn(neuron)
        distance.append(neuron.w.item() - best)
    factor = 1 - 2 * share
    for before, after in pairwise(distance[:7]):
        assert after == pytest.approx(factor * before, rel=1e-3, abs=1e-5)
    assert (abs(distance[-1]) < abs(distance[0])) == (share < 1)
    assert (abs(distance[-1]) > 1.4 * abs(distance[0])) == (share > 1)


def test_the_panels_slider_reaches_both_sides_of_the_critical_rate():
    x, _ = data(example())
    assert 0.1 < 1 / np.mean(x**2) < 1.2


AWKWARD = [0.0, -1.0, 2.0, 1e30, -1e30, inf, -inf, nan]


def finite_xml(drawing: str) -> int:
    """Parse an SVG fragment, look for numbers that are none, count its elements."""
    root = ElementTree.fromstring(f"<svg>{drawing}</svg>")
    for element in root.iter():
        for name, value in element.attrib.items():
            assert "nan" not in value and "inf" not in value, f"{element.tag} {name}={value}"
    return sum(1 for _ in root.iter())


@pytest.mark.parametrize("w", AWKWARD)
def test_the_drawing_holds_with_any_number(w):
    points = [(-1.0, -2.0), (0.5, 1.0)]
    curve = [(-2.5, 20.0), (2.0, 0.1), (6.5, 20.0)]
    finite_xml(figures.line_among_points(8, 6, 384, 464, points, w, errors=True))
    for slope in (None, 0.0, 1e30, -inf, nan):
        for target in (None, (w, abs(w)), (nan, inf)):
            finite_xml(figures.parabola(curve, (w, abs(w)), slope, True, target))


def path_ends(drawing: str, stroke: str) -> list[list[float]]:
    element = next(e for e in ElementTree.fromstring(f"<svg>{drawing}</svg>").iter()
                   if e.get("stroke") == stroke)
    return [[float(number) for number in point.split()] for point in element.get("d")[1:].split("L")]


def test_the_line_on_the_page_has_the_neurons_slope():
    """The window is 5 wide in x and 10 in y, on 400 × 400."""
    for slope in (-1.0, 0.0, 2.0):
        (x0, y0), (x1, y1) = path_ends(
            figures.line_among_points(0, 0, 400, 400, [(1.0, 1.0)], slope, False), "#009E73")
        assert -(y1 - y0) / (x1 - x0) == pytest.approx(slope * (400 / 10) / (400 / 5), abs=0.01)
        assert (y0 + y1) / 2 == pytest.approx(200) and (x0 + x1) / 2 == pytest.approx(200)


def test_the_tangent_on_the_page_has_the_gradients_slope():
    curve = [(w, w * w) for w in (-2.0, -1.0, 0.0, 1.0, 2.0)]
    (x0, y0), (x1, y1) = path_ends(figures.parabola(curve, (1.0, 1.0), 2.0, False), "#D55E00")
    (a, fa), *_, (b, fb) = path_ends(figures.parabola(curve, (1.0, 1.0), None, False), "#1b1b1b")[2:]
    # the curve's own points (0, 0) and (2, 4) span a secant of slope 2, parallel to the tangent at 1
    assert (y1 - y0) / (x1 - x0) == pytest.approx((fb - fa) / (b - a), rel=0.01)


@pytest.mark.parametrize(("w", "words", "x"), [
    (-217.457, "← a bola saiu da janela: w = −217,457", 64), (6.6, "a bola saiu da janela →  w = 6,600", 516),
    (nan, "a bola saiu da janela →  w = —", 516), (inf, "a bola saiu da janela →  w = ∞", 516)])
def test_a_ball_that_left_the_parabola_leaves_a_mark_with_its_value(w, words, x):
    curve = [(-2.5, 20.0), (2.0, 0.1), (6.5, 20.0)]
    for ball, target in (((w, 1e4), None), ((2.0, 0.1), (w, 1e4))):
        root = ElementTree.fromstring(f"<svg>{figures.parabola(curve, ball, None, False, target)}</svg>")
        assert words in [e.text for e in root.iter() if e.tag == "text"]
        heads = [e.get("d") for e in root.iter() if e.get("fill") == "#E69F00"]
        assert heads[0].startswith(f"M{x} 70") or heads[0].startswith(f"M{x}.0 70")
    for inside in (-2.5, 2.0, 6.5):
        assert "saiu" not in figures.parabola(curve, (inside, 20.0), None, False)
