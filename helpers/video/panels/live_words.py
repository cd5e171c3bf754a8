"""What the live training says: labels, the state of each stage in one sentence, and its table."""

from collections.abc import Mapping
from math import nan

from helpers.ui.style import num
from helpers.video import codes, game
from helpers.video.live import Choice
from helpers.video.live_jobs import CLIPS, Reading
from helpers.video.live_session import Session

TITLE = "Treine ao vivo"
STARTS = {"scratch": "do zero", "trained": "do fim já treinado", "own": "do meu estágio 1"}
MEMORIES = {"lstm": "LSTM", "gru": "GRU", "none": "nenhuma"}
NOBODY = "nobody"    # a list cannot hold None
WITHOUT = {NOBODY: "os dois", "sequence": "só o de quadro", "frame": "só o de sequência"}
BOXES = {    # name: (label, options, width)
    "level": ("Estágio", {1: "1: ver e redesenhar", 2: "2: dois críticos e um gerador"}, 332),
    "start": ("Começo", STARTS, 262), "memory": ("Memória", MEMORIES, 188),
    "without": ("Críticos", WITHOUT, 250),
    "view": ("Ver", {"training": "o treino", "operation": "a conta"}, 140)}
BUTTONS = {    # key: (label, tooltip, width)
    "update": ("Atualização", "Executar até o fim da atualização da rede que está na vez", 104),
    "measure": ("Medir agora", f"Medir o movimento de {CLIPS} clipes do gerador médio", 126),
    "again": ("Nova partida", "Recomeçar este estágio com outro sorteio", 126),
    "undo": ("Desfazer", "Voltar à partida de antes, no ponto em que ela parou", 104)}

LOOK_ROWS = ("quadro\nreal", "onde o\nolho olha", "redesenho")
NOTES_1 = ("✚ onde o olho achou · ○ lugar verdadeiro, que a rede não vê",
           "curso: a rede treinada que vem com o curso",
           "preto, meio: quem só desenha preto, quem só diz “no meio”")
CHARTS_1 = ("Erro do redesenho", "Desvio do lugar", "Tremor do lugar")
PIXELS = "{} px"
COURSE, BLACK, MIDDLE = "curso {}", "preto {}", "meio {}"
CLIP_ROWS, FIRST = "Clipes: ● real; ■ gerados, do mesmo ruído", " · 1º: filme"
FILM = ("Filme", "Pausado, o primeiro quadro de cada clipe se move; solte para ver só quadros", 84)
REAL_PATHS, MADE_PATHS = "caminhos reais", "caminhos gerados"
PLACES = {"real": "lugares reais", "fake": "lugares gerados"}
LOSS_NAMES = {"sequence": "sequência", "frame": "quadro", "G": "gerador"}
TIE, TIE_CRITIC, TIE_G = "empate 1,386", "crítico: 1,386", "gerador: 0,693"    # all verdicts ½
HEADS = ("agora", "real", "sem mem.")
ROWS = ("cosseno", "rapidez, px", "espalhamento", "entropia")
RIVAL = "sem mem.: um gerador sem memória, já treinado"
MEASURED, UNMEASURED = "medido na rodada {step}, em {clips} clipes", "ainda não medido: Medir agora"
ROUND = "Rodada {done}. "
DONE, LEFT = "rodada {done} de {steps}", " · faltam {left}"
JOBS = {"real": "medindo os reais: {done} de {of} clipes",
        "iid": "medindo sem memória: {done} de {of} clipes",
        "made": "medindo: {done} de {of} clipes", "encoding": "codificando: {done} de {of} clipes"}
CRITICS = {NOBODY: "os dois críticos", "sequence": "um crítico só, o de quadro",
           "frame": "um crítico só, o de sequência"}
SECONDS, MINUTES = "{:.0f} s", "{:.0f} min"

BEGIN_1 = ("Rodada 0: a rede não sabe onde olhar nem o que desenhar, e ninguém vai lhe dizer onde o dígito "
           "está. Aperte Tocar (espaço).")
