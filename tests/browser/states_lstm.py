"""The states that the panels of lesson 03 are put through while their fit is measured."""

from collections.abc import Callable, Iterator

from tests.browser.learner import PanelView

NOTICE = "aviso"    # as in states.py, which imports from here


def broken_gates(view: PanelView) -> Iterator[str]:
    """Each gate broken, one held halfway, a training under way, a seed whose LSTM is not trained, no undo."""
    view.press("Início")
    yield "inteira"
    for name in ("f ≡ 1", "i ≡ 1", "o ≡ 1"):
        view.press(name)
        yield name
    view.handle("portão preso em").focus()
    view.key("PageDown")
    yield "o preso abaixo de 1"
    view.press("Treinar assim")
    view.press("Pausar")
    yield "treino pausado"
    while view.ask("len(p.past)"):
        view.press("Desfazer")
    view.press("Desfazer")
    yield f"{NOTICE}: nada a desfazer"


OWN_LSTM: dict[str, Callable[[PanelView], Iterator[str]]] = {"Quebre um portão": broken_gates}
