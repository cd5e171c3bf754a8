"""Right and wrong answers to the exercises of lesson 04 about what drives a generator: 4.4 and 4.5."""

import torch

from helpers.exercises import lesson04_loop, lesson04_swap
from helpers.video.motion_gan import Noise
from tests.exercises.exercise import Exercise, nothing

# 4.4: the loop


def rolled(gerador, partida, ruidos):
    m, estado = gerador.first(partida)
    caminho = [m]
    for t in range(ruidos.shape[1]):
        m, estado = gerador.next(m, ruidos[:, t], estado)
        caminho.append(m)
    return torch.stack(caminho, 1)


def by_path(gerador, partida, ruidos):
    return gerador.path(Noise(partida.new_zeros(0), partida, ruidos))


def by_steps(gerador, partida, ruidos):
    """Operation by operation, as the panels do."""
    m, estado = gerador.first(partida)
    caminho = m[:, None]
    for e in ruidos.transpose(0, 1):
        turn = gerador.step(m, e, estado)
        while True:
            try:
                next(turn)
            except StopIteration as end:
                m, estado = end.value
                break
        caminho = torch.cat((caminho, m[:, None]), 1)
    return caminho


def by_recursion(gerador, partida, ruidos):
    def rest(m, estado, t):
        if t == ruidos.shape[1]:
            return [m]
        return [m, *rest(*gerador.next(m, ruidos[:, t], estado), t + 1)]
    return torch.stack(rest(*gerador.first(partida), 0), 1)


def loop(each):
    """A wrong loop from one wrong round: each(generator, path, state, noise, t) → m, state."""
    def wrong(gerador, partida, ruidos):
        m, estado = gerador.first(partida)
        caminho = [m]
        for t in range(ruidos.shape[1]):
            m, estado = each(gerador, caminho, estado, ruidos, t)
            caminho.append(m)
        return torch.stack(caminho, 1)
    return wrong


def ends(change):
    return lambda *case: change(rolled(*case))


def begins_again(gerador, partida, ruidos):
    quadros = [gerador.first(partida)[0]]
    for e in ruidos.unbind(1):
        m, estado = gerador.first(partida)
        quadros.append(gerador.next(m, e, estado)[0])
    return torch.stack(quadros, 1)


def forgets(gerador, partida, ruidos):
    m, estado = gerador.first(partida)
    caminho = [m]
    for e in ruidos.unbind(1):
        m, _ = gerador.next(m, e, estado)
        caminho.append(m)
    return torch.stack(caminho, 1)


def keeps_before(gerador, partida, ruidos):
    """The m of before the step goes into the list, the last one nowhere."""
    m, estado = gerador.first(partida)
    caminho = []
    for e in ruidos.unbind(1):
        caminho.append(m)
        m, estado = gerador.next(m, e, estado)
    return torch.stack(caminho, 1)


def clips_for_frames(gerador, partida, ruidos):
    m, estado = gerador.first(partida)
    for e in ruidos:
        m, estado = gerador.next(m, e, estado)
    return m


def packed(gerador, partida, ruidos):
    m = gerador.first(partida)
    for e in ruidos.unbind(1):
        m = gerador.next(m, e, m)
    return m


def once_too_often(gerador, partida, ruidos):
    m, estado = gerador.first(partida)
    for t in range(ruidos.shape[1] + 1):
        m, estado = gerador.next(m, ruidos[:, t], estado)
    return m


def detached(gerador, partida, ruidos):
    cut = loop(lambda g, path, state, e, t: g.next(path[-1].detach(), e[:, t], state))
    return cut(gerador, partida, ruidos)


def shut(gerador, partida, ruidos):
    with torch.no_grad():
        return rolled(gerador, partida, ruidos)


def adds(gerador, caminho, estado, ruidos, t):
    m, estado = gerador.next(caminho[-1], ruidos[:, t], estado)
    return caminho[-1] + m, estado


def half(gerador, caminho, estado, ruidos, t):
    m, (h, _) = gerador.next(caminho[-1], ruidos[:, t], estado)
    return m, (h, estado[1])


def crosses(gerador, caminho, estado, ruidos, t):
    m, (h, c) = gerador.next(caminho[-1], ruidos[:, t], estado)
    return m, (c, h)


def writes(gerador, partida, ruidos):
    ruidos[:, 0] = 0
    return rolled(gerador, partida, ruidos)


