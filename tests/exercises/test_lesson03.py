"""The exercises of lesson 03: their truths held against torch's own modules, fractions, brute force."""

import inspect
import math
import re
from fractions import Fraction
from itertools import permutations, product

import pytest
import torch
from torch import nn

from helpers.exercises import (
    checar,
    lesson03,
    lesson03_count,
    lesson03_half,
    lesson03_memory,
    lesson03_output,
    lesson03_rows,
    lesson03_safe,
    lesson03_step,
    lesson03_swapped,
    lesson03_update,
)
from helpers.exercises.answer import plain
from helpers.lstm.cell import LSTMCell
from helpers.lstm.graph import graph
from helpers.lstm.sequence import trace
from tests import english
from tests.exercises import lesson03_behaviour, lesson03_equations

EXERCISES = {exercise.number: exercise for module in (lesson03_equations, lesson03_behaviour)
             for exercise in module.EXERCISES}


def first_wrong(number, key):
    return next(function for name, function in EXERCISES[number].wrong if name == key)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def torch_cell(inputs, units, seed=0):
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return nn.LSTMCell(inputs, units)


# 3.1

def test_the_memory_is_that_of_exact_fractions():
    c, values = Fraction(2), []
    for f, i, g in ((Fraction(1, 2), 1, Fraction(3, 5)), (1, Fraction(1, 2), Fraction(-4, 5)),
                    (Fraction(1, 4), 0, Fraction(9, 10))):
        c = f * c + i * g
        values.append(float(c))
    assert EXERCISES["3.1"].solution == values == [1.6, 1.2, 0.3]
    assert (lesson03_memory.measured()["c"].flatten() - torch.tensor(values)).abs().max() < 1e-7


def test_no_slip_of_the_hand_is_taken_for_another_or_for_right():
    lists = [lesson03_memory.measured()["c"].flatten(), *lesson03_memory.slips().values()]
    for (one, first), (other, second) in product(enumerate(lists), repeat=2):
        assert one == other or (first - second).abs().max() > 3 * lesson03_memory.NEAR


# 3.2 and 3.3

@pytest.mark.parametrize("module", [lesson03_update, lesson03_output])
def test_no_two_wrong_formulas_agree_on_the_cases(module):
    exercise = module.EXERCISE
    cases = exercise.cases()
    values = [torch.cat([formula(*case).flatten() for case in cases]) for formula in
              (exercise.right, *(formula for _, formula in exercise.formulas))]
    for (one, first), (other, second) in product(enumerate(values), repeat=2):
        assert one == other or (first - second).abs().max() > 1e-3


def test_the_two_lines_make_torchs_own_cell():
    cell = torch_cell(3, 4)
    x, h, c = drawn(5, 3), drawn(5, 4, seed=1), drawn(5, 4, seed=2)
    rows = x @ cell.weight_ih.T + h @ cell.weight_hh.T + cell.bias_ih + cell.bias_hh
    i, f, g, o = (rows[:, place * 4:place * 4 + 4] for place in range(4))    # torch's documented order
    now = EXERCISES["3.2"].solution(c, f.sigmoid(), i.sigmoid(), g.tanh())
    for mine, theirs in zip((EXERCISES["3.3"].solution(o.sigmoid(), now), now), cell(x, (h, c)), strict=True):
        torch.testing.assert_close(mine, theirs)


# 3.4

def test_the_step_is_torchs_for_other_shapes():
    for seed, sizes in enumerate(product((1, 4), (1, 3), (1, 2))):
        case, expected = lesson03_step.drawn(*sizes, seed + 50)
        torch.testing.assert_close(torch.stack(EXERCISES["3.4"].solution(*case)), expected)
        torch.testing.assert_close(torch.stack(lesson03_step.stepped(case)), expected)


def test_every_fault_of_the_step_shows_and_is_no_other():
    cases = [lesson03_step.drawn(*sizes, seed)[0] for seed, sizes in enumerate(lesson03_step.SIZES)]
    ends = [torch.cat([fault(*case).flatten() for case in cases]) for fault in (
        lambda *case: torch.stack(lesson03_step.stepped(lesson03_step.Case(*case))),
        *(fault for _, fault in lesson03_step.FAULTS))]
    for (one, first), (other, second) in product(enumerate(ends), repeat=2):
        assert one == other or (first - second).abs().max() > 0.01


# 3.7

def test_the_counts_are_those_of_torchs_modules():
    with torch.random.fork_rng([]):
        for inputs, units in ((1, 1), (6, 2), (2, 9)):
            one, two = (sum(weight.numel() for weight in kind.parameters()) for kind in (
                nn.RNN(inputs, units, bias=False), nn.LSTM(inputs, units)))
            paper, torchs = EXERCISES["3.7"].solution(inputs, units)
            assert (paper, torchs) == (4 * (one + units), two) == lesson03_count.counts((inputs, units))


