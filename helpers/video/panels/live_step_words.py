"""What the live training says of one operation: sentence, formula, numbers, the diagram's words."""

from typing import Any

import torch

from helpers.steps import Walk
from helpers.ui.style import num
from helpers.video.autoencoder import INKED
from helpers.video.game import GAMMA, LAZY, VideoGame

HINTS = ("Passo (→): uma linha do treino.", "Voltar (←): desfaz, sem deixar rastro.",
         "Rodada: até o fim da rodada.", "Tocar (espaço): segue sozinho, no Ritmo.")
CRITIC = {"sequence": "crítico de sequência", "frame": "crítico de quadro"}
LETTER = {"sequence": "S", "frame": "Q"}
NAMES_1 = {"frames": "quadro", "eye": "olho", "m": "m(t)", "paste": "cola", "drawn": "redesenho",
           "crop": "recorte", "describe": "descreve", "c": "c", "draw": "desenha", "loss": "erro"}
PARTS_1 = {"eye": "olho", "describe": "descreve", "draw": "desenha"}
NAMES_2 = {"noise": "ruído", "average": "G médio", "fake": "gerados\nc, m(t)", "real": "reais\nc, m(t)",
           "sequence": "crítico S:\nsequência", "frame": "crítico Q:\nquadro", "loss": "perda"}
GENERATOR = {"lstm": "gerador\nLSTM", "gru": "gerador\nGRU", "none": "gerador\nsem mem."}
RATE = "taxa de aprendizado nesta rodada: {}"
CUT = "no_grad corta a volta a G"
PARTS_2 = {"sequence": "S", "frame": "Q", "G": "G"}
NOTES = {"sequence": ("S vê o caminho inteiro, sem o conteúdo:", "se anda reto, se vira só na parede.")}

