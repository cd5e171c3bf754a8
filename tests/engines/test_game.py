"""The game against truth: finite differences, a bare loop written out by hand, known values."""

import copy
import random
from collections.abc import Callable
from itertools import pairwise
from math import log

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import relu, softplus

from helpers.adversarial import LOSSES, gradient_penalty, r1, r2
from helpers.errors import CourseError
from helpers.gan import probe
from helpers.gan.game import GanGame, flat, layer_gradients, mlp
from helpers.gan.mixtures import DATASETS, ring
from helpers.gan.panels.one_step import OneStep

torch.set_num_threads(1)
KEYS = list(LOSSES)
PENALTIES = {"wasserstein_gp": lambda D, real, fake, rng: 10 * gradient_penalty(D, real, fake, rng),
             "relativistic": lambda D, real, fake, rng: 0.1 * (r1(D, real) + r2(D, fake))}


class Double(nn.Sequential):
    """A small smooth network in float64, where finite differences are sharp."""

    def __init__(self, inputs: int, outputs: int, seed: int) -> None:
        super().__init__(nn.Linear(inputs, 5), nn.Tanh(), nn.Linear(5, outputs))
        rng = torch.Generator().manual_seed(seed)
        self.double()
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=rng, dtype=torch.float64) / 2)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.double())


class DoubleRing:
    """The ring in float64."""

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        return ring().sample(n, rng).double()


def double_game(key: str, seed: int = 0) -> GanGame:
    return GanGame(DoubleRing(), Double(2, 2, seed), Double(2, 1, seed + 9), LOSSES[key], batch=4,
                   penalty=PENALTIES.get(key), seed=seed)


def slopes(f: Callable[[], Tensor], at: Tensor, h: float = 1e-6) -> Tensor:
    """∂f/∂at by central differences, one number at a time, changed in place."""
    out = torch.empty_like(at)
    for place in range(at.numel()):
        kept, ends = at.view(-1)[place].item(), []
        for side in (h, -h):
            at.view(-1)[place] = kept + side
            ends.append(f().item())
        at.view(-1)[place] = kept
        out.view(-1)[place] = (ends[0] - ends[1]) / (2 * h)
    return out


