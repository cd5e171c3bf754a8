"""Long rollouts: blocks are measured as clips are, paths say what frames show, a given frame goes on."""

import pytest
import torch

from helpers.video import horizon
from helpers.video.autoencoder import places
from helpers.video.metrics import centres, motion
from helpers.video.motion_gan import noise
from helpers.video.trained import rival, trained


@pytest.fixture(scope="module")
def model():
    return trained().model()


def straight(speed: float, clips: int = 3) -> torch.Tensor:
    """Places that go right at a steady speed, px a frame: [clips, 128, 2]."""
    way = speed * torch.arange(horizon.LENGTH).float()
    return torch.stack((way, torch.zeros_like(way)), 1).expand(clips, -1, -1)


def test_a_straight_path_s_drift_in_closed_form():
    cosine, speed = horizon.real()
    found = horizon.drift(straight(2.0))
    assert found.cosine == pytest.approx([1 - cosine] * horizon.TIMES, abs=1e-5)
    assert found.speed == pytest.approx([2.0 / speed - 1] * horizon.TIMES, abs=1e-4)


def test_only_the_block_that_stands_still_is_out():
    place = straight(horizon.real()[1]).clone()
    place[:, 48:64] = place[:, 48:49]
    found = horizon.drift(place)
    assert found.speed[3] == pytest.approx(-1) and abs(found.speed[2]) < 1e-4
    assert not found.within(3)


@pytest.mark.parametrize(("cosine", "speed", "inside"), [(0.06, 0.15, True), (-0.061, 0, False),
                                                         (0, -0.151, False), (-0.06, -0.15, True)])
def test_the_bounds_are_the_bounds(cosine, speed, inside):
    assert horizon.Drift((cosine,), (speed,)).within(0) is inside


def test_real_clips_do_not_age():
    found = horizon.floor(3)
    assert max(map(abs, found.cosine)) < 0.03 and max(map(abs, found.speed)) < 0.06


def test_paths_say_what_the_centres_of_the_frames_say(model):
    made = horizon.generated(model, seed=2).first
    assert made.frames.shape == (128, 32, 32) and made.path.shape == (128, 2)
    seen = motion(centres(made.frames.view(1, 128, 1, 32, 32)))
    told = motion(made.path.unsqueeze(0))
    inside = ((made.path > 8) & (made.path < 24)).all(1)    # where the canvas' edge cuts nothing off
    both = inside[1:] & inside[:-1]
    assert both.sum() > 30
    assert (seen.velocity - told.velocity)[0, both].norm(dim=1).mean() < 0.15


def test_the_clip_shown_is_the_first_of_those_measured(model):
    made, drawn = horizon.generated(model, 2, 0.5), horizon.warmed(horizon.CLIPS, 2, 0.5)
    with torch.no_grad():
        c, m = model.generator(drawn, hold=model.hold)
    assert made.drift == horizon.drift(places(m)) and torch.equal(made.first.path, places(m[0]))
    torch.testing.assert_close(made.first.frames, model.render(c[:1], m[:1])[0, :, 0])


def test_the_digits_are_read_once(monkeypatch):
    horizon.floor(0)
    monkeypatch.setattr(horizon, "MovingDigits", lambda **_: pytest.fail("read once more"))
    horizon.floor.cache_clear()
    assert horizon.floor(0) and horizon.true_clip(3)


@pytest.mark.parametrize("name", ["lstm", "gru", "pocket", "no_forget", "none"])
def test_measured_by_places_or_by_the_frames_ink_the_motion_is_the_same_but_for_thousandths(name):
    net = rival(name)
    with torch.no_grad():
        c, m = net.generator(noise(100, torch.Generator().manual_seed(1), 32), hold=net.hold)
        told, seen = motion(places(m)), motion(centres(net.render(c, m)))
    assert told.cosine == pytest.approx(seen.cosine, abs=0.004)
    assert told.speed.mean().item() == pytest.approx(seen.speed.mean().item(), rel=0.004)


def test_the_temperature_scales_the_noise_of_the_steps_only():
    cold, warm = horizon.warmed(4, 1, 0.0), horizon.warmed(4, 1, 2.0)
    plain = noise(4, torch.Generator().manual_seed(1), horizon.LENGTH)
    assert torch.equal(cold.content, plain.content) and torch.equal(warm.motion, plain.motion)
    assert not cold.steps.any() and torch.equal(warm.steps, 2 * plain.steps)


def test_the_shipped_lstm_stays_within_and_no_memory_does_not(model):
    found, without = (horizon.generated(one, 0).drift for one in (model, rival("none")))
    assert all(found.within(k) for k in range(4))    # frames 49 to 64: what the issue asks for
    assert not any(without.within(k) for k in range(8)) and max(without.cosine) < -0.8


def test_a_given_frame_is_where_it_goes_on(model):
    truth = horizon.true_clip(5)
    made = horizon.continued(model, truth, seed=1)
    with torch.no_grad():
        found = places(model.autoencoder.where(truth.frames[:1].view(1, 1, 1, 32, 32)))[0, 0]
    torch.testing.assert_close(made.path[0], found)
    assert (made.path[0] - truth.path[0]).norm() < 2
    other = horizon.continued(model, truth, seed=2)
    assert torch.equal(other.path[0], made.path[0]) and not torch.allclose(other.path[1:], made.path[1:])
    assert (made.frames[0] - truth.frames[0]).abs().mean() < 0.05
    whole = model.go_on(truth.frames[:1].view(1, 1, 1, 32, 32), horizon.warmed(1, 1, 1.0))
    assert torch.equal(made.frames, whole[0, :, 0])
