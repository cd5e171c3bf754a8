"""The transport bar: ⏮ ◀ ▶ ⏩ ⏵ and a scrubber over any engine, the same in every panel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from helpers.steps import Engine, Walk
from helpers.ui.panel import Panel, guarded

BUTTONS = {    # key: (icon, label, tooltip)
    "reset": ("fast-backward", "Início", "Voltar ao começo de tudo"),
    "back": ("step-backward", "Voltar", "Desfazer uma operação (tecla ←)"),
    "step": ("step-forward", "Passo", "Executar uma operação (tecla →)"),
    "turn": ("fast-forward", "Rodada", "Executar até o fim da rodada"),
    "play": ("play", "Tocar", "Tocar ou pausar (barra de espaço)"),
}
PLAYING = ("pause", "Pausar")
ONE_OPERATION, ONE_TURN, TURNS = "1 operação", "1 rodada", "{} rodadas"
SPEED_LABEL, TURN_LABEL = "Ritmo", "Rodada nº"
SLOW_MS = 700    # between two single operations, time to read the sentence


class StepperPanel(Panel):
    """A panel over a Walk: a subclass gives `draw`, `sentence` and the controls above the stage."""

    speeds = (0, 1, 5, 25)    # turns a picture, 0 for one operation; so few that pausing means now

    def __init__(self, engine: Engine, controls: list[widgets.Widget]) -> None:
        self.walk = Walk(engine)
        names = {0: ONE_OPERATION, 1: ONE_TURN}
        speeds = [(names.get(turns, TURNS.format(turns)), turns) for turns in self.speeds]
        self.buttons = {key: widgets.Button(icon=icon, description=label, tooltip=tip,
                                            layout=widgets.Layout(width="96px"))
                        for key, (icon, label, tip) in BUTTONS.items()}
        self.speed = widgets.Dropdown(options=speeds, description=SPEED_LABEL,
                                      layout=widgets.Layout(width="180px"),
                                      style={"description_width": "initial"})
        self.scrubber = widgets.IntSlider(min=0, max=0, description=TURN_LABEL, readout=False,
                                          layout=widgets.Layout(width="220px"),
                                          style={"description_width": "initial"})
        self._following = False    # true while the controls follow the state
        super().__init__(controls, [*self.buttons.values(), self.speed, self.scrubber])
        for key, button in self.buttons.items():
            button.on_click(lambda _, key=key: self._press(key))
        self.scrubber.observe(self._scrub, "value")
        self.speed.observe(self._set_speed, "value")
        self._set_speed()

    def restart(self, engine: Engine) -> None:
        """Begin again with another engine; the history of the old one is dropped."""
        self.stage.playing = False
        self.walk = Walk(engine)

    def remember(self) -> tuple[Walk, int, int]:
        return self.walk, self.walk.turn, self.walk.count

    def restore(self, state: tuple[Walk, int, int]) -> None:
        self.walk, turn, count = state
        self.walk.goto(turn, count)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Set controls: what they say meanwhile is not the learner's wish."""
        self._following = True
        try:
            yield
        finally:
            self._following = False

    def follow(self) -> None:
        playing = self.stage.playing
        icon, label = PLAYING if playing else BUTTONS["play"][:2]
        button = self.buttons["play"]
        button.icon, button.description, button.button_style = icon, label, "info" if playing else ""
        with self.following():
            # in this order, so that min never passes max
            self.scrubber.max = max(self.walk.reached, self.scrubber.min)
            self.scrubber.min = self.walk.oldest
            self.scrubber.max = self.walk.reached
            self.scrubber.value = self.walk.turn

    def on_key(self, key: str) -> None:
        self._act(key)

    def on_tick(self) -> None:
        turns = self.speed.value
        if turns:
            self.walk.run(turns)
        else:
            self.walk.step()

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    def _act(self, key: str) -> None:
        self.stage.playing = key == "play" and not self.stage.playing
        actions = {"reset": self.walk.reset, "back": self.walk.back, "step": self.walk.step,
                   "turn": self.walk.finish_turn}
        if key in actions:
            actions[key]()

    def _scrub(self, change: dict[str, Any]) -> None:
        if not self._following:
            self._seek(change["new"])

    @guarded
    def _seek(self, turn: int) -> None:
        self.stage.playing = False
        self.walk.seek(turn)

    def _set_speed(self, change: dict[str, Any] | None = None) -> None:
        self.stage.interval = 0 if self.speed.value else SLOW_MS
