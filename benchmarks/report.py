"""Tables in Markdown, the machine in words, and README.md's sections between their marks."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")
CPU_NAME = re.compile(r"^model name\s*: (.+)$", re.M)


def machine(*packages: str) -> str:
    """Name the machine without naming its owner: processor, cores, system, versions."""
    try:
        processor = CPU_NAME.search(Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        processor = platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    busy = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (f"Machine: {processor}, {cores} cores{busy}; {platform.system()} {platform.machine()}; "
            f"Python {platform.python_version()}, {versions}.")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; the first column is words, the others numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def publish(key: str, text: str) -> None:
    """Print a section and put it into README.md between its marks."""
    print(text)
    start, end = f"<!-- {key}: start -->", f"<!-- {key}: end -->"
    head, rest = README.read_text("utf-8").split(start)
    README.write_text(f"{head}{start}\n{text}\n{end}{rest.split(end)[1]}", encoding="utf-8")
