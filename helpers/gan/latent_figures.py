"""Draw the tour of latent space: fields of digits to click on, a spectrum, the length of z on its way."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from helpers.ui import canvas, style, svg

GAP = 2    # pixels between two digits
LINE, ARC = "#a34400", style.INK    # the straight way and the arc, as lines and letters


class Tiles(NamedTuple):
    """A field of digits in the drawing: its corner, units a pixel, columns, digits."""

    x: float
    y: float
    scale: int
    columns: int
    count: int

    @property
    def side(self) -> int:
        """Of one digit."""
        return 28 * self.scale

    def at(self, place: int) -> tuple[float, float]:
        """The corner of one digit."""
        pitch = (28 + GAP) * self.scale
        return self.x + pitch * (place % self.columns), self.y + pitch * (place // self.columns)

    def hit(self, x: float, y: float) -> int | None:
        """Which digit a click is on, None beside them."""
        for place in range(self.count):
            left, top = self.at(place)
            if 0 <= x - left <= self.side and 0 <= y - top <= self.side:
                return place
        return None

    def draw(self, images: Tensor) -> str:
        """Show images [count, 1, 28, 28] in [−1, 1] as one picture."""
        sheet = canvas.tiles((images[:, 0].numpy() + 1) / 2, self.columns, gap=GAP)
        return svg.picture(self.x, self.y, sheet.width * self.scale, sheet.height * self.scale,
                           canvas.uri(sheet.resize((sheet.width * 3, sheet.height * 3), 0)))

    def frame(self, place: int, color: str = style.GENERATED, width: float = 4) -> str:
        """Mark one digit."""
        x, y = self.at(place)
        return svg.box(x - 1, y - 1, self.side + 2, self.side + 2, "none", rx=2, stroke=color,
                       stroke_width=width)

    def below(self, words: Sequence[str]) -> str:
        """Write a word under each digit."""
        corners = [self.at(place) for place in range(len(words))]
        return "".join(svg.text(x + self.side / 2, y + self.side + 18, word, style.SMALL,
                                text_anchor="middle")
                       for (x, y), word in zip(corners, words, strict=True))


def letter(tiles: Tiles, place: int, name: str, color: str) -> str:
    """Put a letter on a digit's corner, beside its frame."""
    x, y = tiles.at(place)
    left = x if name == "A" else x + tiles.side - 22    # both are seen where A and B are one digit
    return (tiles.frame(place, color) + svg.box(left, y, 22, 22, style.PAPER, rx=2, stroke=color)
            + svg.text(left + 11, y + 17, name, style.SMALL, text_anchor="middle", font_weight="bold"))


def spectrum(x: float, y: float, width: float, height: float, strength: Tensor, lit: int, movable: int,
             words: dict[str, str]) -> str:
    """Draw a bar for each direction, √strength high: those with a slider in green, the lit one outlined.

    The dashed level is a random direction's: √ of the mean. words: title, chance, first, last.
    """
    values = strength.sqrt().numpy()
    level, top = float(np.sqrt(strength.mean().item())), float(values[0]) or 1.0
    pitch = width / len(values)

    def bars(chosen: Sequence[int]) -> str:
        return "".join(f"M{x + pitch * n:.1f} {y + height:.1f}v{-height * values[n] / top:.1f}"
                       f"h{0.8 * pitch:.1f}V{y + height:.1f}Z" for n in chosen)

    row = y + height * (1 - level / top)
    return "".join((
        svg.text(x, y - 9, words["title"], style.SMALL),
        svg.tag("path", d=bars(range(movable, len(values))), fill=style.LINE),
        svg.tag("path", d=bars(range(movable)), fill=style.GENERATOR),
        svg.tag("path", d=bars([lit]), fill=style.GENERATOR, stroke=style.INK, stroke_width=3),
        svg.polyline([(x, y + height), (x + width, y + height)]),
        svg.polyline([(x, row), (x + width, row)], stroke_width=2, stroke_dasharray="6 4"),
        svg.text(x + width, row - 7, words["chance"], style.SMALL, text_anchor="end"),
        svg.text(x, y + height + 20, words["first"], style.SMALL),
        svg.text(x + width, y + height + 20, words["last"], style.SMALL, text_anchor="end")))


def lengths(x: float, y: float, width: float, height: float, line: Sequence[float], arc: Sequence[float],
            typical: float, t: float, words: dict[str, str]) -> str:
    """Chart ‖z‖ from A to B on both ways, from 0 up; the grey band is E‖z‖ ± 1.4, 95 in 100 random z's.

    line, arc: lengths at equal steps of t. words: title, line, arc, band.
    """
    top = max(*line, *arc, typical + 1.4) * 1.08

    def at(share: float, norm: float) -> tuple[float, float]:
        return x + width * share, y + height * (1 - norm / top)

    def curve(norms: Sequence[float], color: str, dash: str | None) -> str:
        steps = len(norms) - 1
        return svg.polyline([at(n / steps, norm) for n, norm in enumerate(norms)], stroke=color,
                            stroke_width=3, stroke_dasharray=dash)

    _, high = at(0, typical + 1.4)
    _, low = at(0, max(typical - 1.4, 0.0))
    now = round(t * (len(line) - 1))
    return "".join((
        svg.text(x, y - 9, words["title"], style.SMALL),
        svg.tag("rect", x=x, y=high, width=width, height=low - high, fill="#e4e4e4"),
        svg.box(x, y, width, height, "none", rx=0, stroke=style.LINE),
        curve(line, LINE, "8 4"), curve(arc, ARC, None),
        svg.dots([at(t, line[now])], LINE, 9, square=True), svg.dots([at(t, arc[now])], ARC, 9),
        svg.text(x + 6, y + height - 8, words["line"], style.SMALL, fill=LINE),
        svg.text(x + width - 6, y + height - 8, words["arc"], style.SMALL, fill=ARC, text_anchor="end")))
