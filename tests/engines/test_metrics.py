"""The metrics of a generator in the plane against samples made by hand and against perfect samplers."""

from math import exp, isnan, log, nan

import pytest
import torch

from helpers.gan.metrics import Score, perfect, score
from helpers.gan.mixtures import DATASETS, grid, ring

torch.set_num_threads(1)
MODES = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
SIGMA = 0.5


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def at(*parts: tuple[int, float, float]) -> torch.Tensor:
    """So many samples at each place: (count, x, y)."""
    return torch.cat([torch.tensor([[x, y]]).repeat(count, 1) for count, x, y in parts])


def test_samples_on_every_mode_in_equal_shares_score_full_marks():
    assert score(at(*((7, *mode) for mode in MODES.tolist())), MODES, SIGMA) == Score(4, 1.0, 0.0)


def test_known_modes_quality_and_shares_are_counted_as_by_hand():
    samples = at((6, 0, 0), (2, 10, 0), (1, 10, 3), (1, 3, 10))    # two of them lie 6σ from a mode
    modes, quality, reverse_kl = score(samples, MODES, SIGMA)
    assert (modes, quality) == (2, 0.8)
    truth = sum(share * log(share * 4) for share in (0.6, 0.3, 0.1))    # the far ones have a nearest mode too
    assert reverse_kl == pytest.approx(truth, abs=1e-12)


def test_a_collapsed_generator_has_one_mode_and_the_greatest_divergence():
    modes, quality, reverse_kl = score(at((50, 10, 10)), MODES, SIGMA)
    assert (modes, quality) == (1, 1.0)
    assert reverse_kl == pytest.approx(log(4))


def test_three_sigma_is_the_edge_of_high_quality():
    inside, outside = score(at((1, 1.499, 0)), MODES, SIGMA), score(at((1, 1.501, 0)), MODES, SIGMA)
    assert (inside.modes, inside.quality) == (1, 1.0)
    assert (outside.modes, outside.quality) == (0, 0.0)
    assert inside.reverse_kl == outside.reverse_kl == pytest.approx(log(4))


@pytest.mark.parametrize("bad", [nan, float("inf"), -float("inf")])
def test_a_sample_that_is_no_number_is_of_no_quality_and_of_no_mode(bad):
    samples = torch.cat((at((4, 0, 0), (4, 10, 0)), torch.tensor([[bad, 0.0], [0.0, bad]])))
    modes, quality, reverse_kl = score(samples, MODES, SIGMA)
    assert (modes, quality) == (2, 0.8)
    assert reverse_kl == pytest.approx(log(2))    # the shares are those of the sound samples
    modes, quality, reverse_kl = score(torch.full((5, 2), bad), MODES, SIGMA)
    assert (modes, quality) == (0, 0.0)
    assert isnan(reverse_kl)


def test_samples_far_beyond_everything_are_counted_without_a_fault():
    modes, quality, reverse_kl = score(at((3, 1e30, -1e30)), MODES, SIGMA)
    assert (modes, quality) == (0, 0.0)
    assert reverse_kl == pytest.approx(log(4))


@pytest.mark.parametrize("name", ["line", "two_moons"])
def test_data_without_modes_score_nothing(name):
    data = DATASETS[name]()
    assert all(map(isnan, score(data.sample(10, seeded(0)), data.modes, data.sigma)))
    assert all(map(isnan, perfect(len(data.modes), 10)))


def test_a_perfect_samplers_quality_is_one_minus_e_to_minus_four_and_a_half():
    assert perfect(8, 2500).quality == pytest.approx(1 - exp(-4.5), abs=1e-15)
    assert f"{perfect(25, 2500).quality:.1%}" == "98.9%"


@pytest.mark.parametrize(("data", "n"), [(ring(), 2500), (grid(), 2500), (grid(), 60)],
                         ids=["ring", "grid", "grid, few samples"])
def test_what_perfect_promises_is_what_real_samples_get_on_average(data, n):
    tries = 200
    draws = data.sample(tries * n, seeded(1)).split(n)
    scores = torch.tensor([score(draw, data.modes, data.sigma) for draw in draws], dtype=torch.float64)
    mean, error = scores.mean(0), scores.std(0) / tries**0.5
    modes, quality, reverse_kl = perfect(len(data.modes), n)
    assert abs(mean[0] - modes) <= 5 * error[0] + 1e-9
    assert abs(mean[1] - quality) <= 5 * error[1]
    # Wilks' (K − 1)/2n is the limit for many samples a mode; at 2.4 a mode it is some per cent short
    assert abs(mean[2] - reverse_kl) <= 5 * error[2] + (0.1 * reverse_kl if n < 100 else 0.01 * reverse_kl)


def test_with_few_samples_even_a_perfect_sampler_misses_modes():
    one = perfect(25, 1)
    assert one.modes == pytest.approx(1 - exp(-4.5))
    assert perfect(25, 10_000).modes == pytest.approx(25)
    assert 20 < perfect(25, 60).modes < 24
