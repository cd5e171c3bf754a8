"""The blind test as an engine: fair coins, exact statistics, learners whose result is known beforehand."""

import math
import random
from functools import cache

import pytest
import torch

from helpers.errors import CourseError
from helpers.gan.blind import COUNT, LEGIBLE, OPPONENTS, Trial, at_least, early, interval, luck, unseen
from helpers.gan.timeline import timeline

torch.set_num_threads(1)
RUN = timeline()
ENDS = [early(RUN), len(RUN.steps) - 1]


@cache
def many(opponent: str) -> list[Trial]:
    return [Trial(RUN, opponent, seed) for seed in range(40)]


def play(trial: Trial, says) -> Trial:
    """Answer all of it: says(place) -> True for real."""
    for place in range(COUNT):
        trial.answer(says(place))
    trial.reveal()
    return trial


# --- statistics -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hits", "count", "low", "high"), [
    # published tables of Clopper & Pearson's 95 % limits, and the closed form where hits is 0 or count
    (20, 20, 0.8316, 1.0), (10, 20, 0.2720, 0.7280), (0, 20, 0.0, 0.1684), (15, 20, 0.5090, 0.9134),
    (1, 20, 0.0013, 0.2487), (19, 20, 0.7513, 0.9987), (5, 10, 0.1871, 0.8129), (0, 10, 0.0, 0.3085)])
def test_the_interval_is_that_of_the_tables(hits, count, low, high):
    assert interval(hits, count) == pytest.approx((low, high), abs=6e-5)


def test_the_interval_at_the_ends_has_a_closed_form():
    for count in range(1, 41):
        assert interval(count, count)[0] == pytest.approx(0.025 ** (1 / count), abs=1e-12)
        assert interval(0, count)[1] == pytest.approx(1 - 0.025 ** (1 / count), abs=1e-12)


def test_the_bounds_leave_the_tails_that_define_them():
    for hits in range(1, COUNT):
        low, high = interval(hits, COUNT)
        assert at_least(hits, COUNT, low) == pytest.approx(0.025, abs=1e-12)
        assert 1 - at_least(hits + 1, COUNT, high) == pytest.approx(0.025, abs=1e-12)


def test_luck_counts_the_tosses():
    """All sequences of 12 tosses, one by one."""
    ones = [bin(number).count("1") for number in range(2**12)]
    for hits in range(13):
        assert luck(hits, 12) == sum(one >= hits for one in ones) / 2**12
    assert luck(0, COUNT) == 1 and luck(COUNT, COUNT) == 2.0**-COUNT


# --- what is shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_the_coin_is_fair_and_no_count_is_given_away(opponent):
    trials = many(opponent)
    real = [sum(trial.truth) for trial in trials]
    assert len(set(real)) > 3    # not always ten
    n = COUNT * len(trials)
    assert abs(sum(real) - n / 2) < 4 * math.sqrt(n) / 2
    expected = set(ENDS) if opponent == "mixed" else {ENDS[OPPONENTS.index(opponent)]}
    assert {point for trial in trials for point in trial.points} == expected
    if opponent == "mixed":
        late = sum(point == ENDS[1] for trial in trials for point in trial.points)
        assert abs(late - n / 2) < 4 * math.sqrt(n) / 2


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_the_real_ones_are_test_images_with_their_labels_and_the_others_are_not(opponent):
    source = unseen()
    rows = {image.numpy().tobytes(): label for image, label in
            zip(source.images, source.labels.tolist(), strict=True)}
    assert len(source.images) == 10_000
    for trial in many(opponent)[:5]:
        raw = ((trial.images[:, 0] + 1) * 127.5).round().byte()
        for place, true in enumerate(trial.truth):
            found = rows.get(raw[place].numpy().tobytes())
            assert (found == trial.labels[place]) if true else (found is None)


def test_the_discriminator_of_each_images_own_point_judges_it():
    trial = many("mixed")[0]
    for place, point in enumerate(trial.points):
        with torch.no_grad():
            logit = RUN.judge(point)(trial.images[place:place + 1], trial.labels[place:place + 1])
        assert trial.logits[place].item() == pytest.approx(logit.item(), abs=1e-4)


