"""The networks and the game over digits: shapes, beginnings, refusals; steps against a loop by hand."""

import math
from dataclasses import replace
from math import cos, pi

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from helpers import digits
from helpers.adversarial import LOSSES, r1
from helpers.data import LabelledDigits
from helpers.errors import CourseError
from helpers.gan.dcgan import Discriminator, Generator, begin, classic_pair
from helpers.gan.digit_game import CLASSIC, OURS, DigitGame, Recipe
from helpers.snapshots import snapshot

torch.set_num_threads(1)
SMALL = Recipe(latent=5, batch=6, width_G=8, width_D=4, lazy=3)
RECIPES = {"ours": SMALL, "hinge": replace(SMALL, loss="hinge", gamma=0.0, spectral=True),
           "both": replace(SMALL, loss="relativistic", both=True, norm=False),
           "classic": replace(CLASSIC, batch=4, width_D=4, latent=6)}


def bits(state: object) -> object:
    if isinstance(state, torch.Tensor):
        return state.detach().cpu().contiguous().numpy().tobytes()
    if isinstance(state, dict):
        return {key: bits(value) for key, value in state.items()}
    return [bits(value) for value in state] if isinstance(state, list | tuple) else state


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def data() -> LabelledDigits:
    return LabelledDigits()


# --- shapes and refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("n", [1, 7])
def test_from_z_to_pixels_to_a_score(conditional, n):
    digits = (torch.arange(n) % 10,) if conditional else ()
    for norm, spectral in ((True, False), (False, True)):
        G = Generator(12, 8, conditional=conditional, norm=norm).eval()
        D = Discriminator(4, conditional=conditional, spectral=spectral)
        images = G(torch.randn(n, 12, generator=seeded()), *digits)
        assert images.shape == (n, 1, 28, 28) and images.abs().max() <= 1
        assert D(images, *digits).shape == (n, 1)
    classic_G, classic_D = (net.eval() for net in classic_pair(10, 4))
    assert classic_D(classic_G(torch.randn(n, 10, generator=seeded()))).shape == (n, 1)


def test_the_classic_pair_has_the_layers_of_the_paper():
    G, D = classic_pair()
    assert [type(layer) for layer in G if not isinstance(layer, nn.Unflatten)] == [
        nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU, nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU,
        nn.ConvTranspose2d, nn.Tanh]    # no norm after the last
    assert [type(layer) for layer in D if not isinstance(layer, nn.Flatten)] == [
        nn.Conv2d, nn.LeakyReLU, nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU, nn.Conv2d]    # nor after the first
    maps = [D[:end](torch.zeros(2, 1, 28, 28)).shape[1:] for end in (1, 3, 6)]
    assert maps == [(64, 14, 14), (128, 7, 7), (1, 1, 1)]


def test_the_digit_asked_for_changes_image_and_score():
    G, D = Generator(6, 8, conditional=True).eval(), Discriminator(4, conditional=True)
    z = torch.randn(1, 6, generator=seeded()).expand(10, -1)
    images = G(z, torch.arange(10))
    assert min((images[a] - images[b]).abs().max() for a in range(10) for b in range(a)) > 1e-3
    scores = D(images[:1].expand(10, -1, -1, -1), torch.arange(10))
    assert len({round(score, 6) for score in scores.flatten().tolist()}) == 10
    features = D.body(images[:1]).flatten()    # the projection, by hand
    expected = D.score.weight[0] @ features + D.score.bias[0] + D.match.weight[:, 4] @ features / 7
    torch.testing.assert_close(scores[4, 0], expected)
    for whole in (torch.int32, torch.uint8):    # any whole type is a label
        torch.testing.assert_close(G(z[:1], torch.tensor([4], dtype=whole)), images[4:5])


WRONG_LABELS = {"too few": torch.zeros(3, dtype=torch.long), "fractions": torch.zeros(4),
                "ten": torch.tensor([0, 1, 2, 10]), "below": torch.tensor([0, 1, 2, -1]),
                "rows": torch.zeros(4, 10, dtype=torch.long), "none": torch.zeros(0, dtype=torch.long)}


