"""Exercise 1.7: how many modes a generator covers, and the share of its samples that are near one."""

from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, agree, answered, couple, first_wrong, recognise, refused
from helpers.exercises.running import Attempt, Refused, message
from helpers.gan.metrics import REACH, score
from helpers.ui.style import num

ARGUMENTS = ("amostras", "modos", "sigma")
START = (
    "A função ainda está como veio. Troque o `...` pelas duas medidas e execute a célula de novo.",
    "`torch.cdist(amostras, modos)` dá todas as distâncias, [n, k]. Uma amostra é boa se a menor da sua "
    "linha não passa de `3 * sigma`.",
    "A fração boa é a média de sim e não: `.float().mean()`. Um modo está coberto se, na coluna dele, há ao "
    "menos um sim: `.any(0)`.",
)
RIGHT = ("Confere em {count} lotes. Com todas as amostras em um modo só, sua função dá {modes} de {all} "
         "modos e fração {share}: a fração sozinha não vê o colapso.")


def _measures(p: float = 2.0, power: float = 1.0, reach: float = REACH, least: int = 1):
    """(modes, share) by another distance, another limit, or asking for several samples a mode."""
    def formula(samples: Tensor, modes: Tensor, sigma: float) -> Tensor:
        distance, nearest = torch.cdist(samples, modes, p=p).pow(power).min(1)
        good = distance <= reach * sigma
        held = torch.bincount(nearest[good], minlength=len(modes)) >= least
        return torch.stack((held.sum().double(), good.double().mean()))
    return formula


right = _measures()


def _edited(change):
    """A formula from the right (modes, share) and the case: change(modes, share, n, k)."""
    def formula(samples: Tensor, modes: Tensor, sigma: float) -> Tensor:
        held, share = right(samples, modes, sigma)
        return torch.stack([torch.as_tensor(part).double()
                            for part in change(held, share, len(samples), len(modes))])
    return formula


def _nearest(samples: Tensor, modes: Tensor, sigma: float) -> Tensor:
    return torch.stack((torch.tensor(float(len(torch.cdist(samples, modes).argmin(1).unique()))).double(),
                        right(samples, modes, sigma)[1]))


def _average(samples: Tensor, modes: Tensor, sigma: float) -> Tensor:
    nearest = torch.cdist(samples, modes).argmin(1)
    gaps = [(samples[nearest == k].mean(0) - mode).norm() for k, mode in enumerate(modes)]
    return torch.stack(((torch.stack(gaps) <= REACH * sigma).sum().double(),
                        right(samples, modes, sigma)[1]))


FORMULAS = [    # wrong answers that learners write: what the values give away
    ("nearest", _nearest),
    ("nearest", lambda a, m, s: torch.stack((_nearest(a, m, s)[0], torch.ones((), dtype=torch.float64)))),
    ("one_sigma", _measures(reach=1.0)),
    ("squared", _measures(power=2.0)),
    ("variance", lambda a, m, s: _measures(reach=REACH * s)(a, m, s)),
    ("box", _measures(p=torch.inf)),
    ("box", _measures(p=1.0)),
    ("ten", _measures(least=11)),
    ("average", _average),
    ("samples", _edited(lambda held, share, n, k: (share * n, share))),
    ("percent", _edited(lambda held, share, n, k: (held, share * 100))),
    ("count", _edited(lambda held, share, n, k: (held, share * n))),
    ("outside", _edited(lambda held, share, n, k: (held, 1 - share))),
    ("modes_share", _edited(lambda held, share, n, k: (held, held / k))),
    ("modes_share", _edited(lambda held, share, n, k: (held / k, share))),
    ("pairs", _edited(lambda held, share, n, k: (held, share / k))),
    ("swapped", _edited(lambda held, share, n, k: (share, held))),
]
_MEASURED = ("Em um lote de {n} amostras e {k} modos, sua função dá {first} e {second}; o certo é {modes} e "
             "{share}.")
