"""What lesson 03's claims rest on: `python -m benchmarks.lstm`, or with the names of some of its PARTS."""

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import nn

from benchmarks.report import machine, publish, table
from helpers.lstm import ablation, counting, gradients, order
from helpers.lstm.cell import LSTMCell
from helpers.lstm.learning import REGISTER, Learner
from helpers.lstm.sequence import Script, trace
from helpers.lstm.tasks import TASKS
from helpers.training import Training

SEEDS = range(5)
TASK, WITHIN, TIMES, HANDMADE = 0.005, 30, 5, 1e-5    # MSE, seconds, times the whole LSTM's, MSE
ORDER_WITHIN, CEILING, LONG = 5, 20, 1.0              # seconds, times nn.LSTMCell, seconds


def other(seed: int, **settings: Any) -> float:
    """Train a net that is no row of the panel's table; its error in the exam."""
    learner = Learner(ablation.TASK, seed=seed, lr=REGISTER["lr"], **settings)
    Training(learner).run(ablation.STEPS, show=False)
    return learner.test(ablation.exam())[1]


ROWS: dict[str, Callable[[int], float]] = {    # name -> seed -> error
    name: lambda seed, row=row: ablation.train(row, seed)
    for name, row in (("LSTM", "whole"), ("LSTM, f ≡ 1", "f"), ("LSTM, i ≡ 1", "i"), ("LSTM, o ≡ 1", "o"),
                      ("plain RNN", "rnn"), ("GRU", "gru"))} | {
    "LSTM, PyTorch's first weights": other,    # ±1 for one unit, and its forget bias
    "GRU of 4 units": lambda seed: other(seed, kind="gru", hidden=4, spread=REGISTER["spread"])}


def register() -> str:
    """Train every row of the ablation table from five seeds, the rows taking turns."""
    found: dict[str, list[float]] = {name: [] for name in ROWS}
    spent: dict[str, list[float]] = {name: [] for name in ROWS}
    for seed in SEEDS:
        for name, train in ROWS.items():
            start = time.perf_counter()
            found[name].append(train(seed))
            spent[name].append(time.perf_counter() - start)
    whole = median(found["LSTM"])
    rows = [(name, *(f"{value:.5f}" for value in (median(errors), min(errors), max(errors))),
             f"{sum(error <= TASK for error in errors)} of {len(SEEDS)}", f"{min(errors) / whole:.0f}",
             f"{max(spent[name]):.1f}") for name, errors in found.items()]
    zero = ablation.baseline()
    rows += [("weights set by hand", f"{ablation.floor():.1e}", *("",) * 5),
             ("always zero", f"{zero:.5f}", *("",) * 3, f"{zero / whole:.0f}", "")]
    return table(("net, one unit", "MSE, median", "least", "most", f"≤ {TASK}",
                  "least, times the LSTM's median", "slowest, s"), rows)


def temporal_order() -> str:
    """Run every rival on the temporal-order task over ten seeds."""
    rivals = [("lstm", bias, order.RATE) for bias in (0.0, 1.0, 3.0)]
    rivals += [("rnn", None, rate) for rate in (1e-3, 3e-3, order.RATE, 1e-2)]
    rows = []
    for kind, bias, rate in rivals:
        found = order.Series(kind, bias, tuple(range(10)), rate).finish().results
        name = f"LSTM, forget bias {bias:.0f}" if kind == "lstm" else f"plain RNN, rate {rate:g}"
        five = sum(one.solved for one in found[:5])
        rights = [one.right for one in found]
        rows.append((name, f"{five} of 5", f"{sum(one.solved for one in found)} of 10",
                     f"{median(one.updates for one in found):.0f}", f"{min(rights):.2f}–{max(rights):.2f}",
                     f"{max(one.seconds for one in found):.1f}"))
    return table(("net, 8 units, T = 50", "seeds 0–4", "seeds 0–9", "updates, median", "right at the end",
                  "slowest, s"), rows)


def anbn() -> str:
    """Train every kind on words with n up to 10, and see how far it counts."""
    rows = []
    for kind, name in (("lstm", "LSTM"), ("gru", "GRU"), ("rnn", "plain RNN")):
        reached = []
        for seed in SEEDS:
            learner = counting.learner(kind, seed)
            Training(learner).run(counting.STEPS, show=False)
            reached.append(counting.counts_to(learner.net))
        rows.append((name, *map(str, reached), f"{median(reached):.0f}"))
    return table(("net, 2 units", *(f"seed {seed}" for seed in SEEDS), "median"), rows)


