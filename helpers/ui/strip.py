"""The line of code that has just run, in one row under a drawing that needs its room for charts."""

from helpers.listing import Code
from helpers.ui import style, svg


def code_line(x: float, y: float, width: float, code: Code | None, hint: str) -> str:
    """Print the lit lines of `code` in one row, 28 high; the hint before the first operation."""
    frame = svg.box(x, y, width, 28, "#f6f7f9", stroke=style.LINE)
    if code is None:
        return frame + svg.text(x + 12, y + 20, hint, style.SMALL)
    line = " ".join(part.strip() for part in code.lines[code.lit[0]:code.lit[1] + 1])
    return frame + svg.text(x + 10, y + 20, "▶", 13, fill=style.LIT_EDGE) + svg.text(
        x + 28, y + 20, line.replace(" ", "\u00a0"), style.SMALL, font_family=style.MONO, font_weight="bold")
