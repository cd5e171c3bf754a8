"""Draw an LSTM cell: its operations and wires as its code has them, the numbers that flow, what is lit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from helpers.lstm import colors
from helpers.lstm.graph import Node
from helpers.lstm.routes import COLUMNS, MIDDLE, OUT, Point, Wire, dots, place, routes
from helpers.ui import style, svg

CELL = 13.0               # side of a strip's cells, one a unit
FAINT, PALEST, WHITE = "#c4c4c4", "#f4f4f4", "#ffffff"    # what is not spoken of: lines and letters, boxes
LINES = {"c": (4.0, None), "h": (2.0, "7 3"), "": (1.8, None)}    # thick, dashed, plain: width and dashes
KINDS = {"c_prev": "c", "kept": "c", "c": "c", "h_prev": "h", "h": "h"}    # what flows: c, h, or else


class Spot(NamedTuple):
    """Where a value is written: its baseline, on which side, where its strip of cells begins.

    below: the name stands a line above the numbers.
    """

    x: float
    y: float
    anchor: str
    strip: float
    below: bool = False

    def holds(self, x: float, y: float) -> bool:
        left, right = {"start": (0, 126), "end": (-126, 0)}[self.anchor]
        return self.x + left <= x <= self.x + right and self.y - 18 - 19 * self.below <= y <= self.y + 5


SPOTS = {"c_prev": Spot(4, 28, "start", 127), "kept": Spot(208, 28, "start", 304),
         "added": Spot(MIDDLE + 8, 75, "start", 524), "c": Spot(436, 28, "start", 530),
         "squashed": Spot(OUT + 8, 100, "start", 878), "h": Spot(OUT + 8, 174, "start", 878, True),
         "h_prev": Spot(4, 234, "start", 60, True), "x": Spot(4, 284, "start", 112)}
for _letter, _x in COLUMNS.items():
    _side = ("end", -8.0, 8.0) if _letter in "fg" else ("start", 8.0, -8 - 4 * CELL)
    SPOTS |= {key: Spot(_x + _side[1], y, _side[0], _x + _side[2])
              for key, y in ((_letter, 134 if _letter == "o" else 129), (f"z_{_letter}", 180))}

GATE_NAMES = {"kept": (COLUMNS["f"] + 14, 70.0, "start"), "added": (MIDDLE - 20, 89.0, "end"),
              "h": (786.0, 110.0, "end")}
EXIT_NAMES = {"c(t)": (930.0, 36.0), "h(t)": (930.0, 236.0), "y(t)": (930.0, 193.0)}


class Label(NamedTuple):
    """What is written on a wire: the value's name, its numbers in words, one number a cell of its strip."""

    name: str
    words: str = ""
    cells: tuple[float, ...] = ()
    chosen: int = 0


@dataclass(frozen=True)
class View:
    """One look at a cell. boxes: words in and beside the boxes, by key; lit: keys and wires (from, to).

    dim: all that is not lit is faint; size: of the letters.
    """

    nodes: Sequence[Node]
    labels: Mapping[str, Label]
    boxes: Mapping[str, str]
    gates: Mapping[str, str]
    lit: Collection[str | Wire] = field(default_factory=frozenset)
    dim: bool = False
    size: float = style.SMALL

    def ink(self, *parts: str | Wire) -> str:
        return FAINT if self.dim and not any(part in self.lit for part in parts) else style.INK


def cell(view: View) -> str:
    """Draw the whole cell on a field of 940 × 290."""
    row = [node.key for node in view.nodes if node.key not in SPOTS]
    return "".join((_wires(view), *(_node(view, node, row) for node in view.nodes), _names(view),
                    *(_label(view, key, label) for key, label in view.labels.items() if key in SPOTS),
                    _strips(view)))


def part_at(x: float, y: float, nodes: Sequence[Node]) -> str:
    """Say what stands at a place: the key of an operation or of a value, or ''."""
    for node in nodes:
        if place(node.key, [node.key]).holds(x, y):
            return node.key
    return next((key for key, spot in SPOTS.items() if spot.holds(x, y)), "")


def _wires(view: View) -> str:
    """All wires as few shapes: by what flows in them, and by whether they are faint."""
    ways, out = routes(view.nodes), []
    partings = dots(ways)
    if lit := [way for wire, way in ways.items() if wire in view.lit]:
        out.append(svg.polylines(lit, stroke=colors.HALO, stroke_width=11, stroke_linejoin="round"))
    for ink in (FAINT, style.INK):
        for kind, (width, dashes) in LINES.items():
            some = {wire: way for wire, way in ways.items()
                    if KINDS.get(wire[0], "") == kind and view.ink(wire) == ink}
            tips = [_tip(way, 11.0 if kind == "c" else 9.0) for way in some.values()]
            lines = [[*way[:-1], neck] for way, (neck, _) in zip(some.values(), tips, strict=True)]
            if lines:
                heads = "".join(shape for _, shape in tips)
                out += [svg.polylines(lines, stroke=ink, stroke_width=width, stroke_dasharray=dashes),
                        svg.tag("path", d=heads, fill=ink)]
        path = "".join(f"M{x:g} {y:g}h0" for wire, points in partings.items() if view.ink(wire) == ink
                       for x, y in points)
        if path:
            out.append(svg.tag("path", d=path, stroke=ink, stroke_width=8, stroke_linecap="round"))
    return "".join(out)


