"""Convolução transposta without a kernel: the numbers in its grids are the engine's after any event."""

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import conv_transpose2d

from helpers.gan import transposed_figures as figures
from helpers.gan.panels import TransposedConv
from helpers.gan.panels import transposed_words as words
from helpers.gan.panels.transposed import MOST
from helpers.gan.transposed import INPUTS, KERNELS, Settings, overlaps
from helpers.ui import style
from tests.panels.shown import Screen, assert_mentions, choose, place, read, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
INDEX = {"image": [*INPUTS, "own"], "kernel": [*KERNELS, "own"], "k": [1, 2, 3, 4, 5], "stride": [1, 2, 3],
         "padding": [0, 1, 2]}


def pick(panel: TransposedConv, **settings: Any) -> None:
    for name, value in settings.items():
        choose(panel.choices[name], INDEX[name].index(value))


def click(panel: TransposedConv, grid: figures.Grid, row: int, column: int) -> None:
    send(panel, type="click", x=grid.x + (column + 0.5) * grid.cell, y=grid.y + (row + 0.5) * grid.cell)


def written(screen: Screen, grid: figures.Grid) -> list[list[float]] | None:
    """The numbers that a learner reads in a grid, by where their letters stand."""
    cells: dict[tuple[int, int], str] = {}
    for element in screen.texts:
        xs, ys = (element.get(axis).split() for axis in "xy")
        if len(xs) == len(element.text or ""):
            for x, y, letter in zip(map(float, xs), map(float, ys), element.text, strict=True):
                if cell := grid.at(x + 4, y - 6):    # from the letter's corner to its middle
                    cells[cell] = cells.get(cell, "") + letter
    if not cells:
        return None
    assert len(cells) == grid.count**2
    return [[float(cells[row, column].replace("−", "-").replace(",", ".")) for column in range(grid.count)]
            for row in range(grid.count)]


def conv(settings: Settings) -> torch.Tensor:
    """The finished canvas, by torch."""
    x, w = (torch.tensor(rows, dtype=torch.float64)[None, None] for rows in (settings.x, settings.w))
    return conv_transpose2d(x, w, stride=settings.stride)[0, 0]


def assert_shows_the_engine(panel: TransposedConv) -> Screen:
    screen, game, at, settings = Screen(panel), panel.walk.engine, panel.places, panel.settings
    assert written(screen, at.x) == [list(row) for row in settings.x]
    assert written(screen, at.w) == [list(row) for row in settings.w]
    assert written(screen, at.y) == game.y.tolist()
    assert written(screen, at.counts) == overlaps(game.n, game.k, game.s).tolist()
    key = panel.walk.op.key if panel.walk.op else ""
    product_shown = written(screen, at.stamp)
    if key in ("multiply", "add") and not panel.asked:
        assert product_shown == panel.walk.values["stamp"].tolist()
    else:
        assert product_shown is None
    assert {name: control.value for name, control in panel.choices.items()} == {
        name: getattr(settings, name) for name in panel.choices}
    texts = ["".join(e.itertext()) for e in screen.texts]
    size = next(text for text in texts if text.startswith("= ("))
    n, k, s, p = game.n, game.k, game.s, game.p
    assert [number for number, _ in read(size)] == [n, 1, s, 2, p, k, (n - 1) * s - 2 * p + k]
    modulo = next(text for text in texts if text.startswith("k mod s"))
    assert [number for number, _ in read(modulo)] == [k, s, k % s]
    assert len(panel.stage.sentence) <= 200
    return screen


def events(panel: TransposedConv, chance: random.Random) -> list:
    name = chance.choice(list(INDEX))
    index = chance.randrange(len(INDEX[name]))
    x, y = chance.uniform(-10, 950), chance.uniform(-10, 490)
    grid = chance.choice(panel.places)
    cell = chance.randrange(grid.count), chance.randrange(grid.count)
    option = chance.randrange(len(panel.cell.options))
    return [(5, lambda: choose(panel.choices[name], index)), (2, lambda: send(panel, type="click", x=x, y=y)),
            (6, lambda: click(panel, grid, *cell)), (3, lambda: choose(panel.cell, option)),
            (3, panel.more.click)]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_shows_the_engines_numbers_after_any_event(seed):
    chance, panel, seen = random.Random(seed), TransposedConv(), set()
    for _ in range(400):
        happen(common_events(panel, chance) + events(panel, chance), chance)
        assert panel.errors == 0
        assert panel.stage.notice == "" or panel.stage.notice.startswith("Não sobra imagem")
        assert_shows_the_engine(panel)
        seen.add(panel.walk.op.key if panel.walk.op else "")
    assert seen >= {"", "blank", "pick", "multiply", "add"}


