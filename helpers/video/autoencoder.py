"""Stage 1: a frame autoencoder that separates what (content code c) from where (motion code m).

The encoder looks for a place on the frame, reads a window there, and describes what it sees; the decoder
draws a sprite from c and puts it at m. Nobody tells it where the digit is: it finds out because it has to
draw the frame again. The window is a spatial transformer that can only shift (Jaderberg et al. 2015); c is
averaged over a clip's frames, so that it holds what stays.
"""

from collections.abc import Iterator
from math import cos, pi
from typing import Any

import torch
from torch import Tensor, nn

from helpers.gan.dcgan import begin
from helpers.gan.game import flat
from helpers.snapshots import restore, states
from helpers.steps import Op
from helpers.video.frames import checked
from helpers.video.moving_digits import CANVAS, SIDE, MovingDigits, animate, crop

CONTENT, MOTION = 16, 2    # numbers that say what, numbers that say where
REACH = (CANVAS - SIDE) / 2    # px on the canvas for 1 in m: m = ±1 is a digit at a wall
INKED = 9.0     # weight of an inked pixel's error: a frame is mostly empty, all black 'nearly right'
CLIPS, FRAMES = 64, 4          # of a batch
STEPS, RATE, BLUR = 1200, 4e-3, 0.3    # optimiser steps, Adam's highest rate, noise on c
SIZE = 3e-4                    # weight of c's own size, without which c would outgrow the noise


class FrameAutoencoder(nn.Module):
    """Frames [N, T, 1, 32, 32] in [0, 1] ↔ content c [N, 16] and motion m [N, T, 2], ±1 from wall to wall.

    The drawing is linear at its end: a tanh or a sigmoid there learns black first and then hardly moves.
    """

    @torch.random.fork_rng(devices=[])    # torch's own first weights are drawn, and thrown away
    def __init__(self, width: int = 384, seed: int = 0) -> None:
        super().__init__()
        pixels = 4 * SIDE**2    # of a sprite, whose pixels are half as large as the canvas'
        self.eye = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 1, 5, padding=2))
        self.describe = nn.Sequential(nn.Linear(pixels, width), nn.ReLU(), nn.Linear(width, CONTENT))
        self.draw = nn.Sequential(nn.Linear(CONTENT, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
                                  nn.Linear(width, pixels), nn.Unflatten(-1, (2 * SIDE, 2 * SIDE)))
        begin(self, seed)

    def heat(self, frames: Tensor) -> Tensor:
        """Light up what the eye looks at: frames [N, T, 1, 32, 32] → [N, T, 32, 32], each frame's sum 1."""
        heat = self.eye(frames.flatten(0, 1)).flatten(1).softmax(1)    # [N·T, 32·32]
        return heat.view(*frames.shape[:2], CANVAS, CANVAS)

    def where(self, frames: Tensor) -> Tensor:
        """Find m: frames [N, T, 1, 32, 32] → [N, T, 2], the mean place of what the eye lights up."""
        heat = self.heat(frames)
        line = (torch.arange(CANVAS) + 0.5 - CANVAS / 2) / REACH
        return torch.stack(((heat.sum(2) * line).sum(2), (heat.sum(3) * line).sum(2)), 2)

    def what(self, frames: Tensor, m: Tensor) -> Tensor:
        """Describe what is seen at m and average it over the clip: → c [N, 16]."""
        seen = crop(frames.squeeze(2), corner(m)).flatten(2)    # [N, T, 28·28]
        return self.describe(seen).mean(1)

    def encode(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Split a clip: frames → c [N, 16], m [N, T, 2]; raises as `frames.checked`."""
        frames = checked(frames, CANVAS)
        m = self.where(frames)
        return self.what(frames, m), m

    def decode(self, c: Tensor, m: Tensor) -> Tensor:
        """Draw a clip: c [N, 16], m [N, T, 2] → frames [N, T, 1, 32, 32], about [0, 1]."""
        return animate(self.draw(c).unsqueeze(1), corner(m).unsqueeze(2))    # one digit


def corner(m: Tensor) -> Tensor:
    """Turn motion codes into the sprite's top left corner, px: −1 → 0, 1 → 18."""
    return (m + 1) * REACH


def places(m: Tensor) -> Tensor:
    """Turn motion codes into the sprite's centre, px."""
    return CANVAS / 2 + m * REACH


def redraw_error(drawn: Tensor, frames: Tensor) -> Tensor:
    """Weigh an inked pixel's squared error nine times an empty one's; a scalar."""
    return ((1 + (INKED - 1) * frames) * (drawn - frames).square()).mean()


@torch.no_grad()
def missed(m: Tensor, place: Tensor) -> dict[str, Tensor]:
    """Compare the places found with the digits' true centres [N, T, 1, 2], which no network is told; px.

    offset: how far a clip's places lie from the truth on average, which would shift its sprite and no more;
    jitter: the deviation from that within the clip, which a viewer would see. Scalars, means over clips.
    """
    apart = places(m) - place.squeeze(2)    # [N, T, 2]
    return {"offset": apart.mean(1).norm(dim=1).mean(),
            "jitter": apart.var(1).sum(1).mean().sqrt()}


class FrameLearner:
    """Stage 1 in training: each turn draws new clips and takes one step of Adam."""

    def __init__(self, data: MovingDigits, seed: int = 0, width: int = 384) -> None:
        self.data, self.rng = data, torch.Generator().manual_seed(seed)
        self.net = FrameAutoencoder(width, seed)
        self.opt = torch.optim.Adam(self.net.parameters(), RATE, fused=True)

    def tune(self, progress: float) -> None:
        """Set the rate for this part of the plan: up for a tenth of it, then down along a cosine."""
        self.opt.param_groups[0]["lr"] = RATE * min(1.0, 0.05 + 10 * progress) * (1 + cos(pi * progress)) / 2

    def turn(self) -> Iterator[Op]:
        """Look, describe, draw again, compare, learn."""
        clips = self.data.sample(CLIPS, self.rng, FRAMES)
        frames = clips.frames
        yield Op("frames", frames=frames, place=clips.place)
        m = self.net.where(frames)
        yield Op("where", m=m.detach(), **missed(m, clips.place), heat=lambda: self.net.heat(frames).detach())
        c = self.net.what(frames, m)
        yield Op("what", c=c.detach())
        noise = torch.randn(c.shape, generator=self.rng)
        drawn = self.net.decode(c + BLUR * noise, m)
        yield Op("drawn", drawn=drawn.detach())
        loss = redraw_error(drawn, frames)
        yield Op("loss", redraw=loss.detach())
        loss = loss + SIZE * c.square().mean()
        self.opt.zero_grad()
        loss.backward()
        yield Op("backward", before=self.weights)
        self.opt.step()
        yield Op("step", after=self.weights)

    def weights(self) -> dict[str, Tensor]:
        """All weights of each part as one flat tensor."""
        return {name: flat(part) for name, part in self.net.named_children()}

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on."""
        return states(self, ("net", "opt"))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        restore(self, ("net", "opt"), state)
