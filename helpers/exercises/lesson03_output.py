"""Exercise 3.3: from the long-term state to the short-term one, through the output gate."""

import torch

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, brief, numbers
from helpers.exercises.lesson03_elements import HINTS as SHARED
from helpers.exercises.lesson03_elements import Elements, known
from helpers.exercises.running import Attempt
from helpers.ui.style import num

COUNTS = (1.0, 2.0, 3.0, 8.0)    # what the lesson's counter holds in c
START = (
    "A função ainda está como veio. Troque o `...` pela linha e execute a célula de novo.",
    "Siga a cópia de c(t) no desenho: primeiro ela passa pela tanh, e só depois o output gate a filtra.",
    "h = o ⊙ tanh(c), e ⊙ em Python é `*`.",
)
RIGHT = ("Confere em {count} lotes. Agora veja o contador: com o = 1 e c = {states}, sua função dá h = "
         "{outputs}. c conta; h quase não distingue 3 de 8. E com o = 0, h = {hidden}, por mais que c "
         "guarde.")

FORMULAS = [    # wrong lines that learners write
    ("inside", lambda o, c: (o * c).tanh()),
    ("no_tanh", lambda o, c: o * c),
    ("sigmoid", lambda o, c: o * c.sigmoid()),
    ("sigmoid", lambda o, c: (o * c).sigmoid()),
    ("no_gate", lambda o, c: c.tanh()),
    ("reversed", lambda o, c: (1 - o) * c.tanh()),
    ("roles", lambda o, c: o.tanh() * c),
    ("again", lambda o, c: o.sigmoid() * c.tanh()),
    ("both", lambda o, c: o.tanh() * c.tanh()),
    ("twice", lambda o, c: (o * c.tanh()).tanh()),
    ("twice", lambda o, c: o * c.tanh().tanh()),
    ("plus", lambda o, c: o + c.tanh()),
    ("clamp", lambda o, c: o * c.clamp(-1, 1)),
    ("relu", lambda o, c: o * c.relu()),
    ("tan", lambda o, c: o * c.tan()),
]
_CASE = "Com o = {o} e c = {c}, sua linha dá {found}, e o certo é {expected}."
HINTS: Hints = SHARED | {
    "inside": (f"{_CASE} O portão veio antes da tanh.",
               "Primeiro `torch.tanh(c)`; depois, de fora, o produto por `o`."),
    "no_tanh": (f"{_CASE} Faltou a tanh: h cresceria sem limite, junto com c.",
                "A cópia de c passa por `torch.tanh` antes do portão."),
    "sigmoid": (f"{_CASE} Você usou a logística, que só dá números entre 0 e 1: h nunca seria negativo.",
                "A ativação da saída é `torch.tanh`, de −1 a 1. A logística fica nas camadas f, i e o."),
    "no_gate": (f"{_CASE} Isso é tanh(c), antes do portão: a célula mostraria sempre tudo.",
                "Falta o produto por `o`."),
    "reversed": (f"{_CASE} Você usou 1 − o: o portão mostra quando deveria esconder.",
                 "Output gate 1 mostra, 0 esconde: multiplique por `o`, como ele vem."),
    "roles": (f"{_CASE} A tanh caiu sobre o portão, e c ficou sem ela.",
              "É c que passa pela tanh. `o` já está entre 0 e 1."),
    "again": (f"{_CASE} Você passou o por outra logística: com o = 0 ela daria 0,5, e o portão nunca "
              "fecharia.",
              "`o` já é a saída da camada. Use-o como chega."),
    "both": (f"{_CASE} A tanh foi aplicada aos dois: com o = 1, o portão só deixaria passar 76%.",
             "Só c passa pela tanh."),
    "twice": (f"{_CASE} Há uma tanh a mais.",
              "Uma só, sobre c. Depois do portão não vem mais nada."),
    "plus": (f"{_CASE} Você somou o portão. Com o = 0, h deveria ser 0.",
             "Um portão é uma multiplicação: `*`."),
    "clamp": (f"{_CASE} Você cortou c em −1 e 1. Quem passa do corte não recebe gradiente.",
              "A tanh chega perto de 1 aos poucos: `torch.tanh(c)`."),
    "relu": (f"{_CASE} A ReLU apaga as memórias negativas e deixa as outras sem limite.",
             "A ativação da saída é `torch.tanh`."),
    "tan": (f"{_CASE} `tan` é a tangente da trigonometria, que vai ao infinito.",
            "A tangente hiperbólica é `torch.tanh`, com h no fim."),
    "other": (_CASE, "Uma tanh sobre c e um produto por `o`. Confira os nomes e os parênteses."),
}
EXERCISE = Elements(("o", "c"), "o", (0.25, 2.0), lambda o, c: o * c.tanh(), FORMULAS, HINTS, START)


def judge(attempt: Attempt) -> str:
    """Compare with the output of the equations; then let the learner's line read the counter."""
    cases = EXERCISE.judge(attempt)
    states = torch.tensor(COUNTS)
    outputs, hidden = (numbers(attempt(gate, states.clone())) for gate in (
        torch.ones_like(states), torch.zeros_like(states)))
    return RIGHT.format(count=len(cases), states="; ".join(map(brief, COUNTS)),
                        outputs="; ".join(num(value.item(), 4) for value in outputs),
                        hidden=brief(hidden.abs().max()))


CHECK = Check(EXERCISE.names, START, judge, known)
