"""A small museum of failures, each made anew from its seed in seconds.

All black: frames that are mostly paper, and large steps that drive a sigmoid into saturation. One path for
all: a squared error in the critic's place. A video that looks predicted: teacher forcing, the true place
handed in before every frame.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from helpers.gan.dcgan import begin
from helpers.video.codes import Codes
from helpers.video.motion_gan import MotionGenerator, Noise, noise
from helpers.video.moving_digits import CANVAS, MovingDigits

PIXELS = CANVAS**2


@torch.random.fork_rng(devices=[])
def all_black(data: MovingDigits, seed: int = 0, steps: int = 300, lr: float = 1e-2,
              end: Callable[[], nn.Module] = nn.Sigmoid) -> tuple[Tensor, Tensor]:
    """Train an autoencoder of whole frames with plain squared error; end: what makes its last layer.

    Black is nearly right, and Adam's first ten steps of this size go so far towards it that the sigmoid's
    slope is 0, and every gradient with it: nothing is learned any more. With `nn.Identity` at the end, or
    with steps of 1e-3 and 900 of them, the same net draws digits.
    Returns real frames and those that it draws of them, [8, 1, 1, 32, 32] both.
    """
    rng = torch.Generator().manual_seed(seed)
    net = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, 128), nn.ReLU(), nn.Linear(128, 16),
                        nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, PIXELS), end(),
                        nn.Unflatten(1, (1, 1, CANVAS, CANVAS)))
    begin(net, seed)
    opt = torch.optim.Adam(net.parameters(), lr)
    for _ in range(steps):
        frames = data.sample(64, rng, 1).frames
        loss = (net(frames) - frames).square().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    real = data.sample(8, rng, 1).frames
    with torch.no_grad():
        return real, net(real)


def one_path(codes: Codes, seed: int = 0, steps: int = 300, batch: int = 64) -> MotionGenerator:
    """Train a generator by the squared error to the path of a real clip drawn at random, without a critic."""
    rng = torch.Generator().manual_seed(seed)
    net = MotionGenerator(seed=seed)
    opt = torch.optim.Adam(net.parameters(), 2e-3)
    for _ in range(steps):
        loss = (net.path(noise(batch, rng)) - codes.sample(batch, rng)[1]).square().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return net.requires_grad_(False)


@torch.no_grad()
def teacher_forced(generator: MotionGenerator, real: Tensor, noise: Noise) -> Tensor:
    """Generate each m(t) from the TRUE m(t−1): real [N, T, 2] → [N, T, 2]."""
    m, state = generator.first(noise.motion, real[:, 0])
    path = [m]
    for before, e in zip(real.unbind(1), noise.steps.unbind(1), strict=False):
        m, state = generator.next(before, e, state)
        path.append(m)
    return torch.stack(path, 1)
