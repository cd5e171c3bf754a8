"""Convolução transposta, número a número: stamps on a canvas, sums, and where checkerboards come from."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np
import torch

from helpers.gan import transposed_figures as figures
from helpers.gan.panels import transposed_words as words
from helpers.gan.transposed import INPUTS, KERNELS, Rows, Settings, Transposed, flat_test, overlaps, ripple
from helpers.ui import style, svg
from helpers.ui.fields import dropdown
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel
from helpers.ui.strip import code_line

MOST = {"x": (0, 4), "w": (-2, 4)}    # a click adds 1; after the highest number comes the lowest
CHOICES = {"image": (words.INPUT, 214), "kernel": (words.KERNEL, 165), "k": (words.K, 68),
           "stride": (words.S, 108), "padding": (words.P, 130)}


class TransposedConv(StepperPanel):
    """The stepper over a Transposed; a change of numbers begins a new pass, and ◀ leads back before it."""

    title = "Convolução transposta, número a número"
    speeds = (0, 1)

    def __init__(self, image: str = "constant", kernel: str = "ones", k: int = 3, stride: int = 2,
                 padding: int = 0) -> None:
        """image, kernel: keys of INPUTS and KERNELS; k: 1…5, stride: 1…3, padding: 0…2."""
        options = {"image": [(v, key) for key, v in words.INPUTS.items()],
                   "kernel": [(v, key) for key, v in words.KERNELS.items()],
                   "k": (1, 2, 3, 4, 5), "stride": (1, 2, 3), "padding": (0, 1, 2)}
        self.choices = {name: dropdown(label, options[name], width)
                        for name, (label, width) in CHOICES.items()}
        self.cell = dropdown(words.CELL, ["x[0, 0]"], 140)
        self.more = widgets.Button(description=words.MORE, tooltip=words.MORE_TIP, layout={"width": "44px"})
        self.asked: tuple[int, int] | None = None    # the pixel of the canvas that was clicked
        settings = Settings.of(image, kernel, k, stride, padding)
        super().__init__(Transposed(settings), [*self.choices.values(), self.cell, self.more])
        for name, control in self.choices.items():
            control.observe(lambda change, name=name: self._following or self._choose(name, change["new"]),
                            "value")
        self.more.on_click(self._more)

    @property
    def settings(self) -> Settings:
        return self.walk.engine.settings

    @property
    def places(self) -> figures.Places:
        return figures.places(self.settings.n, self.settings.k, self.settings.side)

    def draw(self) -> str:
        game, values, at = self.walk.engine, self.walk.values, self.places
        key = self.walk.op.key if self.walk.op else ""
        working = key in ("pick", "multiply", "add")
        now = [(values["i"], values["j"])] if working else []
        weight = [(values["a"], values["b"])] if key == "add" else []
        if self.asked:
            terms = game.terms(*self.asked)
            now, weight = [term[:2] for term in terms], [term[2:] for term in terms]
        stamp = ((game.s * values["i"], game.s * values["j"]), game.k) if working and not self.asked else None
        names = words.titles(game, *(now[0] if working and not self.asked else ()))
        product = (figures.board(at.stamp, values["stamp"].tolist(), weight, tone=figures.STAMP)
                   if key in ("multiply", "add") and not self.asked else figures.empty(at.stamp))
        put = (values["row"], values["column"]) if key == "add" and not self.asked else None
        return svg.page(478, *(
            svg.text(grid.x, grid.y - 8, names[part], font_weight="bold")
            for part, grid in at._asdict().items()),
            figures.board(at.x, game.x.tolist(), now), figures.board(at.w, game.w.tolist(), weight,
                                                                     tone=figures.KERNEL), product,
            figures.canvas_of(at.y, game.y.numpy(), game.p, stamp, put, self.asked, key == "crop"),
            figures.counts(at.counts, overlaps(game.n, game.k, game.s).numpy(), game.p, self.asked),
            *(svg.text(134, 46 + 23 * n, line, style.SMALL, fill=style.MUTED)
              for n, line in enumerate(words.CLICKS)),
            *(svg.text(8, 352 + 24 * n, line, style.SMALL) for n, line in enumerate(words.sizes(game))),
            *(svg.text(698, 236 + 21 * n, line, style.SMALL, font_weight="bold" if n else None)
              for n, line in enumerate(words.meeting(game))),
            _compared(self.settings.w, game.s),
            svg.formula(8, 430, words.formula(self.walk, self.asked), width=676),
            code_line(8, 446, 924, self.walk.code, words.HINT))

    def sentence(self) -> str:
        stamped, _ = _flat(self.settings.w, self.settings.stride)
        return words.sentence(self.walk, ripple(stamped), self.asked)

    def follow(self) -> None:
        self._following = True
        for name, control in self.choices.items():
            control.value = getattr(self.settings, name)
        cells = [f"{part}[{row}, {column}]" for part, side in (("x", self.settings.n), ("w", self.settings.k))
                 for row, column in np.ndindex(side, side)]
        if list(self.cell.options) != cells:
            kept = self.cell.value
            self.cell.options = cells
            self.cell.value = kept if kept in cells else cells[0]
        super().follow()

    def remember(self) -> Any:
        return super().remember(), self.asked

    def restore(self, state: Any) -> None:
        walk, self.asked = state
        super().restore(walk)

    def on_click(self, x: float, y: float) -> None:
        at = self.places
        for part, grid in (("x", at.x), ("w", at.w)):
            if cell := grid.at(x, y):
                self.cell.value = "{}[{}, {}]".format(part, *cell)
                self._raise_cell()
        for grid in (at.y, at.counts):
            if cell := grid.at(x, y):
                self.stage.playing = False
                self.asked = None if cell == self.asked else cell

    def on_tick(self) -> None:
        self.asked = None
        super().on_tick()

    def _act(self, key: str) -> None:
        self.asked = None
        super()._act(key)

    @guarded
    def _seek(self, turn: int) -> None:
        self.asked, self.stage.playing = None, False
        self.walk.seek(turn)

    @guarded
    def _choose(self, name: str, value: Any) -> None:
        now = self.settings
        if name == "image":
            self._begin(replace(now, image=value, x=INPUTS.get(value, now.x)))
        elif name in ("kernel", "k"):
            kernel, k = (value, now.k) if name == "kernel" else (now.kernel, value)
            grown = KERNELS[kernel](k) if kernel in KERNELS else _resized(now.w, k)
            self._begin(replace(now, kernel=kernel, w=grown))
        else:
            self._begin(replace(now, **{name: value}))

    @guarded
    def _more(self, button: widgets.Button) -> None:
        self._raise_cell()

    def _raise_cell(self) -> None:
        """Add 1 to the chosen number; after the highest comes the lowest."""
        part, (row, column) = self.cell.value[0], map(int, self.cell.value[2:-1].split(","))
        rows = [list(numbers) for numbers in getattr(self.settings, part)]
        low, high = MOST[part]
        rows[row][column] = rows[row][column] + 1 if rows[row][column] < high else low
        self._begin(replace(self.settings, **{part: tuple(map(tuple, rows)),
                                              {"x": "image", "w": "kernel"}[part]: "own"}))

    def _begin(self, settings: Settings) -> None:
        self.stage.playing, self.asked = False, None
        self.walk.change(lambda: self.walk.engine.change(settings))


def _resized(w: Rows, k: int) -> Rows:
    """Keep of the learner's kernel what fits; what is new is 1."""
    return tuple(tuple(w[a][b] if max(a, b) < len(w) else 1 for b in range(k)) for a in range(k))


@lru_cache(maxsize=32)
def _flat(w: Rows, stride: int) -> tuple[torch.Tensor, torch.Tensor]:
    return flat_test(torch.tensor(w, dtype=torch.float64), stride)


@lru_cache(maxsize=32)
def _compared(w: Rows, stride: int) -> str:
    """Show what a constant input becomes in two ways, and how uneven it is."""
    parts = [svg.text(698, 285, words.FLAT_TITLE, style.SMALL)]
    for y, image, names in zip((293.0, 365.0), _flat(w, stride), (words.FLAT[:1], words.FLAT[1:]),
                               strict=True):
        parts.append(figures.photograph(698, y, 62, image.numpy()))
        lines = (*names, words.waves(ripple(image)))
        parts += [svg.text(770, y + 47 - 10.5 * len(lines) + 21 * n, line, style.SMALL)
                  for n, line in enumerate(lines)]
    return "".join(parts)
