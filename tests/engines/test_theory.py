"""Theory of the best discriminator against closed forms, other quadratures, and sampling."""

from math import erf, log, nan, pi, sqrt

import pytest
import torch
from torch import Tensor
from torch.nn.functional import softplus

from helpers.gan import theory
from helpers.gan.metrics import kl
from helpers.gan.mixtures import DATASETS, Data, drawn, ring
from helpers.gan.theory import Grid, estimated, exact, jensen_shannon, least_loss, optimal

torch.set_num_threads(1)
SIGMA = 0.25


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def gaussian(x: float, sigma: float = SIGMA) -> Data:
    """One Gaussian around (x, 0)."""
    return drawn([(x, 0.0)], sigma)


def js_on_a_line(apart: float, sigma: float, n: int = 200_001) -> float:
    """JS of two Gaussians of one width as an integral over the line that joins them, by trapezoids.

    Across that line both are the same Gaussian, which integrates to one.
    """
    x = torch.linspace(-12 * sigma, apart + 12 * sigma, n, dtype=torch.float64)

    def log_density(centre: float) -> Tensor:
        return -((x - centre) / sigma).square() / 2 - log(sigma * sqrt(2 * pi))

    one, two = log_density(0.0), log_density(apart)
    middle = torch.logaddexp(one, two) - log(2)
    return torch.trapezoid(one.exp() * (one - middle) + two.exp() * (two - middle), x).item() / 2


# --- KL and Jensen–Shannon ------------------------------------------------------------------------------


def test_kl_of_lists_equals_hand_computed_values():
    half = torch.tensor([0.5, 0.5])
    assert kl(half, half) == 0
    assert kl(torch.tensor([1.0, 0.0]), half) == pytest.approx(log(2))
    assert kl(torch.tensor([0.25, 0.75]), half) == pytest.approx(0.75 * log(3) - log(2), abs=1e-6)
    assert kl(half, torch.tensor([0.25, 0.75])) == pytest.approx(log(2) - log(3) / 2, abs=1e-6)
    assert kl(half, torch.tensor([1.0, 0.0])) == float("inf")
    p, q = torch.rand(2, 9, dtype=torch.float64, generator=seeded(0))
    p, q = p / p.sum(), q / q.sum()
    there = torch.distributions.Categorical
    assert kl(q, p) == pytest.approx(torch.distributions.kl_divergence(there(q), there(p)).item(), abs=1e-12)


@pytest.mark.parametrize(("apart", "narrow"), [(0.0, 1.0), (0.5, 1.0), (0.3, 0.6)])
def test_kl_of_two_gaussians_over_cells_equals_its_closed_form(apart, narrow):
    """KL(N(μ₁,s²I)‖N(μ₂,σ²I)) = |μ|²/2σ² + s²/σ² − 1 − 2·log(s/σ) in two dimensions."""
    grid = Grid(2.4, 240)
    q = exact(gaussian(apart, narrow * SIGMA), grid) * grid.cell**2
    p = exact(gaussian(0.0), grid) * grid.cell**2
    truth = apart**2 / (2 * SIGMA**2) + narrow**2 - 1 - 2 * log(narrow)
    assert kl(q.flatten(), p.flatten()) == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("data", [make() for make in DATASETS.values()], ids=list(DATASETS))
def test_js_is_zero_for_equal_densities_and_every_density_has_mass_one(data):
    grid = Grid(data.extent + 0.5)
    p = exact(data, grid, 0.1)
    assert grid.integral(p) == pytest.approx(1, abs=1e-5)
    assert abs(jensen_shannon(p, p, grid)) < 1e-5


def test_js_of_densities_that_do_not_meet_is_log_2():
    grid = Grid(2.0)
    p, q = exact(gaussian(-1.4, 0.1), grid), exact(gaussian(1.4, 0.1), grid)
    assert jensen_shannon(p, q, grid) == pytest.approx(log(2), abs=1e-6)
    left = torch.zeros(grid.n, grid.n, dtype=torch.float64)
    right = left.clone()
    left[:, :48], right[:, 48:] = 1 / 8, 1 / 8    # two uniform halves of an area of 16
    assert jensen_shannon(left, right, grid) == pytest.approx(log(2), abs=1e-12)
    both = (left + right) / 2
    truth = log(2) - 3 / 4 * log(3) + log(2) / 2    # a uniform half against the whole
    assert jensen_shannon(left, both, grid) == pytest.approx(truth, abs=1e-12)


@pytest.mark.parametrize("apart", [0.0, 0.1, 0.4, 0.9, 1.5])
def test_js_of_two_gaussians_equals_an_integral_over_a_line(apart):
    grid = Grid(2.6, 130)
    p, q = exact(gaussian(-apart / 2), grid), exact(gaussian(apart / 2), grid)
    assert jensen_shannon(p, q, grid) == pytest.approx(js_on_a_line(apart, SIGMA), abs=1e-7)


