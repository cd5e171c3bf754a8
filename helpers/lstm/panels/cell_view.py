"""The page of A célula por dentro: what is drawn where, from the walk and what the learner has chosen."""

import math

from torch import Tensor

from helpers.lstm import cell_figures as figures
from helpers.lstm import diagram
from helpers.lstm.cell import GATES, LAYERS
from helpers.lstm.cell_figures import figure
from helpers.lstm.graph import SOURCES, Node, graph
from helpers.lstm.panels import cell_edit as edit
from helpers.lstm.panels import cell_words as words
from helpers.lstm.panels.cell_edit import Choice, Target
from helpers.lstm.parity import parity
from helpers.lstm.sequence import Sequence
from helpers.steps import Walk
from helpers.ui import style, svg

HEIGHT, CODE, TABLE, STRIP = 474, (442.0, 346.0, 496.0), (4.0, 346.0, 430.0), (590.0, 273.0, 344.0, 14.0)
OUTPUTS = {("c", "c(t)"), ("h", "h(t)"), ("h", "y(t)")}
ALL = 2        # units of which every number is written; of more, one number and a strip of colours
EDITED = {"x": Target("x"), "h_prev": Target("h"), "c_prev": Target("c"), "kept": Target("hold", "f"),
          "added": Target("hold", "i"), "h": Target("hold", "o")}    # by a click on the diagram
EDITED |= {gate: Target("hold", gate) for gate in GATES} | {f"z_{name}": Target("b", name) for name in LAYERS}


def draw(walk: Walk, choice: Choice) -> str:
    """Draw diagram, equation, code, weights and badge."""
    sequence: Sequence = walk.engine
    cell, script, values = sequence.cell, sequence.script, walk.values
    nodes, key = graph(type(cell)), walk.op.key if walk.op else ""
    known = {node.key: node for node in nodes}
    grid, (kind, layer) = table(sequence), choice.target
    chosen = (layer, kind, 0 if kind == "b" else choice.which) if kind in ("W", "U", "b") else None
    _, h, c = start(walk)
    by_hand = any(not held[walk.turn].isnan().all() for held in script.held.values())
    verdict = words.badge(parity(cell, script.xs[walk.turn], h, c), by_hand)
    view = diagram.View(nodes, labels(walk, known, choice.unit), words.BOXES, words.GATES, lit(key, known))
    parts = [diagram.cell(view), figures.sequence(
        strip(sequence), script.xs.numpy(), walk.turn,
        words.SEQUENCE.format(t=walk.turn + 1, steps=script.steps)),
        svg.text(934, 314, verdict, style.SMALL, text_anchor="end")]
    if key:
        filled = words.filled(key, values, cell, known, choice.unit)
        parts += [svg.formula(4, 314, words.formula(key, known), width=400),
                  svg.formula(4, 338, [(filled, False)], width=930) if filled else "",
                  svg.code(*CODE, 4, walk.code)]
    else:
        x, y, width = CODE
        parts += [svg.box(x, y, width, 122.5, "#f6f7f9", stroke=style.LINE),
                  *(svg.text(x + 12, y + 36 + 30 * n, line, style.SMALL)
                    for n, line in enumerate(words.HINTS))]
    parts.append(figures.weights(grid, weights(sequence, choice.unit),
                                 words.TABLE.format(unit=choice.unit + 1),
                                 known[key].layer if key in known else "", chosen))
    return svg.page(HEIGHT, *parts)


def sentence(walk: Walk, choice: Choice) -> str:
    """Say the present operation."""
    sequence: Sequence = walk.engine
    key, known = walk.op.key if walk.op else "", {node.key: node for node in graph(type(sequence.cell))}
    held = not math.isnan(edit.held(sequence.script, key, walk.turn, choice.unit))
    return words.sentence(key, walk.values, known, choice.unit, walk.turn, sequence.script.steps, held)


def lit(key: str, known: dict[str, Node]) -> set:
    """What an operation touches: itself and the wires into it."""
    if key == "y":
        return OUTPUTS
    if key in known:
        return {key, *((name, key) for name in known[key].inputs)}
    return {(name, node.key) for node in known.values() for name in node.inputs
            if name in SOURCES} if key else set()


def labels(walk: Walk, known: dict[str, Node], unit: int) -> dict[str, diagram.Label]:
    """What stands on the wires: every number of x and of one or two units, otherwise the chosen unit's."""
    script, t = walk.engine.script, walk.turn
    out = {}
    for key in diagram.SPOTS:
        name = words.HAND if (key[0], t) in script.memory and key.endswith("_prev") else ""
        name += key if words.unusual(key, known) else words.NAMES[key]
        if key not in walk.values:
            out[key] = diagram.Label(name or words.COPY)
            continue
        numbers: list[float] = walk.values[key].tolist()
        marks = [words.HAND * (edit.held(script, key, t, n) == number) for n, number in enumerate(numbers)]
        shown = [mark + figure(number) for mark, number in zip(marks, numbers, strict=True)]
        whole = key == "x" or len(numbers) <= ALL
        out[key] = diagram.Label(name, "; ".join(shown) if whole else shown[unit],
                                 () if whole else tuple(numbers), unit)
    return out


def start(walk: Walk) -> tuple[Tensor, Tensor, Tensor]:
    """x(t), h(t−1) and c(t−1) of the present time step."""
    values = walk.values
    return (values["x"], values["h_prev"], values["c_prev"]) if walk.op else walk.engine.read()


def table(sequence: Sequence) -> figures.Weights:
    return figures.Weights(*TABLE, LAYERS, sequence.cell.inputs, sequence.cell.hidden)


def strip(sequence: Sequence) -> figures.Steps:
    return figures.Steps(*STRIP, sequence.script.steps)


def weights(sequence: Sequence, unit: int) -> dict[str, list[float]]:
    """The numbers of the table: a unit's W by input, U by unit, b."""
    out = {}
    for name in LAYERS:
        layer = getattr(sequence.cell, name)
        out[name] = [*layer.W[unit].tolist(), *layer.U[unit].tolist(), layer.b[unit].item()]
    return out


def part_at(walk: Walk, choice: Choice, x: float, y: float) -> Choice | int | None:
    """What a click means: what is edited from now on, or a time step to go to."""
    sequence: Sequence = walk.engine
    if found := table(sequence).at(x, y):
        layer, part, which = found
        return Choice(choice.unit, Target(part, layer), which)
    step = strip(sequence).at(x, y)
    if step is not None:
        return step
    key = diagram.part_at(x, y, graph(type(sequence.cell)))
    if target := EDITED.get(key):
        return Choice(choice.unit, target, choice.which if target == choice.target else 0)
    return None
