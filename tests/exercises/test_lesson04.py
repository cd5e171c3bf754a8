"""The exercises of lesson 04: their truths held against brute force, closed forms, the course's engines."""

import math
import re
from itertools import pairwise, permutations, product

import pytest
import torch

from helpers.exercises import (
    checar,
    lesson04,
    lesson04_accused,
    lesson04_bounce,
    lesson04_cosine,
    lesson04_loop,
    lesson04_speeds,
    lesson04_swap,
    lesson04_tensor,
)
from helpers.exercises.answer import plain
from helpers.exercises.judging import agree
from helpers.video.metrics import motion, reference
from helpers.video.motion_gan import MotionGenerator, Noise, noise
from helpers.video.moving_digits import MovingDigits, bounce
from helpers.video.trained import rival, trained
from tests import english
from tests.exercises import lesson04_measures, lesson04_models, lesson04_motion

EXERCISES = {exercise.number: exercise for module in (lesson04_motion, lesson04_models, lesson04_measures)
             for exercise in module.EXERCISES}


def first_wrong(number, key):
    return next(function for name, function in EXERCISES[number].wrong if name == key)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def differ(values, near=1e-3):
    """Any two of these results have another shape or are far apart somewhere."""
    return all(one == other or a.shape != b.shape or not (a - b).abs().max() <= near
               for (one, a), (other, b) in product(enumerate(values), repeat=2))


# 4.1

def test_every_number_of_a_film_stays_in_its_pixel():
    for film in lesson04_tensor.cases():
        found = EXERCISES["4.1"].solution(film)
        assert found.dtype is torch.float32
        for t, y, x, channel in product(*map(range, (min(2, len(film)), *film.shape[1:]))):
            assert found[t, channel, y, x].item() == pytest.approx(film[t, y, x, channel].item() / 255)
        torch.testing.assert_close(found.double(), lesson04_tensor.right(film), rtol=0, atol=1e-7)


def test_no_two_wrong_films_agree():
    films = lesson04_tensor.cases()
    values = [[formula(film) for film in films] for _, formula in lesson04_tensor.FORMULAS]
    values += [[lesson04_tensor.right(film) for film in films]]
    for (one, first), (other, second) in product(enumerate(values), repeat=2):
        assert one == other or not all(map(agree, first, second)), (one, other)


# 4.2

def test_a_ball_in_tiny_steps_bounces_as_the_exercise_says():
    """Brute force: a thousand small steps a frame, each axis turned where it stands beyond a wall."""
    for place, velocity, wall in lesson04_bounce.steps()[0][::7]:
        at, heading = place.double().clone(), velocity.double().clone()
        for _ in range(1000):
            at += heading / 1000
            heading = torch.where((at < 0) & (heading < 0) | (at > wall) & (heading > 0), -heading, heading)
        found, turned = EXERCISES["4.2"].solution(place, velocity, wall)
        assert (found - at).abs().max() < 0.01 and torch.allclose(turned.double(), heading)


def test_the_bounces_cover_both_walls_of_both_axes_and_none_is_too_near_to_tell():
    cases, expected = lesson04_bounce.steps()
    moved = torch.stack([place + velocity for place, velocity, _ in cases])
    walls = torch.tensor([[wall] for *_, wall in cases])
    for beyond in (moved < 0, moved > walls):
        assert (beyond.sum(0) > 10).all()
    assert torch.minimum(moved.abs(), (moved - walls).abs()).min() > 1e-4
    assert all(map(agree, (lesson04_bounce.right(*case) for case in cases), expected))


def test_no_two_wrong_steps_agree():
    cases, _ = lesson04_bounce.steps()
    assert differ([torch.stack([formula(*case) for case in cases]) for formula in (
        lesson04_bounce.right, *(formula for _, formula in lesson04_bounce.FORMULAS))])


# 4.3

def by_angles(path):
    """The same from directions in degrees, where both steps move."""
    steps = [(b - a).tolist() for a, b in pairwise(path.double())]
    turns = [math.atan2(b[1], b[0]) - math.atan2(a[1], a[0]) for a, b in pairwise(steps) if any(a) and any(b)]
    return sum(map(math.cos, turns)) / len(turns)


