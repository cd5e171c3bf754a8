"""Draw as SVG text: shapes, point clouds as one path, code and formulas with a lit part, PNG of the whole."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from math import atan2, cos, hypot, sin
from pathlib import Path

from helpers.listing import Code
from helpers.ui import style

Point = Sequence[float]
EM, BOLD_EM = 0.54, 0.59    # mean width of a formula's characters, as a part of its font size


def tag(name: str, content: str = "", **attributes: object) -> str:
    """Write one element; stroke_width=2 becomes stroke-width="2"; content must be SVG already."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
                      for key, value in attributes.items() if value is not None)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def page(height: float, *body: str, width: float = style.WIDTH) -> str:
    """Put shapes on a white sheet."""
    sheet = tag("rect", width=width, height=height, fill=style.PAPER)
    return tag("svg", sheet + "".join(body), xmlns="http://www.w3.org/2000/svg", width=width, height=height,
               viewBox=f"0 0 {_value(width)} {_value(height)}")


def window(x: float, y: float, width: float, height: float, *body: str) -> str:
    """Show of the shapes what lies in a rectangle, in the same units; unlike a clipPath it needs no id."""
    return tag("svg", "".join(body), x=x, y=y, width=width, height=height,
               viewBox=" ".join(map(_value, (x, y, width, height))))


def text(x: float, y: float, words: str, size: float = style.TEXT, **attributes: object) -> str:
    """Write one line of plain text with its baseline at (x, y); the words are escaped."""
    attributes = {"fill": style.INK, "font_family": style.SANS} | attributes
    return tag("text", escape(words), x=x, y=y, font_size=size, **attributes)


def box(x: float, y: float, width: float, height: float, fill: str = style.PAPER, lit: bool = False,
        **attributes: object) -> str:
    """Draw a rounded box with a dark outline, which is thick where it is lit."""
    attributes = {"rx": 7, "stroke": style.INK, "stroke_width": 4 if lit else 1.5} | attributes
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **attributes)


def polyline(points: Iterable[Point], **attributes: object) -> str:
    """Draw an open line through the points."""
    path = "M" + "L".join(f"{_value(x)} {_value(y)}" for x, y in points)
    return tag("path", d=path, **({"fill": "none", "stroke": style.INK, "stroke_width": 1.5} | attributes))


def polylines(lines: Iterable[Iterable[Point]], **attributes: object) -> str:
    """Draw several open lines as one shape."""
    path = "".join("M" + "L".join(f"{_value(x)} {_value(y)}" for x, y in line) for line in lines)
    return tag("path", d=path, **({"fill": "none", "stroke": style.INK, "stroke_width": 1.5} | attributes))


def dots(points: Iterable[Point], color: str, size: float = 6, square: bool = False) -> str:
    """Draw a cloud of dots with dark outlines as two shapes, however many they are."""
    path = "".join(f"M{_value(x)} {_value(y)}h0" for x, y in points)
    cap = "square" if square else "round"
    return "".join(tag("path", d=path, stroke=stroke, stroke_width=width, stroke_linecap=cap, fill="none")
                   for stroke, width in ((style.INK, size + 1.6), (color, size)) if path)


def arrow(points: Sequence[Point], color: str = style.INK, width: float = 2, head: float = 9) -> str:
    """Draw a line through the points with an arrow head at its end."""
    (x0, y0), (x1, y1) = points[-2:]
    return (polyline([*points[:-1], _towards(x1, y1, x0, y0, 0.7 * head)], stroke=color, stroke_width=width)
            + tag("path", d=_head(x0, y0, x1, y1, head), fill=color))


def arrows(pairs: Iterable[tuple[Point, Point]], color: str = style.INK, width: float = 1.6,
           head: float = 7) -> str:
    """Draw many arrows (from, to) as two shapes; one too short for its head is a bare line."""
    pairs = list(pairs)
    heads = "".join(_head(*start, *end, head) for start, end in pairs
                    if hypot(end[0] - start[0], end[1] - start[1]) > head / 2)
    return (polylines(pairs, stroke=color, stroke_width=width)
            + tag("path", d=heads, fill=color)) if pairs else ""


