"""Exercise 4.5: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelos dois ruídos e execute a célula de novo.",
    "O conteúdo vem só de `ruido.content`. O movimento vem de `ruido.motion`, a partida, e de `ruido.steps`, "
    "um ruído por quadro. Compartilhar é repetir a linha do primeiro clipe em todas.",
    "`ruido.content[:1].expand_as(ruido.content)` repete a primeira linha. O primeiro resultado: "
    "`Noise(esse conteúdo, ruido.motion, ruido.steps)`. No segundo, repetem-se as outras duas partes.",
)
RIGHT = ("O modelo treinado desenhou {batches} lotes de {clips} clipes de cada tipo. Mesmo conteúdo: em "
         "média, {same}% dos clipes do lote mostram o mesmo dígito, e os caminhos ficam a {apart} px uns "
         "dos outros. Mesmo movimento: o dígito mais comum aparece em {share}% dos clipes, e os caminhos "
         "ficam a {near} px. Um código quase não vaza no outro.")

_WHERE = "No {which} resultado, a parte “{part}”"
HINTS: Hints = COMMON | {
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois `Noise`, de três tensores cada.",
             "A última linha: `return mesmo_conteudo, mesmo_movimento`."),
    "single": ("Sua função devolve um `Noise` só. São dois: um em que se compartilha o conteúdo, outro em "
               "que se compartilha o movimento.",
               "A última linha: `return mesmo_conteudo, mesmo_movimento`."),
    "set": ("Um `Noise` não se modifica: é uma tupla com nomes.",
            "Faça outro: `Noise(conteudo, ruido.motion, ruido.steps)`."),
    "order": ("Os dois ruídos estão certos, mas trocados de lugar.",
              "Primeiro o de mesmo conteúdo, depois o de mesmo movimento."),
    "other": (f"{_WHERE} veio de outro clipe. O combinado é o primeiro.",
              "`[:1]` pega a primeira linha sem perder a dimensão."),
    "mean": (f"{_WHERE} é a média dos clipes. A média de muitos ruídos é quase 0: não é um ruído que o "
             "gerador já tenha visto.",
             "Repita um clipe, o primeiro: `[:1]`."),
    "zeros": (f"{_WHERE} é toda 0.",
              "Com zeros, o ruído seria sempre o mesmo, e de nenhum clipe. Repita o do primeiro."),
    "one": (f"{_WHERE} tem uma linha só, e as outras partes têm uma por clipe.",
            "Estique-a até o tamanho da original: `.expand_as(...)`."),
    "squeezed": (f"{_WHERE} perdeu a dimensão dos clipes.",
                 "`[:1]` no lugar de `[0]`; depois, `.expand_as(...)`."),
    "shape": (f"{_WHERE} mudou de forma.", "Cada parte sai com a forma com que entrou."),
    "in_time": (f"{_WHERE} ficou igual em todos os quadros. É entre os clipes que se compartilha, e não no "
                "tempo.",
                "A dimensão 0 é a dos clipes: `ruido.steps[:1]`, e não `[:, :1]`."),
    "mixed": (f"{_WHERE} só mudou de ordem entre os clipes.",
              "Embaralhar não é compartilhar: o que é comum se repete em todas as linhas, e o que não é fica "
              "como veio."),
    "drawn": (f"{_WHERE} tem números que não vieram do ruído recebido.",
              "Nada se sorteia nem se calcula: cada parte é a que chegou, ou a sua primeira linha repetida."),
    "nothing": ("No {which} resultado, cada clipe ficou com tudo o que já era dele: nada se compartilha.",
                "Decida o que é igual em todos, e repita ali a linha do primeiro clipe."),
    "everything": ("No {which} resultado, os clipes compartilham tudo: são cópias do primeiro.",
                   "Compartilhe só uma das coisas, o conteúdo ou o movimento."),
    "steps_too": ("No primeiro resultado, os ruídos dos quadros também são os mesmos. Eles são do movimento.",
                  "Ali só o conteúdo se repete: `ruido.steps` vai como veio."),
    "start_too": ("No primeiro resultado, a partida também é a mesma, e é ela que manda no movimento.",
                  "Ali só o conteúdo se repete: `ruido.motion` vai como veio."),
    "content_differs": ("No primeiro resultado, o conteúdo muda de clipe para clipe.",
                        "Repita nele a primeira linha de `ruido.content`; as outras partes vão como vieram."),
    "only_start": ("No segundo resultado, a partida é a mesma, e os ruídos dos quadros, não. No modelo "
                   "treinado, os caminhos ficam a {far} px uns dos outros: ali e(t) quase não pesa, mas em "
                   "outro gerador pesaria.",
                   "O movimento tem duas partes: repita também `ruido.steps`."),
    "only_steps": ("No segundo resultado, os ruídos dos quadros são os mesmos, e a partida, não: no modelo "
                   "treinado, os caminhos ficam a {far} px uns dos outros.",
                   "O movimento tem duas partes: repita também `ruido.motion`."),
    "content_shared": ("No segundo resultado, o conteúdo é o mesmo em todos os clipes.",
                       "Ali é o movimento que se repete: `ruido.content` vai como veio."),
}