def test_the_cosine_is_that_of_the_directions():
    for path in lesson04_cosine.cases():
        for found in (EXERCISES["4.3"].solution(path), lesson04_cosine.right(path)):
            assert found.item() == pytest.approx(by_angles(path), abs=1e-5)
    assert EXERCISES["4.3"].solution(torch.tensor([[0.0, 0], [1, 0], [1, 1]])).item() == 0    # as a hint says


def test_no_two_wrong_cosines_agree():
    paths = lesson04_cosine.cases()[:lesson04_cosine.STOP]
    assert differ([torch.stack([formula(path) for path in paths]) for formula in (
        lesson04_cosine.right, *(formula for _, formula in lesson04_cosine.FORMULAS))], near=1e-4)
    stops = lesson04_cosine.cases()[lesson04_cosine.STOP]
    assert [step.any().item() for step in stops.diff(dim=0)].count(False) == 1


def test_shuffled_places_turn_back_as_independent_ones_do():
    """Two steps share a place: for Gaussian places their correlation is −½, and the mean cosine −.4092."""
    ordered, mixed = lesson04_cosine.clips()
    assert ordered.shape == mixed.shape and torch.equal(ordered.sum(1).round(), mixed.sum(1).round())
    assert motion(ordered).cosine > 0.8 and -0.45 < motion(mixed).cosine < -0.3
    free = torch.randn(20_000, 16, 2, generator=rng())
    closed = -math.pi / 8 * sum(math.comb(2 * k, k)**2 / 16**k / (k + 1) * 0.25**k for k in range(30))
    assert motion(free).cosine == pytest.approx(closed, abs=0.005)
    assert -0.42 < closed < -0.4    # the quiz says 'near −0,4'


# 4.4

def test_the_loop_is_the_generators_own_also_for_other_shapes():
    for clips, frames in ((1, 2), (2, 16), (5, 1)):
        generator, of = MotionGenerator(hidden=3, width=8, seed=frames), noise(clips, rng(frames), frames)
        found = EXERCISES["4.4"].solution(generator, of.motion, of.steps)
        torch.testing.assert_close(found, generator.path(of))
    for size, seed in zip(lesson04_loop.SIZES, range(2), strict=True):
        generator, start, steps = lesson04_loop.drawn(*size, seed)
        torch.testing.assert_close(lesson04_loop.right(generator, start, steps),
                                   generator.path(Noise(start, start, steps)))


def test_no_two_wrong_loops_agree():
    cases = [lesson04_loop.drawn(*size, seed) for seed, size in enumerate(lesson04_loop.SIZES)]
    with torch.no_grad():
        values = [[formula(*case) for case in cases] for formula in (
            lesson04_loop.right, *(formula for _, formula in lesson04_loop.FORMULAS))]
    for (one, a), (other, b) in product(enumerate(values), repeat=2):
        apart = any(x.shape != y.shape or (x - y).abs().max() > 0.01 for x, y in zip(a, b, strict=True))
        assert one == other or apart, (one, other)


def test_the_numbers_of_the_loops_praise_are_the_models():
    sentence = checar("4.4", EXERCISES["4.4"].solution).sentence
    short, long = (float(found.replace(",", ".")) for found in re.findall(r"0,\d\d", sentence))
    for found in (short, long):
        assert abs(found - reference().motion.cosine) < 0.04


# 4.5

def test_what_is_made_of_noise_is_told_by_its_rows():
    of = noise(lesson04_swap.CLIPS, rng(5), 6)
    for part in of:
        for key, made in lesson04_swap.USES:
            assert lesson04_swap.use(made(part), part) == key
        assert lesson04_swap.use(part.flip(0), part) == "mixed"
        assert lesson04_swap.use(torch.randn(part.shape, generator=rng(6)), part) == "drawn"


def test_shared_noise_does_in_the_model_what_the_praise_says():
    of = noise(40, rng(3))
    content, movement = EXERCISES["4.5"].solution(of)
    for kept, made in (((0,), content), ((1, 2), movement)):
        assert all(torch.equal(part, own[:1].expand_as(own) if place in kept else own)
                   for place, (part, own) in enumerate(zip(made, of, strict=True)))
    (same, apart), (share, near) = lesson04_swap.shown(EXERCISES["4.5"].solution)
    assert same > 0.85 and apart > 5 and share < 0.5 and near < 1


