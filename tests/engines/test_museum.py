"""The failures in the museum fail, from several seeds, and beside them what does not."""

import pytest
import torch
from torch import nn

from helpers.video import museum
from helpers.video.autoencoder import REACH
from helpers.video.codes import Codes
from helpers.video.motion_gan import MotionGenerator, noise
from helpers.video.moving_digits import MovingDigits


@pytest.fixture(scope="module")
def codes():
    rng = torch.Generator().manual_seed(0)
    start, step = torch.rand(256, 1, 2, generator=rng), 0.1 * torch.randn(256, 1, 2, generator=rng)
    motion = 2 * start - 1 + step * torch.arange(16).view(1, -1, 1)
    return Codes(torch.randn(256, 16, generator=rng), motion, torch.zeros(16), torch.ones(16))


@pytest.mark.parametrize("seed", range(3))
def test_all_black_errs_no_less_than_black_itself(seed):
    real, drawn = museum.all_black(MovingDigits(), seed)
    assert real.shape == drawn.shape == (8, 1, 1, 32, 32) and real.amax() > 0.5
    assert drawn.amax() < 0.1
    assert (drawn - real).square().mean() == pytest.approx(real.square().mean().item(), rel=0.05)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("change", [{"end": nn.Identity}, {"lr": 1e-3, "steps": 900}], ids=str)
def test_a_linear_end_or_small_steps_and_the_same_net_draws_digits(seed, change):
    """Squared errors below three quarters of black's, and ink."""
    real, drawn = museum.all_black(MovingDigits(), seed, **change)
    assert drawn.amax() > 0.5
    assert (drawn - real).square().mean() < 0.75 * real.square().mean()


@pytest.mark.parametrize("seed", range(3))
def test_ten_large_steps_saturate_the_sigmoid_and_ten_small_ones_do_not(seed):
    (_, large), (_, small) = (museum.all_black(MovingDigits(), seed, 10, lr) for lr in (1e-2, 1e-3))
    assert large.amax() < 1e-5 and small.amax() > 0.3    # a slope of at most s(1 − s)


@pytest.mark.parametrize("seed", range(2))
def test_one_path_is_the_mean_of_all(seed, codes):
    net = museum.one_path(codes, seed, steps=150)
    made = net.path(noise(200, torch.Generator().manual_seed(9)))
    assert made.std(0).mean() < 0.2 * codes.motion.std(0).mean()
    assert (made.mean(0) - codes.motion.mean(0)).abs().max() < 0.15


def test_teacher_forcing_hands_in_the_true_place(codes):
    net = MotionGenerator(seed=1).requires_grad_(False)
    real, z = codes.motion[:8], noise(8, torch.Generator().manual_seed(1))
    path = museum.teacher_forced(net, real, z)
    assert path.shape == real.shape and torch.equal(path[:, 0], real[:, 0])
    # the first step is the free one's; each later one starts at the true place, not at the model's
    assert torch.equal(path[:, 1], net.path(z, start=real[:, 0])[:, 1])
    moved = real.clone()
    moved[:, 5] += 1.0
    other = museum.teacher_forced(net, moved, z)
    assert torch.equal(path[:, :6], other[:, :6])
    assert ((other - path)[:, 6].norm(dim=1) > 0.5).all()


def test_a_model_that_stands_still_looks_right_when_it_is_forced(codes):
    net = MotionGenerator(seed=1).requires_grad_(False)
    with torch.no_grad():
        net.head.weight.zero_()
        net.head.bias.zero_()    # it repeats the place that it is given
    real, z = codes.motion, noise(256, torch.Generator().manual_seed(1))
    forced, free = museum.teacher_forced(net, real, z), net.path(z, start=real[:, 0])
    step = REACH * real.diff(dim=1).norm(dim=2).mean()
    assert REACH * (forced - real)[:, 1:].norm(dim=2).mean() == pytest.approx(step.item())
    assert REACH * (free - real)[:, 1:].norm(dim=2).mean() > 3 * step
