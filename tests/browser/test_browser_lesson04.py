"""Lesson 04 in JupyterLab: clips that play, a training that is stopped and goes on, gates that are held.

What plays is looked at on the screen; what the page shows is held against the same sums done here.
"""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from helpers.steps import Walk
from helpers.ui.panel import INTERRUPTED
from helpers.ui.style import num
from helpers.video import live
from helpers.video.autoencoder import places
from helpers.video.horizon import CLIPS
from helpers.video.metrics import motion
from helpers.video.motion_gan import Noise, noise
from helpers.video.surgery import Operation, operated
from helpers.video.trained import rival, trained
from tests.browser.learner import PanelView
from tests.browser.measures import boxes, moving, pauses, photograph, seen
from tests.browser.states_lstm import drag

LESSON = "04_geracao_de_videos"
NOISE, SWAP, LIVE = "Do ruído ao vídeo", "Conteúdo × movimento", "Treine ao vivo"
METRIC, SURGERY, HORIZON = "A métrica que mente", "Cirurgia nos portões", "Além do horizonte"
LONGEST = 128    # frames of a clip
# Every picture that a panel shows from now on: its words, and its first image.
RECORD = """stage => {
    window.pictures = [];
    new MutationObserver(() => {
        const svg = stage.querySelector("[role=img] > svg");
        window.pictures.push([svg.textContent, svg.querySelector("image")?.getAttribute("href")]);
    }).observe(stage, { attributeFilter: ["data-frame"] });
}"""
PLAYED = "count => window.pictures.length >= count"
ROUND = "([sentence, least]) => +sentence.textContent.match(/Rodada ([0-9.]+)/)?.[1] >= least"
INTERRUPT = "window.jupyterapp.commands.execute('notebook:interrupt-kernel')"


def first_of(clips: int) -> Tensor:
    """Make the first clip of this many from noise 0 with the trained model: [128, 32, 32]."""
    drawn = noise(clips, torch.Generator().manual_seed(0), LONGEST)
    return rival("lstm")(Noise(*(part[:1] for part in drawn)))[0, :, 0]


def shown(view: PanelView, title: str) -> list[tuple[int, np.ndarray]]:
    """Read the recorded pictures: the frame's number in words like `title`, and the frame as it is drawn."""
    out = []
    for words, uri in view.page.evaluate("window.pictures"):
        if found := re.search(title, words):
            pixels = np.asarray(Image.open(BytesIO(b64decode(uri.split(",")[1]))))
            zoom = len(pixels) // 32
            out.append((int(found[1]), pixels[::zoom, ::zoom]))
    return out


def follows(pictures: list[tuple[int, np.ndarray]], first: int, last: int, clip: Tensor) -> None:
    """Assert that frame follows frame, none left out, each the clip's own; a pause shows the last again."""
    numbers = [number for number, _ in pictures]
    assert numbers == sorted(numbers) and {*numbers} == {*range(first, last + 1)}
    assert all(same(picture, clip[number - 1]) for number, picture in pictures)


def same(picture: np.ndarray, frame: Tensor) -> bool:
    """Tell whether a picture in 256 greys is this frame."""
    return np.abs(picture - 255 * frame.clamp(0, 1).numpy()).max() < 1.1


def play(view: PanelView, count: int) -> None:
    """Play by the mouse, and pause by the space bar after so many pictures."""
    view.stage.evaluate(RECORD)
    view.button("Tocar").click()
    view.page.wait_for_function(PLAYED, arg=count)
    view.page.keyboard.press("Space")


def test_frames_are_made_one_after_another(open_panel):
    view, clip = open_panel(NOISE), first_of(1)
    play(view, 6)
    pauses(view, "Tocar", "p.engine.t")
    last = view.ask("p.engine.t")
    follows(shown(view, r"Quadro (\d+) de 16"), 1, last, clip)
    assert last >= 5
    view.key("ArrowLeft")    # one operation: the last of a frame draws it
    assert view.ask("p.engine.t") == last - 1
    (number, picture), = shown(view, rf"Quadro (\d+), fazendo o {last}")
    assert number == last - 1 and same(picture, clip[last - 2])
    view.button("Tocar").click()
    view.button("Pausar").wait_for()
    view.button("Tocar").wait_for(timeout=10_000)    # at the end it stops by itself
    number, picture = shown(view, r"Quadro (\d+) de 16")[-1]
    assert number == view.ask("p.engine.t") == 16 and same(picture, clip[15])


def test_the_long_clip_plays_and_stops(open_panel):
    view, clip = open_panel(HORIZON), first_of(CLIPS)
    begin = view.ask("p.t") + 1
    play(view, 5)
    pauses(view, "Tocar", "p.t")
    last = view.ask("p.t") + 1
    follows(shown(view, r"quadro (\d+) de 128"), begin, last, clip)
    assert last >= begin + 4
    view.key("ArrowLeft")
    number, picture = shown(view, r"quadro (\d+) de 128")[-1]
    assert number == view.ask("p.t") + 1 == last - 1 and same(picture, clip[last - 2])


