"""The cost of generating, timed with a model whose cost is known."""

import time

import pytest

from helpers.video import cost
from helpers.video.cost_figures import cost_chart


class Slow:
    """Takes 60 ms for 6,400 frames, and for others in proportion to a power of their number."""

    def __init__(self, power: int) -> None:
        self.power = power

    def __call__(self, noise) -> None:
        clips, steps = noise.steps.shape[:2]
        time.sleep(0.06 * (clips * (steps + 1) / 6400) ** self.power)


def test_a_linear_cost_is_found_straight_and_a_square_one_is_not():
    straight = cost.by_length(Slow(1), rounds=3)
    assert straight.straight > 0.98
    assert straight.seconds[-1] / straight.seconds[0] == pytest.approx(8, rel=0.3)
    assert cost.by_batch(Slow(1), rounds=3).straight > 0.98
    assert cost.by_length(Slow(3), rounds=1).straight < 0.9


def test_the_line_of_a_cost_that_is_exactly_straight():
    assert cost.Cost((1, 2, 4), (0.1, 0.2, 0.4)).straight == pytest.approx(1)
    assert cost.Cost((1, 2, 3), (1.0, 0.0, 1.0)).straight == pytest.approx(0)


def test_the_chart_is_a_picture():
    shown = cost_chart(cost.Cost((1, 2), (0.1, 0.2)), cost.Cost((3, 6), (0.3, 0.6)))
    assert shown.data.startswith(b"\x89PNG")
