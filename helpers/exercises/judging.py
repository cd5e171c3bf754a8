"""What the checks share: reading what a function gave back, and telling which wrong formula it used."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from helpers.exercises.running import Attempt, Refused
from helpers.ui.style import num

Hints = dict[str, tuple[str, str]]    # key -> (the first hint: what was measured; the second: where to look)
NEAR = 1e-5                           # relative and absolute: float32 after a sum over a small batch

COMMON: Hints = {
    "no_return": ("A função faz contas, mas não devolve nada.", "Falta o `return` na última linha."),
    "changed": ("Sua função escreveu por cima de um tensor que recebeu. Quem a chamou ainda precisa dele.",
                "Operações como `a += b`, `a[...] = b` e as que terminam em `_` mudam o próprio tensor. "
                "Calcule em um tensor novo."),
}


def refused(hints: Hints, key: str, **facts: object) -> Refused:
    """Make a refusal from a hint's words and what was measured."""
    first, second = hints[key]
    return Refused(first.format(**facts), second)


def must_return(attempt: Attempt, value: Any, start: tuple[str, ...]) -> None:
    """Refuse a function that gave nothing back; the untouched cell is 'ainda não'."""
    if value is None or value is ...:
        if attempt.idle:
            raise Refused(*start, status="ainda não")
        raise Refused(*COMMON["no_return"])


def answered(attempt: Attempt, case: Sequence[Any], start: tuple[str, ...]) -> Any:
    """Call with copies of a case's tensors; refuse what returns nothing or writes into what it was given."""
    copies = [part.clone() if isinstance(part, Tensor) else part for part in case]
    value = attempt(*copies)
    must_return(attempt, value, start)
    if not all(torch.equal(copy, part) for copy, part in zip(copies, case, strict=True)
               if isinstance(part, Tensor)):
        raise Refused(*COMMON["changed"])
    return value


def numbers(value: Any) -> Tensor | None:
    """Read a number, a tensor or a sequence of them as one float64 tensor; None where that cannot be."""
    try:
        if isinstance(value, tuple | list):
            return torch.stack([torch.as_tensor(numbers(part)) for part in value])
        read = torch.as_tensor(value).detach()
        return None if read.is_complex() else read.double()
    except (TypeError, ValueError, RuntimeError):
        return None


def single(value: Any, hints: Hints) -> Tensor:
    """Read one number as a float64 scalar; refuse anything else."""
    read = numbers(value)
    if read is None:
        raise refused(hints, "kind", kind=type(value).__name__)
    if read.numel() != 1:
        raise refused(hints, "many", count=read.numel())
    return read.reshape(())


def pair(value: Any, hints: Hints) -> list[Tensor]:
    """Read two results, each a number or a tensor; refuse anything else."""
    try:
        first, second = value
    except (TypeError, ValueError):    # nothing to unpack, or not two
        first = second = None
    parts = [numbers(first), numbers(second)]
    if any(part is None for part in parts):
        raise refused(hints, "pair", kind=type(value).__name__)
    return parts


def couple(value: Any, hints: Hints) -> Tensor:
    """Read two numbers, each a scalar, as one float64 tensor [2]; refuse anything else."""
    parts = pair(value, hints)
    sizes = [part.numel() for part in parts]
    if sizes != [1, 1]:
        raise refused(hints, "list", first=sizes[0], second=sizes[1])
    return torch.stack([part.reshape(()) for part in parts])


def brief(value: Any, digits: int = 3) -> str:
    """Write a number as Brazil does, without idle zeros: 2.60 → '2,6'."""
    text = num(float(value), digits)
    return text.rstrip("0").rstrip(",") if "," in text and "·" not in text else text


def agree(found: Any, expected: Any, near: float = NEAR) -> bool:
    """True where two tensors or numbers have one shape and, to rounding, one value."""
    found, expected = (torch.as_tensor(part).detach().double() for part in (found, expected))
    return found.shape == expected.shape and torch.allclose(found, expected, rtol=near, atol=near)


def first_wrong(found: Iterable[Any], expected: Iterable[Any], near: float = NEAR) -> int | None:
    """The place of the first value that is not as expected; None where all are."""
    return next((place for place, (one, other) in enumerate(zip(found, expected, strict=True))
                 if not agree(one, other, near)), None)


def recognise(found: Iterable[Any], cases: Iterable[Sequence[Any]],
              formulas: Iterable[tuple[str, Callable[..., Any]]], near: float = NEAR) -> str | None:
    """Name the first formula that gives what was found in every case; None where none does."""
    pairs = list(zip(found, cases, strict=True))
    return next((key for key, formula in formulas
                 if all(agree(value, formula(*case), near) for value, case in pairs)), None)


def entries(value: Any, keys: Iterable[str], hints: Hints, start: tuple[str, ...]) -> dict[str, Any]:
    """Read a dictionary with these keys and no `...` left; the untouched one is 'ainda não'."""
    if not isinstance(value, dict):
        raise refused(hints, "kind", kind=type(value).__name__)
    if set(value) != set(keys):
        raise refused(hints, "letters", found=", ".join(sorted(str(key)[:12] for key in value)) or "nenhuma")
    left = sum(part is ... for part in value.values())
    if left == len(value):
        raise Refused(*start, status="ainda não")
    if left:
        raise refused(hints, "missing", count=left)
    return value


def torch_cell(inputs: int, units: int, rng: torch.Generator) -> torch.nn.LSTMCell:
    """Make a PyTorch cell with normal weights from `rng`, its second bias 0; touches no global generator."""
    with torch.random.fork_rng([]):    # the cell first draws weights from the notebook's own generator
        cell = torch.nn.LSTMCell(inputs, units)
    with torch.no_grad():
        for weights in cell.parameters():
            weights.copy_(torch.randn(weights.shape, generator=rng))
        cell.bias_hh.zero_()
    return cell
