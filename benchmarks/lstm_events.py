"""What `benchmarks.panels` does on the panels of lesson 03: clicks, keys, and drags with the button down."""

from collections.abc import Callable, Iterator
from itertools import cycle

from benchmarks.events import Event, Hands, stepper
from tests.browser import states_lstm
from tests.browser.learner import PanelView

STRIDE = 9    # pixels that a drag moves at a time: more than a step of most sliders


def drag(view: PanelView, label: str, stride: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Hold a slider's handle; each move goes a little to and fro. Returns move, release."""
    handle = view.handle(label)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    toward = 1 if x < track["x"] + track["width"] / 2 else -1    # where there is room
    places = cycle([x + toward * stride * n for n in (1, 2, 3, 4, 5, 4, 3, 2)])
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    return lambda: view.page.mouse.move(next(places), y), view.page.mouse.up


def dragged(view: PanelView, label: str, name: str, stride: int = STRIDE) -> Iterator[Event]:
    """One event: a drag of this slider, `stride` pixels at a time."""
    move, release = drag(view, label, stride)
    yield Event(f"drag: {name}", move)
    release()
    view.page.wait_for_timeout(300)    # the drag's last values are answered before another event is timed


def inside_the_cell(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar, then edits in the midst of the sequence."""
    yield from stepper(view, hands, clicks)
    view.begin()
    for _ in range(12):
        view.press("Rodada")
    for target in ("x(t)", "W de g", "b de f", "prender f(t)"):
        view.choose("Editar", target)
        yield from dragged(view, "Arraste", target)
        yield Event(f"{target} (keys on its slider)", hands.key("ArrowLeft", "ArrowRight"),
                    hands.focus("Arraste"))
    write = hands.each(lambda number: states_lstm.typed(view, number), ["0,413", "0,627"])
    yield Event("Desfazer", hands.click("Desfazer"), write)
    yield Event("click on the strip and the table", hands.point([(700, 280), (560, 400), (640, 440)]))


def unrolled(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar, edits of an input and of a held gate, clicks on the maps."""
    yield from stepper(view, hands, clicks)
    view.begin()
    for _ in range(12):
        view.press("Rodada")
    yield from dragged(view, "x", "x of this step")
    yield Event("Preso", hands.click("Preso"))
    view.choose("Onde", "sempre, em todas")
    if "mod-active" not in (view.button("Preso").get_attribute("class") or ""):
        view.press("Preso")
    yield from dragged(view, "Valor", "a gate held in all steps")
    yield Event("click on a map", hands.point([(260, 200), (300, 250), (240, 330)]))
    yield Event("Impulso", hands.click("Impulso"))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("Impulso"))


def counted(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Moves by button and key, the two sliders."""
    view.begin()
    for name in ("Passo", "Voltar"):
        yield Event(name, hands.click(name))
    yield Event("Rodada", hands.click("Rodada"), hands.press("Início"))
    view.choose("Sequência", "só os seus cliques")
    for name in ("+1", "−1"):
        yield Event(name, hands.click(name))
    yield Event("keys + and −", hands.key("+", "-"), hands.focus())
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("+1"))
    yield from dragged(view, "f = 1,00 (1 guarda, 0 apaga)", "f")


def challenged(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Gates from lists, numbers from a slider, the exam, Adam's steps."""
    view.choose("Desafio", "Registrador")
    yield Event("a gate (keys in its list)", hands.key("ArrowDown", "ArrowUp"),
                view.choice("f(t), guardar").focus)
    yield Event("keys ← and →", hands.key("ArrowRight", "ArrowLeft"), hands.focus())
    yield Event("Verificar", hands.click("Verificar"))
    yield Event("Outro exemplo", hands.click("Outro exemplo"))
    view.press("Números")
    yield from dragged(view, "Ajuste", "a weight", 50)
    view.press("Adam tenta")
    yield Event("25 passos", hands.click("25 passos"))


def broken(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Gates broken and mended, one of them dragged."""
    gates = ["f ≡ 1", "i ≡ 1", "o ≡ 1"]
    yield Event("gates in turn", hands.each(lambda name: view.button(name).click(), gates))
    yield Event("Outro exemplo", hands.click("Outro exemplo"))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("Outro exemplo"))
    view.press("Início")
    view.press("f ≡ 1")
    yield from dragged(view, "portão preso em 1,00", "the held value")


def gradients(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The forget bias, k, units."""
    label = "p.controls['bias'].description"    # which says the value
    yield Event("k (keys)", hands.key(*["ArrowRight"] * 9, *["ArrowLeft"] * 9), hands.focus())
    yield Event("click on the chart", hands.point([(200, 150), (400, 150), (500, 150)]))
    yield from dragged(view, view.ask(label), "forget bias", 20)
    view.handle(view.ask(label)).focus()
    yield Event("forget bias (keys on its slider)", hands.key("ArrowLeft", "ArrowRight"))


OWN = {"A célula por dentro": inside_the_cell, "Desenrolando no tempo": unrolled, "c não é h": counted,
       "Desafios dos portões": challenged, "Quebre um portão": broken, "Gradientes no tempo": gradients}
