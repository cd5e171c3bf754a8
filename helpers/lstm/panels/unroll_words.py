"""What the panel of the walk in time says: the sentence of each operation, labels, the numbers of a step."""

from collections.abc import Mapping

import numpy as np

from helpers.ui.style import num

SCENES = {"register": "registrador à mão", "trained": "registrador treinado",
          "random": "4 unidades sorteadas", "impulse": "um impulso", "counter": "contador à mão",
          "learned": "o que você treinou", "own": "a sua célula"}
INPUTS = {"value": "valor", "write": "grava", "erase": "apaga", "read": "lê"}
SCENE, OTHER, INPUT, X, IMPULSE, UNDO = "Sequência", "Outra", "Entrada", "x", "Impulso", "Desfazer"
STEP, UNIT, GATE, LEVEL, WHERE, HELD = "Passo t", "Unidade", "Portão", "Valor", "Onde", "Preso"
TIPS = {"other": "Sortear outra sequência ou outros pesos",
        "impulse": "Zerar as entradas e pôr 1 na entrada escolhida, no passo escolhido",
        "undo": "Desfazer a última edição",
        "held": "Prender o portão neste valor, ou soltá-lo"}
PLACES = {"cell": "neste passo e unidade", "column": "neste passo, em todas",
          "row": "sempre, nesta unidade", "all": "sempre, em todas"}
TITLE = "Passo {t} · unidade {u}"
NOTES = ("cinza: ainda não calculado", "– no mapa: negativo", "● no mapa: portão preso")
ANSWERS = ("□ alvo", "■ resposta")
HINT = "Passo (→) faz uma operação; Rodada, um passo de tempo; clique num mapa para ver os números."

START = ("Antes do passo {t}: h({b}) = {h_prev} e c({b}) = {c_prev} na unidade {u}. Aperte Rodada: cada "
         "passo de tempo preenche uma coluna de cada mapa.")
SENTENCES = {
    "inputs": "Passo {t}: chegam x({t}), h({b}) = {h_prev} e c({b}) = {c_prev} (unidade {u}). As quatro "
              "camadas olham para x e h; c passa por cima delas.",
    "z_g": "Camada principal g, unidade {u}: W·x + U·h + b = {z_g}. Falta a tanh.",
    "z_f": "Controladora f, unidade {u}: W·x + U·h + b = {z_f}. Falta a função logística σ.",
    "z_i": "Controladora i, unidade {u}: W·x + U·h + b = {z_i}. Falta a função logística σ.",
    "z_o": "Controladora o, unidade {u}: W·x + U·h + b = {z_o}. Falta a função logística σ.",
    "g": "g = tanh({z_g}) = {g}: é o candidato a entrar na memória.",
    "f": "f {how_f} {f}: o portão vai guardar {percent_f} de c({b}). 1 guarda tudo, 0 apaga.",
    "i": "i {how_i} {i}: o portão vai deixar entrar {percent_i} de g.",
    "o": "o {how_o} {o}: o portão vai mostrar {percent_o} de tanh(c).",
    "kept": "f·c({b}) = {f}·{c_prev_} = {kept}: é o que fica da memória antiga.",
    "added": "i·g = {i}·{g_} = {added}: é o que entra na memória.",
    "c": "c({t}) = {kept} + {added_} = {c}. A memória foi de {c_prev} para {c}.",
    "squashed": "tanh(c) = {squashed}. Só a cópia é espremida: a memória continua {c}.",
    "h": "h({t}) = o·tanh(c) = {o}·{squashed_} = {h}.",
    "y": "Passo {t} pronto: y({t}) = h({t}) = {h} é a saída. Para o passo seguinte ficam h({t}) e "
         "c({t}) = {c}.",
}
ASKED = ("Passo {t}, unidade {u}: f = {f} guarda {kept} de c({b}) = {c_prev}; i·g acrescenta {added}; "
         "c({t}) = {c} e h({t}) = {h}.")
