"""Right and wrong answers to the exercises of lesson 01 about theory and measures: 1.4 to 1.7."""

import math

import torch
from torch.nn import functional as F
from torch.nn.functional import softplus

from helpers.exercises import lesson01_divergence, lesson01_modes, lesson01_optimal, lesson01_weights
from tests.exercises.exercise import Exercise, nothing

# 1.4: the best discriminator


def best(p, q):
    return torch.where(p + q > 0, p / (p + q), 0.5)


def in_place(p, q):
    p /= p + q
    return p.nan_to_num(0.5)


def masked(p, q):
    out = torch.full_like(p, 0.5)
    some = p + q != 0
    out[some] = p[some] / (p[some] + q[some])
    return out


def point_by_point(p, q):
    values = [a / (a + b) if a + b else 0.5 for a, b in zip(p.flatten().tolist(), q.flatten().tolist(),
                                                            strict=True)]
    return torch.tensor(values).reshape(p.shape)


def asks_a_tensor(p, q):
    if p + q == 0:
        return 0.5
    return p / (p + q)


WRONG_OPTIMAL = (
    ("swapped", lambda p, q: (q / (p + q)).nan_to_num(0.5)),
    ("ratio", lambda p, q: p / q),
    ("only_p", lambda p, q: p),
    ("double", lambda p, q: p / ((p + q) / 2)),
    ("mixture", lambda p, q: (p + q) / 2),
    ("logit", lambda p, q: torch.log(p / q)),
    ("logit", lambda p, q: torch.log(p)),
    ("difference", lambda p, q: p - q),
    ("difference", lambda p, q: (p - q) / (p + q)),
    ("hard", lambda p, q: (p > q).float()),
    ("softmax", lambda p, q: torch.softmax(torch.stack((p, q)), 0)[0]),
    ("double_sigmoid", lambda p, q: torch.sigmoid(best(p, q))),
    ("normalised", lambda p, q: p / (p + q).sum()),
    ("normalised", lambda p, q: p / p.sum()),
    ("normalised", lambda p, q: best(p / p.sum(), q / q.sum())),
    ("normalised", lambda p, q: best(p, q) / best(p, q).max()),
    ("normalised", lambda p, q: torch.softmax(p - q, 0)),
    ("epsilon", lambda p, q: p / (p + q + 1e-8)),
    ("epsilon", lambda p, q: (p + 1e-12) / (p + q + 2e-12)),
    ("epsilon", lambda p, q: p / torch.clamp(p + q, min=1e-6)),
    ("one_zero", lambda p, q: torch.where(p * q > 0, p / (p + q), 0.5)),
    ("nan", lambda p, q: p / (p + q)),
    ("zero", lambda p, q: (p / (p + q)).nan_to_num()),
    ("zero", lambda p, q: torch.where(p + q > 0, p / (p + q), 1.0)),
    ("if", asks_a_tensor),
    ("not_tensor", lambda p, q: best(p, q).tolist()),
    ("not_tensor", lambda p, q: 0.75),
    ("shape", lambda p, q: best(p, q).mean()),
    ("changed", in_place),
    ("no_return", nothing),
    ("other", lambda p, q: p**2 / (p**2 + q**2)),
    ("other", lambda p, q: best(p, q).clamp(0.2, 0.8)),
)

# 1.5: the divergence


def kl(a, b):
    return torch.where(a > 0, a * (a / b).log(), 0.0).sum()


def js(p, q, base=math.e):
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2 / math.log(base)


def with_a_loop(p, q):
    total = 0
    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        m = (a + b) / 2
        total += (a * math.log(a / m) if a else 0) / 2 + (b * math.log(b / m) if b else 0) / 2
    return total


def entropies(p, q):
    def entropy(a):
        return torch.special.entr(a).sum()
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def stops_at_zero(p, q):
    pairs = list(zip(p.tolist(), q.tolist(), strict=True))
    return sum((a * math.log(2 * a / (a + b)) + b * math.log(2 * b / (a + b))) / 2 for a, b in pairs)


def bare(p, q):
    m = (p + q) / 2
    return ((p * (p / m).log()).sum() + (q * (q / m).log()).sum()) / 2


def torch_turned(p, q):
    m = (p + q) / 2
    return (F.kl_div(p.log(), m, reduction="sum") + F.kl_div(q.log(), m, reduction="sum")) / 2


