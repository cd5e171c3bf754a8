"""Saturante ou não: the pull of both losses of G on the same points while D learns to reject them."""

from typing import Any

import ipywidgets as widgets
import numpy as np
import torch

from helpers.gan import probe
from helpers.gan import saturation_figures as figures
from helpers.gan.panels import words
from helpers.gan.saturation import KEYS, RULES, Duel, length, weights
from helpers.ui import style, svg
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.strip import code_line
from helpers.ui.style import num

GENERATORS = {("ring", 0): "novo, longe do anel", ("ring", 300): "com 300 rodadas de treino"}
RULE_NAMES = {"sgd": "gradiente puro (SGD)", "adam": "Adam"}
GENERATOR, RULE, MORE, PLAY = "Gerador", "Passo de G", "D treina mais 50 rodadas", "Deixar G jogar 20 rodadas"
TRAINED, UPDATES = 50, 20
PLANES = ("saturante: log(1 − D(G(z)))", "não saturante: −log D(G(z))")
NAMES = ("saturante", "não saturante")
WEIGHTS = ("σ(a)", "saturante"), ("1 − σ(a)", "não saturante")
CHART, BELOW = "Peso de cada ponto gerado", "D(G(z)) = σ(a)"
OVER = "Seta média, depois de {turns} rodadas de D"
SCALE = "Mesma escala nos dois planos: a seta mais longa vale {longest}"
MOVED = "20 rodadas de G, com D parado: □ antes, ■ depois"
ROWS = ("D(G(z)), média: {chance}", "peso médio, saturante: {weak_weight}",
        "peso médio, não saturante: {strong_weight}", "seta média, saturante: {weak}",
        "seta média, não saturante: {strong}")
WALKED = ("20 rodadas de G: saturante andou {weak}", "não saturante andou {strong}")
SENTENCES = {
    "pull.points": "As duas perdas recebem os mesmos pontos gerados, x = G(z), e o mesmo D.",
    "pull.logit": "D dá a cada ponto um logit a; D(G(z)) = σ(a), em média {chance}.",
    "pull.loss_1": "Primeiro a perda saturante: log(1 − σ(a)).",
    "pull.saturating": "O gradiente dela em x é σ(a) vezes a inclinação de a: seta média {weak}.",
    "pull.loss_2": "Agora a não saturante: −log σ(a).",
}
START = "G está parado; só D aprende. Aperte Tocar e compare as setas. "
REJECTED = ("D rejeita os gerados: D(G(z)) = {chance}. Na saturante a seta média vale só {weak}: quem "
            "fica sem gradiente é G, não D. Na não saturante ela vale {strong}.")
ACCEPTED = ("D aceita os gerados: D(G(z)) = {chance}. Agora é a não saturante que puxa pouco ({strong}, "
            "contra {weak}), quando G já não precisa dela.")
EVEN = ("D(G(z)) = {chance}. Nos dois planos as setas têm a mesma direção; muda o comprimento: em média "
        "{weak} e {strong}.")
PLAYED = {"sgd": "Com o gradiente puro, os pontos andaram em média {weak} na saturante e {strong} na não "
                 "saturante: seta curta, passo curto.",
          "adam": "Com Adam andaram {weak} e {strong}. Adam divide o gradiente pelo tamanho dele, e assim "
                  "esconde a saturação enquanto sobra algum gradiente."}
SIDE, TOP = 250.0, 26.0


