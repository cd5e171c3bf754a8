"""Exercise 2.3: one step of the discriminator over digits, judged by what it does to both networks."""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import softplus

from helpers.adversarial import classify
from helpers.data import as_images, mnist
from helpers.errors import CourseError
from helpers.exercises import lesson01_turn
from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, refused
from helpers.exercises.lesson01_world import World, explain, one_right_step
from helpers.exercises.running import Attempt, Refused
from helpers.gan.dcgan import Discriminator, Generator

ARGUMENTS = ("G", "D", "otimizador_D", "reais", "z")
BATCH, LATENT = 16, 8
START = (
    "A função ainda está como veio. Troque o `...` pelas linhas do passo de D e execute a célula de novo.",
    "São seis linhas: zerar os gradientes de D; gerar; avaliar as reais e as geradas; somar as duas perdas; "
    "`backward()`; passo do otimizador.",
    "As geradas saem de `G(z).detach()`. Com rótulos: `binary_cross_entropy_with_logits(a, "
    "torch.ones_like(a))` para as reais, `torch.zeros_like` para as geradas.",
)
RIGHT = ("Os pesos de D ficaram iguais aos do jogo do curso depois do mesmo passo: no mesmo lote de dígitos, "
         "a perda dele foi de {before} para {after}. G não mudou nem recebeu gradiente.")

LOSSES = lesson01_turn.LOSSES | {
    "smooth": lambda real, fake: cross_entropy(real, torch.full_like(real, 0.9)) + softplus(fake).mean(),
}
HINTS: Hints = lesson01_turn.HINTS | {
    "smooth": ("D deu o passo com rótulo 0,9 para as reais. É um truque conhecido, mas não o passo pedido: "
               "depois dele, a perda é {after}, e o esperado é {expected}.",
               "Use rótulo 1 para as reais, `torch.ones_like`, e 0 para as geradas."),
    "noise": ("G recebeu um ruído que não é o `z` que sua função recebeu.",
              "O sorteio já veio pronto: use `G(z)`, sem `torch.randn` na função."),
    "no_G": ("G não gerou nada: D só viu imagens que já existiam.",
             "As geradas desta vez saem de `G(z).detach()`."),
    "at_rest": ("G gerou com `eval()` ligado: batch norm usou as médias guardadas, e as geradas são outras.",
                "Tire o `eval()`: durante o treino, as duas redes ficam em `train()`."),
    "refused_input": ("Uma das redes recusou o que recebeu. {said}",
                      "G recebe `z`, e D recebe imagens como `reais` e `G(z)` já vêm, sem mudar a forma."),
}


class Digits(World):
    """The world of a turn with the lesson's own networks, small, and sixteen real digits."""

    def __init__(self, me: str, loss: Any) -> None:
        super().__init__(me, loss)
        self.at_rest = False
        self.G.register_forward_pre_hook(lambda net, given: self._mode(net))

    def pieces(self, rng: torch.Generator) -> tuple[nn.Module, nn.Module, Tensor, Tensor]:
        """Make G, D, a batch [16, 1, 28, 28] and z [16, 8]."""
        with torch.random.fork_rng([]):    # the layers first draw weights from the notebook's own generator
            nets = Generator(LATENT, 8, seed=41), Discriminator(4, seed=33)
        return *nets, real_digits(), torch.randn(BATCH, LATENT, generator=rng)

    def _mode(self, net: nn.Module) -> None:
        self.at_rest |= not all(layer.training for layer in net.modules())


@cache
def real_digits() -> Tensor:
    """The first training images: [16, 1, 28, 28]."""
    return as_images(mnist().data[:BATCH])


def judge(attempt: Attempt) -> str:
    """Let the learner's step run once and measure both networks before and after."""
    world = Digits("D", classify)
    attempt(world.G, world.D, world.optimizer, world.real.clone(), world.z.clone())
    if any(noise.shape != world.z.shape or not noise.equal(world.z) for noise in world.noises):
        raise Refused(*HINTS["noise"])
    if world.at_rest:
        raise Refused(*HINTS["at_rest"])
    if world.calls and not world.noises:
        raise Refused(*HINTS["no_G"])
    facts = one_right_step(world, START, HINTS, LOSSES)
    if world.reached:
        raise Refused(*HINTS["detach"])
    return RIGHT.format(**facts)


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know what the networks themselves refuse, and what lesson 01 knows."""
    if isinstance(error, CourseError):
        found = refused(HINTS, "refused_input", said=error)
        return found.hint, *found.more
    return explain(error, HINTS)


CHECK = Check(ARGUMENTS, START, judge, known)
