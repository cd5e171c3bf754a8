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

from helpers.errors import NAMES, CourseError
from helpers.snapshots import finite, snapshot
from helpers.steps import Engine, scalars

SAFE = 25    # steps between two states to which a training that breaks can return
BAR = "{desc}: {bar} {n_fmt} de {total_fmt} [{elapsed}, faltam {remaining}, {rate_fmt}]"
CLOCK_BAR = "{desc}: {bar} {n:.0f} de {total:.0f}{postfix}"
STEPS, UNIT, SECONDS, SO_FAR = "passos", " passos", "segundos", "{step} passos"
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
    history: name -> the engine's scalars, one a step. Past the plan, and after a run of `seconds`, the
    engine is tuned as at the beginning. Raises `budget_unclear` where plan or every are no such counts.
    """

    def __init__(self, engine: Engine, plan: int | None = None, *, every: int = 0,
                 measure: Callable[[Any], dict[str, float]] | None = None) -> None:
        if not (plan is None or _count(plan, 1)) or not _count(every, 0):
            raise CourseError("budget_unclear", asked=plan if _count(every, 0) else every)
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
        start, first, spent = time.perf_counter(), self.step, 0.0
        with noting_interrupts() as asked, _bar(steps, seconds, show) as bar:
            while self.step - first != steps and not asked:
                if seconds is not None and (spent := time.perf_counter() - start) >= seconds:
                    break
                self._tune(None if seconds is None else spent / seconds)
                self._step()
                bar.update(1 if seconds is None else spent - bar.n)
                if seconds is not None:
                    bar.set_postfix_str(SO_FAR.format(step=self.step), refresh=False)
            if asked:
                bar.set_description_str(STOPPED.format(step=self.step))
        self.interrupted = bool(asked)
        if seconds is not None and hasattr(self.engine, "tune"):
            self.engine.tune(0.0)
        if self.step > first and not finite(self.engine.state_dict()):
            self._break("weights", self.step)
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
        lasting = (isinstance(seconds, int | float) and not isinstance(seconds, bool)
                   and math.isfinite(seconds) and seconds > 0)
        if not ((_count(steps, 1) and seconds is None) or (lasting and steps is None)):
            asked = [f"{value}{unit}" for value, unit in ((steps, ""), (seconds, " s")) if value is not None]
            raise CourseError("budget_unclear", asked=" + ".join(asked) or "—")
        return steps

    def _tune(self, progress: float | None) -> None:
        if progress is None and self.plan:
            progress = self.step / self.plan if self.step < self.plan else 0.0
        if progress is not None and hasattr(self.engine, "tune"):
            self.engine.tune(progress)

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
            self._break(broken, self.step + 1)
        for name, value in numbers.items():
            self.history.setdefault(name, []).append(value)
        self.step += 1
        if self.step % SAFE == 0 and finite(state := self.engine.state_dict()):
            self._safe = self.step, snapshot(state)
        if self.every and self.step % self.every == 0:
            self._mark()

    def _break(self, what: str, step: int) -> None:
        good, state = self._safe
        self._back_to(good, state)
        raise CourseError("training_broke", step=step, what=NAMES.get(what, what), good=good)

    def _mark(self) -> None:
        if not finite(self.engine.state_dict()):
            return
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
        # None: it was set from C, and Python cannot put it back
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)


def _bar(steps: int | None, seconds: float | None, show: bool) -> tqdm:
    """Open the bar, over steps or over seconds."""
    if seconds is None:
        return tqdm(total=steps, desc=STEPS, unit=UNIT, bar_format=BAR, disable=not show)
    return tqdm(total=seconds, desc=SECONDS, bar_format=CLOCK_BAR, disable=not show)


def _count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
