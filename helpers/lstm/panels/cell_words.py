"""What A célula por dentro says, by operation: sentence, equation, the same with its numbers."""

from collections.abc import Mapping

from torch import Tensor

from helpers.lstm.cell import LSTMCell
from helpers.lstm.cell_figures import figure
from helpers.lstm.graph import Node, graph
from helpers.ui.style import num

NAMES = {"x": "x(t)", "h_prev": "h(t−1)", "c_prev": "c(t−1)", "g": "g", "f": "f", "i": "i", "o": "o",
         "z_g": "z", "z_f": "z", "z_i": "z", "z_o": "z", "kept": "f⊙c", "added": "i⊙g", "c": "c(t)",
         "squashed": "", "h": "h(t) = y(t)"}    # beside the wires
BOXES = {"g": "principal g", "f": "controladora f", "i": "controladora i", "o": "controladora o",
         "affine": "W x + U h + b"}
GATES = {"kept": "forget gate", "added": "input gate", "h": "output gate"}
TABLE, SEQUENCE = "Pesos da unidade {unit} (W em x, U em h)", "t = {t} de {steps}; entradas:"
HAND, COPY = "✎", "tanh(c)"
HINTS = ("Passo (→): uma operação. Rodada: um passo de tempo.",
         "Clique num número ou num peso para escolhê-lo;", "arraste, e tudo o que vem depois dele acompanha.")
SAME = "nossa célula × nn.LSTMCell{held}: diferença relativa máx. {apart}"
OTHER = "não é a conta de nn.LSTMCell{held}: diferença relativa {apart}"
HELD = " (sem ✎)"
ROUNDING = 1e-5    # a difference below this is rounding

START = ("Passo de tempo {t} de {steps}. Cada clique em Passo (→) faz uma operação da célula; Rodada faz o "
         "passo de tempo inteiro. Antes do primeiro, h e c valem 0.")
SENTENCES = {
    "inputs": "Passo de tempo {t}: entram x(t) = {x}, o estado de curto prazo h(t−1) = {h_prev} e o de longo "
              "prazo c(t−1) = {c_prev} da unidade {unit}.",
    "z": "A {role} {layer}(t) soma x(t) e h(t−1), cada um vezes o seu peso, e o viés: z = {z} na unidade "
         "{unit}. {own}",
    "g": "tanh leva z = {z} para entre −1 e 1. g(t) = {g} é o que a camada principal propõe pôr na memória "
         "da unidade {unit}.",
    "f": "σ leva z = {z} para entre 0 e 1: f(t) = {f} na unidade {unit}. Para o forget gate, 1 guarda tudo e "
         "0 apaga tudo.",
    "i": "σ leva z = {z} para entre 0 e 1: i(t) = {i} na unidade {unit}. Para o input gate, 1 deixa g(t) "
         "entrar e 0 barra.",
    "o": "σ leva z = {z} para entre 0 e 1: o(t) = {o} na unidade {unit}. Para o output gate, 1 mostra a "
         "memória e 0 esconde.",
    "held": "Você prendeu {gate}(t) em {value} na unidade {unit} (✎): o valor calculado com z = {z} não é "
            "usado. O resto da célula segue igual.",
    "kept": "O forget gate multiplica: guarda {percent} de c(t−1) = {c_prev} na unidade {unit}, e ficam "
            "{kept}.",
    "added": "O input gate multiplica: deixa entrar {percent} de g(t) = {g} na unidade {unit}. São {added} "
             "para somar à memória.",
    "c": "A adição junta o que ficou e o que entrou: {kept} + {plus} = {c}. É o novo estado de longo prazo "
         "c(t) da unidade {unit}.",
    "squashed": "c(t) segue adiante, intacto, e uma cópia passa pela tanh: tanh({c}) = {squashed} na unidade "
                "{unit}.",
    "h": "O output gate multiplica: mostra {percent} de {squashed}. O estado de curto prazo h(t) da unidade "
         "{unit} é {h}.",
    "y": "h(t) = {h} sai duas vezes: como a saída y(t) e, junto com c(t) = {c}, para o passo de tempo "
         "seguinte.",
}
UNUSUAL = "Aqui esta célula faz outra conta: {key} = {code}. Na unidade {unit}, o resultado é {value}."
ROLES = {"g": "camada principal", "f": "controladora", "i": "controladora", "o": "controladora"}
OWN = {"g": "", "f": "Os pesos são só dela.", "i": "Os pesos são só dela.", "o": "Os pesos são só dela."}
GATE_OF = {"kept": "f", "added": "i", "h": "o"}
_C = ("c(t)", " = ", "f(t) ⊙ c(t−1)", " + ", "i(t) ⊙ g(t)")
_H = ("y(t) = h(t)", " = ", "o(t)", " ⊙ ", "tanh(c(t))")
LIT = {"kept": (_C, (2,)), "added": (_C, (4,)), "c": (_C, (0, 3)), "squashed": (_H, (4,)), "h": (_H, (2, 3)),
       "y": (_H, (0,)), "inputs": (("entram ", "x(t), h(t−1), c(t−1)"), (1,))}
