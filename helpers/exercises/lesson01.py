"""Lesson 01: the quiz and the exercises."""

from helpers.exercises import (
    lesson01_divergence,
    lesson01_generator,
    lesson01_loss,
    lesson01_modes,
    lesson01_optimal,
    lesson01_turn,
    lesson01_weights,
)
from helpers.exercises.quiz import Option, Question

CHECKS = {
    "1.1": lesson01_loss.CHECK, "1.2": lesson01_turn.CHECK, "1.3": lesson01_generator.CHECK,
    "1.4": lesson01_optimal.CHECK, "1.5": lesson01_divergence.CHECK, "1.6": lesson01_weights.CHECK,
    "1.7": lesson01_modes.CHECK,
}

QUIZ = (
    Question("Na vez do discriminador, por que usamos `G(z).detach()`?", (
        Option("Para apagar os gradientes que sobraram da rodada anterior.",
               "Quem apaga é `zero_grad()`. O `detach()` corta o caminho de volta desta conta."),
        Option("Porque, sem ele, o otimizador de D mudaria os pesos de G.",
               "O otimizador de D só conhece os pesos de D. Sem `detach()`, G receberia gradientes que "
               "ninguém pediu: conta a mais, e sobras que podem atrapalhar a vez dele."),
        Option("Para que o gradiente pare nas amostras geradas e não siga até os pesos de G.",
               "Nesta vez, as amostras geradas são dados fixos para D. O valor delas não muda com o "
               "`detach()`; só o caminho de volta é cortado.", right=True),
    )),
    Question("D responde 0,5 para todas as amostras. O que isso prova?", (
        Option("Que este discriminador, agora, não distingue reais de gerados.",
               "Só isso. Talvez G esteja ótimo, talvez D seja pequeno ou tenha treinado pouco. Outro "
               "discriminador poderia ver a diferença.", right=True),
        Option("Que as amostras geradas são iguais às reais.",
               "Um D que ainda não aprendeu nada também pode responder 0,5 para tudo. A resposta fala de D "
               "tanto quanto de G."),
        Option("Que metade das amostras do lote foi gerada.",
               "0,5 não é uma contagem: é a probabilidade de ser real que D dá a cada amostra."),
    )),
    Question("No começo do treino, D recusa quase todos os gerados. Com a perda saturante, quem fica sem "
             "gradiente?", (
        Option("G: para logits muito negativos, log(1 − σ(a)) é quase plana, e as setas encolhem.",
               "A força com que ela puxa é σ(a), quase 0 quando D recusa. A não saturante puxa com 1 − σ(a), "
               "quase 1 ali: por isso é a que se usa.", right=True),
        Option("D: como já acerta tudo, ele não tem mais o que aprender.",
               "O gradiente de D também fica pequeno, mas a saturante é uma perda de G. Quem precisa "
               "melhorar é G, e é ele que fica parado."),
        Option("Ninguém: a saturante e a não saturante têm o mesmo gradiente.",
               "Elas puxam no mesmo sentido, mas com forças diferentes: σ(a) e 1 − σ(a)."),
    )),
    Question("Como perceber que o gerador só aprendeu alguns dos modos?", (
        Option("Pela perda de G, que dispara quando isso acontece.",
               "Pode nem se mexer: se D aceita o que G faz, a perda de G é baixa, mesmo com poucos modos."),
        Option("Pela perda de D, que vai a zero quando faltam modos.",
               "Não é preciso. Mesmo com modos de fora, ela pode parecer a de sempre: a perda é uma média, e "
               "não diz quais modos ficaram de fora."),
        Option("Pela contagem: quantos modos têm alguma amostra boa, além da fração de amostras boas.",
               "A fração sozinha também engana: com todas as amostras em um só modo, ela pode ser 100%. É a "
               "contagem que mostra o que falta.", right=True),
    )),
    Question("Um colega diz que GAN é outro nome para difusão. O que você responde?", (
        Option("Que está certo: as duas partem de ruído.",
               "Partir de ruído é comum a muitos modelos. O que muda é como se aprende e como se gera."),
        Option("Que são famílias diferentes: a GAN aprende com um adversário e gera em uma passagem; a "
               "difusão aprende a remover ruído, em muitas.",
               "Existem modelos que juntam as duas ideias, mas uma não é nome da outra.", right=True),
        Option("Que a difusão é uma GAN com muitos discriminadores.",
               "Na difusão não há discriminador: a rede aprende a remover o ruído que foi posto nos dados, e "
               "isso tem resposta certa."),
    )),
)
