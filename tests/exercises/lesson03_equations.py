"""Right and wrong answers to the exercises of lesson 03 about the cell's equations: 3.1 to 3.4."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import linear

from helpers.exercises import lesson03_memory, lesson03_output, lesson03_step_hints, lesson03_update
from tests.exercises.exercise import Exercise, nothing

sig, tanh = torch.sigmoid, torch.tanh

# 3.1: three steps by hand; what each slip gives was worked out on paper

WRONG_MEMORIES = (
    ("kind", "1.6"), ("kind", 1.6), ("kind", {1.6, 1.2, 0.3}), ("kind", [[1.6], [1.2], [0.3]]),
    ("missing", [1.6, ..., ...]), ("missing", [1.6, 1.2, ...]),
    ("comma", [1, 6, 1, 2, 0, 3]), ("comma", [1, 6, 1, 2, 0.3]),
    ("count", [1.6, 1.2]), ("count", [2, 1.6, 1.2, 0.3]),
    ("erase", [1.6, -0.4, -0.3]),
    ("swapped", [2.3, 0.35, 0.225]),
    ("no_i", [1.6, 0.8, 1.1]),
    ("no_f", [2.6, 2.2, 2.2]),
    ("coupled", [1.3, 1.3, 1.0]),
    ("inside", [1.3, 0.9, 0.225]),
    ("minus", [0.4, 0.8, 0.2]),
    ("sign", [1.6, 2.0, 0.5]),
    ("only_kept", [1, 1, 0.25]),
    ("only_added", [0.6, -0.4, 0]),
    ("tanh", [0.92, 0.48, 0.12]),
    ("restart", [1.6, 1.6, 0.5]),
    ("output", [0.92, 0.83, 0.29]),
    ("shifted", [2, 1.6, 1.2]),
    ("step", [1.6, 1.2, 1.2]), ("step", [1.6, 0, 0]), ("step", [-1.6, 1.2, 0.3]), ("step", [1.6, 1.2, 30]),
)

# 3.2 and 3.3: what no product of elements can be




def by_elements(c, f, i, g):
    numbers = [a * b + d * e for a, b, d, e in zip(*(part.flatten() for part in (c, f, i, g)), strict=True)]
    return torch.stack(numbers).view_as(c)


WRONG_UPDATES = (
    ("erase", lambda c, f, i, g: (1 - f) * c + i * g),
    ("swapped", lambda c, f, i, g: i * c + f * g),
    ("no_i", lambda c, f, i, g: c * f + g),
    ("no_f", lambda c, f, i, g: c + i * g),
    ("coupled", lambda c, f, i, g: f * c + (1 - f) * g),
    ("coupled", lambda c, f, i, g: torch.lerp(c, g, i)),
    ("inside", lambda c, f, i, g: f * (c + i * g)),
    ("both_gates", lambda c, f, i, g: (f + i) * (c + g)),
    ("both_gates", lambda c, f, i, g: f * i * (c + g)),
    ("minus", lambda c, f, i, g: f * c - i * g),
    ("product", lambda c, f, i, g: f * c * i * g),
    ("sums", lambda c, f, i, g: c + f + i + g),
    ("sums", lambda c, f, i, g: (f + c) * (i + g)),
    ("only_kept", lambda c, f, i, g: f * c),
    ("only_added", lambda c, f, i, g: i * g),
    ("no_g", lambda c, f, i, g: (f + i) * c),
    ("no_g", lambda c, f, i, g: f * c + i),
    ("tanh", lambda c, f, i, g: tanh(f * c + i * g)),
    ("tanh", lambda c, f, i, g: f * tanh(c) + i * g),
    ("again", lambda c, f, i, g: sig(f) * c + sig(i) * g),
    ("again", lambda c, f, i, g: f * c + i * tanh(g)),
    ("again", lambda c, f, i, g: sig(f) * c + sig(i) * tanh(g)),
    ("matmul", lambda c, f, i, g: f @ c + i * g),
    ("matmul", lambda c, f, i, g: torch.mm(f, c) + torch.mm(i, g)),
    ("matmul", lambda c, f, i, g: f * c + torch.dot(i, g) if c.dim() < 2 and len(c) == 1 else f[:2] @ c[:1]),
    ("collapsed", lambda c, f, i, g: f @ c + i @ g),
    ("collapsed", lambda c, f, i, g: (f * c + i * g).sum()),
    ("collapsed", lambda c, f, i, g: (f * c + i * g).mean().item()),
    ("shape", lambda c, f, i, g: torch.stack((f * c, i * g))),
    ("shape", lambda c, f, i, g: torch.cat((f * c, i * g))),
    ("shape", lambda c, f, i, g: (f * c + i * g, c)),
    ("kind", lambda c, f, i, g: "c"),
    ("changed", lambda c, f, i, g: c.mul_(f).add_(i * g)),
    ("no_return", nothing),
    ("other", lambda c, f, i, g: f * c + i * g + 1),
    ("other", lambda c, f, i, g: 2.6 * torch.ones_like(c)),
)
WRONG_OUTPUTS = (
    ("inside", lambda o, c: tanh(o * c)),
    ("no_tanh", lambda o, c: o * c),
    ("sigmoid", lambda o, c: o * sig(c)),
    ("sigmoid", lambda o, c: sig(o * c)),
    ("no_gate", lambda o, c: tanh(c)),
    ("reversed", lambda o, c: (1 - o) * tanh(c)),
    ("roles", lambda o, c: tanh(o) * c),
    ("again", lambda o, c: sig(o) * tanh(c)),
    ("both", lambda o, c: tanh(o) * tanh(c)),
    ("twice", lambda o, c: tanh(o * tanh(c))),
    ("twice", lambda o, c: o * tanh(tanh(c))),
    ("plus", lambda o, c: o + tanh(c)),
    ("clamp", lambda o, c: o * nn.functional.hardtanh(c)),
    ("relu", lambda o, c: o * torch.relu(c)),
    ("tan", lambda o, c: o * torch.tan(c)),
    ("matmul", lambda o, c: o @ tanh(c) + 0 * c),
    ("collapsed", lambda o, c: o @ tanh(c)),
    ("shape", lambda o, c: (o * tanh(c), c)),
    ("kind", lambda o, c: {"h": o}),
    ("changed", lambda o, c: o * c.tanh_()),
    ("no_return", nothing),
    ("other", lambda o, c: o * tanh(2 * c)),
    ("other", lambda o, c: c / c * 0.241),
)

# 3.4: one step, as text: each line may be exchanged

LINES = {"g": 'g = torch.tanh(x @ W["g"].T + h @ U["g"].T + b["g"])',
         **{n: f'{n} = torch.sigmoid(x @ W["{n}"].T + h @ U["{n}"].T + b["{n}"])' for n in "fio"},
         "c": "c1 = f * c + i * g", "h": "h1 = o * torch.tanh(c1)", "end": "return h1, c1"}


def steps(every=lambda line: line, **lines):
    """The solution with some lines written otherwise, or with a change in each line of a layer."""
    body = LINES | {name: every(LINES[name]) for name in "gfio"} | lines
    text, space = "\n".join(f"    {line or 'pass'}" for line in body.values()), {"torch": torch}
    exec(f"def passo(x, h, c, W, U, b):\n{text}", space)
    return space["passo"]


def swap(one, other):
    """Each line of a layer with one piece in another's place."""
    return steps(every=lambda line: line.replace(one, other))


