"""What a learner does in a notebook and sees there, with the kernel's own numbers to hold against it."""

import ast
import re
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.lab import SCREEN, open_notebook

ASK = """async (expression) => {
    const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
    const future = kernel.requestExecute(
        {code: '', silent: false, store_history: false, user_expressions: {asked: expression}});
    return (await future.done).content.user_expressions.asked;
}"""
RUN_CELL = """async (index) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
SELECT_CELL = """async (index) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.mode = 'command';
    content.activeCellIndex = index;
    await content.scrollToItem(index);
    content.activeCell.node.focus();
}"""
# Waiting in the page costs no round trips: the stage's frame number changes, and a repaint follows.
AWAIT_FRAME = """stage => {
    const before = stage.dataset.frame;
    window.answered = new Promise((done) => new MutationObserver((_, observer) => {
        if (stage.dataset.frame === before) return;
        observer.disconnect();
        requestAnimationFrame(() => done(true));
    }).observe(stage, { attributeFilter: ["data-frame"] }));
}"""
ANSWERED = "Promise.race([window.answered, new Promise((done) => setTimeout(done, 10_000, false))])"


class Notebook:
    """An open notebook: its page, its kernel, the panels that its cells have made."""

    def __init__(self, page: Page, address: str, path: str, theme: str = "JupyterLab Light") -> None:
        self.page, self.path = page, path
        self.complaints: list[str] = []    # what the browser's console called an error
        page.set_viewport_size(SCREEN)
        page.on("console", lambda said: said.type == "error" and self.complaints.append(
            f"{said.location.get('url', '')}: {said.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"page: {error}"))
        open_notebook(page, address, path, theme)

    def kernel(self, expression: str) -> Any:
        """Evaluate an expression in the notebook's kernel; its value must be plain Python."""
        reply = self.page.evaluate(ASK, expression)
        assert reply["status"] == "ok", reply
        return ast.literal_eval(reply["data"]["text/plain"])

    def run_cell(self, index: int) -> None:
        """Run one cell and wait for its end."""
        self.page.evaluate(RUN_CELL, index)

    def theme(self, name: str) -> None:
        """Change the page's theme, 'Light' or 'Dark', and wait until it is there."""
        self.page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme',"
                           " {theme: `JupyterLab ${name}`})", name)
        light = str(name == "Light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")    # it knows only one

    def active_cell(self) -> int:
        """Tell which cell JupyterLab has selected."""
        return self.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex")

    def select_cell(self, index: int) -> None:
        """Select a cell and give JupyterLab the keyboard, as a click beside it does."""
        self.page.evaluate(SELECT_CELL, index)

    def panel(self, title: str) -> "PanelView":
        """Bring a panel into view."""
        return PanelView(self, title)


class PanelView:
    """A panel in the page. `act` does something and waits for the picture that answers it."""

    def __init__(self, notebook: Notebook, title: str) -> None:
        self.notebook, self.page, self.title = notebook, notebook.page, title
        self.root = self.page.locator(".curso-painel", has=self.page.locator(
            f'.curso-palco[aria-label="{title}"]'))
        self.stage = self.root.locator(".curso-palco")
        self.svg = self.stage.locator("[role=img] > svg")
        self.show()

    def show(self) -> None:
        """Scroll so that the panel's top is at the notebook's top."""
        self.root.wait_for()
        self.root.evaluate("el => el.scrollIntoView({block: 'start'})")

    def ask(self, expression: str) -> Any:
        """Evaluate an expression about the panel `p` in the kernel."""
        return self.notebook.kernel(f"(lambda p: {expression})({self.expression()})")

    def expression(self) -> str:
        """Write Python that finds this panel in the kernel, whatever name the notebook gave it."""
        cells = "__import__('helpers.ui.panel', fromlist=['_'])._by_cell.values()"
        return f"[panel for _, panels in {cells} for panel in panels if panel.title == {self.title!r}][-1]"

    @property
    def place(self) -> tuple[int, int]:
        """Where the kernel's walk is: turn, operations done in it."""
        return tuple(self.ask("(p.walk.turn, p.walk.count)"))

    @property
    def frame(self) -> int:
        return int(self.stage.get_attribute("data-frame"))

    @property
    def sentence(self) -> str:
        return self.root.locator(".curso-frase").inner_text()

    @property
    def notice(self) -> str:
        """What the panel refuses and why; empty where it shows its sentence."""
        return self.root.locator(".curso-aviso").inner_text()

    @property
    def turn_shown(self) -> int:
        """The number of the turn as the drawing prints it."""
        return int(re.search(r"rodada (\d+)", self.svg.text_content())[1])

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def choice(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def plane_box(self, x: float, y: float, side: float) -> dict[str, float]:
        """Find a square of the drawing, given in its own units, on the screen."""
        rect = self.svg.locator(f'rect[x="{x:g}"][y="{y:g}"][width="{side:g}"][height="{side:g}"]')
        return rect.last.bounding_box()

    def handle(self, label: str) -> Locator:
        """Find a slider's handle."""
        return self.root.get_by_role("slider", name=label, exact=True)

    def click_at(self, x: float, y: float) -> None:
        """Click on the drawing, at a place given in its own units."""
        self.show()
        box = self.svg.bounding_box()
        scale = box["width"] / float(self.svg.get_attribute("width"))
        self.act(self.page.mouse.click, box["x"] + x * scale, box["y"] + y * scale)

    def act(self, do: Any, *args: Any, **kwargs: Any) -> None:
        """Do something and wait until the page shows the kernel's answer."""
        self.stage.evaluate(AWAIT_FRAME)
        do(*args, **kwargs)
        assert self.page.evaluate(ANSWERED), "no new picture within 10 s"

    def until(self, expression: str) -> None:
        """Wait until an expression about the panel `p` is true in the kernel.

        Where pictures come by themselves, one of them can be taken for the answer to what was just done.
        """
        for _ in range(200):
            if self.ask(f"bool({expression})"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true within 10 s: {expression}")

    def press(self, name: str) -> None:
        """Press one of the panel's buttons with the mouse."""
        self.act(self.button(name).click)

    def key(self, key: str) -> None:
        """Press a key where the focus is."""
        self.act(self.page.keyboard.press, key)

    def options(self, label: str) -> list[str]:
        """Read what one of the panel's lists offers."""
        words = self.choice(label).locator("option").all_text_contents()
        return [word.replace("\xa0", " ") for word in words]

    def chosen(self, label: str) -> str:
        """Read what is chosen in one of the panel's lists."""
        return self.choice(label).locator("option:checked").text_content().replace("\xa0", " ")

    def choose(self, label: str, option: str) -> None:
        """Choose from one of the panel's lists; the panel draws itself anew if that changes anything."""
        if self.chosen(label) != option:
            self.act(self.choice(label).select_option, label=option)

    def begin(self) -> None:
        """Go to the very beginning, paused."""
        self.show()
        if self.button("Pausar").count():
            self.button("Pausar").click()
            self.button("Tocar").wait_for()
        self.press("Início")
