"""The metrics of clips against closed forms, paths and pictures made by hand, and real clips' own truth."""

import math

import pytest
import torch
from torch import Tensor

from helpers import digits
from helpers.errors import CourseError
from helpers.video import metrics
from helpers.video.metrics import Content, Reference, Report, centres, motion, w1, windows
from helpers.video.moving_digits import CANVAS, SIDE, MovingDigits, paste

torch.set_num_threads(1)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def data() -> MovingDigits:
    return MovingDigits(train=False)


@pytest.fixture(scope="module")
def clips(data):
    return data.sample(300, seeded(3))


@pytest.fixture(scope="module")
def real(clips) -> Reference:
    return Reference(clips.frames)


# --- places ------------------------------------------------------------------------------------------------


def test_a_pixels_centre_is_its_middle_and_an_empty_frames_the_middle_of_the_canvas():
    frames = torch.zeros(1, 4, 1, CANVAS, CANVAS)
    frames[0, 0, 0, 5, 20] = 1
    frames[0, 1, 0, 0, 0] = 0.3
    frames[0, 2, 0, 10, [4, 9]] = torch.tensor([0.5, 1.0])    # what lies above .25 weighs: 1 : 3
    found = centres(frames)[0]
    expected = torch.tensor([[20.5, 5.5], [0.5, 0.5], [(4.5 + 3 * 9.5) / 4, 10.5], [16, 16]])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-3)
    assert torch.equal(centres(frames + 0.2)[0, 3], found[3])    # what is pale counts as paper


def test_pasted_blocks_are_found_where_they_are():
    """A full square: at whole places exactly; elsewhere but for its edges, whose paler side is cut off."""
    sprite, rng = torch.ones(28, 28), seeded()
    whole = torch.randint(0, 19, (6, 5, 2), generator=rng).float()
    torch.testing.assert_close(centres(paste(sprite, whole).unsqueeze(2)), whole + 7, rtol=0, atol=1e-3)
    where = 18 * torch.rand(6, 5, 2, generator=rng)
    torch.testing.assert_close(centres(paste(sprite, where).unsqueeze(2)), where + 7, rtol=0, atol=0.1)


def test_the_estimator_follows_real_digits_to_a_fraction_of_a_pixel(clips):
    """Ink is not centred in a digit's square: that shifts a whole clip, and says nothing of its motion."""
    truth = motion(clips.place.squeeze(2))
    found = motion(centres(clips.frames))
    apart = found.place - truth.place
    assert (apart - apart.mean(1, keepdim=True)).square().mean().sqrt() < 0.1
    assert (found.velocity - truth.velocity).square().mean().sqrt() < 0.15
    assert found.speed.mean().item() == pytest.approx(truth.speed.mean().item(), rel=0.02)
    assert found.cosine == pytest.approx(truth.cosine, abs=0.01)


# --- motion ------------------------------------------------------------------------------------------------


def turning(angle: float, frames: int = 16) -> Tensor:
    """A path of steps of 1.5 px, each turned against the one before: [1, frames, 2]."""
    heading = torch.arange(frames) * angle
    return 16 + torch.stack((heading.cos(), heading.sin()), 1).mul(1.5).cumsum(0).unsqueeze(0)


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 120, 180])
def test_the_cosine_of_a_path_that_turns_is_that_of_its_angle(degrees):
    moved = motion(turning(math.radians(degrees)))
    assert moved.cosine == pytest.approx(math.cos(math.radians(degrees)), abs=1e-5)
    torch.testing.assert_close(moved.speed, torch.full_like(moved.speed, 1.5))
    chord = 3 * math.sin(math.radians(degrees) / 2)    # of two steps of 1.5
    change = moved.acceleration.norm(dim=2)
    torch.testing.assert_close(change, torch.full((1, 14), chord), rtol=1e-4, atol=1e-4)


def test_the_differences_and_the_spread_are_the_plain_ones():
    place = torch.tensor([[[0.0, 0], [1, 2], [4, 2]], [[5, 5], [5, 5], [2, 9]]])
    moved = motion(place)
    assert moved.velocity.tolist() == [[[1, 2], [3, 0]], [[0, 0], [-3, 4]]]
    assert moved.acceleration.tolist() == [[[2, -2]], [[-3, 4]]]
    spread = [math.sqrt(sum((v - sum(row) / 6)**2 for v in row) / 5) for row in place.view(6, 2).T.tolist()]
    assert moved.spread == pytest.approx(sum(spread) / 2)


