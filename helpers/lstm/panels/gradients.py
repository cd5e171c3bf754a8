"""Gradientes no tempo: how far back ∂h(T)/∂x(T−k) reaches, and who learns the temporal order."""

from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError
from helpers.lstm import gradient_figures as figures
from helpers.lstm.colors import DARK
from helpers.lstm.gradients import LOST, STEPS, fresh
from helpers.lstm.order import BUDGET, SEEDS, TASK, Series
from helpers.lstm.panels import gradients_words as words
from helpers.ui import style, svg
from helpers.ui.panel import Panel, guarded

HEIGHT = 464.0
LOW, HIGH = -2.0, 6.0       # of the forget bias
HIDDEN = (8, 16, 32, 64)
FIRSTS = tuple(range(0, 20, len(SEEDS)))    # the first seed of each choice
CHUNK = 0.15     # seconds of training between two pictures, so that a pause means now
ROWS = 6         # of the score
RIGHT = 590.0
# k of the two symbols, from a task's last step: they stand in [T/10, T/5) and [T/2, 3T/5)
SPANS = tuple((TASK.steps - high, TASK.steps - 1 - low, name) for low, high, name in
              ((TASK.steps // 10, TASK.steps // 5, words.FIRST),
               (TASK.steps // 2, 3 * TASK.steps // 5, words.SECOND)))
Key = tuple[str, float | None, int]    # kind, forget bias, first seed


@dataclass(frozen=True)
class Choice:
    """What is looked at: the nets, and the k that is read out."""

    bias: float = 1.0
    hidden: int = 32
    first: int = 0
    k: int = 50    # as in the course's table; the task's first symbol comes a few steps later

    def seeds(self) -> tuple[int, ...]:
        return tuple(range(self.first, self.first + len(SEEDS)))


class GradientsPanel(Panel):
    """A Choice, and the series of trainings that were begun, of which one may be going on."""

    title = "Gradientes no tempo"

    def __init__(self, bias: float = 1.0, hidden: int = 32) -> None:
        """bias: of the forget gate, −2 to 6; hidden: 8, 16, 32 or 64 units."""
        if hidden not in HIDDEN:
            raise CourseError("reach_units", sizes=", ".join(map(str, HIDDEN)), found=hidden)
        self.choice = Choice(_checked(bias), hidden)
        self.series: dict[Key, Series] = {}    # the last begun stands last
        self.current: Key | None = None        # whose training is shown
        self._following, self.news = False, False    # news: the sentence speaks of the training
        fit = {"style": {"description_width": "initial"}}
        ranges = [(words.SEED_RANGE.format(first=n, last=n + len(SEEDS) - 1), n) for n in FIRSTS]
        self.controls = {
            "bias": widgets.FloatSlider(min=LOW, max=HIGH, step=0.5, value=bias, readout=False,
                                        layout={"width": "400px"}, **fit),
            "hidden": widgets.Dropdown(options=HIDDEN, value=hidden, description=words.UNITS,
                                       layout={"width": "170px"}, **fit),
            "first": widgets.Dropdown(options=ranges, description=words.SEEDS, layout={"width": "190px"},
                                      **fit)}
        self.buttons = {key: widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
                        for key, (label, tip, width) in words.BUTTONS.items()}
        super().__init__([*self.controls.values()], [*self.buttons.values(), widgets.Label(words.HINT)])
        for field, control in self.controls.items():
            control.observe(lambda change, field=field: self._following or self._choose(field, change["new"]),
                            "value")
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._press(key))

    def draw(self) -> str:
        choice, curves, kept = self.choice, *self._curves()
        title = words.REACH["title"].format(steps=STEPS, bias=words.bias(choice.bias))
        shown, foot = words.REACH | {"title": title}, words.kept(kept, choice.k)
        runs, title = [], words.ORDER["title"]
        if self.current:
            series = self.series[self.current]
            runs, title = [run.tests for run in series.runs], words.ORDER_OF.format(name=words.name(series))
        rows = [key for key in self.series if key[2] == choice.first][-ROWS:]
        tallies = [words.tally(self.series[key], key == self.current and self.stage.playing)
                   for key in sorted(rows, key=lambda key: (key[0] == "lstm", key[1] or 0))]
        width = style.WIDTH - RIGHT - 4
        return svg.page(
            HEIGHT, figures.reach(curves, choice.k, LOST * curves[0].middle[0], SPANS, shown),
            figures.readings(4, 360, curves, choice.k, words.READINGS, foot),
            *(svg.text(RIGHT, 17 + 22 * row, line, style.SMALL, font_weight=None if row else "bold")
              for row, line in enumerate(words.RULES)),
            figures.order(RIGHT, 116, width, 180, runs, BUDGET, words.ORDER | {"title": title}),
            figures.score(RIGHT, 318, width, tallies, words.SCORE, words.SCORE_EMPTY))

    def sentence(self) -> str:
        if self.current and self.news:
            return words.progress(self.series[self.current])
        curves, _ = self._curves()
        middles = (figures.short(curve.middle[self.choice.k]) for curve in curves)
        return words.AT.format(k=self.choice.k, count=len(SEEDS), bias=words.bias(self.choice.bias),
                               **dict(zip(words.CURVES, middles, strict=True)))

    def remember(self) -> Any:
        state = self.series[self.current].state_dict() if self.current else None
        return self.choice, dict(self.series), self.current, state, self.news

    def restore(self, state: Any) -> None:
        self.choice, self.series, self.current, training, self.news = state
        if self.current:
            self.series[self.current].load_state_dict(training)

    def follow(self) -> None:
        self._following = True
        try:
            for field, control in self.controls.items():
                control.value = getattr(self.choice, field)
        finally:
            self._following = False
        self.controls["bias"].description = words.BIAS.format(words.bias(self.choice.bias))
        label = words.BUTTONS["lstm"][0].format(bias=words.bias(self.choice.bias))
        self.buttons["lstm"].description = label
        play = self.buttons["play"]
        play.description = words.PAUSE if self.stage.playing else words.BUTTONS["play"][0]
        play.disabled = not self.current or self.series[self.current].done
        play.button_style = "info" if self.stage.playing else ""

    def on_key(self, key: str) -> None:
        if key == "play":
            self._act(key)
        elif key in ("step", "back"):
            self._look(self.choice.k + (1 if key == "step" else -1))

    def on_click(self, x: float, y: float) -> None:
        k = figures.k_at(x, y, STEPS - 1)
        if k is not None:
            self._look(k)

    def on_tick(self) -> None:
        series = self.series[self.current]
        series.advance(CHUNK)
        self.news = True
        self.stage.playing = not series.done

    def _look(self, k: int) -> None:
        self.choice, self.news = replace(self.choice, k=min(max(k, 0), STEPS - 1)), False

    def _curves(self) -> tuple[list[figures.Curve], float]:
        """The three curves, and the median of Πf at the chosen k."""
        choice, seeds = self.choice, self.choice.seeds()
        lstm, rnn = fresh("lstm", choice.hidden, seeds, choice.bias), fresh("rnn", choice.hidden, seeds)
        looks = {"whole": (lstm.whole, style.INK, None), "by_c": (lstm.by_c, DARK["f"], figures.DASH),
                 "rnn": (rnn.whole, style.MUTED, "2 4")}
        curves = [figures.Curve(words.CURVES[key], color, dash, values.amin(0).tolist(),
                                values.median(0).values.tolist(), values.amax(0).tolist())
                  for key, (values, color, dash) in looks.items()]
        return curves, lstm.kept.median(0).values[choice.k].item()

    @guarded
    def _choose(self, field: str, value: Any) -> None:
        if field == "bias":
            value = _checked(value)
        if field == "first":
            self.stage.playing, self.current = False, None
        self.choice, self.news = replace(self.choice, **{field: value}), False

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    def _act(self, key: str) -> None:
        if key == "play":
            going_on = self.current and not self.series[self.current].done
            self.stage.playing = bool(going_on) and not self.stage.playing
            return
        forget_bias = self.choice.bias if key == "lstm" else None
        self.current = key, forget_bias, self.choice.first
        begun = self.series.get(self.current)
        self.series = {old: series for old, series in self.series.items() if old != self.current}
        self.series[self.current] = (begun if begun and not begun.done    # it goes on where it was left
                                     else Series(key, forget_bias, self.choice.seeds()))
        self.stage.playing = self.news = True


def _checked(bias: float) -> float:
    if not LOW <= bias <= HIGH:    # nan is in no range
        raise CourseError("bias_range", low=words.bias(LOW), high=words.bias(HIGH))
    return bias
