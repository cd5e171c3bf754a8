"""Lesson 03: the quiz and the exercises."""

from helpers.exercises import (
    lesson03_count,
    lesson03_half,
    lesson03_memory,
    lesson03_output,
    lesson03_rows,
    lesson03_safe,
    lesson03_step,
    lesson03_swapped,
    lesson03_update,
)
from helpers.exercises.quiz import Option, Question

CHECKS = {
    "3.1": lesson03_memory.CHECK, "3.2": lesson03_update.CHECK, "3.3": lesson03_output.CHECK,
    "3.4": lesson03_step.CHECK, "3.5": lesson03_safe.CHECK, "3.6": lesson03_swapped.CHECK,
    "3.7": lesson03_count.CHECK, "3.8": lesson03_rows.CHECK, "3.9": lesson03_half.CHECK,
}

QUIZ = (
    Question("O forget gate de uma unidade está em 1. O que acontece com a memória dela neste passo?", (
        Option("É apagada: 1 quer dizer esquecer.",
               "O nome engana. O portão multiplica c(t−1), e multiplicar por 1 guarda. Quem apaga é o 0."),
        Option("Fica inteira, e ainda pode receber algo do input gate.",
               "Os dois portões são independentes. No papel, a logística chega perto de 1 sem nunca ser 1; "
               "em float32, o arredondamento dá 1 exato quando a soma da camada passa de uns "
               "17.", right=True),
        Option("Recebe uma memória nova pelo forget gate.",
               "O forget gate só multiplica o que já estava lá. O que é novo entra na soma, pelo input "
               "gate."),
    )),
    Question("O input gate escolhe quanto passa de quê?", (
        Option("Da memória de curto prazo h(t−1), que vai para a de longo prazo.",
               "É o que diz o texto original da aula, mas h(t−1) não chega ao portão: entra nas quatro "
               "camadas. O que o portão filtra é g(t)."),
        Option("Da entrada x(t), que vai direto para c(t).",
               "x(t) também só entra nas quatro camadas. O que chega ao portão é o que a camada principal "
               "fez com ele."),
        Option("Do candidato g(t), a saída da camada principal.",
               "g(t) é calculado de x(t) e h(t−1) juntos. O input gate diz quanto dele, em cada unidade, "
               "entra em c(t).", right=True),
    )),
    Question("Um contador chegou a c(t) = 8, com o output gate em 1. Quanto vale h(t)?", (
        Option("Perto de 1: tanh(8).",
               "c conta; h é uma cópia espremida entre −1 e 1. Em 3 ela já passa de 0,99. Por isso c não é "
               "h.",
               right=True),
        Option("8: com o portão aberto, h é igual a c.",
               "O portão aberto deixa passar tudo o que chega a ele, e o que chega a ele é tanh(c), não c."),
        Option("Impossível: c(t) fica sempre entre −1 e 1.",
               "g fica, e h também. c é uma soma que continua de um passo a outro: com f e i em 1, pode "
               "crescer sem limite."),
    )),
    Question("Na célula, quem são os portões, e quem são as camadas?", (
        Option("São a mesma coisa: quatro portões, f, i, g e o.",
               "A página do PyTorch chama g de portão, mas g é o que o portão filtra: tem tanh e pode ser "
               "negativo."),
        Option("Os portões são três multiplicações; f(t), i(t) e o(t) são as camadas que os controlam, e "
               "g(t) é a quarta.",
               "Os pesos estão todos nas quatro camadas. Um portão não tem pesos: multiplica, elemento por "
               "elemento, pelo que a controladora manda.", right=True),
        Option("Três portões, cada um com a sua camada; não há outras camadas.",
               "Falta a principal, g(t), que não controla nenhum portão: é ela que propõe o que pode entrar "
               "na memória."),
    )),
    Question("Uma LSTM começa o treino com o viés do forget gate em 0. O gradiente atravessa 50 passos?", (
        Option("Sim: uma LSTM não tem gradiente que some.",
               "Só se f ficar perto de 1. O caminho direto é multiplicado por f em cada passo, e σ(0) é "
               "0,5."),
        Option("Sim, mas só pelo caminho que passa por h.",
               "Esse caminho passa por mais camadas, e no começo do treino também encolhe. O caminho que "
               "pode ficar aberto é o de c a c."),
        Option("Quase nada: pelo caminho direto sobra perto de 0,5⁵⁰, menos de um milionésimo de um "
               "bilionésimo.",
               "É 8,9·10⁻¹⁶, se os pesos ainda quase não mexem no portão. Por isso se costuma começar com o "
               "viés positivo: o portão começa mais aberto.", right=True),
    )),
)
