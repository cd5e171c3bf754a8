"""c não é h: the counter set by hand counts exactly in c, while h saturates."""

import ipywidgets as widgets
import torch

from helpers.lstm import counter_figures as figures
from helpers.lstm import tally
from helpers.lstm.handmade import counter
from helpers.lstm.panels import counter_words as words
from helpers.lstm.panels import unroll_words
from helpers.lstm.panels.scripted import ScriptPanel, known
from helpers.ui import svg
from helpers.ui.panel import guarded
from helpers.ui.stage import KEYS
from helpers.ui.strip import code_line

FIT = {"style": {"description_width": "initial"}}
COUNT_KEYS = {"+": "plus", "=": "plus", "-": "minus", "0": "zero"}    # = is + without Shift


class Counter(ScriptPanel):
    """The stepper over a sequence that grows by a step with every +1, 0 and −1."""

    title = "c não é h"
    kept = ("preset", "levels", "news")

    def __init__(self, preset: str = "updown", done: int = 8) -> None:
        """preset: a key of tally.MOVES, otherwise `choice_unknown`; done: how many steps are walked."""
        moves = known(preset, tally.MOVES)
        self.preset, self.levels, self.news = preset, {"f": moves.f, "o": 1.0}, ""
        self.moves = {key: widgets.Button(description=label, tooltip=tip, layout={"width": "64px"})
                      for key, (label, _, tip) in words.MOVES.items()}
        self.choice = widgets.Dropdown(options=[(label, key) for key, label in words.PRESETS.items()],
                                       description=words.PRESET, layout={"width": "400px"}, **FIT)
        self.undo_button = widgets.Button(description=words.UNDO, layout={"width": "96px"})
        self.sliders = {gate: widgets.FloatSlider(min=0, max=1, step=0.05, description=label,
                                                  readout=False, layout={"width": "400px"}, **FIT)
                        for gate, label in words.LEVELS.items()}
        script = tally.script(moves)
        super().__init__(counter(), script, [*self.moves.values(), self.choice, self.undo_button,
                                             *self.sliders.values()], done)
        self.stage.heard = KEYS | COUNT_KEYS
        for key, button in self.moves.items():
            button.on_click(lambda _, key=key: self._press(key))
        self.undo_button.on_click(lambda _: self._press("undo"))
        self.choice.observe(lambda change: self._following or self._begin(change["new"]), "value")
        for gate, slider in self.sliders.items():
            slider.observe(lambda change, gate=gate: self._following or self._level(gate, change["new"]),
                           "value")

    @property
    def course(self) -> figures.Course:
        """What the charts show: inputs, and c and h as far as they are computed."""
        walk, first = self.walk, self.script.memory.get(("c", 0), torch.zeros(1))
        rows = [*walk.trace[:walk.turn], {name: value.item() for name, value in walk.values.items()}]
        f = round(self._held("f", walk.turn), 4)    # as it was set: 0.9 is a little less in float32
        return figures.Course(self.script.xs[:, 0].tolist(),
                              [first.item(), *(row["c"] for row in rows if "c" in row)],
                              [0.0, *(row["h"] for row in rows if "h" in row)],
                              1 / (1 - f) if f < 1 else None)

    def draw(self) -> str:
        walk, course, op = self.walk, self.course, self.walk.op.key if self.walk.op else ""
        done = len(course.hs) - 1
        rows = [words.table_row(t, course.xs[t - 1], course.cs[t], self._squashed(t), course.hs[t])
                for t in range(max(1, done - figures.MOST + 1), done + 1)]
        h = torch.tensor(course.hs[-1])
        o = self._held("o", done - 1)
        answers = words.answers(course.cs[done], h, o, tally.closed_form(self.script, done),
                                "f" in self.script.held) if done else words.answers_at_start()
        roof = words.ROOF.format(figures.exact(round(course.roof, 6))) if course.roof else ""
        return svg.page(448, figures.charts(course, words.CHART | {"roof": roof}),
                        figures.table(words.HEAD, rows, done > 0), figures.answer(words.QUESTION, answers),
                        svg.formula(4, 408, [(part, bool(key) and key == (op or None))
                                             for part, key in words.FORMULA], width=450),
                        code_line(4, 418, 932, walk.code, words.HINT))

    def sentence(self) -> str:
        walk, course = self.walk, self.course
        if self.news:
            return self.news
        if walk.op is None:
            return words.start(walk.turn + 1, course.cs[-1], course.hs[-1])
        if walk.op.key != "y":
            known = {name: value.item() for name, value in walk.values.items()}
            held = {gate: self._held(gate, walk.turn) != 1 for gate in self.levels}
            return unroll_words.sentence(walk.op.key, known, walk.turn, 0, held)
        t = self.done
        return words.sentence(t, course.xs[t - 1], course.cs[t - 1:t + 1], course.hs[t],
                              self._held("f", t - 1), self._held("o", t - 1),
                              tally.closed_form(self.script, t), tally.plain_sum(self.script, t))

    def follow(self) -> None:
        with self.following():
            self.choice.value = self.preset
            for gate, level in self.next_levels.items():
                self.sliders[gate].value = level
                self.sliders[gate].description = words.LEVELS[gate].format(words.num(level, 2))
        super().follow()

    @property
    def next_levels(self) -> dict[str, float]:
        """Where the gates stand in the step in work, or the next; past the script's end, as they were set."""
        if self.done == self.script.steps:
            return self.levels
        return {gate: round(self._held(gate, self.done), 4) for gate in self.levels}

    def _held(self, gate: str, t: int) -> float:
        """The value of a gate in step t (from 0): as it is held, or the counter's own 1."""
        table = self.script.held.get(gate)
        value = table[t, 0].item() if table is not None and 0 <= t < self.script.steps else 1.0
        return 1.0 if value != value else value

    def _squashed(self, t: int) -> float:
        """tanh(c) of step t (from 1), which must be computed."""
        walk = self.walk
        return walk.trace[t - 1]["squashed"] if t <= walk.turn else walk.values["squashed"].item()

    def leave(self) -> None:
        super().leave()
        self.news = ""

    def _act(self, key: str) -> None:
        if key in words.MOVES:
            self._move(words.MOVES[key][1])
        elif key == "undo":
            self.undo()
        else:
            super()._act(key)

    def _move(self, x: float) -> None:
        """Take one more step of our own, after the present one is finished; what stood there falls away."""
        done = self.walk.turn + (self.walk.count > 0)
        levels = self.next_levels
        script = tally.grown(self.script, done, x, levels)
        self.mark()
        self.news, self.levels = "", levels
        self.start(self.walk.engine.cell, script, done + 1)

    @guarded
    def _begin(self, preset: str) -> None:
        self.mark()
        self.preset, self.news, self.levels = preset, "", {"f": tally.MOVES[preset].f, "o": 1.0}
        self.start(self.walk.engine.cell, tally.script(tally.MOVES[preset]), 0)

    @guarded
    def _level(self, gate: str, value: float) -> None:
        """Hold a gate in the step in work, or the next one, and in all that follow."""
        self.mark(gate)
        self.levels = self.levels | {gate: value}
        self.rewrite(tally.held_from(self.script, self.done, {gate: value}))
        self.news = words.SET.format(gate=gate, value=words.num(value, 2), n=self.done + 1)
