"""Where things stand in a stepper's drawing."""

from collections.abc import Sequence

from helpers.listing import Code
from helpers.ui import style, svg


def four_views(code: Code | None, formula: Sequence[tuple[str, bool]], rows: Sequence[str], diagram: str,
         left: str, hints: Sequence[str], height: float = 478) -> str:
    """Join the four views of one step: the picture at the left; diagram, formula, code, numbers at the right.

    left: a drawing at most 384 wide from x = 8; diagram: 536 × 158; rows: at most three; hints: shown in
    the place of the code before the first operation.
    """
    x, width = 402, 536
    right = [svg.tag("g", diagram, transform=f"translate({x} 4)"),
             svg.formula(x, 188, formula, width=width) if formula else ""]
    if code:
        right.append(svg.code(x, 200, width, 8, code))
    else:
        right += [svg.box(x, 200, width, 212, "#f6f7f9", stroke=style.LINE),
                  *(svg.text(x + 24, 250 + 34 * n, line) for n, line in enumerate(hints))]
    right += [svg.formula(x, 428 + 20 * n, [(row, False)], style.SMALL) for n, row in enumerate(rows[:3])]
    return svg.page(height, left, *right)