def test_js_does_not_change_on_a_finer_grid_and_is_symmetric():
    values = []
    for n in (96, 288):
        grid = Grid(2.2, n)
        p, q = exact(ring(0.05), grid, 0.1), exact(DATASETS["line"](), grid, 0.1)
        values += [jensen_shannon(p, q, grid), jensen_shannon(q, p, grid)]
    assert values == pytest.approx([values[-1]] * 4, abs=1e-6)


def test_mass_outside_the_grid_is_taken_to_meet_nothing():
    grid = Grid(1.5)
    p = exact(gaussian(0.0, 0.1), grid)
    away = theory.estimated(torch.full((1000, 2), 9.0), grid, 0.1)
    assert away.sum() == 0
    assert jensen_shannon(p, away, grid) == pytest.approx(log(2), abs=1e-6)
    half = estimated(torch.tensor([[0.0, 0.0], [9.0, 0.0]]).repeat(500, 1), grid, 0.1)    # half of it is lost
    assert grid.integral(half) == pytest.approx(0.5, abs=1e-6)
    # p against a half of (nearly) itself and a half elsewhere: as for p = (1), q = (½, ½)
    centred = estimated(torch.zeros(1, 2), grid, 0.1)
    truth = (log(1 / 0.75) + 0.5 * log(0.5 / 0.75) + 0.5 * log(2)) / 2
    assert jensen_shannon(centred, half, grid) == pytest.approx(truth, abs=1e-6)


# --- the best discriminator -----------------------------------------------------------------------------


def test_the_best_d_on_two_gaussians_of_one_width_is_the_sigmoid_of_a_plane():
    """p = N(a, σ²I), q = N(b, σ²I): log p − log q = (a − b)·x/σ² − (|a|² − |b|²)/2σ²."""
    grid = Grid(1.6, 80)
    a, b = torch.tensor([0.4, 0.1]), torch.tensor([-0.3, 0.2])
    densities = [exact(drawn(centre[None], SIGMA), grid) for centre in (a, b)]
    x = grid.points().double()
    logit = x @ (a - b).double() / SIGMA**2 - (a.square().sum() - b.square().sum()).item() / (2 * SIGMA**2)
    torch.testing.assert_close(optimal(*densities).flatten(), logit.sigmoid(), atol=1e-6, rtol=0)


def test_the_best_d_is_a_half_where_there_is_nothing():
    p, q = torch.tensor([0.0, 1.0, 0.0, 2.0]), torch.tensor([0.0, 0.0, 3.0, 2.0])
    assert optimal(p, q).tolist() == [0.5, 1.0, 0.0, 0.5]


@pytest.mark.parametrize("apart", [0.0, 0.4, 1.5])
def test_the_least_loss_is_what_the_best_d_pays_on_samples_and_no_other_d_pays_less(apart):
    grid, n = Grid(2.6, 130), 400_000
    p, q = gaussian(-apart / 2), gaussian(apart / 2)
    least = least_loss(jensen_shannon(exact(p, grid), exact(q, grid), grid))
    slope = -apart / SIGMA**2    # of the best logit, which is linear
    real, fake = p.sample(n, seeded(1)), q.sample(n, seeded(2))

    def paid(scale: float, shift: float = 0.0) -> tuple[float, float]:
        parts = softplus(-(scale * slope * real[:, 0] + shift)), softplus(scale * slope * fake[:, 0] + shift)
        error = sqrt(sum(part.var().item() / n for part in parts))
        return sum(part.mean().item() for part in parts), error

    loss, error = paid(1.0)
    assert abs(loss - least) < 5 * error + 1e-6
    for scale, shift in ((0.5, 0.0), (2.0, 0.0), (1.0, 0.7), (-1.0, 0.0), (0.0, -0.3)):
        loss, error = paid(scale, shift)
        assert loss > least - 5 * error - 1e-6
    assert least_loss(0.0) == 2 * log(2)
    assert least_loss(log(2)) == 0


# --- a density from samples ------------------------------------------------------------------------------


def test_the_estimate_of_a_known_sampler_has_no_bias_and_an_error_like_one_over_root_n():
    """Spread by h, samples of N(0, σ²I) have the density N(0, (σ² + h²)I): the mean of many estimates."""
    grid, h = Grid(1.6, 128), 0.15    # cells a sixth of h
    data = gaussian(0.3)
    truth = exact(data, grid, h)

    def errors(n: int, tries: int) -> tuple[float, float]:
        estimates = torch.stack([estimated(data.sample(n, seeded(s)), grid, h) for s in range(tries)])
        each = (estimates - truth).square().mean((1, 2)).mean().sqrt().item()
        mean = (estimates.mean(0) - truth).square().mean().sqrt().item()
        return each, mean

    few, mean = errors(500, 64)
    many, _ = errors(8000, 64)
    assert few / many == pytest.approx(4, rel=0.1)    # √16
    assert mean < 1.5 * few / 8                       # √64: what is left of the noise; a bias would stay
    exact_to = (estimated(data.sample(4_000_000, seeded(9)), grid, h) - truth).abs().max() / truth.max()
    assert exact_to < 0.005    # counting in cells widens each Gaussian by cell²/12, .23 % of h² here


