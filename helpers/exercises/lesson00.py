"""Lesson 00: the quiz."""

from helpers.exercises.quiz import Option, Question

QUIZ = (
    Question("O que faz um modelo generativo?", (
        Option("Procura, entre os exemplos guardados, o mais parecido com o pedido.",
               "Isso é uma busca: ela devolve algo que já existia. Um modelo generativo calcula uma "
               "amostra nova."),
        Option("Diz a que classe pertence uma imagem.",
               "Isso é classificar. Classificadores também aparecem no curso: o discriminador é um deles."),
        Option("Aprende com exemplos e calcula amostras novas: código, imagens, vídeos.",
               "As amostras seguem o que o modelo aprendeu. O que falta nos exemplos costuma faltar nelas.",
               right=True),
    )),
    Question("Para que serve anotar uma previsão antes de operar o painel?", (
        Option("Para comparar, depois, o que eu esperava com o que foi medido.",
               "Quando a medida discorda da previsão, você descobre o que ainda falta entender.", right=True),
        Option("Para valer nota.",
               "Nada aqui vale nota, e uma previsão errada ensina tanto quanto uma certa."),
        Option("Para que o painel funcione.",
               "O painel funciona sem ela. A previsão serve a você: sem ela, é fácil achar depois "
               "que já sabia."),
    )),
    Question("No aquecimento, o neurônio calcula ŷ = w·x. O que faz um passo do gradiente?", (
        Option("Muda x para que ŷ chegue ao alvo.",
               "x é o dado e fica como está. O que o treino muda é o peso w."),
        Option("Muda w um pouco, no sentido em que a perda diminui.",
               "O gradiente diz como a perda muda com w, e o passo anda no sentido contrário. Se o passo for "
               "grande demais, a perda pode até subir.", right=True),
        Option("Encontra de uma vez o melhor w.",
               "Um passo só conhece a inclinação da perda no ponto em que w está. Em geral são "
               "precisos vários."),
    )),
)
