"""Monte a rede: G and D assembled block by block, tried on real digits at once, trained where they stand."""

from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from helpers.errors import CourseError
from helpers.gan import blocks_figures as figures
from helpers.gan.blocks import Block
from helpers.gan.models import LEAKY, RELU, advice, models
from helpers.gan.panels import builder_view as view
from helpers.gan.panels import builder_words as words
from helpers.gan.panels.builder_controls import FIT, KEY, KINDS, button, number, values_of
from helpers.gan.stack import Stack
from helpers.gan.workbench import Pair, Workbench
from helpers.ui import style, svg
from helpers.ui.panel import Panel, guarded

OWN = ""         # the model of a stack that is none
LONGEST = 0.2    # seconds of training a picture, so that a pause means now
STEPS = 25


class Builder(Panel):
    """A Workbench: the network that is shown, its block that is chosen, the steps still to be taken."""

    title = "Monte a rede"

    def __init__(self, role: str = "G", G: str = "lesson", D: str = "lesson") -> None:
        """role: the network shown first; G, D: keys of models('G') and models('D')."""
        self.bench = Workbench(Pair(models("G")[G], models("D")[D]))
        self.role, self.chosen = role, {name: min(1, len(self.pair.stacks[name].blocks)) for name in "GD"}
        self.due, self.endless, self._following = 0, False, False
        self.which = widgets.ToggleButtons(options=[(name, key) for key, name in words.ROLES.items()],
                                           style={"button_width": "124px"}, layout={"width": "260px"})
        self.model = widgets.Dropdown(description=words.MODEL, style=FIT, layout={"width": "310px"})
        self.kind = widgets.Dropdown(options=[(name, key) for key, name in words.KINDS.items()], style=FIT,
                                     description=words.KIND, layout={"width": "284px"})
        self.fields = {name: number(name, label) for name, label in words.FIELDS.items()}
        self.acts, self.train = ({key: button(*parts) for key, parts in buttons.items()}
                                 for buttons in (words.BUTTONS, words.TRANSPORT))
        super().__init__([self.which, self.model, *self.acts.values(), self.kind, *self.fields.values()],
                         [*self.train.values(), widgets.Label(words.KEYS)])
        # always as high as two rows of controls, though what enters the network has no second one
        self.children[0].layout = widgets.Layout(flex_flow="row wrap", overflow="hidden", min_height="73px",
                                                 align_items="center", align_content="flex-start")
        controls = {"role": self.which, "model": self.model, "kind": self.kind} | {
            f"field {name}": control for name, control in self.fields.items()}
        for name, control in controls.items():
            control.observe(lambda change, name=name: self._choose(name, change["new"]), "value")
        for key, pressed in (self.acts | self.train).items():
            pressed.on_click(lambda _, key=key: self._press(key))

    @property
    def pair(self) -> Pair:
        return self.bench.pair

    @property
    def stack(self) -> Stack:
        return self.pair.stacks[self.role]

    @property
    def at(self) -> int:
        """The number of the block chosen, 0 for what enters."""
        return self.chosen[self.role]

    @property
    def block(self) -> Block | None:
        return self.stack.blocks[self.at - 1] if self.at else None

    def draw(self) -> str:
        lines = view.lines(self.pair, self.role, self.at)
        return svg.page(471, figures.stack(view.cells(self.pair, self.role), words.HEADS[self.role], self.at),
                        figures.trial(view.trial(self.pair)), *(
                            svg.text(8, 424 + 21 * n, line, style.SMALL) for n, line in enumerate(lines)))

    def sentence(self) -> str:
        return words.sentence(self.pair, self.role, advice(self.stack), self.pair.look())

    def follow(self) -> None:
        self._following, known, block = True, models(self.role), self.block
        try:
            self.which.value = self.role
            options = [(words.OWN, OWN), *((words.MODELS[key], key) for key in known)]
            if tuple(options) != self.model.options:
                self.model.options = options
            self.model.value = next((key for key, stack in known.items() if stack == self.stack), OWN)
            self.kind.layout.display = "none" if block is None else ""
            self.kind.value = KEY[type(block)] if block else self.kind.value
            values = values_of(block) if block else {"latent": self.stack.latent} if self.role == "G" else {}
            for name, control in self.fields.items():
                control.layout.display = "" if name in values else "none"
                control.value = values.get(name, control.value)
        finally:
            self._following = False
        last, playing = len(self.stack.blocks), self.stage.playing
        off = {"remove": not self.at, "earlier": self.at < 2, "later": not 0 < self.at < last}
        for key, disabled in off.items():
            self.acts[key].disabled = disabled
        self.train["undo"].disabled = not self.bench.past
        self.train["play"].description = words.PAUSE if playing else words.TRANSPORT["play"][0]
        self.train["play"].button_style = "info" if playing else ""

    def remember(self) -> Any:
        return self.pair, self.bench.past, self.role, dict(self.chosen), self.pair.mark()

    def restore(self, state: Any) -> None:
        self.bench.pair, self.bench.past, self.role, self.chosen, steps = state
        if self.pair.steps != steps:
            self.pair.back(steps)
        self.due = 0

    def on_click(self, x: float, y: float) -> None:
        at = figures.cell_at(x, y, len(self.stack.blocks) + 1)
        if at is not None:
            self.chosen[self.role] = at

    def on_key(self, key: str) -> None:
        if key == "play":
            self._act("play")
        elif key in ("step", "back"):
            at = self.at + (1 if key == "step" else -1)
            self.chosen[self.role] = min(max(at, 0), len(self.stack.blocks))

    def on_tick(self) -> None:
        try:
            done = self.pair.train(self.due or STEPS, LONGEST)
        except CourseError as broke:    # the training has gone back itself, to its last good state
            self.notice, self.stage.playing, self.due = str(broke), False, 0
            return
        self.due = max(self.due - done, 0)
        going = self.endless or self.due > 0
        self.stage.playing = going and not self.pair.training.interrupted

    @guarded
    def _press(self, key: str) -> None:
        self._act(key)

    def _act(self, key: str) -> None:
        playing, self.stage.playing, self.due = self.stage.playing, False, 0
        blocks, at = self.stack.blocks, self.at
        if key in ("train", "play"):
            if key == "train" or not playing:
                self.endless, self.due, self.stage.playing = key == "play", STEPS * (key == "train"), True
                self.on_tick()
        elif key == "weights":
            self.bench.change(seed=self.pair.seed + 1)
        elif key == "undo":
            self.bench.undo()
        elif key == "add":
            self._put(*blocks[:at], RELU if self.role == "G" else LEAKY, *blocks[at:], at=at + 1)
        elif key == "remove" and at:
            self._put(*blocks[:at - 1], *blocks[at:], at=at - 1)
        elif key in ("earlier", "later"):
            other = at + (1 if key == "later" else -1)
            if at and 0 < other <= len(blocks):
                swapped = list(blocks)
                swapped[at - 1], swapped[other - 1] = blocks[other - 1], blocks[at - 1]
                self._put(*swapped, at=other)
        for role, stack in self.pair.stacks.items():
            self.chosen[role] = min(self.chosen[role], len(stack.blocks))

    def _choose(self, name: str, value: Any) -> None:
        if not self._following:
            self._set(name, value)

    @guarded
    def _set(self, name: str, value: Any) -> None:
        """Answer a control: the network shown, a model, the block's kind, or one of its numbers."""
        self.stage.playing, self.due = False, 0
        if name == "role":
            self.role = value
        elif name == "model" and value != OWN:
            self.bench.change(**{self.role: models(self.role)[value]})
            report = self.pair.reports[self.role]
            wrong = len(report.rows) + 1 if report.error else 1
            self.chosen[self.role] = min(wrong, len(self.stack.blocks))
        elif name == "field latent" and not self.at:
            self.bench.change(G=replace(self.stack, latent=value))
        elif self.block and name == "kind":
            self._exchange(KINDS[value], {})
        elif self.block and (own := name.removeprefix("field ")) in values_of(self.block):
            self._exchange(type(self.block), {own: value})

    def _exchange(self, kind: type[Block], changed: dict[str, Any]) -> None:
        """Put another block in the chosen one's place, which keeps the numbers that it has too."""
        kept = {name: value for name, value in values_of(self.block).items() if name in values_of(kind())}
        before, behind = self.stack.blocks[:self.at - 1], self.stack.blocks[self.at:]
        self._put(*before, kind(**kept | changed), *behind, at=self.at)

    def _put(self, *blocks: Block, at: int) -> None:
        self.bench.change(**{self.role: replace(self.stack, blocks=blocks)})
        self.chosen[self.role] = at