def test_what_stands_still_has_no_direction():
    walk, still = turning(0.0), 9 + 1e-5 * torch.randn(1, 16, 2, generator=seeded())
    both = motion(torch.cat((walk, still)))
    assert both.cosine == pytest.approx(1, abs=1e-5)
    stops = torch.cat((walk, walk[:, -1:] + 1e-5 * torch.randn(1, 15, 2, generator=seeded(1))), 1)
    assert motion(stops).cosine == pytest.approx(1, abs=1e-4)
    assert math.isnan(motion(still).cosine)


@pytest.mark.parametrize("draw", [torch.randn, torch.rand], ids=["normal", "uniform"])
def test_independent_places_turn_back_more_often_than_not(draw):
    """Normal: two steps correlate by −½, whence E cos = −(π/8)·₂F₁(½, ½; 2; ¼) = −.4062; uniform: nearly so.

    The mean of a million cosines deviates by .0007; a distance of .004 is no chance.
    """
    series, term = 0.0, 1.0
    for k in range(40):
        series += term
        term *= (k + 0.5)**2 / ((k + 2) * (k + 1)) / 4
    normal = -math.pi / 8 * series
    assert normal == pytest.approx(-0.4062, abs=1e-4)
    found = motion(draw(1_000_000, 3, 2, generator=seeded(1))).cosine
    expected = normal if draw is torch.randn else -0.410    # by 4,000,000 other triples: −.4098
    assert found == pytest.approx(expected, abs=0.004)


# --- how far apart two distributions lie -------------------------------------------------------------------


def test_w1_of_shifts_scales_and_normals_is_the_closed_form():
    rng = seeded()
    values = torch.randn(30, 41, generator=rng)
    assert w1(values, values) == 0 and w1(values, values.flatten()[torch.randperm(1230, generator=rng)]) == 0
    for shift in (2.5, -0.75):
        assert w1(values, values + shift) == pytest.approx(abs(shift), abs=1e-5)
    even = torch.linspace(0, 1, 5001)    # uniform on [0, 1] and on [0, k]: ∫|k·q − q| dq = |k − 1|/2
    for k in (0.0, 0.5, 3.0):
        assert w1(even, k * even) == pytest.approx(abs(k - 1) / 2, abs=1e-3)
    assert w1(even, 1 - even) == pytest.approx(0, abs=1e-6)
    narrow, wide = torch.randn(200_000, generator=rng), 2 * torch.randn(150_000, generator=rng)
    assert w1(narrow, wide) == pytest.approx(math.sqrt(2 / math.pi), abs=0.02)    # E|z|
    assert w1(narrow, wide) == w1(wide, narrow)


def test_w1_is_the_mean_distance_of_the_sorted_values():
    rng = seeded(2)
    a, b = torch.rand(2000, generator=rng)**3, torch.randn(2000, generator=rng)
    assert w1(a, b) == pytest.approx((a.sort().values - b.sort().values).abs().mean().item(), abs=5e-3)
    assert w1(torch.tensor([3.0]), torch.tensor([1.0, 5.0])) == pytest.approx(1, abs=1e-3)    # mean |3 − u|


# --- content -----------------------------------------------------------------------------------------------


def test_windows_hold_the_digit_doubled_from_paper_to_ink():
    small = torch.rand(4, SIDE, SIDE, generator=seeded()).round()
    frames = torch.zeros(2, 2, 1, CANVAS, CANVAS)
    at = [[(0, 0), (18, 18)], [(5, 11), (10, 2)]]    # column and row of the top left
    for k, (n, t) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        column, row = at[n][t]
        frames[n, t, 0, row:row + SIDE, column:column + SIDE] = small[k]
    place = torch.tensor(at).float() + SIDE / 2
    seen = windows(frames, place + 0.3)    # the nearest whole pixel
    assert seen.shape == (4, 1, 28, 28) and seen.min() >= -1 and seen.max() <= 1
    flat = torch.nn.functional.avg_pool2d(seen, 2)    # bicubic blurs the edges: half the way is the line
    assert ((flat[:, 0] > 0) == (small > 0.5)).double().mean() > 0.97
    edge = windows(frames, torch.full((2, 2, 2), 99.0))    # beyond the wall: the last window
    assert torch.equal(edge[1], windows(frames, torch.full((2, 2, 2), 25.0))[1])


