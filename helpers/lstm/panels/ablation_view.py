"""Put the drawing of the broken gates together from the bench's numbers and the panel's words."""

from functools import lru_cache
from typing import NamedTuple

from helpers.lstm import ablation_figures as figures
from helpers.lstm.ablation import ROWS, STEPS, Answer, baseline, blame, error, exam, floor, parameters
from helpers.lstm.ablation_bench import GRID, Bench, Worst, examples, worst
from helpers.lstm.panels import ablation_words as words
from helpers.ui import svg
from helpers.ui.style import num

HEIGHT = 478.0


class Seen(NamedTuple):
    """What the shown net does: its answer to the exam, the error there, the worst step of the example."""

    answer: Answer
    error: float
    worst: Worst


def look(bench: Bench) -> Seen:
    answer = bench.answer()
    return Seen(answer, error(answer.y), worst(answer.y, examples()[bench.choice.example]))


def drawing(bench: Bench, seen: Seen) -> str:
    """Draw title, example, table, and the two charts beside it."""
    parts = [(words.KINDS[kind], words.SHARE.format(100 * share), share)
             for kind, share in blame(seen.answer.y).items()]
    marks = {"floor": words.FLOOR.format(num(floor())), "base": words.BASE.format(num(baseline()))}
    return svg.page(HEIGHT, svg.text(8, 18, words.title(bench, seen.error), font_weight="bold"),
                    _example(bench, seen),
                    figures.table([_line(bench, row) for row in ROWS], baseline(), words.HEADS, marks),
                    figures.shares(parts, words.BLAME), _curve(bench, seen.error))


def _example(bench: Bench, seen: Seen) -> str:
    place, free = examples()[bench.choice.example], bench.free()
    x, wanted, given = exam().x[:, place], exam().y[:, place, 0].tolist(), seen.answer.y[:, place, 0].tolist()
    memory = seen.answer.memory[:, place, 0].tolist()
    before = free.memory[:, place, 0].tolist() if free else []
    half = max(map(abs, [*memory, *before, 0.5]))
    name = words.MEMORY["lstm" if bench.run.net.kind == "lstm" else "other"]
    lanes = [lane.format(memory=name) for lane in words.LANES]
    marked = seen.worst.step if seen.worst.gap >= words.SMALL_GAP else None
    return figures.example(x[:, 0].tolist(), (x[:, 1:] > 0).T.tolist(), memory, before, half, wanted, given,
                           marked, lanes, (words.SPAN.format(num(half, 1)), words.OUTPUT_SPAN))


def _line(bench: Bench, row: str) -> figures.Line:
    cut, fresh = bench.held(row), bench.fresh(row)
    return figures.Line(words.LABEL.format(words.NAMES[row], _count(row)), cut, fresh,
                        (words.column(cut), words.column(fresh)), row == bench.choice.row, bench.seen(row))


def _curve(bench: Bench, now: float) -> str:
    choice = bench.choice
    if choice.cut:
        points = list(zip(GRID.tolist(), bench.curve(), strict=False))    # none before the training's end
        top = max([now, 1.2 * baseline(), *bench.curve()])
        return figures.curve(points, (choice.value, now), baseline(), top,
                             words.BY_VALUE.format(choice.cut), words.ENDS["value"])
    points = [(step / STEPS, error) for step, error in bench.run.curve]
    return figures.curve(points, points[-1], baseline(), None, words.BY_STEP, words.ENDS["step"])


@lru_cache
def _count(row: str) -> int:
    return parameters(row)
