"""Exercise 4.2: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelas linhas e execute a célula de novo.",
    "Primeiro ande: lugar mais velocidade. Depois, em cada eixo que passou da parede, espelhe o lugar e "
    "troque o sinal da velocidade.",
    "`passou = novo > parede`; `novo = torch.where(passou, 2 * parede - novo, novo)`; `velocidade = "
    "torch.where(passou, -velocidade, velocidade)`. E o mesmo para `novo < 0`, com `-novo`.",
)
RIGHT = ("Confere em {steps} quadros, com {met} batidas, {corner} delas em duas paredes de uma vez. A "
         "verificação não calculou batida nenhuma: andou em linha reta, sem paredes, e só depois "
         "dobrou o caminho nas paredes, como se dobra um papel. É assim que o curso faz todos os "
         "quadros de uma vez, sem laço.")

_CASE = ("De lugar {place}, com velocidade {velocity} e parede em {wall}, o certo é ir a {expected} com "
         "velocidade {expected_v}. Sua função dá {found} e {found_v}.")
HINTS: Hints = COMMON | {
    "ambiguous": ("Há um `if` sobre duas respostas ao mesmo tempo: x pode ter passado da parede, e y não.",
                  "Cada eixo decide por si: use `torch.where(condição, se sim, se não)`, que responde número "
                  "por número."),
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois tensores: lugar e velocidade.",
             "A última linha: `return novo, velocidade`."),
    "only_place": ("Sua função devolve dois números só. Falta o lugar novo ou a velocidade nova, com dois "
                   "números cada.",
                   "O quadro seguinte precisa saber para que lado ir: `return novo, velocidade`."),
    "shape": ("{name} saiu com forma {found}; o esperado é [2], x e y.",
              "Some e compare os tensores inteiros: x e y andam juntos."),
    "keeps": (f"{_CASE} O lugar está certo, mas a velocidade continua apontando para fora: o ponto fica "
              "preso na parede, batendo em todos os quadros.",
              "No eixo que bateu, troque também o sinal da velocidade."),
    "clamps": (f"{_CASE} O ponto parou em cima da parede e perdeu o resto do passo.",
               "Quem passou 1 px da parede volta 1 px: `2 * parede - novo`, e do outro lado, `-novo`."),
    "both_axes": (f"{_CASE} Você virou as duas velocidades, e só um eixo bateu: o ponto voltaria por onde "
                  "veio.",
                  "Use a condição de cada eixo: `torch.where(passou, -velocidade, velocidade)`."),
    "passes": (f"{_CASE} O ponto atravessou a parede.",
               "Olhe o lugar depois de somar a velocidade; o de antes está sempre dentro."),
    "only_turns": (f"{_CASE} A velocidade virou, mas o lugar ficou do lado de fora.",
                   "Espelhe o lugar também: `2 * parede - novo` de um lado, `-novo` do outro."),
    "only_far": (f"{_CASE} A parede do 0 não existe na sua função.",
                 "São duas paredes em cada eixo: trate também `novo < 0`."),
    "only_near": (f"{_CASE} Só a parede do 0 existe na sua função.",
                  "Trate também `novo > parede`."),
    "wraps": (f"{_CASE} O ponto saiu por um lado e entrou pelo outro, como em um jogo antigo.",
              "Parede reflete: `2 * parede - novo`, e não o resto da divisão."),
    "one_wall": (f"{_CASE} O espelho está no lugar errado: quem passou 1 px da parede deve ficar 1 px antes "
                 "dela.",
                 "A distância que passou é novo − parede; tire-a da parede: parede − (novo − parede), que é "
                 "`2 * parede - novo`."),
    "stops": (f"{_CASE} O ponto bateu e ficou parado.",
              "Na batida, a velocidade troca de sinal e conserva o tamanho: `-velocidade`."),
    "undone": (f"{_CASE} Você desfez o passo: o ponto virou sem encostar na parede.",
               "Deixe-o andar e espelhe o que passou: `2 * parede - novo`, e do outro lado, `-novo`."),
    "always": (f"{_CASE} Sua velocidade vira em todos os quadros, com parede ou sem.",
               "Só vira no eixo que passou da parede: `torch.where(passou, -velocidade, velocidade)`."),
    "order": (f"{_CASE} Os dois valores estão certos, mas trocados.",
              "Primeiro o lugar, depois a velocidade: `return novo, velocidade`."),
    "stays": (f"{_CASE} O ponto não saiu do lugar.", "Comece por somar: `novo = lugar + velocidade`."),
    "other": (_CASE, "Confira na ordem: andar; ver que eixos passaram de 0 ou da parede; espelhar o lugar; "
                     "virar a velocidade, e só nesses eixos."),
}
