"""Draw the game: the loop of the two networks, the plane where they meet, and the numbers of a step."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers.gan import charts
from helpers.ui import canvas, style, svg

LIT_PARTS = {    # operation -> parts of the loop that it touches
    "D.zero": "D", "D.z": "z", "D.fake": "z>G G G>fake fake cut", "D.real": "real cut",
    "D.on_real": "real>D D cut", "D.on_fake": "fake>D D cut", "D.loss": "D>loss loss cut",
    "D.penalty": "D loss cut", "D.backward": "back_D cut", "D.step": "D cut",
    "G.zero": "G", "G.z": "z", "G.fake": "z>G G G>fake fake", "G.on_fake": "fake>D D",
    "G.on_real": "real>D D", "G.loss": "D>loss loss", "G.pull": "back_G fake", "G.backward": "back_G",
    "G.step": "G",
}    # 'cut': the way back to G is cut
FIELD = canvas.ramp(["#f0b45a", "#ffffff", "#6fb1dc"])    # D: 0 'generated' … ½ … 1 'real'
CUT = "#b8400a"    # what cuts the way back to G
APART = 18         # units between the tails of two arrows


@dataclass(frozen=True)
class Words:
    """The loop's labels, by part."""

    z: str
    G: str
    fake: str
    real: str
    D: str
    loss: str
    back_D: str
    back_G: str
    cut: str = ""    # said in the place of back_G where the way back to G is cut
    notes: dict[str, str] = field(default_factory=dict)    # part -> a smaller line below its label


def loop(words: Words, lit: frozenset[str] = frozenset(), size: float = style.TEXT) -> str:
    """Draw the loop on a field of 536 × 158: noise → G → generated; real; D; verdict; two arrows back."""
    def node(key: str, x: float, y: float, w: float, h: float, fill: str, rx: float = 7) -> str:
        note = words.notes.get(key)
        label = svg.text(x + w / 2, y + h / 2 + (-2 if note else 6), getattr(words, key), size,
                         text_anchor="middle", font_weight="bold" if key in lit else None)
        below = (svg.text(x + w / 2, y + h / 2 + 16, note, style.SMALL * 0.8, text_anchor="middle")
                 if note else "")
        return svg.box(x, y, w, h, fill, key in lit, rx=rx) + label + below

    def edge(key: str, points: Sequence[svg.Point], color: str = style.INK) -> str:
        halo = svg.polyline(points, stroke="#ffd84d", stroke_width=11) if key in lit else ""
        return halo + svg.arrow(points, color, 4 if key in lit else 2.2, 13 if key in lit else 10)

    def back(key: str, points: Sequence[svg.Point], color: str, x: float, y: float) -> str:
        label = svg.text(x, y, getattr(words, key), style.SMALL, text_anchor="middle",
                         font_weight="bold" if key in lit else None)
        return edge(key, points, color) + label

    way_to_G = [(316, 111), (316, 128), (108, 128), (108, 113)]
    if words.cut and "cut" in lit:
        to_G = (svg.polyline(way_to_G, stroke=style.LINE, stroke_width=2.2, stroke_dasharray="4 4")
                + svg.polylines([[(at - 4, 138), (at + 4, 118)] for at in (285, 293)], stroke=CUT,
                                stroke_width=3)
                + svg.text(212, 151, words.cut, style.SMALL, text_anchor="middle", fill=CUT))
    else:
        to_G = back("back_G", way_to_G, style.LINE_G, 212, 151)
    return "".join((
        edge("z>G", [(42, 84), (64, 84)]), edge("G>fake", [(152, 84), (174, 84)]),
        edge("fake>D", [(264, 84), (286, 84)]), edge("real>D", [(264, 25), (343, 25), (343, 57)]),
        edge("D>loss", [(400, 84), (422, 84)]),
        back("back_D", [(478, 111), (478, 128), (370, 128), (370, 113)], style.LINE_D, 432, 151),
        to_G,
        node("z", 2, 58, 40, 52, "#e6e6e6", 20), node("G", 64, 58, 88, 52, "#8fd6bd"),
        node("fake", 174, 58, 90, 52, "#f6cf80"), node("real", 174, 2, 90, 46, "#8ec3e6"),
        node("D", 286, 58, 114, 52, "#e6b8d2"), node("loss", 422, 58, 112, 52, "#f3f3f3"),
    ))


@dataclass(frozen=True)
class PlaneView:
    """What there is to see in the plane; None switches a layer off. Points in data units."""

    extent: float
    field: np.ndarray | None = None         # [rows, columns] in [0, 1], row 0 at the bottom
    boundary: np.ndarray | None = None      # the same grid minus the level, its zero line is drawn
    real: np.ndarray | None = None          # [n, 2]
    fake: np.ndarray | None = None          # [n, 2]
    pull: tuple[np.ndarray, np.ndarray] | None = None    # points x and −∂loss_G/∂x there, [n, 2] each
    mesh: list[np.ndarray] | None = None    # lines of the latent grid, warped by G
    names: dict[str, str] | None = None     # the words of charts.legend; without them there is none

    def shown(self, arrows: int) -> dict[str, tuple[int, int]]:
        """Count what is seen of each layer that is on, and of how many: layer -> (count, of).

        'outside' counts the generated points beyond the window, those that are no number included.
        """
        layers = {key: (1, 1) for key in ("real", "fake", "boundary", "mesh")
                  if getattr(self, key) is not None}
        if self.pull is not None:
            layers["pull"] = arrows, len(self.pull[0])
        if self.fake is not None:
            beyond = int((~(np.abs(self.fake) <= self.extent).all(1)).sum())
            layers |= {"outside": (beyond, len(self.fake))} if beyond else {}
        return layers


