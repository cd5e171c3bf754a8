"""What the panels over a sequence share: edits that keep the place, and a way back from them."""

from collections.abc import Mapping
from typing import Any

from helpers.errors import CourseError
from helpers.lstm.cell import LSTMCell
from helpers.lstm.sequence import Script, Sequence
from helpers.steps import Walk
from helpers.ui.panel import guarded
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


def known(key: str, choices: Mapping[str, Any]) -> Any:
    """Look a choice up by its key; raises `choice_unknown`."""
    if key not in choices:
        raise CourseError("choice_unknown", found=str(key)[:20], known=", ".join(map(repr, choices)))
    return choices[key]


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
        turn, count = self.walk.turn, self.walk.count
        self.start(self.walk.engine.cell, script, turn, count)
        if not count:
            self.stand(turn)    # at a step's start, not at the end of the one before

    def stand(self, turn: int) -> None:
        """Go to the start of a time step, walked already or not."""
        if turn > self.walk.reached:
            self.walk.seek(self.walk.reached)
            self.walk.run(turn - self.walk.turn)
            self.walk.step()
        self.walk.seek(turn)

    def settle(self) -> None:
        """Close the present edit: the next one, even by the same control, is undone by itself."""
        self.past = [(here, "") for here, _ in self.past]

    def leave(self) -> None:
        """Turn to another place: what was said of the one before no longer holds."""
        self.settle()

    def undo(self) -> None:
        self.stage.playing = False
        if not self.past:
            raise CourseError("nothing_to_undo")
        here, _ = self.past[-1]
        self.past = self.past[:-1]
        self.settle()
        self.back_to(here)

    def on_tick(self) -> None:
        self.leave()
        if self.done == self.script.steps:
            self.stage.playing = False
        else:
            super().on_tick()

    def _act(self, key: str) -> None:
        if key == "play" and not self.stage.playing and self.done == self.script.steps:
            self.walk.reset()    # played at its end, it begins again
        self.leave()
        super()._act(key)

    @guarded
    def _seek(self, turn: int) -> None:
        self.stage.playing = False
        self.leave()
        self.walk.seek(turn)