WRONG_DIVERGENCE = (
    ("kl", kl),
    ("kl_back", lambda p, q: kl(q, p)),
    ("kl_back", lambda p, q: F.kl_div(p.log(), q, reduction="sum")),
    ("no_mixture", lambda p, q: kl(p, q) + kl(q, p)),
    ("no_mixture", lambda p, q: (kl(p, q) + kl(q, p)) / 2),
    ("one_side", lambda p, q: kl(p, (p + q) / 2)),
    ("one_side", lambda p, q: kl(q, (p + q) / 2) / 2),
    ("bits", lambda p, q: js(p, q, base=2)),
    ("double", lambda p, q: kl(p, (p + q) / 2) + kl(q, (p + q) / 2)),
    ("mixture", lambda p, q: (kl(p, p + q) + kl(q, p + q)) / 2),
    ("mixture", lambda p, q: kl(p, p + q) + kl(q, p + q)),
    ("negative", lambda p, q: -js(p, q)),
    ("mean", lambda p, q: js(p, q) / p.numel()),
    ("root", lambda p, q: js(p, q) ** 0.5),
    ("least", lambda p, q: 2 * math.log(2) - 2 * js(p, q)),
    ("turned", torch_turned),
    ("variation", lambda p, q: (p - q).abs().sum()),
    ("variation", lambda p, q: (p - q).abs().sum() / 2),
    ("zeros", bare),
    ("zeros", stops_at_zero),
    ("many", lambda p, q: p * (2 * p / (p + q)).log()),
    ("kind", lambda p, q: "0,193"),
    ("changed", lambda p, q: js(p.mul_(1.5), q)),
    ("no_return", nothing),
    ("other", lambda p, q: kl(p, q) / 3),
    ("other", lambda p, q: js(p[:2], q[:2])),
)

# 1.6: the weights


def both(a):
    return torch.sigmoid(a), torch.sigmoid(-a)


def with_autograd(a, reduce=torch.sum):
    a = a.clone().requires_grad_()
    saturating, = torch.autograd.grad(reduce(-softplus(a)), a)
    other, = torch.autograd.grad(reduce(softplus(-a)), a)
    return -saturating, -other


def slope(a):
    return torch.sigmoid(a) * (1 - torch.sigmoid(a))


WRONG_WEIGHTS = (
    ("swapped", lambda a: both(a)[::-1]),
    ("signs", lambda a: (-torch.sigmoid(a), -torch.sigmoid(-a))),
    ("signs", lambda a: (torch.sigmoid(a), torch.sigmoid(a) - 1)),
    ("signs", lambda a: (-torch.sigmoid(a), 1 - torch.sigmoid(a))),
    ("same", lambda a: (torch.sigmoid(a), torch.sigmoid(a))),
    ("same", lambda a: (torch.sigmoid(-a), torch.sigmoid(-a))),
    ("slope", lambda a: (slope(a), slope(a))),
    ("slope", lambda a: (slope(a), torch.sigmoid(-a))),
    ("slope", lambda a: (torch.sigmoid(a), slope(a))),
    ("losses", lambda a: (-softplus(a), softplus(-a))),
    ("losses", lambda a: (softplus(a), softplus(-a))),
    ("probability", lambda a: (1 / (1 - torch.sigmoid(a)), 1 / torch.sigmoid(a))),
    ("probability", lambda a: (-1 / (1 - torch.sigmoid(a)), -1 / torch.sigmoid(a))),
    ("divided", lambda a: with_autograd(a, torch.mean)),
    ("overflow", lambda a: (a.exp() / (1 + a.exp()), 1 / (1 + a.exp()))),
    ("overflow", lambda a: (torch.sigmoid(a), torch.sigmoid(a) * (-a).exp())),
    ("rounded", lambda a: (torch.sigmoid(a), 1 - torch.sigmoid(a))),
    ("rounded", lambda a: (1 - torch.sigmoid(-a), torch.sigmoid(-a))),
    ("pair", torch.sigmoid),
    ("pair", lambda a: 0.5),
    ("pair", lambda a: (*both(a), a)),
    ("pair", lambda a: {"saturante": 1.0, "outra": 0.0}),
    ("shape", lambda a: (both(a)[0].mean(), both(a)[1].mean())),
    ("shape", lambda a: (both(a)[0], both(a)[1].mean())),
    ("changed", lambda a: both(a.mul_(2))),
    ("no_return", nothing),
    ("other", lambda a: (a.abs(), -a)),
    ("other", lambda a: both(a.clamp(max=0))),
)

# 1.7: the modes


def near(samples, modes, sigma):
    return torch.cdist(samples, modes) <= 3 * sigma


def measured(samples, modes, sigma, p=2.0, power=1, reach=3.0):
    good = torch.cdist(samples, modes, p=p) ** power <= reach * sigma
    return good.any(0).sum(), good.any(1).float().mean()


def one_by_one(samples, modes, sigma):
    covered, good = set(), 0
    for sample in samples.tolist():
        distances = [math.dist(sample, mode) for mode in modes.tolist()]
        if min(distances) <= 3 * sigma:
            covered.add(distances.index(min(distances)))
            good += 1
    return len(covered), good / len(samples)


def broadcast(samples, modes, sigma):
    distance, nearest = (samples[:, None] - modes).norm(dim=-1).min(1)
    good = distance <= 3 * sigma
    return len(nearest[good].unique()), good.sum() / len(samples)


