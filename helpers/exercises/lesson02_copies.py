"""Exercise 2.6: has a generator learned its training images by heart?"""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from helpers.data import as_images, mnist
from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, answered, couple, first_wrong, recognise, refused
from helpers.exercises.running import Attempt, message
from helpers.ui.style import num

ARGUMENTS = ("geradas", "treino", "teste")
LIMIT = 0.5    # of the ratio of medians, below which the exercise says 'by heart'
NEAR = 2e-3    # torch's fast distances round in float32; wrong ones differ by far more
ENDLESS = 20   # a ratio that copies reach only beside a floor of 0; turned over, they reach 6
TRAIN, TEST, MADE = 121, 31, 25    # images; odd, so that every library agrees on a median
START = (
    "A função ainda está como veio. Troque o `...` pela razão e pelo veredito e execute a célula de novo.",
    "`torch.cdist(a.flatten(1), b.flatten(1))` dá todas as distâncias, uma linha por imagem de `a`; o menor "
    "valor de cada linha é `.min(1).values`.",
    "Faça a conta duas vezes, com `geradas` e com `teste`, sempre até `treino`. A razão é a primeira mediana "
    "dividida pela segunda; o veredito é `razao < 0.5`.",
)
RIGHT = ("A razão é {copies} em um lote de cópias com chiado, {new} em dígitos reais novos e {blurred} em "
         "borrões, que ficam perto de tudo sem copiar nada. Mas a mediana tem um ponto cego: com um terço de "
         "cópias no lote, a razão é {third}.")

Distance = Callable[[Tensor, Tensor], Tensor]


def near(images: Tensor, among: Tensor, p: float = 2.0) -> Tensor:
    """How far each image is from its nearest in a set: [N], over pixels."""
    return torch.cdist(images.flatten(1).double(), among.flatten(1).double(), p=p).min(1).values


def right(made: Tensor, train: Tensor, test: Tensor) -> Tensor:
    """The ratio of the two medians, and the verdict as 0 or 1: [2]."""
    return _judged(near(made, train).median() / near(test, train).median())


def _judged(ratio: Tensor) -> Tensor:
    return torch.stack((ratio, (ratio < LIMIT).double()))


def _ratio(distance: Distance, middle: Callable[[Tensor], Tensor] = Tensor.median) -> Callable[..., Tensor]:
    """A formula from another distance to the training images or another middle."""
    return lambda made, train, test: _judged(middle(distance(made, train)) / middle(distance(test, train)))


def _all(images: Tensor, among: Tensor) -> Tensor:
    return torch.cdist(images.flatten(1).double(), among.flatten(1).double())


FORMULAS = [    # wrong answers that learners write: what the values give away
    ("inverse", lambda made, train, test: _judged(near(test, train).median() / near(made, train).median())),
    ("no_floor", lambda made, train, test: _judged(near(made, train).median())),
    ("mean", _ratio(near, Tensor.mean)),
    ("least", _ratio(near, Tensor.min)),
    ("axis", _ratio(lambda images, train: near(train, images))),
    ("squared", _ratio(lambda images, train: near(images, train).square())),
    ("city", _ratio(lambda images, train: near(images, train, p=1))),
    ("every_pair", _ratio(lambda images, train: _all(images, train).flatten())),
    ("every_pair", _ratio(lambda images, train: _all(images, train).mean(1))),
    ("farthest", _ratio(lambda images, train: _all(images, train).max(1).values)),
    ("average_image", _ratio(lambda images, train: _all(images, train.mean(0, keepdim=True)).flatten())),
    ("wrong_set", lambda made, train, test: _judged(near(made, test).median() / near(train, test).median())),
    ("wrong_set", lambda made, train, test: _judged(near(made, test).median() / near(test, train).median())),
    ("wrong_set", lambda made, train, test: _judged(near(made, train).median() / near(made, test).median())),
    ("wrong_set", lambda made, train, test: _judged(near(made, train).median() / near(train, test).median())),
]
_CASE = "Em um lote de {what}, a sua razão é {found}, e a certa, {expected}."
HINTS: Hints = COMMON | {
    "flatten": ("As formas não combinam: são {made} geradas e {train} imagens de treino, e cada gerada se "
                "compara com todas.",
                "`flatten(1)` faz de cada imagem uma linha de 784 pixels; `torch.cdist` compara linha com "
                "linha."),
    "inverse": (f"{_CASE} A fração está de cabeça para baixo.",
                "Em cima, a distância das geradas; embaixo, a das imagens de teste."),
    "no_floor": (f"{_CASE} Essa é a distância em si. Sozinha, ela não diz se é pouco ou muito.",
                 "Divida pela mesma mediana, medida nas imagens de teste: reais, e que o gerador nunca viu."),
    "mean": (f"{_CASE} Você tirou a média das distâncias.", "Use a mediana, `.median()`: uma imagem muito "
             "estranha não a puxa."),
    "least": (f"{_CASE} Você ficou só com a imagem mais próxima de todo o lote.",
              "Primeiro o vizinho de cada imagem, `.min(1).values`; depois a mediana sobre as imagens."),
    "axis": (f"{_CASE} Você procurou, para cada imagem de treino, a gerada mais próxima. Isso mede o que o "
             "gerador deixou de fazer.",
             "A pergunta é o contrário: para cada gerada, o vizinho no treino. Confira o eixo do `min`."),
    "squared": (f"{_CASE} Você usou o quadrado da distância.",
                "Falta a raiz: a distância é a raiz da soma dos quadrados, como em `torch.cdist`."),
    "city": (f"{_CASE} Você somou as diferenças em módulo, sem elevar ao quadrado.",
             "A distância pedida é a euclidiana: `torch.cdist` com o p que já vem, 2."),
    "every_pair": (f"{_CASE} Falta o vizinho mais próximo: você usou a distância a todas as imagens de "
                   f"treino.",
                   "De cada linha, só o menor valor: `.min(1).values`."),
    "farthest": (f"{_CASE} Você usou o vizinho mais distante.", "De cada linha, o menor valor: "
                                                                "`.min(1).values`."),
    "average_image": (f"{_CASE} Você comparou com a imagem média do treino, que não é nenhuma das que se "
                      "poderia copiar.",
                      "Compare com cada imagem de treino e fique com a mais próxima."),
    "wrong_set": (f"{_CASE} As duas distâncias se medem até o mesmo conjunto, o de treino.",
                  "São `geradas` até `treino`, dividida por `teste` até `treino`."),
    "itself": (f"{_CASE} No denominador, cada imagem encontrou a si mesma, à distância 0.",
               "A referência vem das imagens de teste até `treino`: nenhuma delas está lá."),
    "reversed": ("A razão está certa, mas o veredito está ao contrário: com razão {found}, ele sai {said}.",
                 "Razão pequena é sinal de cópia: `razao < 0.5`."),
    "verdict": ("A razão está certa, mas o veredito não segue o combinado: com razão {found}, ele sai "
                "{said}.",
                "O veredito é um sim ou não: `razao < 0.5`."),
    "pair": ("Sua função devolve algo do tipo `{kind}`; o esperado são dois valores: a razão e o veredito.",
             "Separe os dois com uma vírgula no `return`."),
    "list": ("Seus dois resultados têm {first} e {second} valores, e o esperado é um em cada.",
             "A mediana junta as imagens em um número só; o veredito é sobre o lote inteiro."),
    "other": (_CASE, "Confira uma parte por vez: as distâncias, o menor de cada linha, a mediana, a divisão. "
                     ""),
}
WHAT = {"copies": "cópias com chiado", "new": "dígitos reais novos", "blurred": "borrões",
        "third": "um terço de cópias"}


