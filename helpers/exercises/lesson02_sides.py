"""Exercise 2.1: the side of what a convolution and a transposed convolution give back."""

from collections.abc import Callable
from functools import cache
from itertools import product
from math import ceil

import torch
from torch import Tensor
from torch.nn import functional as F

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, first_wrong, must_return, pair, recognise, refused
from helpers.exercises.running import Attempt
from helpers.ui.style import num

ARGUMENTS = ("n", "k", "s", "p")
START = (
    "A função ainda está como veio. Troque o `...` pelos dois lados e execute a célula de novo.",
    "Convolução: com o padding, o lado é n + 2p. O kernel ocupa k; quantos passos de s ele ainda dá, e "
    "quantas posições são ao todo? Transposta: são n carimbos de lado k, cada um a s pixels do anterior; "
    "quanto eles ocupam juntos? Depois, p sai de cada borda.",
    "`(n + 2 * p - k) // s + 1` e `(n - 1) * s + k - 2 * p`.",
)
RIGHT = ("Confere com o PyTorch em {count} combinações. Com k = 4, s = 2 e p = 1, a convolução leva 28 a "
         "{down} e depois a {bottom}; a transposta faz o caminho de volta, de {bottom} a {up} e a {top}.")

# Wrong formulas that learners write: what the values give away.
Formulas = list[tuple[str, Callable[[int, int, int, int], float]]]
CONVOLUTION: Formulas = [
    ("fraction", lambda n, k, s, p: (n + 2 * p - k) / s + 1),
    ("up", lambda n, k, s, p: ceil((n + 2 * p - k) / s) + 1),
    ("up", lambda n, k, s, p: round((n + 2 * p - k) / s) + 1),
    ("no_one", lambda n, k, s, p: (n + 2 * p - k) // s),
    ("no_one", lambda n, k, s, p: (n + 2 * p - k + 1) // s),
    ("precedence", lambda n, k, s, p: n + 2 * p - k // s + 1),
    ("margin", lambda n, k, s, p: (n + p - k) // s + 1),
    ("margin", lambda n, k, s, p: (n - k) // s + 1),
    ("margin", lambda n, k, s, p: (n - 2 * p - k) // s + 1),
    ("thumb", lambda n, k, s, p: n // s),
    ("thumb", lambda n, k, s, p: n / s),
]
TRANSPOSED: Formulas = [
    ("all_gaps", lambda n, k, s, p: n * s + k - 2 * p),
    ("no_kernel", lambda n, k, s, p: (n - 1) * s - 2 * p),
    ("no_kernel", lambda n, k, s, p: (n - 1) * s + 1 - 2 * p),
    ("one_less", lambda n, k, s, p: (n - 1) * s + k - 1 - 2 * p),
    ("crop", lambda n, k, s, p: (n - 1) * s + k + 2 * p),
    ("crop", lambda n, k, s, p: (n - 1) * s + k - p),
    ("crop", lambda n, k, s, p: (n - 1) * s + k),
    ("same", lambda n, k, s, p: (n + 2 * p - k) // s + 1),
    ("thumb_up", lambda n, k, s, p: n * s),
]
_AT = "Com n = {n}, k = {k}, s = {s} e p = {p}, sua"
_FIRST = f"{_AT} convolução dá lado {{found}}; a do PyTorch dá {{expected}}."
_SECOND = f"{_AT} transposta dá lado {{found}}; a do PyTorch dá {{expected}}."
HINTS: Hints = {
    "no_return": COMMON["no_return"],
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois números: o lado depois da "
             "convolução e o lado depois da transposta.",
             "Separe os dois com uma vírgula no `return`."),
    "list": ("Seus dois resultados têm {first} e {second} números, e o esperado é um número em cada.",
             "A imagem é quadrada: basta um lado para cada camada."),
    "swapped": ("Os dois lados estão trocados: o primeiro é o da transposta, e o segundo, o da convolução.",
                "Devolva primeiro o da convolução, depois o da transposta."),
    "fraction": (f"{_FIRST} Não existe meio pixel: o último passo do kernel só conta se couber inteiro.",
                 "Use a divisão inteira, `//`, que arredonda para baixo."),
    "up": (f"{_FIRST} Você contou um passo que não cabe.",
           "Se sobra menos que s, o kernel não anda mais: arredonde para baixo, com `//`."),
    "no_one": (f"{_FIRST} Você contou os passos; as posições são uma a mais, porque a primeira já vale antes "
               "de qualquer passo.",
               "Some 1 depois da divisão, fora dos parênteses."),
    "precedence": (f"{_FIRST} O Python divide antes de subtrair: só o k foi dividido por s.",
                   "Ponha `n + 2 * p - k` entre parênteses antes de dividir."),
    "margin": (f"{_FIRST} O padding p entra dos dois lados e aumenta o lado da imagem.",
               "O kernel anda sobre n + 2p pixels."),
    "thumb": (f"{_FIRST} Dividir por s só serve para kernel e padding escolhidos a dedo, como k = 4, "
              "s = 2, p = 1.",
              "Monte a conta: o que sobra depois que o kernel coube uma vez, dividido por s, mais 1."),
    "other_conv": (_FIRST, "Conte no papel: com n = 5, k = 3, s = 1 e p = 0, o kernel cabe em 3 posições."),
    "all_gaps": (f"{_SECOND} Entre n carimbos há só n − 1 saltos.",
                 "O último carimbo começa em (n − 1)·s."),
    "no_kernel": (f"{_SECOND} Você parou onde o último carimbo começa.",
                  "Ele ainda ocupa k pixels dali em diante: some k."),
    "one_less": (f"{_SECOND} Falta um pixel.",
                 "O último carimbo começa em (n − 1)·s e ocupa k pixels inteiros, não k − 1."),
    "crop": (f"{_SECOND} Na transposta, p faz o contrário: corta p pixels de cada borda do resultado.",
             "Subtraia 2p, uma vez para cada lado."),
    "same": (f"{_SECOND} Você usou a conta da convolução nas duas. A transposta percorre o caminho inverso: "
             "espalha em vez de juntar.",
             "Com n = 1, há um carimbo só, de lado k. Cada pixel a mais na entrada acrescenta s."),
    "thumb_up": (f"{_SECOND} Multiplicar por s só serve para kernel e padding escolhidos a dedo, como k = 4, "
                 "s = 2, p = 1.",
                 "Monte a conta: onde começa o último carimbo, mais o tamanho dele, menos o que se corta."),
    "other_transposed": (_SECOND, "Conte no papel: com n = 2, k = 3, s = 1 e p = 0, dois carimbos de lado 3, "
                                  "a um pixel um do outro, ocupam 4."),
}
NS, KS, SS, PS = (7, 5, 14, 28, 2, 8), (4, 3, 5, 2, 1), (2, 1, 3), (1, 0, 2)    # the lesson's own first


def judge(attempt: Attempt) -> str:
    """Compare both sides with what torch's two operations really give, over every case that fits."""
    found = [_value(attempt, case) for case in cases()]
    first, second = (torch.stack(found)[:, part] for part in (0, 1))
    down, up = (torch.tensor(part).double() for part in zip(*map(sides, cases()), strict=True))
    if torch.equal(first, up) and torch.equal(second, down):
        raise refused(HINTS, "swapped")
    for given, right, formulas, other in ((first, down, CONVOLUTION, "other_conv"),
                                          (second, up, TRANSPOSED, "other_transposed")):
        bad = first_wrong(given, right)
        if bad is not None:
            key = recognise(given, cases(), formulas) or other
            raise refused(HINTS, key, **dict(zip(ARGUMENTS, cases()[bad], strict=True)),
                          found=num(given[bad].item(), 2).removesuffix(",00"), expected=int(right[bad]))
    down, up = (lambda n, part=part: int(_value(attempt, (n, 4, 2, 1))[part]) for part in (0, 1))
    return RIGHT.format(count=len(found), down=down(28), bottom=down(down(28)), up=up(7), top=up(up(7)))


@cache
def cases() -> list[tuple[int, int, int, int]]:
    """The sizes (n, k, s, p) in which both operations leave something."""
    return [(n, k, s, p) for n, k, s, p in product(NS, KS, SS, PS)
            if n + 2 * p >= k and (n - 1) * s + k > 2 * p]


@cache
def sides(case: tuple[int, int, int, int]) -> tuple[int, int]:
    """Let torch convolve an empty image both ways, and read the sides of what comes out."""
    n, k, s, p = case
    image, kernel = torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k)
    return (F.conv2d(image, kernel, stride=s, padding=p).shape[-1],
            F.conv_transpose2d(image, kernel, stride=s, padding=p).shape[-1])


def _value(attempt: Attempt, case: tuple[int, int, int, int]) -> Tensor:
    value = attempt(*case)
    must_return(attempt, value, START)
    parts = pair(value, HINTS)
    sizes = [part.numel() for part in parts]
    if sizes != [1, 1]:
        raise refused(HINTS, "list", first=sizes[0], second=sizes[1])
    return torch.stack([part.reshape(()) for part in parts])


CHECK = Check(ARGUMENTS, START, judge)
