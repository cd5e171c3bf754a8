"""The live training operation by operation: a round of each stage as far as it has come."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from helpers.steps import Walk
from helpers.ui import style, svg
from helpers.ui.layout import four_views
from helpers.video import live_charts as charts
from helpers.video import live_diagram as diagram
from helpers.video import live_figures as figures
from helpers.video.autoencoder import CONTENT, places
from helpers.video.game import CRITICS
from helpers.video.live import PATHS, Source
from helpers.video.panels import live_step_words as steps
from helpers.video.panels import live_words as words
from helpers.video.panels.live_view import curve, first, losses, losses_key

LAST = 120    # rounds in the charts
PULLED = 8    # paths that are drawn with the pull on every other place


def operation_1(walk: Walk) -> str:
    """Draw a round of stage 1 as far as it has come."""
    values = walk.values
    place = values["place"][:, :1, 0] if "place" in values else None
    look = figures.Look(*(first(some) for some in (
        _frame(values.get("frames")), values.get("heat"),
        places(values["m"]) if "m" in values else None, _frame(values.get("drawn")), place)))
    line = charts.Line("", style.LINE_G, curve(walk, "redraw")[-LAST:])
    shown = charts.Chart([line], [], (0.005, 0.13), True)
    left = (figures.looks(8, 6, 68, look, words.LOOK_ROWS)
            + svg.text(8, 250, words.CHARTS_1[0], style.SMALL)
            + _recent(260, 100, shown, walk))
    return four_views(walk.code, steps.formula(walk), steps.numbers(walk),
                      diagram.stage_1(steps.NAMES_1, walk.op and walk.op.key), left, steps.HINTS)


def operation_2(walk: Walk, source: Source) -> str:
    """Draw what the one whose turn it is has before it: a critic's part of both batches, or G's clips."""
    values, game = walk.values, walk.engine.engine
    who = steps.key_of(walk)[1]
    if not who and walk.op:
        who = "G"
    left = [_seen(who, values)]
    if who == "frame":
        for n, part in enumerate(("real", "fake")):
            codes = values.get(f"frame_codes_{part}")
            if codes is not None:
                left.append(figures.clips(8 + 196 * n, 222, 57, _drawn(source, codes[:6])))
    lines = losses(walk, steps.PARTS_2, LAST)
    left += [losses_key(8, 366, lines),
             _recent(376, 92, charts.Chart(lines, [], (0.4, 1.8)), walk)]
    drawn = diagram.stage_2(steps.names_2(game), walk.op and walk.op.key,
                            next((name for name in CRITICS if name not in game.critics), None),
                            steps.CUT)
    return four_views(walk.code, steps.formula(walk), steps.numbers(walk), drawn, "".join(left), steps.HINTS)


def _seen(who: str, values: Mapping[str, Tensor]) -> str:
    """Draw real and generated places as a critic sees them, or G's paths and the pull on them."""
    if who == "G":
        return _pulled(values)
    side, out = 184, []
    for n, (part, name, color) in enumerate((("real", words.REAL_PATHS, style.REAL),
                                             ("fake", words.MADE_PATHS, style.GENERATED))):
        seen: dict[str, np.ndarray] = {}
        codes = values.get(f"{who}_codes_{part}")
        if codes is not None and who == "frame":
            seen["dots"] = places(codes[:, CONTENT:]).numpy()
        elif codes is not None:
            seen["paths"] = places(codes[:PATHS]).numpy()
        name = words.PLACES[part] if who == "frame" else name
        out.append(figures.court(8 + 196 * n, 24, side, name, color, **seen))
    out += [svg.text(8, 238 + 25 * n, note, style.SMALL) for n, note in enumerate(steps.NOTES.get(who, ()))]
    return "".join(out)


def _pulled(values: Mapping[str, Tensor]) -> str:
    paths, pull = places(values["m"][:PULLED]), None
    if "pull" in values:
        pull = tuple(some[:, ::2].flatten(0, 1).numpy() for some in (paths, values["pull"][:PULLED]))
    return figures.court(48, 24, 304, words.MADE_PATHS, style.GENERATED, paths=paths.numpy(), pull=pull)


@torch.no_grad()
def _drawn(source: Source, codes: Tensor) -> np.ndarray:
    """Draw single frames of codes [6, 18] as rows of three: [2, 3, 32, 32]."""
    frames = source.autoencoder.decode(source.codes.natural(codes[:, :CONTENT]), codes[:, None, CONTENT:])
    return frames.reshape(2, 3, *frames.shape[-2:]).numpy()


def _frame(frames: Tensor | None) -> Tensor | None:
    return None if frames is None else frames[:, :, 0]


def _recent(y: float, height: float, shown: charts.Chart, walk: Walk) -> str:
    return charts.chart(8, y, 380, height, shown, walk.turn + 1, begin=max(0, walk.turn + 1 - LAST), gutter=0)
