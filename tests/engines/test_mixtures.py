"""Data in the plane: every density against independent numerics, every sample against its density."""

from math import inf, nan, pi

import pytest
import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.gan import mixtures
from helpers.gan.mixtures import DATASETS, drawn, grid, line, ring, two_gaussians, two_moons

CLICKED = [(-1.0, 0.5), (0.3, 0.3), (0.3, 0.3), (1.2, -1.4)]
SETS = [*(make() for make in DATASETS.values()), drawn(CLICKED), ring(), grid()]
PANEL = SETS[:6]
IDS = [*DATASETS, "drawn", "ring_pacgan", "grid_pacgan"]


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def bin_masses(data: mixtures.Data, half: float, bins: int = 48, nodes: int = 8) -> tuple[Tensor, ...]:
    """Integrate the density over each square bin of [−half, half]², with first and second moments."""
    at, weight = mixtures._gauss_legendre(nodes)
    width = 2 * half / bins
    place = (-half + width * (torch.arange(bins)[:, None] + (at + 1) / 2)).reshape(-1)
    x = torch.cartesian_prod(place, place)
    density = torch.cat([data.log_density(part) for part in x.split(20_000)]).exp()
    w = (weight * width / 2).repeat(bins)
    mass = density * torch.outer(w, w).reshape(-1)
    binned = mass.reshape(bins, nodes, bins, nodes).sum((1, 3))
    return binned, mass @ x, x.T @ (mass[:, None] * x)


def true_covariance(name: str, sigma: float) -> Tensor:
    """Second moments about the origin, in closed form."""
    if name == "two_moons":
        xy = -1 / pi + 1 / 8
        shape = [[3 / 4, xy], [xy, 1 / 2 - 1 / pi + 1 / 16]]
    else:
        centres = torch.tensor(CLICKED, dtype=torch.float64)
        shape = {"ring": [[0.5, 0], [0, 0.5]], "grid": [[0.72, 0], [0, 0.72]], "line": [[1 / 3] * 2] * 2,
                 "two_gaussians": [[0.64, 0], [0, 0]], "drawn": (centres.T @ centres / 4).tolist()}[name]
    return torch.tensor(shape, dtype=torch.float64) + sigma**2 * torch.eye(2, dtype=torch.float64)


