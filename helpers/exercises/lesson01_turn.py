"""Exercise 1.2: one turn of the discriminator, judged by what it does to both networks."""

from torch.nn.functional import softplus

from helpers.adversarial import classify
from helpers.exercises import lesson01_loss, lesson01_world
from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints
from helpers.exercises.running import Attempt, Refused

ARGUMENTS = ("G", "D", "otimizador_D", "reais", "z")
START = (
    "A função ainda está como veio. Troque o `...` pelas linhas da vez de D e execute a célula de novo.",
    "A ordem é a do painel: zerar os gradientes, gerar, avaliar reais e gerados, calcular a perda, "
    "`backward()`, passo do otimizador.",
    "Só D aprende nesta vez: as amostras geradas saem de `G(z).detach()`.",
)
RIGHT = ("No mesmo lote, a perda de D foi de {before} para {after}. Os pesos de G não mudaram, e nenhum "
         "gradiente chegou a G.")

_TAKEN = ("swapped", "only_real", "only_fake", "all_real", "all_fake", "sum", "half", "double_sigmoid")
LOSSES = {
    "generator": lambda real, fake: softplus(-fake).mean(),
    "log_of_logit": lambda real, fake: -real.log().mean() - (1 - fake).log().mean(),
} | {key: lesson01_loss.FORMULAS[key] for key in _TAKEN}
HINTS: Hints = {key: lesson01_loss.HINTS[key] for key in (*_TAKEN, "bce")} | lesson01_world.common_hints(
    "D", "G") | {
    "detach": ("D aprendeu certo, mas o gradiente seguiu até G: ele ficou com gradientes que ninguém pediu.",
               "Corte o caminho de volta logo depois de gerar: `gerados = G(z).detach()`."),
    "no_D": ("D não avaliou nenhuma amostra, então não há o que aprender.",
             "Calcule `D(reais)` e `D(gerados)`: são os logits de que a perda precisa."),
    "generator": ("D deu um passo com a perda de G: aprendeu a aceitar os gerados.",
                  "Nesta vez, use a perda de D, com os dois lotes, como no exercício 1.1."),
}


def judge(attempt: Attempt) -> str:
    """Let the learner's turn play once and measure both networks before and after."""
    world = lesson01_world.World("D", classify)
    attempt(world.G, world.D, world.optimizer, world.real.clone(), world.z.clone())
    facts = lesson01_world.one_right_step(world, START, HINTS, LOSSES)
    if world.reached:
        raise Refused(*HINTS["detach"])
    return RIGHT.format(**facts)


CHECK = Check(ARGUMENTS, START, judge, lambda error: lesson01_world.explain(error, HINTS))
