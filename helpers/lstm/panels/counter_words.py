"""What the counter's panel says: labels, the sentence of a finished step, the answer about h."""

import math
from collections.abc import Sequence

import torch

from helpers.lstm import tally
from helpers.lstm.counter_figures import exact
from helpers.ui.style import num

PRESET, UNDO = "Sequência", "Desfazer"
PRESETS = {"updown": "8 para cima, 8 para baixo", "up": "20 para cima",
           "hidden": "8 escondidos (o = 0), depois abre", "leak": "8 para cima com f = 0,9, depois 0",
           "limit": "perto de 2²⁴", "free": "só os seus cliques"}
MOVES = {"minus": ("−1", -1.0, "Mais um passo, com x = −1 (tecla −)"),
         "zero": ("0", 0.0, "Mais um passo, com x = 0 (tecla 0)"),
         "plus": ("+1", 1.0, "Mais um passo, com x = +1 (tecla +)")}
LEVELS = {"f": "f = {} (1 guarda, 0 apaga)", "o": "o = {} (1 mostra, 0 esconde)"}
CHART = {"c": "c(t), longo prazo: cresce sem teto", "x": "x(t)", "steps": "passo t",
         "h": "h(t), curto prazo: só de −1 a 1"}
ROOF = "só com +1: teto 1/(1 − f) = {}"
HEAD = ("t", "x", "c(t)", "tanh(c)", "h(t)", "1 − |h|")
HINT = "+1, 0 e −1 (ou as teclas) dão um passo de tempo; Passo (→) faz uma operação; Rodada, um passo."
QUESTION = "Só com h(t), dá para saber a contagem?"
FORMULA = (("c(t) = ", "c"), ("f·c(t−1)", "kept"), (" + ", "c"), ("i·g", "added"), ("\u00a0\u00a0\u00a0", ""),
           ("h(t) = ", "h"), ("o", "o"), ("·", "h"), ("tanh(c(t))", "squashed"))

START = ("Antes do passo {n}, c = {c} e h = {h}. Aperte +1, 0 ou −1 para dar um passo seu, ou Tocar para "
         "seguir a sequência.")
SET = "{gate} = {value} do passo {n} em diante. Aperte +1, 0, −1 ou Rodada."
COUNTS = "Passo {t}, x = {x}: c({t}) = {c}, a conta certa. h({t}) = {h}: {gap}."
HIDDEN = ("Passo {t}: com o = 0, h({t}) = 0 e a célula não mostra nada. Mas c({t}) = {c} continua lá: abra o "
          "output gate e dê um passo com x = 0.")
LEAKS = ("Passo {t}: c({t}) = {f}·{before} {plus} = {c}. Com f menor que 1, uma parte da contagem vaza a "
         "cada passo. h({t}) = {h}.")
LEAKED = ("Passo {t}: c({t}) = {before} {plus} = {c}. Com f = 1, nada vaza neste passo, mas uma parte da "
          "contagem já tinha vazado: a conta certa é {plain}. h({t}) = {h}.")
STUCK = ("Passo {t}: x = {x}, mas c({t}) continua {c}. O inteiro seguinte não existe em float32: agora c "
         "também perde a conta.")
LOST = ("Passo {t}: c({t}) = {c}, mas a conta certa é {true}. O que não coube em float32 perto de 2²⁴ não "
        "volta mais.")
FULL = "{same}, … dão todas este mesmo número, e só c ainda sabe qual é"
NEAR = "falta só {rest} para 1, e ainda dá para ler {c}"
SUM = {False: "c(0) + Σ x", True: "Σ x·f·f…"}
AT_START = ("h(0) = 0 é só o ponto de partida, não o·tanh(c(0)).", "Ainda não: nenhum passo foi dado.")
PLAIN = "ainda dá para ler {c}"


def start(n: int, c: float, h: float) -> str:
    """Say where we are before step n (from 1)."""
    return START.format(n=n, c=exact(c), h=num(h, 7))


def sentence(t: int, x: float, cs: Sequence[float], h: float, f: float, o: float, true: float,
             plain: float) -> str:
    """Say a finished step, t from 1; cs: c(t−1) and c(t).

    true, plain: what c would be without rounding, and without any leak either.
    """
    before, c = cs
    same = tally.twins(torch.tensor(h), o)
    facts = {"t": t, "x": signed(x), "c": exact(c), "before": exact(before), "h": num(h, 7), "f": num(f, 2),
             "plus": f"+ {exact(x)}" if x >= 0 else f"− {exact(-x)}", "rest": gap(h),
             "true": exact(true), "plain": exact(plain), "same": listed(same, c)}
    if f == 1 and x and c == before:
        return STUCK.format_map(facts)
    if f == 1 and abs(c - true) >= 1:
        return LOST.format_map(facts)
    if o == 0:
        return HIDDEN.format_map(facts)
    if f != 1:
        return LEAKS.format_map(facts)
    if true != plain:
        return LEAKED.format_map(facts)
    how = FULL if len(same) != 1 else NEAR if abs(c) >= 4 and o == 1 else PLAIN
    return COUNTS.format_map(facts | {"gap": how.format_map(facts)})


def signed(x: float) -> str:
    """Write an input with its sign."""
    return f"+{exact(x)}" if x > 0 else exact(x)


def listed(counts: list[int], c: float) -> str:
    """List the first three counts from 0 on, on c's side."""
    return ", ".join(exact(n) for n in (counts[:3] if c > 0 else counts[:-4:-1]))


def answers(c: float, h: torch.Tensor, o: float, formula: float, leaks: bool) -> list[tuple[str, bool]]:
    """Answer whether h tells the count: lines (words, bold).

    formula: c as a sum; leaks: f was less than 1 somewhere.
    """
    ratio = h.item() / o if o else math.nan
    read = math.atanh(ratio) if abs(ratio) < 1 else math.copysign(math.inf, ratio) if o else math.nan
    return [(f"artanh(h/o) = {num(read, 4)}, o caminho de volta", False),
            (_verdict(c, tally.twins(h, o), o), True), *_limits(),
            (f"{SUM[leaks]} = {exact(formula)}; na célula: {exact(c)}", False)]


def answers_at_start() -> list[tuple[str, bool]]:
    """Answer before the first step: h(0) is no o·tanh(c(0))."""
    return [(AT_START[0], False), (AT_START[1], True), *_limits()]


def _limits() -> list[tuple[str, bool]]:
    first = tally.blind_from(torch.float32)
    return [(f"tanh(c) vira 1 exato: em float32, de {first} em diante;", False),
            (f"em float64, de {tally.blind_from(torch.float64)} em diante.", False),
            (f"c soma 1 sem erro até 2²⁴ = {exact(tally.count_limit(torch.float32))} (float32).", False)]


def _verdict(c: float, same: list[int], o: float) -> str:
    if o == 0:
        return "Não: com o = 0, h é 0 para qualquer c."
    if c != int(c):
        return "c não é inteiro: a contagem vazou."
    if same == [int(c)]:
        return f"Sim: só a contagem {exact(c)} dá este h."
    return f"Não: {listed(same, c)}, … dão todas este mesmo h."


def table_row(t: int, x: float, c: float, squashed: float, h: float) -> tuple[str, ...]:
    """Write one step's row of the table."""
    return (str(t), signed(x), exact(c), num(squashed, 7), num(h, 7),
            gap(h))


def gap(h: float) -> str:
    """Write how far h is from 1 or −1."""
    rest = 1 - abs(h)
    return num(rest, 4 if rest >= 0.01 else 1)    # small ones with a power of ten
