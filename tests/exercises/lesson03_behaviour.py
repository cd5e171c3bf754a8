"""Right and wrong answers to the exercises of lesson 03 about what a cell holds and does: 3.7 to 3.9."""

import math

import numpy as np
import torch
from torch import nn

from helpers.exercises import lesson03_count, lesson03_half, lesson03_rows, lesson03_safe, lesson03_swapped
from tests.exercises.exercise import Exercise, nothing

# 3.7: how many parameters


def paper(n, u):
    return 4 * (u * n + u * u + u)


def torchs(n, u):
    return paper(n, u) + 4 * u


def both(first=paper, second=torchs):
    return lambda entradas, unidades: (first(entradas, unidades), second(entradas, unidades))


def asks_torch(entradas, unidades):
    with torch.random.fork_rng([]):
        layer = nn.LSTM(entradas, unidades)
    everything = sum(weight.numel() for weight in layer.parameters())
    return everything - layer.bias_hh_l0.numel(), everything


def no_numbers(entradas, unidades):
    entradas + unidades


WRONG_COUNTS = (
    ("one_layer", both(lambda n, u: u * n + u * u + u, lambda n, u: u * n + u * u + 2 * u)),
    ("three", both(lambda n, u: 3 * (u * n + u * u + u))),
    ("no_U", both(lambda n, u: 4 * (u * n + u))),
    ("no_W", both(lambda n, u: 4 * (u * u + u))),
    ("no_b", both(lambda n, u: 4 * (u * n + u * u))),
    ("small_b", both(lambda n, u: 4 * (u * n + u * u + 1))),
    ("small_b", both(lambda n, u: 4 * (u * n + u * u) + 1)),
    ("small_b", both(lambda n, u: 4 * (u * n + u * u) + u)),
    ("sizes", both(lambda n, u: 4 * n * (n + u + 1))),
    ("precedence", both(lambda n, u: 4 * u * n + u + 1)),
    ("precedence", both(lambda n, u: 4 * u * n + u * u + u)),
    ("precedence", both(lambda n, u: 4 * u * (n + u) + 4 * u + 1)),
    ("states", both(lambda n, u: paper(n, u) + 2 * u)),
    ("both_two", both(torchs)),
    ("other_paper", both(lambda n, u: 5 * u * (n + u + 1))),
    ("both_one", both(second=paper)),
    ("none", both(second=lambda n, u: 4 * u * (n + u))),
    ("doubled", both(second=lambda n, u: 2 * paper(n, u))),
    ("too_few", both(second=lambda n, u: paper(n, u) + 1)),
    ("too_few", both(second=lambda n, u: paper(n, u) + 4)),
    ("too_few", both(second=lambda n, u: paper(n, u) + u)),
    ("one_torch", both(second=lambda n, u: u * (n + u + 2))),
    ("other_torch", both(second=lambda n, u: torchs(n, u) + 8 * u)),
    ("swapped", both(torchs, paper)),
    ("pair", paper), ("pair", lambda n, u: "24 e 28"), ("pair", lambda n, u: (1, 2, 3)),
    ("list", lambda n, u: ([paper(n, u)] * 4, torchs(n, u))),
    ("no_return", no_numbers),
)

# 3.8: the rows


def cut(order, blocks=lambda pesos: pesos.chunk(4)):
    return lambda pesos: dict(zip(order, blocks(pesos), strict=True))


def by_slices(pesos):
    size = len(pesos) // 4
    return {name: pesos[place * size:(place + 1) * size] for place, name in enumerate("ifgo")}


def by_view(pesos):
    i, f, g, o = pesos.view(4, -1, *pesos.shape[1:])
    return {"i": i.clone(), "f": f, "o": o, "g": g}


