"""Show the source of a running turn: its own lines, with those that have just run."""

import ast
import inspect
import textwrap
from functools import lru_cache
from types import CodeType
from typing import NamedTuple


class Code(NamedTuple):
    """What a panel prints: a function's name, its body, and which lines (first, last) have just run.

    lit is (0, -1) where no line ran between two yields.
    """

    name: str
    lines: tuple[str, ...]
    lit: tuple[int, int]


def listing(code: CodeType, line: int) -> Code:
    """Light the lines that ran since the yield before the one at `line`, where the turn now stands.

    In a loop they begin at its head, since from its second round on what stands before it does not run. A
    branch that may be skipped must hold a yield of its own, or it would be lit when it was skipped.
    The yields are our bookmarks in the source and no part of what is taught: they are left out, and so is
    the signature with its docstring. Everything else is `inspect.getsource`, dedented. A yield must fit on
    one line.
    """
    lines, numbers, marks, loops = _source(code)
    since = max(*(mark for mark in marks if mark < line),
                *(head - 1 for head, end in loops if head < line <= end), 0)
    lit = [row for row, number in enumerate(numbers) if since < number < line]
    return Code(code.co_qualname, lines, (lit[0], lit[-1]) if lit else (0, -1))


@lru_cache
def _source(code: CodeType) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...],
                                     tuple[tuple[int, int], ...]]:
    """Return the body's lines, their numbers in the file, the marks after which they light, the loops."""
    raw, first = inspect.getsourcelines(code)
    source = textwrap.dedent("".join(raw))
    function = ast.parse(source).body[0]
    loops = [(node.lineno, node.end_lineno) for node in ast.walk(function)
             if isinstance(node, ast.For | ast.While)]
    yields = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Yield)]
    parts = [node.end_lineno for node in ast.walk(function) if isinstance(node, ast.YieldFrom)]
    start = function.body[bool(ast.get_docstring(function))].lineno
    shown = [(number, text.rstrip()) for number, text in enumerate(source.split("\n"), 1)
             if text.strip() and number >= start and number not in yields]
    body, at = textwrap.dedent("\n".join(text for _, text in shown)), first - 1
    return (tuple(body.split("\n")), tuple(number + at for number, _ in shown),
            tuple(number + at for number in (function.lineno, *yields, *parts)),
            tuple((head + at, end + at) for head, end in loops))
