"""Modes, quality and balance on PacGAN's ring and grid: `python -m benchmarks.mixtures [goal|live|tried]`.

goal: the course's recipe and the classic one, equal seconds, two threads, five seeds, taking turns.
live: the same for the 60 seconds of a lesson, on the one thread that a lesson's kernel uses.
tried: the recipe without each of its parts, one seed, two runs side by side on a thread each.

Data and metrics are PacGAN's (Lin et al. 2018, section 4.1): ring of radius 1, σ .01; grid from −4 to 4,
σ .05; 2,500 samples. The budget is our own: seconds of training by the clock, measuring not counted.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from statistics import mean, median

import torch

from benchmarks.report import machine, publish, table
from helpers.gan.metrics import Score, perfect, score
from helpers.gan.mixtures import grid, ring
from helpers.gan.recipe import CLASSIC, LATENT, OURS, Recipe, Run

DATA = {"ring": ring, "grid": grid}
N = 2500
QUALITY, KL = 0.94, 0.04    # the goal, with every mode covered
GOAL_SECONDS, GOAL_SEEDS, LIVE_SECONDS, TRIED_SECONDS = 120, range(5), 60, 60
TRIED: dict[str, Recipe] = {
    "the recipe": OURS,
    "non-saturating instead of relativistic": replace(OURS, loss="non_saturating"),
    "no slope penalty": replace(OURS, gamma=(0, 0)),
    "slope penalty that stays": replace(OURS, gamma=(OURS.gamma[0],) * 2),
    "no noise": replace(OURS, noise=(0, 1)),
    "no waves at D's input": replace(OURS, waves=0),
    "G with leaky ReLU": replace(OURS, steep=False),
    "constant learning rate": replace(OURS, hold=1),
    "half as wide": replace(OURS, width=OURS.width // 2),
    "twice the batch": replace(OURS, batch=2 * OURS.batch),
    "the classic recipe": CLASSIC,
}


def train(recipe: Recipe, data: str, seed: int, seconds: float) -> dict[str, object]:
    """Train by the clock; return both generators' scores and how many turns there were."""
    run, turns, start = Run(recipe, DATA[data](), seed), 0, time.perf_counter()
    while (progress := (time.perf_counter() - start) / seconds) < 1:
        run.tune(progress)
        run.step()
        turns += 1
    run.noise.width = 0.0    # of the raw G too only its own samples count
    z = torch.randn(N, LATENT, generator=torch.Generator().manual_seed(10_000 + seed))
    with torch.no_grad():
        scores = {name: score(G(z), run.data.modes, run.data.sigma)._asdict()
                  for name, G in (("raw", run.game.G), ("EMA", run.ema.model))}
    return {"data": data, "seed": seed, "turns": turns, **scores}


def reached(found: Score, modes: int) -> bool:
    """Say whether one run meets the goal."""
    return found.modes == modes and found.quality >= QUALITY and found.reverse_kl <= KL


def rows(runs: dict[str, list[dict]]) -> list[tuple[str, ...]]:
    """Write one line for each recipe and generator: mean, and the worst of the seeds."""
    out = []
    for name, done in runs.items():
        data = done[0]["data"]
        count = len(DATA[data]().modes)
        for which in ("raw", "EMA"):
            found = [Score(**one[which]) for one in done]
            modes, quality, kl = ([getattr(one, key) for one in found] for key in Score._fields)
            out.append((name, which, f"{mean(modes):.1f} ({min(modes)}) of {count}",
                        f"{100 * mean(quality):.1f} ({100 * min(quality):.1f})",
                        f"{mean(kl):.3f} ({max(kl):.3f})", f"{median(one['turns'] for one in done):.0f}",
                        f"{sum(reached(one, count) for one in found)} of {len(found)}"))
    for data in DATA:
        modes, quality, kl = perfect(count := len(DATA[data]().modes), N)
        out.append((f"{data}: a perfect sampler", "—", f"{modes:.1f} of {count}", f"{100 * quality:.1f}",
                    f"{kl:.3f}", "—", "—"))
    return out


HEAD = ("data: recipe", "G", "modes: mean (worst)", "quality, %", "reverse KL", "turns", "goal met")


def compare(seconds: float, threads: int) -> str:
    """Train both recipes on both data sets, the recipes taking turns within each seed."""
    torch.set_num_threads(threads)
    runs: dict[str, list[dict]] = {}
    for seed in GOAL_SEEDS:
        for data in DATA:
            for name, recipe in (("the course's", OURS), ("classic", CLASSIC)):
                done = train(recipe, data, seed, seconds)
                runs.setdefault(f"{data}: {name}", []).append(done)
                print(json.dumps({"recipe": name} | done), flush=True)
    return table(HEAD, rows(runs))


def one_thread(recipe: Recipe, data: str, seconds: float) -> dict[str, object]:
    """Train with seed 0 in a process of its own."""
    torch.set_num_threads(1)
    return train(recipe, data, 0, seconds)


def tried() -> str:
    """Train the recipe without each of its parts, two runs side by side."""
    jobs = [(name, recipe, data) for name, recipe in TRIED.items() for data in DATA]
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(one_thread, [job[1] for job in jobs], [job[2] for job in jobs],
                             [TRIED_SECONDS] * len(jobs)))
    return table(HEAD, rows({f"{data}: {name}": [one] for (name, _, data), one
                             in zip(jobs, done, strict=True)})[:-2])


def main(what: str = "goal") -> None:
    """Measure and publish."""
    words = machine("torch")
    seeds = f"Mean of {len(GOAL_SEEDS)} seeds, in brackets the worst; the recipes take turns."
    if what == "goal":
        text = f"{words} {GOAL_SECONDS} s a run, two threads. {seeds}"
        publish("mixtures", f"{text}\n\n{compare(GOAL_SECONDS, 2)}")
    elif what == "live":
        text = f"{words} {LIVE_SECONDS} s a run, one thread, as in a lesson's kernel. {seeds}"
        publish("mixtures-live", f"{text}\n\n{compare(LIVE_SECONDS, 1)}")
    elif what == "tried":
        text = f"{words} {TRIED_SECONDS} s a run, one thread each, two runs side by side, seed 0."
        publish("mixtures-tried", f"{text}\n\n{tried()}")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
