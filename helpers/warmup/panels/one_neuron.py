"""Um neurônio aprende: the warm-up, and the example to copy for a new panel (helpers/ui/README.md)."""

from typing import Any

import ipywidgets as widgets
import torch

from helpers.ui.layout import four_views
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.style import num
from helpers.warmup import figures
from helpers.warmup.neuron import example

HINTS = ("Passo (→) executa uma linha do treino.", "Voltar (←) desfaz a última linha.",
         "Rodada vai até o fim da rodada.", "Tocar (espaço) segue sozinho.")
RATE = "Taxa de aprendizado"
START = "Rodada {turn}. O peso vale {w}. Aperte Passo (tecla →) e veja qual linha de código acende."
SENTENCES = {
    "zero": "Zeramos o gradiente que sobrou da rodada anterior.",
    "guess": "O neurônio dá o seu palpite: a reta ŷ = w·x, com w = {w}.",
    "loss": "A perda é a média dos erros ao quadrado: {loss}.",
    "backward": "backward() mede a inclinação da perda neste ponto: {gradient}. O peso ainda não mudou.",
    "step": "O otimizador anda contra a inclinação: w passa de {before} a {after}.",
}
FORMULAS = {"zero": "∂L/∂w ← 0", "guess": "ŷ = w·x", "loss": "L = média[(ŷ − y)²]",
            "backward": "∂L/∂w = média[2·(ŷ − y)·x]", "step": "w ← w − taxa · ∂L/∂w"}


class OneNeuron(StepperPanel):
    """The stepper over one neuron, with its learning rate."""

    title = "Um neurônio aprende"

    def __init__(self) -> None:
        self.rate = widgets.FloatSlider(value=0.1, min=0, max=1.2, step=0.05, description=RATE,
                                        readout=False, layout={"width": "420px"},
                                        style={"description_width": "initial"})
        self.shown_rate = widgets.Label()    # the slider itself writes 0.10, Brazil writes 0,10
        super().__init__(example(self.rate.value), [self.rate, self.shown_rate])
        self.rate.observe(self._set_rate, "value")

    def draw(self) -> str:
        neuron, values, key = self.walk.engine, self.walk.values, self.walk.op.key if self.walk.op else ""
        w = neuron.w.item()
        points = list(zip(neuron.x.tolist(), neuron.y.tolist(), strict=True))
        left = figures.line_among_points(8, 6, 384, 464, points, w, errors=key in ("loss", "backward"))
        weights = torch.linspace(-2.5, 6.5, 61)
        curve = list(zip(weights.tolist(), neuron.loss_at(weights).tolist(), strict=True))
        ball, target = self._place(values.get("before", w)), self._place(w) if key == "step" else None
        slope = values["gradient"] if key in ("backward", "step") else None
        diagram = figures.parabola(curve, ball, slope, key == "backward", target)
        formula = [(FORMULAS[key], True)] if key else []
        return four_views(self.walk.code, formula, self._rows(), diagram, left, HINTS)

    def sentence(self) -> str:
        w = num(self.walk.engine.w.item())
        if self.walk.op is None:
            return START.format(turn=self.walk.turn, w=w)
        values = self.walk.values
        facts = {key: num(values[key]) for key in ("gradient", "before", "after") if key in values}
        if "loss" in values:
            facts["loss"] = num(values["loss"].item())
        return SENTENCES[self.walk.op.key].format_map(facts | {"w": w})

    def follow(self) -> None:
        super().follow()
        rate = self.walk.engine.opt.param_groups[0]["lr"]
        self.shown_rate.value = num(rate, 2)
        if self.rate.value != rate:    # after going back past a change
            self.rate.unobserve(self._set_rate, "value")
            self.rate.value = rate
            self.rate.observe(self._set_rate, "value")

    def _place(self, w: float) -> tuple[float, float]:
        return w, self.walk.engine.loss_at(torch.tensor([w])).item()

    def _rows(self) -> list[str]:
        w, loss = self._place(self.walk.engine.w.item())
        return [f"w = {num(w)} · perda com este w = {num(loss)}", f"rodada {self.walk.turn}"]

    @guarded
    def _set_rate(self, change: dict[str, Any]) -> None:
        def edit() -> None:
            self.walk.engine.opt.param_groups[0]["lr"] = change["new"]
        self.walk.change(edit)
