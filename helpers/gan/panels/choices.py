"""What the panels over the plane share: data, losses, points drawn by hand, a game that begins again."""

from typing import Any

import ipywidgets as widgets
import torch

from helpers.adversarial import gradient_penalty, r1, r2
from helpers.errors import CourseError
from helpers.gan.game import GanGame
from helpers.gan.mixtures import DATASETS, Data, drawn
from helpers.gan.panels import words
from helpers.ui import fields
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.style import num

DATA_NAMES = {"ring": "anel de 8", "grid": "grade de 25", "two_gaussians": "duas gaussianas",
              "line": "reta", "two_moons": "duas luas", "drawn": "desenhe você"}
DRAW_HINT = "Clique no plano para pôr pontos reais; depois aperte Passo ou Tocar. "
NEW_GAME, UNDO, CLEAR = "Nova partida", "Desfazer ponto", "Limpar"
RESTARTED = "Nova partida: {why}. "
CHANGED = {"data": "os dados mudaram", "loss": "a perda mudou", "latent": "z mudou de dimensão",
           "units_D": "D mudou de tamanho", "units_G": "G mudou de tamanho"}
OTHER_DRAW, POINT_ADDED, POINT_UNDONE = "outro sorteio", "há um ponto novo", "um ponto saiu"
POINTS_CLEARED = "o plano está vazio"
LEGEND = {"real": "reais", "fake": "gerados", "boundary": "fronteira", "mesh": "malha",
          "pull": "{count} de {n} setas", "outside": "{count} de {n} fora da janela"}
DRAWN_SIGMA = 0.08
GAMMA = 0.1     # of R1 + R2 in the plane
PENALTIES = {    # loss -> (as in the formula, what the game adds to D's loss)
    "wasserstein_gp": ("10·P", lambda D, real, fake, rng: 10 * gradient_penalty(D, real, fake, rng)),
    "relativistic": (f"{num(GAMMA, 1)}·(R1 + R2)",
                     lambda D, real, fake, rng: GAMMA * (r1(D, real) + r2(D, fake))),
}
NO_PENALTY = ("", None)
MARK_NAMES = {"saturating": ("2·log 2", "−log 2"), "non_saturating": ("2·log 2", "log 2"),
              "relativistic": ("log 2",), "least_squares": ("1/4", "1/8")}
PLANE = (8.0, 6.0, 384.0)    # x, y, side of the plane in the drawing


class NoPoints:
    """The data before the first click: an empty plane, and a notice where a sample is asked for."""

    def sample(self, n: int, rng: torch.Generator) -> torch.Tensor:
        raise CourseError("no_points")


def data_of(key: str, points: list[list[float]]) -> Data:
    """Make the data of a choice: a key of DATASETS, or 'drawn' with the learner's points, [K, 2]."""
    if key != "drawn":
        return DATASETS[key]()
    return drawn(points, DRAWN_SIGMA) if points else NoPoints()


def extent_of(key: str, data: Data) -> float:
    """Half the width of the window on a choice's data."""
    return 2.0 if key == "drawn" else 1.25 * data.extent


def marks(game: GanGame) -> list[tuple[str, float]]:
    """Name the losses at the theoretical optimum, for charts.losses."""
    return list(zip(MARK_NAMES.get(game.loss.key, ()), game.loss.optimum or (), strict=False))


def dropdown(label: str, names: dict[Any, str], value: Any, width: int) -> widgets.Dropdown:
    """Make a list to choose from: value -> words."""
    return fields.dropdown(label, [(words, key) for key, words in names.items()], width, value=value)


class PlanePanel(StepperPanel):
    """A stepper over a game in the plane, which begins again, and says why, when its settings change.

    A subclass gives `build(data)` -> the game of the present settings. `chosen` holds the settings that the
    game was made with, `points` what the learner drew, `seed` the number of the draw.
    """

    def __init__(self, data: str, loss: str, seed: int, settings: dict[str, widgets.Dropdown],
                 others: list[widgets.Widget]) -> None:
        """settings: further choices that the game is made with, by key of CHANGED; others: what is not."""
        self.seed, self.points, self.news = seed, [], ""
        self.data = dropdown("Dados", DATA_NAMES, data, 225)
        self.loss = dropdown("Perda", words.LOSS_NAMES, loss, 305)
        self.settings = {"data": self.data, "loss": self.loss, **settings}
        self.new_game, self.undo, self.clear = (
            widgets.Button(description=label, layout={"width": width})
            for label, width in ((NEW_GAME, "124px"), (UNDO, "136px"), (CLEAR, "80px")))
        super().__init__(self._new_engine(), [*self.settings.values(), self.new_game, *others, self.undo,
                                              self.clear])
        for key, box in self.settings.items():
            box.observe(lambda _, key=key: self._following or self._choose(key), "value")
        self.new_game.on_click(self._another)
        self.undo.on_click(self._undo)
        self.clear.on_click(self._clear)

    @property
    def game(self) -> GanGame:
        return self.walk.engine

    def build(self, data: Data) -> GanGame:
        """Make a game over these data with the present settings."""
        raise NotImplementedError

    def redraw(self) -> None:
        super().redraw()
        self.news = ""    # it is said once

    def follow(self) -> None:
        self._following = True
        for key, box in self.settings.items():
            box.value = self.chosen[key]
        for button in (self.undo, self.clear):
            button.layout.display = "" if self.data.value == "drawn" else "none"
            button.disabled = not self.points
        super().follow()

    def remember(self) -> Any:
        return super().remember(), list(self.points), self.chosen, self.seed

    def restore(self, state: Any) -> None:
        walk, self.points, self.chosen, self.seed = state
        self.news = ""
        super().restore(walk)

    def on_click(self, x: float, y: float) -> None:
        left, top, side = PLANE
        if self.data.value == "drawn" and left <= x <= left + side and top <= y <= top + side:
            extent = self._extent()
            self._begin(POINT_ADDED, [*self.points, [extent * (2 * (x - left) / side - 1),
                                                     extent * (1 - 2 * (y - top) / side)]])

    def real_batch(self) -> torch.Tensor | None:
        """Draw a batch of real points, the same at every call: [batch, 2]; None before the first point."""
        if isinstance(self.game.data, NoPoints):
            return None
        return self.game.data.sample(self.game.batch, torch.Generator().manual_seed(self.seed))

    def _extent(self) -> float:
        return extent_of(self.data.value, self.game.data)

    def _new_engine(self) -> GanGame:
        self.chosen = {key: box.value for key, box in self.settings.items()}
        return self.build(data_of(self.chosen["data"], self.points))

    def _begin(self, why: str, points: list[list[float]] | None = None) -> None:
        self.points = self.points if points is None else points
        self.restart(self._new_engine())
        self.news = RESTARTED.format(why=why)

    @guarded
    def _choose(self, key: str) -> None:
        self._begin(CHANGED[key])

    @guarded
    def _another(self, button: widgets.Button) -> None:
        self.seed += 1
        self._begin(OTHER_DRAW)

    @guarded
    def _undo(self, button: widgets.Button) -> None:
        self._begin(POINT_UNDONE, self.points[:-1])

    @guarded
    def _clear(self, button: widgets.Button) -> None:
        self._begin(POINTS_CLEARED, [])
