"""Exercise 1.1: D's loss, written from logits."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from helpers.adversarial import classify
from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, first_wrong, must_return, recognise, refused
from helpers.exercises.running import Attempt, Refused, message
from helpers.ui.style import num

ARGUMENTS = ("logits_reais", "logits_gerados")
START = (
    "A função ainda está como veio. Troque o `...` pela perda de D e execute a célula de novo.",
    "A perda tem duas metades: a média de −log σ(a) sobre os reais mais a média de −log(1 − σ(a)) sobre os "
    "gerados, em que `a` é o logit.",
    "`softplus(-a)` é −log σ(a), e `softplus(a)` é −log(1 − σ(a)). As duas aceitam qualquer logit.",
)
RIGHT = ("A perda confere em {count} pares de lotes, continua finita com logits de ±200, e o gradiente chega "
         "aos dois lados.")

FORMULAS = {    # wrong losses that learners write: what a value gives away
    "swapped": lambda real, fake: softplus(real).mean() + softplus(-fake).mean(),
    "only_real": lambda real, fake: softplus(-real).mean(),
    "only_fake": lambda real, fake: softplus(fake).mean(),
    "generator": lambda real, fake: softplus(-fake).mean(),
    "all_real": lambda real, fake: softplus(-real).mean() + softplus(-fake).mean(),
    "all_fake": lambda real, fake: softplus(real).mean() + softplus(fake).mean(),
    "sum": lambda real, fake: softplus(-real).sum() + softplus(fake).sum(),
    "half": lambda real, fake: classify(real, fake) / 2,
    "joined": lambda real, fake: torch.cat([softplus(-real).flatten(), softplus(fake).flatten()]).mean(),
    "negative": lambda real, fake: -classify(real, fake),
    "double_sigmoid": lambda real, fake: classify(real.sigmoid(), fake.sigmoid()),
}
HINTS: Hints = {
    "swapped": ("Os rótulos estão trocados: sua perda fica pequena quando D toma os reais por gerados e os "
                "gerados por reais.",
                "D quer logit alto para os reais. `softplus(-a)` diminui quando `a` sobe; `softplus(a)` "
                "aumenta. Qual das duas cabe aos reais?"),
    "only_real": ("Falta a metade dos gerados. Com esta perda, D poderia dizer 'real' para tudo e nunca ser "
                  "corrigido.",
                  "Some à sua conta a média de `softplus(logits_gerados)`."),
    "only_fake": ("Falta a metade dos reais. Com esta perda, D poderia dizer 'gerado' para tudo e nunca ser "
                  "corrigido.",
                  "Some à sua conta a média de `softplus(-logits_reais)`."),
    "generator": ("Esta é a perda de G: ela diminui quando D aceita os gerados. D quer o contrário.",
                  "A perda de D usa os dois lotes: os reais com rótulo 1 e os gerados com rótulo 0."),
    "all_real": ("As duas metades tratam as amostras como reais: D seria premiado por aceitar também os "
                 "gerados.",
                 "Para os gerados o rótulo é 0: −log(1 − σ(a)) é `softplus(a)`, sem o sinal de menos."),
    "all_fake": ("As duas metades tratam as amostras como geradas: D seria premiado por recusar também os "
                 "reais.",
                 "Para os reais o rótulo é 1: −log σ(a) é `softplus(-a)`, com o sinal de menos."),
    "sum": ("Você somou as amostras do lote. Assim, um lote com o dobro do tamanho daria o dobro da perda.",
            "Use `.mean()` no lugar de `.sum()` em cada metade, ou tire o `reduction=\"sum\"`."),
    "half": ("Sua perda é metade da esperada. O sentido está certo, mas aqui as duas médias são somadas, sem "
             "dividir por 2: um D que não distingue nada tem perda 2·log 2 ≈ 1,386.",
             "Some a média dos reais e a média dos gerados, e pare aí."),
    "joined": ("Você tirou uma média só, com reais e gerados juntos. Aqui são duas médias, uma de cada lote, "
               "somadas no fim.",
               "Calcule `.mean()` em cada lote, depois some os dois números."),
    "negative": ("O sinal está trocado: ao diminuir esta perda, D erraria cada vez mais.",
                 "A perda é menos o log da probabilidade, então nunca é negativa. Confira os sinais."),
    "double_sigmoid": ("A sigmoide foi aplicada duas vezes: `softplus` e `..._with_logits` já a contêm.",
                       "Passe os logits como chegaram, sem `torch.sigmoid` antes."),
    "nan": ("Com logits comuns, sua perda dá `nan`. Um logit pode ser negativo, e número negativo não tem "
            "log.",
            "O log é da probabilidade σ(a), não do logit. `softplus(-a)` é −log σ(a) em uma conta só."),
    "bce": ("`binary_cross_entropy` espera probabilidades, entre 0 e 1. Você tem logits, que podem ser "
            "qualquer número.",
            "`binary_cross_entropy_with_logits` aceita logits. Outro caminho é `softplus`."),
    "overflow": ("Com logits comuns o valor está certo; com logits de ±200, ele deixa de ser finito. A "
                 "sigmoide é arredondada para 0, ou a exponencial fica grande demais, e o log não aguenta.",
                 "Vá direto do logit à perda: `softplus(-a)` é −log σ(a), sem passar pela sigmoide."),
    "clamped": ("Com logits comuns o valor está certo; com logits de ±200, sua perda dá {found} e o certo é "
                "{expected}. A sigmoide é arredondada para 0 ou 1, e um limite esconde o resto.",
                "Use os logits diretamente: `softplus`, ou `binary_cross_entropy_with_logits`."),
    "float": ("Sua função devolve um número do Python ({kind}). Ele já não guarda o caminho de volta, e "
              "`backward()` precisa desse caminho.",
              "Devolva o tensor: sem `.item()`, sem `float(...)`."),
    "not_tensor": ("Sua função devolve algo do tipo `{kind}`; o esperado é um tensor com um número.",
                   "O resultado de `.mean()` já é esse tensor. Devolva a soma das duas médias."),
    "many": ("Sua função devolve {count} números. A perda é um número só, para o lote inteiro.",
             "Falta `.mean()` em cada metade."),
    "no_gradient": ("O valor saiu, mas sem o caminho de volta: `backward()` não chegaria a D.",
                    "Procure na função `detach()`, `.data`, `no_grad` ou `torch.tensor(...)`."),
    "gradient": ("O valor está certo, mas o gradiente não chega inteiro aos dois lotes.",
                 "Procure um `detach()` dentro da função: na perda, o caminho de volta fica aberto. O "
                 "`detach()` vai em `G(z)`, antes de chamar D."),
    "sizes": ("Com lotes do mesmo tamanho o valor está certo; com 5 reais e 9 gerados, não.",
              "Tire a média de cada lote antes de somar, e faça cada rótulo com o tamanho do seu lote."),
    "no_return": COMMON["no_return"],
    "other": ("Com um real de logit 2 e um gerado de logit −1, sua perda dá {found}. À mão, softplus(−2) + "
              "softplus(−1) = {expected}.",
              "São duas médias somadas: `softplus(-logits_reais)` e `softplus(logits_gerados)`."),
}
SHAPES = (((7, 1), (7, 1)), ((12,), (12,)), ((3, 2, 2), (3, 2, 2)), ((1, 1), (1, 1)), ((5, 1), (9, 1)))


def judge(attempt: Attempt) -> str:
    """Compare value, extremes and gradient with the course's loss; a known wrong formula is named."""
    cases = _cases()
    _readable(attempt, attempt(*_fresh(cases[0])))
    found = [_value(attempt, case) for case in cases]
    if any(value != value for value in found[:-1]):
        raise Refused(*HINTS["nan"])
    _compare(attempt, cases, found)
    _extremes(attempt)
    _gradients(attempt, cases[-1])
    return RIGHT.format(count=len(cases))


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know the one error that comes from handing logits to the loss for probabilities."""
    return HINTS["bce"] if "between 0 and 1" in message(error) else None


def _cases() -> list[tuple[Tensor, Tensor]]:
    rng = torch.Generator().manual_seed(11)
    return [tuple(2 * torch.randn(shape, generator=rng) for shape in pair) for pair in SHAPES]


def _fresh(case: tuple[Tensor, Tensor]) -> list[Tensor]:
    """Copies for one call, [B, ...] each, that ask for a gradient as D's output does."""
    return [logits.clone().requires_grad_() * 1 for logits in case]