def test_labels_agreement_entropy_and_distance_are_the_counts_by_hand():
    labels = torch.tensor([[3, 3, 3, 3], [7, 7, 1, 7], [1, 0, 1, 1], [3, 3, 5, 5]])
    features = torch.zeros(4, 4, 64)
    features[1, :, 0] = torch.tensor([0.0, 3, 0, 0])     # three pairs of six lie 3 apart
    features[1, :, 1] = torch.tensor([0.0, 4, 0, 0])     # by both axes: 5
    seen = Content(features, labels)
    assert seen.label.tolist() == [3, 7, 1, 3]    # a tie is the smaller's
    assert seen.agreement == pytest.approx((4 + 3 + 3 + 2) / 16)
    assert seen.entropy == pytest.approx(0.5 * math.log(2) + 2 * 0.25 * math.log(4))
    assert seen.distance == pytest.approx(5 * 0.5 / 4)    # of four clips
    assert seen._replace(labels=torch.arange(10).view(10, 1)).entropy == pytest.approx(math.log(10))
    one = Content(features[:, :1], labels[:, :1])
    assert one.agreement == 1 and one.distance == 0    # a single frame agrees with itself


def test_a_long_clip_that_stands_still_has_no_distance_at_all():
    features = 3 * torch.rand(2, 1, 64, generator=seeded()).expand(2, 128, 64)
    assert Content(features, torch.zeros(2, 128, dtype=torch.long)).distance == 0
    shaken = features + 1e-3 * torch.randn(2, 128, 64, generator=seeded(1))
    apart = (shaken.double().unsqueeze(1) - shaken.double().unsqueeze(2)).norm(dim=3).sum((1, 2)).mean()
    found = Content(shaken, torch.zeros(2, 128, dtype=torch.long)).distance
    assert found == pytest.approx(apart.item() / (128 * 127), rel=1e-4)


def test_the_classifier_sees_the_real_clips_digits(clips, real):
    """MNIST's test digits at half size, anywhere: as it sees them whole, in 97 of 100."""
    right = (real.content.labels == clips.labels).double().mean().item()
    assert right > 0.97 and (real.content.label == clips.labels[:, 0]).double().mean() > 0.97
    share = torch.bincount(clips.labels.flatten(), minlength=10).double() / len(clips.labels)
    assert real.content.entropy == pytest.approx(-(share * share.log()).sum().item(), abs=0.05)
    given = metrics.content(clips.frames[:20], real.motion.place[:20])
    assert torch.equal(given.labels, real.content.labels[:20])


# --- reports -----------------------------------------------------------------------------------------------


def test_clips_compared_with_themselves_are_at_no_distance(clips, real):
    found = real.report(clips.frames)
    assert (found.speed, found.spread, found.speed_w1, found.acceleration_w1) == (1, 1, 0, 0)
    assert found.frechet == pytest.approx(0, abs=1e-3)
    assert found.cosine == real.motion.cosine and found.distance == real.content.distance


def test_other_real_clips_are_near_the_floor(data, real):
    """Two samples of 300 clips: tolerances of about four of their deviations."""
    found = real.report(data.sample(300, seeded(4)).frames)
    assert found.cosine == pytest.approx(real.motion.cosine, abs=0.03)
    assert found.speed == pytest.approx(1, abs=0.08) and found.spread == pytest.approx(1, abs=0.08)
    assert found.speed_w1 < 0.08 and found.acceleration_w1 < 0.06
    assert found.agreement > 0.98 and found.entropy > 2.2 and 0 < found.frechet < 12
    assert found.distance == pytest.approx(real.content.distance, rel=0.08)


def test_other_orders_and_speeds_move_only_the_numbers_that_they_should(clips, real):
    shuffled = real.report(clips.frames[:, torch.randperm(16, generator=seeded())])
    assert shuffled.cosine < 0 and shuffled.speed_w1 > 0.5 and shuffled.acceleration_w1 > 0.5
    assert shuffled.spread == pytest.approx(1, abs=1e-5) and shuffled.agreement == real.content.agreement
    assert shuffled.distance == pytest.approx(real.content.distance, rel=1e-4)
    assert abs(shuffled.frechet) < 1e-3
    still = real.report(clips.frames[:, :1].expand(-1, 16, -1, -1, -1))    # cannot move: the best content
    assert still.speed == 0 and still.distance < 1e-4 and still.agreement == 1
    assert still.speed_w1 == pytest.approx(1, abs=1e-3)    # as far as the whole mean speed
    slow = clips.frames[:, :8].repeat_interleave(2, 1)    # each frame twice
    assert 0.4 < real.report(slow).speed < 0.6
    black = real.report(torch.zeros(5, 16, 1, CANVAS, CANVAS))
    assert black.speed == 0 and black.spread == 0 and black.entropy == 0 and math.isnan(black.cosine)
    assert black.frechet > 100