STATE_1 = ("Rodada {done}: erro do redesenho {redraw} (curso {best}, tudo preto {black}). O olho desvia "
           "{offset} px do lugar verdadeiro, e treme {jitter} px.")
BEGIN_2 = ("Rodada 0: o gerador ainda não aprendeu. Que medida vai chegar primeiro ao valor real? "
           "Aperte Tocar (espaço) e confira.")
BEGIN_TRAINED = ("Rodada 0: o gerador que vem com o curso, depois de {steps} rodadas. Tocar (espaço) treina "
                 "mais um pouco, com a taxa de aprendizado do fim do treino.")
STATE_2 = "Rodada {done}: perda de {names}. "
MEASURED_2 = "Na rodada {step}: cosseno {cosine} (real {real}), rapidez {speed} px (real {real_speed})."
NO_MEASURE_2 = "Aperte Medir agora para ver o movimento em números."
WHOSE = {"sequence": "S (sequência)", "frame": "Q (quadro)", "G": "G"}
NEWS = {
    "start": "Nova partida: {start}. ", "memory": "Nova partida: memória {memory}. ",
    "without": "Nova partida, com {critics}. ", "again": "Nova partida: outro sorteio. ",
    "only_scratch": "Nova partida, do zero: o fim treinado só existe para LSTM com os dois críticos. ",
    "undone": "A partida de antes voltou. ", "over": "O plano chegou ao fim, com taxa 0. ",
    "measured": "Esta rodada já está medida. ", "given_up": "O trabalho em curso parou. ",
    "encoding": "Primeiro os clipes reais viram códigos do seu estágio 1. "}
OUT = "—"


def state_1(session: Session, marks: Mapping[str, float]) -> str:
    """Say where stage 1 stands, beside what it is compared with."""
    row = session.row
    if "jitter" not in row:
        return BEGIN_1
    return STATE_1.format(done=session.done, redraw=num(row.get("redraw", nan), 4),
                          best=num(marks["redraw"], 4), black=num(marks["black"], 4),
                          offset=num(row["offset"], 2), jitter=num(row["jitter"], 2))


def state_2(session: Session, real: Reading | None) -> str:
    """Say where stage 2 stands: the last losses, the last measure beside the real one."""
    losses, history = session.row, session.history
    names = ", ".join(f"{words} {num(losses[f'loss_{name}'], 2)}" for name, words in WHOSE.items()
                      if f"loss_{name}" in losses)
    if not names and not history:
        trained = session.game.choice.start == "trained"
        return BEGIN_TRAINED.format(steps=thousands(game.STEPS)) if trained else BEGIN_2
    first = (STATE_2 if names else ROUND).format(done=session.done, names=names)
    if not history or real is None:
        return first + NO_MEASURE_2
    step = max(history)
    now = history[step]
    return first + MEASURED_2.format(step=step, cosine=num(now.cosine, 2), real=num(real.cosine, 2),
                                     speed=num(now.speed, 2), real_speed=num(real.speed, 2))


def news(key: str, choice: Choice) -> str:
    """Say what has just been done."""
    return NEWS[key].format(start=STARTS[choice.start], memory=MEMORIES[choice.memory],
                            critics=CRITICS[choice.without or NOBODY])


def progress(done: int, steps: int, seconds: float) -> str:
    """Say how far a plan has come, and how long the rest will last where that is known."""
    return DONE.format(done=thousands(done), steps=thousands(steps)) + (
        LEFT.format(left=left(seconds)) if seconds else "")


def job(name: str, share: float) -> str:
    """Say how far work in parts has come."""
    of = codes.CLIPS if name == "encoding" else CLIPS
    return JOBS[name].format(done=thousands(round(share * of)), of=thousands(of))


def left(seconds: float) -> str:
    """Say how long something will last."""
    return SECONDS.format(seconds) if seconds < 100 else MINUTES.format(seconds / 60)


def thousands(number: int) -> str:
    """Write a count: 3.000."""
    return f"{number:,}".replace(",", ".")
