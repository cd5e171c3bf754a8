"""The lessons' figures are those that the code draws; and what is drawn stands where it belongs."""

from base64 import b64decode
from io import BytesIO
from math import inf, nan
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from helpers.course import LESSONS, ROOT
from helpers.gan import charts, figures
from helpers.listing import Code
from helpers.ui import canvas, style, svg
from tools.figures import FIGURES


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"), float)


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_in_img_is_the_one_that_the_code_draws(name):
    """Pixel by pixel; `make figures` brings img/ up to date."""
    stored, now = pixels((ROOT / "img" / name).read_bytes()), pixels(svg.to_png(FIGURES[name]()))
    assert stored.shape == now.shape
    assert np.abs(stored - now).max() <= 3, "a pixel differs: run make figures and look at img/"
    assert len(np.unique(now.reshape(-1, 3), axis=0)) > 50    # a picture, not a blank sheet


def test_one_changed_letter_is_seen():
    """The comparison above can fail."""
    name, draw = next(iter(FIGURES.items()))
    drawing = draw()
    changed = drawing.replace(">disputa ", ">dispute ", 1).replace(" disputa ", " dispute ", 1)
    assert changed != drawing
    assert np.abs(pixels(svg.to_png(changed)) - pixels((ROOT / "img" / name).read_bytes())).max() > 50


def test_img_holds_the_figures_of_the_lessons_and_no_others():
    named = {name for lesson in LESSONS for name in lesson.figures}
    assert named == set(FIGURES) == {path.name for path in (ROOT / "img").glob("*.png")}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figures_words_stay_on_its_sheet_and_are_legible(name):
    sheet = ElementTree.fromstring(FIGURES[name]())
    width, height = float(sheet.get("width")), float(sheet.get("height"))
    assert 600 <= width <= 2000 and 200 <= height <= 2000
    texts = ["".join(e.itertext()) for e in sheet.iter() if e.tag.endswith("text")]
    assert texts and all(text.strip() for text in texts)


# --- pixels ---------------------------------------------------------------------------------------------


def decoded(uri: str) -> np.ndarray:
    head, data = uri.split(",", 1)
    assert head == "data:image/png;base64"
    return pixels(b64decode(data))


def test_a_ramp_passes_through_its_stops_and_is_straight_between():
    table = canvas.ramp(["#000000", "#ff8040", "#ffffff"], 257)
    assert table[[0, 128, 256]].tolist() == [[0, 0, 0], [255, 128, 64], [255, 255, 255]]
    assert np.abs(table[64] - np.array([127.5, 64, 32])).max() <= 1
    assert (np.diff(table.astype(int), axis=0) >= 0).all()


def test_the_fields_colours_lean_to_the_side_that_D_believes_in():
    """Orange for 'generated', white for undecided, blue for 'real'; each side readable without the other."""
    low, middle, high = figures.FIELD[[0, 128, 255]].astype(int)
    assert low[0] > low[2] + 60 and high[2] > high[0] + 60 and middle.min() > 250


def test_heat_paints_each_value_in_its_place():
    table = canvas.ramp(["#000000", "#ffffff"])
    painted = decoded(canvas.heat(np.array([[0.0, 1.0], [0.5, 0.25]]), table))
    assert painted[:, :, 0] == pytest.approx(np.array([[0, 255], [127, 63]]), abs=1)
    assert decoded(canvas.heat(np.array([[nan, 9.0], [-9.0, inf]]), table))[:, :, 0].tolist() == [
        [0, 255], [0, 255]]
    assert decoded(canvas.heat(np.zeros((3, 3)), table, size=40)).shape == (40, 40, 3)


