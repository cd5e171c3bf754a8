"""Exercise 3.1: the long-term state after three steps, by hand."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, brief, numbers, refused
from helpers.exercises.running import Given, Refused
from helpers.lstm.cell import LSTMCell
from helpers.lstm.sequence import Script, trace

BEFORE = 2.0                                                       # c(0)
STEPS = ((0.5, 1.0, 0.6), (1.0, 0.5, -0.8), (0.25, 0.0, 0.9))      # f, i and g of each step
NEAR = 0.006    # two decimals are enough; every known slip differs by more
START = (
    "A lista ainda está como veio. Troque cada `...` por um número e execute a célula de novo.",
    "Em cada passo são duas contas: o que fica, f(t)·c(t−1), e o que entra, i(t)·g(t). Some as duas. O "
    "resultado é o c(t−1) do passo seguinte.",
    "O primeiro: 0,5 · 2 + 1 · 0,6. Em Python, o decimal se escreve com ponto: `0.6`.",
)
RIGHT = ("A célula do curso, com os portões presos nesses valores, dá o mesmo: {values}. No último passo, g "
         "vale {g}, e nada disso entra, porque i é 0. E c(t) passou de 1 sem problema: quem fica entre −1 e "
         "1 é h(t), que com o = 1 seria {outputs}.")

Formula = Callable[[float, float, float, float], Any]
FORMULAS: dict[str, Formula] = {    # slips of one step that learners make, carried on to the next
    "erase": lambda c, f, i, g: (1 - f) * c + i * g,
    "swapped": lambda c, f, i, g: i * c + f * g,
    "no_i": lambda c, f, i, g: f * c + g,
    "no_f": lambda c, f, i, g: c + i * g,
    "coupled": lambda c, f, i, g: f * c + (1 - f) * g,
    "inside": lambda c, f, i, g: f * (c + i * g),
    "minus": lambda c, f, i, g: f * c - i * g,
    "sign": lambda c, f, i, g: f * c + i * abs(g),
    "only_kept": lambda c, f, i, g: f * c,
    "only_added": lambda c, f, i, g: i * g,
    "tanh": lambda c, f, i, g: torch.tensor(f * c + i * g).tanh().item(),
}
_SAID = "Você escreveu {found}."
HINTS: Hints = {
    "kind": ("Chegou algo do tipo `{kind}`; o esperado é uma lista de três números.",
             "Entre colchetes, com vírgulas: `[1.5, 0.25, -0.5]` teria três números."),
    "missing": ("Ainda há `...` em {count} dos três lugares.",
                "Comece por c(1): o que fica de 2, mais o que entra."),
    "comma": ("Chegaram {count} números, e são três. Em Python, a vírgula separa os números da lista.",
              "O decimal se escreve com ponto: `0.6`, e não `0,6`."),
    "count": ("A lista tem {count} números; o esperado são três: c(1), c(2) e c(3).",
              "Um número por passo de tempo, na ordem."),
    "erase": (f"{_SAID} No passo 2, o forget gate vale 1, e na sua conta a memória sumiu: você usou 1 − f.",
              "Forget gate 1 guarda, 0 apaga: quem multiplica c(t−1) é o próprio f."),
    "swapped": (f"{_SAID} Os dois portões estão trocados: i multiplicou a memória, e f, o candidato.",
                "O forget gate fica no caminho de c(t−1); o input gate, no caminho de g(t)."),
    "no_i": (f"{_SAID} O candidato g entrou inteiro, sem passar pelo input gate. No passo 3, i é 0: nada "
             "deveria entrar.",
             "O que entra é i(t)·g(t)."),
    "no_f": (f"{_SAID} A memória atravessou sem passar pelo forget gate.",
             "O que fica é f(t)·c(t−1): com f = 0,5, metade."),
    "coupled": (f"{_SAID} No lugar de i você usou 1 − f. Há células assim, mas na LSTM os dois portões são "
                "independentes.",
                "Use o i da tabela: ele pode abrir ou fechar, seja qual for o f."),
    "inside": (f"{_SAID} O que acabou de entrar também foi multiplicado por f.",
               "f só multiplica o que já estava na memória: primeiro f·c(t−1), depois some i·g."),
    "minus": (f"{_SAID} Você subtraiu o que entra.",
              "As duas parcelas se somam. Quando g é negativo, a soma já diminui c."),
    "sign": (f"{_SAID} No passo 2, g é negativo, e você o somou como positivo.",
             "i·g = 0,5 · (−0,8): o que entra pode diminuir a memória."),
    "only_kept": (f"{_SAID} Isso é só o que ficou da memória: nada entrou.",
                  "Some i(t)·g(t) em cada passo."),
    "only_added": (f"{_SAID} Isso é só o que entra em cada passo: a memória se perdeu.",
                   "Some f(t)·c(t−1), o que ficou do passo anterior."),
    "tanh": (f"{_SAID} Você passou c por uma tanh em cada passo.",
             "A tanh fica na saída, a caminho de h. De um passo ao outro, c(t) segue como está."),
    "restart": (f"{_SAID} Em cada passo você recomeçou de c(0) = 2.",
                "O c(t−1) de cada passo é o resultado do passo anterior."),
    "output": (f"{_SAID} Isso é tanh(c), o que sairia como h(t) com o output gate em 1. A pergunta é por "
               "c(t).",
               "Pare antes da tanh: c(t) é a soma."),
    "shifted": (f"{_SAID} O primeiro é c(0), que já era dado.",
                "A lista começa em c(1) e termina em c(3)."),
    "step": ("O primeiro que não confere é c({t}): você escreveu {said}. Ali são dois produtos, {f} · "
             "{before} e {i} · {g}.",
             "Calcule os dois produtos em separado, cada um com o seu sinal, e só então some."),
}


def judge(given: Given) -> str:
    """Compare with the course's cell, gates held; name a known slip, or else the first wrong step."""
    found = _read(given.value)
    traced = measured()
    right = traced["c"].flatten()
    bad = [t for t in range(len(STEPS)) if not abs(found[t] - right[t]) <= NEAR]    # so for nan too
    if not bad:
        return RIGHT.format(values=_listed(right), g=brief(STEPS[-1][2]), outputs=_listed(right.tanh()))
    for key, values in slips().items():
        if (found - values).abs().max() <= NEAR:
            raise refused(HINTS, key, found=_listed(found))
    t = bad[0]
    facts = zip("fig", map(brief, STEPS[t]), strict=True)
    raise refused(HINTS, "step", t=t + 1, said=brief(found[t]), before=brief(right[t - 1] if t else BEFORE),
                  **dict(facts))


