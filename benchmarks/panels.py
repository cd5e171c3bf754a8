"""Click to repaint in JupyterLab in Chromium, and import to first panel: `python -m benchmarks.panels`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, pairwise
from pathlib import Path
from statistics import median, quantiles

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.report import machine, publish, table
from tests.browser.lab import ROOT, chromium, find_chromium, jupyterlab, run_all
from tests.browser.learner import Notebook, PanelView

CLICKS = 30
MEDIAN, TAIL, START = 60, 150, 1.5    # ms, ms, s
PANELS = {    # title -> what a notebook's cell says
    "Um passo de cada vez": "from helpers.gan.panels import OneStep\nOneStep()",
    "O discriminador ótimo": "from helpers.gan.panels import OptimalD\nOptimalD()",
    "Saturante ou não": "from helpers.gan.panels import Saturation\nSaturation()",
    "Ao vivo": "from helpers.gan.panels import Live\nLive()",
    "Equilíbrio que gira": "from helpers.gan.panels import DiracPanel\nDiracPanel()",
    "Clínica de GANs": "from helpers.gan.panels import Clinic\nClinic()",
    "A mesma disputa, com dígitos de verdade": "from helpers.gan.panels import DigitsGame\nDigitsGame()",
    "Um neurônio aprende": "from helpers.warmup.panels import OneNeuron\nOneNeuron()",
}
FEW_TURNS = "Clínica de GANs"    # a patient waits after 150 turns: play slowly, begin again often
# In the kernel: for each picture, the time spent in the outermost calls of the walk's actions.
CLOCK = """
import time
from helpers.steps import Walk
from helpers.ui.stage import Stage
medidas, dentro, gasto = [], [], [0.0]
def cronometrar(nome, acao):
    def medida(*dados):
        dentro.append(nome)
        antes = time.perf_counter()
        try:
            return acao(*dados)
        finally:
            dentro.pop()
            if not dentro:
                gasto[0] += 1000 * (time.perf_counter() - antes)
    return medida
for nome in ("step", "back", "finish_turn", "reset", "seek", "goto", "run", "change"):
    setattr(Walk, nome, cronometrar(nome, getattr(Walk, nome)))
mostrar = Stage.show
def fechar(*dados):
    mostrar(*dados)
    medidas.append(gasto[0])
    gasto[0] = 0.0
Stage.show = fechar
"""
# In the page: from an event's own time stamp to the second frame after the drawing was replaced.
WATCH = """(panel) => {
    const state = (window.watched = { start: null, times: [], paints: [] });
    const begin = (event) => { state.start = event.timeStamp; };
    panel.addEventListener("click", begin, true);
    panel.addEventListener("keydown", begin, true);
    new MutationObserver(() => {
        const start = state.start;
        requestAnimationFrame(() => requestAnimationFrame((now) => {
            state.paints.push(performance.now());
            if (start !== null && start === state.start) {
                state.times.push(performance.now() - start);
                state.start = null;
            }
        }));
    }).observe(panel.querySelector(".curso-palco [role=img]"), { childList: true });
}"""
# In a fresh process. torchvision comes after helpers, which mends it, but does not count.
FIRST = """
import time, torch
start = time.perf_counter()
import helpers
spent = time.perf_counter() - start
import torchvision
start = time.perf_counter()
{code}._repr_mimebundle_()
print(spent + time.perf_counter() - start)
"""


@contextmanager
def opened() -> Iterator[Notebook]:
    """Open a notebook with all panels, after Run All."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "curso"
        folder.mkdir()
        cells = [new_code_cell(CLOCK), *map(new_code_cell, PANELS.values())]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "painel.ipynb")
        with jupyterlab(folder, Path(name)) as address, chromium(find_chromium()) as browser:
            notebook = Notebook(browser.new_page(), address, "painel.ipynb")
            run_all(notebook.page)
            yield notebook


def timed(view: PanelView, do: Callable[[], object]) -> float:
    """Do something once; return the milliseconds until its picture was painted."""
    count = view.page.evaluate("watched.times.length")
    do()
    view.page.wait_for_function("count => watched.times.length > count", arg=count, polling=20)
    view.page.wait_for_timeout(15 + 7 * (count % 5))    # out of step with the frames
    return view.page.evaluate("watched.times.at(-1)")


def engine_times(view: PanelView) -> list[float]:
    """Take the kernel's own times of the pictures since the last call, and forget them."""
    found = view.notebook.kernel("list(medidas)")
    view.notebook.kernel("medidas.clear()")
    return found


