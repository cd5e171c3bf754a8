"""One view of a scene's walk: what is computed at our place, and its drawing."""

from typing import NamedTuple

import numpy as np
import torch

from helpers.lstm import unroll_figures as figures
from helpers.lstm.panels import unroll_words as words
from helpers.lstm.scenes import FLAGS, Scene
from helpers.lstm.sequence import Script
from helpers.lstm.unroll_plan import MAPS, Plan
from helpers.steps import Walk
from helpers.ui import svg
from helpers.ui.strip import code_line


class View(NamedTuple):
    """A scene, its walk, and every value of the whole script, [steps, …], computed yet or not."""

    scene: Scene
    walk: Walk
    values: dict[str, np.ndarray]

    @property
    def script(self) -> Script:
        return self.walk.engine.script

    @property
    def plan(self) -> Plan:
        return Plan(self.script.steps, self.scene.cell.hidden, len(self.scene.inputs),
                    self.scene.head is not None)

    def columns(self, name: str) -> int:
        """How many steps of a value are computed at our place."""
        return self.walk.turn + (name in self.walk.values)

    def at(self, t: int, unit: int) -> dict[str, float]:
        """What is computed of a unit in step t, and always what it begins with."""
        return {name: float(values[t, unit]) for name, values in self.values.items() if name not in ("x", "y")
                and (t < self.columns(name) or (name.endswith("_prev") and t == self.walk.turn))}

    def held(self, t: int, unit: int) -> dict[str, bool]:
        return {gate: not table[t, unit].isnan() for gate, table in self.script.held.items()}

    def drawing(self, t: int, unit: int, k: int) -> str:
        """Draw everything, with step t, a unit and input k chosen."""
        scene, plan, xs = self.scene, self.plan, self.script.xs
        maps = [figures.Map(key, self.values[key].T, self.columns(key), self._mask(key)) for key in MAPS]
        flags = [place for place, name in enumerate(scene.inputs) if name in FLAGS]
        op = self.walk.op.key if self.walk.op and t == self.walk.turn else ""
        answers, answer = "", None
        if scene.head is not None:
            given = scene.answers(torch.from_numpy(self.values["h"])).numpy()
            wanted = scene.wanted(xs).numpy() if scene.wanted else None
            answers = figures.answers(plan, wanted, given, self.columns("h"), words.ANSWERS)
            answer = (None if wanted is None else float(wanted[t]),
                      float(given[t]) if t < self.columns("h") else None)
        rows = words.rows(self.at(t, unit), t, self.held(t, unit), xs[t].tolist(), answer, op)
        return svg.page(446, figures.input_rows(plan, xs.numpy(), words.names(scene.inputs), flags, (k, t)),
                        *(figures.heat_map(plan, number, shown) for number, shown in enumerate(maps)),
                        answers, figures.time_axis(plan, t, unit),
                        figures.numbers(words.TITLE.format(t=t + 1, u=unit + 1), rows, words.NOTES),
                        code_line(4, 414, 932, self.walk.code, words.HINT))

    def _mask(self, gate: str) -> np.ndarray | None:
        """Which cells of a gate's map are held: [units, steps]."""
        return ~self.script.held[gate].isnan().numpy().T if gate in self.script.held else None