@pytest.mark.parametrize(("image", "kernel", "k"), list(product(INPUTS, KERNELS, (1, 2, 3, 4, 5))))
def test_every_choice_ends_with_torchs_output(image, kernel, k):
    fitting = [(s, p) for s, p in product((1, 2, 3), (0, 1, 2)) if 2 * s + k - 2 * p >= 1]
    for s, p in fitting:
        panel = TransposedConv(image, kernel, k, s, p)
        panel.walk.run(10)
        panel.redraw()
        assert_shows_the_engine(panel)
        assert torch.equal(panel.walk.engine.y, conv(panel.settings))
        assert panel.walk.op.key == "crop" and f"tem {2 * s + k - 2 * p} de lado" in panel.stage.sentence
    assert panel.picture().startswith(b"\x89PNG")


def test_a_cut_that_leaves_nothing_is_answered_and_undone():
    panel = TransposedConv(k=3, stride=1, padding=2)
    panel.buttons["turn"].click()
    here, drawn = state(panel), panel.stage.svg
    for k in (1, 2):    # 2 + k − 4 < 1
        pick(panel, k=k)
        assert panel.stage.notice.startswith("Não sobra imagem") and panel.errors == 0
        assert state(panel) == here and panel.choices["k"].value == 3 and panel.stage.svg == drawn
    panel.buttons["step"].click()
    assert panel.stage.notice == ""


def test_a_click_adds_one_and_back_leads_to_the_numbers_before():
    panel = TransposedConv("ramp", "ones", 2, 2, 0)
    for _ in range(3):
        panel.buttons["turn"].click()
    here = state(panel)
    panel.buttons["turn"].click()
    click(panel, panel.places.x, 1, 2)
    assert panel.settings.x == ((1, 2, 3), (1, 2, 4), (1, 2, 3)) and panel.choices["image"].value == "own"
    assert not panel.walk.engine.y.any()
    click(panel, panel.places.x, 1, 2)
    assert panel.settings.x[1][2] == MOST["x"][0]
    click(panel, panel.places.w, 0, 1)
    assert panel.settings.w == ((1, 2), (1, 1)) and panel.choices["kernel"].value == "own"
    assert_shows_the_engine(panel)
    panel.buttons["back"].click()
    assert state(panel) == here and panel.choices["image"].value == "ramp"
    assert_shows_the_engine(panel)


def test_the_list_of_cells_and_its_button_do_the_same_as_a_click():
    clicked, listed = TransposedConv(), TransposedConv()
    for part, row, column in (("x", 0, 2), ("w", 2, 1), ("w", 2, 1)):
        click(clicked, getattr(clicked.places, part), row, column)
        choose(listed.cell, list(listed.cell.options).index(f"{part}[{row}, {column}]"))
        listed.more.click()
        assert listed.settings == clicked.settings and listed.cell.value == clicked.cell.value
    assert listed.settings.w[2][1] == 3 and listed.settings.x[0][2] == 2
    pick(listed, k=1)
    assert listed.cell.options[-1] == "w[0, 0]" and listed.cell.value == "x[0, 0]"
    listed.more.click()
    assert listed.settings.x[0][0] == 2 and listed.errors == 0


def test_the_kernel_of_ones_own_grows_and_shrinks_with_k():
    panel = TransposedConv("point", "ones", 2)
    click(panel, panel.places.w, 1, 1)
    pick(panel, k=3)
    assert panel.settings.w == ((1, 1, 1), (1, 2, 1), (1, 1, 1)) and panel.settings.kernel == "own"
    pick(panel, k=1)
    assert panel.settings.w == ((1,),)
    pick(panel, kernel="bilinear", k=4)
    assert panel.settings.w == KERNELS["bilinear"](4)


def test_a_click_on_the_canvas_says_where_its_number_comes_from():
    panel = TransposedConv("ramp", "bilinear", 3, 2, 0)
    final = conv(panel.settings)
    for row, column in product(range(7), repeat=2):
        grid = panel.places.y if (row + column) % 2 else panel.places.counts
        click(panel, grid, row, column)
        assert panel.asked == (row, column)
        assert_mentions(panel.stage.sentence, [
            row, column, overlaps(3, 3, 2)[row, column].item(), final[row, column].item()])
        formula = words.formula(panel.walk, panel.asked)
        products = [number for number, _ in read(formula[1][0])]
        assert sum(a * b for a, b in zip(products[::2], products[1::2], strict=True)) == final[row, column]
        assert_shows_the_engine(panel)
    click(panel, panel.places.counts, 6, 6)
    assert panel.asked is None    # the same once more takes it back
    click(panel, panel.places.y, 3, 3)
    panel.buttons["step"].click()
    assert panel.asked is None and place(panel) == (0, 1)
    gaps = TransposedConv("ramp", "ones", 1, 3, 0)
    click(gaps, gaps.places.y, 1, 1)
    assert gaps.stage.sentence == words.NOBODY.format(row=1, column=1)


