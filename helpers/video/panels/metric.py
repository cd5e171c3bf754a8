"""A métrica que mente: a scoreboard that crowns the clip that cannot move, and its repair by the learner."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError
from helpers.ui.fields import dropdown
from helpers.ui.panel import Panel, guarded
from helpers.video import scoreboard as engine
from helpers.video import scoreboard_figures as figures
from helpers.video.contestants import NAMES
from helpers.video.moving_digits import FRAMES
from helpers.video.panels import metric_view as view
from helpers.video.panels import metric_words as words
from helpers.video.panels.metric_place import LETTERS, NEXT, begin
from helpers.video.scoreboard import KEYS, OFF, RANK

KEPT = 100
MEASURE = 174    # width of a measure's button: five and four in two rows


class LyingMetric(Panel):
    """A Place, the places before it, and what is looked at: a draw, two clips, a frame."""

    title = "A métrica que mente"

    def __init__(self) -> None:
        """Raises as `scoreboard.table` and `trained.trained`."""
        self.table, self.solutions = engine.table(), engine.solutions()
        self.place, self.past = begin(0), []
        self.draw_number, self.pair, self.frame, self.moving, self._following = 0, 0, 0, True, False
        self.guess = dropdown(words.GUESS, [(letter, letter) for letter in LETTERS], 290)
        self.check = self._button(words.CHECK, words.CHECK_TIP, 110, self._check)
        self.check.layout.margin = "20px 2px"    # one row as high as the two that come: no button jumps
        self.measures = {key: self._button("", words.CLICK.format(tip=words.TIPS[key]), MEASURE,
                                           lambda key=key: self._cycle(key)) for key in KEYS}
        self.play = self._button("", words.PLAY_TIP, 136, self._play)
        self.slider = widgets.IntSlider(min=1, max=FRAMES, description=words.FRAME, layout={"width": "220px"},
                                        style={"description_width": "initial"})
        self.lots = dropdown(words.DRAW, [(str(n + 1), n) for n in range(self.table.draws)], 116)
        others = self._button(words.OTHERS, words.OTHERS_TIP, 126, self._others)
        self.solve = self._button(words.SOLUTION, words.SOLUTION_TIP, 92, self._solve)
        self.undo = self._button(words.UNDO, words.UNDO_TIP, 88, self._undo)
        self.again = self._button(words.AGAIN, words.AGAIN_TIP, 100, self._again)
        super().__init__([self.guess, self.check, *self.measures.values()],
                         [self.play, self.slider, others, self.lots, self.solve, self.undo, self.again])
        self.guess.observe(lambda change: self._following or self._do(
            lambda: self._bet(change["new"])), "value")
        self.slider.observe(lambda change: self._following or self._do(
            lambda: self._look(change["new"] - 1)), "value")
        self.lots.observe(lambda change: self._following or self._do(
            lambda: self._lot(change["new"])), "value")

    def draw(self) -> str:
        pictures = {name: view.playing(name, self.pair) if self.moving else
                    view.still(name, self.pair, self.frame) for name in NAMES}
        if self.place.choice is None:
            return view.riddle(self.place, pictures)
        return view.board(self.table, self.place, self.draw_number, pictures, self._foot())

    def sentence(self) -> str:
        place = self.place
        if place.choice is None:
            return words.ASK.format(letter=place.letters[place.guess])
        if place.news:
            return words.checked(self.table, place.guess, self.draw_number)
        return words.verdict(self.table, place.scoreboard, self.draw_number, self.solutions)

    def follow(self) -> None:
        asked = self.place.choice is None
        self._following = True
        try:
            self.guess.value = self.place.letters[self.place.guess]
            self.slider.value, self.lots.value = self.frame + 1, self.draw_number
        finally:
            self._following = False
        for control in (self.guess, self.check):
            control.layout.display = None if asked else "none"
        for key, label in words.labels(self.place.scoreboard).items():
            self.measures[key].description = label
            self.measures[key].layout.display = "none" if asked else None
        for control in (self.lots, self.solve):
            control.disabled = asked
        self.undo.disabled = not self.past
        self.play.icon, self.play.description = words.PAUSE if self.moving else words.PLAY

    def remember(self) -> Any:
        return self.place, [*self.past], self.draw_number, self.pair, self.frame, self.moving

    def restore(self, state: Any) -> None:
        self.place, self.past, self.draw_number, self.pair, self.frame, self.moving = state

    def on_key(self, key: str) -> None:
        if key == "play":
            self._play()
        elif key in ("step", "back"):
            self._look((self.frame + (1 if key == "step" else -1)) % FRAMES)

    def on_click(self, x: float, y: float) -> None:
        if self.place.choice is None:
            if (n := figures.column_at(x, y, len(NAMES))) is not None:
                self._bet(LETTERS[n])
        elif (n := figures.row_at(x, y, len(KEYS))) is not None:
            self._cycle(KEYS[n])

    def _foot(self) -> str:
        last = self.place.last
        if isinstance(last, int):
            return words.SOLVED.format(number=last + 1, total=len(self.solutions),
                                       fewest=words.count(len(self.solutions[0])))
        if last is None:
            return words.MEASURED.format(draws=self.table.draws)
        use = self.place.scoreboard.get(last, OFF)
        return words.explained(self.table, last, use, self.draw_number, self.place.letters)

    def _button(self, label: str, tip: str, width: int, action: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
        button.on_click(lambda _: self._do(action))
        return button

    @guarded
    def _do(self, action: Callable[[], None]) -> None:
        action()

    def _go(self, **changes: Any) -> None:
        """Change what can be undone."""
        place = replace(self.place, **changes)
        if place != self.place:
            self.place, self.past = place, [*self.past, self.place][-KEPT:]

    def _bet(self, letter: str) -> None:
        self._go(guess=self.place.named(letter))

    def _check(self) -> None:
        if self.place.choice is None:
            self._go(choice=(("acd", RANK),), news=True)

    def _cycle(self, key: str) -> None:
        if self.place.choice is None:
            return
        choice = self.place.scoreboard | {key: NEXT[self.place.scoreboard.get(key, OFF)]}
        self._go(choice=tuple((name, use) for name, use in choice.items() if use), last=key, news=False)

    def _solve(self) -> None:
        if self.place.choice is not None:
            last = self.place.last
            number = (last + 1) % len(self.solutions) if isinstance(last, int) else 0
            self._go(choice=tuple(self.solutions[number].items()), last=number, news=False)

    def _undo(self) -> None:
        if not self.past:
            raise CourseError("nothing_to_undo")
        self.place, self.past = self.past[-1], self.past[:-1]

    def _again(self) -> None:
        self._go(**vars(begin(self.place.seed + 1)))

    def _play(self) -> None:
        self.moving = not self.moving

    def _look(self, frame: int) -> None:
        self.frame, self.moving = frame, False

    def _others(self) -> None:
        self.pair = (self.pair + 1) % view.PAIRS

    def _lot(self, number: int) -> None:
        self.draw_number = number

