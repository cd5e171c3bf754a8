"""The course in JupyterLab in Chromium: what a learner clicks, types, reads, and what the kernel computed."""

import re

import pytest

from helpers.course import LESSONS
from helpers.gan.panels.one_step import PLANE, OneStep
from helpers.gan.panels.words import LOSS_NAMES
from helpers.ui.style import num
from tests import english
from tests.browser import measures, states
from tests.browser.lab import errors, run_all
from tests.browser.learner import PanelView
from tests.browser.themes import look

GAN, TITLE = "01_gan_conceitos", "Um passo de cada vez"
RUN_ALL = {"04_geracao_de_videos": 120}    # s; 90 for the others
OPERATIONS = {    # of one turn: key -> (the line that must be lit, the numbers that the sentence must name)
    "D.zero": ("self.opt_D.zero_grad()", ()), "D.z": ("z = self.noise(self.batch)", ()),
    "D.fake": ("fake = self.G(z).detach()", ()),
    "D.real": ("real = self.data.sample(self.batch, self.rng)", ()),
    "D.on_real": ("on_real = self.D(real)", ("on_real",)),
    "D.on_fake": ("on_fake = self.D(fake)", ("on_fake",)),
    "D.loss": ("loss = self.loss.discriminator(on_real, on_fake)", ("loss_D",)),
    "D.backward": ("loss.backward()", ()), "D.step": ("self.opt_D.step()", ("moved_D", "moved_G")),
    "G.zero": ("self.opt_G.zero_grad()", ()), "G.z": ("z = self.noise(self.batch)", ()),
    "G.fake": ("fake = self.G(z)", ()), "G.on_fake": ("on_fake = self.D(fake)", ("on_fake",)),
    "G.loss": ("loss = self.loss.generator(on_fake, on_real)", ("loss_G",)),
    "G.pull": ("pull = -grad(loss, fake, retain_graph=True)[0]", ()),
    "G.backward": ("loss.backward()", ()), "G.step": ("self.opt_G.step()", ("moved_G", "moved_D")),
}
NUMBERS = """{'key': p.walk.op.key,
    **{name: value.detach().sigmoid().mean().item() for name, value in p.walk.values.items()
       if name in ('on_real', 'on_fake')},
    **{name: value.item() for name, value in p.walk.values.items() if name in ('loss_D', 'loss_G')},
    **{'moved_' + name: (p.walk.values['after'][name] - p.walk.values['before'][name]).norm().item()
       for name in ('D', 'G') if p.walk.op.key.endswith('step')}}"""
PANELS = [(lesson.stem, title) for lesson in LESSONS for title in lesson.panels]


@pytest.fixture
def view(course) -> PanelView:
    """The panel of the game in the plane, at its very beginning."""
    view = course.open(GAN).panel(TITLE)
    view.begin()
    return view


def bare_turns(count: int) -> list[dict]:
    """Compute the game's turns here, with no panel and no kernel, and collect what each shows at its end."""
    game, turns = OneStep().game, []
    for _ in range(count):
        values: dict = {}
        for op in game.turn():
            values |= op.values
        turns.append({name: values[name].item() for name in ("loss_D", "loss_G")})
    return turns


def check_operation(view: PanelView, turn: int, count: int) -> dict:
    """Hold the page against the kernel: place, line of code, numbers in the sentence and below the code."""
    key = list(OPERATIONS)[count - 1]
    line, named = OPERATIONS[key]
    numbers = view.ask(NUMBERS)
    assert (*view.place, numbers["key"], view.turn_shown) == (turn, count, key, turn)
    assert line in [words.replace("\xa0", " ").strip() for words in measures.lit_lines(view)]
    for name in named:
        assert num(numbers[name], 4 if "moved" in name else 3) in view.sentence, (key, view.sentence)
    for name, label in (("loss_D", "LD"), ("loss_G", "LG")):    # the second letter is a subscript
        if name in numbers:
            assert f"{label} {num(numbers[name], 2)}" in view.svg.text_content()
    return numbers


@pytest.mark.parametrize("stem", [lesson.stem for lesson in LESSONS])
def test_restart_and_run_all(course, stem):
    notebook = course.open(stem)
    assert errors(notebook.page) == []
    assert course.seconds[stem] <= RUN_ALL.get(stem, 90)
    for lesson in LESSONS:
        if lesson.stem == stem:
            for title in lesson.panels:
                assert notebook.panel(title).ask("p.errors") == 0


def test_an_iteration_by_mouse(view):
    for count in range(1, len(OPERATIONS) + 1):
        view.press("Passo")
        numbers = check_operation(view, 0, count)
    bare = bare_turns(1)[0]
    assert {name: numbers[name] for name in bare} == pytest.approx(bare, rel=1e-5)


