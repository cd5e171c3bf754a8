"""Draw the way from noise to a frame: the content's branch above, the motion's through the LSTM below."""

from collections.abc import Mapping

import numpy as np

from helpers.lstm import colors
from helpers.ui import canvas, style, svg

BOXES = {    # part: x, y, width, height, fill, corner
    "noise_c": (2, 2, 114, 42, "#e6e6e6", 20), "noise_m": (2, 54, 114, 42, "#e6e6e6", 20),
    "e": (2, 108, 114, 42, "#e6e6e6", 20), "content": (156, 4, 138, 34, "#8fd6bd", 7),
    "lstm": (156, 66, 138, 74, "#d9efe6", 7), "m": (322, 66, 74, 74, "#f6cf80", 7),
    "draw": (418, 46, 86, 52, "#8fd6bd", 7)}
FRAME = (502, 108, 32)    # x, y, side of the frame's place
WAYS = {    # edge: its corners
    "noise_c>content": [(116, 22), (154, 22)], "noise_m>lstm": [(116, 80), (154, 80)],
    "noise_m>m": [(116, 68), (132, 68), (132, 50), (345, 50), (345, 64)],
    "e>lstm": [(116, 128), (154, 128)], "lstm>m": [(294, 103), (320, 103)],
    "m>lstm": [(359, 140), (359, 153), (136, 153), (136, 128)],
    "content>draw": [(294, 21), (461, 21), (461, 44)], "m>draw": [(396, 80), (416, 80)],
    "draw>frame": [(504, 72), (518, 72), (518, 106)], "memory": [(268, 66), (268, 57), (184, 57), (184, 65)]}
LIT_PARTS = {    # operation → parts that it touches
    "content": "noise_c noise_c>content content", "sprite": "content content>draw draw",
    "first": "noise_m noise_m>lstm noise_m>m lstm m", "e": "e e>lstm m>lstm", "x": "e>lstm m>lstm lstm",
    "c": "lstm memory", "h": "lstm memory", "dm": "lstm lstm>m", "m": "m lstm>m m>lstm",
    "frame": "m>draw draw content>draw draw>frame frame"}
PALE_GREY = "#e4e4e4"    # not made yet
CHIPS = ("f", "i", "o", "g")


def diagram(words: Mapping[str, tuple[str, ...]], op: str, frame: np.ndarray | None) -> str:
    """Draw the whole on a field of 536 × 158; words: part → its lines; op: the operation that is lit.

    frame: [32, 32], None where it is not made yet.
    """
    lit = frozenset(LIT_PARTS.get(op, "lstm" if op else "").split())
    out = [_way(key, corners, key in lit) for key, corners in WAYS.items()]
    out.append(svg.tag("circle", cx=136, cy=128, r=3.5, fill=style.INK))
    for key, (x, y, width, height, fill, corner) in BOXES.items():
        out.append(svg.box(x, y, width, height, fill, key in lit, rx=corner))
        top = 20 if key == "lstm" else (height - 19 * len(words[key])) / 2 + 15
        out += [svg.text(x + width / 2, y + top + 19 * n, line, style.SMALL, text_anchor="middle",
                         font_weight="bold" if key in lit and not n else None)
                for n, line in enumerate(words[key])]
    out += [_chip(letter, n, op in (letter, f"z_{letter}")) for n, letter in enumerate(CHIPS)]
    x, y, side = FRAME
    picture = "" if frame is None else canvas.uri(canvas.tiles(frame[None], 1))
    return "".join((*out, svg.tag("rect", x=x, y=y, width=side, height=side, fill=PALE_GREY, stroke=style.INK,
                                  stroke_width=6 if "frame" in lit else 1.5),
                    svg.picture(x, y, side, side, picture) if picture else "",
                    svg.text(536, 156, words["frame"][0], style.SMALL, text_anchor="end",
                             font_weight="bold" if "frame" in lit else None)))


def _way(key: str, corners: list[tuple[float, float]], lit: bool) -> str:
    halo = svg.polyline(corners, stroke=colors.HALO, stroke_width=11) if lit else ""
    return halo + svg.arrow(corners, width=3.5 if lit else 2, head=12 if lit else 9)


def _chip(letter: str, number: int, lit: bool) -> str:
    """A layer of the LSTM as a small square in its colour."""
    x, y = 163 + 32 * number, 104
    return svg.tag("rect", x=x, y=y, width=28, height=28, fill=colors.LAYERS[letter] if lit
                   else colors.PALE[letter], stroke=style.INK, stroke_width=3.5 if lit else 1.2) + svg.text(
        x + 14, y + 20, letter, style.SMALL, text_anchor="middle", font_weight="bold" if lit else None)
