"""Exercise 4.3: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelo cosseno e execute a célula de novo.",
    "De lugares a velocidades é uma subtração: `lugares.diff(dim=0)`. De duas velocidades seguidas, o "
    "cosseno é o produto escalar dividido pelo produto dos tamanhos.",
    "`antes, depois = v[:-1], v[1:]`; o produto escalar é `(antes * depois).sum(1)`; os tamanhos, "
    "`antes.norm(dim=1)` e `depois.norm(dim=1)`. Divida só onde o produto dos tamanhos não é 0.",
)
RIGHT = ("Confere em {count} caminhos, um deles com uma parada. Agora em {clips} clipes: com os lugares na "
         "ordem, o cosseno médio é {ordered}; com os mesmos lugares embaralhados, {mixed}. Tire a ordem dos "
         "quadros e o movimento some, com os mesmos lugares.")

_CASE = "No caminho {path}, sua função dá {found}, e o certo é {expected}."
HINTS: Hints = COMMON | {
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um número, ou um tensor com um número.",
             "Devolva a média dos cossenos."),
    "many": ("Sua função devolve {count} números. O cosseno da direção de um caminho é um só: a média.",
             "Falta o `.mean()` no fim, ou o `.sum(1)` do produto escalar."),
    "positions": (f"{_CASE} Você comparou lugares, que apontam do canto da tela até o ponto, e não "
                  "velocidades.",
                  "Primeiro `v = lugares.diff(dim=0)`; o cosseno é entre `v[:-1]` e `v[1:]`."),
    "accelerations": (f"{_CASE} Você tirou a diferença duas vezes: são acelerações.",
                      "Um `diff` só: de lugares a velocidades."),
    "no_sizes": (f"{_CASE} Esse é o produto escalar, que cresce com a velocidade.",
                 "Divida cada produto pelos tamanhos das duas velocidades: `antes.norm(dim=1)` e "
                 "`depois.norm(dim=1)`."),
    "one_size": (f"{_CASE} Você dividiu por um tamanho só.", "O cosseno divide pelos dois."),
    "squares": (f"{_CASE} Os tamanhos foram ao quadrado.",
                "Sem quadrado: `antes.norm(dim=1) * depois.norm(dim=1)`."),
    "means": (f"{_CASE} Você dividiu a soma dos produtos pela soma dos tamanhos: os trechos rápidos contam "
              "mais.",
              "Primeiro um cosseno por par; a média vem por último."),
    "flat": (f"{_CASE} Você tratou o caminho todo como uma flecha só: faltou dizer em que dimensão somar.",
             "A soma e o tamanho são de x e y, em cada passo: `.sum(1)` e `.norm(dim=1)`."),
    "still": (f"{_CASE} O par em que o ponto está parado entrou na média como 0, e parado não é virar 90°.",
              "Deixe esse par de fora: escolha com uma máscara, `tamanhos > 0`, antes da média."),
    "nan": (f"{_CASE} Onde o ponto está parado, a conta é 0 / 0, e um só desses estraga a média.",
            "Deixe esse par de fora: escolha com uma máscara, `tamanhos > 0`, antes de dividir."),
    "total": (f"{_CASE} Você somou os cossenos.", "Use `.mean()` no lugar de `.sum()`."),
    "angle": (f"{_CASE} Esse é o ângulo, e não o cosseno dele.", "Tire o `acos`: o cosseno já é a resposta."),
    "mean_angle": (f"{_CASE} Você tirou a média dos ângulos e só depois o cosseno.",
                   "A média é a dos cossenos: sem `acos`."),
    "absolute": (f"{_CASE} Sem o sinal, quem vai e volta parece andar em linha reta.",
                 "Tire o `abs`: o cosseno −1 é justamente dar meia-volta."),
    "first_last": (f"{_CASE} Você comparou só a primeira velocidade com a última.",
                   "São todos os pares vizinhos: `v[:-1]` com `v[1:]`."),
    "lag": (f"{_CASE} Você pulou um quadro: comparou v(t) com v(t+2).",
            "Os pares são vizinhos: `v[:-1]` com `v[1:]`."),
    "way": (f"{_CASE} Você comparou cada velocidade com a viagem inteira, do primeiro ao último lugar.",
            "Cada velocidade se compara com a seguinte."),
    "axis": ("A conta parou nas formas: `lugares` é [T, 2], uma linha por quadro.",
             "A diferença no tempo é na dimensão 0, `lugares.diff(dim=0)`, e deixa T − 1 linhas; os pares, "
             "`v[:-1]` e `v[1:]`, têm T − 2."),
    "other": (_CASE, "Confira em um caminho curto: (0; 0), (1; 0), (1; 1) vira 90°, e o cosseno é 0."),
}
