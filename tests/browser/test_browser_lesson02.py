"""Lesson 02 in JupyterLab: its panels by mouse and keyboard, the page against the kernel and the kernel
against sums done here."""

import re
from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import conv_transpose2d

from helpers.errors import CourseError
from helpers.gan.blocks import grouped
from helpers.gan.latent_tour import STEP
from helpers.gan.panels.latent_scenes import STRIP
from helpers.gan.panels.timeline_words import short
from helpers.gan.timeline import timeline
from helpers.gan.transposed_figures import places
from helpers.ui.style import num
from tests import english
from tests.browser import states
from tests.browser.learner import PanelView
from tests.browser.measures import seen

LESSON = "02_gan_arquitetura"
X, W = np.tile([1, 2, 3], (3, 1)), np.outer([1, 2, 1], [1, 2, 1])    # 'rampa', 'bilinear'
GRIDS = """svg => [...svg.querySelectorAll("text")].filter((t) => t.getAttribute("x").includes(" "))
    .map((t) => [t.getAttribute("x"), t.getAttribute("y"), t.textContent])"""


@pytest.fixture
def open_panel(course) -> Callable[[str], PanelView]:
    def panel(title: str) -> PanelView:
        view = course.open(LESSON).panel(title)
        assert view.ask("p.errors") == 0
        return view
    return panel


# --- Convolução transposta ------------------------------------------------------------------------------

def canvas(view: PanelView) -> list[list[float]]:
    """Read the canvas' numbers off the page, letter by letter from where each stands."""
    grid = places(3, 3, 7).y
    cells: dict[tuple[int, int], str] = {}
    for xs, ys, letters in view.svg.evaluate(GRIDS):
        for x, y, letter in zip(xs.split(), ys.split(), letters, strict=True):
            cell = grid.at(float(x) + 2, float(y) - 6)
            if cell:
                cells[cell] = cells.get(cell, "") + letter
    return [[float(cells[row, column].replace("−", "-").replace(",", ".")) for column in range(7)]
            for row in range(7)]


def test_a_stamp_by_keyboard_and_back(open_panel):
    view = open_panel(states.TRANSPOSED)
    states.plain_stamps(view)
    view.choose("Entrada", "rampa")
    view.choose("Kernel", "bilinear")
    view.press("Rodada")    # the first stamp, so that the second one falls on it
    sums = np.zeros((7, 7))
    sums[:3, :3] = W
    drawings = []
    for count in range(1, 12):    # take the pixel, multiply, nine sums
        view.key("ArrowRight")
        if count > 2:
            a, b = divmod(count - 3, 3)
            before, term = sums[a, 2 + b], 2 * W[a, b]
            sums[a, 2 + b] += term
            said = (f"y[{a}, {2 + b}] tinha {before:.0f}, ganhou 2·{W[a, b]} = {term} e ficou com "
                    f"{before + term:.0f}.")
            assert view.sentence.startswith(said)
        assert view.place == (1, count)
        assert canvas(view) == view.ask("p.walk.engine.y.tolist()") == sums.tolist()
        drawings.append(seen(view))
    for count in range(10, 0, -1):
        view.key("ArrowLeft")
        assert (view.place, seen(view)) == ((1, count), drawings[count - 1])
    for _ in range(9):    # the stamps that are left, and the cut
        view.press("Rodada")
    x, w = (torch.tensor(part, dtype=torch.float64)[None, None] for part in (X, W))
    assert view.ask("p.walk.op.key") == "crop"
    assert canvas(view) == conv_transpose2d(x, w, stride=2)[0, 0].tolist()


def test_a_click_on_a_number_adds_one(open_panel):
    view = open_panel(states.TRANSPOSED)
    states.plain_stamps(view)
    grid = places(3, 3, 7).x
    view.click_at(grid.x + 1.5 * grid.cell, grid.y + 0.5 * grid.cell)
    assert view.ask("p.settings.x") == ((1, 2, 1), (1, 1, 1), (1, 1, 1))
    assert (view.chosen("Entrada"), view.chosen("Célula")) == ("editada", "x[0, 1]")
    for _ in range(2):
        view.press("Rodada")
    assert canvas(view)[0] == [1, 1, 3, 2, 2, 0, 0]    # stamps of 1 and of 2 meet in one column
    states.plain_stamps(view)


# --- Monte a rede ---------------------------------------------------------------------------------------

