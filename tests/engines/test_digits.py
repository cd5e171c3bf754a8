"""What is measured of digits: the classifier on real ones, distances against closed forms, planted copies."""

import math

import pytest
import torch
from torch import Tensor

from helpers import digits
from helpers.data import as_images, mnist, pictures
from helpers.digits import Moments, entropy, frechet, look, moments, nearest, quality, shares
from helpers.errors import CourseError

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def test_set() -> tuple[Tensor, Tensor]:
    source = mnist(train=False)
    return as_images(source.data), source.targets


def gaussian(seed: int, d: int = 6) -> Moments:
    rng = torch.Generator().manual_seed(seed)
    root = torch.randn(d, d, generator=rng, dtype=torch.float64)
    return Moments(torch.randn(d, generator=rng, dtype=torch.float64), root @ root.T)


def rotation(seed: int, d: int = 6) -> Tensor:
    return torch.linalg.qr(torch.randn(d, d, generator=torch.Generator().manual_seed(seed),
                                       dtype=torch.float64)).Q


# --- the classifier ----------------------------------------------------------------------------------------


def test_the_classifier_knows_at_least_99_in_100_of_the_test_images(test_set):
    images, labels = test_set
    right = (look(images).labels == labels).double()
    assert len(labels) == 10_000 and right.mean() >= 0.99
    for digit in range(10):
        assert right[labels == digit].mean() >= 0.97


def test_it_looks_without_a_gradient_in_chunks_and_keeps_its_state(test_set):
    images, net = test_set[0][:digits.CHUNK + 7], digits.classifier()
    assert net is digits.classifier() and not net.training
    before = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    seen = look(images.clone().requires_grad_())
    assert not seen.logits.requires_grad and seen.features.shape == (len(images), digits.FEATURES)
    assert seen.logits.shape == (len(images), 10) and (seen.features >= 0).all()
    with torch.no_grad():
        torch.testing.assert_close(seen.logits, net(images), rtol=1e-4, atol=1e-4)
    assert all(torch.equal(net.state_dict()[key], tensor) for key, tensor in before.items())
    assert torch.equal(look(images).logits, seen.logits)


@pytest.mark.parametrize("shape", [(4, 784), (4, 28, 28), (28, 28), (4, 3, 28, 28), (4, 1, 32, 32),
                                   (1, 4, 1, 28, 28)])
def test_what_is_no_batch_of_images_is_refused_with_its_shape(shape):
    wrong, right = torch.zeros(shape), torch.zeros(4, 1, 28, 28)
    for call in (look, quality, pictures, lambda x: nearest(x, right), lambda x: nearest(right, x)):
        with pytest.raises(CourseError) as caught:
            call(wrong)
        assert caught.value.key == "not_images" and str(shape) in str(caught.value)
    assert pictures(right) is right


# --- the Fréchet distance ----------------------------------------------------------------------------------


def test_moments_are_those_of_the_textbook():
    rows = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    mean = sum(row.double() for row in rows) / 50
    covariance = sum(torch.outer(row.double() - mean, row.double() - mean) for row in rows) / 49
    found = moments(rows)
    torch.testing.assert_close(found.mean, mean)
    torch.testing.assert_close(found.covariance, covariance)


