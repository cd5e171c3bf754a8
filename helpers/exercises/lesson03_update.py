"""Exercise 3.2: the two gates on the way of the long-term state, in one line."""

import torch

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, brief, numbers
from helpers.exercises.lesson03_elements import HINTS as SHARED
from helpers.exercises.lesson03_elements import Elements, known
from helpers.exercises.running import Attempt

START = (
    "A função ainda está como veio. Troque o `...` pela linha e execute a célula de novo.",
    "São dois produtos e uma soma: o que fica da memória, filtrado por f, mais o que entra, g filtrado por "
    "i.",
    "c(t) = f ⊙ c(t−1) + i ⊙ g, e ⊙ em Python é `*`.",
)
RIGHT = ("Confere em {count} lotes, de 1 a {most} números. Com c = {c} e g = {g}, sua linha dá {keep} se f = "
         "1 e i = 0 (guarda), {replace} se f = 0 e i = 1 (troca), e {add} com os dois em 1 (soma).")

FORMULAS = [    # wrong lines that learners write
    ("erase", lambda c, f, i, g: (1 - f) * c + i * g),
    ("swapped", lambda c, f, i, g: i * c + f * g),
    ("no_i", lambda c, f, i, g: f * c + g),
    ("no_f", lambda c, f, i, g: c + i * g),
    ("coupled", lambda c, f, i, g: f * c + (1 - f) * g),
    ("coupled", lambda c, f, i, g: (1 - i) * c + i * g),
    ("inside", lambda c, f, i, g: f * (c + i * g)),
    ("both_gates", lambda c, f, i, g: (f + i) * (c + g)),
    ("both_gates", lambda c, f, i, g: f * i * (c + g)),
    ("minus", lambda c, f, i, g: f * c - i * g),
    ("product", lambda c, f, i, g: f * c * i * g),
    ("sums", lambda c, f, i, g: f + c + i + g),
    ("sums", lambda c, f, i, g: (f + c) * (i + g)),
    ("only_kept", lambda c, f, i, g: f * c),
    ("only_added", lambda c, f, i, g: i * g),
    ("no_g", lambda c, f, i, g: f * c + i * c),
    ("no_g", lambda c, f, i, g: f * c + i),
    ("tanh", lambda c, f, i, g: (f * c + i * g).tanh()),
    ("tanh", lambda c, f, i, g: f * c.tanh() + i * g),
    ("again", lambda c, f, i, g: f.sigmoid() * c + i.sigmoid() * g),
    ("again", lambda c, f, i, g: f * c + i * g.tanh()),
    ("again", lambda c, f, i, g: f.sigmoid() * c + i.sigmoid() * g.tanh()),
]
_CASE = "Com c = {c}, f = {f}, i = {i} e g = {g}, sua linha dá {found}, e o certo é {expected}."
HINTS: Hints = SHARED | {
    "erase": (f"{_CASE} Você usou 1 − f: a memória some quando o portão abre.",
              "Forget gate 1 guarda, 0 apaga. Multiplique por f, como ele vem."),
    "swapped": (f"{_CASE} Os portões estão trocados: i filtrou a memória, e f, o candidato.",
                "f multiplica c, o que já estava lá; i multiplica g, o que quer entrar."),
    "no_i": (f"{_CASE} O candidato g entrou inteiro, sem passar pelo input gate.",
             "Falta o i: o que entra é `i * g`."),
    "no_f": (f"{_CASE} A memória passou inteira, sem forget gate. Essa é a LSTM de 1997: o forget gate só "
             "chegou em 2000.",
             "Falta o f: o que fica é `f * c`."),
    "coupled": (f"{_CASE} Um dos portões virou 1 menos o outro. Na LSTM os dois são independentes: ela pode "
                "guardar tudo e ainda somar.",
                "Use os dois, cada um no seu produto: `f * c` e `i * g`."),
    "inside": (f"{_CASE} f multiplicou também o que acabou de entrar.",
               "O forget gate fica antes da soma: só `f * c`. Confira os parênteses."),
    "both_gates": (f"{_CASE} Os dois portões caíram sobre a mesma soma c + g.",
                   "São dois produtos separados, e a soma vem depois: um filtra c, o outro filtra g."),
    "minus": (f"{_CASE} Você subtraiu o que entra.",
              "Os dois produtos se somam. Para diminuir c, a célula faz g negativo."),
    "product": (f"{_CASE} Você multiplicou tudo. Assim, um portão fechado zeraria a memória inteira.",
                "Entre o que fica e o que entra há um `+`."),
    "sums": (f"{_CASE} Você somou o portão ao que ele deveria filtrar.",
             "Um portão é uma multiplicação: 0 corta, 1 deixa passar, 0,5 deixa metade."),
    "only_kept": (f"{_CASE} Isso é só o que fica da memória.", "Some o que entra: `i * g`."),
    "only_added": (f"{_CASE} Isso é só o que entra: a memória se perdeu.", "Some o que fica: `f * c`."),
    "no_g": (f"{_CASE} O input gate não filtrou o g: o candidato ficou de fora.",
             "O que entra é `i * g`: o portão decide quanto, e g diz o quê."),
    "tanh": (f"{_CASE} Há uma tanh no caminho de c. Ali ela espremeria a memória a cada passo.",
             "A tanh desta parte do desenho fica depois, a caminho de h."),
    "again": (f"{_CASE} Você aplicou de novo a ativação: f, i e g já são as saídas das camadas.",
              "Use f, i e g como chegam, sem `sigmoid` nem `tanh`."),
    "other": (_CASE, "Um produto para o que fica, outro para o que entra, e uma soma. Confira os nomes."),
}
EXERCISE = Elements(("c", "f", "i", "g"), "fi", (4.0, 0.75, 0.5, -0.8), lambda c, f, i, g: f * c + i * g,
                    FORMULAS, HINTS, START)


def judge(attempt: Attempt) -> str:
    """Compare with two products and a sum; a known wrong line is named."""
    cases = EXERCISE.judge(attempt)
    c, _, _, g = cases[0]
    keep, replace, add = (brief(numbers(attempt(c.clone(), torch.tensor([f]), torch.tensor([i]), g.clone())))
                          for f, i in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)))
    return RIGHT.format(count=len(cases), most=max(case[0].numel() for case in cases), c=brief(c), g=brief(g),
                        keep=keep, replace=replace, add=add)


CHECK = Check(EXERCISE.names, START, judge, known)
