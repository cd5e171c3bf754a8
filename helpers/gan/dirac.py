"""The smallest GAN there is, two numbers in dispute: the Dirac-GAN of Mescheder et al. (2018), section 2.

The data are one point, 0. G's only number is the point θ that it generates; D(x) = ψ·x is a logit. The one
equilibrium is θ = ψ = 0. Near it every loss below is linear: with a = f'(0) the gradients pull (θ, ψ) by
(a·ψ, −a·θ − γ·ψ), at a right angle to the way home where γ = 0.
"""

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import grad

from helpers.adversarial import LOSSES, r1
from helpers.errors import CourseError
from helpers.steps import Op

SLOPES = {"saturating": 0.5, "non_saturating": 0.5, "wasserstein_gp": 1.0}    # loss -> a = f'(0)
SAME = 1e-9    # |λ| nearer to 1 than this is taken for 1


@dataclass(frozen=True)
class Settings:
    """How the two play, and what the linearised theory says of it.

    loss: a key of SLOPES (Wasserstein without its own penalty); gamma: weight of R1 = ½·ψ²; rate: of plain
    gradient descent; alternating: G answers the D that has just moved, instead of where it was.
    Raises `rate_unclear` and `gamma_unclear` (negative or not finite).
    """

    loss: str = "saturating"
    gamma: float = 0.0
    rate: float = 0.2
    alternating: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and self.rate >= 0):
            raise CourseError("rate_unclear", rate=self.rate)
        if not (math.isfinite(self.gamma) and self.gamma >= 0):
            raise CourseError("gamma_unclear", gamma=self.gamma)

    def update(self) -> Tensor:
        """One turn near the equilibrium as a matrix on (θ, ψ): [2, 2], float64."""
        step = self.rate * SLOPES[self.loss]
        D = torch.tensor([[1, 0], [-step, 1 - self.rate * self.gamma]], dtype=torch.float64)
        G = torch.tensor([[1, step], [0, 1]], dtype=torch.float64)
        return G @ D if self.alternating else D + G - torch.eye(2, dtype=torch.float64)

    def eigenvalues(self) -> tuple[complex, complex]:
        """The update's eigenvalues λ, the larger first; a turn multiplies the distance by about |λ|."""
        (a, b), (c, d) = self.update().tolist()
        middle, gap = (a + d) / 2, ((a - d) / 2) ** 2 + b * c
        root = cmath.sqrt(gap) if abs(gap) > 1e-12 * max(1, middle**2) else 0
        pair = complex(middle + root), complex(middle - root)
        return max(pair, key=abs), min(reversed(pair), key=abs)

    def foreseen(self, theta: float, psi: float, turns: int, stride: int) -> list[tuple[int, float]]:
        """The distance to the equilibrium that the linearised update predicts: (turn, distance) pairs."""
        place = torch.tensor([theta, psi], dtype=torch.float64)
        leap, out = torch.linalg.matrix_power(self.update(), stride), []
        for turn in range(0, turns + 1, stride):
            out.append((turn, place.norm().item()))
            place = leap @ place
        return out

    def motion(self) -> str:
        """Name what the linearised update does, by its eigenvalues."""
        first, second = self.eigenvalues()
        size, turning = abs(first), first.imag != 0
        if self.rate == 0:
            return "still"
        if size > 1 + SAME or (not turning and size > 1 - SAME):
            return "out" if turning else "flees"
        if turning:
            return "circles" if size > 1 - SAME else "in"
        return "jumps" if first.real < 0 else "critical" if first == second else "creeps"

    @property
    def critical(self) -> float | None:
        """The γ at which the two eigenvalues meet on the real line, None where no γ ≥ 0 keeps them apart.

        2·a in continuous time (2018, section 4.1) and for simultaneous steps of any rate h; alternating
        steps meet at 2·a − h·a², where trace² = 4·determinant.
        """
        a = SLOPES[self.loss]
        meeting = a * (2 - self.rate * a * self.alternating)
        return meeting if meeting > 0 else None


