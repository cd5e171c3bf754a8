"""The installation: the two lists of packages, torchvision's mend, and what tools/bootstrap.py decides."""

import ast
import ctypes
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import compat

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib", "playwright-python": "playwright"}
CONDA_LINE = re.compile(r"  - (?P<name>[a-z0-9-]+)(?P<bounds>[<>=!,.\d]*)  # (?P<reason>.+)")

spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools/bootstrap.py")
bootstrap = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bootstrap)


# The two lists

def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def conda_requirements() -> dict[str, str]:
    """Return environment.yml's packages by their name on pip, each with its bounds in a fixed order."""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8").split("\ndependencies:\n")[1]
    lines = text.split("  - pip:\n")[0].splitlines()
    matches = [CONDA_LINE.fullmatch(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return {CONDA_NAMES.get(match["name"], match["name"]): str(Requirement("x" + match["bounds"]).specifier)
            for match in matches}


def test_both_lists_name_the_same_packages_and_bounds():
    conda = conda_requirements()
    assert conda.pop("pip") == ""
    assert conda.pop("python") == project()["requires-python"]
    wanted = [Requirement(line) for line in project()["dependencies"]]
    assert conda == {requirement.name: str(requirement.specifier) for requirement in wanted}


def test_every_package_has_a_lower_bound():
    for line in project()["dependencies"]:
        assert any(part.operator == ">=" for part in Requirement(line).specifier), line


def test_conda_installs_the_course_itself():
    assert re.search(r"^  - pip:\n      - --editable \.", (ROOT / "environment.yml").read_text("utf-8"), re.M)


@pytest.mark.parametrize("line", project()["dependencies"])
def test_the_running_environment_satisfies(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(version(requirement.name), prereleases=True)


# torchvision beside a CPU torch

@pytest.mark.parametrize("imports", ["import helpers, torchvision", "import torch, helpers, torchvision",
                                     "import helpers.compat, torchvision"])
def test_torchvision_works_after_helpers(imports):
    program = f"""{imports}
from torchvision import datasets, models, utils
from torchvision.transforms import v2
import torch
assert v2.Resize(8)(torch.zeros(1, 28, 28)).shape == (1, 8, 8)
try:
    print(torchvision.ops.nms(torch.tensor([[0., 0, 1, 1]]), torch.tensor([1.]), 0.5).tolist() == [0])
except RuntimeError as error:  # without the compiled operators it must say so
    print("Couldn't load custom C++ ops" in str(error))"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.strip() == "True", result.stderr


def test_the_mend_does_nothing_where_the_operators_load(monkeypatch):
    monkeypatch.setattr(compat, "_declared", [])
    monkeypatch.setattr(compat, "_loads", lambda package: True)
    assert compat.mend_torchvision() is False
    assert compat._declared == []


def test_the_mend_declares_once(monkeypatch):
    class Library:
        def __init__(self, *names):
            self.schemas = []

        def define(self, schema):
            self.schemas.append(schema)

    monkeypatch.setattr(compat, "_declared", [])
    monkeypatch.setattr(compat, "_loads", lambda package: False)
    monkeypatch.setattr(compat.torch.library, "Library", Library)
    assert compat.mend_torchvision() is True
    assert compat.mend_torchvision() is True
    assert [library.schemas for library in compat._declared] == [list(compat.SCHEMAS)]


def test_loads_tries_the_compiled_library(tmp_path, monkeypatch):
    assert compat._loads(tmp_path) is False
    (tmp_path / "_C.so").write_bytes(b"not a library")
    assert compat._loads(tmp_path) is False
    monkeypatch.setattr(ctypes, "CDLL", lambda path: None)
    assert compat._loads(tmp_path) is True


# bootstrap: what it decides

@pytest.fixture
def checkout(tmp_path) -> "bootstrap.Environment":
    """An Environment over an empty checkout, with a .venv that runs this very Python and claims a pip."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["torch>=2", "torchvision>=0", "x"]\n')
    environment = bootstrap.Environment(str(tmp_path))
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    return environment


def mark(environment, **changes) -> None:
    """Write the marker that a finished installation would have left."""
    Path(environment.marker).write_text(json.dumps({**environment.wanted(), "torch_index": "", **changes}))


def packages(environment) -> Path:
    folder = Path(environment.folder) / "lib/python3.11/site-packages"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_without_a_folder_it_is_created(checkout):
    bootstrap.shutil.rmtree(checkout.folder)
    assert checkout.plan() == "create"


def test_a_matching_marker_means_nothing_to_do(checkout):
    mark(checkout)
    assert checkout.plan() == "nothing"


def test_without_a_marker_it_continues(checkout):
    assert checkout.plan() == "continue"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pyproject": 1'])
def test_a_damaged_marker_counts_as_none(checkout, content):
    Path(checkout.marker).write_text(content)
    assert checkout.plan() == "continue"


def test_a_new_pyproject_updates(checkout):
    mark(checkout)
    Path(checkout.root, "pyproject.toml").write_text("# other")
    assert checkout.plan() == "update"


@pytest.mark.parametrize("change", [{"python": "3.10"}, {"root": "elsewhere"}])
def test_another_python_or_place_is_made_anew(checkout, change):
    mark(checkout, **change)
    assert checkout.plan() == "repair"


def test_a_broken_python_is_made_anew_even_with_a_marker(checkout):
    mark(checkout)
    os.remove(checkout.python)
    assert checkout.plan() == "repair"
    os.symlink("gone", checkout.python)
    assert checkout.plan() == "repair"


def test_a_broken_pip_is_made_anew(checkout):
    os.remove(checkout.python)
    Path(checkout.python).write_text('#!/bin/sh\ncase "$*" in *pip*) exit 1;; esac\n')
    os.chmod(checkout.python, 0o755)
    assert checkout.plan() == "repair"


def test_a_package_half_copied_is_made_anew(checkout):
    done = packages(checkout) / "a-1.dist-info"
    done.mkdir()
    (done / "INSTALLER").touch()
    assert checkout.plan() == "continue"
    (packages(checkout) / "b-1.dist-info").mkdir()
    assert checkout.plan() == "repair"


def test_a_package_half_upgraded_is_made_anew(checkout):
    (packages(checkout) / "~orch").mkdir()
    assert checkout.plan() == "repair"


def test_the_torch_index_is_remembered_and_a_new_one_starts_anew(checkout):
    mark(checkout, torch_index="first")
    assert checkout.plan() == "nothing"
    checkout.torch_index = "first"
    assert checkout.plan() == "nothing"
    checkout.torch_index = "second"
    assert checkout.plan() == "repair"


def test_torch_comes_first_from_its_index_and_the_marker_last(checkout, monkeypatch):
    calls = []

    def pip(key, *arguments):
        assert not os.path.exists(checkout.marker)
        calls.append(arguments)

    checkout.torch_index = "address"
    monkeypatch.setattr(checkout, "pip", pip)
    checkout.make()
    assert calls == [("torch>=2", "torchvision>=0", "--index-url", "address"), ("--editable", checkout.root)]
    assert checkout.plan() == "nothing"


def test_a_failure_leaves_no_marker(checkout, monkeypatch):
    mark(checkout, pyproject="old")

    def pip(key, *arguments):
        raise bootstrap.SetupError("interrupted")

    monkeypatch.setattr(checkout, "pip", pip)
    with pytest.raises(bootstrap.SetupError):
        checkout.make()
    assert checkout.plan() == "continue"


# bootstrap: what it says

@pytest.mark.parametrize("text, key", [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
    ("PermissionError: [Errno 13] Permission denied: 'x'", "permission"),
    ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "network"),
    ("ERROR: No matching distribution found for torch", "network"),
    ("ERROR: ResolutionImpossible", "pip"),
])
def test_pip_failures_are_explained(checkout, text, key):
    os.remove(checkout.python)
    Path(checkout.python).write_text(f'#!/bin/sh\necho "{text}" > "{checkout.log}"\nexit 1\n')
    os.chmod(checkout.python, 0o755)
    with pytest.raises(bootstrap.SetupError) as caught:
        checkout.pip("network", "x")
    assert caught.value.key == key
    assert "O que fazer" in str(caught.value)


def test_a_full_disk_is_seen_without_a_word_from_pip(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 2**20}))
    with pytest.raises(bootstrap.SetupError) as caught:
        checkout.explain("")
    assert caught.value.key == "disk"