def test_tiles_stand_row_by_row_with_white_between():
    images = np.stack([np.full((2, 2), shade) for shade in (0.0, 0.25, 0.5, 0.75, 2.0)])
    sheet = np.asarray(canvas.tiles(images, 2, gap=1), float)
    assert sheet.shape == (3 * 3 - 1, 2 * 3 - 1)
    tops = [sheet[3 * (n // 2), 3 * (n % 2)] for n in range(5)]
    assert tops == pytest.approx([0, 63, 127, 191, 255], abs=1)
    assert (sheet[2] == 255).all() and (sheet[:, 2] == 255).all() and (sheet[6:, 3:] == 255).all()
    assert canvas.tiles(images, 2, zoom=3, gap=1).size == (15, 24)


def test_contours_are_where_the_field_crosses_the_level():
    row, column = np.mgrid[:21, :21].astype(float)
    (line,) = canvas.contour(column, 7.25)
    assert line[:, 0] == pytest.approx(7.25) and sorted(line[:, 1])[-1] == 20
    (circle,) = canvas.contour(np.hypot(column - 10, row - 10), 6)
    assert np.hypot(circle[:, 0] - 10, circle[:, 1] - 10) == pytest.approx(6, abs=0.05)
    assert canvas.contour(column, 99) == []
    assert canvas.contour(np.where(column > 3, nan, column), 1.0) == []
    assert canvas.contour(np.where(column > 3, inf, column), 1.0) == []


# --- the plane ------------------------------------------------------------------------------------------

SIDE, EXTENT = 400.0, 2.0


def parts(drawing: str) -> ElementTree.Element:
    root = ElementTree.fromstring(f"<svg>{drawing}</svg>")
    for element in root.iter():
        for name, value in element.attrib.items():
            assert name == "href" or ("nan" not in value and "inf" not in value), f"{name}={value}"
    return root


def points_of(root: ElementTree.Element, stroke: str) -> np.ndarray:
    path = next(e.get("d") for e in root.iter() if e.get("stroke") == stroke and e.get("d"))
    return np.array([[float(n) for n in point.split()] for point in
                     path.replace("h0", "").replace("L", "M")[1:].split("M")])


def on_page(points: list) -> np.ndarray:
    """Where data stand on a page at (10, 20): x to the right, y upwards."""
    x, y = np.array(points, float).T
    return np.c_[10 + SIDE * (x + EXTENT) / (2 * EXTENT), 20 + SIDE * (EXTENT - y) / (2 * EXTENT)]


def test_points_and_mesh_stand_at_their_coordinates():
    real, fake = [[0, 0], [1.5, -1.0], [-2, 2]], [[0.5, 0.25]]
    view = figures.PlaneView(EXTENT, real=np.array(real, np.float32), fake=np.array(fake, np.float32),
                             mesh=[np.array([[0.0, 0.0], [1.0, 1.0]])])
    root = parts(figures.plane(10, 20, SIDE, view))
    assert points_of(root, style.REAL) == pytest.approx(on_page(real), abs=0.06)
    assert points_of(root, style.GENERATED) == pytest.approx(on_page(fake), abs=0.06)
    assert points_of(root, style.GENERATOR) == pytest.approx(on_page([[0, 0], [1, 1]]), abs=0.06)


def test_the_boundary_stands_where_D_is_undecided_and_the_field_is_upright():
    axis = np.linspace(-EXTENT, EXTENT, 49)
    x, y = np.meshgrid(axis, axis)    # [row = y from the bottom, column = x]
    root = parts(figures.plane(10, 20, SIDE, figures.PlaneView(EXTENT, boundary=y - 0.5)))
    line = points_of(root, "#8c3a6d")
    assert line[:, 1] == pytest.approx(on_page([[0, 0.5]])[0, 1], abs=0.06)
    shade = (x + 3 * y) / 16 + 0.5    # greatest at the top right, least at the bottom left
    root = parts(figures.plane(10, 20, SIDE, figures.PlaneView(EXTENT, field=shade)))
    image = next(e for e in root.iter() if e.tag == "image")
    painted = decoded(image.get("href"))
    blueness = painted[:, :, 2] - painted[:, :, 0]
    corners = {"top right": blueness[0, -1], "top left": blueness[0, 0], "bottom right": blueness[-1, -1],
               "bottom left": blueness[-1, 0]}
    assert sorted(corners, key=corners.get) == ["bottom left", "bottom right", "top left", "top right"]
    assert [float(image.get(key)) for key in ("x", "y", "width", "height")] == [10, 20, SIDE, SIDE]


def arrow_ends(pull: list, fake: list) -> np.ndarray:
    """From drawing to page: the vector of each arrow."""
    view = figures.PlaneView(EXTENT, pull=(np.array(fake, np.float32), np.array(pull, np.float32)))
    root = parts(figures.plane(0, 0, SIDE, view))
    path = next(e.get("d") for e in root.iter() if e.get("stroke-width") == "1.60" and e.get("d"))
    ends = [[[float(n) for n in point.split()] for point in line.split("L")] for line in path[1:].split("M")]
    return np.array([np.subtract(end, start) for start, end in ends])


def test_arrows_point_as_the_pull_does_in_common_proportion():
    pull = [[3.0, 0.0], [0.0, 1.5], [-1.0, -1.0]]
    drawn = arrow_ends(pull, [[0, 0], [1, 0], [0, 1]])
    scale = drawn[0, 0] / 3
    assert scale > 10    # visible
    assert drawn == pytest.approx(scale * np.array(pull) * [1, -1], abs=0.15)


@pytest.mark.parametrize("size", [1e-44, 1e-39, 1e-30, 1.0, 1e30, 3e38])
def test_the_longest_arrow_is_as_long_whatever_the_size_of_the_pull(size):
    drawn = arrow_ends([[size, 0.0], [0.0, 0.0]], [[0, 0], [1, 1]])
    assert drawn[0] == pytest.approx(arrow_ends([[1.0, 0.0], [0.0, 0.0]], [[0, 0], [1, 1]])[0], abs=0.15)
    assert drawn[1] == pytest.approx([0, 0])


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_a_plane_of_numbers_that_are_none_is_still_a_picture(bad):
    cloud = np.array([[bad, 0.0], [0.0, 1.0]], np.float32)
    grid = np.full((9, 9), bad)
    parts(figures.plane(0, 0, SIDE, figures.PlaneView(
        EXTENT, grid, grid, cloud, cloud, (cloud, cloud), [cloud])))
    parts(figures.losses(0, 0, 384, 68, [bad, 1.0], [bad, bad], [("a", 1.0)], ("d", "g")))
    parts(figures.losses(0, 0, 384, 68, [bad], [], [], ("d", "g")))


def test_arrows_that_would_cover_each_other_or_start_outside_are_left_out():
    tails = np.random.default_rng(0).normal(0, 0.1, (128, 2)).astype(np.float32)    # a heap, as in round 0
    tails[:3] = [[0, 0], [5, 0], [nan, 0]]
    view = figures.PlaneView(EXTENT, pull=(tails, np.ones_like(tails)), names=NAMES)
    root = parts(figures.plane(0, 0, SIDE, view))
    path = next(e.get("d") for e in root.iter() if e.get("stroke-width") == "1.60" and e.get("d"))
    starts = np.array([[float(n) for n in line.split("L")[0].split()] for line in path[1:].split("M")])
    gaps = np.linalg.norm(starts[:, None] - starts, axis=2)[np.triu_indices(len(starts), 1)]
    assert 3 <= len(starts) < 40 and gaps.min() >= figures.APART - 0.15
    assert starts[0] == pytest.approx([SIDE / 2, SIDE / 2])
    assert f"{len(starts)} de 128 setas" in words_of(root)


NAMES = {"real": "reais", "fake": "gerados", "boundary": "fronteira", "mesh": "malha",
         "pull": "{count} de {n} setas", "outside": "{count} de {n} fora"}


def words_of(root: ElementTree.Element) -> list[str]:
    return ["".join(e.itertext()) for e in root.iter() if e.tag == "text"]


def test_the_legend_names_what_is_shown_in_its_colour_and_form():
    cloud = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, -2.5], [2.0, 2.0], [nan, 0.0], [0.0, -inf]])
    grid = np.linspace(-1, 1, 81).reshape(9, 9)
    view = figures.PlaneView(EXTENT, boundary=grid, real=cloud, fake=cloud, mesh=[cloud[:2]], names=NAMES)
    root = parts(figures.plane(0, 0, SIDE, view))
    assert words_of(root) == ["reais", "gerados", "fronteira", "malha", "4 de 6 fora"]
    circle, square = (next(e for e in root.iter() if e.tag == tag and e.get("fill") == color)
                      for tag, color in (("circle", style.REAL), ("rect", style.GENERATED)))
    assert circle.get("stroke") == square.get("stroke") == style.INK
    lines = [e.get("stroke") for e in root.iter() if e.tag == "line"]
    assert lines == [charts.BOUNDARY, style.GENERATOR]
    few = parts(figures.plane(0, 0, SIDE, figures.PlaneView(EXTENT, fake=cloud[:1], names=NAMES)))
    assert words_of(few) == ["gerados"]
    assert words_of(parts(figures.plane(0, 0, SIDE, figures.PlaneView(EXTENT, real=cloud)))) == []


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_a_point_that_is_no_number_is_drawn_beyond_the_window(bad):
    cloud = np.array([[bad, 0.0], [0.5, bad]], np.float32)
    drawn = points_of(parts(figures.plane(10, 20, SIDE, figures.PlaneView(EXTENT, fake=cloud))),
                      style.GENERATED)
    assert ((drawn < [10, 20]) | (drawn > [10 + SIDE, 20 + SIDE])).any(1).all()


