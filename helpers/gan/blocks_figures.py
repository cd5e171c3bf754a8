"""Draw a stack of blocks: the chain as boxes, its table, and beside them what the pair does with digits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite, log2

import numpy as np

from helpers.ui import canvas, style, svg

X, WIDE = 4.0, 632.0              # the chain and its table
SLOT, TOP, BOXES = 45.0, 2.0, 68.0    # of a box: width of its place, top and height of the tallest
HEAD, FIRST, STEP = 106.0, 111.0, 21.0    # baseline of the table's head, top of its first row, row height
NUMBER, NAME, COLUMNS = 34.0, 40.0, (352.0, 458.0, 553.0, 628.0)    # right edges but for the name's
SIDE_X, SIDE_WIDE, ACROSS = 652.0, 286.0, 5    # what the pair does: left edge, width, images a row
WRONG = "#a33b00"
LINE_D, LINE_G = style.LINE_D, style.LINE_G    # D and G as lines and words
FILLS = {"weights_G": style.GENERATOR, "weights_D": style.DISCRIMINATOR, "layout": style.PAPER,
         "norm": "#cfd8e3", "bend": style.LIT, "end": "#f3f3f3"}


@dataclass(frozen=True)
class Cell:
    """A row of the table and its box: number and name, the columns' words, the shape that leaves, if any.

    fill: a key of FILLS; wrong: why it does not fit, in few words; mind: whether to mark it.
    """

    number: str
    name: str
    columns: tuple[str, ...]
    shape: tuple[int, ...] | None
    fill: str
    wrong: str = ""
    mind: bool = False


def stack(cells: Sequence[Cell], heads: Sequence[str], chosen: int) -> str:
    """Draw the chain and the table, the chosen cell lit."""
    return _chain(cells, chosen) + _table(cells, heads, chosen)


def cell_at(x: float, y: float, count: int) -> int | None:
    """Find the cell, of so many, whose box or row holds a place of the drawing."""
    if not X <= x <= X + WIDE:
        return None
    place = int((x - X) // SLOT) if y < HEAD - 16 else int((y - FIRST) // STEP) if y >= FIRST else -1
    return place if 0 <= place < count else None


def _size(shape: tuple[int, ...]) -> tuple[float, float]:
    """A map is as tall as its side and as wide as its channels have digits; a vector is a thin column."""
    if len(shape) == 1:
        return 7.0, 8 + 4.4 * log2(shape[0])
    return 8 + 3.1 * log2(shape[0]), 8 + min(1.6 * shape[1], BOXES - 8)


def _chain(cells: Sequence[Cell], chosen: int) -> str:
    middle, out = TOP + BOXES / 2, []
    centers = [X + SLOT * (place + 0.5) for place in range(len(cells))]
    out.append(svg.polyline([(centers[0], middle), (centers[-1], middle)], stroke=style.MUTED))
    shown = next((place for place, cell in enumerate(cells) if cell.wrong), len(cells))
    for place, (cell, center) in enumerate(zip(cells, centers, strict=True)):
        width, height = _size(cell.shape) if cell.shape else (26.0, 26.0)
        dashed = {"stroke": WRONG, "stroke_dasharray": "4 3", "stroke_width": 2.5} if place == shown else \
            {"stroke": style.LINE, "stroke_dasharray": "4 3"} if place > shown else {}
        out.append(svg.box(center - width / 2, middle - height / 2, width, height,
                           style.PAPER if dashed else FILLS[cell.fill], place == chosen,
                           **{"rx": 3} | dashed))
        if place == shown:
            out.append(svg.text(center, middle + 8, "✗", 24, text_anchor="middle", fill=WRONG,
                                font_weight="bold"))
        out.append(svg.text(center, TOP + BOXES + 17, cell.number, style.SMALL, text_anchor="middle",
                            font_weight="bold" if place == chosen else None))
    return "".join(out)


def _table(cells: Sequence[Cell], heads: Sequence[str], chosen: int) -> str:
    out = [svg.text(NAME, HEAD, heads[0], style.SMALL, fill=style.MUTED)]
    out += [svg.text(edge, HEAD, head, style.SMALL, text_anchor="end", fill=style.MUTED)
            for edge, head in zip(COLUMNS, heads[1:], strict=True)]
    out.append(svg.tag("rect", x=X, y=FIRST + STEP * chosen, width=WIDE, height=STEP, fill=style.LIT))
    for place, cell in enumerate(cells):
        base = FIRST + STEP * place + 16
        bold = {"font_weight": "bold"} if place == chosen else {}
        out.append(svg.text(NUMBER, base, cell.number, style.SMALL, text_anchor="end", **bold))
        out.append(svg.text(NAME, base, cell.name, style.SMALL))
        if cell.mind:
            out.append(svg.text(X - 4, base, "⚠", style.SMALL, fill=WRONG))
        if cell.wrong:
            out.append(svg.text(COLUMNS[-1], base, f"✗ {cell.wrong}", style.SMALL, text_anchor="end",
                                fill=WRONG, font_weight="bold"))
        else:
            out += [svg.text(edge, base, words, style.SMALL, text_anchor="end")
                    for edge, words in zip(COLUMNS, cell.columns, strict=True) if words]
    return "".join(out)


@dataclass(frozen=True)
class Trial:
    """What the pair does with a batch: titles, rows of ACROSS images in [−1, 1], [k, 28, 28], their scores.

    losses: of D and of G, by step; marks: (words, level) of the losses when D can tell nothing; missing: said
    in place of images that are not there; foot: a line under the chart.
    """

    titles: tuple[str, str, str]
    real: np.ndarray
    fake: np.ndarray | None
    real_scores: Sequence[str]
    fake_scores: Sequence[str]
    missing: str = ""
    losses: tuple[Sequence[float], Sequence[float]] = ((), ())
    marks: Sequence[tuple[str, float]] = field(default=())
    foot: str = ""


def trial(shown: Trial) -> str:
    """Draw real digits, generated ones, D's scores of both, and the losses so far."""
    out = [svg.text(SIDE_X, 16, shown.titles[0], style.SMALL),
           _row(22, shown.real[:ACROSS], shown.real_scores[:ACROSS], style.REAL),
           svg.text(SIDE_X, 118, shown.titles[1], style.SMALL)]
    if shown.fake is None:
        out.append(svg.box(SIDE_X, 126, SIDE_WIDE, 148, "#f6f7f9", stroke=style.LINE))
        out += [svg.text(SIDE_X + SIDE_WIDE / 2, 190 + 24 * n, line, style.SMALL, text_anchor="middle",
                         fill=style.MUTED) for n, line in enumerate(svg.wrap(shown.missing, 28))]
    else:
        out += [_row(124 + 79 * n, shown.fake[ACROSS * n:ACROSS * (n + 1)],
                     shown.fake_scores[ACROSS * n:ACROSS * (n + 1)], style.GENERATED) for n in range(2)]
    return "".join((*out, svg.text(SIDE_X, 300, shown.titles[2], style.SMALL), _losses(306, 74, shown),
                    svg.text(SIDE_X, 400, shown.foot, style.SMALL, fill=style.MUTED)))


