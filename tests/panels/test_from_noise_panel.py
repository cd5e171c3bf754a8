"""Do ruído ao vídeo without a kernel: every picture and number is a second reckoning's, in float64."""

import io
import random
from base64 import b64decode
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.errors import CourseError
from helpers.lstm import colors
from helpers.lstm.panels import CellPanel
from helpers.ui import canvas, style
from helpers.video import rollout_figures as figures
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.model import VideoModel
from helpers.video.motion_gan import MotionGenerator
from helpers.video.panels import FromNoise
from helpers.video.rollout import MOST, mixed
from helpers.video.trained import rival, trained
from tests.panels.shown import Screen, agrees, assert_numbers, choose, place, read, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
FIRST = ("content", "sprite", "first", "frame")
ORDER = ("e", "x", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c", "squashed", "h",
         "dm", "m", "frame")
OWN = VideoModel(FrameAutoencoder(8), MotionGenerator(hidden=3, width=8), trained().codes)


def panel_of(own: bool = False, cell: CellPanel | None = None) -> FromNoise:
    return FromNoise(cell, OWN if own else None)


@cache
def clip(setting: Any) -> list[dict[str, np.ndarray]]:
    """What each frame of a clip is made of: the equations once more, in float64 and numpy."""
    model = deepcopy(OWN if setting.model == "own" else rival(setting.model)).double()
    noise = [part.double() for part in mixed(setting.content, setting.motion, setting.steps)]
    net = model.generator
    w = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    with torch.no_grad():
        content = net.content(noise[0])
        m, h, c = (part[0].numpy() for part in net.motion(noise[1]).split((2, net.hidden, net.hidden), 1))
        frames = [{"m": m, "h": np.tanh(h), "c": c}]
        for e in noise[2][0, :setting.frames - 1].numpy():
            last = frames[-1]
            now = {"m_prev": last["m"], "e": e, "x": np.concatenate([last["m"], e])}
            for k in "gfio":
                now[f"z_{k}"] = (w[f"cell.{k}.W"] @ now["x"] + w[f"cell.{k}.U"] @ last["h"]
                                 + w[f"cell.{k}.b"])
                now[k] = np.tanh(now[f"z_{k}"]) if k == "g" else 1 / (1 + np.exp(-now[f"z_{k}"]))
            now["kept"], now["added"] = now["f"] * last["c"], now["i"] * now["g"]
            now["c"] = now["kept"] + now["added"]
            now["squashed"] = np.tanh(now["c"])
            now["h"] = now["o"] * now["squashed"]
            now["dm"] = (w["head.weight"] @ now["h"] + w["head.bias"]) / 5
            frames.append(now | {"m": last["m"] + now["dm"]})
        path = torch.tensor(np.array([frame["m"] for frame in frames]))[None]
        film, sprite = model.render(content, path)[0, :, 0].numpy(), model.sprite(content)[0].numpy()
    for frame, picture in zip(frames, film, strict=True):
        frame |= {"frame": picture, "sprite": sprite, "content": content[0].numpy()}
    return frames


def known(panel: FromNoise) -> set[str]:
    """Which values of the frame in work are computed, from the walk's place alone."""
    turn, count = place(panel)
    names = set((ORDER if turn else FIRST)[:count])
    return names | {"m", "h", "c"} if "first" in names else names | ({"m_prev"} if count else set())


def pixels(image: Any) -> np.ndarray:
    png = io.BytesIO(b64decode(image.get("href").split(",")[1]))
    return np.array(Image.open(png).convert("RGB"), int)


def images(screen: Screen) -> dict[tuple[float, float], np.ndarray]:
    """All pictures by their places on the page."""
    return {(float(e.get("x")), float(e.get("y"))): pixels(e) for e in screen.root.iter()
            if e.tag.endswith("}image")}


def grey(values: np.ndarray) -> np.ndarray:
    return (values.clip(0, 1) * 255)[..., None]


