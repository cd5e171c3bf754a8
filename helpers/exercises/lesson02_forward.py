"""Exercise 2.2: the generator's forward pass, shape by shape, through layers that are given."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, leaky_relu, relu

from helpers.exercises.checks import Check
from helpers.exercises.judging import agree, must_return, recognise, refused
from helpers.exercises.lesson02_forward_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, Refused, message
from helpers.ui.style import num

ARGUMENTS = ("z", "linear", "bn1", "sobe1", "bn2", "sobe2")
EXPECTS = {    # layer -> what it must receive, without the batch
    "linear": (64,), "bn1": (64, 7, 7), "sobe1": (64, 7, 7), "bn2": (32, 14, 14), "sobe2": (32, 14, 14)}
N = 6          # images a batch: no size of the network, so that a swapped dimension shows
NEAR = 1e-4    # of two ways to one image in float32; a wrong layer changes it by 0.01 at least
Layers = dict[str, nn.Module]
Middle = Callable[[nn.Module, Tensor], Tensor]


def blocks(x: Tensor) -> Tensor:
    """[N, 3136] → [N, 64, 7, 7]."""
    return x.view(-1, 64, 7, 7)


def usual(norm: nn.Module, x: Tensor) -> Tensor:
    """Batch norm, then ReLU."""
    return relu(norm(x))


def drawn(z: Tensor, layers: Layers, start: Callable[[Tensor], Tensor] = blocks, first: Middle = usual,
          second: Middle = usual, end: Callable[[Tensor], Tensor] = torch.tanh) -> Tensor:
    """Draw as the course does, or with one part exchanged: [N, 64] → [N, 1, 28, 28]."""
    x = first(layers["bn1"], start(layers["linear"](z)))
    x = second(layers["bn2"], layers["sobe1"](x))
    return end(layers["sobe2"](x))


def _middles(middle: Middle, key: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, {"first": middle, "second": middle}), (key, {"first": middle}), (key, {"second": middle})]


FAULTS: list[tuple[str, dict[str, Any]]] = [    # key of the hint -> the part of `drawn` that is exchanged
    ("permuted", {"start": lambda x: x.view(-1, 7, 7, 64).permute(0, 3, 1, 2)}),
    ("no_tanh", {"end": lambda x: x}),
    ("sigmoid", {"end": torch.sigmoid}),
    ("relu_last", {"end": lambda x: relu(x).tanh()}),
    ("relu_last", {"end": relu}),
    ("clamp", {"end": lambda x: x.clamp(-1, 1)}),
    *_middles(lambda norm, x: norm(x), "no_relu"),
    *_middles(lambda norm, x: norm(relu(x)), "relu_first"),
    *(fault for act in (leaky_relu, lambda x: leaky_relu(x, 0.2), torch.tanh, torch.sigmoid, gelu)
      for fault in _middles(lambda norm, x, act=act: act(norm(x)), "activation")),
]


def judge(attempt: Attempt) -> str:
    """Watch the shapes at every layer; compare images with the course's own, in both modes of batch norm."""
    low = high = 0.0
    for seed in (31, 32):
        for training in (False, True):
            z, layers = material(seed, training)
            right = drawn(z, material(seed, training)[1])
            image = _image(attempt, z, layers)
            if not training:
                _alone(attempt, z, layers, image)
                if not agree(image, right, NEAR):
                    _name(z, layers, image)
            elif not agree(image, right, NEAR):
                raise refused(HINTS, "mode")
            if not image.requires_grad:
                raise refused(HINTS, "no_path")
            low, high = min(low, image.min().item()), max(high, image.max().item())
    return RIGHT.format(n=N, low=num(low, 2), high=num(high, 2))


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know what a watched layer said of its input, and a view that the numbers do not fill."""
    if isinstance(error, Refused):
        return error.hint, *error.more
    return HINTS["cannot_fill"] if "is invalid for input of size" in message(error) else None


def material(seed: int, training: bool) -> tuple[Tensor, Layers]:
    """Make z [N, 64] and the five layers, every weight and every average of batch norm drawn anew."""
    rng = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng([]):    # the layers first draw weights from the notebook's own generator
        layers = {"linear": nn.Linear(64, 64 * 7 * 7), "bn1": nn.BatchNorm2d(64),
                  "sobe1": nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), "bn2": nn.BatchNorm2d(32),
                  "sobe2": nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1)}
    for name, layer in layers.items():
        for weight in layer.parameters():
            spread = 0.1 if weight.dim() > 1 else 0.3
            weight.data = torch.randn(weight.shape, generator=rng) * spread
        if "bn" in name:
            layer.weight.data += 1
            layer.running_mean = torch.randn(layer.num_features, generator=rng)
            layer.running_var = 0.5 + torch.rand(layer.num_features, generator=rng)
        layer.train(training)
    return torch.randn(N, 64, generator=rng), layers


def _image(attempt: Attempt, z: Tensor, layers: Layers) -> Tensor:
    """Call once with every layer watched; refuse what no image can be."""
    uses = dict.fromkeys(layers, 0)
    hooks = [layer.register_forward_pre_hook(lambda _, given, name=name: _watch(name, given[0], uses))
             for name, layer in layers.items()]
    given = z.clone()
    try:
        image = attempt(given, *layers.values())
    finally:
        for hook in hooks:
            hook.remove()
    must_return(attempt, image, START)
    if not torch.equal(given, z):
        raise refused(HINTS, "changed")
    for name, count in uses.items():
        if count != 1:
            key = "twice" if count else "no_norm" if "bn" in name else "unused"
            raise refused(HINTS, key, layer=name)
    if not isinstance(image, Tensor):
        raise refused(HINTS, "not_tensor", kind=type(image).__name__)
    if image.shape != (N, 1, 28, 28):
        raise refused(HINTS, "final", found=list(image.shape), expected=[N, 1, 28, 28])
    return image


def _watch(name: str, given: Tensor, uses: dict[str, int]) -> None:
    """Count a layer's use; refuse an input of another shape than the layer's own."""
    uses[name] += 1
    found, expected = tuple(given.shape), (N, *EXPECTS[name])
    if found == expected:
        return
    key = "stage"
    if name != "linear":
        if len(found) == 2 and found[0] == N and given.numel() == N * 3136:
            key = "no_view"
        elif found[1:] in EXPECTS.values() and found[0] == N:
            key = "early"
        elif given.numel() == N * 3136 and set(found) == {N, 64, 7}:
            key = "order" if found[0] == N else "folded"
        elif found[0] != N:
            key = "folded"
    raise refused(HINTS, key, layer=name, n=N, found=list(found), expected=list(expected))


def _alone(attempt: Attempt, z: Tensor, layers: Layers, image: Tensor) -> None:
    """Refuse an image that changes with its neighbours' z, batch norm being at rest."""
    other = torch.cat((z[:1], -z[1:]))
    change = (_image(attempt, other, layers)[0] - image[0]).abs().max().item()
    if change > NEAR:
        raise refused(HINTS, "mixed", change=num(change, 2))


def _name(z: Tensor, layers: Layers, image: Tensor) -> None:
    key = recognise([image], [(z,)], [(key, lambda z, fault=fault: drawn(z, layers, **fault))
                                      for key, fault in FAULTS], NEAR)
    raise refused(HINTS, key or "other", low=num(image.min().item(), 2),
                  high=num(image.max().item(), 2), far=num((image - drawn(z, layers)).abs().max().item(), 2))


CHECK = Check(ARGUMENTS, START, judge, explain)
