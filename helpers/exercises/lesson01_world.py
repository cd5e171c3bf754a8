"""Where a learner's turn is played, watched and compared: what exercises 1.2 and 1.3 share."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

from helpers.exercises.judging import Hints, refused
from helpers.exercises.running import Refused, message
from helpers.gan.game import flat, mlp
from helpers.ui.style import num

Loss = Callable[[Tensor, Tensor], Tensor]    # from D's logits on the real and on the generated batch
LR, TOLERANCE = 0.1, 1e-6
STEEP, REJECTS = 10.0, 3.0    # in G's turn D is steeper and its logits lower: it refuses, as at the start


class World:
    """Two small networks and one batch, the same at every call; `me`, "D" or "G", has the turn.

    The network that learns holds gradients left from before; hooks count what happens to both.
    """

    def __init__(self, me: str, loss: Loss) -> None:
        self.me, self.right = me, loss
        rng = torch.Generator().manual_seed(23)
        self.G, self.D, self.real, self.z = self.pieces(rng)
        if me == "G":
            with torch.no_grad():
                self.D[-1].weight *= STEEP
                self.D[-1].bias.fill_(-REJECTS)
        self.learner, self.other = (self.D, self.G) if me == "D" else (self.G, self.D)
        for weight in self.learner.parameters():
            weight.grad = 0.3 * torch.randn(weight.shape, generator=rng)
        self.optimizer = torch.optim.SGD(self.learner.parameters(), LR)
        self.start, self.start_other, self.left = flat(self.learner), flat(self.other), self.gradient()
        self.before = self.loss()
        self.noises: list[Tensor] = []    # what G received
        self.calls = self.backwards = self.steps = self.reached = 0    # D's calls; gradients at the two
        self.G.register_forward_pre_hook(lambda _, given: self.noises.append(given[0]))
        self.D.register_forward_hook(lambda *_: self._count("calls"))
        self.optimizer.register_step_post_hook(lambda *_: self._count("steps"))
        list(self.learner.parameters())[-1].register_hook(lambda _: self._count("backwards"))
        for weight in self.other.parameters():
            weight.register_hook(lambda _: self._count("reached"))

    def pieces(self, rng: torch.Generator) -> tuple[nn.Module, nn.Module, Tensor, Tensor]:
        """Make G, D, a batch of real points [32, 2] and z [32, 2]."""
        real = torch.randn(32, 2, generator=rng) + 1
        return mlp(2, 16, 2, seed=21), mlp(2, 16, 1, seed=22), real, torch.randn(32, 2, generator=rng)

    def _count(self, what: str) -> None:
        setattr(self, what, getattr(self, what) + 1)

    def gradient(self) -> Tensor:
        """The learner's gradients in one vector; zero where there is none: [parameters]."""
        return parameters_to_vector([torch.zeros_like(weight) if weight.grad is None else weight.grad.detach()
                                     for weight in self.learner.parameters()])

    def value(self, loss: Loss) -> Tensor:
        """A loss on the batch, with the weights of now; in D's turn G is cut off."""
        fake = self.G(self.z)
        return loss(self.D(self.real), self.D(fake.detach() if self.me == "D" else fake))

    @torch.no_grad()
    def loss(self) -> float:
        """The right loss on the batch, with the weights of now."""
        return self.value(self.right).item()

    def moved(self) -> float:
        """How far the learner's weights are from where they started."""
        return (flat(self.learner) - self.start).norm().item()

    def same(self, other: "World") -> bool:
        """True where the learner's weights are those of another world."""
        return torch.allclose(flat(self.learner), flat(other.learner), rtol=0, atol=TOLERANCE)


def played(me: str, right: Loss, loss: Loss, *, clear: bool = True, steps: int = 1,
           rounds: int = 1, place: type[World] = World) -> World:
    """Take a turn as the course does, or with one fault, in a world of its own."""
    world = place(me, right)
    for _ in range(rounds):
        if clear:
            world.optimizer.zero_grad()
        world.value(loss).backward()
        for _ in range(steps):
            world.optimizer.step()
    return world


def one_right_step(world: World, start: tuple[str, ...], hints: Hints,
                   losses: dict[str, Loss]) -> dict[str, str]:
    """After the learner's turn, return the facts of its one right step, or refuse.

    losses: the wrong ones that a step can betray, with their hints.
    """
    if not torch.equal(flat(world.other), world.start_other):
        raise Refused(*hints["other_moved"])
    _must_have_learned(world, start, hints)
    right = played(world.me, world.right, world.right, place=type(world))
    facts = {"before": world.before, "after": world.loss(), "moved": world.moved(),
             "expected": right.loss(), "expected_move": right.moved()}
    facts = {name: num(value) for name, value in facts.items()}
    if not world.same(right):
        raise refused(hints, _fault(world, losses), **facts)
    if not all(weight.requires_grad for weight in world.other.parameters()):
        raise Refused(*hints["frozen"])
    return facts


