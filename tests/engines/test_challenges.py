"""Challenges set by hand: targets by brute force, weights by what they promise, grades and causes by hand."""

from itertools import product
from math import inf, nan

import pytest
import torch
from torch import nn

from helpers.errors import CourseError
from helpers.lstm import challenge_attempt
from helpers.lstm.cell import LAYERS, Hold
from helpers.lstm.challenge_attempt import EVERY, STARTS, Attempt
from helpers.lstm.challenge_exam import FIRST_SEED, SEQUENCES, SHARES, Exam, answers
from helpers.lstm.challenges import (
    CHALLENGES,
    LIMIT,
    SCALE,
    Challenge,
    Choice,
    cell_of,
    edited,
    knobs_of,
    with_row,
)
from helpers.lstm.handmade import counter, register
from helpers.snapshots import snapshot

torch.set_num_threads(1)
EACH = list(CHALLENGES.values())


@pytest.fixture(scope="module", params=EACH, ids=lambda challenge: challenge.key)
def exam(request: pytest.FixtureRequest) -> Exam:
    return Exam(request.param, 1)


def random_knobs(challenge: Challenge, seed: int) -> tuple:
    """Weights of no meaning, U among them."""
    table = torch.randn(4, len(challenge.inputs) + 2, generator=torch.Generator().manual_seed(seed))
    return tuple(map(tuple, table.tolist()))


def right_answers(challenge: Challenge, steps: list[list[float]]) -> list[float]:
    """What the words of a challenge ask for, one sequence at a time, in plain Python."""
    kept, out = 0.0, []
    for n, x in enumerate(steps):
        if challenge.key == "memory":
            kept = x[0] if n == 0 else kept
        elif challenge.key == "latch":
            kept = 1.0 if x[0] else 0.0 if x[1] else kept
        elif challenge.key == "counter":
            kept += x[0]
        else:
            kept = x[0] if x[1] else 0.0 if x[2] else kept
        out.append(kept * x[3] if challenge.key == "register" else kept)
    return out


@pytest.mark.parametrize("challenge", EACH, ids=lambda c: c.key)
def test_targets_are_what_the_words_say(challenge):
    batch = challenge.sequences(5, 60)
    assert batch.x.shape == (challenge.task.steps, 60, len(challenge.inputs))
    for b in range(60):
        expected = right_answers(challenge, batch.x[:, b].tolist())
        assert batch.y[:, b, 0].tolist() == pytest.approx(expected, abs=1e-6)
    commands = batch.x[..., challenge.commands]
    assert set(commands.unique().tolist()) <= {-1.0, 0.0, 1.0}
    if challenge.key == "memory":
        assert (batch.x[0, :, 1] == 1).all() and (batch.x[1:, :, 1] == 0).all()
    if challenge.key == "latch":
        assert commands.sum(-1).max() == 1    # never both at once
        assert commands.mean((0, 1)).tolist() == pytest.approx([0.15, 0.15], abs=0.03)


def test_no_exam_repeats_another_nor_an_example(exam):
    challenge, other = exam.challenge, Exam(exam.challenge, 2)
    assert not torch.equal(exam.batch.x, other.batch.x)
    assert torch.equal(exam.batch.x, Exam(challenge, 1).batch.x)
    assert exam.batch.x.shape[1] == SEQUENCES
    assert torch.equal(exam.batch.x, challenge.sequences(FIRST_SEED + 1, SEQUENCES).x)


def test_the_answer_is_pytorchs_own_cell_times_the_scale(exam):
    for seed in range(3):
        knobs = random_knobs(exam.challenge, seed)
        lstm = cell_of(knobs).store(nn.LSTM(len(exam.challenge.inputs), 1))
        with torch.no_grad():
            expected = SCALE * lstm(exam.batch.x)[0]
        assert torch.allclose(answers(knobs, exam.batch.x), expected, rtol=1e-5, atol=1e-4)
        assert exam.error(knobs) == pytest.approx((expected - exam.batch.y).square().mean().item(), rel=1e-4)
        assert torch.equal(torch.tensor(knobs_of(cell_of(knobs))), torch.tensor(knobs))


