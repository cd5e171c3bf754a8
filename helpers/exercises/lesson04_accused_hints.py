"""Exercise 4.7: its words."""

from helpers.exercises.judging import Hints

START = (
    "O dicionário ainda está como veio. Troque cada `...` por uma das quatro respostas e execute a célula de "
    "novo.",
    "Pergunte de cada número quem cuidaria dele. A ordem dos quadros só interessa à memória e ao crítico de "
    "sequência; que dígito aparece, só ao crítico de quadro.",
    "Um deles tem cosseno negativo. Outro tem bom cosseno e quase não anda. Em outro, todos os clipes "
    "mostram o mesmo dígito: a entropia é 0. Ao que sobra não faltou nada.",
)
RIGHT = ("São estes. Sem memória, o cosseno é {none_cosine}. Sem o crítico de sequência, é "
         "{no_sequence_cosine}, quase o dos reais, mas a velocidade é {no_sequence_speed}% da real: um "
         "número só engana. Sem o crítico de quadro, a ACD é a mais baixa das quatro, {no_frame_acd}, porque "
         "todos os clipes mostram o mesmo dígito. O que tem tudo não vai mal em nenhum número.")

HINTS: Hints = {
    "kind": ("Chegou algo do tipo `{kind}`; o esperado é um dicionário com as letras A, B, C e D.",
             "Entre chaves: cada letra entre aspas, dois-pontos e a resposta."),
    "letters": ("O dicionário tem estas chaves: {found}. O esperado são A, B, C e D.",
                "Uma chave por gerador, em maiúscula."),
    "missing": ("Falta trocar `...` em {count} de quatro lugares.",
                "A um deles não faltou nada: para ele, escreva `\"nada\"`."),
    "unclear": ("Não entendi a resposta para {cell}: chegou {said}.",
                "As respostas são `\"nada\"`, `\"memória\"`, `\"crítico de sequência\"` e `\"crítico de "
                "quadro\"`."),
    "which_critic": ("Para {cell}, falta dizer qual crítico.",
                     "`\"crítico de sequência\"` ou `\"crítico de quadro\"`."),
    "twice": ("Você usou “{said}” para {cells}, e cada falta aparece uma vez só.",
              "Compare as linhas dos dois: em que número eles mais diferem?"),
    "none_whole": ("Ao gerador {cell} não faltou nada? Os passos dele têm cosseno {cosine}: cada um desfaz o "
                   "anterior.",
                   "Quem não lembra onde estava não segue em frente."),
    "no_sequence_whole": ("Ao gerador {cell} não faltou nada? O cosseno, {cosine}, é quase o dos reais, mas "
                          "a velocidade é {speed}% da real: ele mal sai do lugar.",
                          "Quem veria que os quadros quase não mudam? O crítico que olha um quadro só, não."),
    "no_frame_whole": ("Ao gerador {cell} não faltou nada? A ACD, {acd}, é a menor dos quatro, e é aí que "
                       "ela engana: a entropia das classes é {entropy}.",
                       "Entropia 0 quer dizer um dígito só, em todos os clipes. Quem cuidaria disso?"),
    "none_other": ("Ao gerador {cell} não falta “{said}”, ou não só: o cosseno dele é {cosine}. Com memória, "
                   "mesmo sem um dos críticos, os passos seguiriam uns aos outros.",
                   "Se cada passo desfaz o anterior, o gerador não lembra onde estava."),
    "no_sequence_other": ("Ao gerador {cell} não falta “{said}”: cada quadro dele, sozinho, passa por real, "
                          "e os dígitos variam (entropia {entropy}). Mas a velocidade é {speed}% da real.",
                          "Quem olharia os quadros em ordem?"),
}
