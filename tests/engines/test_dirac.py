"""The Dirac-GAN against closed forms: gradients, the update's matrix, its eigenvalues, the critical γ."""

from itertools import product
from math import exp, hypot, inf, log, nan, sqrt

import numpy as np
import pytest
import torch

from helpers.adversarial import LOSSES, r1
from helpers.errors import CourseError
from helpers.gan.dirac import SLOPES, DiracGan, Settings, pulls
from helpers.steps import Walk

torch.set_num_threads(1)
PLACES = [(1.0, 0.0), (0.7, -1.3), (-2.0, 0.4), (0.0, 1.5), (-1.1, -0.9)]
GAMMAS = [0.0, 0.1, 0.3, 1.0, 3.0]
TURNS = list(product(SLOPES, (0.0, 0.3), (False, True)))
EACH = list(product(SLOPES, GAMMAS, (False, True)))
CRITICAL = list(product(SLOPES, (0.02, 0.1, 0.2, 0.5), (False, True)))


def sigma(t: float) -> float:
    return 1 / (1 + exp(-t))


def slopes(loss: str, gamma: float, theta: float, psi: float) -> tuple[float, float]:
    """∂L_D/∂ψ and ∂L_G/∂θ by hand."""
    t = theta * psi
    on_d = 1.0 if loss == "wasserstein_gp" else sigma(t)
    on_g = {"saturating": sigma(t), "non_saturating": sigma(-t), "wasserstein_gp": 1.0}[loss]
    return theta * on_d + gamma * psi, -psi * on_g


def one_turn(game: DiracGan) -> tuple[list[str], dict[str, float]]:
    keys, values = [], {}
    for op in game.turn():
        keys.append(op.key)
        values |= {name: value.item() for name, value in op.values.items()}
    return keys, values


def after(settings: Settings, theta: float, psi: float) -> tuple[float, float]:
    game = DiracGan(settings, theta, psi)
    one_turn(game)
    return game.theta.item(), game.psi.item()


@pytest.mark.parametrize(("loss", "gamma", "alternating"), TURNS)
def test_a_turn_is_gradient_descent_by_hand(loss, gamma, alternating):
    for theta, psi in PLACES:
        settings = Settings(loss, gamma, 0.4, alternating)
        game = DiracGan(settings, theta, psi)
        keys, values = one_turn(game)
        slope_d, slope_g = slopes(loss, gamma, theta, psi)
        new_psi = psi - 0.4 * slope_d
        if alternating:
            slope_g = slopes(loss, gamma, theta, new_psi)[1]
        assert (values["slope_D"], values["slope_G"]) == pytest.approx((slope_d, slope_g), abs=1e-14)
        expected = new_psi, theta - 0.4 * slope_g
        assert (game.psi.item(), game.theta.item()) == pytest.approx(expected, abs=1e-14)
        assert (values["theta"], values["psi"]) == (theta, psi)
        assert (values["new_theta"], values["new_psi"]) == (game.theta.item(), game.psi.item())
        seen = new_psi if alternating else psi
        zero = torch.zeros((), dtype=torch.float64)
        assert values["loss_D"] == pytest.approx(LOSSES[loss].discriminator(zero, zero + psi * theta).item())
        assert values["loss_G"] == pytest.approx(LOSSES[loss].generator(zero + seen * theta, None).item())
        steps = [["D.step"], []] if alternating else [[], ["D.step"]]
        assert keys == ["D.loss", *(["D.penalty"] if gamma else []), "D.backward", *steps[0], "G.loss",
                        "G.backward", *steps[1], "G.step"]


def test_the_penalty_is_the_courses_r1_on_this_d():
    for theta, psi in PLACES:
        game = DiracGan(Settings(gamma=0.7), theta, psi)
        expected = 0.7 * r1(game.D, game.data).item()
        assert expected == pytest.approx(0.7 * psi**2 / 2)
        values = one_turn(game)[1]
        assert values["penalised_D"] - values["loss_D"] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(("loss", "gamma"), list(product(SLOPES, GAMMAS)))
def test_the_field_is_the_engines_own_gradient(loss, gamma):
    theta, psi = (torch.tensor(side, dtype=torch.float64) for side in zip(*PLACES, strict=True))
    field = pulls(Settings(loss, gamma), theta, psi)
    for row, (t, p) in zip(field.tolist(), PLACES, strict=True):
        values = one_turn(DiracGan(Settings(loss, gamma), t, p))[1]
        assert row == pytest.approx([-values["slope_G"], -values["slope_D"]], abs=1e-15)
    assert (pulls(Settings(loss, gamma), 0 * theta, 0 * psi) == 0).all()