def test_choices_do_what_their_words_say():
    """By the logistic function itself: for every pattern of commands a gate is 0, ½ or 1 as it is called."""
    for challenge in EACH:
        if challenge.key == "counter":
            patterns = torch.tensor([[1.0], [-1.0]])
        else:
            patterns = torch.tensor(list(product((0.0, 1.0), repeat=len(challenge.inputs))))
        for choice in challenge.choices["f"]:
            row = torch.tensor(challenge.row(choice))
            assert row[-2] == 0    # nothing of h
            value = torch.sigmoid(patterns @ row[:-2] + row[-1])
            named = (patterns[:, list(choice.inputs)] > 0).any(1).float()
            expected = {"half": 0.5 + 0 * named, "open": 1 + 0 * named, "shut": 0 * named, "opens": named,
                        "shuts": 1 - named}[choice.kind]
            assert torch.allclose(value, expected, atol=1e-6)
        x = torch.randn(5, len(challenge.inputs), generator=torch.Generator().manual_seed(0))
        for choice in challenge.choices["g"]:
            row = torch.tensor(challenge.row(choice))
            factor = {"small": 0.01, "whole": 1.0}.get(choice.kind, 0.0)
            carried = factor * x[:, choice.inputs[0]] if choice.inputs else 0 * x[:, 0]
            carried = carried + 0.01 * (choice.kind == "constant")
            assert torch.allclose(x @ row[:-2] + row[-1], carried)
        for layer in LAYERS:    # and each is found again by its weights
            rows = [challenge.row(choice) for choice in challenge.choices[layer]]
            assert len(set(rows)) == len(rows)
            assert [challenge.chosen(layer, row) for row in rows] == list(challenge.choices[layer])
            assert challenge.chosen(layer, (0.123,) * len(rows[0])) is None


def test_the_reference_earns_three_stars_and_nothing_earns_none(exam):
    grade = exam.grade(exam.challenge.reference)
    assert grade.stars == 3 and grade.diagnosis is None and grade.error == exam.best
    assert exam.best <= 1e-5
    nothing = exam.grade(exam.challenge.nothing)
    assert nothing.error == exam.zero == pytest.approx(exam.batch.y.square().mean().item())
    assert nothing.stars == 0
    assert [exam.stars(share * exam.zero) for share in (*SHARES, 1.0)] == [1, 2, 3, 0]


def test_references_are_the_courses_handmade_cells():
    for key, cell in (("register", register()), ("counter", counter())):
        mine, theirs = (torch.tensor(knobs) for knobs in (CHALLENGES[key].reference, knobs_of(cell)))
        assert torch.equal(mine[1:], theirs[1:])    # the counter's g is small here, since h is read
        assert key == "counter" or torch.equal(mine, theirs)
    assert Exam(CHALLENGES["register"], 7).best <= 1e-9


# challenge, layer, wrong choice -> what is wrong there: kind, in which steps, the gate's value
TYPICAL = [
    ("memory", "f", Choice("half"), "low", "none", 0.5), ("memory", "f", Choice("shut"), "low", "none", 0.0),
    ("memory", "i", Choice("open"), "high", "none", 1.0), ("memory", "i", Choice("shut"), "low", 1, 0.0),
    ("memory", "o", Choice("opens", (1,)), "low", "none", 0.0),
    ("memory", "g", Choice("whole", (0,)), "large", "all", None),
    ("memory", "g", Choice("small", (1,)), "other", "all", None),
    ("memory", "g", Choice("nothing"), "nothing", "all", None),
    ("latch", "f", Choice("open"), "high", 0, 1.0), ("latch", "f", Choice("shuts", (1,)), "high", 0, 1.0),
    ("latch", "f", Choice("shuts", (0,)), "high", 1, 1.0),
    ("latch", "i", Choice("opens", (1,)), "low", 0, 0.0), ("counter", "f", Choice("half"), "low", None, 0.5),
    ("counter", "i", Choice("opens", (0,)), "low", "none", 0.0),
    ("counter", "g", Choice("whole", (0,)), "large", "all", None),
    ("register", "f", Choice("shuts", (2,)), "high", 1, 1.0),
    ("register", "f", Choice("shuts", (1,)), "high", 2, 1.0),
    ("register", "i", Choice("open"), "high", "none", 1.0),
    ("register", "o", Choice("open"), "high", "none", 1.0),
    ("register", "o", Choice("shut"), "low", 3, 0.0)]


@pytest.mark.parametrize(("key", "layer", "choice", "kind", "where", "own"), TYPICAL)
def test_a_typical_mistake_is_found_where_it_was_made(key, layer, choice, kind, where, own):
    challenge = CHALLENGES[key]
    exam = Exam(challenge, 3)
    grade = exam.grade(with_row(challenge.reference, layer, challenge.row(choice)))
    found = grade.diagnosis
    assert grade.stars < 3
    assert found.wrong == (layer,) and found.alone == pytest.approx(exam.best)
    assert (found.fault.layer, found.fault.kind) == (layer, kind)
    assert where is None or found.fault.where == where
    if own is not None:
        assert found.fault.own == pytest.approx(own, abs=1e-6)
        assert found.fault.right == pytest.approx(1.0 if kind == "low" else 0.0, abs=1e-6)


def test_every_choice_passes_or_is_told_what_is_wrong(exam):
    """One layer changed at a time: where that fails, this layer, and no other, is named."""
    challenge = exam.challenge
    for layer in LAYERS:
        for choice in challenge.choices[layer][::1 if len(challenge.commands) < 3 else 3]:
            grade = exam.grade(with_row(challenge.reference, layer, challenge.row(choice)))
            assert (grade.stars == 3) == (grade.diagnosis is None)
            if grade.diagnosis:
                assert grade.diagnosis.wrong == (layer,) == (grade.diagnosis.fault.layer,)