OPENED = " Aberto em “{title}”."
NOT_YET = "A coluna {t} ainda não foi calculada: aperte Rodada até chegar nela."
EDITED = "{what} Unidade {u}: c({t}) foi de {old_c} para {new_c}, e h({t}) de {old_h} para {new_h}."
SET_X = "{name}({t}) vale {value}, e tudo foi recalculado."
SET_HOLD = "{gate} está preso em {value}: {where}."
FREED = "{gate} está livre: {where}."
KICKED = "Só um impulso: {name}({t}) = 1 e todas as outras entradas 0."


def short(value: float) -> str:
    """Write a number with three digits after the comma, small ones with four."""
    return num(value, 3 if abs(value) >= 0.1 else 4)


def factor(value: float) -> str:
    """The same, in parentheses where it is negative."""
    return f"({short(value)})" if value < 0 else short(value)


def facts(known: Mapping[str, float], t: int, unit: int, held: Mapping[str, bool]) -> dict[str, str]:
    """Word what is known of one unit's step t (from 0): numbers, shares in percent, held or computed."""
    out = {"t": str(t + 1), "b": str(t), "u": str(unit + 1)}
    for name, value in known.items():
        out |= {name: short(value), f"{name}_": factor(value)}
    for gate in "fio":
        out[f"how_{gate}"] = "está preso em" if held.get(gate) else f"= σ({out.get(f'z_{gate}', '')}) ="
        if gate in known:
            out[f"percent_{gate}"] = f"{num(100 * known[gate], 1 if 0.001 < known[gate] < 0.999 else 0)} %"
    return out


def rows(known: Mapping[str, float], t: int, held: Mapping[str, bool], xs: list[float],
         answer: tuple[float | None, float | None] | None, op: str) -> list[tuple[str, str, bool]]:
    """List the numbers of one unit's step: (chip, words, lit); answer: (wanted, given)."""
    def said(name: str) -> str:
        return short(known[name]) if name in known else "—"

    out = [("", "x = " + " · ".join(num(x, 0 if x == int(x) else 2) for x in xs), op == "inputs")]
    for name in "fiog":
        squash = "tanh" if name == "g" else "σ"
        how = ", preso" if held.get(name) else ""
        words = (f"{name} = {squash}(z) = {said(name)}" if not how else f"{name} = {said(name)}{how}")
        if name not in known and f"z_{name}" in known:
            words = f"{name}: z = {said(f'z_{name}')}"
        out.append((name, words, op in (name, f"z_{name}")))
    out += [("", f"{name} = {said(key)}", op in ops) for name, key, ops in (
        (f"c({t})", "c_prev", ("inputs",)), (f"f·c({t})", "kept", ("kept",)), ("i·g", "added", ("added",)),
        (f"c({t + 1})", "c", ("c",)), ("tanh(c)", "squashed", ("squashed",)),
        (f"h({t + 1})", "h", ("h", "y")))]
    if answer:
        wanted, given = ("—" if value is None else short(value) for value in answer)
        out.append(("", f"alvo {wanted} · dá {given}", False))
    return out


def names(inputs: tuple[str, ...]) -> list[str]:
    """Name the inputs; the only one is x."""
    return [INPUTS.get(name, name) for name in inputs] if len(inputs) > 1 else ["x"]


def sentence(op: str, known: Mapping[str, float], t: int, unit: int, held: Mapping[str, bool]) -> str:
    """Say an operation of step t for one unit; op '': before the first one."""
    return (SENTENCES[op] if op else START).format_map(facts(known, t, unit, held))


def asked(known: Mapping[str, float], t: int, unit: int, held: Mapping[str, bool], title: str) -> str:
    """Say a step that was clicked; title: of the panel where it is open too."""
    if "h" not in known:
        return NOT_YET.format(t=t + 1)
    return ASKED.format_map(facts(known, t, unit, held)) + (OPENED.format(title=title) if title else "")


def effect(news: str, old: Mapping[str, np.ndarray], new: Mapping[str, np.ndarray], last: int,
           unit: int) -> str:
    """Say an edit and what it changed in the last step that is done; old, new: values [steps, units]."""
    if last < 0:
        return news
    was, now = ({name: short(float(values[name][last, unit])) for name in "ch"} for values in (old, new))
    return EDITED.format(what=news, t=last + 1, u=unit + 1, old_c=was["c"], new_c=now["c"], old_h=was["h"],
                         new_h=now["h"])
