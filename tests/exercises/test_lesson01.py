"""The exercises of lesson 01: untouched, right in several ways, wrong in every known way."""

import re

import pytest
import torch

from helpers.exercises import checar, solucao
from helpers.exercises.answer import plain
from helpers.exercises.lesson01 import CHECKS
from tests import english
from tests.exercises import lesson01_measures, lesson01_turns

EXERCISES = (*lesson01_turns.EXERCISES, *lesson01_measures.EXERCISES)
WRONG = [(exercise, key, function) for exercise in EXERCISES for key, function in exercise.wrong]
every = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)


def pattern(words):
    """What a sentence must match: the hint with anything in place of its facts."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(plain(words)))


def test_every_exercise_is_tried():
    assert [exercise.number for exercise in EXERCISES] == list(CHECKS)


@every
def test_the_untouched_cell_is_not_yet(exercise):
    number = exercise.number
    for untouched in (..., None, exercise.untouched):
        answer = checar(number, untouched)
        assert answer.status == "ainda não"
        assert repr(answer).startswith(f"Exercício {number} · ainda não. A função ainda está como veio.")
        html = answer._repr_html_()
        assert [f"Dica {n}" in html for n in (1, 2, 3)] == [True, True, False]
        assert repr(checar(number)) == repr(answer) and checar(number)._repr_html_() == html


@every
def test_the_solution_passes_and_is_shown(exercise):
    answer = checar(exercise.number, exercise.solution)
    assert (answer.status, answer.hint) == ("certo", "") and "{" not in answer.sentence
    head = next(line for line in exercise.source.splitlines() if line.startswith("def "))
    assert head.startswith(f"def {exercise.name}({', '.join(CHECKS[exercise.number].arguments)}):")
    for shown in (answer, checar(exercise.number), solucao(exercise.number)):
        assert "<details" in shown._repr_html_() and head in shown._repr_html_()
    assert "Ver a solução" in checar(exercise.number)._repr_html_()


@every
def test_other_right_answers_pass(exercise):
    assert len(exercise.others) >= 3
    for function in exercise.others:
        answer = checar(exercise.number, function)
        assert answer.status == "certo", answer.hint


@pytest.mark.parametrize(("exercise", "key", "function"), WRONG,
                         ids=[f"{exercise.number}-{key}" for exercise, key, _ in WRONG])
def test_a_wrong_answer_gets_its_own_hint(exercise, key, function):
    answer = checar(exercise.number, function)
    first, second = exercise.hints[key]
    assert answer.status == "quase" and answer.hint in repr(answer)
    assert re.fullmatch(pattern(first), answer.hint), answer.hint
    assert answer.more == (plain(second),) and "Dica 2" in answer._repr_html_()


@every
def test_every_hint_is_tried_and_no_two_are_alike(exercise):
    assert {key for key, _ in exercise.wrong} == set(exercise.hints)
    for position in (0, 1):
        texts = [pair[position] for pair in exercise.hints.values()]
        assert position or len(set(texts)) == len(texts)
        assert not any("implesmente" in text for text in texts)
        words = re.sub(r"`[^`]*`|\{\w+\}", " ", " ".join(texts)).lower()
        assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()


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


ODD = ("", b"x", [], {}, object(), 1j, 10**400, float("nan"), True, (None, None), ([], {}), ("a", 1),
       torch.zeros(0), torch.zeros(1, device="meta"), torch.ones(2, dtype=torch.complex64),
       torch.eye(2).to_sparse(), torch.full((2, 2), torch.nan).numpy(), [torch.ones(2), torch.ones(3)])


@every
def test_no_odd_value_is_right_or_ends_in_a_traceback(exercise):
    turns = exercise.number in ("1.2", "1.3")    # what a turn returns does not matter: it did nothing
    for value in ODD:
        answer = checar(exercise.number, lambda *arguments, value=value: value)
        assert answer.status == ("ainda não" if turns else "quase"), (value, answer)
        assert "\n" not in repr(answer) and "{" not in repr(answer) and " object at 0x" not in repr(answer)


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


def test_the_checks_touch_no_global_state():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for exercise in EXERCISES:
        with torch.no_grad():    # a notebook may have left gradients off
            assert checar(exercise.number, exercise.solution).status == "certo"
    assert torch.equal(torch.get_rng_state(), before)
