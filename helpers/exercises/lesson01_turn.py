"""Exercise 1.2: one turn of the discriminator, judged by what it does to both networks."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from helpers.adversarial import classify
from helpers.exercises import lesson01_loss
from helpers.exercises.checks import Check
from helpers.exercises.running import Attempt, Refused, message
from helpers.gan.game import flat, mlp
from helpers.ui.style import num

ARGUMENTS = ("G", "D", "otimizador_D", "reais", "z")
START = (
    "A função ainda está como veio. Troque o `...` pelas linhas da vez de D e execute a célula de novo.",
    "A ordem é a do painel: zerar os gradientes, gerar, avaliar reais e gerados, calcular a perda, "
    "`backward()`, passo do otimizador.",
    "Só D aprende nesta vez: as amostras geradas saem de `G(z).detach()`.",
)
RIGHT = ("No mesmo lote, a perda de D foi de {before} para {after}. Os pesos de G não mudaram, e nenhum "
         "gradiente chegou a G.")
LR, TOLERANCE = 0.1, 1e-6

HINTS = {    # key -> (the first hint: what was measured; the second: where to look)
    "detach": ("D aprendeu certo, mas o gradiente seguiu até G: ele ficou com gradientes que ninguém pediu.",
               "Corte o caminho de volta logo depois de gerar: `gerados = G(z).detach()`."),
    "zero_grad": ("D deu um passo que mistura o gradiente de agora com o que tinha sobrado de antes.",
                  "`backward()` soma ao que já existe. Comece a vez com `otimizador_D.zero_grad()`."),
    "no_step": ("O gradiente de D foi calculado, mas os pesos dele não mudaram.",
                "Quem muda os pesos é `otimizador_D.step()`, depois de `backward()`."),
    "no_backward": ("Nenhum gradiente novo chegou a D: o gradiente da perda não foi calculado.",
                    "Depois de calcular a perda, chame `backward()` nela e só então `otimizador_D.step()`."),
    "zero_late": ("O gradiente foi calculado e apagado antes do passo: os pesos de D não mudaram.",
                  "`zero_grad()` vem no começo da vez, antes de `backward()`."),
    "step_early": ("O otimizador deu o passo antes de `backward()`, quando ainda não havia gradiente novo.",
                   "Troque a ordem: primeiro `backward()`, depois `otimizador_D.step()`."),
    "no_D": ("D não avaliou nenhuma amostra, então não há o que aprender.",
             "Calcule `D(reais)` e `D(gerados)`: são os logits de que a perda precisa."),
    "negative": ("D andou no sentido contrário: no mesmo lote, a perda dele subiu de {before} para {after}.",
                 "O otimizador já diminui a perda. Confira os sinais dela: ela nunca é negativa."),
    "generator": ("D deu um passo com a perda de G: aprendeu a aceitar os gerados.",
                  "Nesta vez, use a perda de D, com os dois lotes, como no exercício 1.1."),
    "twice": ("D deu dois passos nesta vez. Aqui cada rodada tem um passo de D e um de G.",
              "Deixe um só `backward()` e um só `otimizador_D.step()`, fora de qualquer laço."),
    "G_moved": ("Os pesos de G mudaram, e nesta vez só D aprende.",
                "Use apenas `otimizador_D`; nada nesta função dá um passo em G."),
    "G_frozen": ("D aprendeu certo, mas os pesos de G ficaram com `requires_grad` desligado: na vez dele, G "
                 "não aprenderia.",
                 "Não é preciso desligar nada em G: basta `G(z).detach()`."),
    "no_loss": ("A perda chegou como `None`, e `None` não tem `backward()`.",
                "Se você usa a função do exercício 1.1, confira se ela já devolve a perda."),
    "other": ("D deu um passo, mas não o esperado: no mesmo lote, a perda foi de {before} para {after}; o "
              "passo esperado levaria a {expected}.",
              "Confira uma linha por vez: `D(reais)` e `D(gerados)` com logits, a perda do exercício 1.1, um "
              "`backward()`, um passo."),
}
_TAKEN = ("swapped", "only_real", "only_fake", "all_real", "all_fake", "sum", "half", "double_sigmoid")
WRONG_LOSSES = {key: lesson01_loss.FORMULAS[key] for key in _TAKEN}    # with the hints of exercise 1.1


@dataclass
class World:
    """Two small networks and one batch, the same at every call; D holds gradients left from G's turn."""

    G: nn.Module = field(default_factory=lambda: mlp(2, 16, 2, seed=21))
    D: nn.Module = field(default_factory=lambda: mlp(2, 16, 1, seed=22))

    def __post_init__(self) -> None:
        rng = torch.Generator().manual_seed(23)
        self.real = torch.randn(32, 2, generator=rng) + 1    # [32, 2]
        self.z = torch.randn(32, 2, generator=rng)           # [32, 2]
        for weight in self.D.parameters():
            weight.grad = 0.3 * torch.randn(weight.shape, generator=rng)
        self.optimizer = torch.optim.SGD(self.D.parameters(), LR)
        self.start_D, self.start_G, self.left = flat(self.D), flat(self.G), self.gradient()
        self.calls = self.backwards = self.steps = self.reached_G = 0
        self.D.register_forward_hook(lambda *_: self._count("calls"))
        self.optimizer.register_step_post_hook(lambda *_: self._count("steps"))
        list(self.D.parameters())[-1].register_hook(lambda _: self._count("backwards"))
        for weight in self.G.parameters():
            weight.register_hook(lambda _: self._count("reached_G"))

    def _count(self, what: str) -> None:
        setattr(self, what, getattr(self, what) + 1)

    def gradient(self) -> Tensor:
        """D's gradients in one vector; zero where there is none: [parameters]."""
        return torch.cat([(torch.zeros_like(w) if w.grad is None else w.grad.detach()).reshape(-1)
                          for w in self.D.parameters()])

    @torch.no_grad()
    def loss(self) -> float:
        """D's loss on the batch, with the weights of now."""
        return float(classify(self.D(self.real), self.D(self.G(self.z))))


