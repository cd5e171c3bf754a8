"""A mesma disputa, com dígitos de verdade: the same game and the same stepper over real MNIST images."""

from typing import Any

import ipywidgets as widgets
import numpy as np
from torch import nn

from helpers.adversarial import LOSSES, r1
from helpers.data import Digits
from helpers.gan import figures, probe
from helpers.gan.game import GanGame, mlp
from helpers.gan.panels import words
from helpers.ui import canvas, style, svg
from helpers.ui.layout import four_views
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel

LATENT, HIDDEN, BATCH, LR = 32, 256, 64, 1e-3
GAMMA = 5    # of R1, which keeps D from pushing on where samples are good already (Mescheder et al., 2018)
REAL, FAKE, NEW_GAME = "reais", "gerados, sempre dos mesmos z", "Nova partida"
SHOWN = 36    # generated digits, 6 × 6


def digits_game(seed: int = 0) -> GanGame:
    """Build the game between two small networks over real digits: images are rows of 784 in [−1, 1]."""
    G = mlp(LATENT, HIDDEN, 784, seed=2 * seed, last=nn.Tanh())
    D = mlp(784, HIDDEN, 1, seed=2 * seed + 1)
    return GanGame(Digits(), G, D, LOSSES["non_saturating"], latent=LATENT, batch=BATCH, lr_D=LR, lr_G=LR,
                   penalty=lambda D, real, fake, rng: GAMMA * r1(D, real), seed=seed)


class DigitsGame(StepperPanel):
    """The stepper over `digits_game`: real digits above, G's progress on fixed z below."""

    title = "A mesma disputa, com dígitos de verdade"
    speeds = (0, 1, 5)    # of about 10 ms a turn

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.new_game = widgets.Button(description=NEW_GAME, layout={"width": "150px"})
        super().__init__(digits_game(seed), [self.new_game])
        self.new_game.on_click(self._another)
        self.speed.value = max(self.speeds)

    def draw(self) -> str:
        game = self.walk.engine
        fake = probe.sample(game.G, LATENT, SHOWN).numpy()
        real = self.walk.values["real"][:12].numpy() if "real" in self.walk.values else self._some_real()
        x, y, side = 8.0, 0.0, 384.0
        left = "".join((
            svg.text(x, y + 18, f"● {REAL}"), self._tiles(real, 12, x, y + 26, side),
            svg.text(x, y + 80, f"■ {FAKE}"), self._tiles(fake, 6, x + 36, y + 88, 312),
            figures.losses(x, y + 408, side, 66, words.losses_so_far(self.walk, "loss_D"),
                           words.losses_so_far(self.walk, "loss_G"),
                           list(zip(("2·log 2", "log 2"), game.loss.optimum, strict=True)),
                           ("perda de D", "perda de G"))))
        return four_views(self.walk.code, words.formula(self.walk, game.loss, f"{GAMMA}·R1"),
                            words.numbers(self.walk, game.loss),
                            figures.loop(words.LOOP, words.lit(self.walk)), left, words.HINTS)

    def sentence(self) -> str:
        return words.sentence(self.walk, self.walk.engine.loss)

    def _some_real(self) -> np.ndarray:
        return self.walk.engine.data.images[:12].numpy() / 127.5 - 1

    def _tiles(self, images: np.ndarray, columns: int, x: float, y: float, width: float) -> str:
        sheet = canvas.tiles((images.reshape(-1, 28, 28) + 1) / 2, columns)
        height = width * sheet.height / sheet.width
        return (svg.picture(x, y, width, height, canvas.uri(sheet))
                + svg.box(x, y, width, height, "none", rx=0, stroke=style.LINE))

    @guarded
    def _another(self, button: Any) -> None:
        self.seed += 1
        self.restart(digits_game(self.seed))
