"""Linha do tempo do treino without a kernel: the run's own numbers, forks beside it, and the way home."""

import math
import random
from functools import partial
from math import log10

import numpy as np
import pytest
import torch

from helpers.errors import MESSAGES
from helpers.gan import timeline_figures as figures
from helpers.gan.digit_game import SHIPPED, DigitGame
from helpers.gan.fork import distance, fixed, real_distance
from helpers.gan.panels import TrainingTimeline
from helpers.gan.panels import timeline as module
from helpers.gan.panels import timeline_charts as charts
from helpers.gan.panels import timeline_words as words
from helpers.gan.panels.timeline import CHARTS
from helpers.gan.timeline import timeline
from helpers.ui import canvas, style
from helpers.ui.panel import INTERRUPTED
from tests.panels.shown import Screen, choose, fingerprint, read, send
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
RUN = timeline()
LAST = len(RUN.steps) - 1
MIDDLE = LAST // 2


def forked(point: int = MIDDLE, gamma: float = 10.0, rate: str = "first") -> TrainingTimeline:
    panel = TrainingTimeline(point)
    choose(panel.gamma, list(words.GAMMAS).index(gamma))
    choose(panel.rate, list(words.RATES).index(rate))
    panel.acts["leave"].click()
    assert panel.fork and panel.errors == 0, panel.stage.notice
    return panel


def sheets(panel: TrainingTimeline) -> list[str]:
    return [e.get("href") for e in Screen(panel).root.iter() if e.tag.endswith("image")]


def tiles(images: torch.Tensor) -> str:
    return canvas.uri(canvas.tiles((images.reshape(-1, 28, 28).numpy() + 1) / 2, figures.TILES))


def texts(panel: TrainingTimeline) -> list[str]:
    return ["".join(e.itertext()) for e in Screen(panel).texts]


def everything(panel: TrainingTimeline) -> tuple:
    """What the learner sees of it."""
    return panel.stage.svg, panel.stage.sentence, panel.scrubber.value, panel.scrubber.max


# --- the original ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(len(RUN.steps)))
def test_every_point_shows_its_own_images_and_numbers(point):
    panel = TrainingTimeline()
    panel.scrubber.set_state({"value": point})
    assert panel.point == point and panel.errors == 0
    assert sheets(panel) == [tiles(fixed(RUN.game(point).sampler)), tiles(fixed(RUN.game(LAST).sampler))]
    numbers = [number for number, _ in read(panel.stage.sentence)]
    found = RUN.measures["frechet"][point]
    assert numbers[:3] == [point + 1, LAST + 1, RUN.steps[point]]
    assert numbers[3:5] == pytest.approx([found, found / RUN.floor], rel=0.005)
    if RUN.steps[point]:
        assert numbers[5] == RUN.measures["classes"][point]
        assert numbers[-1] == pytest.approx(100 * RUN.measures["agreement"][point], abs=0.051)
    span = max(0, min(math.ceil(RUN.steps[point] / RUN.span), len(RUN.curves["loss_D"])) - 1)
    for name, key in words.KEYS.items():
        assert key.format(style.num(RUN.curves[name][span], 2)) in texts(panel)
    assert len(panel.stage.sentence) <= 200


def test_the_chart_of_distances_is_the_runs_on_a_log_scale():
    panel = TrainingTimeline(MIDDLE)
    _, top, wide, _ = figures.frame(*CHARTS[0])
    line = next(e for e in Screen(panel).root.iter() if e.get("stroke") == style.INK
                and e.get("stroke-width") == "2" and e.get("d", "").count("L") == LAST)
    corners = np.array([[float(n) for n in part.split()] for part in line.get("d")[1:].split("L")])
    assert np.diff(corners[:, 0]) == pytest.approx(wide * (1 - 2 * charts.EDGE) / LAST, abs=0.11)
    levels = [log10(value) for value in RUN.measures["frechet"]]
    scale = np.polyfit(levels, corners[:, 1], 1)
    assert scale[0] < 0 and np.polyval(scale, levels) == pytest.approx(corners[:, 1], abs=0.1)
    floor = next(e for e in Screen(panel).root.iter() if e.get("stroke-dasharray") == "6 4"
                 and float(e.get("d")[1:].split()[1].split("L")[0]) > top)
    assert float(floor.get("d")[1:].split()[1].split("L")[0]) == pytest.approx(
        np.polyval(scale, log10(RUN.floor)), abs=0.15)


