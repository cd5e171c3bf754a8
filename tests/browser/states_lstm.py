"""The states that the panels of lesson 03 are put through while their fit is measured."""

from collections.abc import Callable, Iterator

from tests.browser.learner import PanelView

NOTICE = "aviso"    # as in states.py, which imports from here


def undone(view: PanelView) -> str:
    """Take everything back, and once more; the state's name."""
    while view.ask("len(p.past)"):
        view.press("Desfazer")
    view.press("Desfazer")
    return f"{NOTICE}: nada a desfazer"


def broken_gates(view: PanelView) -> Iterator[str]:
    """Each gate broken, one held halfway, a training under way, a seed whose LSTM is not trained, no undo."""
    view.press("Início")
    yield "inteira"
    for name in ("f ≡ 1", "i ≡ 1", "o ≡ 1"):
        view.press(name)
        yield name
    view.handle("portão preso em 1,00").focus()
    view.key("PageDown")
    yield "o preso abaixo de 1"
    view.press("Treinar assim")
    view.press("Pausar")
    yield "treino pausado"
    yield undone(view)


def inside_the_cell(view: PanelView) -> Iterator[str]:
    """A layer, a gate, a held gate, a memory set by hand, a text that is no number, the sequence's end."""
    view.begin()
    yield "início"
    for name, presses in (("z_f", 3), ("kept", 7)):
        for _ in range(presses):
            view.press("Passo")
        yield name
    view.press("Rodada")
    view.press("Rodada")
    for target in ("h(t−1)", "W de g", "prender o(t)"):
        view.choose("Editar", target)
    assert view.ask("len(p.past)") == 0    # a slider that only follows is no edit
    view.handle("Arraste").focus()
    view.key("End")
    yield "output gate preso em 1"
    view.choose("Editar", "c(t−1)")
    typed(view, "-12,5")
    yield "c posto à mão"
    typed(view, "muito")
    yield f"{NOTICE}: não é um número"
    while not view.button("Desfazer").is_disabled():
        view.press("Desfazer")
    for _ in range(5):
        view.press("Rodada")
    yield f"{NOTICE}: fim da sequência"


def typed(view: PanelView, text: str) -> None:
    """Type a number for what is edited."""
    view.choice("Valor").fill(text)
    view.act(view.choice("Valor").press, "Enter")


def drag(view: PanelView, label: str, look: Callable[[float], None], *shares: float) -> None:
    """Drag a slider, the button held, to parts of its way; `look` is told what it says at each of them."""
    handle, mouse = view.handle(label).element_handle(), view.page.mouse    # its label may say its value
    handle.hover()
    track = handle.evaluate_handle("el => el.closest('.noUi-base')").as_element().bounding_box()
    mouse.down()
    try:
        for share in shares:
            view.act(mouse.move, track["x"] + share * track["width"], track["y"])
            look(float(handle.get_attribute("aria-valuetext")))
    finally:
        mouse.up()


def gradients(view: PanelView) -> Iterator[str]:
    """The slider at both ends, the first and the last k, 64 units, a training under way, and one paused."""
    view.handle("Viés b_f do forget gate: 1").focus()
    for key, name in (("End", "b_f = 6"), ("Home", "b_f = −2")):
        view.key(key)
        yield name
    view.choose("Unidades", "64")
    for x, name in ((66, "k = 0"), (556, "k = 99")):
        view.click_at(x, 150)
        yield name
    view.press("Treinar a RNN simples")
    view.press("Pausar (espaço)")
    yield "treino pausado"
    view.choose("Unidades", "32")


def unrolled(view: PanelView) -> Iterator[str]:
    """Half a walk, every sequence at its end, a held gate, an impulse, a step asked for, no undo left."""
    view.begin()
    yield "início"
    for name in ("Rodada", "Rodada", "Passo", "Passo"):
        view.press(name)
    yield "no meio de um passo"
    for name in view.options("Sequência"):
        view.choose("Sequência", name)
        yield name
    view.choose("Sequência", "4 unidades sorteadas")
    view.choose("Onde", "sempre, em todas")
    view.press("Preso")
    yield "f preso em 0"
    view.click_at(300, 250)
    yield "um passo escolhido"
    view.press("Impulso")
    yield "impulso"
    yield undone(view)


def counted(view: PanelView) -> Iterator[str]:
    """Every sequence at its middle, moves by the keyboard, an operation, no undo left."""
    for name in view.options("Sequência"):
        view.choose("Sequência", name)
        for _ in range(4 if name != "só os seus cliques" else 0):
            view.press("Rodada")
        yield name
    view.stage.focus()
    for key in ("+", "+", "-", "0", "-", "-"):
        view.key(key)
    assert view.ask("p.script.xs[:, 0].tolist()") == [1, 1, -1, 0, -1, -1]
    view.handle("f = 1,00 (1 guarda, 0 apaga)").focus()
    view.key("Home")
    view.press("+1")
    yield "f = 0"
    yield undone(view)


def challenged(view: PanelView) -> Iterator[str]:
    """Each job, an exam and its last hint, numbers too large, no number, Adam at work and paused, no undo."""
    if view.ask("p.place.view") != "gates":
        view.press("Portões")
    for name in view.options("Desafio"):
        view.choose("Desafio", name)
        yield name
    view.choose("g(t) leva", "valor inteiro (× 1)")
    for name in ("Verificar", "Dica"):
        view.press(name)
    yield "primeira dica"
    view.press("Dica")
    yield "segunda dica"
    view.press("Números")
    for number in ("-100", "muito"):
        typed(view, number)
        yield number if number == "-100" else f"{NOTICE}: não é um número"
    view.press("Adam tenta")
    view.press("25 passos")
    view.press("Tocar")
    view.button("Pausar").click()
    view.button("Tocar").wait_for()
    yield "Adam, pausado"
    view.press("Portões")
    yield undone(view)


OWN_LSTM: dict[str, Callable[[PanelView], Iterator[str]]] = {
    "Quebre um portão": broken_gates, "A célula por dentro": inside_the_cell,
    "Gradientes no tempo": gradients,
    "Desenrolando no tempo": unrolled, "c não é h": counted,
    "Desafios dos portões": challenged}
