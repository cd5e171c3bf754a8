"""The manifest, and the runner of notebooks: what it leaves in them, and when it refuses."""

import copy
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.course import LESSONS, MARKS, ROOT, course_map, next_link, with_map
from tools import notebooks as runner

# The manifest

def test_lessons_are_numbered_in_order_and_exist():
    assert [lesson.stem[:2] for lesson in LESSONS] == [f"{n:02}" for n in range(len(LESSONS))]
    for lesson in LESSONS:
        assert lesson.path.is_file()
        assert all((ROOT / "img" / figure).is_file() for figure in lesson.figures)
        assert all(number.startswith(f"{int(lesson.stem[:2])}.") for number in lesson.exercises)


def test_the_map_has_a_row_for_each_lesson():
    rows = course_map().splitlines()[2:]
    for row, lesson in zip(rows, LESSONS, strict=True):
        assert f"(notebooks/{lesson.stem}.ipynb)" in row
        assert lesson.title in row and f"{lesson.minutes} min" in row


def test_the_map_replaces_the_old_one_and_nothing_else():
    text = f"antes\n{MARKS[0]}\nvelho\n{MARKS[1]}\ndepois\n"
    once = with_map(text)
    assert "velho" not in once and once.startswith("antes\n") and once.endswith("\ndepois\n")
    assert with_map(once) == once


def test_each_lesson_links_to_the_next_and_the_last_one_home():
    for lesson, following in pairwise(LESSONS):
        assert next_link(lesson.stem) == f"**Próxima aula:** [{following.title}]({following.stem}.ipynb)"
    assert f"({LESSONS[0].stem}.ipynb)" in next_link(LESSONS[-1].stem)


# make notebooks

def messy() -> nbformat.NotebookNode:
    """A notebook as a run leaves it: times, widget states, a view with a random id."""
    shown = new_output("execute_result", {"text/plain": "Painel: x", "image/png": "AAAA", runner.VIEW: {
        "model_id": "6f1e", "version_major": 2, "version_minor": 0}}, execution_count=1)
    cell = new_code_cell("painel", execution_count=1, outputs=[shown, new_output("stream", text="1\n")])
    cell.metadata.execution = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    cell.metadata.tags = ["kept"]
    return new_notebook(cells=[cell], metadata={
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
        "language_info": {"name": "python", "version": "3.11.2"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"}})


def test_cleaning_removes_what_differs_and_keeps_the_rest():
    notebook = messy()
    runner.clean(notebook)
    assert set(notebook.metadata) == {"language_info", "kernelspec"}
    assert notebook.metadata.language_info == {"name": "python"}
    cell, = notebook.cells
    assert cell.metadata == {"tags": ["kept"]}
    assert cell.outputs[0].data == {"text/plain": "Painel: x", "image/png": "AAAA"}
    assert cell.outputs[1].text == "1\n"


def test_cleaning_twice_is_cleaning_once():
    once = messy()
    runner.clean(once)
    twice = copy.deepcopy(once)
    runner.clean(twice)
    assert once == twice


@dataclass
class OneLesson:
    path: Path


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed notebook in a repository of its own, to which a learner has then added an answer."""
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=tmp_path,
                       check=True, capture_output=True)
    path = tmp_path / "notebooks" / "00.ipynb"
    path.parent.mkdir()
    path.write_text("{}")
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    path.write_text('{"answer": 1}')
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    monkeypatch.setattr(runner, "LESSONS", [OneLesson(path)])
    monkeypatch.setattr(runner.sys, "argv", ["notebooks.py"])
    monkeypatch.setattr(runner, "execute", lambda path: pytest.fail("it ran over an answer"))
    return path


@pytest.mark.parametrize("staged", [False, True])
def test_it_refuses_over_uncommitted_changes(answered, staged, capsys):
    if staged:
        subprocess.run(["git", "add", "."], cwd=answered.parent, check=True)
    assert runner.main() == 1
    assert "notebooks/00.ipynb" in capsys.readouterr().err
    assert answered.read_text() == '{"answer": 1}'


def test_it_runs_over_what_git_keeps(answered, monkeypatch):
    subprocess.run(["git", "checkout", "."], cwd=answered.parent, check=True, capture_output=True)
    done = []
    monkeypatch.setattr(runner, "execute", done.append)
    assert runner.main() == 0
    assert done == [answered]
