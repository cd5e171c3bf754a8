"""Transposed convolution by hand: every sum equals torch's own, every count is the brute-force count."""

import random
from itertools import product

import pytest
import torch
from torch.nn.functional import conv_transpose2d

from helpers.errors import CourseError
from helpers.gan.transposed import (
    INPUTS,
    KERNELS,
    Settings,
    Transposed,
    flat_test,
    interior,
    overlaps,
    ripple,
    touched,
)
from helpers.steps import Walk

torch.set_num_threads(1)
SIZES = [(n, k, s, p) for n, k, s, p in product((1, 2, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3), (0, 1, 2))
         if (n - 1) * s + k - 2 * p >= 1]


def drawn(side: int, chance: random.Random) -> tuple:
    """A grid of whole numbers, so that sums in any order are equal to the last bit."""
    return tuple(tuple(chance.randint(-4, 9) for _ in range(side)) for _ in range(side))


def whole_pass(game: Transposed) -> list:
    """All operations of one pass, with what they carried."""
    return [op for _ in range(game.n**2 + 1) for op in game.turn()]


def by_torch(settings: Settings, padding: int | None = None) -> torch.Tensor:
    x, w = (torch.tensor(rows, dtype=torch.float64)[None, None] for rows in (settings.x, settings.w))
    p = settings.padding if padding is None else padding
    return conv_transpose2d(x, w, stride=settings.stride, padding=p)[0, 0]


@pytest.mark.parametrize(("n", "k", "s", "p"), SIZES)
def test_a_pass_gives_torchs_own_output(n, k, s, p):
    chance = random.Random(f"{n} {k} {s} {p}")
    settings = Settings(drawn(n, chance), drawn(k, chance), s, p)
    game = Transposed(settings)
    ops = whole_pass(game)
    assert ops[-1].key == "crop" and torch.equal(ops[-1].values["out"], by_torch(settings))
    assert torch.equal(game.y, by_torch(settings, 0))
    assert settings.size == len(ops[-1].values["out"]) and settings.side == len(game.y)
    assert [op.key for op in ops] == ["blank", *(["pick", "multiply"] + ["add"] * k**2) * n**2, "crop"]
    again = whole_pass(game)    # a second pass begins with an empty canvas
    assert torch.equal(again[-1].values["out"], by_torch(settings))


