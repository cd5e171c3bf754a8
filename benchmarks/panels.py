"""Click to repaint in JupyterLab in Chromium, and import to first panel: `python -m benchmarks.panels`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.clock import CLOCK
from benchmarks.events import FINITE, Play
from benchmarks.panel_events import events, plays
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
    "Convolução transposta, número a número": "from helpers.gan.panels import TransposedConv\n"
                                              "TransposedConv()",
    "Monte a rede": "from helpers.gan.panels import Builder\nBuilder()",
    "Linha do tempo do treino": "from helpers.gan.panels import TrainingTimeline\nTrainingTimeline()",
    "Você é o discriminador": "from helpers.gan.panels import BlindTest\nBlindTest()",
    "Espaço latente": "from helpers.gan.panels import LatentSpace\nLatentSpace()",
    # lesson 03's, with 4 units and 24 time steps where the panel takes any cell
    "A célula por dentro": "import torch\nfrom helpers.lstm.cell import LSTMCell\n"
                           "from helpers.lstm.panels import CellPanel\n"
                           "from helpers.lstm.sequence import Script\n"
                           "draw = torch.Generator().manual_seed(0)\n"
                           "CellPanel(LSTMCell(4, 4, draw), Script(torch.randn(24, 4, generator=draw)))",
    "Desenrolando no tempo": "from helpers.lstm.panels import Unroll\nUnroll(scene='random')",
    "c não é h": "from helpers.lstm.panels import Counter\nCounter()",
    "Desafios dos portões": "from helpers.lstm.panels import GateChallenges\nGateChallenges()",
    "Quebre um portão": "from helpers.lstm.panels import BreakAGate\nBreakAGate()",
    "Gradientes no tempo": "from helpers.lstm.panels import GradientsPanel\nGradientsPanel()",
    **{title: f"from helpers.video.panels import {name}\n{name}()" for title, name in (
        ("Do ruído ao vídeo", "FromNoise"), ("Conteúdo × movimento", "SwapPanel"),
        ("Treine ao vivo", "LiveVideo"), ("A métrica que mente", "LyingMetric"),
        ("Cirurgia nos portões", "GateSurgery"), ("Além do horizonte", "Horizon"))},
    "Um neurônio aprende": "from helpers.warmup.panels import OneNeuron\nOneNeuron()",
}
# In the page: from an event's own time stamp to the second frame after the drawing was replaced.
WATCH = """(panel) => {
    const state = (window.watched = { start: null, times: [], paints: [] });
    const begin = (event) => { state.start = event.timeStamp; };
    panel.addEventListener("click", begin, true);
    panel.addEventListener("keydown", begin, true);
    panel.addEventListener("pointermove", (event) => event.buttons && begin(event), true); // a drag
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
def opened(titles: Sequence[str]) -> Iterator[Notebook]:
    """Open a notebook with the panels, after Run All."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "curso"
        folder.mkdir()
        cells = [new_code_cell(CLOCK), *(new_code_cell(PANELS[title]) for title in titles)]
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


def playing(view: PanelView, play: Play, clicks: int) -> tuple[list[float], list[float]]:
    """Play; return the times from picture to picture, without the panel's own waits, and the engine's."""
    view.page.evaluate("watched.paints.length = 0")
    engine_times(view)
    view.button(play.start).click()
    view.page.wait_for_function("count => watched.paints.length > count", arg=clicks + 3, timeout=90_000)
    view.button(play.stop).click()
    view.button(play.start).wait_for()
    paints = view.page.evaluate("watched.paints")[2:]    # the first answers the click itself
    stands = view.ask("p.stage.interval")
    periods = [after - before - stands for before, after in pairwise(paints)]
    return periods[:clicks], engine_times(view)[2:clicks + 2]


def row(title: str, event: str, total: list[float], engine: list[float]) -> tuple[str, ...]:
    """Write one line of the table."""
    beyond = [all_ - own for all_, own in zip(total, engine, strict=True)]
    worst = quantiles(beyond, n=20)[-1]
    kept = median(beyond) <= MEDIAN and worst <= TAIL
    return (title, event, str(len(total)), f"{median(total):.0f}", f"{quantiles(total, n=20)[-1]:.0f}",
            f"{median(engine):.1f}", f"{median(beyond):.0f}", f"{worst:.0f}", "yes" if kept else "**no**")


def click_to_repaint(titles: Sequence[str], clicks: int = CLICKS) -> str:
    """Measure every event on the panels, and print each line as it comes."""
    rows = []

    def add(*measured: Any) -> None:
        rows.append(row(*measured))
        print(" | ".join(rows[-1]), flush=True)

    with opened(titles) as notebook:
        for title in titles:
            view = notebook.panel(title)
            view.root.evaluate(WATCH)
            for event in events(view, clicks):
                total, engine = [], []
                for _ in range(event.count or clicks):
                    event.before()
                    view.page.evaluate("watched.start = null")
                    engine_times(view)
                    total.append(timed(view, event.do))
                    engine.append(sum(engine_times(view)))
                add(title, event.name, total, engine)
            for play in plays(view):
                pictures = min(clicks, 19) if title in FINITE else clicks    # of a sequence of 24 steps
                add(title, play.name, *playing(view, play, pictures))
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


def main(*asked: str) -> None:
    """Measure and publish; asked for parts of titles, or a number of clicks, measure those and only print."""
    if asked:
        clicks = next((int(word) for word in asked if word.isdigit()), CLICKS)
        parts = [word.lower() for word in asked if not word.isdigit()] or [""]
        click_to_repaint([title for title in PANELS if any(part in title.lower() for part in parts)], clicks)
        return
    words = machine("torch", "jupyterlab", "ipywidgets", "anywidget")
    publish("start", f"{words} Medians of 7 fresh processes.\n\n{first_panel()}")
    publish("panels", f"{words} The kernel computes on one thread.\n\n{click_to_repaint(list(PANELS))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
