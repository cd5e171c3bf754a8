"""What lesson 04's claims rest on: `python -m benchmarks.video`, or with the names of some of its PARTS."""

import sys
import time
from functools import cache
from statistics import median
from typing import NamedTuple

import torch

from benchmarks.report import machine, publish, table
from helpers.training import Training
from helpers.video import autoencoder, codes, game, trained
from helpers.video.metrics import Report, reference
from helpers.video.model import VideoModel
from helpers.video.motion_gan import FRAMES, noise
from helpers.video.moving_digits import MovingDigits
from helpers.video.swap import swap_report
from helpers.video.swap_sources import EndToEnd, Leaking, Pasted, TwoStages

SEEDS, CLIPS, LONG = (0, 1, 2), 1000, 128
NAMES = {"lstm": "LSTM, both critics", "none": "i.i.d. noise a frame", "gru": "GRU",
         "no_forget": "LSTM, f = 0", "no_frame": "frame critic off",
         "no_sequence": "sequence critic off", "pocket": "LSTM of 4 units"}
FIELDS = {"cosine": "direction cosine", "speed": "mean speed", "speed_w1": "W1 speed",
          "acceleration_w1": "W1 acceleration", "spread": "position spread", "distance": "content distance",
          "agreement": "agreement", "entropy": "class entropy", "frechet": "frame Fréchet"}


def data() -> str:
    """Draw clips of 16 frames, batches of 500, nine rounds."""
    rows = []
    for digits in (1, 2):
        source, rng, spent = MovingDigits(digits), torch.Generator().manual_seed(0), []
        for _ in range(9):
            start = time.perf_counter()
            source.sample(500, rng)
            spent.append(time.perf_counter() - start)
        rows.append((f"{digits} of 14 px on 32 px", f"{500 / median(spent):.0f}", "≥ 2000"))
    return table(("digits", "clips of 16 frames a second", "claim"), rows)


class FirstStage(NamedTuple):
    """A trained frame autoencoder, the codes of 4,096 clips, and the seconds that both took."""

    net: autoencoder.FrameAutoencoder
    pool: codes.Codes
    seconds: float


@cache
def first_stage(seed: int) -> FirstStage:
    """Train the autoencoder, once for every rival on it, and encode."""
    start = time.perf_counter()
    learner = autoencoder.FrameLearner(MovingDigits(), seed)
    Training(learner, plan=autoencoder.STEPS).run(show=False)
    net = learner.net.eval().requires_grad_(False)
    return FirstStage(net, codes.encode(net, learner.data, seed), time.perf_counter() - start)


@cache
def second_stage(name: str, seed: int) -> tuple[VideoModel, float]:
    """Train one rival on a seed's codes; with its seconds."""
    first, kind, start = first_stage(seed), trained.RIVALS[name], time.perf_counter()
    stage = game.VideoGame(first.pool, kind.memory, hidden=kind.hidden, without=kind.without,
                           hold=kind.hold, seed=seed)
    Training(stage, plan=game.STEPS).run(show=False)
    model, spent = VideoModel(first.net, stage.sampler, first.pool, kind.hold), time.perf_counter() - start
    print(f"seed {seed}, {name}: stage 1 {first.seconds:.0f} s, stage 2 {spent:.0f} s", flush=True)
    return model, spent


def clips(model: VideoModel, frames: int = FRAMES) -> torch.Tensor:
    """Generate the clips that are measured."""
    return model(noise(CLIPS, torch.Generator().manual_seed(7), frames))


def shown(found: list[Report]) -> list[str]:
    """Write every seed's number, in the order of the seeds."""
    return [" / ".join(f"{getattr(one, name):.{1 if name == 'frechet' else 3}f}" for one in found)
            for name in FIELDS]


def quality() -> str:
    """Measure floor, ceiling and every rival, the seeds' numbers beside each other."""
    found: dict[str, list[Report]] = {}
    for seed in SEEDS:
        real = MovingDigits().sample(CLIPS, torch.Generator().manual_seed(500 + seed)).frames
        models = {name: second_stage(name, seed)[0] for name in trained.RIVALS}
        net = first_stage(seed).net
        with torch.no_grad():
            redrawn = net.decode(*net.encode(real))
        made = {"real against real (floor)": real, "autoencoder (ceiling)": redrawn}
        made |= {NAMES[name]: clips(model) for name, model in models.items()}
        for name, frames in made.items():
            found.setdefault(name, []).append(reference().report(frames))
    found["LSTM as shipped, half precision"] = [reference().report(clips(trained.rival("lstm")))]
    rows = [(name, *shown(some)) for name, some in found.items()]
    return (f"Direction cosine of the real test clips: {reference().motion.cosine:.3f}.\n\n"
            + table(("", *FIELDS.values()), rows))


