"""Exercise 2.2: its words."""

from helpers.exercises.judging import COMMON, Hints

START = (
    "A função ainda está como veio. Troque o `...` pelo caminho de z até a imagem e execute a célula de "
    "novo.",
    "A ordem é a da figura: `linear`; dar forma de mapa; `bn1` e ReLU; `sobe1`; `bn2` e ReLU; `sobe2`; tanh.",
    "As duas primeiras linhas: `x = linear(z)`, de forma [N, 3136], e `x = x.view(-1, 64, 7, 7)`. Depois, "
    "`x = torch.relu(bn1(x))`, e assim até `torch.tanh(sobe2(x))`.",
)
RIGHT = ("Formas certas em todas as camadas, e imagens iguais às do curso com dois sorteios de pesos, em "
         "treino e em uso. Os pixels vão de {low} a {high}, e cada uma das {n} imagens depende só do seu z.")

_GOT = "`{layer}` recebeu um tensor de forma {found} e espera {expected}."
HINTS: Hints = COMMON | {
    "no_view": (f"{_GOT} Falta dar aos 3136 números de cada imagem a forma de 64 mapas 7×7.",
                "Entre `linear` e `bn1`: `x = x.view(-1, 64, 7, 7)`."),
    "order": (f"{_GOT} No PyTorch os canais vêm antes da altura e da largura.",
              "A ordem é [N, canais, altura, largura]: `view(-1, 64, 7, 7)`."),
    "folded": (f"{_GOT} As {{n}} imagens do lote entraram na conta como se fossem canais ou pixels.",
               "A primeira dimensão é sempre o lote. Deixe o −1 nela e escreva as outras: "
               "`view(-1, 64, 7, 7)`."),
    "early": (f"{_GOT} Ela foi chamada fora da sua vez.",
              "Siga os tamanhos: em 7×7, `bn1` e `sobe1`; em 14×14, `bn2` e `sobe2`."),
    "stage": (_GOT, "Escreva a forma ao lado de cada linha e confira onde ela deixa de bater com a figura."),
    "cannot_fill": ("A forma que você pediu não tem a mesma quantidade de números que o tensor.",
                    "São 3136 = 64·7·7 números por imagem; o −1 na primeira dimensão conta as imagens "
                    "por você."),
    "no_norm": ("`{layer}` não foi usada: os valores chegam à ReLU sem normalização.",
                "Depois de dar forma, e depois de `sobe1`, passe por batch norm e só então pela ReLU."),
    "unused": ("`{layer}` não foi usada, e sem ela não se chega a uma imagem 28×28 feita a partir de z.",
               "As cinco camadas entram uma vez cada, na ordem dos argumentos."),
    "twice": ("`{layer}` foi usada mais de uma vez.",
              "As cinco camadas entram uma vez cada: guarde o resultado em `x` e siga com ele."),
    "not_tensor": ("Sua função devolve algo do tipo `{kind}`; o esperado é o tensor das imagens.",
                   "Devolva o resultado de `torch.tanh(sobe2(x))`."),
    "final": ("As imagens saíram com forma {found}; o esperado é {expected}.",
              "`sobe2` já devolve um canal e 28×28 pixels. Não junte nem corte dimensões depois dela."),
    "permuted": ("As formas batem, mas os números estão nos lugares errados: você fez 7×7×64 e depois trocou "
                 "os eixos. A imagem difere da do curso em até {far}.",
                 "Aqui os 49 números de cada canal vêm em sequência: "
                 "`view(-1, 64, 7, 7)`, sem `permute`."),
    "mixed": ("A imagem 0 mudou em até {change} quando só o z das outras mudou: o lote se misturou.",
              "Procure um `view` seguido de `transpose`, ou uma conta sobre o lote inteiro. A primeira "
              "dimensão fica como está, do começo ao fim."),
    "no_tanh": ("Faltou a tanh: os pixels vão de {low} a {high}, e os dígitos reais ficam entre −1 e 1.",
                "A última linha: `torch.tanh(sobe2(x))`."),
    "clamp": ("Você cortou os valores em −1 e 1. Onde há corte, o gradiente é 0, e o pixel não aprende mais.",
              "A tanh leva a reta toda a (−1, 1) sem cortar: `torch.tanh(sobe2(x))`."),
    "sigmoid": ("Os pixels vão de {low} a {high}: a sigmoide só chega de 0 a 1. Nos dados, o papel vale −1; "
                "D notaria a diferença na hora.",
                "Troque a sigmoide do fim por `torch.tanh`."),
    "relu_last": ("O menor pixel é {low}: uma ReLU no fim apaga tudo o que é negativo, e o papel vale −1.",
                  "Depois de `sobe2` vem só a tanh."),
    "no_relu": ("Falta uma ReLU. Sem ela entre as camadas, duas transpostas seguidas valem por uma só: "
                "juntas, ainda são uma conta linear.",
                "São duas: `torch.relu(bn1(x))` e `torch.relu(bn2(x))`."),
    "relu_first": ("A ReLU veio antes da normalização. Aqui a ordem é normalizar e só então cortar.",
                   "De dentro para fora: `torch.relu(bn1(x))`."),
    "activation": ("Entre as camadas você usou outra função, e não a ReLU: a imagem difere da do curso em "
                   "até {far}.",
                   "Neste gerador é `torch.relu`. A leaky ReLU fica para o discriminador, e a tanh, para o "
                   "fim."),
    "mode": ("Em uso, as imagens conferem; em treino, não: alguma camada deixou de medir a média do lote.",
             "Procure um `eval()` na função. Quem põe a rede em treino ou em uso é quem a chama."),
    "no_path": ("As imagens conferem, mas sem o caminho de volta: o gerador não teria como aprender.",
                "Procure `no_grad`, `detach()` ou `.data` na função."),
    "other": ("As formas batem, mas a imagem difere da do curso em até {far}.",
              "Confira uma linha por vez: `linear`, `view`, `bn1`, ReLU, `sobe1`, `bn2`, ReLU, `sobe2`, "
              "tanh."),
}
