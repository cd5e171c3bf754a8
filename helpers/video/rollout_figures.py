"""Draw a clip in the making: its frame and path, what stays, the LSTM's units, the clip so far."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers.lstm import colors
from helpers.ui import canvas, style, svg

CANVAS, SIDE = 32, 14           # px: of a frame, of a sprite
EDGE = 8.0                      # where the left side begins
SCREEN_TOP, ZOOM = 22.0, 8      # of the large frame
SHELF, SHELF_WIDE = 278.0, 114.0    # what stays, beside it
STRIPS, ROW, LEFT, WIDE = 285.0, 17.0, 74.0, 210.0    # the units' strips
FILM, THUMB, STEP = 376.0, 42.0, 44.5    # the clip so far: top, side, distance
ACROSS, PAGE = 8, 16            # frames in a row, frames shown at once
GREY = "#e4e4e4"                # not computed yet
FADED = 0.35                    # how much is left of what lies ahead


class Strip(NamedTuple):
    """One value of every unit: its letter, the name before it, values or None, their range, what follows."""

    key: str
    name: str
    values: np.ndarray | None
    reach: float
    note: str


def screen(frame: np.ndarray | None, path: np.ndarray, title: str, walls: str, nothing: str) -> str:
    """Draw the frame [32, 32] large, the path [t, 2] (px) over it, dashed the walls for a digit's centre.

    walls: words beside the title, after a piece of the dashed line; nothing: said where no frame is.
    """
    side, top = CANVAS * ZOOM, SCREEN_TOP
    if frame is None:
        picture = svg.tag("rect", x=EDGE, y=top, width=side, height=side, fill=GREY) + svg.text(
            EDGE + side / 2, top + side / 2, nothing, style.SMALL, text_anchor="middle")
    else:
        picture = svg.picture(EDGE, top, side, side, canvas.uri(canvas.tiles(frame[None], 1, ZOOM, 0)))
    low, high = SIDE / 2, CANVAS - SIDE / 2
    corners = [(low, low), (high, low), (high, high), (low, high), (low, low)]
    points = [(EDGE + ZOOM * x, top + ZOOM * y) for x, y in path.tolist()]
    shapes = [svg.polyline([(EDGE + ZOOM * x, top + ZOOM * y) for x, y in corners],
                           stroke="#9ec9ff" if frame is not None else style.MUTED, stroke_width=1.5,
                           stroke_dasharray="6 5")]
    if points:
        shapes += [svg.polyline(points, stroke=style.GENERATED, stroke_width=2.5),
                   svg.dots(points[:-1], style.GENERATED, 5),
                   svg.tag("circle", cx=points[-1][0], cy=points[-1][1], r=7.5, fill=style.GENERATED,
                           stroke=style.PAPER, stroke_width=2.5)]
    dash = 276.0
    return "".join((svg.text(EDGE, 16, title, style.SMALL, font_weight="bold"), picture,
                    svg.window(EDGE, top, side, side, *shapes),
                    svg.tag("rect", x=EDGE, y=top, width=side, height=side, fill="none", stroke=style.INK),
                    svg.polyline([(dash, 11), (dash + 26, 11)], stroke="#2d6da8", stroke_width=2,
                                 stroke_dasharray="6 4"),
                    svg.text(dash + 32, 16, walls, style.SMALL)))


def shelf(noise: np.ndarray, content: np.ndarray | None, sprite: np.ndarray | None, names: Sequence[str],
          lit: str) -> str:
    """Draw what is made once: content noise [16] → content code [16] → sprite [28, 28].

    names: of the three; lit: 'noise', 'content', 'sprite' or ''.
    """
    x, out = SHELF, []
    for n, (key, values) in enumerate((("noise", noise), ("content", content))):
        y = SCREEN_TOP + 4 + 66 * n
        out += [_name(x, y + 14, names[n], lit == key),
                svg.box(x, y + 20, SHELF_WIDE, 34, GREY if values is None else style.PAPER, lit == key, rx=2),
                "" if values is None else _bars(x + 3, y + 37, SHELF_WIDE - 6, 15, values),
                svg.arrow([(x + SHELF_WIDE / 2, y + 54), (x + SHELF_WIDE / 2, y + 66)], head=8)]
    y, side = SCREEN_TOP + 136, 98.0
    left = x + (SHELF_WIDE - side) / 2
    out += [_name(x, y + 14, names[2], lit == "sprite"),
            svg.tag("rect", x=left, y=y + 20, width=side, height=side, fill=GREY) if sprite is None else
            svg.picture(left, y + 20, side, side, canvas.uri(canvas.tiles(sprite[None], 1, 4, 0))),
            svg.box(left, y + 20, side, side, "none", lit == "sprite", rx=0)]
    return "".join(out)


def strips(rows: Sequence[Strip], unit: int, lit: str) -> str:
    """Draw the units' values, a strip each; a frame around the chosen unit, pale yellow under what is lit."""
    out = []
    for n, row in enumerate(rows):
        y = STRIPS + ROW * n
        if row.key == lit:
            out.append(svg.tag("rect", x=EDGE, y=y - 1, width=384, height=ROW, fill=style.LIT))
        out += [svg.text(EDGE, y + 13, row.name, style.SMALL, font_weight="bold"),
                svg.tag("rect", x=LEFT, y=y, width=WIDE, height=ROW - 3, fill=GREY) if row.values is None
                else svg.picture(LEFT, y, WIDE, ROW - 3, _cells(row)),
                svg.tag("rect", x=LEFT, y=y, width=WIDE, height=ROW - 3, fill="none", stroke=style.MUTED),
                svg.text(LEFT + WIDE + 8, y + 13, row.note, style.SMALL)]
    units = next((len(row.values) for row in rows if row.values is not None), 0)
    if units:
        x = LEFT + WIDE * unit / units
        out.append(svg.tag("rect", x=x - 1, y=STRIPS - 2, width=WIDE / units + 2, height=ROW * len(rows),
                           fill="none", stroke=style.INK, stroke_width=2.5))
    return "".join(out)