def nearest_only(samples, modes, sigma):
    distance, nearest = torch.cdist(samples, modes).min(1)
    return len(nearest.unique()), (distance <= 3 * sigma).float().mean()


def averages(samples, modes, sigma):
    distance, nearest = torch.cdist(samples, modes).min(1)
    means = [samples[nearest == place].mean(0) for place in range(len(modes))]
    held = sum(bool((mean - mode).norm() <= 3 * sigma) for mean, mode in zip(means, modes, strict=True))
    return held, (distance <= 3 * sigma).float().mean()


def as_in_the_lesson(samples, modes, sigma):
    distance, nearest = torch.cdist(samples, modes).min(1)
    good = distance < 3 * sigma
    return (torch.bincount(nearest[good], minlength=8) > 10).sum(), good.float().mean()


def divides_by_the_good(samples, modes, sigma):
    held, share = measured(samples, modes, sigma)
    return held, share * len(samples) / near(samples, modes, sigma).sum() * share


def needs_a_good_one(samples, modes, sigma):
    near(samples, modes, sigma).nonzero()[0]
    return measured(samples, modes, sigma)


WRONG_MODES = (
    ("nearest", nearest_only),
    ("nearest", lambda a, m, s: (nearest_only(a, m, s)[0], 1.0)),
    ("one_sigma", lambda a, m, s: measured(a, m, s, reach=1.0)),
    ("squared", lambda a, m, s: measured(a, m, s, power=2)),
    ("variance", lambda a, m, s: measured(a, m, s**2)),
    ("box", lambda a, m, s: measured(a, m, s, p=math.inf)),
    ("box", lambda a, m, s: measured(a, m, s, p=1.0)),
    ("ten", as_in_the_lesson),
    ("average", averages),
    ("samples", lambda a, m, s: (near(a, m, s).any(1).sum(), near(a, m, s).any(1).float().mean())),
    ("percent", lambda a, m, s: (measured(a, m, s)[0], 100 * measured(a, m, s)[1])),
    ("count", lambda a, m, s: (near(a, m, s).any(0).sum(), near(a, m, s).any(1).sum())),
    ("outside", lambda a, m, s: (measured(a, m, s)[0], 1 - measured(a, m, s)[1])),
    ("modes_share", lambda a, m, s: (measured(a, m, s)[0], near(a, m, s).any(0).float().mean())),
    ("modes_share", lambda a, m, s: (near(a, m, s).any(0).float().mean(), measured(a, m, s)[1])),
    ("pairs", lambda a, m, s: (measured(a, m, s)[0], near(a, m, s).float().mean())),
    ("swapped", lambda a, m, s: measured(a, m, s)[::-1]),
    ("bool", lambda a, m, s: (near(a, m, s).any(0).sum(), near(a, m, s).any(1).mean())),
    ("pair", lambda a, m, s: measured(a, m, s)[0]),
    ("pair", lambda a, m, s: "três modos"),
    ("list", lambda a, m, s: (near(a, m, s).any(0).nonzero(), measured(a, m, s)[1])),
    ("list", lambda a, m, s: (measured(a, m, s)[0], near(a, m, s).any(1))),
    ("none_near", divides_by_the_good),
    ("none_near", needs_a_good_one),
    ("changed", lambda a, m, s: measured(a, m.add_(0.01), s)),
    ("no_return", nothing),
    ("other", lambda a, m, s: (len(m), 1.0)),
)


def optimal_untouched(p, q):
    ...


def divergence_untouched(p, q):
    """With a docstring too."""
    ...


def weights_untouched(logits):
    return ...


def modes_untouched(amostras, modos, sigma):
    ...


EXERCISES = (
    Exercise("1.4", "discriminador_otimo", lesson01_optimal.HINTS, optimal_untouched, (
        best, masked, point_by_point,
        lambda p, q: (p / (p + q)).nan_to_num(0.5),
        lambda p, q: torch.sigmoid(p.log() - q.log()).nan_to_num(0.5)), WRONG_OPTIMAL),
    Exercise("1.5", "divergencia_js", lesson01_divergence.HINTS, divergence_untouched, (
        js, with_a_loop, entropies, lambda p, q: js(p, q).reshape(1)), WRONG_DIVERGENCE),
    Exercise("1.6", "pesos_do_gradiente", lesson01_weights.HINTS, weights_untouched, (
        both, with_autograd, lambda a: torch.stack(both(a)), lambda a: [1 / (1 + (-a).exp()),
                                                                        1 / (1 + a.exp())]), WRONG_WEIGHTS),
    Exercise("1.7", "modos_cobertos", lesson01_modes.HINTS, modes_untouched, (
        measured, one_by_one, broadcast,
        lambda a, m, s: torch.stack([part.float() for part in measured(a, m, s)])), WRONG_MODES),
)