WRONG_LOOPS = (
    ("kind", lambda *case: "caminho"), ("kind", lambda *case: 3.0),
    ("kind", lambda *case: rolled(*case).detach().numpy()),
    ("listed", lambda *case: list(rolled(*case).unbind(1))), ("listed", lambda g, p, r: g.first(p)[1]),
    ("pair", packed), ("by_clip", clips_for_frames), ("too_far", once_too_often),
    ("same_e", loop(lambda g, path, state, e, t: g.next(path[-1], e[:, 0], state))),
    ("no_e", loop(lambda g, path, state, e, t: g.next(path[-1], 0 * e[:, t], state))),
    ("late_e", loop(lambda g, path, state, e, t: g.next(path[-1], e[:, t - 1], state))),
    ("reversed", loop(lambda g, path, state, e, t: g.next(path[-1], e.flip(1)[:, t], state))),
    ("start_again", begins_again), ("no_state", forgets),
    ("half_state", loop(half)), ("swapped_state", loop(crosses)),
    ("same_m", loop(lambda g, path, state, e, t: g.next(path[0], e[:, t], state))),
    ("added", loop(adds)),
    ("no_first", ends(lambda path: path[:, 1:])), ("no_last", keeps_before),
    ("twice_first", ends(lambda path: torch.cat((path[:, :1], path), 1))),
    ("turned", ends(lambda path: torch.stack(path.unbind(1)))), ("only_last", ends(lambda path: path[:, -1])),
    ("flat", ends(lambda path: torch.cat(path.unbind(1), 1))),
    ("flat", ends(lambda path: torch.cat(path.unbind(1)))),
    ("shape", ends(lambda path: path[..., :1])), ("shape", ends(lambda path: path[:, ::2])),
    ("cut", detached), ("cut", shut), ("cut", ends(lambda path: path.detach())),
    ("changed", writes), ("no_return", nothing),
    ("other", ends(lambda path: 2 * path)), ("other", ends(lambda path: path.flip(1))),
    ("other", ends(lambda path: path * torch.nan)),
)

# 4.5: the swap


def repeated(part, at=0):
    return part[at:at + 1].expand_as(part)


def both(first=("first", "own", "own"), second=("own", "first", "first")):
    """Two noises from what is made of each part."""
    made = {"own": lambda part: part, "first": repeated, "last": lambda part: repeated(part, len(part) - 1),
            "mean": lambda part: part.mean(0, keepdim=True).expand_as(part), "zeros": torch.zeros_like,
            "one": lambda part: part[:1], "squeezed": lambda part: part[0],
            "in_time": lambda part: part[:, :1].expand_as(part), "rolled": lambda part: part.roll(1, 0),
            "drawn": lambda part: part + 1, "cut": lambda part: part[..., :1]}
    return lambda ruido: tuple(Noise(*(made[key](part) for key, part in zip(keys, ruido, strict=True)))
                               for keys in (first, second))


def by_index(ruido):
    zero = torch.zeros(len(ruido.content), dtype=torch.long)
    return (ruido._replace(content=ruido.content[zero]),
            ruido._replace(motion=ruido.motion[zero], steps=ruido.steps[zero]))


def by_repeat(ruido):
    c, m, e = ruido
    n = len(c)
    return [(c[0].repeat(n, 1), m, e), (c, torch.stack([m[0]] * n), e[:1].repeat(n, 1, 1))]


def sets(ruido):
    ruido.content = repeated(ruido.content)
    return ruido, ruido


def writes_noise(ruido):
    ruido.content[1:] = ruido.content[:1]
    return ruido, ruido


WRONG_SWAPS = (
    ("pair", lambda ruido: "dois"), ("pair", lambda ruido: ruido.content),
    ("pair", lambda ruido: (ruido.content, ruido.motion)), ("pair", lambda ruido: (ruido, ruido, ruido)),
    ("single", lambda ruido: both()(ruido)[0]),
    ("set", sets), ("changed", writes_noise), ("no_return", nothing),
    ("order", both(("own", "first", "first"), ("first", "own", "own"))),
    ("other", both(("last", "own", "own"))), ("other", both(second=("own", "last", "last"))),
    ("mean", both(("mean", "own", "own"))), ("zeros", both(second=("own", "first", "zeros"))),
    ("one", both(("one", "own", "own"))), ("one", both(second=("own", "one", "one"))),
    ("squeezed", both(("squeezed", "own", "own"))),
    ("shape", both(("cut", "own", "own"))), ("shape", both(second=("own", "cut", "first"))),
    ("in_time", both(("first", "own", "in_time"))), ("in_time", both(second=("own", "first", "in_time"))),
    ("mixed", both(("rolled", "own", "own"))), ("mixed", both(("first", "rolled", "rolled"))),
    ("drawn", both(("first", "drawn", "own"))), ("drawn", both(second=("drawn", "first", "first"))),
    ("nothing", lambda ruido: (ruido, ruido)), ("nothing", both(second=("own", "own", "own"))),
    ("everything", both(("first", "first", "first"))),
    ("everything", both(second=("first", "first", "first"))),
    ("steps_too", both(("first", "own", "first"))), ("start_too", both(("first", "first", "own"))),
    ("content_differs", both(("own", "first", "first"))), ("content_differs", both(("own", "first", "own"))),
    ("only_start", both(second=("own", "first", "own"))),
    ("only_steps", both(second=("own", "own", "first"))),
    ("content_shared", both(second=("first", "own", "own"))),
    ("content_shared", both(second=("first", "first", "own"))),
)


def loop_untouched(gerador, partida, ruidos):
    ...


def swap_untouched(ruido):
    return ...


EXERCISES = (
    Exercise("4.4", "desenrolar", lesson04_loop.HINTS, loop_untouched, (by_path, by_steps, by_recursion),
             WRONG_LOOPS),
    Exercise("4.5", "separar", lesson04_swap.HINTS, swap_untouched, (by_index, by_repeat, both()),
             WRONG_SWAPS),
)
