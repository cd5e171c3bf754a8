"""One question in the page: radio buttons or a number field, with a reply.

A small anywidget and not ipywidgets' RadioButtons: those cut long options to one line, give the group no
accessible name, and lose the arrow keys to JupyterLab, which moves between cells with them.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers.exercises.answer import card, paragraph, rich
from helpers.ui import style

CAPTION = "Execute a célula para responder."
HINT = "por exemplo 0,5, e tecle Enter"
CSS = f"""
.curso-pergunta {{ border: none; margin: 0; padding: 2px 4px; min-width: 0; }}
.curso-pergunta legend {{ font: bold {style.TEXT}px/1.4 {style.SANS}; color: {style.INK}; padding: 4px 0; }}
.curso-painel .curso-pergunta code, .curso-painel .curso-retorno code {{
  font: {style.SMALL}px {style.MONO}; color: {style.INK}; background: #eef1f5; padding: 0 3px; }}
.curso-opcao {{ display: flex; gap: 10px; align-items: baseline; padding: 4px 6px; border-radius: 4px;
  font: {style.TEXT}px/1.4 {style.SANS}; color: {style.INK}; cursor: pointer; }}
.curso-opcao:hover {{ background: #eef1f5; }}
.curso-opcao:focus-within {{ outline: 3px solid {style.REAL}; outline-offset: -1px; }}
.curso-opcao input {{ flex: none; width: 17px; height: 17px; margin: 0; position: relative; top: 3px;
  outline: none; accent-color: {style.REAL}; }}
.curso-numero {{ font: {style.TEXT}px/1.4 {style.SANS}; color: {style.INK}; background: #ffffff;
  border: 1px solid #777777; border-radius: 4px; padding: 4px 8px; width: 20em; }}
.curso-retorno {{ font: {style.TEXT}px/1.4 {style.SANS}; color: {style.INK}; background: #eef1f5;
  border-left: 6px solid {style.MUTED}; padding: 6px 10px; margin: 4px; }}
.curso-retorno[data-tom=certo] {{ background: #e3f4ec; border-color: {style.GENERATOR}; }}
.curso-retorno[data-tom=quase] {{ background: #fff7d6; border-color: {style.LIT_EDGE}; }}
.curso-retorno[hidden] {{ display: none; }}
"""


class Choice(anywidget.AnyWidget):
    """A question; with no options it asks for a number. `choice` is -1 until something is chosen."""

    _esm = Path(__file__).with_name("choice.js").read_text(encoding="utf-8")    # text: see Stage
    _css = style.PANEL_CSS + CSS
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Int(-1).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode(HINT).tag(sync=True)    # stands in the empty field
    reply = traitlets.Unicode().tag(sync=True)
    tone = traitlets.Unicode().tag(sync=True)

    def say(self, reply: str, tone: str = "") -> None:
        """Show a reply below the question; tone is a status such as 'certo' or nothing."""
        with self.hold_sync():
            self.reply, self.tone = reply, tone


def lettered(options: list[str]) -> str:
    """List options as A, B, C in plain HTML; written letters, since pages drop a list's own style."""
    return "".join(f'<p style="margin:2px 0 2px 22px;color:{style.INK}">{letter}) {rich(words)}</p>'
                   for letter, words in zip("ABCDEF", options, strict=False))


def static(title: str, *body: str) -> str:
    """What a page with no kernel shows in place of the widget; the same at every run."""
    return card(title, "ainda não", *body, paragraph(CAPTION))


def with_static(bundle: Any, line: str, html: str) -> Any:
    """Put the plain text and the HTML beside the widget view in a MIME bundle."""
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    if data is not None:
        data["text/plain"], data["text/html"] = line, html
    return bundle