# 4.6

def by_matching(made, real):
    """W1 of few numbers by trying every way to match them."""
    made, real = made.flatten().tolist(), real.flatten().tolist()
    return min(sum(abs(a - b) for a, b in zip(made, order, strict=True)) / len(real)
               for order in permutations(real))


def test_the_sorted_queues_are_the_cheapest_matching():
    for seed in range(3):
        made, real = 3 * torch.rand(2, 3, generator=rng(seed)), 1 + torch.rand(2, 3, generator=rng(seed + 9))
        expected = by_matching(made, real) / real.mean().item()
        for found in (EXERCISES["4.6"].solution(made, real), lesson04_speeds.right(made, real)):
            assert found.item() == pytest.approx(expected, rel=1e-5)
    by_hand = lesson04_speeds.cases()[0]    # in a hint too
    assert lesson04_speeds.right(*by_hand).item() == pytest.approx(1 / 3)


def test_no_two_wrong_distances_agree():
    pairs = lesson04_speeds.cases()
    values = {}
    for key, formula in [("", lesson04_speeds.right), *lesson04_speeds.FORMULAS]:
        values.setdefault(key, []).append(torch.stack([formula(*pair).double() for pair in pairs]))
    flat = [(key, value) for key, found in values.items() for value in found]
    for (key, one), (other, two) in product(flat, repeat=2):
        assert key == other or (one - two).abs().nan_to_num(1).max() > 1e-4, (key, other)


def test_the_speeds_of_the_praise_lie_as_it_says():
    real, shown = lesson04_speeds.speeds()
    share = {name: lesson04_speeds.right(made, real).item() for name, made in shown.items()}
    assert share["floor"] < 0.04 and share["lstm"] < 0.07 and share["none"] > 0.3 and share["mean"] > 0.15
    assert shown["mean"].mean().item() == pytest.approx(real.mean().item(), rel=1e-5)


# 4.7

def test_a_detective_finds_from_the_numbers_what_each_was_trained_without():
    report = {letter: lesson04_accused.ficha(letter) for letter in lesson04_accused.LETTERS}
    found = {min(report, key=lambda letter: report[letter].cosine): "memória",
             min(report, key=lambda letter: report[letter].speed): "crítico de sequência",
             min(report, key=lambda letter: report[letter].entropy): "crítico de quadro"}
    assert len(found) == 3
    found |= {letter: "nada" for letter in report if letter not in found}
    assert found == lesson04_accused.truth() == EXERCISES["4.7"].solution
    for letter, model in lesson04_accused.acusados().items():
        assert model is rival(lesson04_accused.WORDS[found[letter]])


def test_what_the_hints_and_the_praise_claim_of_the_accused_is_so():
    of = {lesson04_accused.WORDS[word]: lesson04_accused.ficha(letter)
          for letter, word in lesson04_accused.truth().items()}
    real = reference().motion.cosine
    assert of["none"].cosine < 0 and all(abs(of[name].cosine - real) < 0.06 for name in of if name != "none")
    assert of["no_sequence"].speed < 0.25 < 0.9 < min(of["lstm"].speed, of["no_frame"].speed)
    assert min(of, key=lambda name: of[name].distance) == "no_frame" and of["no_frame"].entropy < 0.05
    assert min(of[name].entropy for name in ("none", "no_sequence", "lstm")) > 2
    assert of["lstm"].spread > 0.9 and of["lstm"].speed_w1 < 0.07 and of["no_sequence"].frechet < 50


def test_what_is_printed_of_the_accused_does_not_hang_on_the_last_bit():
    """Far enough from where a rounded number would change."""
    units = {"cosine": 0.01, "speed": 0.01, "speed_w1": 0.01, "distance": 0.1, "entropy": 0.1}
    for letter in lesson04_accused.LETTERS:
        for name, unit in units.items():
            part = getattr(lesson04_accused.ficha(letter), name) / unit % 1
            assert abs(part - 0.5) > 0.05, (letter, name)


# What hints say

