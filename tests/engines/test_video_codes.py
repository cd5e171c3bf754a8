"""Codes of real clips: standardised and back, content and motion of a clip drawn together."""

import torch

from helpers.video import codes
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.codes import Codes
from helpers.video.moving_digits import MovingDigits

torch.set_num_threads(1)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_codes_are_standard_and_return_to_their_scale():
    net, data = FrameAutoencoder(8), MovingDigits()
    found = codes.encode(net, data, seed=4, clips=300)    # two parts
    assert (found.content.shape, found.motion.shape) == ((300, 16), (300, 16, 2))
    torch.testing.assert_close(found.content.mean(0), torch.zeros(16), rtol=0, atol=1e-4)
    torch.testing.assert_close(found.content.std(0), torch.ones(16), rtol=0, atol=1e-4)
    rng = seeded(4)
    with torch.no_grad():
        c, m = net.encode(torch.cat([data.sample(n, rng, 16).frames for n in (256, 44)]))
    torch.testing.assert_close(found.natural(found.content), c, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.motion, m, rtol=1e-5, atol=1e-5)


def test_a_sample_of_codes_keeps_each_clips_content_and_motion_together():
    tags = torch.arange(50.0)
    pool = Codes(tags.view(50, 1).expand(50, 16), tags.view(50, 1, 1).expand(50, 16, 2), torch.zeros(16),
                 torch.ones(16))
    c, m = pool.sample(4000, seeded())
    assert torch.equal(c[:, 0], m[:, 3, 1])
    counts = torch.bincount(c[:, 0].long(), minlength=50)    # χ² of 49 degrees: above 110 once in a million
    assert ((counts - 80).square() / 80).sum() < 110
