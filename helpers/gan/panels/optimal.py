"""O discriminador ótimo: G stands still, D learns alone, and theory says how far it can get."""

from math import log
from typing import Any

import ipywidgets as widgets

from helpers.gan import frozen, optimal_figures
from helpers.gan.game import GanGame
from helpers.gan.panels import words
from helpers.ui import style, svg
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.strip import code_line
from helpers.ui.style import num

SCENES = {"slide": "uma gaussiana; q desliza", "new": "duas gaussianas; G sem treino",
          "young": "duas gaussianas; G com 150 rodadas", "collapsed": "duas gaussianas; G só faz uma",
          "ring": "anel de 8; G com 300 rodadas", "late": "anel de 8; G com 1.000 rodadas"}
UNITS = (1, 4, 16, 64)
SCENE, UNIT, SLIDE, CUT, NEW = "Cena", "Neurônios por camada de D", "Distância de q a p", "Altura do corte", \
    "Novo D"
FIELDS = ("D: o que ele diz", "p/(p+q): o melhor D")
NAMES = ("D", "p/(p+q)", "p: reais", "q: gerados")
TITLE, DESCENT, MARKS = "Corte em y = {y}", "Perda de D por rodada (lotes) e agora (●)", ("2·log 2", "mínimo")
VEIL = "cinza: quase não há pontos"
LOSSES = "perda de D {loss} − mínimo {least} = falta {gap} · distância média entre D e p/(p+q): {distance}"
THEORY = "JS(p, q) = {js} · perda mínima: 2·log 2 − 2·JS · valor V = −perda, máximo: 2·JS − 2·log 2 = {value}"
METHOD = "q: média de {count} gaussianas de largura h = {h}, uma em cada G(z) · p e lotes: o mesmo desfoque"
START = "Só D aprende. Aperte Tocar: a linha roxa procura a faixa cinza. "
STATE = "Rodada {turn}: D perde {loss}; o melhor D possível perde {least}. Faltam {gap}. "
ALIKE = "Com p e q quase iguais, o melhor D diz ½."
APART = "Como p e q mal se tocam, ele quase nunca erra."
BETWEEN = "Em média, D está a {distance} de p/(p+q)."
SIDE, TOP, LEFT, SECOND = 196.0, 26.0, 8.0, 232.0    # of the two fields


