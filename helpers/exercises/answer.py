"""Answers that read well everywhere: a card of plain HTML on its own light ground, and one line of text."""

from html import escape

from helpers.ui import style

TONES = {    # status -> (background, edge, mark): the mark and the words say what the colour says
    "certo": ("#e3f4ec", style.GENERATOR, "✓"),
    "quase": ("#fff7d6", style.LIT_EDGE, "→"),
    "ainda não": ("#eef1f5", style.MUTED, "○"),
    "medida": ("#e8f1f8", style.REAL, "="),
}
NEXT_HINT, SOLUTION, COMPARE, PRINTED = (
    "Dica {n}", "Ver a solução", "Comparar com a solução do curso", "O que sua função imprimiu")
LOOK = (f"color:{style.INK};font-family:{style.SANS};font-size:17px;line-height:1.45;border-radius:4px;"
        "padding:8px 14px;margin:2px 0;box-sizing:border-box;max-width:1020px;")
CODE_LOOK = f"color:{style.INK};font-family:{style.MONO};font-size:16px;"
BLOCK_LOOK = (f"{CODE_LOOK}background-color:#ffffff;border:1px solid {style.LINE};padding:8px 10px;"
              "margin:6px 0;overflow-x:auto;white-space:pre;")


def rich(words: str) -> str:
    """Escape a text for HTML; what stands between `backticks` becomes code."""
    return "".join(f'<code style="{CODE_LOOK}background-color:transparent;padding:0">{escape(piece)}</code>'
                   if place % 2 else escape(piece) for place, piece in enumerate(words.split("`")))


def plain(words: str) -> str:
    """The same text on one line without its backticks."""
    return " ".join(words.replace("`", "").split())


def card(title: str, tone: str, *body: str) -> str:
    """Frame HTML; every colour is set beside its background, so that no theme can hide the text."""
    background, edge, mark = TONES[tone]
    return (f'<div style="background-color:{background};border-left:6px solid {edge};{LOOK}">'
            f'<p style="margin:0;color:{style.INK}"><strong>{mark} {escape(title)}</strong></p>'
            + "".join(body) + "</div>")


def paragraph(words: str) -> str:
    """A paragraph of text with code between backticks."""
    return f'<p style="margin:4px 0;color:{style.INK}">{rich(words)}</p>'


def block(source: str) -> str:
    """Several lines as they are: code, or what a function printed."""
    return f'<pre style="{BLOCK_LOOK}">{escape(source)}</pre>'


def fold(summary: str, inner: str, is_open: bool = False) -> str:
    """Something one keystroke away: opens with Enter or a click, with no kernel and no script."""
    return (f'<details style="margin:4px 0;color:{style.INK}"{" open" if is_open else ""}>'
            f'<summary style="cursor:pointer;color:{style.INK}">{escape(summary)}</summary>{inner}</details>')


class Shown:
    """Something that a cell shows as HTML, and as one line of plain text."""

    def __init__(self, line: str, html: str) -> None:
        self._line, self._html = line, html

    def __repr__(self) -> str:
        return self._line

    def _repr_html_(self) -> str:
        return self._html


class Answer(Shown):
    """What a check answers: `status` ('ainda não', 'quase', 'certo'), its sentence, the graded hints.

    sentence: the first hint, or praise; more: the hints after it; solution: the source of the course's own.
    """

    def __init__(self, number: str, status: str, sentence: str, more: tuple[str, ...] = (),
                 solution: str = "", printed: str = "") -> None:
        self.status, self.sentence, self.more = status, plain(sentence), tuple(plain(words) for words in more)
        self.hint = "" if status == "certo" else self.sentence
        title = f"Exercício {number} · {status}"
        first = 1 if status == "ainda não" else 2    # a refusal's sentence is the first hint
        parts = [paragraph(sentence)]
        if printed:
            parts.append(fold(PRINTED, block(printed), is_open=True))
        parts += [fold(NEXT_HINT.format(n=n), paragraph(words)) for n, words in enumerate(more, first)]
        if solution:
            parts.append(fold(COMPARE if status == "certo" else SOLUTION, block(solution)))
        super().__init__(f"{title}. {self.sentence}", card(title, status, *parts))
