"""The lessons' figures are those that the code draws; and what is drawn stands where it belongs."""

from base64 import b64decode
from io import BytesIO
from math import inf, nan
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from helpers.course import LESSONS, ROOT
from helpers.gan import figures
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
