"""The states that the panels of lesson 04 are put through while their fit is measured."""

from collections.abc import Callable, Iterator

from tests.browser.learner import PanelView
from tests.browser.states_lstm import NOTICE


def undone(view: PanelView) -> None:
    """Undo all that can be undone."""
    for left in reversed(range(view.ask("len(p.past)"))):
        view.press("Desfazer")
        view.until(f"len(p.past) == {left}")


def from_noise(view: PanelView) -> Iterator[str]:
    """The first memory, the middle of a step, both models, almost 128 frames, a step beyond the last."""
    view.begin()
    for _ in range(3):
        view.press("Passo")
    yield "primeira memória"
    view.choose("Modelo", "4 unidades (cabem na célula)")
    for name in ("Rodada", "Rodada", *16 * ["Passo"]):
        view.press(name)
    yield "no meio de um passo"
    view.choose("Modelo", "64 unidades")
    view.handle("Quadros").focus()
    view.key("End")
    view.ask("p.walk.run(118).key")    # nobody waits for so many pictures
    view.press("Rodada")
    view.press("Outro ruído e(t)")
    yield "quase no fim de 128 quadros"
    for _ in range(9):
        view.press("Rodada")
    yield f"{NOTICE}: o clipe está completo"
    undone(view)


def live_video(view: PanelView) -> Iterator[str]:
    """Stage 1 amid a round; stage 2 measured, amid each of its three updates; a plan that is over."""
    view.begin()
    view.press("Rodada")
    yield "estágio 1"
    for _ in range(4):
        view.press("Passo")
    yield "estágio 1, uma operação"
    view.choose("Estágio", "2: dois críticos e um gerador")
    view.press("Medir agora")
    view.button("Tocar").wait_for(timeout=60_000)
    view.press("Rodada")
    yield "estágio 2, medido"
    for number in range(20):
        view.press("Passo")
        if number in (2, 9, 16):
            yield view.ask("p.walk.op.key")
    view.choose("Estágio", "1: ver e redesenhar")
    view.choose("Estágio", "2: dois críticos e um gerador")
    view.choose("Começo", "do meu estágio 1")
    view.press("Pausar")
    view.until("not p.stage.playing")
    yield "codificação pausada"
    view.choose("Começo", "do zero")
    view.until("not p.session.jobs")
    view.ask("p.session.walk.run(1) and setattr(p.session.plan, 'steps', 1)")
    view.press("Rodada")
    yield f"{NOTICE}: o plano acabou"
    view.press("Nova partida")


def lying_metric(view: PanelView) -> Iterator[str]:
    """The riddle, the ACD alone, every measure as a rank and as a gate on a still frame, a solution."""
    yield "palpite"
    view.press("Conferir")
    yield "só a ACD"
    names = view.ask("[button.description[2:] for button in p.measures.values()]")
    for name in names[1:]:
        view.press(f"○ {name}")
    yield "todas em posição"
    view.press("Pausar clipes")
    for name in names:
        view.press(f"≡ {name}")
    yield "todas como filtro, um quadro"
    view.press("Solução")
    yield "solução"
    view.press("Recomeçar")


def content_motion(view: PanelView) -> Iterator[str]:
    """The grid alone, a clip chosen, a score under way and whole, both leaks, the other models, a frame."""
    yield "a matriz"
    view.click_at(330, 330)
    view.press("Medir placar")
    view.press("Pausar medida")
    yield "placar pausado"
    view.press("Medir placar")
    measured(view)
    yield "dois estágios, medido"
    for leak in ("conteúdo → caminho", "movimento → conteúdo"):
        view.choose("Vazamento", leak)
        measured(view)
        yield leak
    view.choose("Modelo", "de ponta a ponta")
    view.choose("Vazamento", "nenhum")
    measured(view)
    yield "de ponta a ponta, medido"
    view.press("Pausar clipes")
    view.key("ArrowLeft")
    view.choose("Modelo", "dígitos reais colados")
    measured(view)
    yield "o piso, um quadro"
    view.press("Tocar clipes")
    undone(view)


def measured(view: PanelView) -> None:
    """Wait until the score is whole."""
    view.button("Placar medido").wait_for(timeout=60_000)


def gate_surgery(view: PanelView) -> Iterator[str]:
    """Nothing held, every preset, a gate held late and halfway, all three held."""
    yield "nada preso"
    for preset in ("f = 0", "f = 1", "i = 0", "o = 0"):
        view.press(preset)
        yield preset
    view.press("Soltar tudo")
    view.press("Prender f")
    view.handle("f").focus()
    view.key("PageDown")
    view.handle("A partir do quadro").focus()
    view.key("End")
    yield "f preso no último quadro"
    for gate in "io":
        view.press(f"Prender {gate}")
    view.handle("A partir do quadro").focus()
    view.key("Home")
    yield "os três presos"
    undone(view)


def horizon(view: PanelView) -> Iterator[str]:
    """Every model's last block, the hottest noise, a given frame beside the truth at three times."""
    yield "o horizonte do treino"
    view.handle("Quadro").focus()
    view.key("End")
    for model in view.options("Modelo")[1:]:
        view.choose("Modelo", model)
        yield model
    view.choose("Modelo", "LSTM")
    view.handle("Temperatura de e(t)").focus()
    view.key("End")
    yield "temperatura 2"
    view.press("Dar um 1º quadro")
    view.handle("Quadro").focus()
    for key in ("PageDown", "Home", "End"):
        view.key(key)
        yield f"quadro dado, {key}"
    undone(view)


OWN_VIDEO: dict[str, Callable[[PanelView], Iterator[str]]] = {
    "Do ruído ao vídeo": from_noise, "Conteúdo × movimento": content_motion, "Treine ao vivo": live_video,
    "A métrica que mente": lying_metric, "Cirurgia nos portões": gate_surgery, "Além do horizonte": horizon}
