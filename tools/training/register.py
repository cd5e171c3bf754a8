"""Train the register that ships: `python -m tools.training.register`; one LSTM unit, one thread, seconds.

The recipe is tried with five seeds, and the first one's net is kept, whatever it reached.
"""

import time

import torch

from helpers import checkpoints
from helpers.lstm.learning import REGISTER, REGISTER_STEPS, Learner
from helpers.lstm.tasks import TASKS
from helpers.lstm.trained import NAME
from helpers.training import Training

SEEDS, EXAM, SEQUENCES = range(5), 1_000_000, 4000


def main() -> None:
    """Train, measure on fresh sequences, and save the first net."""
    torch.set_num_threads(1)
    task = TASKS["register"]
    test = task.sample(SEQUENCES, torch.Generator().manual_seed(EXAM))
    print(f"always zero {test.y.square().mean():.4f}", flush=True)
    learners = []
    for seed in SEEDS:
        learners.append(Learner(task, seed=seed, **REGISTER))
        start = time.perf_counter()
        Training(learners[-1]).run(REGISTER_STEPS, show=False)
        print(f"seed {seed}: MSE {learners[-1].test(test)[1]:.6f}, {time.perf_counter() - start:.1f} s",
              flush=True)
    print("SHA-256", checkpoints.save(learners[0].net.state_dict(), NAME))


if __name__ == "__main__":
    main()
