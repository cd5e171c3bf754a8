"""Exercise 2.5: the Fréchet distance of two Gaussians whose features do not depend on each other."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.digits import Moments, frechet
from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, answered, first_wrong, recognise, refused, single
from helpers.exercises.running import Attempt
from helpers.ui.style import num

ARGUMENTS = ("m1", "s1", "m2", "s2")
START = (
    "A função ainda está como veio. Troque o `...` pela distância e execute a célula de novo.",
    "Cada característica contribui com duas parcelas: o quadrado da diferença das médias e o quadrado da "
    "diferença dos desvios. Some as duas, depois some sobre as características.",
    "`((m1 - m2)**2 + (s1 - s2)**2).sum()`.",
)
RIGHT = ("Confere em {count} pares com a conta completa, a de matrizes. Mas repare: uma característica que "
         "vale −1 em metade das imagens e 1 na outra metade tem média 0 e desvio 1, como a gaussiana padrão, "
         "e entre as duas sua função dá {twins}. Distância 0 não quer dizer distribuições iguais.")


def truth(m1: Tensor, s1: Tensor, m2: Tensor, s2: Tensor) -> Tensor:
    """Take the distance by the course's own way: full covariance matrices, here diagonal."""
    first, second = (Moments(mean.double(), spread.double().square().diag())
                     for mean, spread in ((m1, s1), (m2, s2)))
    return torch.tensor(frechet(first, second))


def _summed(part: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """A formula from what each feature contributes: part(m1, v1, m2, v2), with spreads in place of v."""
    return lambda *case: part(*(tensor.double() for tensor in case)).sum()


_FAULTS = (    # what a feature contributes in wrong answers that learners write
    ("variances", lambda m, s, n, t: (m - n)**2 + (s**2 - t**2)**2),
    ("variances", lambda m, s, n, t: (m - n)**2 + (s**2 - t**2).abs()),
    ("variances", lambda m, s, n, t: (m - n)**2 + s**2 - t**2),
    ("roots", lambda m, s, n, t: (m - n)**2 + (s.sqrt() - t.sqrt())**2),
    ("no_cross", lambda m, s, n, t: (m - n)**2 + s**2 + t**2),
    ("plus", lambda m, s, n, t: (m - n)**2 + (s + t)**2),
    ("no_square", lambda m, s, n, t: (m - n) + (s - t)),
    ("no_square", lambda m, s, n, t: (m - n).abs() + (s - t).abs()),
    ("half_square", lambda m, s, n, t: (m - n)**2 + (s - t).abs()),
    ("half_square", lambda m, s, n, t: (m - n)**2 + (s - t)),
    ("half_square", lambda m, s, n, t: (m - n).abs() + (s - t)**2),
    ("half_square", lambda m, s, n, t: (m - n) + (s - t)**2),
    ("only_means", lambda m, s, n, t: (m - n)**2),
    ("only_spreads", lambda m, s, n, t: (s - t)**2),
    ("joined", lambda m, s, n, t: (m - n + s - t)**2),
    ("crossed", lambda m, s, n, t: (m - s)**2 + (n - t)**2),
    ("minus", lambda m, s, n, t: (m - n)**2 - (s - t)**2),
)
FORMULAS: list[tuple[str, Callable[..., Any]]] = [(key, _summed(part)) for key, part in _FAULTS] + [
    ("root", lambda *case: truth(*case).sqrt()),
    ("mean", lambda *case: truth(*case) / len(case[0])),
    ("sum_first", lambda m1, s1, m2, s2: (m1 - m2).sum().double()**2 + (s1 - s2).sum().double()**2),
]
_CASE = "Com médias {m1} e {m2} e desvios {s1} e {s2}, sua função dá {found}, e o certo é {expected}."
HINTS: Hints = COMMON | {
    "variances": (f"{_CASE} Você comparou as variâncias, s², e não os desvios.",
                  "`s1` e `s2` já são desvios-padrão: é a diferença deles que vai ao quadrado."),
    "roots": (f"{_CASE} Você tirou a raiz de s, como se fosse a variância.",
              "`s1` e `s2` já são desvios-padrão. Use-os como vieram."),
    "no_cross": (f"{_CASE} Com duas distribuições iguais, a sua não daria 0: falta o termo −2·s1·s2.",
                 "s1² + s2² − 2·s1·s2 é (s1 − s2)²."),
    "plus": (f"{_CASE} Você somou os desvios. Com duas distribuições iguais, a distância não daria 0.",
             "É a diferença dos desvios que vai ao quadrado."),
    "no_square": (f"{_CASE} Faltam os quadrados.",
                  "Eleve cada diferença ao quadrado com `**2` antes de somar."),
    "half_square": (f"{_CASE} Só uma das duas diferenças foi elevada ao quadrado.",
                    "São duas: `(m1 - m2)**2` e `(s1 - s2)**2`."),
    "only_means": (f"{_CASE} Você comparou só as médias. Um gerador que faz sempre a imagem média teria "
                   "distância 0.",
                   "Some `(s1 - s2)**2`: é a parcela que vê a variedade."),
    "only_spreads": (f"{_CASE} Você comparou só os desvios.",
                     "Some `(m1 - m2)**2`: é a parcela que vê se as imagens estão no lugar certo."),
    "joined": (f"{_CASE} Você somou as diferenças antes de elevar ao quadrado, e uma pode cancelar a outra.",
               "Cada diferença tem o seu quadrado; só depois se soma."),
    "sum_first": (f"{_CASE} Você somou sobre as características antes de elevar ao quadrado: uma sobra aqui "
                  "cancela uma falta ali.",
                  "Primeiro o quadrado de cada característica, depois `.sum()`."),
    "crossed": (f"{_CASE} Você comparou médias com desvios.",
                "As médias se comparam entre si, `m1 - m2`, e os desvios também, `s1 - s2`."),
    "minus": (f"{_CASE} As duas parcelas se somam: nenhuma diferença diminui a distância.",
              "Troque o sinal de menos entre elas por mais."),
    "root": (f"{_CASE} Você tirou a raiz quadrada no fim.",
             "O costume é deixar sem a raiz: a distância de Fréchet que se publica é este quadrado."),
    "mean": (f"{_CASE} Você tirou a média sobre as características.",
             "Use `.sum()`: com mais características, há mais em que diferir."),
    "many": ("Sua função devolve {count} números, um por característica. A distância é um só.",
             "Falta somar sobre as características: `.sum()`."),
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número, ou um tensor com um número.",
             "Devolva o resultado da conta."),
    "other": (_CASE, "Confira à mão com uma característica só: médias 0 e 3, desvios 1 e 2 dão 9 + 1 = 10."),
}
ONE = tuple(torch.tensor([value]) for value in (0.0, 1.0, 3.0, 2.0))    # 9 + 1 = 10


