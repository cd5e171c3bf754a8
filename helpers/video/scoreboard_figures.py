"""Draw a scoreboard: a column for each contestant with its clips, a row for each measure."""

from collections.abc import Sequence
from math import floor
from typing import NamedTuple

from helpers.ui import style, svg

HEIGHT = 468.0
LEFT, TOP = 150.0, 204.0        # where the columns begin, and the rows
CLIP, CLIPS_AT = 64.0, 27.0     # of one clip's side; where the pictures begin
ROW = 24.0
WRONG = "#D55E00"
BAD, RANKED, GATED = "#f9d9c8", style.LIT, "#dde7f0"    # a gate that stays shut; rows in use
FILLS = {"off": None, "gate": GATED, "rank": RANKED}
MARKS = {"off": "○", "gate": "▮", "rank": "≡"}          # of a row's use, by letter-like shapes
KINDS = {"real": "circle", "model": "square", "broken": "hollow", "cheat": "triangle"}


class Column(NamedTuple):
    """A contestant: what stands above its clips, the clips' data URI, up to two lines of name, its cells.

    kind: a key of KINDS, None while nobody may know. cells: (words, whether a gate stays shut); total: of
    all that count.
    """

    place: str
    picture: str
    name: Sequence[str]
    kind: str | None
    cells: Sequence[tuple[str, bool]]
    total: str


class Row(NamedTuple):
    """A measure: its name, and its use, a key of FILLS."""

    name: str
    use: str


def width(columns: int) -> float:
    """How wide a column is."""
    return (style.WIDTH - LEFT) / columns


def column_at(x: float, y: float, columns: int) -> int | None:
    """Find the column under a point of its head: the letters, the clips or the names."""
    place = floor((x - LEFT) / width(columns))
    return place if 0 <= place < columns and 0 <= y < TOP else None


def row_at(x: float, y: float, rows: int) -> int | None:
    """Find the row under a point."""
    place = floor((y - TOP) / ROW)
    return place if 0 <= place < rows and 0 <= x <= style.WIDTH else None


def board(columns: Sequence[Column], rows: Sequence[Row], legend: Sequence[str], total: str, foot: str,
          wrong: Sequence[int] = ()) -> str:
    """Draw the table; legend: lines beside the clips; wrong: columns in the wrong order."""
    wide, bottom = width(len(columns)), TOP + ROW * len(rows)
    out = [_rows(rows), _bad(columns, wide), *(_head(column, n, wide) for n, column in enumerate(columns)),
           *(svg.text(4, 40 + 21 * n, line, style.SMALL) for n, line in enumerate(legend)),
           svg.text(4, bottom + 18, total, style.SMALL, font_weight="bold")]
    for n, column in enumerate(columns):
        middle = LEFT + (n + 0.5) * wide
        out += [svg.text(middle, TOP + ROW * row + 18, words, style.SMALL, text_anchor="middle")
                for row, (words, _) in enumerate(column.cells)]
        out.append(svg.text(middle, bottom + 18, column.total, style.SMALL, text_anchor="middle",
                            font_weight="bold"))
    out.append(svg.polyline([(0, bottom), (style.WIDTH, bottom)], stroke=style.INK))
    out.append(svg.text(4, bottom + 40, foot, style.SMALL))
    if wrong:
        out.append(svg.tag("path", d="".join(_frame(LEFT + n * wide, 1.5, wide - 1.5, bottom + ROW - 3)
                                             for n in wrong), fill="none", stroke=WRONG, stroke_width=3))
    return svg.page(HEIGHT, *out)


def riddle(columns: Sequence[Column], beside: Sequence[str], lines: Sequence[str], chosen: int) -> str:
    """Draw the contestants without names or numbers; beside, lines: left, below; chosen: the bet's column."""
    wide = width(len(columns))
    return svg.page(
        HEIGHT, *(_head(column, n, wide) for n, column in enumerate(columns)),
        *(svg.text(4, 40 + 21 * n, line, style.SMALL) for n, line in enumerate(beside)),
        svg.tag("path", d=_frame(LEFT + chosen * wide + 1.5, 1.5, wide - 3, TOP - 34), fill="none",
                stroke=style.REAL, stroke_width=4),
        *(svg.text(24, TOP + 12 + 30 * n, line) for n, line in enumerate(lines)))


def _head(column: Column, n: int, wide: float) -> str:
    middle = LEFT + (n + 0.5) * wide
    out = [svg.text(middle + (9 if column.kind else 0), 19, column.place, style.TEXT, text_anchor="middle",
                    font_weight="bold"),
           svg.picture(middle - CLIP / 2, CLIPS_AT, CLIP, CLIP * 65 / 32, column.picture)]
    if column.kind:
        out.append(_kind(middle - 27, 13, KINDS[column.kind]))
    low = TOP - 26 if len(column.name) > 1 else TOP - 16
    return "".join(out) + "".join(svg.text(middle, low + 18 * line, words, style.SMALL, text_anchor="middle")
                                  for line, words in enumerate(column.name))


def _kind(x: float, y: float, shape: str) -> str:
    """A small mark: a circle for real, a square for a model, a triangle for a cheat."""
    if shape == "triangle":
        return svg.tag("path", d=f"M{x - 6:.1f} {y + 5:.1f}h12l-6 -11Z", fill=style.INK)
    color = {"circle": style.REAL, "square": style.GENERATED, "hollow": style.PAPER}[shape]
    return svg.dots([(x, y)], color, 10, square=shape != "circle")


def _rows(rows: Sequence[Row]) -> str:
    out = []
    for n, row in enumerate(rows):
        top = TOP + ROW * n
        if FILLS[row.use]:
            out.append(svg.tag("rect", x=0, y=top, width=style.WIDTH, height=ROW, fill=FILLS[row.use]))
        out.append(svg.text(4, top + 18, f"{MARKS[row.use]} {row.name}", style.SMALL))
    lines = [[(0, TOP + ROW * n), (style.WIDTH, TOP + ROW * n)] for n in range(len(rows))]
    return "".join(out) + svg.polylines(lines, stroke="#dddddd", stroke_width=1)


def _bad(columns: Sequence[Column], wide: float) -> str:
    path = "".join(_frame(LEFT + n * wide + 1, TOP + ROW * row + 1, wide - 2, ROW - 2)
                   for n, column in enumerate(columns) for row, (_, bad) in enumerate(column.cells) if bad)
    return svg.tag("path", d=path, fill=BAD) if path else ""


def _frame(x: float, y: float, wide: float, high: float) -> str:
    return f"M{x:.1f} {y:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}Z"
