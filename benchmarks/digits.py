"""Recipes for digits at equal time, and the price of the course's own loop: `python -m benchmarks.digits`.

goal: every recipe for 120 seconds by the clock, two threads, one run at a time, the recipes taking turns.
shipped: the generator that comes with the course, with three draws of 10,000 z.
step: one step of the classic recipe through the course's loop and written out in bare PyTorch.

Each generator draws 10,000 images; the Fréchet distance is taken in our own classifier's penultimate layer
to the 10,000 test images (helpers/digits.py). Raw: G as it is, batch norm using each batch of 500, as in
training; EMA: its moving average. Unconditional, as the classic recipe is, unless the name says otherwise.
"""

import json
import sys
import time
from dataclasses import replace
from statistics import mean, median

import torch
from torch import nn
from torch.nn.functional import softplus

from benchmarks.report import machine, publish, table
from helpers import digits
from helpers.data import as_images, mnist
from helpers.gan.digit_game import CLASSIC, OURS, DigitGame, Recipe
from helpers.gan.game import flat
from helpers.gan.timeline import final_game
from helpers.training import Training

SECONDS, SEEDS, SAMPLES, CEILING = 120, range(3), 10_000, 1.15
RECIPES: dict[str, tuple[Recipe, bool]] = {    # name -> recipe, conditional
    "the course's": (OURS, False),
    "the course's, conditional": (OURS, True),
    "spectral norm + hinge": (replace(OURS, loss="hinge", gamma=0, spectral=True), False),
    "relativistic + R1 + R2, no norm": (
        replace(OURS, loss="relativistic", both=True, lazy=1, norm=False), False),
    "classic": (CLASSIC, False),
}


def drawn(G: nn.Module, game: DigitGame, seed: int) -> digits.Quality:
    """Measure 10,000 images of a generator, a thousand of each digit where it can be asked."""
    rng = torch.Generator().manual_seed(10_000 + seed)
    z, asked = torch.randn(SAMPLES, game.recipe.latent, generator=rng), torch.arange(SAMPLES) % 10
    pairs = zip(z.split(digits.CHUNK), asked.split(digits.CHUNK), strict=True)
    with torch.no_grad():
        images = torch.cat([G(*((some, wanted) if game.conditional else (some,))) for some, wanted in pairs])
    return digits.quality(images, asked if game.conditional else None)


def train(recipe: Recipe, conditional: bool, seed: int) -> dict[str, object]:
    """Train by the clock and measure both generators."""
    game = DigitGame(recipe, conditional=conditional, seed=seed)
    training = Training(game).run(seconds=SECONDS, show=False)
    return {"seed": seed, "steps": training.step, "raw": drawn(game.G, game, seed)._asdict(),
            "EMA": drawn(game.sampler, game, seed)._asdict()}


def goal() -> str:
    """Train every recipe with every seed; one line a recipe and generator, the worst seed in brackets."""
    torch.set_num_threads(2)
    runs: dict[str, list[dict]] = {name: [] for name in RECIPES}
    for seed in SEEDS:
        for name, recipe in RECIPES.items():
            runs[name].append(train(*recipe, seed))
            print(name, json.dumps(runs[name][-1]), flush=True)
    # of the classic recipe its better generator counts
    base = [min(one[which]["frechet"] for which in ("raw", "EMA")) for one in runs["classic"]]
    rows = [row(name, which, done, base) for name, done in runs.items() for which in ("raw", "EMA")]
    real = digits.quality(as_images(mnist(train=True).data[:SAMPLES]))
    rows.append(("real images: 10,000 of training", "—", f"{real.frechet:.2f}",
                 f"{real.frechet / mean(base):.3f}", f"{real.entropy:.3f}", str(real.classes), "—", "—"))
    head = ("recipe", "G", "Fréchet", "of the classic's best", "class entropy", "classes", "agreement, %",
            "steps")
    return table(head, rows)


