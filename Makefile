# The course's commands; `make` alone lists them, in Portuguese for those who only want to learn.
# PYTHON=python3.12     the Python to make .venv with (default: the first that starts, of the list below)
# TORCH_INDEX=address   where to take torch from (README: the CPU build on Linux)

.DEFAULT_GOAL := help
.PHONY: help venv lab test notebooks figures checkpoints bench

PYTHON ?=
TORCH_INDEX ?=
export TORCH_INDEX
VENV := .venv/bin/python
PYTHONS := $(VENV) python3.11 python3.12 python3.13 python3.14 python3

help:
	@echo "make lab        prepara tudo na primeira vez e abre o JupyterLab na primeira aula"
	@echo "make test       roda todos os testes: motores, painéis, exercícios, notebooks, navegador"
	@echo "make notebooks  executa de novo todos os notebooks e guarda as saídas"
	@echo "make figures    desenha de novo as figuras das aulas"
	@echo "make checkpoints  treina de novo as redes que vêm com o curso (duas horas ou mais)"
	@echo "make bench      mede os painéis, os jogos, as receitas e a clínica (umas quatro horas)"

# The first Python that starts does the rest; what it finds wanting, it says itself.
venv:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  if "$$python" -S -c pass >/dev/null 2>&1; then exec "$$python" tools/bootstrap.py; fi; \
	done; \
	echo "Não encontrei o Python $(PYTHON). Instale o Python 3.11 ou mais novo e repita o comando." >&2; exit 1

lab: venv
	@exec $(VENV) tools/lab.py

test: venv
	@$(VENV) -m pytest

notebooks: venv
	@$(VENV) tools/notebooks.py

figures: venv
	@$(VENV) tools/figures.py

checkpoints: venv
	@for what in classifier digits register video mocogan scoreboard; do \
	  $(VENV) -m tools.training.$$what > tools/training/$$what.new && mv tools/training/$$what.new \
	    tools/training/$$what.log || exit 1; \
	done

bench: venv
	@$(VENV) -m benchmarks.panels
	@$(VENV) -m benchmarks.game
	@for what in goal live tried; do $(VENV) -m benchmarks.mixtures $$what; done
	@$(VENV) -m benchmarks.clinic
	@$(VENV) -m benchmarks.digits
	@$(VENV) -m benchmarks.lstm
	@$(VENV) -m benchmarks.video
