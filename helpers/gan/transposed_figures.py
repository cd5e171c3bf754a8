"""Draw a transposed convolution: grids of numbers with lit cells, the canvas with its stamp and its cut."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.ui import canvas, style, svg

ADVANCE = {"−": 0.84, ",": 0.32}    # of DejaVu Sans, in font sizes; a digit has DIGIT
DIGIT = 0.636
HATCH, CUT, GREEN = "#a8a8a8", "#b8400a", style.LINE_G
NOW, STAMP, KERNEL = "#ffd84d", "#fff3b0", "#bfe6d8"
DARKEST = 0x8a                       # grey that black letters are still readable on
Cell = tuple[int, int]


class Grid(NamedTuple):
    """Where a square grid of numbers stands: its corner, the side of a cell, cells a side."""

    x: float
    y: float
    cell: float
    count: int

    @classmethod
    def within(cls, x: float, y: float, room: float, count: int, most: float) -> "Grid":
        """Fit a grid into a square of `room`, with cells of at most `most`."""
        return cls(x, y, min(most, float(int(room / count))), count)

    @property
    def side(self) -> float:
        return self.cell * self.count

    def at(self, x: float, y: float) -> Cell | None:
        """The cell (row, column) at a place on the page, if there is one."""
        column, row = int((x - self.x) // self.cell), int((y - self.y) // self.cell)
        return (row, column) if 0 <= row < self.count and 0 <= column < self.count else None


class Places(NamedTuple):
    """Where the parts stand for one choice of sizes."""

    x: Grid
    w: Grid
    stamp: Grid
    y: Grid
    counts: Grid


def places(n: int, k: int, side: int) -> Places:
    """Lay out input, kernel, product, canvas and counts."""
    return Places(Grid.within(8, 26, 114, n, 38), Grid.within(8, 184, 134, k, 38),
                  Grid.within(156, 184, 134, k, 38), Grid.within(308, 26, 374, side, 56),
                  Grid.within(698, 26, 190, side, 32))


def fill(grid: Grid, cells: Iterable[Cell], color: str, **attributes: object) -> str:
    """Colour some cells: one shape."""
    c = f"{grid.cell:g}"
    path = "".join(f"M{grid.x + column * grid.cell:g} {grid.y + row * grid.cell:g}h{c}v{c}h-{c}z"
                   for row, column in cells)
    return svg.tag("path", d=path, fill=color, **attributes) if path else ""


def lattice(grid: Grid, color: str = style.LINE) -> str:
    """Draw a grid's lines and its dark frame."""
    at = [grid.cell * line for line in range(1, grid.count)]
    lines = [[(grid.x + a, grid.y), (grid.x + a, grid.y + grid.side)] for a in at]
    lines += [[(grid.x, grid.y + a), (grid.x + grid.side, grid.y + a)] for a in at]
    return (svg.polylines(lines, stroke=color, stroke_width=1) if lines else "") + svg.box(
        grid.x, grid.y, grid.side, grid.side, "none", rx=0)


def outline(grid: Grid, corner: Cell, cells: int, color: str = style.INK, width: float = 3.5,
            dashes: str | None = None) -> str:
    """Frame a block of cells × cells from its top left corner on."""
    return svg.box(grid.x + corner[1] * grid.cell, grid.y + corner[0] * grid.cell, cells * grid.cell,
                   cells * grid.cell, "none", rx=0, stroke=color, stroke_width=width, stroke_dasharray=dashes)


def numbers(grid: Grid, values: Sequence[Sequence[float]], cells: Iterable[Cell] | None = None,
            **attributes: object) -> str:
    """Write the numbers of a grid, of all cells or of some: one text, each of its letters placed."""
    wanted = cells if cells is not None else np.ndindex(grid.count, grid.count)
    xs, ys, letters = [], [], []
    for row, column in wanted:
        words = short(values[row][column])
        steps = [style.SMALL * ADVANCE.get(letter, DIGIT) for letter in words]
        left = grid.x + (column + 0.5) * grid.cell - sum(steps) / 2
        for letter, step in zip(words, steps, strict=True):
            xs.append(f"{left:.1f}")
            ys.append(f"{grid.y + (row + 0.5) * grid.cell + 6:.1f}")
            letters.append(letter)
            left += step
    return svg.text(" ".join(xs), " ".join(ys), "".join(letters), style.SMALL, **attributes) if xs else ""


def short(value: float) -> str:
    """Write a number without needless digits: 2, −3, 0,5, 0,33."""
    digits = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits.replace(".", ",").replace("-", "−")


def board(grid: Grid, values: Sequence[Sequence[float]], now: Sequence[Cell] = (),
          soft: Sequence[Cell] = (), tone: str = style.PAPER) -> str:
    """Draw input, kernel or product: numbers in cells; `now` in strong colour with a frame, `soft` paler."""
    return "".join((svg.box(grid.x, grid.y, grid.side, grid.side, tone, rx=0), fill(grid, soft, STAMP),
                    fill(grid, now, NOW), lattice(grid),
                    *(outline(grid, cell, 1) for cell in now), numbers(grid, values)))


