"""Linha do tempo do treino: the points of a real run, and forks that train on beside it."""

from collections.abc import Callable
from math import nan
from time import perf_counter
from typing import Any

import ipywidgets as widgets
from torch import Tensor

from helpers.errors import NAMES, CourseError
from helpers.gan import fork as engine
from helpers.gan import timeline_figures as figures
from helpers.gan.digit_game import SHIPPED
from helpers.gan.fork import Fork, Replay
from helpers.gan.panels import timeline_charts as charts
from helpers.gan.panels import timeline_words as words
from helpers.gan.panels.choices import dropdown
from helpers.gan.timeline import Timeline, timeline
from helpers.listing import Code
from helpers.ui import style, svg
from helpers.ui.panel import guarded
from helpers.ui.stepper import SLOW_MS, StepperPanel
from helpers.ui.strip import code_line

CHARTS = tuple((8.0 + 312 * n, 124.0, 300.0, 206.0) for n in range(3))
HEIGHT = 466.0    # of the drawing
LONG = 88         # characters of code in one row
LONGEST = 0.2     # seconds that one picture may train, so that a pause means now


class TrainingTimeline(StepperPanel):
    """Walks over the run's points, or trains a fork; the original's walk is kept beside, untouched."""

    title = "Linha do tempo do treino"
    speeds = (0, 1, 5, 25)

    def __init__(self, point: int = 0) -> None:
        """point: where to begin, as an index of `timeline().steps`. Raises as `timeline` does."""
        self.run: Timeline = timeline()
        self.fork: Fork | None = None
        self.drawn: dict[int, Tensor] = {}         # point -> its digits from the fixed z
        self.quick: dict[int, float] = {}          # point -> its quick distance, once it was asked for
        self.quick_floor = nan                     # of real images, likewise
        self.gamma = dropdown(words.GAMMA_LABEL, words.GAMMAS, 10.0, 100)
        self.rate = dropdown(words.RATE_LABEL, words.RATES, "here", 220)
        self.acts = {key: widgets.Button(description=label, tooltip=tip, layout={"width": "176px"})
                     for key, (label, tip) in words.BUTTONS.items()}
        count = len(self.run.steps)
        super().__init__(Replay(count), [self.gamma, self.rate, *self.acts.values()])
        for key, button in self.acts.items():
            button.on_click(lambda _, key=key: self._do(key))
        self.original = self.walk
        self.walk.run(count)
        self.walk.seek(range(count)[point])
        self.speed.value = max(self.speeds)
        self.redraw()

    @property
    def point(self) -> int:
        """The run's point that is shown: where the learner stands, or what is nearest to the fork."""
        return self.fork.beside if self.fork else self.walk.engine.point

    def draw(self) -> str:
        run, fork, point = self.run, self.fork, self.point
        last, step = len(run.steps) - 1, run.steps[point]
        if fork:
            done, images = fork.game.steps - fork.start, engine.fixed(fork.game.sampler)
            right = words.SHEETS["fork"].format(start=fork.start, done=done, gamma=words.gamma(fork.gamma))
            rows = words.fork_rows(fork, SHIPPED.gamma, self._there(), self.quick_floor)
            foot = code_line(8, HEIGHT - 30, 924, self._code(), words.HINT_FORK)
        else:
            images, right = self._images(last), words.SHEETS["end"].format(step=run.steps[last])
            rows, foot = words.rows(run, point), code_line(8, HEIGHT - 30, 924, None, words.HINT)
        plots = charts.plots(run, point, fork, self.quick)
        return svg.page(
            HEIGHT, figures.sheet(8, 0, 456, self._images(point), words.SHEETS["here"].format(step=step)),
            figures.sheet(476, 0, 456, images, right),
            *(figures.plot(*place, shown) for place, shown in zip(CHARTS, plots, strict=True)),
            *(svg.text(8, 352 + 24 * n, row, style.SMALL) for n, row in enumerate(rows)), foot)

    def sentence(self) -> str:
        if self.fork:
            return words.fork_sentence(self.fork, SHIPPED.gamma, self._there())
        return words.point_sentence(self.run, self.point)

    def remember(self) -> tuple:
        fork = self.fork
        return fork, fork and dict(fork.measured), super().remember()

    def restore(self, state: tuple) -> None:
        self.fork, measured, place = state
        if self.fork:
            self.fork.measured = measured
        super().restore(place)

    def follow(self) -> None:
        forked = self.fork is not None
        super().follow()
        self.scrubber.description = words.TURN_LABEL if forked else words.POINT_LABEL
        self.buttons["turn"].description, self.buttons["turn"].tooltip = words.TURN if forked else words.END
        for key, tip in words.TIPS[forked].items():
            self.buttons[key].tooltip = tip
        self.acts["home"].disabled = self.acts["measure"].disabled = not forked
        self._set_speed()

    def on_click(self, x: float, y: float) -> None:
        if self.fork:
            return
        for place in CHARTS:
            left, top, wide, high = figures.frame(*place)
            if left <= x <= left + wide and top <= y <= top + high + 24:
                self.stage.playing = False
                places = [abs(charts.place(self.run, n) - (x - left) / wide) for n in self.run.steps]
                self.walk.seek(places.index(min(places)))

    def on_tick(self) -> None:
        if self.fork is None:
            self.walk.seek(self.walk.turn + 1)
            self.stage.playing = self.walk.turn < self.walk.reached
        elif self.speed.value:
            self._train(self._some_steps)
        else:
            self._train(self.walk.step)

    def _some_steps(self) -> None:
        """Train as many steps as the speed says and a picture's time allows."""
        began = perf_counter()
        self.walk.finish_turn()    # which says how long a step takes
        more = min(self.speed.value - 1, int(LONGEST / (perf_counter() - began)) - 1)
        if more > 0:
            self.walk.run(more)

    def _act(self, key: str) -> None:
        if self.fork:
            self._train(lambda: super(TrainingTimeline, self)._act(key))
            return
        turn, last = self.walk.turn, self.walk.reached
        self.stage.playing = key == "play" and not self.stage.playing
        places = {"reset": 0, "back": turn - 1, "step": turn + 1, "turn": last}
        if self.stage.playing and turn == last:
            places["play"] = 0
        self.walk.seek(places.get(key, turn))

    def _train(self, go: Callable[[], Any]) -> None:
        """Let the fork go on; where a number is no longer finite, drop all that followed and say so."""
        walk, fork = self.walk, self.fork
        turn, count, good = walk.turn, walk.count, fork.game.steps
        go()
        broken = fork.broken(turn)
        if broken:
            walk.seek(turn)
            walk.change(lambda: None)    # forget what came after
            walk.goto(turn, count)
            raise CourseError("training_broke", step=broken[0], what=NAMES[broken[1]], good=good)

    def _set_speed(self, change: dict[str, Any] | None = None) -> None:
        self.stage.interval = 0 if self.fork and self.speed.value else SLOW_MS

    @guarded
    def _do(self, key: str) -> None:
        self.stage.playing = False
        if key == "leave":    # inside a fork: once more from where it left
            point = self.fork.point if self.fork else self.point
            self.fork = Fork(self.run, point, self.gamma.value, words.FACTORS[self.rate.value])
            self.walk = self.fork.walk
        elif key == "home" and self.fork:
            self.fork, self.walk = None, self.original
        elif key == "measure" and self.fork:
            self.fork.measure()
            point = self.point
            if point not in self.quick:
                self.quick[point] = engine.distance(self.run.sampler(point))
            self.quick_floor = engine.real_distance()

    def _code(self) -> Code | None:
        """The code that has just run; only its last line, where it would be too long for one row."""
        code = self.walk.code
        if code is None:
            return None
        first, last = code.lit
        length = sum(len(line.strip()) + 1 for line in code.lines[first:last + 1])
        return code._replace(lit=(last, last)) if length > LONG else code

    def _images(self, point: int) -> Tensor:
        if point not in self.drawn:
            self.drawn[point] = engine.fixed(self.run.sampler(point))
        return self.drawn[point]

    def _there(self) -> float:
        return self.quick.get(self.point, nan)
