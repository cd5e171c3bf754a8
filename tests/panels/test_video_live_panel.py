"""Treine ao vivo without a kernel: what it trains is the bare loop, what it says is what the engine holds."""

import random
import statistics
import time

import pytest
import torch

from helpers.errors import MESSAGES
from helpers.video import autoencoder, codes, game, live, live_session
from helpers.video.autoencoder import FrameLearner, missed
from helpers.video.game import VideoGame
from helpers.video.moving_digits import MovingDigits
from helpers.video.panels import LiveVideo
from helpers.video.panels.live import LONGEST
from helpers.video.trained import trained
from tests.panels.live_shown import at_stage_2, nets, press, shown, texts, tick, tuned
from tests.panels.shown import assert_mentions, assert_numbers, choose, fingerprint, read, send, state

# --- what is trained -------------------------------------------------------------------------------------


def test_stage_1_is_the_bare_loop_and_its_numbers_are_shown():
    panel = LiveVideo()
    press(panel, "play")
    while panel.session.done < 4:
        tick(panel)
    bare = tuned(FrameLearner(MovingDigits()), panel.session.done, autoencoder.STEPS)
    assert fingerprint(*nets(bare)) == fingerprint(*nets(panel.session.plan.engine))
    row, marks = panel.walk.trace[-1], live.marks_1()
    assert_numbers(panel.stage.sentence, [panel.session.done, row["redraw"], marks["redraw"], marks["black"],
                                          row["offset"], row["jitter"]])
    beside = [text for text in texts(panel) if text.startswith(("curso ", "preto ", "meio "))]
    assert_numbers(" ".join(beside), [marks["redraw"], marks["black"], marks["offset"], marks["middle"],
                                      marks["jitter"]])


@pytest.mark.parametrize(("changes", "begin", "steps"), [
    ({}, 0.0, game.STEPS), ({"memory": "gru", "without": "sequence"}, 0.0, game.STEPS),
    ({"memory": "none", "without": "frame"}, 0.0, game.STEPS), ({"start": "trained"}, live.MORE, 600)])
def test_stage_2_is_the_bare_loop(changes, begin, steps):
    panel = at_stage_2(**changes)
    panel.walk.run(3)
    press(panel, "turn", "step", "step", "back", "turn")
    assert panel.session.done == 5 and panel.session.plan.steps == steps
    engine = trained().game(0) if "start" in changes else VideoGame(trained().codes, **changes)
    assert fingerprint(*nets(tuned(engine, 5, steps, begin))) == fingerprint(*nets(panel.session.plan.engine))
    assert engine.opt_G.param_groups[0]["lr"] == panel.session.plan.engine.opt_G.param_groups[0]["lr"]
    shown(panel)


def test_a_round_operation_by_operation_says_what_the_engine_holds():
    panel = at_stage_2()
    keys, moves = [], {}
    while not panel.walk.op or panel.walk.op.key != "average":
        press(panel, "step")
        screen, walk, values = shown(panel), panel.walk, panel.walk.values
        keys.append(walk.op.key)
        who, _, what = walk.op.key.rpartition(".")
        first, last = walk.code.lit
        assert screen.lit_code() == [line.strip() for line in walk.code.lines[first:last + 1]]
        said = panel.stage.sentence
        if what == "judge" and who != "G":
            chances = [torch.sigmoid(values[name]).mean().item() for name in ("on_real", "on_fake")]
            assert_mentions(said, chances)
        elif what == "judge":
            assert_mentions(said, torch.sigmoid(values["on_fake"]).mean((1, 2)).tolist())
        elif what == "loss" and who != "G":
            assert read(said)[0][0] == pytest.approx(values[f"loss_{who}"].item(), abs=6e-4)
        elif what == "step":
            moves[who] = {name: (values["after"][name] - before).norm().item()
                          for name, before in values["before"].items()}
            assert_numbers(screen.rows[0], list(moves[who].values()))
            assert read(screen.rows[1])[0][0] == game.RATE    # the plan has just begun
    parts = ["real", "fake", "judge", "loss", "penalty", "backward", "step"]
    assert keys == [f"{who}.{part}" for who in ("sequence", "frame") for part in parts] + [
        f"G.{part}" for part in ("fake", "judge", "loss", "backward", "step")] + ["average"]
    for who, moved in moves.items():    # nobody but the one whose turn it is has moved
        assert {name for name, size in moved.items() if size} == {who}
    assert panel.boxes["view"].value == "operation" and panel.session.done == 1
    press(panel, "turn")
    assert panel.boxes["view"].value == "training" and panel.session.done == 2
    for key in ("sequence.step", "frame.step", "G.step", "average"):
        press(panel, "update")
        assert panel.walk.op.key == key and panel.boxes["view"].value == "operation"
    assert panel.session.done == 3 and read(shown(panel).rows[-1])[0][0] == 2    # rounds count from 0


