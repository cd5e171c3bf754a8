"""Exercise 1.4: the best discriminator's probability, from the two densities."""

from collections.abc import Sequence

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, agree, answered, first_wrong, numbers, recognise, refused
from helpers.exercises.running import Attempt, message
from helpers.gan.theory import optimal
from helpers.ui.style import num

ARGUMENTS = ("p", "q")
START = (
    "A função ainda está como veio. Troque o `...` pela probabilidade que o melhor D daria e execute a "
    "célula de novo.",
    "De todas as amostras que caem em um ponto, que parte é real? As reais são proporcionais a `p`, e as "
    "geradas, a `q`.",
    "A conta é `p / (p + q)`. Onde `p + q` é 0, use 0,5: `torch.where(condição, valor, 0.5)` escolhe ponto a "
    "ponto.",
)
RIGHT = ("Confere em {count} pontos, perto e longe dos grupos: 0,5 onde p = q, e também onde nenhum dos dois "
         "jamais cai. Nenhum outro discriminador chega a uma perda menor.")

FORMULAS = [    # wrong answers that learners write: what the values give away
    ("swapped", lambda p, q: q / (p + q)),
    ("ratio", lambda p, q: p / q),
    ("only_p", lambda p, q: p),
    ("double", lambda p, q: 2 * p / (p + q)),
    ("mixture", lambda p, q: (p + q) / 2),
    ("logit", lambda p, q: (p / q).log()),
    ("logit", lambda p, q: p.log()),
    ("difference", lambda p, q: p - q),
    ("difference", lambda p, q: (p - q) / (p + q)),
    ("hard", lambda p, q: (p > q).double()),
    ("softmax", lambda p, q: (p - q).sigmoid()),
    ("double_sigmoid", lambda p, q: optimal(p, q).sigmoid()),
]
_AT = "Onde p = {p} e q = {q}, sua função dá {found}"
HINTS: Hints = COMMON | {
    "swapped": (f"{_AT}: esta é a probabilidade de a amostra ser "
                "gerada.",
                "D responde a probabilidade de ser real. Qual das duas densidades fica em cima da fração?"),
    "ratio": (f"{_AT}. A razão p/q vai de 0 a infinito, e uma "
              "probabilidade não passa de 1.",
              "Divida pelo total que cai no ponto, reais e gerados juntos."),
    "only_p": ("Sua função devolve a própria densidade p: onde p = {p} e q = {q}, dá {found}. Falta comparar "
               "com o que G gera ali.",
               "O mesmo `p` vale muito onde `q` é pequeno e pouco onde `q` é grande."),
    "double": (f"{_AT}, o dobro do certo. Uma probabilidade não passa "
               "de 1.",
               "Você dividiu pela média de `p` e `q`. Divida pela soma."),
    "mixture": ("Sua função devolve a média das duas densidades: onde p = {p} e q = {q}, dá {found}. Ela diz "
                "quanto cai ali, e não que parte é real.",
                "Falta a fração: só a parte real, dividida pelo total."),
    "logit": ("Sua função devolve um log: onde p = {p} e q = {q}, dá {found}. O logit do melhor D é "
              "log(p/q); aqui se pede a probabilidade.",
              "Aplique a sigmoide ao logit, ou escreva a fração de uma vez, sem log."),
    "difference": ("Onde p = q, sua função dá 0, como se D tivesse certeza de que é gerado. Ali ele está em "
                   "dúvida: o certo é 0,5.",
                   "Em lugar da diferença, calcule que parte do total é real."),
    "hard": ("Sua função só responde 0 ou 1. Onde p = 0,3 e q = 0,1, uma em cada quatro amostras é gerada, e "
             "D não tem como ter certeza.",
             "Devolva a fração que é real, sem comparar `p > q`."),
    "softmax": (f"{_AT}: a sigmoide da diferença p − q. Quem entra na "
                "sigmoide é log p − log q.",
                "A exponencial da sigmoide desfaz o log. Sem log nem sigmoide, o que sobra é uma fração."),
    "double_sigmoid": (f"{_AT}: a fração está certa, mas passou por "
                       "uma sigmoide depois.",
                       "A fração já é a probabilidade: devolva-a como está."),
    "normalised": ("Com p = 0,3 e q = 0,1 em um ponto sozinho, sua função dá {alone}; com outros ao "
                   "lado, dá {beside}. O que D responde em um ponto depende só de p e q ali.",
                   "Procure um `.sum()`, `.mean()` ou `.max()`: aqui não se soma sobre os pontos."),
    "epsilon": ("Com densidades pequenas, p = 3·10⁻²⁰ e q = 10⁻²⁰, sua função dá {found}, e o certo é 0,750. "
                "O número que você somou para não dividir por zero pesa mais do que elas.",
                "Longe dos grupos, as densidades são mesmo pequenas assim. Divida sem somar nada, e troque "
                "só os pontos em que `p + q` é 0."),
    "one_zero": ("Onde só uma das densidades é 0, sua função dá {found}, e o certo é {expected}: quem cai "
                 "ali vem sempre do mesmo lado.",
                 "O 0,5 é só para onde as duas são 0 ao mesmo tempo: a condição é sobre `p + q`."),
    "nan": ("Onde p e q são 0, sua função dá `nan`: 0 dividido por 0. Ali nada cai, e o combinado é 0,5.",
            "`torch.where(p + q > 0, p / (p + q), 0.5)` escolhe, ponto a ponto, entre a conta e 0,5."),
    "zero": ("Onde p e q são 0, sua função dá {found}. Ali nada cai, D não tem o que aprender, e o combinado "
             "é 0,5.",
             "`torch.where(condição, valor, 0.5)` escolhe ponto a ponto; `nan_to_num(0.5)` também serve."),
    "if": ("Um `if` espera um único sim ou não, e `p` e `q` têm um valor em cada ponto.",
           "`torch.where(condição, valor, 0.5)` decide ponto a ponto."),
    "not_tensor": ("Sua função devolve algo do tipo `{kind}`; o esperado é um tensor com um valor em cada "
                   "ponto.",
                   "As operações `+` e `/` entre tensores já dão um tensor da mesma forma."),
    "shape": ("Sua função devolve um tensor de forma {found}; o esperado é um valor em cada ponto, forma "
              "{expected}.",
              "Calcule elemento a elemento, sem `.mean()` nem `.sum()`."),
    "other": (f"{_AT}. À mão: {{p}} / ({{p}} + {{q}}) = {{expected}}.",
              "Que parte das amostras que caem no ponto é real? Reais em cima, total embaixo."),
}
ONE = torch.tensor([0.3, 0.2, 0.4]), torch.tensor([0.1, 0.2, 0.05])
TINY = torch.tensor([3e-20, 1e-20]), torch.tensor([1e-20, 3e-20])
ZEROS = torch.tensor([0.0, 0.4, 0.0]), torch.tensor([0.2, 0.0, 0.0])


