"""Draw an operation: paths on the canvas, the speed over time, one clip before and after, numbers."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.ui import canvas, style, svg

CANVAS, SIDE, MARGIN, ZOOM = 32, 14, 8, 6.2    # px of a frame, of a sprite; shown around a frame; enlargement
LEFT, TOP = 8.0, 28.0
CHART = 372.0, 28.0, 470.0, 150.0              # x, y, width, height
TABLE, ROW, NAMES = 214.0, 27.0, 336.0         # top, height of a row, left
MEANINGS = 346.0                               # baseline of what the presets mean
STRIP, CELL = 356.0, 54.0                      # top of the filmstrips, width of a frame
PALE, DARK = "#9fb4c4", style.GENERATED
COLUMNS = 548.0, 658.0, 792.0, 932.0           # right ends


def paths(free: np.ndarray, operated: np.ndarray, words: Mapping[str, str]) -> str:
    """Draw paths [n, T, 2] in px: pale as they were, dark as they are; what leaves the frame is shown too."""
    size = (CANVAS + 2 * MARGIN) * ZOOM

    def at(path: np.ndarray) -> list[tuple[float, float]]:
        return [(LEFT + (x + MARGIN) * ZOOM, TOP + (y + MARGIN) * ZOOM) for x, y in path.tolist()]

    low, high = SIDE / 2, CANVAS - SIDE / 2
    walls = at(np.array([(low, low), (high, low), (high, high), (low, high), (low, low)]))
    ends = [at(path)[-1] for path in operated]
    return svg.text(LEFT, 18, words["title"], style.SMALL, font_weight="bold") + svg.window(
        LEFT, TOP, size, size, svg.tag("rect", x=LEFT, y=TOP, width=size, height=size, fill="#f1f1f1"),
        svg.tag("rect", x=LEFT + MARGIN * ZOOM, y=TOP + MARGIN * ZOOM, width=CANVAS * ZOOM,
                height=CANVAS * ZOOM, fill=style.PAPER, stroke=style.INK),
        svg.polyline(walls, stroke=style.MUTED, stroke_dasharray="6 5"),
        svg.polylines(map(at, free), stroke=PALE, stroke_width=2),
        svg.polylines(map(at, operated), stroke=DARK, stroke_width=2.2),
        svg.dots(ends, DARK, 7))


def speeds(free: Sequence[float], operated: Sequence[float], real: float, since: int,
           words: Mapping[str, str]) -> str:
    """Draw the mean speed of each step, px a frame; dashed the real clips', upright the first held frame."""
    x, y, wide, high = CHART
    most = max(4.0, *operated)
    bottom = y + high

    def line(values: Sequence[float]) -> list[tuple[float, float]]:
        return [(x + wide * k / (len(values) - 1), bottom - high * min(v, most) / most)
                for k, v in enumerate(values)]

    level, start = bottom - high * real / most, x + wide * (since - 2) / (len(free) - 1)
    return "".join([
        svg.text(x, 18, words["speed"], style.SMALL, font_weight="bold"),
        svg.box(x, y, wide, high, rx=0, stroke=style.LINE),
        svg.polyline([(x, level), (x + wide, level)], stroke=style.REAL, stroke_width=2,
                     stroke_dasharray="7 5"),
        svg.text(x + wide + 6, level + 6, words["real"], style.SMALL, fill=style.REAL),
        svg.polyline([(start, y), (start, bottom)], stroke=style.INK, stroke_dasharray="3 4"),
        svg.polyline(line(free), stroke=PALE, stroke_width=2.5),
        svg.polyline(line(operated), stroke=DARK, stroke_width=3),
        svg.text(x - 4, y + 12, f"{most:.0f}", style.SMALL, text_anchor="end", fill=style.MUTED),
        svg.text(x - 4, bottom, "0", style.SMALL, text_anchor="end", fill=style.MUTED),
        svg.text(x, bottom + 20, words["first"], style.SMALL, fill=style.MUTED),
        svg.text(x + wide, bottom + 20, words["last"].format(frames=len(free) + 1), style.SMALL,
                 text_anchor="end", fill=style.MUTED)])


def table(head: Sequence[str], rows: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """Write numbers in columns; rows: name, colour of its mark, numbers."""
    out = [svg.text(right, TABLE + 14, words, style.SMALL, text_anchor="end", fill=style.MUTED)
           for right, words in zip(COLUMNS, head, strict=True)]
    for k, (name, color, numbers) in enumerate(rows, 1):
        y = TABLE + 14 + k * ROW
        out += [svg.tag("rect", x=NAMES, y=y - 12, width=14, height=12, fill=color, stroke=style.INK),
                svg.text(NAMES + 22, y, name)]
        out += [svg.text(right, y, value, text_anchor="end", font_weight="bold")
                for right, value in zip(COLUMNS, numbers, strict=True)]
    return "".join(out)


def meanings(words: Sequence[str]) -> str:
    """Write what each preset does, in one line."""
    return svg.text(LEFT, MEANINGS, " · ".join(words), style.SMALL)


def strips(free: np.ndarray, operated: np.ndarray, numbers: Sequence[int], words: Mapping[str, str]) -> str:
    """Draw frames [k, 32, 32] of one clip, before above after, each column with its frame's number."""
    sheet = canvas.tiles(np.concatenate((free, operated)), len(free), 1, 2)
    wide, high = CELL * len(free), CELL * 2
    out = [svg.picture(LEFT + 60, STRIP, wide, high, canvas.uri(sheet))]
    out += [svg.text(LEFT + 60 + CELL * (k + 0.5), STRIP + high + 18, str(number), style.SMALL,
                     text_anchor="middle", fill=style.MUTED) for k, number in enumerate(numbers)]
    out += [svg.text(LEFT, STRIP + CELL * (k + 0.6), words[key], style.SMALL)
            for k, key in enumerate(("before", "after"))]
    return "".join(out)