def events(view: PanelView) -> Iterator[tuple[str, Callable[[], None], Callable[[], object]]]:
    """Name each event, what must come before it, and how to make it happen."""
    def click(name: str) -> Callable[[], object]:
        return view.button(name).click

    def key(name: str) -> Callable[[], object]:
        return lambda: view.page.keyboard.press(name)

    def nothing() -> None: ...

    def begin() -> None:
        view.press("Início")

    handle = view.root.get_by_role("slider", name="Rodada nº")
    begin()
    yield "▶ Passo", nothing, click("Passo")
    yield "◀ Voltar", nothing, click("Voltar")
    yield "⏩ Rodada", begin if view.title == FEW_TURNS else nothing, click("Rodada")
    begin()
    for _ in range(CLICKS):
        view.press("Passo")
    yield "key ←", view.stage.focus, key("ArrowLeft")
    yield "key →", view.stage.focus, key("ArrowRight")
    yield "⏮ Início", lambda: view.press("Passo"), click("Início")
    for _ in range(CLICKS if view.title == FEW_TURNS else 20):
        view.press("Passo" if view.title == FEW_TURNS else "Rodada")
    keys = cycle(["ArrowLeft"] * 15 + ["ArrowRight"] * 15)    # within what the history keeps
    yield "scrubber (keys on its handle)", handle.focus, lambda: view.page.keyboard.press(next(keys))


def playing(view: PanelView, speed: str) -> tuple[list[float], list[float]]:
    """Play; return the times from picture to picture and the walk's own for each."""
    view.choice("Ritmo").select_option(label=speed)
    view.page.evaluate("watched.paints.length = 0")
    engine_times(view)
    view.button("Tocar").click()
    view.page.wait_for_function("count => watched.paints.length > count", arg=CLICKS + 3, timeout=90_000)
    view.button("Pausar").click()
    view.button("Tocar").wait_for()
    paints = view.page.evaluate("watched.paints")[2:]    # the first answers the click itself
    periods = [after - before for before, after in pairwise(paints)]
    return periods[:CLICKS], engine_times(view)[2:CLICKS + 2]


def speeds(view: PanelView) -> list[str]:
    """List the paces of whole turns that a panel offers, or the slowest where it has few turns."""
    words = view.choice("Ritmo").locator("option").all_inner_texts()
    whole = [word for word in words if word.endswith(("rodada", "rodadas"))]
    return whole[:1] if view.title == FEW_TURNS else whole


def row(title: str, event: str, total: list[float], engine: list[float]) -> tuple[str, ...]:
    """Write one line of the table."""
    beyond = [all_ - own for all_, own in zip(total, engine, strict=True)]
    worst = quantiles(beyond, n=20)[-1]
    kept = median(beyond) <= MEDIAN and worst <= TAIL
    return (title, event, str(len(total)), f"{median(total):.0f}", f"{quantiles(total, n=20)[-1]:.0f}",
            f"{median(engine):.1f}", f"{median(beyond):.0f}", f"{worst:.0f}", "yes" if kept else "**no**")


def click_to_repaint() -> str:
    """Measure every event on every panel."""
    rows = []
    with opened() as notebook:
        for title in PANELS:
            view = notebook.panel(title)
            view.root.evaluate(WATCH)
            for event, before, do in events(view):
                total, engine = [], []
                for _ in range(CLICKS):
                    before()
                    view.page.evaluate("watched.start = null")
                    engine_times(view)
                    total.append(timed(view, do))
                    engine.append(sum(engine_times(view)))
                rows.append(row(title, event, total, engine))
            for speed in speeds(view):
                view.press("Início")
                rows.append(row(title, f"⏵ Tocar, {speed}", *playing(view, speed)))
    head = ("panel", "event", "n", "median, ms", "95 %, ms", "engine, ms", "beyond: median", "beyond: 95 %",
            f"≤ {MEDIAN} / ≤ {TAIL}")
    return table(head, rows)


def first_panel(rounds: int = 7) -> str:
    """Measure import to first panel in fresh processes, the panels taking turns."""
    seconds: dict[str, list[float]] = {title: [] for title in PANELS}
    for _ in range(rounds):
        for title, code in PANELS.items():
            done = subprocess.run([sys.executable, "-c", FIRST.format(code=code)], cwd=ROOT, text=True,
                                  capture_output=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
            seconds[title].append(json.loads(done.stdout))
    rows = [(title, f"{median(found):.2f}", f"{max(found):.2f}", f"≤ {START}")
            for title, found in seconds.items()]
    return table(("first panel", "median, s", "slowest, s", "claim"), rows)


def main() -> None:
    """Measure and publish."""
    words = machine("torch", "jupyterlab", "ipywidgets", "anywidget")
    publish("start", f"{words} Medians of 7 fresh processes.\n\n{first_panel()}")
    publish("panels", f"{words} The kernel computes on one thread.\n\n{click_to_repaint()}")


if __name__ == "__main__":
    main()
