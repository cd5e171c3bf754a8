"""Exercise 2.7: ask a conditional generator for digits, and measure how often the request is met."""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from helpers.digits import Classifier, classifier
from helpers.exercises.checks import Check
from helpers.exercises.judging import answered, first_wrong, recognise, refused, single
from helpers.exercises.lesson02_request_hints import HINTS, RIGHT, START
from helpers.exercises.running import Attempt, Refused, message
from helpers.gan.dcgan import Generator
from helpers.gan.timeline import final_game
from helpers.ui.style import num

ARGUMENTS = ("desenhar", "classificar", "z", "digitos")
DIGITS = 10

FORMULAS: list[tuple[str, Callable[[Tensor, Tensor], Any]]] = [    # of logits [N, 10], digits asked for [N]
    ("count", lambda logits, asked: (logits.argmax(1) == asked).sum()),
    ("percent", lambda logits, asked: 100 * met(logits, asked)),
    ("errors", lambda logits, asked: 1 - met(logits, asked)),
    ("certainty", lambda logits, asked: logits.softmax(1).amax(1).mean()),
    ("asked", lambda logits, asked: logits.softmax(1)[range(len(asked)), asked].mean()),
    ("all_or_nothing", lambda logits, asked: (logits.argmax(1) == asked).all().double()),
    ("argmax", lambda logits, asked: (logits.argmax() == asked).double().mean()),
]


def met(logits: Tensor, asked: Tensor) -> Tensor:
    """The part of the images in which the digit asked for is seen."""
    return (logits.argmax(1) == asked).double().mean()


def drawing(G: Generator) -> Callable[[Tensor], Tensor]:
    """Open a conditional generator behind its labels: [N, latent + 10] → [N, 1, 28, 28]."""
    return torch.no_grad()(G.paint)


class Desk:
    """Where a request is handed in: z and digits, and what the learner drew and showed to the classifier."""

    def __init__(self, asked: Tensor, seed: int, planted: bool = False) -> None:
        """planted: a classifier that finds every fourth image wrong in place of the course's own."""
        self.G, self.classify = shipped()
        self.asked, self.planted = asked, planted
        self.rng = torch.Generator().manual_seed(seed)
        self.z = torch.randn(len(asked), self.G.latent, generator=self.rng)
        self.entry = self.images = self.logits = None
        self.right = torch.cat((self.z, one_hot(asked, DIGITS).float()), 1)    # [N, latent + 10]

    def draw(self, entry: Any) -> Tensor:
        """The learner's `desenhar`."""
        shape, latent = list(getattr(entry, "shape", [])), self.G.latent
        if shape != list(self.right.shape):
            extra = shape[1] - latent if len(shape) == 2 and shape[0] == len(self.z) else None
            key = {0: "no_digits", 1: "number"}.get(extra, "width")
            key = "classes" if extra == int(self.asked.max()) + 1 else key
            raise refused(HINTS, key, width=latent, extra=extra, shape=shape, expected=list(self.right.shape))
        self.entry = entry.detach().float()
        self.images = drawing(self.G)(self.entry)
        return self.images

    def look(self, images: Any) -> Tensor:
        """The learner's `classificar`."""
        if not isinstance(images, Tensor) or self.images is None or not torch.equal(images, self.images):
            raise refused(HINTS, "no_draw" if self.images is None else "others")
        self.logits = self.plant() if self.planted else self.classify(images)
        return self.logits

    def plant(self) -> Tensor:
        """Scores in which every fourth image shows the digit after the one asked for: [N, 10].

        The first image has the highest of all, so that a search over the whole table finds it there.
        """
        shown = (self.asked + (torch.arange(len(self.asked)) % 4 == 1)) % DIGITS
        sure = torch.full((len(shown), 1), 6.0)
        sure[0] = 20
        return torch.randn(len(shown), DIGITS, generator=self.rng) + sure * one_hot(shown, DIGITS)

    def shares(self) -> dict[str, str]:
        """How often the classifier sees what was asked for, by the learner's entry and by the right one."""
        return {name: num(100 * met(self.classify(drawing(self.G)(entry)), self.asked).item(), 0) + "%"
                for name, entry in (("found", self.entry), ("expected", self.right))}


def judge(attempt: Attempt) -> str:
    """Judge the entry, then the measure, then let the shipped generator serve two requests."""
    rng = torch.Generator().manual_seed(81)
    request = torch.tensor([7] * 10 + [3] * 10)
    every = torch.arange(DIGITS).repeat(4)[torch.randperm(4 * DIGITS, generator=rng)]
    desks = [Desk(request, 82, planted=True), Desk(every, 83, planted=True)]
    values = [_served(attempt, desk) for desk in desks]
    cases = [(desk.logits.double(), desk.asked) for desk in desks]
    if first_wrong(values, [met(*case) for case in cases]) is not None:
        raise refused(HINTS, recognise(values, cases, FORMULAS) or "other", n=len(request),
                      met=int(met(*cases[0]) * len(request)),
                      value=num(values[0].item(), 2).removesuffix(",00"))
    real = [_served(attempt, Desk(asked, seed)).item() for asked, seed in ((request, 84), (every, 85))]
    return RIGHT.format(**{name: num(100 * share, 0) + "%" for name, share in
                           zip(("request", "all"), real, strict=True)})


@cache
def shipped() -> tuple[Generator, Classifier]:
    """The course's conditional generator and its classifier, opened once."""
    with torch.random.fork_rng([]):    # the layers first draw weights from the notebook's own generator
        return final_game().sampler.eval(), classifier()


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know what the desk said, and torch's words for joining and comparing what does not fit."""
    if isinstance(error, Refused):
        return error.hint, *error.more
    says = message(error)
    knows = {"Sizes of tensors must match except": "axis", "same number of dimensions": "number",
             "one_hot is only applicable": "not_whole", "must match the size": "argmax",
             "could not infer output dtype": "bool"}
    return next((HINTS[key] for part, key in knows.items() if part in says), None)


def _served(attempt: Attempt, desk: Desk) -> Tensor:
    """Call once at a desk; refuse another entry than the right one, and what is no number."""
    value = answered(attempt, (desk.draw, desk.look, desk.z, desk.asked), START)
    if desk.entry is None or desk.logits is None:
        raise refused(HINTS, "no_draw" if desk.entry is None else "no_look")
    if not torch.equal(desk.entry, desk.right):
        z, asked = desk.entry.split((desk.G.latent, DIGITS), 1)
        wanted = desk.right[:, -DIGITS:]
        key = ("order" if torch.equal(desk.entry, torch.cat((wanted, desk.z), 1))
               else "noise" if not torch.equal(z, desk.z)
               else "shifted" if any(torch.equal(asked.roll(by, 1), wanted) for by in (1, -1)) else "request")
        raise refused(HINTS, key, **desk.shares())
    return single(value, HINTS)


CHECK = Check(ARGUMENTS, START, judge, explain)
