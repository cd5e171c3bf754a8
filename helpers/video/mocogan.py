"""The end-to-end model in the line of MoCoGAN: pixels from the first step, no autoencoder before.

Content noise that stays and motion noise that an LSTM turns into a path of codes go into one frame generator;
an image discriminator sees single frames, a video discriminator sees the clip by 3-D convolutions (Tulyakov
et al. 2018; here with LSTM for their GRU, 32 px, and R1 on both discriminators).
"""

from collections.abc import Iterator
from math import cos, pi
from typing import Any

import torch
from torch import Tensor, nn

from helpers.adversarial import EMA, LOSSES, r1
from helpers.gan.dcgan import SLOPE, activated, begin
from helpers.lstm.cell import LSTMCell
from helpers.snapshots import restore, states
from helpers.steps import Op
from helpers.video.frames import length
from helpers.video.moving_digits import MovingDigits

CONTENT, MOTION, FRAMES = 32, 10, 16    # numbers of noise and of the motion code, frames of a clip
RATE, BETAS, BATCH = 1e-3, (0.0, 0.99), 16
GAMMA, LAZY, DECAY, HOLD = 1.0, 8, 0.998, 0.5
FILE = "video_end_to_end.safetensors"
PARTS = ("G", "image", "video", "opt_G", "opt_image", "opt_video", "ema")


class ClipGenerator(nn.Module):
    """content [N, 32], steps [N, T, 10] → frames [N, T, 1, 32, 32] in (0, 1)."""

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 64, seed: int = 0) -> None:
        super().__init__()
        self.width = width
        self.memory = LSTMCell(MOTION, MOTION, torch.Generator().manual_seed(seed))
        self.start = nn.Linear(CONTENT + MOTION, width * 4 * 4)
        self.body = nn.Sequential(
            *activated(width), nn.ConvTranspose2d(width, width, 4, stride=2, padding=1),              # 4 → 8
            *activated(width), nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1),         # 8 → 16
            *activated(width // 2), nn.ConvTranspose2d(width // 2, 1, 4, stride=2, padding=1), nn.Sigmoid())
        begin(self, seed)

    def codes(self, steps: Tensor) -> Tensor:
        """Turn noise in time into motion codes: [N, T, 10] → [N, T, 10], the LSTM's h(t)."""
        state, path = None, []
        for e in steps.unbind(1):
            state = self.memory(e, state)
            path.append(state[0])
        return torch.stack(path, 1)

    def forward(self, content: Tensor, steps: Tensor) -> Tensor:
        """Draw."""
        m = self.codes(steps)
        n, frames = m.shape[:2]
        z = torch.cat((content.unsqueeze(1).expand(-1, frames, -1), m), 2).flatten(0, 1)    # [N·T, 42]
        drawn = self.body(self.start(z).view(-1, self.width, 4, 4))
        return drawn.view(n, frames, *drawn.shape[1:])


class ImageDiscriminator(nn.Module):
    """Single frames: [N, 1, 32, 32] → logits [N, 1]; `seen` shows it two of each clip."""

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 32, seed: int = 0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(SLOPE),                # 32 → 16
            nn.Conv2d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(SLOPE),        # → 8
            nn.Conv2d(2 * width, 2 * width, 4, 2, 1), nn.LeakyReLU(SLOPE),    # → 4
            nn.Flatten(), nn.Linear(2 * width * 16, 1))
        begin(self, seed)

    def forward(self, frames: Tensor) -> Tensor:
        """Judge."""
        return self.body(frames)


