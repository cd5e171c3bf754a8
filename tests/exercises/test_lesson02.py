"""The exercises of lesson 02: their truths held against torch, the course's game and plain counting."""

import copy
import re
from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

from helpers.data import as_images, mnist
from helpers.digits import look, quality
from helpers.exercises import (
    checar,
    lesson02,
    lesson02_copies,
    lesson02_forward,
    lesson02_frechet,
    lesson02_norms,
    lesson02_request,
    lesson02_sides,
    lesson02_step,
)
from helpers.exercises.answer import plain
from helpers.exercises.lesson01_world import TOLERANCE, played
from helpers.gan.dcgan import Generator, classic_pair
from helpers.gan.digit_game import DigitGame, Recipe
from helpers.gan.game import flat
from tests import english
from tests.exercises import lesson02_measures, lesson02_nets

EXERCISES = {exercise.number: exercise for module in (lesson02_nets, lesson02_measures)
             for exercise in module.EXERCISES}


def first_wrong(number, key):
    return next(function for name, function in EXERCISES[number].wrong if name == key)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# 2.1

def test_the_sides_are_those_of_torchs_own_modules():
    with torch.random.fork_rng([]):
        for n, k, s, p in lesson02_sides.cases():
            image = torch.zeros(1, 1, n, n)
            down, up = nn.Conv2d(1, 1, k, s, p)(image), nn.ConvTranspose2d(1, 1, k, s, p)(image)
            assert lesson02_sides.sides((n, k, s, p)) == (down.shape[2], up.shape[2])
            assert EXERCISES["2.1"].solution(n, k, s, p) == (down.shape[3], up.shape[3])


def test_enough_sizes_are_compared_and_the_lessons_own_is_the_first():
    assert len(lesson02_sides.cases()) > 200 and lesson02_sides.cases()[0] == (7, 4, 2, 1)
    for part, values in enumerate(((2, 28), (1, 5), (1, 3), (0, 2))):
        assert {values[0], values[1]} <= {case[part] for case in lesson02_sides.cases()}


def test_no_two_wrong_sides_agree_where_both_are_compared():
    for formulas in (lesson02_sides.CONVOLUTION, lesson02_sides.TRANSPOSED):
        values = [tuple(formula(*case) for case in lesson02_sides.cases()) for _, formula in formulas]
        assert len(set(values)) == len(values)


# 2.2

@pytest.mark.parametrize("training", [False, True])
def test_the_forward_pass_is_that_of_the_courses_generator(training):
    z, layers = lesson02_forward.material(5, training)
    with torch.random.fork_rng([]):
        G = Generator(64, 64).train(training)
    for name, place in (("bn1", 0), ("sobe1", 2), ("bn2", 3), ("sobe2", 5)):
        G.body[place].load_state_dict(layers[name].state_dict())
    G.start.load_state_dict(layers["linear"].state_dict())
    expected = G(z)
    assert torch.equal(EXERCISES["2.2"].solution(z, *copy.deepcopy(layers).values()), expected)
    assert torch.equal(lesson02_forward.drawn(z, layers), expected)


def test_every_fault_of_the_forward_pass_shows():
    z, layers = lesson02_forward.material(31, False)
    images = [lesson02_forward.drawn(z, layers, **fault) for fault in ({}, *(
        fault for _, fault in lesson02_forward.FAULTS))]
    for (one, first), (other, second) in product(enumerate(images), repeat=2):
        assert one == other or (first - second).abs().max() > 10 * lesson02_forward.NEAR


def test_the_hint_names_the_layer_and_both_shapes():
    for key, said in (("no_view", "bn1 recebeu um tensor de forma [6, 3136] e espera [6, 64, 7, 7]"),
                      ("order", "bn1 recebeu um tensor de forma [6, 7, 7, 64] e espera [6, 64, 7, 7]"),
                      ("folded", "bn1 recebeu um tensor de forma [64, 6, 7, 7] e espera [6, 64, 7, 7]"),
                      ("early", "bn1 recebeu um tensor de forma [6, 32, 14, 14] e espera [6, 64, 7, 7]"),
                      ("final", "As imagens saíram com forma [6, 784]; o esperado é [6, 1, 28, 28]")):
        assert said in checar("2.2", first_wrong("2.2", key)).hint


