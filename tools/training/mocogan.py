"""Train the end-to-end model that is kept beside the two stages: `python -m tools.training.mocogan [steps]`.

One thread so that a second run gives the same numbers; the averaged generator is measured along the way, and
`make checkpoints` keeps the log beside the script.
"""

import sys
import time

import torch

from helpers import checkpoints
from helpers.snapshots import snapshot
from helpers.training import Training
from helpers.video.metrics import reference
from helpers.video.mocogan import CONTENT, FILE, MOTION, ClipGame
from helpers.video.moving_digits import FRAMES, MovingDigits

SEED, STEPS, CLIPS, PART = 0, 12_000, 1000, 50
PARTS = (0, 1 / 48, 1 / 24, 1 / 12, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1)    # of the steps: measured there


@torch.no_grad()
def clips(game: ClipGame) -> torch.Tensor:
    """Draw the clips that are measured, the same noise at every point."""
    rng = torch.Generator().manual_seed(SEED + 1)
    sizes = (CLIPS, CONTENT), (CLIPS, FRAMES, MOTION)
    content, steps = (torch.randn(size, generator=rng) for size in sizes)
    return torch.cat([game.sampler(*some) for some in
                      zip(content.split(PART), steps.split(PART), strict=True)])


def main(steps: int = STEPS) -> None:
    """Train, measuring at each point, and save the last point's averaged generator in half precision."""
    torch.set_num_threads(1)
    training = Training(ClipGame(MovingDigits(), seed=SEED), plan=steps)
    start = time.perf_counter()
    for stop in sorted({round(part * steps) for part in PARTS}):
        if stop > training.step:
            training.run(stop - training.step, show=False)
        found = reference().report(clips(training.engine))
        print(f"step {stop}, {time.perf_counter() - start:.0f} s:",
              ", ".join(f"{name} {value:.3f}" for name, value in found._asdict().items()), flush=True)
    state = snapshot(training.engine.sampler.state_dict())
    print("SHA-256", checkpoints.save({name: tensor.half() if tensor.is_floating_point() else tensor
                                       for name, tensor in state.items()}, FILE))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
