"""What the live game says: its sentence, and its charts' words and numbers."""

from collections.abc import Sequence
from math import isfinite, log

from helpers.gan.charts import Chart
from helpers.gan.gauge import BLUR, SAMPLES, Reading
from helpers.ui.style import num

TITLES = ("Modos cobertos ↑", "Qualidade, até 3σ ↑", "KL reversa, modos ↓", "Divergência JS ↓")
KEY, PLAYED = "gerador perfeito · ↑↓ melhor", "rodadas jogadas: {}"
NO_MODES, NO_POINTS = "curva: sem modos", "nenhum ponto"
LOSSES, THEORY = "Perdas das últimas 120 rodadas", ", com o tracejado da teoria"
METHOD = "{samples} amostras, de z fixos · JS com desfoque h = {h}"
COUNTED = "{count} de {n}"

START = ("Rodada 0: G ainda não aprendeu. Aperte Tocar (espaço) e compare cada medida com o tracejado, "
         "o valor de um gerador perfeito.")
MODES = ("Rodada {turn}: {modes} modos, qualidade {quality} (perfeito: {best_quality}), KL reversa {kl}, "
         "JS {js} (perfeito: {best_js}).")
CURVE = "Rodada {turn}: JS {js} (perfeito: {best_js}). Uma curva não tem modos que se possam contar."
OUTSIDE = " {count} de {n} pontos fora da janela."
FAR = ("Rodada {turn}: {count} de {n} pontos fora da janela, JS {js} (perfeito: {best_js}). "
       "Se não voltarem, aperte Início e escolha uma taxa menor.")
HUGE = ("Rodada {turn}: uma perda já vale {worst}. A taxa está alta demais: aperte Início e escolha uma taxa "
        "menor.")
DIVERGED = ("Rodada {turn}: as redes explodiram. Há valores que são ∞ ou nem são números, e o treino não se "
            "recupera sozinho. Aperte Início e escolha uma taxa menor.")
FROM_HERE = "Vale a partir da rodada {turn}. "
LOST = 1e6    # a loss as large as this is no longer about the data


def sentence(turn: int, now: Reading, perfect: Reading, count: int, outside: tuple[int, int],
             worst: float) -> str:
    """Say where the game stands.

    count: the data's modes; outside: points beyond the window, of how many; worst: the largest loss of the
    turn in size, nan where a weight, a point or a loss is no number.
    """
    facts = {"turn": turn, "count": outside[0], "n": outside[1], "modes": counted(now.modes, count),
             "quality": percent(now.quality), "best_quality": percent(perfect.quality),
             "kl": num(now.reverse_kl, 4), "js": num(now.js, 4), "best_js": num(perfect.js, 4),
             "worst": num(worst)}
    if not isfinite(worst):
        said = DIVERGED
    elif outside[0] > outside[1] / 2:
        said = FAR
    elif worst > LOST:
        said = HUGE
    else:
        said = (MODES if count else CURVE) + (OUTSIDE if outside[0] else "")
    return said.format_map(facts)


def method() -> str:
    """Say how the measures were made."""
    return METHOD.format(samples=f"{SAMPLES:,}".replace(",", "."), h=num(BLUR, 1))


def charts(points: Sequence[tuple[float, Reading]], perfect: Reading | None, count: int) -> list[Chart]:
    """Describe the four charts of readings by turn; perfect: None where there is nothing to measure."""
    now = points[-1][1]
    rows = [    # of Reading, in its order: the top of the scale and its words, how a value is written
        (count or 1, str(count), counted(now.modes, count), lambda value: num(value, 1).removesuffix(",0")),
        (1, "100 %", percent(now.quality), percent),
        (max(log(count or 1), 0.1), f"log {count}" if count > 1 else "0,1", num(now.reverse_kl, 4),
         lambda value: num(value, 4)),
        (log(2), "log 2", num(now.js, 4), lambda value: num(value, 4)),
    ]
    out = []
    for n, (title, (top, top_words, value, written)) in enumerate(zip(TITLES, rows, strict=True)):
        best = perfect[n] if perfect else float("nan")
        empty = NO_POINTS if perfect is None else NO_MODES if best != best else ""
        out.append(Chart(title, value, [(turn, reading[n]) for turn, reading in points], (0, top),
                         ("0", top_words), best, written(best), empty))
    return out


def percent(share: float) -> str:
    """Write a share in per cent."""
    return f"{num(100 * share, 1)} %" if share == share else "—"


def counted(modes: float, count: int) -> str:
    """Write how many modes are covered, of how many."""
    return COUNTED.format(count=modes, n=count) if modes == modes else "—"
