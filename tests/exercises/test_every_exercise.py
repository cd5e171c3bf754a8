"""The exercises of all lessons: untouched, right in several ways, wrong in every known way."""

import re

import pytest
import torch

from helpers.digits import classifier
from helpers.exercises import checar, lesson01, lesson02, lesson02_request, lesson03, lesson04, solucao
from helpers.exercises.answer import plain
from tests import english
from tests.exercises import (
    lesson01_measures,
    lesson01_turns,
    lesson02_measures,
    lesson02_nets,
    lesson03_behaviour,
    lesson03_equations,
    lesson04_measures,
    lesson04_models,
    lesson04_motion,
)

CHECKS = lesson01.CHECKS | lesson02.CHECKS | lesson03.CHECKS | lesson04.CHECKS
EXERCISES = tuple(exercise for module in (lesson01_turns, lesson01_measures, lesson02_nets, lesson02_measures,
                                          lesson03_equations, lesson03_behaviour, lesson04_motion,
                                          lesson04_models, lesson04_measures)
                  for exercise in module.EXERCISES)
WRONG = [(exercise, key, function) for exercise in EXERCISES for key, function in exercise.wrong]
every = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)


def pattern(words):
    """What a sentence must match: the hint with anything in place of its facts."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(plain(words)))


def test_every_exercise_is_tried():
    assert [exercise.number for exercise in EXERCISES] == [*CHECKS]


@every
def test_the_untouched_cell_is_not_yet(exercise):
    number = exercise.number
    for untouched in (..., None, exercise.untouched):
        answer = checar(number, untouched)
        assert answer.status == "ainda não"
        start = f"Exercício {number} · ainda não. {exercise.thing} ainda está como veio."
        assert repr(answer).startswith(start)
        html = answer._repr_html_()
        assert [f"Dica {n}" in html for n in (1, 2, 3)] == [True, True, False]
        assert repr(checar(number)) == repr(answer) and checar(number)._repr_html_() == html


@every
def test_the_solution_passes_and_is_shown(exercise):
    answer = checar(exercise.number, exercise.solution)
    assert (answer.status, answer.hint) == ("certo", "") and "{" not in answer.sentence
    start = (f"{exercise.name} = " if exercise.is_value else
             f"def {exercise.name}({', '.join(CHECKS[exercise.number].arguments)}):")
    head = next(line for line in exercise.source.splitlines() if line.startswith(start))
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


ODD = ("", b"x", [], {}, object(), 1j, 10**400, float("nan"), True, (None, None), ([], {}), ("a", 1),
       torch.zeros(0), torch.zeros(1, device="meta"), torch.ones(2, dtype=torch.complex64),
       torch.eye(2).to_sparse(), torch.full((2, 2), torch.nan).numpy(), [torch.ones(2), torch.ones(3)])


@every
def test_no_odd_value_is_right_or_ends_in_a_traceback(exercise):
    turns = exercise.number in ("1.2", "1.3", "2.3")    # what a turn returns does not matter: it did nothing
    for value in ODD:
        given = value if exercise.is_value else lambda *arguments, value=value: value
        answer = checar(exercise.number, given)
        assert answer.status == ("ainda não" if turns else "quase"), (value, answer)
        assert "\n" not in repr(answer) and "{" not in repr(answer) and " object at 0x" not in repr(answer)


@pytest.mark.parametrize("number", [exercise.number for exercise in EXERCISES if not exercise.is_value])
def test_a_loop_without_end_is_stopped(number):
    def endless(*arguments):
        while True:
            pass

    assert checar(number, endless).hint.startswith("Sua função não termina")


@every
def test_the_solution_fits_a_cell(exercise):
    assert len(exercise.source.splitlines()) <= 20


def test_the_checks_touch_no_global_state():
    for opened in (lesson02_request.shipped, classifier):
        opened.cache_clear()    # what draws on the global generator the first time only
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for exercise in EXERCISES:
        with torch.no_grad():    # a notebook may have left gradients off
            assert checar(exercise.number, exercise.solution).status == "certo"
    assert torch.equal(torch.get_rng_state(), before)
