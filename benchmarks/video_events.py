"""What `benchmarks.panels` does on the panels of lesson 04, and which of them play at what pace."""

import re
from collections.abc import Callable, Iterator

from benchmarks.events import Event, Hands, Play, played, stepper
from benchmarks.lstm_events import dragged
from helpers.video.contestants import NAMES
from helpers.video.panels import horizon_words, metric_words, swap_words
from helpers.video.scoreboard import KEYS
from helpers.video.scoreboard_figures import CLIPS_AT, LEFT, ROW, TOP, width
from tests.browser.learner import PanelView

STAGES = "1: ver e redesenhar", "2: dois críticos e um gerador"


def from_noise(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar on 128 frames; then, amid them, other noise, another length, another model."""
    view.handle("Quadros").focus()
    view.key("End")
    yield from stepper(view, hands, clicks)
    view.begin()
    for _ in range(16):
        view.press("Rodada")
    for name in ("Outro conteúdo", "Outro movimento", "Outro ruído e(t)"):
        yield Event(name, hands.click(name))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("Outro conteúdo"))
    yield from dragged(view, "Unidade", "unit")
    yield Event("click on a unit, on a frame", hands.point([(120, 300), (100, 396), (200, 396), (240, 440)]))
    yield Event("frames (keys on its slider)", hands.key("ArrowLeft", "ArrowRight"), hands.focus("Quadros"))
    yield from dragged(view, "Quadros", "frames")
    yield Event("Modelo (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice("Modelo").focus)

    def short() -> None:
        if view.ask("p.setting.frames") > 100:
            view.handle("Quadros").focus()
            view.key("Home")

    view.begin()
    view.handle("Quadros").focus()
    view.key("End")
    yield Event("Mais 16 quadros", hands.click("Mais 16 quadros"), short)
    view.handle("Quadros").focus()
    view.key("End")


def swapped(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Clips drawn anew, chosen, stopped; another source; leaks."""
    for key in ("rows", "columns", "both"):
        name = swap_words.BUTTONS[key][0]
        yield Event(name, hands.click(name))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press(name))
    yield Event("click on heads", hands.point([(40, 140), (140, 40), (40, 240), (240, 40)]))
    yield Event("click on clips", hands.point([(140, 140), (240, 240), (340, 340), (440, 440)]))
    yield Event("keys l and c", hands.key("l", "c"), hands.focus())
    yield Event("keys ↓ and ↑", hands.key("ArrowDown", "ArrowUp"), hands.focus())
    yield Event("keys → and ← (frame)", hands.key("ArrowRight", "ArrowLeft"), hands.focus())
    yield from dragged(view, "Quadro", "frame")
    yield Event("Tocar, Pausar clipes", hands.each(lambda name: view.button(name).click(),
                                                   ["Tocar clipes", "Pausar clipes"]))
    yield Event("Modelo (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice("Modelo").focus)
    view.choose("Modelo", swap_words.MODELS["two"])
    yield Event("Vazamento (keys in its list)", hands.key("ArrowDown", "ArrowUp"),
                view.choice("Vazamento").focus)
    view.choose("Vazamento", swap_words.LEAKS["path"])
    yield from dragged(view, swap_words.SHARE, "share that leaks", 7)
    view.choose("Vazamento", swap_words.LEAKS["none"])


def trained_live(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar in both stages, other games, other views."""
    for number, stage in enumerate(STAGES, 1):
        view.choose("Estágio", stage)
        for event in stepper(view, hands, clicks):
            yield event._replace(name=f"stage {number}: {event.name}")
        yield Event(f"stage {number}: Atualização", hands.click("Atualização"))
        view.choose("Ver", "o treino")
        yield Event(f"stage {number}: Ver (keys in its list)", hands.key("ArrowDown", "ArrowUp"),
                    view.choice("Ver").focus)
        yield Event(f"stage {number}: Nova partida", hands.click("Nova partida"))
        yield Event(f"stage {number}: Desfazer", hands.click("Desfazer"), hands.press("Nova partida"))
    for name in ("Começo", "Memória", "Críticos"):
        yield Event(f"{name} (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice(name).focus)
    yield Event("Filme", hands.click("Filme"))
    yield Event("Estágio (keys in its list)", hands.key("ArrowUp", "ArrowDown"), view.choice("Estágio").focus)


def measured(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The bet, the scoreboard's measures one after another, solutions, clips that play or stand."""
    heads = [(LEFT + (n + 0.5) * width(len(NAMES)), CLIPS_AT + 50) for n in range(len(NAMES))]
    yield Event("a bet by click", hands.point(heads))
    yield Event("Conferir", hands.click("Conferir"), hands.press("Recomeçar"))
    view.press("Recomeçar")
    yield Event("Recomeçar", hands.click("Recomeçar"), hands.press("Conferir"))
    view.press("Conferir")
    yield Event("measures in turn", hands.each(
        lambda word: view.root.get_by_role("button", name=re.compile(rf"^. {word}$")).click(),
        list(metric_words.LABELS.values())))
    yield Event("click on rows", hands.point([(60, TOP + ROW * (n + 0.5)) for n in range(len(KEYS))]))
    yield Event(metric_words.SOLUTION, hands.click(metric_words.SOLUTION))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press(metric_words.SOLUTION))
    yield Event(metric_words.OTHERS, hands.click(metric_words.OTHERS))
    yield Event("Sorteio (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice("Sorteio").focus)
    yield Event("keys → and ← (frame)", hands.key("ArrowRight", "ArrowLeft"), hands.focus())
    yield from dragged(view, "Quadro", "frame")
    yield Event("Tocar, Pausar clipes", hands.each(lambda name: view.button(name).click(),
                                                   ["Tocar clipes", "Pausar clipes"]))


def operated(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """Gates held and let go, by buttons and sliders."""
    yield Event("presets in turn", hands.each(lambda name: view.button(name).click(),
                                              ["f = 0", "f = 1", "i = 0", "o = 0", "Soltar tudo"]))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("f = 0"))
    yield Event("Outros clipes", hands.click("Outros clipes"))
    yield Event("Prender o", hands.click("Prender o"))
    yield from dragged(view, "f", "f")
    yield Event("f (keys on its slider)", hands.key("ArrowLeft", "ArrowRight"), hands.focus("f"))
    yield from dragged(view, "A partir do quadro", "since which frame")


def beyond(view: PanelView, hands: Hands, clicks: int) -> Iterator[Event]:
    """The transport bar, other clips, given frames, the temperature."""
    view.press("Início")
    for name in ("Passo", "Voltar"):
        yield Event(name, hands.click(name))
    yield Event("keys → and ←", hands.key("ArrowRight", "ArrowLeft"), hands.focus())
    yield Event("Início", hands.click("Início"), hands.press("Passo"))
    yield from dragged(view, "Quadro", "frame")
    yield Event("click on the strip", hands.point([(200, 390), (500, 390), (900, 390)]))
    yield Event("Outra semente", hands.click("Outra semente"))
    yield Event("Desfazer", hands.click("Desfazer"), hands.press("Outra semente"))
    yield Event("Modelo (keys in its list)", hands.key("ArrowDown", "ArrowUp"), view.choice("Modelo").focus)
    yield Event("temperature (keys on its slider)", hands.key("ArrowRight", "ArrowLeft"),
                hands.focus("Temperatura de e(t)"))
    give, free = (horizon_words.BUTTONS[key][0] for key in ("give", "free"))
    yield Event(give, hands.click(give))
    yield Event("given: keys → and ←", hands.key("ArrowRight", "ArrowLeft"), hands.focus())
    yield Event(free, hands.click(free), hands.press(give))


def live_plays(view: PanelView) -> Iterator[Play]:
    """The paces of each stage; in the second there is measuring too."""
    for number, stage in enumerate(STAGES, 1):
        view.choose("Estágio", stage)
        for play in played(view):
            yield play._replace(name=f"stage {number}: {play.name}")


def score(view: PanelView) -> Iterator[Play]:
    """The score in the measuring, block by block."""
    yield Play(swap_words.MEASURE, start=swap_words.MEASURE, stop=swap_words.HOLD)


def frames(view: PanelView) -> Iterator[Play]:
    """The long clip from its first frame."""
    view.press("Início")
    yield Play("⏵ Tocar")


OWN: dict[str, Callable[[PanelView, Hands, int], Iterator[Event]]] = {
    "Do ruído ao vídeo": from_noise, "Conteúdo × movimento": swapped, "Treine ao vivo": trained_live,
    "A métrica que mente": measured, "Cirurgia nos portões": operated, "Além do horizonte": beyond}
PLAYS: dict[str, Callable[[PanelView], Iterator[Play]]] = {
    "Conteúdo × movimento": score, "Treine ao vivo": live_plays, "Além do horizonte": frames}
