"""How an event is timed on a panel, a learner's hands, and the transport bar that most panels share."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, NamedTuple

from tests.browser.learner import PanelView

CLINIC = "Clínica de GANs"    # a patient waits after 150 turns
# play slowly, begin again often
FINITE = (CLINIC, "A célula por dentro", "Desenrolando no tempo", "c não é h")


def nothing() -> None: ...


class Event(NamedTuple):
    """An event as it is timed: `before` and `do` in turn, `count` times, or as often as all others."""

    name: str
    do: Callable[[], object]
    before: Callable[[], object] = nothing
    count: int | None = None


class Play(NamedTuple):
    """A playing as it is timed, from picture to picture: which buttons start and stop it."""

    name: str
    start: str = "Tocar"
    stop: str = "Pausar"


class Hands:
    """A learner's hands on one panel; each method returns what will do it."""

    def __init__(self, view: PanelView) -> None:
        self.view = view

    def click(self, name: str) -> Callable[[], object]:
        return self.view.button(name).click

    def press(self, name: str) -> Callable[[], object]:
        """Press a button and wait for the answer: what comes before an event."""
        return lambda: self.view.press(name)

    def key(self, *keys: str) -> Callable[[], object]:
        """Press one key after another, round and round."""
        turns = cycle(keys)
        return lambda: self.view.page.keyboard.press(next(turns))

    def each(self, act: Callable[[Any], object], things: list[Any]) -> Callable[[], object]:
        """Do it with one thing after another, round and round."""
        turns = cycle(things)
        return lambda: act(next(turns))

    def point(self, places: list[tuple[float, float]]) -> Callable[[], object]:
        """Click on one place of the drawing after another."""
        self.view.show()
        box = self.view.svg.bounding_box()
        scale = box["width"] / float(self.view.svg.get_attribute("width"))
        return self.each(lambda at: self.view.page.mouse.click(
            box["x"] + at[0] * scale, box["y"] + at[1] * scale), places)

    def focus(self, label: str = "") -> Callable[[], object]:
        """Give the keyboard to the drawing, or to a slider's handle."""
        return self.view.handle(label).focus if label else self.view.stage.focus


def played(view: PanelView) -> Iterator[Play]:
    """Every pace of whole turns that a panel offers, or the slowest where it has few turns."""
    choice = view.choice("Ritmo")
    if not choice.count():
        return
    whole = [word for word in view.options("Ritmo") if word.endswith(("rodada", "rodadas"))]
    for pace in whole[:1] if view.title in FINITE else whole:
        choice.select_option(label=pace)
        view.press("Início")
        yield Play(f"⏵ Tocar, {pace}")


def stepper(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar of a panel over a Walk."""
    few, begin = view.title in FINITE, hands.press("Início")
    begin()
    yield Event("▶ Passo", hands.click("Passo"))
    yield Event("◀ Voltar", hands.click("Voltar"))
    yield Event("⏩ Rodada", hands.click("Rodada"), begin if few else nothing)
    begin()
    for _ in range(clicks):
        view.press("Passo")
    yield Event("key ←", hands.key("ArrowLeft"), hands.focus())
    yield Event("key →", hands.key("ArrowRight"), hands.focus())
    yield Event("⏮ Início", hands.click("Início"), hands.press("Passo"))
    for _ in range(30 if view.title == CLINIC else 20):
        view.press("Passo" if view.title == CLINIC else "Rodada")
    keys = ["ArrowLeft"] * 8 + ["ArrowRight"] * 8    # within what the shortest history keeps
    yield Event("scrubber (keys on its handle)", hands.key(*keys), hands.focus("Rodada nº"))
