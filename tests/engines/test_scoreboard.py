"""The scoreboard: cheats are what they say; places, gates and the search against plain counting."""

from itertools import product

import numpy as np
import pytest
import torch

from helpers.errors import CourseError
from helpers.video import contestants, scoreboard
from helpers.video.contestants import CHEATS, NAMES, PODIUM, clips
from helpers.video.metrics import Report, centres, content, motion, reference
from helpers.video.moving_digits import FRAMES
from helpers.video.scoreboard import CLIPS, DRAWS, GATE, KEYS, MEASURES, OFF, PAIRS, RANK, Table

torch.set_num_threads(1)
WHO = {name: place for place, name in enumerate(NAMES)}
HALF = {"acd": GATE, "cosine": RANK, "frechet": RANK, "entropy": GATE}


def made(*draws: dict[str, dict[str, float]]) -> Table:
    """A table where everybody measures as real clips do, but for what is given by contestant and number."""
    own = Report(0.85, 1, 0, 0, 1, 3.5, 0.99, 2.29, 0)
    rows = [[own._replace(**draw.get(name, {})) for name in NAMES] for draw in draws]
    return Table({"ideal": torch.tensor(own), "reports": torch.tensor(rows, dtype=torch.float64)})


def noisy(seed: int, draws: int = 2) -> Table:
    """The course's table with its values shaken, so that the search has other answers."""
    rng = torch.Generator().manual_seed(seed)
    tensors = {key: value.clone() for key, value in scoreboard.checkpoints.load(scoreboard.FILE).items()}
    kept = tensors["reports"][:draws]
    return Table(tensors | {"reports": kept * (1 + 0.03 * torch.randn(kept.shape, generator=rng))})


# --- the contestants --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_everybody_makes_clips_anew_from_the_same_draw(name):
    one, again, other = clips(name, 3), clips(name, 3), clips(name, 3, draw=1)
    assert one.shape == (3, FRAMES, 1, 32, 32) and one.isfinite().all()
    assert one.amax() > 0.3    # there is ink
    assert torch.equal(one, again) and not torch.equal(one, other)


def test_draws_and_contestants_share_no_generator():
    firsts = {clips(name, 1, draw).numpy().tobytes() for name in NAMES for draw in range(3)}
    assert len(firsts) == 3 * len(NAMES)
    assert not torch.equal(clips("real", 2), clips("frozen", 2)[:, :1].expand(-1, FRAMES, -1, -1, -1))
    with pytest.raises(CourseError) as error:
        clips("gru", 2)
    assert error.value.key == "no_contestant"


def test_a_frozen_clip_is_a_real_first_frame():
    found = clips("frozen", 4)
    true = contestants.real(4, torch.Generator().manual_seed(1000 + WHO["frozen"]))
    assert all(torch.equal(frame, true[:, 0]) for frame in found.unbind(1))


def test_shuffled_frames_are_a_real_clips_own():
    found = clips("shuffled", 6).flatten(2)
    rng = torch.Generator().manual_seed(1000 + WHO["shuffled"])
    torch.rand(6, FRAMES, generator=rng)
    true = contestants.real(6, rng).flatten(2)
    same = (found.unsqueeze(2) == true.unsqueeze(1)).all(3)    # [6, shown, true]
    assert (same.sum(1) >= 1).all() and (same.sum(2) >= 1).all()
    assert not torch.equal(found, true)


def test_one_path_moves_everybody_alike_and_shows_many_digits():
    found = clips("one_path", 60)
    place = centres(found)
    assert (place - place.mean(0)).norm(dim=2).mean() < 1.0    # the ink's centre differs a little by digit
    assert len(set(content(found).label.tolist())) == 10
    assert place.std(0).mean() < 0.2 * centres(clips("real", 60)).std(0).mean()


def test_a_new_digit_each_frame_moves_as_real_clips_do():
    found = clips("new_digit", 100)
    seen = content(found)
    assert np.mean([len(set(row)) for row in seen.labels.tolist()]) > 6
    real = motion(centres(clips("real", 300)))
    moved = motion(centres(found))
    assert moved.speed.mean() == pytest.approx(real.speed.mean().item(), rel=0.1)
    assert moved.spread == pytest.approx(real.spread, rel=0.1)


# --- the table ------------------------------------------------------------------------------------------


def test_places_count_who_is_nearer():
    table = made({"frozen": {"distance": 0.0, "cosine": float("nan")}, "lstm": {"distance": 2.5},
                  "none": {"distance": 4.0, "cosine": -0.4}})
    acd, near, cosine = (dict(zip(NAMES, table.places[key][0].tolist(), strict=True))
                         for key in ("acd", "acd_near", "cosine"))
    assert (acd["frozen"], acd["lstm"], acd["real"], acd["shuffled"], acd["none"]) == (1, 2, 3, 3, 9)
    assert (near["real"], near["shuffled"], near["none"], near["lstm"], near["frozen"]) == (1, 1, 7, 8, 9)
    assert (cosine["real"], cosine["none"], cosine["frozen"]) == (1, 8, 9)    # no direction at all is last


@pytest.mark.parametrize(("key", "field", "inside", "outside"), [
    ("acd", "distance", 4.19, 4.21), ("acd_near", "distance", 2.46, 2.44),
    ("acd_near", "distance", 4.54, 4.56),
    ("cosine", "cosine", 0.879, 0.881), ("cosine", "cosine", 0.821, 0.819),
    ("cosine", "cosine", 0.85, float("nan")), ("speed", "speed_w1", 0.069, 0.071),
    ("acceleration", "acceleration_w1", 0.069, 0.071), ("spread", "spread", 0.91, 0.89),
    ("spread", "spread", 1.5, 0.0), ("agreement", "agreement", 0.91, 0.89),
    ("entropy", "entropy", 2.11, 2.09), ("frechet", "frechet", 59.0, 61.0)])
