"""The cost of generating, timed with a model whose cost is known."""

import numpy as np
import pytest

from helpers.video import cost
from helpers.video.cost_figures import cost_chart


@pytest.fixture
def clock(monkeypatch):
    """A clock that only a model moves: a list of one number, in seconds."""
    now = [0.0]
    monkeypatch.setattr(cost.time, "perf_counter", lambda: now[0])
    return now


def model(clock, power):
    """Takes 60 ms for 6,400 frames, and for others in proportion to a power of their number."""
    def run(noise):
        clips, steps = noise.steps.shape[:2]
        clock[0] += 0.06 * (clips * (steps + 1) / 6400) ** power
    return run


def test_a_linear_cost_is_found_straight_and_a_cubic_one_is_not(clock):
    long, many = cost.by_length(model(clock, 1)), cost.by_batch(model(clock, 1))
    assert long.straight == pytest.approx(1) and many.straight == pytest.approx(1)
    assert dict(zip(*long, strict=True)) == pytest.approx({16: .0075, 32: .015, 64: .03, 128: .06})
    assert dict(zip(*many, strict=True)) == pytest.approx({25: .00375, 50: .0075, 100: .015, 200: .03})
    cubes = cost.by_length(model(clock, 3))
    assert cubes.straight == pytest.approx(np.corrcoef(cubes.sizes, np.power(cubes.sizes, 3.0))[0, 1] ** 2)


def test_the_line_of_a_cost_that_is_exactly_straight():
    assert cost.Cost((1, 2, 4), (0.1, 0.2, 0.4)).straight == pytest.approx(1)
    assert cost.Cost((1, 2, 3), (1.0, 0.0, 1.0)).straight == pytest.approx(0)


def test_the_chart_is_a_picture():
    shown = cost_chart(cost.Cost((1, 2), (0.1, 0.2)), cost.Cost((3, 6), (0.3, 0.6)))
    assert shown.data.startswith(b"\x89PNG")
