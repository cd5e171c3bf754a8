"""Exercise 3.7: how many parameters an LSTM layer has, with one bias a layer and with PyTorch's two."""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from helpers.exercises.checks import Check
from helpers.exercises.judging import (
    COMMON,
    Hints,
    brief,
    couple,
    first_wrong,
    must_return,
    recognise,
    refused,
)
from helpers.exercises.running import Attempt
from helpers.lstm.cell import LSTMCell

ARGUMENTS = ("entradas", "unidades")
SIZES = ((3, 2), (4, 1), (1, 1), (2, 5), (28, 128), (64, 64), (7, 3))    # inputs, units; the hints' own first
START = (
    "A função ainda está como veio. Troque o `...` pelas duas contas e execute a célula de novo.",
    "Uma camada tem W, de unidades × entradas; U, de unidades × unidades; e b, um por unidade. Quantas "
    "camadas há na célula? E quantos vieses o PyTorch guarda em cada uma?",
    "Uma camada: `unidades * (entradas + unidades + 1)`. São quatro. No PyTorch, cada uma tem mais um viés "
    "por unidade.",
)
RIGHT = ("Confere com a célula do curso e com nn.LSTM em {count} tamanhos. A do registrador, com {small_in} "
         "entradas e {small} unidade, tem {small_paper} parâmetros na conta das equações e {small_torch} no "
         "PyTorch; uma de {big_in} entradas e {big} unidades, {big_torch}. Os dois vieses do PyTorch são "
         "somados: o segundo não acrescenta nada que o primeiro não faça.")

Formulas = list[tuple[str, Callable[[int, int], float]]]
PAPER: Formulas = [    # wrong counts with one bias
    ("one_layer", lambda n, u: u * (n + u + 1)),
    ("three", lambda n, u: 3 * u * (n + u + 1)),
    ("no_U", lambda n, u: 4 * u * (n + 1)),
    ("no_W", lambda n, u: 4 * u * (u + 1)),
    ("no_b", lambda n, u: 4 * u * (n + u)),
    ("small_b", lambda n, u: 4 * u * (n + u) + 4),
    ("small_b", lambda n, u: 4 * u * (n + u) + 1),
    ("small_b", lambda n, u: 4 * u * (n + u) + u),
    ("sizes", lambda n, u: 4 * n * (n + u + 1)),
    ("precedence", lambda n, u: 4 * u * n + u + 1),
    ("precedence", lambda n, u: 4 * u * n + u * u + u),
    ("precedence", lambda n, u: 4 * u * (n + u) + 4 * u + 1),
    ("states", lambda n, u: 4 * u * (n + u + 1) + 2 * u),
    ("both_two", lambda n, u: 4 * u * (n + u + 2)),
]
TORCH: Formulas = [    # wrong counts with two
    ("both_one", lambda n, u: 4 * u * (n + u + 1)),
    ("none", lambda n, u: 4 * u * (n + u)),
    ("doubled", lambda n, u: 8 * u * (n + u + 1)),
    ("too_few", lambda n, u: 4 * u * (n + u + 1) + 1),
    ("too_few", lambda n, u: 4 * u * (n + u + 1) + 4),
    ("too_few", lambda n, u: 4 * u * (n + u + 1) + u),
    ("one_torch", lambda n, u: u * (n + u + 2)),
]
_FIRST = "Com {inputs} entradas e {units} unidades, sua primeira conta dá {found}; a certa dá {expected}."
_SECOND = "Com {inputs} entradas e {units} unidades, sua segunda conta dá {found}; nn.LSTM tem {expected}."
HINTS: Hints = {
    "no_return": COMMON["no_return"],
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois números: a conta das equações e "
             "a do PyTorch.",
             "Separe os dois com uma vírgula no `return`."),
    "list": ("Seus dois resultados têm {first} e {second} números, e o esperado é um número em cada.",
             "Some tudo o que há nas quatro camadas: sai um número só."),
    "swapped": ("Os dois números estão trocados: o primeiro é o do PyTorch, e o segundo, o das equações.",
                "Devolva primeiro o das equações, com um viés; o maior vem depois."),
    "one_layer": (f"{_FIRST} Essa é uma camada só.",
                  "São quatro, todas do mesmo tamanho: a principal g e as controladoras f, i e o."),
    "three": (f"{_FIRST} Você contou três camadas.",
              "Há três portões, mas quatro camadas: g também tem pesos."),
    "no_U": (f"{_FIRST} Faltam os pesos que leem h(t−1).",
             "U é quadrada: unidades × unidades, uma em cada camada."),
    "no_W": (f"{_FIRST} Faltam os pesos que leem x(t).", "W tem unidades × entradas, uma em cada camada."),
    "no_b": (f"{_FIRST} Faltam os vieses.", "Um por unidade, em cada uma das quatro camadas."),
    "small_b": (f"{_FIRST} Faltam vieses: não basta um só, nem um por camada.",
                "São `unidades` vieses em cada camada, e são quatro camadas."),
    "sizes": (f"{_FIRST} Entradas e unidades estão trocadas.",
              "Cada camada dá um número por unidade: é `unidades` que multiplica a soma toda."),
    "precedence": (f"{_FIRST} O Python multiplica antes de somar: parte da soma ficou fora do produto.",
                   "Ponha a soma entre parênteses: `4 * unidades * (…)`."),
    "states": (f"{_FIRST} Você contou também h e c. Eles são estados, e mudam a cada passo; parâmetros são o "
               "que o treino ajusta.",
               "Só W, U e b."),
    "both_two": (f"{_FIRST} Essa já é a conta com dois vieses por unidade.",
                 "Nas equações da aula há um b só em cada camada. A conta do PyTorch é a segunda."),
    "other_paper": (_FIRST, "Confira à mão com 1 entrada e 1 unidade: cada camada tem um W, um U e um b, e "
                            "são quatro: 12."),
    "both_one": (f"{_SECOND} Essa é a das equações, com um viés.",
                 "O PyTorch guarda `bias_ih` e `bias_hh`: dois por unidade, em cada camada."),
    "none": (f"{_SECOND} Essa não tem viés nenhum.",
             "São dois por unidade em cada camada: `bias_ih` e `bias_hh`."),
    "doubled": (f"{_SECOND} Você dobrou tudo; só os vieses são dois.",
                "W e U continuam como estão: troque o 1 de dentro dos parênteses por 2."),
    "too_few": (f"{_SECOND} Faltam vieses: o segundo também é um por unidade, em cada camada.",
                "São mais `4 * unidades` que na primeira conta."),
    "one_torch": (f"{_SECOND} Essa é uma camada só.", "Multiplique por 4, como na primeira conta."),
    "other_torch": (_SECOND, "Parta da primeira conta e some o segundo viés: um por unidade, em cada uma das "
                             "quatro camadas."),
}


