"""What a notebook asks of the learner: predictions, exercises with a check, a quiz.

    previsao("01.detach", "O que muda sem o detach?", ["Nada.", "Os pesos de G."])
    comparar("01.detach", medido=0.0, certa=0)
    checar("1.1", perda_do_discriminador)
    quiz("01")

The functions that a learner reads in a cell have Portuguese names; everything behind them is English.
A new lesson NN brings a module lessonNN.py with QUIZ and, where it has exercises, CHECKS.
"""

from helpers.exercises.checks import checar, solucao
from helpers.exercises.predictions import Previsao, comparar, previsao
from helpers.exercises.quiz import Quiz, quiz

__all__ = ["Previsao", "Quiz", "checar", "comparar", "previsao", "quiz", "solucao"]
