"""Checks, predictions and quiz as learners meet them: broken functions, escaping, score, static pages."""

import os
import re
import sys
from functools import partial

import pytest
import torch

from helpers.exercises import (
    checar,
    comparar,
    lesson00,
    lesson01,
    lesson02,
    lesson03,
    previsao,
    quiz,
    running,
    solucao,
)
from helpers.exercises.answer import plain
from tests.exercises.lesson01_turns import right


def divides(logits_reais, logits_gerados):
    total = logits_reais.sum()
    return total / 0 if False else 1 / 0


def script(logits_reais, logits_gerados):
    raise ValueError("<script>alert('oi')</script> `x`")


class Hostile(Exception):
    def __str__(self):
        raise RuntimeError


def hostile(logits_reais, logits_gerados):
    raise Hostile


def endless(logits_reais, logits_gerados):
    while True: pass    # noqa: E701


def swallows(logits_reais, logits_gerados):
    while True:
        try:
            1 / 0    # noqa: B018
        except Exception:
            continue


def leaves(logits_reais, logits_gerados):
    raise SystemExit


@pytest.mark.parametrize(("function", "said"), [
    (divides, "`return total / 0 if False else 1 / 0`: houve uma divisão por zero"),
    (script, "uma operação recebeu um valor que não aceita"),
    (hostile, "aconteceu um erro"), (leaves, "aconteceu um erro"),
    (lambda r, g: perdido(r), "um nome que o Python não conhece"),    # noqa: F821
    (lambda r, g: r @ g, "o PyTorch não conseguiu fazer a conta"),
    (lambda r, g: r.media(), "não tem o atributo"),
    (endless, "Sua função não termina"), (swallows, "Sua função não termina"),
    (lambda r: r, "A função deve receber logits_reais e logits_gerados, nesta ordem"),
    (0.5, "chegou algo do tipo float"), (torch.ones(1), "chegou algo do tipo Tensor"),
    (lambda r, g: torch.zeros(1, device="meta", requires_grad=True), "A verificação não conseguiu ler"),
])
def test_a_broken_function_gets_a_sentence(function, said):
    answer = checar("1.1", function)
    assert answer.status == "quase" and plain(said) in answer.hint
    assert "\n" not in repr(answer) and repr(checar("1.1", function)) == repr(answer)


@pytest.mark.parametrize(("names", "said"), [
    (("quadros",), "A função deve receber `quadros`. Confira a linha do `def`."),
    (("a", "b"), "A função deve receber `a` e `b`, nesta ordem. Confira a linha do `def`."),
    (("a", "b", "c"), "A função deve receber `a`, `b` e `c`, nesta ordem. Confira a linha do `def`.")])
def test_arguments_are_named_as_they_are_counted(names, said):
    with pytest.raises(running.Refused) as caught:
        running.Attempt(lambda *, other: other, names)
    assert caught.value.hint == said


def defined(source, name, file):
    """What a source defines, as if it stood in that file."""
    namespace = {"right": right}
    exec(compile(source, file, "exec"), namespace)
    return namespace[name]


CELLS = f"ipykernel_{os.getpid()}{os.sep}"    # how the kernel names the files of its cells


def test_an_endless_helper_in_another_cell_is_stopped():
    waits = defined("def waits(a):\n    while True: pass", "waits", f"{CELLS}1.py")
    calls = defined("def calls(waits, r, g): return waits(r)", "calls", f"{CELLS}2.py")
    for function in (lambda r, g: waits(r), partial(calls, waits)):
        assert checar("1.1", function).hint.startswith("Sua função não termina")


@pytest.mark.parametrize(("file", "status"), [(f"{CELLS}1.py", "quase"), ("library.py", "certo")],
                         ids=["cell", "library"])
def test_only_what_a_learner_wrote_is_counted(monkeypatch, file, status):
    monkeypatch.setattr(running, "STEPS", 2000)
    slow = defined("def slow(r, g):\n    for _ in range(9000): pass\n    return right(r, g)", "slow", file)
    assert checar("1.1", lambda r, g: slow(r, g)).status == status


def test_the_line_that_stopped_is_named():
    assert f"na linha {divides.__code__.co_firstlineno + 2}," in checar("1.1", divides).hint


def test_what_a_learner_writes_is_escaped():
    def prints(logits_reais, logits_gerados):
        print("<script>alert(1)</script>")
        return "<b>texto</b>"

    for function in (script, prints):
        html = checar("1.1", function)._repr_html_()
        assert "<script" not in html and "<b>" not in html and "&lt;script&gt;" in html
    assert "O que sua função imprimiu" in html
    assert "imprimiu" not in checar("1.1", script)._repr_html_()


