"""A visit to the clinic: a patient's two twins, its remedy, its verdict; and the exams of any game there."""

from typing import NamedTuple

import torch

from helpers.gan import metrics, probe
from helpers.gan.clinic import CARE, EVERY, EXAM, Patient, recovery
from helpers.steps import Walk

Curve = list[tuple[int, float]]    # (turns played, match)


class Exams(NamedTuple):
    """What is measured of one game at the end of a turn. moves: (D's, G's) way in D's turn, then in G's."""

    on_real: float
    on_fake: float
    gradient_D: float
    gradient_G: float
    moves_D: tuple[float, float]
    moves_G: tuple[float, float]
    modes: float
    quality: float
    spread: float


def examine(walk: Walk) -> Exams | None:
    """Read the exams where a turn has just ended; None at the very beginning."""
    seen, game = walk.values, walk.engine
    if "end" not in seen:
        return None
    points = game.sample()
    found = metrics.score(points, game.data.modes, game.data.sigma)

    def moves(before: str, after: str) -> tuple[float, float]:
        return tuple((seen[after][net] - seen[before][net]).norm().item() for net in "DG")

    return Exams(*(torch.sigmoid(seen[key].detach()).mean().item() for key in ("on_real", "on_fake")),
                 seen["grad_D"], seen["grad_G"], moves("start", "middle"), moves("middle", "end"),
                 found.modes, found.quality, probe.spread(points))


def played(walk: Walk) -> int:
    """Count the turns behind a walk that stands at a turn's start or end."""
    return walk.turn + (walk.count > 0)


def bring(walk: Walk, turns: int) -> None:
    """Bring a walk to the end of its turn number `turns` (0: to the very start), forwards or back.

    A turn so old that its state is no longer kept is played again from the walk's own beginning.
    """
    if turns <= walk.oldest and walk.oldest:
        walk.reset()
    more = turns - played(walk)
    if more > 0:
        walk.run(more)
    elif more < 0 or not walk.count:
        walk.seek(max(turns - 1, 0))
        if turns:
            walk.finish_turn()


def curve(walk: Walk, turns: int) -> Curve:
    """The match at every EVERY turns, up to `turns`."""
    return [(turn + 1, walk.trace[turn]["match"]) for turn in range(EVERY - 1, turns, EVERY)]


class Visit:
    """One case and seed, and the twins that play beside the patient's walk: healthy, and with no remedy."""

    def __init__(self, case: str, seed: int) -> None:
        self.case, self.seed = case, seed
        self.healthy, self.untreated = Walk(Patient(None, seed)), Walk(self.patient())
        self.remedy: str | None = None
        self.changed = True    # whether the remedy found anything to change

    def patient(self) -> Patient:
        """The patient as it first came."""
        return Patient(self.case, self.seed)

    @property
    def last(self) -> int:
        """The turn at which the game stops."""
        return EXAM + CARE * (self.remedy is not None)

    def give(self, walk: Walk, remedy: str) -> None:
        """Apply a remedy to the patient after EXAM turns, and play one turn with it."""
        def treat() -> None:
            self.changed = walk.engine.treat(remedy)

        bring(walk, EXAM)
        walk.step()    # into the next turn: a change is made at the start of the present one
        walk.change(treat)
        self.remedy = remedy
        bring(walk, EXAM + 1)

    def accompany(self, walk: Walk) -> None:
        """Bring the twins to the patient's turn."""
        turns = played(walk)
        bring(self.healthy, turns)
        if self.remedy and turns >= EXAM:
            bring(self.untreated, turns)

    def curves(self, walk: Walk) -> dict[str, Curve]:
        """The match of all three up to the patient's turn, the untreated one's from the remedy on."""
        turns = played(walk)
        out = {"healthy": curve(self.healthy, turns), "patient": curve(walk, turns)}
        if self.remedy and turns >= EXAM:
            out["untreated"] = curve(self.untreated, turns)[EXAM // EVERY - 1:]
        return out

    def verdict(self, walk: Walk) -> float | None:
        """The recovery, where the treatment has been played to its end."""
        if self.remedy is None or played(walk) < self.last:
            return None
        self.accompany(walk)
        return recovery(*([match for _, match in curve(each, self.last)]
                          for each in (walk, self.untreated, self.healthy)))
