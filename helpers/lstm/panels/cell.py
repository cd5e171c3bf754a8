"""A célula por dentro: one LSTM cell, operation by operation, every number of it open to change."""

from copy import deepcopy
from typing import Any

import ipywidgets as widgets
import torch

from helpers.errors import CourseError
from helpers.lstm.cell import LAYERS, LSTMCell
from helpers.lstm.panels import cell_edit as edit
from helpers.lstm.panels import cell_view as view
from helpers.lstm.panels.cell_edit import Choice
from helpers.lstm.panels.scripted import ScriptPanel
from helpers.lstm.sequence import Script, Sequence
from helpers.ui.panel import guarded

MOST = 4    # units and inputs that fit

# The example: one decimal each, to check by hand. Unit 1 keeps (f near 1), unit 2 forgets (f near 0).
INPUTS = [[1, 0, 0, 1], [.5, 1, 0, 0], [-1, 0, 1, 0], [0, -1, 0, 1], [.5, -.5, 1, 0], [0, 0, 0, 0]]
EXAMPLE = {    # W, U, b
    "g": ([[1.5, -.5], [.5, 1.0]], [[.3, -.2], [-.4, .6]], [0, .1]),
    "f": ([[.5, 1.0], [-.5, .5]], [[.2, .1], [.3, -.2]], [2.0, -1.0]),
    "i": ([[1.0, -1.0], [2.0, .5]], [[-.3, .4], [.1, .2]], [.5, 0]),
    "o": ([[-.5, 1.5], [1.0, -.5]], [[.5, -.3], [.2, .4]], [.2, .8])}


class CellPanel(ScriptPanel):
    """The stepper over a Sequence; an edit computes the walk anew, up to where it stands."""

    title = "A célula por dentro"
    speeds = (0, 1)
    kept = ("choice",)

    def __init__(self, cell: LSTMCell | None = None, script: Script | None = None) -> None:
        """Up to 4 units and 4 inputs; by default a small cell whose numbers can be checked by hand."""
        cell = example() if cell is None else cell
        if script is None:
            script = Script(torch.tensor(INPUTS, dtype=cell.g.W.dtype)[:, :cell.inputs])
        check(cell, script)
        self.choice = Choice()
        self.controls = edit.Controls()
        super().__init__(own(cell), script, self.controls.row, 0)
        for name in ("unit", "target", "which"):
            getattr(self.controls, name).observe(
                lambda change, name=name: self._following or self._choose(name, change["new"]), "value")
        self.controls.slider.observe(lambda change: self._following or self._drag(change["new"]), "value")
        self.controls.number.observe(lambda change: self._following or self._type(change["new"]), "value")
        self.controls.free.on_click(self._free)
        self.controls.undo.on_click(lambda _: self._press("undo"))

    def show(self, cell: LSTMCell, script: Script, t: int, unit: int = 0) -> str:
        """Open a step of another sequence, t from 0, at its end; returns why not, "" where it is open.

        One undo returns to what stood here before, however many steps are opened one after another.
        """
        if self.closed:
            return str(CourseError("cell_panel_closed"))
        self._show(cell, script, t, unit)
        return self.notice

    @guarded
    def _show(self, cell: LSTMCell, script: Script, t: int, unit: int) -> None:
        check(cell, script)
        if not 0 <= t < script.steps:
            raise CourseError("no_such_step", steps=script.steps, t=t + 1)
        self.mark("show")
        self.choice = Choice(unit)
        self.start(own(cell), script, t + 1)

    def draw(self) -> str:
        return view.draw(self.walk, self.choice)

    def sentence(self) -> str:
        return view.sentence(self.walk, self.choice)

    def follow(self) -> None:
        sequence: Sequence = self.walk.engine
        cell, t = sequence.cell, self.walk.turn
        with self.following():
            self.controls.follow(self.choice, edit.current(sequence, self.walk.values, self.choice, t),
                                 cell.inputs, cell.hidden,
                                 edit.freed(sequence.script, self.choice, t, cell.hidden) is not None,
                                 bool(self.past))
        super().follow()

    def on_click(self, x: float, y: float) -> None:
        found = view.part_at(self.walk, self.choice, x, y)
        if isinstance(found, int):
            self.stage.playing = False
            self.leave()
            self.stand(found)
            self.walk.finish_turn()
        elif found:
            self.settle()
            self.choice = found

    def _act(self, key: str) -> None:
        if key == "undo":
            self.undo()
        else:
            super()._act(key)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        self.settle()
        self.choice = self.choice._replace(**{name: value})
        if name == "target":
            self.choice = self.choice._replace(which=0)

    @guarded
    def _drag(self, position: int) -> None:
        self._edit(edit.slid(position, self.choice), "slider")

    @guarded
    def _type(self, text: str) -> None:
        self._edit(edit.entered(text, self.choice))

    @guarded
    def _free(self, button: widgets.Button) -> None:
        sequence, t = self.walk.engine, self.walk.turn
        script = edit.freed(sequence.script, self.choice, t, sequence.cell.hidden)
        if script is not None:
            self.mark()
            self.rewrite(script)

    def _edit(self, value: float, control: str = "") -> None:
        """Change the chosen number; a drag of one control is one edit, to be undone at once."""
        self.mark(control)
        self.rewrite(edit.edited(self.walk.engine, self.walk.values, self.choice, self.walk.turn, value))


def check(cell: LSTMCell, script: Script) -> None:
    """Refuse what does not fit into the drawing: `cell_panel`."""
    shape = tuple(script.xs.shape)
    if max(cell.hidden, cell.inputs) > MOST or len(shape) != 2 or shape[1] != cell.inputs:
        raise CourseError("cell_panel", most=MOST, hidden=cell.hidden, inputs=cell.inputs, shape=list(shape))


def example() -> LSTMCell:
    """The cell that the panel begins with: 2 inputs, 2 units."""
    cell = LSTMCell(2, 2)
    with torch.no_grad():
        for name in LAYERS:
            for part, values in zip("WUb", EXAMPLE[name], strict=True):
                getattr(getattr(cell, name), part).copy_(torch.tensor(values))
    return cell


def own(cell: LSTMCell) -> LSTMCell:
    """Copy a cell for a learner to edit."""
    return deepcopy(cell).requires_grad_(False)