def plane(x: float, y: float, side: float, view: PlaneView) -> str:
    """Draw the plane in a square: D's field, its boundary, G's mesh, both clouds, the pull on each point."""
    def at(points: np.ndarray) -> np.ndarray:
        seen = np.nan_to_num(points, nan=1e3, posinf=1e3, neginf=-1e3)    # what is no number lies outside
        seen = np.clip(seen, -40 * view.extent, 40 * view.extent)
        return np.c_[x + side * (seen[:, 0] / view.extent + 1) / 2,
                     y + side * (1 - seen[:, 1] / view.extent) / 2].astype(float)

    def drawn(points: np.ndarray) -> list[list[float]]:
        return at(points).tolist()

    parts = [svg.box(x, y, side, side, rx=0)]
    if view.field is not None:
        parts.append(svg.picture(x, y, side, side, canvas.heat(view.field[::-1], FIELD, 240)))
    if view.boundary is not None:
        scale = 2 * view.extent / (len(view.boundary) - 1)
        lines = [line * scale - view.extent for line in canvas.contour(view.boundary, 0.0)]
        if lines:
            parts.append(svg.polylines(map(drawn, lines), stroke=charts.BOUNDARY, stroke_width=3.5))
    if view.mesh is not None:
        parts.append(svg.polylines(map(drawn, view.mesh), stroke=style.GENERATOR, stroke_width=1.3))
    pairs: list[tuple[list[float], list[float]]] = []
    if view.pull is not None:
        tails, pull = view.pull
        longest = np.abs(pull).max()
        share = pull / longest if 0 < longest < np.inf else np.zeros_like(pull)
        starts, ends = at(tails), at(tails + 0.22 * view.extent * share)
        pairs = [(starts[n].tolist(), ends[n].tolist()) for n in apart(starts, (x, y, x + side, y + side))]
    if view.names is not None:
        parts.append(charts.legend(x, y, side, view.names, view.shown(len(pairs))))    # below the points
    if view.real is not None:
        parts.append(svg.dots(drawn(view.real), style.REAL, 6))
    if view.fake is not None:
        parts.append(svg.dots(drawn(view.fake), style.GENERATED, 5.5, square=True))
    parts.append(svg.arrows(pairs))
    return svg.window(x, y, side, side, *parts) + svg.box(x, y, side, side, "none", rx=0)


def apart(points: np.ndarray, window: tuple[float, float, float, float]) -> list[int]:
    """Choose, in their order, points in a window (left, top, right, bottom) that lie APART of each other."""
    left, top, right, bottom = window
    chosen: list[int] = []
    for n, (x, y) in enumerate(points):
        if left <= x <= right and top <= y <= bottom and (
                not chosen or np.hypot(*(points[chosen] - (x, y)).T).min() >= APART):
            chosen.append(n)
    return chosen


def losses(x: float, y: float, width: float, height: float, d: Sequence[float], g: Sequence[float],
           marks: Sequence[tuple[str, float]], names: tuple[str, str]) -> str:
    """Chart both losses over the last turns, with dashed marks where theory says where they should be."""
    levels = [value for value in [*d, *g, *(level for _, level in marks)] if np.isfinite(value)]
    low, high = min(levels, default=0), max(levels, default=1)
    low, high = low - 0.1 * (high - low or 1), high + 0.1 * (high - low or 1)
    left, right = x + 118, x + width - 68    # gutters for the names and the marks

    def row(value: float) -> float:
        return y + height * (high - value) / (high - low)

    out = [svg.box(x, y, width, height, rx=0, stroke=style.LINE)]
    places = [min(max(row(level) + 5, y + 17), y + height - 5) for _, level in marks]
    if len(places) == 2 and abs(places[0] - places[1]) < 18:    # their labels would touch
        middle = min(max(sum(places) / 2, y + 26), y + height - 15)
        places = [middle - 9, middle + 9] if marks[0][1] > marks[1][1] else [middle + 9, middle - 9]
    for (label, level), place in zip(marks, places, strict=True):
        out.append(svg.polyline([(left, row(level)), (right, row(level))], stroke=style.MUTED,
                                stroke_dasharray="5 4"))
        out.append(svg.text(right + 4, place, label, style.SMALL))
    for values, color, name, place in ((d, style.LINE_D, names[0], 0), (g, style.LINE_G, names[1], 1)):
        points = [(left + (right - left) * (i + 1) / (len(values) + 1), row(value))
                  for i, value in enumerate(values) if np.isfinite(value)]
        out.append(svg.polyline(points, stroke=color, stroke_width=2.5,
                                stroke_dasharray="7 3" if place else None) if points else "")
        out.append(svg.text(x + 8, y + 26 + 28 * place, name, style.SMALL, fill=color, font_weight="bold"))
    return "".join(out)
