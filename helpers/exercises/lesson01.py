"""Lesson 01: the quiz and the exercises."""

from helpers.exercises import lesson01_loss, lesson01_turn
from helpers.exercises.quiz import Option, Question

CHECKS = {"1.1": lesson01_loss.CHECK, "1.2": lesson01_turn.CHECK}

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
    Question("Na vez do gerador, o gradiente atravessa D. Por que os pesos de D ficam parados?", (
        Option("Porque o `detach()` os protege.",
               "Na vez de G não há `detach()`: o caminho fica aberto, pois é através de D que o gradiente "
               "chega a G."),
        Option("Porque quem dá o passo é o otimizador de G, que só conhece os pesos de G.",
               "O `backward()` calcula gradientes também para D, mas ninguém dá um passo com eles. Por isso "
               "a vez de D começa com `zero_grad()`.", right=True),
        Option("Porque D não recebe gradiente nessa vez.",
               "Recebe, sim: cada peso de D fica com um gradiente. O que falta é um passo do "
               "otimizador de D."),
    )),
)
