"""A real JupyterLab with a real Chromium, for the tests and for whoever wants to look at a notebook.

`python -m tests.browser.lab NOTEBOOK [FOLDER]` runs a notebook and leaves a picture of each panel.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREEN = {"width": 1366, "height": 768}    # the classroom's laptop
TOKEN = "somente-para-os-testes"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]


def find_chromium() -> str | None:
    """Return the system's Chromium or Chrome, or None."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextmanager
def jupyterlab(folder: Path, settings: Path) -> Iterator[str]:
    """Serve `folder` on localhost with a token; settings: an empty folder for this server's own files."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ip=127.0.0.1",
               f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}",
               "--LabApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    kinds = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    places = {f"JUPYTER_{kind}": str(settings / kind.lower()) for kind in kinds}
    places["JUPYTER_CONFIG_PATH"] = str(ROOT / "tools" / "jupyter")    # no news, no update question
    places["JUPYTERLAB_SETTINGS_DIR"] = str(settings / "settings")
    places["JUPYTERLAB_WORKSPACES_DIR"] = str(settings / "workspaces")
    log = (settings / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=os.environ | places, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2).read()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise RuntimeError((settings / "lab.log").read_text()) from None
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(15)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start the system's Chromium without a window, but with the scroll bars that take a learner's room."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS,
                                             ignore_default_args=["--hide-scrollbars"])
        yield browser
        browser.close()


def open_notebook(page: Page, address: str, notebook: str, theme: str = "JupyterLab Light") -> None:
    """Open a notebook with a fresh, idle kernel, in the given theme."""
    page.goto(f"{address}/lab/tree/{notebook}?token={TOKEN}&reset")
    page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=60_000)
    page.wait_for_function("""() => {
        const context = window.jupyterapp.shell.currentWidget?.context;
        return context?.isReady && context.sessionContext.session?.kernel?.status === 'idle';
    }""", timeout=90_000)
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)


def run_all(page: Page, timeout: float = 240) -> None:
    """Restart the kernel, run every cell, and wait until all of them have finished."""
    page.evaluate("""async () => {
        const panel = window.jupyterapp.shell.currentWidget;
        await panel.context.sessionContext.restartKernel();
        await window.jupyterapp.commands.execute('notebook:run-all-cells');
    }""")
    page.wait_for_function("""() => {
        const panel = window.jupyterapp.shell.currentWidget;
        const cells = [...panel.content.model.cells].filter(
            c => c.type === 'code' && c.sharedModel.source.trim());
        const status = panel.context.sessionContext.session?.kernel?.status;
        return cells.every(c => c.executionCount) && status === 'idle';
    }""", timeout=timeout * 1000)


def errors(page: Page) -> list[str]:
    """List the tracebacks in the open notebook's outputs."""
    return page.evaluate("""() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
        .filter(c => c.type === 'code').flatMap(c => c.outputs.toJSON())
        .filter(o => o.output_type === 'error').map(o => `${o.ename}: ${o.evalue}`)""")


def main(notebook: str, folder: str = "tests/artifacts") -> None:
    """Run a notebook and photograph every panel in both themes."""
    out = Path(folder)
    settings = out / "lab"
    settings.mkdir(parents=True, exist_ok=True)
    with jupyterlab(ROOT, settings) as address, chromium(find_chromium()) as browser:
        for theme in ("JupyterLab Light", "JupyterLab Dark"):
            page = browser.new_page(viewport=SCREEN)
            open_notebook(page, address, notebook, theme)
            run_all(page)
            name = f"{Path(notebook).stem}-{theme.split()[1].lower()}"
            for number in range(page.locator(".curso-painel").count()):
                panel = page.locator(".curso-painel").nth(number)
                panel.scroll_into_view_if_needed()
                page.wait_for_timeout(400)
                page.screenshot(path=out / f"{name}-{number + 1}.png")
                print(name, number + 1, panel.bounding_box())
            print(name, "errors:", errors(page))
            page.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
