"""Exercise 4.4: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelo laço e execute a célula de novo.",
    "`gerador.first(partida)` dá m(1) e o estado. Depois, para cada ruído e(t), `gerador.next(m, e, estado)` "
    "dá o m seguinte e o estado novo: os dois voltam para a próxima volta do laço.",
    "`for e in ruidos.unbind(1):` percorre os quadros, com e [N, 2]. Dentro, `m, estado = gerador.next(m, e, "
    "estado)`. No fim, `torch.stack(caminho, 1)`, com m(1) no começo da lista.",
)
RIGHT = ("Confere em {count} geradores, e o gradiente do último quadro volta pelo laço até a partida. Posto "
         "no gerador treinado, o seu laço fez {clips} clipes de {frames} quadros, com cosseno {cosine}, e "
         "{clips} de {long}, com {far}. Nada no código diz quando parar: quem manda é o tamanho de `ruidos`.")

_FAR = "As formas conferem, mas os caminhos se afastam em até {far}."
_SHAPES = "Sua função devolve a forma {found}; o esperado é {expected}."
HINTS: Hints = COMMON | {
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um tensor [N, T, 2].",
             "Guarde cada m em uma lista e devolva `torch.stack(caminho, 1)`."),
    "listed": ("Sua função devolve uma lista de {count} tensores, e não um tensor.",
               "Empilhe no tempo: `torch.stack(caminho, 1)`."),
    "pair": ("O gerador recebeu um par onde esperava um tensor: `first` e `next` devolvem duas coisas, m e o "
             "estado.",
             "Dê nome às duas: `m, estado = gerador.next(m, e, estado)`."),
    "by_clip": ("O gerador recebeu um m e um ruído de tamanhos que não combinam. `for e in ruidos` percorre "
                "os clipes, e não os quadros.",
                "O tempo é a dimensão 1: `for e in ruidos.unbind(1)`, ou `ruidos[:, t]`."),
    "too_far": ("Foi pedido um ruído que não existe: há T − 1 ruídos para T quadros, porque o primeiro "
                "quadro não precisa de nenhum.",
                "O laço dá `ruidos.shape[1]` voltas."),
    "same_e": (f"{_FAR} Todos os quadros receberam o mesmo ruído.",
               "Cada volta usa o seu: `ruidos[:, t]`, ou `for e in ruidos.unbind(1)`."),
    "no_e": (f"{_FAR} O gerador recebeu zeros no lugar do ruído.", "Passe e(t): `ruidos[:, t]`."),
    "late_e": (f"{_FAR} O ruído está atrasado: a primeira volta usou o último da lista, `ruidos[:, -1]`.",
               "A primeira volta usa `ruidos[:, 0]`."),
    "reversed": (f"{_FAR} Os ruídos foram lidos de trás para a frente.",
                 "Percorra do primeiro ao último, sem `flip`."),
    "start_again": (f"{_FAR} Cada quadro partiu de m(1) e do primeiro estado: saíram várias versões do "
                    "quadro 2, e não um caminho.",
                    "Use os mesmos nomes dos dois lados: `m, estado = gerador.next(m, e, estado)`."),
    "no_state": (f"{_FAR} O estado novo se perdeu: a LSTM recomeça a cada quadro, sem memória de para onde "
                 "ia.",
                 "`next` devolve também o estado; guarde-o com o mesmo nome: `m, estado = ...`."),
    "half_state": (f"{_FAR} Só uma metade do estado seguiu adiante; a outra ficou no começo.",
                   "O estado é o par (h, c). Passe os dois, como vieram."),
    "swapped_state": (f"{_FAR} h e c trocaram de lugar.", "Passe o estado inteiro, sem abrir o par."),
    "same_m": (f"{_FAR} O estado andou, mas a LSTM recebeu sempre m(1) como lugar de antes.",
               "O m que volta é o do quadro anterior: `m, estado = gerador.next(m, e, estado)`."),
    "added": (f"{_FAR} Você somou o m novo ao antigo. `next` já devolve o lugar, e não o passo.",
              "Guarde o que `next` devolve, sem somar."),
    "no_first": (f"{_SHAPES} Falta o primeiro quadro: `first` já dá m(1).",
                 "Comece a lista com ele: `caminho = [m]`, antes do laço."),
    "no_last": (f"{_SHAPES} Falta o último quadro: o laço parou uma volta antes, ou o m entrou na lista "
                "antes do passo.",
                "São {steps} ruídos para {frames} quadros: uma volta por ruído, e o m novo no fim dela."),
    "twice_first": (f"{_SHAPES} O primeiro quadro entrou duas vezes.",
                    "m(1) entra na lista antes do laço; dentro dele, só o m novo."),
    "turned": (f"{_SHAPES} O tempo ficou na frente dos clipes.",
               "Empilhe na dimensão 1: `torch.stack(caminho, 1)`."),
    "only_last": (f"{_SHAPES} Você devolveu só o último lugar.",
                  "Guarde cada m em uma lista e empilhe no fim."),
    "flat": (f"{_SHAPES} Os quadros foram emendados, sem dimensão própria para o tempo.",
             "`torch.stack` cria a dimensão; `torch.cat` só emenda."),
    "shape": (f"{_SHAPES} É [N, T, 2]: clipes, quadros, x e y.",
              "m(1) e mais um m por ruído, empilhados na dimensão 1."),
    "cut": ("Os caminhos estão certos, mas o gradiente se perde: o último quadro não consegue corrigir os "
            "passos que levaram até ele.",
            "No treino o gradiente volta pelo laço inteiro: tire o `detach()`, o `no_grad` e o `.data`."),
    "other": (_FAR, "Confira uma volta: entram m, e(t) e o estado de antes; saem o m e o estado que entram "
                    "na próxima."),
}
