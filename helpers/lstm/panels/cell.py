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
from helpers.lstm.sequence import Script, Sequence
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel

MOST, KEPT = 4, 100    # units and inputs that fit; edits that can be undone

# The example: one decimal each, to check by hand. Unit 1 keeps (f near 1), unit 2 forgets (f near 0).
INPUTS = [[1, 0, 0, 1], [.5, 1, 0, 0], [-1, 0, 1, 0], [0, -1, 0, 1], [.5, -.5, 1, 0], [0, 0, 0, 0]]
EXAMPLE = {    # W, U, b
    "g": ([[1.5, -.5], [.5, 1.0]], [[.3, -.2], [-.4, .6]], [0, .1]),
    "f": ([[.5, 1.0], [-.5, .5]], [[.2, .1], [.3, -.2]], [2.0, -1.0]),
    "i": ([[1.0, -1.0], [2.0, .5]], [[-.3, .4], [.1, .2]], [.5, 0]),
    "o": ([[-.5, 1.5], [1.0, -.5]], [[.5, -.3], [.2, .4]], [.2, .8])}


class CellPanel(StepperPanel):
    """The stepper over a Sequence; an edit computes the walk anew, up to where it stands."""

    title = "A célula por dentro"
    speeds = (0, 1)

    def __init__(self, cell: LSTMCell | None = None, script: Script | None = None) -> None:
        """Up to 4 units and 4 inputs; by default a small cell whose numbers can be checked by hand."""
        cell = example() if cell is None else cell
        if script is None:
            script = Script(torch.tensor(INPUTS, dtype=cell.g.W.dtype)[:, :cell.inputs])
        check(cell, script)
        self.choice, self.dragged = Choice(), False    # dragged: the last event moved the slider
        self.past: list[tuple[dict, Script, Choice]] = []    # weights, script, what was edited then
        self.controls = edit.Controls()
        super().__init__(Sequence(deepcopy(cell), script), self.controls.row)
        for name in ("unit", "target", "which"):
            getattr(self.controls, name).observe(
                lambda change, name=name: self._following or self._choose(name, change["new"]), "value")
        self.controls.slider.observe(lambda change: self._following or self._drag(change["new"]), "value")
        self.controls.number.observe(lambda change: self._following or self._type(change["new"]), "value")
        self.controls.free.on_click(self._free)
        self.controls.undo.on_click(self._undo)

    @guarded
    def show(self, cell: LSTMCell, script: Script, t: int) -> None:
        """Open a step of another sequence, t from 0, at its end; edits of the one before are forgotten."""
        check(cell, script)
        if not 0 <= t < script.steps:
            raise CourseError("no_such_step", steps=script.steps, t=t + 1)
        self.choice, self.past, self.dragged = Choice(), [], False
        self.restart(Sequence(deepcopy(cell), script))
        self.walk.run(t + 1)

    def draw(self) -> str:
        return view.draw(self.walk, self.choice)

    def sentence(self) -> str:
        return view.sentence(self.walk, self.choice)

    def follow(self) -> None:
        sequence: Sequence = self.walk.engine
        cell, t = sequence.cell, self.walk.turn
        self._following = True
        self.controls.follow(self.choice, edit.current(sequence, self.walk.values, self.choice, t),
                             cell.inputs, cell.hidden,
                             edit.freed(sequence.script, self.choice, t, cell.hidden) is not None,
                             bool(self.past))
        super().follow()

    def remember(self) -> Any:
        return super().remember(), self.choice, [*self.past], self.dragged

    def restore(self, state: Any) -> None:
        walk, self.choice, self.past, self.dragged = state
        super().restore(walk)

    def on_click(self, x: float, y: float) -> None:
        found = view.part_at(self.walk, self.choice, x, y)
        if isinstance(found, int):
            self.stage.playing = self.dragged = False
            self._stand(found)
        elif found:
            self.choice, self.dragged = found, False

    def on_tick(self) -> None:
        self.dragged = False
        super().on_tick()

    def _act(self, key: str) -> None:
        self.dragged = False
        super()._act(key)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        self.choice, self.dragged = self.choice._replace(**{name: value}), False
        if name == "target":
            self.choice = self.choice._replace(which=0)

    @guarded
    def _drag(self, position: int) -> None:
        self._edit(edit.slid(position, self.choice), joined=self.dragged)
        self.dragged = True

    @guarded
    def _type(self, text: str) -> None:
        self._edit(edit.entered(text, self.choice), joined=False)
        self.dragged = False

    @guarded
    def _free(self, button: widgets.Button) -> None:
        sequence, t = self.walk.engine, self.walk.turn
        script = edit.freed(sequence.script, self.choice, t, sequence.cell.hidden)
        if script is not None:
            self._keep(joined=False)
            self._again(script)

    @guarded
    def _undo(self, button: widgets.Button) -> None:
        if not self.past:
            raise CourseError("nothing_undone")
        weights, script, self.choice = self.past.pop()
        self.walk.engine.cell.load_state_dict(weights)
        self._again(script)

    def _edit(self, value: float, joined: bool) -> None:
        """Change the chosen number; joined: one drag is one edit, to be undone at once."""
        sequence, values, t = self.walk.engine, self.walk.values, self.walk.turn
        self._keep(joined)
        self._again(edit.edited(sequence, values, self.choice, t, value))

    def _keep(self, joined: bool) -> None:
        self.stage.playing = False
        if not joined:
            self.past = [*self.past, (*edit.snapshot(self.walk.engine), self.choice)][-KEPT:]
        self.dragged = False

    def _again(self, script: Script) -> None:
        """Walk anew with what has changed, to the same operation of the same time step."""
        turn, count = self.walk.turn, self.walk.count
        self.restart(Sequence(self.walk.engine.cell, script))
        self._begin(turn)
        for _ in range(count):
            self.walk.step()

    def _stand(self, turn: int) -> None:
        """Go to the end of a time step, from wherever the walk is."""
        self._begin(turn)
        self.walk.finish_turn()

    def _begin(self, turn: int) -> None:
        if turn > self.walk.reached:
            self.walk.seek(self.walk.reached)
            self.walk.run(turn - self.walk.turn)
            self.walk.step()
        self.walk.seek(turn)


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
