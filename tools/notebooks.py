"""Execute every notebook again and keep its outputs: `make notebooks`; twice leaves no difference.

Kept: text, numbers and the panels' static pictures. Not kept: timestamps, widget state and the widget
views' random ids. Where one holds changes that git does not have, none runs: they may be a learner's.
"""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from helpers.course import LESSONS, ROOT

VIEW = "application/vnd.jupyter.widget-view+json"
REFUSED = ("Há mudanças em {path} que o git ainda não guardou; talvez sejam respostas suas. "
           "Guarde-as (git commit) ou desfaça-as (git checkout) e chame de novo.")


def uncommitted(path: Path) -> bool:
    """Say whether a tracked notebook differs from what git has; one that git does not know yet may run."""
    answer = subprocess.run(["git", "status", "--porcelain", "--", str(path)], cwd=ROOT, text=True,
                            capture_output=True, check=True)
    return bool(answer.stdout) and not answer.stdout.startswith("??")


def execute(path: Path) -> None:
    """Run one notebook from a fresh kernel, in its own folder, and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, record_timing=False, store_widget_state=False,
                            coalesce_streams=True,    # how the kernel splits what a cell prints is chance
                            resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    clean(notebook)
    nbformat.write(notebook, path)


def clean(notebook: nbformat.NotebookNode) -> None:
    """Leave in a notebook only what is the same at every run."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data.pop(VIEW, None)


def main() -> int:
    """Execute all lessons; refuse as a whole if one of them holds uncommitted changes."""
    changed = [lesson.path for lesson in LESSONS if uncommitted(lesson.path)]
    if changed:
        for path in changed:
            print(REFUSED.format(path=path.relative_to(ROOT)), file=sys.stderr)
        return 1
    for lesson in LESSONS:
        print(f"{lesson.path.name} …", flush=True)
        execute(lesson.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
