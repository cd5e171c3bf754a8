"""Você é o discriminador: twenty images to tell apart blindly, then the numbers, D's beside the learner's."""

from typing import Any

import ipywidgets as widgets

from helpers.gan import blind_figures as figures
from helpers.gan.blind import COUNT, Score, Trial, early
from helpers.gan.panels import blind_words as words
from helpers.gan.panels.choices import dropdown
from helpers.gan.timeline import timeline
from helpers.ui import style, svg
from helpers.ui.panel import Panel, guarded

HEIGHT, SIDE = 462.0, 280.0
COLORS = {"you": style.INK, "D": style.DISCRIMINATOR}
KEYS = {"back": "real", "step": "fake", "play": "undo"}    # what the page calls ←, → and space


class BlindTest(Panel):
    """One test after another; `results` keeps the last scores against each generator."""

    title = "Você é o discriminador"

    def __init__(self, opponent: str = "late", seed: int = 0) -> None:
        """opponent: a key of OPPONENTS; seed: of the first test."""
        self.run = timeline()
        self.ends = {"early": early(self.run), "late": len(self.run.steps) - 1}
        self.trial = Trial(self.run, opponent, seed)
        self.results: dict[tuple[str, str], Score] = {}    # (generator, who) -> score
        self._following = False
        self.opponent = dropdown(words.OPPONENT_LABEL, words.OPPONENTS, opponent, 290)
        self.another = widgets.Button(description=words.NEW_TEST, layout={"width": "150px"})
        self.buttons = {key: widgets.Button(description=label, tooltip=tip, layout={"width": "190px"})
                        for key, (label, tip) in words.BUTTONS.items()}
        super().__init__([self.opponent, self.another], [*self.buttons.values()])
        self.opponent.observe(lambda change: self._following or self._choose(change["new"]), "value")
        self.another.on_click(self._again)
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._press(key))

    def draw(self) -> str:
        return svg.page(HEIGHT, self._result() if self.trial.revealed else self._question())

    def sentence(self) -> str:
        trial = self.trial
        names = words.whom(self.run, trial, self.ends["early"])
        if trial.revealed:
            return words.result(names, trial.score("you"), trial.score("D"))
        return words.question(trial, names)

    def remember(self) -> tuple:
        return self.trial, self.trial.state_dict(), dict(self.results)

    def restore(self, state: tuple) -> None:
        self.trial, answers, self.results = state
        self.trial.load_state_dict(answers)

    def follow(self) -> None:
        self._following = True
        try:
            self.opponent.value = self.trial.opponent
        finally:
            self._following = False
        trial = self.trial
        for key in ("real", "fake"):
            self.buttons[key].disabled = trial.complete
        self.buttons["undo"].disabled = trial.revealed or not trial.answers
        self.buttons["reveal"].disabled = trial.revealed or not trial.complete
        self.buttons["reveal"].button_style = "info" if trial.complete and not trial.revealed else ""

    def on_key(self, key: str) -> None:
        if key in KEYS:
            self._act(KEYS[key])

    def _question(self) -> str:
        """The image to judge and the answers so far: nothing here depends on the truth."""
        trial = self.trial
        n = len(trial.answers)
        title = words.DONE if trial.complete else words.TITLE.format(n=n + 1, count=COUNT)
        return (figures.large(8, 6, SIDE, None if trial.complete else trial.images[n], title)
                + "".join(svg.text(8, 346 + 26 * row, line) for row, line in enumerate(words.RULES))
                + figures.so_far(360, 32, trial.images, [words.SAID[answer] for answer in trial.answers],
                                 COUNT))

    def _result(self) -> str:
        trial = self.trial
        you, d = trial.hits("you"), trial.hits("D")
        verdicts = [((words.YOU, mine), (words.D, its)) for mine, its in zip(you, d, strict=True)]
        rows = [figures.Row(words.ROWS[who].format(words.OPPONENTS[name]), COLORS[who], words.score(found),
                            found.hits / max(found.count, 1), found.low, found.high)
                for name in self.ends for who in COLORS if (found := self.results.get((name, who)))]
        return (svg.text(8, 18, words.legend(you, d), style.SMALL)
                + figures.judged(8, 28, trial.images, trial.truth, words.TRUTH, verdicts)
                + figures.scores(8, 296, 924, rows, words.AXIS)
                + svg.text(8, 438, words.WHY, style.SMALL) + svg.text(8, 458, words.HOW, style.SMALL))

    def _act(self, key: str) -> None:
        trial = self.trial
        if key == "undo":
            trial.undo()
        elif key == "reveal":
            trial.reveal()
            for name, point in self.ends.items():
                if point in trial.points:
                    for who in COLORS:
                        self.results[name, who] = trial.score(who, {point})
        else:
            trial.answer(key == "real")

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    @guarded
    def _choose(self, opponent: str) -> None:
        self.trial = Trial(self.run, opponent, self.trial.seed + 1)

    @guarded
    def _again(self, button: Any) -> None:
        self.trial = Trial(self.run, self.trial.opponent, self.trial.seed + 1)
