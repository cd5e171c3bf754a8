"""Exercise 3.4: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelas equações e execute a célula de novo.",
    "São sete linhas: as quatro camadas (g com tanh; f, i e o com a logística), c(t), h(t) e o `return`. "
    "Cada camada é W·x + U·h + b com os seus próprios W, U e b.",
    "A primeira: `g = torch.tanh(x @ W[\"g\"].T + h @ U[\"g\"].T + b[\"g\"])`. As outras três usam "
    "`torch.sigmoid`. Depois, as linhas dos exercícios 3.2 e 3.3.",
)
RIGHT = ("Sua célula e nn.LSTMCell dão os mesmos h e c em {count} tamanhos, até {inputs} entradas e {units} "
         "unidades, com pesos sorteados: a maior diferença, em relação ao maior valor, é {far}. Isso é o "
         "arredondamento de float32.")

_FAR = "Comparados com nn.LSTMCell, h erra em até {in_h}, e c, em até {in_c}."
HINTS: Hints = COMMON | {
    "shapes": ("As formas não combinam em um produto ou em uma soma. x tem forma [lote, entradas], e cada W, "
               "[unidades, entradas].",
               "Vire a matriz antes do produto: `x @ W[\"g\"].T`, de [lote, entradas] a [lote, unidades]. "
               "Ou use `nn.functional.linear(x, W[\"g\"])`."),
    "whole_dict": ("Uma operação recebeu o dicionário inteiro. W, U e b guardam quatro tensores cada, um por "
                   "camada.",
                   "Escolha a camada pela letra: `W[\"g\"]`, `W[\"f\"]`, `W[\"i\"]`, `W[\"o\"]`."),
    "letter": ("Foi pedida uma camada que não existe no dicionário.",
               "As letras são \"g\", \"f\", \"i\" e \"o\", minúsculas e entre aspas."),
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois tensores: h(t) e c(t).",
             "A última linha: `return h_novo, c_novo`, com os nomes que você usou."),
    "shape": ("{name} saiu com forma {found}; o esperado é {expected}, [lote, unidades].",
              "Cada camada leva x e h a [lote, unidades]; depois disso, nem `*`, nem `+`, nem tanh mudam a "
              "forma."),
    "order": (f"{_FAR} Os dois valores estão certos, mas trocados: saiu c(t) e depois h(t).",
              "O PyTorch devolve h antes de c: `return h_novo, c_novo`."),
    "old_c": (f"{_FAR} h saiu do c(t−1), a memória de antes.",
              "Calcule primeiro o c novo; é dele que se tira a tanh."),
    "no_b": (f"{_FAR} Faltam os vieses.", "Some `b[\"g\"]` na camada g, e assim nas outras."),
    "no_U": (f"{_FAR} As camadas só receberam x: falta o estado de curto prazo.",
             "Some `h @ U[\"g\"].T` na camada g, e assim nas outras."),
    "no_W": (f"{_FAR} As camadas só receberam h: falta a entrada.",
             "Some `x @ W[\"g\"].T` na camada g, e assim nas outras."),
    "turned": (f"{_FAR} U é quadrada, então a forma bate mesmo sem virar a matriz, mas os pesos de uma "
               "unidade vão parar em outra.",
               "Com U também é preciso o `.T`: `h @ U[\"g\"].T`."),
    "c_for_h": (f"{_FAR} As camadas receberam c(t−1). Elas só olham x(t) e o estado de curto prazo, h(t−1).",
                "Troque c por h dentro das quatro camadas. c só aparece em f ⊙ c(t−1)."),
    "one_layer": (f"{_FAR} As quatro camadas usaram os pesos de uma só.",
                  "Confira as letras entre colchetes: cada camada tem os seus W, U e b."),
    "main_logistic": (f"{_FAR} A camada principal passou pela logística: g nunca seria negativo, e nada do "
                      "que entra poderia diminuir a memória.",
                      "g usa `torch.tanh`; só f, i e o usam `torch.sigmoid`."),
    "gates_tanh": (f"{_FAR} As controladoras passaram por uma tanh: um portão poderia valer −1 e inverter a "
                   "memória.",
                   "f, i e o usam `torch.sigmoid`, de 0 a 1; só g usa `torch.tanh`."),
    "crossed": (f"{_FAR} As ativações estão trocadas.",
                "g usa `torch.tanh`; f, i e o usam `torch.sigmoid`."),
    "raw": (f"{_FAR} Falta a ativação em alguma camada.",
            "`torch.tanh` em g, `torch.sigmoid` em f, i e o, em volta de toda a soma."),
    "swapped": (f"{_FAR} f e i trocaram de lugar.",
                "f multiplica c(t−1); i multiplica g. Confira também as letras dos pesos."),
    "swapped_o": (f"{_FAR} O output gate trocou de lugar com outro portão.",
                  "o só aparece em h(t) = o ⊙ tanh(c(t)). Confira também as letras dos pesos."),
    "erase": (f"{_FAR} Você usou 1 − f.", "Forget gate 1 guarda: multiplique c(t−1) por f."),
    "no_i": (f"{_FAR} g entrou inteiro, sem o input gate.", "O que entra é `i * g`."),
    "no_f": (f"{_FAR} c(t−1) passou inteiro, sem o forget gate.", "O que fica é `f * c`."),
    "coupled": (f"{_FAR} No lugar de i você usou 1 − f.", "O input gate tem camada própria: use `i * g`."),
    "inside": (f"{_FAR} f multiplicou também o que acabou de entrar.",
               "f só multiplica c(t−1): confira os parênteses."),
    "h_for_c": (f"{_FAR} O forget gate multiplicou h(t−1), o estado de curto prazo.",
                "Quem atravessa a célula é c: `f * c + i * g`."),
    "squashed_c": (f"{_FAR} O c que você devolve já passou pela tanh.",
                   "A tanh fica só em h: c segue adiante como saiu da soma."),
    "no_tanh": (f"{_FAR} Faltou a tanh na saída.", "h(t) = o ⊙ tanh(c(t))."),
    "inside_tanh": (f"{_FAR} O output gate veio antes da tanh.",
                    "Primeiro `torch.tanh` de c; depois vezes `o`."),
    "no_o": (f"{_FAR} h saiu sem passar pelo output gate.", "Multiplique a tanh de c por `o`."),
    "logistic_out": (f"{_FAR} Na saída você usou a logística.", "A ativação da saída é `torch.tanh`."),
    "other": (_FAR, "Confira uma linha por vez com as equações: g, f, i, o, c, h."),
}