# --- a measure over the turns ---------------------------------------------------------------------------


def a_chart(values: list[float], reference: float = 0.25, **other: object) -> ElementTree.Element:
    shown = charts.Chart(**{
        "title": "medida", "value": "0,5", "points": list(enumerate(values)), "span": (0, 1),
        "ends": ("zero", "um"), "reference": reference, "beside": "perfeito"} | other)
    return parts(charts.chart(100, 200, 256, 148, shown))


def test_a_chart_is_to_scale_with_its_reference_and_its_end():
    root = a_chart([0.0, 1.0, 0.25, 0.5])
    curve, dashed = points_of(root, style.GENERATOR), points_of(root, style.INK)
    low, high, same, half = curve[:, 1]
    assert same == pytest.approx(dashed[0, 1], abs=0.06) and half == pytest.approx((low + high) / 2, abs=0.06)
    assert same == pytest.approx(low + (high - low) / 4, abs=0.06)
    assert np.diff(curve[:, 0]) == pytest.approx((256 - charts.GUTTER) / 3, abs=0.11)
    end = next(e for e in root.iter() if e.tag == "circle")
    assert [float(end.get("cx")), float(end.get("cy"))] == pytest.approx(curve[-1], abs=0.06)
    assert words_of(root) == ["medida", "0,5", "perfeito", "zero", "um"]
    assert 200 <= high < low <= 348