# 2.3

def test_the_step_is_that_of_the_courses_game():
    recipe = Recipe(latent=8, batch=12, width_G=8, width_D=4, gamma=0)
    reference, mine = (DigitGame(recipe, seed=3) for _ in range(2))
    before = flat(reference.D)
    for _ in range(3):
        for _ in reference.discriminator_turn():
            pass
        real, _ = mine.data.sample(recipe.batch, mine.rng)
        EXERCISES["2.3"].solution(mine.G, mine.D, mine.opt_D, real, mine.noise(recipe.batch))
        torch.testing.assert_close(flat(mine.D), flat(reference.D), rtol=0, atol=1e-7)
    assert (flat(mine.D) - before).abs().max() > 1e-3
    assert all(weight.grad is None for weight in mine.G.parameters())
    assert torch.equal(flat(mine.G), flat(reference.G))


def test_every_wrong_loss_leads_somewhere_else():
    right = lesson02_step.classify
    ends = [flat(played("D", right, loss, place=lesson02_step.Digits).D)
            for loss in (right, *lesson02_step.LOSSES.values())]
    for (one, first), (other, second) in product(enumerate(ends), repeat=2):
        assert one == other or (first - second).abs().max() > 10 * TOLERANCE


def test_the_digits_are_real_and_their_scores_have_both_signs():
    world = lesson02_step.Digits("D", lesson02_step.classify)
    assert torch.equal(world.real, as_images(mnist().data[:16])) and world.real.min() == -1
    assert len({bool(score > 0) for score in world.D(world.real).flatten()}) == 2    # so that a log fails


# 2.4

def norms(net, letter):
    """The norms of a network, each with the place of the layer before it among those with weights."""
    weighted = [place for place, layer in enumerate(net)
                if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]
    found = {f"{letter}{place}": sum(before < place for before in weighted) - 1
             for place, layer in enumerate(net) if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)}
    return found, len(weighted) - 1


@pytest.mark.parametrize("pair", [lesson02_norms.par_com_erros, classic_pair], ids=["exercise", "classic"])
def test_the_answer_is_the_rule_of_dcgan(pair):
    with torch.random.fork_rng([]):
        (in_G, last_G), (in_D, last_D) = (norms(net, letter) for net, letter in
                                          zip(pair(), "GD", strict=True))
    against = {name for name, after in in_G.items() if after == last_G}
    against |= {name for name, after in in_D.items() if after in (0, last_D)}
    if pair is classic_pair:
        assert against == set() and len(in_G) == 2 and len(in_D) == 1
    else:
        assert against == set(lesson02_norms.WRONG) == EXERCISES["2.4"].solution
        assert {*in_G, *in_D} - against == set(lesson02_norms.RIGHT_PLACES)


def test_the_pair_runs_and_its_last_norm_levels_the_scores():
    G, D = lesson02_norms.par_com_erros()
    images = G(torch.zeros(4, 64))
    assert images.shape == (4, 1, 28, 28) and D(images).shape == (4, 1)
    for batch in (as_images(mnist().data[:16]), drawn(16, 1, 28, 28), -torch.ones(16, 1, 28, 28)):
        assert abs(D(batch).mean().item()) < 1e-6
    means = lesson02_norms.means()
    assert means["real"] == means["noise"] == 0 and abs(means["bare_real"] - means["bare_noise"]) > 0.05


# 2.5

def test_the_distance_is_the_squared_transport_between_two_gaussians():
    """In one dimension the best transport pairs equal quantiles: no matrix, no closed form."""
    levels = (torch.arange(200_000).double() + 0.5) / 200_000
    bell = torch.special.ndtri(levels)
    for m1, s1, m2, s2 in ((0, 1, 3, 2), (-1, 0.5, -1, 0.5), (2, 1.5, -0.5, 0.1)):
        transport = ((m1 + s1 * bell) - (m2 + s2 * bell)).square().mean()
        one = [torch.tensor([float(value)]) for value in (m1, s1, m2, s2)]
        assert abs(EXERCISES["2.5"].solution(*one).item() - transport) < 1e-3
        assert abs(lesson02_frechet.truth(*one) - transport) < 1e-3


# 2.6

