"""Measure who competes on lesson 04's scoreboard: `python -m tools.training.scoreboard`, after `video`.

Nothing is trained here; it takes a minute, which no learner should wait for. One thread, so that a second
run gives the same numbers.
"""

import torch

from helpers import checkpoints
from helpers.video.contestants import NAMES
from helpers.video.metrics import Report, reference
from helpers.video.scoreboard import FILE, Table, measured


def main() -> None:
    """Measure, save, and say what was found."""
    torch.set_num_threads(1)
    tensors = measured(reference())
    for draw, rows in enumerate(tensors["reports"].tolist()):
        for name, row in zip(NAMES, rows, strict=True):
            facts = ", ".join(f"{key} {value:.3f}" for key, value in zip(Report._fields, row, strict=True))
            print(f"draw {draw + 1}, {name}: {facts}", flush=True)
    found = Table(tensors).solutions()
    print(f"{len(found)} scoreboards from which nothing can be left out, the smallest: {found[0]}")
    print("SHA-256", checkpoints.save(tensors, FILE))


if __name__ == "__main__":
    main()
