"""The patch in conftest.py: a kernel that dies fails its cell at once, not after the cell's timeout."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent


def test_a_dead_kernel_fails_its_cell_at_once(tmp_path):
    cells = [new_code_cell("import time; time.sleep(3)", execution_count=1),
             new_code_cell("import os; os._exit(1)", execution_count=2),
             new_code_cell("'never'", execution_count=3)]
    write(new_notebook(cells=cells), tmp_path / "dies.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=100",
               "-p", "no:cacheprovider", "dies.ipynb"]
    start = time.monotonic()
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert time.monotonic() - start < 60
    assert "1 passed" in result.stdout, result.stdout  # slower than one question: still waited for
    assert "kernel died" in result.stdout