def test_the_ratio_is_that_of_plain_loops_and_only_copies_are_called_so():
    verdicts = {}
    for name, (made, train, test) in lesson02_copies.batches().items():
        def middle(images, train=train):
            return np.median([min(np.linalg.norm(one - other) for other in train.numpy())
                              for one in images.numpy()])
        ratio, verdict = EXERCISES["2.6"].solution(made, train, test)
        assert abs(ratio - middle(made) / middle(test)) < 1e-3
        assert abs(ratio - lesson02_copies.LIMIT) > 0.1    # no verdict hangs by a hair
        verdicts[name] = bool(verdict)
    assert verdicts == {"copies": True, "new": False, "blurred": False, "third": False}


def test_the_sets_share_no_image():
    rows = [{row.numpy().tobytes() for row in part} for part in lesson02_copies.batches()["new"]]
    assert [len(part) for part in rows] == [25, 121, 31] and len(set.union(*rows)) == sum(map(len, rows))


# 2.7

def test_behind_its_labels_the_generator_draws_the_same():
    G, _ = lesson02_request.shipped()
    z, digits = drawn(20, G.latent), torch.arange(20) % 10
    entry = torch.cat((z, torch.eye(10)[digits]), 1)
    with torch.no_grad():
        assert torch.equal(lesson02_request.drawing(G)(entry), G(z, digits))


def test_the_praise_says_what_the_classifier_sees():
    said = checar("2.7", EXERCISES["2.7"].solution).sentence
    G, _ = lesson02_request.shipped()
    asked = torch.tensor([7] * 10 + [3] * 10)
    z = drawn(20, G.latent, seed=84)
    share = quality(G(z, asked).detach(), asked).agreement
    assert f"vê o dígito pedido em {100 * share:.0f}% das imagens" in said
    assert (look(G(z, asked).detach()).labels == asked).double().mean() == share


# What hints say

@pytest.mark.parametrize(("number", "key", "said"), [    # worked out by hand, or from the closed form
    ("2.1", "fraction", "Com n = 7, k = 4, s = 2 e p = 1, sua convolução dá lado 3,50; a do PyTorch dá 3."),
    ("2.1", "all_gaps", "sua transposta dá lado 16; a do PyTorch dá 14."),
    ("2.1", "no_one", "dá lado 2; a do PyTorch dá 3."), ("2.1", "crop", "dá lado 18; a do PyTorch dá 14."),
    ("2.4", "unknown", "Não há linha com o nome “D9”"), ("2.4", "not_norm", "A linha D7 é Linear"),
    ("2.4", "missing_D8", "0 nos reais, 0 em imagens de chiado"),
    ("2.5", "variances", "Com médias 0 e 3 e desvios 1 e 2, sua função dá 18, e o certo é 10."),
    ("2.5", "no_cross", "dá 14, e o certo é 10."), ("2.5", "root", "dá 3,162, e o certo é 10."),
    ("2.6", "flatten", "são 25 geradas e 121 imagens de treino"),
    ("2.7", "count", "em que 15 de 20 imagens atendem ao pedido, sua função dá 15."),
    ("2.7", "errors", "sua função dá 0,25."), ("2.7", "percent", "sua função dá 75."),
    ("2.7", "classes", "O pedido ficou com 8 colunas"),
])
def test_a_hint_says_what_was_measured(number, key, said):
    assert said in checar(number, first_wrong(number, key)).hint


def test_praise_and_starts_are_portuguese():
    for number, check in lesson02.CHECKS.items():
        texts = " ".join((*check.start, checar(number, EXERCISES[number].solution).sentence))
        words = re.sub(r"`[^`]*`", " ", texts).lower().replace(plain("Python"), "")
        assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()


def test_the_quiz_asks_what_the_lesson_promises():
    text = " ".join(question.words for question in lesson02.QUIZ)
    for topic in ("tanh", "sigmoide", "detach", "perdas", "Fréchet"):
        assert topic in text
    texts = " ".join(words for question in lesson02.QUIZ for option in question.options
                     for words in (question.words, option.words, option.why))
    words = re.sub(r"`[^`]*`", " ", texts).lower()
    assert set(re.findall(r"[a-zà-ú]+", words)) & english.WORDS == set()
