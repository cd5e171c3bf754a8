"""Walk through an engine's turns one named operation at a time, forwards and back, bit for bit.

An engine writes a turn as a generator that yields an `Op` between its ordinary PyTorch lines. `Walk` runs
that generator, says which lines have just run, and goes back by restoring the snapshot of a turn's start
and replaying: an autograd graph cannot be copied, but the same numbers through the same lines make it anew.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, Protocol

import torch

from helpers.listing import Code, listing
from helpers.snapshots import snapshot, weight


class Op:
    """A named operation: a key, and the values worth seeing at this point.

    A value that costs time to compute is given as a function; it is called, at this very point, only in a
    turn that somebody watches.
    """

    __slots__ = ("key", "values")

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, values


class Engine(Protocol):
    """What a Walk can drive: turns and an exact state.

    A turn's last statement is its last yield, so that a finished turn and one that is shown are the same.
    """

    def turn(self) -> Iterator[Op]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any]) -> None: ...


MEMORY = 200_000_000    # bytes that one walk's keyframes may take


class Walk:
    """One learner's way through an engine: position, current operation, bounded history.

    keep: the most keyframes; fewer where the engine is so large that they would pass MEMORY.
    """

    def __init__(self, engine: Engine, keep: int = 200) -> None:
        self.engine, self.keep = engine, keep
        self.keyframes: dict[int, Any] = {}    # turn -> state at its start, in ascending order
        self.trace: list[dict[str, float]] = []    # the scalars of each finished turn
        self._begin(0)
        self._first = self.keyframes[0]

    def step(self) -> Op:
        """Run one operation; after a turn's last one, the first of the next turn."""
        if not self._next():
            self._begin(self.turn + 1)
            self._next()
        return self.op

    def finish_turn(self) -> Op:
        """Run to the last operation of this turn, or of the next one where this one is at its end."""
        self.step()
        while self._next():
            pass
        return self.op

    def run(self, turns: int) -> Op:
        """Run whole turns at full speed, keeping one keyframe, of the last turn's start, for all of them."""
        if turns > 1:
            if self.count and not self._next():    # this turn had ended already: it does not count
                self._begin(self.turn + 1, keyframe=False)
            for _ in range(turns - 1):
                self._pass_turn()
            self._keep(self.turn)
        return self.finish_turn()

    def back(self) -> Op | None:
        """Return to the operation before; at the oldest point that is kept, stay there."""
        turn, count = self.turn, self.count
        if count > 1 or turn == 0:
            self.goto(turn, max(count - 1, 0))
        elif turn > self.oldest:
            self.seek(turn - 1)
            self.finish_turn()
        return self.op

    def seek(self, turn: int) -> None:
        """Go to the start of a turn between `oldest` and `reached`, by the nearest keyframe and replay."""
        turn = min(max(turn, self.oldest), self.reached)
        starts = list(self.keyframes)
        self._begin(starts[bisect_right(starts, turn) - 1])
        while self.turn < turn:
            self._pass_turn()
        self._keep(turn)

    def goto(self, turn: int, count: int) -> None:
        """Go to the point after `count` operations of a turn (0: before its first)."""
        self.seek(turn)
        for _ in range(count):
            self.step()

    def reset(self) -> None:
        """Return to the very beginning and forget everything after it."""
        self.engine.load_state_dict(snapshot(self._first))
        self.keyframes, self.trace = {}, []
        self._begin(0)

    def change(self, edit: Callable[[], None]) -> None:
        """Alter the engine at the start of the present turn: the past stays, what came after is dropped."""
        self.seek(self.turn)
        edit()
        self.keyframes = {turn: state for turn, state in self.keyframes.items() if turn < self.turn}
        self.trace = self.trace[:self.turn]
        self._begin(self.turn)
        if self.turn == 0:
            self._first = self.keyframes[0]    # the walk begins with the new settings

    def forget(self) -> None:
        """Drop the keyframes that the present turn does not need: there is no way back, but `reset`."""
        starts = list(self.keyframes)
        start = starts[bisect_right(starts, self.turn) - 1]
        self.keyframes = {turn: state for turn, state in self.keyframes.items() if turn >= start}

    @property
    def oldest(self) -> int:
        return next(iter(self.keyframes))

    @property
    def reached(self) -> int:
        """The furthest turn that has begun."""
        return max(self.turn, len(self.trace) - 1)

    @property
    def code(self) -> Code | None:
        """The source of the function that is running, with the lines up to this operation lit."""
        if self._place is None:
            return None
        return listing(*self._place)

    def _begin(self, turn: int, keyframe: bool = True) -> None:
        """Stand at a turn's start: as it was at the first visit, whatever `change` did, or as it is now."""
        if turn in self.keyframes:
            self.engine.load_state_dict(snapshot(self.keyframes[turn]))
        elif keyframe:
            self._keep(turn)
        self.turn, self.count = turn, 0
        self.op: Op | None = None
        self.values: dict[str, Any] = {}    # of this turn so far, later operations over earlier ones
        self._given: dict[str, Any] = {}    # the same as the engine gave them, functions not called
        self._place: tuple[CodeType, int] | None = None
        self._generator = self.engine.turn()

    def _keep(self, turn: int) -> None:
        if turn not in self.keyframes:
            state = snapshot(self.engine.state_dict())
            most = min(self.keep, max(2, MEMORY // (weight(state) + 1)))
            self.keyframes = dict(sorted([*self.keyframes.items(), (turn, state)])[-most:])

    def _pass_turn(self) -> None:
        for op in self._generator:
            self._given |= op.values
        self._record()
        self._begin(self.turn + 1, keyframe=False)

    def _record(self) -> None:
        if self.turn == len(self.trace):
            self.trace.append(scalars(self._given))

    def _next(self) -> bool:
        try:
            op = next(self._generator, None)
        except BaseException:
            self.seek(self.turn)    # a generator that raised is at its end: the turn is begun anew
            raise
        if op is None:
            self._record()
            return False
        self.op, self.count = op, self.count + 1
        self._given |= op.values
        self.values |= {key: value() if callable(value) else value for key, value in op.values.items()}
        running = self._generator
        while running.gi_yieldfrom is not None:
            running = running.gi_yieldfrom
        self._place = running.gi_code, running.gi_frame.f_lineno
        return True


def scalars(values: dict[str, Any]) -> dict[str, float]:
    """Pick the values that are one number."""
    return {key: value.item() for key, value in values.items()
            if isinstance(value, torch.Tensor) and value.numel() == 1}
