"""Show the source of a running turn: its own lines, with those that have just run."""

import ast
import inspect
import textwrap
from functools import lru_cache
from types import CodeType
from typing import NamedTuple


class Code(NamedTuple):
    """What a panel prints: a function's name, its body, and which lines (first, last) have just run."""

    name: str
    lines: tuple[str, ...]
    lit: tuple[int, int]


def listing(code: CodeType, line: int) -> Code:
    """Light the lines that ran since the yield before the one at `line`, where the turn now stands.

    The yields are our bookmarks in the source and no part of what is taught: they are left out, and so is
    the signature with its docstring. Everything else is `inspect.getsource`, dedented. A yield must fit on
    one line.
    """
    lines, numbers, marks = _source(code)
    since = max(mark for mark in marks if mark < line)
    lit = [row for row, number in enumerate(numbers) if since < number < line]
    return Code(code.co_qualname, lines, (lit[0], lit[-1]))


@lru_cache
def _source(code: CodeType) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the body's lines, their numbers in the file, and the numbers of the def and the yields."""
    raw, first = inspect.getsourcelines(code)
    source = textwrap.dedent("".join(raw))
    function = ast.parse(source).body[0]
    yields = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Yield)]
    start = function.body[bool(ast.get_docstring(function))].lineno
    shown = [(number, text.rstrip()) for number, text in enumerate(source.split("\n"), 1)
             if text.strip() and number >= start and number not in yields]
    body, at = textwrap.dedent("\n".join(text for _, text in shown)), first - 1
    return (tuple(body.split("\n")), tuple(number + at for number, _ in shown),
            tuple(number + at for number in (function.lineno, *yields)))
