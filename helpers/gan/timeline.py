"""The committed checkpoints of one real run over digits, and games that go on from any of them.

The file holds, at each point, the averaged generator and the discriminator in half precision; not the
optimisers' averages nor G's unaveraged weights, which would make it four times as large. A game that goes
on from a point therefore starts from the averaged G and from fresh averages in Adam: with the same γ it
is another run than the one on file, and the panel says so.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from helpers import checkpoints
from helpers.gan.dcgan import Discriminator, Generator
from helpers.gan.digit_game import SHIPPED, DigitGame, networks

FILE = "digits_timeline.safetensors"
MEASURES = ("frechet", "entropy", "classes", "agreement")    # a number at each point
CURVES = ("loss_D", "loss_G", "real_score", "fake_score")    # means over `span` steps, up to the end
NETS = ("G", "D")


class Timeline(NamedTuple):
    """steps [K]: the points; measures, curves: name -> values [K], [M]; span: steps of a curve's value.

    floor: the Fréchet distance of real from real images, `digits.floor()`.
    """

    steps: tuple[int, ...]
    measures: dict[str, tuple[float, ...]]
    curves: dict[str, tuple[float, ...]]
    span: int
    floor: float
    tensors: dict[str, Tensor]

    def game(self, point: int, seed: int = 0) -> DigitGame:
        """Build the game as it stood at a point, with Adam's averages fresh; it may be trained further.

        Raises `checkpoint_other` where the file is of other networks.
        """
        game = DigitGame(SHIPPED, conditional=True, seed=seed)
        for name, net in (("G", game.G), ("G", game.sampler), ("D", game.D)):
            checkpoints.fill(net, checkpoints.part(self.tensors, f"{self.steps[point]}.{name}"), FILE)
        game.steps = self.steps[point]
        return game

    def sampler(self, point: int) -> Generator:
        """Build a point's averaged generator alone, ready to draw; no data are read. Errors as in `game`."""
        return self._alone("G", point)

    def judge(self, point: int) -> Discriminator:
        """Build the discriminator of a point alone, likewise."""
        return self._alone("D", point)

    def _alone(self, name: str, point: int) -> nn.Module:
        net = networks(SHIPPED, True, 0)[NETS.index(name)]
        net.to(memory_format=torch.channels_last)    # as in a game
        checkpoints.fill(net, checkpoints.part(self.tensors, f"{self.steps[point]}.{name}"), FILE)
        return net.eval().requires_grad_(False)


@cache
def timeline() -> Timeline:
    """Read the run that comes with the course, once; errors as in `checkpoints.load`."""
    tensors = checkpoints.load(FILE)
    def numbers(name: str) -> tuple[float, ...]:
        return tuple(tensors[name].tolist())
    return Timeline(tuple(map(int, numbers("steps"))), {name: numbers(name) for name in MEASURES},
                    {name: numbers(name) for name in CURVES}, int(tensors["span"].item()),
                    tensors["floor"].item(), tensors)


def final_game(seed: int = 0) -> DigitGame:
    """The shipped game: the last point of the run."""
    return timeline().game(-1, seed)


def keep(points: Iterable[tuple[int, dict[str, dict[str, Tensor]], dict[str, float]]],
         history: dict[str, list[float]], span: int, floor: float) -> str:
    """Write the file from points (step, state of G and D, measures) and curves a step; for tools."""
    points = list(points)
    tensors = {f"{step}.{net}.{name}": tensor.half() if tensor.is_floating_point() else tensor
               for step, state, _ in points for net in NETS for name, tensor in state[net].items()}
    tensors["steps"] = torch.tensor([step for step, *_ in points])
    tensors["span"], tensors["floor"] = torch.tensor(span), torch.tensor(floor, dtype=torch.float64)
    for name in MEASURES:
        tensors[name] = torch.tensor([measured[name] for *_, measured in points], dtype=torch.float64)
    for name in CURVES:
        whole = len(history[name]) // span * span
        tensors[name] = torch.tensor(history[name][:whole]).view(-1, span).mean(1)
    return checkpoints.save(tensors, FILE)
