"""What the panels of the game say, by operation: sentence, formula, numbers."""

import re
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from helpers.adversarial import Loss
from helpers.gan.figures import LIT_PARTS, Words
from helpers.steps import Walk
from helpers.ui.style import num

LOOP = Words(z="z", G="gerador", fake="gerados", real="reais", D="D", loss="perda",
             back_D="corrige D", back_G="corrige G, através de D", cut="detach corta a volta a G")
LOSS_NAMES = {
    "non_saturating": "não saturante (a clássica)", "saturating": "saturante (a minimax)",
    "least_squares": "mínimos quadrados", "hinge": "hinge", "wasserstein_gp": "Wasserstein + penalidade",
    "relativistic": "relativística + R1 + R2",
}
START = "Aperte Passo (tecla →) e veja qual linha de código acende."
HINTS = ("Passo (→) executa uma linha do treino.", "Voltar (←) desfaz, sem deixar rastro.",
         "Rodada vai até o fim da rodada.", "Tocar (espaço) segue sozinho, no Ritmo escolhido.")

SENTENCES = {
    "D.zero": "Vez do discriminador. Primeiro zeramos os gradientes de D: a conta de agora começa limpa.",
    "D.z": "Sorteamos {n} pontos de ruído z no espaço latente.",
    "D.fake": "G transforma cada z em uma amostra gerada. O detach corta o caminho de volta: nesta vez, "
              "G não aprende.",
    "D.real": "Sorteamos {n} amostras reais.",
    "D.on_real": "D avalia as amostras reais: {verdict_real}.",
    "D.on_fake": "D avalia as geradas: {verdict_fake}.",
    "D.loss": "A perda de D é {loss_D}. {mark_D}",
    "D.penalty": "A penalidade de gradiente entra na conta: a perda de D passa a valer {penalised_D}.",
    "D.backward": "backward() mede quanto cada peso de D influi na perda. Ainda não mexe em nenhum.",
    "D.step": "O otimizador mexe nos pesos de D (mudança de {moved_D}). Os de G ficam parados ({moved_G}).",
    "G.zero": "Vez do gerador. Zeramos os gradientes de G.",
    "G.z": "Sorteamos outros {n} pontos de ruído z.",
    "G.fake": "G gera de novo, agora sem detach: o caminho de volta até os pesos dele fica aberto.",
    "G.on_fake": "D avalia as geradas: {verdict_fake}. G quer que D as tome por reais.",
    "G.on_real": "Esta perda compara pares, então D avalia também amostras reais: {verdict_real}.",
    "G.loss": "A perda de G é {loss_G}. {mark_G}",
    "G.pull": "O gradiente atravessa D até cada amostra. A seta diz para onde mudar a amostra para que "
              "a perda de G caia mais depressa.",
    "G.backward": "backward() leva o gradiente das amostras até os pesos de G.",
    "G.step": "O otimizador mexe nos pesos de G (mudança de {moved_G}). Os de D ficam parados ({moved_D}). "
              "Fim da rodada.",
}
MARK = "Com um D que não distingue nada e fica no meio-termo, ela vale {value}."
NO_MARK = "Nesta perda não há um valor que diga, sozinho, se D distingue ou não."

_CLASSIFY = "L_D = média[−log {Dx}] + média[−log(1 − {Dz})]"
LOSS_FORMULAS = {    # loss -> (D's, G's); {Dx} and {Dz} become D(x) and D(G(z)) in parts that light up
    "non_saturating": (_CLASSIFY, "L_G = média[−log {Dz}]"),
    "saturating": (_CLASSIFY, "L_G = média[log(1 − {Dz})]"),
    "least_squares": ("L_D = ½ média[({Dx} − 1)²] + ½ média[{Dz}²]", "L_G = ½ média[({Dz} − 1)²]"),
    "hinge": ("L_D = média[máx(0, 1 − {Dx})] + média[máx(0, 1 + {Dz})]", "L_G = −média[{Dz}]"),
    "wasserstein_gp": ("L_D = média[{Dz}] − média[{Dx}]", "L_G = −média[{Dz}]"),
    "relativistic": ("L_D = média[−log σ({Dx} − {Dz})]", "L_G = média[−log σ({Dz} − {Dx})]"),
}
OTHER_FORMULAS = {
    "D.zero": "∂L_D/∂θ_D ← 0", "D.backward": "∂L_D/∂θ_D", "D.step": "θ_D ← Adam(θ_D, ∂L_D/∂θ_D)",
    "G.zero": "∂L_G/∂θ_G ← 0", "G.pull": "seta = −∂L_G/∂x,  com x = G(z)",
    "G.backward": "∂L_G/∂θ_G = ∂L_G/∂x · ∂x/∂θ_G", "G.step": "θ_G ← Adam(θ_G, ∂L_G/∂θ_G)",
}
_SLOTS = {    # slot -> parts (words, the operations after the dot that light them)
    "{Dx}": [("D(", "on_real"), ("x", "real on_real"), (")", "on_real")],
    "{Dz}": [("D(", "on_fake"), ("G(", "fake on_fake"), ("z", "z fake on_fake"), (")", "fake on_fake"),
             (")", "on_fake")],
}


def formula(walk: Walk, loss: Loss, penalty: str = "") -> list[tuple[str, bool]]:
    """Write the formula of the present operation: parts (words, lit); penalty: what is added to D's loss."""
    if walk.op is None:
        return []
    turn, _, action = walk.op.key.partition(".")
    if walk.op.key in OTHER_FORMULAS:
        return [(OTHER_FORMULAS[walk.op.key], True)]
    parts: list[tuple[str, bool]] = []
    for piece in re.split(r"(\{\w+\})", LOSS_FORMULAS[loss.key][turn == "G"]):
        if piece in _SLOTS:
            parts += [(words, action in ("loss", *lit.split())) for words, lit in _SLOTS[piece]]
        else:
            parts.append((piece, action == "loss"))
    return parts + ([(f" + {penalty}", action == "penalty")] if penalty and turn == "D" else [])


