"""Treine ao vivo between rounds: measuring, other games and their undo, encoding, and what goes wrong."""

import numpy as np
import pytest
import torch

from helpers import digits
from helpers.errors import MESSAGES
from helpers.video import codes, game, live, live_session, metrics
from helpers.video.autoencoder import FrameLearner
from helpers.video.game import VideoGame
from helpers.video.live_jobs import CLIPS, PART, marks_2
from helpers.video.motion_gan import noise
from helpers.video.moving_digits import MovingDigits
from helpers.video.panels import LiveVideo, live_words
from helpers.video.trained import trained
from tests.panels.live_shown import at_stage_2, nets, press, settle, shown, texts, tick, tuned
from tests.panels.shown import assert_numbers, fingerprint, state

# --- what is measured ------------------------------------------------------------------------------------


def test_what_is_measured_is_what_numpy_finds_on_the_same_clips():
    panel = at_stage_2(start="trained")
    press(panel, "measure")
    assert panel.stage.playing
    settle(panel)
    rng, model = torch.Generator().manual_seed(live.SEED), trained().model()
    frames = torch.cat([model(noise(PART, rng)) for _ in range(CLIPS // PART)])
    place = metrics.centres(frames)
    v = np.diff(place.numpy(), axis=1)
    speed = np.hypot(*v.transpose(2, 0, 1))
    cosine = (v[:, :-1] * v[:, 1:]).sum(2) / (speed[:, :-1] * speed[:, 1:])
    labels = digits.look(metrics.windows(frames, place)).labels.view(CLIPS, -1).mode(1).values
    shares = np.bincount(labels, minlength=10) / CLIPS
    true = [cosine.mean(), speed.mean(), place.numpy().reshape(-1, 2).std(0).mean(),
            -sum(share * np.log(share) for share in shares if share)]
    assert panel.session.history[0] == pytest.approx(true, rel=2e-3)
    bold = [e for e in shown(panel).texts if e.get("font-weight") == "bold" and e.get("text-anchor") == "end"]
    assert_numbers(" ".join("".join(e.itertext()) for e in bold), list(panel.session.history[0]))
    real, iid = marks_2()["real"], marks_2()["iid"]
    assert real.cosine > 0.8 and iid.cosine < 0    # a straight way; places drawn anew
    press(panel, "measure")
    assert not panel.stage.playing and live_words.NEWS["measured"] in panel.stage.sentence


def test_playing_measures_on_the_way_and_a_pause_halts_the_measuring(monkeypatch):
    monkeypatch.setattr(live_session, "EVERY", 4)
    panel = at_stage_2()
    panel.walk.run(3)
    press(panel, "play")
    tick(panel)
    assert panel.session.done == 4 and not panel.session.jobs    # it stops at the round to be measured
    tick(panel)
    press(panel, "play")
    assert not panel.stage.playing and panel.session.jobs and "medindo" in " ".join(texts(panel))
    before = panel.session.jobs[-1][1].share
    tick(panel, 3)    # a tick that was under way when the learner paused
    assert panel.session.jobs[-1][1].share == before
    press(panel, "play")
    while panel.session.done == 4:
        tick(panel)
    assert set(panel.session.history) == {4} and panel.stage.playing
    press(panel, "play", "measure", "step")
    assert not panel.session.jobs and panel.stage.sentence.startswith(live_words.NEWS["given_up"])


def test_what_is_compared_with_is_measured_once_for_all_panels():
    marks_2.cache_clear()
    for names in (["real", "iid", "made"], ["made"]):
        panel = at_stage_2()
        press(panel, "measure")
        assert [name for name, _ in panel.session.jobs] == names
        settle(panel)
    assert set(marks_2()) == {"real", "iid"}


# --- other games -----------------------------------------------------------------------------------------


def test_a_change_begins_a_new_game_and_undo_brings_the_old_one_back_exactly():
    panel = at_stage_2()
    press(panel, "turn", "turn", "step", "step", "step")
    before, screen = state(panel), panel.stage.svg
    panel.boxes["memory"].value = "gru"
    assert panel.session.plan.engine.G.memory == "gru" and panel.session.done == 0
    assert panel.stage.sentence.startswith(live_words.NEWS["memory"].format(memory="GRU"))
    panel.boxes["without"].value = "frame"
    assert panel.session.plan.engine.critics == ("sequence",) and panel.boxes["memory"].value == "gru"
    press(panel, "again")
    assert panel.session.game.choice.seed == 1
    press(panel, "undo", "undo", "undo")
    assert state(panel) == before and panel.boxes["memory"].value == "lstm"
    panel.boxes["view"].value = "operation"
    assert panel.stage.svg == screen
    assert panel.actions["undo"].disabled
    press(panel, "undo")
    assert panel.stage.notice == MESSAGES["nothing_to_undo"] and panel.errors == 0


@pytest.mark.parametrize("level", [1, 2])
def test_games_laid_by_take_little_memory_and_come_back_where_they_stopped(level):
    panel = LiveVideo(level)
    press(panel, *["turn"] * 6, "step", "step")
    before = state(panel)
    for _ in range(live_session.UNDONE):
        press(panel, "again", "turn", "turn")
    session, data = panel.session, panel.session.first.engine.engine.data
    laid_by = [first if level == 1 else game.walk for first, game, _ in session.past]
    assert [len(walk.keyframes) for walk in laid_by] == [1] * live_session.UNDONE
    assert all(first.engine.engine.data is data for first, *_ in session.past)    # 47 MB, read once
    press(panel, *["undo"] * live_session.UNDONE)
    assert state(panel) == before and panel.errors == 0
    press(panel, "back", "back", "back")
    assert panel.walk.turn == 6 and panel.errors == 0


def test_the_trained_end_point_is_an_lstm_with_both_critics_only():
    panel = at_stage_2(memory="gru", without="frame", start="trained")
    assert [panel.boxes[name].value for name in ("memory", "without")] == ["lstm", live_words.NOBODY]
    assert panel.session.plan.engine.steps == game.STEPS
    panel.boxes["without"].value = "sequence"
    assert panel.boxes["start"].value == "scratch" and panel.session.plan.engine.steps == 0
    assert panel.stage.sentence.startswith(live_words.NEWS["only_scratch"])


def test_stage_2_on_ones_own_stage_1(monkeypatch):
    monkeypatch.setattr(codes, "CLIPS", 256)
    panel = LiveVideo()
    panel.boxes["level"].value = 2
    panel.boxes["start"].value = "own"
    assert panel.stage.notice == MESSAGES["no_own_stage"] and panel.boxes["start"].value == "scratch"
    panel.boxes["level"].value = 1
    press(panel, "turn")
    own = fingerprint(panel.walk.engine.engine.net)
    panel.boxes["level"].value = 2
    old = panel.session.game
    panel.boxes["start"].value = "own"
    tick(panel)
    press(panel, "play")    # halts it
    assert panel.session.game is old and "codificando" in " ".join(texts(panel))
    assert panel.boxes["start"].value == "own"
    press(panel, "step")    # leaves it
    assert panel.boxes["start"].value == "scratch" and not panel.session.jobs
    panel.boxes["start"].value = "own"
    settle(panel)
    source = panel.session.game.source
    assert fingerprint(source.autoencoder) == own and panel.session.game.choice.start == "own"
    wanted = codes.encode(source.autoencoder, MovingDigits(), clips=64)    # the first part's clips
    assert torch.allclose(source.codes.motion[:64], wanted.motion)
    assert len(source.codes.content) == 256 and panel.session.plan.engine.codes is source.codes
    panel.boxes["memory"].value = "none"
    assert panel.session.game.source is source
    press(panel, "turn")
    shown(panel)


def test_what_is_chosen_while_it_encodes_is_for_the_game_to_come(monkeypatch):
    monkeypatch.setattr(codes, "CLIPS", 256)
    panel = LiveVideo()
    press(panel, "turn")
    panel.boxes["level"].value = 2
    old = panel.session.game
    panel.boxes["start"].value = "own"
    tick(panel)
    encoding = panel.session.jobs[0][1]
    panel.boxes["memory"].value = "none"
    panel.boxes["without"].value = "frame"
    press(panel, "again")
    assert panel.session.jobs[0][1] is encoding and panel.session.game is old and panel.stage.playing
    assert [panel.boxes[name].value for name in ("start", "memory", "without")] == ["own", "none", "frame"]
    assert panel.stage.sentence.startswith(live_words.NEWS["encoding"])
    settle(panel)
    engine = panel.session.plan.engine
    assert panel.session.game.choice == live.Choice("own", "none", "frame", seed=1)
    assert engine.G.memory == "none" and engine.critics == ("sequence",)
    assert panel.session.game.source.autoencoder is encoding.net
    press(panel, "undo")
    assert panel.session.game is old and shown(panel)


def test_leaving_an_encoding_is_said(monkeypatch):
    monkeypatch.setattr(codes, "CLIPS", 256)
    panel = LiveVideo()
    press(panel, "turn")
    panel.boxes["level"].value = 2
    old = panel.session.game
    for leave in (lambda: press(panel, "undo"), lambda: setattr(panel.boxes["level"], "value", 1)):
        panel.boxes["level"].value = 2
        panel.boxes["start"].value = "own"
        leave()
        assert panel.stage.sentence.startswith(live_words.NEWS["given_up"])
        assert panel.session.game is old and not panel.session.jobs and not panel.session.past
    assert panel.boxes["start"].value == "scratch" and panel.errors == 0


# --- what goes wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2])
def test_a_number_that_is_none_returns_to_the_last_good_state(level):
    panel = LiveVideo(level)
    press(panel, "turn", "turn")
    before, engine = state(panel), panel.session.plan.engine
    poisoned = nets(engine)[0]
    with torch.no_grad():
        next(poisoned.parameters()).fill_(float("nan"))
    press(panel, "turn")
    assert "deixou de ser um número finito" in panel.stage.notice and panel.errors == 0
    assert state(panel)[1] == before[1]
    press(panel, "turn")
    assert panel.stage.notice == "" and panel.session.done == 3
    bare = tuned(FrameLearner(MovingDigits()) if level == 1 else VideoGame(trained().codes), 3,
                 panel.session.plan.steps)
    assert fingerprint(*nets(bare)) == fingerprint(*nets(panel.session.plan.engine))


@pytest.mark.parametrize("level", [1, 2])
def test_the_plan_ends(level):
    panel = LiveVideo(level)
    panel.session.plan.steps = 3
    press(panel, "play")
    settle(panel)
    assert panel.session.done == 3 and live_words.NEWS["over"] in panel.stage.sentence
    before = state(panel)
    press(panel, "turn")
    assert panel.stage.notice == MESSAGES["plan_over"].format(steps=3) and panel.errors == 0
    assert state(panel) == before
