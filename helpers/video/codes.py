"""Real clips as the codes of stage 1: what stage 2 learns from."""

from typing import NamedTuple

import torch
from torch import Tensor

from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.motion_gan import FRAMES
from helpers.video.moving_digits import MovingDigits

CLIPS, PART = 4096, 256    # encoded once; at a time


class Codes(NamedTuple):
    """content [N, 16], standardised by mean and deviation [16]; motion [N, 16, 2]."""

    content: Tensor
    motion: Tensor
    mean: Tensor
    deviation: Tensor

    def sample(self, n: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw n clips' codes with replacement."""
        chosen = torch.randint(len(self.content), (n,), generator=rng)
        return self.content[chosen], self.motion[chosen]

    def natural(self, c: Tensor) -> Tensor:
        """From the generator's scale to the autoencoder's."""
        return c * self.deviation + self.mean


@torch.no_grad()
def encode(autoencoder: FrameAutoencoder, data: MovingDigits, seed: int = 0, clips: int = CLIPS) -> Codes:
    """Encode new clips of the data."""
    rng = torch.Generator().manual_seed(seed)
    return joined([autoencoder.encode(data.sample(min(PART, clips - done), rng, FRAMES).frames)
                   for done in range(0, clips, PART)])


def joined(parts: list[tuple[Tensor, Tensor]]) -> Codes:
    """Put encoded parts c [n, 16], m [n, 16, 2] together."""
    c, m = (torch.cat(some) for some in zip(*parts, strict=True))
    mean, deviation = c.mean(0), c.std(0)
    return Codes((c - mean) / deviation, m, mean, deviation)
