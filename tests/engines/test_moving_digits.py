"""Moving digits against a ball that is followed step by step, and against what the pixels themselves say."""

import pytest
import torch

from helpers.errors import CourseError
from helpers.video.moving_digits import CANVAS, PART, SIDE, SPEED, MovingDigits, animate, bounce, crop, paste


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def source():
    return {digits: MovingDigits(digits, train=False) for digits in (1, 2)}


def middle(frames):
    """The centre of brightness, x and y in px from the top left: [..., S, S] → [..., 2]."""
    pixel = torch.arange(frames.shape[-1]) + 0.5
    moments = torch.stack([(frames.sum(along) * pixel).sum(-1) for along in (-2, -1)], -1)
    return moments / frames.sum((-1, -2)).unsqueeze(-1)


def followed(start, heading, span, frames):
    """A ball between two walls, moved in a thousand small steps a frame, turned whenever it is beyond one."""
    place, step, places, headings = start, heading / 1000, [], []
    for _ in range(frames):
        places.append(place)
        headings.append(step * 1000)
        for _ in range(1000):
            place = place + step
            over, under = place > span, place < 0
            place = 2 * span - place if over else -place if under else place
            step = -abs(step) if over else abs(step) if under else step
    return places, headings


def test_the_folded_path_is_the_ball_s():
    draws = torch.rand(12, 2, generator=rng(), dtype=torch.float64).tolist()
    for at, turn in draws:
        start, heading = 18 * at, 10 * (turn - 0.5)
        place, velocity = bounce(start + heading * torch.arange(30.0, dtype=torch.float64),
                                 torch.full((30,), heading, dtype=torch.float64), 18)
        wanted, headings = followed(start, heading, 18, 30)
        assert place.tolist() == pytest.approx(wanted, abs=1e-6)
        assert velocity.tolist() == pytest.approx(headings, abs=1e-9)


@pytest.mark.parametrize("digits", [1, 2])
def test_places_and_velocities_agree(source, digits):
    clips = source[digits].sample(200, rng(), 24)
    place, velocity = clips.place, clips.velocity
    assert place.shape == velocity.shape == (200, 24, digits, 2) and clips.labels.shape == (200, digits)
    assert place.min() >= SIDE / 2 and place.max() <= CANVAS - SIDE / 2
    speed = velocity.norm(dim=-1)
    assert speed.min() >= SPEED[0] - 1e-4 and speed.max() <= SPEED[1] + 1e-4
    assert torch.allclose(speed, speed[:, :1].expand_as(speed), atol=1e-4)
    turned = velocity[:, 1:] != velocity[:, :-1]
    step, free = place.diff(dim=1), ~turned
    assert torch.allclose(step[free], velocity[:, :-1][free], atol=1e-4)
    assert turned.any() and (step[turned].abs() <= velocity[:, :-1][turned].abs() + 1e-4).all()


def test_paste_moves_the_middle_exactly_by_the_shift():
    # of even and odd lines of equal weight: else the mean of two lines moves the middle by a part of ¼ px
    sprite = torch.rand(14, 14, generator=rng()).repeat_interleave(2, 0).repeat_interleave(2, 1)
    corner = 18 * torch.rand(50, 2, generator=rng(1))
    found = middle(paste(sprite, corner))
    assert torch.allclose(found - corner, (middle(sprite) / 2).expand_as(found), atol=1e-4)
    assert torch.allclose(paste(sprite, corner).sum((-1, -2)), sprite.sum().expand(50) / 4, rtol=1e-5)


def test_paste_at_whole_pixels_is_the_mean_of_two_by_two():
    sprite = torch.rand(28, 28, generator=rng())
    drawn = paste(sprite, torch.tensor([5.0, 9.0]))
    wanted = torch.zeros(32, 32)
    wanted[9:23, 5:19] = sprite.view(14, 2, 14, 2).mean((1, 3))
    assert torch.allclose(drawn, wanted, atol=1e-6)


def test_crop_is_the_transpose_of_paste():
    """⟨paste(s), f⟩ = ⟨s, crop(f)⟩ / 4, for any picture and any place."""
    sprite, frame = torch.rand(9, 28, 28, generator=rng()), torch.rand(9, 32, 32, generator=rng(1))
    corner = 18 * torch.rand(9, 2, generator=rng(2))
    left = (paste(sprite, corner) * frame).sum((-1, -2))
    assert torch.allclose(left, (sprite * crop(frame, corner)).sum((-1, -2)) / 4, rtol=1e-5)


