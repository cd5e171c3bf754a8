"""Checks, predictions and quiz as learners meet them: untouched, wrong in every known way, broken, right."""

import re
import runpy
import sys

import pytest
import torch
from torch.nn import functional as F
from torch.nn.functional import softplus

from helpers.exercises import checar, comparar, lesson00, lesson01, previsao, quiz, solucao
from helpers.exercises import lesson01_loss as loss_check
from helpers.exercises import lesson01_turn as turn_check
from helpers.exercises.answer import plain
from helpers.exercises.checks import FOLDER

SOLUTIONS = {"1.1": ("01_1.py", "perda_do_discriminador"), "1.2": ("01_2.py", "vez_do_discriminador")}
bce, bce_logits = F.binary_cross_entropy, F.binary_cross_entropy_with_logits


def right(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()


def bce_sum(real, fake):
    return (bce_logits(real, torch.ones_like(real), reduction="sum")
            + bce_logits(fake, torch.zeros_like(fake), reduction="sum"))


def clamped(real, fake):
    return bce(real.sigmoid(), torch.ones_like(real)) + bce(fake.sigmoid(), torch.zeros_like(fake))


def no_return(real, fake):
    softplus(-real).mean() + softplus(fake).mean()


WRONG_LOSSES = [    # (key of the hint, function)
    ("swapped", lambda r, g: softplus(r).mean() + softplus(-g).mean()),
    ("only_real", lambda r, g: bce_logits(r, torch.ones_like(r))),
    ("only_fake", lambda r, g: softplus(g).mean()),
    ("generator", lambda r, g: softplus(-g).mean()),
    ("all_real", lambda r, g: softplus(-r).mean() + softplus(-g).mean()),
    ("all_fake", lambda r, g: softplus(r).mean() + softplus(g).mean()),
    ("sum", bce_sum),
    ("half", lambda r, g: right(r, g) / 2),
    ("joined", lambda r, g: bce_logits(torch.cat([r, g]), torch.cat([torch.ones_like(r),
                                                                    torch.zeros_like(g)]))),
    ("negative", lambda r, g: F.logsigmoid(r).mean() + F.logsigmoid(-g).mean()),
    ("double_sigmoid", lambda r, g: right(r.sigmoid(), g.sigmoid())),
    ("nan", lambda r, g: -r.log().mean() - (1 - g).log().mean()),
    ("bce", lambda r, g: bce(r, torch.ones_like(r)) + bce(g, torch.zeros_like(g))),
    ("overflow", lambda r, g: -r.sigmoid().log().mean() - (1 - g.sigmoid()).log().mean()),
    ("overflow", lambda r, g: (1 + (-r).exp()).log().mean() + (1 + g.exp()).log().mean()),
    ("clamped", clamped),
    ("clamped", lambda r, g: -(r.sigmoid() + 1e-8).log().mean() - (1 - g.sigmoid() + 1e-8).log().mean()),
    ("float", lambda r, g: right(r, g).item()),
    ("not_tensor", lambda r, g: "pronto"),
    ("not_tensor", lambda r, g: right(r, g).detach().numpy()),
    ("many", lambda r, g: softplus(-r) + softplus(g)),
    ("no_gradient", lambda r, g: right(r, g).detach()),
    ("gradient", lambda r, g: right(r, g.detach())),
    ("sizes", lambda r, g: (softplus(-r) + softplus(g)).mean()),
    ("sizes", lambda r, g: bce_logits(r, torch.ones_like(r)) + bce_logits(g, torch.zeros_like(r))),
    ("other", lambda r, g: F.relu(1 - r).mean() + F.relu(1 + g).mean()),
    ("no_return", no_return),
]


def turn(loss=right, clear=True, cut=True, back=True, step=1, rounds=1):
    """The right turn, or one with a fault."""
    def learners(G, D, otimizador_D, reais, z):
        for _ in range(rounds):
            if clear:
                otimizador_D.zero_grad()
            fake = G(z).detach() if cut else G(z)
            value = loss(D(reais), D(fake))
            if back:
                value.backward()
            for _ in range(step):
                otimizador_D.step()
    return learners


def zero_late(G, D, opt, real, z):
    right(D(real), D(G(z).detach())).backward()
    opt.zero_grad()
    opt.step()


def step_early(G, D, opt, real, z, clear=True):
    if clear:
        opt.zero_grad()
    value = right(D(real), D(G(z).detach()))
    opt.step()
    value.backward()


def frozen(G, D, opt, real, z):
    G.requires_grad_(False)
    turn()(G, D, opt, real, z)


def moves_G(G, D, opt, real, z):
    opt.zero_grad()
    right(D(real), D(G(z))).backward()
    opt.step()
    torch.optim.SGD(G.parameters(), 0.1).step()


WRONG_TURNS = [
    ("detach", turn(cut=False)),
    ("zero_grad", turn(clear=False)),
    ("zero_grad", turn(clear=False, cut=False)),
    ("no_step", turn(step=0)),
    ("no_step", turn(step=0, clear=False)),
    ("no_backward", turn(back=False)),
    ("no_backward", turn(back=False, clear=False)),
    ("zero_late", zero_late),
    ("step_early", step_early),
    ("step_early", lambda G, D, opt, real, z: step_early(G, D, opt, real, z, clear=False)),
    ("no_D", lambda G, D, opt, real, z: opt.zero_grad()),
    ("negative", turn(lambda r, g: -right(r, g))),
    ("generator", turn(lambda r, g: softplus(-g).mean())),
    ("twice", turn(step=2)),
    ("twice", turn(rounds=2)),
    ("G_moved", moves_G),
    ("G_frozen", frozen),
    ("no_loss", turn(lambda r, g: None)),
    ("bce", turn(lambda r, g: bce(r, torch.ones_like(r)))),
    ("other", turn(lambda r, g: F.relu(1 - r).mean() + F.relu(1 + g).mean())),
    *((key, turn(loss_check.FORMULAS[key])) for key in turn_check.WRONG_LOSSES),
]


def pattern(key, hints):
    """What the sentence must match: the hint with anything in place of its facts."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(plain(hints[key][0])))


def loss_untouched(logits_reais, logits_gerados):
    ...


def turn_untouched(G, D, otimizador_D, reais, z):
    """With a docstring too."""
    return ...


def solution(number):
    file, name = SOLUTIONS[number]
    return runpy.run_path(str(FOLDER / file))[name]


@pytest.mark.parametrize(("number", "untouched"), [
    ("1.1", ...), ("1.1", None), ("1.1", loss_untouched), ("1.2", ...), ("1.2", turn_untouched)])
def test_the_untouched_cell_is_not_yet(number, untouched):
    answer = checar(number, untouched)
    assert answer.status == "ainda não"
    assert repr(answer).startswith(f"Exercício {number} · ainda não. A função ainda está como veio.")
    html = answer._repr_html_()
    assert [f"Dica {n}" in html for n in (1, 2, 3)] == [True, True, False]
    assert repr(checar(number)) == repr(answer) and checar(number)._repr_html_() == html


@pytest.mark.parametrize("number", lesson01.CHECKS)
def test_the_solution_passes_and_is_shown(number):
    answer = checar(number, solution(number))
    assert (answer.status, answer.hint) == ("certo", "")
    first_line = (FOLDER / SOLUTIONS[number][0]).read_text("utf-8").splitlines()[4]
    for shown in (answer, checar(number), solucao(number)):
        assert "<details" in shown._repr_html_() and first_line in shown._repr_html_()
    assert "Ver a solução" in checar(number)._repr_html_()


@pytest.mark.parametrize("form", [
    lambda r, g: bce_logits(r, torch.ones_like(r)) + bce_logits(g, torch.zeros_like(g)),
    lambda r, g: -F.logsigmoid(r).mean() - F.logsigmoid(-g).mean(),
    lambda r, g: (softplus(-r).sum() / r.numel() + softplus(g).sum() / g.numel()).reshape(1)])
def test_other_right_losses_pass(form):
    assert checar("1.1", form).status == "certo"


def no_grad_turn(G, D, opt, real, z):
    opt.zero_grad()
    with torch.no_grad():
        fake = G(z)
    softplus(-D(real)).mean().backward()
    softplus(D(fake)).mean().backward()
    opt.step()


@pytest.mark.parametrize("form", [turn(), no_grad_turn, turn(loss_check.classify)])
def test_other_right_turns_pass(form):
    assert checar("1.2", form).status == "certo"


@pytest.mark.parametrize(("key", "wrong"), WRONG_LOSSES)
def test_a_wrong_loss_gets_its_own_hint(key, wrong):
    answer = checar("1.1", wrong)
    assert answer.status == "quase" and answer.hint in repr(answer)
    assert re.fullmatch(pattern(key, loss_check.HINTS), answer.hint), answer.hint
    assert answer.more == (plain(loss_check.HINTS[key][1]),) and "Dica 2" in answer._repr_html_()


@pytest.mark.parametrize(("key", "wrong"), WRONG_TURNS)
def test_a_wrong_turn_gets_its_own_hint(key, wrong):
    hints = loss_check.HINTS | turn_check.HINTS
    answer = checar("1.2", wrong)
    assert answer.status == "quase"
    assert re.fullmatch(pattern(key, hints), answer.hint), answer.hint
    assert answer.more == (plain(hints[key][1]),)


@pytest.mark.parametrize(("hints", "wrong"), [
    (loss_check.HINTS, WRONG_LOSSES), (turn_check.HINTS, WRONG_TURNS)])
def test_every_hint_is_tried_and_no_two_are_alike(hints, wrong):
    assert {key for key, _ in wrong} >= set(hints)
    assert len({first for first, _ in hints.values()}) == len(hints)
    assert not any("implesmente" in text for pair in hints.values() for text in pair)


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


def test_the_checks_touch_no_global_state():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for number in lesson01.CHECKS:
        with torch.no_grad():    # a notebook may have left gradients off
            assert checar(number, solution(number)).status == "certo"
    assert torch.equal(torch.get_rng_state(), before)


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


@pytest.mark.parametrize(("lesson", "questions"), [("00", lesson00.QUIZ), ("01", lesson01.QUIZ)])
def test_quiz_explains_every_option(lesson, questions):
    shown = quiz(lesson)
    assert len(questions) == 3 and shown.score == (0, 0, 3)
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
    for questions in (lesson00.QUIZ, lesson01.QUIZ):
        assert len({[o.right for o in q.options].index(True) for q in questions}) > 1


def test_quiz_keeps_score():
    shown = quiz("01")
    rights = [[option.right for option in question.options].index(True) for question in lesson01.QUIZ]
    shown.cards[0].choice = rights[0]
    assert shown.said == "1 de 3 respondidas, 1 certa."
    for card, place in zip(shown.cards[1:], rights[1:], strict=True):
        card.choice = (place + 1) % 3
    assert shown.score == (1, 3, 3)
    assert shown.said.startswith("Você acertou 1 de 3. Leia a explicação das perguntas 2 e 3")
    shown.cards[1].choice = rights[1]
    assert "da pergunta 3" in shown.said
    shown.cards[2].choice = rights[2]
    assert shown.said.startswith("Você acertou as 3 perguntas.") and shown.said in shown.sentence.value


@pytest.mark.parametrize("make", [
    lambda: quiz("00"), lambda: quiz("01"), lambda: previsao("t.s", "Pergunta?", ["A", "B"]),
    lambda: previsao("t.m", "Quanto?")])
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
