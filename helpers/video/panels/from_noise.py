"""Do ruído ao vídeo: one clip in the making, from its noise through the LSTM to its frames."""

from typing import Any

import numpy as np

from helpers.errors import CourseError
from helpers.ui.panel import guarded
from helpers.ui.stepper import SLOW_MS, StepperPanel
from helpers.video import rollout_figures as figures
from helpers.video.model import VideoModel
from helpers.video.panels import from_noise_words as words
from helpers.video.panels.from_noise_controls import Controls
from helpers.video.panels.from_noise_setting import Setting, effect, walked
from helpers.video.panels.from_noise_view import View
from helpers.video.rollout import MOST, Rollout, frozen, mixed
from helpers.video.trained import rival

MORE = 16         # frames that a clip is gone on for
FRAME_MS = 60     # between two frames while playing, besides the painting
KEPT = 100        # edits that can be undone


class FromNoise(StepperPanel):
    """The stepper over a Rollout; an edit makes the clip anew, up to where it stands."""

    title = "Do ruído ao vídeo"
    speeds = (1, 0)

    def __init__(self, cell_panel: Any = None, model: VideoModel | None = None) -> None:
        """cell_panel: has `title` and `show(cell, script, t, unit)`; model: offered beside the course's own.

        Raises `rollout_memory` for a model without an LSTM, `rollout_other`, and as `trained.rival`.
        """
        if not (cell_panel is None or callable(getattr(cell_panel, "show", None))):
            raise CourseError("rollout_other", found=type(cell_panel).__name__)
        if not (model is None or isinstance(model, VideoModel)):
            raise CourseError("rollout_other", found=type(model).__name__)
        self.cell_panel = cell_panel
        self.models = {} if model is None else {"own": frozen(model)}    # by key, once they are asked for
        keys = [key for key in words.MODELS if key != "own" or self.models]
        self.setting, self.unit, self.news = Setting(keys[0]), 0, ""
        self.past: list[tuple[Any, str]] = []    # where we were before each edit, with its control
        self._film: tuple[Any, np.ndarray] = None, np.zeros(0)    # a walk, all frames that it has made
        self.controls = Controls(keys, getattr(cell_panel, "title", ""))
        super().__init__(self._engine(), self.controls.row)
        self.buttons["turn"].tooltip = words.TURN_TIP
        for name, control in self.controls.choices.items():
            control.observe(lambda change, name=name: self._following or self._choose(name, change["new"]),
                            "value")
        for key, button in self.controls.acts.items():
            button.on_click(lambda _, key=key: self._press(key))

    @property
    def engine(self) -> Rollout:
        return self.walk.engine

    @property
    def complete(self) -> bool:
        return self.engine.t == self.engine.frames

    @property
    def film(self) -> np.ndarray:
        """All frames that this walk has made, beyond our place too: [n, 32, 32]."""
        walk, frames = self._film
        if walk is not self.walk or self.engine.t > len(frames):
            frames = self.engine.film[:, 0].numpy()
            self._film = self.walk, frames
        return frames[:max(self.engine.t, len(self.walk.trace))]

    @property
    def view(self) -> View:
        return View(self.walk, self.unit, self.film)

    def draw(self) -> str:
        return self.view.draw()

    def sentence(self) -> str:
        view = self.view
        said = self.news or words.sentence(view.op, view.facts())
        return said + (words.COMPLETE.format(frames=self.engine.frames)
                       if self.complete and not self.news else "")

    def follow(self) -> None:
        with self.following():
            self.controls.follow(self.setting.model, self.setting.frames, self.unit, self.engine.hidden,
                                 bool(self.past))
        super().follow()

    def here(self) -> Any:
        """Everything that an edit may change."""
        return super().remember(), (self.setting, self.unit, self.news, self._film)

    def remember(self) -> Any:
        return self.here(), [*self.past]

    def restore(self, state: Any) -> None:
        here, self.past = state
        self._back_to(here)

    def leave(self) -> None:
        """Go on to another place: the present edit is closed, and its news is old."""
        self.past, self.news = [(here, "") for here, _ in self.past], ""

    def on_click(self, x: float, y: float) -> None:
        found = figures.hit(x, y, self.engine.hidden)
        if found and found[0] == "unit":
            self.unit = found[1]
        elif found and (frame := figures.page_of(self.engine.t) + found[1]) < len(self.film):
            self.stage.playing = False
            self.leave()
            self.walk.seek(frame)
            self.walk.finish_turn()

    def on_tick(self) -> None:
        if self.complete:
            self.stage.playing = False
        else:
            self.leave()
            super().on_tick()

    def _act(self, key: str) -> None:
        if key in words.EDITS:
            self._edit({key: getattr(self.setting, key) + 1})
        elif key == "more":
            self._go_on()
        elif key == "undo":
            self._undo()
        elif key == "open":
            self._open()
        else:
            if key == "play" and not self.stage.playing and self.complete:
                self.walk.seek(0)    # played at its end, it begins again, its film still known
            self.leave()
            super()._act(key)

    @guarded
    def _seek(self, turn: int) -> None:
        self.stage.playing = False
        self.leave()
        self.walk.seek(turn)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        if name == "unit":
            self.unit = value - 1
        else:
            self._edit({name: value}, name)

    def _set_speed(self, change: dict[str, Any] | None = None) -> None:
        self.stage.interval = FRAME_MS if self.speed.value else SLOW_MS

    def _edit(self, parts: dict[str, Any], control: str = "") -> None:
        """Make another clip, up to the place where we are, at most its end; a drag is one edit."""
        self.stage.playing = False
        turn, count, path = self.walk.turn, self.walk.count, self.engine.path
        if not (control and self.past and self.past[-1][1] == control):
            self.past = [*self.past, (self.here(), control)][-KEPT:]
        self.setting = self.setting._replace(**parts)
        self.walk = walked(self._engine(), turn, count)
        self.unit = min(self.unit, self.engine.hidden - 1)
        self.news = effect(next(iter(parts)), path, self.engine)

    def _go_on(self) -> None:
        """Give the clip more frames, and make them if it was complete."""
        plays = self.complete
        if self.setting.frames == MOST:
            raise CourseError("rollout_longest", most=MOST)
        self._edit({"frames": min(MOST, self.setting.frames + MORE)})
        self.stage.playing = plays

    def _undo(self) -> None:
        self.stage.playing = False
        if not self.past:
            raise CourseError("nothing_to_undo")
        here, _ = self.past[-1]
        self.past = self.past[:-1]
        self.leave()
        self._back_to(here)

    def _back_to(self, here: Any) -> None:
        walk, (self.setting, self.unit, self.news, self._film) = here
        super().restore(walk)

    def _open(self) -> None:
        """Show this step of the LSTM in the panel of the cell."""
        self.stage.playing = False
        self.leave()
        cell, turn = self.engine.model.generator.cell, self.walk.turn
        self.notice = self.cell_panel.show(cell, self.engine.script(turn + 1), turn, self.unit)
        if not self.notice:
            self.news = words.OPENED.format(title=self.cell_panel.title, t=turn + 1)

    def _engine(self) -> Rollout:
        """Build the engine of the present setting."""
        key, content, motion, steps, frames = self.setting
        if key not in self.models:
            self.models[key] = frozen(rival(key))
        return Rollout(self.models[key], mixed(content, motion, steps), frames)
