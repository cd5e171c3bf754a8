"""Say in words whether this computer has what the course needs."""

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from helpers.errors import CourseError

PROJECT = "ia-generativa-na-pratica"
GOOD, MISSING = "✓", "✗"
ALL_GOOD = "Tudo pronto: pode seguir."
SOME_MISSING = ("Itens a resolver: {count}. Depois reinicie o kernel (Kernel → Restart) "
                "e execute esta célula de novo.")
REMEDY = "rode  make lab  de novo (ou  conda env update -f environment.yml)"
PYTHON, COURSE = "Python 3.11 ou mais novo", "o próprio curso"
NOT_INSTALLED = f"não está instalado neste Python: {REMEDY}"
BROKEN = f"está instalado, mas não abre ({{error}}): {REMEDY}"
# package -> the module that the lessons need it for; the rest is checked by its version alone
MODULES = {"torch": "torch", "torchvision": "torchvision", "numpy": "numpy", "pillow": "PIL",
           "ipywidgets": "ipywidgets", "anywidget": "anywidget", "tqdm": "tqdm",
           "safetensors": "safetensors", "resvg-py": "resvg_py"}
DATA = "dados MNIST"
WRONG_SIZES = "vieram {sizes} imagens; recupere os originais com  git checkout -- data/MNIST/raw"
DATA_GOOD = f"{DATA}: 60.000 imagens de treino e 10.000 de teste, conferidas"


def environment_report() -> str:
    """List what was checked, a line each, and what to do about what is missing."""
    lines = [_line(sys.version_info >= (3, 11), PYTHON, REMEDY), *_packages()]
    try:
        from helpers.data import mnist  # needs torch, which may be what is missing

        sizes = tuple(len(mnist(train)) for train in (True, False))
        good = sizes == (60_000, 10_000)
        lines.append(_line(good, DATA_GOOD if good else DATA, WRONG_SIZES.format(sizes=sizes)))
    except (CourseError, ImportError) as error:
        lines.append(_line(False, DATA, str(error)))
    count = sum(line.startswith(MISSING) for line in lines)
    return "\n".join([*lines, "", SOME_MISSING.format(count=count) if count else ALL_GOOD])


def _packages() -> list[str]:
    try:
        return [_package(requirement) for requirement in requires(PROJECT) or ()]
    except PackageNotFoundError:
        return [_line(False, COURSE, NOT_INSTALLED)]


def _package(requirement: str) -> str:
    needed = Requirement(requirement)
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return _line(False, needed.name, f"não está instalado: {REMEDY}")
    try:
        import_module(MODULES.get(needed.name, "sys"))
    except Exception as error:    # whatever a damaged installation raises
        return _line(False, needed.name, BROKEN.format(error=error))
    # a build label such as +cpu is no other version
    good = needed.specifier.contains(found.partition("+")[0], prereleases=True)
    return _line(good, needed.name, f"a versão é {found}, o curso pede {needed.specifier}: {REMEDY}")


def _line(good: bool, what: str, remedy: str) -> str:
    return f"{GOOD} {what}" if good else f"{MISSING} {what}: {remedy}"