class DiracGan:
    """The game of θ against ψ; `since` keeps the turn and the place (θ, ψ) where its settings began.

    Raises `points_unclear` for a start that is not finite.
    """

    def __init__(self, settings: Settings, theta: float = 1.0, psi: float = 0.0) -> None:
        if not (math.isfinite(theta) and math.isfinite(psi)):
            raise CourseError("points_unclear")
        self.theta = nn.Parameter(torch.tensor(theta, dtype=torch.float64))
        self.psi = nn.Parameter(torch.tensor(psi, dtype=torch.float64))
        self.data = torch.zeros(1, 1, dtype=torch.float64)
        self.opt_D, self.opt_G = torch.optim.SGD([self.psi]), torch.optim.SGD([self.theta])
        self.change(settings, 0)

    def change(self, settings: Settings, turn: int) -> None:
        """Play on with other settings, from this turn's start."""
        self.settings, self.loss, self.gamma = settings, LOSSES[settings.loss], settings.gamma
        self.since = turn, self.theta.item(), self.psi.item()
        for opt in (self.opt_D, self.opt_G):
            opt.param_groups[0]["lr"] = settings.rate

    def D(self, x: Tensor) -> Tensor:
        """The discriminator: a logit for each point, of any shape."""
        return self.psi * x

    def turn(self) -> Iterator[Op]:
        """One update of each, in the order that the settings say."""
        if self.settings.alternating:
            yield from self.alternating_turn()
        else:
            yield from self.simultaneous_turn()

    def simultaneous_turn(self) -> Iterator[Op]:
        """Both measure at one place, then both step: each answers the place where the other was."""
        loss_D = self.loss.discriminator(
            self.D(self.data), self.D(self.theta))
        yield Op("D.loss", loss_D=loss_D, **self.place())
        if self.gamma:
            loss_D = loss_D + self.gamma * r1(
                self.D, self.data)
            yield Op("D.penalty", penalised_D=loss_D)
        self.opt_D.zero_grad()
        loss_D.backward(inputs=[self.psi])
        yield Op("D.backward", slope_D=self.psi.grad.clone())
        loss_G = self.loss.generator(self.D(self.theta))
        yield Op("G.loss", loss_G=loss_G)
        self.opt_G.zero_grad()
        loss_G.backward(inputs=[self.theta])
        yield Op("G.backward", slope_G=self.theta.grad.clone())
        self.opt_D.step()
        yield Op("D.step", new_psi=self.psi.detach().clone())
        self.opt_G.step()
        yield Op("G.step", new_theta=self.theta.detach().clone())

    def alternating_turn(self) -> Iterator[Op]:
        """D steps first; G measures with the D that has just moved."""
        loss_D = self.loss.discriminator(
            self.D(self.data), self.D(self.theta))
        yield Op("D.loss", loss_D=loss_D, **self.place())
        if self.gamma:
            loss_D = loss_D + self.gamma * r1(
                self.D, self.data)
            yield Op("D.penalty", penalised_D=loss_D)
        self.opt_D.zero_grad()
        loss_D.backward(inputs=[self.psi])
        yield Op("D.backward", slope_D=self.psi.grad.clone())
        self.opt_D.step()
        yield Op("D.step", new_psi=self.psi.detach().clone())
        loss_G = self.loss.generator(self.D(self.theta))
        yield Op("G.loss", loss_G=loss_G)
        self.opt_G.zero_grad()
        loss_G.backward(inputs=[self.theta])
        yield Op("G.backward", slope_G=self.theta.grad.clone())
        self.opt_G.step()
        yield Op("G.step", new_theta=self.theta.detach().clone())

    def place(self) -> dict[str, Tensor]:
        """Copy where the two stand."""
        return {"theta": self.theta.detach().clone(), "psi": self.psi.detach().clone()}

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next turn depends on; plain gradient descent keeps nothing of its own."""
        return self.place() | {"settings": self.settings, "since": self.since}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state exactly; gradients are cleared, as at a turn's start."""
        with torch.no_grad():
            self.theta.copy_(state["theta"])
            self.psi.copy_(state["psi"])
        self.theta.grad = self.psi.grad = None
        self.change(state["settings"], 0)
        self.since = state["since"]


def pulls(settings: Settings, theta: Tensor, psi: Tensor) -> Tensor:
    """Where gradient descent pulls from each place: −∂L_G/∂θ and −∂L_D/∂ψ there, [n], [n] → [n, 2]."""
    theta, psi, n = theta.detach().requires_grad_(), psi.detach().requires_grad_(), len(theta)
    loss, data = LOSSES[settings.loss], torch.zeros(n, 1, dtype=psi.dtype)
    loss_D = loss.discriminator(psi * data[:, 0], psi * theta)
    loss_D = loss_D + settings.gamma * r1(lambda x: psi[:, None] * x, data)
    (on_psi,) = grad(n * loss_D, psi)
    (on_theta,) = grad(n * loss.generator(psi * theta), theta)
    return -torch.stack((on_theta, on_psi), 1)
