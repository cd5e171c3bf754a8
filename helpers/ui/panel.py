"""What every panel is: a stage between rows of controls, a static picture, handlers that never raise."""

import threading
from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython

from helpers.errors import CourseError
from helpers.ui import style, svg
from helpers.ui.stage import Stage

CAPTION = "Imagem: execute a célula para operar"
UNEXPECTED = ("Algo deu errado neste passo ({kind}: {error}). O painel voltou ao último estado válido; "
              "você pode continuar.")
INTERRUPTED = "Interrompido. O painel voltou ao último estado válido; você pode continuar."
LOST = ("Algo deu errado neste passo ({kind}: {error}), e o painel não conseguiu voltar ao estado anterior. "
        "Execute a célula de novo.")

_by_cell: dict[str, tuple[str, list["Panel"]]] = {}    # cell -> its last execution, the panels made there


def guarded(handler: Callable) -> Callable:
    """Wrap an event handler: a failure is shown in the panel, counted, and undone.

    A CourseError is an answer to the learner, not a defect: it is shown and undone, but not counted. So is
    the kernel's interrupt, which may come amid a turn.
    """
    @wraps(handler)
    def safe(self: "Panel", *args: Any) -> None:
        with self.lock:
            before, self.notice = self.remember(), ""
            try:
                handler(self, *args)
                self.redraw()
            except (Exception, KeyboardInterrupt) as error:
                facts = {"kind": type(error).__name__, "error": error}
                expected = isinstance(error, CourseError | KeyboardInterrupt)
                self.notice = INTERRUPTED if isinstance(error, KeyboardInterrupt) else (
                    str(error) if expected else UNEXPECTED.format_map(facts))
                self.stage.playing = False
                try:
                    self.restore(before)
                    self.follow()
                except Exception:    # what failed still fails
                    expected, self.notice = False, LOST.format_map(facts)
                self.errors += not expected
                self.stage.show(self.stage.svg, self.stage.sentence, self.notice)    # the last good one
    return safe


class Panel(widgets.VBox):
    """A panel: `controls` above, the stage, `transport` below.

    A subclass gives `draw()` -> SVG and `sentence()` -> one line of plain text, and decorates its event
    handlers with `guarded`. `remember` and `restore` carry what a failed handler may have changed.
    """

    title = "Painel"

    def __init__(self, controls: list[widgets.Widget], transport: list[widgets.Widget]) -> None:
        self.lock = threading.RLock()    # JupyterLab may run handlers beside the main thread
        self.errors, self.notice, self.closed = 0, "", False
        self.stage = Stage(title=self.title)
        self.stage.on_msg(self._on_message)
        row = widgets.Layout(flex_flow="row wrap", align_items="center", overflow="hidden")
        super().__init__([widgets.HBox(controls, layout=row), self.stage,
                          widgets.HBox(transport, layout=row)])
        self.add_class("curso-painel")
        self._replace_predecessors()
        self.redraw()

    def draw(self) -> str:
        """Return the SVG of the present state."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Say in one line of plain text what the drawing shows."""
        raise NotImplementedError

    def remember(self) -> Any:
        """Return what `restore` needs to undo a failed handler."""

    def restore(self, state: Any) -> None:
        """Undo a failed handler."""

    def on_key(self, key: str) -> None:
        """Answer one of the keys 'step', 'back', 'play'."""

    def on_click(self, x: float, y: float) -> None:
        """Answer a click on the drawing, in the SVG's own units."""

    def on_tick(self) -> None:
        """Compute the next picture while playing."""

    def follow(self) -> None:
        """Set the controls to what the state says."""

    def redraw(self) -> None:
        """Show the present state."""
        self.follow()
        self.stage.show(self.draw(), self.sentence(), self.notice)

    def picture(self) -> bytes:
        """Rasterise the panel's present state with its caption: PNG."""
        height = float(self.stage.svg.split('height="', 1)[1].split('"', 1)[0])
        lines = svg.wrap(self.stage.sentence, 105)
        inner = svg.tag("g", self.stage.svg) + "".join(
            svg.text(4, height + 22 + 22 * row, line, 16) for row, line in enumerate(lines))
        band = height + 22 * len(lines) + 10
        caption = (svg.tag("rect", x=0, y=band, width=style.WIDTH, height=34, fill=style.LIT)
                   + svg.text(style.WIDTH / 2, band + 24, CAPTION, 20, font_weight="bold",
                              text_anchor="middle"))
        return svg.to_png(svg.page(band + 34, inner, caption))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["image/png"] = b64encode(self.picture()).decode()
        return bundle

    def __repr__(self) -> str:
        return f"Painel: {self.title}"

    @guarded
    def _on_message(self, stage: Stage, content: dict[str, Any], buffers: Any = None) -> None:
        kind = content.get("type")
        if kind == "tick" and self.stage.playing:
            self.on_tick()
        elif kind == "key":
            self.on_key(content["key"])
        elif kind == "click":
            self.on_click(content["x"], content["y"])

    def _replace_predecessors(self) -> None:
        """Close what an earlier execution of this cell showed: players stop, histories are freed."""
        shell = get_ipython()
        request = shell.get_parent() if shell else {}
        cell = request.get("metadata", {}).get("cellId")
        execution = request.get("header", {}).get("msg_id", "")
        if cell:
            last, panels = _by_cell.get(cell, ("", []))
            if last != execution:
                for old in panels:
                    old.close_all()
                panels = []
            _by_cell[cell] = execution, [*panels, self]

    def close_all(self) -> None:
        """Close the panel and all its parts; it answers no more events."""
        def close(widget: widgets.Widget) -> None:
            for child in getattr(widget, "children", ()):
                close(child)
            widget.close()
        self.stage.playing, self.closed = False, True
        close(self)
