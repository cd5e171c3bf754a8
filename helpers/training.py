"""One training loop for the whole course: progress, interruption, a timeline, and a net under the acrobat.

An engine is anything that a Walk can drive (`turn`, `state_dict`, `load_state_dict`). Where it has a
`tune(progress)`, the loop calls it before each step with the part of the plan that is done, 0 to 1.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tqdm.auto import tqdm

from helpers.errors import CourseError
from helpers.snapshots import finite, snapshot
from helpers.steps import Engine, scalars

SAFE = 25    # steps between two states to which a training that breaks can return
BAR = "{desc}: {bar} {n_fmt} de {total_fmt} [{elapsed}, faltam {remaining}, {rate_fmt}]"
STEPS, UNIT = "passos", " passos"
STOPPED = "interrompido depois do passo {step}; execute de novo para continuar"


class Mark(NamedTuple):
    """A point of the timeline: steps done, the engine's exact state, what was measured there."""

    step: int
    state: Any
    measured: dict[str, float]


class Training:
    """An engine in training: `run` goes on from wherever it is.

    plan: steps over which `tune` goes from 0 to 1; None where only `seconds` or each call say how long.
    every: steps between two points of the timeline, 0 for none; measure(engine) gives their numbers.
    history: name -> the engine's scalars, one a step.
    """

    def __init__(self, engine: Engine, plan: int | None = None, *, every: int = 0,
                 measure: Callable[[Any], dict[str, float]] | None = None) -> None:
        self.engine, self.plan, self.every, self.measure = engine, plan, every, measure
        self.step, self.interrupted = 0, False
        self.history: dict[str, list[float]] = {}
        self.timeline: list[Mark] = []
        self._safe = 0, snapshot(engine.state_dict())
        if every:
            self._mark()

    def run(self, steps: int | None = None, *, seconds: float | None = None, show: bool = True) -> "Training":
        """Train for a number of steps, of seconds, or for what is left of the plan; show: a progress bar.

        Jupyter's ■ is noted and honoured after the step in hand. Raises `budget_unclear`, before anything
        has changed, and `training_broke` where a number is no longer finite, back at the last good state.
        """
        steps = self._checked(steps, seconds)
        start, first = time.perf_counter(), self.step
        with noting_interrupts() as asked, tqdm(total=steps, desc=STEPS, unit=UNIT, bar_format=BAR,
                                                disable=not show) as bar:
            while True:
                spent = time.perf_counter() - start
                if self.step - first == steps or (seconds is not None and spent >= seconds) or asked:
                    break
                self._tune(spent / seconds if seconds is not None else None)
                self._step()
                bar.update()
            self.interrupted = bool(asked)
            if asked:
                bar.set_description_str(STOPPED.format(step=self.step))
        return self

    def goto(self, step: int) -> None:
        """Return to the last point of the timeline at or before a step; what came after is forgotten.

        Raises `no_point` where there is none, and stays.
        """
        mark = next((mark for mark in reversed(self.timeline) if mark.step <= step), None)
        if mark is None:
            raise CourseError("no_point", step=step)
        self._back_to(mark.step, mark.state)

    def _checked(self, steps: int | None, seconds: float | None) -> int | None:
        if steps is None and seconds is None and self.plan is not None:
            return max(0, self.plan - self.step)
        whole = isinstance(steps, int) and steps >= 1
        lasting = isinstance(seconds, int | float) and math.isfinite(seconds) and seconds > 0
        one = (whole and seconds is None) or (lasting and steps is None)
        if not one or isinstance(steps, bool) or isinstance(seconds, bool):
            asked = [f"{value}{unit}" for value, unit in ((steps, ""), (seconds, " s")) if value is not None]
            raise CourseError("budget_unclear", asked=" + ".join(asked) or "—")
        return steps

    def _tune(self, progress: float | None) -> None:
        tune = getattr(self.engine, "tune", None)
        if progress is None and self.plan:
            progress = self.step / self.plan
        if tune and progress is not None:
            tune(min(1.0, progress))

    def _step(self) -> None:
        """Take one step; a number that is not finite undoes all since the last safe state."""
        given: dict[str, Any] = {}
        try:
            for op in self.engine.turn():
                given |= op.values
        except BaseException:
            self._back_to(*self._safe)    # half a step is no state to go on from
            raise
        numbers = scalars(given)
        broken = next((name for name, value in numbers.items() if not math.isfinite(value)), None)
        if broken:
            step, (good, state) = self.step + 1, self._safe
            self._back_to(good, state)
            raise CourseError("training_broke", step=step, what=broken, good=good)
        for name, value in numbers.items():
            self.history.setdefault(name, []).append(value)
        self.step += 1
        if self.step % SAFE == 0 and finite(state := self.engine.state_dict()):
            self._safe = self.step, snapshot(state)
        if self.every and self.step % self.every == 0:
            self._mark()

    def _mark(self) -> None:
        measured = self.measure(self.engine) if self.measure else {}
        self.timeline.append(Mark(self.step, snapshot(self.engine.state_dict()), measured))

    def _back_to(self, step: int, state: Any) -> None:
        self.engine.load_state_dict(snapshot(state))
        self.step, self._safe = step, (step, snapshot(state))
        self.history = {name: values[:step] for name, values in self.history.items()}
        self.timeline = [mark for mark in self.timeline if mark.step <= step]


@contextmanager
def noting_interrupts() -> Iterator[list[int]]:
    """Collect SIGINT in a list instead of raising amid a step; in the main thread only, where it arrives."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
