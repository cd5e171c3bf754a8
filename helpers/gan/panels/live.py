"""Ao vivo: the game in the plane, played at speed, with measures beside what a perfect sampler gets."""

from functools import lru_cache
from math import nan
from time import perf_counter
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from helpers.adversarial import LOSSES
from helpers.gan import figures, probe
from helpers.gan.charts import chart, reference_key
from helpers.gan.game import GanGame, mlp
from helpers.gan.gauge import SAMPLES, Gauge, Reading
from helpers.gan.mixtures import Data
from helpers.gan.panels import live_words, words
from helpers.gan.panels.choices import (
    DRAW_HINT,
    LEGEND,
    NO_PENALTY,
    PENALTIES,
    PLANE,
    PlanePanel,
    data_of,
    dropdown,
    extent_of,
    marks,
)
from helpers.steps import Walk
from helpers.ui import style, svg
from helpers.ui.panel import guarded
from helpers.ui.style import num

RATES = {0.0: "0", 1e-4: "0,0001", 3e-4: "0,0003", 1e-3: "0,001", 3e-3: "0,003", 1e-2: "0,01", 0.1: "0,1",
         10.0: "10", 1000.0: "1000"}
UNITS = {units: str(units) for units in (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)}
UPDATES = {count: str(count) for count in range(6)}
RATE_LABEL, UPDATES_LABEL, UNITS_LABEL = "Taxa {}", "k {}", "Neurônios {}"
LOSS_LABELS = ("D: {}", "G: {}")
LONGEST = 0.25   # seconds that one picture may compute while playing, so that a pause means now
NOTHING = Reading(nan, nan, nan, nan)


@lru_cache(maxsize=16)
def gauge_of(key: str, points: tuple[tuple[float, ...], ...]) -> Gauge | None:
    """Make the gauge of a choice of data, once; None before the first drawn point."""
    if key == "drawn" and not points:
        return None
    data = data_of(key, [list(point) for point in points])
    return Gauge(data, extent_of(key, data))


def operations(game: GanGame) -> int:
    """Count the operations of one of the game's turns."""
    return game.k_D * (9 + (game.penalty is not None)) + game.k_G * (8 + game.loss.paired)


