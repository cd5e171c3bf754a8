"""Exercise 1.6: how strongly each generator's loss pulls at a generated point, from D's logit there."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, answered, first_wrong, pair, recognise, refused
from helpers.exercises.running import Attempt
from helpers.ui.style import num

ARGUMENTS = ("logits",)
START = (
    "A função ainda está como veio. Troque o `...` pelos dois pesos e execute a célula de novo.",
    "Derive cada perda em relação ao logit a: log(1 − σ(a)) e −log σ(a). O peso é a derivada sem o sinal.",
    "O peso saturante é σ(a), e o não saturante é 1 − σ(a). `torch.sigmoid` aceita qualquer logit, e "
    "1 − σ(a) é o mesmo que σ(−a).",
)
RIGHT = ("Confere em {count} logits, de −200 a 200. Com logit −5, em que D recusa o gerado, a saturante puxa "
         "com {weak} e a não saturante com {strong}.")


def right(logits: Tensor) -> Tensor:
    """The sizes of d/da log(1 − σ(a)) and of d/da −log σ(a): σ(a) and σ(−a): [...] → [2, ...]."""
    return torch.stack((logits.sigmoid(), (-logits).sigmoid()))


def _pair(first, second):
    return lambda a: torch.stack((first(a), second(a)))


def _slope(a: Tensor) -> Tensor:
    return a.sigmoid() * (-a).sigmoid()


_FIRST, _SECOND = torch.sigmoid, lambda a: torch.sigmoid(-a)
FORMULAS = [    # wrong answers that learners write: what the values give away
    ("swapped", _pair(_SECOND, _FIRST)),
    ("signs", lambda a: -right(a)),
    ("signs", _pair(lambda a: -a.sigmoid(), _SECOND)),
    ("signs", _pair(_FIRST, lambda a: -(-a).sigmoid())),
    ("same", _pair(_FIRST, _FIRST)),
    ("same", _pair(_SECOND, _SECOND)),
    ("slope", _pair(_slope, _SECOND)),
    ("slope", _pair(_FIRST, _slope)),
    ("slope", _pair(_slope, _slope)),
    ("losses", _pair(lambda a: -softplus(a), lambda a: softplus(-a))),
    ("losses", _pair(softplus, lambda a: softplus(-a))),
    ("probability", _pair(lambda a: 1 / (-a).sigmoid(), lambda a: 1 / a.sigmoid())),
    ("probability", _pair(lambda a: -1 / (-a).sigmoid(), lambda a: -1 / a.sigmoid())),
    ("divided", lambda a: right(a) / a.numel()),
    ("divided", lambda a: -right(a) / a.numel()),
]
_MEASURED = "Com logit {logit}, em que σ(a) = {low}, sua função dá {first} e {second}."
HINTS: Hints = COMMON | {
    "swapped": (f"{_MEASURED} Os dois pesos estão trocados: é a saturante que perde a força quando D recusa.",
                "Devolva primeiro o peso de log(1 − σ(a)), depois o de −log σ(a)."),
    "signs": (f"{_MEASURED} O tamanho está certo, mas o peso diz só quanto a perda puxa, sem o sinal.",
              "As duas derivadas são negativas: as duas perdas caem quando o logit sobe. Devolva o valor "
              "absoluto de cada uma."),
    "same": (f"{_MEASURED} As duas perdas têm o mesmo sentido, mas não a mesma força.",
             "Derive cada uma: a de log(1 − σ(a)) dá −σ(a), e a de −log σ(a) dá −(1 − σ(a))."),
    "slope": (f"{_MEASURED} Você usou a derivada da própria sigmoide, σ(a)·(1 − σ(a)). Falta a parte do log.",
              "Pela regra da cadeia, log σ(a) tem derivada σ′(a)/σ(a): um dos dois fatores some."),
    "losses": (f"{_MEASURED} Esses são os valores das perdas, não as suas derivadas.",
               "O que puxa G é a inclinação: derive cada perda em relação ao logit."),
    "probability": (f"{_MEASURED} Você derivou em relação à probabilidade D(x), e não em relação ao logit.",
                    "Multiplique pela derivada da sigmoide, σ(a)·(1 − σ(a)): sobra um fator em cada uma."),
    "divided": (f"{_MEASURED} É o certo dividido por {{count}}, o número de logits: a derivada da média.",
                "O peso de um ponto não depende de quantos há. Com `autograd`, derive a `.sum()`, não a "
                "`.mean()`."),
    "overflow": ("Com logits comuns os pesos estão certos; com logit {logit}, um deles dá `nan` ou "
                 "infinito. A exponencial ficou grande demais, ou um log recebeu 0.",
                 "`torch.sigmoid` aceita qualquer logit sem estourar."),
    "rounded": ("Com logits comuns os pesos estão certos; com logit {logit}, o peso {which} deu {found}, e "
                "o certo é {expected}. Ao fazer 1 menos um número quase igual a 1, a máquina perde os "
                "algarismos.",
                "1 − σ(a) é exatamente σ(−a): troque a subtração por `torch.sigmoid(-logits)`."),
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado é um par: os pesos da saturante e os da "
             "não saturante.",
             "Separe os dois com uma vírgula no `return`."),
    "shape": ("Cada peso deveria ter a forma dos logits, {expected}, e os seus têm {found}.",
              "Há um peso para cada ponto gerado: não tire `.mean()` nem `.sum()`."),
    "other": (f"{_MEASURED} O certo é {{low}} e {{high}}.",
              "A derivada de log(1 − σ(a)) é −σ(a), e a de −log σ(a) é −(1 − σ(a)). Tire os sinais."),
}
SHAPES = ((7,), (5, 1), (3, 3))
FAR = torch.tensor([-20.0, 20.0, -80.0, 80.0, -200.0, 200.0])


def judge(attempt: Attempt) -> str:
    """Compare with σ(a) and σ(−a) at usual logits, then far out: finite, and right to the last digits."""
    rng = torch.Generator().manual_seed(16)
    cases = [(2 * torch.randn(shape, generator=rng),) for shape in SHAPES]
    for case in cases:
        case[0].flatten()[0] = -2.0    # the number that the hints quote
    found = [_value(attempt, case) for case in cases]
    logits = torch.cat([case[0].flatten() for case in cases])
    given = torch.cat([weights.flatten(1) for weights in found], 1).T
    bad = first_wrong(given, right(logits).T)
    if bad is not None:
        low, high, first, second = map(num, (*right(logits[bad]).tolist(), *given[bad].tolist()))
        raise refused(HINTS, recognise(found, cases, FORMULAS) or "other", logit=num(logits[bad].item(), 2),
                      low=low, high=high, first=first, second=second, count=cases[0][0].numel())
    _far_out(attempt)
    weak, strong = _value(attempt, (torch.tensor([-5.0]),)).flatten().tolist()
    return RIGHT.format(count=sum(case[0].numel() for case in cases) + len(FAR), weak=num(weak),
                        strong=num(strong))


def _far_out(attempt: Attempt) -> None:
    """Refuse what is not finite, or lost its digits by rounding, in float32 as D's logits are."""
    for place, (logit, weights) in enumerate(zip(FAR.tolist(), _value(attempt, (FAR,)).T, strict=True)):
        facts: dict[str, Any] = {"logit": num(logit, 0)}
        if not weights.isfinite().all():
            raise refused(HINTS, "overflow", **facts)
        for which, value, truth in zip(("saturante", "não saturante"), weights.tolist(),
                                       right(FAR[place]).tolist(), strict=True):
            if abs(value - truth) > 1e-4 * truth:
                raise refused(HINTS, "rounded", which=which, found=num(value), expected=num(truth), **facts)


def _value(attempt: Attempt, case: tuple[Tensor]) -> Tensor:
    parts = pair(answered(attempt, case, START), HINTS)
    for part in parts:
        if part.shape != case[0].shape:
            raise refused(HINTS, "shape", found=list(part.shape), expected=list(case[0].shape))
    return torch.stack(parts)


CHECK = Check(ARGUMENTS, START, judge)
