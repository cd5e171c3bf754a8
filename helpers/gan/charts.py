"""Small charts over the turns, each with the value to compare it with, and the legend of a plane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from helpers.ui import style, svg

BOUNDARY = style.LINE_D    # D's, in a plane
GUTTER = 66    # at a chart's right, for the words beside its levels
STRIP = 25     # height of a legend's strip
MOST = 200     # corners of a curve


@dataclass(frozen=True)
class Chart:
    """One measure over the turns: points (turn, value), the first at the left edge, the last at the right.

    span: the values at the bottom and at the top, with their words in `ends`. reference: the level to
    compare with, dashed, with its words beside it; nan leaves it out. empty: said in the place of a curve.
    """

    title: str
    value: str
    points: Sequence[tuple[float, float]]
    span: tuple[float, float]
    ends: tuple[str, str]
    reference: float
    beside: str
    empty: str = ""


def chart(x: float, y: float, width: float, height: float, shown: Chart) -> str:
    """Draw a chart with its title and present value above the frame, its levels' words at the right."""
    top, right, bottom = y + 26, x + width - GUTTER, y + height

    def row(value: float) -> float:
        low, high = shown.span
        share = (min(max(value, low), high) - low) / (high - low)
        return bottom - 3 - (bottom - top - 6) * share

    out = [svg.text(x, y + 17, shown.title, style.SMALL),
           svg.text(x + width, y + 17, shown.value, style.TEXT, text_anchor="end", font_weight="bold"),
           svg.box(x, top, right - x, bottom - top, rx=0, stroke=style.LINE)]
    if shown.empty:
        return "".join(out) + svg.text((x + right) / 2, (top + bottom) / 2 + 6, shown.empty, style.SMALL,
                                       text_anchor="middle", fill=style.MUTED)
    places = [(bottom - 1, shown.ends[0]), (top + 12, shown.ends[1])]
    if isfinite(shown.reference):
        level = row(shown.reference)
        beside = min(max(level + 6, top + 12), bottom - 1)
        out.append(svg.polyline([(x, level), (right, level)], stroke=style.INK, stroke_width=2,
                                stroke_dasharray="5 4"))
        out.append(svg.text(right + 5, beside, shown.beside, style.SMALL))
        places = [place for place in places if abs(place[0] - beside) >= 18]
    out += [svg.text(right + 5, place, words, style.SMALL, fill=style.MUTED) for place, words in places]
    known = [point for point in shown.points if isfinite(point[1])]
    if known:
        first, last = shown.points[0][0], max(shown.points[-1][0], shown.points[0][0] + 1)
        step = -(-len(known) // MOST)
        corners = [(x + (right - x) * (turn - first) / (last - first), row(value))
                   for turn, value in [*known[:-1][::step], known[-1]]]
        out.append(svg.polyline(corners, stroke=style.GENERATOR, stroke_width=2.5))
        out.append(svg.tag("circle", cx=corners[-1][0], cy=corners[-1][1], r=4.5, fill=style.GENERATOR,
                           stroke=style.INK))
    return "".join(out)


def reference_key(x: float, y: float, words: str) -> str:
    """Say once what the dashed lines are."""
    return (svg.polyline([(x, y - 6), (x + 34, y - 6)], stroke_width=2, stroke_dasharray="5 4")
            + svg.text(x + 42, y, words, style.SMALL))


def legend(x: float, y: float, side: float, names: Mapping[str, str],
           shown: Mapping[str, tuple[int, int]]) -> str:
    """Name what a square plane shows, in a strip at its top; arrows and what lies outside, at its bottom.

    shown: layer -> (count, of how many); names: the words of 'real', 'fake', 'boundary', 'mesh', and those of
    'pull' and 'outside', with {count} and {n}.
    """
    place, out, foot = x + 6, [], y + side - 7
    marks = {
        "real": lambda: svg.tag("circle", cx=place + 5, cy=y + 13, r=4, fill=style.REAL, stroke=style.INK),
        "fake": lambda: svg.tag("rect", x=place + 1, y=y + 9, width=8, height=8, fill=style.GENERATED,
                                stroke=style.INK),
        "boundary": lambda: _dash(place, y + 13, BOUNDARY, 3.5),
        "mesh": lambda: _dash(place, y + 13, style.GENERATOR, 2),
    }
    for key in (key for key in marks if key in shown):
        out += [marks[key](), svg.text(place + 15, y + 19, names[key], style.SMALL)]
        place += 25 + 9.6 * len(names[key])
    strips = [_strip(x, y, side)] if out else []
    if "pull" in shown or "outside" in shown:
        strips.append(_strip(x, y + side - STRIP, side))
    if "pull" in shown:
        out += [svg.arrow([(x + 5, foot - 6), (x + 24, foot - 6)]),
                svg.text(x + 30, foot, _counted(names["pull"], shown["pull"]), style.SMALL)]
    if "outside" in shown:
        out.append(svg.text(x + side - 6, foot, _counted(names["outside"], shown["outside"]), style.SMALL,
                            text_anchor="end"))
    return "".join(strips + out)


def _counted(words: str, numbers: tuple[int, int]) -> str:
    return words.format(count=numbers[0], n=numbers[1])


def _strip(x: float, y: float, width: float) -> str:
    return svg.tag("rect", x=x, y=y, width=width, height=STRIP, fill=style.PAPER, fill_opacity=0.85)


def _dash(x: float, y: float, color: str, width: float) -> str:
    return svg.tag("line", x1=x - 2, x2=x + 11, y1=y, y2=y, stroke=color, stroke_width=width)