def test_the_generated_ones_are_drawn_by_their_own_point():
    """Every weight of the last layer to 0 at one end makes grey exactly of that end's images."""
    trial = Trial(RUN, "mixed", 0)
    name = next(name for name in reversed(list(RUN.sampler(-1).state_dict())) if name.endswith("weight"))
    for end in ENDS:
        zero = {f"{RUN.steps[end]}.G.{name.rsplit('.', 1)[0]}.{part}": 0 for part in ("weight", "bias")}
        grey = RUN._replace(tensors={key: tensor * zero.get(key, 1) for key, tensor in RUN.tensors.items()})
        other = Trial(grey, "mixed", 0)
        for place, (true, point) in enumerate(zip(trial.truth, trial.points, strict=True)):
            drawn = other.images[place]
            assert bool((drawn == 0).all()) == (not true and point == end)


def test_a_seed_gives_the_same_test_and_another_seed_another():
    first, again, other = Trial(RUN, "late", 3), Trial(RUN, "late", 3), Trial(RUN, "late", 4)
    assert torch.equal(first.images, again.images) and first.truth == again.truth
    assert not torch.equal(first.images, other.images)


def test_the_early_point_is_the_first_that_is_legible():
    classes = RUN.measures["classes"]
    assert ENDS[0] < ENDS[1]
    assert all(seen < LEGIBLE for seen in classes[:ENDS[0]])
    for seen, point in (((1, 9, 10), 1), ((1, 1, 10), 1), ((1, 2, 3), 1), ((8, 9, 10), 0)):
        assert early(RUN._replace(measures={"classes": seen})) == point


# --- answering ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_learners_who_are_known_get_the_numbers_that_are_known(opponent):
    for seed in range(4):
        always = play(trial := Trial(RUN, opponent, seed), lambda place: trial.truth[place])
        assert always.score("you")[:2] == (COUNT, COUNT)
        assert always.score("you").luck == 2.0**-COUNT
        never = play(trial := Trial(RUN, opponent, seed), lambda place: not trial.truth[place])
        assert never.score("you")[:2] == (0, COUNT) and never.score("you").luck == 1
        real = play(trial := Trial(RUN, opponent, seed), lambda place: True)
        assert real.score("you").hits == sum(real.truth) == sum(real.hits("you"))
        d = sum((logit > 0) == true for logit, true in zip(real.logits.tolist(), real.truth, strict=True))
        assert {one.score("D").hits for one in (always, never, real)} == {d}
        parts = [real.score("you", {end}) for end in ENDS]
        assert sum(part.hits for part in parts) == real.score("you").hits
        assert sum(part.count for part in parts) == COUNT


def test_a_coin_is_inside_the_interval_nineteen_times_in_twenty_or_more():
    chance, inside, lucky = random.Random(0), 0, 0
    for _ in range(1000):
        hits = sum(chance.random() < 0.5 for _ in range(COUNT))
        low, high = interval(hits, COUNT)
        inside += low <= 0.5 <= high
        lucky += luck(hits, COUNT) < 0.05
    assert inside >= 950 - 3 * 7    # exact intervals err on the safe side; 7: one standard deviation
    assert lucky <= 50 + 3 * 7


def test_the_truth_stays_closed_until_the_end():
    trial = Trial(RUN)
    for place in range(COUNT):
        for look in (trial.reveal, lambda: trial.hits("you"), lambda: trial.score("D")):
            with pytest.raises(CourseError) as caught:
                look()
            assert caught.value.key == "blind_unfinished"
            assert caught.value.facts == {"given": place, "count": COUNT}
        trial.answer(True)
    trial.answer(False)    # a 21st
    assert trial.answers == [True] * COUNT
    with pytest.raises(CourseError):
        trial.hits("you")    # complete, but not opened
    trial.undo()
    trial.answer(False)
    trial.reveal()
    assert trial.answers[-1] is False
    for late in (trial.undo, lambda: trial.answer(True)):
        with pytest.raises(CourseError) as caught:
            late()
        assert caught.value.key == "blind_over" and len(trial.answers) == COUNT


def test_undo_and_a_kept_state_are_exact():
    trial = Trial(RUN, "early", 2)
    trial.undo()    # nothing yet
    trial.answer(True)
    kept = trial.state_dict()
    trial.answer(False)
    trial.undo()
    assert trial.state_dict() == kept
    trial.answer(False)
    trial.load_state_dict(kept)
    assert trial.state_dict() == kept and trial.answers == [True]
