"""Um passo de cada vez: the game in the plane, one operation a click."""

from typing import Any

import ipywidgets as widgets
import torch

from helpers.adversarial import LOSSES, gradient_penalty, r1, r2
from helpers.errors import CourseError
from helpers.gan import figures, probe
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import DATASETS, drawn
from helpers.gan.panels import words
from helpers.ui.layout import four_views
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.style import num

DATA_NAMES = {"ring": "anel de 8", "grid": "grade de 25", "two_gaussians": "duas gaussianas",
              "line": "reta", "two_moons": "duas luas", "drawn": "desenhe você"}
LAYERS = {"field": "campo de D", "real": "● reais", "fake": "■ gerados", "pull": "→ setas",
          "mesh": "malha de G"}
DRAW_HINT = "Clique no plano para pôr pontos reais; depois aperte Passo. "
NEW_GAME, UNDO, CLEAR = "Nova partida", "Desfazer ponto", "Limpar"
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


class OneStep(StepperPanel):
    """The stepper over a game between two small networks in the plane."""

    title = "Um passo de cada vez"

    def __init__(self, data: str = "ring", loss: str = "non_saturating", latent: int = 2,
                 seed: int = 0) -> None:
        """data: a key of DATASETS or 'drawn'; loss: a key of LOSSES; latent: 1 or 2 dimensions."""
        self.seed, self.points = seed, []
        fit = {"style": {"description_width": "initial"}}
        self.data = widgets.Dropdown(options=[(v, k) for k, v in DATA_NAMES.items()], value=data,
                                     description="Dados", layout={"width": "210px"}, **fit)
        self.loss = widgets.Dropdown(options=[(v, k) for k, v in words.LOSS_NAMES.items()], value=loss,
                                     description="Perda", layout={"width": "310px"}, **fit)
        self.latent = widgets.Dropdown(options=[1, 2], value=latent, description="Dimensões de z",
                                       layout={"width": "190px"}, **fit)
        self.new_game, self.undo, self.clear = (
            widgets.Button(description=label, layout={"width": "140px"}) for label in (NEW_GAME, UNDO, CLEAR))
        self.layers = {key: widgets.Checkbox(value=True, description=label, indent=False,
                                             layout={"width": "118px"}) for key, label in LAYERS.items()}
        super().__init__(self._new_engine(), [self.data, self.loss, self.latent, self.new_game,
                                              *self.layers.values(), self.undo, self.clear])
        for choice in (self.data, self.loss, self.latent):
            choice.observe(self._choose, "value")
        for layer in self.layers.values():
            layer.observe(self._toggle, "value")
        self.new_game.on_click(self._another)
        self.undo.on_click(self._undo)
        self.clear.on_click(self._clear)

    @property
    def game(self) -> GanGame:
        return self.walk.engine

    def draw(self) -> str:
        game, values = self.game, self.walk.values
        x, y, side = PLANE
        marks = list(zip(MARK_NAMES.get(game.loss.key, ()), game.loss.optimum or (), strict=False))
        losses = figures.losses(x, y + side + 6, side, 68, words.losses_so_far(self.walk, "loss_D"),
                                words.losses_so_far(self.walk, "loss_G"), marks, ("perda de D", "perda de G"))
        penalty = PENALTIES.get(game.loss.key, NO_PENALTY)[0]
        return four_views(self.walk.code, words.formula(self.walk, game.loss, penalty),
                            words.numbers(self.walk, game.loss),
                            figures.loop(words.LOOP, words.lit(self.walk)),
                            figures.plane(x, y, side, self._view(values)) + losses, words.HINTS)

    def sentence(self) -> str:
        hint = DRAW_HINT if self.data.value == "drawn" and self.walk.op is None else ""
        return hint + words.sentence(self.walk, self.game.loss)

    def follow(self) -> None:
        self._following = True
        self.data.value, self.loss.value, self.latent.value = self.chosen    # what the game was made with
        super().follow()
        for button in (self.undo, self.clear):
            button.layout.display = "" if self.data.value == "drawn" else "none"
            button.disabled = not self.points

    def remember(self) -> Any:
        return super().remember(), list(self.points), self.chosen

    def restore(self, state: Any) -> None:
        walk, self.points, self.chosen = state
        super().restore(walk)

    def on_click(self, x: float, y: float) -> None:
        left, top, side = PLANE
        if self.data.value == "drawn" and left <= x <= left + side and top <= y <= top + side:
            extent = self._extent()
            self.points = [*self.points, [extent * (2 * (x - left) / side - 1),
                                          extent * (1 - 2 * (y - top) / side)]]
            self.restart(self._new_engine())

    def _new_engine(self) -> GanGame:
        self.chosen = key, loss, latent = self.data.value, self.loss.value, self.latent.value
        if key == "drawn":
            data = drawn(self.points, DRAWN_SIGMA) if self.points else NoPoints()
        else:
            data = DATASETS[key]()
        return GanGame(data, mlp(latent, 64, 2, seed=2 * self.seed), mlp(2, 64, 1, seed=2 * self.seed + 1),
                       LOSSES[loss], latent=latent, seed=self.seed,
                       penalty=PENALTIES.get(loss, NO_PENALTY)[1])

    def _extent(self) -> float:
        return 1.25 * self.game.data.extent if self.data.value != "drawn" else 2.0

    def _view(self, values: dict[str, Any]) -> figures.PlaneView:
        game, extent, on = self.game, self._extent(), {k for k, box in self.layers.items() if box.value}
        outputs = probe.outputs_on_grid(game.D, extent)
        boundary = game.loss.boundary
        real = values.get("real")
        if real is None and not isinstance(game.data, NoPoints):
            real = game.data.sample(game.batch, torch.Generator().manual_seed(self.seed))
        fake = values["fake"].detach() if "fake" in values else probe.sample(game.G, game.latent, game.batch)
        pull = values.get("pull") if self.walk.op and self.walk.op.key.startswith("G") else None
        return figures.PlaneView(
            extent,
            field=probe.as_shade(outputs, game.loss) if "field" in on else None,
            boundary=outputs - boundary if "field" in on and boundary is not None else None,
            real=real.numpy() if "real" in on and real is not None else None,
            fake=fake.numpy() if "fake" in on else None,
            pull=(fake.numpy(), pull.numpy()) if "pull" in on and pull is not None else None,
            mesh=probe.latent_mesh(game.G, game.latent) if "mesh" in on else None)

    def _choose(self, change: dict[str, Any]) -> None:
        if not self._following:
            self._restart()

    @guarded
    def _restart(self) -> None:
        self.restart(self._new_engine())

    @guarded
    def _toggle(self, change: dict[str, Any]) -> None:
        pass    # the wrapper redraws

    @guarded
    def _another(self, button: widgets.Button) -> None:
        self.seed += 1
        self.restart(self._new_engine())

    @guarded
    def _undo(self, button: widgets.Button) -> None:
        self.points = self.points[:-1]
        self.restart(self._new_engine())

    @guarded
    def _clear(self, button: widgets.Button) -> None:
        self.points = []
        self.restart(self._new_engine())
