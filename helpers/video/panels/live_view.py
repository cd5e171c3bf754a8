"""The live training as a whole: each stage as it trains."""

from collections.abc import Mapping
from math import log, nan
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from helpers.steps import Walk
from helpers.ui import style, svg
from helpers.ui.style import num
from helpers.video import film
from helpers.video import live_charts as charts
from helpers.video import live_figures as figures
from helpers.video.autoencoder import places
from helpers.video.live import made_clips, real_clips
from helpers.video.live_jobs import CLIPS, Reading
from helpers.video.live_session import Session
from helpers.video.panels import live_words as words

HEIGHT = 478    # as the four views of an operation have it: the buttons below stay in their place
STRIP = 0, 2, 5, 8, 10, 13, 15        # frames of a clip
WITH_FILM = 0, 0, 3, 6, 9, 12, 15     # the same where the first place plays it
LINES = {"sequence": (style.LINE_D, None), "frame": (style.LINE_D, "7 4"), "G": (style.LINE_G, None)}


class Head(NamedTuple):
    """The bar above a picture."""

    share: float
    words: str


def curve(walk: Walk, name: str) -> list[tuple[float, float]]:
    """One number of every round up to the present one: (rounds finished by then, value)."""
    points = [(turn + 1.0, row[name]) for turn, row in enumerate(walk.trace[:walk.turn]) if name in row]
    return points + ([(walk.turn + 1.0, walk.values[name].item())] if name in walk.values else [])


def first(some: Tensor | None) -> np.ndarray | None:
    """The first frame of each clip."""
    return None if some is None else some[:, 0].numpy()


def losses(walk: Walk, names: Mapping[str, str], last: int = 0) -> list[charts.Line]:
    """The losses of stage 2 as curves, of the last rounds or (0) of all."""
    return [charts.Line(names[name], color, curve(walk, f"loss_{name}")[-last:], dash)
            for name, (color, dash) in LINES.items() if name in (*walk.engine.engine.critics, "G")]


def losses_key(x: float, y: float, lines: list[charts.Line]) -> str:
    """Name the curves with their present values."""
    return charts.key(x, y, [(line, num(line.points[-1][1], 2) if line.points else words.OUT)
                             for line in lines])


@torch.no_grad()
def stage_1(session: Session, head: Head, marks: Mapping[str, float]) -> str:
    """Draw what the eye finds on fixed frames, and the numbers of every round."""
    walk, net = session.walk, session.plan.engine.net
    clips = real_clips()
    frames, true = clips.frames[:, :1], clips.place[:, :1, 0]
    m = net.where(frames)
    drawn, heat = net.decode(net.what(frames, m), m), net.heat(frames)
    look = figures.Look(*(first(some) for some in (frames[:, :, 0], heat, places(m), drawn[:, :, 0], true)))
    rows = (("redraw", 4, [(marks["redraw"], words.COURSE), (marks["black"], words.BLACK)], True),
            ("offset", 2, [(marks["offset"], words.COURSE), (marks["middle"], words.MIDDLE)], False),
            ("jitter", 3, [(marks["jitter"], words.COURSE)], True))
    right, out = 540, []
    for n, (title, (name, digits, levels, logarithmic)) in enumerate(zip(words.CHARTS_1, rows, strict=True)):
        top, points = 4 + 158 * n, curve(walk, name)
        now = num(points[-1][1], digits) if points else words.OUT
        shown = charts.Chart(
            [charts.Line(title, style.LINE_G, points)],
            [(value, form.format(num(value, digits))) for value, form in levels],
            (0.02, 1.0) if name == "jitter" else (marks["redraw"], marks["black"]) if n == 0 else (0.0, 1.0),
            logarithmic)
        out += [svg.text(right, top + 16, title, style.SMALL),
                svg.text(right + 268, top + 16, now if n == 0 or not points else words.PIXELS.format(now),
                         text_anchor="end", font_weight="bold"),
                charts.chart(right, top + 23, 400, 124, shown, max(session.done, 20))]
    return svg.page(HEIGHT, charts.progress(8, 20, 500, *head),
                    figures.looks(8, 44, 104, look, words.LOOK_ROWS),
                    *(svg.text(8, 396 + 27 * n, line, style.SMALL)
                      for n, line in enumerate(words.NOTES_1)), *out)


def stage_2(session: Session, head: Head, marks: Mapping[str, Reading], moving: bool) -> str:
    """Draw real and generated clips and paths, the losses, and what was measured; moving: also as films."""
    game, source, last = session.plan.engine, session.game.source, max(session.done, 20)
    made, ways = made_clips(source, game)
    whole = torch.cat((real_clips().frames[:1], made[:3]))
    rows = whole[:, WITH_FILM if moving else STRIP, 0].numpy()
    films = [film.uri(clip, scale=2) for clip in whole] if moving else ()
    lines = losses(session.walk, words.LOSS_NAMES)
    levels = [(2 * log(2), words.TIE)]    # for a critic, and for G before two of them
    if len(game.critics) == 1:
        levels = [(2 * log(2), words.TIE_CRITIC), (log(2), words.TIE_G)]
    history = sorted(session.history.items())
    measured = (words.MEASURED.format(step=history[-1][0], clips=CLIPS) if history else words.UNMEASURED)
    right, side = 510, 198
    return svg.page(
        HEIGHT, charts.progress(8, 20, 484, *head),
        svg.text(8, 46, words.CLIP_ROWS + words.FIRST * moving, style.SMALL),
        figures.clips(8, 54, 66, rows, films),
        losses_key(8, 352, lines),
        charts.chart(8, 361, 486, 110, charts.Chart(lines, levels, (0.4, 1.8)), last),
        figures.court(right, 24, side, words.REAL_PATHS, style.REAL,
                      paths=places(source.codes.motion[:len(ways)]).numpy()),
        figures.court(right + 228, 24, side, words.MADE_PATHS, style.GENERATED, paths=ways.numpy()),
        figures.table(right, 254, 426, words.HEADS, _rows(history, marks), last),
        svg.text(right, 452, measured, style.SMALL), svg.text(right, 472, words.RIVAL, style.SMALL))


def _rows(history: list[tuple[int, Reading]], marks: Mapping[str, Reading]) -> list[figures.Measure]:
    rows, known = [], [marks[key] for key in ("real", "iid") if key in marks]
    for n, name in enumerate(words.ROWS):
        now = history[-1][1][n] if history else nan
        beside = (known[0][n], known[1][n]) if len(known) == 2 else None
        rows.append(figures.Measure(name, [(turn, reading[n]) for turn, reading in history], beside,
                                    tuple(num(value, 2) for value in (now, *(beside or (nan, nan))))))
    return rows