def judge(attempt: Attempt) -> str:
    """Compare both counts with modules that hold as many numbers; a known wrong formula is named."""
    found = torch.stack([_value(attempt, sizes) for sizes in SIZES])
    expected = torch.tensor([counts(sizes) for sizes in SIZES]).double()
    if torch.equal(found.flip(1), expected):
        raise refused(HINTS, "swapped")
    for part, formulas, other in ((0, PAPER, "other_paper"), (1, TORCH, "other_torch")):
        bad = first_wrong(found[:, part], expected[:, part])
        if bad is not None:
            key = recognise(found[:, part], SIZES, formulas) or other
            raise refused(HINTS, key, inputs=SIZES[bad][0], units=SIZES[bad][1],
                          found=brief(found[bad, part], 2), expected=int(expected[bad, part]))
    small, big = SIZES[1], SIZES[4]
    facts = {name: f"{int(value):,}".replace(",", ".") for name, value in
             (("small_paper", found[1, 0]), ("small_torch", found[1, 1]), ("big_torch", found[4, 1]))}
    return RIGHT.format(count=len(SIZES), small_in=small[0], small=small[1], big_in=big[0], big=big[1],
                        **facts)


@cache
def counts(sizes: tuple[int, int]) -> tuple[int, int]:
    """Count what the course's cell and torch's own layer hold."""
    with torch.random.fork_rng([]):    # the layer draws weights from the notebook's own generator
        modules = LSTMCell(*sizes), nn.LSTM(*sizes)
    return tuple(sum(weight.numel() for weight in module.parameters()) for module in modules)


def _value(attempt: Attempt, sizes: tuple[int, int]) -> Tensor:
    value = attempt(*sizes)
    must_return(attempt, value, START)
    return couple(value, HINTS)


CHECK = Check(ARGUMENTS, START, judge)