def judge(attempt: Attempt) -> str:
    """Compare with the full formula in one dimension and in several; a known wrong formula is named."""
    cases = _cases()
    found = [_value(attempt, case) for case in cases]
    bad = first_wrong(found, [truth(*case) for case in cases])
    if bad is not None:
        shown = {name: _words(part) for name, part in zip(ARGUMENTS, cases[bad], strict=True)}
        raise refused(HINTS, recognise(found, cases, FORMULAS) or "other", **shown,
                      found=_brief(found[bad], 3), expected=_brief(truth(*cases[bad]), 3))
    halves, bell = torch.tensor([-1.0, 1.0]), (torch.tensor([0.0]), torch.tensor([1.0]))
    twins = _value(attempt, (halves.mean(0, True), halves.std(0, correction=0, keepdim=True), *bell))
    return RIGHT.format(count=len(cases), twins=num(twins.item()))


def _cases() -> list[tuple[Tensor, ...]]:
    """One feature by hand, then several, drawn anew from an own generator: means and spreads, [d] each."""
    rng = torch.Generator().manual_seed(61)
    drawn = []
    for d in (1, 2, 5, 64):
        m1, m2 = (2 * torch.randn(d, generator=rng) for _ in range(2))
        s1, s2 = (0.2 + 2 * torch.rand(d, generator=rng) for _ in range(2))
        drawn.append((m1, s1, m2, s2))
    same = drawn[1][:2]
    return [ONE, *drawn, (*same, *same)]


def _brief(value: Tensor, digits: int) -> str:
    return num(value.item(), digits).removesuffix("," + "0" * digits)


def _words(part: Tensor) -> str:
    """A short vector as a sentence shows it: one number, or up to two in brackets."""
    shown = [_brief(value, 2) for value in part[:2]]
    return shown[0] if len(part) == 1 else "(" + "; ".join(shown) + ("; …)" if len(part) > 2 else ")")


def _value(attempt: Attempt, case: tuple[Tensor, ...]) -> Tensor:
    return single(answered(attempt, case, START), HINTS)


CHECK = Check(ARGUMENTS, START, judge)
