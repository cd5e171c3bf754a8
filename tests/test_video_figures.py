"""The lesson's figure of video says what the model does, in letters that the back row can read."""

import re
from xml.etree import ElementTree

import matplotlib
import pytest
from PIL import ImageFont

from helpers.video import lesson_figures as figures

FONTS = f"{matplotlib.get_data_path()}/fonts/ttf"


@pytest.fixture(scope="module")
def root():
    return ElementTree.fromstring(figures.the_video())


def texts(root):
    return [e for e in root.iter() if e.tag.endswith("text")]


def test_every_moment_has_its_noise_its_cell_and_its_frame(root):
    words = ["".join(e.itertext()) for e in texts(root)]
    for number in figures.NAMES:
        assert f"e({number})" in words and f"m({number})" in words
    assert words.count("LSTM") == words.count("decodificador") == len(figures.NAMES)
    assert words.count("conteúdo") == 1    # drawn once, for all
    assert len([e for e in root.iter() if e.tag.endswith("image")]) == len(figures.NAMES)
    assert {"crítico de quadro", "crítico de sequência"} <= set(words)


def test_the_frame_critic_gets_one_arrow_and_the_sequence_critic_all(root):
    """An arrow of a critic begins at a frame's top and ends at the critic's foot."""
    ways = [[tuple(map(float, point.split())) for point in e.get("d")[1:].split("L")]
            for e in root.iter() if e.get("stroke") == figures.style.LINE_D]
    starts = [way[0][0] for way in ways]
    single, *rest = ways
    assert len(single) == 2 and len(rest) == len(figures.AT)
    for x, way in zip(figures.AT, rest, strict=True):
        assert abs(way[0][0] - x) < figures.SIDE / 2 and len({way[-1][0] for way in rest}) == 1
    assert len(starts) == 1 + len(figures.AT)


def test_letters_are_large_and_stay_on_the_sheet(root):
    for e in texts(root):
        size, x, words = float(e.get("font-size")), float(e.get("x")), "".join(e.itertext())
        assert size >= 22
        face = "DejaVuSans-Bold.ttf" if e.get("font-weight") else "DejaVuSans.ttf"
        wide = ImageFont.truetype(f"{FONTS}/{face}", 100).getlength(words) * size / 100
        left = x - wide / 2 if e.get("text-anchor") == "middle" else x
        assert left > 8 and left + wide < figures.WIDTH - 8, words
        assert not re.search(r"[a-z]{3,}ing\b", words)