def test_each_sum_is_said_with_its_numbers_and_shown_in_its_cells():
    panel = TransposedConv("ramp", "uneven", 3, 2, 1)
    panel.walk.run(4)
    before = panel.walk.engine.y.clone()
    panel.buttons["step"].click()
    panel.buttons["step"].click()
    for a, b in product(range(3), repeat=2):
        panel.buttons["step"].click()
        i, j, row, column = 1, 1, 2 + a, 2 + b
        x, w = panel.settings.x[i][j], panel.settings.w[a][b]
        old = before[row, column].item()
        said = panel.stage.sentence.split(" Este pixel")[0]
        assert [number for number, _ in read(said)] == [row, column, old, x, w, x * w, old + x * w]
        formula = "".join(part for part, _ in words.formula(panel.walk, None))
        assert [number for number, _ in read(formula)] == [row, column, i, j, a, b, x, w, x * w, old,
                                                           old + x * w]
        hits = sum(0 <= row - 2 * p < 3 and 0 <= column - 2 * q < 3 for p, q in product(range(3), repeat=2)
                   if (p, q) <= (i, j))
        assert f"recebeu {hits} carimbo" in panel.stage.sentence
        frames = [e for e in assert_shows_the_engine(panel).root.iter()
                  if e.get("stroke") == style.INK and e.get("stroke-width") == "3.50"]
        at = panel.places
        assert [(float(e.get("x")), float(e.get("y"))) for e in frames] == [
            pytest.approx((grid.x + grid.cell * c, grid.y + grid.cell * r), abs=0.06)
            for grid, r, c in ((at.x, i, j), (at.w, a, b), (at.stamp, a, b), (at.y, row, column))]
        assert panel.walk.code.lines[panel.walk.code.lit[1]].strip().startswith("self.y[")
    assert "O carimbo 5 de 9 está completo" in panel.stage.sentence


@pytest.mark.parametrize(("kernel", "k", "s", "checks"), [
    ("ones", 3, 2, True), ("ones", 4, 2, False), ("bilinear", 3, 2, False), ("uneven", 4, 2, True),
    ("ones", 2, 3, True), ("bilinear", 5, 3, False), ("bilinear", 5, 2, True), ("ones", 5, 1, False)])
def test_the_verdict_is_that_of_a_large_constant_input(kernel, k, s, checks):
    panel = TransposedConv("constant", kernel, k, s)
    assert "mod" not in panel.stage.sentence    # the learner looks for the rule first
    panel.walk.run(10)
    panel.redraw()
    w = torch.tensor(KERNELS[kernel](k), dtype=torch.float64)[None, None]
    large = conv_transpose2d(torch.ones(1, 1, 30, 30, dtype=torch.float64), w, stride=s)[0, 0]
    middle = large[6 * s:12 * s, 6 * s:12 * s]
    share = (middle.max() - middle.min()).item() / middle.mean().item()
    assert (share > 0) == checks
    shown = [e.text for e in Screen(panel).texts if (e.text or "").startswith("ondula")]
    assert shown == [f"ondula {style.num(100 * share, 0)} %", "ondula 0 %"]
    assert (f"ondula {style.num(100 * share, 0)} %" in panel.stage.sentence) == checks
    assert f"{k} mod {s} = {k % s}" in panel.stage.sentence


def test_a_kernel_of_zeros_is_called_empty_and_not_even():
    panel = TransposedConv("constant", "ones", 1, 2)
    for _ in range(5):    # 1 → 4 → −2 → 0
        click(panel, panel.places.w, 0, 0)
    assert panel.settings.w == ((-1,),)
    click(panel, panel.places.w, 0, 0)
    assert panel.settings.w == ((0,),) and panel.stage.sentence.startswith(words.NOTHING)
    assert_shows_the_engine(panel)


def test_short_numbers():
    assert [figures.short(v) for v in (2, -3.0, 0.5, 1 / 3, -0.0, 10, -0.001, 100)] == [
        "2", "−3", "0,5", "0,33", "0", "10", "0", "100"]


def test_the_counts_are_the_darker_the_more_and_stay_readable():
    levels = [figures._grey(share) for share in np.linspace(0, 1, 5)]
    assert sorted(levels, reverse=True) == levels and levels[0] == "#ffffff"
    light = (int(levels[-1][1:3], 16) / 255) ** 2.2
    assert (light + 0.05) / ((0x1b / 255) ** 2.2 + 0.05) >= 4.5    # contrast with the numbers
