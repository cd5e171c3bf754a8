"""Train the generator that ships, with its timeline: `python -m tools.training.digits [steps]`.

Class-conditional, one thread so that a second run gives the same numbers. `make checkpoints` keeps its log
beside it.
"""

import sys
import time

import torch

from helpers import digits
from helpers.gan import timeline
from helpers.gan.digit_game import SHIPPED, DigitGame
from helpers.snapshots import snapshot
from helpers.training import Training

SEED, STEPS, SPAN = 0, 24_000, 100
# of the steps: close together where much happens
PARTS = (0, 1 / 240, 1 / 120, 1 / 80, 1 / 40, 1 / 20, 1 / 10, 1 / 5, 2 / 5, 3 / 5, 4 / 5, 1)
SAMPLES = 10_000


def measured(game: DigitGame) -> dict[str, float]:
    """Measure the averaged generator with 10,000 samples, a thousand of each digit."""
    rng = torch.Generator().manual_seed(SEED + 1)
    labels = torch.arange(SAMPLES) % 10
    z = torch.randn(SAMPLES, game.recipe.latent, generator=rng)
    with torch.no_grad():
        images = torch.cat([game.sampler(some, wanted) for some, wanted in
                            zip(z.split(digits.CHUNK), labels.split(digits.CHUNK), strict=True)])
    return digits.quality(images, labels)._asdict()


def main(steps: int = STEPS) -> None:
    """Train, measuring at each point of the timeline, and save."""
    torch.set_num_threads(1)
    training = Training(DigitGame(SHIPPED, conditional=True, seed=SEED), plan=steps)
    game, points, start = training.engine, [], time.perf_counter()
    print(f"real against real {digits.floor():.3f}", flush=True)
    for stop in sorted({round(part * steps) for part in PARTS}):
        if stop > training.step:
            training.run(stop - training.step, show=False)
        found = measured(game)
        state = {"G": snapshot(game.sampler.state_dict()), "D": snapshot(game.D.state_dict())}
        points.append((stop, state, found))
        print(f"step {stop}, {time.perf_counter() - start:.0f} s:",
              ", ".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)
    print("SHA-256", timeline.keep(points, training.history, SPAN, digits.floor()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
