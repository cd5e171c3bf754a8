"""Exercise 1.3: one turn of the generator, judged by what it does to both networks."""

from torch.nn.functional import softplus

from helpers.adversarial import avoid_rejection, classify, seek_approval
from helpers.exercises import lesson01_loss, lesson01_world
from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints
from helpers.exercises.running import Attempt, Refused

ARGUMENTS = ("G", "D", "otimizador_G", "z")
START = (
    "A função ainda está como veio. Troque o `...` pelas linhas da vez de G e execute a célula de novo.",
    "A ordem é a do painel: zerar os gradientes de G, gerar, avaliar os gerados com D, calcular a perda, "
    "`backward()`, passo do otimizador.",
    "Nesta vez não há `detach()`, e os reais não entram. A perda é a média de `softplus(-D(G(z)))`.",
)
RIGHT = ("No mesmo lote, a perda de G foi de {before} para {after}. O gradiente atravessou D, e os pesos de "
         "D não mudaram.")

LOSSES = {    # of D's logits on (real, generated); the first is never used by G's own loss
    "saturating": lambda real, fake: avoid_rejection(fake),
    "D_loss": classify,
    "both": lambda real, fake: classify(fake, fake),
    "sum": lambda real, fake: softplus(-fake).sum(),
    "double_sigmoid": lambda real, fake: softplus(-fake.sigmoid()).mean(),
    "no_log": lambda real, fake: -fake.sigmoid().mean(),
    "logit": lambda real, fake: -fake.mean(),
    "log_of_logit": lambda real, fake: -fake.log().mean(),
}
HINTS: Hints = {key: lesson01_loss.HINTS[key] for key in ("double_sigmoid", "bce")} | (
    lesson01_world.common_hints("G", "D")) | {
    "detach": ("O gradiente chegou a D, mas parou ali: nenhum chegou aos pesos de G.",
               "Nesta vez, o caminho até G fica aberto: gere com `G(z)`, sem `detach()` e sem `no_grad`."),
    "no_G": ("G não gerou nenhuma amostra, então não há o que corrigir nele.",
             "D avalia as amostras, não o ruído: calcule `D(G(z))`."),
    "no_D": ("D não avaliou as amostras geradas, e é só através dele que G fica sabendo para onde ir.",
             "Calcule `D(G(z))`: são os logits de que a perda precisa."),
    "noise": ("G recebeu um ruído que não é o `z` que sua função recebeu.",
              "O sorteio já veio pronto: use `G(z)`, sem `torch.randn` na função."),
    "saturating": ("G andou no sentido certo, mas pouco: seus pesos mudaram {moved}, e o esperado é "
                   "{expected_move}. Esta é a forma saturante, log(1 − D(G(z))), fraca quando D recusa os "
                   "gerados.",
                   "A forma não saturante é −log D(G(z)), que com logits é `softplus(-a)`: o sinal de menos "
                   "fica dentro."),
    "D_loss": ("G deu um passo com a perda de D: aprendeu a ser recusado, e a perda dele foi de {before} "
               "para {after}.",
               "Para G, os gerados têm rótulo 1: −log σ(a) é `softplus(-a)`. Os reais não entram na conta."),
    "both": ("Sua perda pede duas coisas contrárias: que D aceite e que D recuse os mesmos gerados. Os pesos "
             "de G mudaram {moved}, e o esperado é {expected_move}.",
             "A perda de G tem só um termo: a média de `softplus(-D(G(z)))`."),
    "sum": ("Você somou as amostras do lote: os pesos de G mudaram {moved}, e o esperado é {expected_move}. "
            "Um lote com o dobro do tamanho daria o dobro do passo.",
            "Use `.mean()` no lugar de `.sum()`, ou tire o `reduction=\"sum\"`."),
    "no_log": ("Falta o log: você usou a própria probabilidade. Os pesos de G mudaram {moved}, e o esperado "
               "é {expected_move}.",
               "A perda é menos o log da probabilidade: `softplus(-a)`, direto do logit."),
    "logit": ("Você usou o próprio logit como perda. Assim, uma amostra que já passa por real puxa G tanto "
              "quanto uma recusada: os pesos dele mudaram {moved}, e o esperado é {expected_move}.",
              "Transforme cada logit na perda dele, −log σ(a), que é `softplus(-a)`, antes da média."),
}


def judge(attempt: Attempt) -> str:
    """Let the learner's turn play once and measure both networks before and after."""
    world = lesson01_world.World("G", lambda real, fake: seek_approval(fake))
    attempt(world.G, world.D, world.optimizer, world.z.clone())
    if world.calls and not world.noises:
        raise Refused(*HINTS["no_G"])
    if any(noise.shape != world.z.shape or not noise.equal(world.z) for noise in world.noises):
        raise Refused(*HINTS["noise"])
    if world.backwards and not world.calls:
        raise Refused(*HINTS["no_D"])
    if world.reached and not world.backwards:
        raise Refused(*HINTS["detach"])
    return RIGHT.format(**lesson01_world.one_right_step(world, START, HINTS, LOSSES))


CHECK = Check(ARGUMENTS, START, judge, lambda error: lesson01_world.explain(error, HINTS))