def test_a_clip_shows_its_digit_where_the_truth_says(source):
    clips = source[1].sample(60, rng())
    assert clips.frames.shape == (60, 16, 1, 32, 32)
    assert clips.frames.min() >= 0 and 0.9 < clips.frames.max() <= 1
    offset = middle(clips.frames[:, :, 0]) - clips.place[:, :, 0]    # of the ink from the digit's own square
    assert (offset - offset[:, :1]).abs().max() < 0.05
    inside = crop(clips.frames[:, :, 0], clips.place[:, :, 0] - SIDE / 2)
    assert torch.allclose(inside.sum((-1, -2)) / 4, clips.frames.sum((2, 3, 4)), rtol=0.06)


def test_labels_are_those_of_the_pictures(source):
    """The digit of a clip at a whole pixel's place is one of MNIST, with that label."""
    clips = source[1].sample(20, rng())
    for frames, place, label in zip(clips.frames, clips.place, clips.labels, strict=True):
        among = (source[1].labels == label).nonzero()[:, 0]
        drawn = paste(source[1].images[among].float() / 255, place[0, 0] - SIDE / 2)
        assert (drawn - frames[0]).abs().amax((-1, -2)).min() < 1e-5


def test_two_digits_overlap_by_their_maximum(source):
    """The same draw, digit by digit, pasted here and joined by the brighter pixel."""
    clips, stream = source[2].sample(40, rng(5)), rng(5)
    chosen = torch.randint(len(source[2].images), (40, 2), generator=stream)    # the first of its draws
    assert torch.equal(source[2].labels[chosen], clips.labels)
    digits, corner = source[2].images[chosen].float() / 255, clips.place - SIDE / 2
    one, two = (paste(digits[:, k].unsqueeze(1), corner[:, :, k]) for k in (0, 1))
    assert torch.allclose(clips.frames[:, :, 0], torch.maximum(one, two), atol=1e-5)
    assert (torch.minimum(one, two) > 0.3).any()    # some do meet


@pytest.mark.parametrize(("clips", "frames", "digits", "canvas"), [
    (1, 1, 1, 32), (PART + 1, 1, 1, 32), (37, 16, 1, 32), (19, 16, 2, 64), (3, PART + 5, 1, 32),
    (2, PART // 2 + 1, 2, 40)])
def test_clips_drawn_in_parts_are_those_drawn_one_frame_at_a_time(clips, frames, digits, canvas):
    """Whole parts, a rest, and clips longer than a part."""
    sprites = torch.rand(clips, digits, 28, 28, generator=rng())
    corner = (canvas - SIDE) * torch.rand(clips, frames, digits, 2, generator=rng(1))
    drawn = animate(sprites, corner, canvas)
    assert drawn.shape == (clips, frames, 1, canvas, canvas)
    for t in {0, frames // 2, frames - 1}:
        wanted = paste(sprites, corner[:, t], canvas).amax(1, keepdim=True)
        torch.testing.assert_close(drawn[:, t], wanted, rtol=0, atol=1e-6)


def test_a_seed_decides_and_the_canvas_may_be_larger(source):
    one, same, other = (source[1].sample(5, rng(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not torch.equal(one.frames, other.frames)
    large = MovingDigits(canvas=64, train=False).sample(50, rng(), 40)
    assert large.frames.shape == (50, 40, 1, 64, 64)
    assert large.place.min() >= SIDE / 2 and 45 < large.place.max() <= 64 - SIDE / 2


@pytest.mark.parametrize("digits, canvas", [(0, 32), (3, 32), (1, 14), (1, 65), (1, 32.0), (1, 32.5),
                                            (1, "32"), (1, None), (1.0, 32), (True, 32)])
def test_other_canvases_and_counts_are_refused(digits, canvas):
    with pytest.raises(CourseError) as caught:
        MovingDigits(digits, canvas, train=False)
    assert caught.value.key == "clip_size" and str(canvas) in str(caught.value)


@pytest.mark.parametrize("frames", [0, -1, 1025, 2.0, True, "16", None])
def test_a_length_is_a_whole_number_from_one(source, frames):
    with pytest.raises(CourseError) as caught:
        source[1].sample(2, rng(), frames)
    assert caught.value.key == "clip_length"
