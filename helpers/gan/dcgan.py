"""The two convolutional networks of the lesson, for 28×28 digits, with or without labels.

Both begin from weights of their own generator of random numbers, by torch's own rule; the classic pair by
DCGAN's (Radford et al. 2016, section 3). Images are [N, 1, 28, 28] in [−1, 1]; D's output is a logit.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, one_hot
from torch.nn.utils.parametrizations import spectral_norm

from helpers.data import pictures
from helpers.errors import CourseError

CLASSES, SIDE = 10, 7    # digits; the side of the smallest feature map
SLOPE = 0.2    # of leaky ReLU below 0


class Generator(nn.Module):
    """z [N, latent] -> images [N, 1, 28, 28] in (−1, 1); `digits` [N] says which, if it is conditional.

    width: channels at 7×7; the next map, 14×14, has half of them. norm: batch norm after all but the last
    layer. Raises `not_noise`, `labels_missing`, `labels_unwanted` and `not_labels`.
    """

    @torch.random.fork_rng(devices=[])    # torch's own first weights are drawn, and thrown away
    def __init__(self, latent: int = 32, width: int = 64, *, conditional: bool = False, norm: bool = True,
                 seed: int = 0) -> None:
        super().__init__()
        self.latent, self.width, self.conditional = latent, width, conditional
        self.start = nn.Linear(latent + CLASSES * conditional, width * SIDE * SIDE)
        self.body = nn.Sequential(
            *activated(width, norm),
            nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1),    # 7×7 → 14×14
            *activated(width // 2, norm),
            nn.ConvTranspose2d(width // 2, 1, 4, stride=2, padding=1),        # 14×14 → 28×28
            nn.Tanh())
        begin(self, seed)

    def forward(self, z: Tensor, digits: Tensor | None = None) -> Tensor:
        """Draw."""
        if z.dim() != 2 or z.shape[1] != self.latent:
            raise CourseError("not_noise", latent=self.latent, shape=tuple(z.shape))
        if (wanted := asked(digits, len(z), self.conditional)) is not None:
            z = torch.cat((z, wanted), 1)
        return self.paint(z)

    def paint(self, entry: Tensor) -> Tensor:
        """Draw from what the first layer takes: z, and in a conditional G the ten columns of the request."""
        return self.body(self.start(entry).view(-1, self.width, SIDE, SIDE))


class Discriminator(nn.Module):
    """Images [N, 1, 28, 28] -> logits [N, 1]; a conditional one also compares with the digit asked for.

    width: channels at 14×14; the next map, 7×7, has twice as many. The labels enter by projection (Miyato &
    Koyama 2018). spectral: spectral norm on every layer (Miyato et al. 2018). Raises `not_images` and those
    of the labels.
    """

    @torch.random.fork_rng(devices=[])
    def __init__(self, width: int = 32, *, conditional: bool = False, spectral: bool = False,
                 seed: int = 0) -> None:
        super().__init__()
        self.conditional = conditional
        self.body = nn.Sequential(
            nn.Conv2d(1, width, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE),            # 28×28 → 14×14
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE),    # 14×14 → 7×7
            nn.Conv2d(2 * width, 2 * width, 3, padding=1), nn.LeakyReLU(SLOPE),          # stays 7×7
            nn.Flatten())
        features = 2 * width * SIDE * SIDE
        self.score = nn.Linear(features, 1)
        self.match = nn.Linear(CLASSES, features, bias=False) if conditional else None
        begin(self, seed)
        if spectral:
            restrain(self, seed)

    def forward(self, images: Tensor, digits: Tensor | None = None) -> Tensor:
        """Judge."""
        images, wanted = pictures(images), asked(digits, len(images), self.conditional)
        features = self.body(images)    # after both checks: spectral norm changes at every use
        if wanted is None:
            return self.score(features)
        # a sum over 49 places, which would outweigh the score at the start
        match = (self.match(wanted) * features).sum(1, keepdim=True) / SIDE
        return self.score(features) + match


@torch.random.fork_rng(devices=[])
def classic_pair(latent: int = 100, width: int = 64, seed: int = 0) -> tuple[nn.Module, nn.Module]:
    """Build DCGAN for 28×28: all convolutions, batch norm but in G's last and D's first layer, N(0, .02)."""
    G = nn.Sequential(
        nn.Unflatten(1, (latent, 1, 1)),
        nn.ConvTranspose2d(latent, 2 * width, SIDE, bias=False), *activated(2 * width),    # 1×1 → 7×7
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), *activated(width),
        nn.ConvTranspose2d(width, 1, 4, 2, 1, bias=False), nn.Tanh())
    D = nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1, bias=False), nn.LeakyReLU(SLOPE),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(SLOPE),
        nn.Conv2d(2 * width, 1, SIDE, bias=False), nn.Flatten())    # 7×7 → 1×1
    for offset, net in enumerate((G, D)):
        begin(net, 2 * seed + offset, spread=0.02)
    return G, D


def activated(channels: int, norm: bool = True) -> tuple[nn.Module, ...]:
    """Batch norm and ReLU, or leaky ReLU alone (which needs no norm to stay alive)."""
    return (nn.BatchNorm2d(channels), nn.ReLU()) if norm else (nn.LeakyReLU(SLOPE),)


def begin(net: nn.Module, seed: int, spread: float | None = None) -> None:
    """Draw a network's weights from a generator of its own.

    By torch's rule, uniform within ±1/√fan-in; with `spread`, from N(0, spread²), batch norm's factors from
    N(1, spread²) and its shifts 0.
    """
    rng = torch.Generator().manual_seed(seed)
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.modules.conv._ConvNd):
            if spread is None:
                nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=rng)
            else:
                nn.init.normal_(layer.weight, 0, spread, generator=rng)
            if layer.bias is not None:
                reach = 1 / math.sqrt(nn.init._calculate_fan_in_and_fan_out(layer.weight)[0])
                nn.init.uniform_(layer.bias, -reach, reach, generator=rng)
        elif isinstance(layer, nn.BatchNorm2d) and spread is not None:
            nn.init.normal_(layer.weight, 1, spread, generator=rng)


def restrain(net: nn.Module, seed: int) -> None:
    """Put spectral norm on every layer with weights; its power iteration starts from an own generator."""
    rng = torch.Generator().manual_seed(seed)
    for layer in [*net.modules()]:
        if isinstance(layer, nn.Linear | nn.Conv2d):
            spectral_norm(layer)
            power = layer.parametrizations.weight[0]
            for vector in (power._u, power._v):
                vector.copy_(normalize(torch.randn(vector.shape, generator=rng), dim=0))
            power._power_method(layer.parametrizations.weight.original.detach().flatten(1), 15)


def asked(digits: Tensor | None, count: int, conditional: bool) -> Tensor | None:
    """Turn the digits asked for into one-hot rows [N, 10]; None for a network without labels."""
    if (digits is not None) != conditional:
        raise CourseError("labels_missing" if conditional else "labels_unwanted")
    if digits is None:
        return None
    digits = torch.as_tensor(digits)
    whole = not digits.is_floating_point()
    if digits.shape != (count,) or not whole or not ((digits >= 0) & (digits < CLASSES)).all():
        found = f"{tuple(digits.shape)}, {digits.min().item()}…{digits.max().item()}" if len(digits) else "0"
        raise CourseError("not_labels", count=count, found=found)
    return one_hot(digits.long(), CLASSES).float()
