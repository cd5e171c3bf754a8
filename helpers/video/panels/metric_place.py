"""What can be undone in 'A métrica que mente': letters, a bet, a scoreboard."""

from dataclasses import dataclass
from functools import cache

import torch

from helpers.video.contestants import NAMES
from helpers.video.scoreboard import GATE, KEYS, OFF, RANK

LETTERS = "ABCDEFGHI"
NEXT = {OFF: RANK, RANK: GATE, GATE: OFF}


@dataclass(frozen=True)
class Place:
    """seed: of the letters; guess: a contestant; choice: (measure, use) pairs, None until the bet is checked.

    last: the measure touched last, or the number of the solution shown; news: whether the bet's outcome is.
    """

    seed: int
    guess: str
    choice: tuple[tuple[str, int], ...] | None = None
    last: str | int | None = None
    news: bool = False

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each contestant."""
        return lettered(self.seed)

    @property
    def scoreboard(self) -> dict[str, int]:
        """The measures in use, in the order of the table."""
        chosen = dict(self.choice or ())
        return {key: chosen[key] for key in KEYS if key in chosen}

    def named(self, letter: str) -> str:
        """The contestant behind a letter."""
        return next(name for name, own in self.letters.items() if own == letter)


@cache
def lettered(seed: int) -> dict[str, str]:
    """Deal the letters."""
    order = torch.randperm(len(NAMES), generator=torch.Generator().manual_seed(seed)).tolist()
    return {NAMES[who]: letter for who, letter in zip(order, LETTERS, strict=True)}


def begin(seed: int) -> Place:
    """Bet on the first letter."""
    return Place(seed, next(name for name, letter in lettered(seed).items() if letter == LETTERS[0]))
