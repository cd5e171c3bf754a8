"""The lesson's figures of the LSTM cell: the panel's own diagram with symbols, each with its part lit."""

from collections.abc import Collection

from helpers.lstm import colors, diagram
from helpers.lstm.diagram import Label, View
from helpers.lstm.graph import graph
from helpers.lstm.routes import Wire
from helpers.ui import style, svg

WIDTH, SCALE, LETTERS = 1200.0, 1.24, 18.5
LABELS = {"x": "x(t)", "h_prev": "h(t−1)", "c_prev": "c(t−1)", "f": "f(t)", "g": "g(t)", "i": "i(t)",
          "o": "o(t)", "kept": "f(t) ⊙ c(t−1)", "added": "i(t) ⊙ g(t)"}
BOXES = {"f": "controladora", "g": "principal", "i": "controladora", "o": "controladora",
         "affine": "W x + U h + b"}
GATES = {"kept": "forget gate", "added": "input gate", "h": "output gate"}
EQUATIONS = (    # the chip's colour, or the line's kind, and what is written on it; `_` opens a subscript
    ("f", "f(t) = σ(W_f x(t) + U_f h(t−1) + b_f)"), ("g", "g(t) = tanh(W_g x(t) + U_g h(t−1) + b_g)"),
    ("i", "i(t) = σ(W_i x(t) + U_i h(t−1) + b_i)"), ("c", "c(t) = f(t) ⊙ c(t−1) + i(t) ⊙ g(t)"),
    ("o", "o(t) = σ(W_o x(t) + U_o h(t−1) + b_o)"), ("h", "y(t) = h(t) = o(t) ⊙ tanh(c(t))"))


def the_cell() -> str:
    """Figure 5: the whole cell."""
    return _figure("A célula LSTM por inteiro", _cell(), (
        "Quatro camadas (f, g, i, o), três portões (⊗) e uma adição (⊕).",
        "c(t) é o estado de longo prazo; h(t), o de curto prazo, é também a saída y(t)."))


def the_forget_gate() -> str:
    """Figure 6: c(t) crosses the cell, and the forget gate."""
    lit = {"c_prev", "kept", ("c_prev", "kept"), ("kept", "c"), ("c", "c(t)"), ("f", "kept")}
    return _figure("c(t) atravessa a célula, e o forget gate escolhe o que fica", _cell(lit), (
        "Cada número de c(t−1) é multiplicado por um número de f(t): 1 guarda, 0 apaga.",
        "O forget gate só reduz o que já estava lá; quem acrescenta é a adição, depois dele."))


def the_input_gate() -> str:
    """Figure 7: the input gate and the addition."""
    lit = {"added", "c", ("g", "added"), ("i", "added"), ("added", "c"), ("kept", "c"), ("c", "c(t)")}
    return _figure("O input gate escolhe o que entra, e a adição soma", _cell(lit), (
        "i(t) multiplica g(t), o que a camada principal propõe: 1 deixa entrar, 0 barra.",
        "A adição junta o resultado ao que o forget gate guardou: este é o novo c(t)."))


def the_output_gate() -> str:
    """Figure 8: tanh and the output gate, to h(t) = y(t)."""
    lit = {"squashed", "h", ("c", "squashed"), ("squashed", "h"), ("o", "h"), ("h", "h(t)"), ("h", "y(t)")}
    return _figure("Uma cópia de c(t) passa pela tanh, e o output gate a filtra", _cell(lit), (
        "h(t) = y(t) = o(t) ⊙ tanh(c(t)): 1 mostra a memória, 0 a esconde.",
        "c(t) segue intacto para o próximo passo de tempo; só a cópia foi filtrada."))


def the_main_layer() -> str:
    """Figure 9: the main layer g(t)."""
    return _figure("A camada principal propõe g(t)", _cell(_layers("g")), (
        "Ela recebe x(t) e h(t−1), como as outras três, com pesos só dela.",
        "A tanh deixa g(t) entre −1 e 1: é o candidato a entrar na memória."))


def the_controllers() -> str:
    """Figure 10: the three controllers f, i, o."""
    return _figure("As três controladoras abrem e fecham os portões", _cell(_layers("fio")), (
        "A função logística σ deixa f(t), i(t) e o(t) entre 0 (fechado) e 1 (aberto).",
        "As camadas f, i e o controlam; os portões são as multiplicações ⊗ que elas comandam."))


def the_equations() -> str:
    """Figure 11: the equations beside the cell, each in its colour."""
    chips = []
    for place, (letter, words) in enumerate(EQUATIONS):
        x, y = 24 + 588 * (place % 2), 462 + 66 * (place // 2)
        chips += [svg.box(x, y, 564, 54, colors.PALE.get(letter, style.PAPER),
                          stroke_width=5 if letter == "c" else 2.5,
                          stroke_dasharray="10 5" if letter == "h" else None),
                  svg.formula(x + 18, y + 36, [(words, False)], 25, 530)]
    return svg.page(672, _title("A célula em seis equações"), _placed(_cell()), *chips, width=WIDTH)


def _layers(letters: str) -> set[str | Wire]:
    """Some layers, whole, with all wires into them and out."""
    keys = {key for letter in letters for key in (letter, f"z_{letter}")}
    return keys | {"x", "h_prev"} | {(name, node.key) for node in graph() for name in node.inputs
                                     if node.key in keys or name in letters}


def _cell(lit: Collection[str | Wire] = frozenset()) -> str:
    labels = {key: Label(name) for key, name in LABELS.items()}
    frame = svg.box(98, 4, 784, 276, "#f8f7f2", rx=18, stroke=style.LINE, stroke_width=2)
    return frame + diagram.cell(View(graph(), labels, BOXES, GATES, lit, bool(lit), LETTERS))


def _placed(cell: str) -> str:
    return svg.tag("g", cell, transform=f"translate(18 84) scale({SCALE})")


def _title(words: str) -> str:
    return svg.text(WIDTH / 2, 52, words, 34, text_anchor="middle", font_weight="bold")


def _figure(title: str, cell: str, notes: tuple[str, ...]) -> str:
    lines = [svg.text(WIDTH / 2, 488 + 38 * n, words, 25, text_anchor="middle")
             for n, words in enumerate(notes)]
    return svg.page(550, _title(title), _placed(cell), *lines, width=WIDTH)
