"""A game with one fault, the remedies, and the recovery that grades them, measured on samples.

A patient plays EXAM turns sick, then CARE turns with a remedy. The recovery compares it, at the end, with two
twins of the same seed that played as many turns: one with no remedy (0) and one that never was sick (1).
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn

from helpers.adversarial import LOSSES, r1
from helpers.gan.clinic_cases import BETAS, CASES, RIGHT, Parts
from helpers.gan.game import mlp
from helpers.gan.mixtures import Mixture, ring
from helpers.snapshots import snapshot
from helpers.steps import Op

EXAM, CARE, EVERY = 150, 750, 25    # turns before the remedy, after it, from one measurement to the next
CURED = 0.5                         # the least recovery that counts: see benchmarks/clinic.py
SEEDS = 10                          # the patients that were measured: seeds 0 to 9 of each case
CENTRE, RADIUS, SIGMA = (1.2, 0.8), 2.0, 0.2    # off the origin: a D that sees no place is seen to be sick
HIDDEN, GAMMA = 64, 0.15
FASTER, COOLER = 30, 100            # what a remedy multiplies or divides learning rates by


class Patient(Parts):
    """A game on a ring of eight, with the fault of one case, or healthy where it is None.

    Two patients of one seed begin with the same weights and draw the same numbers.
    """

    def __init__(self, case: str | None = None, seed: int = 0) -> None:
        G = nn.Sequential(*mlp(2, HIDDEN, 2, seed=2 * seed), nn.Identity())
        D = nn.Sequential(nn.Identity(), *mlp(2, HIDDEN, 1, seed=2 * seed + 1))
        modes = torch.tensor(CENTRE) + RADIUS * ring(SIGMA).modes
        super().__init__(Mixture("ring", modes, SIGMA), G, D, LOSSES["non_saturating"],
                         betas=BETAS, penalty=lambda D, real, fake, rng: GAMMA * r1(D, real), seed=seed)
        self.parts, self.played = dict(RIGHT), 0
        self._first = snapshot([G.state_dict(), D.state_dict()])
        for slot, part in (CASES[case].parts if case else {}).items():
            self.parts[slot] = part
        self._install("opt_D", "opt_G", "input", "output", "rates")

    def noise(self, n: int) -> Tensor:
        """Draw latent points as this game does: [n, latent]."""
        return super().noise(n) if self.parts["draw"] == "noise" else self.constant_noise(n)

    def turn(self) -> Iterator[Op]:
        """One iteration, with what the dials need: weights at three points, gradients, now and then match."""
        yield Op("start", start=self.weights)
        yield from getattr(self, self.parts["D_turn"])()
        yield Op("D.done", middle=self.weights, grad_D=lambda: gradient(self.D))
        yield from getattr(self, self.parts["G_turn"])()
        self.played += 1
        if self.played % EVERY == 0:
            yield Op("match", match=self.match())
        yield Op("done", end=self.weights, grad_G=lambda: gradient(self.G))

    @torch.no_grad()
    def sample(self, n: int = 1000) -> Tensor:
        """Generate from latent points that are the same at every call: [n, 2]; the game does not notice."""
        own, self.rng = self.rng, torch.Generator().manual_seed(5)
        try:
            return self.G(self.noise(n))
        finally:
            self.rng = own

    def match(self) -> Tensor:
        """Σₖ min(qₖ, 1/K), qₖ the share of samples within 3σ of mode k: 0 nothing right, 1 all of the data.

        It is one minus the total variation between the samples' histogram over modes and the data's.
        """
        modes = self.data.modes
        distance, nearest = torch.cdist(self.sample().nan_to_num(1e6), modes).min(1)
        share = torch.bincount(nearest[distance <= 3 * self.data.sigma], minlength=len(modes)) / len(distance)
        return share.clamp(max=1 / len(modes)).sum()

    def treat(self, remedy: str) -> bool:
        """Apply a remedy; False where it found nothing to change."""
        before = self._settings()
        REMEDIES[remedy](self)
        return self._settings() != before

    def mend(self, slot: str, *faulty: str) -> None:
        """Put the right part into a slot, if one of the faulty parts is there."""
        if self.parts[slot] in faulty:
            self.parts[slot] = RIGHT[slot]
            self._install(slot)

    def scale_rates(self, D: float = 1, G: float = 1) -> None:
        """Multiply the learning rates."""
        now_D, now_G = self._rates()
        self.set_rates(D * now_D, G * now_G)

    def begin_again(self) -> None:
        """Return to the first weights and forget the optimisers' memory; learning rates stay."""
        rates = self._rates()
        for net, state in zip((self.G, self.D), self._first, strict=True):
            net.load_state_dict(state)
        self._install("opt_D", "opt_G")
        self.set_rates(*rates)

    def state_dict(self) -> dict[str, Any]:
        gradients = [parameter.grad for parameter in self._parameters()]    # a faulty turn may not clear them
        own = {"parts": dict(self.parts), "played": self.played, "gradients": gradients}
        return super().state_dict() | own

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.parts, self.played = dict(state["parts"]), state["played"]
        self._install("opt_D", "opt_G", "input", "output")    # an optimiser's state must fit its weights
        super().load_state_dict(state)
        for parameter, gradient in zip(self._parameters(), state["gradients"], strict=True):
            parameter.grad = gradient

    def _install(self, *slots: str) -> None:
        for slot in slots:
            if slot not in ("D_turn", "G_turn", "draw"):    # those are looked up when they are called
                getattr(self, self.parts[slot])()

    def _parameters(self) -> list[nn.Parameter]:
        return [*self.G.parameters(), *self.D.parameters()]

    def _rates(self) -> tuple[float, float]:
        return self.opt_D.param_groups[0]["lr"], self.opt_G.param_groups[0]["lr"]

    def _settings(self) -> Any:
        return dict(self.parts), self._rates()