@pytest.mark.parametrize(("k", "s"), list(product((1, 2, 3, 4, 5), (1, 2, 3))))
def test_each_partial_sum_is_that_of_the_pixels_and_weights_so_far(k, s):
    chance = random.Random(k + 10 * s)
    settings = Settings(drawn(3, chance), drawn(k, chance), s, min(1, (2 * s + k - 1) // 2))
    game, sums = Transposed(settings), {}
    i = j = None
    for _ in range(10):
        for op in game.turn():
            if op.key == "pick":
                i, j = op.values["i"], op.values["j"]
                assert op.values["pixel"] == settings.x[i][j]
            elif op.key == "multiply":
                assert op.values["stamp"].tolist() == [[settings.x[i][j] * w for w in row]
                                                       for row in settings.w]
            elif op.key == "add":
                a, b, row, column = (op.values[name] for name in ("a", "b", "row", "column"))
                assert (row, column) == (s * i + a, s * j + b)
                sums[row, column] = sums.get((row, column), 0) + settings.x[i][j] * settings.w[a][b]
                found = {cell: game.y[cell].item() for cell in sums}
                assert found == sums and game.y.sum().item() == sum(sums.values())
    assert len(sums) == (game.y.numel() if k >= s else 9 * k * k)


@pytest.mark.parametrize(("n", "k", "s"), list(product((1, 2, 3, 5), (1, 2, 3, 4, 5), (1, 2, 3))))
def test_overlaps_and_terms_are_counted_by_brute_force(n, k, s):
    game = Transposed(Settings(drawn(n, random.Random(0)), drawn(k, random.Random(1)), s))
    count = overlaps(n, k, s)
    reached = {(row, column): [] for row, column in product(range(game.side), repeat=2)}
    for i, j, a, b in product(range(n), range(n), range(k), range(k)):
        reached[s * i + a, s * j + b].append((i, j, a, b))
    for (row, column), terms in reached.items():
        assert count[row, column] == len(terms) and game.terms(row, column) == terms
    ones = torch.ones(1, 1, n, n), torch.ones(1, 1, k, k)
    assert torch.equal(count.float(), conv_transpose2d(*ones, stride=s)[0, 0])


@pytest.mark.parametrize(("k", "s"), list(product((1, 2, 3, 4, 5), (1, 2, 3))))
def test_stamps_per_pixel_are_even_exactly_where_s_divides_k(k, s):
    """⌊k/s⌋² and ⌈k/s⌉²: in each direction the kernel's places that fall on one phase of the stride."""
    phases = [len(range(phase, k, s)) for phase in range(s)]
    assert touched(k, s) == (min(phases) ** 2, max(phases) ** 2) == ((k // s) ** 2, (-(-k // s)) ** 2)
    assert (touched(k, s)[0] == touched(k, s)[1]) == (k % s == 0)


@pytest.mark.parametrize(("n", "k", "s"), list(product((1, 3, 8), (1, 2, 3, 4, 5), (1, 2, 3))))
def test_the_interior_is_exactly_what_a_larger_input_would_not_touch_any_more(n, k, s):
    def stamps(row: int, pixels: range) -> int:
        return sum(0 <= row - s * i < k for i in pixels)

    side = (n - 1) * s + k
    settled = [row for row in range(side) if stamps(row, range(n)) == stamps(row, range(-9, n + 9))]
    assert list(range(*interior(n, k, s).indices(side))) == settled


@pytest.mark.parametrize(("k", "s"), list(product((1, 2, 3, 4, 5), (1, 2, 3))))
def test_equal_weights_leave_a_constant_input_even_exactly_where_s_divides_k(k, s):
    ones = torch.ones(k, k, dtype=torch.float64)
    stamped, enlarged = flat_test(ones, s)
    low, high = (k // s) ** 2, (-(-k // s)) ** 2
    assert ripple(stamped) == pytest.approx((high - low) / (k / s) ** 2, abs=1e-12)    # mean: k²/s²
    assert (ripple(stamped) == 0) == (k % s == 0)
    assert ripple(enlarged) == 0 and (enlarged == k * k).all()


@pytest.mark.parametrize(("k", "s", "kernel"), list(product((2, 3, 4, 5), (2, 3), KERNELS)))
def test_the_flat_test_sums_the_weights_of_each_phase_and_enlarging_stays_even(k, s, kernel):
    w = torch.tensor(KERNELS[kernel](k), dtype=torch.float64)
    sums = [w[a::s, b::s].sum().item() for a, b in product(range(s), repeat=2)]
    stamped, enlarged = flat_test(w, s)
    assert set(stamped.flatten().tolist()) == set(sums) and stamped.mean().item() == pytest.approx(
        w.sum().item() / s**2)
    assert (enlarged == w.sum()).all() and ripple(enlarged) == 0


def test_bilinear_weights_can_make_up_for_uneven_stamps_and_even_stamps_are_no_guarantee():
    def of(kernel: str, k: int, s: int) -> float:
        return ripple(flat_test(torch.tensor(KERNELS[kernel](k), dtype=torch.float64), s)[0])

    assert touched(3, 2) == (1, 4) and of("ones", 3, 2) > 1 and of("bilinear", 3, 2) == 0
    assert touched(4, 2) == (4, 4) and of("ones", 4, 2) == 0 < of("uneven", 4, 2)


def test_ripple_of_images_whose_mean_is_nothing():
    assert ripple(torch.zeros(3, 3)) == 0 and ripple(torch.tensor([[1.0, -1.0]])) == float("inf")
    assert ripple(torch.tensor([[-1.0, -3.0]])) == 1


def test_presets_are_square_and_whole_and_bilinear_is_torchs():
    """Up to a common factor, which keeps the numbers whole."""
    assert all(len(row) == len(rows) for rows in INPUTS.values() for row in rows)
    for k in range(1, 6):
        grids = {name: torch.tensor(make(k), dtype=torch.float64) for name, make in KERNELS.items()}
        assert all(grid.shape == (k, k) and torch.equal(grid, grid.round()) for grid in grids.values())
        factor = (k + 1) // 2    # the usual start of a learned enlargement: 1 − |t − middle| / factor
        line = 1 - (torch.arange(k) - (k - 1) / 2).abs() / factor
        share = grids["bilinear"] / grids["bilinear"].max()
        assert share == pytest.approx(torch.outer(line, line).double() / line.max() ** 2)


def test_what_cannot_be_is_refused_with_words():
    one = ((1.0,),)
    for key, make in {
        "grid_unclear": lambda: Settings(((1, 2),), one), "stride_unclear": lambda: Settings(one, one, 0),
        "padding_unclear": lambda: Settings(one, one, 1, -1),
        "nothing_left": lambda: Settings.of(k=1, stride=1, padding=2),
    }.items():
        with pytest.raises(CourseError) as caught:
            make()
        assert caught.value.key == key and "{" not in str(caught.value)
    for bad in (((),), (), ((1, 2), (3,)), ((float("nan"),),), ((float("inf"),),)):
        with pytest.raises(CourseError, match="quadrados"):
            Settings(one, bad)
    with pytest.raises(CourseError, match="stride"):
        Settings(one, one, 1.5)


def test_back_and_forth_gives_the_bits_of_the_straight_way():
    def make() -> Transposed:
        return Transposed(Settings.of("ramp", "uneven", 3, 2, 1))

    straight, points = make(), []
    for _ in range(22):
        points.append([straight.y.clone(), *(straight.y.clone() for _ in straight.turn())])
    walk, chance = Walk(make()), random.Random(0)
    for _ in range(600):
        chance.choices([walk.step, walk.back, walk.finish_turn, walk.reset], [20, 12, 5, 0.1])[0]()
        if walk.turn < len(points):
            assert torch.equal(walk.engine.y, points[walk.turn][walk.count])


def test_a_change_begins_anew_and_going_back_finds_the_old_numbers():
    first, other = Settings.of("seven", "ones", 3, 2, 1), Settings.of("ramp", "uneven", 5, 3, 2)
    walk = Walk(Transposed(first))
    walk.run(4)
    before = walk.engine.y.clone()
    walk.step()
    walk.change(lambda: walk.engine.change(other))
    assert walk.engine.settings == other and not walk.engine.y.any() and walk.engine.done == 0
    walk.run(10)
    assert torch.equal(walk.values["out"], by_torch(other))
    walk.seek(3)
    walk.finish_turn()
    assert walk.engine.settings == first and torch.equal(walk.engine.y, before)