def judge(attempt: Attempt) -> str:
    """Compare on copies, new digits and blurs; then see what the verdict says."""
    names, cases = list(WHAT), [*batches().values()]
    found = [_value(attempt, case) for case in cases]
    expected = [right(*case) for case in cases]
    bad = first_wrong([value[0] for value in found], [value[0] for value in expected], NEAR)
    if bad is not None:
        ratios = [(key, lambda *case, formula=formula: formula(*case)[0]) for key, formula in FORMULAS]
        tiny = not found[0][0] < ENDLESS    # what it was divided by was 0, or 0 but for rounding
        key = recognise([value[0] for value in found], cases, ratios, NEAR) or ("itself" if tiny else "other")
        raise refused(HINTS, key, what=WHAT[names[bad]], found=num(found[bad][0].item(), 2),
                      expected=num(expected[bad][0].item(), 2))
    verdicts = [(value[1].item(), wanted[1].item()) for value, wanted in zip(found, expected, strict=True)]
    wrong = [place for place, (said, wanted) in enumerate(verdicts) if said != wanted]
    if wrong:
        key = "reversed" if all(said == 1 - wanted for said, wanted in verdicts) else "verdict"
        said = {0: "não", 1: "sim"}.get(verdicts[wrong[0]][0]) or num(verdicts[wrong[0]][0], 2)
        raise refused(HINTS, key, found=num(found[wrong[0]][0].item(), 2), said=said)
    return RIGHT.format(**{name: num(value[0].item(), 2) for name, value in zip(names, found, strict=True)})


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know the error of comparing two stacks of images as if they stood in pairs."""
    says = message(error)
    if "must match the size" in says or "X1 and X2" in says or "broadcast" in says:
        found = refused(HINTS, "flatten", made=MADE, train=TRAIN)
        return found.hint, *found.more
    return None


@cache
def batches() -> dict[str, tuple[Tensor, Tensor, Tensor]]:
    """What a generator could have made, each with the same training and test images, [·, 1, 28, 28]."""
    rng = torch.Generator().manual_seed(71)
    data = mnist().data
    train, test = as_images(data[:TRAIN]), as_images(mnist(train=False).data[:TEST])
    new = as_images(data[TRAIN:TRAIN + MADE])
    noise = 0.1 * torch.randn(MADE, 1, 28, 28, generator=rng)
    copies = (train[:MADE] + noise).clamp(-1, 1)
    groups = torch.randint(TRAIN, (MADE, 3), generator=rng)
    made = {"copies": copies, "new": new, "blurred": train[groups].mean(1),
            "third": torch.cat((copies[:MADE // 3], new[MADE // 3:]))}
    return {name: (images, train, test) for name, images in made.items()}


def _value(attempt: Attempt, case: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    return couple(answered(attempt, case, START), HINTS)


CHECK = Check(ARGUMENTS, START, judge, explain)