def _cool(patient: Patient) -> None:
    patient.scale_rates(1 / COOLER, 1 / COOLER)
    patient.begin_again()


def _turn_sign(patient: Patient) -> None:
    wrong = patient.parts["G_turn"] == "wrong_sign"
    patient.parts["G_turn"] = RIGHT["G_turn"] if wrong else "wrong_sign"


REMEDIES: dict[str, Callable[[Patient], None]] = {    # by the case that each is meant for
    "strong_D": lambda p: p.scale_rates(G=FASTER),
    "collapse": lambda p: p.scale_rates(D=FASTER),
    "frozen_D": lambda p: p.mend("D_turn", "without_step"),
    "idle_G": lambda p: p.mend("opt_G", "borrowed_optimiser"),
    "no_detach": lambda p: p.mend("D_turn", "without_detach"),
    "hot": _cool,
    "no_noise": lambda p: p.mend("draw", "constant_noise"),
    "batch_norm": lambda p: p.mend("input", "batch_norm"),
    "sign": _turn_sign,
    "output": lambda p: p.mend("output", "closed_output"),
    "no_zero": lambda p: p.mend("D_turn", "without_zero"),
}


def follow(case: str | None, seed: int, remedy: str | None = None) -> list[float]:
    """Play a patient's whole course; return its match at every EVERY turns."""
    patient, curve = Patient(case, seed), []
    for turn in range(EXAM + CARE):
        if turn == EXAM and remedy:
            patient.treat(remedy)
        curve += [op.values["match"].item() for op in patient.turn() if op.key == "match"]
    return curve


def settled(curve: Sequence[float]) -> float:
    """The mean of the last three measurements: what one lucky turn cannot change."""
    return fmean(curve[-3:])


def recovery(treated: Sequence[float], untreated: Sequence[float], healthy: Sequence[float]) -> float:
    """How much of the way from the untreated twin (0) to the healthy one (1) the remedy has gone."""
    low = settled(untreated)
    return (settled(treated) - low) / max(settled(healthy) - low, 0.1)


def gradient(net: nn.Module) -> float:
    """The Euclidean norm of a network's gradient; 0 where there is none."""
    return sum(p.grad.square().sum().item() for p in net.parameters() if p.grad is not None) ** 0.5