def sentence(walk: Walk, loss: Loss) -> str:
    """Say the present operation in one sentence, with its numbers."""
    if walk.op is None:
        return f"Rodada {walk.turn}. {START}"
    return SENTENCES[walk.op.key].format_map(_Facts(walk, loss))


def numbers(walk: Walk, loss: Loss) -> list[str]:
    """List the present operation's numbers: at most two lines, then one with the whole turn so far."""
    values, key = walk.values, walk.op.key if walk.op else ""
    action = key.partition(".")[2]
    rows: list[str] = []
    if action == "zero":
        sizes = " · ".join(num(size) for size in values["cleared"].values())
        rows = [f"gradiente nas camadas de {key[0]}: {sizes}"]
    elif action in ("z", "fake", "real"):
        rows = [_cloud({"z": "z", "fake": "G(z)", "real": "x"}[action], values[action])]
    elif action in ("on_real", "on_fake"):
        shown = verdicts(values[action], loss)
        rows = [f"{'D(x)' if action == 'on_real' else 'D(G(z))'}: média {num(shown.mean().item())} · "
                f"menor {num(shown.min().item())} · maior {num(shown.max().item())}"]
    elif action == "penalty":
        bare, whole = values["loss_D"].item(), values["penalised_D"].item()
        rows = [f"L_D {num(bare)} + penalidade {num(whole - bare)} = {num(whole)}"]
    elif action == "pull":
        lengths = values["pull"].flatten(1).norm(dim=1) * len(values["pull"])
        rows = [f"{len(lengths)} setas · |n·∂L_G/∂x|: média {num(lengths.mean().item())} · "
                f"maior {num(lengths.max().item())}"]
    elif action == "backward":
        change = [f"{num(before, 2)} → {num(after)}" for before, after
                  in zip(values["cleared"].values(), values["grads"].values(), strict=True)]
        rows = [f"gradiente nas {len(change)} camadas de {key[0]}, antes → depois:", " · ".join(change)]
    elif action == "step":
        rows = [f"pesos de {name}: ‖Δθ‖ = {num(moved(values, name), 4)} "
                f"em {len(values['after'][name])} números" for name in "DG"]
    known = [f"{name} {num(value(), 2)}" for name, slot, value in (
        ("L_D", "loss_D", lambda: values["loss_D"].item()),
        ("L_G", "loss_G", lambda: values["loss_G"].item()),
        ("D(x)", "on_real", lambda: verdicts(values["on_real"], loss).mean().item()),
        ("D(G(z))", "on_fake", lambda: verdicts(values["on_fake"], loss).mean().item()),
    ) if slot in values]
    return [*rows, " · ".join([f"rodada {walk.turn}", *known])]


def verdicts(outputs: Tensor, loss: Loss) -> Tensor:
    """Read D's outputs as the learner does: probabilities, or scores where the loss knows none."""
    return outputs.detach() if loss.critic else torch.sigmoid(outputs.detach())


def moved(values: dict[str, Any], name: str) -> float:
    """Measure how far a network's weights moved between backward and step: ‖after − before‖."""
    return (values["after"][name] - values["before"][name]).norm().item()


def lit(walk: Walk) -> frozenset[str]:
    """Name the parts of the loop that the present operation touches."""
    return frozenset(LIT_PARTS[walk.op.key].split()) if walk.op else frozenset()


def losses_so_far(walk: Walk, key: str, last: int = 120) -> list[float]:
    """Collect one loss of the turns behind the present point, the present one included once it is known."""
    rows = [row[key] for row in walk.trace[max(0, walk.turn - last):walk.turn] if key in row]
    return rows + ([walk.values[key].item()] if key in walk.values else [])


class _Facts(dict):
    """The numbers that a sentence may name, each computed only when it is named."""

    def __init__(self, walk: Walk, loss: Loss) -> None:
        super().__init__()
        self.values_, self.loss = walk.values, loss

    def __missing__(self, name: str) -> str:
        values = self.values_
        facts: dict[str, Callable[[], str]] = {
            "n": lambda: str(len(values["z"])),
            "verdict_real": lambda: self._verdict(values["on_real"]),
            "verdict_fake": lambda: self._verdict(values["on_fake"]),
            "mark_D": lambda: self._mark(0), "mark_G": lambda: self._mark(1),
            "moved_D": lambda: num(moved(values, "D"), 4), "moved_G": lambda: num(moved(values, "G"), 4),
        }
        return facts[name]() if name in facts else num(values[name].item())

    def _verdict(self, outputs: Tensor) -> str:
        mean = num(verdicts(outputs, self.loss).mean().item())
        return f"nota média {mean}" if self.loss.critic else f"em média {mean} (1 é “real”, 0 é “gerada”)"

    def _mark(self, which: int) -> str:
        optimum = self.loss.optimum
        return MARK.format(value=num(optimum[which])) if optimum else NO_MARK


def _cloud(name: str, batch: Tensor) -> str:
    size = " × ".join(str(side) for side in batch.shape)
    first = f" · o primeiro: {pair(batch[0].detach())}" if batch[0].numel() <= 2 else ""
    return f"{name}: {size} números{first}"


def pair(point: Tensor) -> str:
    """Write one point: (0,31; −1,20)."""
    return "(" + "; ".join(num(value, 2) for value in point.tolist()) + ")"
