"""What the panel of the challenges says: names, choices, the step in one sentence, results and hints."""

from collections.abc import Sequence

from helpers.lstm.cell import LAYERS
from helpers.lstm.challenge_attempt import PLAN
from helpers.lstm.challenge_exam import Diagnosis, Grade
from helpers.lstm.challenges import SCALE, Challenge, Choice
from helpers.lstm.learning import REGISTER
from helpers.ui.style import num

SOLVED = "{name} · {count} de {all} desafios com ★★★"
NAMES = {"memory": "Memória", "latch": "Trava", "counter": "Contador", "register": "Registrador"}
STORIES = {
    "memory": ("Chega um valor a cada passo. Guarde só o",
               "primeiro, o da marca, e responda com ele."),
    "latch": ("Depois de liga, responda 1.", "Depois de desliga, responda 0."),
    "counter": ("Chegam +1 e −1. Responda sempre com a", "soma de tudo o que já chegou."),
    "register": ("grava troca o valor guardado; apaga põe 0.", "Responda com ele só quando chega lê.")}
READS = f"Leitura: resposta = {SCALE:.0f}·h(t)"
INPUTS = {"value": "valor", "mark": "marca", "set": "liga", "reset": "desliga", "move": "x",
          "write": "grava", "erase": "apaga", "read": "lê"}
ROWS = {"g": "g leva", "f": "f guarda", "i": "i grava", "o": "o mostra"}
CUSTOM, NOTHING = "números seus", "nada: 0"
CHOICES = {"half": "sempre pela metade", "open": "sempre aberto", "shut": "sempre fechado",
           "opens": "só abre com {}", "shuts": "só fecha com {}", "small": "{} em miniatura (× 0,01)",
           "whole": "{} inteiro (× 1)", "constant": "sempre 0,01", "nothing": NOTHING}
ASK = {"g": "g(t) leva", "f": "f(t), guardar", "i": "i(t), gravar", "o": "o(t), mostrar"}
VIEWS = {"gates": "Portões", "numbers": "Números", "adam": "Adam tenta"}
CHALLENGE, WEIGHT, NUMBER, COARSE, SEED, START = "Desafio", "Peso", "Valor", "Ajuste", "Semente", "Partida"
STARTS = {"plain": "a do PyTorch: pesos até ±1", "small": "miúda: pesos até ±0,1, f com viés 1"}
RECIPE = (f"Adam com taxa {num(REGISTER['lr'], 2)} e 64 sequências novas a cada passo; "
          f"{PLAN} passos por semente.")
BUTTONS = {    # key: (icon, label, tooltip, width)
    "check": ("check", "Verificar", "Fazer um exame com 200 sequências novas (barra de espaço)", 120),
    "hint": ("lightbulb-o", "Dica", "Dizer o que a medida mostra, um pouco mais a cada vez", 90),
    "example": ("random", "Outro exemplo", "Mostrar outra sequência", 150),
    "undo": ("undo", "Desfazer", "Desfazer a última mudança nos pesos", 115),
    "clear": ("eraser", "Zerar pesos", "Pôr todos os pesos em 0", 130),
    "reset": ("fast-backward", "Início", "Voltar aos pesos sorteados desta semente", 96),
    "back": ("step-backward", "Voltar", "Desfazer 25 passos do Adam (tecla ←)", 96),
    "step": ("step-forward", "25 passos", "Dar 25 passos do Adam (tecla →)", 115),
    "play": ("play", "Tocar", "Treinar, semente após semente, ou pausar (barra de espaço)", 96)}
PAUSE = ("pause", "Pausar")
LANES = {"right": "certa", "given": "dada", "far": "vai até {}", "f": "f (1 guarda)", "i": "i (1 grava)",
         "o": "o (1 mostra)", "g": "g, até ±{}", "c": "c, até ±{}"}
