"""Right and wrong answers to the exercises of lesson 02 about what is measured: 2.5 to 2.7."""

import numpy as np
import torch
from torch.nn.functional import one_hot, pairwise_distance

from helpers.digits import nearest
from helpers.exercises import lesson02_copies, lesson02_frechet, lesson02_request_hints
from tests.exercises.exercise import Exercise, nothing

# 2.5: the distance


def feature_by_feature(m1, s1, m2, s2):
    total = 0
    for a, b, c, d in zip(m1, s1, m2, s2, strict=True):
        total += (a - c) ** 2 + b * b + d * d - 2 * b * d
    return total


def in_numpy(m1, s1, m2, s2):
    return np.linalg.norm(m1 - m2) ** 2 + np.linalg.norm(s1 - s2) ** 2


def summed(part):
    return lambda m1, s1, m2, s2: part(m1, s1, m2, s2).sum()


WRONG_DISTANCES = (
    ("variances", summed(lambda m, s, n, t: (m - n)**2 + (s**2 - t**2)**2)),
    ("variances", summed(lambda m, s, n, t: (m - n)**2 + abs(s**2 - t**2))),
    ("variances", summed(lambda m, s, n, t: (m - n)**2 + (s**2 - t**2))),
    ("roots", summed(lambda m, s, n, t: (m - n)**2 + s + t - 2 * (s * t)**0.5)),
    ("no_cross", summed(lambda m, s, n, t: (m - n)**2 + s**2 + t**2)),
    ("plus", summed(lambda m, s, n, t: (m - n)**2 + (s + t)**2)),
    ("no_square", summed(lambda m, s, n, t: (m - n) + (s - t))),
    ("no_square", summed(lambda m, s, n, t: abs(m - n) + abs(s - t))),
    ("half_square", summed(lambda m, s, n, t: (m - n)**2 + abs(s - t))),
    ("half_square", summed(lambda m, s, n, t: (m - n)**2 + (s - t))),
    ("half_square", summed(lambda m, s, n, t: abs(m - n) + (s - t)**2)),
    ("half_square", summed(lambda m, s, n, t: m - n + (s - t)**2)),
    ("only_means", summed(lambda m, s, n, t: (m - n)**2)),
    ("only_spreads", summed(lambda m, s, n, t: (s - t)**2)),
    ("joined", summed(lambda m, s, n, t: (m - n + s - t)**2)),
    ("sum_first", lambda m, s, n, t: (m - n).sum()**2 + (s - t).sum()**2),
    ("crossed", summed(lambda m, s, n, t: (m - s)**2 + (n - t)**2)),
    ("minus", summed(lambda m, s, n, t: (m - n)**2 - (s - t)**2)),
    ("root", lambda m, s, n, t: ((m - n)**2 + (s - t)**2).sum().sqrt()),
    ("mean", lambda m, s, n, t: ((m - n)**2 + (s - t)**2).mean()),
    ("many", lambda m, s, n, t: (m - n)**2 + (s - t)**2),
    ("kind", lambda m, s, n, t: "dez"),
    ("changed", lambda m, s, n, t: ((m.sub_(n))**2 + (s - t)**2).sum()),
    ("no_return", nothing),
    ("other", lambda m, s, n, t: ((m - n)**2).sum() + 1),
    ("other", lambda m, s, n, t: ((m - n)**2 + (s - t)**2)[:1].sum()),
)

# 2.6: copies


def away(images, train, p=2.0):
    return torch.cdist(images.flatten(1), train.flatten(1), p=p).min(1).values


def verdict(ratio):
    return ratio, ratio < 0.5


def over(distance, middle=torch.median):
    return lambda made, train, test: verdict(middle(distance(made, train)) / middle(distance(test, train)))


def by_the_course(made, train, test):
    ratio = nearest(made, train).distance.median() / nearest(test, train).distance.median()
    return ratio, bool(ratio < 0.5)