def test_the_wrong_layers_are_the_smallest_set_that_repairs(exam):
    challenge, generator = exam.challenge, torch.Generator().manual_seed(4)
    for _ in range(2):
        knobs = challenge.nothing
        for layer in LAYERS:
            some = challenge.choices[layer]
            choice = some[torch.randint(len(some), (), generator=generator)]
            knobs = with_row(knobs, layer, challenge.row(choice))
        grade = exam.grade(knobs)
        if grade.diagnosis is None:
            continue
        right = dict(zip(LAYERS, challenge.reference, strict=True))
        sizes = []
        for kept in product((False, True), repeat=4):
            mixed = tuple(row if own else right[name]
                          for name, row, own in zip(LAYERS, knobs, kept, strict=True))
            sizes += [4 - sum(kept)] if exam.stars(exam.error(mixed)) == 3 else []
        assert len(grade.diagnosis.wrong) == min(sizes)
        assert grade.diagnosis.fault.layer in grade.diagnosis.wrong


def test_several_wrong_layers_any_numbers_and_gates_held(exam):
    challenge = exam.challenge
    found = exam.grade(challenge.nothing).diagnosis
    assert len(found.wrong) == 4 and (found.fault.layer, found.fault.kind) == ("g", "nothing")
    for seed in range(2):    # with U and without any sense: still graded, still told
        grade = exam.grade(random_knobs(challenge, seed))
        assert grade.stars < 3 and grade.diagnosis.fault.layer in grade.diagnosis.wrong
    shut = Hold(o=torch.zeros(SEQUENCES, 1))
    assert exam.error(challenge.reference, [shut] * challenge.task.steps) == exam.zero


def test_one_weight_is_set_and_what_is_no_weight_refused():
    challenge = CHALLENGES["register"]
    knobs = edited(challenge.nothing, "i", 5, -2.5)
    assert knobs[LAYERS.index("i")] == (0, 0, 0, 0, 0, -2.5) and knobs[:2] == challenge.nothing[:2]
    assert cell_of(knobs).i.b.item() == -2.5 and all(getattr(cell_of(knobs), g).b.item() == 0 for g in "gfo")
    assert edited(knobs, "i", 5, LIMIT)[2][5] == LIMIT
    for value, key in ((nan, "not_finite"), (inf, "not_finite"), (LIMIT + 0.1, "weight_range")):
        with pytest.raises(CourseError) as refused:
            edited(knobs, "f", 0, value)
        assert refused.value.key == key and str(refused.value)


@pytest.mark.parametrize("start", list(STARTS))
def test_an_attempt_is_the_learners_own_training_and_goes_back_bit_for_bit(start):
    exam = Exam(CHALLENGES["latch"], 0)
    attempt, again = Attempt(exam, 2, start), Attempt(exam, 2, start)
    first = snapshot(attempt.walk.engine.state_dict())
    attempt.advance(3 * EVERY)
    assert attempt.steps == 3 * EVERY and list(attempt.curve) == [0, EVERY, 2 * EVERY, 3 * EVERY]
    for _ in range(3 * EVERY):
        for _op in again.walk.engine.turn():
            pass
    assert attempt.found() == again.found()
    lstm, head = again.walk.engine.net.core, again.walk.engine.net.head
    knobs, factor, added = attempt.found()
    with torch.no_grad():
        expected = head(lstm(exam.batch.x)[0])
        mine = factor / SCALE * answers(knobs, exam.batch.x) + added
    assert torch.allclose(mine, expected, atol=1e-5)
    assert attempt.error == pytest.approx((expected - exam.batch.y).square().mean().item(), rel=1e-5)
    error, there = attempt.error, attempt.found()
    attempt.back()
    assert attempt.steps == 2 * EVERY and attempt.found() != there
    attempt.advance(EVERY)
    assert attempt.found() == there and attempt.error == error
    attempt.goto(0)
    attempt.back()
    assert attempt.steps == 0
    assert all(torch.equal(a, b) for a, b in zip(first["net"].values(),
                                                 attempt.walk.engine.net.state_dict().values(), strict=True))


def test_an_attempt_ends_with_its_plan(monkeypatch):
    assert challenge_attempt.PLAN % EVERY == 0
    monkeypatch.setattr(challenge_attempt, "PLAN", 2 * EVERY)
    attempt = Attempt(Exam(CHALLENGES["counter"], 0), 0, "small")
    assert not attempt.over
    attempt.advance(10 * EVERY)
    assert attempt.over and attempt.steps == 2 * EVERY
    attempt.advance(EVERY)
    assert attempt.steps == 2 * EVERY