for _layer in "gfio":
    _way = (f"{_layer}(t) = ", "tanh" if _layer == "g" else "σ", "(",
            f"W_{_layer} x(t) + U_{_layer} h(t−1) + b_{_layer}", ")")
    LIT |= {f"z_{_layer}": (_way, (3,)), _layer: (_way, (0, 1))}
USUAL = {node.key: node for node in graph(LSTMCell)}
SHORT = 5    # terms of a sum that are written one by one


def formula(key: str, nodes: Mapping[str, Node]) -> list[tuple[str, bool]]:
    """Write an operation's equation with its own term lit; another cell's own operations as its code."""
    if unusual(key, nodes):
        code = f"{key} = {nodes[key].code}".replace("_prev", "(t−1)").replace("*", "⊙")
        return [(code.replace("_", " "), True)]    # `_` would open a subscript
    parts, lit = LIT.get(key, ((), ()))
    return [(words, place in lit) for place, words in enumerate(parts)]


def filled(key: str, values: Mapping[str, Tensor], cell: LSTMCell, nodes: Mapping[str, Node],
           unit: int) -> str:
    """Write the same with the chosen unit's numbers."""
    if key not in nodes or unusual(key, nodes):
        return ""
    one = {name: value[unit].item() for name, value in values.items() if name != "x"}
    at = {name: figure(value) for name, value in one.items()}
    if key.startswith("z_"):
        layer = getattr(cell, key[-1])
        W, x, U, h, b = (part.tolist() for part in (layer.W[unit], values["x"], layer.U[unit],
                                                    values["h_prev"], layer.b[unit]))
        pairs = [*zip(W, x, strict=True), *zip(U, h, strict=True)]
        terms = [f"{_factor(a)}·{_factor(b)}" for a, b in pairs] if len(pairs) < SHORT else [
            f"{_factor(sum(a * b for a, b in group))} de {name}"
            for name, group in (("W x", pairs[:len(x)]), ("U h", pairs[len(x):]))]
        return f"z = {' + '.join([*terms, _factor(b)])} = {at[key]}"
    if key in "gfio":
        return f"{key}(t) = {'tanh' if key == 'g' else 'σ'}({at['z_' + key]}) = {at[key]}"
    if key == "c":
        return f"c(t) = {at['kept']} + {_bracket(one['added'])} = {at['c']}"
    if key == "squashed":
        return f"tanh({at['c']}) = {at['squashed']}"
    first, second = nodes[key].inputs
    return f"{NAMES[key].split(' ')[0]} = {at[first]} · {_bracket(one[second])} = {at[key]}"


def sentence(key: str, values: Mapping[str, Tensor], nodes: Mapping[str, Node], unit: int, t: int, steps: int,
             held: bool) -> str:
    """Say what the operation has just done."""
    facts = {"t": t + 1, "steps": steps, "unit": unit + 1}
    if not key:
        return START.format_map(facts)
    numbers = {name: value[unit].item() for name, value in values.items() if name != "x"}
    facts |= {name: figure(value) for name, value in numbers.items()}
    facts["x"] = "; ".join(figure(value) for value in values["x"].tolist())
    if unusual(key, nodes):
        return UNUSUAL.format_map(facts | {"key": key, "code": nodes[key].code, "value": facts[key]})
    if key.startswith("z_"):
        layer = key[-1]
        return SENTENCES["z"].format_map(facts | {"layer": layer, "role": ROLES[layer], "z": facts[key],
                                                  "own": OWN[layer]}).strip()
    facts["z"], facts["plus"] = facts.get(f"z_{key}", ""), _bracket(numbers.get("added", 0.0))
    if held:
        return SENTENCES["held"].format_map(facts | {"gate": key, "value": facts[key]})
    if key in GATE_OF:
        facts["percent"] = f"{num(100 * numbers[GATE_OF[key]], 0)} %"
    return SENTENCES[key].format_map(facts) if key in SENTENCES else ""


def badge(apart: float, held: bool) -> str:
    """Say how far the cell is from PyTorch's."""
    words = SAME if apart < ROUNDING or apart != apart else OTHER
    return words.format(apart=num(apart, 1), held=HELD * held)


def unusual(key: str, nodes: Mapping[str, Node]) -> bool:
    """Say whether a cell computes something else here than the standard one."""
    return key in nodes and nodes[key] != USUAL.get(key)


def _bracket(value: float) -> str:
    return f"({figure(value)})" if value < 0 else figure(value)


def _factor(value: float) -> str:
    words = figure(value, strip=True)
    return f"({words})" if words.startswith("−") else words