CHART = {"steps": "passo {}"}
YOURS, ADAMS = "Os seus pesos · resposta = 100·h", "Os do Adam · resposta = {head}·h {sign} {bias}"
LEGEND = ("— sempre 0", "- - você", "à mão, a nossa")
NOT_YET, EXAM = "Ainda sem exame", "Exame nº {}: {}"
RULES = ("★ até metade do erro de ‘sempre 0’,", "★★ até um décimo, ★★★ até um milésimo.")
ERRORS = ("seu erro", "sempre 0", "à mão, a nossa solução")
HERE = "seu erro neste exemplo"

STEP = ("Passo {t}, {what}: c = f·c + i·g = {f}·{before} + {i}·{g} = {c}. Resposta: 100·o·tanh(c) = {y}; "
        "o certo é {target}. {advice}")
TRY = {"gates": "Escolha o que cada camada faz e aperte Verificar.",
       "numbers": "Mude os pesos e aperte Verificar."}
DONE = ("{stars} Erro {error} em 200 sequências novas, contra {zero} de ‘sempre 0’. A célula faz o trabalho. "
        "Agora deixe o Adam tentar.")
HINT = "Dica {n} de {all}: "
FAILED = "Exame nº {number}: erro {error}, contra {zero} de ‘sempre 0’. {first}"
ONLY = "Medimos: trocando só a {layer} pela da nossa solução, o erro cai a {alone}. É só isso que falta."
MANY = "Medimos: há {count} camadas a mudar ({names}). Comece pela {layer}."
GOOD = "★★★: não há o que consertar. Agora escolha Adam tenta."
LAYER = {"g": "camada principal g(t)", "f": "camada f(t) (forget gate)", "i": "camada i(t) (input gate)",
         "o": "camada o(t) (output gate)"}
GATE = {"f": "o forget gate", "i": "o input gate", "o": "o output gate"}
VALUE = "Olhe {gate} {where}: ele vale {own}, e na nossa solução vale {right}. (1 é aberto, 0 é fechado.)"
MAIN = {"nothing": "g(t) leva 0 justo quando o input gate precisa abrir: nada de novo chega à memória.",
        "large": "g(t) tem tamanho {own}, e o da nossa solução é {right}. Grande assim, a tanh o deforma, "
                 "e a leitura ainda o multiplica por 100.",
        "faint": "g(t) tem tamanho {own}, e o da nossa solução é {right}: chega pouco à memória.",
        "other": "g(t) leva outra coisa (tamanho {own}), e não o que a memória precisa guardar."}
WAYS = {("f", "high"): "O forget gate não fecha {where}: o valor antigo fica somado ao novo, ou não é "
                       "apagado. Faça-o fechar ali (f = 0 apaga).",
        ("f", "low"): "O forget gate não fica aberto {where}: a memória se perde ali. Deixe-o em 1, que "
                      "GUARDA.",
        ("i", "high"): "O input gate não fecha {where}: entra na memória o que ninguém mandou gravar. "
                       "Feche-o ali.",
        ("i", "low"): "O input gate não abre {where}: o valor novo fica de fora. Abra-o ali.",
        ("o", "high"): "O output gate não fecha {where}: a resposta aparece quando o certo é 0. Feche-o ali.",
        ("o", "low"): "O output gate não abre {where}: a memória pode estar certa, mas não aparece. "
                      "Abra-o ali.",
        ("g", ""): "Faça g(t) levar {what}: tão pequeno, passa pelas duas tanh quase sem mudar, e a leitura "
                   "devolve o tamanho."}

RAW = ("Semente {seed}: pesos sorteados, erro {error}. O seu erro, nas mesmas sequências: {yours} {mine}. "
       "Aperte Tocar: o Adam treina uma unidade como a sua, e a leitura.")
UNDER_WAY = ("Semente {seed}, passo {steps} de {plan}: o erro do Adam é {error} {stars}; o seu, nas mesmas "
             "sequências, é {yours} {mine}.")
OVER = "Semente {seed}, {plan} passos: o Adam chegou a {error} {stars}; você, a {yours} {mine}. "
TALLY = "Com esta partida, {good} de {count} sementes prontas ganharam ★★ ou mais."
OTHER = " Com a outra, {good} de {count}."


def stars(count: int) -> str:
    """Write 0 to 3 stars."""
    return "★" * count + "☆" * (3 - count)