def empty(grid: Grid) -> str:
    """Draw the place of a product that is not made yet."""
    return svg.box(grid.x, grid.y, grid.side, grid.side, "none", rx=0, stroke=style.LINE,
                   stroke_dasharray="5 4")


def canvas_of(grid: Grid, values: np.ndarray, cut: int, stamp: tuple[Cell, int] | None = None,
              now: Cell | None = None, asked: Cell | None = None, done: bool = False) -> str:
    """Draw the canvas: its sums, tinted by size; the border that will be cut hatched, or gone when `done`.

    values: [side, side]; stamp: (corner, cells a side) of the placement in work; now: the cell that has
    just grown; asked: a cell that somebody asked about.
    """
    inner = [(row, column) for row, column in np.ndindex(grid.count, grid.count)
             if cut <= min(row, column) and max(row, column) < grid.count - cut]
    outer = [cell for cell in np.ndindex(grid.count, grid.count) if cell not in set(inner)]
    corner, cells = stamp or ((0, 0), 0)
    under = [(corner[0] + a, corner[1] + b) for a, b in np.ndindex(cells, cells)]
    parts = [svg.box(grid.x, grid.y, grid.side, grid.side, rx=0), _tint(grid, values),
             fill(grid, under, STAMP, fill_opacity=0.6), fill(grid, [now] if now else [], NOW)]
    if cut:
        parts.append(fill(grid, outer, style.PAPER, fill_opacity=0.85) if done else _hatch(grid, cut))
    parts.append(lattice(grid))
    parts.append(numbers(grid, values, inner))
    parts.append(numbers(grid, values, outer, fill="#a0a0a0" if done else style.MUTED))
    if cut:
        parts.append(outline(grid, (cut, cut), grid.count - 2 * cut, CUT, dashes=None if done else "9 6"))
    if cells:
        parts.append(outline(grid, corner, cells, GREEN, 4))
    parts += [outline(grid, cell, 1) for cell in (now, asked) if cell]
    return "".join(parts)


def counts(grid: Grid, values: np.ndarray, cut: int, asked: Cell | None = None) -> str:
    """Draw how many stamps touch each pixel: the more, the darker, with the number in it."""
    most = max(values.max(), 1)
    tones = [fill(grid, zip(*np.nonzero(values == level), strict=True), _grey(level / most))
             for level in np.unique(values)]
    kept = outline(grid, (cut, cut), grid.count - 2 * cut, CUT, 2.5, "6 4") if cut else ""
    return "".join((*tones, lattice(grid, "#cccccc"), numbers(grid, values), kept,
                    outline(grid, asked, 1) if asked else ""))


def photograph(x: float, y: float, side: float, image: np.ndarray, most: int = 12) -> str:
    """Show the first most×most pixels of an image as greys, its mean in the middle grey."""
    part = image[:most, :most]
    mean = image.mean()
    shades = part / (2 * mean) if mean > 0 else (part - part.min()) / (np.ptp(part) or 1)
    each = -(-240 // len(part))    # enlarged here, since browsers would smooth the pixels
    enlarged = np.kron(shades, np.ones((each, each)))
    return (svg.picture(x, y, side, side, canvas.heat(enlarged, canvas.ramp(["#000000", "#ffffff"])))
            + svg.box(x, y, side, side, "none", rx=0))


def _grey(share: float) -> str:
    level = round(255 - share * (255 - DARKEST))
    return f"#{level:02x}{level:02x}{level:02x}"


def _tint(grid: Grid, values: np.ndarray) -> str:
    """Tint cells by their size in six steps: orange above 0, blue-grey below."""
    most = np.abs(values).max() or 1
    steps = np.round(3 * values / most).astype(int)
    colors = {3: "#f3bd55", 2: "#f8d797", 1: "#fdf0d6", -1: "#e3e9f1", -2: "#c8d4e4", -3: "#aebfd6"}
    return "".join(fill(grid, zip(*np.nonzero(steps == step), strict=True), color)
                   for step, color in colors.items())


def _hatch(grid: Grid, cut: int) -> str:
    """Hatch the border of `cut` cells: oblique lines in the four strips."""
    wide, gap, side = cut * grid.cell, 11.0, grid.side
    lines = []
    for left, top, width, height in ((0.0, 0.0, side, wide), (0.0, side - wide, side, wide),
                                     (0.0, wide, wide, side - 2 * wide),
                                     (side - wide, wide, wide, side - 2 * wide)):
        first = int((left + top) // gap) + 1
        for number in range(first, int((left + top + width + height) // gap) + 1):
            total = number * gap    # the line where x + y is this
            start, end = max(left, total - top - height), min(left + width, total - top)
            lines.append([(grid.x + at, grid.y + total - at) for at in (start, end)])
    return svg.polylines(lines, stroke=HATCH, stroke_width=1)
