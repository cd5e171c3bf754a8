"""What `benchmarks.panels` clicks on and types: each event, what comes before it, how it is done."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import lstm_events, video_events
from benchmarks.events import Event, Hands, Play, played, stepper
from helpers.gan.panels import latent_scenes as scenes
from helpers.gan.panels import latent_words as tour
from helpers.gan.panels.timeline import CHARTS
from tests.browser import states
from tests.browser.learner import PanelView

FORK = ("1", "a inicial")        # γ and rate that a fork of the timeline is trained with


def events(view: PanelView, clicks: int) -> Iterator[Event]:
    """Bring the panel into the right state for each event in turn."""
    view.show()
    yield from OWN.get(view.title, stepper)(view, Hands(view), clicks)


def plays(view: PanelView) -> Iterator[Play]:
    """Bring the panel into the right state for each playing in turn."""
    yield from video_events.PLAYS.get(view.title, played)(view)


def transposed(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar, and the numbers."""
    states.plain_stamps(view)
    yield from stepper(view, hands, clicks)
    states.plain_stamps(view)
    yield Event("+1", hands.click("+1"), hands.press("Passo"))
    yield Event("k (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice("k").focus)
    states.plain_stamps(view)
    cells = [states.canvas_cell(view, row, column) for row, column in ((2, 2), (3, 3), (0, 6))]
    yield Event("click on the canvas", hands.point(cells))


def builder(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Blocks chosen, put, moved, changed, taken away, undone."""
    undo, other = hands.press("Desfazer"), hands.press("Pesos novos")

    def spoilt() -> None:
        if view.button("Desfazer").is_enabled():
            undo()
        other()    # so that no network has been tried before
        view.click_at(*states.block_place(2))    # undoing may have chosen another block

    states.shown(view, "G")
    view.choose("Modelo", "a da aula")
    count = view.ask("len(p.stack.blocks)")
    yield Event("click on a block", hands.point([states.block_place(n) for n in range(count)]))
    keys = ["ArrowRight"] * (count - 1) + ["ArrowLeft"] * (count - 1)
    yield Event("keys → and ←", hands.key(*keys), hands.focus())
    yield Event("Gerador, Discriminador", hands.each(lambda name: view.button(name).click(),
                                                     ["Discriminador", "Gerador"]))
    states.shown(view, "G")
    view.click_at(*states.block_place(2))
    for name in ("+ Bloco", "Remover", "Mover ▶"):
        yield Event(name, hands.click(name), spoilt)
        spoilt()
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("+ Bloco"))
    yield Event("Pesos novos", hands.click("Pesos novos"))
    view.click_at(*states.block_place(1))
    own = view.ask("p.block.out")
    typed = hands.each(view.choice("Números").fill, [f"{own - 1}", f"{own}"])
    yield Event("a number typed, Enter", lambda: view.choice("Números").press("Enter"),
                lambda: (other(), typed()))
    view.choose("Modelo", "a da aula")
    yield Event("Modelo (keys in its list)", hands.key("ArrowDown", "ArrowUp"),
                lambda: (other(), view.choice("Modelo").focus()))


def timeline(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The run's points, then a fork in the middle of them, which stays open to be played."""
    states.home(view)
    last = view.ask("p.walk.reached")
    yield Event("▶ Passo, to points not seen yet", hands.click("Passo"), count=last)
    yield Event("◀ Voltar", hands.click("Voltar"), count=last)
    keys = ["ArrowRight"] * last + ["ArrowLeft"] * last
    yield Event("keys → and ←", hands.key(*keys), hands.focus())
    view.begin()
    yield Event("scrubber (keys on its handle)", hands.key(*keys), hands.focus("Ponto"))
    yield Event("Fim", hands.click("Fim"), hands.press("Início"))
    yield Event("⏮ Início", hands.click("Início"), hands.press("Fim"))
    charts = [(x + share * wide, y + high / 2) for x, y, wide, high in CHARTS for share in (0.3, 0.6, 0.9)]
    yield Event("click on a chart", hands.point(charts))
    view.begin()
    for _ in range(last // 2):
        view.press("Passo")
    states.leave(view, *FORK)
    yield Event("Daqui, com outro γ", hands.click("Daqui, com outro γ"), count=10)
    fork = "fork: "
    yield Event(fork + "▶ Passo", hands.click("Passo"))
    yield Event(fork + "◀ Voltar", hands.click("Voltar"))
    yield Event(fork + "⏩ Rodada", hands.click("Rodada"))
    yield Event(fork + "key ←", hands.key("ArrowLeft"), hands.focus())
    yield Event(fork + "key →", hands.key("ArrowRight"), hands.focus())
    yield Event(fork + "⏮ Início", hands.click("Início"), hands.press("Passo"), count=10)


def blind(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Answers, their undoing, results, new tests."""
    new = hands.press("Novo teste")

    def room() -> None:
        if not view.button("● Real (←)").is_enabled():
            new()
        view.stage.focus()

    def answers(count: int) -> None:
        new()
        view.stage.focus()
        for _ in range(count):
            view.key("ArrowLeft")

    yield Event("● Real (←)", hands.click("● Real (←)"), room)
    yield Event("key ←", hands.key("ArrowLeft"), room)
    yield Event("key →", hands.key("ArrowRight"), room)
    answers(10)
    yield Event("Desfazer (espaço)", hands.click("Desfazer (espaço)"), hands.press("● Real (←)"))
    yield Event("Ver o resultado", hands.click("Ver o resultado"), lambda: answers(20), count=10)
    yield Event("Novo teste", hands.click("Novo teste"))


def latent(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The three modes, each seen once before: the means of 1,000 z are worked out at the first visit."""
    for mode in ("arithmetic", "interpolation", "directions"):
        states.show_mode(view, mode)
    yield Event("▶ Mais", hands.click("Mais"), hands.press("Menos"))
    yield Event("◀ Menos", hands.click("Menos"), hands.press("Mais"))
    there, back = ["ArrowRight"] * 5, ["ArrowLeft"] * 5
    keys = there + back if view.ask("p.place.at[2]") < 0 else back + there    # within the slider's range
    yield Event("directions: keys → and ←", hands.key(*keys), hands.focus())
    yield Event("directions: slider (keys on its handle)", hands.key(*keys), hands.focus("3ª"))
    yield Event("directions: click on the strip", hands.point(middles(scenes.STRIP)))
    yield Event("Novo z", hands.click(tour.NEW))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press(tour.NEW))
    yield Event("modes in turn", hands.each(lambda name: view.button(name).click(), [
        tour.MODES[mode] for mode in ("interpolation", "arithmetic", "directions")]))
    for mode, tiles in (("interpolation", scenes.TRAY), ("arithmetic", scenes.FORCES)):
        states.show_mode(view, mode)
        yield Event(f"{mode}: keys → and ←", hands.key(*keys), hands.focus())
        yield Event(f"{mode}: click on the digits", hands.point(middles(tiles)))
    yield Event("arithmetic: attribute (keys in its list)", hands.key("ArrowDown", "ArrowUp"),
                view.choice(tour.ATTRIBUTE).focus)


def middles(tiles: Any) -> list[tuple[float, float]]:
    """The middles of a field of digits, from the last one to the first."""
    corners = [tiles.at(place) for place in reversed(range(tiles.count))]
    return [(x + tiles.side / 2, y + tiles.side / 2) for x, y in corners]


OWN: dict[str, Callable[[PanelView, Hands, int], Iterator[Event]]] = {
    states.TRANSPOSED: transposed, states.BUILDER: builder, states.TIMELINE: timeline, states.BLIND: blind,
    states.LATENT: latent} | lstm_events.OWN | video_events.OWN
