"""Desenrolando no tempo: a whole sequence as heat maps, edited and recomputed at once."""

from dataclasses import replace
from typing import Any

from helpers.errors import CourseError
from helpers.lstm.panels import unroll_words as words
from helpers.lstm.panels.scripted import ScriptPanel, known
from helpers.lstm.panels.unroll_controls import STEP, Controls
from helpers.lstm.panels.unroll_view import View
from helpers.lstm.scenes import FLAGS, SCENES, Scene, impulse
from helpers.lstm.sequence import trace
from helpers.ui.panel import guarded

MOST = {"inputs": 8, "units": 32, "steps": 200}


class Unroll(ScriptPanel):
    """The stepper over a scene; a click on a map shows that step, here and in the panel of the cell."""

    title = "Desenrolando no tempo"
    kept = ("scene", "seed", "asked", "opened", "unit", "k", "gate", "where", "level", "news", "reference")

    def __init__(self, cell_panel: Any = None, scene: Scene | str = "register") -> None:
        """cell_panel: has `title` and `show(cell, script, t, unit)`; scene: a Scene or a key of SCENES.

        Raises `choice_unknown`, `cell_panel_other`, and `unroll_size` for what cannot be drawn.
        """
        if not (cell_panel is None or callable(getattr(cell_panel, "show", None))):
            raise CourseError("cell_panel_other", found=type(cell_panel).__name__)
        self.cell_panel, self.seed = cell_panel, 0
        if isinstance(scene, str):
            scene = known(scene, SCENES)(0)
        self.scene = self.first = _fitting(scene)
        self.asked: int | None = None    # the step that was clicked, from 0
        self.opened = False    # it was opened in the panel of the cell by the last event
        self.unit, self.k = 0, self.scene.script.xs.shape[1] - 1
        self.gate, self.where, self.level = "f", "cell", 0.0
        self.news, self.reference = "", None    # what the last edit did, and the values before it
        self._view: View | None = None
        self.controls = Controls([*dict.fromkeys((self.scene.key, *SCENES))])
        script = self.scene.script
        super().__init__(self.scene.cell, script, self.controls.row, script.steps)
        for name, control in self.controls.choices.items():
            control.observe(lambda change, name=name: self._following or self._choose(name, change["new"]),
                            "value")
        for key, button in self.controls.acts.items():
            button.on_click(lambda _, key=key: self._do(key))

    @property
    def t(self) -> int:
        """The step whose numbers are shown, from 0."""
        return self.step_shown if self.asked is None else self.asked

    @property
    def view(self) -> View:
        """Our walk with all its values, which are worked out once for each script."""
        old = self._view
        same = old is not None and old.scene is self.scene and old.script is self.script
        if not same or old.walk is not self.walk:
            values = old.values if same else {
                name: part.numpy() for name, part in trace(self.scene.cell, self.script).items()}
            self._view = View(self.scene, self.walk, values)
        return self._view

    def set_to(self, name: str) -> float:
        """Where the slider of x, or of the value of the chosen gate, stands."""
        if name == "x":
            return self.script.xs[self.t, self.k].item()
        return self.level if self.preset is None else self.preset

    @property
    def preset(self) -> float | None:
        """The value at which the chosen gate is held in the chosen cell."""
        table = self.script.held.get(self.gate)
        value = table[self.t, self.unit].item() if table is not None else float("nan")
        return None if value != value else value

    def draw(self) -> str:
        return self.view.drawing(self.t, self.unit, self.k)

    def sentence(self) -> str:
        t, unit, op = self.t, self.unit, self.walk.op
        if self.news:
            return words.effect(self.news, self.reference, self.view.values, min(t, self.done - 1), unit)
        known, held = self.view.at(t, unit), self.view.held(t, unit)
        if self.asked is not None:
            title = self.cell_panel.title if self.opened else ""
            return words.asked(known, t, unit, held, title)
        return words.sentence(op.key if op else "", known, t, unit, held)

    def follow(self) -> None:
        scene = self.scene
        with self.following():
            self.controls.follow(
                scene=scene.key, k=self.k, x=self.set_to("x"), t=self.t + 1, unit=self.unit, gate=self.gate,
                level=self.set_to("level"), where=self.where, held=self.preset is not None,
                names=words.names(scene.inputs), units=scene.cell.hidden, steps=self.script.steps,
                flag=scene.inputs[self.k] in FLAGS)
        self.controls.acts["other"].disabled = scene.key not in SCENES
        super().follow()

    def leave(self) -> None:
        super().leave()
        self.asked, self.opened, self.news = None, False, ""

    def on_click(self, x: float, y: float) -> None:
        hit = self.view.plan.hit(x, y)
        if hit is None:
            return
        what, row, t = hit
        self._look(t)
        if what == "input":
            self.k = row
            if self.scene.inputs[row] in FLAGS:
                self._set_x(0.0 if self.script.xs[t, row] else 1.0)
        elif what == "map":
            self.unit = row
            if self.cell_panel and t < self.view.columns("y"):
                self.notice = self.cell_panel.show(self.scene.cell, self.script, t, row)
                self.opened = not self.notice

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        if name in ("x", "level") and abs(value - self.set_to(name)) < STEP / 2:
            return    # the page's slider says again, in its own steps, what it was told
        self.opened = False
        if name == "scene":
            self._play(self.first if value == self.first.key else SCENES[value](0), 0)
        elif name == "x":
            self._set_x(value, f"x {self.t} {self.k}")
        elif name == "t":
            self._look(value - 1)
        elif name == "level":
            self._hold(value, f"hold {self.gate} {self.where} {self.t} {self.unit}")
            self.level = value
        elif name == "held":
            self._hold(self.level if value else None)
        else:    # unit, k, gate, where
            self.stage.playing = False
            self.settle()
            setattr(self, name, value)

    @guarded
    def _do(self, key: str) -> None:
        self.opened = False
        if key == "undo":
            self.undo()
        elif key == "other":
            self._play(SCENES[self.scene.key](self.seed + 1), self.seed + 1)
        else:
            self._edit(impulse(self.script, self.t, self.k),
                       words.KICKED.format(name=words.names(self.scene.inputs)[self.k], t=self.t + 1))

    def _look(self, t: int) -> None:
        """Show another step's numbers."""
        self.stage.playing = False
        self.leave()
        self.asked = t

    def _play(self, scene: Scene, seed: int) -> None:
        """Put another scene on, with all its steps done."""
        self.mark()
        self.scene, self.seed, self.asked, self.news = scene, seed, None, ""
        self.unit, self.k = 0, min(self.k, scene.cell.inputs - 1)
        self.start(scene.cell, scene.script, scene.script.steps)

    def _set_x(self, value: float, control: str = "") -> None:
        self._edit(self.script.with_x(self.t, self.k, value),
                   words.SET_X.format(name=words.names(self.scene.inputs)[self.k], t=self.t + 1,
                                      value=words.short(value)), control)

    def _hold(self, value: float | None, control: str = "") -> None:
        """Hold the chosen gate, or free it, where the learner says."""
        hidden, script = self.scene.cell.hidden, self.script
        steps = slice(self.t, self.t + 1) if self.where in ("cell", "column") else slice(None)
        for unit in range(hidden) if self.where in ("column", "all") else [self.unit]:
            script = script.with_hold(self.gate, unit, value, hidden, steps)
        said = words.FREED if value is None else words.SET_HOLD
        self._edit(script, said.format(gate=self.gate, value=words.short(value or 0.0),
                                       where=words.PLACES[self.where]), control)

    def _edit(self, script: Any, news: str, control: str = "") -> None:
        """Walk another script to the same place, and keep what it was before."""
        t, before = self.t, self.view.values
        if self.mark(control):
            self.reference = before
        self.rewrite(replace(script))
        self.asked, self.news = t, news


def _fitting(scene: Scene) -> Scene:
    found = {"inputs": scene.cell.inputs, "units": scene.cell.hidden, "steps": scene.script.steps}
    if any(found[name] > most for name, most in MOST.items()):
        raise CourseError("unroll_size", **found, **{f"most_{name}": most for name, most in MOST.items()})
    return scene