WRONG_ROWS = (
    ("kind", lambda pesos: pesos.chunk(4)), ("kind", lambda pesos: list(pesos.chunk(4))),
    ("kind", lambda pesos: pesos),
    ("letters", cut(("i", "f", "c", "o"))), ("letters", cut("IFGO")), ("letters", lambda pesos: {}),
    ("letters", lambda pesos: {0: pesos, 1: pesos}),
    ("value", lambda pesos: dict.fromkeys("ifgo", "bloco")),
    ("columns", cut("ifgo", lambda pesos: pesos.tensor_split(4, -1))),
    ("columns", lambda pesos: dict.fromkeys("ifgo", pesos[:, :1])),
    ("rows", cut("ifgo", lambda pesos: (pesos[:2], pesos[2:4], pesos[4:6], pesos[6:8]))),
    ("rows", cut("ifgo", lambda pesos: pesos[:4])),
    ("rows", cut("ifgo", lambda pesos: (pesos[:3], pesos[3:5], pesos[5:7], pesos[7:]))),
    ("turned", cut("ifgo", lambda pesos: [block.T for block in pesos.chunk(4)])),
    ("one_dim", cut("ifgo", lambda pesos: [block[:, :] for block in pesos.chunk(4)])),
    ("strided", cut("ifgo", lambda pesos: [pesos[start::4] for start in range(4)])),
    ("same", cut("ifgo", lambda pesos: [pesos.chunk(4)[place] for place in (0, 1, 1, 3)])),
    ("same", lambda pesos: dict.fromkeys("fgio", pesos.chunk(4)[0])),
    ("course", cut("gfio")), ("alphabet", cut("fgio")), ("last_two", cut("ifog")),
    ("gates_first", cut("fiog")), ("first_two", cut("figo")), ("onnx", cut("iofg")),
    ("order", cut("ogfi")), ("order", cut("oifg")), ("order", cut("igfo")),
    ("changed", lambda pesos: dict(zip("ifgo", pesos.mul_(2).chunk(4), strict=True))),
    ("no_return", nothing),
    ("other", cut("ifgo", lambda pesos: [2 * block for block in pesos.chunk(4)])),
    ("other", cut("ifgo", lambda pesos: pesos.flip(-1).chunk(4))),
)

# 3.5: the safe


def safe(f=10.0, i=-10.0, o=-10.0):
    return {"f": f, "i": i, "o": o}


WRONG_BIASES = (
    ("kind", (10, -10, -10)), ("kind", 10.0), ("kind", "f"),
    ("letters", {}), ("letters", {"f": 10, "i": -10}), ("letters", safe() | {"g": 0.0}),
    ("letters", {"F": 10, "I": -10, "O": -10}),
    ("missing", safe(i=...)), ("missing", safe(f=..., o=...)),
    ("number", safe(f="10")), ("number", safe(i=None)), ("number", safe(o=[1, 2])),
    ("finite", safe(f=math.inf)), ("finite", safe(o=-math.inf)), ("finite", safe(i=math.nan)),
    ("gate_values", safe(1, 0, 0)), ("gate_values", safe(0, 0, 0)), ("gate_values", safe(0.99, 0.01, 0.01)),
    ("reversed", safe(-10, 10, 10)), ("reversed", safe(-1, 1, 1)),
    ("f_negative", safe(f=-10)), ("f_negative", safe(f=0)),
    ("f_low", safe(f=1)), ("f_low", safe(f=5)), ("f_low", safe(f=9.2)),
    ("i_positive", safe(i=10)), ("i_positive", safe(i=0.5)),
    ("i_high", safe(i=0)), ("i_high", safe(i=-5)), ("i_high", safe(i=-9.1)),
    ("o_positive", safe(o=10)), ("o_positive", safe(o=1)),
    ("o_high", safe(o=0)), ("o_high", safe(o=-4)),
)

# 3.6: the swapped gates

TRUTH = {"A": "io", "B": "fi", "C": "", "D": "fo"}

WRONG_PAIRS = (
    ("kind", "io"), ("kind", ["io", "fi", "", "fo"]),
    ("letters", {}), ("letters", {"A": "io"}), ("letters", TRUTH | {"E": ""}),
    ("missing", TRUTH | {"D": ...}), ("missing", TRUTH | {"A": ..., "B": ...}),
    ("unclear", TRUTH | {"A": "input"}), ("unclear", TRUTH | {"A": None}), ("unclear", TRUTH | {"A": 2}),
    ("unclear", TRUTH | {"C": "nenhum"}), ("unclear", TRUTH | {"A": [object()]}),
    ("not_gate", TRUTH | {"A": "ig"}), ("not_gate", TRUTH | {"A": "g(t) e o(t)"}),
    ("single", TRUTH | {"A": "i"}), ("single", TRUTH | {"A": "oo"}),
    ("all_three", TRUTH | {"A": "fio"}),
    ("accused", TRUTH | {"C": "fi"}), ("accused", TRUTH | {"C": {"f", "o"}}),
    ("missed", TRUTH | {"A": ""}), ("missed", TRUTH | {"B": ()}), ("missed", dict.fromkeys("ABCD", "")),
    ("f_fine", TRUTH | {"A": "fi"}), ("f_fine", TRUTH | {"A": "of"}),
    ("i_fine", TRUTH | {"D": "fi"}), ("i_fine", TRUTH | {"D": "i o"}),
    ("o_fine", TRUTH | {"B": "fo"}), ("o_fine", TRUTH | {"B": "i, o"}),
)

