"""Lesson 02: the quiz and the exercises."""

from helpers.exercises import (
    lesson02_copies,
    lesson02_forward,
    lesson02_frechet,
    lesson02_norms,
    lesson02_request,
    lesson02_sides,
    lesson02_step,
)
from helpers.exercises.quiz import Option, Question

CHECKS = {
    "2.1": lesson02_sides.CHECK, "2.2": lesson02_forward.CHECK, "2.3": lesson02_step.CHECK,
    "2.4": lesson02_norms.CHECK, "2.5": lesson02_frechet.CHECK, "2.6": lesson02_copies.CHECK,
    "2.7": lesson02_request.CHECK,
}

QUIZ = (
    Question("Por que a última camada do gerador é uma tanh?", (
        Option("Para que o treino não tenha gradiente zero no fim da rede.",
               "É o contrário: nas pontas, a tanh achata o gradiente. Ela está ali por causa da escala dos "
               "pixels."),
        Option("Para que os pixels saiam entre −1 e 1, a mesma escala em que os dígitos reais chegam a D.",
               "Se a escala fosse outra, D separaria reais de gerados só por ela. Quem põe os dados entre 0 "
               "e 1 usa a sigmoide no lugar da tanh.", right=True),
        Option("Para que cada pixel seja a probabilidade de haver tinta ali.",
               "Uma probabilidade vai de 0 a 1, e a tanh chega a −1. Aqui −1 é o papel, e 1, a tinta."),
    )),
    Question("O discriminador termina em uma camada linear, sem sigmoide. Por quê?", (
        Option("Porque a perda recebe o logit e já inclui a sigmoide, em uma conta que não estoura.",
               "`softplus` e `binary_cross_entropy_with_logits` fazem as duas coisas juntas. Com uma "
               "sigmoide antes, ela entraria na conta duas vezes.", right=True),
        Option("Porque D não precisa responder com probabilidade: basta dizer sim ou não.",
               "O logit é uma probabilidade escrita de outro jeito: σ(a) a recupera. Um sim ou não seco não "
               "daria gradiente a ninguém."),
        Option("Porque, sem a sigmoide, D fica mais fraco, e o jogo, equilibrado.",
               "A sigmoide não muda quem D acha mais real: ela só leva a nota ao intervalo de 0 a 1. A força "
               "de D vem das camadas e do treino."),
    )),
    Question("No passo do discriminador, o que `G(z).detach()` protege?", (
        Option("As imagens geradas, que D poderia modificar.",
               "D só lê as imagens. O que volta por elas, sem o `detach()`, é gradiente."),
        Option("Os pesos de D, que ficam parados enquanto G aprende.",
               "Neste passo é D que aprende. No passo de G, quem deixa D parado é o otimizador, que só "
               "conhece os pesos de G."),
        Option("Os gradientes de G: a perda de D não chega até eles, e poupa-se a conta de volta por G.",
               "Sem ele, os pesos de G também não mudariam neste passo, mas receberiam gradientes que "
               "empurram para o lado errado e sobrariam para depois.", right=True),
    )),
    Question("As duas perdas oscilam há mil passos, e nenhuma cai. O treino parou?", (
        Option("Sim: uma perda que não cai mostra uma rede que não aprende.",
               "Isso vale quando o alvo fica parado. Aqui cada rede é o alvo da outra, e as duas podem "
               "melhorar sem que as perdas se mexam."),
        Option("Não dá para saber pelas perdas: olhe as amostras e meça a distância aos dígitos reais.",
               "Se a distância de Fréchet continua a cair, o treino anda. Se ela também parou, aí sim.",
               right=True),
        Option("Não: perdas que oscilam provam que o jogo está equilibrado.",
               "Um treino que gira sem chegar a lugar nenhum também oscila. A perda sozinha não prova nem "
               "uma coisa nem outra."),
    )),
    Question("Um gerador tem distância de Fréchet mais baixa que o seu. O que isso prova?", (
        Option("Que, para este classificador, média e covariância das características dele estão mais perto "
               "das dos dígitos reais.",
               "Só isso. É muito útil para comparar, ao lado do piso de real contra real; para o resto, há "
               "outras medidas.", right=True),
        Option("Que ele inventa dígitos melhores e não copiou nenhum.",
               "Quem devolvesse as próprias imagens de treino teria distância baixíssima, igual à do piso. "
               "Cópia se procura com o vizinho mais próximo."),
        Option("Que cada imagem dele é mais nítida que as suas.",
               "A medida é do conjunto: junta milhares de imagens em uma média e uma covariância. Uma imagem "
               "ruim no meio das boas quase não aparece."),
    )),
)
