"""Where the LSTM cell's operations stand in its diagram, and the ways that its wires take there."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from helpers.lstm.graph import SOURCES, Node

Point = tuple[float, float]
Wire = tuple[str, str]

WIDTH, HEIGHT = 940.0, 290.0
COLUMNS = {"f": 186.0, "g": 338.0, "i": 490.0, "o": 642.0}    # one layer each, affine part and activation
OUT, LEFT, RIGHT = 812.0, 4.0, 934.0
C, H, X = 44.0, 244.0, 264.0    # the three long lines: c along the top, the buses of h and x along the bottom
MIDDLE = (COLUMNS["g"] + COLUMNS["i"]) / 2
RADIUS = 15.0                   # of ⊗ and ⊕
PORT = 22.0                     # from the middle of a layer's box to where x and h enter it
LANE, APART, LANES = 113.0, 6.0, 4    # where wires without a way of their own run, one below the other


class Place(NamedTuple):
    """A node's middle and half its width and height."""

    x: float
    y: float
    w: float = RADIUS
    h: float = RADIUS

    def holds(self, x: float, y: float, margin: float = 3.0) -> bool:
        return abs(x - self.x) <= self.w + margin and abs(y - self.y) <= self.h + margin


PLACES = {"kept": Place(COLUMNS["f"], C), "added": Place(MIDDLE, 95.0), "c": Place(MIDDLE, C),
          "squashed": Place(OUT, 72.0, 32.0, 11.0), "h": Place(OUT, 117.0),
          "x": Place(LEFT, X, 0, 0), "h_prev": Place(LEFT, H, 0, 0), "c_prev": Place(LEFT, C, 0, 0)}
for _letter, _x in COLUMNS.items():
    PLACES |= {f"z_{_letter}": Place(_x, 206.0, 70.0, 21.0), _letter: Place(_x, 153.0, 32.0, 12.0)}


def place(key: str, row: Sequence[str] = ()) -> Place:
    """A node's place; `row`: the nodes that have none, which stand beside one another."""
    return PLACES.get(key) or Place(560.0 + 44 * row.index(key), 84.0)


def _ways() -> dict[Wire, list[Point]]:
    ways: dict[Wire, list[Point]] = {
        ("c_prev", "kept"): [(LEFT, C), (COLUMNS["f"] - RADIUS, C)],
        ("kept", "c"): [(COLUMNS["f"] + RADIUS, C), (MIDDLE - RADIUS, C)],
        ("f", "kept"): [(COLUMNS["f"], 141.0), (COLUMNS["f"], C + RADIUS)],
        ("g", "added"): [(COLUMNS["g"], 141.0), (COLUMNS["g"], 95.0), (MIDDLE - RADIUS, 95.0)],
        ("i", "added"): [(COLUMNS["i"], 141.0), (COLUMNS["i"], 95.0), (MIDDLE + RADIUS, 95.0)],
        ("added", "c"): [(MIDDLE, 80.0), (MIDDLE, C + RADIUS)],
        ("c", "squashed"): [(MIDDLE + RADIUS, C), (OUT, C), (OUT, 61.0)],
        ("o", "h"): [(COLUMNS["o"], 141.0), (COLUMNS["o"], 117.0), (OUT - RADIUS, 117.0)],
        ("squashed", "h"): [(OUT, 83.0), (OUT, 102.0)]}
    for letter, x in COLUMNS.items():
        ways |= {("x", f"z_{letter}"): [(LEFT, X), (x - PORT, X), (x - PORT, 227.0)],
                 ("h_prev", f"z_{letter}"): [(LEFT, H), (x + PORT, H), (x + PORT, 227.0)],
                 (f"z_{letter}", letter): [(x, 185.0), (x, 165.0)]}
    return ways


WAYS = _ways()
EXITS: dict[Wire, list[Point]] = {    # what leaves the cell; not an operation's input
    ("c", "c(t)"): [(MIDDLE + RADIUS, C), (RIGHT, C)],
    ("h", "h(t)"): [(OUT, 132.0), (OUT, H), (RIGHT, H)],
    ("h", "y(t)"): [(OUT, 132.0), (OUT, 200.0), (RIGHT, 200.0)]}


def routes(nodes: Sequence[Node]) -> dict[Wire, list[Point]]:
    """Lay every wire of a graph, and the ways out of what leaves: (from, to) → corners.

    A wire that no one laid by hand takes a plain way: up from its start, along a lane, to its end.
    """
    row = [node.key for node in nodes if node.key not in PLACES]
    found: dict[Wire, list[Point]] = {}
    for node in nodes:
        for name in node.inputs:
            wire = name, node.key
            found[wire] = WAYS.get(wire) or _plain(
                place(name, row), place(node.key, row), name in SOURCES,
                LANE + APART * (sum(known not in WAYS for known in found) % LANES))
    keys = {node.key for node in nodes}
    return found | {wire: way for wire, way in EXITS.items() if wire[0] in keys}


def _plain(start: Place, end: Place, source: bool, lane: float) -> list[Point]:
    if source:    # sources stand at the left edge: along to a free column first
        first = [(start.x, start.y), (112.0, start.y), (112.0, lane)]
    else:
        first = [(start.x, start.y - start.h), (start.x, lane)]
    if end.y > lane:
        return [*first, (end.x, lane), (end.x, end.y - end.h)]
    return [*first, (end.x, lane), (end.x, end.y + end.h)]


def dots(ways: dict[Wire, list[Point]]) -> dict[Wire, list[Point]]:
    """Find where a wire leaves others of its source: at a corner inside a straight piece of theirs."""
    out: dict[Wire, list[Point]] = {}
    for (name, to), way in ways.items():
        others = [piece for (other, end), path in ways.items() if other == name and end != to
                  for piece in pairwise(path)]
        out[name, to] = [corner for corner in way[1:-1] if any(_inside(corner, *piece) for piece in others)]
    return out


def _inside(point: Point, start: Point, end: Point) -> bool:
    (x, y), (x0, y0), (x1, y1) = point, start, end
    if x0 == x1:
        return x == x0 and min(y0, y1) < y < max(y0, y1)
    return y == y0 == y1 and min(x0, x1) < x < max(x0, x1)
