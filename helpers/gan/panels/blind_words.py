"""What the blind test says: labels, the question, the result as a sentence with numbers."""

from collections.abc import Sequence

from helpers.gan.blind import COUNT, Score, Trial
from helpers.gan.timeline import Timeline
from helpers.ui.style import num

OPPONENT_LABEL = "Gerador"
OPPONENTS = {"early": "inicial", "late": "final", "mixed": "os dois, misturados"}
NEW_TEST, REVEAL = "Novo teste", "Ver o resultado"
BUTTONS = {"real": ("● Real (←)", "Esta imagem é real (tecla ←)"),
           "fake": ("■ Gerada (→)", "Esta imagem foi gerada (tecla →)"),
           "undo": ("Desfazer (espaço)", "Apagar a última resposta (barra de espaço)"),
           "reveal": (REVEAL, "Terminar o teste e abrir a verdade")}
SAID = {True: "● real", False: "■ gerada"}
TRUTH = "■ gerada", "● real"
YOU, D = "você", "D"
ROWS = {"you": "Você × {}", "D": "D × {}"}
AXIS = ((0.0, "0 %"), (0.5, "50 %: chute"), (1.0, "100 %"))
SCORE = "{hits} de {count} · {low} a {high} % · sorte: {luck} %"

TITLE, DONE = "Imagem {n} de {count}", "Terminou"
RULES = ("Uma moeda decidiu cada imagem:", "pode não haver 10 de cada tipo.", "As reais são do teste.")
LEGEND = "Borda azul: real; laranja: gerada. Enganaram só você: {you}; só D: {D}; os dois: {both}."
WHY = "D treinou contra este mesmo G e recebe o dígito pedido; as reais do teste, nunca viu. Nota > 0: real."
HOW = ("Barra: intervalo exato de 95 % para a chance de acerto. Sorte: chance de acertar tanto, ou mais, "
       "só chutando.")
ASK = "Imagem {n} de {count}, contra {whom}. É real ou gerada? Sem pressa: {undo} desfaz a última resposta."
ALL_SAID = ("Você julgou as {count} imagens. Ainda dá para desfazer a última (espaço). Para abrir a verdade, "
            "aperte “Ver o resultado”.")
RESULT = ("Contra {whom}, você acertou {hits} de {count} (entre {low} e {high} %, com 95 % de confiança); "
          "D, {D}. {verdict}")
BY_LUCK = "Quem só chuta faz isso ou mais em {luck} % das vezes: {so}."
SURE, UNSURE, WORSE = "você distingue", "ainda pode ser sorte", "o chute iria melhor"
WHOM = {"early": "o gerador inicial (passo {early})", "late": "o gerador final (passo {late})",
        "mixed": "os dois geradores (passos {early} e {late})"}


def whom(run: Timeline, trial: Trial, early: int) -> str:
    """Name the generators of a test."""
    return WHOM[trial.opponent].format(early=run.steps[early], late=run.steps[-1])


def question(trial: Trial, names: str) -> str:
    """Ask for the next answer, or for the end."""
    if trial.complete:
        return ALL_SAID.format(count=COUNT)
    return ASK.format(n=len(trial.answers) + 1, count=COUNT, whom=names, undo="espaço")


def result(names: str, you: Score, d: Score) -> str:
    """Say the result in one sentence with its numbers."""
    so = SURE if you.luck < 0.05 else WORSE if 2 * you.hits < you.count else UNSURE
    return RESULT.format(whom=names, hits=you.hits, count=you.count, low=_percent(you.low),
                         high=_percent(you.high), D=d.hits,
                         verdict=BY_LUCK.format(luck=_luck(you.luck), so=so))


def score(found: Score) -> str:
    """Write one score for its row; nothing where it never came to that opponent."""
    if not found.count:
        return "—"
    return SCORE.format(hits=found.hits, count=found.count, low=_percent(found.low),
                        high=_percent(found.high), luck=_luck(found.luck))


def legend(you: Sequence[bool], d: Sequence[bool]) -> str:
    """Say how many images fooled whom."""
    pairs = list(zip(you, d, strict=True))
    return LEGEND.format(you=pairs.count((False, True)), D=pairs.count((True, False)),
                         both=pairs.count((False, False)))


def _percent(share: float) -> str:
    return num(100 * share, 0 if share in (0, 1) else 1)


def _luck(chance: float) -> str:
    return num(100 * chance, 0 if chance == 1 else 1 if chance >= 0.01 else 4)
