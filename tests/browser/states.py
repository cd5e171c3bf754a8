"""The states that each panel is put through, by mouse and keyboard, while its fit is measured."""

from collections.abc import Callable, Iterator

from helpers.gan import blocks_figures as chain
from helpers.gan.panels import latent_words as tour
from tests.browser.learner import PanelView
from tests.browser.states_lstm import OWN_LSTM
from tests.browser.states_video import OWN_VIDEO

TRANSPOSED, BUILDER = "Convolução transposta, número a número", "Monte a rede"
TIMELINE, BLIND, LATENT = "Linha do tempo do treino", "Você é o discriminador", "Espaço latente"
NOTICE = "aviso"    # how the names of states with a notice begin: it takes the sentence's place


def states(view: PanelView) -> Iterator[str]:
    """Bring the panel into one state after another and name each; the last one leaves it usable."""
    yield from OWN.get(view.title, turn)(view)


def turn(view: PanelView) -> Iterator[str]:
    """A stepper's first turn, operation by operation, and the next one's first."""
    view.begin()
    view.press("Rodada")
    operations = view.place[1]
    view.begin()
    view.stage.focus()
    yield "início"
    for _ in range(operations + 1):
        view.key("ArrowRight")
        yield view.ask("p.walk.op.key")


def transposed(view: PanelView) -> Iterator[str]:
    """A stamp, a pixel asked about, the cut, the largest and the oddest kernels, what cannot be."""
    plain_stamps(view)
    yield from turn(view)
    view.click_at(*canvas_cell(view, 2, 2))
    yield "y[2, 2]"
    for label, option in (("k", "5"), ("stride s", "3"), ("padding p", "2"), ("Kernel", "irregular"),
                          ("Entrada", "um 7 pequeno")):
        view.choose(label, option)
        yield f"{label} = {option}"
    for _ in range(10):    # nine stamps and the cut
        view.press("Rodada")
        yield view.ask("p.walk.op.key")
    view.choose("stride s", "1")
    view.choose("Kernel", "bilinear")
    view.press("Rodada")
    view.click_at(*canvas_cell(view, 2, 2))    # nine terms
    yield "y[2, 2] = nove parcelas"
    refused_cut(view)
    yield f"{NOTICE}: nada sobra"
    plain_stamps(view)


def plain_stamps(view: PanelView) -> None:
    """Begin again with the lesson's first example."""
    view.begin()    # first, since it brings back the numbers that it began with
    for label, option in (("padding p", "0"), ("k", "3"), ("stride s", "2"), ("Kernel", "tudo 1"),
                          ("Entrada", "constante")):
        view.choose(label, option)
    view.stage.focus()


def canvas_cell(view: PanelView, row: int, column: int) -> tuple[float, float]:
    """The middle of a cell of the canvas, in the drawing's units."""
    x, y, cell, _ = view.ask("tuple(p.places.y)")
    return x + (column + 0.5) * cell, y + (row + 0.5) * cell


def refused_cut(view: PanelView) -> None:
    """Ask for a cut that would leave nothing."""
    for label, option in (("padding p", "1"), ("stride s", "1"), ("k", "2"), ("padding p", "2")):
        view.choose(label, option)


def builder(view: PanelView) -> Iterator[str]:
    """Both networks block by block, every model that does not fit or should be minded, a training."""
    for role, name in (("G", "Gerador"), ("D", "Discriminador")):
        shown(view, role)
        view.choose("Modelo", "a da aula")
        view.stage.focus()
        for _ in range(view.ask("p.at")):
            view.key("ArrowLeft")
        yield f"{role}: entrada"
        for number in range(view.ask("len(p.stack.blocks)")):
            view.key("ArrowRight")
            yield f"{role}: bloco {number + 1}"
        for model in view.options("Modelo"):
            if model not in ("a sua", "a da aula"):
                view.choose("Modelo", model)
                yield f"{name}: {model}"
        view.choose("Modelo", "a da aula")
    train(view)
    yield "treinado"
    shown(view, "G")
    view.click_at(*block_place(1))
    unclear(view, "Números", "0")
    yield f"{NOTICE}: nenhum número"


def shown(view: PanelView, role: str) -> None:
    """Show one of the builder's networks."""
    if view.ask("p.role") != role:
        view.press({"G": "Gerador", "D": "Discriminador"}[role])
    view.stage.focus()


def block_place(number: int) -> tuple[float, float]:
    """The middle of a block's box in the chain, in the drawing's units; 0 is what enters."""
    return chain.X + chain.SLOT * (number + 0.5), chain.TOP + chain.BOXES / 2


def train(view: PanelView) -> None:
    """Train the builder's pair for 25 steps, to the end."""
    view.press("Treinar 25 passos")
    view.button("Tocar").wait_for(timeout=60_000)


