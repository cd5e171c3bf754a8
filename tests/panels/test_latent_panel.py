"""Espaço latente without a kernel: what it shows is what G draws, any event is sound, undo is exact."""

import math
import random
import re
import warnings
from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from helpers import digits as judge
from helpers.errors import MESSAGES
from helpers.gan.attributes import contrasts, ink, slant
from helpers.gan.dcgan import Generator
from helpers.gan.latent import lerp, slerp
from helpers.gan.latent_tour import FORCE, MOVABLE, PARTS, REACH, STEP, TRAY, Tour
from helpers.gan.panels import LatentSpace
from helpers.gan.panels import latent_scenes as scenes
from helpers.gan.panels import latent_words as words
from helpers.ui.style import num
from tests.panels.shown import Screen, assert_mentions, read, send

torch.set_num_threads(1)
MODES = list(words.MODES)


@pytest.fixture
def panel() -> LatentSpace:
    return LatentSpace()


def texts(panel: LatentSpace) -> list[str]:
    return ["".join(e.itertext()) for e in Screen(panel).texts]


def text_with(panel: LatentSpace, part: str) -> str:
    return next(text for text in texts(panel) if part in text)


def images(panel: LatentSpace) -> dict[tuple[float, float], np.ndarray]:
    """What each picture of the drawing holds, by its corner: its digits' pixels, [rows, columns, 28, 28]."""
    out = {}
    for element in Screen(panel).root.iter():
        if element.tag.endswith("image"):
            data = next(value for name, value in element.attrib.items() if name.endswith("href"))
            sheet = np.asarray(Image.open(BytesIO(b64decode(data.split(",")[1]))))[::3, ::3]
            rows, columns = ((side + 2) // 30 for side in sheet.shape)
            out[float(element.get("x")), float(element.get("y"))] = np.array([[
                sheet[30 * r:30 * r + 28, 30 * c:30 * c + 28] for c in range(columns)] for r in range(rows)])
    return out


def grey(some: Tensor) -> np.ndarray:
    return ((some[:, 0].numpy() + 1) / 2 * 255).astype(np.uint8)


def assert_shows(panel: LatentSpace, tiles: Any, expected: Tensor) -> None:
    found = images(panel)[tiles.x, tiles.y].reshape(-1, 28, 28).astype(int)
    assert np.abs(found - grey(expected).astype(int)).max() <= 1    # a batch of another size rounds otherwise


def click(panel: LatentSpace, tiles: Any, place: int) -> None:
    x, y = tiles.at(place)
    send(panel, type="click", x=x + tiles.side / 2, y=y + tiles.side / 2)


def z_of(panel: LatentSpace) -> Tensor:
    """The place's z, put together here: what was drawn, with each coordinate replaced by its slider's."""
    place, z = panel.place, torch.randn(panel.tour.G.latent,
                                        generator=torch.Generator().manual_seed(panel.place.start))
    for direction, control in zip(panel.tour.movable, panel.coordinates, strict=True):
        z = z + (STEP * control.value - z @ direction) * direction
    assert place.at == tuple(control.value for control in panel.coordinates)
    return z


def draw(panel: LatentSpace, z: Tensor, digit: int) -> Tensor:
    return panel.tour.G(z, torch.full((len(z),), digit))


def assert_directions(panel: LatentSpace) -> None:
    z, place = z_of(panel), panel.place
    direction = panel.tour.movable[place.main]
    along = torch.stack([z + (c - z @ direction) * direction for c in range(-3, 4)])
    one, strip = draw(panel, z[None], place.digit), draw(panel, along, place.digit)
    assert_shows(panel, scenes.BIG, one)
    assert_shows(panel, scenes.STRIP, strip)
    leans, inks = slant(strip), 100 * ink(strip)
    ratio = panel.tour.effects[place.main] / panel.tour.ordinary
    assert_mentions(panel.stage.sentence.replace("Andar 1 ", ""),
                    [place.main + 1, STEP * place.at[place.main], -3, 3, leans[0].item(), leans[-1].item(),
                     inks[0].item(), inks[-1].item(), ratio], rel=1e-4, abs_=2e-3)
    shown = read(text_with(panel, "‖z‖"))
    assert shown[0][0] == place.digit and shown[1][0] == pytest.approx(z.norm().item(), abs=6e-3)
    assert read(text_with(panel, "tinta: "))[0][0] == pytest.approx(100 * ink(one).item(), abs=0.06)
    assert read(text_with(panel, "inclinação: "))[0][0] == pytest.approx(slant(one).item(), abs=0.06)


def assert_interpolation(panel: LatentSpace) -> None:
    place, t = panel.place, panel.place.way / PARTS
    z, digits, tray = panel.tour.samples(place.tray)
    assert torch.equal(tray, panel.tour.G(z, digits)) and digits.tolist() == 2 * [*range(10)]
    assert_shows(panel, scenes.TRAY, tray)
    ends = z[[place.first, place.second]]
    norms = [way(*ends, torch.tensor([t])).norm().item() for way in (lerp, slerp)]
    seen = []
    for tiles, big, way in ((scenes.LINE, scenes.LINE_NOW, lerp), (scenes.ARC, scenes.ARC_NOW, slerp)):
        found = images(panel)[tiles.x, tiles.y].reshape(-1, 28, 28).astype(int)
        for place_, end in ((0, place.first), (-1, place.second)):    # the ends are the samples themselves
            assert np.abs(found[place_] - grey(tray)[end].astype(int)).max() <= 2
        path = way(*ends, torch.tensor([t]))
        classes = lerp(*torch.eye(10)[digits[[place.first, place.second]]], torch.tensor([t]))
        start = panel.tour.G.start(torch.cat((path, classes), 1))
        image = panel.tour.G.body(start.view(1, -1, 7, 7))
        assert_shows(panel, big, image)
        seen.append(judge.look(image).labels.item())
    if place.first == place.second:
        assert panel.stage.sentence == words.ALIKE
        return
    assert_mentions(panel.stage.sentence, [t, *norms, panel.tour.typical, *dict.fromkeys(seen)], rel=1e-4)
    angle = math.degrees(math.acos(torch.cosine_similarity(*ends.double(), 0).item()))
    assert read(text_with(panel, "Ω"))[-1][0] == pytest.approx(angle, abs=0.51)
    middle = [way(*ends, torch.tensor([0.5])).norm().item() for way in (lerp, slerp)]
    assert [n for n, _ in read(text_with(panel, "Meio do caminho"))[:2]] == pytest.approx(middle, abs=6e-3)
    assert f"{digits[place.first]} → {digits[place.second]}" in text_with(panel, "A classe")


def assert_arithmetic(panel: LatentSpace, vectors: dict[str, Tensor]) -> None:
    place, z = panel.place, z_of(panel)
    vector, force = vectors[place.attribute], STEP * place.force
    measure = {"slant": slant, "ink": lambda some: 100 * ink(some)}[place.attribute]
    pairs = [draw(panel, torch.stack((z, z + force * vector)), digit) for digit in (place.digit, place.other)]
    for tiles, image in zip((scenes.TOP, scenes.TOP_AFTER, scenes.BOTTOM, scenes.BOTTOM_AFTER),
                            torch.cat(pairs), strict=True):
        assert_shows(panel, tiles, image[None])
    fresh = torch.randn(30, panel.tour.G.latent, generator=torch.Generator().manual_seed(2))
    means = [measure(draw(panel, at, place.other)).mean().item() for at in (fresh, fresh + force * vector)]
    assert_mentions(panel.stage.sentence.replace("Em 30 z", "Em z"),
                    [place.other, force, place.other, *measure(pairs[1]).tolist(), *means], abs_=2e-3)
    strip = draw(panel, z + torch.arange(-2, 2.1, 0.5)[:, None] * vector, place.other)
    assert_shows(panel, scenes.FORCES, strip)
    assert num(vector.norm().item(), 2) in text_with(panel, "A diferença das médias")


CHECKS = {"directions": assert_directions, "interpolation": assert_interpolation}


def assert_true(panel: LatentSpace, vectors: dict[str, Tensor]) -> None:
    assert panel.errors == 0, panel.stage.notice
    assert len(panel.stage.sentence) <= 180 and not re.search(r"nan|inf\b|\{", panel.stage.sentence)
    for name, control in panel.choices.items():
        assert control.value == getattr(panel.place, name)
    hidden = [c for c in panel.children[0].children if c.layout.display == "none"]
    visible = [c for c in panel.children[0].children if c.layout.display is None]
    assert visible and not set(map(id, hidden)) & set(map(id, panel.shown[panel.place.mode]))
    check = CHECKS.get(panel.place.mode)
    return check(panel) if check else assert_arithmetic(panel, vectors)


@pytest.fixture(scope="module")
def vectors() -> dict[str, Tensor]:
    G = LatentSpace().tour.G
    return {name: found.vector for name, found in contrasts(G).items()}


def events(panel: LatentSpace, chance: random.Random) -> list:
    c, n = panel.choices, chance.randrange(MOVABLE)
    x, y = chance.uniform(-10, 950), chance.uniform(-10, 460)
    key = chance.choice(["step", "back", "play", "undo?"])
    button = chance.choice([panel.new, panel.home, panel.tray])
    return [
        (4, lambda: panel.coordinates[n].set_state({"value": chance.randint(-REACH, REACH)})),
        (8, lambda: send(panel, type="click", x=x, y=y)), (3, lambda: click(panel, scenes.TRAY, n)),
        (6, lambda: send(panel, type="key", key=key)), (6, lambda: send(panel, type="tick")),
        (6, lambda: panel.buttons[chance.choice([*panel.buttons])].click()), (4, button.click),
        (5, lambda: c["mode"].set_state({"index": chance.randrange(3)})),
        (3, lambda: c[chance.choice(["digit", "other"])].set_state({"index": chance.randrange(10)})),
        (2, lambda: c[chance.choice(["first", "second"])].set_state({"index": chance.randrange(TRAY)})),
        (2, lambda: c["attribute"].set_state({"index": chance.randrange(2)})),
        (2, lambda: c["main"].set_state({"index": chance.randrange(MOVABLE)})),
        (2, lambda: c["way"].set_state({"value": chance.randint(0, PARTS)})),
        (2, lambda: c["force"].set_state({"value": chance.randint(-FORCE, FORCE)})),
        (1, lambda: send(panel, type="?")),
    ]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_shows_what_g_draws_after_any_event(seed, vectors):
    chance, panel, modes = random.Random(seed), LatentSpace(), set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(150):
            weighted = events(panel, chance)
            chance.choices([e for _, e in weighted], [w for w, _ in weighted])[0]()
            assert panel.stage.notice in ("", MESSAGES["nothing_to_undo"])
            assert_true(panel, vectors)
            modes.add(panel.place.mode)
    assert modes == set(MODES)


@pytest.mark.parametrize("mode", MODES)
def test_every_control_to_its_ends(mode, vectors):
    panel = LatentSpace(mode)
    assert_true(panel, vectors)
    for control in panel.shown[mode]:
        ends = [control.min, control.max] if hasattr(control, "min") else \
            [control.options[0][1], control.options[-1][1]] if hasattr(control, "options") else []
        for end in ends:
            control.value = end
            assert_true(panel, vectors)
    for key, end in (("back", 0), ("step", 1)):    # the main control stops at its ends
        for _ in range(2 * REACH + 2):
            send(panel, type="key", key=key)
        assert panel._main()[0] == panel._main()[1 + end] and panel.errors == 0
    assert panel.picture().startswith(b"\x89PNG")


def test_clicks_choose_what_they_are_on(panel):
    for place, value in ((0, -3), (6, 3), (4, 1)):
        click(panel, scenes.STRIP, place)
        assert panel.place.at[0] * STEP == value
    panel.choices["mode"].value = "interpolation"
    click(panel, scenes.TRAY, 4)
    click(panel, scenes.TRAY, 17)
    assert (panel.place.first, panel.place.second, panel.place.turn) == (4, 17, 0)
    click(panel, scenes.ARC, 9)
    assert panel.place.way == 18
    click(panel, scenes.LINE, 0)
    assert panel.place.way == 0
    panel.choices["mode"].value = "arithmetic"
    click(panel, scenes.FORCES, 8)
    assert panel.place.force * STEP == 2
    before = panel.place
    for x, y in ((4, 4), (939, 440), (560, 330)):
        send(panel, type="click", x=x, y=y)
    assert panel.place == before and panel.errors == 0


def test_undo_goes_back_through_every_picture_exactly(panel):
    chance, seen = random.Random(5), [panel.stage.svg]
    for _ in range(60):
        before = len(panel.past)
        weighted = [(w, e) for w, e in events(panel, chance)]
        panel.past = [(place, "") for place, _ in panel.past]    # nothing is merged
        chance.choices([e for _, e in weighted], [w for w, _ in weighted])[0]()
        seen = [*seen[:len(panel.past)], panel.stage.svg]
        assert len(seen) == len(panel.past) + 1 and abs(len(panel.past) - before) <= 1
    while panel.past:
        seen.pop()
        panel.buttons["undo"].click()
        assert panel.stage.svg == seen[-1] and panel.stage.notice == ""
    panel.buttons["undo"].click()
    assert panel.stage.notice == MESSAGES["nothing_to_undo"] and panel.errors == 0
    assert panel.stage.svg == seen[0]


def test_one_pull_of_a_slider_is_undone_at_once_and_home_returns(panel):
    at = panel.place.at
    for value in (3, 5, 8, 12):
        panel.coordinates[2].value = value
    assert panel.place.main == 2
    panel.coordinates[1].value = -12
    panel.buttons["undo"].click()
    assert panel.place.at == (*at[:2], 12, *at[3:])
    panel.buttons["undo"].click()
    assert panel.place.at == at and not panel.past
    panel.new.click()
    fresh = panel.place.at
    panel.coordinates[0].value = -REACH if fresh[0] != -REACH else REACH
    panel.home.click()
    assert panel.place.at == fresh != at and panel.place.start == 1


def test_playing_swings_between_the_ends_and_one_undo_ends_it(panel):
    panel.choices["mode"].value = "interpolation"
    begun = panel.place
    send(panel, type="key", key="play")
    ways = []
    for _ in range(3 * PARTS):
        send(panel, type="tick")
        ways.append(panel.place.way)
    assert set(ways) == set(range(PARTS + 1)) and set(np.abs(np.diff(ways))) == {1}
    assert panel.stage.playing and panel.buttons["play"].description == words.PAUSE[1]
    send(panel, type="key", key="play")
    send(panel, type="tick")
    assert panel.place.way == ways[-1] and not panel.stage.playing
    panel.buttons["undo"].click()
    assert panel.place == begun


def test_it_serves_another_conditional_generator_and_survives_a_broken_one():
    G = Generator(6, 8, conditional=True, seed=3).eval().requires_grad_(False)
    panel = LatentSpace("interpolation", G)
    assert panel.errors == 0 and isinstance(panel.tour, Tour) and panel.tour.G is G
    before = panel.place, panel.stage.svg
    G.body = torch.nn.Identity()
    panel.choices["way"].value = 3
    assert panel.errors == 1 and panel.place == before[0] and panel.stage.svg == before[1]
