"""Directions, ways and means in latent space: against exact Jacobians, closed forms and drawn strokes."""

import math

import pytest
import torch
from torch import Tensor
from torch.func import jacrev
from torch.nn.functional import one_hot

from helpers.errors import CourseError
from helpers.gan import attributes, latent
from helpers.gan.attributes import contrasts, ink, shift, slant
from helpers.gan.dcgan import Generator
from helpers.gan.latent_tour import MOVABLE, REACH, STEP, Place, Tour
from helpers.gan.timeline import timeline

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def shipped() -> Generator:
    return timeline().sampler(-1)


@pytest.fixture(scope="module")
def small() -> Generator:
    return Generator(6, 8, conditional=True, seed=3).eval().requires_grad_(False)


# --- directions -------------------------------------------------------------------------------------------


def exact(G: Generator, z: Tensor, digits: Tensor) -> Tensor:
    """Σ JᵀJ by automatic differentiation."""
    J = torch.stack([jacrev(lambda at, d=digit: G(at[None], d[None]).flatten())(one)
                     for one, digit in zip(z, digits, strict=True)]).double()
    return torch.einsum("npi,npj->ij", J, J)


@pytest.mark.parametrize("size", ["small", "shipped"])
def test_the_squared_jacobian_is_the_exact_one(size, request):
    G = request.getfixturevalue(size)
    z, digits = latent.sample(G, 10, 5)
    true = exact(G, z, digits)
    found = latent.squared_jacobian(G, z, digits)
    assert torch.linalg.matrix_norm(found - true) < 0.01 * torch.linalg.matrix_norm(true)


def test_principal_directions_are_the_eigenvectors_of_the_mean(shipped):
    found, again = latent.principal(shipped), latent.principal(shipped)
    assert torch.equal(found.vectors, again.vectors) and torch.equal(found.strength, again.strength)
    d = shipped.latent
    torch.testing.assert_close(found.vectors @ found.vectors.T, torch.eye(d), rtol=0, atol=1e-5)
    assert (found.strength.diff() <= 0).all() and (found.strength >= 0).all()
    M = exact(shipped, *latent.sample(shipped, latent.SAMPLES, 0)) / (latent.SAMPLES * 784 * 4)
    values = torch.linalg.eigvalsh(M).flip(0)
    torch.testing.assert_close(found.strength[:5], values[:5], rtol=0.01, atol=0)
    torch.testing.assert_close(found.strength.sum(), M.trace(), rtol=0.01, atol=0)
    for vector, value in zip(found.vectors[:3].double(), values, strict=False):
        assert (M @ vector - value * vector).norm() < 0.02 * value


def test_eigen_knows_a_rotated_diagonal_and_fixes_signs():
    angle = 0.3
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]).double()
    found = latent.eigen(turn @ torch.diag(torch.tensor([1.0, 4.0]).double()) @ turn.T)
    torch.testing.assert_close(found.strength, torch.tensor([4.0, 1.0]).double())
    expected = torch.tensor([[-math.sin(angle), math.cos(angle)], [math.cos(angle), math.sin(angle)]])
    torch.testing.assert_close(found.vectors, expected)    # the largest component of each is positive
    assert (latent.eigen(-torch.eye(3).double()).strength == 0).all()    # never below


def test_a_step_along_the_first_changes_more_than_a_random_one(shipped):
    """Over z's that the directions have never seen; a random step measures about the spectrum's mean."""
    found, few = latent.principal(shipped), latent.sample(shipped, 200, 77)
    first, *_, last = latent.effect(shipped, found.vectors, *few).tolist()
    random = latent.effect(shipped, latent.chance(shipped.latent, 20, 78), *few)
    print(f"a step of 1: first {first:.4f}, last {last:.4f}, random {random.mean():.4f} ± {random.std():.4f}")
    assert first > 2 * random.mean() and first > random.max() and last < random.min()


def test_effect_is_the_mean_change_of_a_pixel_in_grey(small):
    z, digits = latent.sample(small, 7, 0)
    direction = latent.chance(small.latent, 2, 5)
    assert direction.norm(dim=1).tolist() == pytest.approx([1, 1])
    for step in (0.5, -2.0):
        change = (small(z + step * direction[1], digits) - small(z, digits)) / 2    # [−1, 1] → [0, 1]
        assert latent.effect(small, direction, z, digits, step)[1].item() == pytest.approx(
            change.abs().mean().item())
    assert latent.effect(small, direction, z, digits, 0.0).tolist() == [0, 0]