class Live(PlanePanel):
    """The game in the plane, played live, with its measures over the turns.

    A measure belongs to a number of finished turns; amid a turn, what is shown is that of G as it is then.
    """

    title = "Ao vivo"
    speeds = (1, 5, 25, 100)

    def __init__(self, data: str = "ring", loss: str = "non_saturating", seed: int = 0) -> None:
        """data: a key of DATASETS or 'drawn'; loss: a key of LOSSES."""
        self.rates = {net: dropdown(RATE_LABEL.format(net), RATES, 1e-3, 160) for net in "DG"}
        self.updates = {net: dropdown(UPDATES_LABEL.format(net), UPDATES, 1, 84) for net in "DG"}
        self.units = {f"units_{net}": dropdown(UNITS_LABEL.format(net), UNITS, 64, 170) for net in "DG"}
        self.histories: WeakKeyDictionary[Walk, dict[int, Reading]] = WeakKeyDictionary()
        super().__init__(data, loss, seed, self.units, [*self.rates.values(), *self.updates.values()])
        for box in (*self.rates.values(), *self.updates.values()):
            box.observe(lambda _: self._following or self._retune(), "value")
        self.speed.layout.width, self.scrubber.layout.width = "192px", "208px"    # for its longest words
        self.speed.value = 5

    def build(self, data: Data) -> GanGame:
        loss, seed = self.chosen["loss"], self.seed
        G = mlp(2, self.chosen["units_G"], 2, seed=2 * seed)
        D = mlp(2, self.chosen["units_D"], 1, seed=2 * seed + 1)
        return GanGame(data, G, D, LOSSES[loss], lr_D=self.rates["D"].value, lr_G=self.rates["G"].value,
                       k_D=self.updates["D"].value, k_G=self.updates["G"].value,
                       penalty=PENALTIES.get(loss, NO_PENALTY)[1], seed=seed)

    @property
    def gauge(self) -> Gauge | None:
        key = self.chosen["data"]
        return gauge_of(key, tuple(map(tuple, self.points)) if key == "drawn" else ())

    def redraw(self) -> None:
        self._measure()
        super().redraw()

    def draw(self) -> str:
        x, y, side = PLANE
        left, width, gap, height = x + side + 14, 532, 20, 148
        points = [*((turn, reading) for turn, reading in sorted(self.history.items()) if turn < self.done),
                  (self.done, self.now)]
        gauge, walk = self.gauge, self.walk
        four = live_words.charts(points, gauge and gauge.perfect, self._modes())
        across = (width - gap) / 2
        charts = [chart(left + (across + gap) * (n % 2), 28 + (height + 8) * (n // 2), across, height, one)
                  for n, one in enumerate(four)]
        losses = [words.losses_so_far(walk, f"loss_{net}") for net in "DG"]
        names = [label.format(num(values[-1]) if values else "—")
                 for label, values in zip(LOSS_LABELS, losses, strict=True)]
        played, dashes = live_words.PLAYED.format(int(self.done)), marks(self.game)
        return svg.page(
            458, figures.plane(x, y, side, self.view), reference_key(left, 19, live_words.KEY),
            svg.text(left + width, 19, played, style.SMALL, text_anchor="end"), *charts,
            svg.text(left, 358, live_words.LOSSES + (live_words.THEORY if dashes else ""), style.SMALL),
            figures.losses(left, 365, width, 66, *losses, dashes, names),
            svg.text(left, 450, live_words.method(), style.SMALL))

    def sentence(self) -> str:
        if self.gauge is None:
            return self.news + DRAW_HINT
        if self.walk.turn == 0 and self.walk.op is None:
            return self.news + live_words.START
        outside = self.view.shown(0).get("outside", (0, 0))
        return self.news + live_words.sentence(self.walk.turn, self.now, self.gauge.perfect, self._modes(),
                                               outside, self._worst())

    def follow(self) -> None:
        self._following = True
        game = self.game
        for net, opt, updates in (("D", game.opt_D, game.k_D), ("G", game.opt_G, game.k_G)):
            self.rates[net].value = opt.param_groups[0]["lr"]
            self.updates[net].value = updates
        super().follow()

    def on_tick(self) -> None:
        began = perf_counter()
        self.walk.finish_turn()    # which says how long a turn takes
        more = min(self.speed.value - 1, int(LONGEST / (perf_counter() - began)))
        if more:
            self.walk.run(more)

    def _measure(self) -> None:
        """Read G as it is now; a reading at a turn's start or end is kept, one beyond what is reached not."""
        game, walk, gauge = self.game, self.walk, self.gauge
        samples = probe.sample(game.G, game.latent, SAMPLES)
        self.now = gauge.read(samples) if gauge else NOTHING
        finished = walk.turn + (walk.count == operations(game))
        self.done = finished if walk.count in (0, operations(game)) else walk.turn + 0.5
        reached = max(len(walk.trace), finished)
        history = {turn: kept for turn, kept in self.histories.get(walk, {}).items() if turn <= reached}
        if self.done == finished:
            history[finished] = self.now
        self.histories[walk] = self.history = history
        self.view = self._view(samples[:game.batch])

    def _view(self, fake: Tensor) -> figures.PlaneView:
        game, extent, real = self.game, self._extent(), self.real_batch()
        outputs, boundary = probe.outputs_on_grid(game.D, extent), game.loss.boundary
        return figures.PlaneView(
            extent, field=probe.as_shade(outputs, game.loss),
            boundary=None if boundary is None else outputs - boundary,
            real=None if real is None else real.numpy(), fake=fake.numpy(), names=LEGEND)

    def _modes(self) -> int:
        return len(self.gauge.data.modes) if self.gauge else 0

    def _worst(self) -> float:
        """Find the turn's largest loss in size; nan where a weight, a point or a loss is no number."""
        game, values = self.game, self.walk.values
        losses = [values[key].detach() for key in ("loss_D", "loss_G") if key in values]
        parts = [*game.G.parameters(), *game.D.parameters(), torch.from_numpy(self.view.fake), *losses]
        sound = all(part.isfinite().all() for part in parts)
        return max((abs(loss.item()) for loss in losses), default=0.0) if sound else nan

    @guarded
    def _retune(self) -> None:
        def edit() -> None:
            self.game.set_rates(self.rates["D"].value, self.rates["G"].value)
            self.game.set_updates(self.updates["D"].value, self.updates["G"].value)
        self.walk.change(edit)
        self.news = live_words.FROM_HERE.format(turn=self.walk.turn)