def expected(loss: Callable[[Tensor, Tensor], Tensor] = classify, *, clear: bool = True, steps: int = 1,
             rounds: int = 1) -> World:
    """Take D's turn as the course does, or with one fault, in a world of its own."""
    world = World()
    for _ in range(rounds):
        if clear:
            world.optimizer.zero_grad()
        fake = world.G(world.z).detach()
        loss(world.D(world.real), world.D(fake)).backward()
        for _ in range(steps):
            world.optimizer.step()
    return world


def judge(attempt: Attempt) -> str:
    """Let the learner's turn play once and measure both networks before and after."""
    world, before = World(), World().loss()
    attempt(world.G, world.D, world.optimizer, world.real.clone(), world.z.clone())
    if not torch.equal(flat(world.G), world.start_G):
        raise Refused(*HINTS["G_moved"])
    _did_it_learn(world)
    facts = {"before": num(before), "after": num(world.loss())}
    if not _same(world, expected()):
        _name_the_fault(world, facts)
    if world.reached_G:
        raise Refused(*HINTS["detach"])
    if not all(weight.requires_grad for weight in world.G.parameters()):
        raise Refused(*HINTS["G_frozen"])
    return RIGHT.format(**facts)


def explain(error: BaseException) -> tuple[str, ...] | None:
    """Know the errors that come from a loss that is None and from a step that came too early."""
    says = message(error)
    if isinstance(error, AttributeError) and "NoneType" in says and "backward" in says:
        return HINTS["no_loss"]
    if "modified by an inplace operation" in says:    # a step between the forward pass and backward
        return HINTS["step_early"]
    return lesson01_loss.explain(error)


def _did_it_learn(world: World) -> None:
    """Tell apart the ways in which no step with a new gradient was taken."""
    unmoved = torch.equal(flat(world.D), world.start_D)
    if world.backwards == 0:
        by_leftovers = torch.allclose(flat(world.D), world.start_D - LR * world.left * world.steps,
                                      atol=TOLERANCE)
        if not unmoved and not by_leftovers:
            return    # weights written by hand: only the comparison can judge them
        if not (world.calls or world.steps or not torch.equal(world.gradient(), world.left)):
            raise Refused(*START, status="ainda não")
        raise Refused(*HINTS["no_backward" if world.calls else "no_D"])
    if unmoved and world.steps == 0:
        raise Refused(*HINTS["no_step"])
    if unmoved:
        raise Refused(*HINTS["step_early" if world.gradient().any() else "zero_late"])


def _name_the_fault(world: World, facts: dict[str, str]) -> None:
    faults = {
        "zero_grad": lambda: expected(clear=False),
        "negative": lambda: expected(lambda real, fake: -classify(real, fake)),
        "generator": lambda: expected(lambda real, fake: softplus(-fake).mean()),
        "twice": lambda: expected(rounds=2),
        "twice ": lambda: expected(steps=2),
    } | {key: lambda formula=formula: expected(formula) for key, formula in WRONG_LOSSES.items()}
    for key, fault in faults.items():
        if _same(world, fault()):
            hints = HINTS.get(key.strip()) or lesson01_loss.HINTS[key]
            raise Refused(hints[0].format(**facts), hints[1])
    first, second = HINTS["other"]
    raise Refused(first.format(**facts, expected=num(expected().loss())), second)


def _same(one: World, other: World) -> bool:
    return torch.allclose(flat(one.D), flat(other.D), rtol=0, atol=TOLERANCE)


CHECK = Check(ARGUMENTS, START, judge, explain)