def rollout() -> str:
    """Roll out to 128 frames and show, for each block of 16, the seed that is furthest from real."""
    real = MovingDigits(train=False).sample(CLIPS, torch.Generator().manual_seed(98), LONG).frames
    far = {"cosine − real": (lambda one: one.cosine - reference().motion.cosine, 0.0),
           "mean speed / real": (lambda one: one.speed, 1.0)}
    long = {"real clips": [real]}
    long |= {NAMES[name]: [clips(second_stage(name, seed)[0], LONG) for seed in SEEDS]
             for name in ("lstm", "gru", "no_forget", "none", "pocket")}
    rows = []
    for name, seeds in long.items():
        found = [[reference().report(part) for part in whole.split(FRAMES, 1)] for whole in seeds]
        for words, (measure, ideal) in far.items():
            worst = [max((measure(one[k]) for one in found), key=lambda value: abs(value - ideal))
                     for k in range(LONG // FRAMES)]
            rows.append((f"{name}: {words}", *(f"{value:.3f}" for value in worst)))
    return table(("furthest seed of 0, 1, 2", *(f"{k + 1}–{k + 16}" for k in range(0, LONG, FRAMES))), rows)


def swap() -> str:
    """Exchange content and motion of clips, beside real digits, leaks on purpose and the end-to-end model."""
    models = {f"LSTM, both critics, seed {seed}": TwoStages(second_stage("lstm", seed)[0]) for seed in SEEDS}
    shipped = TwoStages(trained.trained().model())
    sources = {"real digits on real paths (floor)": Pasted(), **models, "LSTM as shipped": shipped,
               "as shipped, content leaks into the path (.3)": Leaking(shipped, "path", 0.3),
               "as shipped, motion leaks into the content (.3)": Leaking(shipped, "content", 0.3),
               "end to end": EndToEnd(trained.end_to_end())}
    rows = []
    for name, source in sources.items():
        found = swap_report(source)
        rows.append((name, f"{100 * found.kept:.1f} ({100 * found.kept_chance:.1f})",
                     f"{found.deviation:.2f} ({found.deviation_chance:.1f})", f"{found.deviation_shape:.2f}",
                     f"{found.leak_content:.3f}", f"{found.leak_path:.4f}"))
    return table(("", "label kept, % (by chance)", "paths apart, px (by chance)", "without shape, px",
                  "leak into content", "leak into path"), rows)


def cost() -> str:
    """Time generation against length and batch, one thread, medians of nine rounds in turn."""
    model = trained.rival("lstm")
    rows = []
    sizes = [(100, frames) for frames in (16, 32, 64, 128)] + [(n, 16) for n in (25, 50, 200, 400)]
    drawn = {size: noise(size[0], torch.Generator().manual_seed(0), size[1]) for size in sizes}
    spent: dict[tuple[int, int], list[float]] = {size: [] for size in sizes}
    for _ in range(9):
        for size in sizes:
            start = time.perf_counter()
            model(drawn[size])
            spent[size].append(time.perf_counter() - start)
    for n, frames in sizes:
        taken = median(spent[n, frames])
        rows.append((f"{n} × {frames}", f"{1000 * taken:.0f}", f"{1e6 * taken / n / frames:.1f}"))
    return table(("clips × frames", "ms", "µs a frame"), rows)


def live() -> str:
    """Time both stages from the first step to the last, as a notebook runs them."""
    first, second = first_stage(0).seconds, second_stage("lstm", 0)[1]
    return table(("stage", "seconds, one thread"), [
        ("1: frame autoencoder, and the codes of 4,096 clips", f"{first:.0f}"),
        ("2: generator and two critics, 3,000 steps", f"{second:.0f}"),
        ("both, claim ≤ 240", f"{first + second:.0f}")])


PARTS = {"data": (data, "One thread."), "live": (live, "The course's own thread; nothing else runs."),
         "quality": (quality, "1,000 clips of 16 frames each; every number is per seed 0 / 1 / 2."),
         "rollout": (rollout, "1,000 clips of 128 frames; the models learned from 16."),
         "swap": (swap, "480 blocks of 2 × 2 clips; claims: label kept ≥ 90 %, paths ≤ 1.5 px apart."),
         "cost": (cost, "One thread, medians of nine.")}


def main(*asked: str) -> None:
    """Measure and publish."""
    torch.set_num_threads(1)
    for part in asked or PARTS:
        measure, words = PARTS[part]
        publish(f"video-{part}", f"{machine('torch')} {words}\n\n{measure()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
