"""Um passo de cada vez: the game in the plane, one operation a click."""

from typing import Any

import ipywidgets as widgets

from helpers.adversarial import LOSSES
from helpers.gan import figures, probe
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import Data
from helpers.gan.panels import words
from helpers.gan.panels.choices import (
    DRAW_HINT,
    LEGEND,
    NO_PENALTY,
    PENALTIES,
    PLANE,
    PlanePanel,
    dropdown,
    marks,
)
from helpers.ui.layout import four_views
from helpers.ui.panel import guarded

LAYERS = {"field": "campo de D", "real": "reais", "fake": "gerados", "pull": "setas", "mesh": "malha de G"}
LOSS_LABELS = ("perda de D", "perda de G")


class OneStep(PlanePanel):
    """The stepper over a game between two small networks in the plane."""

    title = "Um passo de cada vez"

    def __init__(self, data: str = "ring", loss: str = "non_saturating", latent: int = 2,
                 seed: int = 0) -> None:
        """data: a key of DATASETS or 'drawn'; loss: a key of LOSSES; latent: 1 or 2 dimensions."""
        self.latent = dropdown("Dimensões de z", {1: "1", 2: "2"}, latent, 190)
        self.layers = {key: widgets.Checkbox(value=True, description=label, indent=False,
                                             layout={"width": "118px"}) for key, label in LAYERS.items()}
        super().__init__(data, loss, seed, {"latent": self.latent}, list(self.layers.values()))
        for layer in self.layers.values():
            layer.observe(self._toggle, "value")

    def build(self, data: Data) -> GanGame:
        loss, latent = self.chosen["loss"], self.chosen["latent"]
        return GanGame(data, mlp(latent, 64, 2, seed=2 * self.seed), mlp(2, 64, 1, seed=2 * self.seed + 1),
                       LOSSES[loss], latent=latent, seed=self.seed,
                       penalty=PENALTIES.get(loss, NO_PENALTY)[1])

    def draw(self) -> str:
        game, values = self.game, self.walk.values
        x, y, side = PLANE
        losses = figures.losses(x, y + side + 6, side, 68, words.losses_so_far(self.walk, "loss_D"),
                                words.losses_so_far(self.walk, "loss_G"), marks(game), LOSS_LABELS)
        penalty = PENALTIES.get(game.loss.key, NO_PENALTY)[0]
        return four_views(self.walk.code, words.formula(self.walk, game.loss, penalty),
                          words.numbers(self.walk, game.loss),
                          figures.loop(words.LOOP, words.lit(self.walk)),
                          figures.plane(x, y, side, self._view(values)) + losses, words.HINTS)

    def sentence(self) -> str:
        hint = DRAW_HINT if self.data.value == "drawn" and self.walk.op is None else ""
        return self.news + hint + words.sentence(self.walk, self.game.loss)

    def _view(self, values: dict[str, Any]) -> figures.PlaneView:
        game, extent, on = self.game, self._extent(), {k for k, box in self.layers.items() if box.value}
        outputs = probe.outputs_on_grid(game.D, extent)
        boundary = game.loss.boundary
        real = values["real"] if "real" in values else self.real_batch()
        fake = values["fake"].detach() if "fake" in values else probe.sample(game.G, game.latent, game.batch)
        pull = values.get("pull") if self.walk.op and self.walk.op.key.startswith("G") else None
        return figures.PlaneView(
            extent,
            field=probe.as_shade(outputs, game.loss) if "field" in on else None,
            boundary=outputs - boundary if "field" in on and boundary is not None else None,
            real=real.numpy() if "real" in on and real is not None else None,
            fake=fake.numpy() if "fake" in on else None,
            pull=(fake.numpy(), pull.numpy()) if "pull" in on and pull is not None else None,
            mesh=probe.latent_mesh(game.G, game.latent) if "mesh" in on else None, names=LEGEND)

    @guarded
    def _toggle(self, change: dict[str, Any]) -> None:
        pass    # the wrapper redraws