def test_stage_1_operation_by_operation():
    panel = LiveVideo()
    for key in ("frames", "where", "what", "drawn", "loss", "backward", "step", "frames"):
        press(panel, "step")
        assert panel.walk.op.key == key and shown(panel).lit_code()
        if key in ("where", "loss"):
            values = [panel.walk.values[name].item() for name in
                      (("offset", "jitter") if key == "where" else ("redraw",))]
            assert [number for number, _ in read(panel.stage.sentence)][:len(values)] == pytest.approx(
                values, abs=6e-3)
    before = state(panel)
    press(panel, "step", "back")
    assert state(panel) == before


def test_offset_and_jitter_against_the_truth():
    place = 16 + 3 * torch.randn(5, 4, 1, 2, generator=torch.Generator().manual_seed(0))
    m = (place.squeeze(2) - 16) / 9
    exact = missed(m, place)
    assert exact["offset"] < 1e-5 and exact["jitter"] < 1e-5
    aside = missed(m + torch.tensor([3.0, 4.0]) / 9, place)    # 5 px aside in every frame
    assert aside["offset"].item() == pytest.approx(5, abs=1e-4) and aside["jitter"] < 1e-4
    shaken = missed(m + torch.tensor([1.0, -1, 1, -1]).view(1, 4, 1) / 9, place)    # ±1 px in x and in y
    assert shaken["offset"] < 1e-4 and shaken["jitter"].item() == pytest.approx((2 * 4 / 3) ** 0.5, rel=1e-4)


# --- any event, and its cost ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_any_events_leave_no_error(seed, monkeypatch):
    monkeypatch.setattr(codes, "CLIPS", 64)
    monkeypatch.setattr(live_session, "EVERY", 3)
    chance, panel = random.Random(seed), LiveVideo(1 + seed)
    notices = set()
    for _ in range(60):
        chance.choice([
            lambda: press(panel, chance.choice(["step", "turn", "back", "play", "play", "reset"])),
            lambda: tick(panel), lambda: tick(panel), lambda: press(panel, *4 * ["step"]),
            lambda: choose(box := chance.choice([*panel.boxes.values(), panel.speed]),
                           chance.randrange(len(box.options))),
            lambda: press(panel, chance.choice(["measure", "again", "undo", "update"])),
            lambda: setattr(panel.film, "value", not panel.film.value),
            lambda: panel.scrubber.set_state(
                {"value": chance.randint(panel.scrubber.min, panel.scrubber.max)}),
            lambda: send(panel, type="key", key=chance.choice(["step", "back", "play"])),
            lambda: send(panel, type="click", x=chance.uniform(0, 940), y=chance.uniform(0, 470))])()
        shown(panel)
        notices.add(panel.stage.notice)
        assert panel.boxes["level"].value == panel.session.level
        assert panel.boxes["memory"].value == (panel.session.pending or panel.session.game.choice).memory
        assert panel.scrubber.value == panel.walk.turn
    assert notices <= {"", MESSAGES["no_own_stage"], MESSAGES["nothing_to_undo"]}


def test_pictures_cost_little_beyond_the_engine_and_can_be_rasterised():
    panel = at_stage_2(start="trained")
    press(panel, "turn")
    for level in (2, 1):
        panel.boxes["level"].value = level
        for view in ("training", "operation"):
            panel.boxes["view"].value = view
            spent = []
            for _ in range(5):
                began = time.process_time()
                panel.redraw()
                spent.append(time.process_time() - began)
            assert statistics.median(spent) <= 0.06
            assert panel.picture()[:4] == b"\x89PNG"


def test_a_picture_computes_no_longer_than_it_should():
    panel = at_stage_2()
    press(panel, "play")
    settled, spent = 0, []
    while settled < 12:
        began = time.process_time()
        tick(panel)
        spent.append(time.process_time() - began)
        settled += not panel.session.jobs
    assert statistics.median(spent) < LONGEST + 0.1