def assert_shows_the_clip(panel: FromNoise) -> None:
    screen, frames, (turn, _) = Screen(panel), clip(panel.setting), place(panel)
    now, have, done = frames[min(turn, len(frames) - 1)], known(panel), panel.engine.t
    assert done == turn + ("frame" in have)
    at = images(screen)
    assert_strips(at, panel, now, frames, have)
    big = at.get((figures.EDGE, figures.SCREEN_TOP))
    assert (big is None) == (done == 0)
    if done:
        shrunk = big.reshape(32, 8, 32, 8, 3)
        assert np.ptp(shrunk, (1, 3)).max() == 0
        assert np.abs(shrunk[:, 0, :, 0] - grey(frames[done - 1]["frame"])).max() <= 1.1
    path = np.array([frame["m"] for frame in frames[:turn + ("m" in have)]])
    if len(path):
        wanted = [figures.EDGE, figures.SCREEN_TOP] + 8 * (16 + 9 * path)
        assert screen.points(style.GENERATED) == pytest.approx(wanted, abs=0.06)
    assert_film(at, panel, frames, done)
    rows = [row.replace(f"x({turn + 1})", "").replace(f"m({turn + 1})", "").replace("m(1)", "")
            .replace("h(1)", "").replace("c(1)", "") for row in screen.rows]
    unit = panel.unit
    if turn and have:
        assert_numbers(rows[0], [*now["m_prev"], *now["e"]], rel=1e-3, abs_=1e-5)
        values = [now[name][unit] if name in have else np.nan for name in "fiogch"]
        assert_numbers(rows[1], [unit + 1, *values], abs_=1e-4)
        if "m" in have:
            assert_numbers(rows[2], [*now["dm"], *now["m"]], rel=1e-3, abs_=2e-5)
    elif "first" in have:
        assert_numbers(rows[1], [*now["m"], now["h"][unit], now["c"][unit], unit + 1], rel=1e-3, abs_=2e-5)
    op = panel.walk.op.key if panel.walk.op else ""
    if not panel.news and op in now and op not in ("sprite", "content", "frame", "x", "e"):
        value = now[op] if op in ("m", "dm") else now[op][unit:unit + 1]
        said = read(panel.stage.sentence)
        assert all(any(agrees(number, v, rel=1e-3, abs_=2e-5) for number in said) for v in value)
    assert len(panel.stage.sentence) <= 200


def assert_strips(at: dict, panel: FromNoise, now: dict, frames: list, have: set[str]) -> None:
    """Each unit's colour is its value; of h and c the newest there is."""
    for n, name in enumerate("fioch"):
        shown = at.get((figures.LEFT, figures.STRIPS + figures.ROW * n))
        turn = panel.walk.turn
        values = now[name] if name in have else frames[turn - 1][name] if name in "ch" and turn else None
        assert (shown is None) == (values is None)
        if values is None:
            continue
        middle = ((np.arange(len(values)) + 0.5) / len(values) * shown.shape[1]).astype(int)
        ends = ["#ffffff", colors.LAYERS[name]] if name in "fio" else colors.SIGNED
        table = canvas.ramp(ends).astype(int)
        level = np.abs(shown[0, middle][:, None] - table).sum(-1).argmin(-1) / 255
        reach = {"c": 4, "h": 1}.get(name)
        wanted = values if reach is None else (values / reach).clip(-1, 1) / 2 + 0.5
        assert level == pytest.approx(wanted, abs=0.012)


