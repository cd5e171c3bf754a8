"""Losses, penalties and the moving average: against direct formulas, finite differences, closed forms."""

from math import log

import pytest
import torch
from torch import Tensor, nn

from helpers.adversarial import EMA, LOSSES, gradient_penalty, r1, r2
from helpers.errors import CourseError

REAL = torch.tensor([[1.7], [-0.4], [0.2], [-3.0]], dtype=torch.float64)
FAKE = torch.tensor([[-1.1], [0.6], [2.5], [0.9]], dtype=torch.float64)
KEYS = ["saturating", "non_saturating", "least_squares", "hinge", "wasserstein_gp", "relativistic"]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def direct(key: str, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """The papers' formulas as they are printed, with no care for stability."""
    bce = nn.BCEWithLogitsLoss()
    d_cross = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    return {
        "saturating": (d_cross, (1 - fake.sigmoid()).log().mean()),
        "non_saturating": (d_cross, bce(fake, torch.ones_like(fake))),
        "least_squares": (0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean(),
                          0.5 * ((fake - 1) ** 2).mean()),
        "hinge": ((1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean(), -fake.mean()),
        "wasserstein_gp": (fake.mean() - real.mean(), -fake.mean()),
        "relativistic": (-(real - fake).sigmoid().log().mean(), -(fake - real).sigmoid().log().mean()),
    }[key]


def test_the_six_keys():
    assert list(LOSSES) == KEYS and all(LOSSES[key].key == key for key in KEYS)
    assert [key for key in KEYS if LOSSES[key].paired] == ["relativistic"]
    assert [key for key in KEYS if not LOSSES[key].critic] == ["saturating", "non_saturating"]


@pytest.mark.parametrize("key", KEYS)
def test_loss_equals_the_papers_formula(key):
    d_true, g_true = direct(key, REAL, FAKE)
    torch.testing.assert_close(LOSSES[key].discriminator(REAL, FAKE), d_true, rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(LOSSES[key].generator(FAKE, REAL), g_true, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("key", KEYS)
def test_gradients_equal_finite_differences(key):
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    assert torch.autograd.gradcheck(LOSSES[key].discriminator, (real, fake))
    assert torch.autograd.gradcheck(LOSSES[key].generator, (fake, real))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("real_side", [-1e4, 1e4])
@pytest.mark.parametrize("fake_side", [-1e4, 1e4])
def test_extreme_logits_stay_finite(key, real_side, fake_side):
    real = torch.full((4, 1), real_side, requires_grad=True)
    fake = torch.full((4, 1), fake_side, requires_grad=True)
    for loss in (LOSSES[key].discriminator(real, fake), LOSSES[key].generator(fake, real)):
        assert loss.isfinite() and loss.dtype == torch.float32
        found = torch.autograd.grad(loss, (real, fake), allow_unused=True)
        assert all(gradient.isfinite().all() for gradient in found if gradient is not None)


@pytest.mark.parametrize("key", KEYS)
def test_optimum_is_what_the_best_discriminator_of_equal_densities_pays(key):
    """Where p = q, every D's best output is one number: minimise over it and read both losses."""
    loss = LOSSES[key]
    level = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    d = torch.stack([loss.discriminator(v, v) for v in level])
    best = level[d == d.min()]
    if loss.optimum is None:
        assert len(best) > 1                        # hinge and Wasserstein leave the level open
    else:
        at = best[len(best) // 2]
        found = loss.discriminator(at, at).item(), loss.generator(at, at).item()
        assert found == pytest.approx(loss.optimum, abs=1e-12)
        if loss.boundary is not None:
            assert best.item() == pytest.approx(loss.boundary, abs=1e-9)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("p", "q"), [(0.6, 0.4), (0.2, 0.8)])
def test_boundary_separates_more_real_from_more_generated(key, p, q):
    """The best output where p > q lies above the boundary, where p < q below it."""
    loss = LOSSES[key]
    if loss.boundary is None:
        return
    level = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    far = torch.tensor(9.0, dtype=torch.float64)        # a constant for the other half of D's loss
    on_real = torch.stack([loss.discriminator(v, -far) for v in level])
    on_fake = torch.stack([loss.discriminator(far, v) for v in level])
    best = level[(p * (on_real - on_real.min()) + q * (on_fake - on_fake.min())).argmin()].item()
    assert (best > loss.boundary) == (p > q)
    if not loss.critic:
        assert best == pytest.approx(log(p / q), abs=1e-3)     # σ(D) = p/(p+q)
    if key == "least_squares":
        assert best == pytest.approx(p / (p + q), abs=1e-3)


def test_minimax_starves_the_generator_where_it_is_rejected():
    rejected = torch.tensor([[-12.0]], requires_grad=True)
    dying, = torch.autograd.grad(LOSSES["saturating"].generator(rejected, None), rejected)
    alive, = torch.autograd.grad(LOSSES["non_saturating"].generator(rejected, None), rejected)
    assert abs(dying.item()) < 1e-5 and alive.item() == pytest.approx(-1, abs=1e-5)


def test_batches_may_differ_in_size_unless_paired():
    for key in KEYS[:-1]:
        assert LOSSES[key].discriminator(REAL, FAKE[:2]).isfinite()
    for fake in (FAKE[:2], FAKE[:, 0]):
        with pytest.raises(CourseError) as caught:
            LOSSES["relativistic"].discriminator(REAL, fake)
        assert caught.value.key == "pairs_differ" and "(4, 1)" in str(caught.value)


class Smooth(nn.Module):
    """A small D with curvature everywhere, float64, from its own generator."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.randn(5, features, generator=seeded(1), dtype=torch.float64))
        self.b = nn.Parameter(torch.randn(1, 5, generator=seeded(2), dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x.flatten(1) @ self.a.T) @ self.b.T


@pytest.mark.parametrize("shape", [(2,), (784,), (1, 6, 6), (3, 1, 4, 4)])
def test_penalties_of_a_linear_critic_have_closed_forms(shape):
    features = torch.Size(shape).numel()
    w = torch.randn(features, generator=seeded(), dtype=torch.float64)
    real = torch.randn(7, *shape, generator=seeded(1), dtype=torch.float64)
    fake = torch.randn(7, *shape, generator=seeded(2), dtype=torch.float64)

    def D(x: Tensor) -> Tensor:
        return (x.flatten(1) @ w + 0.3)[:, None]

    half_square = w.square().sum() / 2
    torch.testing.assert_close(r1(D, real), half_square, rtol=1e-12, atol=0)
    torch.testing.assert_close(r2(D, fake), half_square, rtol=1e-12, atol=0)
    torch.testing.assert_close(gradient_penalty(D, real, fake, seeded()), (w.norm() - 1) ** 2,
                               rtol=1e-12, atol=0)


@pytest.mark.parametrize("shape", [(2,), (1, 3, 3)])
def test_penalties_gradients_equal_finite_differences(shape):
    D = Smooth(torch.Size(shape).numel())
    real = torch.randn(4, *shape, generator=seeded(3), dtype=torch.float64)
    fake = torch.randn(4, *shape, generator=seeded(4), dtype=torch.float64)
    weights = tuple(D.parameters())

    def penalty_of(measure):
        def value(*given: Tensor) -> Tensor:
            names = dict(zip(("a", "b"), given, strict=True))
            return measure(lambda x: torch.func.functional_call(D, names, (x,)))
        return value

    for measure in (lambda d: r1(d, real), lambda d: r2(d, fake),
                    lambda d: gradient_penalty(d, real, fake, seeded(5))):
        assert torch.autograd.gradcheck(penalty_of(measure), weights)
        assert torch.autograd.gradgradcheck(penalty_of(measure), weights)


def test_r1_equals_finite_differences_of_the_critic_itself():
    D, step = Smooth(2), 1e-6
    x = torch.randn(6, 2, generator=seeded(3), dtype=torch.float64)
    slopes = [(D(x + step * e) - D(x - step * e)) / (2 * step) for e in torch.eye(2).double()]
    truth = torch.cat(slopes, 1).square().sum(1).mean() / 2
    torch.testing.assert_close(r1(D, x), truth, rtol=1e-8, atol=0)


def test_gradient_penalty_looks_between_the_pairs_and_draws_from_its_generator_only():
    seen = []

    def D(x: Tensor) -> Tensor:
        seen.append(x.detach())
        return x.square().sum((1, 2), keepdim=True)

    real, fake = torch.zeros(200, 1, 3), torch.ones(200, 1, 3)
    before = torch.get_rng_state()
    gradient_penalty(D, real, fake, seeded(1))
    gradient_penalty(D, real, fake, seeded(1))
    assert torch.equal(before, torch.get_rng_state()) and torch.equal(*seen)
    x = seen[0]
    assert torch.equal(x, x[..., :1].expand_as(x))                 # one place a pair, on its segment
    assert 0 <= x.min() < 0.05 and 0.95 < x.max() <= 1 and abs(x[:, 0, 0].mean() - 0.5) < 0.1


def test_penalties_reach_the_critic_and_leave_the_generator_alone():
    G, D = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    real = torch.randn(16, 2, generator=seeded())
    fake = G(real)
    total = r1(D, real) + r2(D, fake) + gradient_penalty(D, real, fake, seeded())
    total.backward()
    assert all(p.grad is None for p in G.parameters()) and not real.requires_grad
    assert D[0].weight.grad.abs().sum() > 0


def test_a_flat_critic_gives_finite_penalties():
    """A dead critic's gradient is 0, where the norm has no derivative: no NaN may reach the optimiser."""
    D = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    nn.init.constant_(D[0].bias, -100)
    real = torch.randn(8, 2, generator=seeded())
    penalty = gradient_penalty(D, real, real + 1, seeded())
    (penalty + r1(D, real)).backward()
    assert penalty.item() == pytest.approx(1)
    assert all(p.grad is None or p.grad.isfinite().all() for p in D.parameters())


def test_ema_equals_its_closed_form_and_leaves_the_source_alone():
    source = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).double()
    start = [p.detach().clone() for p in source.parameters()]
    ema, decay, path = EMA(source, 0.9), 0.9, []
    for step in range(20):
        with torch.no_grad():
            for p in source.parameters():
                p += torch.randn(p.shape, generator=seeded(step), dtype=p.dtype)
        source(torch.randn(5, 3, generator=seeded(step), dtype=torch.float64))     # moves the buffers
        path.append([p.detach().clone() for p in source.parameters()])
        ema.update()
    for i, mean in enumerate(ema.model.parameters()):
        truth = decay**20 * start[i] + sum((1 - decay) * decay ** (19 - t) * path[t][i] for t in range(20))
        torch.testing.assert_close(mean, truth, rtol=1e-12, atol=1e-12)
        assert not mean.requires_grad
    for mine, theirs in zip(ema.model.buffers(), source.buffers(), strict=True):
        assert torch.equal(mine, theirs) and mine is not theirs
    assert ema.model[1].num_batches_tracked == 20
    assert all(torch.equal(p, q) for p, q in zip(source.parameters(), path[-1], strict=True))
    assert all(p.requires_grad for p in source.parameters()) and source.training and not ema.model.training


def test_ema_state_comes_back_bit_for_bit():
    source = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    ema = EMA(source, 0.99)

    def move(seed: int) -> None:
        with torch.no_grad():
            for p in source.parameters():
                p += torch.randn(p.shape, generator=seeded(seed))
        ema.update()

    move(0)
    kept = {name: value.clone() for name, value in ema.state_dict().items()}
    weights = {name: value.clone() for name, value in source.state_dict().items()}
    move(1)
    after = {name: value.clone() for name, value in ema.state_dict().items()}
    ema.load_state_dict(kept)
    source.load_state_dict(weights)
    assert all(torch.equal(value, kept[name]) for name, value in ema.state_dict().items())
    move(1)                                                            # and goes on from there alike
    assert all(torch.equal(value, after[name]) for name, value in ema.state_dict().items())
