"""The cost of generating, timed with a model whose cost is known."""

import random
import re
from itertools import count

import pytest

from helpers.video import cost
from helpers.video.cost import Cost
from helpers.video.cost_figures import cost_chart, cost_drawing

SIZES = 1, 2, 4, 8


@pytest.fixture
def clock(monkeypatch):
    """A clock that only a model moves: a list of one number, in seconds."""
    now = [0.0]
    monkeypatch.setattr(cost.time, "process_time", lambda: now[0])
    return now


def model(clock, power, fixed=0.0, hinder=lambda: 1.0):
    """Takes 10 µs a frame, or in proportion to a power of their number; fixed: seconds a call, besides."""
    def run(noise):
        clips, steps = noise.steps.shape[:2]
        clock[0] += hinder() * (fixed + 0.016 * (clips * (steps + 1) / 1600) ** power)
    return run


def power(p):
    """A cost that grows as a power of the size."""
    return Cost(SIZES, tuple(0.01 * size**p for size in SIZES))


def test_every_size_takes_the_models_time(clock):
    long, many = cost.by_length(model(clock, 1)), cost.by_batch(model(clock, 1))
    assert dict(zip(*long, strict=True)) == pytest.approx({16: .016, 32: .032, 64: .064, 128: .128})
    assert dict(zip(*many, strict=True)) == pytest.approx({100: .016, 200: .032, 400: .064, 800: .128})
    for found in (long, many):
        assert found.spread == pytest.approx(1) and found.times == SIZES


@pytest.mark.parametrize("p", [0.0, 1.5, 2.0, 3.0])
def test_a_cost_that_is_no_line_is_told_from_one(clock, p):
    for found in (cost.by_length(model(clock, p)), cost.by_batch(model(clock, p)), power(p)):
        assert found.spread == pytest.approx(8 ** abs(p - 1)) and found.spread > 2
        assert found.times != SIZES


def test_the_bent_cost_of_a_cache_that_overflows_is_no_line():
    """What clips drawn all at once took, ms: a line explains .97 of its variance."""
    found = Cost((16, 32, 64, 128), (21, 35, 110, 369))
    assert found.spread == pytest.approx(369 / 128 / (35 / 32)) and found.spread > 2
    assert found.times == (1, 2, 4, 16)


@pytest.mark.parametrize("seed", range(3))
def test_a_slow_start_and_a_restless_machine_change_nothing_that_is_shown(clock, seed):
    """A call costs 10 % of the smallest besides; the first round is cold, each later call 0 to 10 % off."""
    draw, calls = random.Random(seed), count()
    busy = model(clock, 1, 0.0016, lambda: 1 + 0.1 * draw.random() + 4 * (next(calls) % 45 < 15))
    long, many = cost.by_length(busy), cost.by_batch(busy)
    assert next(calls) == 2 * 3 * (8 + 4 + 2 + 1)    # each size makes as many frames
    assert max(long.spread, many.spread) < 1.3 and long.times == many.times == SIZES
    quiet = cost.by_length(model(clock, 1)), cost.by_batch(model(clock, 1))
    assert cost_drawing(long, many) == cost_drawing(*quiet)


def middles(drawing):
    """Where the marks of each of the two charts stand."""
    paths = re.findall(r'<path d="((?:M[\d. ]+h0)+)"', drawing)[::2]    # clouds are drawn twice
    return [[tuple(map(float, place.split())) for place in re.findall(r"M([\d. ]+)h0", path)]
            for path in paths]


@pytest.mark.parametrize(("p", "times"), [(1, "1, 2, 4, 8"), (2, "1, 4, 16, 64"), (0, "1, 1, 1, 1")])
def test_the_chart_shows_and_says_what_was_measured(p, times):
    line = power(1)
    drawing, shown = cost_drawing(power(p), line), cost_chart(power(p), line)
    assert shown.data.startswith(b"\x89PNG")
    assert shown.alt.startswith(f"100 clipes: quadros por clipe. 1, 2, 4, 8: {times} vezes o tempo do menor.")
    assert all(f">{time}×<" in drawing for time in times.split(", "))
    bottom = 270
    measured, straight = ([(bottom - y) for _, y in chart] for chart in middles(drawing))
    for found, expected in ((measured, power(p).times), (straight, SIZES)):
        assert [height / found[0] for height in found] == pytest.approx(expected, rel=0.03)