def film(frames: np.ndarray, done: int, first: int, total: int) -> str:
    """Draw the clip so far, [n, 32, 32], from frame `first` (from 0) on, at most PAGE of them.

    done: how many frames there are at the present place; later ones, known from before, are faded.
    total: how many there will be; those that no one has made yet are empty squares.
    """
    shown = frames[first:first + PAGE].clip(0, 1)
    empty = "".join(f"M{x:g} {y:g}h{THUMB:g}v{THUMB:g}h-{THUMB:g}z"
                    for x, y in map(_thumb, range(len(shown), min(PAGE, total - first))))
    out = [svg.tag("path", d=empty, fill=GREY)] if empty else []
    for row in range(-(-min(PAGE, total - first) // ACROSS)):
        part = shown[row * ACROSS:(row + 1) * ACROSS]
        y = FILM + STEP * row
        out.append(svg.text(34, y + THUMB / 2 + 6, str(first + row * ACROSS + 1), style.SMALL,
                            text_anchor="end", fill=style.MUTED))
        # one picture a row: enlarged here, since browsers smooth what they enlarge
        if len(part):
            wide = STEP * len(part) - (STEP - THUMB)
            faded = np.arange(first + row * ACROSS, first + row * ACROSS + len(part)) >= done
            light = np.where(faded[:, None, None], 1 - FADED + FADED * part, part)
            image = canvas.tiles(light.repeat(2, 1).repeat(2, 2), len(part), 1, 4)
            out.append(svg.picture(EDGE + 30, y, wide, THUMB, canvas.uri(image)))
    if done > first and done - first <= len(shown):
        x, y = _thumb(done - 1 - first)
        out.append(svg.tag("rect", x=x - 1.5, y=y - 1.5, width=THUMB + 3, height=THUMB + 3, fill="none",
                           stroke=style.GENERATED, stroke_width=4))
    return "".join(out)


def hit(x: float, y: float, units: int) -> tuple[str, int] | None:
    """What a click is on: ('unit', its number), ('frame', its place on the page), or nothing."""
    if LEFT <= x < LEFT + WIDE and STRIPS <= y < STRIPS + 5 * ROW:
        return "unit", int((x - LEFT) / WIDE * units)
    column, row = int((x - EDGE - 30) // STEP), int((y - FILM) // STEP)
    if 0 <= column < ACROSS and 0 <= row < PAGE // ACROSS:
        return "frame", row * ACROSS + column
    return None


def page_of(done: int) -> int:
    """The first frame, from 0, of the page on which the last frame of `done` is."""
    return max(done - 1, 0) // PAGE * PAGE


def _thumb(place: int) -> tuple[float, float]:
    return EDGE + 30 + STEP * (place % ACROSS), FILM + STEP * (place // ACROSS)


def _name(x: float, y: float, words: str, lit: bool) -> str:
    return svg.text(x + SHELF_WIDE / 2, y, words, style.SMALL, text_anchor="middle",
                    font_weight="bold" if lit else None)


def _bars(x: float, middle: float, width: float, most: float, values: np.ndarray) -> str:
    """Draw signed numbers as bars up and down, ±3 and more at full length."""
    step, out = width / len(values), []
    for sign, color in ((1, colors.SIGNED[2]), (-1, colors.SIGNED[0])):
        path = "".join(f"M{x + n * step + 0.8:.1f} {middle:.1f}v{-min(max(value, -3), 3) / 3 * most:.1f}"
                       f"h{step - 1.6:.1f}V{middle:.1f}z"
                       for n, value in enumerate(values.tolist()) if value * sign > 0)
        out.append(svg.tag("path", d=path, fill=color) if path else "")
    return "".join(out) + svg.polyline([(x, middle), (x + width, middle)], stroke=style.MUTED, stroke_width=1)


def _cells(row: Strip) -> str:
    values = row.values if row.key in "fio" else (row.values / row.reach + 1) / 2
    return canvas.heat(np.repeat(values[None], max(1, round(WIDE / len(values))), 1), _table(row.key))


@lru_cache
def _table(key: str) -> np.ndarray:
    return canvas.ramp([style.PAPER, colors.LAYERS[key]] if key in "fio" else colors.SIGNED)