class Saturation(StepperPanel):
    """The stepper over a Duel: two planes with arrows of one scale, the weights, the lengths over time."""

    title = "Saturante ou não"

    def __init__(self, generator: tuple[str, int] = ("ring", 0), rule: str = "sgd") -> None:
        """generator: data and turns that G has learnt, a key of GENERATORS; rule: a key of RULES."""
        fit = {"style": {"description_width": "initial"}}
        self.generator = widgets.Dropdown(options=[(v, k) for k, v in GENERATORS.items()], value=generator,
                                          description=GENERATOR, layout={"width": "400px"}, **fit)
        self.rule = widgets.Dropdown(options=[(RULE_NAMES[key], key) for key in RULES], value=rule,
                                     description=RULE, layout={"width": "330px"}, **fit)
        self.more, self.play = (widgets.Button(description=label, layout={"width": "250px"})
                                for label in (MORE, PLAY))
        self.moved: tuple[Any, dict[str, torch.Tensor]] | None = None    # where it happened, G's points
        super().__init__(self._new_engine(), [self.generator, self.rule, self.more, self.play])
        self.speed.value = 5
        self.generator.observe(self._choose, "value")
        self.rule.observe(self._rule, "value")
        self.more.on_click(self._more)
        self.play.on_click(self._play)

    @property
    def duel(self) -> Duel:
        return self.walk.engine

    def draw(self) -> str:
        look, game = self.look, self.duel.game
        extent = 1.1 * game.data.extent
        chance = probe.as_shade(probe.outputs_on_grid(game.D, extent), game.loss)
        real = game.data.sample(64, torch.Generator().manual_seed(0)).numpy()
        points, pulls = look["points"].numpy(), [look[key].numpy() for key in KEYS]
        arrows, ends = figures.scaled(pulls, extent), self._ends()
        planes = "".join(
            svg.text(x, TOP - 8, PLANES[n], style.SMALL, fill=figures.COLORS[n], font_weight="bold")
            + figures.plane(x, TOP, SIDE, extent, chance, real, points, arrows[n], figures.COLORS[n],
                            ends[key].numpy() if ends else None)
            for n, (x, key) in enumerate(zip((8.0, 274.0), KEYS, strict=True)))
        longest = max(np.linalg.norm(pull, axis=1).max() for pull in pulls)
        scale = MOVED if ends else SCALE.format(longest=num(longest, 2))
        return svg.page(
            478, planes, svg.text(8, 298, scale, style.SMALL),
            svg.text(8, 324, OVER.format(turns=self._done()), style.SMALL),
            figures.lengths(8, 338, 516, 92, self._lengths(), NAMES),
            svg.text(552, TOP - 10, CHART, font_weight="bold"),
            figures.weights(552, TOP, 380, 240, look["logit"].flatten().numpy(), WEIGHTS, BELOW),
            *(svg.text(552, 338 + 21 * n, line, style.SMALL) for n, line in enumerate(self._rows())),
            code_line(8, 442, 924, self.walk.code, words.HINTS[0]))

    def sentence(self) -> str:
        key, facts, ends = self.walk.op.key if self.walk.op else "", self._facts(), self._ends()
        if ends:
            return PLAYED[self.rule.value].format_map(self._walked(ends))
        if key in SENTENCES:
            return SENTENCES[key].format_map(facts)
        if key.startswith("D."):
            return words.sentence(self.walk, self.duel.game.loss)
        mean = weights(self.look["logit"])["saturating"].mean().item()
        state = REJECTED if mean < 0.1 else ACCEPTED if mean > 0.9 else EVEN
        return (START if not key and self.walk.turn == 0 else "") + state.format_map(facts)

    def follow(self) -> None:
        super().follow()
        self._following = True
        self.generator.value = self.chosen
        self._following = False
        self.look = self.duel.look()

    def remember(self) -> Any:
        return super().remember(), self.chosen, self.moved

    def restore(self, state: Any) -> None:
        walk, self.chosen, self.moved = state
        super().restore(walk)

    def _new_engine(self) -> Duel:
        self.chosen, self.moved = self.generator.value, None
        return Duel(*self.chosen)

    def _place(self) -> tuple[int, int, str]:
        return self.walk.turn, self.walk.count, self.rule.value

    def _ends(self) -> dict[str, torch.Tensor] | None:
        return self.moved[1] if self.moved and self.moved[0] == self._place() else None

    def _done(self) -> int:
        """How many updates D has behind it."""
        key = self.walk.op.key if self.walk.op else ""
        return self.walk.turn + (key == "D.step" or key.startswith("pull"))

    def _lengths(self) -> list[list[float]]:
        past = self.walk.trace[:max(self._done() - 1, 0)]    # the length after each turn but the last
        return [[*(row[name] for row in past), self.look[name].item()]
                for name in (f"mean_{key}" for key in KEYS)]

    def _facts(self) -> dict[str, str]:
        look, weight = self.look, weights(self.look["logit"])
        return {"chance": num(look["logit"].sigmoid().mean().item()),
                "weak": num(look["mean_saturating"].item()),
                "strong": num(look["mean_non_saturating"].item()),
                "weak_weight": num(weight["saturating"].mean().item()),
                "strong_weight": num(weight["non_saturating"].mean().item())}

    def _walked(self, ends: dict[str, torch.Tensor]) -> dict[str, str]:
        return {name: num(length(ends[key] - self.look["points"]).item())
                for name, key in zip(("weak", "strong"), KEYS, strict=True)}

    def _rows(self) -> list[str]:
        ends, facts = self._ends(), self._facts()
        rows = ROWS[:3] if ends else ROWS
        return ([row.format_map(facts) for row in rows]
                + [row.format_map(self._walked(ends)) for row in WALKED if ends])

    def _choose(self, change: dict[str, Any]) -> None:
        if not self._following:
            self._restart()

    @guarded
    def _restart(self) -> None:
        self.restart(self._new_engine())

    @guarded
    def _rule(self, change: dict[str, Any]) -> None:
        pass    # the wrapper redraws

    @guarded
    def _more(self, button: widgets.Button) -> None:
        self.stage.playing = False
        self.walk.run(TRAINED)

    @guarded
    def _play(self, button: widgets.Button) -> None:
        self.stage.playing = False
        self.moved = self._place(), self.duel.played(self.rule.value, UPDATES)
