"""What the timeline of the training says: titles, keys, sentences, rows of numbers."""

import math

from helpers.gan.fork import Fork, curve_at
from helpers.gan.timeline import Timeline
from helpers.ui.style import num

GAMMAS = {0.0: "0", 0.1: "0,1", 1.0: "1", 10.0: "10", 100.0: "100"}
RATES = {"here": "a deste ponto", "first": "a inicial", "ten": "10 × a inicial", "hundred": "100 × a inicial"}
FACTORS = {"here": None, "first": 1.0, "ten": 10.0, "hundred": 100.0}
GAMMA_LABEL, RATE_LABEL = "γ", "Taxa"
BUTTONS = {"leave": ("Daqui, com outro γ", "Treinar a partir deste ponto, com o γ e a taxa escolhidos"),
           "measure": ("Medir com 500", "Medir a distância de Fréchet com 500 imagens, aqui e no original"),
           "home": ("Voltar ao original", "Abandonar o desvio e mostrar de novo o treino gravado")}
POINT_LABEL, TURN_LABEL = "Ponto", "Rodada nº"
END, TURN = ("Fim", "Ir ao último ponto"), ("Rodada", "Executar até o fim da rodada")
TIPS = {False: {"reset": "Ir ao primeiro ponto", "back": "Ponto anterior (tecla ←)",
                "step": "Ponto seguinte (tecla →)", "play": "Percorrer os pontos (barra de espaço)"},
        True: {"reset": "Voltar ao começo do desvio", "back": "Desfazer uma operação (tecla ←)",
               "step": "Executar uma operação (tecla →)", "play": "Treinar ou pausar (barra de espaço)"}}

SHEETS = {"here": "■ Original, passo {step}", "end": "■ Original, no fim: passo {step}",
          "fork": "■ Desvio, passo {start} + {done}, γ = {gamma}"}
DISTANCE, LOSSES, SCORES = "Distância de Fréchet (escala log)", "Perdas", "Notas médias de D"
QUICK = "Distância com 500 imagens"
HERE, FLOOR, ORIGINAL, FORK = "aqui", "piso", "original", "desvio"
THIN = " (fino: original)"
KEYS = {"loss_D": "D {}", "loss_G": "G {}", "real_score": "reais {}", "fake_score": "geradas {}"}
NOT_MEASURED = "aperte “Medir com 500”"
HINT = ("Clique num gráfico ou use ← → para andar pelo treino. Para mudar o rumo: escolha γ e aperte "
        "“Daqui”.")
HINT_FORK = "Tocar (espaço) treina o desvio; Rodada faz um passo de treino inteiro; ← desfaz."

POINT = ("Ponto {n} de {count}: depois de {step} passos, a distância é {distance}, {times} vezes o piso. "
         "{news}")
FIRST = "Ainda sem treino: G só espalha manchas. O mesmo z, em cada lugar, vai virar um dígito."
CLASSES = "O classificador vê {classes} dos 10 dígitos, e o pedido é atendido em {agreement} % das vezes."
LEFT = ("Desvio a partir do passo {start}, com γ = {gamma} (o original usou {own}) e taxa {rate}. Aperte "
        "Tocar para treinar ao lado do original.")
ON_WAY = ("Desvio: {done} {steps} com γ = {gamma} (o original usou {own}) e taxa {rate}. {verdict}")
COMPARED = "Com as mesmas 500 imagens: desvio {here}, original {there}."
ASK = "Para comparar, aperte “Medir com 500”."

ROWS = ("Distância {distance}: quanto menor, mais o conjunto se parece com o real. Piso, real contra real: "
        "{floor}.",
        "Perdas (passos {a} a {b}): dizem quem leva vantagem agora, e não se o desenho é bom.",
        "Notas: acima de 0, D acha que é real. Quanto mais juntas as duas, menos ele distingue.",
        "Dígitos presentes: {classes} de 10 · entropia {entropy} (máximo 2,303) · pedido atendido: "
        "{agreement} %.")
FORK_ROWS = ("Com 500 imagens: desvio {here} · original, passo {step}: {there} · 500 reais: {floor}. Com "
             "poucas, ela sai maior.",
             "Por isso, compare estes três só entre si, e não com a distância de 10.000 imagens ({distance} "
             "no passo {step}).",
             "O desvio parte da média dos pesos de G e com o Adam zerado: até com o mesmo γ, o caminho é "
             "outro.",
             "Então, antes de culpar o γ, faça um desvio de controle com γ = {own}.")


def point_sentence(run: Timeline, point: int) -> str:
    """Say where the run stands at a point."""
    measured = {name: values[point] for name, values in run.measures.items()}
    news = FIRST if run.steps[point] == 0 else CLASSES.format(
        classes=int(measured["classes"]), agreement=_percent(measured["agreement"]))
    return POINT.format(n=point + 1, count=len(run.steps), step=run.steps[point], news=news,
                        distance=short(measured["frechet"]), times=short(measured["frechet"] / run.floor))


def fork_sentence(fork: Fork, own: float, there: float) -> str:
    """Say how far the fork has come, and how it compares where it was measured."""
    done = fork.game.steps - fork.start
    facts = {"start": fork.start, "gamma": gamma(fork.gamma), "own": gamma(own), "rate": num(fork.rate, 4),
             "done": done, "steps": "passo" if done == 1 else "passos"}
    if not done and fork.walk.op is None and 0 not in fork.measured:
        return LEFT.format_map(facts)
    here = fork.measured.get(done, math.nan)
    verdict = ASK if here != here else COMPARED.format(here=short(here), there=short(there))
    return ON_WAY.format_map(facts | {"verdict": verdict})


def rows(run: Timeline, point: int) -> list[str]:
    """Say what each number of a point means."""
    _, a, b = curve_at(run, "loss_D", run.steps[point])
    measured = {name: values[point] for name, values in run.measures.items()}
    facts = {"distance": short(measured["frechet"]), "floor": num(run.floor, 2), "a": a, "b": b,
             "classes": int(measured["classes"]), "entropy": num(measured["entropy"]),
             "agreement": _percent(measured["agreement"])}
    return [row.format_map(facts) for row in ROWS]


def fork_rows(fork: Fork, own: float, there: float, floor: float) -> list[str]:
    """Say the quick distances of the fork, and how to read them."""
    here = fork.measured.get(fork.game.steps - fork.start, math.nan)
    beside = fork.beside
    facts = {"here": short(here), "there": short(there), "floor": short(floor), "own": gamma(own),
             "step": fork.run.steps[beside], "distance": short(fork.run.measures["frechet"][beside])}
    return [row.format_map(facts) for row in FORK_ROWS]


def gamma(value: float) -> str:
    """Write γ as its list does."""
    return GAMMAS.get(value, num(value))


def short(value: float) -> str:
    return num(value, 2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0)


def _percent(share: float) -> str:
    return num(100 * share, 0 if share == 1 else 1)
