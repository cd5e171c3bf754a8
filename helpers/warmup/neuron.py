"""One neuron with one weight learns the slope of a line: the smallest training loop there is."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from helpers.steps import Op


class Neuron:
    """Fit ŷ = w·x by gradient descent on the mean squared error.

    x, y: [n]. The loss is a parabola in w: it is least at Σxy / Σx², and its curvature is 2·mean(x²), so
    a learning rate above 1 / mean(x²) moves away from the minimum instead of towards it.
    """

    def __init__(self, x: Tensor, y: Tensor, w: float = -1.0, lr: float = 0.1) -> None:
        self.x, self.y = x, y
        self.w = torch.nn.Parameter(torch.tensor(w))
        self.opt = torch.optim.SGD([self.w], lr)

    def turn(self) -> Iterator[Op]:
        """One step of gradient descent."""
        self.opt.zero_grad()
        yield Op("zero", gradient=0.0)
        guess = self.w * self.x
        yield Op("guess", guess=guess)
        loss = (guess - self.y).square().mean()
        yield Op("loss", loss=loss)
        loss.backward()
        yield Op("backward", gradient=self.w.grad.item(), before=self.w.item())
        self.opt.step()
        yield Op("step", after=self.w.item())

    def loss_at(self, w: Tensor) -> Tensor:
        """Evaluate the loss for other weights: [k] → [k]."""
        return (w[:, None] * self.x - self.y).square().mean(1)

    def state_dict(self) -> dict[str, Any]:
        return {"w": self.w, "opt": self.opt.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        with torch.no_grad():
            self.w.copy_(state["w"])
        self.w.grad = None
        self.opt.load_state_dict(state["opt"])


def example(lr: float = 0.1) -> Neuron:
    """Build the lesson's neuron: twelve points near y = 2·x, the same ones every time."""
    x = torch.linspace(-1.5, 2.0, 12)
    wobble = torch.tensor([0.3, -0.2, 0.1, -0.4, 0.2, 0.0, -0.1, 0.4, -0.3, 0.2, -0.2, 0.1])
    return Neuron(x, 2 * x + wobble, lr=lr)