@pytest.mark.parametrize("data", PANEL, ids=IDS[:6])
def test_density_integrates_to_one_with_the_right_moments_and_samples_follow_it(data):
    half = data.extent + 4 * data.sigma
    masses, mean, second = bin_masses(data, half)
    assert abs(masses.sum().item() - 1) < 1e-7
    centre = torch.tensor(CLICKED, dtype=torch.float64).mean(0) if data.name == "drawn" else torch.zeros(2)
    truth = true_covariance(data.name, data.sigma)
    torch.testing.assert_close(mean, centre.double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(second, truth, atol=1e-6, rtol=0)
    n = 20_000
    expected = n * masses
    often = expected > 5
    for seed in range(4):
        x = data.sample(n, seeded(seed))
        torch.testing.assert_close(x.double().T @ x.double() / n, truth, atol=0.04, rtol=0)
        cell = ((x.double() + half) * (len(masses) / (2 * half))).long().clamp(0, len(masses) - 1)
        seen = torch.bincount(cell @ torch.tensor([len(masses), 1]), minlength=masses.numel())
        seen = seen.reshape(masses.shape).double()
        rest, rest_expected = seen[~often].sum(), expected[~often].sum()
        chi = ((seen - expected)[often].square() / expected[often]).sum()
        if rest_expected > 5:
            chi += (rest - rest_expected) ** 2 / rest_expected
        freedom = often.sum().item()
        assert abs(chi.item() - freedom) < 5 * (2 * freedom) ** 0.5, (seed, chi, freedom)


@pytest.mark.parametrize("data", [*PANEL[:3], *PANEL[5:], ring(), grid()],
                         ids=["ring", "grid", "two_gaussians", "drawn", "ring_pacgan", "grid_pacgan"])
def test_mixtures_equal_torch_distributions(data):
    modes = data.modes.double()
    normal = torch.distributions.Independent(torch.distributions.Normal(modes, data.sigma), 1)
    equal = torch.distributions.Categorical(logits=torch.zeros(len(modes), dtype=torch.float64))
    x = torch.rand(500, 2, generator=seeded(0), dtype=torch.float64) * 10 - 5
    truth = torch.distributions.MixtureSameFamily(equal, normal).log_prob(x)
    torch.testing.assert_close(data.log_density(x), truth, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("sigma", [0.02, 0.05, 0.3, 1.0])
def test_line_equals_numeric_convolution(sigma):
    data = line(sigma)
    share = (torch.arange(400_000, dtype=torch.float64) + 0.5) / 400_000 * 2 - 1   # midpoints
    x = torch.cat((torch.rand(6, 2, generator=seeded(1)).double() * 3 - 1.5,
                   torch.tensor([[0.2, 0.2], [1.0, 1.0], [1.02, 1.01], [-1.3, -1.3], [0, 0]])))
    for point in x:
        squared = (share - point[0]).square() + (share - point[1]).square()
        truth = (-squared / (2 * sigma**2)).logsumexp(0) - torch.tensor(
            400_000 * 2 * pi * sigma**2, dtype=torch.float64).log()
        torch.testing.assert_close(data.log_density(point[None])[0], truth, rtol=1e-7, atol=2e-7)


@pytest.mark.parametrize("sigma", [0.01, 0.05, 0.3])
def test_moons_equal_numeric_convolution_and_a_finer_quadrature(sigma):
    data = two_moons(sigma)
    t = (torch.arange(200_000, dtype=torch.float64) + 0.5) / 200_000 * pi
    arcs = torch.cat((torch.stack((t.cos(), t.sin()), 1), torch.stack((1 - t.cos(), 0.5 - t.sin()), 1)))
    arcs = arcs - torch.tensor([0.5, 0.25])                                          # scikit-learn's, moved
    for point in torch.tensor([[0.5, 0.74], [-1.5, -0.25], [0.1, 0.0], [-1.4, 0.3], [1.2, 0.9]]).double():
        terms = -(arcs - point).square().sum(1) / (2 * sigma**2)
        truth = terms.logsumexp(0) - torch.tensor(len(arcs) * 2 * pi * sigma**2).double().log()
        torch.testing.assert_close(data.log_density(point[None])[0], truth, rtol=1e-6, atol=2e-5)
    window = torch.linspace(-data.extent, data.extent, 25, dtype=torch.float64)
    x = torch.cartesian_prod(window, window)
    coarse = data.log_density(x)
    angle, weight = mixtures._gauss_legendre(min(5 * len(data._nodes) // 2, 2000))
    angle = (angle + 1) * pi / 2
    data._nodes = torch.cat((mixtures._moon(angle, 0), mixtures._moon(angle, 1)))
    data._log_weights = (torch.cat((weight, weight)) / 4).log()
    assert (coarse - data.log_density(x)).abs().max() < 1e-10


def test_gauss_legendre_is_exact_for_polynomials():
    nodes, weights = mixtures._gauss_legendre(12)
    for power in range(24):
        truth = 0.0 if power % 2 else 2 / (power + 1)
        assert abs((weights @ nodes**power).item() - truth) < 1e-14


@pytest.mark.parametrize("data", SETS, ids=IDS)
def test_interface_shapes_types_and_generators(data):
    before = torch.get_rng_state()
    x = data.sample(257, seeded(3))
    assert x.shape == (257, 2) and x.dtype == torch.float32 and x.isfinite().all()
    assert torch.equal(x, data.sample(257, seeded(3))) and not torch.equal(x, data.sample(257, seeded(4)))
    assert data.sample(0, seeded(0)).shape == (0, 2)
    assert torch.equal(before, torch.get_rng_state())
    log_p = data.log_density(x)
    assert log_p.shape == (257,) and log_p.dtype == torch.float32 and log_p.isfinite().all()
    assert data.modes.dim() == 2 and data.modes.shape[1] == 2 and isinstance(data.sigma, float)
    assert (data.sample(10_000, seeded(5)).abs() <= data.extent).all(1).double().mean() > 0.999
    far = torch.tensor([[1e3, 1e3], [-1e3, 7.0], [0.0, 0.0]])
    assert data.log_density(far).isfinite().all()


@pytest.mark.parametrize("data", PANEL, ids=IDS[:6])
def test_score_is_the_gradient_of_log_density(data):
    x = data.sample(5, seeded(0)).double().requires_grad_()
    assert torch.autograd.gradcheck(data.log_density, x)


def test_the_published_shapes():
    assert ring().sigma == 0.01 and ring().modes.shape == (8, 2)
    torch.testing.assert_close(ring().modes.norm(dim=1), torch.ones(8))
    assert grid().sigma == 0.05 and grid().modes.shape == (25, 2) and grid().extent > 4
    assert sorted({v.item() for v in grid().modes.reshape(-1)}) == [-4, -2, 0, 2, 4]
    assert two_gaussians().modes.shape == (2, 2)
    assert line().modes.shape == two_moons().modes.shape == (0, 2)
    assert set(DATASETS) == {"ring", "grid", "two_gaussians", "line", "two_moons"}
    assert all(make().name == name for name, make in DATASETS.items())


def test_drawn_points():
    one = drawn([(0.5, -0.5)], sigma=0.2)
    x = one.sample(20_000, seeded(0))
    torch.testing.assert_close(x.mean(0), torch.tensor([0.5, -0.5]), atol=0.01, rtol=0)
    torch.testing.assert_close(x.std(0), torch.full((2,), 0.2), atol=0.01, rtol=0)
    clicks = torch.tensor([[0.0, 0.0]])
    data = drawn(clicks)
    clicks += 1
    assert torch.equal(data.modes, torch.zeros(1, 2))                     # the caller's tensor is not shared
    assert drawn([(0, 1)] * 500).modes.shape == (500, 2)
    assert drawn([(9.0, 0.0)]).extent > 9


@pytest.mark.parametrize(("points", "key"), [
    ([], "no_points"), (torch.empty(0, 2), "no_points"), ([(0, 1)] * 501, "too_many_points"),
    ([(0, nan)], "points_unclear"), ([(inf, 0)], "points_unclear"), ([1, 2], "points_unclear"),
    ([(1, 2, 3)], "points_unclear"), ([(1, 2), (3,)], "points_unclear"), ("abc", "points_unclear"),
    (None, "points_unclear"), (torch.zeros(2, 2, 2), "points_unclear")])
def test_drawn_refuses_what_is_no_list_of_points(points, key):
    with pytest.raises(CourseError) as caught:
        drawn(points)
    assert caught.value.key == key and str(caught.value)


@pytest.mark.parametrize("sigma", [0, -0.1, nan, inf, 1.5, 1e-4])
@pytest.mark.parametrize("make", [ring, two_moons, line, lambda sigma: drawn([(0, 0)], sigma)])
def test_width_out_of_range_is_refused(make, sigma):
    with pytest.raises(CourseError) as caught:
        make(sigma=sigma)
    assert caught.value.key == "sigma_out_of_range"