def through(game: GanGame, last: str) -> dict[str, Tensor]:
    """Run a turn up to and with one operation."""
    values = {}
    for op in game.turn():
        values |= op.values
        if op.key == last:
            return values
    raise AssertionError(f"{last} never came")


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("key", KEYS)
def test_the_arrow_is_minus_the_slope_of_loss_G_at_each_generated_point(key, seed):
    game = double_game(key, seed)
    values = through(game, "G.pull")
    x, real = values["fake"].detach().clone(), values.get("real")

    @torch.no_grad()
    def loss() -> Tensor:
        return game.loss.generator(game.D(x), game.D(real) if game.loss.paired else None)

    assert values["pull"].abs().max() > 1e-4
    torch.testing.assert_close(values["pull"], -slopes(loss, x), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_backward_of_D_equals_finite_differences(key):
    game = double_game(key)
    values = through(game, "D.backward")
    assert ("penalised_D" in values) == (key in PENALTIES)
    rng = torch.Generator()
    after_draws = probe_state(double_game(key), "D.on_fake")    # the penalty's own draw, repeated

    def loss() -> Tensor:
        rng.set_state(after_draws)
        total = game.loss.discriminator(game.D(values["real"]), game.D(values["fake"]))
        return total + (game.penalty(game.D, values["real"], values["fake"], rng) if game.penalty else 0)

    assert loss().item() == pytest.approx((values.get("penalised_D", values["loss_D"])).item(), rel=1e-12)
    for parameter in game.D.parameters():
        measured = slopes(loss, parameter.data)
        torch.testing.assert_close(parameter.grad if parameter.grad is not None else 0 * measured, measured,
                                   rtol=2e-6, atol=1e-8)
    assert all(parameter.grad is None for parameter in game.G.parameters())


def probe_state(game: GanGame, last: str) -> Tensor:
    through(game, last)
    return game.rng.get_state()


@pytest.mark.parametrize("key", KEYS)
def test_backward_of_G_equals_finite_differences(key):
    game = double_game(key)
    values = through(game, "G.backward")

    @torch.no_grad()
    def loss() -> Tensor:
        real = game.D(values["real"]) if game.loss.paired else None
        return game.loss.generator(game.D(game.G(values["z"])), real)

    assert loss().item() == pytest.approx(values["loss_G"].item(), rel=1e-12)
    for parameter in game.G.parameters():
        torch.testing.assert_close(parameter.grad, slopes(loss, parameter.data), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_only_the_player_whose_turn_it_is_moves(key):
    game = double_game(key)
    for _ in range(3):
        for turn, still, moves in ((game.discriminator_turn, game.G, game.D),
                                   (game.generator_turn, game.D, game.G)):
            weights, mine = copy.deepcopy(still.state_dict()), flat(moves)
            grads = [p.grad if p.grad is None else p.grad.clone() for p in still.parameters()]
            for op in turn():
                if still is game.G:    # detach: nothing flows back into G
                    assert all(p.grad is g or torch.equal(p.grad, g)
                               for p, g in zip(still.parameters(), grads, strict=True))
                    assert op.key != "D.fake" or not op.values["fake"].requires_grad
            assert all(torch.equal(weights[name], now) for name, now in still.state_dict().items())
            assert not torch.equal(mine, flat(moves))


def test_without_detach_the_gradient_would_reach_G():
    """What the test above would see: the same loss without `detach`."""
    game = double_game("non_saturating")
    values = through(game, "D.real")
    game.loss.discriminator(game.D(values["real"]), game.D(game.G(values["z"]))).backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in game.G.parameters())


def bare_loop(key: str, data_key: str, latent: int, turns: int) -> list[tuple]:
    """Algorithm 1 of Goodfellow et al. (2014) with Adam, written without the course's code."""
    data, seed = DATASETS[data_key](), 5
    with torch.random.fork_rng(devices=[]):
        nets = []
        for net_seed, sizes in ((2 * seed, (latent, 64, 64, 2)), (2 * seed + 1, (2, 64, 64, 1))):
            torch.manual_seed(net_seed)
            a, b, c = (nn.Linear(i, o) for i, o in pairwise(sizes))
            nets.append(nn.Sequential(a, nn.LeakyReLU(0.2), b, nn.LeakyReLU(0.2), c))
    G, D = nets
    opt_G = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.9), fused=True)
    opt_D = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.9), fused=True)
    rng = torch.Generator().manual_seed(seed)

    def squared_slope(x: Tensor) -> Tensor:
        x = x.detach().requires_grad_()
        return torch.autograd.grad(D(x).sum(), x, create_graph=True)[0].square().sum(1).mean() / 2

    trace = []
    for _ in range(turns):
        opt_D.zero_grad()
        z = torch.randn(128, latent, generator=rng)
        fake = G(z).detach()
        real = data.sample(128, rng)
        on_real, on_fake = D(real), D(fake)
        loss_D = {
            "saturating": lambda r, f: softplus(-r).mean() + softplus(f).mean(),
            "non_saturating": lambda r, f: softplus(-r).mean() + softplus(f).mean(),
            "least_squares": lambda r, f: (r - 1).square().mean() / 2 + f.square().mean() / 2,
            "hinge": lambda r, f: relu(1 - r).mean() + relu(1 + f).mean(),
            "wasserstein_gp": lambda r, f: f.mean() - r.mean(),
            "relativistic": lambda r, f: softplus(f - r).mean()}[key](on_real, on_fake)
        total = loss_D
        if key == "wasserstein_gp":
            between = torch.lerp(fake, real, torch.rand(128, 1, generator=rng)).requires_grad_()
            slope = torch.autograd.grad(D(between).sum(), between, create_graph=True)[0].norm(dim=1)
            total = loss_D + 10 * (slope - 1).square().mean()
        if key == "relativistic":
            total = loss_D + 0.1 * (squared_slope(real) + squared_slope(fake))
        total.backward()
        opt_D.step()

        opt_G.zero_grad()
        z = torch.randn(128, latent, generator=rng)
        on_fake = D(G(z))
        on_real = D(data.sample(128, rng)) if key == "relativistic" else None
        loss_G = {
            "saturating": lambda f, r: -softplus(f).mean(),
            "non_saturating": lambda f, r: softplus(-f).mean(),
            "least_squares": lambda f, r: (f - 1).square().mean() / 2,
            "hinge": lambda f, r: -f.mean(), "wasserstein_gp": lambda f, r: -f.mean(),
            "relativistic": lambda f, r: softplus(r - f).mean()}[key](on_fake, on_real)
        loss_G.backward()
        opt_G.step()
        trace.append((loss_D.item(), loss_G.item(), flat(D), flat(G)))
    return trace