def short(value: float) -> str:
    """Write a weight set by hand in at most six characters."""
    if value == round(value):
        return num(value, 0)
    return rough(value) if abs(value) >= 0.01 else f"{value:.3f}".replace(".", ",").replace("-", "−")


def rough(value: float) -> str:
    """Write a weight that was found, to two decimals, one from 10 on."""
    return f"{value:.{1 if abs(value) >= 10 else 2}f}".replace(".", ",").replace("-", "−")


def plain(value: float, digits: int) -> str:
    """Write a number; what σ leaves where a gate is shut, 10⁻¹³ of something, is written 0."""
    return "0" if abs(value) < 1e-6 else num(value, digits)


def error(value: float) -> str:
    """Write an error: two figures and a power of ten where it is small."""
    return num(value, 2 if value >= 1 else 4 if value >= 1e-3 else 1)


def choice(challenge: Challenge, some: Choice | None) -> str:
    """Say what a layer does."""
    if some is None:
        return CUSTOM
    names = [_on(challenge, k) if some.kind in ("opens", "shuts") else INPUTS[challenge.inputs[k]]
             for k in some.inputs]
    return CHOICES[some.kind].format(" ou ".join(names))


def heads(challenge: Challenge) -> list[str]:
    """Name the columns of the weights."""
    return [*(INPUTS[key] for key in challenge.inputs), "h", "b"]


def weight(challenge: Challenge, row: int, column: int) -> str:
    """Name a weight."""
    layer, names = LAYERS[row], heads(challenge)
    kind = "b" if column == len(names) - 1 else "U" if column == len(names) - 2 else "W"
    what = {"W": f": {names[column]}", "U": ": h(t−1)", "b": ""}[kind]
    return f"{kind} de {layer}{what}"


def arrived(challenge: Challenge, x: Sequence[float]) -> str:
    """Say which inputs a step has."""
    if challenge.key == "counter":
        return f"x = {num(x[0], 0).replace('1', '+1') if x[0] > 0 else num(x[0], 0)}"
    on = [INPUTS[challenge.inputs[k]] for k in challenge.commands if x[k] > 0]
    return "com " + ", ".join(on[:-1]) + " e " * (len(on) > 1) + on[-1] if on else "sem comando"


def where(challenge: Challenge, place: int | str) -> str:
    """Name a kind of step."""
    if place == "none":
        return "quando chega x = −1" if challenge.key == "counter" else "quando não chega comando"
    return "quando chegam vários comandos" if place == "several" else f"quando chega {_on(challenge, place)}"


def verdict(grade: Grade, zero: float) -> str:
    """Say how an exam went, and what to look at first."""
    facts = {"stars": stars(grade.stars), "number": grade.number, "error": error(grade.error),
             "zero": error(zero)}
    if grade.diagnosis is None:
        return DONE.format_map(facts)
    return FAILED.format_map(facts | {"first": _first(grade.diagnosis)})


def hint(challenge: Challenge, grade: Grade, level: int) -> str:
    """Say more of what was measured than the verdict did: in which steps, and what to do."""
    if grade.diagnosis is None:
        return GOOD
    fault = grade.diagnosis.fault
    place = where(challenge, fault.where) if fault.layer != "g" else ""
    digits = 4 if fault.layer == "g" else 2
    facts = {"own": plain(fault.own, digits), "right": plain(fault.right, digits), "where": place,
             "gate": GATE.get(fault.layer, "")}
    if level == 1:
        return (MAIN[fault.kind] if fault.layer == "g" else VALUE).format_map(facts)
    what = choice(challenge, challenge.solution[0])
    return WAYS[(fault.layer, "" if fault.layer == "g" else fault.kind)].format_map(facts | {"what": what})


def _first(found: Diagnosis) -> str:
    layer = LAYER[found.fault.layer]
    if len(found.wrong) == 1:
        return ONLY.format(layer=layer, alone=error(found.alone))
    return MANY.format(count=len(found.wrong), names=", ".join(found.wrong), layer=layer)


def _on(challenge: Challenge, command: int) -> str:
    return "x = +1" if challenge.key == "counter" else INPUTS[challenge.inputs[command]]