def test_paint_is_g_for_whole_classes_and_lies_between_for_mixed_ones(shipped):
    z, digits = latent.sample(shipped, 20, 9)
    assert torch.equal(latent.paint(shipped, z, one_hot(digits, 10).float()), shipped(z, digits))
    mixed = (one_hot(torch.tensor([3]), 10) + one_hot(torch.tensor([8]), 10)) / 2
    start = [shipped.start(torch.cat((z[:1], row), 1)) for row in
             (mixed, one_hot(torch.tensor([3]), 10).float(), one_hot(torch.tensor([8]), 10).float())]
    torch.testing.assert_close(start[0], (start[1] + start[2]) / 2, rtol=1e-4, atol=1e-5)


# --- lines and arcs -----------------------------------------------------------------------------------------


def test_lines_and_arcs_against_closed_forms():
    t = torch.linspace(0, 1, 11, dtype=torch.float64)
    x, y = torch.eye(5, dtype=torch.float64)[:2]
    quarter = math.pi / 2
    torch.testing.assert_close(latent.slerp(3 * x, 3 * y, t),
                               3 * ((t * quarter).cos()[:, None] * x + (t * quarter).sin()[:, None] * y))
    torch.testing.assert_close(latent.lerp(3 * x, 3 * y, t).norm(dim=1), 3 * (1 - 2 * t + 2 * t**2).sqrt())
    for way in (latent.lerp, latent.slerp):
        found = way(x, 2 * y, t)
        torch.testing.assert_close(found[[0, -1]], torch.stack((x, 2 * y)))


def test_an_arc_keeps_the_length_and_turns_evenly():
    rng = torch.Generator().manual_seed(4)
    a, b = torch.randn(2, 40, generator=rng, dtype=torch.float64)
    b = b * a.norm() / b.norm()
    t = torch.linspace(0, 1, 21, dtype=torch.float64)
    arc = latent.slerp(a, b, t)
    torch.testing.assert_close(arc.norm(dim=1), a.norm().expand(21))
    omega = math.acos((a @ b / a.norm() ** 2).item())
    assert latent.angle(a, b) == pytest.approx(omega)
    assert [latent.angle(a, point) for point in arc] == pytest.approx((t * omega).tolist())
    assert latent.lerp(a, b, t).norm(dim=1)[10].item() == pytest.approx(
        a.norm().item() * math.cos(omega / 2))    # half way on the chord


def test_where_there_is_no_arc_the_line_is_taken():
    a, t = torch.tensor([1.0, 2.0, 2.0]), torch.linspace(0, 1, 5)
    for b in (a, 2 * a, -a):
        found = latent.slerp(a, b, t)
        assert found.isfinite().all()
        torch.testing.assert_close(found, latent.lerp(a, b, t))
    assert latent.angle(a, a) == 0 and latent.angle(a, -a) == pytest.approx(math.pi)


@pytest.mark.parametrize("d", [1, 2, 32, 100])
def test_lengths_of_random_z(d):
    rows = torch.randn(40_000, d, generator=torch.Generator().manual_seed(d)).norm(dim=1)
    assert latent.expected_norm(d) == pytest.approx(rows.mean().item(), abs=4 * rows.std().item() / 200)
    for norm in (0.5 * math.sqrt(d), 0.9 * math.sqrt(d), 1.1 * math.sqrt(d)):
        assert latent.shorter(norm, d) == pytest.approx((rows < norm).double().mean().item(), abs=0.01)
    assert latent.shorter(0.0, d) == 0
    if d == 2:    # the Rayleigh distribution
        assert latent.shorter(1.3, 2) == pytest.approx(1 - math.exp(-(1.3**2) / 2))
        assert latent.expected_norm(2) == pytest.approx(math.sqrt(math.pi / 2))


# --- what is measured of an image ---------------------------------------------------------------------------