@pytest.mark.parametrize(("frames", "key", "facts"), [
    (torch.zeros(2, 2, 1, 32, 32), "too_short", {"found": 2}),
    (torch.zeros(2, 1, 1, 32, 32), "too_short", {"found": 1}),
    (torch.zeros(2, 0, 1, 32, 32), "frames_shape", {"shape": (2, 0, 1, 32, 32)}),
    (torch.zeros(16), "frames_shape", {"shape": (16,)}),
    (None, "frames_shape", {"shape": ()}),
    (torch.zeros(2, 16, 3, 32, 32), "frames_grey", {"channels": 3}),
    (torch.zeros(2, 16, 1, 64, 64), "frames_size", {"found": 64, "wanted": 32}),
    (torch.zeros(2, 16, 1, 32, 32, dtype=torch.uint8), "frames_kind", {"kind": "uint8"}),
    (torch.zeros(2, 16, 1, 32, 32).numpy(), "frames_kind", {"kind": "ndarray"})],
    ids=["two", "one", "none", "flat", "nothing", "colour", "large", "whole numbers", "numpy"])
def test_what_cannot_be_measured_is_refused_by_name(real, frames, key, facts):
    with pytest.raises(CourseError) as caught:
        real.report(frames)
    assert (caught.value.key, caught.value.facts) == (key, facts)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_single_pixel_that_is_no_number_is_found(clips, real, value):
    frames = clips.frames[:3].clone()
    frames[2, 9, 0, 30, 5] = value
    for read in (real.report, centres, metrics.content):
        with pytest.raises(CourseError) as caught:
            read(frames)
        assert caught.value.key == "frames_finite" and "isfinite" in str(caught.value)


@pytest.mark.parametrize(("digits", "canvas"), [(1, 32), (2, 32), (1, 64)])
def test_frames_of_lesson_02s_scale_are_refused_with_the_way_back(digits, canvas):
    frames = MovingDigits(digits, canvas, train=False).sample(20, seeded(3)).frames
    signed = 2 * frames - 1
    for part in (signed, signed[3:4, 5:6]):
        with pytest.raises(CourseError) as caught:
            centres(part)
        assert caught.value.key == "frames_signed" and "`(quadros + 1) / 2`" in str(caught.value)
    torch.testing.assert_close(centres((signed + 1) / 2), centres(frames), rtol=0, atol=1e-4)


@pytest.mark.parametrize(("kind", "near"), [(torch.float64, 0), (torch.float16, 0.01)])
def test_other_real_numbers_are_read_as_the_courses_own(clips, real, kind, near):
    """NumPy's are of 64 bits; those of 16 tell 0 to 1 apart by .0005."""
    frames = clips.frames[:100]
    found, expected = real.report(frames.to(kind)), real.report(frames)
    assert found == pytest.approx(expected, rel=near, abs=near)
    assert centres(frames.to(kind)).dtype == torch.float32


@pytest.mark.parametrize("side", [1, 8, SIDE - 1])
def test_frames_too_small_for_a_digit_have_places_and_no_content(side):
    frames = torch.rand(1, 3, 1, side, side, generator=seeded())
    assert centres(frames).shape == (1, 3, 2)
    with pytest.raises(CourseError) as caught:
        metrics.content(frames)
    assert (caught.value.key, caught.value.facts) == ("frames_small", {"found": side, "least": SIDE})
    whole = torch.rand(1, 3, 1, SIDE, SIDE, generator=seeded())    # the window is the frame
    assert torch.equal(windows(whole, centres(whole)), windows(whole, torch.full((1, 3, 2), SIDE / 2)))


def test_a_report_names_its_numbers_once_and_the_courses_reference_is_of_test_digits():
    assert len(set(Report._fields)) == len(Report._fields)
    found = metrics.reference(60, 4)
    assert found is metrics.reference(60, 4) and found.motion.place.shape == (60, 4, 2)
    drawn = MovingDigits(train=False).sample(60, seeded(99), 4).frames
    assert torch.equal(found.motion.place, centres(drawn))
    rows = digits.moments(found.content.features.flatten(0, 1))
    assert all(map(torch.equal, found.moments, rows))
