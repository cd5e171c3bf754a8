"""The recipe against truth: penalties, schedules and noise, and that it is the lesson's own game."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from helpers.adversarial import r1, r2
from helpers.gan.game import flat, mlp
from helpers.gan.mixtures import DATASETS, grid, ring
from helpers.gan.recipe import CLASSIC, LATENT, OURS, Run, Steep, Waves, sampled_slope

torch.set_num_threads(1)
RECIPES = {"ours": OURS, "classic": CLASSIC}


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_sampled_slope_of_a_linear_D_is_its_gradient_squared():
    D = nn.Linear(2, 1)
    x, v = torch.randn(200_000, 2, generator=rng()), D.weight.detach()
    found = sampled_slope(D, x, 0.5, rng(1)).item()
    assert found == pytest.approx(v.square().sum().item(), rel=5 * math.sqrt(2 / len(x)))


@pytest.mark.parametrize("seed", range(3))
def test_the_sampled_slope_estimates_R1_plus_R2(seed):
    """Over equal parts of real and generated points, for a smooth D and a short reach."""
    D = mlp(2, 16, 1, seed=seed, between=nn.Tanh, gain=3).double()
    real, fake = torch.randn(2, 20_000, 2, generator=rng(seed), dtype=torch.float64)
    true = (r1(D, real) + r2(D, fake)).item()
    both = torch.cat((real, fake)).float()
    found = sampled_slope(lambda x: D(x.double()), both, 0.02, rng(seed + 9)).item()
    assert found == pytest.approx(true, rel=0.05)


def test_waves_are_the_input_and_its_sines_and_cosines():
    x = torch.randn(5, 2, generator=rng())
    parts = Waves(3)(x).chunk(7, dim=1)
    assert torch.equal(parts[0], x)
    for octave in range(3):
        assert torch.allclose(parts[1 + 2 * octave], (math.pi * 2**octave * x).sin(), atol=1e-6)
        assert torch.allclose(parts[2 + 2 * octave], (math.pi * 2**octave * x).cos(), atol=1e-6)
    assert torch.equal(Waves(0)(x), x)


def rates(run: Run) -> list[float]:
    return [opt.param_groups[0]["lr"] for opt in (run.game.opt_D, run.game.opt_G)]


def test_rates_noise_and_penalty_begin_whole_and_fade():
    run, seen = Run(OURS, ring(), 0), []
    for progress in torch.linspace(0, 1, 41).tolist():
        run.tune(progress)
        seen.append((rates(run)[0], run.gamma, run.noise.width, run.game.data.sigma))
        assert rates(run)[0] == rates(run)[1]
    first, last = seen[0], seen[-1]
    assert first[:3] == pytest.approx((OURS.lr, OURS.gamma[0], OURS.noise[0]))
    assert last == pytest.approx((0, OURS.gamma[-1], 0, 0.01), abs=1e-12)
    for earlier, later in pairwise(seen):
        assert all(b <= a + 1e-12 for a, b in zip(earlier, later, strict=True))


def test_real_and_generated_points_get_noise_of_one_width():
    run = Run(OURS, ring(), 0)
    run.tune(0.0)
    width = run.noise.width
    assert run.game.data.sigma == pytest.approx(math.hypot(0.01, width))
    z = torch.randn(50_000, LATENT, generator=rng())
    with torch.no_grad():
        noisy, clean = run.game.G(z), run.ema.model(z)    # the average is still the same network
    assert (noisy - clean).std(0).tolist() == pytest.approx([width, width], rel=0.02)
    run.tune(1.0)
    assert torch.equal(run.game.G(z), run.game.G(z))


def test_the_units_of_G_and_of_its_average_grow_steep_together():
    run = Run(OURS, ring(), 0)
    for progress, slope in ((0.0, 1.0), (0.6, 1.0), (0.775, math.sqrt(OURS.steep)), (1.0, OURS.steep)):
        run.tune(progress)
        run.step()
        for G in (run.game.G, run.ema.model):
            units = [part for part in G.modules() if isinstance(part, Steep)]
            assert [unit.slope.item() for unit in units] == [pytest.approx(slope)]    # one for all layers
    a = torch.linspace(-2, 2, 9)
    assert torch.allclose(run.unit(a), (OURS.steep * a).tanh())
    assert not [part for part in Run(CLASSIC, ring(), 0).game.G.modules() if isinstance(part, Steep)]


def test_the_averaged_generator_is_free_of_noise():
    run = Run(OURS, ring(), 0)
    run.tune(0.0)
    z = torch.randn(10, LATENT, generator=rng())
    assert torch.equal(run.ema.model(z), run.ema.model(z))


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("data", [ring, grid])
def test_the_same_seed_gives_the_same_run_and_another_seed_another(name, data):
    def ends(seed: int) -> torch.Tensor:
        run = Run(RECIPES[name], data(), seed)
        for turn in range(5):
            run.tune(turn / 5)
            run.step()
        return torch.cat((flat(run.game.G), flat(run.game.D), flat(run.ema.model)))

    assert torch.equal(ends(3), ends(3))
    assert not torch.equal(ends(3), ends(4))


def test_the_classic_recipe_is_the_plain_game():
    run = Run(CLASSIC, DATASETS["ring"](), 0)
    assert run.game.penalty is None
    for progress in (0.0, 0.5, 1.0):
        run.tune(progress)
        assert rates(run) == [CLASSIC.lr] * 2 and run.noise.width == 0
        assert run.game.data is run.data


def test_data_on_another_scale_make_the_same_game():
    """The grid 100 times larger: networks, noise and penalty work in units of the data."""
    def first_turn(step: float, sigma: float) -> dict[str, torch.Tensor]:
        run, values = Run(OURS, grid(step, sigma), 0), {}
        run.tune(0.1)
        for op in run.game.turn():
            values |= op.values
        return {"real": values["real"] / run.scale, "fake": values["fake"].detach() / run.scale,
                **{key: values[key].detach() for key in ("loss_D", "penalised_D", "loss_G")}}

    small, large = first_turn(0.02, 0.0051), first_turn(2.0, 0.51)
    for key in small:
        assert torch.allclose(small[key], large[key], atol=1e-4), key
