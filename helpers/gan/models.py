"""Stacks worth starting from, and what to mind in a stack that fits."""

from functools import cache
from itertools import pairwise

from torch import nn

from helpers.gan.blocks import Activation, Block, Flatten, Linear, Norm, Reshape
from helpers.gan.convolutions import Conv, Resized, Transposed
from helpers.gan.dcgan import SIDE
from helpers.gan.digit_game import CLASSIC, OURS, networks
from helpers.gan.stack import Stack

RELU, LEAKY, TANH, SIGMOID = map(Activation, ("relu", "leaky", "tanh", "sigmoid"))
OTHERS = {nn.BatchNorm1d: Norm(), nn.BatchNorm2d: Norm(), nn.Flatten: Flatten(), nn.ReLU: RELU,
          nn.LeakyReLU: LEAKY, nn.Tanh: TANH, nn.Sigmoid: SIGMOID}


def described(*layers: nn.Module) -> tuple[Block, ...]:
    """Describe torch's own layers as blocks."""
    def block(layer: nn.Module) -> Block:
        if isinstance(layer, nn.Linear):
            return Linear(layer.out_features, layer.bias is not None)
        if isinstance(layer, nn.Unflatten):
            return Reshape(*layer.unflattened_size[:2])
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            kind = Conv if isinstance(layer, nn.Conv2d) else Transposed
            return kind(layer.out_channels, layer.kernel_size[0], layer.stride[0], layer.padding[0],
                        layer.bias is not None)
        return OTHERS[type(layer)]
    return tuple(map(block, layers))


def lesson(role: str) -> Stack:
    """The lesson's own network, as digit_game.networks builds it for OURS."""
    G, D = networks(OURS, False, 0)
    if role == "G":
        return Stack("G", (*described(G.start), Reshape(G.width, SIDE), *described(*G.body)), G.latent)
    return Stack("D", described(*D.body, D.score))


def classic(role: str) -> Stack:
    """DCGAN for 28×28, as dcgan.classic_pair builds it."""
    G, D = networks(CLASSIC, False, 0)
    return Stack("G", described(*G), CLASSIC.latent) if role == "G" else Stack("D", described(*D))


@cache
def models(role: str) -> dict[str, Stack]:
    """Every stack to start from, by key; those that begin with 'wrong' do not fit or disappoint."""
    G, D = lesson("G").blocks, lesson("D").blocks
    if role == "G":
        width, latent = OURS.width_G, OURS.latent
        stacks = {
            "empty": (), "resized": tuple(
                Resized(block.channels) if isinstance(block, Transposed) else block for block in G),
            "dense": (Linear(128), LEAKY, Linear(28 * 28), Reshape(1, 28), TANH),
            "wrong_side": (Linear(width * 8 * 8), Reshape(width, 8), *G[2:]),
            "wrong_count": (Linear(3000), *G[1:]),
            "wrong_end": (*G[:-1], Norm()),
            "wrong_straight": tuple(block for block in G if block not in (RELU, LEAKY))}
        found = {key: Stack("G", blocks, latent) for key, blocks in stacks.items()}
    else:
        stacks = {
            "empty": (), "dense": (Flatten(), Linear(128), LEAKY, Linear(1)),
            "wrong_flat": tuple(block for block in D if block != Flatten()),
            "wrong_score": (*D, SIGMOID),
            "wrong_norm": (D[0], Norm(), *D[1:])}
        found = {key: Stack("D", blocks) for key, blocks in stacks.items()}
    return {"lesson": lesson(role), "classic": classic(role)} | found


def advice(stack: Stack) -> list[tuple[int, str]]:
    """What fits but may disappoint: (block's number, key), in the blocks' order."""
    blocks, out = stack.blocks, []
    weighted = [n for n, block in enumerate(blocks, 1) if isinstance(block, Linear | Conv)]
    norms = [n for n, block in enumerate(blocks, 1) if isinstance(block, Norm)]
    last = getattr(blocks[-1], "kind", None) if blocks and isinstance(blocks[-1], Activation) else None
    if stack.role == "G" and blocks and last != "tanh":
        out.append((len(blocks), "sigmoid_image" if last == "sigmoid" else "no_tanh"))
    if stack.role == "D" and last:
        out.append((len(blocks), "sigmoid_score" if last == "sigmoid" else "bent_score"))
    if stack.role == "G":
        out += [(n, "norm_last") for n in norms if weighted and n > weighted[-1]]
    else:
        out += [(n, "norm_first") for n in norms if len(weighted) < 2 or n < weighted[1]]
    for first, second in pairwise(weighted):
        if not any(isinstance(block, Activation) for block in blocks[first:second - 1]):
            out.append((second, "no_bend"))
    out += [(n, "uneven") for n, block in enumerate(blocks, 1)
            if isinstance(block, Transposed) and block.kernel % block.stride]
    return sorted(out)
