"""What exercises 3.2 and 3.3 share: a formula of the cell, element by element, over several shapes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from helpers.exercises.judging import COMMON, Hints, answered, brief, first_wrong, numbers, recognise, refused
from helpers.exercises.running import Attempt, message

SHAPES = ((3,), (2, 3), (3, 3))    # one cell; a batch; a batch that a matrix product would take too
HINTS: Hints = COMMON | {
    "matmul": ("Você fez um produto de matrizes, e as formas não combinam. ⊙ é outro produto: o primeiro "
               "número de um com o primeiro do outro, o segundo com o segundo.",
               "Em Python, ⊙ entre dois tensores é `*`, e não `@`."),
    "collapsed": ("Entraram tensores de forma {given}, e saiu um de forma {found}: os números das unidades "
                  "foram somados. Cada unidade tem a sua própria memória.",
                  "⊙ é `*`, elemento por elemento: nem `@`, nem `.sum()`, nem `.mean()`."),
    "shape": ("Entraram tensores de forma {given}, e saiu um de forma {found}. A forma deveria ser a mesma.",
              "Só com `*`, `+` e `torch.tanh`, a forma não muda."),
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um tensor.",
             "Devolva o resultado da conta, e só ele."),
}


class Elements(NamedTuple):
    """An exercise over element-wise arithmetic; hand: the numbers by which its hints speak.

    names: the arguments; gates: those of them that lie between 0 and 1.
    """

    names: tuple[str, ...]
    gates: str
    hand: tuple[float, ...]
    right: Callable[..., Tensor]
    formulas: list[tuple[str, Callable[..., Any]]]
    hints: Hints
    start: tuple[str, ...]

    def judge(self, attempt: Attempt) -> list[tuple[Tensor, ...]]:
        """Return the cases, in all of which the function is right, or name a known wrong formula."""
        cases, found = self.cases(), []
        for case in cases:
            value = answered(attempt, case, self.start)
            read = numbers(value)
            if read is None:
                raise refused(self.hints, "kind", kind=type(value).__name__)
            if read.shape != case[0].shape:
                key = "collapsed" if read.dim() < case[0].dim() else "shape"
                raise refused(self.hints, key, given=list(case[0].shape), found=list(read.shape))
            found.append(read)
        expected = [self.right(*case) for case in cases]
        bad = first_wrong(found, expected)
        if bad is not None:
            worst = (found[bad] - expected[bad]).abs().nan_to_num(torch.inf).flatten().argmax()
            facts = {name: brief(part.flatten()[worst]) for name, part in zip(
                (*self.names, "found", "expected"), (*cases[bad], found[bad], expected[bad]), strict=True)}
            raise refused(self.hints, recognise(found, cases, self.formulas) or "other", **facts)
        return cases

    def cases(self) -> list[tuple[Tensor, ...]]:
        """The numbers of the hints first, then tensors drawn anew from an own generator."""
        rng = torch.Generator().manual_seed(31)
        drawn = [tuple(torch.rand(shape, generator=rng) if name in self.gates else
                       2 * torch.randn(shape, generator=rng) for name in self.names) for shape in SHAPES]
        return [tuple(torch.tensor([value]) for value in self.hand), *drawn]


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know what a matrix product says of shapes that do not fit it."""
    said = message(error)
    product = isinstance(error, RuntimeError) and ("mat1 and mat2" in said or "must be a matrix" in said
                                                   or "inconsistent tensor size" in said)
    return HINTS["matmul"] if product else None
