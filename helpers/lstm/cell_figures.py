"""Draw what stands below the cell: the chosen unit's weights as a table, the sequence as a strip."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from helpers.lstm import colors
from helpers.lstm.colors import LAYERS
from helpers.ui import canvas, style, svg

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROW, FIRST, HEAD = 20.5, 26.0, 44.0    # a row's height, the width of its letter, what stands above the rows
RAMP = canvas.ramp(colors.SIGNED)


class Weights(NamedTuple):
    """Where the table of one unit's weights stands; a row a layer, then W by input, U by unit, b."""

    x: float
    y: float
    width: float
    layers: tuple[str, ...]
    inputs: int
    units: int

    @property
    def names(self) -> list[tuple[str, int]]:
        """The columns: (W, U or b, which)."""
        return [*(("W", n) for n in range(self.inputs)), *(("U", n) for n in range(self.units)), ("b", 0)]

    @property
    def cell(self) -> float:
        return (self.width - FIRST) / len(self.names)

    def at(self, x: float, y: float) -> tuple[str, str, int] | None:
        """The weight at a place on the page: its layer, W, U or b, and which."""
        column, row = int((x - self.x - FIRST) // self.cell), int((y - self.y - HEAD) // ROW)
        if 0 <= row < len(self.layers) and 0 <= column < len(self.names):
            return self.layers[row], *self.names[column]
        return None


def weights(grid: Weights, values: Mapping[str, Sequence[float]], title: str, lit: str,
            chosen: tuple[str, str, int] | None) -> str:
    """Draw the table. values: layer → numbers by column; lit: the layer at work; chosen: a framed cell."""
    names, middle = grid.names, [grid.x + FIRST + grid.cell * (n + 0.5) for n in range(len(grid.names))]
    top, out = grid.y + HEAD, [svg.text(grid.x, grid.y + 15, title, style.SMALL)]
    heads = [{"W": "x", "U": "h", "b": "b"}[part] + ("" if part == "b" else str(n + 1).translate(SUBSCRIPT))
             for part, n in names]
    out += [svg.text(x, grid.y + 38, head, style.SMALL, text_anchor="middle", fill=style.MUTED)
            for x, head in zip(middle, heads, strict=True)]
    for row, layer in enumerate(grid.layers):
        y, bold = top + ROW * row, "bold" if layer == lit else None
        out.append(svg.tag("rect", x=grid.x, y=y, width=grid.width, height=ROW, fill=colors.PALE[layer]
                           if layer == lit else style.PAPER))
        out.append(svg.tag("rect", x=grid.x, y=y, width=FIRST - 4, height=ROW, fill=LAYERS[layer]))
        out.append(svg.text(grid.x + 6, y + 16, layer, style.SMALL, font_weight="bold"))
        out += [svg.text(x, y + 16, figure(value, 1 if len(names) > 7 else 2, strip=True), style.SMALL,
                         text_anchor="middle", font_weight=bold)
                for x, value in zip(middle, values[layer], strict=True)]
    lines = [[(grid.x, top + ROW * n), (grid.x + grid.width, top + ROW * n)]
             for n in range(len(grid.layers) + 1)]
    lines += [[(grid.x + FIRST + grid.cell * n, top), (grid.x + FIRST + grid.cell * n, top + 4 * ROW)]
              for n in (0, grid.inputs, grid.inputs + grid.units, len(names))]
    out.append(svg.polylines(lines, stroke=style.LINE, stroke_width=1))
    if chosen:
        column, row = names.index(chosen[1:]), grid.layers.index(chosen[0])
        out.append(svg.box(grid.x + FIRST + grid.cell * column, top + ROW * row, grid.cell, ROW, "none", rx=0,
                           stroke_width=3))
    return "".join(out)


class Steps(NamedTuple):
    """Where the sequence's strip stands: a column a time step."""

    x: float
    y: float
    width: float
    height: float
    count: int

    @property
    def cell(self) -> float:
        return min(40.0, self.width / self.count)

    def at(self, x: float, y: float) -> int | None:
        """The time step at a place on the page."""
        step = int((x - self.x) // self.cell)
        inside = self.y - 3 <= y <= self.y + self.height + 3
        return step if inside and 0 <= step < self.count else None


def sequence(place: Steps, xs: np.ndarray, now: int, words: str) -> str:
    """Draw all inputs, [steps, inputs], as colours: −1 blue, 0 white, 1 orange; the present step framed."""
    pixels = 1 + 14 // xs.shape[1], 1 + int(place.cell)    # a value's; browsers would smooth single ones
    zoom = np.kron((np.clip(xs.T, -1, 1) + 1) / 2, np.ones(pixels))
    wide = place.cell * place.count
    out = [svg.text(place.x - 8, place.y + place.height - 1, words, style.SMALL, text_anchor="end"),
           svg.picture(place.x, place.y, wide, place.height, canvas.heat(zoom, RAMP)),
           svg.polylines([[(place.x + place.cell * n, place.y), (place.x + place.cell * n,
                           place.y + place.height)] for n in range(place.count + 1)]
                         if place.cell > 5 else [], stroke=style.LINE, stroke_width=1),
           svg.box(place.x, place.y, wide, place.height, "none", rx=0, stroke_width=1.2),
           svg.box(place.x + place.cell * now, place.y - 2, max(place.cell, 3), place.height + 4, "none",
                   rx=2, stroke_width=3)]
    return "".join(out)


def figure(value: float, digits: int = 2, strip: bool = False) -> str:
    """Write a number in little room: two decimals, fewer for large ones; strip: no needless zeros."""
    size = abs(value)
    if value == 0 or not np.isfinite(value) or size >= 9999.5:
        return style.num(value, 0)
    places = digits if size < 9.995 else min(digits, 1) if size < 99.95 else 0
    words = f"{value:.{places}f}"
    if float(words) == 0:
        words = words.removeprefix("-")
    if strip and "." in words:
        words = words.rstrip("0").rstrip(".")
    return words.replace(".", ",").replace("-", "−")
