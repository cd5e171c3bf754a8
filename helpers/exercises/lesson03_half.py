"""Exercise 3.9: the forget bias that lets a given part of the gradient through a number of steps."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import (
    COMMON,
    Hints,
    brief,
    first_wrong,
    must_return,
    recognise,
    refused,
    single,
)
from helpers.exercises.running import Attempt, message
from helpers.lstm.cell import LSTMCell
from helpers.ui.style import num

ARGUMENTS = ("parte", "passos")
CASES = ((0.5, 100), (0.5, 3), (0.9, 10), (0.01, 50), (0.99, 1000))    # the lesson's own first
NEAR = 1e-4
START = (
    "A função ainda está como veio. Troque o `...` pelo viés e execute a célula de novo.",
    "São duas contas. Que valor f, multiplicado por si mesmo `passos` vezes, dá `parte`? E que viés b faz "
    "σ(b) valer esse f?",
    "f = parte^(1/passos), em Python `parte ** (1 / passos)`. O inverso da logística é log(f / (1 − f)), com "
    "`math.log`.",
)
RIGHT = ("Confere com o autograd na célula do curso: com b = {bias}, o forget gate vale {gate}, e depois de "
         "{steps} passos sobra {left} do gradiente. Com b = 1, sobraria {one}; com b = 0, {zero}. Isso vale "
         "para o caminho direto, o de c a c: o que passa por h soma-se a ele.")


def logit(p: float) -> float:
    """The bias at which the logistic function is p; ±∞ at 1 and 0, nan outside."""
    return torch.tensor(p, dtype=torch.float64).logit().item()


def right(part: float, steps: int) -> float:
    """The bias b with σ(b)^steps = part."""
    return logit(part ** (1 / steps))


FORMULAS: list[tuple[str, Callable[[float, int], Any]]] = [    # wrong formulas that learners write
    ("gate", lambda p, n: p ** (1 / n)),
    ("no_root", lambda p, n: logit(p)),
    ("divided", lambda p, n: logit(p / n)),
    ("power", lambda p, n: logit(p**n)),
    ("sign", lambda p, n: -right(p, n)),
    ("log", lambda p, n: math.log(p) / n),
    ("linear", lambda p, n: logit(1 - (1 - p) / n)),
    ("no_log", lambda p, n: p ** (1 / n) / (1 - p ** (1 / n))),
    ("logistic", lambda p, n: 1 / (1 + math.exp(-(p ** (1 / n))))),
    ("base", lambda p, n: right(p, n) / math.log(10)),
    ("base", lambda p, n: right(p, n) / math.log(2)),
    ("off", lambda p, n: right(p, n - 1)),
    ("off", lambda p, n: right(p, n + 1)),
    ("lost", lambda p, n: right(1 - p, n)),
]
_CASE = ("Para {part} depois de {steps} passos, sua função dá b = {found}. Medido na célula: f = {gate}, e "
         "sobra {left} do gradiente.")
HINTS: Hints = {
    "no_return": COMMON["no_return"],
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número: o viés.",
             "Devolva o resultado da conta."),
    "many": ("Sua função devolve {count} números; o viés é um só.", "Devolva só o viés b."),
    "math": ("Uma função do PyTorch recebeu um número comum, e ela só aceita tensores.",
             "Com números, use o módulo math: `math.log`."),
    "gate": (f"{_CASE} Você devolveu o valor do portão, e não o viés.",
             "Falta o inverso da logística: b = log(f / (1 − f))."),
    "no_root": (f"{_CASE} Esse seria o viés para um passo só.",
                "Em cada passo sobra f, e ao todo f^passos. Tire antes a raiz: `parte ** (1 / passos)`."),
    "divided": (f"{_CASE} Você dividiu `parte` pelos passos; mas os portões se multiplicam.",
                "f · f · … · f = parte: é uma raiz, `parte ** (1 / passos)`."),
    "power": (f"{_CASE} Você elevou em vez de tirar a raiz.",
              "O expoente é `1 / passos`: f fica mais perto de 1 que `parte`."),
    "sign": (f"{_CASE} O sinal está trocado.",
             "b = log(f / (1 − f)): com f perto de 1, a razão é grande, e b, positivo."),
    "log": (f"{_CASE} Esse é o log do portão. O inverso da logística é outro.",
            "b = log(f / (1 − f)). Falta o 1 − f."),
    "linear": (f"{_CASE} Você repartiu a perda em partes iguais. Mas cada passo perde uma fração do que "
               "resta, e não do que havia no começo.",
               "f^passos = parte: `f = parte ** (1 / passos)`."),
    "no_log": (f"{_CASE} Isso é f / (1 − f).", "Falta o `math.log` por fora."),
    "logistic": (f"{_CASE} Você aplicou a logística; é preciso desfazê-la.",
                 "Se σ(b) = f, então b = log(f / (1 − f))."),
    "base": (f"{_CASE} O log está em outra base.", "O da logística é o natural: `math.log`, sem o 2 nem o "
                                                   "10."),
    "off": (f"{_CASE} Há um passo a mais ou a menos.",
            "De c(0) a c(n) são n multiplicações: o expoente é `1 / passos`."),
    "lost": (f"{_CASE} Você calculou para 1 − parte, a que se perde.", "`parte` é a que deve sobrar."),
    "other": (_CASE, "Confira em duas etapas: primeiro f, com f^passos = parte; depois b, com σ(b) = f."),
}


def judge(attempt: Attempt) -> str:
    """Compare with the closed form; what a bias really does is measured by autograd on a cell."""
    found = [_value(attempt, case) for case in CASES]
    bad = first_wrong(found, [right(*case) for case in CASES], NEAR)
    if bad is None:
        bias, steps = found[0].item(), CASES[0][1]
        gate, left = direct(bias, steps)
        return RIGHT.format(bias=num(bias, 2), gate=num(gate, 4), left=num(left, 4), steps=steps,
                            one=num(direct(1.0, steps)[1]), zero=num(direct(0.0, steps)[1]))
    key = recognise(found, CASES, FORMULAS, NEAR) or "other"
    part, steps = CASES[bad]
    gate, left = direct(found[bad].item(), steps)
    raise refused(HINTS, key, part=brief(part), steps=steps, found=brief(found[bad]), gate=brief(gate, 5),
                  left=brief(left, 5))


def direct(bias: float, steps: int) -> tuple[float, float]:
    """Measure f and ∂c(steps)/∂c(0) in a cell whose only weight is its forget bias."""
    cell = LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        cell.f.b[:] = bias
    x = torch.zeros(1, dtype=torch.float64)
    start = torch.ones(1, dtype=torch.float64, requires_grad=True)
    h, c = x, start
    for _ in range(steps):
        h, c = cell(x, (h, c))
    c.backward()
    return cell.f(x, x).sigmoid().item(), start.grad.item()


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know a function of torch's that wants a tensor."""
    return HINTS["math"] if isinstance(error, TypeError) and "must be Tensor" in message(error) else None


def _value(attempt: Attempt, case: tuple[float, int]) -> Tensor:
    value = attempt(*case)
    must_return(attempt, value, START)
    return single(value, HINTS)


CHECK = Check(ARGUMENTS, START, judge, known)