@pytest.mark.parametrize(("key", "data", "latent"), [
    *((key, "ring", 2) for key in KEYS), ("non_saturating", "grid", 1), ("relativistic", "two_moons", 1),
    ("hinge", "line", 2), ("wasserstein_gp", "two_gaussians", 1)])
def test_the_panels_game_is_the_bare_loop_bit_for_bit(key, data, latent):
    game = OneStep(data, key, latent, seed=5).walk.engine
    for turn, (loss_D, loss_G, D, G) in enumerate(bare_loop(key, data, latent, 20)):
        values = {}
        for op in game.turn():
            values |= op.values
        assert (values["loss_D"].item(), values["loss_G"].item()) == (loss_D, loss_G), f"turn {turn}"
        assert torch.equal(flat(game.D), D) and torch.equal(flat(game.G), G), f"turn {turn}"


def global_states() -> tuple:
    return torch.get_rng_state().tolist(), random.getstate(), str(np.random.get_state())


@pytest.mark.parametrize("key", KEYS)
def test_no_global_random_state_is_used_or_set(key, monkeypatch):
    cuda = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", cuda.append)
    before = global_states()
    first = OneStep("ring", key, seed=4).walk.engine
    for _ in range(3):
        list(first.turn())
    assert global_states() == before and cuda == []
    torch.rand(7)    # and what others draw changes nothing
    second = OneStep("ring", key, seed=4).walk.engine
    for _ in range(3):
        list(second.turn())
        torch.rand(3)
    assert torch.equal(flat(first.G), flat(second.G)) and torch.equal(flat(first.D), flat(second.D))


AT_ZERO = {"saturating": (2 * log(2), -log(2)), "non_saturating": (2 * log(2), log(2)),
           "least_squares": (1 / 2, 1 / 2), "hinge": (2, 0), "wasserstein_gp": (0, 0),
           "relativistic": (log(2), log(2))}


@pytest.mark.parametrize("key", KEYS)
def test_losses_where_D_is_zero_everywhere(key):
    game = double_game(key)
    with torch.no_grad():
        for parameter in game.D.parameters():
            parameter.zero_()
    game.opt_D = torch.optim.SGD(game.D.parameters(), 0.0)    # so that it is still zero in G's turn
    values = through(game, "G.loss")
    assert (values["loss_D"].item(), values["loss_G"].item()) == pytest.approx(AT_ZERO[key], abs=1e-15)
    if key == "wasserstein_gp":    # ‖∇D‖ = 0 is 1 away from 1
        assert values["penalised_D"].item() == pytest.approx(10)
    if key == "relativistic":
        assert values["penalised_D"].item() == pytest.approx(log(2))


@pytest.mark.parametrize("key", KEYS)
def test_the_operations_come_in_the_order_in_which_they_are_taught(key):
    penalty = ["D.penalty"] if key in PENALTIES else []
    paired = ["G.on_real"] if key == "relativistic" else []
    assert [op.key for op in double_game(key).turn()] == [
        "D.zero", "D.z", "D.fake", "D.real", "D.on_real", "D.on_fake", "D.loss", *penalty, "D.backward",
        "D.step", "G.zero", "G.z", "G.fake", "G.on_fake", *paired, "G.loss", "G.pull", "G.backward", "G.step"]


def test_measures_of_weights_and_gradients():
    net = nn.Sequential(nn.Linear(2, 1), nn.Tanh(), nn.Linear(1, 1))
    with torch.no_grad():
        for place, parameter in enumerate(net.parameters()):
            parameter.fill_(place + 1.0)
    assert flat(net).tolist() == [1, 1, 2, 3, 4]
    assert layer_gradients(net) == {"0": 0, "2": 0}
    net[0].weight.grad, net[0].bias.grad = torch.tensor([[3.0, 4.0]]), torch.tensor([12.0])
    assert layer_gradients(net) == {"0": pytest.approx(13), "2": 0}
    before = flat(net)
    before += 1
    assert flat(net).tolist() == [1, 1, 2, 3, 4]    # a copy


