"""One JupyterLab and one Chromium for the browser tests, over a copy of the course's notebooks.

With no browser they are skipped on a laptop, and fail where the variable CI is set.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.course import LESSONS, ROOT
from tests.browser.lab import chromium, find_chromium, jupyterlab, run_all
from tests.browser.learner import Notebook, PanelView
from tests.browser.measures import cell_of
from tests.browser.themes import Wardrobe

ARTIFACTS = ROOT / "tests" / "artifacts"
NO_BROWSER = ("Chromium or Chrome was not found on the PATH, so the browser tests cannot run; "
              "on Debian or Ubuntu: sudo apt install chromium")
_opened: list[Notebook] = []


class Course:
    """The course as a learner opens it: every notebook once, after Restart and Run All."""

    def __init__(self, address: str, browser) -> None:
        self.address, self.browser = address, browser
        self.notebooks: dict[str, Notebook] = {}
        self.wardrobes: dict[str, Wardrobe] = {}
        self.seconds: dict[str, float] = {}

    def open(self, stem: str) -> Notebook:
        if stem not in self.notebooks:
            notebook = Notebook(self.browser.new_page(), self.address, f"notebooks/{stem}.ipynb")
            _opened.append(notebook)
            start = time.perf_counter()
            run_all(notebook.page)
            self.seconds[stem] = time.perf_counter() - start
            self.notebooks[stem] = notebook
        return self.notebooks[stem]

    def wardrobe(self, stem: str) -> Wardrobe:
        if stem not in self.wardrobes:
            self.wardrobes[stem] = Wardrobe(self.open(stem))
        return self.wardrobes[stem]


@pytest.fixture(scope="package")    # till a worker leaves this folder: see tests/conftest.py
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    folder, settings = tmp_path_factory.mktemp("curso"), tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "img", folder / "img")
    (folder / "notebooks").mkdir()
    for lesson in LESSONS:
        shutil.copy(lesson.path, folder / "notebooks")
    with jupyterlab(folder, settings) as address, chromium(path) as browser:
        yield Course(address, browser)
    _opened.clear()


@pytest.fixture
def open_panel(course: Course, request: pytest.FixtureRequest) -> Iterator[Callable[[str], PanelView]]:
    """Run a panel's cell again, so that a test begins as the LESSON does, whatever was done before."""
    opened = []

    def panel(title: str) -> PanelView:
        notebook = course.open(request.module.LESSON)
        old = notebook.panel(title)
        stage = old.stage.element_handle()
        notebook.run_cell(cell_of(old))
        old.page.wait_for_function("el => !el.isConnected", arg=stage)
        opened.append(notebook.panel(title))
        return opened[-1]
    yield panel
    assert [view.ask("p.errors") for view in opened] == [0] * len(opened)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = (yield).get_result()
    if report.failed and call.when != "teardown":
        ARTIFACTS.mkdir(exist_ok=True)
        for notebook in _opened:
            name = re.sub(r"\W+", "-", f"{item.name}-{Path(notebook.path).stem}")
            notebook.page.screenshot(path=ARTIFACTS / f"{name}.png")
