"""The swap test: closed forms on hand-made grids, and sources that leak by a known share."""

import pytest
import torch

from helpers.errors import CourseError
from helpers.video.metrics import content
from helpers.video.swap import Grids, crossed, look, measure, swap_report
from helpers.video.swap_sources import EndToEnd, Leaking, Pasted, TwoStages
from helpers.video.trained import end_to_end, trained


def grids(what: torch.Tensor, how: torch.Tensor) -> Grids:
    """Grids 2 × 2 whose features are `what` of the row and whose still places are `how` of the column."""
    features = what[:, :, None].expand(-1, 2, 2, 64)
    place = how[:, None, :, None, :].expand(-1, 2, 2, 3, 2)
    label = features[..., 0].long()
    return Grids(place, label[..., None].expand(-1, 2, 2, 3), label, features)


def test_a_perfect_separation_leaks_nothing():
    rng = torch.Generator().manual_seed(0)
    what = torch.tensor([[3.0, 7.0]]).expand(5, 2)[..., None].expand(-1, -1, 64)
    how = torch.rand(5, 2, 2, generator=rng)
    found = measure(grids(what, how))
    assert (found.kept, found.kept_chance) == (1, 0)
    assert found.deviation == found.deviation_shape == found.leak_content == found.leak_path == 0
    apart = (how[:, 0] - how[:, 1]).norm(dim=1).mean().item()
    assert found.deviation_chance == pytest.approx(apart, rel=1e-5)


def test_what_sits_elsewhere_but_moves_alike_deviates_raw_and_not_in_shape():
    place = torch.zeros(1, 2, 2, 4, 2)
    place[:, 1] += torch.tensor([3.0, 4.0])    # the second row's ink lies 5 px away
    found = measure(Grids(place, torch.zeros(1, 2, 2, 4).long(), torch.zeros(1, 2, 2).long(),
                          torch.rand(1, 2, 2, 64)))
    assert found.deviation == pytest.approx(5) and found.deviation_shape == pytest.approx(0)


def test_the_grid_shares_rows_and_columns():
    source = TwoStages(trained().model())
    rng = torch.Generator().manual_seed(1)
    what, how = source.what(2, rng)[None], source.how(2, rng)[None]
    frames = crossed(source, what, how)
    one = source.clips(what[0, 1:], how[0, :1])    # second row, first column
    torch.testing.assert_close(frames[2:3], one, rtol=1e-4, atol=1e-4)
    seen = look(frames, 2, 2)
    assert seen.place.shape == (1, 2, 2, 16, 2)
    assert torch.equal(seen.label[0, 1, 0], content(frames[2:3]).label[0])


def test_real_digits_on_real_paths_are_the_floor_and_the_model_is_within_the_issue_s_bounds():
    floor, found = swap_report(Pasted(), 100), swap_report(TwoStages(trained().model()), 100)
    assert floor.kept > 0.97 and floor.kept_chance < 0.2 and floor.deviation < 0.8
    assert found.kept >= 0.9 and found.deviation <= 1.5
    assert found.deviation_chance > 5 * found.deviation and found.leak_path < 0.05


def test_the_end_to_end_model_fails_the_test():
    assert swap_report(EndToEnd(end_to_end()), 60).kept < 0.9


def test_a_leak_on_purpose_is_found_and_grows():
    source = TwoStages(trained().model())
    into_path = [swap_report(Leaking(source, "path", share), 60).leak_path for share in (0.0, 0.5, 1.0)]
    assert into_path[0] < 0.05 < into_path[1] < into_path[2] and into_path[2] > 0.6
    assert swap_report(Leaking(source, "content", 0.9), 60).leak_content > 0.2


@pytest.mark.parametrize(("way", "share"), [("both", 0.5), ("path", 1.5), ("content", float("nan"))])
def test_other_leaks_are_refused(way, share):
    with pytest.raises(CourseError) as caught:
        Leaking(TwoStages(trained().model()), way, share)
    assert caught.value.key == "leak_way"
    with pytest.raises(CourseError) as caught:
        Leaking(Pasted(), "path", 0.5)
    assert caught.value.key == "leak_real"