@pytest.mark.parametrize(("reference", "kept"), [(0.0, "um"), (0.04, "um"), (1.0, "zero"), (0.97, "zero")])
def test_a_references_words_take_the_place_of_those_of_an_end(reference, kept):
    assert words_of(a_chart([0.5], reference))[2:] == ["perfeito", kept]


def test_a_chart_of_gaps_outliers_and_nothing_is_still_a_picture():
    curve = points_of(a_chart([nan, 0.5, nan, 99.0, -99.0]), style.GENERATOR)
    assert len(curve) == 3 and curve[1:, 1] == pytest.approx([229, 345], abs=0.06)    # within its frame
    for values in ([nan], [], [nan, nan]):
        assert not [e for e in a_chart(values).iter() if e.tag == "circle"]
    empty = a_chart([1.0], nan, empty="nada")
    assert words_of(empty) == ["medida", "0,5", "nada"] and not [e for e in empty.iter() if e.tag == "path"]
    long = points_of(a_chart([0.5] * 4999 + [1.0]), style.GENERATOR)
    assert len(long) <= charts.MOST + 1 and long[-1] == pytest.approx([290, 229], abs=0.06)


def test_the_chart_of_losses_is_to_scale():
    d, g = [1.0, 2.0, 3.0], [3.0, 1.0]
    root = parts(figures.losses(0, 0, 384, 100, d, g, [("dois", 2.0)], ("d", "g")))
    at_d, at_g = points_of(root, "#8c3a6d"), points_of(root, "#00694d")
    mark = points_of(root, style.MUTED)
    assert np.diff(at_d[:, 0]) == pytest.approx(at_d[1, 0] - at_d[0, 0], abs=0.2)
    assert at_d[0, 1] == pytest.approx(at_g[1, 1]) and at_d[2, 1] == pytest.approx(at_g[0, 1])
    assert at_d[1, 1] == pytest.approx(mark[0, 1]) == pytest.approx((at_d[0, 1] + at_d[2, 1]) / 2, abs=0.06)
    assert 0 <= at_d[2, 1] < at_d[0, 1] <= 100    # a higher loss stands higher