def test_an_iteration_by_keyboard_and_back(view):
    view.press("Rodada")
    drawings = []
    for count in range(1, len(OPERATIONS) + 1):
        view.key("ArrowRight")
        numbers = check_operation(view, 1, count)
        drawings.append(view.svg.inner_html())
    bare = bare_turns(2)[1]
    assert {name: numbers[name] for name in bare} == pytest.approx(bare, rel=1e-5)
    for count in range(len(OPERATIONS) - 1, 0, -1):
        view.key("ArrowLeft")
        assert view.place == (1, count)
        assert view.svg.inner_html() == drawings[count - 1]
    view.press("Voltar")    # over the border, to the last operation of the turn before
    assert view.place == (0, len(OPERATIONS))


def test_the_space_bar_plays_and_pauses(view):
    view.key("Space")
    view.button("Pausar").wait_for()
    view.page.wait_for_function("el => el.textContent.includes('amostras reais')",
                                arg=view.root.locator(".curso-frase").element_handle())
    view.page.keyboard.press("Space")
    view.button("Tocar").wait_for()
    place = view.place
    assert place >= (0, 4)
    view.page.wait_for_timeout(1000)    # longer than the wait between two operations
    assert view.place == place


def test_pause_means_now(view):
    view.choice("Ritmo").select_option(label="25 rodadas")
    view.button("Tocar").click()
    view.page.wait_for_function("el => +el.textContent.match(/rodada (\\d+)/)[1] >= 74",
                                arg=view.stage.element_handle())
    view.button("Pausar").click()
    view.button("Tocar").wait_for(timeout=1000)
    turn = view.turn_shown
    view.page.wait_for_timeout(1000)
    assert (view.turn_shown, view.ask("p.walk.turn")) == (turn, turn)
    assert view.ask("len(p.walk.trace)") == turn + 1
    view.choice("Ritmo").select_option(label="1 operação")


def test_running_the_cell_again_stops_the_previous_player(course, view):
    notebook = course.notebooks[GAN]
    view.choice("Ritmo").select_option(label="25 rodadas")
    view.button("Tocar").click()
    view.button("Pausar").wait_for()
    cell, stage = measures.cell_of(view), view.stage.element_handle()
    notebook.kernel("globals().update(antes=" + view.expression() + ")")
    notebook.run_cell(cell)
    view.page.wait_for_function("el => !el.isConnected", arg=stage)
    turn = notebook.kernel("antes.walk.turn")
    again = notebook.panel(TITLE)
    again.press("Passo")
    again.page.wait_for_timeout(1000)
    assert notebook.kernel("antes.walk.turn") == turn > 0
    assert not notebook.kernel("antes is " + again.expression())
    assert again.place == (0, 1)


def test_arrow_keys_belong_to_the_panel_only_inside_it(course, view):
    notebook = course.notebooks[GAN]
    view.press("Passo")
    cell = notebook.active_cell()
    view.key("ArrowRight")
    view.key("ArrowLeft")
    assert (view.place, notebook.active_cell()) == ((0, 1), cell)
    notebook.select_cell(3)
    for key, selected in (("ArrowDown", 4), ("ArrowDown", 5), ("ArrowUp", 4)):
        notebook.page.keyboard.press(key)
        notebook.page.wait_for_timeout(150)
        assert notebook.active_cell() == selected, key
    assert view.place == (0, 1)


def test_up_and_down_stay_inside_the_panel(course, view):
    notebook, cell = course.notebooks[GAN], measures.cell_of(view)
    notebook.select_cell(cell)
    view.show()
    for focus in (view.stage, view.button("Passo"), view.choice("Ritmo")):
        focus.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
            view.page.keyboard.press(key)
        view.page.wait_for_timeout(300)
        assert notebook.active_cell() == cell
    view.page.keyboard.press("ArrowDown")    # in a list they choose
    view.page.wait_for_function("el => el.selectedIndex === 1", arg=view.choice("Ritmo").element_handle())
    view.page.keyboard.press("ArrowUp")
    assert view.page.evaluate("document.activeElement.tagName") == "SELECT"


def test_after_a_choice_by_mouse_the_keys_are_the_panels_again(view):
    box = view.choice("Perda").bounding_box()
    view.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    view.choose("Perda", LOSS_NAMES["hinge"])
    view.page.wait_for_function("el => document.activeElement === el", arg=view.stage.element_handle())
    view.page.keyboard.press("Escape")    # a list that this driver opened is still on the screen
    view.key("ArrowRight")
    assert view.place == (0, 1)
    view.choose("Perda", LOSS_NAMES["non_saturating"])


def test_typing_in_a_control_does_not_step(view):
    for _ in range(2):
        view.press("Rodada")
    view.press("Passo")
    view.choice("Ritmo").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp"):
        view.page.keyboard.press(key)
    view.page.wait_for_timeout(400)
    assert view.place == (2, 1)
    view.root.get_by_role("slider", name="Rodada nº").focus()
    view.key("ArrowLeft")    # the slider's own meaning: to the start of the turn before, not one operation
    assert view.place == (1, 0)