def _readable(attempt: Attempt, loss: object) -> None:
    must_return(attempt, loss, START)
    kind = type(loss).__name__
    if not isinstance(loss, Tensor):
        number = isinstance(loss, int | float) or kind.startswith("float")
        raise refused(HINTS, "float" if number else "not_tensor", kind=kind)
    if loss.numel() != 1:
        raise refused(HINTS, "many", count=loss.numel())
    if not loss.requires_grad:
        raise Refused(*HINTS["no_gradient"])


def _value(attempt: Attempt, case: tuple[Tensor, Tensor]) -> float:
    same = len(case[0]) == len(case[1])
    try:
        return attempt(*_fresh(case)).item()
    except Refused:
        if same:
            raise
        return float("nan")    # an elementwise sum cannot take batches of different sizes


def _compare(attempt: Attempt, cases: list[tuple[Tensor, Tensor]], found: list[float]) -> None:
    if first_wrong(found, [classify(*case) for case in cases]) is None:
        return
    for count in (len(cases), len(cases) - 1):    # the last pair has batches of different sizes
        key = recognise(found[:count], cases[:count], {**FORMULAS, "sizes": classify}.items())
        if key:
            raise Refused(*HINTS[key])
    case = torch.tensor([[2.0]]), torch.tensor([[-1.0]])
    raise refused(HINTS, "other", found=num(attempt(*_fresh(case)).item()),
                  expected=num(float(classify(*case))))


def _extremes(attempt: Attempt) -> None:
    for real, fake in ((-200.0, 200.0), (200.0, -200.0), (-200.0, -200.0), (200.0, 200.0)):
        case = torch.full((4, 1), real), torch.full((4, 1), fake)
        logits = _fresh(case)
        loss = attempt(*logits)
        value, expected = loss.item(), float(classify(*case))
        slopes = torch.autograd.grad(loss, logits, allow_unused=True)
        if not torch.isfinite(torch.stack([loss.detach().reshape(()),
                                           *(slope.sum() for slope in slopes if slope is not None)])).all():
            raise Refused(*HINTS["overflow"])
        if abs(value - expected) > 1e-3 * (1 + expected):
            raise refused(HINTS, "clamped", found=num(value, 1), expected=num(expected, 1))


def _gradients(attempt: Attempt, case: tuple[Tensor, Tensor]) -> None:
    mine, theirs = _fresh(case), _fresh(case)
    expected = torch.autograd.grad(classify(*mine), mine)
    found = torch.autograd.grad(attempt(*theirs), theirs, allow_unused=True)
    if not all(slope is not None and torch.allclose(slope, right, atol=1e-6)
               for slope, right in zip(found, expected, strict=True)):
        raise Refused(*HINTS["gradient"])


CHECK = Check(ARGUMENTS, START, judge, explain)