# --- words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "text"), [
    (0.5, "0,500"), (-1.25, "−1,250"), (0.0, "0"), (1234.5, "1234,500"), (nan, "—"), (inf, "∞"),
    (-inf, "−∞"), (0.0004, "4,0·10⁻⁴"), (-2.5e-7, "−2,5·10⁻⁷"), (123456.0, "1,2·10⁵"), (0.0005, "0,001"),
    (1e-40, "1,0·10⁻⁴⁰"),
])
def test_numbers_are_written_as_in_brazil(value, text):
    assert style.num(value) == text


def test_words_are_escaped_wherever_they_come_from():
    evil = "<script>alert(1)</script>&\"'"
    root = parts(svg.text(0, 0, evil) + svg.formula(0, 0, [(evil, True)])
                 + svg.code(0, 0, 500, 3, Code(evil, (evil,), (0, 0))))
    assert not [e for e in root.iter() if e.tag == "script"]
    assert "".join(root.itertext()).count("<script>") == 4


@pytest.mark.parametrize("lit", [(0, 0), (3, 4), (18, 19), (9, 9), (0, -1)])
def test_the_code_window_shows_the_lit_lines(lit):
    shown = Code("f", tuple(f"line{n}" for n in range(20)), lit)
    root = parts(svg.code(0, 0, 500, 8, shown))
    texts = {e.text: e.get("font-weight") for e in root.iter() if e.tag == "text"}
    bold = {text for text, weight in texts.items() if weight == "bold"}
    assert bold == {f"line{n}" for n in range(lit[0], lit[1] + 1)}
    assert sum(text.startswith("line") for text in texts) == 8


def test_detach_is_drawn_as_a_cut_in_the_discriminators_turn():
    words = figures.Words("z", "ger", "fal", "rea", "dis", "per", "voltaD", "voltaG", cut="detach corta")
    for key, lit in figures.LIT_PARTS.items():
        root = parts(figures.loop(words, frozenset(lit.split())))
        cut = key.startswith("D.") and key not in ("D.zero", "D.z")    # the line with detach has run
        assert ("detach corta" in words_of(root), "voltaG" in words_of(root)) == (cut, not cut), key
        bars = [e for e in root.iter() if e.get("stroke") == figures.CUT]
        assert len(bars) == cut


def test_the_loop_lights_what_it_is_told_and_nothing_else():
    words = figures.Words("z", "ger", "fal", "rea", "dis", "per", "voltaD", "voltaG")
    label = {"z": "z", "G": "ger", "fake": "fal", "real": "rea", "D": "dis", "loss": "per",
             "back_D": "voltaD", "back_G": "voltaG"}
    for key, lit in figures.LIT_PARTS.items():
        root = parts(figures.loop(words, frozenset(lit.split())))
        bold = {e.text for e in root.iter() if e.tag == "text" and e.get("font-weight") == "bold"}
        assert bold == {label[part] for part in lit.split() if part in label}, key
        halos = sum(e.get("stroke") == "#ffd84d" for e in root.iter())
        assert halos == sum(">" in part or part.startswith("back") for part in lit.split()), key
