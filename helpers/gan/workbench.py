"""A pair of stacks on the bench: built when they fit, tried on real digits, trained, changed, undone."""

from dataclasses import replace
from functools import cache
from time import perf_counter
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from helpers.data import training_digits
from helpers.errors import CourseError
from helpers.gan.digit_game import OURS, DigitGame
from helpers.gan.stack import Stack, build, inspect
from helpers.snapshots import snapshot
from helpers.training import Mark, Training, noting_interrupts

TRIED = 32           # images in the batch that is looked at
MEMORY = 200_000_000    # bytes that pairs which can come back may take
PER_PARAMETER = 36   # bytes of a trained pair: weights, slopes, Adam's two averages, G's own average
KEPT = 50            # changes that can be undone
REMEMBERED = 12      # networks without training whose results are at hand
_made: dict[tuple[Stack, int], Tensor] = {}    # stack, seed -> what it makes of the batch that stays


@cache
def real_batch() -> Tensor:
    """The same real digits at every call: [TRIED, 1, 28, 28]."""
    return training_digits().sample(TRIED, torch.Generator().manual_seed(0))[0]


class Look(NamedTuple):
    """A batch run through the pair: images [TRIED, 1, 28, 28], logits [TRIED]; None where it does not fit."""

    real: Tensor
    fake: Tensor | None
    on_real: Tensor | None
    on_fake: Tensor | None


class Pair:
    """Two stacks, their reports, and where they fit their networks, with weights by the seed.

    training: None before the first step; both networks are then those of its engine, a DigitGame by the
    lesson's recipe. Raises `stack_large_…`.
    """

    def __init__(self, G: Stack, D: Stack, seed: int = 0) -> None:
        self.stacks, self.seed = {"G": G, "D": D}, seed
        self.reports = {role: inspect(stack) for role, stack in self.stacks.items()}
        self.begin()

    def begin(self) -> None:
        """Draw the weights of what fits; without a step of training."""
        self.nets: dict[str, nn.Module] = {
            role: build(self.stacks[role], 2 * self.seed + offset)    # as digit_game.networks counts
            for offset, role in enumerate("GD") if self.reports[role].error is None}
        self.training: Training | None = None
        self._look: tuple[int, Look] | None = None

    @property
    def fits(self) -> bool:
        return len(self.nets) == 2

    @property
    def steps(self) -> int:
        return self.training.step if self.training else 0

    @property
    def history(self) -> dict[str, list[float]]:
        return self.training.history if self.training else {}

    @property
    def weight(self) -> int:
        """The bytes that the pair takes."""
        parameters = sum(self.reports[role].params for role in self.nets)
        return parameters * (PER_PARAMETER if self.training else 4)

    def train(self, steps: int, seconds: float = float("inf")) -> int:
        """Take steps until they are done or the time is up, at least one; return how many.

        Raises `pair_misfit`, and `training_broke`, back at the last good state.
        """
        if not self.fits:
            raise CourseError("pair_misfit")
        if self.training is None:
            recipe = replace(OURS, latent=self.stacks["G"].latent)
            game = DigitGame(recipe, seed=self.seed, pair=(self.nets["G"], self.nets["D"]))
            self.training = Training(game)
        began, done = perf_counter(), 0
        with noting_interrupts() as asked:
            while done < steps and (not done or perf_counter() - began < seconds) and not asked:
                self.training.run(1, show=False)
                done += 1
                if self.training.interrupted:
                    break
        return done

    @torch.no_grad()
    def look(self) -> Look:
        """Run one real batch, and one from z that stay the same, through what fits; nothing is changed.

        Batch norm works with the batch's own mean and spread, as it does in training.
        """
        if self._look is None or self._look[0] != self.steps:
            z = torch.randn(TRIED, self.stacks["G"].latent, generator=torch.Generator().manual_seed(0))
            fake = self._again("G", z)
            scores = self._again("D", real_batch()), None if fake is None else self._run("D", fake)
            on_real, on_fake = (None if score is None else score[:, 0] for score in scores)
            self._look = self.steps, Look(real_batch(), fake, on_real, on_fake)
        return self._look[1]

    def _again(self, role: str, batch: Tensor) -> Tensor | None:
        """Run a batch that is always the same: until it is trained, a network makes the same of it."""
        if self.steps or role not in self.nets:
            return self._run(role, batch)
        key = self.stacks[role], self.seed
        if key not in _made:
            _made[key] = self._run(role, batch)
            for old in list(_made)[:-REMEMBERED]:
                _made.pop(old, None)
        return _made[key]

    def _run(self, role: str, batch: Tensor) -> Tensor | None:
        if role not in self.nets:
            return None
        buffers = {name: buffer.clone() for name, buffer in self.nets[role].named_buffers()}
        return functional_call(self.nets[role], buffers, (batch,))

    def mark(self) -> int:
        """Note the exact state of the training, for `back`."""
        if self.training:
            mark = Mark(self.training.step, snapshot(self.training.engine.state_dict()), {})
            self._noted = mark, snapshot(self.training.history)
        return self.steps

    def back(self, steps: int) -> None:
        """Return to the state that was noted last, at so many steps; to untrained weights where it is 0."""
        self._look = None
        if steps and self.training:
            mark, history = self._noted    # not the training's own: that may have gone back further
            self.training.timeline, self.training.history = [mark], snapshot(history)
            self.training.goto(steps)
        else:
            self.begin()


class Workbench:
    """The pair at hand, and those before the last changes; a trained pair comes back as it was left."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.past = pair, []

    def change(self, **changed: Stack | int) -> None:
        """Put other stacks (G, D) or another seed in the pair's place, with new weights for both.

        Raises `stack_large_…`, before anything has changed.
        """
        pair = Pair(**self.pair.stacks | {"seed": self.pair.seed} | changed)
        self.past = [*self.past, self.pair][-KEPT:]
        while sum(before.weight for before in self.past) > MEMORY:
            self.past = self.past[1:]
        self.pair = pair

    def undo(self) -> None:
        """Return to the pair before the last change, with its weights and training; at the first, stay."""
        if self.past:
            self.pair, self.past = self.past[-1], self.past[:-1]