@pytest.mark.parametrize(("number", "key", "said"), [    # worked out by hand, or from the closed form
    ("4.1", "not_divided",
     "O número 255 de um pixel deveria virar 1; na sua função, virou 255."),
    ("4.1", "reshaped", "sua função devolve [16, 3, 32, 24]"),
    ("4.2", "clamps", "De lugar (17; 9), com velocidade (2; 1) e parede em 18, o certo é ir a (17; 10) com "
                      "velocidade (−2; 1). Sua função dá (18; 10) e (−2; 1)."),
    ("4.2", "both_axes", "Sua função dá (17; 10) e (−2; −1)."),
    ("4.2", "only_far", "De lugar (17,5; 0,5)"),
    ("4.3", "angle", "(0; 0), (1; 0), (1; 2), (2; 3), (2; 1)"), ("4.3", "nan", "sua função dá —"),
    ("4.4", "no_first", "devolve a forma [3, 5, 2]; o esperado é [3, 6, 2]"),
    ("4.6", "unsorted", "Com geradas de 1 a 3, média 2, e reais de média 3, sua função dá 0,667, e o certo é "
                        "0,333."),
    ("4.7", "twice", "Você usou “nada” para A, B, C e D, e cada"),
    ("4.7", "no_frame_whole", "a entropia das classes é 0."),
])
def test_a_hint_says_what_was_measured(number, key, said):
    assert said in checar(number, first_wrong(number, key)).hint


def test_the_models_paths_in_a_hint_are_measured():
    hints = [checar("4.5", first_wrong("4.5", key)).hint for key in ("only_start", "only_steps")]
    near, far = (float(re.search(r"a (\d+,\d) px", hint)[1].replace(",", ".")) for hint in hints)
    assert near < 1 and far > 5


def test_praise_and_starts_are_portuguese():
    for number, check in lesson04.CHECKS.items():
        texts = " ".join((*check.start, checar(number, EXERCISES[number].solution).sentence))
        words = re.sub(r"`[^`]*`|\w+_\w+", " ", texts).lower().replace(plain("Python"), "")
        assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()


def test_opening_the_models_draws_nothing_from_the_notebooks_generator():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for opened in (trained, rival, lesson04_speeds.speeds):
        opened.cache_clear()
    for number in ("4.4", "4.5", "4.6"):
        assert checar(number, EXERCISES[number].solution).status == "certo"
    assert torch.equal(torch.get_rng_state(), before)


def test_the_quiz_asks_what_the_lesson_promises_and_what_it_says_holds():
    text = " ".join(question.words for question in lesson04.QUIZ)
    for topic in ("treme", "crítico", "ACD", "conteúdo", "hoje"):
        assert topic in text
    texts = " ".join(words for question in lesson04.QUIZ for option in question.options
                     for words in (question.words, option.words, option.why))
    words = re.sub(r"`[^`]*`", " ", texts).lower()
    assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()
    assert all(sum(option.right for option in question.options) == 1 for question in lesson04.QUIZ)


@torch.no_grad()
def test_the_frame_critics_mean_does_not_see_the_order_and_the_sequence_critic_does():
    game, (c, m) = trained().game(), trained().codes.sample(200, rng(1))
    order = torch.rand(200, 16, generator=rng(2)).argsort(1)
    mixed = m.gather(1, order.unsqueeze(2).expand(-1, -1, 2))
    seen = [torch.stack([game.frame(torch.cat((c, way[:, t]), 1)) for t in range(16)]).double().mean()
            for way in (m, mixed)]
    assert abs(seen[0] - seen[1]) < 1e-6
    assert game.sequence(m).mean() > game.sequence(mixed).mean()


def test_the_data_of_the_lesson_moves_as_the_exercises_rule_says():
    clips = MovingDigits(train=False).sample(5, rng(4), 12)
    for place, velocity in zip(clips.place[:, :, 0] - 7, clips.velocity[:, :, 0], strict=True):
        for t in range(11):
            found, turned = EXERCISES["4.2"].solution(place[t], velocity[t], 18)
            assert torch.allclose(found, place[t + 1], atol=1e-4)
            assert torch.allclose(turned, velocity[t + 1], atol=1e-5)
    place, velocity = bounce(torch.tensor([19.0]), torch.tensor([2.0]), 18)
    assert (place.item(), velocity.item()) == (17, -2)