def _tip(way: Sequence[Point], size: float) -> tuple[Point, str]:
    """An arrow head at a way's end, and where the line may stop under it; ways run along the axes."""
    (x0, y0), (x, y) = way[-2:]
    length = abs(x - x0) + abs(y - y0) or 1.0
    dx, dy = (x - x0) / length, (y - y0) / length
    corners = [(x - size * dx + side * 0.45 * size * dy, y - size * dy + side * 0.45 * size * dx)
               for side in (1, -1)]
    shape = f"M{x:g} {y:g}" + "".join(f"L{a:.1f} {b:.1f}" for a, b in corners) + "Z"
    return (x - 0.6 * size * dx, y - 0.6 * size * dy), shape


def _node(view: View, node: Node, row: Sequence[str]) -> str:
    """Draw an operation as its code says: a layer, σ, tanh, ⊗, ⊕, or its code in a box."""
    at, lit = place(node.key, row), node.key in view.lit
    ink = view.ink(node.key)
    letter = node.layer or (node.key if node.key in colors.LAYERS else "")
    tones = colors.PALE if node.layer else colors.LAYERS
    fill = PALEST if ink == FAINT else tones.get(letter, WHITE)
    frame = {"stroke": ink, "stroke_width": 4 if lit else 1.8}
    sign = "⊗" if "*" in node.code else "⊕" if "+" in node.code else ""
    if sign and at.w == at.h:
        reach = 6.5 if sign == "⊗" else 9.0
        ends = [((-reach, -reach), (reach, reach)), ((-reach, reach), (reach, -reach))] if sign == "⊗" else [
            ((-reach, 0.0), (reach, 0.0)), ((0.0, -reach), (0.0, reach))]
        strokes = [[(at.x + dx, at.y + dy) for dx, dy in pair] for pair in ends]
        return svg.tag("circle", cx=at.x, cy=at.y, r=at.w, fill=PALEST if ink == FAINT else WHITE,
                       **frame) + svg.polylines(strokes, stroke=ink, stroke_width=2.4)
    box = svg.box(at.x - at.w, at.y - at.h, 2 * at.w, 2 * at.h, fill, **frame)
    if node.layer:
        return box + _words(view, at.x, at.y - 4, view.boxes[node.layer], ink, "middle") + _words(
            view, at.x, at.y + 15, view.boxes["affine"], ink, "middle")
    name = "tanh" if "tanh" in node.code else "σ" if "sigmoid" in node.code else sign or node.code[:7]
    return box + _words(view, at.x, at.y + 0.34 * view.size, name, ink, "middle", "bold" if lit else None)


def _names(view: View) -> str:
    """Name the three gates and what leaves."""
    keys = {node.key for node in view.nodes}
    gates = [_words(view, x, y, view.gates[key], view.ink(key), anchor, "bold" if key in view.lit else None)
             for key, (x, y, anchor) in GATE_NAMES.items() if key in view.gates and key in keys]
    exits = [_words(view, *EXIT_NAMES[to], to, view.ink((name, to)), "end",
                    "bold" if (name, to) in view.lit else None)
             for name, to in routes(view.nodes) if to in EXIT_NAMES]
    return "".join(gates + exits)


def _label(view: View, key: str, label: Label) -> str:
    leaving = [part for part in view.lit if isinstance(part, tuple) and part[0] == key]
    spot, ink = SPOTS[key], view.ink(key, *leaving)
    bold = "bold" if key in view.lit else None
    if spot.below and label.words:
        return _words(view, spot.x, spot.y - 19, label.name, ink, spot.anchor, bold) + _words(
            view, spot.x, spot.y, label.words, ink, spot.anchor, bold)
    words = f"{label.name} {label.words}".strip()
    # readable over a wire that no one laid by hand
    edge = {} if not label.words else {"stroke": style.PAPER, "stroke_width": 4, "paint_order": "stroke"}
    return _words(view, spot.x, spot.y, words, ink, spot.anchor, bold, **edge)


def _words(view: View, x: float, y: float, words: str, ink: str, anchor: str,
           weight: str | None = None, **edge: object) -> str:
    return svg.text(x, y, words, view.size, fill="#9a9a9a" if ink == FAINT else ink, text_anchor=anchor,
                    font_weight=weight, **edge)


def _strips(view: View) -> str:
    """All strips as one shape a colour, the frames of all cells, and those of the chosen ones."""
    shades: dict[int, list[Point]] = {}
    chosen: list[Point] = []
    for key, label in view.labels.items():
        for unit, value in enumerate(label.cells):
            corner = SPOTS[key].strip + CELL * unit, SPOTS[key].y - 12.5
            shades.setdefault(colors.level(value), []).append(corner)
            chosen += [corner] if unit == label.chosen else []
    out = [svg.tag("path", d=_squares(corners), fill=colors.shade(step), stroke="#777777", stroke_width=1)
           for step, corners in shades.items()]
    return "".join(out) + (svg.tag("path", d=_squares(chosen), fill="none", stroke=style.INK,
                                   stroke_width=2.6) if chosen else "")


def _squares(corners: Sequence[Point]) -> str:
    return "".join(f"M{x:g} {y:g}h{CELL:g}v{CELL:g}h-{CELL:g}z" for x, y in corners)