@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("name", ["missing", "unwanted", "shape", *WRONG_LABELS])
def test_wrong_questions_are_refused_and_the_networks_are_untouched(name, spectral):
    """In training mode, where batch norm and spectral norm change at every use."""
    conditional = name != "unwanted"
    G = Generator(5, 8, conditional=conditional)
    D = Discriminator(4, conditional=conditional, spectral=spectral)
    good = torch.zeros(4, dtype=torch.long)
    labels = {"missing": None, "unwanted": good, "shape": good}.get(name, WRONG_LABELS.get(name))
    wrong = name == "shape"
    key = {"missing": "labels_missing", "unwanted": "labels_unwanted"}.get(name, "not_labels")
    for net, shape, shape_key in ((G, (4, 6) if wrong else (4, 5), "not_noise"),
                                  (D, (4, 784) if wrong else (4, 1, 28, 28), "not_images")):
        before = bits(net.state_dict())
        with pytest.raises(CourseError) as caught:
            net(torch.zeros(shape), labels)
        assert caught.value.key == (shape_key if wrong else key)
        assert bits(net.state_dict()) == before


# --- beginnings --------------------------------------------------------------------------------------------


def layers(net: nn.Module) -> list[nn.Module]:
    return [layer for layer in net.modules() if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]


@pytest.mark.parametrize("make", [Generator, Discriminator])
def test_weights_begin_by_torchs_own_rule(make):
    """Uniform within ±1/√fan-in: inside the bound, near it, spread as a uniform is, and as torch has it."""
    for layer in layers(make(conditional=True, seed=1)):
        weight = layer.weight.detach()
        fan_in = weight[0].numel()    # torch's, for transposed convolutions too
        bound, n = 1 / math.sqrt(fan_in), weight.numel()
        for part in (weight, layer.bias.detach() if layer.bias is not None else weight):
            assert part.abs().max() <= bound * (1 + 1e-6)
        if n >= 500:
            assert weight.abs().max() > bound * (1 - 20 / n)
            assert abs(weight.mean()) < 4 * bound / math.sqrt(3 * n)
            assert weight.square().mean() == pytest.approx(bound**2 / 3, rel=4 * math.sqrt(0.8 / n))
        torch.manual_seed(0)
        layer.reset_parameters()    # torch's own draw has the same bound
        assert layer.weight.abs().max() <= bound * (1 + 1e-6)
        assert n < 500 or layer.weight.abs().max() > bound * (1 - 20 / n)


def test_the_classic_weights_are_normal_with_spread_002():
    for net in classic_pair(seed=3):
        for layer in layers(net):
            weight, n = layer.weight.detach().double(), layer.weight.numel()
            assert layer.bias is None
            assert abs(weight.mean()) < 4 * 0.02 / math.sqrt(n)
            assert weight.std() == pytest.approx(0.02, rel=4 / math.sqrt(2 * n))
            kurtosis = (weight / 0.02).pow(4).mean()
            assert kurtosis == pytest.approx(3, abs=4 * math.sqrt(96 / n))    # a uniform's is 1.8
        for layer in net.modules():
            if isinstance(layer, nn.BatchNorm2d):
                n = layer.weight.numel()
                assert abs(layer.weight.mean() - 1) < 4 * 0.02 / math.sqrt(n) and (layer.bias == 0).all()
                assert layer.weight.std().item() == pytest.approx(0.02, rel=4 / math.sqrt(2 * n))


BUILDERS = {"G": lambda seed: Generator(6, 8, seed=seed), "D": lambda seed: Discriminator(4, seed=seed),
            "D asked": lambda seed: Discriminator(4, conditional=True, seed=seed),
            "D spectral": lambda seed: Discriminator(4, spectral=True, seed=seed),
            "classic G": lambda seed: classic_pair(6, 4, seed)[0],
            "classic D": lambda seed: classic_pair(6, 4, seed)[1]}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_seed_is_a_network_whatever_the_global_seed(name):
    torch.manual_seed(1)
    first = bits(BUILDERS[name](7).state_dict())
    torch.manual_seed(2)
    assert bits(BUILDERS[name](7).state_dict()) == first != bits(BUILDERS[name](8).state_dict())


@pytest.mark.parametrize("spread", [None, 0.02])
def test_begin_draws_from_its_own_generator_only(spread):
    net = Generator(6, 8)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    begin(net, 1, spread)
    assert torch.equal(torch.get_rng_state(), before)


def test_spectral_norm_holds_every_layer_at_one(data):
    D = Discriminator(8, conditional=True, spectral=True)
    D.train()
    for when in ("at the start", "after steps"):
        for layer in layers(D):
            norm = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2).item()
            assert 1 - 1e-4 <= norm < 1.08, f"{when}: {layer}"    # power iteration comes from below
        game = DigitGame(replace(RECIPES["hinge"], lr_D=1e-3), conditional=True, data=data,
                         pair=(Generator(5, 8, conditional=True), D))
        for _ in range(6):
            step(game)
    free = Discriminator(8, conditional=True)
    assert max(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2) for layer in layers(free)) > 1.1


# --- the game ----------------------------------------------------------------------------------------------