# 3.9: half of the gradient


def root(part, steps):
    return math.exp(math.log(part) / steps)


def logit(p):
    return math.log(p) - math.log1p(-p)


def by_bisection(parte, passos):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + math.exp(-middle))) ** passos < parte else (low, middle)
    return low


def no_bias(parte, passos):
    parte ** passos


WRONG_HALVES = (
    ("gate", root),
    ("no_root", lambda p, n: logit(p)),
    ("divided", lambda p, n: logit(p / n)),
    ("power", lambda p, n: math.log(p**n / (1 - p**n))),
    ("sign", lambda p, n: -logit(root(p, n))),
    ("log", lambda p, n: math.log(root(p, n))),
    ("linear", lambda p, n: logit(1 - (1 - p) / n)),
    ("no_log", lambda p, n: root(p, n) / (1 - root(p, n))),
    ("logistic", lambda p, n: torch.sigmoid(torch.tensor(root(p, n)))),
    ("base", lambda p, n: math.log10(root(p, n) / (1 - root(p, n)))),
    ("base", lambda p, n: math.log2(root(p, n) / (1 - root(p, n)))),
    ("off", lambda p, n: logit(root(p, n - 1))), ("off", lambda p, n: logit(root(p, n + 1))),
    ("lost", lambda p, n: logit(root(1 - p, n))),
    ("math", lambda p, n: torch.log(root(p, n))), ("math", lambda p, n: torch.sigmoid(p)),
    ("kind", lambda p, n: "5"),
    ("many", lambda p, n: [root(p, n), logit(root(p, n))]),
    ("no_return", no_bias),
    ("other", lambda p, n: 5.0), ("other", lambda p, n: logit(root(p, n)) + 1),
    ("other", lambda p, n: math.inf), ("other", lambda p, n: math.nan),
)


def count_untouched(entradas, unidades):
    ...


def rows_untouched(pesos):
    """With a docstring too."""
    ...


def half_untouched(parte, passos):
    return ...


EXERCISES = (
    Exercise("3.5", "vieses", lesson03_safe.HINTS, {"f": ..., "i": ..., "o": ...},
             (safe(30, -30, -30), safe(9.3, -9.3, -5), {"o": -8, "i": torch.tensor(-12.0), "f": 12},
              safe(1000, -1000, -1000)), WRONG_BIASES, thing="O dicionário"),
    Exercise("3.6", "trocados", lesson03_swapped.HINTS, dict.fromkeys("ABCD", ...),
             ({"A": "oi", "B": "F e I", "C": "", "D": "o, f"}, TRUTH | {"B": "f(t) ↔ i(t)", "C": []},
              {"A": {"i", "o"}, "B": ["i", "f"], "C": set(), "D": ("f", "o")}), WRONG_PAIRS,
             thing="O dicionário"),
    Exercise("3.7", "contar", lesson03_count.HINTS, count_untouched,
             (both(), asks_torch, lambda n, u: [float(paper(n, u)), torch.tensor(torchs(n, u))],
              lambda entradas, unidades: np.array([1, 1]) * paper(entradas, unidades) + [0, 4 * unidades]),
             WRONG_COUNTS),
    Exercise("3.8", "repartir", lesson03_rows.HINTS, rows_untouched,
             (by_slices, by_view, cut("ifgo", lambda pesos: pesos.split(len(pesos) // 4)),
              cut("ifgo", lambda pesos: np.split(pesos.numpy(), 4))), WRONG_ROWS),
    Exercise("3.9", "vies", lesson03_half.HINTS, half_untouched,
             (by_bisection, lambda p, n: logit(root(p, n)), lambda p, n: -math.log(p ** (-1 / n) - 1),
              lambda p, n: torch.logit(torch.tensor(p, dtype=torch.float64) ** (1 / n))), WRONG_HALVES),
)