def judge(attempt: Attempt) -> str:
    """Compare with p/(p + q) where densities are usual, tiny, and zero on one side or on both."""
    rng = torch.Generator().manual_seed(14)
    cases = [ONE, *(tuple(0.05 + 2 * torch.rand(shape, generator=rng) for _ in "pq")
                    for shape in ((6,), (3, 4)))]
    found = [_value(attempt, case) for case in cases]
    p, q, given = (torch.cat([part.flatten() for part in parts]).tolist()
                   for parts in (*zip(*cases, strict=True), found))
    bad = first_wrong(given, [a / (a + b) for a, b in zip(p, q, strict=True)])
    if bad is not None:
        alone = _value(attempt, [part[:1] for part in ONE])
        apart = not agree(alone, found[0][:1]) and found[0].isfinite().all()
        key = "normalised" if apart else recognise(found, cases, FORMULAS) or "other"
        raise refused(HINTS, key, p=num(p[bad], 2), q=num(q[bad], 2), found=num(given[bad]),
                      expected=num(p[bad] / (p[bad] + q[bad])), alone=num(alone.item()), beside=num(given[0]))
    tiny, (only_q, only_p, neither) = _value(attempt, TINY), _value(attempt, ZEROS).tolist()
    if not agree(tiny, optimal(*TINY)):
        raise refused(HINTS, "epsilon", found=num(tiny[0].item()))
    if not agree(neither, 0.5):
        raise refused(HINTS, "nan" if neither != neither else "zero", found=num(neither))
    for value, right in ((only_q, 0.0), (only_p, 1.0)):
        if not agree(value, right):
            raise refused(HINTS, "one_zero", found=num(value), expected=num(right, 0))
    return RIGHT.format(count=sum(case[0].numel() for case in (*cases, TINY, ZEROS)))


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know the error of an `if` on a whole tensor."""
    return HINTS["if"] if "Boolean value of Tensor" in message(error) else None


def _value(attempt: Attempt, case: Sequence[Tensor]) -> Tensor:
    value = answered(attempt, case, START)
    if not isinstance(value, Tensor):
        raise refused(HINTS, "not_tensor", kind=type(value).__name__)
    if value.shape != case[0].shape:
        raise refused(HINTS, "shape", found=list(value.shape), expected=list(case[0].shape))
    return numbers(value)


CHECK = Check(ARGUMENTS, START, judge, explain)