def step(game: DigitGame) -> dict[str, Tensor]:
    values: dict[str, Tensor] = {}
    for op in game.turn():
        values |= op.values
    return values


def test_five_classic_steps_are_those_of_a_loop_by_hand(data):
    """Bit for bit, in bare PyTorch: the cross-entropy by softplus, and nearly so by torch's own function."""
    recipe, seed, n = replace(CLASSIC, batch=16), 3, 16
    game = DigitGame(recipe, seed=seed, data=data)
    G, D = (net.to(memory_format=torch.channels_last) for net in classic_pair(100, 64, seed))
    opt_G, opt_D = (torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999), fused=True)
                    for net in (G, D))
    rng, bce = seeded(seed), nn.functional.binary_cross_entropy_with_logits
    average = {name: weight.clone() for name, weight in G.named_parameters()}
    for number in range(1, 6):
        found = step(game)
        opt_D.zero_grad()
        chosen = torch.randint(60_000, (n,), generator=rng)
        real = data.images[chosen].unsqueeze(1).float() / 127.5 - 1
        fake = G(torch.randn(n, 100, generator=rng)).detach()
        on_real, on_fake = D(real), D(fake)
        loss_D = softplus(-on_real).mean() + softplus(on_fake).mean()
        loss_D.backward()
        opt_D.step()
        opt_G.zero_grad()
        torch.randint(60_000, (n,), generator=rng)
        on_G = D(G(torch.randn(n, 100, generator=rng)))
        loss_G = softplus(-on_G).mean()
        loss_G.backward()
        opt_G.step()
        assert torch.equal(found["loss_D"], loss_D.detach()) and torch.equal(found["loss_G"], loss_G.detach())
        assert torch.equal(found["penalised_D"], loss_D.detach())    # the classic one has no penalty
        own = bce(on_real, torch.ones(n, 1)) + bce(on_fake, torch.zeros(n, 1))
        torch.testing.assert_close(found["loss_D"], own.detach())
        torch.testing.assert_close(found["loss_G"], bce(on_G, torch.ones(n, 1)).detach())
        assert torch.equal(found["real_score"], on_real.detach().mean())
        assert torch.equal(found["fake_score"], on_fake.detach().mean())
        decay = min(0.99, number / (number + 9))
        average = {name: decay * average[name] + (1 - decay) * weight.detach()
                   for name, weight in G.named_parameters()}
    assert bits(game.G.state_dict()) == bits(G.state_dict())
    assert bits(game.D.state_dict()) == bits(D.state_dict())
    assert bits(game.opt_G.state_dict()["state"]) == bits(opt_G.state_dict()["state"])
    assert torch.equal(game.rng.get_state(), rng.get_state()) and game.steps == 5
    for name, weight in game.sampler.named_parameters():
        torch.testing.assert_close(weight, average[name])
    assert torch.equal(game.sampler[2].running_mean, G[2].running_mean)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("conditional", [False, True])
def test_the_penalty_is_r1_and_comes_lazily(both, conditional, data):
    """Every third step, three times γ as strong, in the loss that is differentiated and in no other."""
    game = DigitGame(replace(SMALL, gamma=0.7, both=both), conditional=conditional, data=data)
    for number in range(7):
        copy = seeded()
        copy.set_state(game.rng.get_state())
        labels, values = data.sample(SMALL.batch, copy)[1], {}    # those that D will see first

        def judge(x: Tensor, labels: Tensor = labels) -> Tensor:
            return game.D(x, labels) if conditional else game.D(x)

        for op in game.turn():
            values |= op.values
            if op.key == "D.penalty":    # before D steps
                expected = r1(judge, values["real"]) + (r1(judge, values["fake"]) if both else 0)
                due = 3 * 0.7 * expected.detach() * (number % 3 == 0)
                added = values["penalised_D"] - values["loss_D"]
                torch.testing.assert_close(added, due, rtol=1e-3, atol=1e-6)
                assert number % 3 or added > 0


