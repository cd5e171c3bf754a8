"""The cell's operations as a graph, read from the very code that computes them."""

import ast
import inspect
import textwrap
from functools import lru_cache
from typing import NamedTuple

from helpers.lstm.cell import LSTMCell

SOURCES = ("x", "h_prev", "c_prev")    # what enters


class Node(NamedTuple):
    """One operation: the name of its result, the names that it reads, its code, the gate that may be held.

    layer: g, f, i or o where the code calls one of the four layers.
    """

    key: str
    inputs: tuple[str, ...]
    code: str
    layer: str = ""
    gate: str = ""


@lru_cache
def graph(cell: type[LSTMCell] = LSTMCell) -> tuple[Node, ...]:
    """Read the assignments of a cell's `step`, in the order in which they run."""
    function = ast.parse(textwrap.dedent(inspect.getsource(cell.step))).body[0]
    known, nodes = list(SOURCES), []
    for line in function.body:
        if isinstance(line, ast.Assign):
            key = line.targets[0].id
            names = [part for part in ast.walk(line.value) if isinstance(part, ast.Name | ast.Attribute)]
            names.sort(key=lambda part: (part.lineno, part.end_col_offset))
            inputs = tuple(part.id for part in names if isinstance(part, ast.Name) and part.id in known)
            owned = {part.value.id: part.attr for part in names
                     if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)}
            nodes.append(Node(key, inputs, ast.unparse(line.value), owned.get("self", ""),
                              owned.get("hold", "")))
            known.append(key)
    return tuple(nodes)


def wires(cell: type[LSTMCell] = LSTMCell) -> tuple[tuple[str, str], ...]:
    """List every wire (from, to): from a source or a result to the operation that reads it."""
    return tuple((name, node.key) for node in graph(cell) for name in node.inputs)
