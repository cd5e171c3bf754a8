"""Equilíbrio que gira: the Dirac-GAN, its phase portrait, and what R1 does to it."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import torch

from helpers.gan import dirac_figures as figures
from helpers.gan.dirac import DiracGan, Settings, pulls
from helpers.gan.panels import dirac_words as words
from helpers.ui.layout import four_views
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel

NEW_GAME = "Nova partida"
GAMMAS = {0.0: "0", 0.1: "0,1", 0.3: "0,3", 1.0: "1", 3.0: "3"}
RATES = {0.0: "0", 0.02: "0,02", 0.05: "0,05", 0.1: "0,1", 0.2: "0,2", 0.5: "0,5", 1.0: "1", 1000.0: "1000"}
STARTS = ((1.0, 0.0), (0.2, -0.1), (-1.2, 0.9), (0.05, 0.05), (-0.6, -1.5))    # far, near, far, …
PLANE = (14.0, 4.0, 360.0)    # x, y, side of the portrait in the drawing
NEAR = 0.06       # a click this close to the equilibrium is meant for it
DRAWN = 600       # turns of the path that are drawn
CHARTED = 240     # points of the chart


class DiracPanel(StepperPanel):
    """The stepper over a DiracGan; settings change in the midst of the walk, a click begins another one."""

    title = "Equilíbrio que gira"

    def __init__(self, loss: str = "saturating", gamma: float = 0.0, rate: float = 0.2,
                 alternating: bool = False) -> None:
        """loss: a key of SLOPES; gamma, rate: of GAMMAS and RATES."""
        fit = {"style": {"description_width": "initial"}}

        def choice(options: dict, label: str, width: int) -> widgets.Dropdown:
            return widgets.Dropdown(options=[(shown, key) for key, shown in options.items()],
                                    description=label, layout={"width": f"{width}px"}, **fit)

        self.choices = {"loss": choice(words.LOSS_NAMES, "Perda", 305), "gamma": choice(GAMMAS, "R1: γ", 120),
                        "rate": choice(RATES, "Taxa h", 140),
                        "alternating": choice(words.ORDERS, "Passos", 194)}
        self.new_game = widgets.Button(description=NEW_GAME, layout={"width": "130px"})
        self.start = 0
        settings = Settings(loss, gamma, rate, alternating)
        super().__init__(DiracGan(settings, *STARTS[0]), [*self.choices.values(), self.new_game])
        for name, control in self.choices.items():
            control.observe(lambda change, name=name: self._choose(name, change["new"]), "value")
        self.new_game.on_click(self._another)

    def draw(self) -> str:
        game, walk = self.walk.engine, self.walk
        settings, here = game.settings, (game.theta.item(), game.psi.item())
        path = [(row["theta"], row["psi"]) for row in walk.trace[:walk.turn]]
        path += [tuple(value.item() for value in words.began(walk)), here]
        x, y, side = PLANE
        left = "".join((
            figures.portrait(x, y, side, _field(settings.loss, settings.gamma), path[0], path[-DRAWN:], here,
                             self._pulls(), words.PORTRAIT),
            figures.point_line(x, y + side + 16, side, here[0], words.POINTS),
            figures.damping(x, 430.0, side, settings.gamma, settings.critical, words.scale(settings))))
        pair = settings.eigenvalues()
        diagram = (figures.distances(*self._distances(path), words.CHART)
                   + figures.eigenvalues(378, 158, pair, abs(pair[0]) < 1, words.PLANE))
        return four_views(walk.code, words.formula(walk), words.numbers(walk), diagram, left, words.HINTS)

    def sentence(self) -> str:
        return words.sentence(self.walk)

    def follow(self) -> None:
        self._following = True
        for name, control in self.choices.items():
            control.value = getattr(self.walk.engine.settings, name)
        super().follow()

    def on_click(self, x: float, y: float) -> None:
        left, top, side = PLANE
        theta, psi = (figures.REACH * v for v in (2 * (x - left) / side - 1, 1 - 2 * (y - top) / side))
        if figures.inside_window((theta, psi)):
            at = (0.0, 0.0) if math.hypot(theta, psi) < NEAR else (theta, psi)
            self.restart(DiracGan(self.walk.engine.settings, *at))

    def _pulls(self) -> list:
        """The two pulls of this turn, as far as they are measured, each from where it was measured."""
        values = self.walk.values
        out = []
        if "slope_D" in values:
            theta, psi = values["theta"].item(), values["psi"].item()
            out.append(_arrow(theta, psi, 0.0, -values["slope_D"].item(), figures.PURPLE))
        if "slope_G" in values:
            theta, seen = values["theta"].item(), values["psi"].item()
            if self.walk.engine.settings.alternating:
                seen = values["new_psi"].item()
            out.append(_arrow(theta, seen, -values["slope_G"].item(), 0.0, figures.GREEN))
        return [arrow for arrow in out if arrow]

    def _distances(self, path: list) -> tuple[list, list]:
        """The distance at the start of each turn, measured and foreseen since the settings began."""
        since, theta, psi = self.walk.engine.since
        stride = 1 + self.walk.turn // CHARTED
        seen = path[:self.walk.turn + 1]
        turns = [*range(0, len(seen), stride), len(seen) - 1]
        foreseen = self.walk.engine.settings.foreseen(theta, psi, self.walk.turn - since, stride)
        return ([(turn, math.hypot(*seen[turn])) for turn in turns],
                [(turn + since, distance) for turn, distance in foreseen])

    def _choose(self, name: str, value: Any) -> None:
        if not self._following:
            self._change(name, value)

    @guarded
    def _change(self, name: str, value: Any) -> None:
        game = self.walk.engine
        self.walk.change(lambda: game.change(replace(game.settings, **{name: value}), self.walk.turn))

    @guarded
    def _another(self, button: widgets.Button) -> None:
        self.start = (self.start + 1) % len(STARTS)
        self.restart(DiracGan(self.walk.engine.settings, *STARTS[self.start]))


@lru_cache(maxsize=32)
def _field(loss: str, gamma: float) -> str:
    field = pulls(Settings(loss, gamma), *map(torch.from_numpy, figures.grid()))
    return figures.field(*PLANE, field.numpy())


def _arrow(theta: float, psi: float, across: float, up: float, color: str) -> tuple | None:
    """An arrow as long as the pull, in data units; none where it would be too short to see."""
    across, up = (min(max(v, -1.2), 1.2) for v in (across, up))
    seen = abs(across) + abs(up) > 0.08    # not so for nan
    return ([(theta, psi), (theta + across, psi + up)], color) if seen else None
