"""The lesson's figures of the cell: each lights its own part of the panel's diagram and nothing else."""

import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
import torch
from PIL import ImageFont

from helpers.lstm import colors, diagram
from helpers.lstm import lesson_figures as figures
from helpers.lstm.cell import LSTMCell
from helpers.lstm.graph import graph, wires
from helpers.lstm.routes import EXITS, PLACES, routes
from helpers.ui import style
from tools.figures import FIGURES

FONTS = f"{matplotlib.get_data_path()}/fonts/ttf"


def layer(letter: str) -> tuple[set, set]:
    """The boxes of a layer and the wires that it touches."""
    keys = {letter, f"z_{letter}"}
    return keys, {wire for wire in wires() if keys & set(wire)}


F, G, I_, O_ = (layer(letter) for letter in "fgio")
PARTS = {    # figure: the operations and the wires that design.md wants lit
    figures.the_cell: (set(), set()), figures.the_equations: (set(), set()),
    figures.the_forget_gate: ({"kept"}, {("c_prev", "kept"), ("f", "kept"), ("kept", "c"), ("c", "c(t)")}),
    figures.the_input_gate: ({"added", "c"}, {("i", "added"), ("g", "added"), ("added", "c"), ("kept", "c"),
                                              ("c", "c(t)")}),
    figures.the_output_gate: ({"squashed", "h"}, {("c", "squashed"), ("squashed", "h"), ("o", "h"),
                                                  ("h", "h(t)"), ("h", "y(t)")}),
    figures.the_main_layer: G,
    figures.the_controllers: (F[0] | I_[0] | O_[0], F[1] | I_[1] | O_[1])}


def parsed(draw) -> ElementTree.Element:
    return ElementTree.fromstring(draw())


def local(tag: str) -> str:
    return tag.split("}")[-1]


@pytest.mark.parametrize("draw", PARTS, ids=lambda draw: draw.__name__)
def test_each_figure_lights_its_part(draw):
    root, (keys, lit) = parsed(draw), PARTS[draw]
    shapes = [e for e in root.iter() if local(e.tag) in ("rect", "circle")]
    thick = set()
    for key, at in PLACES.items():
        for e in shapes:
            middle = (float(e.get("cx")), float(e.get("cy"))) if e.get("cx") else (
                float(e.get("x") or 0) + float(e.get("width")) / 2,
                float(e.get("y") or 0) + float(e.get("height")) / 2)
            if middle == (at.x, at.y) and e.get("stroke-width") == "4":
                thick.add(key)
                assert e.get("stroke") == style.INK
    assert thick == keys
    halos = [e.get("d") for e in root.iter() if e.get("stroke") == colors.HALO]
    found = [[[float(n) for n in point.split()] for point in line.split("L")]
             for d in halos for line in d[1:].split("M")]
    ways = routes(graph())
    named = {wire for wire in (*wires(), *EXITS) for line in found
             if np.shape(line) == np.shape(ways[wire]) and np.allclose(line, ways[wire], atol=0.06)}
    assert named == lit and len(found) == len(lit)
    faint = [e for e in root.iter() if e.get("stroke") == diagram.FAINT]
    assert bool(faint) == bool(lit)    # what is not lit steps back, except where the whole is shown


def test_the_files_are_the_lessons_own():
    names = [name for name, draw in FIGURES.items() if draw.__module__ == figures.__name__]
    assert names == [f"fase3_ia_aula3_{number}.png" for number in range(5, 12)]
    assert [FIGURES[name] for name in names] == [
        figures.the_cell, figures.the_forget_gate, figures.the_input_gate, figures.the_output_gate,
        figures.the_main_layer, figures.the_controllers, figures.the_equations]


@pytest.mark.parametrize("draw", PARTS, ids=lambda draw: draw.__name__)
def test_letters_are_large_and_stay_on_the_sheet(draw):
    root = parsed(draw)
    width, height = float(root.get("width")), float(root.get("height"))
    assert width == 1200
    group = next(e for e in root.iter() if e.get("transform"))
    dx, dy, scale = map(float, re.findall(r"[\d.]+", group.get("transform")))
    inside = {id(e) for e in group.iter()}
    for e in root.iter():
        if local(e.tag) == "text":
            size, x, y = (float(e.get(name)) for name in ("font-size", "x", "y"))
            if id(e) in inside:
                size, x, y = scale * size, dx + scale * x, dy + scale * y
            assert size >= 22
            words = "".join(e.itertext())
            kind = "-Bold" if e.get("font-weight") == "bold" else ""
            wide = ImageFont.truetype(f"{FONTS}/DejaVuSans{kind}.ttf", size).getlength(words)
            left = x - {"middle": wide / 2, "end": wide}.get(e.get("text-anchor"), 0)
            assert left >= 0 and left + wide <= width and size < y <= height - 4, words


def test_the_equations_are_those_of_the_code_each_in_its_colour():
    """Evaluated as written, with numbers for the letters, they are one step of the cell."""
    root = parsed(figures.the_equations)
    texts = ["".join(e.itertext()).replace("\u200b", "") for e in root.iter() if local(e.tag) == "text"]
    equations = [words for words in texts if "=" in words]
    assert len(equations) == 6
    rng = torch.Generator().manual_seed(0)
    cell = LSTMCell(1, 1, rng, torch.float64)
    x, h, c = (torch.randn(1, generator=rng, dtype=torch.float64) for _ in range(3))
    names = {"σ": torch.sigmoid, "tanh": torch.tanh, "x": x, "h0": h, "c0": c}
    for letter in "fgio":
        own = getattr(cell, letter)
        names |= {f"W{letter}": own.W[0], f"U{letter}": own.U[0], f"b{letter}": own.b}
    for words in equations:    # W_f is written Wf once its subscript is read flat
        left, right = words.rsplit(" = ", 1)
        code = right.replace("(t−1)", "0").replace("(t)", "").replace("⊙", "*")
        code = re.sub(r"([WU][fgio]) ", r"\1 * ", code)
        names[left.split(" = ")[-1].replace("(t)", "")] = eval(code, {}, names)
    truth = cell(x, (h, c))
    assert torch.allclose(torch.cat([names["h"], names["c"]]), torch.cat(truth), rtol=1e-12)
    chips = {e.get("fill") for e in root.iter() if local(e.tag) == "rect" and e.get("width") == "564"}
    assert chips == {*colors.PALE.values(), style.PAPER}
