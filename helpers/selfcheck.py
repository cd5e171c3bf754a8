"""Say in words whether this computer has what the course needs."""

import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from helpers.data import mnist
from helpers.errors import CourseError

PROJECT = "ia-generativa-na-pratica"
GOOD, MISSING = "✓", "✗"
ALL_GOOD = "Tudo pronto: pode seguir."
SOME_MISSING = ("Itens a resolver: {count}. Depois reinicie o kernel (Kernel → Restart) "
                "e execute esta célula de novo.")
REMEDY = "rode  make lab  de novo (ou  conda env update -f environment.yml)"
PYTHON = "Python 3.11 ou mais novo"
DATA = "dados MNIST"
WRONG_SIZES = "vieram {sizes} imagens; recupere os originais com  git checkout -- data/MNIST/raw"
DATA_GOOD = f"{DATA}: 60.000 imagens de treino e 10.000 de teste, conferidas"


def environment_report() -> str:
    """List what was checked, a line each, and what to do about what is missing."""
    lines = [_line(sys.version_info >= (3, 11), PYTHON, REMEDY), *map(_package, requires(PROJECT) or ())]
    try:
        sizes = tuple(len(mnist(train)) for train in (True, False))
        good = sizes == (60_000, 10_000)
        lines.append(_line(good, DATA_GOOD if good else DATA, WRONG_SIZES.format(sizes=sizes)))
    except CourseError as error:
        lines.append(_line(False, DATA, str(error)))
    count = sum(line.startswith(MISSING) for line in lines)
    return "\n".join([*lines, "", SOME_MISSING.format(count=count) if count else ALL_GOOD])


def _package(requirement: str) -> str:
    needed = Requirement(requirement)
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return _line(False, needed.name, f"não está instalado: {REMEDY}")
    # a build label such as +cpu is no other version
    good = needed.specifier.contains(found.partition("+")[0], prereleases=True)
    return _line(good, needed.name, f"a versão é {found}, o curso pede {needed.specifier}: {REMEDY}")


def _line(good: bool, what: str, remedy: str) -> str:
    return f"{GOOD} {what}" if good else f"{MISSING} {what}: {remedy}"
