"""Draw both stages in training: what the eye finds and redraws; clips, paths, what their motion measures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from helpers.ui import canvas, style, svg
from helpers.video.live_charts import Chart, Line, chart
from helpers.video.moving_digits import CANVAS, SIDE

ZOOM = 3                                    # screen pixels of a frame's pixel
GLOW = canvas.ramp(["#000000", "#8a3a00", "#E69F00", "#fff6d0"])
FOUND, TRUE = "#E69F00", "#56B4E9"          # the cross, the ring
WALLS = SIDE / 2, CANVAS - SIDE / 2         # px, where a digit's centre turns back
THIN = {"stroke_width": 1.4, "stroke_opacity": 0.85}


@dataclass(frozen=True)
class Look:
    """Frames [n, 32, 32] and what is known about them so far: None leaves a row grey. Places in px."""

    frames: np.ndarray | None
    heat: np.ndarray | None = None     # [n, 32, 32], each frame's sum 1
    found: np.ndarray | None = None    # [n, 2]
    drawn: np.ndarray | None = None    # [n, 32, 32]
    true: np.ndarray | None = None     # [n, 2]


def looks(x: float, y: float, cell: float, look: Look, names: Sequence[str], count: int = 4) -> str:
    """Draw three rows of pictures, real, heat, redrawn, each named at its left; cross: found, ring: true."""
    gap, left = 4, 94
    heat = None if look.heat is None else look.heat / look.heat.max((1, 2), keepdims=True)
    rows = [_grey(look.frames, count), _blank(count) if heat is None else GLOW[_bytes(heat[:count])],
            _grey(look.drawn, count)]
    unit = cell / CANVAS
    out = []
    for row, (pictures, name) in enumerate(zip(rows, names, strict=True)):
        top = y + row * (cell + gap)
        out.append(svg.picture(x + left, top, count * (cell + gap) - gap, cell, canvas.uri(_strip(pictures))))
        out += [svg.text(x, top + cell / 2 + 6 + 20 * (n - name.count("\n") / 2), line, style.SMALL)
                for n, line in enumerate(name.split("\n"))]

    def at(places: np.ndarray, row: int) -> list[tuple[float, float]]:
        return [(x + left + n * (cell + gap) + unit * float(px), y + row * (cell + gap) + unit * float(py))
                for n, (px, py) in enumerate(places[:count])]

    if look.true is not None:
        out.append(rings(at(look.true, 0)))
    if look.found is not None:    # not on the heat, which is small and would be hidden
        out += [crosses(at(look.found, row)) for row in (0, 2)[:1 + (look.drawn is not None)]]
    return "".join(out)


def rings(places: Sequence[svg.Point], r: float = 8) -> str:
    """Ring places."""
    path = "".join(f"M{px - r:.1f} {py:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0"
                   for px, py in places)
    return svg.tag("path", d=path, fill="none", stroke=TRUE, stroke_width=2.6)


def crosses(places: Sequence[svg.Point], r: float = 8) -> str:
    """Mark places with a cross."""
    lines = [line for px, py in places
             for line in ([(px - r, py), (px + r, py)], [(px, py - r), (px, py + r)])]
    return svg.polylines(lines, stroke=FOUND, stroke_width=2.6)


def clips(x: float, y: float, cell: float, shown: np.ndarray, films: Sequence[str] = ()) -> str:
    """Draw clips [n, frames, 32, 32] as rows of frames; films: GIFs in place of the first ones."""
    n, frames = shown.shape[:2]
    sheet = canvas.tiles(shown.reshape(-1, CANVAS, CANVAS), frames, 2, 2)
    width = cell * frames + 4 * (frames - 1)
    still = svg.picture(x, y, width, cell * n + 4 * (n - 1), canvas.uri(sheet))
    return still + "".join(
        svg.picture(x, y + row * (cell + 4), cell, cell, film)
        + svg.box(x, y + row * (cell + 4), cell, cell, "none", rx=0, stroke=style.LIT_EDGE, stroke_width=3)
        for row, film in enumerate(films))


def court(x: float, y: float, side: float, words: str, color: str, *, paths: np.ndarray | None = None,
          dots: np.ndarray | None = None, pull: tuple[np.ndarray, np.ndarray] | None = None) -> str:
    """Draw the canvas in px with paths [n, T, 2], or single places [n, 2], and the pull on places.

    pull: (places, where to), [n, 2] each; the longest arrow is a tenth of the side.
    """
    unit = side / CANVAS

    def at(places: np.ndarray) -> list[list[float]]:
        seen = np.clip(np.nan_to_num(places, nan=-9), -CANVAS, 2 * CANVAS)
        return (np.array([x, y]) + unit * seen).astype(float).tolist()

    low, wide = unit * WALLS[0], unit * (WALLS[1] - WALLS[0])
    parts = [svg.box(x, y, side, side, rx=0, stroke=style.LINE),
             svg.box(x + low, y + low, wide, wide, "none", rx=0, stroke=style.MUTED, stroke_dasharray="4 4")]
    square = color == style.GENERATED
    if paths is not None:
        ends = [at(path) for path in paths]
        parts += [svg.polylines(ends, stroke=style.INK, stroke_width=3.2, stroke_opacity=0.35),
                  svg.polylines(ends, stroke=color, stroke_width=2.2),
                  svg.dots([path[0] for path in ends], color, 6, square)]
    if dots is not None:
        parts.append(svg.dots(at(dots), color, 6, square))
    if pull is not None:
        places, way = pull
        longest = float(np.abs(way).max())
        step = 0.1 * CANVAS * way / longest if 0 < longest < np.inf else 0 * way
        parts.append(svg.arrows(list(zip(at(places), at(places + step), strict=True)), head=6))
    return (svg.text(x, y - 7, f"{'■' if square else '●'} {words}", style.SMALL)
            + svg.window(x, y, side, side, *parts) + svg.box(x, y, side, side, "none", rx=0))


@dataclass(frozen=True)
class Measure:
    """A row of the table: its history and its numbers in words, now, real and without memory."""

    name: str
    points: Sequence[tuple[float, float]]
    marks: tuple[float, float] | None    # real, without memory; None: not measured yet
    words: tuple[str, str, str]


def table(x: float, y: float, width: float, heads: Sequence[str], rows: Sequence[Measure], last: float,
          step: float = 44) -> str:
    """Draw the measures, each with its curve and, dashed, the real value."""
    ends = [x + width - 158, x + width - 98, x + width]
    out = [svg.text(end, y, head, style.SMALL, text_anchor="end", fill=style.MUTED)
           for end, head in zip(ends, heads, strict=True)]
    for n, row in enumerate(rows):
        top, base = y + 8 + n * step, y + 8 + n * step + step / 2 + 4
        levels = [(row.marks[0], "")] if row.marks else []
        span = (min(0.0, *(row.marks or (0.0,))), max(0.1, *(row.marks or (0.0,))))
        curve = Chart([Line("", style.GENERATED, row.points)], levels, span)
        out += [svg.text(x, base, row.name, style.SMALL),
                chart(x + 156, top, width - 156 - 214, step - 6, curve, last, gutter=0),
                *(svg.text(end, base, words, style.SMALL, text_anchor="end",
                           font_weight=None if place else "bold")
                  for place, (end, words) in enumerate(zip(ends, row.words, strict=True)))]
    return "".join(out)


def _bytes(pictures: np.ndarray) -> np.ndarray:
    return (np.nan_to_num(pictures).clip(0, 1) * 255).astype(np.uint8)


def _blank(count: int) -> np.ndarray:
    return np.full((count, CANVAS, CANVAS, 3), 225, np.uint8)


def _grey(pictures: np.ndarray | None, count: int) -> np.ndarray:
    if pictures is None:
        return _blank(count)
    return np.repeat(_bytes(pictures[:count])[..., None], 3, -1)


def _strip(pictures: np.ndarray, gap: int = 4) -> Image.Image:
    """Lay colour pictures [n, 32, 32, 3] beside each other, enlarged."""
    large = pictures.repeat(ZOOM, 1).repeat(ZOOM, 2)
    sheet = np.full((CANVAS * ZOOM, len(large) * (CANVAS * ZOOM + gap) - gap, 3), 255, np.uint8)
    for n, picture in enumerate(large):
        at = n * (CANVAS * ZOOM + gap)
        sheet[:, at:at + CANVAS * ZOOM] = picture
    return Image.fromarray(sheet)