def by_loops(made, train, test):
    def middle(images):
        return sorted(min((one - other).norm().item() for other in train)
                      for one in images)[len(images) // 2]
    return verdict(middle(made) / middle(test))


def in_numpy_too(made, train, test):
    def middle(images):
        rows, others = images.flatten(1).numpy(), train.flatten(1).numpy()
        gaps = ((rows[:, None] - others) ** 2).mean(-1) ** 0.5    # a mean under the root: the same ratio
        return np.median(gaps.min(1))
    return verdict(middle(made) / middle(test))


def ratio_of(first, second):
    return lambda *sets: verdict(first(*sets).median() / second(*sets).median())


WRONG_COPIES = (
    ("flatten", lambda g, a, b: verdict((g - a).norm() / (b - a).norm())),
    ("flatten", lambda g, a, b: verdict(torch.cdist(g, a).min() / torch.cdist(b, a).min())),
    ("flatten", lambda g, a, b: verdict(pairwise_distance(g.flatten(1), a.flatten(1)).min())),
    ("inverse", ratio_of(lambda g, a, b: away(b, a), lambda g, a, b: away(g, a))),
    ("no_floor", lambda g, a, b: verdict(away(g, a).median())),
    ("mean", over(away, torch.mean)),
    ("least", over(away, torch.min)),
    ("axis", over(lambda images, train: torch.cdist(images.flatten(1), train.flatten(1)).min(0).values)),
    ("squared", over(lambda images, train: away(images, train) ** 2)),
    ("city", over(lambda images, train: away(images, train, p=1))),
    ("every_pair", over(lambda images, train: torch.cdist(images.flatten(1), train.flatten(1)))),
    ("every_pair", over(lambda images, train: torch.cdist(images.flatten(1), train.flatten(1)).mean(1))),
    ("farthest", over(lambda images, train: torch.cdist(images.flatten(1), train.flatten(1)).max(1).values)),
    ("average_image", over(lambda images, train: (images - train.mean(0)).flatten(1).norm(dim=1))),
    ("wrong_set", ratio_of(lambda g, a, b: away(g, b), lambda g, a, b: away(a, b))),
    ("wrong_set", ratio_of(lambda g, a, b: away(g, b), lambda g, a, b: away(b, a))),
    ("wrong_set", ratio_of(lambda g, a, b: away(g, a), lambda g, a, b: away(g, b))),
    ("wrong_set", ratio_of(lambda g, a, b: away(g, a), lambda g, a, b: away(a, b))),
    ("itself", ratio_of(lambda g, a, b: away(g, a), lambda g, a, b: away(a, a))),
    ("itself", ratio_of(lambda g, a, b: away(g, a), lambda g, a, b: away(b, b))),
    ("itself", ratio_of(lambda g, a, b: away(g, a), lambda g, a, b: away(a, a).double())),
    ("reversed", lambda g, a, b: (by_loops(g, a, b)[0], by_loops(g, a, b)[0] > 0.5)),
    ("verdict", lambda g, a, b: (by_the_course(g, a, b)[0], True)),
    ("verdict", lambda g, a, b: (by_the_course(g, a, b)[0], False)),
    ("verdict", lambda g, a, b: (by_the_course(g, a, b)[0], by_the_course(g, a, b)[0] < 0.96)),
    ("verdict", lambda g, a, b: (by_the_course(g, a, b)[0], 25)),
    ("pair", lambda g, a, b: away(g, a).median() / away(b, a).median()),
    ("pair", lambda g, a, b: (0.5, "decorou")),
    ("list", lambda g, a, b: (away(g, a) / away(b, a).median(), True)),
    ("list", lambda g, a, b: (0.5, away(g, a) < 2)),
    ("changed", lambda g, a, b: verdict(away(g.add_(1), a).median())),
    ("no_return", nothing),
    ("other", lambda g, a, b: verdict(away(g[:, :, :14], a[:, :, :14]).median() / away(b, a).median())),
    ("other", lambda g, a, b: (0.5, True)),
)

# 2.7: the request


def rows(z, digits):
    return torch.cat((z, one_hot(digits, 10).float()), 1)


def met(logits, digits):
    return (logits.argmax(1) == digits).float().mean()


def asks(entry=rows, measure=met):
    return lambda draw, classify, z, digits: measure(classify(draw(entry(z, digits))), digits)


def with_a_table(draw, classify, z, digits):
    wanted = torch.zeros(len(z), 10)
    wanted[range(len(z)), digits] = 1
    seen = classify(draw(torch.hstack((z, wanted)))).max(1).indices
    return sum(int(a == b) for a, b in zip(seen, digits, strict=True)) / len(digits)


def image_by_image(draw, classify, z, digits):
    wanted = torch.eye(10)[digits]
    return 1 - (classify(draw(torch.cat((z, wanted), -1))).softmax(-1).argmax(-1) != digits).double().mean()


def shows(what):
    """The right request, but something else is shown to the classifier."""
    def serves(draw, classify, z, digits):
        images = draw(rows(z, digits))
        return met(classify(what(images)), digits)
    return serves


WRONG_REQUESTS = (
    ("no_draw", lambda draw, classify, z, digits: 1.0),
    ("no_draw", lambda draw, classify, z, digits: met(classify(z), digits)),
    ("no_look", lambda draw, classify, z, digits: (draw(rows(z, digits)).mean(), 1.0)[1]),
    ("no_digits", asks(lambda z, digits: z)),
    ("number", asks(lambda z, digits: torch.cat((z, digits[:, None].float()), 1))),
    ("number", asks(lambda z, digits: torch.cat((z, digits), 1))),
    ("classes", asks(lambda z, digits: torch.cat((z, one_hot(digits)), 1))),
    ("width", asks(lambda z, digits: torch.cat((z, one_hot(digits, 11)), 1))),
    ("width", asks(lambda z, digits: rows(z, digits)[0])),
    ("width", asks(lambda z, digits: one_hot(digits, 10))),
    ("width", asks(lambda z, digits: rows(z, digits).tolist())),
    ("axis", asks(lambda z, digits: torch.cat((z, one_hot(digits, 10)), 0))),
    ("axis", asks(lambda z, digits: torch.cat((z, one_hot(digits, 10))))),
    ("not_whole", asks(lambda z, digits: torch.cat((z, one_hot(digits.float(), 10)), 1))),
    ("order", asks(lambda z, digits: torch.cat((one_hot(digits, 10), z), 1))),
    ("shifted", asks(lambda z, digits: rows(z, digits - 1))),
    ("shifted", asks(lambda z, digits: rows(z, digits + 1))),
    ("request", asks(lambda z, digits: rows(z, digits[:1].expand(len(z))))),
    ("request", asks(lambda z, digits: rows(z, digits) * 2 - torch.cat((z, 0 * one_hot(digits, 10)), 1))),
    ("request", asks(lambda z, digits: torch.cat((z, one_hot(digits, 10) / 10), 1))),
    ("noise", asks(lambda z, digits: rows(torch.zeros_like(z), digits))),
    ("noise", asks(lambda z, digits: rows(z.flip(0), digits))),
    ("others", shows(lambda images: -images)),
    ("others", shows(lambda images: images[:5])),
    ("others", shows(lambda images: images.tolist())),
    ("argmax", asks(measure=lambda logits, digits: (logits.argmax(0) == digits).float().mean())),
    ("argmax", asks(measure=lambda logits, digits: (logits.argmax() == digits).float().mean())),
    ("bool", asks(measure=lambda logits, digits: (logits.argmax(1) == digits).mean())),
    ("count", asks(measure=lambda logits, digits: (logits.argmax(1) == digits).sum())),
    ("percent", asks(measure=lambda logits, digits: 100 * met(logits, digits))),
    ("errors", asks(measure=lambda logits, digits: (logits.argmax(1) != digits).float().mean())),
    ("certainty", asks(measure=lambda logits, digits: logits.softmax(1).max(1).values.mean())),
    ("asked", asks(measure=lambda logits, digits: logits.softmax(1).gather(1, digits[:, None]).mean())),
    ("all_or_nothing", asks(measure=lambda logits, digits: torch.equal(logits.argmax(1), digits))),
    ("many", asks(measure=lambda logits, digits: logits.argmax(1) == digits)),
    ("kind", asks(measure=lambda logits, digits: "todas")),
    ("changed", asks(lambda z, digits: rows(z, digits.sub_(1)))),
    ("no_return", asks(measure=lambda logits, digits: None)),
    ("other", asks(measure=lambda logits, digits: logits.mean())),
    ("other", asks(measure=lambda logits, digits: 1.0)),
)


def distance_untouched(m1, s1, m2, s2):
    ...


def copies_untouched(geradas, treino, teste):
    """With a docstring too."""
    ...


def request_untouched(desenhar, classificar, z, digitos):
    return ...


EXERCISES = (
    Exercise("2.5", "frechet_simples", lesson02_frechet.HINTS, distance_untouched, (
        feature_by_feature, in_numpy,
        lambda m1, s1, m2, s2: torch.cat((m1 - m2, s1 - s2)).square().sum().reshape(1),
        lambda m1, s1, m2, s2: (m1 - m2) @ (m1 - m2) + (s1 - s2) @ (s1 - s2)), WRONG_DISTANCES),
    Exercise("2.6", "decorou", lesson02_copies.HINTS, copies_untouched,
             (over(away), by_the_course, by_loops, in_numpy_too), WRONG_COPIES),
    Exercise("2.7", "atender", lesson02_request_hints.HINTS, request_untouched,
             (asks(), with_a_table, image_by_image), WRONG_REQUESTS),
)