def test_a_block_is_spoilt_and_mended(open_panel):
    view = open_panel(states.BUILDER)
    states.shown(view, "G")
    for model in ("erro: 32×32", "a da aula"):    # a new pair, which nobody has trained
        view.choose("Modelo", model)
    view.click_at(*states.block_place(1))
    before = seen(view)
    weights = view.ask("sum(w.numel() for w in p.pair.nets['G'].parameters())")
    assert grouped(weights) in view.svg.text_content() and grouped(weights) in view.sentence
    states.unclear(view, "Números", "100")
    assert view.sentence == view.ask("str(p.pair.reports['G'].error)")
    assert "recebe 100" in view.sentence and "✗" in view.svg.text_content()
    view.press("Desfazer")
    view.key("ArrowRight")
    view.key("ArrowLeft")
    assert (view.ask("p.at"), seen(view)) == (1, before)
    states.train(view)
    assert view.ask("p.pair.steps") == 25 == len(view.ask("p.pair.history['loss_D']"))
    assert "passos: 25" in view.svg.text_content()
    real, fake = (num(mean, 2) for mean in view.ask("[x.sigmoid().mean().item() for x in p.pair.look()[2:]]"))
    assert f"Depois de 25 passos, σ(D) dá em média {real} aos reais e {fake} aos gerados." in view.sentence
    for _ in range(view.ask("len(p.bench.past)")):
        view.press("Desfazer")


# --- Linha do tempo -------------------------------------------------------------------------------------

def bare_fork(point: int, gamma: float, steps: int) -> list[dict[str, float]]:
    """Train on from a point at the first rate, with neither walk nor panel; collect each step's losses."""
    game, rows = timeline().game(point), []
    game.gamma = gamma
    game.tune(0.0)
    for _ in range(steps):
        values: dict[str, Any] = {}
        for op in game.turn():
            values |= op.values
        rows.append({name: values[name].item() for name in ("loss_D", "loss_G", "real_score", "fake_score")})
    return rows


def test_a_fork_and_the_way_back(open_panel):
    view, run = open_panel(states.TIMELINE), timeline()
    states.home(view)
    view.handle("Ponto").focus()
    for point in (1, 2, 3, 4):
        view.key("ArrowRight")
        measured = run.measures["frechet"][point], run.measures["frechet"][point] / run.floor
        assert (f"Ponto {point + 1} de {len(run.steps)}: depois de {run.steps[point]} passos, a distância é "
                f"{short(measured[0])}, {short(measured[1])} vezes o piso.") in view.sentence
    view.stage.focus()
    view.key("ArrowLeft")
    assert view.ask("p.point") == 3
    before = seen(view)
    states.leave(view, "100", "a inicial")
    for done in (1, 2, 3):
        view.press("Rodada")
        assert view.sentence.startswith(f"Desvio: {done} passo")
        rows = view.ask("[{name: row[name] for name in ('loss_D', 'loss_G', 'real_score', 'fake_score')}"
                        " for row in p.walk.trace]")
        for name, said in (("loss_D", "D "), ("loss_G", "G "), ("real_score", "reais "),
                           ("fake_score", "geradas ")):
            assert said + num(np.mean([row[name] for row in rows]), 2) in view.svg.text_content()
    for row, bare in zip(rows, bare_fork(3, 100.0, 3), strict=True):
        assert row == pytest.approx(bare, rel=1e-3, abs=1e-4)
    trained = seen(view)
    assert view.handle("Rodada nº").count() == 1    # no longer "Ponto"
    view.key("ArrowLeft")
    assert seen(view) != trained
    view.key("ArrowRight")
    assert seen(view) == trained
    view.press("Medir com 500")
    here, there = view.ask("(p.fork.measured[3], p.quick[p.point])")
    assert f"desvio {short(here)}, original {short(there)}." in view.sentence
    view.press("Voltar ao original")
    assert (view.ask("(p.fork, p.point)"), seen(view)) == ((None, 3), before)


# --- Você é o discriminador -----------------------------------------------------------------------------

def test_twenty_answers_by_keys(open_panel):
    view = open_panel(states.BLIND)
    view.choose("Gerador", "final")
    view.press("Novo teste")
    said = [number % 3 != 0 for number in range(20)]
    for number, real in enumerate(said, 1):
        assert view.sentence.startswith(f"Imagem {number} de 20")
        assert not view.button("Ver o resultado").is_enabled()
        view.key("ArrowLeft" if real else "ArrowRight")
    view.key("Space")    # takes the last one back
    assert view.sentence.startswith("Imagem 20 de 20")
    view.key("ArrowLeft" if said[-1] else "ArrowRight")
    view.press("Ver o resultado")
    truth, logits = view.ask("(p.trial.truth, p.trial.logits.tolist())")
    hits = sum(one == true for one, true in zip(said, truth, strict=True))
    hits_D = sum((logit > 0) == true for logit, true in zip(logits, truth, strict=True))
    assert view.ask("[p.trial.score(who)[:2] for who in ('you', 'D')]") == [(hits, 20), (hits_D, 20)]
    assert f"você acertou {hits} de 20" in view.sentence and f"D, {hits_D}." in view.sentence
    luck = 100 * sum(comb(20, k) for k in range(hits, 21)) / 2**20
    assert f"faz isso ou mais em {num(luck, 1 if luck >= 1 else 4)} % das vezes" in view.sentence
    view.press("Novo teste")
    assert view.sentence.startswith("Imagem 1 de 20") and view.ask("p.trial.answers") == []