def stacked(x, h, c, W, U, b):
    z = torch.cat([linear(x, W[n], b[n]) + linear(h, U[n]) for n in "ifog"], -1)
    i, f, o = sig(z[:, :-c.shape[1]]).chunk(3, -1)
    c = torch.addcmul(f * c, i, tanh(z[:, -c.shape[1]:]))
    return torch.stack((o * tanh(c), c))


def by_torch(x, h, c, W, U, b):
    with torch.random.fork_rng([]):
        cell = nn.LSTMCell(x.shape[1], h.shape[1], bias=False)
    cell.weight_ih = nn.Parameter(torch.cat([torch.cat((W[n], b[n][:, None]), 1) for n in "ifgo"]))
    cell.weight_hh = nn.Parameter(torch.cat([U[n] for n in "ifgo"]))
    return cell(torch.cat((x, torch.ones(len(x), 1)), 1), (h, c))


def in_numpy(x, h, c, W, U, b):
    z = {n: x.numpy() @ W[n].numpy().T + h.numpy() @ U[n].numpy().T + b[n].numpy() for n in W}
    f, i, o = (1 / (1 + np.exp(-z[n])) for n in "fio")
    c = f * c.numpy() + i * np.tanh(z["g"])
    return [o * np.tanh(c), c]


WRONG_STEPS = (
    ("shapes", swap("].T + h", "] + h")),
    ("shapes", steps(g='g = torch.tanh(W["g"] @ x + U["g"] @ h + b["g"])')),
    ("shapes", steps(g='g = torch.tanh(x * W["g"])')),
    ("whole_dict", steps(g="g = torch.tanh(x @ W.T + h @ U.T + b)".replace(".T", ""))),
    ("whole_dict", steps(g='g = torch.nn.functional.linear(x, W, b["g"])')),
    ("letter", steps(g='g = torch.tanh(x @ W["c"].T)')), ("letter", steps(g='g = torch.tanh(x @ W["G"].T)')),
    ("pair", steps(end="return c1")), ("pair", steps(end='return h1, "c"')),
    ("pair", steps(end="return h1, c1, o")),
    ("shape", steps(end="return h1.sum(), c1")), ("shape", steps(end="return h1.T, c1")),
    ("shape", steps(end="return h1, c1[0]")),
    ("order", steps(end="return c1, h1")),
    ("old_c", steps(h="h1 = o * torch.tanh(c)")),
    *((key, swap(one, other)) for key, one, other in (
        ("no_U", "h @", "0 * h @"), ("no_W", "x @", "0 * x @"), ("turned", '].T + b', '] + b'),
        ("c_for_h", "h @", "c @"), ("main_logistic", "torch.tanh", "torch.sigmoid"),
        ("gates_tanh", "sigmoid", "tanh"))),
    ("no_b", steps(every=lambda line: line[:line.index(" + b[")] + ")")),
    *(("one_layer", steps(every=lambda line, one=one: line[:line.index("x @")] + LINES[one][LINES[one].index(
        "x @"):])) for one in "gfio"),
    ("crossed", steps(every=lambda line: line.replace("tanh", "?").replace("sigmoid", "tanh").replace(
        "?", "sigmoid"))),
    ("raw", steps(g=LINES["g"].replace("torch.tanh", ""))),
    ("raw", swap("torch.sigmoid", "")),
    ("raw", steps(every=lambda line: line.replace("torch.sigmoid", "").replace("torch.tanh", ""))),
    ("swapped", steps(c="c1 = i * c + f * g")),
    ("swapped_o", steps(c="c1 = f * c + o * g", h="h1 = i * torch.tanh(c1)")),
    ("swapped_o", steps(c="c1 = o * c + i * g", h="h1 = f * torch.tanh(c1)")),
    ("erase", steps(c="c1 = (1 - f) * c + i * g")), ("no_i", steps(c="c1 = f * c + g")),
    ("no_f", steps(c="c1 = c + i * g")), ("coupled", steps(c="c1 = f * c + (1 - f) * g")),
    ("inside", steps(c="c1 = f * (c + i * g)")), ("h_for_c", steps(c="c1 = f * h + i * g")),
    ("squashed_c", steps(c="c1 = torch.tanh(f * c + i * g)", h="h1 = o * c1")),
    ("squashed_c", steps(c="c1 = torch.tanh(f * c + i * g)")),
    ("no_tanh", steps(h="h1 = o * c1")), ("inside_tanh", steps(h="h1 = torch.tanh(o * c1)")),
    ("no_o", steps(h="h1 = torch.tanh(c1)")), ("logistic_out", steps(h="h1 = o * torch.sigmoid(c1)")),
    ("changed", steps(end="c.zero_(); return h1, c1")),
    ("changed", steps(end='W["g"].zero_(); return h1, c1')),
    ("changed", steps(end='b["g"] = 0; return h1, c1')), ("changed", steps(end='U.clear(); return h1, c1')),
    ("no_return", steps(end="")),
    ("other", steps(end="return h1, 2 * c1")), ("other", steps(end="return h, c")),
    ("other", steps(h="h1 = o * torch.tanh(c1) + 1")), ("other", steps(end="return h1 * float('nan'), c1")),
)


