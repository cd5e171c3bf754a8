"""Modes, quality and balance on PacGAN's ring and grid: `python -m benchmarks.mixtures [goal|live|tried]`.

goal: the course's recipe and the classic one, equal seconds by the clock, two threads, taking turns.
live: both for the 60 seconds of a lesson, on the one thread that a lesson's kernel uses.
tried: the recipe without each of its parts, and the classic one at other rates; one thread.

Data and metrics are PacGAN's (Lin et al. 2018, section 4.1): ring of radius 1, σ .01; grid from −4 to 4,
σ .05; 2,500 samples. The budget is our own. On one thread it is counted in seconds of processor time, so
that two runs can stand side by side and what else the machine does does not count.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from statistics import mean, median

import torch

from benchmarks.report import machine, publish, table
from helpers.gan.metrics import Score, perfect, score
from helpers.gan.mixtures import grid, ring
from helpers.gan.recipe import CLASSIC, LATENT, OURS, Recipe, Run

DATA = {"ring": ring, "grid": grid}
RECIPES = {"the course's": OURS, "classic": CLASSIC}
N = 2500
QUALITY, KL = 0.94, 0.04    # the goal, with every mode covered
GOAL_SECONDS, LIVE_SECONDS, TRIED_SECONDS = 75, 60, 25
SEEDS, TRIED_SEEDS = range(5), range(1)
TRIED: dict[str, Recipe] = {
    "the whole recipe": OURS,
    "non-saturating instead of relativistic": replace(OURS, loss="non_saturating"),
    "no slope penalty": replace(OURS, gamma=(0, 0)),
    "slope penalty that stays": replace(OURS, gamma=(OURS.gamma[0],) * 2),
    "no noise": replace(OURS, noise=(0, 1)),
    "no waves at D's input": replace(OURS, waves=0),
    "G's units stay as steep as at first": replace(OURS, steep=1.0),
    "G with leaky ReLU": replace(OURS, steep=None),
    "Adam with β1 = .5": replace(OURS, betas=(0.5, 0.99)),
    "constant learning rate": replace(OURS, hold=1),
    "half as wide": replace(OURS, width=OURS.width // 2),
    "half the batch": replace(OURS, batch=OURS.batch // 2),
    "rates that fall later": replace(OURS, hold=0.6),
    "the classic recipe": CLASSIC,
    "the classic recipe, rates 1e-3": replace(CLASSIC, lr=1e-3),
}


def train(recipe: Recipe, data: str, seed: int, seconds: float,
          clock: Callable[[], float] = time.perf_counter) -> dict[str, object]:
    """Train until the clock has passed `seconds`; return both generators' scores and the count of turns."""
    run, turns, start = Run(recipe, DATA[data](), seed), 0, clock()
    while (progress := (clock() - start) / seconds) < 1:
        run.tune(progress)
        run.step()
        turns += 1
    run.noise.width = 0.0    # of the raw G too only its own samples count
    z = torch.randn(N, LATENT, generator=torch.Generator().manual_seed(10_000 + seed))
    with torch.no_grad():
        scores = {name: score(G(z), run.data.modes, run.data.sigma)._asdict()
                  for name, G in (("raw", run.game.G), ("EMA", run.ema.model))}
    return {"data": data, "seed": seed, "turns": turns, **scores}


def on_one_thread(job: tuple[Recipe, str, int, float]) -> dict[str, object]:
    """Train in a process of its own, by processor time."""
    torch.set_num_threads(1)
    return train(*job, clock=time.process_time)


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


def alone() -> str:
    """Train both recipes by the clock, one run at a time, the recipes taking turns within each seed."""
    torch.set_num_threads(2)
    runs: dict[str, list[dict]] = {f"{data}: {name}": [] for data in DATA for name in RECIPES}
    for seed in SEEDS:
        for key in runs:
            data, name = key.split(": ")
            runs[key].append(train(RECIPES[name], data, seed, GOAL_SECONDS))
            print(key, json.dumps(runs[key][-1]), flush=True)
    return table(HEAD, rows(runs))


def side_by_side(recipes: dict[str, Recipe], seeds: range, seconds: float) -> str:
    """Train on one thread each, two runs at a time."""
    names = [(f"{data}: {name}", seed) for data in DATA for name in recipes for seed in seeds]
    jobs = [(recipes[key.split(": ")[1]], key.split(": ")[0], seed, seconds) for key, seed in names]
    runs: dict[str, list[dict]] = {}
    with ProcessPoolExecutor(2) as pool:
        for (key, _), done in zip(names, pool.map(on_one_thread, jobs), strict=True):
            runs.setdefault(key, []).append(done)
            print(key, json.dumps(done), flush=True)
    return table(HEAD, rows(runs))


def main(what: str = "goal") -> None:
    """Measure and publish."""
    words, after = machine("torch"), "in brackets the worst seed."
    if what == "goal":
        publish("mixtures", f"{words} {GOAL_SECONDS} s a run by the clock, two threads, one run at a time; "
                            f"{len(SEEDS)} seeds, {after}\n\n{alone()}")
    elif what == "live":
        publish("mixtures-live", f"{words} {LIVE_SECONDS} s of processor time a run, one thread, as in a "
                                 f"lesson's kernel; {len(SEEDS)} seeds, {after}\n\n"
                                 f"{side_by_side(RECIPES, SEEDS, LIVE_SECONDS)}")
    elif what == "tried":
        publish("mixtures-tried", f"{words} {TRIED_SECONDS} s of processor time a run, one thread; "
                                  f"{len(TRIED_SEEDS)} seeds, {after}\n\n"
                                  f"{side_by_side(TRIED, TRIED_SEEDS, TRIED_SECONDS)}")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
