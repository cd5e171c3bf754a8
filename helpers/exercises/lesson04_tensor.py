"""Exercise 4.1: the frames of a film, as a camera keeps them, turned into the tensor that a network wants."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import (
    COMMON,
    Hints,
    answered,
    brief,
    first_wrong,
    numbers,
    recognise,
    refused,
)
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num

ARGUMENTS = ("quadros",)
SIZES = ((16, 32, 24, 3), (5, 7, 9, 1), (2, 6, 4, 3), (1, 2, 3, 3))    # T, H, W, C: no two alike but C
START = (
    "A função ainda está como veio. Troque o `...` pelas duas contas e execute a célula de novo.",
    "Uma conta muda a ordem das dimensões, sem tirar nenhum número do seu pixel; a outra muda a escala, de 0 "
    "a 255 para 0 a 1.",
    "`quadros.permute(0, 3, 1, 2)` põe na frente a dimensão 0, depois a 3, a 1 e a 2. E `/ 255` já devolve "
    "float32.",
)
RIGHT = ("Confere em {count} filmes. O maior, {given}, virou {found}, com valores de {low} a {high}. Com "
         "`reshape` a forma seria a mesma, nenhum erro apareceria, e só {share}% dos números cairiam no "
         "lugar certo.")


def right(film: Tensor) -> Tensor:
    """[T, H, W, C] uint8 → [T, C, H, W] in [0, 1]."""
    return film.movedim(3, 1).double() / 255


def _scaled(order: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda film: order(film).double() / 255


ORDERS: list[tuple[str, Callable[[Tensor], Tensor]]] = [    # what else has been done with the dimensions
    ("reshaped", lambda film: film.reshape(right(film).shape)),
    ("untouched", lambda film: film),
    ("sides", lambda film: film.transpose(1, 3)),    # [T, C, W, H]
    ("channels_first", lambda film: film.movedim(3, 0)),
    ("turned", lambda film: film.permute(3, 2, 1, 0)),
    ("grey", lambda film: film.double().mean(3)),
    ("grey", lambda film: film.double().mean(3, keepdim=True).movedim(3, 1)),
    ("flat", lambda film: film.movedim(3, 1).flatten(1)),
    ("batch", lambda film: film.movedim(3, 1).unsqueeze(0)),
]
FORMULAS: list[tuple[str, Callable[[Tensor], Any]]] = [
    *((key, formula) for key, order in ORDERS for formula in (_scaled(order), order)),
    ("not_divided", lambda film: film.movedim(3, 1)),
    ("whole", lambda film: film.movedim(3, 1) // 255),
    ("whole", lambda film: (film.movedim(3, 1) / 255).round()),
    ("symmetric", lambda film: 2 * right(film) - 1),
    ("symmetric", lambda film: film.movedim(3, 1).double() / 128 - 1),
    ("by_256", lambda film: film.movedim(3, 1).double() / 256),
    ("own_most", lambda film: film.movedim(3, 1).double() / film.max()),
    ("own_most", lambda film: (right(film) - right(film).min()) / (right(film).max() - right(film).min())),
    ("inverted", lambda film: 1 - right(film)),
]
_SHAPES = "Entrou um filme de forma {given}; sua função devolve {found}."
_PIXEL = "O número {raw} de um pixel deveria virar {expected}; na sua função, virou {value}."
HINTS: Hints = COMMON | {
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um tensor.",
             "Devolva o filme depois das duas contas, e só ele."),
    "dtype": ("Os números estão certos até o último degrau, mas saíram como `{kind}`: as redes do curso "
              "esperam float32.",
              "A divisão por 255 já leva uint8 a float32; não é preciso converter depois."),
    "bad_view": ("`view` não consegue reler o tensor nesta ordem: ele só muda a forma do que já está em "
                 "fila na memória.",
                 "Aqui a ordem das dimensões muda de verdade: use `permute`, e não `view`."),
    "too_many": ("O filme tem quatro dimensões, e a ordem que você pediu não lista cada uma delas uma vez.",
                 "`permute` recebe 0, 1, 2 e 3, cada uma uma vez, na ordem em que devem ficar."),
    "reshaped": (f"{_SHAPES} A forma está certa, mas os números saíram do lugar: `reshape` e `view` só "
                 "cortam a mesma fila de outro jeito, e os três canais de um pixel viram três vizinhos.",
                 "Quem troca dimensões é `permute`: `quadros.permute(0, 3, 1, 2)`."),
    "untouched": (f"{_SHAPES} O canal continua em último.",
                  "Leve a dimensão 3 para logo depois do tempo: `permute(0, 3, 1, 2)`."),
    "sides": (f"{_SHAPES} Cada quadro saiu deitado: altura e largura trocaram de lugar.",
              "`transpose(1, 3)` troca só duas dimensões; as três precisam rodar: `permute(0, 3, 1, 2)`."),
    "channels_first": (f"{_SHAPES} O canal foi para a frente do tempo. Cada item da primeira dimensão deve "
                       "ser um quadro inteiro.",
                       "O tempo fica onde está: a ordem é 0, 3, 1, 2."),
    "turned": (f"{_SHAPES} As quatro dimensões ficaram ao contrário.", "A ordem é 0, 3, 1, 2."),
    "grey": (f"{_SHAPES} Você tirou a média dos canais: o filme ficou sem cor.",
             "Nenhum número some: mude só a ordem das dimensões."),
    "flat": (f"{_SHAPES} Os quadros viraram filas de números; uma convolução precisa da altura e da largura.",
             "Tire o `flatten`: a forma final tem quatro dimensões."),
    "batch": (f"{_SHAPES} Há uma dimensão a mais na frente, a do lote; aqui é um filme só.",
              "Tire o `unsqueeze` ou o `[None]`."),
    "shape": (f"{_SHAPES} O esperado é {{wanted}}: tempo, canal, altura, largura.",
              "Duas contas bastam: `permute(0, 3, 1, 2)` e `/ 255`."),
    "not_divided": (f"{_PIXEL} Os valores continuam de 0 a 255.", "Falta dividir por 255."),
    "whole": (f"{_PIXEL} A divisão ficou sem as casas decimais, e quase tudo virou 0.",
              "Use `/ 255`, com uma barra só, sem arredondar nem converter para inteiro depois."),
    "symmetric": (f"{_PIXEL} Essa é a escala de −1 a 1, a dos dígitos da aula 02.",
                  "Nesta aula, o papel vale 0, e a tinta, 1: só divida por 255."),
    "by_256": (f"{_PIXEL} Dividindo por 256, o mais claro nunca chega a 1.",
               "Um byte vai de 0 a 255: são 256 valores, mas o maior é 255."),
    "own_most": (f"{_PIXEL} Você usou o mínimo ou o máximo do próprio filme: um filme escuro ficaria claro, "
                 "e dois filmes não se comparariam.",
                 "Divida sempre pelo mesmo número: 255."),
    "inverted": (f"{_PIXEL} O claro e o escuro trocaram de lugar.", "Sem o 1 −: só divida por 255."),
    "other": (_PIXEL, "A forma está certa. Confira a escala: só uma divisão por 255, e nada mais."),
}


def judge(attempt: Attempt) -> str:
    """Compare with the dimension moved and the byte divided, over several sizes."""
    films = cases()
    found = [_tensor(attempt, film) for film in films]
    expected = [right(film) for film in films]
    bad = first_wrong(found, expected)
    if bad is not None:
        film, mine, wanted = films[bad], found[bad], expected[bad]
        shapes = {"given": list(film.shape), "found": list(mine.shape), "wanted": list(wanted.shape)}
        key = recognise(found, [(film,) for film in films], FORMULAS)
        if mine.shape != wanted.shape:
            raise refused(HINTS, key or "shape", **shapes)
        worst = (mine - wanted).abs().nan_to_num(torch.inf).flatten().argmax()
        raw, value, best = (brief(part.flatten()[worst]) for part in (film.movedim(3, 1), mine, wanted))
        raise refused(HINTS, key or "other", raw=raw, value=value, expected=best, **shapes)
    first = found[0]
    kept = (films[0].reshape(first.shape) == films[0].movedim(3, 1)).double().mean().item()
    return RIGHT.format(count=len(films), given=list(films[0].shape), found=list(first.shape),
                        low=num(first.min().item()), high=num(first.max().item(), 0),
                        share=num(100 * kept, 1))


def cases() -> list[Tensor]:
    """Films of random bytes, the first from 0 to 255, the others darker: [T, H, W, C] uint8."""
    rng = torch.Generator().manual_seed(44)
    films = [torch.randint(3, 200, size, generator=rng, dtype=torch.uint8) for size in SIZES]
    films[0][0, 0, 0, 0], films[0][-1, -1, -1, -1] = 0, 255
    return films


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know a view that cannot be, and an order that does not list four dimensions."""
    said = message(error)
    if "view size is not compatible" in said:
        return HINTS["bad_view"]
    listed = "permute(sparse_coo)" in said or "duplicate dims" in said or "Dimension out of range" in said
    return HINTS["too_many"] if listed else None


def _tensor(attempt: Attempt, film: Tensor) -> Tensor:
    value = answered(attempt, (film,), START)
    read = numbers(value)
    if read is None or isinstance(value, int | float):
        raise refused(HINTS, "kind", kind=type(value).__name__)
    kind = str(getattr(value, "dtype", "")).removeprefix("torch.")
    if kind in ("float16", "bfloat16") and torch.allclose(read, right(film), atol=0.01):
        raise refused(HINTS, "dtype", kind=kind)
    return read


CHECK = Check(ARGUMENTS, START, judge, known)
