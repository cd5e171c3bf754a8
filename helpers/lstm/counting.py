"""How far beyond its training a net counts: words aⁿbⁿ, learnt with n from 1 to 10.

One recipe for all kinds, and one budget; Gers & Schmidhuber 2001 train for much longer.
"""

import torch

from helpers.lstm.learning import Learner, Net
from helpers.lstm.tasks import TASKS, anbn, words_right

TASK = TASKS["anbn"]
LEARNT = TASK.steps // 2 - 1    # the largest n that training draws
UNITS, RATE, STEPS, MOST = 2, 3e-2, 1000, 200


def learner(kind: str, seed: int) -> Learner:
    """Make the beginner; an LSTM starts with forget bias 1."""
    return Learner(TASK, kind, UNITS, lr=RATE, seed=seed, forget_bias=1.0 if kind == "lstm" else None)


@torch.no_grad()
def counts_to(net: Net, most: int = MOST) -> int:
    """Find the largest n up to which every word aⁿbⁿ is right; `most` where none is wrong."""
    words = anbn(torch.arange(1, most + 1), 2 * most + 1)
    right = words_right(net(words.x), words)
    return most if right.all() else int((~right).nonzero()[0])
