"""Right and wrong answers to the exercises of lesson 02 about the networks and their step: 2.1 to 2.4."""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.functional import relu, softplus

from helpers.exercises import (
    lesson02_forward_hints,
    lesson02_norms,
    lesson02_sides,
    lesson02_step,
)
from tests.exercises.exercise import Exercise
from tests.exercises.lesson01_turns import WRONG_TURNS_D, freezes_the_other, right, turn, without_tape

# 2.1: the sides


def conv(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def transposed(n, k, s, p):
    return (n - 1) * s - 2 * p + k


def both(first=conv, second=transposed):
    return lambda n, k, s, p: (first(n, k, s, p), second(n, k, s, p))


def by_torch(n, k, s, p):
    image = torch.zeros(1, 1, n, n)
    return (nn.Conv2d(1, 1, k, s, p)(image).shape[2],
            nn.ConvTranspose2d(1, 1, k, s, p)(image).shape[2])


def by_counting(n, k, s, p):
    places = [start for start in range(-p, n + p) if (start + p) % s == 0 and start + k <= n + p]
    painted = {stamp * s + pixel for stamp in range(n) for pixel in range(k)}
    return len(places), max(painted) + 1 - 2 * p


def no_numbers(n, k, s, p):
    n + k


WRONG_SIDES = (
    ("fraction", both(lambda n, k, s, p: (n + 2 * p - k) / s + 1)),
    ("up", both(lambda n, k, s, p: math.ceil((n + 2 * p - k) / s) + 1)),
    ("up", both(lambda n, k, s, p: round((n + 2 * p - k) / s) + 1)),
    ("no_one", both(lambda n, k, s, p: (n + 2 * p - k) // s)),
    ("no_one", both(lambda n, k, s, p: (n + 2 * p - k + 1) // s)),
    ("precedence", both(lambda n, k, s, p: n + 2 * p - k // s + 1)),
    ("margin", both(lambda n, k, s, p: (n + p - k) // s + 1)),
    ("margin", both(lambda n, k, s, p: (n - k) // s + 1)),
    ("margin", both(lambda n, k, s, p: (n - 2 * p - k) // s + 1)),
    ("thumb", both(lambda n, k, s, p: n // s, lambda n, k, s, p: n * s)),
    ("thumb", both(lambda n, k, s, p: n / s)),
    ("other_conv", both(lambda n, k, s, p: n)),
    ("all_gaps", both(second=lambda n, k, s, p: n * s - 2 * p + k)),
    ("no_kernel", both(second=lambda n, k, s, p: (n - 1) * s - 2 * p)),
    ("no_kernel", both(second=lambda n, k, s, p: (n - 1) * s - 2 * p + 1)),
    ("one_less", both(second=lambda n, k, s, p: (n - 1) * s - 2 * p + k - 1)),
    ("crop", both(second=lambda n, k, s, p: (n - 1) * s + 2 * p + k)),
    ("crop", both(second=lambda n, k, s, p: (n - 1) * s + k)),
    ("crop", both(second=lambda n, k, s, p: (n - 1) * s - p + k)),
    ("same", both(second=conv)),
    ("thumb_up", both(second=lambda n, k, s, p: n * s)),
    ("other_transposed", both(second=lambda n, k, s, p: n * s + k)),
    ("swapped", both(transposed, conv)),
    ("pair", conv),
    ("pair", lambda n, k, s, p: "14 e 28"),
    ("list", lambda n, k, s, p: ([conv(n, k, s, p)] * 2, transposed(n, k, s, p))),
    ("no_return", no_numbers),
)

# 2.2: the forward pass, as text: each line may be exchanged

LINES = {"start": "x = linear(z)", "view": "x = x.view(-1, 64, 7, 7)", "one": "x = torch.relu(bn1(x))",
         "up": "x = sobe1(x)", "two": "x = torch.relu(bn2(x))", "upper": "x = sobe2(x)",
         "end": "return torch.tanh(x)"}


def draws(**lines):
    """The solution with some lines written otherwise; '' leaves one out."""
    body = "\n".join(f"    {line or 'pass'}" for line in (LINES | lines).values())
    space = {"torch": torch, "F": F}
    exec(f"def gerar(z, linear, bn1, sobe1, bn2, sobe2):\n{body}", space)
    return space["gerar"]


def nested(z, linear, bn1, sobe1, bn2, sobe2):
    return sobe2(relu(bn2(sobe1(relu(bn1(linear(z).unflatten(1, (64, 7, 7)))))))).tanh()


def one_by_one(z, linear, bn1, sobe1, bn2, sobe2):
    x = torch.stack([row.reshape(64, 7, 7) for row in linear(z)])
    return torch.tanh(sobe2(bn2(sobe1(bn1(x).clamp(min=0))).relu()))


def two_sigmoids(z, *layers):
    return 2 * torch.sigmoid(2 * torch.atanh(nested(z, *layers))) - 1


WRONG_FORWARDS = (
    ("no_view", draws(view="")),
    ("no_view", draws(view="x = x.view(-1, 3136)")),
    ("order", draws(view="x = x.view(-1, 7, 7, 64)")),
    ("folded", draws(view="x = x.view(64, -1, 7, 7)")),
    ("folded", draws(view="x = x.view(1, -1, 7, 7)")),
    ("folded", draws(view="x = x.view(2, -1, 7, 7)")),
    ("early", draws(one="x = torch.relu(bn1(sobe1(x)))", up="")),
    ("early", draws(up="", upper="x = sobe2(sobe1(x))")),
    ("early", draws(one="x = torch.relu(bn2(x))")),
    ("stage", draws(view="x = x.view(-1, 64, 49)")),
    ("stage", draws(view="x = x.view(-1, 49, 8, 8)")),
    ("stage", draws(start="x = linear(z.T)")),
    ("cannot_fill", draws(view="x = x.view(1, 64, 7, 7)")),
    ("cannot_fill", draws(view="x = x.view(-1, 64, 28, 28)")),
    ("no_norm", draws(one="x = torch.relu(x)")),
    ("no_norm", draws(two="x = torch.relu(x)")),
    ("unused", draws(upper="x = F.interpolate(x[:, :1], scale_factor=2)")),
    ("twice", draws(one="x = torch.relu(bn1(bn1(x)))")),
    ("not_tensor", draws(end="return torch.tanh(x).tolist()")),
    ("final", draws(end="return torch.tanh(x).flatten(1)")),
    ("final", draws(end="return torch.tanh(x).squeeze(1)")),
    ("final", draws(end="return torch.tanh(x)[:1]")),
    ("permuted", draws(view="x = x.view(-1, 7, 7, 64).permute(0, 3, 1, 2)")),
    ("mixed", draws(view="x = x.view(64, -1, 7, 7).transpose(0, 1)")),
    ("mixed", draws(end="return torch.tanh(x / x.abs().max())")),
    ("mixed", draws(end="return torch.tanh(x - x.mean(0))")),
    ("no_tanh", draws(end="return x")),
    ("clamp", draws(end="return x.clamp(-1, 1)")),
    ("sigmoid", draws(end="return torch.sigmoid(x)")),
    ("relu_last", draws(end="return torch.tanh(torch.relu(x))")),
    ("relu_last", draws(end="return torch.relu(torch.tanh(x))")),
    ("relu_last", draws(end="return torch.relu(x)")),
    ("no_relu", draws(one="x = bn1(x)")),
    ("no_relu", draws(two="x = bn2(x)")),
    ("no_relu", draws(one="x = bn1(x)", two="x = bn2(x)")),
    ("relu_first", draws(one="x = bn1(torch.relu(x))")),
    ("relu_first", draws(one="x = bn1(torch.relu(x))", two="x = bn2(torch.relu(x))")),
    ("activation", draws(one="x = F.leaky_relu(bn1(x), 0.2)", two="x = F.leaky_relu(bn2(x), 0.2)")),
    ("activation", draws(one="x = torch.tanh(bn1(x))", two="x = torch.tanh(bn2(x))")),
    ("activation", draws(two="x = torch.sigmoid(bn2(x))")),
    ("mode", draws(one="bn1.eval(); x = torch.relu(bn1(x))")),
    ("no_path", draws(end="return torch.tanh(x).detach()")),
    ("no_path", draws(start="x = linear(z).data", one="x = torch.relu(bn1(x)).data",
                      end="return torch.tanh(x).data")),
    ("changed", draws(end="z.mul_(2); return torch.tanh(x)")),
    ("no_return", draws(end="")),
    ("other", draws(end="return torch.tanh(x) * 0.9")),
    ("other", draws(end="return torch.tanh(x).flip(-1)")),
)

# 2.3: D's step, with what lesson 01 knows to go wrong


def labels(real, fake, true=1.0):
    return (F.binary_cross_entropy_with_logits(real, torch.full_like(real, true))
            + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake)))


def in_one_batch(G, D, opt, real, z):
    opt.zero_grad()
    logits = D(torch.cat((real, G(z).detach())))
    right(logits[:len(real)], logits[len(real):]).backward()
    opt.step()


def with_input(change, noise=lambda z: z, made=lambda fake: fake):
    """D's step in which something is done first to the batches."""
    def step(G, D, opt, real, z):
        opt.zero_grad()
        right(D(change(real)), D(made(G(noise(z))).detach())).backward()
        opt.step()
    return step


def at_rest(G, D, opt, real, z):
    G.eval()
    turn("D", right)(G, D, opt, real, z)
    G.train()


def without_G(G, D, opt, real, z):
    opt.zero_grad()
    right(D(real), D(torch.zeros_like(real))).backward()
    opt.step()


WRONG_STEPS = (
    *WRONG_TURNS_D,
    ("smooth", turn("D", lambda r, g: labels(r, g, 0.9))),
    ("other", turn("D", lambda r, g: g.mean() - r.mean())),
    ("noise", with_input(lambda real: real, torch.zeros_like)),
    ("noise", with_input(lambda real: real, lambda z: z[:4])),
    ("no_G", without_G),
    ("at_rest", at_rest),
    ("refused_input", with_input(lambda real: real.flatten(1))),
    ("refused_input", with_input(lambda real: real, lambda z: z.unsqueeze(1))),
    ("detach", turn("D", labels, cut=False)),
)

# 2.4: the norms that are too many

WRONG_NORMS = (
    ("kind", "G8, D1, D8"), ("kind", 8), ("kind", {8, 1}), ("kind", lambda: {"G8", "D1", "D8"}),
    ("kind", {"G8": 1}),
    ("unknown", {"G8", "D1", "D9"}), ("unknown", {"BatchNorm2d"}), ("unknown", {"8", "1"}),
    ("empty", set()), ("empty", []),
    ("not_norm", {"G8", "D1", "D7"}), ("not_norm", {"G9"}), ("not_norm", {"G7", "D0", "D7"}),
    ("all", {"G2", "G5", "G8", "D1", "D4", "D8"}),
    ("opposite", {"G2", "G5", "D4"}),
    ("middle_G", {"G5", "D1", "D8"}), ("middle_G", {"G2", "G5", "G8"}),
    ("middle_D", {"G8", "D1", "D4"}), ("middle_D", {"D4"}),
    ("missing_G8", {"D1", "D8"}), ("missing_G8", {"D1"}),
    ("missing_D1", {"G8", "D8"}), ("missing_D1", {"G8"}),
    ("missing_D8", {"G8", "D1"}),
)


def sides_untouched(n, k, s, p):
    ...


def forward_untouched(z, linear, bn1, sobe1, bn2, sobe2):
    """With a docstring too."""
    ...


def step_untouched(G, D, otimizador_D, reais, z):
    ...


EXERCISES = (
    Exercise("2.1", "lados", lesson02_sides.HINTS, sides_untouched, (
        both(), by_torch, by_counting,
        lambda n, k, s, p: [float(conv(n, k, s, p)), torch.tensor(transposed(n, k, s, p))]), WRONG_SIDES),
    Exercise("2.2", "gerar", lesson02_forward_hints.HINTS, forward_untouched,
             (draws(), nested, one_by_one, two_sigmoids), WRONG_FORWARDS),
    Exercise("2.3", "passo_de_D", lesson02_step.HINTS, step_untouched,
             (turn("D", labels), without_tape, in_one_batch,
              turn("D", lambda r, g: softplus(-r).mean() + softplus(g).mean()),
              freezes_the_other("D", right, again=True)), WRONG_STEPS),
    Exercise("2.4", "sobram", lesson02_norms.HINTS, {...},
             (["G8", "D1", "D8"], {"g8", "d1", "d8"}, (" G8", "D1 ", "D8"), frozenset({"G8", "D1", "D8"})),
             WRONG_NORMS, thing="O conjunto"),
)