def test_the_estimate_is_the_mean_of_gaussians_around_the_samples():
    grid, h = Grid(1.0, 50), 0.2
    middles = torch.tensor([[-0.5, 0.3], [0.1, 0.1], [0.1, 0.1]]).div(grid.cell).floor()
    samples = (middles + 0.5) * grid.cell    # in the middles of cells, where counting changes nothing
    x = grid.points().double()
    truth = sum(torch.exp(-(x - one).square().sum(1) / (2 * h * h)) / (2 * pi * h * h)
                for one in samples.double()) / 3
    torch.testing.assert_close(estimated(samples, grid, h), truth.reshape(50, 50), atol=1e-6, rtol=1e-5)


def test_samples_that_are_no_numbers_count_as_mass_elsewhere():
    grid = Grid(1.0, 50)
    bad = torch.tensor([[nan, 0.0], [0.0, float("inf")], [-float("inf"), nan], [0.0, 0.0]])
    q = estimated(bad, grid, 0.1)
    assert q.isfinite().all()
    assert grid.integral(q) == pytest.approx(0.25, abs=1e-6)


def test_a_grid_has_the_middles_of_its_cells():
    grid = Grid(3.0, 4)
    assert grid.cell == 1.5
    assert grid.axis.tolist() == [-2.25, -0.75, 0.75, 2.25]
    assert grid.points()[:2].tolist() == [[-2.25, -2.25], [-0.75, -2.25]]    # x runs first
    assert grid.integral(torch.ones(4, 4)) == 36


# --- the data under a further blur ------------------------------------------------------------------------


def disc(data: Data, centre: Tensor, radius: float, n: int = 60) -> float:
    """The density's mass in a disc, by the midpoint rule in polar coordinates."""
    r = (torch.arange(n, dtype=torch.float64) + 0.5) * radius / n
    turn = torch.arange(n, dtype=torch.float64) * 2 * pi / n
    x = centre.double() + (r[:, None, None] * torch.stack((turn.cos(), turn.sin()), -1))
    density = data.log_density(x.reshape(-1, 2)).exp().reshape(n, n)
    return (density * r[:, None]).sum().item() * (radius / n) * (2 * pi / n)


@pytest.mark.parametrize("name", DATASETS)
def test_blurred_data_are_what_samples_with_added_noise_are(name):
    data, width, n = DATASETS[name](), 0.12, 200_000
    blurred = data.blurred(width)
    assert blurred.name == data.name
    assert data.sigma == DATASETS[name]().sigma    # the original stays
    noisy = data.sample(n, seeded(3)) + width * torch.randn(n, 2, generator=seeded(4))
    own = blurred.sample(n, seeded(5))
    places = data.sample(6, seeded(6))
    for samples in (noisy, own):
        for place in places:
            share = ((samples - place).norm(dim=1) < 0.2).double().mean().item()
            mass = disc(blurred, place, 0.2)
            assert abs(share - mass) < 5 * sqrt(mass * (1 - mass) / n)
    assert noisy.T.cov() == pytest.approx(own.T.cov(), abs=0.01)
    counts = [torch.histogramdd(samples, [12, 12], range=[-1.8, 1.8] * 2).hist for samples in (noisy, own)]
    often = sum(counts) > 20    # chi-square of two samples of one size
    square = ((counts[0] - counts[1]).square() / sum(counts))[often].sum().item()
    freedom = int(often.sum())
    assert abs(square - freedom) < 5 * sqrt(2 * freedom)


def test_blurring_by_nothing_changes_nothing_and_blurs_add_up():
    x = torch.randn(50, 2, generator=seeded(0), dtype=torch.float64)
    for make in DATASETS.values():
        data = make()
        assert torch.equal(data.blurred(0.0).log_density(x), data.log_density(x))
        assert data.blurred(0.3).blurred(0.4).sigma == pytest.approx(data.blurred(0.5).sigma)


def test_mass_inside_a_window_of_blurred_data_equals_the_error_function():
    grid = Grid(0.5, 100)
    inside = erf(0.5 / (sqrt(2) * sqrt(SIGMA**2 + 0.2**2))) ** 2
    # the midpoint rule's own error is some 1e-5 where a density is cut off
    assert grid.integral(exact(gaussian(0.0), grid, 0.2)) == pytest.approx(inside, abs=5e-5)
