"""One learner's live training: both stages under way, the games before, and work in parts between rounds."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

from helpers.errors import CourseError
from helpers.snapshots import finite
from helpers.steps import Walk, scalars
from helpers.video import live
from helpers.video.live import Choice, Plan, Source
from helpers.video.live_jobs import Encoding, Job, Measuring, Reading, independent, marks_2, measuring
from helpers.video.trained import trained

EVERY = 100             # rounds of stage 2 between two measurements
KEPT, UNDONE = 10, 3    # keyframes of a walk; games that can be undone
LAST_OPS = "step", "average"    # with which a round of each stage ends


class Game(NamedTuple):
    """A stage 2 under way. history: rounds → what was measured there."""

    choice: Choice
    source: Source
    walk: Walk
    history: dict[int, Reading]


class Session:
    """`level` says which of the two stages is at hand; both go on from where they stand.

    jobs: what is being done in parts, in order, each with its name; pending: the game that begins when its
    codes are there; resume: whether training goes on after the jobs. Raises as its engines do.
    """

    def __init__(self, level: int = 1, start: str = "scratch", seed: int = 0) -> None:
        self.level, self.seed = level, seed
        self.first = Walk(live.stage_1(seed), KEPT)
        self.game = self._begun(Choice(start, seed=seed))
        self.past: list[tuple[Walk, Game, int]] = []
        self.jobs: list[tuple[str, Job]] = []
        self.pending: Choice | None = None
        self.resume, self.pace = False, 0.0    # seconds that a round takes, as last seen

    @property
    def walk(self) -> Walk:
        return self.first if self.level == 1 else self.game.walk

    @property
    def plan(self) -> Plan:
        return self.walk.engine

    @property
    def done(self) -> int:
        """How many rounds are finished."""
        op = self.walk.op
        return self.walk.turn + (op is not None and op.key in LAST_OPS)

    @property
    def row(self) -> dict[str, float]:
        """The numbers of the last finished round, and of the present one so far."""
        walk = self.walk
        before = walk.trace[walk.turn - 1] if walk.turn else {}
        return before | scalars(walk.values)

    @property
    def history(self) -> dict[int, Reading]:
        """What was measured up to the furthest round that is known; what came after a change is gone."""
        reached = max(len(self.game.walk.trace), self.done if self.level == 2 else 0)
        return {step: reading for step, reading in self.game.history.items() if step <= reached}

    def train(self, rounds: int, seconds: float) -> None:
        """Take at most so many rounds and, after the first, at most so long, up to the plan's end and up to
        the next round that is to be measured; raises `plan_over` and `training_broke`."""
        left = max(self.plan.steps - self.done, 1)
        if self.level == 2:
            left = min(left, EVERY - self.done % EVERY)
        turns = max(1, min(rounds, left, int(seconds / self.pace) if self.pace else 1))
        began, before = perf_counter(), self.done
        self.move(lambda: self.walk.run(turns))
        self.pace = (perf_counter() - began) / max(self.done - before, 1)

    def move(self, act: Callable[[], Any]) -> None:
        """Move along the walk; a number that is not finite undoes it and is told: `training_broke`."""
        walk, turn = self.walk, self.walk.turn
        act()
        numbers = scalars(walk.values)
        for row in walk.trace[turn:]:
            numbers |= row
        broken = next((name for name, value in numbers.items() if not abs(value) < float("inf")), None)
        if broken or not finite(self.plan.state_dict()):
            at, good = walk.turn, turn
            walk.seek(good)
            walk.change(lambda: None)    # what came after is forgotten
            raise CourseError("training_broke", step=at, what=broken or "weights", good=good)

    def finish_update(self) -> None:
        """Go on to the end of the update of the network whose turn it is, or of the round."""
        self.walk.step()
        while not self.walk.op.key.endswith("step") and self.walk.op.key not in LAST_OPS:
            self.walk.step()

    # --- another game -----------------------------------------------------------------------------------

    def choose(self, **changes: Any) -> str:
        """Begin another stage 2, or encode for it first; returns what is done. Raises `no_own_stage`."""
        before = self.pending or self.game.choice
        choice, told = before._replace(**changes), next(iter(changes))
        if "start" in changes and choice.start == "trained":
            choice = choice._replace(memory="lstm", without=None)
        elif choice.start == "trained":
            choice, told = choice._replace(start="scratch"), "only_scratch"
        if choice.start == "own" and "start" in changes:
            if not self.first.turn and self.first.op is None:
                raise CourseError("no_own_stage")
            self.drop()
            self.jobs = [("encoding", Encoding(self.first.engine.engine.net, self.seed))]
            self.pending, self.resume = choice, False
            return "encoding"
        if self.pending and "start" not in changes:
            self.pending = choice
            return "encoding"
        self._keep(self.game.walk)
        self.game = self._begun(choice, self.game.source if choice.start == "own" else None)
        return told

    def again(self) -> None:
        """Begin this stage again from another seed, or let the game to come begin from it."""
        self.seed += 1
        if self.pending:
            self.pending = self.pending._replace(seed=self.seed)
        elif self.level == 1:
            self._keep(self.first)
            self.first = Walk(live.stage_1(self.seed), KEPT)
        else:
            self._keep(self.game.walk)
            self.game = self._begun(self.game.choice._replace(seed=self.seed), self.game.source)

    def undo(self) -> None:
        """Return to before the last beginning, or leave the one to come; raises `nothing_to_undo`."""
        if self.pending:
            self.drop()
            return
        if not self.past:
            raise CourseError("nothing_to_undo")
        self.drop()
        *self.past, (self.first, self.game, self.level) = self.past

    def _keep(self, walk: Walk) -> None:
        """Lay by what `walk` ends; of its past it keeps little: three whole ones would take .5 GB."""
        walk.forget()
        self.drop()
        self.past = [*self.past, (self.first, self.game, self.level)][-UNDONE:]

    def _begun(self, choice: Choice, source: Source | None = None) -> Game:
        """Begin a game of stage 2; source: by default the one that comes with the course."""
        self.pace, source = 0.0, source or Source(trained().autoencoder, trained().codes)
        return Game(choice, source, Walk(live.stage_2(choice, source), KEPT), {})

    # --- work in parts ----------------------------------------------------------------------------------

    @property
    def due(self) -> bool:
        """Whether this round is one that is measured on the way, and is not yet."""
        return self.level == 2 and self.done % EVERY == 0 and not self.measured

    @property
    def measured(self) -> bool:
        return self.done in self.history and len(marks_2()) == 2

    def measure(self, resume: bool = False) -> None:
        """Begin to measure the averaged generator as it is now, and once what it is compared with."""
        self.jobs = [(key, measuring(model())) for key, model in
                     (("real", lambda: None), ("iid", independent)) if key not in marks_2()]
        self.jobs.append(("made", measuring(self.game.source.model(self.game.walk.engine.engine))))
        self.resume = resume

    def work(self, seconds: float) -> None:
        """Do parts of the jobs for about so long."""
        until = perf_counter() + seconds
        while self.jobs and perf_counter() < until:
            name, job = self.jobs[0]
            job.step()
            if job.share >= 1:
                self.jobs = self.jobs[1:]
                self._finish(name, job)

    def _finish(self, name: str, job: Job) -> None:
        if isinstance(job, Encoding):
            choice = self.pending
            self._keep(self.game.walk)
            self.game = self._begun(choice, job.source)
        elif isinstance(job, Measuring) and name == "made":
            self.game.history[self.done] = job.reading
        else:
            marks_2()[name] = job.reading

    def drop(self) -> None:
        """Leave the jobs that are under way."""
        self.jobs, self.pending, self.resume = [], None, False
