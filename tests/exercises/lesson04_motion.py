"""Right and wrong answers to the exercises of lesson 04 about frames and motion: 4.1 to 4.3."""

import math
from itertools import pairwise

import numpy as np
import torch
from torch.nn.functional import cosine_similarity

from helpers.exercises import lesson04_bounce, lesson04_cosine, lesson04_tensor
from tests.exercises.exercise import Exercise, nothing

# 4.1: the film as a tensor


def first(film):
    return film.permute(0, 3, 1, 2)


def scaled(order):
    return lambda quadros: order(quadros) / 255


def by_loops(quadros):
    film = torch.zeros(len(quadros), quadros.shape[3], *quadros.shape[1:3])
    for channel in range(quadros.shape[3]):
        film[:, channel] = quadros[..., channel].float() / 255
    return film


def in_place(quadros):
    quadros //= 2
    return first(quadros) / 255


WRONG_FILMS = (
    ("kind", lambda q: "filme"), ("kind", lambda q: 0.5),
    ("dtype", lambda q: (first(q) / 255).half()),
    ("bad_view", lambda q: first(q).view(len(q), -1) / 255),
    ("too_many", lambda q: q.permute(2, 0, 1) / 255), ("too_many", lambda q: q.permute(0, 1, 1, 2) / 255),
    ("too_many", lambda q: q.permute(0, 4, 1, 2) / 255),
    ("reshaped", lambda q: q.reshape(len(q), q.shape[3], *q.shape[1:3]) / 255),
    ("reshaped", lambda q: q.view(len(q), q.shape[3], *q.shape[1:3])),
    ("untouched", lambda q: q / 255), ("untouched", lambda q: q.float()),
    ("sides", scaled(lambda q: q.transpose(1, 3))), ("sides", scaled(lambda q: q.permute(0, 3, 2, 1))),
    ("channels_first", scaled(lambda q: q.permute(3, 0, 1, 2))),
    ("channels_first", lambda q: q.movedim(-1, 0)),
    ("turned", scaled(lambda q: q.permute(3, 2, 1, 0))),
    ("grey", scaled(lambda q: q.float().mean(3))),
    ("grey", scaled(lambda q: q.float().mean(3, keepdim=True).permute(0, 3, 1, 2))),
    ("flat", scaled(lambda q: first(q).flatten(1))),
    ("batch", scaled(lambda q: first(q)[None])),
    ("shape", scaled(lambda q: first(q)[:1])), ("shape", scaled(lambda q: first(q)[:, :, ::2])),
    ("not_divided", first), ("not_divided", lambda q: first(q).float()),
    ("whole", lambda q: first(q) // 255), ("whole", lambda q: (first(q) / 255).to(torch.uint8)),
    ("whole", lambda q: (first(q) / 255).round()),
    ("symmetric", lambda q: first(q) / 127.5 - 1), ("symmetric", lambda q: first(q) / 128 - 1),
    ("by_256", lambda q: first(q) / 256),
    ("own_most", lambda q: first(q) / q.max()),
    ("inverted", lambda q: 1 - first(q) / 255),
    ("changed", in_place), ("no_return", nothing),
    ("other", lambda q: (first(q) / 255) ** 2), ("other", lambda q: first(q) / 255 + 0.01),
    ("other", lambda q: first(q).flip(2) / 255),
)

# 4.2: the bounce


def by_axis(lugar, velocidade, parede):
    novo, virada = (lugar + velocidade).tolist(), velocidade.tolist()
    for axis in (0, 1):
        if novo[axis] < 0:
            novo[axis], virada[axis] = -novo[axis], -virada[axis]
        elif novo[axis] > parede:
            novo[axis], virada[axis] = 2 * parede - novo[axis], -virada[axis]
    return torch.tensor(novo), torch.tensor(virada)


def by_copies(lugar, velocidade, parede):
    novo, virada = lugar + velocidade, velocidade.clone()
    for axis in (0, 1):
        if not 0 <= novo[axis] <= parede:
            novo[axis] = -novo[axis] if novo[axis] < 0 else 2 * parede - novo[axis]
            virada[axis] *= -1
    return novo, virada


def by_triangle(lugar, velocidade, parede):
    novo = lugar + velocidade
    return [parede - (novo.abs() - parede).abs(), velocidade * torch.sign(novo) * torch.sign(parede - novo)]


def writes(lugar, velocidade, parede):
    novo = lugar + velocidade
    velocidade[(novo < 0) | (novo > parede)] *= -1
    return novo.abs(), velocidade


def whole_if(lugar, velocidade, parede):
    novo = lugar + velocidade
    if novo > parede:
        novo, velocidade = 2 * parede - novo, -velocidade
    return novo, velocidade


def any_if(lugar, velocidade, parede):
    novo = lugar + velocidade
    if (novo < 0).any() or (novo > parede).any():
        velocidade = -velocidade
    return torch.where(novo < 0, -novo, torch.where(novo > parede, 2 * parede - novo, novo)), velocidade


def looks_before(lugar, velocidade, parede):
    bate = (lugar < 0) | (lugar > parede)
    velocidade = torch.where(bate, -velocidade, velocidade)
    return lugar + velocidade, velocidade


def undone(lugar, velocidade, parede):
    novo = lugar + velocidade
    fora = (novo < 0) | (novo > parede)
    return torch.where(fora, lugar, novo), torch.where(fora, -velocidade, velocidade)


def changed_places(function):
    return lambda *case: tuple(function(*case))[::-1]


def step(place, velocity):
    """A wrong step from two expressions of what is new, the velocity, the wall, and what is outside."""
    def wrong(lugar, velocidade, parede):
        novo = lugar + velocidade
        fora = (novo < 0) | (novo > parede)
        mirror = torch.where(novo < 0, -novo, torch.where(novo > parede, 2 * parede - novo, novo))
        turned = torch.where(fora, -velocidade, velocidade)
        return place(novo, mirror, parede), velocity(velocidade, turned, fora, novo, parede)
    return wrong


def turned(v, turned, fora, novo, parede):
    return turned


WRONG_STEPS = (
    ("keeps", step(lambda n, m, p: m, lambda v, *rest: v)),
    ("clamps", step(lambda n, m, p: n.clamp(0, p), turned)),
    ("clamps", step(lambda n, m, p: n.clamp(0, p), lambda v, *rest: v)),
    ("both_axes", any_if),
    ("passes", looks_before), ("passes", lambda lugar, velocidade, parede: (lugar + velocidade, velocidade)),
    ("only_turns", step(lambda n, m, p: n, turned)),
    ("only_far", step(lambda n, m, p: torch.where(n > p, 2 * p - n, n),
                      lambda v, t, f, n, p: torch.where(n > p, -v, v))),
    ("only_near", step(lambda n, m, p: n.abs(), lambda v, t, f, n, p: torch.where(n < 0, -v, v))),
    ("wraps", step(lambda n, m, p: n % p, lambda v, *rest: v)),
    ("wraps", step(lambda n, m, p: n % p, turned)),
    ("one_wall", step(lambda n, m, p: torch.where(n > p, p - n, n.abs()), turned)),
    ("one_wall", step(lambda n, m, p: torch.where(n > p, n - p, n.abs()), turned)),
    ("stops", step(lambda n, m, p: n.clamp(0, p), lambda v, t, f, n, p: torch.where(f, 0 * v, v))),
    ("undone", undone), ("always", step(lambda n, m, p: m, lambda v, *rest: -v)),
    ("order", changed_places(by_axis)),
    ("stays", lambda lugar, velocidade, parede: (lugar, velocidade)),
    ("stays", lambda lugar, *rest: (lugar, by_axis(lugar, *rest)[1])),
    ("ambiguous", whole_if),
    ("pair", lambda lugar, velocidade, parede: 1.0), ("pair", lambda *case: ("a", "b")),
    ("pair", lambda *case: (*by_axis(*case), 0)),
    ("only_place", lambda *case: by_axis(*case)[0]), ("only_place", lambda *case: by_axis(*case)[1]),
    ("shape", lambda *case: (by_axis(*case)[0][:1], by_axis(*case)[1])),
    ("shape", lambda *case: (by_axis(*case)[0], by_axis(*case)[1].norm())),
    ("changed", writes), ("no_return", nothing),
    ("other", step(lambda n, m, p: 0.9 * m, turned)),
    ("other", lambda lugar, velocidade, parede: (torch.full_like(lugar, math.nan), velocidade)),
)

# 4.3: the direction cosine


def pairs(lugares):
    v = lugares.diff(dim=0)
    antes, depois = v[:-1], v[1:]
    return antes, depois, (antes * depois).sum(1), antes.norm(dim=1) * depois.norm(dim=1)


def each(lugares):
    _, _, escalar, tamanhos = pairs(lugares)
    return escalar[tamanhos > 0] / tamanhos[tamanhos > 0]


def by_python(lugares):
    points = lugares.tolist()
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    found = [(a[0] * b[0] + a[1] * b[1]) / math.hypot(*a) / math.hypot(*b)
             for a, b in pairwise(steps) if any(a) and any(b)]
    return sum(found) / len(found)


def by_angles(lugares):
    v = lugares.diff(dim=0)
    angle = torch.atan2(v[:, 1], v[:, 0])
    moves = v.norm(dim=1) > 0
    return (angle.diff()[moves[1:] & moves[:-1]]).cos().mean()


def by_units(lugares):
    v = np.diff(lugares.numpy().astype(float), axis=0)
    size = np.linalg.norm(v, axis=1)
    ok = (size[1:] > 0) & (size[:-1] > 0)
    unit = v / np.maximum(size, 1e-9)[:, None]
    return (unit[1:] * unit[:-1]).sum(1)[ok].mean()


def shifts(lugares):
    lugares -= lugares[0].clone()
    return each(lugares).mean()


def over(share):
    return lambda lugares: (pairs(lugares)[2] / share(*pairs(lugares)[:2])).mean()


WRONG_COSINES = (
    ("kind", lambda lugares: "0,85"), ("many", each), ("many", lambda lugares: lugares),
    ("positions", lambda lugares: cosine_similarity(lugares[:-1], lugares[1:], dim=1).mean()),
    ("accelerations", lambda lugares: each(lugares.diff(dim=0)).mean()),
    ("no_sizes", lambda lugares: pairs(lugares)[2].mean()),
    ("one_size", over(lambda a, b: a.norm(dim=1))), ("one_size", over(lambda a, b: b.norm(dim=1))),
    ("squares", over(lambda a, b: a.square().sum(1) * b.square().sum(1))),
    ("means", lambda lugares: pairs(lugares)[2].mean() / pairs(lugares)[3].mean()),
    ("flat", lambda lugares: pairs(lugares)[2].sum() / pairs(lugares)[0].norm() / pairs(lugares)[1].norm()),
    ("still", lambda lugares: cosine_similarity(*pairs(lugares)[:2], dim=1).mean()),
    ("still", lambda lugares: (pairs(lugares)[2] / (pairs(lugares)[3] + 1e-8)).mean()),
    ("nan", lambda lugares: (pairs(lugares)[2] / pairs(lugares)[3]).mean()),
    ("total", lambda lugares: each(lugares).sum()),
    ("angle", lambda lugares: each(lugares).clamp(-1, 1).acos().mean()),
    ("angle", lambda lugares: each(lugares).clamp(-1, 1).acos().rad2deg().mean()),
    ("mean_angle", lambda lugares: each(lugares).clamp(-1, 1).acos().mean().cos()),
    ("absolute", lambda lugares: each(lugares).abs().mean()),
    ("first_last", lambda lugares: cosine_similarity(lugares.diff(dim=0)[0], lugares.diff(dim=0)[-1], dim=0)),
    ("lag", lambda lugares: cosine_similarity(*(lugares.diff(dim=0)[part] for part in (
        slice(None, -2), slice(2, None))), dim=1).mean()),
    ("way", lambda lugares: cosine_similarity(lugares.diff(dim=0), lugares[-1:] - lugares[0], dim=1).mean()),
    ("axis", lambda lugares: (lugares.diff(dim=0) * lugares[1:-1]).sum(1).mean()),
    ("axis", lambda lugares: lugares.diff(dim=0)[:-1] @ lugares.diff(dim=0)[1:]),
    ("changed", shifts), ("no_return", nothing),
    ("other", lambda lugares: each(lugares).median()), ("other", lambda lugares: 1 - each(lugares).mean()),
    ("other", lambda lugares: pairs(lugares)[2][0] / 0 * 0 if len(lugares) < 6 else each(lugares).mean()),
)


def film_untouched(quadros):
    ...


def step_untouched(lugar, velocidade, parede):
    """With a docstring too."""
    ...


def cosine_untouched(lugares):
    return ...


EXERCISES = (
    Exercise("4.1", "em_tensor", lesson04_tensor.HINTS, film_untouched,
             (by_loops, lambda q: q.movedim(3, 1).float().div(255),
              lambda q: np.moveaxis(q.numpy(), 3, 1) / 255,
              lambda q: torch.stack([frame.permute(2, 0, 1).double() / 255 for frame in q])), WRONG_FILMS),
    Exercise("4.2", "andar", lesson04_bounce.HINTS, step_untouched, (by_axis, by_copies, by_triangle),
             WRONG_STEPS),
    Exercise("4.3", "cosseno", lesson04_cosine.HINTS, cosine_untouched, (by_python, by_angles, by_units),
             WRONG_COSINES),
)
