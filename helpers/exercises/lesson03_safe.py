"""Exercise 3.5: biases that make a safe of a cell: it keeps, lets nothing in and shows nothing."""

from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, brief, entries, numbers, refused
from helpers.exercises.running import Given
from helpers.lstm.cell import GATES, LSTMCell
from helpers.lstm.sequence import Script, trace

STEPS, KEPT, MOVED, SHOWN = 100, 0.99, 0.01, 0.01    # what is asked
INPUTS = (0.0, 3.0, -3.0)                            # the same in every step; tanh(3) = 0.995
START = (
    "O dicionário ainda está como veio. Troque cada `...` por um número e execute a célula de novo.",
    "Com W e U em 0, cada portão vale σ(viés), sempre o mesmo. Guardar pede f perto de 1; ignorar a entrada, "
    "i perto de 0; esconder, o perto de 0. Mas são 100 passos: quão perto?",
    "σ(10) = 0,99995 e σ(−10) = 0,00005. Viés positivo e grande abre; negativo e grande fecha.",
)
RIGHT = ("Um cofre. Na célula do curso, depois de {steps} passos, sobra {kept} da memória; com a entrada "
         "presa em 3 ou em −3, c muda no máximo {moved}; e |h| nunca passa de {shown}. O forget gate "
         "vale {f}: cada passo perde quase nada, mas são {steps}.")
HINTS: Hints = {
    "kind": ("Chegou algo do tipo `{kind}`; o esperado é um dicionário com três vieses: f, i e o.",
             "Entre chaves: cada letra entre aspas, dois-pontos e um número."),
    "letters": ("O dicionário tem estas chaves: {found}. O esperado são f, i e o.",
                "Uma chave por portão. A camada g já vem pronta."),
    "missing": ("Falta trocar `...` em {count} de três lugares.", "Cada portão tem o seu viés."),
    "number": ("O viés {name} é do tipo `{kind}`; o esperado é um número.",
               "Escreva um número com ponto decimal, sem aspas."),
    "finite": ("O viés {name} não é um número finito. Nenhum treino chegaria lá.",
               "Não é preciso ir tão longe: σ(10) já é 0,99995."),
    "gate_values": ("Vieses entre 0 e 1 não bastam: viés não é o valor do portão. Com estes, f = {f}, i = "
                    "{i} e o = {o}, e sobra {kept} da memória.",
                    "O portão é σ(viés). Para que ele fique perto de 0 ou de 1, o viés tem de ser grande, "
                    "negativo ou positivo."),
    "reversed": ("É o contrário: f = {f} apaga, i = {i} deixa entrar, e o = {o} mostra. Sobra {kept} da "
                 "memória.",
                 "Forget gate 1 guarda. Os sinais dos três vieses estão trocados."),
    "f_negative": ("Com esse viés, o forget gate vale {f}, e depois de {steps} passos sobra {kept} da "
                   "memória.",
                   "Forget gate 1 guarda, 0 apaga: o viés de f deve ser positivo."),
    "f_low": ("O forget gate vale {f}. Parece perto de 1, mas depois de {steps} passos sobra {kept} da "
              "memória; o pedido é 0,99.",
              "A memória é multiplicada por f em cada passo: f¹⁰⁰ ≥ 0,99 pede f ≥ 0,9999. Aumente o viés de "
              "f."),
    "i_positive": ("O input gate vale {i}: está aberto. Com a entrada em 3 ou −3, c se mexe {moved}.",
                   "Para fechar um portão, o viés é negativo."),
    "i_high": ("O input gate vale {i}. O que passa é pouco, mas passa {steps} vezes: c se mexe {moved}, e o "
               "pedido é no máximo 0,01.",
               "100 · i deve ficar abaixo de 0,01. Deixe o viés de i mais negativo."),
    "o_positive": ("O output gate vale {o}: está aberto, e |h| chega a {shown}.",
                   "Para esconder, o viés de o é negativo."),
    "o_high": ("O output gate vale {o}, e |h| chega a {shown}; o pedido é no máximo 0,01.",
               "Deixe o viés de o mais negativo. Aqui os passos não se somam: basta σ(viés) até 0,01."),
}


def judge(given: Given) -> str:
    """Run the course's cell with these biases and measure what it keeps, lets in and shows."""
    biases = _read(given.value)
    if not all(bias.isfinite() for bias in biases.values()):
        raise refused(HINTS, "finite", name=next(name for name in GATES if not biases[name].isfinite()))
    seen = measured({name: bias.item() for name, bias in biases.items()})
    facts = {name: brief(seen[name], 5) for name in GATES}
    facts |= {name: brief(seen[name], 4) for name in ("kept", "moved", "shown")} | {"steps": STEPS}
    opens = {name: biases[name].item() > 0 for name in GATES}
    key = None
    if all(0 <= bias <= 1 for bias in biases.values()):
        key = "gate_values"
    elif opens == {"f": False, "i": True, "o": True}:
        key = "reversed"
    elif seen["kept"] < KEPT:
        key = "f_low" if opens["f"] else "f_negative"
    elif seen["moved"] > MOVED:
        key = "i_positive" if opens["i"] else "i_high"
    elif seen["shown"] > SHOWN:
        key = "o_positive" if opens["o"] else "o_high"
    if key:
        raise refused(HINTS, key, **facts)
    return RIGHT.format(**facts)


def measured(biases: dict[str, float]) -> dict[str, float]:
    """Walk 100 steps from c = 1 with three constant inputs, g = tanh(x) and no other weights.

    kept: c at the end where x = 0; moved: how far the inputs shift c; shown: the largest |h|; f, i, o.
    """
    cell = LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        cell.g.W[:] = 1
        for name, bias in biases.items():
            getattr(cell, name).b[:] = bias
        xs = torch.tensor(INPUTS, dtype=torch.float64).view(1, -1, 1).repeat(STEPS, 1, 1)    # [100, 3, 1]
        seen = trace(cell, Script(xs, memory={("c", 0): torch.ones(1, dtype=torch.float64)}))
    c = seen["c"].squeeze(-1)    # [100, 3]
    return {"kept": c[-1, 0].item(), "moved": (c - c[:, :1]).abs().max().item(),
            "shown": seen["h"].abs().max().item(), **{name: seen[name].max().item() for name in GATES}}


def _read(value: Any) -> dict[str, Tensor]:
    """Read three biases; the untouched dictionary is 'ainda não'."""
    value = entries(value, GATES, HINTS, START)
    biases = {}
    for name in GATES:
        read = numbers(value[name])
        if read is None or read.numel() != 1:
            raise refused(HINTS, "number", name=name, kind=type(value[name]).__name__)
        biases[name] = read.reshape(())
    return biases


CHECK = Check((), START, judge)
