"""What the panel of the Dirac-GAN says, by operation: sentence, formula, numbers."""

import math

from helpers.gan.dirac import DiracGan, Settings
from helpers.gan.dirac_figures import inside_window
from helpers.steps import Walk
from helpers.ui.style import num

LOSS_NAMES = {"saturating": "saturante (a minimax)", "non_saturating": "não saturante (a clássica)",
              "wasserstein_gp": "Wasserstein pura"}
ORDERS = {False: "simultâneos", True: "alternados"}
HINTS = ("Clique no plano para escolher o ponto de partida.", "Passo (→) executa uma linha do treino.",
         "Rodada vai até o fim da rodada.", "Tocar (espaço) segue sozinho, no Ritmo escolhido.")
PORTRAIT = {"theta": "θ, o gerador →", "psi": "↑ ψ, o discriminador", "rest": "equilíbrio",
            "left": "■ saiu da janela"}
POINTS = ("● dado, em 0", "■ gerado, em θ")
CHART = {"title": "distância", "key": "- - previsão linear", "turns": "rodadas"}
PLANE = "os dois λ"
SCALE = {"turning": "gira", "not": "não gira"}
CRITICAL = "γ = {gamma} · valor crítico: {critical}"
NO_CRITICAL = "γ = {gamma} · com esta taxa, nenhum γ gira"

START = ("Rodada {turn}. O dado é o ponto 0. G põe o seu ponto em θ = {theta}; D dá a nota D(x) = ψ·x, com "
         "ψ = {psi}. Clique no plano para partir de outro lugar.")
REST = ("θ = 0 e ψ = 0 é o equilíbrio: G gera o próprio dado e D dá nota 0 a tudo. Os dois gradientes são 0, "
        "então ninguém sai daqui. Clique um pouco ao lado.")
STILL = ("Com h = 0 há gradientes, mas nenhum passo: θ = {theta} e ψ = {psi} ficam onde estão. Escolha uma "
         "taxa maior que 0.")
LEFT = ("Saiu da janela: θ = {theta} e ψ = {psi}. A conta continua; o desenho, não. {advice} ou clique no "
        "plano para recomeçar.")
NO_NUMBER = ("Os números cresceram até não caber mais no computador: θ = {theta} e ψ = {psi}. Diminua a taxa "
             "ou clique no plano para recomeçar.")
MORE_FRICTION, SMALLER_STEPS, WAIT = "Aumente γ", "Diminua a taxa", "Espere a volta"
SENTENCES = {
    "D.loss": "D dá nota 0 ao dado e ψ·θ = {score} ao ponto gerado. A perda de D é {loss_D}.",
    "D.penalty": "R1 = ½·ψ² cobra pela inclinação de D. Com γ = {gamma}, a perda de D passa a {penalised_D}.",
    "D.backward": "backward() mede o puxão em ψ: {pull_D}. Ele vem de θ = {theta}, o lugar do ponto gerado. "
                  "Ainda ninguém andou.",
    "D.backward.R1": "backward() mede o puxão em ψ: {pull_D}. Uma parte vem de θ = {theta}; a outra, "
                     "{friction}, é de R1 e leva ψ de volta a 0.",
    "D.step": "ψ vai de {psi} a {new_psi}. O puxão em θ foi medido antes disso, com o ψ antigo.",
    "D.step.alternating": "ψ vai de {psi} a {new_psi}. Agora G vai medir com este ψ novo.",
    "G.loss": "G quer nota alta para o seu ponto, e D lhe dá {seen_score}. A perda de G é {loss_G}.",
    "G.backward": "backward() mede o puxão em θ: {pull_G}. Ele vem de ψ = {seen}, a inclinação de D. É o ψ "
                  "de antes: D ainda não andou.",
    "G.backward.alternating": "backward() mede o puxão em θ: {pull_G}. Ele vem de ψ = {seen}, a inclinação "
                              "que D acabou de escolher.",
    "G.step": "θ vai de {theta} a {new_theta}. {why} Perto do (0, 0), cada rodada multiplica a distância por "
              "{factor}: {verdict}.",
}
WHY = {"simultaneous": "Cada um respondeu ao lugar onde o outro estava: puxão de lado, nunca para dentro.",
       "alternating": "G respondeu ao ψ novo, D ao θ antigo: o puxão é de lado, nunca para dentro.",
       "non_saturating": "De longe, esta perda puxa um pouco para dentro; de perto, só de lado.",
       "R1": "R1 freou ψ: é o atrito, que leva para dentro."}
VERDICTS = {"out": "a espiral se abre", "circles": "gira sem chegar", "in": "a espiral se fecha",
            "critical": "chega sem girar, o mais depressa que dá", "creeps": "chega sem girar, devagar",
            "jumps": "chega aos saltos", "flees": "foge, pois a taxa é grande demais"}
PLACES = {"out": "fora do círculo", "flees": "fora do círculo", "circles": "no círculo",
          "still": "no círculo"}
INSIDE = "dentro do círculo"

