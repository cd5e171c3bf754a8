"""What Gradientes no tempo says: labels, legends, the sentence with its numbers."""

from helpers.lstm.gradient_figures import Tally, short
from helpers.lstm.order import BUDGET, FRESH, HIDDEN, TASK, Series
from helpers.ui.style import num

BIAS, UNITS, SEEDS = "Viés b_f do forget gate: {}", "Unidades", "Sementes"
SEED_RANGE = "{first} a {last}"
BUTTONS = {
    "lstm": ("Treinar a LSTM (b_f = {bias})", "Treinar a LSTM com este b_f, semente a semente", 250),
    "rnn": ("Treinar a RNN simples", "Treinar a RNN simples com a mesma receita", 200),
    "play": ("Continuar (espaço)", "Continuar ou pausar o treino (barra de espaço)", 178)}
PAUSE = "Pausar (espaço)"
HINT = "k: clique no gráfico ou ← →"

CURVES = {"whole": "LSTM, por todos os caminhos", "by_c": "LSTM, caminho direto (Πf)",
          "rnn": "RNN simples"}
REACH = {"title": "|∂h(T)/∂x(T−k)|, antes do treino, T = {steps}, b_f = {bias}",
         "measure": "O maior efeito de uma entrada de x(T−k) sobre uma unidade de h(T)",
         "axis": "k, em passos",
         "lost": "No cinza: somado ao termo de k = 0 em float32, some"}
FIRST, SECOND = "1º", "2º"
READINGS = {"at": "Em k = {k}", "middle": "mediana", "range": "menor a maior", "to": "a"}
KEPT = "Πf, na unidade que mais guarda: {kept} ({mean} por passo)"
KEPT_NONE = "Πf em k = 0 é 1: de c(T) a c(T) não há passo nenhum"

RULES = (f"Ordem temporal: T = {TASK.steps}, {HIDDEN} unidades", "Dois símbolos, X ou Y, entre distratores;",
         "no fim: XX, XY, YX ou YY?  Em amarelo,", "à esquerda: os k em que eles chegam.")
ORDER = {"title": "Acertos, uma linha por semente", "empty": "aperte um botão Treinar",
         "axis": "atualizações", "chance": "chute", "one": "só um dos símbolos"}
ORDER_OF = "Acertos: {name}"
SCORE = "Sementes que chegam a 99 %"
SCORE_EMPTY = "Ainda nenhuma: qual é o seu palpite?"
SUMS, SO_FAR = "{solved} de {count} · até {seconds} s", "{solved} de {count}, {so_far}"
GOING_ON, STOPPED = "treinando", "incompleto"
MARK = {True: "✓", False: "✗", None: "·"}

AT = ("Em k = {k}, o maior efeito de x(T−k) sobre h(T), mediana de {count} sementes: LSTM com b_f = {bias}, "
      "{whole}; só pelo caminho direto, {by_c}; RNN simples, {rnn}.")
TRAINING = ("Treinando a {name}, semente {seed}: {updates} atualizações, {right}\u00a0% de acertos em "
            "{fresh} sequências novas (chute: 25\u00a0%; só um dos símbolos: 50\u00a0%).")
OVER = ("{name}: {solved} de {count} sementes chegaram a 99\u00a0% de acertos em até {budget} atualizações; "
        "a mais demorada levou {seconds} s. Última medida: de {low} a {high}\u00a0%.")
NAMES = {"lstm": "LSTM com b_f = {bias}", "rnn": "RNN simples"}
SHORT = {"lstm": "b_f = {bias}", "rnn": "RNN"}


def bias(value: float | None) -> str:
    """Write a forget bias as short as it is."""
    return "" if value is None else f"{value:g}".replace(".", ",").replace("-", "−")


def kept(product: float, k: int) -> str:
    """Say what Πf is after k steps, and its geometric mean for one step."""
    return KEPT.format(kept=short(product), mean=num(product ** (1 / k), 3)) if k else KEPT_NONE


def name(series: Series, names: dict[str, str] = NAMES) -> str:
    """Name a series' net."""
    return names[series.kind].format(bias=bias(series.forget_bias))


def tally(series: Series, lit: bool) -> Tally:
    """Write a series' row of the score."""
    results = series.results
    solved = [one.solved for one in results]
    marks = "".join(MARK[mark] for mark in [*solved, *[None] * (len(series.seeds) - len(solved))])
    sums = (SUMS if series.done else SO_FAR).format(
        so_far=GOING_ON if lit else STOPPED, solved=sum(solved), count=len(series.seeds),
        seconds=num(max((one.seconds for one in results), default=0.0), 1))
    return Tally(name(series, SHORT), marks, sums, lit)


def progress(series: Series) -> str:
    """Say where a training stands, or how it ended."""
    run, right = series.runs[-1], [100 * one.right for one in series.results]
    if not series.done:
        return TRAINING.format(name=name(series), seed=run.seed, updates=run.updates,
                               right=f"{100 * run.tests[-1][1]:.0f}", fresh=num(FRESH, 0))
    return OVER.format(name=name(series), solved=sum(one.solved for one in series.results),
                       count=len(series.seeds), budget=BUDGET, low=num(min(right), 1),
                       high=num(max(right), 1), seconds=num(max(one.seconds for one in series.results), 1))
