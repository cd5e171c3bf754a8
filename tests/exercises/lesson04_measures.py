"""Right and wrong answers to the exercises of lesson 04 about what is measured of clips: 4.6 and 4.7."""

import numpy as np
import torch

from helpers.exercises import lesson04_accused, lesson04_speeds
from tests.exercises.exercise import Exercise, nothing

# 4.6: the speeds


def queue(speeds):
    return speeds.flatten().sort().values


def share(part):
    return lambda geradas, reais: part(geradas, reais) / reais.mean()


def queued(part):
    return share(lambda a, b: part(queue(a) - queue(b)))


def by_numpy(geradas, reais):
    a, b = np.sort(geradas.numpy().ravel()), np.sort(reais.numpy().ravel())
    return np.abs(a - b).mean() / reais.numpy().mean()


def by_area(geradas, reais):
    """The area between the two staircases of shares."""
    grid = torch.cat((geradas.flatten(), reais.flatten())).double().sort().values
    below = [(speeds.double().flatten() <= grid[:-1, None]).double().mean(1) for speeds in (geradas, reais)]
    return ((below[0] - below[1]).abs() * grid.diff()).sum() / reais.double().mean()


def both_results(geradas, reais):
    return (geradas.flatten().sort() - reais.flatten().sort()).abs().mean()


def sorts_in_place(geradas, reais):
    geradas[:] = queue(geradas).view(geradas.shape)
    return queued(lambda gap: gap.abs().mean())(geradas, reais)


WRONG_SPEEDS = (
    ("kind", lambda a, b: "perto"), ("many", queued(lambda gap: gap.abs())), ("pair", both_results),
    ("means", share(lambda a, b: (a.mean() - b.mean()).abs())), ("means", lambda a, b: a.mean() / b.mean()),
    ("no_abs", share(lambda a, b: a.mean() - b.mean())), ("no_abs", queued(lambda gap: gap.mean())),
    ("no_abs", queued(lambda gap: -gap.mean())),
    ("unsorted", share(lambda a, b: (a - b).abs().mean())),
    ("by_clip", share(lambda a, b: (a.sort().values - b.sort().values).abs().mean())),
    ("by_clip", share(lambda a, b: (a.sort(0).values - b.sort(0).values).abs().mean())),
    ("one_sorted", share(lambda a, b: (queue(a) - b.flatten()).abs().mean())),
    ("one_sorted", share(lambda a, b: (a.flatten() - queue(b)).abs().mean())),
    ("crossed", share(lambda a, b: (queue(a) - queue(b).flip(0)).abs().mean())),
    ("not_divided", lambda a, b: (queue(a) - queue(b)).abs().mean()),
    ("by_made", lambda a, b: (queue(a) - queue(b)).abs().mean() / a.mean()),
    ("by_each", lambda a, b: ((queue(a) - queue(b)).abs() / queue(b)).mean()),
    ("squared", queued(lambda gap: gap.square().mean())),
    ("squared", queued(lambda gap: gap.square().mean() ** 0.5)),
    ("total", queued(lambda gap: gap.abs().sum())), ("most", queued(lambda gap: gap.abs().max())),
    ("middle", queued(lambda gap: gap.abs().median())),
    ("percent", queued(lambda gap: 100 * gap.abs().mean())),
    ("spreads", share(lambda a, b: (a.std() - b.std()).abs())),
    ("changed", sorts_in_place), ("no_return", nothing),
    ("other", lambda a, b: 0.0), ("other", lambda a, b: torch.nan),
    ("other", lambda a, b: (queue(a) - queue(b)).abs().mean() / b.max()),
)

# 4.7: the accused

TRUTH = {"A": "crítico de quadro", "B": "nada", "C": "crítico de sequência", "D": "memória"}


def swapped(one, other, third=None):
    letters = (one, other, third) if third else (one, other)
    moved = letters[1:] + letters[:1]
    return TRUTH | {letter: TRUTH[source] for letter, source in zip(letters, moved, strict=True)}


WRONG_WORDS = (
    ("kind", "nada"), ("kind", [*TRUTH.values()]),
    ("letters", {}), ("letters", {"A": "nada"}), ("letters", TRUTH | {"E": "nada"}),
    ("missing", TRUTH | {"D": ...}), ("missing", dict.fromkeys("ABC", ...) | {"D": "nada"}),
    ("unclear", TRUTH | {"A": "gerador"}), ("unclear", TRUTH | {"A": 3}), ("unclear", TRUTH | {"A": ""}),
    ("unclear", TRUTH | {"A": None}),
    ("which_critic", TRUTH | {"A": "crítico"}), ("which_critic", TRUTH | {"A": "o critico"}),
    ("twice", dict.fromkeys("ABCD", "nada")), ("twice", TRUTH | {"A": "memória"}),
    ("none_whole", swapped("B", "D")), ("none_whole", swapped("D", "B", "A")),
    ("no_sequence_whole", swapped("B", "C")), ("no_sequence_whole", swapped("C", "B", "A")),
    ("no_frame_whole", swapped("B", "A")), ("no_frame_whole", swapped("A", "B", "D")),
    ("none_other", swapped("A", "D")), ("none_other", swapped("C", "D")),
    ("none_other", swapped("A", "C", "D")),
    ("no_sequence_other", swapped("A", "C")),
)


def speeds_untouched(geradas, reais):
    """With a docstring too."""
    ...


EXERCISES = (
    Exercise("4.6", "distancia", lesson04_speeds.HINTS, speeds_untouched,
             (by_numpy, by_area, share(lambda a, b: (queue(a).flip(0) - queue(b).flip(0)).abs().mean())),
             WRONG_SPEEDS),
    Exercise("4.7", "faltou", lesson04_accused.HINTS, dict.fromkeys("ABCD", ...),
             ({"A": "Crítico de Quadro", "B": "NADA", "C": "sequencia", "D": "a memoria"},
              {"A": "sem o crítico de quadro", "B": "nada", "C": "o de sequência", "D": "sem memória"},
              TRUTH), WRONG_WORDS, thing="O dicionário"),
)