def measured() -> dict[str, Tensor]:
    """Let the course's cell walk the three steps: one unit, f and i held, g = tanh(x)."""
    cell = LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        cell.g.W[:] = 1
        f, i, g = torch.tensor(STEPS, dtype=torch.float64).T.unsqueeze(-1)
        return trace(cell, Script(g.atanh(), {"f": f, "i": i}, {("c", 0): torch.full_like(g[0], BEFORE)}))


def slips() -> dict[str, Tensor]:
    """What each known slip gives for the three steps: key → [3]."""
    known = {}
    for key, formula in FORMULAS.items():
        c, values = BEFORE, []
        for step in STEPS:
            c = formula(c, *step)
            values.append(c)
        known[key] = values
    right = measured()["c"].flatten()
    known["restart"] = [f * BEFORE + i * g for f, i, g in STEPS]
    known["output"] = right.tanh().tolist()
    known["shifted"] = [BEFORE, *right[:-1].tolist()]
    return {key: torch.tensor(values).double() for key, values in known.items()}


def _read(value: Any) -> Tensor:
    """Read three numbers; the untouched list is 'ainda não'."""
    if isinstance(value, tuple | list) and len(value):
        left = sum(part is ... for part in value)
        if left == len(value):
            raise Refused(*START, status="ainda não")
        if left:
            raise refused(HINTS, "missing", count=left)
    found = numbers(value)
    if found is None or not isinstance(value, tuple | list | Tensor) or found.dim() != 1:
        raise refused(HINTS, "kind", kind=type(value).__name__)
    if len(found) != len(STEPS):
        raise refused(HINTS, "comma" if len(found) > len(STEPS) + 1 else "count", count=len(found))
    return found


def _listed(values: Tensor) -> str:
    return "; ".join(map(brief, values))


CHECK = Check((), START, judge)