SENTENCES = {
    "frames": "Sorteamos {n} clipes de {t} quadros. A rede recebe só os pixels: ninguém lhe diz onde o "
              "dígito está.",
    "where": "O olho acende o quadro, e m(t) é a média dos lugares acesos. Ele desvia {offset} px do lugar "
             "verdadeiro, e treme {jitter} px.",
    "what": "Um recorte em volta de m(t) vira {k} números. A média deles nos quadros do clipe guarda o que "
            "não muda: o conteúdo.",
    "drawn": "A rede desenha o dígito a partir do conteúdo, com um pouco de ruído somado, e o cola em m(t).",
    "loss": "Erro do redesenho: {redraw}. Um pixel com tinta pesa {inked} vezes um vazio, ou o quadro todo "
            "preto pareceria quase certo.",
    "backward": "backward() leva o erro do redesenho até o olho: é só por aí que ele aprende onde olhar.",
    "step": "O otimizador mexe em todos os pesos: o olho muda {eye}, o desenho muda {draw}. Fim da rodada.",
    "sequence.real": "Vez do crítico de sequência. De {n} clipes reais ele vê o caminho inteiro, m(t) em "
                     "{t} quadros, e nada do conteúdo.",
    "frame.real": "Vez do crítico de quadro. De {n} clipes reais ele vê um quadro só, conteúdo e m(t), e "
                  "nada do que vem antes ou depois.",
    "fake": "O gerador faz {n} clipes, e o {critic} vê deles a mesma parte. O no_grad corta a volta: agora o "
            "gerador não aprende.",
    "judge": "O {critic} avalia: em média {real} aos reais e {made} aos gerados (1 é “real”, 0 é “gerado”).",
    "loss_D": "A perda do {critic} é {loss}. Um crítico que não distingue nada e dá ½ a todos tem 1,386.",
    "penalty": "Uma rodada em cada {lazy} soma a penalidade R1, que não deixa a nota subir depressa demais "
               "perto dos reais: a perda passa a {penalised}.",
    "backward_D": "backward() mede quanto cada peso do {critic} influi na perda. Ainda não mexe em nenhum.",
    "step_D": "O otimizador mexe no {critic} (mudança de {own}). O gerador fica parado ({G}).",
    "G.fake": "Vez do gerador. Ele faz {n} clipes: um conteúdo para cada um, e um passo no tempo para cada "
              "quadro.",
    "G.judge": "Os mesmos clipes vão a cada crítico: {verdicts}. O gerador quer chegar a 1.",
    "G.loss": "A perda do gerador é {loss_G}: a soma do que cada crítico diz. Com notas ½ ela seria {tie}.",
    "G.backward": "O gradiente volta pelos críticos até cada m(t). A seta diz para onde mudar o lugar para "
                  "que a perda do gerador caia.",
    "G.step": "O otimizador mexe no gerador (mudança de {G}). Os críticos ficam parados ({sequence} e "
              "{frame}).",
    "average": "O gerador médio anda {share}% do caminho até o novo. Os clipes mostrados e medidos saem "
               "dele. Fim da rodada.",
}
FORMULAS = {
    "frames": "x(t): quadros de clipes sorteados", "where": "m(t) = média dos lugares, pesada pelo olho",
    "what": "c = média_t descreve(recorte(x(t), m(t)))", "drawn": "y(t) = cola(desenha(c + ruído), m(t))",
    "loss": f"L = média[(1 + {INKED - 1:.0f}·x)·(y − x)²]", "backward": "∂L/∂θ",
    "step": "θ ← Adam(θ, ∂L/∂θ)",
    "real": "x real: {what}", "fake": "x gerado: {what} de G(ruído)",
    "loss_D": "L_{n} = média[−log {n}(real)] + média[−log(1 − {n}(gerado))]",
    "penalty": "L_{n} + {weight}·½ média‖∂{n}/∂x‖²", "backward_D": "∂L_{n}/∂θ_{n}",
    "step_D": "θ_{n} ← Adam(θ_{n}, ∂L_{n}/∂θ_{n})", "G.fake": "c, m(1), …, m(16) = G(ruído)",
    "G.backward": "seta = −∂L_G/∂m(t)", "G.step": "θ_G ← Adam(θ_G, ∂L_G/∂θ_G)",
    "average": "média ← média + (1 − d)·(θ_G − média)",
}
SEEN = {"sequence": "m(1), …, m(16)", "frame": "c e um m(t)"}
LOSS_G = {"sequence": "média[−log S(caminho)]", "frame": "média[−log Q(quadro)]"}


def key_of(walk: Walk) -> tuple[str, str]:
    """The present operation's key in the tables above, and whose turn it is."""
    key = walk.op.key if walk.op else ""
    who, _, what = key.rpartition(".")
    if who in CRITIC:
        return {"loss": "loss_D", "backward": "backward_D", "step": "step_D",
                "real": f"{who}.real"}.get(what, what), who
    return key, who


def sentence(walk: Walk) -> str:
    """Say the present operation with its numbers."""
    key, who = key_of(walk)
    facts: dict[str, Any] = {"critic": CRITIC.get(who, ""), "inked": f"{INKED:.0f}", "lazy": LAZY}
    return SENTENCES[key].format_map(facts | _facts(walk, key, who))


def _facts(walk: Walk, key: str, who: str) -> dict[str, str]:
    values, engine = walk.values, walk.engine.engine
    if key in ("frames", "where", "what"):
        frames = values["frames"]
        return {"n": f"{frames.shape[0]}", "t": f"{frames.shape[1]}", "k": f"{values['c'].shape[1]}"
                if "c" in values else "", **_numbers(values, "offset", "jitter", digits=2)}
    if key == "loss":
        return _numbers(values, "redraw", digits=4)
    if key in ("step", "step_D", "G.step"):
        moves = {name: num(move, 3) for name, move in moved(values).items()}
        return moves | {"own": moves.get(who, "")}
    if key == "judge":
        return {name: num(chance, 2) for name, chance in
                zip(("real", "made"), chances(values["on_real"], values["on_fake"]), strict=True)}
    if key == "loss_D":
        return {"loss": num(values[f"loss_{who}"].item())}
    if key == "penalty":
        return {"penalised": num(values[f"penalised_{who}"].item())}
    if key == "G.judge":
        told = zip(engine.critics, chances(*values["on_fake"]), strict=True)
        return {"verdicts": ", ".join(f"o de {CRITIC[n].rpartition(' ')[2]} dá {num(p, 2)}" for n, p in told)}
    if key == "G.loss":
        return _numbers(values, "loss_G") | {"tie": num(engine.loss.optimum[1] * len(engine.critics))}
    if key == "average":
        return {"share": num(100 * (1 - engine.ema.decay), 1)}
    return {"n": f"{len(values.get('m', values.get(f'{who}_codes_real', ())))}", "t": "16"}