@pytest.mark.parametrize(("loss", "gamma", "alternating"), EACH)
def test_the_update_matrix_is_the_derivative_of_the_real_turn(loss, gamma, alternating):
    settings, tiny = Settings(loss, gamma, 0.3, alternating), 1e-5
    columns = [np.subtract(after(settings, *place), after(settings, *(-place))) / (2 * tiny)
               for place in tiny * np.eye(2)]
    found = np.stack(columns, 1)
    assert found == pytest.approx(settings.update().numpy(), abs=1e-9)
    eigenvalues = sorted(np.linalg.eigvals(settings.update().numpy()), key=lambda v: (v.real, v.imag))
    mine = sorted(settings.eigenvalues(), key=lambda v: (v.real, v.imag))
    assert np.array(mine) == pytest.approx(np.array(eigenvalues), abs=1e-7)
    assert abs(settings.eigenvalues()[0]) >= abs(settings.eigenvalues()[1]) - 1e-15


@pytest.mark.parametrize(("gamma", "alternating"), list(product(GAMMAS, (False, True))))
def test_the_distance_grows_as_the_eigenvalues_say(gamma, alternating):
    settings = Settings("saturating", gamma, 0.2, alternating)
    walk = Walk(DiracGan(settings, 1e-6, -5e-7))
    walk.run(601)
    path = np.array([(row["theta"], row["psi"]) for row in walk.trace])
    found = np.linalg.norm(path, axis=1)
    foreseen = settings.foreseen(1e-6, -5e-7, 600, 1)
    assert [turn for turn, _ in foreseen] == list(range(601))
    assert found == pytest.approx([distance for _, distance in foreseen][:len(found)], rel=1e-9)
    sparse = settings.foreseen(1e-6, -5e-7, 600, 50)
    assert sparse == [pytest.approx(pair, rel=1e-9) for pair in foreseen[::50]]
    envelope = [found[n:n + 80].max() for n in (100, 400)]    # 80: more than one whole round
    size = abs(settings.eigenvalues()[0])
    assert log(envelope[1] / envelope[0]) / 300 == pytest.approx(log(size), abs=5e-3)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.2, 0.5, 1.0])
def test_without_penalty_simultaneous_steps_spiral_out_and_alternating_ones_keep_area(rate):
    for loss, slope in SLOPES.items():
        plain = Settings(loss, 0.0, rate)
        assert [abs(v) for v in plain.eigenvalues()] == pytest.approx(2 * [sqrt(1 + (rate * slope) ** 2)])
        assert plain.motion() == "out"
        turns = Settings(loss, 0.0, rate, alternating=True)
        assert torch.linalg.det(turns.update()).item() == pytest.approx(1, abs=1e-15)
        assert [abs(v) for v in turns.eigenvalues()] == pytest.approx([1, 1], abs=1e-14)
        assert turns.motion() == "circles"


def test_minimax_simultaneous_steps_leave_from_every_place():
    """The pull is across, nowhere inwards: r² grows by exactly (1 + h²σ(ψθ)²) a turn."""
    for theta, psi in PLACES:
        new = after(Settings(rate=0.3), theta, psi)
        assert hypot(*new) == pytest.approx(hypot(theta, psi) * sqrt(1 + (0.3 * sigma(theta * psi)) ** 2))
        for loss in ("saturating", "wasserstein_gp"):
            field = pulls(Settings(loss), *torch.tensor([[theta], [psi]], dtype=torch.float64))[0]
            assert field @ torch.tensor([theta, psi], dtype=torch.float64) == pytest.approx(0, abs=1e-14)


def test_the_non_saturating_loss_pulls_inwards_from_afar_only():
    for theta, psi in PLACES:
        for scale in (1.0, 1e-3):
            t, p = scale * theta, scale * psi
            place = torch.tensor([t, p], dtype=torch.float64)
            inwards = -pulls(Settings("non_saturating"), *place[:, None])[0] @ place
            # θψ·(σ(θψ) − σ(−θψ)) = θψ·tanh(θψ/2), of fourth order in the distance
            assert inwards.item() == pytest.approx(t * p * (1 - 2 * sigma(-t * p)), abs=1e-14)
            assert 0 <= inwards <= hypot(t, p) ** 4 / 8
    walks = [Walk(DiracGan(Settings("non_saturating"), *place)) for place in ((1.6, 1.0), (0.05, 0.0))]
    for walk in walks:
        walk.run(600)
    outer, inner = (hypot(walk.engine.theta.item(), walk.engine.psi.item()) for walk in walks)
    assert outer < hypot(1.6, 1.0) and inner > 0.05    # both on their way to one ring