def test_drawing_points_by_clicking(view):
    view.choose("Dados", "desenhe você")
    x, y, side = PLANE
    for across, down in ((0.2, 0.3), (0.7, 0.25), (0.9, 0.95)):
        box = view.plane_box(x, y, side)
        view.act(view.page.mouse.click, box["x"] + across * box["width"], box["y"] + down * box["height"])
        found, reach = view.ask("(p.points[-1], p._extent())")
        meant = [reach * (2 * across - 1), reach * (1 - 2 * down)]
        assert found == pytest.approx(meant, abs=0.01 * 2 * reach)    # 1 % of the plane's side
    points = view.ask("p.points")
    view.press("Desfazer ponto")
    assert view.ask("p.points") == points[:2]
    view.press("Passo")
    assert view.ask("(p.errors, p.game.data.modes.tolist())") == (0, pytest.approx(
        [pytest.approx(point) for point in points[:2]]))
    view.choose("Dados", "anel de 8")


@pytest.mark.parametrize(("stem", "title"), PANELS)
def test_a_panel_fits_and_is_legible_in_both_themes(course, stem, title):
    view, themes = course.open(stem).panel(title), course.wardrobe(stem)
    found, heights, refused = {}, set(), set()
    for state in states.states(view):
        noticed = state.startswith(states.NOTICE)
        for theme, seen in themes.measure(view).items():
            found |= dict.fromkeys(seen["faults"], f"{state}, {theme}")
            assert bool(seen["notice"]) == noticed, state
            (refused if noticed else heights).add(seen["height"])
    themes.put_away()
    assert found == {}
    assert max(heights) - min(heights) < 1, "the buttons jump under the mouse"
    assert all(abs(height - max(heights)) < 4 for height in refused)
    assert view.ask("p.errors") == 0


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_the_themes_that_panels_are_measured_in_are_jupyterlabs(course, lesson):
    notebook, themes = course.open(lesson.stem), course.wardrobe(lesson.stem)
    views = [notebook.panel(title) for title in lesson.panels]
    worn = [themes.looks(view) for view in views]
    themes.put_away()
    assert all(looks["Light"][0] != looks["Dark"][0] for looks in worn)    # the page's, not the panel's
    for name in ("Dark", "Light"):
        notebook.theme(name)
        for view, looks in zip(views, worn, strict=True):
            assert look(view) == looks[name]


@pytest.mark.parametrize("loss", [name for key, name in LOSS_NAMES.items() if key != "non_saturating"])
def test_every_other_loss_fits(view, loss):
    view.choose("Perda", loss)
    found = {}
    for key in states.turn(view):
        found |= dict.fromkeys(measures.faults(view), key)
    view.choose("Perda", LOSS_NAMES["non_saturating"])
    assert found == {}


def test_the_drawing_mode_fits_with_its_buttons_and_its_advice(view):
    view.choose("Dados", "desenhe você")
    found = measures.faults(view)
    view.choose("Dados", "anel de 8")
    assert found == []


@pytest.mark.parametrize(("stem", "title"), PANELS)
def test_a_panel_can_be_used_without_seeing_it(course, stem, title):
    view = course.open(stem).panel(title)
    assert measures.unnamed(view) == []
    assert view.stage.get_attribute("role") and view.stage.get_attribute("aria-label") == title
    assert view.root.locator(".curso-frase").get_attribute("aria-live") == "polite"
    drawing = view.stage.locator("[role=img]")
    assert drawing.get_attribute("aria-label") == view.sentence


@pytest.mark.parametrize(("stem", "title"), PANELS)
def test_a_panel_speaks_portuguese(course, stem, title):
    view = course.open(stem).panel(title)
    words = set(re.findall(r"[a-zà-ú]+", " ".join(measures.words(view)).lower()))
    assert words & english.ON_PANELS == set()


def test_a_panel_says_that_its_kernel_was_restarted(course):
    notebook = course.open("00_visao_geral")
    view = notebook.panel("Um neurônio aprende")
    view.begin()
    height = view.root.bounding_box()["height"]
    view.page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()")
    notice = view.root.locator(".curso-aviso")
    notice.wait_for()
    assert notice.inner_text() == "O kernel foi reiniciado: execute esta célula de novo para operar o painel."
    assert not view.root.locator(".curso-frase").is_visible() and measures.faults(view) == []
    assert abs(view.root.bounding_box()["height"] - height) < 4
    notebook.kernel("1")    # JupyterLab never ends a second restart that begins within the first
    run_all(view.page)
    again = notebook.panel("Um neurônio aprende")
    again.press("Passo")
    assert again.place == (0, 1) and not again.root.locator(".curso-aviso").is_visible()