def test_no_two_wrong_counts_agree():
    for formulas in (lesson03_count.PAPER, lesson03_count.TORCH):
        values = [tuple(formula(*sizes) for sizes in lesson03_count.SIZES) for _, formula in formulas]
        assert len(set(values)) == len(values)


# 3.8

def test_the_blocks_are_the_layers_by_what_they_do():
    """Only the right name for each block makes torch's cell: found by trying all orders."""
    cell = torch_cell(2, 3)
    x, h, c = drawn(7, 2), drawn(7, 3, seed=1), drawn(7, 3, seed=2)
    theirs = cell(x, (h, c))[1]
    blocks = (x @ cell.weight_ih.T + h @ cell.weight_hh.T + cell.bias_ih + cell.bias_hh).chunk(4, 1)
    fits = []
    for order in permutations("fgio"):
        z = dict(zip(order, blocks, strict=True))
        now = z["f"].sigmoid() * c + z["i"].sigmoid() * z["g"].tanh()
        if torch.allclose(now, theirs, atol=1e-6):
            fits.append(order)
    assert fits == [("i", "f", "g", "o")]
    for stacked in (cell.weight_ih, cell.weight_hh, cell.bias_hh):
        mine = EXERCISES["3.8"].solution(stacked)
        assert all(torch.equal(mine[name], stacked.chunk(4)[place]) for place, name in enumerate(fits[0]))


def test_every_wrong_order_is_far_from_torch():
    for order in permutations("ifgo"):
        away = lesson03_rows.far(dict(zip(order, "ifgo", strict=True)))
        assert away < 1e-6 if order == ("i", "f", "g", "o") else away > 0.1


# 3.5

def test_the_safe_is_measured_as_the_closed_forms_say():
    def logistic(b):
        return 1 / (1 + math.exp(-b))

    for f, i, o in ((10, -10, -10), (5, -3, 0), (2, 1, -1)):
        seen = lesson03_safe.measured({"f": f, "i": i, "o": o})
        kept, entered = logistic(f)**100, logistic(i) * math.tanh(3) * sum(logistic(f)**k for k in range(100))
        assert math.isclose(seen["kept"], kept, rel_tol=1e-9)
        assert math.isclose(seen["moved"], entered, rel_tol=1e-9)
        assert seen["shown"] <= logistic(o) and seen["o"] == pytest.approx(logistic(o))


@pytest.mark.parametrize(("gate", "edge", "other"), [
    ("f", lesson03_half.logit(0.99**0.01), {}), ("o", lesson03_half.logit(0.01 / math.tanh(1)), {}),
    ("i", lesson03_half.logit(0.01 / (100 * math.tanh(3))), {"f": 40.0})])
def test_the_limits_are_where_the_text_puts_them(gate, edge, other):
    inward = 1 if gate == "f" else -1
    for step, status in ((0.01, "certo"), (-0.01, "quase")):
        biases = lesson03_behaviour.safe() | other | {gate: edge + inward * step}
        assert checar("3.5", biases).status == status


# 3.6

PRODUCTS = (("kept", "c_prev"), ("added", "g"), ("h", "squashed"))


@pytest.mark.parametrize("seed", [103, 0, 1, 2, 3])
def test_a_detective_finds_the_pairs_from_the_numbers_alone(seed):
    cells = lesson03_swapped.celulas_tortas(seed)
    found = {}
    for name, cell in cells.items():
        seen = {key: value.item() for key, value in trace(cell, lesson03_swapped.look()).items()}
        ratios = [seen[result] / seen[of] for result, of in PRODUCTS]
        gates = [min("fio", key=lambda gate, ratio=ratio, seen=seen: abs(seen[gate] - ratio))
                 for ratio in ratios]
        found[name] = "".join(gate for gate, right in zip("fio", gates, strict=True) if gate != right)
        values = sorted(seen[gate] for gate in "fio")
        assert min(values[1] - values[0], values[2] - values[1]) > 0.1 and abs(seen["g"]) > 0.4
    assert sorted(found.values()) == ["", "fi", "fo", "io"]
    assert found == {name: lesson03_swapped.fault(cell) for name, cell in cells.items()}
    if seed == 103:    # the notebook's
        assert found == EXERCISES["3.6"].solution


@pytest.mark.parametrize("pair", ["fi", "fo", "io"])
def test_a_broken_cell_differs_in_two_letters_and_can_be_drawn(pair):
    kind = lesson03_swapped.broken(pair)
    healthy, mine = ([line.strip() for line in inspect.getsource(cell.step).splitlines()]
                     for cell in (LSTMCell, kind))
    lines = {"f": "kept = {} * c_prev", "i": "added = {} * g", "o": "h = {} * squashed"}
    assert [change for change in zip(healthy, mine, strict=True) if len(set(change)) > 1] == [
        (lines[gate].format(gate), lines[gate].format(other)) for gate, other in (pair, pair[::-1])]
    wires = {node.key: node.inputs[0] for node in graph(kind)}
    for (result, _), gate in zip(PRODUCTS, "fio", strict=True):
        assert wires[result] == (pair.replace(gate, "") if gate in pair else gate)


