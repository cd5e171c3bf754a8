"""Put together what the panel of the challenges shows: the learner's cell at work, or Adam's attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from torch import Tensor

from helpers.lstm import challenge_attempt_figures as curves
from helpers.lstm import challenge_figures as figures
from helpers.lstm.challenge_attempt import PLAN, Attempt
from helpers.lstm.challenge_exam import SHARES, Exam, Grade
from helpers.lstm.challenges import CHALLENGES, SCALE, Challenge, Knobs, cell_of
from helpers.lstm.panels import challenge_words as words
from helpers.lstm.sequence import Script, trace
from helpers.ui import svg
from helpers.ui.style import num

HINTS = 2    # after the verdict, which names the layers
SPANS = {"latch": (0.0, 1.0), "counter": (0.0, 8.0)}    # of the answers; of the others −1 to 1
EXAMPLES = {"memory": 1, "latch": 3, "counter": 2, "register": 13}    # seeds of the first ones
TABLE_X, TABLE_Y, TABLE_WIDE = 8.0, 92.0, 408.0
ADAM_WIDE, ADAM_Y, ADAM_ROW = 456.0, 26.0, 27.0

Row = Sequence[Attempt | None]    # by seed; None where it has not begun


@dataclass(frozen=True)
class Place:
    """What the learner has chosen; knobs: the weights set by hand, of each challenge.

    cell: the weight that is edited, (row, column); at: the time step lit, from 0; example: how many times
    another one was asked for; exams: how many were taken; said: step, verdict, or hint number `hints`.
    """

    challenge: str = "memory"
    view: str = "gates"
    knobs: Mapping[str, Knobs] = field(default_factory=lambda: {k: c.nothing for k, c in CHALLENGES.items()})
    cell: figures.Place = (0, 0)
    at: int = 0
    example: int = 0
    exams: int = 0
    said: str = "step"
    hints: int = 0
    seed: int = 0
    start: str = "plain"

    @property
    def job(self) -> Challenge:
        return CHALLENGES[self.challenge]

    @property
    def mine(self) -> Knobs:
        """The weights set by hand of this challenge."""
        return self.knobs[self.challenge]

    def with_mine(self, knobs: Knobs) -> "Place":
        return replace(self, knobs={**self.knobs, self.challenge: knobs}, said="step", hints=0)

    @property
    def grid(self) -> figures.Grid:
        """Where the table of the weights set by hand stands."""
        columns = len(self.mine[0])
        if self.view == "adam":
            return figures.Grid(8.0, ADAM_Y, ADAM_WIDE, columns, ADAM_ROW)
        return figures.Grid(TABLE_X, TABLE_Y, TABLE_WIDE, columns)


class Scene(NamedTuple):
    drawing: str
    sentence: str


@lru_cache(maxsize=64)
def exam(key: str, number: int) -> Exam:
    """An exam, drawn once; number 0 is the one by which Adam and the learner are compared."""
    return Exam(CHALLENGES[key], number)


@lru_cache(maxsize=64)
def compared(key: str, knobs: Knobs) -> float:
    """The error of weights in the exam by which Adam is measured."""
    return exam(key, 0).error(knobs)


def example(place: Place) -> tuple[dict[str, Tensor], Tensor]:
    """Run the example: everything that the cell computes, by name, [steps, …], and the targets [steps]."""
    batch = place.job.sequences(EXAMPLES[place.challenge] + 17 * place.example)
    return trace(cell_of(place.mine), Script(batch.x[:, 0])), batch.y[:, 0, 0]


def by_hand(place: Place, grade: Grade | None, solved: int) -> Scene:
    """The learner's cell: what it is to do, its weights, its result, and one sequence.

    solved: how many challenges have earned three stars.
    """
    job, (values, target) = place.job, example(place)
    answer = SCALE * values["h"][:, 0]
    rows = [[words.short(number) for number in row] for row in place.mine]
    lanes = {name: values[name][:, 0].tolist() for name in "gfioc"}
    shown = figures.Example(values["x"].T.tolist(), job.commands, target.tolist(), answer.tolist(), lanes,
                            SPANS.get(job.key, (-1.0, 1.0)))
    if grade:
        asked = exam(job.key, grade.number)
        title = words.EXAM.format(grade.number, words.stars(grade.stars))
        table = list(zip(words.ERRORS, map(words.error, (grade.error, asked.zero, asked.best)), strict=True))
    else:
        title, table = words.NOT_YET, [(words.HERE, words.error((answer - target).square().mean().item()))]
    name = words.SOLVED.format(name=words.NAMES[job.key], count=solved, all=len(CHALLENGES))
    drawing = svg.page(
        figures.HEIGHT, figures.story(8, 20, [name, *words.STORIES[job.key], words.READS]),
        figures.weights(place.grid, words.ROWS, words.heads(job), rows,
                        place.cell if place.view == "numbers" else None),
        figures.result(8, 258, TABLE_WIDE, title, table, words.RULES),
        figures.example(shown, place.at, words.LANES, [words.INPUTS[key] for key in job.inputs]))
    if place.said == "verdict" and grade:
        return Scene(drawing, words.verdict(grade, exam(job.key, grade.number).zero))
    if place.said == "hint" and grade:
        number = words.HINT.format(n=place.hints, all=HINTS) if grade.diagnosis else ""
        return Scene(drawing, number + words.hint(job, grade, place.hints))
    return Scene(drawing, _step(place, values, target))


def _step(place: Place, values: Mapping[str, Tensor], target: Tensor) -> str:
    now = {name: values[name][place.at, 0].item() for name in ("f", "i", "g", "c", "h", "c_prev")}
    f, i = (words.plain(now[name], 2) for name in "fi")
    g, c, before = (words.plain(now[name], 4) for name in ("g", "c", "c_prev"))
    g, before = (f"({number})" if "−" in number else number for number in (g, before))
    return words.STEP.format(
        t=place.at + 1, what=words.arrived(place.job, values["x"][place.at].tolist()), f=f, i=i, g=g, c=c,
        before=before, y=words.plain(SCALE * now["h"], 2), target=num(target[place.at].item(), 2),
        advice=words.TRY[place.view])


def adam(place: Place, now: Attempt, attempts: Row, other: Row) -> Scene:
    """One attempt of Adam's beside the learner's weights, all seeds of its start, and of the other."""
    job = place.job
    asked, yours = exam(job.key, 0), compared(job.key, place.mine)
    found, head, bias = now.found()
    heads = words.heads(job)
    title = words.ADAMS.format(head=words.rough(head), bias=words.rough(abs(bias)),
                               sign="−" if bias < 0 else "+")
    grids = place.grid, place.grid._replace(x=932.0 - ADAM_WIDE)
    tables = [figures.weights(grid, words.ROWS, heads, [[write(v) for v in row] for row in knobs])
              for grid, knobs, write in zip(grids, (place.mine, found), (words.short, words.rough),
                                            strict=True)]
    curve = {step: error for step, error in now.curve.items() if step <= now.steps}
    rest = [{step: error for step, error in attempt.curve.items() if step <= attempt.steps}
            for attempt in attempts if attempt and attempt is not now]
    notes = zip(words.LEGEND, map(words.error, (asked.zero, yours, asked.best)), strict=True)
    rows = [(f"{words.SEED.lower()} {n}", _standing(attempt)) for n, attempt in enumerate(attempts)]
    drawing = svg.page(
        figures.HEIGHT, *(svg.text(grid.x, 18, line, 16.5, font_weight="bold")
                          for grid, line in zip(grids, (words.YOURS, title), strict=True)), *tables,
        curves.curves(rest, curve, PLAN, asked.zero, yours, [share * asked.zero for share in SHARES],
                      words.CHART),
        curves.seeds(rows, place.seed, list(notes)))
    facts = {"seed": place.seed, "steps": now.steps, "plan": PLAN, "error": words.error(now.error),
             "stars": words.stars(asked.stars(now.error)), "yours": words.error(yours),
             "mine": words.stars(asked.stars(yours))}
    said = words.OVER if now.over else words.UNDER_WAY if now.steps else words.RAW
    return Scene(drawing, said.format_map(facts) + (_tally(attempts, other) if now.over else ""))


def _standing(attempt: Attempt | None) -> str:
    if attempt is None or not attempt.steps:
        return "—"
    end = words.stars(attempt.exam.stars(attempt.error)) if attempt.over else f"({attempt.steps})"
    return f"{words.error(attempt.error)} {end}"


def _tally(attempts: Row, other: Row) -> str:
    counts = [[attempt.exam.stars(attempt.error) >= 2 for attempt in some if attempt and attempt.over]
              for some in (attempts, other)]
    out = words.TALLY.format(good=sum(counts[0]), count=len(counts[0]))
    return out + (words.OTHER.format(good=sum(counts[1]), count=len(counts[1])) if counts[1] else "")