def unclear(view: PanelView, label: str, number: str) -> None:
    """Type a number into one of the builder's fields."""
    view.choice(label).fill(number)
    view.act(view.choice(label).press, "Enter")


def timeline(view: PanelView) -> Iterator[str]:
    """The run's points; a fork, operation by operation, trained and measured; one that cannot move."""
    home(view)
    yield "primeiro ponto"
    last = view.ask("p.walk.reached")
    for point in range(last):
        view.press("Passo")
        if point in (0, last // 2, last - 1):
            yield f"ponto {point + 1}"
    leave(view, "100", "a deste ponto")
    yield f"{NOTICE}: taxa 0"
    leave(view, "100", "10 × a inicial")
    yield "desvio"
    view.press("Rodada")
    operations = view.place[1]
    yield "desvio, 1 passo"
    for _ in range(operations):
        view.press("Passo")
        yield f"desvio: {view.ask('p.walk.op.key')}"
    view.press("Medir com 500")
    yield "desvio medido"
    view.press("Voltar")
    yield "desvio, uma operação antes da medida"
    home(view)


def leave(view: PanelView, gamma: str, rate: str) -> None:
    """Leave the run at the present point."""
    view.choice("γ").select_option(label=gamma)
    view.choice("Taxa").select_option(label=rate)    # neither draws anything by itself
    view.press("Daqui, com outro γ")


def home(view: PanelView) -> None:
    """Leave the fork, if there is one, and go to the run's first point."""
    if view.button("Voltar ao original").is_enabled():
        view.press("Voltar ao original")
    view.begin()


def blind(view: PanelView) -> Iterator[str]:
    """The question, answers, the results against each generator, an answer after the end."""
    for opponent in ("inicial", "final", "os dois, misturados"):
        view.choose("Gerador", opponent)
        view.press("Novo teste")
        yield f"{opponent}: primeira imagem"
        view.stage.focus()
        for number in range(20):
            view.key(("ArrowLeft", "ArrowRight")[number % 3 == 0])
            if number in (0, 18, 19):
                yield f"{opponent}: {number + 1} respostas"
        view.press("Ver o resultado")
        yield f"{opponent}: resultado"
    view.key("ArrowLeft")
    yield f"{NOTICE}: já terminou"
    view.choose("Gerador", "final")
    view.press("Novo teste")


def latent(view: PanelView) -> Iterator[str]:
    """The three modes: directions to both ends, the ways from A to B, both attributes; no undo left."""
    show_mode(view, "directions")
    for direction in (1, 3, 5):
        view.choose(tour.MAIN, f"{direction}")
        for end in ("Home", "End"):
            reach(view, f"{direction}ª", end)
            yield f"direção {direction}, {end}"
    for name, digit in ((tour.HOME, "8"), (tour.NEW, "1")):
        view.choose(tour.DIGIT, digit)
        view.press(name)
        yield f"{name}, dígito {digit}"
    show_mode(view, "interpolation")
    yield "interpolação"
    for end in ("Home", "End"):
        reach(view, tour.WAY, end)
        yield f"t, {end}"
    view.choose("B", view.chosen("A"))
    yield "A = B"
    view.choose("B", tour.sample_name(18))
    view.press(tour.TRAY)
    view.key("ArrowLeft")
    yield tour.TRAY
    show_mode(view, "arithmetic")
    for attribute in tour.ATTRIBUTES.values():
        view.choose(tour.ATTRIBUTE, attribute)
        for digit, end in (("1", "Home"), ("8", "End")):
            view.choose(tour.OTHER, digit)
            reach(view, tour.FORCE, end)
            yield f"{attribute}, dígito {digit}, {end}"
    while view.ask("len(p.past)"):
        view.press("Desfazer")
    view.press("Desfazer")
    yield f"{NOTICE}: nada a desfazer"


def show_mode(view: PanelView, mode: str) -> None:
    """Show one of latent space's modes."""
    if view.ask("p.place.mode") != mode:
        view.press(tour.MODES[mode])
    view.stage.focus()


def reach(view: PanelView, label: str, key: str) -> None:
    """Send a slider to one of its ends by the keyboard, if it is not there."""
    handle = view.handle(label)
    where = handle.get_attribute("aria-valuenow")
    if where != handle.get_attribute({"Home": "aria-valuemin", "End": "aria-valuemax"}[key]):
        handle.focus()
        view.key(key)


OWN: dict[str, Callable[[PanelView], Iterator[str]]] = {
    TRANSPOSED: transposed, BUILDER: builder, TIMELINE: timeline, BLIND: blind, LATENT: latent} | (
    OWN_LSTM | OWN_VIDEO)