def explain(error: BaseException, hints: Hints) -> tuple[str, ...] | None:
    """Know the errors of a loss that is None or has no way back, and of a step that came too early."""
    says = message(error)
    if isinstance(error, AttributeError) and "backward" in says:
        return hints["no_loss" if "NoneType" in says else "no_path"]
    if "does not require grad" in says:
        return hints["no_path"]
    if "modified by an inplace operation" in says:    # a step between the forward pass and backward
        return hints["step_early"]
    return hints["bce"] if "between 0 and 1" in says else None


def _must_have_learned(world: World, start: tuple[str, ...], hints: Hints) -> None:
    """Tell apart the ways in which no step with a new gradient was taken."""
    unmoved = torch.equal(flat(world.learner), world.start)
    if world.backwards == 0:
        by_leftovers = torch.allclose(flat(world.learner), world.start - LR * world.left * world.steps,
                                      atol=TOLERANCE)
        if not unmoved and not by_leftovers:
            return    # weights written by hand: only the comparison can judge them
        idle = not (world.noises or world.calls or world.steps)
        if idle and torch.equal(world.gradient(), world.left):
            raise Refused(*start, status="ainda não")
        raise Refused(*hints["no_backward" if world.calls else "no_D"])
    if unmoved and world.steps == 0:
        raise Refused(*hints["no_step"])
    if unmoved:
        raise Refused(*hints["step_early" if world.gradient().any() else "zero_late"])


def _fault(world: World, losses: dict[str, Loss]) -> str:
    right = world.right

    def turn(loss: Loss, **fault: Any) -> World:
        return played(world.me, right, loss, place=type(world), **fault)

    faults = [("zero_grad", lambda: turn(right, clear=False)), ("twice", lambda: turn(right, rounds=2)),
              ("twice", lambda: turn(right, steps=2)),
              ("negative", lambda: turn(lambda real, fake: -right(real, fake)))]
    faults += [(key, lambda loss=loss: turn(loss)) for key, loss in losses.items()]
    return next((key for key, fault in faults if world.same(fault())), "other")


def common_hints(me: str, other: str) -> Hints:
    """The hints that both turns share, worded for the network that learns."""
    return {
        "zero_grad": (f"{me} deu um passo que mistura o gradiente de agora com o que tinha sobrado de antes.",
                      f"`backward()` soma ao que já existe. Comece a vez com `otimizador_{me}.zero_grad()`."),
        "no_step": (f"O gradiente de {me} foi calculado, mas os pesos dele não mudaram.",
                    f"Quem muda os pesos é `otimizador_{me}.step()`, depois de `backward()`."),
        "no_backward": (f"Nenhum gradiente novo chegou a {me}: o gradiente da perda não foi calculado.",
                        "Depois de calcular a perda, chame `backward()` nela e só então "
                        f"`otimizador_{me}.step()`."),
        "zero_late": (f"O gradiente foi calculado e apagado antes do passo: os pesos de {me} não mudaram.",
                      "`zero_grad()` vem no começo da vez, antes de `backward()`."),
        "step_early": ("O otimizador deu o passo antes de `backward()`, quando não havia gradiente novo.",
                       f"Troque a ordem: primeiro `backward()`, depois `otimizador_{me}.step()`."),
        "negative": (f"{me} andou no sentido contrário: no mesmo lote, a perda dele subiu de {{before}} para "
                     "{after}.",
                     "O otimizador já diminui a perda. Confira os sinais dela: ela nunca é negativa."),
        "twice": (f"{me} deu dois passos nesta vez. Aqui cada rodada tem um passo de D e um de G.",
                  f"Deixe um só `backward()` e um só `otimizador_{me}.step()`, fora de qualquer laço."),
        "other_moved": (f"Os pesos de {other} mudaram, e nesta vez só {me} aprende.",
                        f"Use apenas `otimizador_{me}`; nada nesta função dá um passo em {other}."),
        "no_path": ("A perda chegou sem caminho de volta: `backward()` não tem por onde ir.",
                    "Procure `no_grad`, `.item()`, `.data` ou um `detach()` depois de D. O resultado de "
                    "`.mean()` já serve para o `backward()`."),
        "no_loss": ("A perda chegou como `None`, e `None` não tem `backward()`.",
                    "Se você usa uma função para a perda, confira se ela já devolve alguma coisa."),
        "log_of_logit": ("Você tirou o log do próprio logit. Um logit pode ser negativo, e aí a perda é "
                         f"`nan`: {me} deu um passo sem rumo, e a perda certa foi de {{before}} para "
                         "{after}.",
                         "O log é da probabilidade σ(a). `softplus(-a)` é −log σ(a) em uma conta só."),
        "frozen": (f"{me} aprendeu certo, mas os pesos de {other} ficaram com `requires_grad` desligado: na "
                   f"próxima vez de {other}, ele não aprenderia.",
                   f"Não é preciso desligar nada em {other}: `otimizador_{me}` só conhece os pesos de {me}."),
        "other": (f"{me} deu um passo, mas não o esperado: no mesmo lote, a perda foi de {{before}} para "
                  "{after}; o passo esperado levaria a {expected}.",
                  "Confira uma linha por vez: os logits de D, a perda, um `backward()`, um passo."),
    }
