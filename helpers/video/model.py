"""The two stages together: noise in, frames out; a first frame can be given and is gone on from."""

import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, Hold
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.codes import Codes
from helpers.video.frames import checked
from helpers.video.motion_gan import MotionGenerator, Noise
from helpers.video.moving_digits import CANVAS


class VideoModel(nn.Module):
    """A trained frame autoencoder, its codes of real clips, and a generator of such codes."""

    def __init__(self, autoencoder: FrameAutoencoder, generator: MotionGenerator, codes: Codes,
                 hold: Hold = FREE) -> None:
        super().__init__()
        self.autoencoder, self.generator, self.codes, self.hold = autoencoder, generator, codes, hold

    @torch.no_grad()
    def forward(self, noise: Noise, hold: Hold | None = None) -> Tensor:
        """Make clips: → frames [N, T, 1, 32, 32]; hold: in place of the model's own."""
        c, m = self.generator(noise, hold=self.hold if hold is None else hold)
        return self.render(c, m)

    @torch.no_grad()
    def render(self, c: Tensor, m: Tensor) -> Tensor:
        """Draw codes of the generator's scale: c [N, 16], m [N, T, 2] → [N, T, 1, 32, 32]."""
        return self.autoencoder.decode(self.codes.natural(c), m)

    @torch.no_grad()
    def sprite(self, c: Tensor) -> Tensor:
        """Draw content before it has a place: c of the generator's scale, [N, 16] → [N, 28, 28]."""
        return self.autoencoder.draw(self.codes.natural(c))

    @torch.no_grad()
    def go_on(self, first: Tensor, noise: Noise) -> Tensor:
        """Go on from given first frames [N, 1, 1, 32, 32]: their content and place, a motion from noise.

        The whole clips, the given frame drawn anew as their first; one frame is gone on from in as many ways
        as there is noise. Raises as `frames.checked`, and `first_frames` for another number of frames.
        """
        clips = len(noise.motion)
        if len(checked(first, CANVAS)) not in (1, clips):
            raise CourseError("first_frames", found=len(first), clips=clips)
        c, m = self.autoencoder.encode(first[:, :1])
        c, start = (code.expand(clips, -1) for code in (c, m[:, 0]))
        return self.autoencoder.decode(c, self.generator.path(noise, start, self.hold))