def more() -> str:
    """Train on adding and on the counter, from three seeds each, with forget bias 1."""
    rows = []
    for key, units, steps in (("adding", 16, 2000), ("counter", 1, 1500)):
        task = TASKS[key]
        test = task.sample(1000, torch.Generator().manual_seed(1_000_000))
        constant = task.floor or test.y.var().item()
        for kind, bias in (("lstm", 1.0), ("rnn", None)):
            errors, start = [], time.perf_counter()
            for seed in range(3):
                learner = Learner(task, kind, units, lr=1e-2, seed=seed, forget_bias=bias)
                Training(learner).run(steps, show=False)
                errors.append(learner.test(test)[1])
            shown = ", ".join(f"{error:.4f}" for error in errors)
            rows.append((f"{key}, {units} units, {kind}", shown, f"{constant:.3f}",
                         f"{(time.perf_counter() - start) / 3:.1f}"))
    return table(("task, net", "MSE of seeds 0, 1, 2", "best constant answer", "seconds a run"), rows)


def gradient_table() -> str:
    """Measure the gradient's reach at initialisation, 32 units, ten seeds: median, least and most."""
    def at(found: torch.Tensor, k: int) -> str:
        low, middle, high = gradients.spread(found[:, k])
        return f"{middle:.1e} ({low:.0e} to {high:.0e})"

    rows = [("plain RNN" if bias is None else f"LSTM, forget bias {bias:.0f}", at(found.whole, 50),
             at(found.whole, 99), "" if found.by_c is None else at(found.by_c, 50))
            for bias, found in gradients.table().items()]
    return table(("largest entry of ∂h(T)/∂x(T−k)", "k = 50", "k = 99", "k = 50, by c alone"), rows)


def speed(rounds: int = 15, steps: int = 300) -> str:
    """Time one traced step against nn.LSTMCell, the ways taking turns, and a trace of 1,000 steps."""
    rows = []
    for hidden in (1, 4, 32):
        official = nn.LSTMCell(4, hidden)
        ours, x, h = LSTMCell(4, hidden).load(official), torch.randn(1, 4), torch.zeros(1, hidden)
        ways: dict[str, Callable[[], object]] = {
            "official": lambda official=official, x=x, h=h: official(x, (h, h)),
            "ours": lambda ours=ours, x=x, h=h: list(ours.step(x, h, h))}
        spent: dict[str, list[float]] = {name: [] for name in ways}
        script = Script(torch.randn(1000, 4))
        long = []
        with torch.no_grad():
            for _ in range(rounds):
                for name, way in ways.items():
                    start = time.perf_counter()
                    for _ in range(steps):
                        way()
                    spent[name].append((time.perf_counter() - start) / steps)
                start = time.perf_counter()
                trace(ours, script)
                long.append(time.perf_counter() - start)
        ratio = median(own / base for own, base in zip(spent["ours"], spent["official"], strict=True))
        micros = [f"{1e6 * median(spent[name]):.0f}" for name in ways]
        rows.append((str(hidden), *micros, f"{ratio:.1f}", f"{median(long):.2f}"))
    return table(("units", "nn.LSTMCell, µs", "one traced step, µs", f"ratio, claim ≤ {CEILING}",
                  f"1,000 steps, s, claim < {LONG:.0f}"), rows)


PARTS = {"register": (register, f"One thread, rows in turn. Claims: 4 of 5 seeds at {TASK} in {WITHIN} s, "
                                f"each ablation ≥ {TIMES} times worse, by hand ≤ {HANDMADE:.0e}."),
         "order": (temporal_order, "One thread. Claims: 5 of 5 seeds with forget bias 1, "
                                   f"{ORDER_WITHIN} s each, RNN at chance (0.25; 0.5 for one symbol)."),
         "anbn": (anbn, f"Largest n up to which every word is right; learnt n ≤ {counting.LEARNT}; "
                        f"{counting.MOST} is as far as was looked."),
         "more": (more, "Adam at 0.01; 2,000 updates of 64 sequences for adding, 1,500 for the counter."),
         "gradients": (gradient_table, "32 units, 10 seeds: median (least to most); float64."),
         "speed": (speed, "One thread; medians of 15 rounds of 300 steps.")}


def main(*asked: str) -> None:
    """Measure and publish."""
    torch.set_num_threads(1)
    for part in asked or PARTS:
        measure, words = PARTS[part]
        publish(f"lstm-{part}", f"{machine('torch')} {words}\n\n{measure()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
