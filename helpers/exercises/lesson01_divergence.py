"""Exercise 1.5: the Jensen–Shannon divergence of two discrete distributions."""

from math import log

import torch
from torch import Tensor, xlogy

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, agree, answered, first_wrong, recognise, refused, single
from helpers.exercises.running import Attempt, Refused
from helpers.gan.theory import least_loss
from helpers.ui.style import num

ARGUMENTS = ("p", "q")
START = (
    "A função ainda está como veio. Troque o `...` pela divergência e execute a célula de novo.",
    "Primeiro a mistura, `m = (p + q) / 2`. Depois, a média de KL(p‖m) e KL(q‖m), em que KL(a‖m) é a soma de "
    "a·log(a/m).",
    "`torch.xlogy(a, b)` calcula a·log b e vale 0 onde `a` é 0, sem `nan`.",
)
RIGHT = ("Confere em {count} pares de distribuições: 0 para iguais, log 2 ≈ 0,693 para as que não se "
         "encontram. Com p = (0,8; 0,2) e q = (0,2; 0,8), JS = {found}, e a menor perda que um D pode "
         "alcançar é 2·log 2 − 2·JS = {least}.")


def kl(a: Tensor, b: Tensor) -> Tensor:
    """KL(a‖b) = Σ a·log(a/b) in nats, with 0·log 0 = 0: [k], [k] → a number."""
    return (xlogy(a, a) - xlogy(a, b)).sum()


def right(p: Tensor, q: Tensor) -> Tensor:
    """JS(p, q) in nats (Lin 1991): the mean KL to the even mixture."""
    return (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2


FORMULAS = [    # wrong answers that learners write: what the values give away
    ("kl", kl),
    ("kl_back", lambda p, q: kl(q, p)),
    ("no_mixture", lambda p, q: (kl(p, q) + kl(q, p)) / 2),
    ("no_mixture", lambda p, q: kl(p, q) + kl(q, p)),
    ("one_side", lambda p, q: kl(p, (p + q) / 2)),
    ("one_side", lambda p, q: kl(q, (p + q) / 2)),
    ("one_side", lambda p, q: kl(p, (p + q) / 2) / 2),
    ("one_side", lambda p, q: kl(q, (p + q) / 2) / 2),
    ("bits", lambda p, q: right(p, q) / log(2)),
    ("double", lambda p, q: 2 * right(p, q)),
    ("mixture", lambda p, q: (kl(p, p + q) + kl(q, p + q)) / 2),
    ("mixture", lambda p, q: kl(p, p + q) + kl(q, p + q)),
    ("negative", lambda p, q: -right(p, q)),
    ("mean", lambda p, q: right(p, q) / len(p)),
    ("root", lambda p, q: right(p, q).sqrt()),
    ("least", lambda p, q: least_loss(right(p, q))),
    ("turned", lambda p, q: (kl((p + q) / 2, p) + kl((p + q) / 2, q)) / 2),
    ("variation", lambda p, q: (p - q).abs().sum() / 2),
    ("variation", lambda p, q: (p - q).abs().sum()),
]
_PAIR = "Com p = {p} e q = {q}, sua função dá {found}, e o certo é {expected}."
HINTS: Hints = COMMON | {
    "kl": (f"{_PAIR} Esta é KL(p‖q): ela muda se p e q trocam de lugar e fica infinita onde só q é 0.",
           "Na de Jensen–Shannon, cada uma é comparada com a mistura `m = (p + q) / 2`."),
    "kl_back": (f"{_PAIR} Esta é KL(q‖p): ela muda se p e q trocam de lugar e fica infinita onde só p é 0.",
                "Na de Jensen–Shannon, cada uma é comparada com a mistura `m = (p + q) / 2`."),
    "no_mixture": (f"{_PAIR} Você juntou KL(p‖q) e KL(q‖p); falta a mistura, sem a qual o resultado pode ser "
                   "infinito.",
                   "Compare `p` com `m = (p + q) / 2`, depois `q` com a mesma `m`, e tire a média."),
    "one_side": ("Sua função compara só uma das distribuições com a mistura: com p = (0,9; 0,1) e "
                 "q = (0,5; 0,5), dá {one_way}; com as duas trocadas, dá {other_way}. As duas ordens "
                 "deveriam dar o mesmo.",
                 "São dois termos: KL(p‖m) e KL(q‖m). Some os dois e divida por 2."),
    "bits": (f"{_PAIR} Você usou o log na base 2, e a resposta saiu em bits.",
             "Use o log natural, `torch.log` ou `math.log`: é o mesmo das perdas."),
    "double": (f"{_PAIR} É o dobro: falta o ½ que faz a média das duas partes.",
               "JS é a média de KL(p‖m) e KL(q‖m), não a soma."),
    "mixture": (f"{_PAIR} Nenhuma divergência é negativa. Sua mistura é p + q, que soma 2: não é uma "
                "distribuição.",
                "A mistura é a média: `m = (p + q) / 2`."),
    "negative": (f"{_PAIR} O sinal está trocado: nenhuma divergência é negativa.",
                 "Dentro da soma vai a·log(a/m), com `m` embaixo."),
    "mean": (f"{_PAIR} Você tirou a média sobre as posições: a resposta encolhe se a lista fica mais longa.",
             "Cada termo já vem pesado pela probabilidade. Use `.sum()`, não `.mean()`."),
    "root": (f"{_PAIR} Você tirou a raiz quadrada: essa é a distância de Jensen–Shannon.",
             "A divergência, que entra na perda mínima, é o valor antes da raiz."),
    "least": (f"{_PAIR} Você já devolveu a perda mínima, 2·log 2 − 2·JS.",
              "Aqui se pede só JS."),
    "turned": (f"{_PAIR} A mistura está do lado errado: você mediu KL(m‖p) e KL(m‖q).",
               "O peso de cada termo é `p` ou `q`, e `m` fica dentro do log. Em `F.kl_div`, a ordem dos "
               "argumentos é o contrário da fórmula."),
    "variation": (f"{_PAIR} Você somou as diferenças |p − q|. Essa é outra medida: não usa log.",
                  "Cada termo é a·log(a/m), primeiro com `p`, depois com `q`."),
    "zeros": ("Sem zeros, o valor está certo; com p = {p} e q = {q}, sua função dá {found}, e o certo é "
              "{expected}. O limite de a·log a, quando a vai a 0, é 0.",
              "`torch.xlogy(a, b)` já trata o zero. Com um laço, pule os termos em que `a` é 0."),
    "many": ("Sua função devolve {count} números. A divergência é um só.",
             "Falta somar sobre as posições: `.sum()`."),
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número, ou um tensor com um número.",
             "Devolva o resultado da conta."),
    "other": (_PAIR, "Confira um termo à mão: com p = (0,8; 0,2) e q = (0,2; 0,8), m = 0,5, e o primeiro é "
                     "0,8·log(0,8/0,5) ≈ 0,376."),
}
CASES = [(torch.tensor(p), torch.tensor(q)) for p, q in (
    ([0.8, 0.2], [0.2, 0.8]), ([0.9, 0.1], [0.5, 0.5]), ([0.5, 0.3, 0.2], [0.1, 0.1, 0.8]),
    ([0.1, 0.2, 0.3, 0.3, 0.1], [0.4, 0.1, 0.1, 0.2, 0.2]))]
