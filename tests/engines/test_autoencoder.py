"""Stage 1 against truth: pasting by brute force, eyes made by hand, gradients, the digits' true places."""

import signal
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck
from torch.nn.functional import avg_pool2d

from helpers.errors import CourseError
from helpers.snapshots import snapshot
from helpers.steps import Op
from helpers.training import Training
from helpers.video import autoencoder
from helpers.video.autoencoder import FrameAutoencoder, FrameLearner, corner, missed, places, redraw_error
from helpers.video.moving_digits import CANVAS, SIDE, MovingDigits, crop, paste
from tests.engines.bits import bits, seeded

torch.set_num_threads(1)
WHOLE, ODD = torch.tensor([3.0, 11.0]), torch.tensor([4.37, 8.81])


@pytest.fixture(scope="module")
def data() -> MovingDigits:
    return MovingDigits()


@pytest.fixture(scope="module")
def test_clips():
    return MovingDigits(train=False).sample(60, seeded(5), 4)


# --- putting and reading pictures at real-numbered places --------------------------------------------------


def by_hand(sprite: Tensor, x: float, y: float) -> Tensor:
    """Each pixel shared out among its four neighbours on a grid of half pixels, then the mean of 2 × 2."""
    fine = torch.zeros(2 * CANVAS, 2 * CANVAS, dtype=torch.float64)
    for row in range(2 * SIDE):
        for column in range(2 * SIDE):
            down, right = 2 * y + row, 2 * x + column
            for j in (int(down // 1), int(down // 1) + 1):
                for i in (int(right // 1), int(right // 1) + 1):
                    if 0 <= j < 2 * CANVAS and 0 <= i < 2 * CANVAS:
                        fine[j, i] += (1 - abs(down - j)) * (1 - abs(right - i)) * sprite[row, column].item()
    return avg_pool2d(fine[None, None], 2)[0, 0]


@pytest.mark.parametrize("place", [(0.0, 0.0), (18.0, 18.0), (7.5, 3.0), (4.37, 8.81), (-3.3, 22.9)])
def test_pasting_is_bilinear_interpolation_and_a_mean_of_four(place):
    sprite = torch.rand(28, 28, generator=seeded(), dtype=torch.float64)
    drawn = paste(sprite, torch.tensor(place, dtype=torch.float64))
    torch.testing.assert_close(drawn, by_hand(sprite, *place), rtol=0, atol=1e-12)


def test_at_whole_places_the_picture_is_the_plain_mean_of_four_and_comes_back_doubled():
    sprite = torch.rand(28, 28, generator=seeded())
    drawn = paste(sprite, WHOLE)
    small = avg_pool2d(sprite[None, None], 2)[0, 0]
    torch.testing.assert_close(drawn[11:25, 3:17], small)
    assert drawn.sum().item() == pytest.approx(small.sum().item(), rel=1e-5)    # and nothing elsewhere
    torch.testing.assert_close(crop(drawn, WHOLE), small.repeat_interleave(2, 0).repeat_interleave(2, 1))


@pytest.mark.parametrize("reach", [(0.0, 18.0), (-10.0, 30.0)])
def test_reading_is_four_times_the_adjoint_of_pasting(reach):
    """⟨paste(s), f⟩ = ¼⟨s, crop(f)⟩ for every s and f, beyond the walls too."""
    rng = seeded(1)
    sprite = torch.randn(5, 28, 28, generator=rng, dtype=torch.float64)
    frame = torch.randn(5, CANVAS, CANVAS, generator=rng, dtype=torch.float64)
    where = reach[0] + (reach[1] - reach[0]) * torch.rand(5, 2, generator=rng, dtype=torch.float64)
    left, right = (paste(sprite, where) * frame).sum((1, 2)), (sprite * crop(frame, where)).sum((1, 2)) / 4
    torch.testing.assert_close(left, right, rtol=1e-12, atol=1e-12)


def test_ink_is_kept_and_its_centre_goes_where_it_was_sent():
    """The mean of 2 × 2 moves each half pixel's ink by ¼ px, one to the left, its neighbour to the right."""
    rng = seeded(2)
    ramp = torch.linspace(0, 1, 28).view(1, 28, 1).expand(40, 28, 28)    # smooth: the two nearly cancel
    where = 18 * torch.rand(40, 2, generator=rng)
    drawn = paste(ramp, where)
    torch.testing.assert_close(drawn.sum((1, 2)), ramp.sum((1, 2)) / 4)
    torch.testing.assert_close(centre(drawn), where + centre(ramp) / 2, rtol=0, atol=0.01)
    digits = MovingDigits(train=False).images[:40] / 255
    torch.testing.assert_close(centre(paste(digits, where)), where + centre(digits) / 2, rtol=0, atol=0.03)


def centre(pictures: Tensor) -> Tensor:
    """The centre of mass [N, 2] of pictures [N, S, S], in their own pixels."""
    line, ink = torch.arange(pictures.shape[-1]) + 0.5, pictures.sum((1, 2)).unsqueeze(1)
    return torch.stack((pictures.sum(1) @ line, pictures.sum(2) @ line), 1) / ink


def test_gradients_of_pasting_and_reading_are_those_of_finite_differences():
    rng = seeded(3)
    sprite = torch.randn(28, 28, generator=rng, dtype=torch.float64, requires_grad=True)
    frame = torch.randn(CANVAS, CANVAS, generator=rng, dtype=torch.float64, requires_grad=True)
    where = ODD.double().requires_grad_()
    weights = torch.randn(CANVAS, CANVAS, generator=rng, dtype=torch.float64)
    assert gradcheck(lambda s, at: (paste(s, at) * weights).sum(), (sprite, where))
    assert gradcheck(lambda f, at: (crop(f, at) * weights[:28, :28]).sum(), (frame, where))


# --- what and where ----------------------------------------------------------------------------------------


def test_motion_codes_run_from_wall_to_wall():
    m = torch.tensor([[-1.0, 1.0], [0.0, 0.5]])
    assert corner(m).tolist() == [[0, CANVAS - SIDE], [9, 13.5]]
    assert torch.equal(places(m), corner(m) + SIDE / 2)
    path = torch.tensor([[[[16.0, 7.0]], [[20.0, 25.0]]]])    # two frames of one digit
    perfect = missed((path.squeeze(2) - CANVAS / 2) / autoencoder.REACH, path)
    assert max(value.item() for value in perfect.values()) < 1e-5
    shifted = missed((path.squeeze(2) + torch.tensor([3.0, 4.0]) - CANVAS / 2) / autoencoder.REACH, path)
    assert shifted["offset"].item() == pytest.approx(5, abs=1e-5) and shifted["jitter"].item() < 1e-5
    shaken = missed((path.squeeze(2) + torch.tensor([[1.0, 0], [-1, 0]]) - CANVAS / 2) / autoencoder.REACH,
                    path)    # ±1 px: the variance of two values is 2
    assert shaken["offset"].item() < 1e-5 and shaken["jitter"].item() == pytest.approx(2**0.5, abs=1e-5)


@torch.no_grad()
def with_eye(brightness: float) -> FrameAutoencoder:
    """An eye that lights up where the frame does, `brightness` times."""
    net = FrameAutoencoder(8)
    for layer, weight in ((net.eye[0], 1.0), (net.eye[2], brightness)):
        layer.weight.zero_()
        layer.bias.zero_()
        layer.weight[0, 0, 2, 2] = weight
    return net


def test_an_eye_made_by_hand_finds_the_pixel():
    frames = torch.zeros(2, 3, 1, CANVAS, CANVAS)
    spots = torch.tensor([[[0, 0], [31, 5], [16, 30]], [[7, 25], [12, 12], [31, 31]]])    # column and row
    for n, t in ((n, t) for n in range(2) for t in range(3)):
        column, row = spots[n, t].tolist()
        frames[n, t, 0, row, column] = 1
    found = places(with_eye(100).where(frames))
    torch.testing.assert_close(found, spots + 0.5, rtol=0, atol=1e-5)
    torch.testing.assert_close(with_eye(100).heat(frames), frames.squeeze(2), rtol=0, atol=1e-6)
    both = frames[:, :1].maximum(frames[:, 1:2])    # two equal lights: the middle
    torch.testing.assert_close(places(with_eye(100).where(both)), found[:, :2].mean(1, keepdim=True),
                               rtol=0, atol=1e-5)
    assert with_eye(0).where(frames).abs().max() < 1e-5    # a blind eye: the middle of the frame


def test_the_content_is_the_mean_over_the_clip_and_each_frame_has_its_own_place(test_clips):
    net, frames = FrameAutoencoder(8, seed=1), test_clips.frames[:5]
    c, m = net.encode(frames)
    assert (c.shape, m.shape) == ((5, 16), (5, 4, 2))
    single = [net.encode(frames[:, t:t + 1]) for t in range(4)]
    torch.testing.assert_close(c, torch.stack([one for one, _ in single]).mean(0))
    torch.testing.assert_close(m, torch.cat([one for _, one in single], 1))
    assert net.decode(c, m).shape == frames.shape
    seen = crop(frames[2, 3, 0], corner(m[2, 3])).flatten()    # the window, by hand
    torch.testing.assert_close(net.what(frames[2:3, 3:], m[2:3, 3:])[0], net.describe(seen))


def test_moving_the_code_moves_the_drawing_and_changes_nothing_else():
    net, c = FrameAutoencoder(8), torch.randn(3, 16, generator=seeded())
    m = torch.zeros(3, 1, 2)
    moved = m + torch.tensor([2.0, -3.0]) / autoencoder.REACH    # px to the right, px up
    drawn = net.decode(c, m).roll((-3, 2), (3, 4))
    torch.testing.assert_close(net.decode(c, moved), drawn, rtol=0, atol=1e-5)


@pytest.mark.parametrize("ink", [0.0, 1.0])
def test_an_inked_pixels_error_weighs_nine_times_an_empty_ones(ink):
    frames = torch.full((2, 3, 1, 4, 4), ink)
    assert redraw_error(frames + 0.5, frames).item() == pytest.approx(0.25 * (1 + 8 * ink))
    half = frames.clone()
    half[..., :2] = 1 - ink    # half of each: (1 + 9)/2 · d²
    assert redraw_error(half - 0.5, half).item() == pytest.approx(0.25 * 5)


def test_gradients_of_the_whole_network_are_those_of_finite_differences(test_clips):
    net, frames = FrameAutoencoder(6, seed=2).double(), test_clips.frames[:3].double()

    def loss() -> Tensor:
        m = net.where(frames)
        return redraw_error(net.decode(net.what(frames, m), m), frames)

    loss().backward()
    for seed, (name, weight) in enumerate(net.named_parameters()):
        way = torch.randn(weight.shape, generator=seeded(seed), dtype=torch.float64)
        with torch.no_grad():
            ends = []
            for sign in (1, -1):
                weight += sign * 1e-6 * way
                ends.append(loss().item())
                weight -= sign * 1e-6 * way
        slope = (weight.grad * way).sum().item()
        assert slope != 0
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(slope, rel=1e-3, abs=1e-8), name


@pytest.mark.parametrize(("frames", "key", "facts"), [
    (torch.zeros(1, 2, 1, 28, 28), "frames_size", {"found": 28, "wanted": 32}),
    (torch.zeros(1, 2, 3, 32, 32), "frames_grey", {"channels": 3}),
    (torch.zeros(1, 2, 1, 32, 32, dtype=torch.uint8), "frames_kind", {"kind": "uint8"}),
    (torch.zeros(1, 2, 1, 32, 32, dtype=torch.complex64), "frames_kind", {"kind": "complex64"}),
    (torch.zeros(1, 2, 1, 32, 32).numpy(), "frames_kind", {"kind": "ndarray"}),
    (torch.zeros(2, 1, 32, 32), "frames_shape", {"shape": (2, 1, 32, 32)}),
    (torch.zeros(1, 0, 1, 32, 32), "frames_shape", {"shape": (1, 0, 1, 32, 32)}),
    (torch.zeros(1, 2, 1, 32, 30), "frames_shape", {"shape": (1, 2, 1, 32, 30)}),
    ([[0.0]], "frames_shape", {"shape": ()})], ids=lambda value: value if isinstance(value, str) else "")
def test_other_frames_are_refused_by_name(frames, key, facts):
    with pytest.raises(CourseError) as caught:
        FrameAutoencoder(8).encode(frames)
    assert (caught.value.key, caught.value.facts) == (key, facts)
    assert all(str(value) in str(caught.value) for value in facts.values())


# --- training ----------------------------------------------------------------------------------------------


def test_weights_are_of_their_own_seed_and_torchs_generator_is_left_alone(data):
    before = torch.get_rng_state()
    one, again, other = FrameLearner(data, 1, 8), FrameLearner(data, 1, 8), FrameLearner(data, 2, 8)
    list(one.turn())
    list(again.turn())
    assert torch.equal(torch.get_rng_state(), before)
    assert bits(one.state_dict()) == bits(again.state_dict())
    assert bits(FrameLearner(data, 1, 8).net.state_dict()) != bits(other.net.state_dict())


def test_seventy_steps_find_the_digits_that_nobody_pointed_out(data, test_clips):
    """And draw them better than an empty frame, in a window of test digits never seen."""
    learner = FrameLearner(data, 3, 64)

    @torch.no_grad()
    def measured() -> tuple[float, float, float]:
        c, m = learner.net.encode(test_clips.frames)
        off, shaken = (value.item() for value in missed(m, test_clips.place).values())
        return off, shaken, redraw_error(learner.net.decode(c, m), test_clips.frames).item()

    before = measured()
    training = Training(learner, plan=autoencoder.STEPS).run(70, show=False)
    after = measured()
    assert before[1] > 1.5 and after[1] < 0.3    # px, of a digit that covers 1.0 to 2.5 a frame
    assert before[0] > 5 and after[0] < 1.5
    empty = redraw_error(torch.zeros_like(test_clips.frames), test_clips.frames).item()
    assert after[2] < 0.5 * empty
    assert sum(training.history["jitter"][-5:]) < 0.2 * sum(training.history["jitter"][:5])


def test_interrupted_and_gone_on_is_the_training_that_was_not(data, monkeypatch):
    monkeypatch.setattr(autoencoder, "CLIPS", 4)
    whole = Training(FrameLearner(data, 1, 8), plan=6).run(show=False)
    broken = Training(FrameLearner(data, 1, 8), plan=6)
    turn = broken.engine.turn

    def stopped() -> Iterator[Op]:
        for n, op in enumerate(turn()):
            if n == 3 and broken.step == 2:
                signal.raise_signal(signal.SIGINT)
            yield op

    monkeypatch.setattr(broken.engine, "turn", stopped)
    broken.run(show=False)
    assert broken.interrupted and broken.step == 3
    broken.run(show=False)
    assert bits(broken.engine.state_dict()) == bits(whole.engine.state_dict())
    assert broken.history == whole.history


def test_a_state_put_into_another_learner_goes_on_bit_for_bit(data, monkeypatch):
    monkeypatch.setattr(autoencoder, "CLIPS", 4)
    one, other = FrameLearner(data, 1, 8), FrameLearner(data, 2, 8)
    list(one.turn())
    other.load_state_dict(snapshot(one.state_dict()))
    for _ in range(3):
        assert [bits(dict(op.values)) for op in one.turn() if op.key in ("frames", "loss")] == [
            bits(dict(op.values)) for op in other.turn() if op.key in ("frames", "loss")]
    assert bits(one.state_dict()) == bits(other.state_dict())


def test_the_rate_rises_for_a_tenth_of_the_plan_and_falls_to_nothing(data):
    learner, rates = FrameLearner(data, width=8), []
    for percent in range(101):
        learner.tune(percent / 100)
        rates.append(learner.opt.param_groups[0]["lr"])
    top = rates.index(max(rates))
    assert rates[:top + 1] == sorted(rates[:top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert 5 <= top <= 10 and 0 < rates[0] < 0.1 * rates[top] and rates[-1] == pytest.approx(0)