def picture(x: float, y: float, width: float, height: float, data: str) -> str:
    """Place a PNG given as a data URI (see canvas.py)."""
    return tag("image", x=x, y=y, width=width, height=height, href=data, preserveAspectRatio="none")


def formula(x: float, y: float, parts: Sequence[tuple[str, bool]], size: float = 19,
            width: float = float("inf")) -> str:
    """Write a formula whose lit parts stand bold on colour; a part is (words, lit), `_` opens a subscript.

    Where it would be wider than `width` it is written smaller; one that is lit as a whole is not bold.
    """
    bold = not all(lit for _, lit in parts)
    ems = sum(len(words) * (BOLD_EM if lit and bold else EM) for words, lit in parts)
    spans = "".join(_formula_part(words, lit, bold) for words, lit in parts)
    return tag("text", spans, x=x, y=y, font_size=min(size, width / ems), font_family=style.SANS,
               fill=style.INK, xml__space="preserve")


def code(x: float, y: float, width: float, rows: int, shown: Code) -> str:
    """Print a function's name and `rows` lines of its code, the lit ones in the middle of the window."""
    step, (first, last) = 22.5, shown.lit
    top = min(max(0, (first + last) // 2 - rows // 2), max(0, len(shown.lines) - rows))
    out = [box(x, y, width, (rows + 1) * step + 10, "#f6f7f9", stroke=style.LINE),
           text(x + 8, y + 19, f"{shown.name}:", style.SMALL, font_family=style.MONO, fill=style.MUTED)]
    for row, line in enumerate(shown.lines[top:top + rows]):
        lit, base = first <= row + top <= last, y + 6 + (row + 1) * step
        if lit:
            out.append(tag("rect", x=x + 2, y=base, width=width - 4, height=step, fill=style.LIT))
            out.append(text(x + 4, base + 17, "▶", 13, fill=style.LIT_EDGE))
        out.append(text(x + 20, base + 17, line.replace(" ", "\u00a0"), style.SMALL, font_family=style.MONO,
                        font_weight="bold" if lit else None))
    return "".join(out)


def to_png(drawing: str, zoom: float = 1) -> bytes:
    """Rasterise an SVG with the font that comes with matplotlib: the same pixels on every machine."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, zoom=zoom, skip_system_fonts=True,
                                       font_files=_fonts()))


def wrap(words: str, width: int) -> list[str]:
    """Break a sentence into lines of at most `width` characters."""
    import textwrap

    return textwrap.wrap(words, width)


@cache
def _fonts() -> list[str]:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return [str(folder / f"DejaVuSans{kind}.ttf")
            for kind in ("", "-Bold", "-Oblique", "Mono", "Mono-Bold")]


def _formula_part(words: str, lit: bool, bold: bool) -> str:
    look = {"fill": style.LIT_EDGE, "font_weight": "bold" if bold else None,
            "text_decoration": "underline"} if lit else {}
    pieces = words.split("_")
    out = [escape(pieces[0])]
    for piece in pieces[1:]:    # one character of subscript after each mark
        out.append(tag("tspan", escape(piece[0]), font_size="70%", dy="0.3em"))
        out.append(tag("tspan", escape(piece[1:]) or "\u200b", dy="-0.21em"))
    return tag("tspan", "".join(out), **look)


def _head(x0: float, y0: float, x1: float, y1: float, size: float) -> str:
    angle = atan2(y1 - y0, x1 - x0)
    corners = [(x1 - size * cos(angle + turn), y1 - size * sin(angle + turn)) for turn in (-0.45, 0.45)]
    return "M" + "L".join(f"{_value(x)} {_value(y)}" for x, y in [(x1, y1), *corners]) + "Z"


def _towards(x: float, y: float, to_x: float, to_y: float, distance: float) -> Point:
    length = hypot(to_x - x, to_y - y) or 1
    return x + (to_x - x) * distance / length, y + (to_y - y) * distance / length


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.2f}".removesuffix(".00")
    return escape(str(value), quote=True)