def row(name: str, which: str, runs: list[dict], base: list[float]) -> tuple[str, ...]:
    """Write one line: means, and the worst seed in brackets."""
    found = [digits.Quality(**one[which]) for one in runs]
    distances = [one.frechet for one in found]
    shares = [own / other for own, other in zip(distances, base, strict=True)]
    agreement = [100 * one.agreement for one in found]
    return (name, which, f"{mean(distances):.1f} ({max(distances):.1f})",
            f"{mean(shares):.3f} ({max(shares):.3f})",
            f"{mean(one.entropy for one in found):.3f} ({min(one.entropy for one in found):.3f})",
            f"{min(one.classes for one in found)}",
            "—" if agreement[0] != agreement[0] else f"{mean(agreement):.1f} ({min(agreement):.1f})",
            f"{median(one['steps'] for one in runs):.0f}")


def shipped() -> str:
    """Measure the last point of the committed timeline, a line for each draw of z."""
    torch.set_num_threads(1)
    game, real = final_game(), digits.quality(as_images(mnist(train=True).data[:SAMPLES]))
    floor = real.frechet
    found = [(seed, drawn(game.sampler, game, seed)) for seed in SEEDS]
    rows = [(f"seed {seed} of z", f"{one.frechet:.2f}", f"{one.frechet / floor:.2f}", f"{one.entropy:.4f}",
             f"{one.classes}", f"{100 * one.agreement:.2f}") for seed, one in found]
    rows += [("real: 10,000 of training", f"{floor:.2f}", "1", f"{real.entropy:.4f}", str(real.classes), "—"),
             ("demanded", f"≤ {5 * floor:.2f}, goal {3 * floor:.2f}", "≤ 5, goal 3", "≥ 2.28", "10", "≥ 98")]
    return table(("images", "Fréchet", "of the floor", "class entropy", "classes", "agreement, %"), rows)


def bare(game: DigitGame, steps: int, keep: bool = True) -> None:
    """Train the classic recipe as one writes it without a course.

    keep: do all that the course's loop does too: G's moving average, both losses as numbers at every step,
    and the second draw of labels; then both must end with the same weights.
    """
    G, D, opt_G, opt_D, n, rng = game.G, game.D, game.opt_G, game.opt_D, game.batch, game.rng
    losses = []
    for _ in range(steps):
        opt_D.zero_grad()
        real, _labels = game.data.sample(n, rng)
        fake = G(torch.randn(n, game.recipe.latent, generator=rng)).detach()
        loss_D = softplus(-D(real)).mean() + softplus(D(fake)).mean()
        loss_D.backward()
        opt_D.step()
        opt_G.zero_grad()
        if keep:
            game.data.sample(n, rng)
        loss_G = softplus(-D(G(torch.randn(n, game.recipe.latent, generator=rng)))).mean()
        loss_G.backward()
        opt_G.step()
        if keep:
            game.ema.update()
            losses.append((loss_D.item(), loss_G.item()))


WAYS = {"bare loop": lambda game, steps: bare(game, steps, keep=False), "bare loop that keeps as much": bare,
        "the course's loop": lambda game, steps: Training(game).run(steps, show=False)}


def step(rounds: int = 9, steps: int = 20) -> str:
    """Time the ways in turn, from the same state; the last two must end with the same weights, bit by bit."""
    torch.set_num_threads(1)
    spent: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(rounds + 1):    # the first warms up
        ends = []
        for name, way in WAYS.items():
            game = DigitGame(CLASSIC)
            start = time.perf_counter()
            way(game, steps)
            if number:
                spent[name].append((time.perf_counter() - start) / steps)
            ends.append(torch.cat((flat(game.G), flat(game.D))))
        assert torch.equal(*ends[1:]), "the ways are not the same game"
    rows = []
    for name, found in spent.items():
        ratio = median(own / base for own, base in zip(spent["the course's loop"], found, strict=True))
        rows.append((name, f"{1000 * median(found):.0f}", f"{ratio:.3f}", f"≤ {CEILING}"))
    return table(("way", "ms a step", "the course's loop takes, times this", "ceiling"), rows)


def main(*what: str) -> None:
    """Measure and publish."""
    words = machine("torch")
    if "goal" in what or not what:
        publish("digits", f"{words} {SECONDS} s a run by the clock, two threads, one run at a time; "
                          f"{len(SEEDS)} seeds, in brackets the worst.\n\n{goal()}")
    if "shipped" in what or not what:
        publish("digits-shipped", f"{words} 10,000 images a line, a thousand of each digit.\n\n{shipped()}")
    if "step" in what or not what:
        publish("digits-step", f"{words} One thread; medians of 9 rounds of 20 steps, the ways taking turns."
                               f"\n\n{step()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
