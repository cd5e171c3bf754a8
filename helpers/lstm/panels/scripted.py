"""What the panels over a sequence share: edits that keep the place, and a way back from them."""

from typing import Any

from helpers.errors import CourseError
from helpers.lstm.cell import LSTMCell
from helpers.lstm.sequence import Script, Sequence
from helpers.steps import Walk
from helpers.ui.stepper import StepperPanel

KEPT = 100    # edits that can be undone
TURN_TIP = "Executar até o fim deste passo de tempo"


def walked(cell: LSTMCell, script: Script, turn: int, count: int) -> Walk:
    """Walk a script anew up to a place, at most its end: `turn` whole time steps and `count` operations."""
    walk = Walk(Sequence(cell, script))
    if turn >= script.steps:
        turn, count = script.steps, 0
    if turn:
        walk.run(turn)
    for _ in range(count):
        walk.step()
    return walk


class ScriptPanel(StepperPanel):
    """A stepper over a Sequence whose script is edited; `kept` names what else an edit may change."""

    speeds = (1, 0)
    kept: tuple[str, ...] = ()

    def __init__(self, cell: LSTMCell, script: Script, controls: list, turn: int, count: int = 0) -> None:
        self.past: list[tuple[Any, str]] = []    # where we were before each edit, with its control
        super().__init__(Sequence(cell, script), controls)
        self.buttons["turn"].tooltip = TURN_TIP
        self.walk = walked(cell, script, turn, count)
        self.redraw()

    @property
    def script(self) -> Script:
        return self.walk.engine.script

    @property
    def done(self) -> int:
        """How many time steps are complete."""
        return self.walk.engine.t

    @property
    def step_shown(self) -> int:
        """The time step, from 0, that is in work or has just ended."""
        return min(self.walk.turn, self.script.steps - 1)

    def here(self) -> Any:
        """Everything that an edit may change."""
        return super().remember(), {name: getattr(self, name) for name in self.kept}

    def remember(self) -> Any:
        return self.here(), [*self.past]

    def restore(self, state: Any) -> None:
        here, self.past = state
        self.back_to(here)

    def back_to(self, here: Any) -> None:
        walk, fields = here
        super().restore(walk)
        for name, value in fields.items():
            setattr(self, name, value)

    def mark(self, control: str = "") -> bool:
        """Keep the way back from the edit that follows, unless it goes on with what this control began."""
        self.stage.playing = False
        begins = not (control and self.past and self.past[-1][1] == control)
        if begins:
            self.past = [*self.past, (self.here(), control)][-KEPT:]
        return begins

    def start(self, cell: LSTMCell, script: Script, turn: int, count: int = 0) -> None:
        """Walk a cell along a script up to a place."""
        self.walk = walked(cell, script, turn, count)

    def rewrite(self, script: Script) -> None:
        """Walk another script up to the place where we are."""
        self.start(self.walk.engine.cell, script, self.walk.turn, self.walk.count)

    def undo(self) -> None:
        self.stage.playing = False
        if not self.past:
            raise CourseError("nothing_to_undo")
        here, _ = self.past[-1]
        self.past = self.past[:-1]
        self.back_to(here)

    def on_tick(self) -> None:
        if self.done == self.script.steps:
            self.stage.playing = False
        else:
            super().on_tick()

    def _act(self, key: str) -> None:
        if key == "play" and not self.stage.playing and self.done == self.script.steps:
            self.walk.reset()    # played at its end, it begins again
        self.past = [(here, "") for here, _ in self.past]    # the next edit is undone by itself
        super()._act(key)