WITH_ZEROS = [(torch.tensor(p), torch.tensor(q)) for p, q in (
    ([1.0, 0.0], [0.5, 0.5]), ([0.5, 0.5], [1.0, 0.0]), ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
    ([0.25, 0.75, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0]))]


def judge(attempt: Attempt) -> str:
    """Compare with the closed form without zeros and with them; a known wrong formula is named."""
    found = [_value(attempt, case) for case in CASES]
    bad = first_wrong(found, [right(*case) for case in CASES])
    if bad is not None:
        raise refused(HINTS, recognise(found, CASES, FORMULAS) or "other", **_words(CASES[bad]),
                      found=num(found[bad].item()), one_way=num(found[1].item()),
                      other_way=num(_value(attempt, CASES[1][::-1]).item()))
    for case in WITH_ZEROS:
        _survives(attempt, case)
    return RIGHT.format(count=len(CASES) + len(WITH_ZEROS), found=num(found[0].item()),
                        least=num(least_loss(found[0].item())))


def _survives(attempt: Attempt, case: tuple[Tensor, Tensor]) -> None:
    """Refuse what is right without zeros, and stops or errs where a probability is 0."""
    try:
        value = _value(attempt, case)
        shown = "nan" if value.isnan() else num(value.item())
    except Refused:    # such as math.log(0)
        value, shown = torch.tensor(torch.nan), "um erro"
    if not agree(value, right(*case)):
        raise refused(HINTS, "zeros", **_words(case), found=shown)


def _words(case: tuple[Tensor, Tensor]) -> dict[str, str]:
    """Both distributions and their true divergence, as a sentence shows them."""
    p, q = ("(" + "; ".join(f"{share:g}" for share in part.tolist()).replace(".", ",") + ")" for part in case)
    return {"p": p, "q": q, "expected": num(right(*case).item())}


def _value(attempt: Attempt, case: tuple[Tensor, Tensor]) -> Tensor:
    return single(answered(attempt, case, START), HINTS)


CHECK = Check(ARGUMENTS, START, judge)