# --- Espaço latente -------------------------------------------------------------------------------------

def test_a_walk_in_latent_space(open_panel):
    view = open_panel(states.LATENT)
    states.show_mode(view, "directions")
    view.choose("Direção", "2")
    start, before = view.ask("p.place.at"), seen(view)
    x, y = STRIP.at(6)
    view.click_at(x + STRIP.side / 2, y + STRIP.side / 2)    # the last of −3, −2, …, 3
    assert view.ask("p.place.at") == (start[0], round(3 / STEP), *start[2:])
    view.key("ArrowLeft")
    assert view.sentence.startswith(f"Direção 2 em {num(3 - STEP, 2)}.")
    norm = view.ask("p.tour.z(p.place).norm().item()")
    assert f"‖z‖ = {num(norm, 2)}" in view.svg.text_content()
    for _ in range(2):
        view.press("Desfazer")
    assert (view.ask("p.place.at"), seen(view)) == (start, before)


# --- what cannot be -------------------------------------------------------------------------------------

def cut_before(view: PanelView) -> None:
    states.plain_stamps(view)
    for label, option in (("padding p", "1"), ("stride s", "1"), ("k", "2")):
        view.choose(label, option)


def block_before(view: PanelView) -> None:
    states.shown(view, "G")
    view.choose("Modelo", "a da aula")
    view.click_at(*states.block_place(1))


def spoilt_before(view: PanelView) -> None:
    block_before(view)
    view.choose("Modelo", "erro: 32×32")


def last_point(view: PanelView) -> None:
    states.home(view)
    view.press("Fim")


def answered(view: PanelView) -> None:
    view.press("Novo teste")
    for _ in range(20):
        view.key("ArrowRight")
    view.press("Ver o resultado")


def first_choice(view: PanelView) -> None:
    while view.ask("len(p.past)"):
        view.press("Desfazer")


def nothing(view: PanelView) -> None: ...


REFUSED = {    # the panel, what comes before, what is asked, the message
    "the cut leaves nothing": (states.TRANSPOSED, cut_before, lambda view: view.choose("padding p", "2"),
                               lambda: CourseError("nothing_left", canvas=4, padding=2, size=0)),
    "no numbers": (states.BUILDER, block_before, lambda view: states.unclear(view, "Números", "0"),
                   lambda: CourseError("block_out", low=1, high=8192, found=0)),
    "too many numbers": (states.BUILDER, block_before, lambda view: states.unclear(view, "Números", "99999"),
                         lambda: CourseError("block_out", low=1, high=8192, found=99999)),
    "a misfit trains": (states.BUILDER, spoilt_before, lambda view: view.press("Treinar 25 passos"),
                        lambda: CourseError("pair_misfit")),
    "a rate of 0": (states.TIMELINE, last_point, lambda view: states.leave(view, "10", "a deste ponto"),
                    lambda: CourseError("fork_still", step=timeline().steps[-1])),
    "a late answer": (states.BLIND, answered, lambda view: view.key("ArrowLeft"),
                      lambda: CourseError("blind_over")),
    "nothing to undo": (states.LATENT, first_choice, lambda view: view.press("Desfazer"),
                        lambda: CourseError("nothing_to_undo")),
}
AFTERWARDS = {states.TRANSPOSED: states.plain_stamps, states.TIMELINE: states.home}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_said_and_changes_nothing(open_panel, name):
    title, prepare, ask, message = REFUSED[name]
    view = open_panel(title)
    prepare(view)
    drawing, controls = view.svg.inner_html(), values(view)
    ask(view)
    assert view.notice == str(message())
    assert not set(re.findall(r"[a-zà-ú]+", view.notice.lower())) & english.ON_PANELS
    assert (view.svg.inner_html(), values(view), view.ask("p.errors")) == (drawing, controls, 0)
    AFTERWARDS.get(title, nothing)(view)


def values(view: PanelView) -> list[str]:
    """What the lists and fields of a panel hold; of the timeline nothing, whose lists wait for a button."""
    if view.title == states.TIMELINE:
        return []
    return view.root.locator("select:visible, input[type=number]:visible").evaluate_all(
        "all => all.map((one) => one.value)")
