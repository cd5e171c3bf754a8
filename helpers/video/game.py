"""Stage 2 in training: two critics against the generator, on codes; an update of each is a part of a turn."""

from collections.abc import Iterator
from math import cos, pi
from typing import Any

import torch
from torch import Tensor

from helpers.adversarial import EMA, LOSSES, r1
from helpers.errors import CourseError
from helpers.gan.game import flat
from helpers.lstm.cell import FREE, Hold
from helpers.snapshots import restore, states
from helpers.steps import Op
from helpers.video.codes import Codes
from helpers.video.motion_gan import HIDDEN, FrameCritic, MotionGenerator, SequenceCritic, noise

STEPS, BATCH, RATE, BETAS = 3000, 64, 2e-3, (0.0, 0.99)
GAMMA, LAZY, DECAY = 0.1, 4, 0.998    # weight of R1, every how many steps, of G's moving average
HOLD = 0.5                            # the part of the plan before the rate falls
CRITICS = ("sequence", "frame")
PARTS = ("G", "sequence", "frame", "opt_G", "opt_sequence", "opt_frame", "ema")


class VideoGame:
    """Generator against a sequence critic and a frame critic; `sampler` is the average of G's weights.

    memory, hidden: see MotionGenerator; without: a critic that is left out; hold: gates held in training and
    after.
    """

    def __init__(self, codes: Codes, memory: str = "lstm", *, hidden: int = HIDDEN,
                 without: str | None = None, hold: Hold = FREE, seed: int = 0) -> None:
        if without not in (None, *CRITICS):
            raise CourseError("no_critic", found=without)
        self.codes, self.hold = codes, hold
        self.critics = tuple(name for name in CRITICS if name != without)
        self.G = MotionGenerator(memory, hidden, seed=3 * seed)
        self.sequence, self.frame = SequenceCritic(seed=3 * seed + 1), FrameCritic(seed=3 * seed + 2)
        self.opt_G, self.opt_sequence, self.opt_frame = (
            torch.optim.Adam(net.parameters(), RATE, betas=BETAS, fused=True)
            for net in (self.G, self.sequence, self.frame))
        self.loss, self.ema = LOSSES["non_saturating"], EMA(self.G, DECAY)
        self.rng = torch.Generator().manual_seed(seed)
        self.steps = 0

    @property
    def sampler(self) -> MotionGenerator:
        return self.ema.model

    def tune(self, progress: float) -> None:
        """Set all three rates for this part of the plan, 0 to 1."""
        rate = RATE * (1 + cos(pi * max(0.0, progress - HOLD) / (1 - HOLD))) / 2
        for opt in (self.opt_G, self.opt_sequence, self.opt_frame):
            opt.param_groups[0]["lr"] = rate

    def turn(self) -> Iterator[Op]:
        """One step: each critic learns, then G from both, then the average of G's weights follows."""
        for name in self.critics:
            yield from self.critic_turn(name)
        yield from self.generator_turn()
        self.steps += 1
        share = self.steps / (self.steps + 9)
        self.ema.decay = min(DECAY, share)
        self.ema.update()
        yield Op("average")

    def critic_turn(self, name: str) -> Iterator[Op]:
        """One update of a critic on real and on generated codes; `no_grad` keeps G out of it."""
        critic = getattr(self, name)
        opt = getattr(self, f"opt_{name}")
        codes = self.codes.sample(BATCH, self.rng)
        real = self.seen(name, *codes)
        yield Op(f"{name}.real", **{f"{name}_codes_real": real})
        with torch.no_grad():
            fake = self.seen(name, *self.generate())
        yield Op(f"{name}.fake", **{f"{name}_codes_fake": fake})
        on_real, on_fake = critic(real), critic(fake)
        yield Op(f"{name}.judge", on_real=on_real.detach(), on_fake=on_fake.detach())
        loss = self.loss.discriminator(on_real, on_fake)
        yield Op(f"{name}.loss", **{f"loss_{name}": loss.detach()})
        if self.steps % LAZY == 0:
            loss = loss + LAZY * GAMMA * r1(critic, real)
            yield Op(f"{name}.penalty", **{f"penalised_{name}": loss.detach()})
        opt.zero_grad()
        loss.backward()
        yield Op(f"{name}.backward", before=self.weights)
        opt.step()
        yield Op(f"{name}.step", after=self.weights)

    def generator_turn(self) -> Iterator[Op]:
        """One update of G, from what every critic says of the same clips."""
        c, m = self.generate()
        yield Op("G.fake", c=c.detach(), m=m.detach())
        m.retain_grad()
        says = [getattr(self, name)(self.seen(name, c, m))
                for name in self.critics]
        yield Op("G.judge", on_fake=torch.stack(says).detach())
        loss = sum(map(self.loss.generator, says))
        yield Op("G.loss", loss_G=loss.detach())
        self.opt_G.zero_grad()
        loss.backward()
        yield Op("G.backward", before=self.weights, pull=lambda: -m.grad)
        self.opt_G.step()
        yield Op("G.step", after=self.weights)

    def weights(self) -> dict[str, Tensor]:
        """All weights of each network as one flat tensor."""
        return {name: flat(getattr(self, name)) for name in (*CRITICS, "G")}

    def generate(self) -> tuple[Tensor, Tensor]:
        """Generate a batch of codes."""
        return self.G(noise(BATCH, self.rng), hold=self.hold)

    def seen(self, name: str, c: Tensor, m: Tensor) -> Tensor:
        """Show a critic its part: all of the motion and no content, or one frame of each clip."""
        if name == "sequence":
            return m
        at = torch.randint(m.shape[1], (len(m),), generator=self.rng)
        return torch.cat((c, m[torch.arange(len(m)), at]), 1)    # [N, 18]

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return states(self, PARTS) | {"steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly."""
        restore(self, PARTS, state)
        self.steps = state["steps"]