def test_frechet_of_diagonal_gaussians():
    """‖μa − μb‖² + Σ(σa − σb)², where both covariances are diagonal."""
    rng = torch.Generator().manual_seed(1)
    mean_a, mean_b = torch.randn(2, 7, generator=rng, dtype=torch.float64)
    spread_a, spread_b = torch.rand(2, 7, generator=rng, dtype=torch.float64) * 3
    spread_b[2] = 0    # a flat direction, as dead features have
    a, b = (Moments(mean, torch.diag(spread**2)) for mean, spread in ((mean_a, spread_a), (mean_b, spread_b)))
    true = (mean_a - mean_b).square().sum() + (spread_a - spread_b).square().sum()
    assert frechet(a, b) == pytest.approx(true.item(), rel=1e-12)
    turn = rotation(3, 7)
    turned = [Moments(turn @ one.mean, turn @ one.covariance @ turn.T) for one in (a, b)]
    assert frechet(*turned) == pytest.approx(true.item(), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_frechet_is_symmetric_zero_for_equals_and_the_same_after_a_rotation(seed):
    a, b, turn = gaussian(seed), gaussian(seed + 100), rotation(seed)
    distance = frechet(a, b)
    assert distance > 0 and frechet(b, a) == pytest.approx(distance, rel=1e-9)
    assert frechet(a, a) == pytest.approx(0, abs=1e-9 * a.covariance.trace().item())
    turned = [Moments(turn @ one.mean + 5, turn @ one.covariance @ turn.T) for one in (a, b)]
    assert frechet(*turned) == pytest.approx(distance, rel=1e-8)
    # the root of a product, which is not symmetric, by its own eigenvalues
    middle = torch.linalg.eigvals(a.covariance @ b.covariance).sqrt().sum().real
    true = (a.mean - b.mean).square().sum() + a.covariance.trace() + b.covariance.trace() - 2 * middle
    assert distance == pytest.approx(true.item(), rel=1e-8)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_frechet_of_what_is_no_number_is_nan(value):
    a = gaussian(0)
    mean, covariance = a.mean.clone(), a.covariance.clone()
    mean[1] = covariance[2, 2] = value
    for broken in (Moments(mean, a.covariance), Moments(a.mean, covariance)):
        assert math.isnan(frechet(a, broken)) and math.isnan(frechet(broken, a))


# --- classes -----------------------------------------------------------------------------------------------


def test_shares_and_entropy():
    labels = torch.tensor([0, 0, 0, 7])
    assert shares(labels).tolist() == [0.75, 0, 0, 0, 0, 0, 0, 0.25, 0, 0]
    assert entropy(shares(torch.arange(10))) == pytest.approx(math.log(10))
    assert entropy(shares(torch.zeros(5, dtype=torch.long))) == 0
    assert entropy(shares(labels)) == pytest.approx(0.75 * math.log(4 / 3) + 0.25 * math.log(4))
    for n in (2, 3, 5):
        assert entropy(torch.full((n,), 1 / n).double()) == pytest.approx(math.log(n))


def test_quality_of_real_images_is_that_of_real_images(test_set):
    images, labels = test_set
    found = quality(images, labels)
    assert found.agreement >= 0.99 and found.classes == 10 and found.sure > 0.97
    assert abs(found.frechet) < 1e-6    # the very images that the distance is taken to
    assert 2.29 < found.entropy <= math.log(10)
    part = quality(images[:2000], labels[:2000])
    assert part.frechet > 1e-3 and digits.floor(2000) > 1e-3
    shifted = quality(images[:2000].roll(4, 3), labels[:2000])
    assert shifted.frechet > 10 * part.frechet and shifted.agreement < part.agreement
    assert math.isnan(quality(images[:100]).agreement)
    wrong = quality(images[:2000], (labels[:2000] + 1) % 10)
    assert wrong.agreement <= 0.01 and wrong.frechet == part.frechet


def test_quality_counts_the_classes_that_come(test_set):
    images, labels = test_set
    ones, sevens = images[labels == 1], images[labels == 7]
    few = torch.cat((ones[:900], sevens[:100]))
    found = quality(few)
    true = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    assert found.classes == 2 and found.entropy == pytest.approx(true, abs=0.04)
    assert quality(torch.cat((ones[:1000], sevens[:3]))).classes == 1    # 3 in 1,003 are no class


# --- memorisation ------------------------------------------------------------------------------------------


def test_nearest_finds_planted_copies_and_agrees_with_a_plain_search(test_set):
    among = test_set[0][:700]
    chosen = torch.tensor([650, 3, 3, 499])
    noisy = among[chosen] + 0.05 * torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    found = nearest(among[chosen], among)
    assert found.index[:, 0].tolist() == chosen.tolist() and found.distance.max() < 0.1
    found = nearest(noisy, among, k=3)
    assert found.index.shape == found.distance.shape == (4, 3)
    for image, distances, places in zip(noisy, *found, strict=True):
        true = (among - image).flatten(1).norm(dim=1)
        assert places.tolist() == true.argsort()[:3].tolist()
        torch.testing.assert_close(distances, true[places], rtol=1e-3, atol=1e-2)
    assert found.index[:, 0].tolist() == chosen.tolist()


def test_nearest_works_in_chunks(test_set):
    among = test_set[0][:40]
    many = among[torch.arange(digits.CHUNK + 30) % 40]
    assert nearest(many, among).index[:, 0].tolist() == (torch.arange(digits.CHUNK + 30) % 40).tolist()
