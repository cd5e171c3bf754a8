"""Lesson 04: the quiz and the exercises."""

from helpers.exercises import (
    lesson04_accused,
    lesson04_bounce,
    lesson04_cosine,
    lesson04_loop,
    lesson04_speeds,
    lesson04_swap,
    lesson04_tensor,
)
from helpers.exercises.quiz import Option, Question

CHECKS = {
    "4.1": lesson04_tensor.CHECK, "4.2": lesson04_bounce.CHECK, "4.3": lesson04_cosine.CHECK,
    "4.4": lesson04_loop.CHECK, "4.5": lesson04_swap.CHECK, "4.6": lesson04_speeds.CHECK,
    "4.7": lesson04_accused.CHECK,
}

QUIZ = (
    Question("Cada quadro de um clipe é sorteado à parte, e cada um parece real. Por que o vídeo treme?", (
        Option("Porque quadros sorteados saem borrados, e o borrão muda de um para o outro.",
               "Cada quadro pode estar perfeito. O que falta não está dentro de um quadro, mas entre eles."),
        Option("Porque cada passo tende a desfazer o anterior: quem foi parar longe volta para o meio.",
               "O mesmo lugar entra em dois passos com sinais opostos: é a chegada de um e a saída do outro. "
               "Por isso o cosseno da direção fica perto de −0,4, e não de 0.", right=True),
        Option("Porque a direção fica ao acaso, e o cosseno médio é 0.",
               "Seria 0 se os passos é que fossem sorteados. Sorteando os lugares, dois passos vizinhos "
               "dividem um lugar, e o cosseno fica negativo."),
    )),
    Question("Embaralhe os quadros de um clipe real. Que crítico percebe?", (
        Option("Só o de sequência: o de quadro vê um quadro por vez, e cada um continua real.",
               "Para o crítico de quadro, um clipe é um saco de quadros. A nota média dele não muda nem na "
               "última casa.", right=True),
        Option("Os dois: um clipe embaralhado não é real.",
               "O clipe, não; mas o crítico de quadro nunca vê o clipe. Ele recebe um quadro, e esse quadro "
               "existe no clipe real."),
        Option("Nenhum: os quadros são os mesmos, e a média deles também.",
               "O crítico de sequência recebe os lugares em ordem, os passos e as mudanças de passo. A ordem "
               "é justamente o que ele vê."),
    )),
    Question("Um gerador tem ACD menor que a dos vídeos reais. O que isso prova?", (
        Option("Que os vídeos dele mantêm a identidade melhor que os reais, e por isso são melhores.",
               "Manter a identidade é parte do trabalho. Um clipe congelado a mantém por completo, com ACD "
               "0, e não é um vídeo."),
        Option("Que ele copiou os vídeos de treino.",
               "Uma cópia dos reais teria a ACD dos reais. E a ACD só compara quadros de um mesmo clipe: "
               "nada diz dos vídeos de treino."),
        Option("Sozinha, quase nada: parar, ou repetir sempre o mesmo dígito, também abaixa a ACD.",
               "Ao lado dela vão o cosseno, a velocidade, o espalhamento e a entropia das classes. Cada "
               "um pega quem engana os outros.", right=True),
    )),
    Question("O código de conteúdo é um só para o clipe inteiro. O que isso garante?", (
        Option("Que o movimento é suave.",
               "Da suavidade cuidam a memória e o crítico de sequência. O mesmo conteúdo, em lugares "
               "sorteados, tremeria."),
        Option("Que o dígito não se transforma em outro no meio do clipe, qualquer que seja o caminho.",
               "Não é preciso aprender isso: não há por onde o conteúdo mudar de um quadro para o outro. "
               "Assim dá para trocar um código e guardar o outro.", right=True),
        Option("Que todos os clipes mostram o mesmo dígito.",
               "O código é o mesmo entre os quadros de um clipe. Cada clipe tem o seu, de um ruído próprio."),
    )),
    Question("Os grandes geradores de vídeo de hoje não usam GAN com LSTM. O que ficou desta ideia?", (
        Option("O crítico de sequência, agora com mais camadas.",
               "O treino deles é por difusão, sem um crítico que faça o papel de adversário. O que ficou é "
               "outra coisa."),
        Option("A célula LSTM, que continua a passar a memória de quadro em quadro.",
               "No lugar dela há um Transformer, que olha muitos quadros de uma vez."),
        Option("Comprimir os quadros em códigos, e deixar a mudança no tempo para um segundo modelo, que "
               "trabalha nos códigos.",
               "É a receita dos nossos dois estágios: primeiro um autocodificador, depois um modelo do que "
               "muda. Os de hoje trocaram os dois por redes muito maiores.", right=True),
    )),
)
