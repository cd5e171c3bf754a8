"""Train the two-stage model that ships, with its timeline and its rivals: `python -m tools.training.video`.

One thread so that a second run gives the same numbers. `make checkpoints` keeps its log beside the script.
"""

import time

import torch

from helpers import checkpoints
from helpers.snapshots import snapshot
from helpers.training import Training
from helpers.video import autoencoder, codes, game
from helpers.video.metrics import Report, reference
from helpers.video.model import VideoModel
from helpers.video.motion_gan import noise
from helpers.video.moving_digits import MovingDigits
from helpers.video.trained import CRITICS, FILE, RIVALS, RIVALS_FILE

SEED, CLIPS = 0, 1000
PARTS = (0, 1 / 60, 1 / 30, 1 / 15, 1 / 6, 1 / 3, 2 / 3, 1)    # of stage 2's steps, kept in the timeline


def measured(net: autoencoder.FrameAutoencoder, stage: game.VideoGame) -> Report:
    """Measure the averaged generator, from the same noise at every point."""
    model = VideoModel(net, stage.sampler, stage.codes, stage.hold)
    return reference().report(model(noise(CLIPS, torch.Generator().manual_seed(SEED + 1))))


def say(what: str, start: float, found: Report) -> None:
    """Write a line of the log."""
    print(f"{what}, {time.perf_counter() - start:.0f} s:",
          ", ".join(f"{name} {value:.3f}" for name, value in found._asdict().items()), flush=True)


def half(state: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Name a network's tensors for the file, in half precision."""
    return {f"{prefix}.{name}": tensor.half() for name, tensor in snapshot(state).items()}


def main() -> None:
    """Train both stages and every rival, measure, and save."""
    torch.set_num_threads(1)
    data, start = MovingDigits(), time.perf_counter()
    first = Training(autoencoder.FrameLearner(data, SEED), plan=autoencoder.STEPS).run(show=False)
    net = first.engine.net.eval().requires_grad_(False)
    clips = data.sample(CLIPS, torch.Generator().manual_seed(SEED + 2)).frames
    say("real against real", start, reference().report(clips))
    say(f"stage 1, step {first.step}", start, reference().report(net.decode(*net.encode(clips))))
    pool = codes.encode(net, data, SEED)
    kept = half(net.state_dict(), "autoencoder")
    kept |= {f"codes.{name}": tensor.half() if tensor.dim() > 1 else tensor
             for name, tensor in pool._asdict().items()}

    second, found = Training(game.VideoGame(pool, seed=SEED), plan=game.STEPS), []
    points = sorted({round(part * game.STEPS) for part in PARTS})
    for stop in points:
        if stop > second.step:
            second.run(stop - second.step, show=False)
        found.append(measured(net, second.engine))
        say(f"stage 2, step {stop}", start, found[-1])
        kept |= half(second.engine.sampler.state_dict(), f"{stop}.G")
    for name in CRITICS:
        kept |= half(getattr(second.engine, name).state_dict(), f"{points[-1]}.{name}")
    kept["steps"] = torch.tensor(points)
    kept |= {f"measure.{name}": torch.tensor(values, dtype=torch.float64)
             for name, values in zip(Report._fields, zip(*found, strict=True), strict=True)}
    print("SHA-256", checkpoints.save(kept, FILE), flush=True)

    rivals: dict[str, torch.Tensor] = {}
    for name, kind in RIVALS.items():
        if name == "lstm":
            continue
        stage = game.VideoGame(pool, kind.memory, hidden=kind.hidden, without=kind.without, hold=kind.hold,
                               seed=SEED)
        Training(stage, plan=game.STEPS).run(show=False)
        say(name, start, measured(net, stage))
        rivals |= half(stage.sampler.state_dict(), name)
    print("SHA-256", checkpoints.save(rivals, RIVALS_FILE))


if __name__ == "__main__":
    main()
