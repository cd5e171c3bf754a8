"""Draw the clinic: the sheet of exams beside the healthy values, the match over the turns, the code found."""

from collections.abc import Mapping, Sequence

from helpers.gan.clinic_cases import Listing
from helpers.ui import style, svg

ROW, SHEET_TOP = 25.0, 30.0
CURVES = {    # whose match -> colour, dashes, width
    "healthy": (style.GENERATOR, "7 4", 2.2), "untreated": (style.MUTED, "2 4", 2.2),
    "patient": (style.INK, None, 3.0),
}


def sheet(x: float, y: float, width: float, head: Sequence[str], rows: Sequence[tuple[str, str, str]]) -> str:
    """Lay out a laboratory's report: exam, the patient's value, the healthy one; head names the columns."""
    own, other = x + width - 190, x + width - 10
    out = [svg.box(x, y, width, SHEET_TOP + ROW * len(rows) + 4, "#f6f7f9", stroke=style.LINE)]
    for place, (words, end, bold) in enumerate(((head[0], x + 10, "bold"), (head[1], own, "bold"),
                                                (head[2], other, "bold"))):
        out.append(svg.text(end, y + 21, words, style.SMALL, font_weight=bold,
                            text_anchor="end" if place else None))
    for number, (name, value, reference) in enumerate(rows):
        base = y + SHEET_TOP + ROW * number + 18
        out += [svg.text(x + 10, base, name, style.SMALL),
                svg.text(own, base, value, style.SMALL, text_anchor="end", font_weight="bold"),
                svg.text(other, base, reference, style.SMALL, text_anchor="end", fill=style.MUTED)]
    return "".join(out)


def courses(x: float, y: float, width: float, height: float, names: Mapping[str, str],
            curves: Mapping[str, Sequence[tuple[int, float]]], turns: int, given: int, title: str,
            remedy: str) -> str:
    """Chart the match, 0 to 1, over `turns`: points (turn, match) by whose they are; `given`: the remedy."""
    left, right, top, bottom = x + 134, x + width - 26, y + 24, y + height

    def at(turn: float, value: float) -> tuple[float, float]:
        return left + (right - left) * turn / turns, bottom - 2 - (bottom - top - 4) * min(max(value, 0), 1)

    out = [svg.text(x, y + 16, title, style.SMALL, font_weight="bold"),
           svg.box(left, top, right - left, bottom - top, rx=0, stroke=style.LINE),
           svg.polyline([(at(given, 0)[0], top), (at(given, 0)[0], bottom)], stroke=style.MUTED),
           svg.text(at(given, 0)[0] + 6, top + 17, remedy, style.SMALL, fill=style.MUTED),
           svg.text(right + 6, top + 12, "1", style.SMALL, fill=style.MUTED),
           svg.text(right + 6, bottom - 1, "0", style.SMALL, fill=style.MUTED)]
    for place, (key, name) in enumerate(names.items()):
        color, dashes, thick = CURVES[key]
        out.append(svg.text(x, top + 16 + 22 * place, name, style.SMALL, fill=color, font_weight="bold"))
        if curves.get(key):
            out.append(svg.polyline([at(0, 0), *(at(*point) for point in curves[key])], stroke=color,
                                    stroke_width=thick, stroke_dasharray=dashes))
    return "".join(out)


def finding(x: float, y: float, width: float, names: tuple[str, str],
            code: tuple[Listing, Listing], missing: str, words: Sequence[str]) -> str:
    """Set the faulty lines above the right ones, and below them what the dials said, line by line."""
    out, place = [], y
    for name, lines, edge in zip(names, code, ("#D55E00", style.GENERATOR), strict=True):
        height = 26 + 22 * len(lines)
        out += [svg.box(x, place, width, height, "#f6f7f9", rx=0, stroke=style.LINE),
                svg.tag("rect", x=x, y=place, width=6, height=height, fill=edge),
                svg.text(x + 14, place + 18, name, style.SMALL, font_weight="bold")]
        for row, (line, differs) in enumerate(lines):
            base = place + 40 + 22 * row
            lit = svg.tag("rect", x=x + 7, y=base - 16, width=width - 9, height=22, fill=style.LIT)
            out.append(lit if differs else "")
            out.append(svg.text(x + 16, base, line.replace(" ", "\u00a0") or missing, style.SMALL,
                                font_family=style.MONO if line else style.SANS))
        place += height + 5
    return "".join(out) + "".join(svg.text(x, place + 20 + 22 * row, line, style.SMALL)
                                  for row, line in enumerate(words))


def record(x: float, y: float, width: float, lines: Sequence[tuple[str, str]]) -> str:
    """Write the patient's record: pairs (what, value), one a line."""
    return svg.box(x, y, width, 12 + 24 * len(lines), "#ffffff", stroke=style.LINE) + "".join(
        svg.text(x + 10, y + 24 + 24 * row, name, style.SMALL, fill=style.MUTED)
        + svg.text(x + width - 10, y + 24 + 24 * row, value, style.SMALL, text_anchor="end",
                   font_weight="bold") for row, (name, value) in enumerate(lines))
