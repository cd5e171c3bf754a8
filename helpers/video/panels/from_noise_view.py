"""One view of a clip in the making: what is known at our place, and its drawing."""

from collections.abc import Mapping
from math import nan
from typing import Any, NamedTuple

import numpy as np
from torch import Tensor

from helpers.steps import Walk
from helpers.ui.layout import four_views
from helpers.ui.style import num
from helpers.video import rollout_figures as figures
from helpers.video.autoencoder import REACH, places
from helpers.video.motion_gan import GAIN
from helpers.video.panels import from_noise_words as words
from helpers.video.rollout import Rollout
from helpers.video.rollout_diagram import diagram

REACHES = {"c": 4.0, "h": 1.0}    # of the strips' colours
SHELF = {"content": "content", "sprite": "sprite", "frame": "sprite"}    # operation → what is lit there


class View(NamedTuple):
    """A walk along a clip, the unit that is looked into, and all frames made so far, [n, 32, 32]."""

    walk: Walk
    unit: int
    film: np.ndarray

    @property
    def engine(self) -> Rollout:
        return self.walk.engine

    @property
    def t(self) -> int:
        """The number, from 1, of the frame that is in work or has just been made."""
        return self.walk.turn + 1

    @property
    def op(self) -> str:
        return self.walk.op.key if self.walk.op else ""

    @property
    def values(self) -> Mapping[str, Tensor]:
        return self.walk.values

    def state(self, name: str) -> tuple[int, np.ndarray | None]:
        """Which h or c is the newest: its time, and all units' values."""
        if name in self.values:
            return self.t, self.values[name][0].numpy()
        past = self.engine.state
        return self.t - 1, None if past is None else past["hc".index(name)][0].numpy()

    def path(self) -> np.ndarray:
        """The places in px up to the newest: [n, 2]."""
        done = places(self.engine.path[0])
        known = [*done, places(self.values["m"][0])] if len(done) < self.t and "m" in self.values else done
        return np.array([place.tolist() for place in known]).reshape(-1, 2)

    def draw(self) -> str:
        """Draw everything."""
        engine, page = self.engine, figures.page_of(self.engine.t)
        left = "".join((
            figures.screen(engine.film[-1, 0].numpy() if engine.t else None, self.path(), self._title(),
                           words.WALLS, words.NO_FRAME),
            figures.shelf(engine.noise.content[0].numpy(), self._known("content"), self._known("sprite"),
                          words.SHELF, SHELF.get(self.op, "")),
            figures.strips(self._strips(), self.unit, self.op if self.op != "first" else "h"),
            figures.film(self.film, engine.t, page, engine.frames)))
        frame = self.values["frame"][0, 0, 0].numpy() if "frame" in self.values else None
        return four_views(self.walk.code, words.formula(self.op, GAIN) if self.op else (),
                          self._rows(), diagram(self._labels(), self.op, frame), left, words.HINTS)

    def facts(self) -> dict[str, Any]:
        """Word everything known for the sentences."""
        values = self.values
        single = {name: value[0, self.unit].item() for name, value in values.items()
                  if value.dim() == 2 and value.shape[1] == self.engine.hidden and name not in PAIRS}
        pairs = {short: values[name][0].tolist() for name, short in PAIRS.items() if name in values}
        out: dict[str, Any] = words.facts(single, pairs)
        for gate, hold in zip("fio", self.engine.model.hold, strict=True):
            out[f"how_{gate}"] = words.HELD if hold is not None else f"= σ({out.get(f'z_{gate}', '')}) ="
        if "dm" in values:
            out["dx"], out["dy"] = (num(round(REACH * step, 1), 1) for step in values["dm"][0].tolist())
        if len(path := self.path()):
            out["px"], out["py"] = (num(at, 1) for at in path[-1].tolist())
        return out | {"t": self.t, "p": self.t - 1, "u": self.unit + 1, "units": self.engine.hidden,
                      "frames": self.engine.frames}

    def _known(self, name: str) -> np.ndarray | None:
        made = self.values.get(name, getattr(self.engine, name))
        return None if made is None else made[0].numpy()

    def _title(self) -> str:
        making = self.engine.t < self.t
        return (words.MAKING if making and self.engine.t else words.FIRST if making else words.DONE).format(
            t=self.t, p=self.t - 1, frames=self.engine.frames)

    def _strips(self) -> list[figures.Strip]:
        out = []
        for gate in "fio":
            known = self.values[gate][0].numpy() if gate in self.values else None
            note = "" if known is None else words.MEAN.format(mean=num(float(known.mean()), 2))
            out.append(figures.Strip(gate, f"{gate}({self.t})", known, 1.0, note))
        for name, reach in REACHES.items():
            time, known = self.state(name)
            out.append(figures.Strip(name, f"{name}({time})" if time else name, known, reach,
                                     words.RANGE.format(reach=num(reach, 0))))
        return out

    def _labels(self) -> dict[str, tuple[str, ...]]:
        """What stands in the diagram's boxes."""
        t, values, done = self.t, self.values, self.engine.t
        m = values["m"][0] if "m" in values else self.engine.path[0, -1] if done else None
        time = t if "m" in values else done
        numbers = () if m is None else tuple(words.short(value) for value in m.tolist())
        e = [num(round(value, 1), 1) for value in values["e"][0].tolist()] if "e" in values else []
        return {"noise_c": words.NOISE_C, "noise_m": words.NOISE_M, "content": (words.SHELF[1],),
                "draw": (words.DRAW,), "frame": (words.FRAME.format(t=t),),
                "e": (f"e({t if t > 1 else 't'})", *["; ".join(e)][:len(e)]),
                "lstm": (words.LSTM.format(units=self.engine.hidden),), "m": (f"m({time or 't'})", *numbers)}

    def _rows(self) -> list[str]:
        """The numbers of this frame, as far as they are known."""
        values, t = self.values, self.t
        out = []
        if t == 1:
            content = self._known("content")
            if content is not None:
                out.append(words.CONTENT_ROW.format(low=words.short(float(content.min())),
                                                    high=words.short(float(content.max()))))
        elif "e" in values:
            x = [*values["m_prev"][0].tolist(), *values["e"][0].tolist()]
            out.append(words.X_ROW.format(t=t, x=" · ".join(map(words.short, x))))
            known = {name: values[name][0, self.unit].item() if name in values else nan for name in "fiogch"}
            out.append(words.UNIT_ROW.format(u=self.unit + 1, values=" · ".join(
                f"{name} {num(round(value, 2), 2)}" for name, value in known.items())))
        if "m" in values:
            facts = self.facts()
            out.append((words.M_ROW if "dm" in values else words.FIRST_ROW).format_map(facts))
        return out


PAIRS = {"m": "m", "m_prev": "mp", "e": "e", "dm": "dm"}    # values of two numbers → their name in the words
