"""Turns a second of `GanGame` against the same game as a bare PyTorch loop: `python -m benchmarks.game`.

The bare loop has the same networks, data and seed, and nothing else: no operations with names, no arrows
(−∂loss_G/∂x), no history. Every run starts from the same state and must end with the same weights, bit for
bit. One thread; the ways take turns, so that what slows the machine for a while slows all of them.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

import torch

from benchmarks.report import machine, publish, table
from helpers.gan.game import GanGame, flat
from helpers.gan.panels.digits import digits_game
from helpers.gan.panels.one_step import OneStep
from helpers.steps import Walk

FLOOR = 0.80
GAMES: dict[str, tuple[Callable[[], GanGame], int]] = {    # name -> (a new game, turns a round)
    "plane: 2 → 64 → 64 → 2, batch 128": (lambda: OneStep().game, 400),
    "digits: 32 → 256 → 256 → 784, batch 64, with R1": (digits_game, 75),
}


def bare(game: GanGame, turns: int) -> None:
    """Train as one writes it without a course."""
    G, D, data, rng = game.G, game.D, game.data, game.rng
    opt_G, opt_D, loss, n = game.opt_G, game.opt_D, game.loss, game.batch
    for _ in range(turns):
        opt_D.zero_grad()
        fake = G(torch.randn(n, game.latent, generator=rng)).detach()
        real = data.sample(n, rng)
        loss_D = loss.discriminator(D(real), D(fake))
        if game.penalty:
            loss_D = loss_D + game.penalty(D, real, fake, rng)
        loss_D.backward()
        opt_D.step()
        opt_G.zero_grad()
        loss.generator(D(G(torch.randn(n, game.latent, generator=rng))), None).backward()
        opt_G.step()


def exhausted(game: GanGame, turns: int) -> None:
    """Run the generators of `turn()` to their ends."""
    for _ in range(turns):
        for _ in game.turn():
            pass


def walked(game: GanGame, turns: int) -> None:
    """Play as the panel does at its fastest: 25 turns a picture, with history."""
    walk = Walk(game)
    for _ in range(turns // 25):    # `turns` is a multiple
        walk.run(25)


WAYS = {"bare loop": bare, "`turn()` exhausted": exhausted, "`Walk.run(25)`": walked}


def measure(new_game: Callable[[], GanGame], turns: int, rounds: int) -> dict[str, list[float]]:
    """Time each way in each round: name -> turns a second."""
    speeds: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(rounds + 1):    # the first warms up
        ends = []
        for name, way in WAYS.items():
            game = new_game()
            start = time.perf_counter()
            way(game, turns)
            if number:
                speeds[name].append(turns / (time.perf_counter() - start))
            ends.append(torch.cat((flat(game.G), flat(game.D))))
        assert all(torch.equal(end, ends[0]) for end in ends), "the ways are not the same game"
    return speeds


def main(rounds: int = 9) -> None:
    """Measure and publish."""
    torch.set_num_threads(1)
    words, rows = machine("torch"), []
    for game, (new_game, turns) in GAMES.items():
        speeds = measure(new_game, turns, rounds)
        for name in WAYS:
            ratios = [own / base for own, base in zip(speeds[name], speeds["bare loop"], strict=True)]
            rows.append((game, name, f"{median(speeds[name]):.0f}", f"{100 * median(ratios):.0f} %",
                         "100 %" if name == "bare loop" else f"≥ {100 * FLOOR:.0f} %"))
    head = ("game", "way", "turns a second", "of the bare loop", "floor")
    publish("game", f"{words} One thread; medians of {rounds} rounds, the ways taking turns; the share is "
                    f"the median of each round's own ratio.\n\n{table(head, rows)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