def assert_film(at: dict, panel: FromNoise, frames: list, done: int) -> None:
    """Small frames are the clip's, those ahead of us pale; none is there that nobody made."""
    first, seen = max(done - 1, 0) // 16 * 16, 0
    for row in range(2):
        sheet = at.get((figures.EDGE + 30, figures.FILM + figures.STEP * row))
        for n in range(0 if sheet is None else (sheet.shape[1] + 4) // 68):
            frame, number = sheet[::2, 68 * n:68 * n + 64:2], first + 8 * row + n
            wanted = frames[number]["frame"].clip(0, 1)
            assert np.abs(frame - grey(wanted if number < done else 0.65 + 0.35 * wanted)).max() <= 1.1
            seen += 1
    assert seen == min(16, len(panel.film) - first) and len(panel.film) >= done


def events(panel: FromNoise, chance: random.Random) -> list:
    c, acts = panel.controls.choices, panel.controls.acts
    act, frames = chance.choice(list(acts)), chance.choice([2, 3, 16, 17, 20, MOST])
    unit, x, y = chance.randint(1, c["unit"].max), chance.uniform(-20, 960), chance.uniform(-20, 500)
    thumb = [(figures.EDGE + 40 + figures.STEP * n, figures.FILM + 10 + figures.STEP * row)
             for n in range(8) for row in range(2)]
    spot = chance.choice(thumb)
    return [(12, acts[act].click), (5, lambda: c["frames"].set_state({"value": frames})),
            (4, lambda: c["unit"].set_state({"value": unit})),
            (4, lambda: choose(c["model"], chance.randrange(len(c["model"].options)))),
            (3, lambda: send(panel, type="click", x=x, y=y)),
            (8, lambda: send(panel, type="click", x=spot[0], y=spot[1]))]


@pytest.mark.parametrize("own", [False, True])
def test_it_shows_the_clip_after_any_event(own):
    chance, cell = random.Random(int(own)), CellPanel()
    panel, seen, notices = panel_of(own, cell), set(), set()
    for number in range(260):
        happen(common_events(panel, chance) + events(panel, chance), chance)
        assert panel.errors == 0, panel.stage.notice
        notices.add(panel.stage.notice[:14])
        seen.add((panel.setting.model, panel.walk.op.key if panel.walk.op else ""))
        if number % 4 == 0:
            assert_shows_the_clip(panel)
    assert len({model for model, _ in seen}) == 2 + own and len({op for _, op in seen}) >= 8
    kinds = ("", "Não há o que d", "O clipe está c", "O quadro 1 não", "“A célula por ", "O clipe já tem")
    assert notices <= set(kinds), notices


def test_each_operation_of_two_frames_is_shown():
    panel = panel_of()
    for turn, order in ((0, FIRST), (1, ORDER)):
        for key in order:
            panel.buttons["step"].click()
            assert panel.walk.op.key == key and panel.walk.turn == turn
            assert_shows_the_clip(panel)
            assert Screen(panel).lit_code()
    drawn = panel.stage.svg
    send(panel, type="key", key="back")
    assert "frame" not in panel.walk.values and panel.engine.t == 1
    send(panel, type="key", key="step")
    assert panel.stage.svg == drawn
    assert panel.picture().startswith(b"\x89PNG")


def finished(panel: FromNoise) -> FromNoise:
    while not panel.complete:
        panel.buttons["turn"].click()
    return panel


def test_other_content_keeps_the_path_and_other_noise_keeps_the_beginning():
    panel = finished(panel_of())
    path, film = panel.engine.path, panel.film
    panel.controls.acts["content"].click()
    assert torch.equal(panel.engine.path, path) and not np.array_equal(panel.film, film)
    assert "No quadro 16, o centro está a 0 px de onde estava." in panel.stage.sentence
    assert_shows_the_clip(panel)
    content, sprite = panel.engine.content, panel.engine.sprite
    panel.controls.acts["steps"].click()
    assert torch.equal(panel.engine.path[:, 0], path[:, 0])
    assert (panel.engine.path[:, 1:] != path[:, 1:]).any(-1).all()
    apart = 9 * (panel.engine.path[0, 15] - path[0, 15]).norm().item()
    assert_numbers(panel.stage.sentence.split("No quadro 16,")[1], [apart])
    panel.controls.acts["motion"].click()
    assert (panel.engine.path[:, 0] != path[:, 0]).all()
    assert torch.equal(panel.engine.content, content) and torch.equal(panel.engine.sprite, sprite)
    assert_shows_the_clip(panel)


@pytest.mark.parametrize("at", [(0, 0), (0, 3), (4, 0), (6, 9), (15, 18)])
def test_an_edit_keeps_the_place_and_is_undone_bit_by_bit(at):
    panel = finished(panel_of())
    panel.walk.goto(*at)
    panel.redraw()
    before, drawn = state(panel), panel.stage.svg
    for act in ("content", "motion", "steps", "content"):
        panel.controls.acts[act].click()
        assert place(panel) == at and panel.errors == 0
        assert_shows_the_clip(panel)
    choose(panel.controls.choices["model"], 1)
    assert panel.engine.hidden == 4 and place(panel) == at
    for frames in (40, 90, 33):    # one drag
        panel.controls.choices["frames"].set_state({"value": frames})
    assert place(panel) == at and panel.engine.frames == 33 and len(panel.past) == 6
    assert_shows_the_clip(panel)
    for _ in range(6):
        panel.controls.acts["undo"].click()
    assert state(panel) == before and panel.stage.svg == drawn and panel.controls.acts["undo"].disabled
    send(panel, type="click", x=1, y=1)
    panel.controls.acts["undo"].click()
    assert panel.stage.notice.startswith("Não há o que desfazer") and panel.errors == 0


def test_playing_makes_the_clip_stops_at_its_end_and_shows_it_again():
    panel = panel_of()
    panel.buttons["play"].click()
    for _ in range(30):
        send(panel, type="tick")
    assert not panel.stage.playing and panel.complete and place(panel) == (15, 18)
    film = panel.film
    panel.buttons["step"].click()
    assert panel.stage.notice.startswith("O clipe está completo") and panel.complete
    panel.buttons["play"].click()
    send(panel, type="tick")
    send(panel, type="tick")
    assert panel.engine.t == 2 and panel.stage.playing and np.array_equal(panel.film, film)
    assert_shows_the_clip(panel)
    panel.buttons["play"].click()
    send(panel, type="tick")
    assert panel.engine.t == 2 and not panel.stage.playing
    send(panel, type="click", x=figures.EDGE + 40 + 3 * figures.STEP, y=figures.FILM + figures.STEP + 9)
    assert panel.engine.t == 12 and np.array_equal(panel.film, film)
    assert_shows_the_clip(panel)


def test_a_complete_clip_goes_on_for_sixteen_frames_up_to_the_most():
    panel = finished(panel_of())
    path = panel.engine.path
    panel.controls.acts["more"].click()
    assert panel.stage.playing and panel.engine.frames == 32 and panel.engine.t == 16
    for _ in range(20):
        send(panel, type="tick")
    assert panel.complete and torch.equal(panel.engine.path[:, :16], path)
    assert_shows_the_clip(panel)
    panel.controls.choices["frames"].set_state({"value": 120})
    panel.controls.acts["more"].click()
    assert panel.engine.frames == MOST and panel.controls.acts["more"].disabled and not panel.stage.playing
    panel.controls.acts["more"].click()
    assert panel.stage.notice.startswith("O clipe já tem 128 quadros") and panel.errors == 0
    panel.controls.choices["frames"].set_state({"value": 2})
    assert panel.complete and torch.equal(panel.engine.path, path[:, :2])
    assert_shows_the_clip(panel)


def test_a_step_of_the_pocket_generator_opens_in_the_cells_panel():
    cell = CellPanel()
    panel = panel_of(cell=cell)
    choose(panel.controls.choices["model"], 1)
    panel.controls.acts["open"].click()
    assert panel.stage.notice.startswith("O quadro 1 não passa pela LSTM")
    for _ in range(7):
        panel.buttons["turn"].click()
    panel.controls.choices["unit"].set_state({"value": 3})
    panel.controls.acts["open"].click()
    now = clip(panel.setting)[6]
    assert "lá, o passo 7 é este quadro" in panel.stage.sentence and cell.title in panel.stage.sentence
    assert (cell.walk.turn, cell.choice.unit) == (6, 2) and cell.errors == panel.errors == 0
    for name in "fiogch":
        assert cell.walk.values[name].numpy() == pytest.approx(now[name], abs=1e-5)
    assert cell.walk.values["x"].numpy() == pytest.approx(now["x"], abs=1e-5)
    panel.buttons["turn"].click()
    assert cell.title not in panel.stage.sentence


def test_what_does_not_fit_or_is_gone_is_said_and_changes_nothing():
    cell = CellPanel()
    panel, before = finished(panel_of(cell=cell)), state(cell)
    panel.controls.acts["open"].click()
    assert panel.stage.notice.startswith("“A célula por dentro” mostra de 1 a 4") and state(cell) == before
    choose(panel.controls.choices["model"], 1)
    cell.close_all()
    panel.controls.acts["open"].click()
    assert panel.stage.notice == str(CourseError("cell_panel_closed")) and panel.errors == 0
    assert "open" not in panel_of().controls.acts


@pytest.mark.parametrize("given", [{"cell_panel": 5}, {"model": "lstm"}, {"model": torch.nn.Linear(1, 1)}])
def test_what_is_no_panel_or_no_model_is_refused_by_name(given):
    with pytest.raises(CourseError, match=type(next(iter(given.values()))).__name__):
        FromNoise(**given)


def test_a_model_without_an_lstm_is_refused():
    with pytest.raises(CourseError, match="memória 'gru'"):
        FromNoise(model=rival("gru"))
