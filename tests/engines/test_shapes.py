"""Coloured shapes on Bézier paths: the truth against de Casteljau, finite differences and the pixels."""

from math import pi

import pytest
import torch

from helpers.errors import CourseError
from helpers.video.shapes import COLORS, REACH, SHAPES, bezier, moving_shapes


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module", params=[32, 64])
def clips(request):
    return request.param, moving_shapes(150, rng(), canvas=request.param)


def test_the_path_is_de_casteljau_s():
    points = torch.rand(20, 4, 2, generator=rng(), dtype=torch.float64)
    place, _ = bezier(points, 9)
    for t in range(9):
        left = points
        while left.shape[1] > 1:
            left = left[:, :-1] + t / 8 * left.diff(dim=1)
        assert torch.allclose(place[:, t], left[:, 0], atol=1e-12)


def test_the_velocity_is_the_path_s_derivative():
    points = 32 * torch.rand(20, 4, 2, generator=rng(), dtype=torch.float64)
    fine, _ = bezier(points, 15001)    # 1000 steps of the fine path to a frame of the coarse one
    _, velocity = bezier(points, 16)
    middle = fine[:, 1000:-1000:1000]
    found = (fine[:, 1001:-999:1000] - fine[:, 999:-1001:1000]) * 500
    assert middle.shape == found.shape == velocity[:, 1:-1].shape
    assert torch.allclose(velocity[:, 1:-1], found, atol=1e-4)


def test_the_middle_of_the_brightness_is_the_place(clips):
    canvas, (frames, place, _, _, _, _) = clips
    grey, pixel = frames.sum(2), torch.arange(canvas) + 0.5
    moments = torch.stack([(grey.sum(along) * pixel).sum(-1) for along in (-2, -1)], -1)
    found = moments / grey.sum((-1, -2)).unsqueeze(-1)
    assert (found - place).abs().max() < 0.15


def test_every_shape_has_the_area_of_the_circle_and_the_reach_of_its_kind(clips):
    canvas, (frames, place, _, shape, color, radius) = clips
    tint = torch.tensor(list(COLORS.values()))[color].float() / 255
    cover = frames.sum(2) / tint.sum(1).view(-1, 1, 1, 1)
    area = cover.sum((-1, -2)) / (pi * radius**2).unsqueeze(1)
    assert (area - 1).abs().max() < 0.06
    y, x = torch.meshgrid(torch.arange(canvas) + 0.5, torch.arange(canvas) + 0.5, indexing="ij")
    apart = torch.hypot(x - place[..., :1, None], y - place[..., 1:, None])
    reach = torch.where(cover > 0.5, apart, 0).amax((-1, -2)).mean(1) / radius
    means = [reach[shape == kind].mean() for kind in range(3)]
    assert means[0] < 1.05 < means[1] < (pi / 2) ** 0.5 + 0.05 < means[2] <= REACH + 0.05


def test_everything_stays_inside_and_has_its_color(clips):
    canvas, (frames, place, _, shape, color, radius) = clips
    wall = (REACH * radius).view(-1, 1, 1)
    assert (place >= wall).all() and (place <= canvas - wall).all()
    assert frames.shape == (150, 16, 3, canvas, canvas) and frames.min() == 0
    brightest = frames.amax((1, 3, 4))
    assert torch.allclose(brightest, torch.tensor(list(COLORS.values()))[color] / 255)
    border = torch.cat((frames[..., 0, :], frames[..., -1, :], frames[..., 0], frames[..., -1]))
    assert border.max() < 0.5    # at most a soft edge
    assert set(shape.tolist()) == set(range(len(SHAPES))) and set(color.tolist()) == set(range(len(COLORS)))


def test_a_seed_decides_and_one_frame_will_do():
    one, same, other = (moving_shapes(40, rng(seed)) for seed in (3, 3, 4))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not torch.equal(one.frames, other.frames)
    assert moving_shapes(2, rng(), frames=1).frames.shape == (2, 1, 3, 32, 32)


@pytest.mark.parametrize("asked, key", [({"frames": 0}, "clip_length"), ({"frames": 2.5}, "clip_length"),
                                        ({"canvas": 15}, "shape_size"), ({"canvas": 65}, "shape_size"),
                                        ({"canvas": 32.0}, "shape_size"), ({"canvas": "32"}, "shape_size")])
def test_what_cannot_be_drawn_is_refused(asked, key):
    with pytest.raises(CourseError) as caught:
        moving_shapes(2, rng(), **asked)
    assert caught.value.key == key and str(caught.value)
