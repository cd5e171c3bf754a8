"""Grade hand-set weights on sequences that nobody has seen, and find by measuring what is wrong with them."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import torch
from torch import Tensor

from helpers.lstm.cell import FREE, GATES, LAYERS, Hold
from helpers.lstm.challenges import SCALE, Challenge, Knobs, cell_of, with_row
from helpers.lstm.handmade import SMALL
from helpers.lstm.sequence import Script, trace, unroll

SEQUENCES = 200                   # in one exam
SHARES = (0.5, 0.1, 0.001)        # of the error of 'always 0': at most so much for one, two, three stars
FIRST_SEED = 10_000               # seeds from here on are exams, those below are examples
SEEN = 1e-3                       # gates that differ by less do the same


class Fault(NamedTuple):
    """What is wrong with one layer, against the reference's.

    kind: of a gate high or low, of the main layer nothing, large, faint, other; where: the kind of step in
    which it matters most: the command that is on, 'none' or 'several', and 'all' for the main layer; own,
    right: the layer's value there and the reference's, the mean of a gate, the size of the main layer.
    """

    layer: str
    kind: str
    where: int | str
    own: float
    right: float


class Diagnosis(NamedTuple):
    """What the reference's layers would repair.

    wrong: the smallest set of layers whose replacement earns three stars; alone: the error once only the
    fault's layer is replaced, the one of the set that helps most by itself.
    """

    wrong: tuple[str, ...]
    alone: float
    fault: Fault


class Grade(NamedTuple):
    """The result of an exam; diagnosis: None with three stars."""

    number: int
    error: float
    stars: int
    diagnosis: Diagnosis | None


class Exam:
    """Fresh sequences by number, and what any weights make of them."""

    def __init__(self, challenge: Challenge, number: int) -> None:
        self.challenge, self.number = challenge, number
        self.batch = challenge.sequences(FIRST_SEED + number, SEQUENCES)
        self.zero = self.loss(torch.zeros_like(self.batch.y))
        self.best = self.error(challenge.reference)

    def loss(self, outputs: Tensor) -> float:
        return self.challenge.task.loss(outputs, self.batch).item()

    def error(self, knobs: Knobs, holds: Sequence[Hold] = ()) -> float:
        """The error of these weights, with gates held step by step."""
        return self.loss(answers(knobs, self.batch.x, holds))

    def stars(self, error: float) -> int:
        """How many stars an error earns here: 0 to 3."""
        return sum(error <= share * self.zero for share in SHARES)

    def grade(self, knobs: Knobs) -> Grade:
        error = self.error(knobs)
        stars = self.stars(error)
        return Grade(self.number, error, stars, None if stars == len(SHARES) else self.diagnose(knobs))

    def replaced(self, knobs: Knobs, layers: Sequence[str]) -> Knobs:
        """Put the reference's layers in the place of some."""
        right = dict(zip(LAYERS, self.challenge.reference, strict=True))
        for name in layers:
            knobs = with_row(knobs, name, right[name])
        return knobs

    def diagnose(self, knobs: Knobs) -> Diagnosis:
        """Replace layers until the job is done; then look for the place of the one that matters most."""
        alone = {name: self.error(self.replaced(knobs, (name,))) for name in LAYERS}
        for size in range(1, len(LAYERS) + 1):
            errors = {some: self.error(self.replaced(knobs, some)) for some in combinations(LAYERS, size)}
            wrong = min(errors, key=errors.get)
            if self.stars(errors[wrong]) == len(SHARES):
                break
        layer = min(wrong, key=alone.get)
        if "g" in wrong and self.main_fault(knobs).kind == "nothing":
            layer = "g"    # where nothing enters, what the gates do cannot be seen
        rest = self.replaced(knobs, [name for name in wrong if name != layer])
        return Diagnosis(wrong, alone[layer],
                         self.gate_fault(rest, layer) if layer in GATES else self.main_fault(rest))

    def gate_fault(self, knobs: Knobs, gate: str) -> Fault:
        """Lend a gate the reference's values in one kind of step after another; see which helps most."""
        own, right = (trace(cell_of(some), Script(self.batch.x))[gate]
                      for some in (knobs, self.challenge.reference))
        gap = (own - right).abs()[..., 0]
        differs = gap > min(SEEN, gap.max().item() / 2)
        errors = {}
        for where, mask in self.places().items():
            if (mask & differs).any():
                lent = torch.where(mask[..., None], right, torch.nan)
                errors[where] = self.error(knobs, [Hold(**{gate: step}) for step in lent])
        simple = {where: error for where, error in errors.items() if where != "several"}
        where = min(simple or errors, key=errors.get)
        there = self.places()[where] & differs
        mine, wanted = own[there].mean().item(), right[there].mean().item()
        return Fault(gate, "high" if mine > wanted else "low", where, mine, wanted)

    def places(self) -> Mapping[int | str, Tensor]:
        """The kinds of steps, as masks [steps, batch]: with one command alone, with none, with several."""
        on = self.batch.x > 0
        count = on[..., self.challenge.commands].sum(-1)
        return {"none": count == 0} | {k: on[..., k] & (count == 1) for k in self.challenge.commands} | {
            "several": count > 1}

    def main_fault(self, knobs: Knobs) -> Fault:
        """Compare what the main layer carries with the reference's, where the reference lets it in."""
        mine, wanted = (trace(cell_of(some), Script(self.batch.x)) for some in
                        (knobs, self.challenge.reference))
        here = wanted["i"] > 0.5
        own, right = mine["g"][here], wanted["g"][here]
        size, true = own.square().mean().sqrt().item(), right.square().mean().sqrt().item()
        alike = torch.cosine_similarity(own, right, 0) > 0.9
        kind = ("nothing" if size < SMALL / 100 else "other" if not alike
                else "large" if size > true else "faint")
        return Fault("g", kind, "all", size, true)


def answers(knobs: Knobs, x: Tensor, holds: Sequence[Hold] = ()) -> Tensor:
    """Run sequences [steps, batch, inputs] and read SCALE · h: [steps, batch, 1]."""
    return SCALE * unroll(cell_of(knobs), x, holds or FREE)[0]
