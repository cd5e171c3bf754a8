"""The states that the panels of lesson 04 are put through while their fit is measured."""

from collections.abc import Callable, Iterator

from tests.browser.learner import PanelView
from tests.browser.states_lstm import NOTICE


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
    while view.ask("len(p.past)"):
        view.press("Desfazer")


OWN_VIDEO: dict[str, Callable[[PanelView], Iterator[str]]] = {"Do ruído ao vídeo": from_noise}