def test_keys_buttons_and_playing_walk_over_the_points():
    panel, seen = TrainingTimeline(), []
    for _ in range(LAST + 2):
        seen.append(panel.point)
        send(panel, type="key", key="step")
    assert seen == [*range(LAST + 1), LAST]
    send(panel, type="key", key="back")
    assert panel.point == LAST - 1
    panel.buttons["reset"].click()
    send(panel, type="key", key="back")
    assert panel.point == 0
    panel.buttons["turn"].click()
    assert panel.point == LAST
    panel.buttons["play"].click()    # from the end it begins again
    assert panel.point == 0 and panel.stage.playing and panel.stage.interval > 0
    for _ in range(LAST):
        assert panel.stage.playing
        send(panel, type="tick")
    assert panel.point == LAST and not panel.stage.playing and panel.errors == 0


def test_a_click_on_any_chart_goes_to_the_nearest_point():
    panel = TrainingTimeline()
    for place in CHARTS:
        left, top, wide, high = figures.frame(*place)
        for point in (0, 1, MIDDLE, LAST):
            at = left + wide * (charts.EDGE + (1 - 2 * charts.EDGE) * point / LAST)
            send(panel, type="click", x=at + 0.3 * wide / LAST * (point < LAST), y=top + high / 2)
            assert panel.point == point and panel.scrubber.value == point
    send(panel, type="click", x=500.0, y=60.0)    # on the images
    assert panel.point == LAST and panel.errors == 0


# --- forks ----------------------------------------------------------------------------------------------


def test_a_fork_trains_beside_the_original_as_the_bare_game_does():
    panel, bare = forked(MIDDLE, 10.0, "ten"), RUN.game(MIDDLE)
    bare.gamma = 10.0
    for opt in (bare.opt_G, bare.opt_D):
        opt.param_groups[0]["lr"] *= 10
    assert sheets(panel)[0] == sheets(panel)[1]    # it begins where the original is
    assert "γ = 10 (o original usou 1)" in panel.stage.sentence or SHIPPED.gamma != 1
    trace = []
    for step in range(1, 13):
        panel.buttons["turn"].click()
        values = {}
        for op in bare.turn():
            values |= op.values
        trace.append({name: values[name].item() for name in words.KEYS})
        assert fingerprint(panel.fork.game.G, panel.fork.game.D) == fingerprint(bare.G, bare.D)
        assert sheets(panel) == [tiles(fixed(RUN.sampler(panel.fork.beside))), tiles(fixed(bare.sampler))]
        assert f"Desvio: {step} passo" in panel.stage.sentence
    assert [{name: row[name] for name in words.KEYS} for row in panel.walk.trace] == trace
    for name, key in words.KEYS.items():    # the last corner is the mean of what its block has so far
        assert key.format(style.num(sum(row[name] for row in trace[10:]) / 2, 2)) in texts(panel)


def test_back_in_a_fork_is_exact():
    panel = forked()
    for _ in range(2):
        panel.buttons["turn"].click()
    kept, weights = everything(panel), fingerprint(panel.fork.game.G, panel.fork.game.D)
    panel.buttons["turn"].click()
    for _ in range(2 * 20):
        if panel.walk.turn == 1 and panel.fork.game.steps == panel.fork.start + 2:
            break
        panel.buttons["back"].click()
    assert fingerprint(panel.fork.game.G, panel.fork.game.D) == weights
    assert everything(panel)[1] == kept[1] and sheets(panel)[1] in kept[0]