def test_the_penalty_reaches_d(data):
    """Its gradient is that of r1 itself: by the same batch, with and without."""
    game = DigitGame(replace(SMALL, gamma=2.0), data=data)
    real, labels = data.sample(6, seeded())
    fake = game.draw(labels).detach()
    weights = [*game.D.body.parameters()]
    found = torch.autograd.grad(game.penalty(real, fake, labels), weights, allow_unused=True)
    true = torch.autograd.grad(3 * 2.0 * r1(game.D, real), weights, allow_unused=True)
    assert any(one is not None and one.abs().max() > 0 for one in found)
    for one, other in zip(found, true, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("name", RECIPES)
def test_a_state_put_back_goes_on_bit_for_bit(name, conditional, data):
    if conditional and RECIPES[name].classic:
        conditional = False    # the classic pair knows no labels
    game = DigitGame(RECIPES[name], conditional=conditional, data=data, seed=1)
    for _ in range(2):
        step(game)
    game.gamma = 0.5 * game.gamma
    kept = snapshot(game.state_dict())
    losses = [step(game)["loss_D"].item() for _ in range(4)]
    end = bits(game.state_dict())
    other = DigitGame(RECIPES[name], conditional=conditional, data=data, seed=9)
    step(other)
    for one in (game, other):
        one.load_state_dict(snapshot(kept))
        assert all(p.grad is None for net in (one.G, one.D) for p in net.parameters())
        assert bits(one.state_dict()) == bits(kept)
        assert [step(one)["loss_D"].item() for _ in range(4)] == losses and bits(one.state_dict()) == end


def test_a_step_moves_each_network_in_its_own_turn_and_no_image_is_lost(data):
    game = DigitGame(SMALL, conditional=True, data=data)
    before = bits(game.G.state_dict()), bits(game.D.state_dict()), bits(game.sampler.state_dict())
    for op in game.turn():
        moved = [bits(net.state_dict()) != kept for net, kept in zip((game.D,), before[1:2], strict=True)]
        if op.key in ("D.zero", "D.real", "D.fake", "D.judge", "D.loss", "D.penalty", "D.backward"):
            assert moved == [False]
        if op.key == "D.backward":
            assert all(p.grad is None for p in game.G.parameters())    # detach
        if op.key == "D.step":
            assert moved == [True]
            after_D = bits([*game.D.parameters()])
        if op.key == "G.step":
            assert bits([*game.D.parameters()]) == after_D and bits(game.G.state_dict()) != before[0]
            assert bits(game.sampler.state_dict()) == before[2]
    assert bits(game.sampler.state_dict()) != before[2] and not game.sampler.training
    real, labels = data.sample(4, seeded(2))
    assert game.judge(real, labels).shape == (4, 1) and game.draw(labels).shape == real.shape


def test_rates_hold_then_fall_along_a_cosine(data):
    game = DigitGame(replace(SMALL, hold=0.5, lr_G=0.2, lr_D=0.1), data=data)
    for progress, share in ((0, 1), (0.3, 1), (0.5, 1), (0.75, 0.5), (0.6, (1 + cos(0.2 * pi)) / 2), (1, 0)):
        game.tune(progress)
        rates = [opt.param_groups[0]["lr"] for opt in (game.opt_G, game.opt_D)]
        assert rates == pytest.approx([0.2 * share, 0.1 * share], abs=1e-12)
    for progress in (0, 0.5, 1):
        constant = DigitGame(RECIPES["classic"], data=data)
        constant.tune(progress)
        assert constant.opt_G.param_groups[0]["lr"] == 2e-4


def test_the_recipes_are_played_as_they_say(data):
    assert LOSSES[OURS.loss].key == OURS.loss and CLASSIC.gamma == 0
    assert (CLASSIC.latent, CLASSIC.batch, CLASSIC.lr_G, CLASSIC.lr_D, CLASSIC.betas, CLASSIC.width_D,
            CLASSIC.loss) == (100, 128, 2e-4, 2e-4, (0.5, 0.999), 64, "non_saturating")
    for name, recipe in RECIPES.items():
        losses = [step(DigitGame(recipe, seed=seed, data=data)) for seed in (0, 0, 1)]
        assert losses[0]["loss_D"] == losses[1]["loss_D"] != losses[2]["loss_D"], name
        assert all(value.isfinite().all() for value in losses[0].values())


@pytest.mark.parametrize("use", [Discriminator(2), digits.look], ids=["D", "classifier"])
def test_raw_pixels_are_refused_in_words(use):
    with pytest.raises(CourseError) as caught:
        use(torch.zeros(2, 1, 28, 28, dtype=torch.uint8))
    assert caught.value.key == "not_scaled" and "uint8" in str(caught.value)


def test_the_classic_pair_takes_no_labels():
    with pytest.raises(CourseError) as caught:
        DigitGame(CLASSIC, conditional=True)
    assert caught.value.key == "labels_unwanted"


@pytest.mark.parametrize("build", [lambda: Generator(), lambda: Discriminator(spectral=True), classic_pair,
                                   digits.classifier.__wrapped__], ids=["G", "D", "classic", "classifier"])
def test_building_leaves_the_global_generator_alone(build):
    before = torch.get_rng_state()
    build()
    assert torch.equal(torch.get_rng_state(), before)
