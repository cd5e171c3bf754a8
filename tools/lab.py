"""Open JupyterLab on the course's first notebook: `make lab`, or `python tools/lab.py` under conda.

Bound to localhost with Jupyter's own token. The settings hold for this start only: nothing is written to
the user's configuration. Jupyter's news and update questions, which would cover the page, are off
(tools/jupyter/labconfig; a user's own settings still win).
"""

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = "notebooks/00_visao_geral.ipynb"

MESSAGES = {
    "root": "Você está como root: por isso acrescento --allow-root, sem o qual o Jupyter não abre.",
    "opening": "O JupyterLab vai abrir no navegador. Se não abrir, copie este endereço:",
    "address": "Não encontrei navegador aqui. Abra este endereço em um navegador deste computador:",
    "stop": "Para encerrar: Ctrl+C nesta janela, duas vezes.",
}


def arguments(extra: list[str]) -> list[str]:
    """Return what the server is started with; `extra` comes last, and so wins."""
    chosen = [f"--ServerApp.root_dir={ROOT}", "--ServerApp.ip=localhost", "--Application.log_level=ERROR"]
    if (ROOT / FIRST).exists():
        chosen.append(f"--LabApp.default_url=/lab/tree/{FIRST}")
    if is_root():
        chosen.append("--allow-root")
    if not has_display():
        chosen.append("--no-browser")
    return chosen + extra


def is_root() -> bool:
    """Say whether Jupyter would refuse to start for being root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_display() -> bool:
    """Say whether a browser has a screen; a text browser in the terminal could not show the course."""
    return not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"))


def main() -> None:
    """Start the server and stay until it is stopped."""
    places = [str(ROOT / "tools/jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, places))
    from jupyterlab.labapp import LabApp  # reads that path when it is imported

    if is_root():
        print(MESSAGES["root"])
    server = LabApp.initialize_server(argv=arguments(sys.argv[1:]))
    print(MESSAGES["opening" if server.open_browser else "address"])
    print(f"\n    {server.public_url}\n\n{MESSAGES['stop']}", flush=True)
    # Jupyter's own English copy of that address comes with the level 'critical'.
    server.log.addFilter(lambda record: record.levelno < logging.CRITICAL)
    server.start()


if __name__ == "__main__":
    main()
