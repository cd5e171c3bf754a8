"""Make the course's environment in .venv, once: `make lab` and `make test` call this first.

Standard library only, and written for Python 3.6 too, so that an old Python can read it and say what is
missing. What the learner reads is in Portuguese, by key, in MESSAGES.

The marker .venv/curso.json is written last, so it says 'everything went well': where it matches, nothing is
done. Without it, or after pyproject.toml has changed, pip goes on from what is there; an environment that
is torn (its python or pip does not run, a package half copied, the folder moved) is made anew.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
OLDEST = (3, 11)
NEEDED_BYTES = 300 * 2**20  # with less than this left after a failure, the full disk is the reason

MESSAGES = {
    "old_python": (
        "Este curso precisa do Python 3.11 ou mais novo (needs Python 3.11 or newer); este é o {version}.\n"
        "O que fazer: instale um Python mais novo e repita o comando. Você também pode dizer qual usar:\n"
        "    make lab PYTHON=python3.12"),
    "start": (
        "Preparando o ambiente do curso na pasta .venv. Só acontece na primeira vez: são centenas de MB\n"
        "para baixar e alguns minutos. Se for interrompido, repita o comando: ele continua.\n"
        "As linhas a seguir são do pip, o instalador do Python, e vêm em inglês."),
    "update": "O curso mudou desde a última instalação: atualizando o ambiente na pasta .venv.",
    "repair": (
        "A instalação na pasta .venv está incompleta, danificada ou é de outro Python: vou refazê-la."),
    "done": "Pronto: o ambiente do curso está na pasta .venv.",
    "no_venv": (
        "Não consegui criar a pasta .venv: este Python ({python}) veio sem o módulo venv completo.\n"
        "O que fazer no Debian ou no Ubuntu:  sudo apt install python{version}-venv\n"
        "Depois repita o comando."),
    "network": (
        "Não consegui baixar os pacotes do curso.\n"
        "O que fazer: confira a conexão com a internet (e o proxy, se houver um) e repita o comando.\n"
        "O que já foi baixado não se perde. Os detalhes estão em {log}"),
    "index": (
        "O endereço em TORCH_INDEX não ofereceu o PyTorch: {index}\n"
        "O que fazer: confira o endereço (veja o README) e a conexão, e repita o comando.\n"
        "Os detalhes estão em {log}"),
    "disk": (
        "Acabou o espaço em disco (na pasta do curso, onde restam {free} MB, ou na pasta temporária).\n"
        "O que fazer: libere cerca de 3 GB e repita o comando. Ele continua de onde parou."),
    "permission": (
        "Não tenho permissão para escrever em {path}.\n"
        "O que fazer: se outra conta (por exemplo, o root) criou essa pasta, apague-a por lá e repita."),
    "pip": (
        "A instalação dos pacotes não terminou; o motivo está nas linhas acima e em {log}\n"
        "O que fazer: repita o comando. Se o erro voltar, apague a pasta .venv e repita."),
    "system": (
        "O sistema não deixou preparar o ambiente: {error}\n"
        "O que fazer: corrija isso e repita o comando. Se o erro voltar, apague a pasta .venv e repita."),
    "interrupted": "Instalação interrompida. Repita o comando quando quiser: ele continua.",
}

DISK = re.compile(r"No space left on device|Errno 28|Disk quota exceeded")
PERMISSION = re.compile(r"Permission ?[Dd]enied|Errno 13")
NETWORK = re.compile(
    r"NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|ProxyError|SSLError"
    r"|name resolution|Network is unreachable|Connection refused|Connection broken|timed out"
    r"|No matching distribution found|Could not find a version|HTTP error")


class SetupError(Exception):
    """A failure that the learner can mend: key, an entry of MESSAGES; facts, what its text names."""

    def __init__(self, key, **facts):
        super().__init__(MESSAGES[key].format(**facts))
        self.key = key


class Environment:
    """The environment of one checkout.

    root: the checkout; torch_index: where torch comes from, or "" for pip's own choice.
    """

    def __init__(self, root=ROOT, torch_index=""):
        self.root = root
        self.torch_index = torch_index
        self.folder = os.path.join(root, ".venv")
        self.python = os.path.join(self.folder, "bin", "python")
        self.marker = os.path.join(self.folder, "curso.json")
        self.log = os.path.join(self.folder, "instalacao.log")

    def wanted(self):
        """Return what the marker must hold."""
        with open(os.path.join(self.root, "pyproject.toml"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        return {"pyproject": digest, "python": "{}.{}".format(*sys.version_info), "root": self.root}

    def found(self):
        """Return what the marker holds, or {} where it is missing or unreadable."""
        try:
            with open(self.marker, encoding="utf-8") as file:
                content = json.load(file)
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def plan(self):
        """Say what to do: 'nothing', 'create', 'continue', 'update' or 'repair'."""
        if not os.path.lexists(self.folder):
            return "create"
        wanted, found = self.wanted(), self.found()
        other_index = bool(self.torch_index) and self.torch_index != found.get("torch_index", "")
        moved = any(key in found and found[key] != wanted[key] for key in ("python", "root"))
        if moved or (found and other_index) or not runs(self.python, "-S", "-c", "pass"):
            return "repair"
        if all(found.get(key) == value for key, value in wanted.items()):
            return "nothing"
        if torn(self.folder) or not runs(self.python, "-m", "pip", "--version"):
            return "repair"
        return "update" if found else "continue"

    def make(self):
        """Bring the environment up to date; raise SetupError where that fails."""
        plan = self.plan()
        if plan == "nothing":
            return
        index = self.torch_index or self.found().get("torch_index", "")
        say(MESSAGES["start" if plan in ("create", "continue") else plan])
        if os.path.exists(self.marker):
            os.remove(self.marker)  # from here on, an interruption is an incomplete installation
        if plan in ("create", "repair"):
            self.create()
        if index:
            self.pip("index", *torch_requirements(self.root), "--index-url", index)
        self.pip("network", "--editable", self.root)
        temporary = self.marker + ".tmp"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(dict(self.wanted(), torch_index=index), file)
        os.replace(temporary, self.marker)
        say(MESSAGES["done"])

    def create(self):
        """Make an empty environment with a working pip."""
        base = getattr(sys, "_base_executable", None) or sys.executable
        command = [base, "-m", "venv", "--clear", self.folder]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if result.returncode == 0 and runs(self.python, "-m", "pip", "--version"):
            return
        text = result.stdout.decode(errors="replace")
        self.explain(text)
        if runs(base, "-c", "import ensurepip"):
            say(text)
            raise SetupError("pip", log=self.folder)
        raise SetupError("no_venv", python=base, version="{}.{}".format(*sys.version_info))

    def pip(self, key, *arguments):
        """Install; on failure raise what pip's own log shows, and `key` for an index without an answer."""
        if os.path.exists(self.log):
            os.remove(self.log)
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--log", self.log]
        if subprocess.run(command + list(arguments), check=False).returncode == 0:
            return
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            text = ""
        self.explain(text)
        if NETWORK.search(text):
            raise SetupError(key, log=self.log, index=self.torch_index)
        raise SetupError("pip", log=self.log)

    def explain(self, text):
        """Raise the reasons that every step shares, where `text` or the disk shows one."""
        free = shutil.disk_usage(self.root).free
        if DISK.search(text) or free < NEEDED_BYTES:
            raise SetupError("disk", free=free // 2**20)
        if PERMISSION.search(text):
            raise SetupError("permission", path=self.folder)


def runs(*command):
    """Say whether a command starts and ends well."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode == 0
    except OSError:
        return False


def torn(folder):
    """Say whether an interrupted pip left half a package: no INSTALLER yet, or a '~' folder of an upgrade."""
    library = os.path.join(folder, "lib")
    for version in os.listdir(library) if os.path.isdir(library) else []:
        packages = os.path.join(library, version, "site-packages")
        for name in os.listdir(packages) if os.path.isdir(packages) else []:
            if name.startswith("~"):
                return True
            if name.endswith(".dist-info") and not os.path.exists(os.path.join(packages, name, "INSTALLER")):
                return True
    return False


def torch_requirements(root):
    """Return pyproject's own lines for torch and torchvision."""
    import tomllib  # Python 3.11 and later: not before the version was checked

    with open(os.path.join(root, "pyproject.toml"), "rb") as file:
        lines = tomllib.load(file)["project"]["dependencies"]
    return [line for line in lines if re.match(r"torch(vision)?\b", line)]


def say(text):
    """Print at once: pip's own lines must stand after it."""
    print(text, flush=True)


def main():
    """Return the exit status."""
    try:
        if sys.version_info < OLDEST:
            raise SetupError("old_python", version="{}.{}.{}".format(*sys.version_info))
        environment = Environment(torch_index=os.environ.get("TORCH_INDEX", "").strip())
        try:
            environment.make()
        except OSError as error:
            environment.explain(str(error))
            raise SetupError("system", error=error) from error
    except SetupError as error:
        print("\n{}".format(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n" + MESSAGES["interrupted"], file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