def stroke(lean: float, height: int = 18, width: float = 1.5,
           middle: tuple[float, float] = (13.5, 13.5)) -> Tensor:
    """A straight stroke whose top lies `lean` to the right for each row upwards: [1, 1, 28, 28]."""
    row, column = torch.meshgrid(*2 * [torch.arange(28.0)], indexing="ij")
    off = column - middle[0] + lean * (row - middle[1])
    inside = torch.exp(-(off / width).square()) * ((row - middle[1]).abs() <= height / 2)
    return (2 * inside - 1)[None, None]


@pytest.mark.parametrize("lean", [-0.7, -0.2, 0.0, 0.3, 0.8])
def test_slant_of_strokes_with_known_lean(lean):
    assert slant(stroke(lean)).item() == pytest.approx(math.degrees(math.atan(lean)), abs=0.1)
    elsewhere = stroke(lean, height=12, middle=(12.0, 15.0))
    assert slant(elsewhere).item() == pytest.approx(math.degrees(math.atan(lean)), abs=0.1)


def test_ink_is_the_covered_share_of_the_page():
    page = -torch.ones(4, 1, 28, 28)
    page[1, :, 3:10, 5:13] = 1      # 56 pixels
    page[2] = 1
    page[3, :, :14] = 0             # half the page, half grey
    assert ink(page).tolist() == pytest.approx([0, 56 / 784, 1, 0.25])
    found = slant(page)
    assert found[0].isnan() and found[1:].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert ink(stroke(0.2, width=3.0)) > 1.5 * ink(stroke(0.2, width=1.5))


@pytest.mark.parametrize("measure", [ink, slant])
def test_measures_refuse_what_is_no_image(measure):
    with pytest.raises(CourseError) as caught:
        measure(torch.zeros(3, 784))
    assert caught.value.key == "not_images"


# --- arithmetic with means ----------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ["slant", "ink"])
def test_the_means_are_those_of_the_outer_thirds_by_hand(small, attribute):
    found = contrasts(small, n=90, seed=6)[attribute]
    z, digits = latent.sample(small, 90, 6)
    values = attributes.ATTRIBUTES[attribute](small(z, digits)).tolist()
    most, least = torch.zeros(6), torch.zeros(6)
    for digit in range(10):
        own = sorted((values[n], n) for n in range(90) if digits[n] == digit)
        assert len(own) == 9
        least += sum(z[n] for _, n in own[:3]) / 3
        most += sum(z[n] for _, n in own[-3:]) / 3
    torch.testing.assert_close(found.having, most / 10)
    torch.testing.assert_close(found.lacking, least / 10)
    torch.testing.assert_close(found.vector, (most - least) / 10)


@pytest.mark.parametrize("attribute", ["slant", "ink"])
def test_adding_the_vector_moves_the_attribute_of_every_digit(shipped, attribute):
    vector = contrasts(shipped)[attribute].vector
    assert torch.equal(vector, contrasts(shipped)[attribute].vector)
    for digit in range(10):
        before, after = shift(shipped, vector, attribute, digit, 100)
        less = shift(shipped, -vector, attribute, digit, 100)
        assert less[0] == before and less[1] < before < after
        if attribute == "slant":
            assert after - before > 5    # degrees


# --- the tour ---------------------------------------------------------------------------------------------


def test_a_place_holds_its_z_exactly_in_the_sliders_coordinates(shipped):
    tour = Tour(shipped)
    for start in range(30):
        rest, at = tour.begin(start)
        assert (tour.movable @ rest).abs().max() < 1e-5 and all(abs(step) <= REACH for step in at)
        place = Place(start=start, at=at)
        drawn = torch.randn(shipped.latent, generator=torch.Generator().manual_seed(start))
        if max(abs(tour.movable @ drawn)) < STEP * REACH:
            assert (tour.z(place) - drawn).norm() <= STEP / 2 * math.sqrt(MOVABLE) + 1e-5
        coordinates = (tour.movable @ tour.z(place)).tolist()
        assert coordinates == pytest.approx([STEP * step for step in at], abs=1e-4)
        for direction in (*tour.movable, tour.baseline):
            along = tour.along(place, direction)
            assert (along @ direction).tolist() == pytest.approx([-3, -2, -1, 0, 1, 2, 3], abs=1e-4)
            across = along - (along @ direction)[:, None] * direction
            torch.testing.assert_close(across, across[:1].expand(7, -1), rtol=0, atol=1e-4)
