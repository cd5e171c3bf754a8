"""Exercise 4.6: how far two distributions of speed lie apart, as a share of the real mean speed."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, answered, brief, first_wrong, recognise, refused, single
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num
from helpers.video.metrics import centres, motion
from helpers.video.motion_gan import noise
from helpers.video.moving_digits import MovingDigits
from helpers.video.trained import rival

ARGUMENTS = ("geradas", "reais")
SIZES = ((4, 5), (3, 15), (20, 7))    # clips, steps
CLIPS = 300
START = (
    "A função ainda está como veio. Troque o `...` pela distância e execute a célula de novo.",
    "Faça duas filas, da menor velocidade à maior: uma das geradas, outra das reais. Compare a primeira com "
    "a primeira, a segunda com a segunda. A média das diferenças, sem sinal, é a distância W1.",
    "`a = geradas.flatten().sort().values`, e `b` do mesmo jeito com as reais. A distância é "
    "`(a - b).abs().mean()`, e falta dividir por `reais.mean()`.",
)
RIGHT = ("Confere em {count} pares. Em {clips} clipes de cada: outros clipes reais ficam a {floor}% dos "
         "primeiros, e esse é o piso; o modelo treinado, a {lstm}%; o sem memória, a {none}%. E quem anda "
         "sempre na velocidade média dos reais tem a mesma média, mas a sua função dá {mean}%.")


def queue(speeds: Tensor) -> Tensor:
    """All speeds of all clips, the slowest first."""
    return speeds.double().flatten().sort().values


def right(made: Tensor, real: Tensor) -> Tensor:
    """Match the sorted speeds: the mean distance, by the real mean."""
    return (queue(made) - queue(real)).abs().mean() / real.double().mean()


def _share(part: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda made, real: part(made.double(), real.double()) / real.double().mean()


FORMULAS: list[tuple[str, Callable[..., Any]]] = [
    ("means", _share(lambda a, b: (a.mean() - b.mean()).abs())),
    ("means", lambda a, b: a.double().mean() / b.double().mean()),
    ("unsorted", _share(lambda a, b: (a - b).abs().mean())),
    ("by_clip", _share(lambda a, b: (a.sort(1).values - b.sort(1).values).abs().mean())),
    ("by_clip", _share(lambda a, b: (a.sort(0).values - b.sort(0).values).abs().mean())),
    ("one_sorted", _share(lambda a, b: (queue(a) - b.flatten()).abs().mean())),
    ("one_sorted", _share(lambda a, b: (a.flatten() - queue(b)).abs().mean())),
    ("crossed", _share(lambda a, b: (queue(a).flip(0) - queue(b)).abs().mean())),
    ("no_abs", _share(lambda a, b: (queue(a) - queue(b)).mean())),    # sorted or not: the means' difference
    ("no_abs", _share(lambda a, b: (queue(b) - queue(a)).mean())),
    ("not_divided", lambda a, b: (queue(a) - queue(b)).abs().mean()),
    ("by_made", lambda a, b: (queue(a) - queue(b)).abs().mean() / a.double().mean()),
    ("by_each", lambda a, b: ((queue(a) - queue(b)).abs() / queue(b)).mean()),
    ("squared", _share(lambda a, b: (queue(a) - queue(b)).square().mean())),
    ("squared", _share(lambda a, b: (queue(a) - queue(b)).square().mean().sqrt())),
    ("total", _share(lambda a, b: (queue(a) - queue(b)).abs().sum())),
    ("most", _share(lambda a, b: (queue(a) - queue(b)).abs().amax())),
    ("middle", _share(lambda a, b: (queue(a) - queue(b)).abs().median())),
    ("percent", lambda a, b: 100 * right(a, b)),
    ("spreads", _share(lambda a, b: (a.std() - b.std()).abs())),
]
_CASE = ("Com geradas de {low} a {high}, média {mean}, e reais de média {real}, sua função dá {found}, e o "
         "certo é {expected}.")
HINTS: Hints = COMMON | {
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número, ou um tensor com um número.",
             "Devolva o resultado da conta."),
    "many": ("Sua função devolve {count} números; a distância entre as duas distribuições é um só.",
             "Falta o `.mean()` das diferenças."),
    "pair": ("`sort` devolve duas coisas: os valores em ordem e de onde cada um veio. A conta usou as duas.",
             "Fique com os valores: `.sort().values`."),
    "means": (f"{_CASE} Você comparou só as médias: quem anda sempre na velocidade média passaria por real.",
              "Compare as filas inteiras, em ordem: `geradas.flatten().sort().values`."),
    "unsorted": (f"{_CASE} Você comparou cada velocidade com a que estava no mesmo lugar, e os clipes não "
                 "são os mesmos: dois sorteios iguais em tudo o mais não dariam 0.",
                 "Antes de comparar, ordene as duas: `.flatten().sort().values`."),
    "by_clip": (f"{_CASE} Você ordenou dentro de cada linha ou de cada coluna, e não tudo junto.",
                "Primeiro uma fila só, `flatten()`; depois `sort()`."),
    "one_sorted": (f"{_CASE} Só uma das duas filas está em ordem.", "Ordene as duas."),
    "crossed": (f"{_CASE} Uma fila cresce e a outra diminui: o mais lento ficou com o mais rápido.",
                "As duas na mesma direção."),
    "no_abs": (f"{_CASE} Sem o valor absoluto, rápidos demais compensam lentos demais: sobra a diferença "
               "das médias, com sinal.",
               "Tire o sinal de cada diferença, `.abs()`, antes da média."),
    "not_divided": (f"{_CASE} Sua distância está em px por quadro.",
                    "Divida pela velocidade média dos reais, `reais.mean()`: sai uma parte dela."),
    "by_made": (f"{_CASE} Você dividiu pela média das geradas: quem exagera na velocidade pareceria mais "
                "perto.",
                "A régua é a dos reais: `reais.mean()`."),
    "by_each": (f"{_CASE} Você dividiu cada diferença pela sua velocidade real: as lentas passam a contar "
                "mais.",
                "Uma divisão só, no fim, pela média: `reais.mean()`."),
    "squared": (f"{_CASE} Você elevou as diferenças ao quadrado: essa é outra distância.",
                "W1 usa o valor absoluto: `.abs()`."),
    "total": (f"{_CASE} Você somou as diferenças: com mais clipes, a distância cresceria.",
              "Use `.mean()` no lugar de `.sum()`."),
    "most": (f"{_CASE} Essa é só a maior diferença.", "W1 é a média de todas: `.mean()`."),
    "middle": (f"{_CASE} Essa é a mediana das diferenças: as maiores não contariam.", "Use `.mean()`."),
    "percent": (f"{_CASE} O resultado está em porcentagem.",
                "Devolva a parte, sem multiplicar por 100: 5% se escreve 0,05."),
    "spreads": (f"{_CASE} Você comparou só os desvios: um gerador duas vezes mais rápido, com o mesmo "
                "desvio, passaria.",
                "Compare as filas inteiras, em ordem."),
    "other": (_CASE, "Confira à mão: geradas 1 e 3, reais 4 e 2. Em ordem, 1 com 2 e 3 com 4: a média é 1, e "
                     "dividida pela média real, 3, dá 1/3."),
}


def judge(attempt: Attempt) -> str:
    """Compare over several sizes with the matched queues; a known wrong formula is named."""
    pairs = cases()
    found = [_value(attempt, *pair) for pair in pairs]
    bad = first_wrong(found, [right(*pair) for pair in pairs])
    if bad is not None:
        made, real = pairs[bad]
        raise refused(HINTS, recognise(found, pairs, FORMULAS) or "other", low=brief(made.min(), 2),
                      high=brief(made.max(), 2), mean=brief(made.mean(), 2), real=brief(real.mean(), 2),
                      found=brief(found[bad]), expected=brief(right(made, real)))
    real, shown = speeds()
    facts = {name: num(100 * _value(attempt, made, real).item(), 0) for name, made in shown.items()}
    return RIGHT.format(count=len(pairs), clips=CLIPS, **facts)


def cases() -> list[tuple[Tensor, Tensor]]:
    """Speeds by hand, then drawn, the made ones of another mean and spread: [clips, steps] twice."""
    rng = torch.Generator().manual_seed(91)
    hand = torch.tensor([[1.0, 3.0]]), torch.tensor([[4.0, 2.0]])
    drawn = [(slow + 3 * torch.rand(size, generator=rng), 1 + 1.5 * torch.rand(size, generator=rng))
             for size, slow in zip(SIZES, (0.2, 1.0, 0.1), strict=True)]    # slower, faster, slower
    return [hand, *drawn]


@cache
def speeds() -> tuple[Tensor, dict[str, Tensor]]:
    """Speeds of real clips, and of whom to compare with them: [N, 15] each."""
    rng = torch.Generator().manual_seed(92)
    data = MovingDigits(train=False)
    real, floor = (motion(centres(data.sample(CLIPS, rng).frames)).speed for _ in range(2))
    of = noise(CLIPS, rng)
    made = {name: motion(centres(rival(name)(of))).speed for name in ("lstm", "none")}
    return real, {"floor": floor, "mean": torch.full_like(real, real.mean().item())} | made


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know a sort whose two results were taken for one tensor."""
    return HINTS["pair"] if "torch.return_types.sort" in message(error) else None


def _value(attempt: Attempt, made: Tensor, real: Tensor) -> Tensor:
    return single(answered(attempt, (made, real), START), HINTS)


CHECK = Check(ARGUMENTS, START, judge, known)