class OptimalD(StepperPanel):
    """The stepper over a game in which G stands still, beside the optimum that theory gives."""

    title = "O discriminador ótimo"

    def __init__(self, scene: str = "slide", units: int = 16, slide: float = 0.4) -> None:
        """scene: a key of frozen.SCENES; units of each of D's two layers; slide: q's distance from p."""
        fit = {"style": {"description_width": "initial"}}
        self.seed = 0
        self.scene = widgets.Dropdown(options=[(v, k) for k, v in SCENES.items()], value=scene,
                                      description=SCENE, layout={"width": "395px"}, **fit)
        self.units = widgets.Dropdown(options=UNITS, value=units, description=UNIT,
                                      layout={"width": "300px"}, **fit)
        self.new = widgets.Button(description=NEW, layout={"width": "110px"})
        self.cut = widgets.FloatSlider(value=0, min=-2, max=2, step=frozen.GRID.cell, description=CUT,
                                       readout=False, layout={"width": "400px"}, **fit)
        self.slide = widgets.FloatSlider(value=slide, min=0, max=1.8, step=0.1, description=SLIDE,
                                         readout=False, layout={"width": "420px"}, **fit)
        self.shown_slide = widgets.Label(layout={"width": "60px"})
        super().__init__(self._new_engine(), [self.scene, self.units, self.new, self.cut, self.slide,
                                              self.shown_slide])
        self.speed.value = 5
        for choice in (self.scene, self.units, self.slide):
            choice.observe(self._choose, "value")
        self.cut.observe(self._cut, "value")
        self.new.on_click(self._another)

    @property
    def game(self) -> GanGame:
        return self.walk.engine

    @property
    def row(self) -> int:
        """The row of the grid where the cut runs."""
        return round((self.cut.value + frozen.GRID.extent) / frozen.GRID.cell - 0.5)

    def draw(self) -> str:
        still, look, grid, row = self.still, self.look, frozen.GRID, self.row
        both = (still.p + still.q).numpy()
        known, at = both > optimal_figures.KNOWN * both.max(), (row + 0.5) / grid.n
        chance, best = look.chance.numpy(), still.best.numpy()
        fields = "".join(
            svg.text(x, TOP - 8, name) + optimal_figures.field(x, TOP, SIDE, values, known, at)
            for x, name, values in ((LEFT, FIELDS[0], chance), (SECOND, FIELDS[1], best)))
        height = grid.axis[row].item() if row != grid.n // 2 else 0.0
        cut = optimal_figures.cut(
            452, 30, 480, 320, grid.axis.numpy(), chance[row], best[row],
            (still.p[row].numpy(), still.q[row].numpy()), both.max(), NAMES,
            TITLE.format(y=num(height, 2)))
        descent = optimal_figures.descent(
            8, 272, 420, 100, words.losses_so_far(self.walk, "loss_D", self.walk.turn), self._done(),
            look.loss, still.least, MARKS)
        return svg.page(478, fields, svg.text(8, 242, VEIL, style.SMALL, fill=style.MUTED),
                        svg.text(8, 264, DESCENT, style.SMALL), descent, cut,
                        code_line(8, 382, 924, self.walk.code, words.HINTS[0]), *(
                            svg.text(8, 430 + 21 * n, line, style.SMALL)
                            for n, line in enumerate(self._lines())))

    def sentence(self) -> str:
        if self.walk.op and self.walk.op.key != "D.step":
            return words.sentence(self.walk, self.game.loss)
        divergence, look = self.still.divergence, self.look
        moral = ALIKE if divergence < 0.01 else APART if divergence > 0.98 * log(2) else BETWEEN
        return ((START if self.walk.op is None and self.walk.turn == 0 else "") + STATE + moral).format(
            turn=self.walk.turn, loss=num(look.loss), least=num(self.still.least),
            gap=num(look.loss - self.still.least), distance=num(look.distance))

    def follow(self) -> None:
        super().follow()
        self._following = True
        self.scene.value, self.units.value, self.slide.value = self.chosen    # what the game was made with
        self._following = False
        self.shown_slide.value = num(self.slide.value, 1)
        for part in (self.slide, self.shown_slide):
            part.layout.visibility = "visible" if self.scene.value == "slide" else "hidden"
        self.look = self.still.look(self.game.D)

    def remember(self) -> Any:
        return super().remember(), self.still, self.chosen

    def restore(self, state: Any) -> None:
        walk, self.still, self.chosen = state
        super().restore(walk)

    def on_click(self, x: float, y: float) -> None:
        if TOP <= y <= TOP + SIDE and any(left <= x <= left + SIDE for left in (LEFT, SECOND)):
            self.cut.value = 2.0 * (1 - 2 * (y - TOP) / SIDE)

    def _new_engine(self) -> GanGame:
        self.chosen = scene, units, slide = self.scene.value, self.units.value, self.slide.value
        self.still = frozen.scene(scene, slide)
        return self.still.game(units, self.seed)

    def _done(self) -> int:
        return self.walk.turn + bool(self.walk.op and self.walk.op.key == "D.step")

    def _lines(self) -> list[str]:
        look, still = self.look, self.still
        return [LOSSES.format(loss=num(look.loss), least=num(still.least), gap=num(look.loss - still.least),
                              distance=num(look.distance)),
                THEORY.format(js=num(still.divergence), value=num(-still.least)),
                METHOD.format(count="100.000", h=num(frozen.WIDTH, 1))]

    def _choose(self, change: dict[str, Any]) -> None:
        if not self._following:
            self._restart()

    @guarded
    def _restart(self) -> None:
        self.restart(self._new_engine())

    @guarded
    def _cut(self, change: dict[str, Any]) -> None:
        pass    # the wrapper redraws

    @guarded
    def _another(self, button: widgets.Button) -> None:
        self.seed += 1
        self.restart(self._new_engine())
