"""The drawing surface: an SVG with its sentence in the page; keys, clicks and ticks back to Python."""

from pathlib import Path

import anywidget
import traitlets

from helpers.ui import style

KEYS = {"ArrowRight": "step", "ArrowLeft": "back", " ": "play"}    # key -> what a panel hears
GONE = "O kernel foi reiniciado: execute esta célula de novo para operar o painel."


class Stage(anywidget.AnyWidget):
    """Shows what it is given and reports what the learner does; `frame` counts the finished pictures."""

    # as text: given a path, anywidget would keep every panel alive, to reload it when the file changes
    _esm = Path(__file__).with_name("stage.js").read_text(encoding="utf-8")
    _css = style.PANEL_CSS
    svg = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    gone = traitlets.Unicode(GONE).tag(sync=True)    # what the page says when its kernel is another one
    heard = traitlets.Dict(KEYS).tag(sync=True)    # a panel may listen to more
    playing = traitlets.Bool(False).tag(sync=True)
    interval = traitlets.Int(0).tag(sync=True)    # ms to wait between pictures while playing
    frame = traitlets.Int(0).tag(sync=True)

    def show(self, svg: str, sentence: str, notice: str = "") -> None:
        """Replace the picture, its sentence and the notice in the sentence's place, in one message."""
        with self.hold_sync():
            self.svg, self.sentence, self.notice = svg, sentence, notice
            self.frame += 1
