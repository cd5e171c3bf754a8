"""Exercise 2.4: find the layers of batch norm that must not be where they are."""

from typing import Any

import torch
from torch import Tensor, nn

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, refused
from helpers.exercises.lesson02_step import real_digits
from helpers.exercises.running import Given, Refused
from helpers.gan.dcgan import begin
from helpers.ui.style import num

WRONG = ("G8", "D1", "D8")    # before tanh; after D's first convolution; after the score
RIGHT_PLACES = ("G2", "G5", "D4")
START = (
    "O conjunto ainda está como veio. Troque o `...` pelos três nomes e execute a célula de novo.",
    "Cada nome é a letra da rede e o número da linha que o PyTorch imprimiu. São seis normalizações ao todo, "
    "e três delas devem sair: uma em G e duas em D.",
    "A regra da DCGAN: batch norm no meio das redes; nunca onde a imagem sai de G, onde ela entra em D, nem "
    "na nota. Troque o `...` por nomes como `\"G5\"`.",
)
RIGHT = ("São estas três. Fizemos a conta na rede torta: a nota média de 16 dígitos reais é {real}, e a de "
         "16 imagens de chiado, {noise}. Com a batch norm na nota, dois lotes quaisquer empatam na "
         "média. Sem ela, são {bare_real} e {bare_noise}.")
HINTS: Hints = {
    "kind": ("Chegou algo do tipo `{kind}`; o esperado é um conjunto de nomes, cada um entre aspas.",
             "Entre chaves, com vírgulas: `{\"G2\", \"D4\"}` teria dois nomes."),
    "unknown": ("Não há linha com o nome {name}. As de G vão de G0 a G9, e as de D, de D0 a D8.",
                "O número é o que aparece entre parênteses quando se imprime a rede."),
    "empty": ("O conjunto está vazio, e há três normalizações fora do lugar.",
              "Comece pelas pontas: a última camada de G, a primeira e a última de D."),
    "not_norm": ("A linha {name} é {layer}, que não normaliza nada.",
                 "Procure só entre as linhas `BatchNorm1d` e `BatchNorm2d`: são seis."),
    "all": ("Você marcou as seis normalizações. Três delas ajudam: no meio das redes, mantêm os sinais em "
            "uma escala com que dá para aprender.",
            "Deixe as do meio. Devem sair as que tocam a imagem ou a nota."),
    "opposite": ("É o contrário: você marcou justamente as três que estão no lugar certo.",
                 "As do meio ficam. Olhe as pontas: onde a imagem sai, onde ela entra, onde sai a nota."),
    "middle_G": ("{name} está entre duas camadas de G, antes da ReLU: é onde batch norm ajuda.",
                 "Em G, só uma sobra: a que mexe nos pixels depois que a última camada já os calculou."),
    "middle_D": ("D4 fica no meio de D, longe da imagem e da nota: a DCGAN, que não usa R1, põe ali a "
                 "batch norm.",
                 "Em D sobram duas: a mais perto da imagem e a que vem depois da nota."),
    "missing_G8": ("Falta uma em G. Ela fixa a média e o contraste dos pixels do lote: G já não pode "
                   "escolher quanto papel e quanta tinta há.",
                   "É a que vem logo antes da tanh."),
    "missing_D1": ("Falta uma em D. Ela iguala o brilho e o contraste do lote antes que D os examine, e "
                   "apaga diferenças entre reais e geradas.",
                   "É a que vem logo depois da primeira convolução."),
    "missing_D8": ("Falta uma em D. Reais e geradas passam por D em lotes separados, e ela leva a média das "
                   "notas de qualquer lote ao mesmo número: {real} nos reais, {noise} em imagens de chiado.",
                   "É a que vem depois da camada que dá a nota."),
}


def par_com_erros(seed: int = 51) -> tuple[nn.Sequential, nn.Sequential]:
    """Build G and D of the exercise: z [N, 64] → [N, 1, 28, 28] → [N, 1], three norms of them misplaced."""
    with torch.random.fork_rng([]):    # the layers first draw weights from the notebook's own generator
        G = nn.Sequential(
            nn.Linear(64, 64 * 7 * 7), nn.Unflatten(1, (64, 7, 7)), nn.BatchNorm2d(64), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1), nn.BatchNorm2d(1), nn.Tanh())
        D = nn.Sequential(
            nn.Conv2d(1, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, stride=2, padding=1), nn.BatchNorm2d(64), nn.LeakyReLU(0.2),
            nn.Flatten(), nn.Linear(64 * 7 * 7, 1), nn.BatchNorm1d(1))
    begin(G, seed)
    begin(D, seed + 1)
    return G, D


def judge(given: Given) -> str:
    """Compare with the three; what is missing or wrongly accused gets its reason."""
    layers = {f"{letter}{place}": layer for letter, net in zip("GD", par_com_erros(), strict=True)
              for place, layer in enumerate(net)}
    chosen = _names(given.value)
    for name in sorted(chosen):
        if name not in layers:
            raise refused(HINTS, "unknown", name=f"“{name[:12]}”")
        if name not in WRONG + RIGHT_PLACES:
            raise refused(HINTS, "not_norm", name=name, layer=f"`{type(layers[name]).__name__}`")
    wrongly = chosen & set(RIGHT_PLACES)
    if not chosen:
        raise refused(HINTS, "empty")
    if chosen == set(RIGHT_PLACES) or len(chosen) == 6:
        raise refused(HINTS, "all" if len(chosen) == 6 else "opposite")
    if wrongly:
        name = max(wrongly)
        raise refused(HINTS, "middle_G" if name[0] == "G" else "middle_D", name=name)
    scores = {key: num(value, 3) for key, value in means().items()}
    for name in WRONG:
        if name not in chosen:
            raise refused(HINTS, f"missing_{name}", **scores)
    return RIGHT.format(**scores)


def means() -> dict[str, float]:
    """Measure D's mean score of 16 digits and of 16 images of noise, with its last norm and without."""
    D = par_com_erros()[1]
    noise = 2 * torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(52)) - 1
    with torch.no_grad():
        def mean(net: nn.Module, images: Tensor) -> float:
            return round(net(images).mean().item(), 4)    # to here the two means are one number
        return {"real": mean(D, real_digits()), "noise": mean(D, noise),
                "bare_real": mean(D[:-1], real_digits()), "bare_noise": mean(D[:-1], noise)}


def _names(value: Any) -> set[str]:
    """Read the names, in capitals; the untouched `{...}` is 'ainda não'."""
    if isinstance(value, set | frozenset | list | tuple):
        names = {name for name in value if name is not ...}
        if len(value) and not names:
            raise Refused(*START, status="ainda não")
        if all(isinstance(name, str) for name in names):
            return {name.strip().upper() for name in names}
    raise refused(HINTS, "kind", kind=type(value).__name__)


CHECK = Check((), START, judge)
