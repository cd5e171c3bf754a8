"""A generator or a discriminator as a stack of blocks: what fits, what it costs, and the network itself."""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from torch import nn

from helpers.errors import CourseError
from helpers.gan.blocks import LIMITS, Block, Misfit, Shape, grouped, written
from helpers.gan.dcgan import begin
from helpers.gan.reach import seen, touched

IMAGE, SCORE = (1, 28, 28), (1,)
LONGEST = 12    # blocks
MOST = {"params": 2_000_000, "flops": 40_000_000, "numbers": 65_536}    # in a network; numbers: in one map


@dataclass(frozen=True)
class Stack:
    """role 'G': a vector of `latent` numbers becomes an image; 'D': an image becomes one logit.

    Raises `stack_latent` and `stack_long`.
    """

    role: str
    blocks: tuple[Block, ...] = ()
    latent: int = 32

    def __post_init__(self) -> None:
        low, high = LIMITS["latent"]
        if not low <= self.latent <= high:
            raise CourseError("stack_latent", found=self.latent, low=low, high=high)
        if len(self.blocks) > LONGEST:
            raise CourseError("stack_long", most=LONGEST)

    @property
    def start(self) -> Shape:
        return (self.latent,) if self.role == "G" else IMAGE

    @property
    def goal(self) -> Shape:
        return IMAGE if self.role == "G" else SCORE


class Row(NamedTuple):
    """What a block makes of what comes: the shape that leaves, parameters, FLOPs of one image, reach.

    reach, in pixels a side: in D, the stretch of the image that one place of the map sees; in G, the stretch
    of the image that one place touches. None where it is not known: in a G that does not reach an image, and
    after numbers of a map were laid out anew without a linear layer between.
    """

    shape: Shape
    params: int
    flops: int
    reach: int | None


class Report(NamedTuple):
    """rows: of the blocks that fit; error: why the next does not, None where all is well.

    A block's number counts from 1; where the blocks fit but the end is wrong, every block has its row.
    """

    rows: tuple[Row, ...]
    error: CourseError | None

    @property
    def params(self) -> int:
        return sum(row.params for row in self.rows)

    @property
    def flops(self) -> int:
        return sum(row.flops for row in self.rows)


def inspect(stack: Stack) -> Report:
    """Follow the shapes from the start until one does not fit, or to the end, without running anything.

    Raises `stack_large` where it fits but would be more than MOST.
    """
    shapes, rows, error = [stack.start], [], None
    for number, block in enumerate(stack.blocks, 1):
        came = shapes[-1]
        try:
            shapes.append(block.after(came))
        except Misfit as misfit:
            error = CourseError(misfit.key, number=number, **misfit.facts)
            break
        rows.append(Row(shapes[-1], block.params(came), block.flops(came), None))
        _spare(rows)
    if error is None and shapes[-1] != stack.goal:
        key = {"G": "stack_no_image", "D": "stack_no_score"}[stack.role] if stack.blocks else "stack_empty"
        error = CourseError(key, found=written(shapes[-1]), start=written(stack.start))
    reaches = (seen if stack.role == "D" else touched)(stack.blocks, shapes)
    return Report(tuple(row._replace(reach=reach) for row, reach in zip(rows, reaches, strict=True)), error)


def build(stack: Stack, seed: int, spread: float | None = None) -> nn.Sequential:
    """Make the network, with weights from a generator of its own (see dcgan.begin).

    Raises why it does not fit, and `stack_large`.
    """
    if error := inspect(stack).error:
        raise error
    layers, came = [], stack.start
    for block in stack.blocks:
        layers.append(block.layer(came))
        came = block.after(came)
    net = nn.Sequential(*layers)
    begin(net, seed, spread)
    return net


def _spare(rows: list[Row]) -> None:
    """Refuse what this computer could not train at the pace of a click."""
    found = {"params": sum(row.params for row in rows), "flops": sum(row.flops for row in rows),
             "numbers": prod(rows[-1].shape)}
    for what, most in MOST.items():
        if found[what] > most:
            raise CourseError(f"stack_large_{what}", number=len(rows), found=grouped(found[what]),
                              most=grouped(most))
