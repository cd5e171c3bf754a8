"""The exercises of lesson 01: what their hints measure."""

import re

import pytest

from helpers.exercises import checar
from tests.exercises import lesson01_measures, lesson01_turns

EXERCISES = (*lesson01_turns.EXERCISES, *lesson01_measures.EXERCISES)
WRONG = [(exercise, key, function) for exercise in EXERCISES for key, function in exercise.wrong]


@pytest.mark.parametrize(("number", "key", "said"), [    # worked out by hand, or from the closed form
    ("1.4", "swapped", "dá 0,250"), ("1.4", "ratio", "dá 3,000"), ("1.4", "logit", "dá 1,099"),
    ("1.4", "normalised", "sozinho, sua função dá 0,750; com outros ao lado, dá 0,240"),
    ("1.4", "one_zero", "dá 0,500, e o certo é 0"), ("1.4", "zero", "dá 0."),
    ("1.5", "kl", "dá 0,832, e o certo é 0,193"), ("1.5", "bits", "dá 0,278"), ("1.5", "double", "dá 0,385"),
    ("1.5", "zeros", "com p = (1; 0) e q = (0,5; 0,5), sua função dá nan, e o certo é 0,216"),
    ("1.5", "least", "dá 1,001"), ("1.6", "swapped", "dá 0,881 e 0,119"),
    ("1.6", "slope", "dá 0,105 e 0,105"),
    ("1.6", "rounded", "com logit 20, o peso não saturante deu 0, e o certo é 2,1·10⁻⁹"),
    ("1.7", "nearest", "de 22 amostras e 8 modos, sua função dá 5 e 0,73; o certo é 3 e 0,73"),
    ("1.4", "other", "Onde p = 0,30 e q = 0,10, sua função dá 0,900. À mão: 0,30 / (0,30 + 0,10) = 0,750"),
    ("1.7", "none_near", "sua função dá 0 e nan; o certo é 0 modos e fração 0"),
])
def test_a_hint_says_what_was_measured(number, key, said):
    function = next(function for exercise, name, function in WRONG
                    if (exercise.number, name) == (number, key))
    assert said in checar(number, function).hint


@pytest.mark.parametrize("number", ["1.4", "1.5", "1.6"])
def test_a_hint_never_measures_where_the_answer_is_right(number):
    for exercise, key, function in WRONG:
        if (exercise.number, key) == (number, "other"):
            hint = checar(number, function).hint
            told = re.search(r"sua função dá (.+?)[.,] (?:À mão: .* = |O certo é |e o certo é )(.+)\.$", hint)
            assert told and told[1] != told[2], hint


def test_the_saturating_turn_is_measured_beside_the_right_one():
    hint = checar("1.3", dict(lesson01_turns.WRONG_TURNS_G)["saturating"]).hint
    weak, strong = (float(text.replace(",", ".")) for text in re.findall(r"\d,\d+", hint))
    assert 0 < 5 * weak < strong
