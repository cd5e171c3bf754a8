"""What is clocked in the kernel as an engine's own computing, for each picture that a panel shows."""

# The time spent in the outermost calls of: the walk's actions; the challenges' exams and attempts; of video,
# the making of clips, their measures and the networks' own work. Drawings are not clocked.
CLOCK = """
import time
from helpers.lstm.challenge_attempt import Attempt
from helpers.lstm.challenge_exam import Exam
from helpers.steps import Walk
from helpers.ui.stage import Stage
from helpers.video import horizon, live_jobs
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.live_session import Session
from helpers.video.model import VideoModel
from helpers.video.panels import live_view, surgery, swap_place
from helpers.video.swap import Trial
medidas, dentro, gasto = [], [], [0.0]
def cronometrar(nome, acao):
    def medida(*dados, **nomeados):
        dentro.append(nome)
        antes = time.perf_counter()
        try:
            return acao(*dados, **nomeados)
        finally:
            dentro.pop()
            if not dentro:
                gasto[0] += 1000 * (time.perf_counter() - antes)
    return medida
for motor, nomes in (
        (Walk, ("step", "back", "finish_turn", "reset", "seek", "goto", "run", "change")),
        (Exam, ("grade",)), (Attempt, ("advance", "back")),
        (Session, ("choose", "again")), (live_jobs.Measuring, ("step",)), (live_jobs.Encoding, ("step",)),
        (live_view, ("made_clips",)), (FrameAutoencoder, ("where", "what", "heat", "decode")),
        (VideoModel, ("render",)), (surgery, ("operated", "moves")),
        (horizon, ("generated", "floor", "true_clip", "continued")),
        (swap_place, ("crossed", "look")), (Trial, ("more",))):
    for nome in nomes:
        setattr(motor, nome, cronometrar(nome, getattr(motor, nome)))
mostrar = Stage.show
def fechar(*dados):
    mostrar(*dados)
    medidas.append(gasto[0])
    gasto[0] = 0.0
Stage.show = fechar
"""