def test_gates_open_up_to_their_limit(key, field, inside, outside):
    table = made(*({"autoencoder": {"frechet": 20.0}, "lstm": {field: value}} for value in (inside, outside)))
    assert table.passes[key][:, WHO["lstm"]].tolist() == [True, False]
    assert not any((~table.passes[other][:, WHO["lstm"]]).any() for other in KEYS
                   if MEASURES[other].field != field)


def marks(table: Table, choice: dict[str, int], draw: int) -> list[tuple[int, int]]:
    """Failed gates and sum of places, counted one by one."""
    return [(sum(not table.passes[key][draw][who] for key, use in choice.items() if use == GATE),
             sum(int(table.places[key][draw][who]) for key, use in choice.items() if use == RANK))
            for who in range(len(NAMES))]


@pytest.mark.parametrize("choice", [{}, {"acd": RANK}, {"speed": GATE}, HALF, dict.fromkeys(KEYS, RANK)])
def test_order_and_mistakes_are_those_of_plain_counting(choice):
    table = noisy(0)
    for draw in range(table.draws):
        mark = marks(table, choice, draw)
        order = table.order(choice, draw)
        assert sorted(name for name, _ in order) == sorted(NAMES)
        assert [mark[WHO[name]] for name, _ in order] == sorted(mark)
        assert all(place == 1 + sum(other < mark[WHO[name]] for other in mark) for name, place in order)
        wrong = {(a, b) for a, b in PAIRS if mark[WHO[a]] >= mark[WHO[b]]}
        assert set(table.mistakes(choice, draw)) == wrong
    assert table.right(choice) == [not table.mistakes(choice, draw) for draw in range(table.draws)]


def test_the_pairs_are_the_podium_in_order_and_above_all_others():
    assert len(PAIRS) == 2 + 1 + 3 * (len(NAMES) - 3)
    assert {("real", "autoencoder"), ("real", "lstm"), ("autoencoder", "lstm")} < set(PAIRS)
    assert all(above in PODIUM and below != "real" for above, below in PAIRS)
    assert not {pair for pair in PAIRS if pair[0] not in PODIUM}


@pytest.mark.parametrize("pair", PAIRS)
def test_what_catches_a_pair_does_so_alone_in_every_draw(pair):
    table = scoreboard.table()
    above, below = pair
    found = table.catchers(pair)
    assert found
    for key, use in product(KEYS, (GATE, RANK)):
        parts = all(marks(table, {key: use}, draw)[WHO[above]] < marks(table, {key: use}, draw)[WHO[below]]
                    for draw in range(table.draws))
        assert ((key, use) in found) == parts, (key, use)


# --- the search -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [scoreboard.table(), noisy(1), noisy(2, 1)], ids=["course", "two", "one"])
def test_the_search_finds_all_minimal_scoreboards(table):
    good = set()
    for uses in product((OFF, GATE, RANK), repeat=len(KEYS)):
        choice = {key: use for key, use in zip(KEYS, uses, strict=True) if use}
        for draw in range(table.draws):
            mark = marks(table, choice, draw)
            first = [mark[WHO[name]] for name in PODIUM]
            if not (first[0] < first[1] < first[2] < min(mark[3:])):
                break
        else:
            good.add(frozenset(choice.items()))
    smallest = {one for one in good if not any(less < one for less in good)}
    found = table.solutions()
    assert {frozenset(one.items()) for one in found} == smallest and len(found) == len(smallest)
    assert [len(one) for one in found] == sorted(map(len, found))
    assert all(all(table.right(one)) for one in found)


def test_nothing_is_found_where_nothing_can_be():
    assert made({}, {}).solutions() == []    # all alike


# --- what comes with the course ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "draw"), [("real", 0), ("lstm", 4), ("frozen", 9), ("one_path", 2)])
def test_the_file_holds_what_is_measured(name, draw):
    table = scoreboard.table()
    found = reference().report(clips(name, CLIPS, draw))
    assert table.draws == DRAWS
    for field, true in table.reports[draw][WHO[name]]._asdict().items():
        tolerance = {"frechet": 0.1, "entropy": 0.01}.get(field, 0.005)
        assert getattr(found, field) == pytest.approx(true, rel=tolerance, abs=tolerance, nan_ok=True), field
    assert scoreboard.ideal(reference()) == pytest.approx(table.own, rel=1e-3)


def test_the_acd_lies_and_can_be_outvoted():
    table = scoreboard.table()
    for draw in range(DRAWS):
        order = dict(table.order({"acd": RANK}, draw))
        assert order["frozen"] == 1 and order["real"] >= 6
    assert not table.passes["acd"][:, WHO["real"]].any()    # the project's own limit refuses real clips
    assert not any(all(table.right({key: use})) for key in KEYS for use in (GATE, RANK))
    assert 2 <= len(scoreboard.solutions()[0]) <= 3
    for one in scoreboard.solutions():
        for draw in range(DRAWS):
            order = dict(table.order(one, draw))
            assert max(order[name] for name in PODIUM) < min(order[name] for name in CHEATS)


def test_the_tools_measure_draw_by_draw():
    found = scoreboard.measured(reference(), draws=2, n=3)
    assert found["reports"].shape == (2, len(NAMES), len(Report._fields))
    one = reference().report(clips("no_frame", 3, 1))
    assert found["reports"][1, WHO["no_frame"]].tolist() == pytest.approx(list(one))