def test_coming_home_gives_the_original_bit_for_bit():
    panel = TrainingTimeline(MIDDLE)
    before, numbers = everything(panel), [tensor.clone() for tensor in RUN.tensors.values()]
    for gamma, rate in ((0.0, "hundred"), (SHIPPED.gamma, "here"), (100.0, "first")):
        choose(panel.gamma, list(words.GAMMAS).index(gamma))
        choose(panel.rate, list(words.RATES).index(rate))
        panel.acts["leave"].click()
        for _ in range(3):
            panel.buttons["turn"].click()
        assert panel.stage.svg != before[0]
        panel.acts["home"].click()
        assert everything(panel) == before and panel.fork is None and panel.errors == 0
    assert all(torch.equal(old, new) for old, new in zip(numbers, RUN.tensors.values(), strict=True))
    assert torch.equal(fixed(RUN.game(MIDDLE).sampler), panel.drawn[MIDDLE])
    send(panel, type="key", key="step")
    assert panel.point == MIDDLE + 1


def test_leaving_again_begins_again_from_the_same_point():
    panel = forked(gamma=0.0)
    panel.buttons["turn"].click()
    choose(panel.gamma, list(words.GAMMAS).index(100.0))
    assert panel.fork.gamma == 0.0    # until the button is pressed
    panel.acts["leave"].click()
    assert (panel.fork.gamma, panel.fork.point, panel.walk.turn) == (100.0, MIDDLE, 0)


def test_the_quick_distances_are_measured_alike_and_kept():
    panel = forked()
    assert words.NOT_MEASURED in texts(panel)
    panel.acts["measure"].click()
    there = distance(RUN.sampler(MIDDLE))
    assert panel.fork.measured == {0: there}    # nothing trained yet: the same images
    for _ in range(2):
        panel.buttons["turn"].click()
    assert words.ASK in panel.stage.sentence
    panel.acts["measure"].click()
    here = distance(panel.fork.game.sampler)
    assert panel.fork.measured == {0: there, 2: here}
    row = next(text for text in texts(panel) if text.startswith("Com 500 imagens"))
    found = [number for number, _ in read(row)]
    assert found[1] == pytest.approx(here, rel=5e-3) and found[3] == pytest.approx(there, rel=5e-3)
    assert found[5] == pytest.approx(real_distance(), rel=5e-3)
    assert words.COMPARED.split("{")[0] in panel.stage.sentence
    high = figures.frame(*CHARTS[0])[3]
    squares = [e.get("d") for e in Screen(panel).root.iter()
               if e.get("stroke") == style.GENERATED and e.get("stroke-linecap") == "square"]
    rows = [float(part.replace("h0", "").split()[1]) for part in squares[0][1:].split("M")]
    ratio = log10(here / there)    # the scale goes from 0,7 to 1,4 times what it shows
    assert rows[0] - rows[1] == pytest.approx(ratio * high / (log10(2) + abs(ratio)), abs=0.2)


def test_the_plans_own_rate_is_0_at_the_end_and_that_is_said():
    panel = TrainingTimeline(LAST)
    before = everything(panel)
    panel.acts["leave"].click()
    assert panel.stage.notice == MESSAGES["fork_still"].format(step=RUN.steps[LAST])
    assert everything(panel) == before and panel.fork is None and panel.errors == 0
    choose(panel.rate, list(words.RATES).index("first"))
    panel.acts["leave"].click()
    assert panel.fork and panel.stage.notice == ""