class VideoDiscriminator(nn.Module):
    """Whole clips, time as a third axis of the convolutions: [N, 16, 1, 32, 32] → logits [N, 1]."""

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 24, seed: int = 0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv3d(1, width, 4, 2, 1), nn.LeakyReLU(SLOPE),                # 16×32×32 → 8×16×16
            nn.Conv3d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(SLOPE),        # → 4×8×8
            nn.Conv3d(2 * width, 2 * width, 4, 2, 1), nn.LeakyReLU(SLOPE),    # → 2×4×4
            nn.Flatten(), nn.Linear(2 * width * 32, 1))
        begin(self, seed)

    def forward(self, frames: Tensor) -> Tensor:
        """Judge."""
        return self.body(frames.transpose(1, 2))    # [N, 1, T, 32, 32]


class ClipGame:
    """The end-to-end game; `sampler` is the average of G's weights, with its own batch statistics."""

    def __init__(self, data: MovingDigits, seed: int = 0) -> None:
        self.data = data
        self.G = ClipGenerator(seed=3 * seed)
        self.image, self.video = ImageDiscriminator(seed=3 * seed + 1), VideoDiscriminator(seed=3 * seed + 2)
        self.opt_G, self.opt_image, self.opt_video = (
            torch.optim.Adam(net.parameters(), RATE, betas=BETAS, fused=True)
            for net in (self.G, self.image, self.video))
        self.loss, self.ema = LOSSES["non_saturating"], EMA(self.G, DECAY)
        self.rng = torch.Generator().manual_seed(seed)
        self.steps = 0

    @property
    def sampler(self) -> ClipGenerator:
        return self.ema.model

    def noise(self, n: int, frames: int = FRAMES) -> tuple[Tensor, Tensor]:
        """Draw content and motion noise for n clips; raises `clip_length`."""
        return tuple(torch.randn(size, generator=self.rng)
                     for size in ((n, CONTENT), (n, length(frames), MOTION)))

    def tune(self, progress: float) -> None:
        """Set all three rates for this part of the plan, 0 to 1."""
        rate = RATE * (1 + cos(pi * max(0.0, progress - HOLD) / (1 - HOLD))) / 2
        for opt in (self.opt_G, self.opt_image, self.opt_video):
            opt.param_groups[0]["lr"] = rate

    def turn(self) -> Iterator[Op]:
        """One step: both discriminators on the same clips, then G from both, then the average."""
        clips = self.data.sample(BATCH, self.rng, FRAMES)
        real = clips.frames
        with torch.no_grad():
            fake = self.G(*self.noise(BATCH))
        yield Op("clips", real=real, fake=fake)
        for name in ("image", "video"):
            net = getattr(self, name)
            opt = getattr(self, f"opt_{name}")
            seen = self.seen(name, real)
            on_real = net(seen)
            on_fake = net(self.seen(name, fake))
            loss = self.loss.discriminator(on_real, on_fake)
            yield Op(f"{name}.loss", **{f"loss_{name}": loss.detach()})
            if self.steps % LAZY == 0:
                loss = loss + LAZY * GAMMA * r1(net, seen)
                yield Op(f"{name}.penalty")
            opt.zero_grad()
            loss.backward()
            opt.step()
            yield Op(f"{name}.step")
        made = self.G(*self.noise(BATCH))
        says = [getattr(self, name)(self.seen(name, made))
                for name in ("image", "video")]
        loss = sum(map(self.loss.generator, says))
        yield Op("G.loss", loss_G=loss.detach())
        self.opt_G.zero_grad()
        loss.backward()
        self.opt_G.step()
        yield Op("G.step")
        self.steps += 1
        share = self.steps / (self.steps + 9)
        self.ema.decay = min(DECAY, share)
        self.ema.update()
        yield Op("average")

    def seen(self, name: str, frames: Tensor) -> Tensor:
        """Show a discriminator its part: whole clips, or two frames of each."""
        if name == "video":
            return frames
        at = torch.randint(frames.shape[1], (len(frames), 2), generator=self.rng)
        return frames[torch.arange(len(frames)).unsqueeze(1), at].flatten(0, 1)    # [2N, 1, 32, 32]

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return states(self, PARTS) | {"steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        restore(self, PARTS, state)
        self.steps = state["steps"]