# --- looking without touching ---------------------------------------------------------------------------


def test_outputs_on_grid_are_D_at_each_point():
    D = mlp(2, 8, 1, seed=1)
    grid = probe.outputs_on_grid(D, extent=1.5, n=7)
    for row, column in ((0, 0), (2, 5), (6, 1)):
        at = torch.tensor([[-1.5 + 0.5 * column, -1.5 + 0.5 * row]])    # row is y, from the bottom up
        assert grid[row, column] == pytest.approx(D(at).item(), abs=1e-6)


def best_output(key: str, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The best D's output where real has density p and generated q, found by searching for the minimum."""
    a = torch.linspace(-8, 8, 16001, dtype=torch.float64)[:, None]
    on_real = torch.stack([LOSSES[key].discriminator(v, 0 * v) for v in a])
    on_fake = torch.stack([LOSSES[key].discriminator(0 * v, v) for v in a])    # each up to a constant
    pay = on_real[:, None] * torch.as_tensor(p) + on_fake[:, None] * torch.as_tensor(q)
    return a[pay.argmin(0), 0].numpy()


@pytest.mark.parametrize("key", ["saturating", "non_saturating", "least_squares", "hinge"])
def test_shade_is_half_where_the_best_D_holds_both_equally_likely(key):
    p = np.array([1.0, 0.5, 2.0, 0.1, 3.0, 0.9])
    q = np.array([1.0, 0.5, 2.0, 1.0, 0.2, 1.1])
    loss, outputs = LOSSES[key], best_output(key, p, q)
    if key == "hinge":
        outputs[:3] = 0    # there the best output is any in [−1, 1], and the middle stands for it
    shade = probe.as_shade(outputs, loss)
    assert shade[:3] == pytest.approx(0.5, abs=1e-3)
    assert (shade[p > q] > 0.51).all() and (shade[p < q] < 0.49).all()
    if not loss.critic:
        assert shade == pytest.approx(p / (p + q), abs=1e-3)    # the probability itself


@pytest.mark.parametrize("key", KEYS)
def test_shade_rises_with_the_output_and_stays_in_its_range(key):
    outputs = np.linspace(-5, 5, 101)
    shade = probe.as_shade(outputs, LOSSES[key])
    assert (np.diff(shade) > 0).all() and shade.min() >= 0 and shade.max() <= 1
    huge = probe.as_shade(np.array([-1e30, 0, 1e30]), LOSSES[key])
    assert np.isfinite(huge).all() and (np.diff(huge) >= 0).all()


@pytest.mark.parametrize("key", ["wasserstein_gp", "relativistic"])
def test_shade_of_a_score_that_is_free_to_shift_ignores_shift_and_scale(key):
    outputs = np.random.default_rng(0).normal(size=(9, 9))
    shade = probe.as_shade(outputs, LOSSES[key])
    assert probe.as_shade(7 * outputs + 100, LOSSES[key]) == pytest.approx(shade, abs=1e-9)
    flat_field = np.full((5, 5), 3.0)    # no difference, no colour
    assert probe.as_shade(flat_field, LOSSES[key]) == pytest.approx(0.5)


def test_latent_mesh_is_a_grid_carried_through_G():
    identity = nn.Identity()
    mesh = probe.latent_mesh(identity, 2, lines=5, dots=9)
    assert len(mesh) == 10 and all(line.shape == (9, 2) for line in mesh)
    for line, (still, level) in zip(mesh, [(1, v) for v in (-2, -1, 0, 1, 2)] +
                                    [(0, v) for v in (-2, -1, 0, 1, 2)], strict=True):
        assert line[:, still] == pytest.approx(level)
        assert line[:, 1 - still] == pytest.approx(np.linspace(-2, 2, 9))
    G = mlp(1, 8, 2, seed=0)
    (curve,) = probe.latent_mesh(G, 1, dots=9)
    assert curve.shape[1] == 2 and len(curve) > 9
    ends = G(torch.tensor([[-2.0], [2.0]])).detach().numpy()
    assert curve[[0, -1]] == pytest.approx(ends, abs=1e-6)


def test_spread_is_the_root_mean_square_distance_from_the_centre():
    points = torch.tensor([[1.0, 1.0], [1.0, 3.0], [-1.0, 1.0], [-1.0, 3.0]])
    assert probe.spread(points) == pytest.approx(2**0.5)


def test_looking_changes_nothing_in_the_game():
    game = double_game("relativistic")
    through(game, "G.backward")
    before = copy.deepcopy(game.state_dict())
    grads = [p.grad.clone() for p in (*game.G.parameters(), *game.D.parameters())]
    state = global_states()
    probe.outputs_on_grid(game.D, 2.0)
    probe.latent_mesh(game.G, 2)
    first = probe.sample(game.G, 2, 9)
    assert torch.equal(first, probe.sample(game.G, 2, 9)) and not first.requires_grad
    game.weights()
    layer_gradients(game.D)
    assert global_states() == state and torch.equal(game.rng.get_state(), before["rng"])
    for name in ("G", "D"):
        assert all(torch.equal(before[name][key], now)
                   for key, now in getattr(game, name).state_dict().items())
    assert all(torch.equal(p.grad, g)
               for p, g in zip((*game.G.parameters(), *game.D.parameters()), grads, strict=True))


# --- how often and how fast each one plays --------------------------------------------------------------


def small(**settings: object) -> GanGame:
    return GanGame(ring(), mlp(2, 8, 2, seed=1), mlp(2, 8, 1, seed=2), LOSSES["non_saturating"], batch=6,
                   **settings)


@pytest.mark.parametrize(("k_D", "k_G"), [(1, 1), (3, 1), (1, 2), (0, 1), (2, 0)])
def test_a_turn_makes_k_updates_of_each_network(k_D, k_G):
    game, bare = small(k_D=k_D, k_G=k_G), small()
    keys = [op.key for op in game.turn()]
    assert (keys.count("D.step"), keys.count("G.step")) == (k_D, k_G)
    assert keys == sorted(keys, key=lambda key: key[0] == "G")    # all of D's before all of G's
    for turn, count in ((bare.discriminator_turn, k_D), (bare.generator_turn, k_G)):
        for _ in range(count):
            for _ in turn():
                pass
    assert torch.equal(flat(game.G), flat(bare.G)) and torch.equal(flat(game.D), flat(bare.D))


def test_rate_zero_leaves_a_network_as_it_is_and_the_other_learns():
    for still, moves in (("G", "D"), ("D", "G")):
        game = small(**{f"lr_{still}": 0.0})
        before = flat(getattr(game, still)), flat(getattr(game, moves))
        for _ in game.turn():
            pass
        assert torch.equal(flat(getattr(game, still)), before[0])
        assert not torch.equal(flat(getattr(game, moves)), before[1])


def test_an_absurd_rate_runs_on_without_an_error():
    game = small(lr_D=1e3, lr_G=1e3)
    for _ in range(20):
        for _ in game.turn():
            pass


@pytest.mark.parametrize(("settings", "key"), [
    ({"k_D": 0, "k_G": 0}, "nobody_plays"), ({"k_D": -1}, "nobody_plays"), ({"k_G": 1.5}, "nobody_plays"),
    ({"lr_D": -1e-3}, "rate_unclear"), ({"lr_G": float("nan")}, "rate_unclear"),
    ({"lr_G": float("inf")}, "rate_unclear")])
def test_settings_that_mean_nothing_are_refused_by_name(settings, key):
    with pytest.raises(CourseError) as refused:
        small(**settings)
    assert refused.value.key == key


@pytest.mark.parametrize("sizes", [(2, 0, 2), (0, 4, 2), (2, 4, 0), (2, -3, 2)])
def test_a_network_without_units_is_refused(sizes):
    with pytest.raises(CourseError) as refused:
        mlp(*sizes, seed=0)
    assert refused.value.key == "no_units"


def test_how_often_each_plays_belongs_to_the_state():
    game = small(k_D=2)
    state = game.state_dict()
    game.set_updates(1, 4)
    game.load_state_dict(state)
    assert (game.k_D, game.k_G) == (2, 1)
