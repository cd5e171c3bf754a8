"""The cell's graph against the tensors themselves: what autograd recorded, what each line really gives."""

import ast
import importlib.util
import inspect
import sys
from collections.abc import Generator
from typing import Any

import pytest
import torch
from torch import Tensor

from helpers.lstm import cell as cells
from helpers.lstm.cell import FREE, GATES, LAYERS, Hold, LSTMCell, held
from helpers.lstm.graph import SOURCES, Node, graph, wires
from helpers.steps import Op

torch.set_num_threads(1)
BY_HAND = {    # from the equations, not from the code
    "z_g": {"x", "h_prev"}, "z_f": {"x", "h_prev"}, "z_i": {"x", "h_prev"}, "z_o": {"x", "h_prev"},
    "g": {"z_g"}, "f": {"z_f"}, "i": {"z_i"}, "o": {"z_o"}, "kept": {"f", "c_prev"}, "added": {"i", "g"},
    "c": {"kept", "added"}, "squashed": {"c"}, "h": {"o", "squashed"}}


class Peephole(LSTMCell):
    """The output gate looks at c, as in Gers & Schmidhuber 2000: later lines, other wires, one more."""

    def step(self, x: Tensor, h_prev: Tensor, c_prev: Tensor,
             hold: Hold = FREE) -> Generator[Op, None, Any]:
        """Other wires."""
        z_g = self.g(x, h_prev)
        yield Op("z_g", z_g=z_g)
        z_f = self.f(x, c_prev)
        yield Op("z_f", z_f=z_f)
        f = held(torch.sigmoid(z_f), hold.f)
        yield Op("f", f=f)
        g = torch.tanh(z_g)
        yield Op("g", g=g)
        kept = f * c_prev
        yield Op("kept", kept=kept)
        c = kept + (1 - f) * g
        yield Op("c", c=c)
        z_o = self.o(x, c)
        yield Op("z_o", z_o=z_o)
        peeped = z_o + 0.5 * c
        yield Op("peeped", peeped=peeped)
        o = held(torch.sigmoid(peeped), hold.o)
        yield Op("o", o=o)
        h = o * c
        yield Op("h", h=h)
        return h, c


def run(kind: type[LSTMCell], hold: Hold = FREE) -> tuple[LSTMCell, dict[str, Tensor]]:
    """One real step from three leaves; every named tensor by its name."""
    chance = torch.Generator().manual_seed(0)
    cell = kind(3, 3, chance)
    named = {name: torch.randn(2, 3, generator=chance).requires_grad_() for name in SOURCES}
    for op in cell.step(*named.values(), hold):
        assert list(op.values) == [op.key]
        named |= op.values
    return cell, named


def recorded(named: dict[str, Tensor]) -> tuple[dict[str, set[str]], dict[str, set[int]]]:
    """What autograd says: the named tensors that each result is directly made of, and its leaf weights."""
    owner = {value.grad_fn: name for name, value in named.items() if value.grad_fn is not None}
    leaves = {id(named[name]): name for name in SOURCES}
    inputs, weights = {}, {}
    for name in owner.values():
        inputs[name], weights[name], ahead = set(), set(), [named[name].grad_fn]
        while ahead:
            for node, _ in ahead.pop().next_functions:
                if node is None:
                    continue
                if node in owner:
                    inputs[name].add(owner[node])
                elif (variable := getattr(node, "variable", None)) is None:
                    ahead.append(node)
                elif id(variable) in leaves:
                    inputs[name].add(leaves[id(variable)])
                else:
                    weights[name].add(id(variable))
    return inputs, weights


@pytest.mark.parametrize("kind", [LSTMCell, Peephole])
def test_the_wires_are_the_dependencies_that_autograd_recorded(kind):
    cell, named = run(kind)
    inputs, weights = recorded(named)
    assert {node.key: set(node.inputs) for node in graph(kind)} == inputs
    assert set(wires(kind)) == {(name, key) for key, names in inputs.items() for name in names}
    assert len(wires(kind)) == len(set(wires(kind)))
    for node in graph(kind):
        mine = getattr(cell, node.layer).parameters() if node.layer else ()
        assert weights[node.key] == {id(part) for part in mine}


