"""Treine ao vivo: both stages trained in the panel, measured on the way, one operation a click if wished."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from helpers.ui import fields
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.video import live
from helpers.video.live_jobs import marks_2
from helpers.video.live_session import Session
from helpers.video.panels import live_step_view, live_step_words, live_view, live_words
from helpers.video.panels.live_view import Head

LONGEST = 0.2     # seconds that one picture may compute, so that a pause means now
OPERATION, TRAINING = "operation", "training"


class LiveVideo(StepperPanel):
    """A Session with its controls; `view` says whether the whole training is shown or one operation."""

    title = live_words.TITLE

    def __init__(self, level: int = 1, start: str = "scratch", seed: int = 0) -> None:
        """level: the stage to begin with, 1 or 2; start: of stage 2, 'scratch' or 'trained'."""
        self.session, self.view, self.news = Session(level, start, seed), TRAINING, ""
        self.boxes = {name: fields.dropdown(label, [(words, key) for key, words in options.items()], width)
                      for name, (label, options, width) in live_words.BOXES.items()}
        self.actions = {key: widgets.Button(description=label, tooltip=tip, layout={"width": f"{width}px"})
                        for key, (label, tip, width) in live_words.BUTTONS.items()}
        label, tip, width = live_words.FILM
        self.film = widgets.ToggleButton(True, description=label, tooltip=tip, layout={"width": f"{width}px"})
        boxes, actions = list(self.boxes.values()), list(self.actions.values())
        super().__init__(self.session.plan, [*boxes[:3], actions[0], *boxes[3:], *actions[1:], self.film])
        self.speed.value = max(self.speeds)
        for name, box in self.boxes.items():
            box.observe(lambda change, name=name: self._following or self._set(name, change["new"]), "value")
        self.film.observe(lambda _: self._do(lambda: None), "value")
        for key, button in self.actions.items():
            button.on_click(lambda _, key=key: self._do(getattr(self, f"_{key}")))

    @property
    def walk(self) -> Any:
        return self.session.walk

    @walk.setter
    def walk(self, walk: Any) -> None:
        """What the stepper sets is the session's own already."""

    def draw(self) -> str:
        session, operation = self.session, self.view == OPERATION
        if session.level == 1:
            return (live_step_view.operation_1(self.walk) if operation
                    else live_view.stage_1(session, self._head(), live.marks_1()))
        if operation:
            return live_step_view.operation_2(self.walk, session.game.source)
        return live_view.stage_2(session, self._head(), marks_2(), self.film.value and not self.stage.playing)

    def sentence(self) -> str:
        session = self.session
        if self.view == OPERATION and self.walk.op:
            return self.news + live_step_words.sentence(self.walk)
        if session.level == 1:
            return self.news + live_words.state_1(session, live.marks_1())
        return self.news + live_words.state_2(session, marks_2().get("real"))

    def redraw(self) -> None:
        super().redraw()
        self.news = ""    # it is said once

    def follow(self) -> None:
        super().follow()
        session = self.session
        choice = session.pending or session.game.choice
        told = {"level": session.level, "start": choice.start, "memory": choice.memory,
                "without": choice.without or live_words.NOBODY, "view": self.view}
        with self.following():
            for name, box in self.boxes.items():
                box.value = told[name]
                box.disabled = session.level == 1 and name in ("start", "memory", "without")
        self.actions["measure"].disabled = self.film.disabled = session.level == 1
        self.actions["undo"].disabled = not (session.past or session.pending)

    def remember(self) -> Any:
        session = self.session
        kept = session.level, session.seed, session.first, session.game, session.past
        return super().remember(), kept, self.view

    def restore(self, state: Any) -> None:
        (_, turn, count), kept, self.view = state
        session = self.session
        session.level, session.seed, session.first, session.game, session.past = kept
        session.drop()
        self.news = ""
        self.walk.goto(turn, count)

    def on_tick(self) -> None:
        session = self.session
        if session.jobs:
            session.work(LONGEST)
            self.stage.playing = bool(session.jobs) or session.resume
        elif not self.speed.value:
            session.move(self.walk.step)
        elif session.due:
            session.measure(resume=True)
        elif session.done >= session.plan.steps:
            self.stage.playing, self.news = False, live_words.news("over", session.game.choice)
        else:
            session.train(self.speed.value, LONGEST)

    def _act(self, key: str) -> None:
        """Move along the walk, and show what was asked to be seen: one operation, or the training."""
        session = self.session
        if key == "play":
            self.stage.playing = not self.stage.playing
            self.view = OPERATION if not self.speed.value and not session.jobs else TRAINING
            return
        self.stage.playing = False
        if session.jobs:
            session.drop()
            self.news = live_words.news("given_up", session.game.choice)
        if key in ("step", "back", "turn", "update"):
            self.view = TRAINING if key == "turn" else OPERATION
        session.move({"reset": self.walk.reset, "back": self.walk.back, "step": self.walk.step,
                      "turn": self.walk.finish_turn, "update": session.finish_update}[key])

    def _head(self) -> Head:
        session, plan = self.session, self.session.plan
        if session.jobs:
            name, job = session.jobs[0]
            return Head(job.share, live_words.job(name, job.share))
        left = session.pace * (plan.steps - session.done) if self.stage.playing else 0.0
        return Head(session.done / plan.steps, live_words.progress(session.done, plan.steps, left))

    @guarded
    def _do(self, action: Callable[[], None]) -> None:
        action()

    @guarded
    def _set(self, name: str, value: Any) -> None:
        session = self.session
        if name == "view":
            self.view = value
            return
        self.stage.playing = False
        if name == "level":
            if session.jobs:
                self.news = live_words.news("given_up", session.game.choice)
            session.drop()
            session.level, session.pace, self.view = value, 0.0, TRAINING
            return
        told = session.choose(**{name: None if value == live_words.NOBODY else value})
        self.stage.playing, self.view = bool(session.jobs), TRAINING
        self.news = live_words.news(told, session.game.choice)

    def _update(self) -> None:
        self._act("update")

    def _measure(self) -> None:
        session = self.session
        if session.measured:
            self.news = live_words.news("measured", session.game.choice)
        elif not session.jobs:
            session.measure(resume=self.stage.playing)
            self.stage.playing = True
        self.view = TRAINING

    def _again(self) -> None:
        session = self.session
        session.again()
        self.stage.playing = bool(session.jobs)
        told = "encoding" if session.jobs else "again"
        self.news, self.view = live_words.news(told, session.game.choice), TRAINING

    def _undo(self) -> None:
        self.stage.playing = False
        told = "given_up" if self.session.pending else "undone"
        self.session.undo()
        self.news, self.view = live_words.news(told, self.session.game.choice), TRAINING