@pytest.mark.parametrize("pair", ["fi", "fo", "io"])
def test_a_broken_cell_is_a_healthy_one_under_other_names(pair):
    """So the praise says: trained anew it would learn the same; weights of another cell are what breaks."""
    healthy = LSTMCell(3, 2, torch.Generator().manual_seed(5))
    renamed = lesson03_swapped.broken(pair)(3, 2)
    names = {"g": "g", "f": "f", "i": "i", "o": "o", pair[0]: pair[1], pair[1]: pair[0]}
    for mine, theirs in names.items():
        getattr(renamed, mine).load_state_dict(getattr(healthy, theirs).state_dict())
    x, state = drawn(6, 3), (drawn(6, 2, seed=1), drawn(6, 2, seed=2))
    for one, other in zip(renamed(x, state), healthy(x, state), strict=True):
        assert torch.equal(one, other)


def test_the_healthy_cell_is_torchs_and_the_others_are_far():
    for cell in lesson03_swapped.celulas_tortas().values():
        gap = lesson03_swapped.gap(cell)
        assert gap > 0.1 if lesson03_swapped.fault(cell) else gap < 1e-6


# 3.9

@pytest.mark.parametrize(("part", "steps"), lesson03_half.CASES)
def test_autograd_finds_the_part_that_was_asked(part, steps):
    gate, left = lesson03_half.direct(EXERCISES["3.9"].solution(part, steps), steps)
    assert math.isclose(left, part, rel_tol=1e-9) and math.isclose(gate**steps, part, rel_tol=1e-9)


def test_no_two_wrong_biases_agree():
    values = [[float(formula(*case)) for case in lesson03_half.CASES] for formula in (
        lesson03_half.right, *(formula for _, formula in lesson03_half.FORMULAS))]
    for (one, first), (other, second) in product(enumerate(values), repeat=2):
        assert one == other or any(a != a or abs(a - b) > 10 * lesson03_half.NEAR
                                   for a, b in zip(first, second, strict=True))


# What hints say

@pytest.mark.parametrize(("number", "key", "said"), [    # worked out by hand, or from the closed form
    ("3.1", "step", "não confere é c(3): você escreveu 1,2. Ali são dois produtos, 0,25 · 1,2 e 0 · 0,9."),
    ("3.2", "erase", "sua linha dá 0,6, e o certo é 2,6."), ("3.2", "coupled", "sua linha dá 2,8"),
    ("3.2", "collapsed", "Entraram tensores de forma [1], e saiu um de forma []"),
    ("3.3", "no_tanh", "sua linha dá 0,5, e o certo é 0,241."), ("3.3", "no_gate", "sua linha dá 0,964"),
    ("3.7", "one_layer", "Com 3 entradas e 2 unidades, sua primeira conta dá 12; a certa dá 48."),
    ("3.7", "both_one", "sua segunda conta dá 48; nn.LSTM tem 56."),
    ("3.8", "last_two", "na ordem i, f, o, g."), ("3.8", "rows", "o bloco i saiu com forma [2, 2]"),
    ("3.5", "gate_values", "f = 0,73106, i = 0,5 e o = 0,5, e sobra 2,5·10⁻¹⁴ da memória."),
    ("3.5", "i_high", "c se mexe 49,6411"), ("3.5", "o_positive", "|h| chega a 0,7616"),
    ("3.9", "no_root", "dá b = 0. Medido na célula: f = 0,5, e sobra 7,9·10⁻³¹ do gradiente."),
    ("3.9", "other", "dá b = 5. Medido na célula: f = 0,99331, e sobra 0,51092 do gradiente."),
])
def test_a_hint_says_what_was_measured(number, key, said):
    assert said in checar(number, first_wrong(number, key)).hint


def test_praise_and_starts_are_portuguese():
    for number, check in lesson03.CHECKS.items():
        texts = " ".join((*check.start, checar(number, EXERCISES[number].solution).sentence))
        words = re.sub(r"`[^`]*`|\w+_\w+", " ", texts).lower().replace(plain("Python"), "")
        assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()


def test_the_quiz_asks_what_the_lesson_promises_and_its_numbers_hold():
    text = " ".join(question.words for question in lesson03.QUIZ)
    for topic in ("forget gate", "input gate", "output gate", "portões", "camadas", "gradiente"):
        assert topic in text
    texts = " ".join(words for question in lesson03.QUIZ for option in question.options
                     for words in (question.words, option.words, option.why))
    words = re.sub(r"`[^`]*`", " ", texts).lower()
    assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()
    one = torch.sigmoid(torch.tensor([16.0, 18.0]))
    assert one[0] < 1 == one[1] and math.tanh(3) > 0.99    # float32 rounds to 1 between the two
    assert f"{0.5**50:.1e}" == "8.9e-16" and "8,9·10⁻¹⁶" in texts and 0.5**50 < 1e-6 * 1e-9