@pytest.mark.parametrize(("loss", "rate", "alternating"), CRITICAL)
def test_at_the_critical_gamma_the_eigenvalues_meet_and_nothing_is_faster(loss, rate, alternating):
    slope = SLOPES[loss]
    critical = Settings(loss, 0.0, rate, alternating).critical
    assert critical == pytest.approx(2 * slope - (rate * slope**2 if alternating else 0))
    first, second = Settings(loss, critical, rate, alternating).eigenvalues()
    assert first == second == pytest.approx(1 - rate * slope)
    assert Settings(loss, critical, rate, alternating).motion() == "critical"
    assert Settings(loss, 0.98 * critical, rate, alternating).eigenvalues()[0].imag > 0
    assert Settings(loss, 0.98 * critical, rate, alternating).motion() == "in"
    first, second = Settings(loss, 1.02 * critical, rate, alternating).eigenvalues()
    assert first.imag == second.imag == 0 and first.real > second.real
    sizes = [abs(Settings(loss, share * critical, rate, alternating).eigenvalues()[0])
             for share in np.linspace(0.5, 1.5, 21)]
    assert np.argmin(sizes) == 10


def test_in_continuous_time_the_critical_gamma_is_twice_the_slope():
    """Mescheder et al. (2018), section 4.1: −γ/2 ± √(γ²/4 − f'(0)²); with f'(0) = ½ it is 1."""
    for loss, slope in SLOPES.items():
        for gamma in GAMMAS:
            flow = (Settings(loss, gamma, 1e-6).update() - torch.eye(2, dtype=torch.float64)).numpy() / 1e-6
            root = np.emath.sqrt(gamma**2 / 4 - slope**2)
            expected = np.sort_complex([-gamma / 2 - root, -gamma / 2 + root])
            assert np.sort_complex(np.linalg.eigvals(flow)) == pytest.approx(expected, abs=1e-5)
    assert Settings("saturating").critical == Settings("non_saturating").critical == 1.0
    assert Settings("wasserstein_gp").critical == 2.0
    assert Settings(rate=1e-9, alternating=True).critical == pytest.approx(1.0)
    assert Settings(rate=1000.0, alternating=True).critical is None


@pytest.mark.parametrize(("settings", "motion"), [
    (Settings(rate=0.0, gamma=3.0), "still"), (Settings(gamma=3.0), "creeps"), (Settings(gamma=0.3), "in"),
    (Settings(rate=1.0, gamma=2.05), "jumps"),
    (Settings(gamma=30.0), "flees"), (Settings(rate=1000.0), "out"),
    (Settings(rate=1000.0, gamma=3.0, alternating=True), "flees"),
    (Settings("wasserstein_gp", rate=2.0, alternating=True), "flees")])    # λ = −1 twice
def test_motions_are_what_the_linear_update_does(settings, motion):
    assert settings.motion() == motion
    path = [distance for _, distance in settings.foreseen(0.6, 0.8, 60, 1)]
    assert path[0] == pytest.approx(1)
    if motion == "still":
        assert path == pytest.approx([1] * 61)
    else:
        assert (path[-1] > 10) if motion in ("out", "flees") else (path[-1] < path[0])


def test_nothing_moves_at_the_equilibrium_nor_with_rate_zero():
    for loss, order, gamma in product(SLOPES, (False, True), (0.0, 3.0)):
        assert after(Settings(loss, gamma, 1000.0, order), 0.0, 0.0) == (0, 0)
        assert after(Settings(loss, gamma, 0.0, order), 0.4, -0.3) == (0.4, -0.3)


def test_settings_changed_midway_come_back_with_the_past():
    walk = Walk(DiracGan(Settings()))
    walk.run(5)
    walk.step()    # begins turn 5
    before = walk.engine.theta.item(), walk.engine.psi.item()
    walk.change(lambda: walk.engine.change(Settings(gamma=1.0, alternating=True), walk.turn))
    assert walk.engine.since == (5, *before)
    keys = [walk.step().key for _ in range(8)]
    assert keys[:2] == ["D.loss", "D.penalty"] and keys[3] == "D.step"
    walk.seek(3)
    assert walk.engine.settings == Settings() and walk.engine.since[0] == 0 and walk.engine.gamma == 0
    walk.seek(6)
    assert walk.engine.settings == Settings(gamma=1.0, alternating=True)


def test_numbers_that_are_none_do_not_stop_it():
    walk = Walk(DiracGan(Settings("wasserstein_gp", 3.0, 1000.0)))
    for _ in range(300):
        walk.finish_turn()
    assert not np.isfinite(walk.engine.psi.item())
    assert walk.turn == 299


@pytest.mark.parametrize(("make", "key"), [
    (lambda: Settings(rate=-0.1), "rate_unclear"), (lambda: Settings(rate=inf), "rate_unclear"),
    (lambda: Settings(rate=nan), "rate_unclear"), (lambda: Settings(gamma=-1.0), "gamma_unclear"),
    (lambda: Settings(gamma=nan), "gamma_unclear"),
    (lambda: DiracGan(Settings(), nan, 0.0), "points_unclear"),
    (lambda: DiracGan(Settings(), 0.0, inf), "points_unclear")])
def test_unclear_settings_and_starts_are_refused_by_key(make, key):
    with pytest.raises(CourseError) as refused:
        make()
    assert refused.value.key == key and str(refused.value)