def test_a_python_without_venv_is_told_which_package(checkout, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, stdout=b"ensurepip is not available")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(bootstrap.SetupError) as caught:
        checkout.create()
    assert caught.value.key == "no_venv"
    assert f"python3.{sys.version_info.minor}-venv" in str(caught.value)


def test_an_old_python_can_read_it_and_gets_the_message(monkeypatch, capsys):
    source = (ROOT / "tools/bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 6, 15))
    assert bootstrap.main() == 1
    error = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in error
    assert "este é o 3.6.15" in error


def copy_of_tools(folder: Path) -> list[str]:
    """Put bootstrap.py into an empty checkout; return the command that runs it there."""
    (folder / "tools").mkdir()
    (folder / "tools/bootstrap.py").write_bytes((ROOT / "tools/bootstrap.py").read_bytes())
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["no-such-builder-of-this-course"]\n'
        '[project]\nname = "x"\nversion = "0"\n')
    return [getattr(sys, "_base_executable", sys.executable), str(folder / "tools/bootstrap.py")]


def test_without_network_it_says_so_and_the_next_call_goes_on(tmp_path):
    """The real thing: a real .venv, and a pip that may ask no index at all."""
    command = copy_of_tools(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(empty), "PIP_CONFIG_FILE": os.devnull,
               "TORCH_INDEX": ""}
    first = subprocess.run(command, env=offline, capture_output=True, text=True, timeout=120)
    assert first.returncode == 1
    assert "Não consegui baixar os pacotes" in first.stderr
    assert "Traceback" not in first.stdout + first.stderr
    environment = bootstrap.Environment(str(tmp_path))
    assert environment.plan() == "continue"
    mark(environment)
    start = time.perf_counter()
    second = subprocess.run(command, env=offline, capture_output=True, text=True, timeout=30)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.perf_counter() - start < 1.0  # about 0.05 s on an idle machine
