"""The three charts of the timeline: of a whole run with a point marked, or around a fork."""

from collections.abc import Mapping
from math import isfinite, nan
from statistics import fmean

import numpy as np

from helpers.gan.fork import Fork, curve_at
from helpers.gan.panels import timeline_words as words
from helpers.gan.timeline import Timeline
from helpers.gan.timeline_figures import GREEN, ORANGE, PURPLE, Dots, Line, Plot, decades, span_of
from helpers.ui import style
from helpers.ui.style import num

EDGE = 0.03     # the part of a chart that is free beside the first and the last point
PAST = 2        # spans of the original's curves that a fork shows before its start
BLOCK = 10      # steps of a fork in one corner of its curves
DASH = "9 5"
NETS = {"loss_D": (PURPLE, None), "loss_G": (GREEN, DASH)}
SIDES = {"real_score": (style.REAL, None), "fake_score": (ORANGE, DASH)}


def place(run: Timeline, step: float) -> float:
    """Where a step stands over the whole run, 0…1: its points are equally far apart."""
    return float(np.interp(step, run.steps, np.linspace(EDGE, 1 - EDGE, len(run.steps))))


def window(fork: Fork) -> tuple[float, float]:
    """The steps at both ends of a fork's charts; the axis between them is even."""
    past = PAST * fork.run.span
    return max(0, fork.start - past), fork.start + max(past, 1.1 * len(fork.walk.trace))


def beside(fork: Fork, step: float) -> float:
    """Where a step stands in a fork's charts, 0…1."""
    first, last = window(fork)
    return (step - first) / (last - first)


def plots(run: Timeline, point: int, fork: Fork | None, quick: Mapping[int, float]) -> tuple[Plot, ...]:
    """Make the charts; quick: point -> its distance with few images, where it was asked for."""
    if fork is None:
        return (distances(run, point), curves(run, point, words.LOSSES, NETS),
                curves(run, point, words.SCORES, SIDES))
    return (quick_distances(fork, quick), fork_curves(fork, words.LOSSES, NETS),
            fork_curves(fork, words.SCORES, SIDES))


def distances(run: Timeline, point: int) -> Plot:
    """The distance at every point of the run."""
    values = run.measures["frechet"]
    points = [(place(run, step), value) for step, value in zip(run.steps, values, strict=True)]
    span = 0.7 * min(*values, run.floor), 1.4 * max(values)
    key = [(style.INK, None, f"{words.HERE} {words.short(values[point])}"),
           (style.REAL, "6 4", f"{words.FLOOR} {num(run.floor, 2)}")]
    return Plot(words.DISTANCE, key, [Line(points, style.INK), _level(run.floor)],
                [Dots(points, style.PAPER, True, 5), Dots([points[point]], style.GENERATED, True, 11)],
                span, _powers(span), _below(run, point), place(run, run.steps[point]), True)


def curves(run: Timeline, point: int, title: str, names: Mapping[str, tuple[str, str | None]]) -> Plot:
    """Two of the run's curves, with their values at a point."""
    step, lines, dots, key = run.steps[point], [], [], []
    for square, (name, (color, dash)) in enumerate(names.items()):
        value, _, _ = curve_at(run, name, step)
        lines.append(Line(_original(run, name, lambda at: place(run, at)), color, 2, dash))
        dots.append(Dots([(place(run, step), value)], color, bool(square)))
        key.append((color, dash, words.KEYS[name].format(num(value, 2))))
    span = span_of([value for name in names for value in run.curves[name]])
    return Plot(title, key, lines, dots, span, _ends(span), _below(run, point), place(run, step))


def quick_distances(fork: Fork, quick: Mapping[int, float]) -> Plot:
    """The distances that were asked for with few images: the fork's, and the original's beside it."""
    mine = [(beside(fork, fork.start + done), value) for done, value in sorted(fork.measured.items())]
    theirs = [(beside(fork, fork.run.steps[point]), value) for point, value in sorted(quick.items())]
    shown = [value for at, value in theirs if 0 <= at <= 1] + [value for _, value in mine]
    known = [value for value in shown if isfinite(value)] or [1.0]
    span = 0.7 * min(known), 1.4 * max(known)
    now, there = fork.measured.get(fork.game.steps - fork.start, nan), quick.get(fork.beside, nan)
    key = [(ORANGE, None, f"{words.FORK} {words.short(now)}"),
           (style.INK, "3 4", f"{words.ORIGINAL} {words.short(there)}")]
    return Plot(words.QUICK, key if shown else [],
                [Line(mine, ORANGE, 3), Line(theirs, style.INK, 1.5, "3 4")],
                [Dots(theirs, style.PAPER, False, 9), Dots(mine, style.GENERATED, True, 9)], span,
                [(value, words.short(value)) for value in span] if shown else [], _around(fork),
                beside(fork, fork.game.steps), True, "" if shown else words.NOT_MEASURED)


def fork_curves(fork: Fork, title: str, names: Mapping[str, tuple[str, str | None]]) -> Plot:
    """Two curves of the fork, thick, over those of the run, thin."""
    rows = fork.walk.trace[:fork.game.steps - fork.start]
    lines, key, values = [], [], []
    for name, (color, dash) in names.items():
        original = _original(fork.run, name, lambda at: beside(fork, at))
        blocks = [rows[n:n + BLOCK] for n in range(0, len(rows), BLOCK)]
        mine = [(beside(fork, fork.start + BLOCK * n + len(block) / 2), fmean(row[name] for row in block))
                for n, block in enumerate(blocks)]
        lines += [Line(original, color, 1.5, dash), Line(mine, color, 4, dash)]
        key.append((color, dash, words.KEYS[name].format(num(mine[-1][1] if mine else nan, 2))))
        values += [value for _, value in mine] + [value for at, value in original if -0.2 < at < 1.2]
    span = span_of(values)
    return Plot(title + words.THIN, key, lines, [], span, _ends(span), _around(fork),
                beside(fork, fork.game.steps))


def _original(run: Timeline, name: str, at) -> list[tuple[float, float]]:
    """A curve of the run, each value in the middle of its steps."""
    return [(at((n + 0.5) * run.span), value) for n, value in enumerate(run.curves[name])]


def _level(value: float) -> Line:
    return Line([(0, value), (1, value)], style.REAL, 2, "6 4")


def _powers(span: tuple[float, float]) -> list[tuple[float, str]]:
    return [(power, num(power, 0 if power >= 1 else 1)) for power in decades(span)]


def _ends(span: tuple[float, float]) -> list[tuple[float, str]]:
    """The ends of a scale, and its 0 where there is room."""
    low, high = span
    out = [(value, num(value, 1)) for value in span]
    zero = -low / (high - low)
    return out + ([(0.0, "0")] if 0.15 < zero < 0.85 else [])


def _below(run: Timeline, point: int) -> list[tuple[float, str]]:
    """The steps named below a chart of the whole run."""
    now = place(run, run.steps[point])
    ends = [(0.0, str(run.steps[0])), (1.0, str(run.steps[-1]))]
    return ends + ([(now, str(run.steps[point]))] if 0.15 < now < 0.75 else [])


def _around(fork: Fork) -> list[tuple[float, str]]:
    first, last = window(fork)
    ends = [(0.0, num(first, 0)), (1.0, num(last, 0))]
    now = beside(fork, fork.start)
    return ends + ([(now, str(fork.start))] if 0.2 < now < 0.75 else [])