def _row(y: float, images: np.ndarray, scores: Sequence[str], color: str) -> str:
    sheet = canvas.tiles((images + 1) / 2, ACROSS, zoom=2)
    height, each = SIDE_WIDE * sheet.height / sheet.width, SIDE_WIDE / ACROSS
    return "".join((
        svg.picture(SIDE_X, y, SIDE_WIDE, height, canvas.uri(sheet)),
        svg.box(SIDE_X, y, SIDE_WIDE, height, "none", rx=0, stroke=color, stroke_width=2.5),
        *(svg.text(SIDE_X + each * (n + 0.5), y + height + 17, score, style.SMALL, text_anchor="middle")
          for n, score in enumerate(scores))))


def _losses(y: float, height: float, shown: Trial) -> str:
    """Chart both losses on one scale, D's line whole, G's dashed, with the marks' levels."""
    width, levels = SIDE_WIDE - 64, [level for _, level in shown.marks]
    known = [value for values in shown.losses for value in values if isfinite(value)] + levels
    low, high = min(known), max(known)
    low, high = low - 0.1 * (high - low or 1), high + 0.1 * (high - low or 1)

    def row(value: float) -> float:
        return y + height * (high - value) / (high - low)

    out = [svg.box(SIDE_X, y, width, height, rx=0, stroke=style.LINE)]
    places = [min(max(row(level) + 5, y + 14), y + height) for level in levels]
    if len(places) == 2 and places[1] - places[0] < 19:    # the labels would touch
        places = [min(places[0], y + height - 19), min(places[0], y + height - 19) + 19]
    for (words, level), place in zip(shown.marks, places, strict=True):
        out.append(svg.polyline([(SIDE_X, row(level)), (SIDE_X + width, row(level))], stroke=style.MUTED,
                                stroke_dasharray="2 4"))
        out.append(svg.text(SIDE_X + width + 4, place, words, style.SMALL, fill=style.MUTED))
    for values, color, dash in zip(shown.losses, (LINE_D, LINE_G), (None, "7 3"), strict=True):
        step = -(-len(values) // 200) or 1
        points = [(SIDE_X + width * (n + 1) / (len(values) + 1), row(value))
                  for n, value in enumerate(values) if n % step == 0 and isfinite(value)]
        out.append(svg.polyline(points, stroke=color, stroke_width=2.5, stroke_dasharray=dash)
                   if points else "")
    return "".join(out)