_D = "L_D = −log σ(0) − log(1 − σ(ψ·θ))"
_D_SLOPE = "∂L_D/∂ψ = θ·σ(ψ·θ)"
FORMULAS = {    # loss -> operation -> formula
    "saturating": {"D.loss": _D, "D.backward": _D_SLOPE, "G.loss": "L_G = log(1 − σ(ψ·θ))",
                   "G.backward": "∂L_G/∂θ = −ψ·σ(ψ·θ)"},
    "non_saturating": {"D.loss": _D, "D.backward": _D_SLOPE, "G.loss": "L_G = −log σ(ψ·θ)",
                       "G.backward": "∂L_G/∂θ = −ψ·σ(−ψ·θ)"},
    "wasserstein_gp": {"D.loss": "L_D = ψ·θ − ψ·0", "D.backward": "∂L_D/∂ψ = θ", "G.loss": "L_G = −ψ·θ",
                       "G.backward": "∂L_G/∂θ = −ψ"},
}
STEPS = {"D.step": "ψ ← ψ − h·∂L_D/∂ψ", "G.step": "θ ← θ − h·∂L_G/∂θ"}
PENALTY = {"D.penalty": " + γ·½·ψ²", "D.backward": " + γ·ψ"}    # what R1 adds


def formula(walk: Walk) -> list[tuple[str, bool]]:
    """Write the formula of the present operation: parts (words, lit)."""
    if walk.op is None:
        return []
    key, game = walk.op.key, walk.engine
    if key in STEPS:
        return [(STEPS[key], True)]
    main = FORMULAS[game.settings.loss]["D.loss" if key == "D.penalty" else key]
    added = PENALTY.get(key, "") if game.gamma else ""
    return [(main, key != "D.penalty"), *([(added, True)] if added else [])]


def sentence(walk: Walk) -> str:
    """Say the present operation, or the state that matters more than it, in one sentence."""
    game = walk.engine
    theta, psi = game.theta.item(), game.psi.item()
    facts = {"turn": walk.turn, "theta": num(theta), "psi": num(psi), "gamma": num(game.gamma, 1)}
    if not (math.isfinite(theta) and math.isfinite(psi)):
        return NO_NUMBER.format_map(facts)
    if not inside_window((theta, psi)):
        return LEFT.format_map(facts | {"advice": _advice(game.settings)})
    if theta == psi == 0:
        return REST
    if walk.op is None:
        return START.format_map(facts)
    if walk.op.key == "G.step" and game.settings.rate == 0:
        return STILL.format_map(facts)
    values, key, alternating = walk.values, walk.op.key, game.settings.alternating
    facts |= {name: num(value.item()) for name, value in values.items()}    # θ and ψ as the turn began
    seen = values["new_psi" if alternating and "new_psi" in values else "psi"].item()
    facts |= {"score": num((values["theta"] * values["psi"]).item()), "seen": num(seen),
              "seen_score": num(values["theta"].item() * seen),
              "friction": num(-game.gamma * values["psi"].item()),
              "pull_D": num(-values["slope_D"].item()) if "slope_D" in values else "",
              "pull_G": num(-values["slope_G"].item()) if "slope_G" in values else "",
              "factor": num(abs(game.settings.eigenvalues()[0]), 4), "why": _why(game),
              "verdict": VERDICTS.get(game.settings.motion(), "")}
    variant = ".R1" if game.gamma and key == "D.backward" else ".alternating" if alternating else ""
    return SENTENCES.get(key + variant, SENTENCES[key]).format_map(facts)


def numbers(walk: Walk) -> list[str]:
    """List λ, the growth foreseen and measured since the settings began, and where the two stand."""
    game, settings = walk.engine, walk.engine.settings
    first, second = settings.eigenvalues()
    theta, psi = game.theta.item(), game.psi.item()
    pair = (f"{num(first.real)} ± {num(abs(first.imag))}·i" if first.imag else
            f"{num(first.real)} e {num(second.real)}")
    size = num(abs(first), 4)
    return [f"λ = {pair} · |λ| = {size}: {PLACES.get(settings.motion(), INSIDE)}",
            f"distância por rodada: previsto ×{size}, medido ×{num(growth(walk), 4)}",
            f"rodada {walk.turn} · θ = {num(theta)} · ψ = {num(psi)} · "
            f"distância {num(math.hypot(theta, psi))}"]


def scale(settings: Settings) -> dict[str, str]:
    """Word the scale of γ."""
    critical = settings.critical
    below = CRITICAL if critical else NO_CRITICAL
    return SCALE | {"below": below.format(gamma=num(settings.gamma, 1), critical=num(critical or 0))}


def growth(walk: Walk) -> float:
    """Measure by what a turn has multiplied the distance on average since the settings began, or nan."""
    game = walk.engine
    since, theta, psi = game.since
    before, turns = math.hypot(theta, psi), walk.turn - since
    now = math.hypot(*(value.item() for value in began(walk)))
    if not turns or not (0 < before < math.inf and 0 < now < math.inf):
        return math.nan
    return math.exp((math.log(now) - math.log(before)) / turns)


def began(walk: Walk) -> tuple:
    """Where the two stood at the start of the present turn: θ, ψ."""
    at = walk.values if walk.op else walk.engine.place()
    return at["theta"], at["psi"]


def _advice(settings: Settings) -> str:
    motion = settings.motion()
    if motion == "out" and settings.rate <= 0.5:
        return MORE_FRICTION
    return SMALLER_STEPS if motion in ("out", "flees") else WAIT


def _why(game: DiracGan) -> str:
    settings = game.settings
    if settings.gamma:
        return WHY["R1"]
    if settings.loss == "non_saturating":
        return WHY["non_saturating"]
    return WHY["alternating" if settings.alternating else "simultaneous"]