def update_untouched(c, f, i, g):
    ...


def output_untouched(o, c):
    """With a docstring too."""
    ...


def step_untouched(x, h, c, W, U, b):
    ...


EXERCISES = (
    Exercise("3.1", "memoria", lesson03_memory.HINTS, [..., ..., ...],
             ((1.6, 1.2, 0.3), torch.tensor([1.6, 1.2, 0.3]), [1.6, 1.2, torch.tensor(0.3)],
              [1.5999999, 1.204, 0.3]), WRONG_MEMORIES, thing="A lista"),
    Exercise("3.2", "atualizar", lesson03_update.HINTS, update_untouched,
             (by_elements, lambda c, f, i, g: torch.addcmul(f * c, i, g),
              lambda c, f, i, g: torch.stack((f * c, i * g)).sum(0),
              lambda c, f, i, g: c.numpy() * f.numpy() + g.numpy() * i.numpy()), WRONG_UPDATES),
    Exercise("3.3", "mostrar", lesson03_output.HINTS, output_untouched,
             (lambda o, c: c.tanh().mul(o), lambda o, c: o * (2 * sig(2 * c) - 1),
              lambda o, c: o.numpy() * np.tanh(c.numpy())), WRONG_OUTPUTS),
    Exercise("3.4", "passo", lesson03_step_hints.HINTS, step_untouched,
             (steps(), stacked, by_torch, in_numpy), WRONG_STEPS),
)
