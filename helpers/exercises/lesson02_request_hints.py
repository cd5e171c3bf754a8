"""Exercise 2.7: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelo pedido e pela medida e execute a célula de novo.",
    "`one_hot(digitos, 10)` faz de cada dígito uma linha com um 1 no lugar dele e 0 nos outros; "
    "`torch.cat((a, b), 1)` põe as linhas de `b` ao lado das de `a`.",
    "A entrada é `torch.cat((z, one_hot(digitos, 10).float()), 1)`. O dígito que se vê é "
    "`classificar(imagens).argmax(1)`; compare com `digitos` e tire a média, com `.float().mean()`.",
)
RIGHT = ("Com dez 7 e dez 3, o classificador vê o dígito pedido em {request} das imagens; com os dez dígitos "
         "em ordem sorteada, em {all}. Com pedidos ignorados, seriam cerca de 10%.")

_MET = ("Com a sua entrada, o classificador vê o dígito pedido em {found} das imagens; com a certa, em "
        "{expected}.")
_CASE = "Em um lote em que {met} de {n} imagens atendem ao pedido, sua função dá {value}."
HINTS: Hints = COMMON | {
    "no_draw": ("Nada foi desenhado: `desenhar` não foi chamada.",
                "Ponha z e o pedido lado a lado e chame `desenhar` com o resultado."),
    "no_look": ("Ninguém olhou as imagens: `classificar` não foi chamada.",
                "O pedido é uma coisa, e o que saiu é outra. Compare `digitos` com o que o classificador vê. "
                ""),
    "no_digits": ("A entrada tem {width} colunas, as do z: o pedido ficou de fora.",
                  "Ponha o pedido ao lado do z: dez colunas, uma por dígito."),
    "number": ("Você pôs o dígito como um número só. Assim o 8 seria o dobro do 4, e o gerador foi treinado "
               "com dez colunas, uma por dígito.",
               "`one_hot(digitos, 10)` faz as dez colunas, com forma [N, 10]."),
    "classes": ("O pedido ficou com {extra} colunas, e são dez dígitos.",
                "Sem dizer quantas, `one_hot` para no maior dígito do lote. Escreva `one_hot(digitos, 10)`."),
    "width": ("A entrada tem forma {shape}; o gerador espera {expected}.",
              "São as colunas de `z` e mais dez: `torch.cat((z, pedido), 1)`."),
    "axis": ("Você emendou o pedido embaixo do z. Ele vai ao lado: cada linha é uma imagem.",
             "O 1 em `torch.cat((z, pedido), 1)` diz que são as colunas que se juntam."),
    "not_whole": ("`one_hot` só aceita números inteiros.",
                  "Chame `one_hot(digitos, 10)` com `digitos` como chegou; o `.float()` vem depois."),
    "order": (f"{_MET} O pedido veio antes do z, e o gerador foi treinado com ele depois.",
              "A ordem das colunas faz parte da rede: `torch.cat((z, pedido), 1)`."),
    "shifted": (f"{_MET} O 1 está uma coluna fora do lugar.",
                "O dígito 7 acende a coluna de índice 7, contando a partir do 0. Não some nem subtraia."),
    "request": (f"{_MET} As dez colunas do pedido não são as do `digitos` recebido.",
                "Em cada linha, um 1 na coluna do dígito pedido e 0 nas outras."),
    "noise": ("As colunas do z não são as do `z` recebido.",
              "O sorteio já veio pronto: não sorteie nem mude `z` dentro da função."),
    "others": ("O classificador olhou algo que não são as imagens desenhadas.",
               "Guarde o que `desenhar` devolve e passe isso a `classificar`."),
    "argmax": ("Cada imagem tem dez notas, e você não escolheu a maior de cada uma.",
               "`classificar(imagens).argmax(1)` procura ao longo das colunas: de [N, 10] a [N]."),
    "bool": ("Você tirou a média de valores verdadeiro e falso, e o PyTorch não faz essa conta.",
             "Transforme-os em 1 e 0 antes: `.float().mean()`."),
    "count": (f"{_CASE} Essa é a contagem.", "Divida pelo número de imagens, ou use `.float().mean()`."),
    "percent": (f"{_CASE} A resposta saiu em porcentagem.", "Devolva de 0 a 1: sem multiplicar por 100."),
    "errors": (f"{_CASE} Essa é a fração que não atende.", "Confira a comparação: é `==`."),
    "certainty": (f"{_CASE} Essa é a certeza média do classificador, que pode ser alta com o dígito errado.",
                  "Compare o dígito que ele vê, `.argmax(1)`, com o pedido."),
    "asked": (f"{_CASE} Essa é a probabilidade média que ele dá ao dígito pedido.",
              "Aqui cada imagem conta 1 ou 0: o dígito mais provável é o pedido, ou não."),
    "all_or_nothing": (f"{_CASE} Você perguntou se todas atendem.", "Troque o `all` por `.float().mean()`."),
    "many": ("Sua função devolve {count} números. O acordo é um só.", "Falta a média: `.float().mean()`."),
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número, ou um tensor com um número.",
             "Devolva a fração das imagens em que o dígito visto é o pedido."),
    "other": (_CASE, "Divida o número de imagens em que os dois dígitos são iguais pelo total."),
}