def test_the_cells_wires_are_those_of_the_equations():
    assert {node.key: set(node.inputs) for node in graph()} == BY_HAND
    assert len(wires()) == sum(map(len, BY_HAND.values())) == 21
    inputs = {node.key: node.inputs for node in graph()}
    assert inputs["z_f"] == ("x", "h_prev") and inputs["kept"] == ("f", "c_prev")    # as they are read
    assert inputs["c"] == ("kept", "added") and inputs["h"] == ("o", "squashed")


@pytest.mark.parametrize("kind", [LSTMCell, Peephole])
def test_nodes_come_in_the_order_in_which_they_run(kind):
    _, named = run(kind)
    assert [node.key for node in graph(kind)] == list(named)[len(SOURCES):]
    seen = set(SOURCES)
    for node in graph(kind):
        assert set(node.inputs) <= seen    # drawn left to right, every wire comes from what is there
        seen.add(node.key)


@pytest.mark.parametrize("kind", [LSTMCell, Peephole])
def test_a_nodes_code_gives_its_tensor(kind):
    """Its text, evaluated with nothing but what it says that it reads."""
    hold = Hold(f=torch.tensor([0.5, torch.nan, torch.nan]))
    cell, named = run(kind, hold)
    for node in graph(kind):
        known = {name: named[name] for name in node.inputs} | {
            "self": cell, "hold": hold, "torch": torch, "held": held}
        assert torch.equal(eval(node.code, {"__builtins__": {}}, known), named[node.key]), node.key
        assert ast.unparse(ast.parse(node.code)) == node.code


@pytest.mark.parametrize("kind", [LSTMCell, Peephole])
@pytest.mark.parametrize("gate", GATES)
def test_the_node_of_a_gate_is_where_holding_begins_to_show(kind, gate):
    free, stuck = run(kind)[1], run(kind, Hold(**{gate: torch.full((3,), 0.5)}))[1]
    changed = [name for name in free if not torch.equal(free[name], stuck[name])]
    marked = [node.key for node in graph(kind) if node.gate == gate]
    assert changed[:1] == marked and (not marked or (stuck[marked[0]] == 0.5).all())


def test_layers_and_gates_stand_once_each():
    assert [node.layer for node in graph() if node.layer] == list(LAYERS)
    assert [node.gate for node in graph() if node.gate] == list(GATES)
    assert all(node.key == f"z_{node.layer}" for node in graph() if node.layer)
    assert graph() is graph() and graph() == graph(LSTMCell)    # read once
    assert graph(Peephole) != graph() and isinstance(graph(Peephole)[0], Node)


@pytest.mark.parametrize(("line", "becomes", "moved"), [
    ("kept = f * c_prev", "kept = i * c_prev", {("f", "kept"), ("i", "kept")}),
    ("added = i * g", "added = 2 * g", {("i", "added")}),
    ("h = o * squashed", "h = o * c", {("squashed", "h"), ("c", "h")}),
    ("z_o = self.o(x, h_prev)", "z_o = self.o(x, c_prev)", {("h_prev", "z_o"), ("c_prev", "z_o")}),
    ("c = kept + added", "c = kept + added + 0 * x", {("x", "c")})])
def test_a_mutation_of_the_source_moves_its_wires_and_no_others(line, becomes, moved, tmp_path, monkeypatch):
    """The file itself, one line changed, imported anew: the graph and autograd agree on what moved."""
    source = inspect.getsource(cells)
    assert source.count(f"        {line}\n") == 1
    path = tmp_path / "mutated_cell.py"
    path.write_text(source.replace(f"        {line}\n", f"        {becomes}\n"), encoding="utf-8")
    plan = importlib.util.spec_from_file_location(f"mutated_{abs(hash(becomes))}", path)
    module = importlib.util.module_from_spec(plan)
    monkeypatch.setitem(sys.modules, plan.name, module)    # where inspect looks for the source
    plan.loader.exec_module(module)
    kind = module.LSTMCell
    assert set(wires(kind)) ^ set(wires()) == moved
    assert {node.key: set(node.inputs) for node in graph(kind)} == recorded(run(kind)[1])[0]