def test_prints_stay_inside_the_answer(capsys):
    checar("1.1", lambda r, g: print("olá"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("function", [right, divides, endless])
def test_a_tracer_from_before_comes_back(function):
    def tracer(*event):
        return None

    outer = sys.gettrace()
    try:
        sys.settrace(tracer)
        checar("1.1", function)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(outer)


@pytest.mark.parametrize("number", ["9.9", "1.9", "1", "", "../x.1", 1.1, None])
def test_an_unknown_exercise_is_answered(number):
    assert "Não encontrei o exercício" in repr(checar(number, right))
    assert "Não encontrei o exercício" in repr(solucao(number))


def test_prediction_unanswered_answered_and_run_again():
    options = ["Nada.", "Os pesos de <G>."]
    asked = previsao("t.a", "O que muda sem `detach()`?", options)
    assert asked.choice == -1 and repr(asked) == "Previsão: O que muda sem detach()?"
    said = comparar("t.a", medido=0.25, certa=1)
    assert repr(said) == ("Previsão e medida. Você ainda não anotou sua previsão. A medida: 0,250. "
                          "A medida dá razão a “Os pesos de <G>”.")
    assert "&lt;G&gt;" in said._repr_html_() and "<G>" not in said._repr_html_()
    asked.choice = 0
    assert asked.reply == "Anotado: “Nada”. Você pode mudar de ideia até medir."
    assert "Você previu “Nada”. A medida: 0,250. A medida dá razão a “Os pesos" in repr(
        comparar("t.a", torch.tensor(0.25), 1))
    asked.choice = 1
    assert repr(comparar("t.a", "sim", 1)).endswith("A medida: sim. Sua previsão se confirmou.")
    assert repr(comparar("t.a", True)).endswith("A medida: sim.")
    again = previsao("t.a", "O que muda sem `detach()`?", options)
    assert again.choice == 1 and again.reply == asked.reply
    assert previsao("t.a", "Outra pergunta?", options).choice == -1
    assert "ainda não anotou" in repr(comparar("t.a", 1, 0))


@pytest.mark.parametrize(("typed", "read"), [
    ("0,5", "0,5"), ("0.5", "0,5"), (" −2 ", "−2"), ("100", "100"), ("1e-3", "0,001"), ("0", "0")])
def test_prediction_of_a_number(typed, read):
    asked = previsao("t.n", f"Quanto vale a perda ({typed})?")
    asked.text = typed
    assert asked.reply.startswith(f"Anotado: {read}.")
    assert f"Você previu {read}. A medida: 0,693. A diferença é" in repr(comparar("t.n", 0.6931))
    assert "Chegou perto" in repr(comparar("t.n", 0.6931, tolerancia=200))
    for awkward in ("", "muito", "nan", "inf", "1e300"):
        asked.text = awkward
        assert asked.reply == "Escreva um número, por exemplo 0,5."
        assert "ainda não anotou" in repr(comparar("t.n", 0.6931))


def test_comparison_without_its_question():
    assert repr(comparar("t.nunca", 3, 0)) == (
        "Previsão e medida. Você ainda não anotou sua previsão. A medida: 3.")


@pytest.mark.parametrize(("lesson", "questions", "count"), [
    ("00", lesson00.QUIZ, 3), ("01", lesson01.QUIZ, 5), ("02", lesson02.QUIZ, 5),
    ("03", lesson03.QUIZ, 5)])
def test_quiz_explains_every_option(lesson, questions, count):
    shown = quiz(lesson)
    assert len(questions) == count and shown.score == (0, 0, count)
    whys = set()
    for card, question in zip(shown.cards, questions, strict=True):
        assert sum(option.right for option in question.options) == 1
        for place, option in enumerate(question.options):
            card.choice = place
            assert card.reply.endswith(option.why) and card.tone == ("certo" if option.right else "quase")
            assert card.reply.startswith("Certo. ") is option.right
            whys.add(option.why)
    assert len(whys) == sum(len(question.options) for question in questions)


def test_the_right_option_is_not_always_in_one_place():
    for questions in (lesson00.QUIZ, lesson01.QUIZ, lesson02.QUIZ, lesson03.QUIZ):
        assert len({[o.right for o in q.options].index(True) for q in questions}) > 1


def test_quiz_keeps_score():
    shown = quiz("01")
    rights = [[option.right for option in question.options].index(True) for question in lesson01.QUIZ]
    assert shown.said == "Escolha uma resposta em cada pergunta."
    shown.cards[0].choice = rights[0]
    assert shown.said == "Respondidas: 1 de 5. Certas: 1."
    for card, place in zip(shown.cards[1:], rights[1:], strict=True):
        card.choice = (place + 1) % 3
    assert shown.score == (1, 5, 5)
    assert shown.said == ("Você acertou 1 de 5. Leia a explicação das perguntas 2, 3, 4 e 5 e escolha outras "
                          "respostas.")
    for card, place in zip(shown.cards[1:4], rights[1:4], strict=True):
        card.choice = place
    assert shown.said == "Você acertou 4 de 5. Leia a explicação da pergunta 5 e escolha outra resposta."
    shown.cards[4].choice = rights[4]
    assert shown.said.startswith("Você acertou as 5 perguntas.") and shown.said in shown.sentence.value


@pytest.mark.parametrize("make", [
    lambda: quiz("00"), lambda: quiz("01"), lambda: quiz("02"), lambda: quiz("03"),
    lambda: previsao("t.s", "Pergunta?", ["A", "B"]), lambda: previsao("t.m", "Quanto?")])
def test_widgets_carry_the_same_static_page_at_every_run(make):
    def bundle(widget):
        data = widget._repr_mimebundle_()
        return data[0] if isinstance(data, tuple) else data

    first, second = bundle(make()), bundle(make())
    assert "application/vnd.jupyter.widget-view+json" in first
    assert first["text/plain"] == second["text/plain"] and " object at 0x" not in first["text/plain"]
    assert first["text/html"] == second["text/html"]
    assert "Execute a célula para responder." in first["text/html"]


def test_the_static_quiz_has_every_question_option_and_reason():
    from html import escape

    html = re.sub(r"</?code[^>]*>", "`", quiz("01")._repr_mimebundle_()["text/html"])
    for question in lesson01.QUIZ:
        options = [text for option in question.options for text in (option.words, option.why)]
        assert all(escape(words) in html for words in [question.words, *options])


def test_a_measurement_without_a_prediction_stays_folded():
    """Who reads a saved lesson has not predicted yet: the answer must not stand open on the page."""
    html = comparar("nobody.asked", 5448)._repr_html_()
    assert "5448" in html.split("<details", 1)[1]
    assert "5448" not in html.split("<details", 1)[0]