def test_what_show_gives_moves_on_the_screen(course):
    notebook = course.open(LESSON)
    images = notebook.page.locator(".jp-OutputArea img")
    films = 0
    for n in range(images.count()):
        image = images.nth(n)
        frames = Image.open(BytesIO(b64decode(image.get_attribute("src").split(",")[1]))).n_frames
        for _ in range(3):    # what is drawn only when it comes near may push it away again
            image.evaluate("el => el.scrollIntoView({block: 'center'})")
            boxes(image)
        cell = image.locator("xpath=ancestor::*[contains(@class, 'jp-CodeCell')]")
        code = cell.locator(".jp-InputArea-editor")
        parts = dict(zip(("code", "film"), boxes(code.or_(image)), strict=True))
        goes = {"film"} if frames > 1 else set()
        assert moving(notebook.page, parts, goes) == goes
        films += frames > 1
    assert films >= 5


def test_only_the_frozen_contestant_stands_still(open_panel):
    view = open_panel(METRIC)
    names = view.ask("sorted(p.place.letters, key=p.place.letters.get)")
    parts = dict(zip(names, boxes(view.svg.locator("image")), strict=True))
    goes = {*names} - {"frozen"}
    assert moving(view.page, parts, goes) == goes and len(goes) == 8
    view.stage.focus()
    view.key("Space")
    assert not moving(view.page, parts)
    before = photograph(view.page, parts)
    view.key("ArrowRight")
    after = photograph(view.page, parts)
    assert {name for name in names if before[name] != after[name]} == goes


def test_the_grid_of_clips_moves_and_stands(open_panel):
    view = open_panel(SWAP)
    (grid, chosen), (drawing,) = (boxes(part) for part in (view.svg.locator("image"), view.svg))
    side = grid["width"] / 4
    clips = {(row, column): {"x": grid["x"] + side * column, "y": grid["y"] + side * row, "width": side,
                             "height": side} for row in range(4) for column in range(4)}
    clips["chosen"] = chosen
    heads = grid | {"x": drawing["x"], "width": grid["x"] - drawing["x"]}
    assert moving(view.page, clips | {"heads": heads}, clips) == {*clips}
    view.press("Pausar clipes")
    assert not moving(view.page, clips)
    before = photograph(view.page, clips)
    view.key("ArrowRight")
    after = photograph(view.page, clips)
    assert all(before[place] != after[place] for place in clips) and view.ask("p.frame") == 1


def reach(view: PanelView, least: int) -> None:
    """Wait until the sentence tells of a round from `least` on."""
    sentence = view.root.locator(".curso-frase").element_handle()
    view.page.wait_for_function(ROUND, arg=[sentence, least], timeout=30_000)


def test_a_training_is_stopped_and_goes_on(open_panel):
    view = open_panel(LIVE)
    view.button("Tocar").click()
    reach(view, 5)
    view.button("Pausar").click()
    pauses(view, "Tocar", "p.session.done")
    view.button("Tocar").click()
    reach(view, view.ask("p.session.done") + 3)
    for _ in range(3):
        view.page.evaluate(INTERRUPT)
        view.page.wait_for_timeout(100)
    if view.button("Tocar").count():    # it reached the panel: JupyterLab may run handlers beside the kernel
        assert view.notice == INTERRUPTED
        view.button("Tocar").click()
    reach(view, view.ask("p.session.done") + 3)
    view.button("Pausar").click()
    pauses(view, "Tocar", "p.session.done")
    done, walk = view.ask("p.session.done"), Walk(live.stage_1(seed=0))
    walk.run(done)
    numbers = {name: walk.values[name].item() for name in ("redraw", "offset", "jitter")}
    assert {name: view.ask(f"p.session.row[{name!r}]") for name in numbers} == pytest.approx(numbers)
    assert view.sentence.startswith(f"Rodada {done}: erro do redesenho {num(numbers['redraw'], 4)} (")
    view.choose("Estágio", "2: dois críticos e um gerador")
    view.button("Tocar").click()    # it measures first
    reach(view, 5)
    view.button("Pausar").click()
    pauses(view, "Tocar", "p.session.done")
    assert view.ask("(p.session.level, list(p.session.game.history))") == (2, [0])


def test_a_gate_is_dragged_and_let_go(open_panel):
    view = open_panel(SURGERY)
    before, ruido = seen(view), noise(60, torch.Generator().manual_seed(0), 32)

    def speed(**held: float) -> str:
        path = operated(trained().model().generator, ruido, Operation(held))
        return num(motion(places(path)).speed.mean().item(), 2)

    def look(value: float) -> None:
        said = f"o = {num(value, 2)}. A velocidade foi de {speed()} para {speed(o=value)} pixels por quadro."
        assert said in view.sentence and seen(view) != before

    drag(view, "o", look, 0.7, 0.4, 0.2)
    view.press("Desfazer")    # a whole drag at once
    assert seen(view) == before and view.button("Desfazer").is_disabled()
    view.handle("f").focus()
    view.key("Home")
    assert f"f = {num(0.0, 2)}. A velocidade foi de {speed()} para {speed(f=0.0)} " in view.sentence
    view.press("Desfazer")
    assert seen(view) == before