def _numbers(values: dict[str, Any], *names: str, digits: int = 3) -> dict[str, str]:
    return {name: num(values[name].item(), digits) for name in names if name in values}


def chances(*logits: torch.Tensor) -> list[float]:
    """Turn logits into the mean probability of 'real'."""
    return [torch.sigmoid(some).mean().item() for some in logits]


def moved(values: dict[str, Any]) -> dict[str, float]:
    """Measure how far each part's weights moved: name → ‖after − before‖."""
    return {name: (values["after"][name] - before).norm().item() for name, before in values["before"].items()}


def formula(walk: Walk) -> list[tuple[str, bool]]:
    """Write the present operation's formula: parts (words, lit)."""
    key, who = key_of(walk)
    if not key:
        return []
    if key in ("judge", "loss_D"):
        n, on = LETTER[who], key == "judge"
        return [(f"L_{n} = média[−log ", not on), (f"{n}(real)", True), ("] + média[−log(1 − ", not on),
                (f"{n}(gerado)", True), (")]", not on)]
    if key in ("G.judge", "G.loss"):
        critics = walk.engine.engine.critics
        return [("L_G = " + " + ".join(LOSS_G[name] for name in critics), True)]
    return [(FORMULAS[key if key in FORMULAS else key.rpartition(".")[2]].format(
        n=LETTER.get(who, ""), what=SEEN.get(who, ""), weight=num(LAZY * GAMMA, 1)), True)]


def numbers(walk: Walk) -> list[str]:
    """List the present operation's numbers: a line of its own, then one with the whole round so far."""
    values, (key, who) = walk.values, key_of(walk)
    rows = []
    if "step" in key and "after" in values:
        names = PARTS_2 if "G" in values["after"] else PARTS_1
        rows = ["‖Δθ‖: " + " · ".join(f"{names[n]} {num(move, 4)}" for n, move in moved(values).items())]
        opt = getattr(walk.engine.engine, f"opt_{who}" if who else "opt")
        rows.append(RATE.format(num(opt.param_groups[0]["lr"], 5)))
    elif "backward" in key:
        sizes = {name: len(some) for name, some in values["before"].items()}
        names = PARTS_2 if "G" in sizes else PARTS_1
        rows = ["pesos: " + " · ".join(f"{names[n]} {size}" for n, size in sizes.items())]
    elif key in _SHAPES or key in ("fake", "sequence.real", "frame.real"):
        name = _SHAPES.get(key) or f"{who}_codes_{'real' if key.endswith('real') else 'fake'}"
        rows = [" × ".join(map(str, values[name].shape)) + " números"]
    told = [f"rodada {walk.turn}"]
    for label, slot in (("erro", "redraw"), ("L_S", "loss_sequence"), ("L_Q", "loss_frame"),
                        ("L_G", "loss_G"), ("desvio", "offset"), ("tremor", "jitter")):
        if slot in values:
            told.append(f"{label} {num(values[slot].item(), 3)}")
    return [*rows, " · ".join(told)]


_SHAPES = {"frames": "frames", "where": "m", "what": "c", "drawn": "drawn", "G.fake": "m"}


def names_2(game: VideoGame) -> dict[str, str]:
    """The diagram's words for a game."""
    return NAMES_2 | {"G": GENERATOR[game.G.memory]}
