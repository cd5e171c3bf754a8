"""The cell's diagram: its wires are those of the code that computes, each from its source to its reader."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from helpers.exercises.lesson03_swapped import broken
from helpers.lstm import colors, diagram, routes
from helpers.lstm.cell import FREE, LSTMCell
from helpers.lstm.graph import SOURCES, Node, graph, wires
from helpers.steps import Op
from helpers.ui import style

SwappedGates = broken("fi")    # f and i have changed places


class Smaller(LSTMCell):
    """No output gate, no tanh of c; f drives both gates; an operation that the standard cell lacks."""

    def step(self, x, h_prev, c_prev, hold=FREE):
        z_f = self.f(x, h_prev)
        yield Op("z_f", z_f=z_f)
        z_g = self.g(x, x)
        yield Op("z_g", z_g=z_g)
        g = torch.sigmoid(z_g)
        yield Op("g", g=g)
        f = torch.sigmoid(z_f)
        yield Op("f", f=f)
        rest = 1 - f
        yield Op("rest", rest=rest)
        kept = f * c_prev
        yield Op("kept", kept=kept)
        added = rest * g
        yield Op("added", added=added)
        c = kept + added
        yield Op("c", c=c)
        h = c * f
        yield Op("h", h=h)
        return h, c


CELLS = [LSTMCell, SwappedGates, Smaller]


def drawn(cell: type[LSTMCell], lit: frozenset = frozenset(), dim: bool = False) -> ElementTree.Element:
    view = diagram.View(graph(cell), {}, dict.fromkeys([*"fgio", "affine"], "camada"), {}, lit, dim)
    return ElementTree.fromstring(f"<svg>{diagram.cell(view)}</svg>")


def lines(root: ElementTree.Element, *strokes: str) -> list[list[tuple[float, float]]]:
    """The open lines in some colours, as corners; the strokes inside ⊗ and ⊕ left out."""
    out = []
    for path in root.iter("path"):
        sign = path.get("stroke-width") == "2.40"
        if path.get("stroke") in strokes and path.get("fill") == "none" and not sign:
            for line in path.get("d")[1:].split("M"):
                out.append([tuple(map(float, point.split())) for point in line.split("L")])
    return out


def same(one: list, two: list) -> bool:
    return np.shape(one) == np.shape(two) and np.allclose(one, two, atol=0.06)    # the page's tenths


def on_edge(place: routes.Place, point: tuple[float, float]) -> bool:
    """At the border of a node, or at a source itself."""
    across, down = abs(point[0] - place.x), abs(point[1] - place.y)
    return (across == place.w and down <= place.h) or (down == place.h and across <= place.w)


@pytest.mark.parametrize("cell", CELLS)
def test_the_wires_drawn_are_those_of_the_code(cell):
    nodes, ways = graph(cell), routes.routes(graph(cell))
    assert set(ways) == set(wires(cell)) | set(routes.EXITS)
    assert len(wires(cell)) == len(set(wires(cell))) or cell is Smaller    # Smaller gives x twice to g
    on_paper = lines(drawn(cell), style.INK)
    assert len(on_paper) == len(ways)
    for line in on_paper:    # the tip of the line lies under its arrow head
        found = [wire for wire, way in ways.items() if same(line[:-1], way[:-1])
                 and abs(line[-1][0] - way[-1][0]) + abs(line[-1][1] - way[-1][1]) < 8]
        assert len(found) == 1
        ways.pop(found[0])
    assert not ways
    row = [node.key for node in nodes if node.key not in routes.PLACES]
    for (name, key), way in routes.routes(nodes).items():
        assert on_edge(routes.place(name, row), way[0]), (name, key)
        assert key in [to for _, to in routes.EXITS] or on_edge(routes.place(key, row), way[-1]), (name, key)
        for start, end in pairwise(way):
            assert (start[0] == end[0]) != (start[1] == end[1])    # along the axes, and somewhere


def test_the_standard_cells_wires_were_all_laid_by_hand_and_no_other():
    assert set(routes.WAYS) == set(wires())
    assert len(wires()) == 21


def test_swapped_gates_are_drawn_swapped():
    ways = routes.routes(graph(SwappedGates))
    assert ("i", "kept") in ways and ("f", "added") in ways
    assert ("f", "kept") not in ways and ("i", "added") not in ways
    plain = [ways["i", "kept"], ways["f", "added"]]
    assert {y for way in plain for _, y in way[1:-1]} == {routes.LANE, routes.LANE + routes.APART}


@pytest.mark.parametrize("cell", CELLS)
def test_every_operation_has_the_sign_of_its_code(cell):
    root = drawn(cell)
    strokes = [path.get("d") for path in root.iter("path") if path.get("stroke-width") == "2.40"]
    words = [text.text for text in root.iter("text")]
    code = [node.code for node in graph(cell)]
    assert len(strokes) == sum("*" in c or "+" in c for c in code)
    ends = [[float(number) for number in re.findall(r"[\d.]+", d)[:4]] for d in strokes]
    slanted = [(x0, y0) for x0, y0, x1, y1 in ends if y0 != y1]
    assert len(slanted) == sum("*" in c for c in code)
    assert words.count("tanh") == sum("tanh" in c for c in code)
    assert words.count("σ") == sum("sigmoid" in c for c in code)
    assert words.count("camada") == 2 * sum("self." in c for c in code)    # its name, and W x + U h + b


def test_each_layer_has_its_colour():
    root = drawn(LSTMCell)
    for letter, color in colors.LAYERS.items():
        at = routes.PLACES[letter]
        boxes = [rect.get("fill") for rect in root.iter("rect")
                 if float(rect.get("x")) == at.x - at.w and float(rect.get("y")) == at.y - at.h]
        assert boxes == [color]
    assert colors.LAYERS == {"f": "#D55E00", "i": "#56B4E9", "o": "#F0E442", "g": "#A08060"}


@pytest.mark.parametrize("wire", wires())
def test_what_is_lit_is_that_wire_and_in_a_dim_drawing_the_rest_is_faint(wire):
    way = routes.routes(graph())[wire]
    (halo,) = lines(drawn(LSTMCell, frozenset([wire])), colors.HALO)
    assert same(halo, way)
    root = drawn(LSTMCell, frozenset([wire]), dim=True)
    (dark,) = lines(root, style.INK)
    assert same(dark[:-1], way[:-1])
    assert len(lines(root, diagram.FAINT)) == len(wires()) + len(routes.EXITS) - 1
    assert {rect.get("stroke") for rect in root.iter("rect")} == {diagram.FAINT}


def test_dots_are_where_wires_part():
    found = {wire: points for wire, points in routes.dots(routes.routes(graph())).items() if points}
    below = {(name, f"z_{letter}"): [(routes.COLUMNS[letter] + side * routes.PORT, y)]
             for letter in "fgi" for name, side, y in (("x", -1, routes.X), ("h_prev", 1, routes.H))}
    right = {("c", "squashed"): [(routes.OUT, routes.C)], ("h", "y(t)"): [(routes.OUT, 200.0)]}
    assert found == below | right


def test_a_click_finds_what_stands_there():
    for node in graph():
        at = routes.place(node.key)
        assert diagram.part_at(at.x, at.y, graph()) == node.key
    for key in SOURCES:
        spot = diagram.SPOTS[key]
        assert diagram.part_at(spot.x + 10, spot.y - 5, graph()) == key
    assert diagram.part_at(760, 260, graph()) == diagram.part_at(-50, 900, graph()) == ""


def test_two_operations_do_not_stand_on_one_another():
    places = [routes.PLACES[node.key] for node in graph()]
    for number, one in enumerate(places):
        for two in places[:number]:
            assert abs(one.x - two.x) >= one.w + two.w or abs(one.y - two.y) >= one.h + two.h
    for node, other in ((Node("a", (), "x"), "b"), (Node("b", (), "x"), "a")):    # without a place
        assert routes.place(node.key, ["a", "b"]) != routes.place(other, ["a", "b"])


def test_strips_have_a_cell_a_unit_in_its_numbers_colour():
    cells = (-2.0, -0.5, 0.0, 0.3)
    view = diagram.View(graph(), {"f": diagram.Label("f", "0,30", cells, 3)}, dict.fromkeys(
        [*"fgio", "affine"], "camada"), {})
    root = ElementTree.fromstring(f"<svg>{diagram.cell(view)}</svg>")
    spot = diagram.SPOTS["f"]
    squares = {tuple(map(float, corner.split("h")[0].split())): path.get("fill") for path in root.iter("path")
               if path.get("d").endswith("z") and "h" in path.get("d") and path.get("fill") != "none"
               for corner in path.get("d")[1:-1].split("zM")}
    assert [squares[spot.strip + diagram.CELL * n, spot.y - 12.5] for n in range(4)] == [
        colors.shade(-4), colors.shade(-2), colors.shade(0), colors.shade(1)]
    frames = [path.get("d") for path in root.iter("path")
              if path.get("fill") == "none" and path.get("d").endswith("z")]
    assert len(frames) == 1 and frames[0].startswith(f"M{spot.strip + 3 * diagram.CELL:g} ")
    reds = [int(colors.shade(step)[1:3], 16) - int(colors.shade(step)[5:7], 16) for step in range(-4, 5)]
    assert reds == sorted(reds) and reds[4] == 0    # from blue by white to orange