@pytest.mark.parametrize("way", ["turn", "step", "play"])
def test_a_fork_that_breaks_stops_at_the_last_good_state(way):
    panel, start = forked(), RUN.steps[MIDDLE]
    for _ in range(2):
        panel.buttons["turn"].click()
    panel.walk.change(lambda: [opt.param_groups[0].update(lr=1e38) for opt in
                               (panel.fork.game.opt_D, panel.fork.game.opt_G)])
    panel.stage.playing = way == "play"
    for _ in range(60):
        if panel.stage.notice:
            break
        send(panel, type="tick") if way == "play" else panel.buttons[way].click()
    assert panel.stage.notice.startswith("O treino parou no passo"), panel.stage.notice
    assert "último estado bom" in panel.stage.notice and "_" not in panel.stage.notice
    assert not panel.stage.playing and panel.errors == 0 and panel.fork
    game = panel.fork.game
    assert all(p.isfinite().all() for net in (game.G, game.D, game.sampler) for p in net.parameters())
    assert all(math.isfinite(value) for row in panel.walk.trace for value in row.values())
    Screen(panel)
    panel.scrubber.set_state({"value": 0})
    panel.buttons["turn"].click()
    assert panel.walk.turn == 0 and game.steps == start + 1    # it can go on from there
    panel.acts["home"].click()
    assert panel.fork is None and panel.stage.notice == "" and panel.errors == 0


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_the_kernels_interrupt_amid_a_step_is_undone_and_is_no_defect(monkeypatch, nth):
    """D judges twice in its own turn and once in G's: the fourth time is in the step after."""
    panel, twin = forked(), forked()
    panel.buttons["turn"].click()
    calls, judge = iter(range(1, 9)), DigitGame.judge

    def interrupted(game, *batch):
        if next(calls) == nth:
            raise KeyboardInterrupt
        return judge(game, *batch)
    monkeypatch.setattr(DigitGame, "judge", interrupted)
    for _ in range(1 + nth // 4):
        seen = everything(panel), fingerprint(panel.fork.game.G, panel.fork.game.D)
        panel.buttons["turn"].click()
    assert panel.stage.notice == INTERRUPTED and panel.errors == 0
    assert (everything(panel), fingerprint(panel.fork.game.G, panel.fork.game.D)) == seen
    monkeypatch.undo()
    for one in (panel, twin):
        while one.fork.game.steps < one.fork.start + 4:
            one.buttons["turn"].click()
    ends = [fingerprint(one.fork.game.G, one.fork.game.D) for one in (panel, twin)]
    assert ends[0] == ends[1]
    assert panel.walk.trace == twin.walk.trace


@pytest.mark.parametrize("gamma", words.GAMMAS)
@pytest.mark.parametrize("rate", words.RATES)
def test_every_setting_trains(gamma, rate):
    panel = forked(0, gamma, rate)
    for key in ("turn", "step", "back", "step"):
        panel.buttons[key].click()
        assert panel.errors == 0 and (not panel.stage.notice or "parou" in panel.stage.notice)
        Screen(panel)


def test_a_picture_trains_no_longer_than_pausing_may_take(monkeypatch):
    panel = forked()
    panel.speed.value = 25
    moments = iter([0.0, 0.05])    # a step takes 50 ms: as many as fit into 200
    monkeypatch.setattr(module, "perf_counter", lambda: next(moments))
    panel.buttons["play"].click()
    send(panel, type="tick")
    assert panel.fork.game.steps - panel.fork.start == 4 and panel.stage.playing


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_is_sound(seed):
    chance, panel, seen = random.Random(seed), TrainingTimeline(), set()
    for _ in range(160):
        x, y = chance.uniform(-9, 950), chance.uniform(-9, 480)
        panel.speed.value = chance.choice([0, 1]) if panel.speed.value > 1 else panel.speed.value
        happen([*common_events(panel, chance), (12, partial(send, panel, type="click", x=x, y=y)),
                (6, panel.acts["leave"].click), (2, panel.acts["measure"].click),
                (3, panel.acts["home"].click), (3, lambda: choose(panel.gamma, chance.randrange(5))),
                (3, lambda: choose(panel.rate, chance.randrange(4)))], chance)
        assert panel.errors == 0, panel.stage.notice
        assert len(panel.stage.sentence) <= 200
        Screen(panel)
        assert panel.scrubber.value == panel.walk.turn
        assert panel.walk is (panel.fork.walk if panel.fork else panel.original)
        seen.add((panel.fork is not None, panel.point))
    assert len(seen) > 6 and {forked for forked, _ in seen} == {False, True}
    assert panel.picture().startswith(b"\x89PNG")