HINTS: Hints = COMMON | {
    "nearest": (f"{_MEASURED} Você contou o modo mais próximo de cada amostra, por mais longe que esteja.",
                "Antes de contar, fique só com as amostras a até `3 * sigma` do seu modo."),
    "one_sigma": (f"{_MEASURED} Seu limite é 1σ. Mesmo amostras perfeitas ficam, em boa parte, além dele.",
                  "O limite é `3 * sigma`."),
    "squared": (f"{_MEASURED} Você comparou a distância ao quadrado com 3σ.",
                "Tire a raiz antes de comparar, ou compare com `(3 * sigma) ** 2`. `torch.cdist` já dá a "
                "distância."),
    "variance": (f"{_MEASURED} Seu limite é 3σ², a variância no lugar do desvio.",
                 "`sigma` já é o desvio-padrão: o limite é `3 * sigma`."),
    "box": (f"{_MEASURED} Sua distância não é a do plano: você comparou ou somou as coordenadas uma a uma.",
            "A distância é a raiz da soma dos quadrados, que `torch.cdist` calcula."),
    "ten": (f"{_MEASURED} Você exigiu mais de 10 amostras por modo. Aqui basta uma.",
            "Um modo está coberto se há ao menos uma amostra boa nele."),
    "average": (f"{_MEASURED} Você comparou o modo com a média das amostras dele, e amostras ruins podem ter "
                "média boa.",
                "Compare cada amostra com o modo; só depois conte."),
    "samples": (f"{_MEASURED} O primeiro número conta amostras boas; o pedido é o de modos cobertos.",
                "Várias amostras no mesmo modo contam uma vez: `.any(0)` nas colunas, ou `.unique()` nos "
                "índices."),
    "percent": (f"{_MEASURED} A fração saiu em porcentagem.", "Devolva de 0 a 1: sem multiplicar por 100."),
    "count": (f"{_MEASURED} O segundo número conta amostras; o pedido é a fração delas.",
              "Divida pelo número de amostras, `len(amostras)`, ou use `.float().mean()`."),
    "outside": (f"{_MEASURED} O segundo número é a fração das amostras que ficam longe.",
                "Confira o sentido da comparação: boa é a que está a até `3 * sigma`."),
    "modes_share": (f"{_MEASURED} Você dividiu os modos cobertos pelo total de modos.",
                    "O primeiro número é uma contagem de modos, e o segundo, uma fração das amostras."),
    "pairs": (f"{_MEASURED} Sua média foi sobre todos os pares de amostra e modo.",
              "Primeiro uma resposta por amostra, com `.min(1)` ou `.any(1)`; só então a média."),
    "swapped": (f"{_MEASURED} Os dois números estão trocados.",
                "Devolva primeiro quantos modos, depois a fração das amostras."),
    "bool": ("Você tirou a média de valores verdadeiro e falso, e o PyTorch não faz essa conta.",
             "Transforme-os em 1 e 0 antes: `.float().mean()`."),
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois números: quantos modos e que "
             "fração.",
             "Separe os dois com uma vírgula no `return`."),
    "list": ("Seus dois resultados têm {first} e {second} números, e o esperado é um número em cada.",
             "Quantos modos é uma contagem, com `.sum()` ou `len(...)`; a fração é uma média."),
    "none_near": ("Com um lote em que nenhuma amostra está perto de um modo, sua função {did}; o certo é "
                  "0 modos e fração 0.",
                  "Divida pelo total de amostras, que não é zero, e não pelo número de amostras boas."),
    "other": (_MEASURED, "Confira com uma amostra só, em cima de um modo: deve dar 1 modo e fração 1."),
}
PLACED = (    # (mode, x and y from it in σ, how many)
    (0, 0.1, 0, 6), (0, 0, 0.9, 6), (1, 2, 2, 3), (2, 2.6, 2.6, 2), (3, 1.5, 0, 1), (4, 5, 0, 2),
    (4, -5, 0, 2))


def judge(attempt: Attempt) -> str:
    """Compare with the course's own score on a ring, a grid, a collapse, and on noise far from all."""
    cases = _cases()
    found = [_value(attempt, case) for case in cases]
    bad = first_wrong(found, [_truth(*case) for case in cases])
    if bad is not None:
        first, second, modes, share = (num(value, 2).removesuffix(",00") for value in (
            *found[bad].tolist(), *_truth(*cases[bad]).tolist()))
        raise refused(HINTS, recognise(found, cases, FORMULAS) or "other", n=len(cases[bad][0]),
                      k=len(cases[bad][1]), first=first, second=second, modes=modes, share=share)
    _none_near(attempt, cases[0])
    return RIGHT.format(count=len(cases) + 1, modes=num(found[-1][0].item(), 0), all=len(cases[-1][1]),
                        share=num(found[-1][1].item(), 2))


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know the error of a mean over true and false."""
    return HINTS["bool"] if "could not infer output dtype" in message(error) else None


def _cases() -> list[tuple[Tensor, Tensor, float]]:
    angle = torch.arange(8) * torch.pi / 4
    ring = torch.stack((angle.cos(), angle.sin()), 1)
    grid = 6.0 * torch.cartesian_prod(torch.arange(3), torch.arange(2))
    return [(_around(ring, 0.05, PLACED), ring, 0.05), (_around(grid, 0.4, PLACED[1:]), grid, 0.4),
            (_around(ring, 0.05, PLACED[:2]), ring, 0.05)]


def _around(modes: Tensor, sigma: float, placed: tuple) -> Tensor:
    """Samples at chosen places around chosen modes: [n, 2]."""
    return torch.stack([modes[mode] + sigma * torch.tensor([float(x), float(y)])
                        for mode, x, y, count in placed for _ in range(count)])


def _truth(*case: Any) -> Tensor:
    return torch.tensor(score(*case)[:2]).double()


def _none_near(attempt: Attempt, case: tuple[Tensor, Tensor, float]) -> None:
    try:
        value = _value(attempt, (0.5 * case[1], *case[1:]))
    except Refused:    # such as a division by no samples
        raise refused(HINTS, "none_near", did="para com um erro") from None
    if not agree(value, torch.zeros(2)):
        first, second = ("nan" if part != part else num(part, 2) for part in value.tolist())
        raise refused(HINTS, "none_near", did=f"dá {first} e {second}")


def _value(attempt: Attempt, case: tuple[Tensor, Tensor, float]) -> Tensor:
    return couple(answered(attempt, case, START), HINTS)


CHECK = Check(ARGUMENTS, START, judge, explain)
