"""The run on file and its forks: the same weights bit for bit, and an original that nothing touches."""

import math
from functools import partial
from hashlib import sha256

import numpy as np
import pytest
import torch

from helpers import checkpoints, digits
from helpers.data import as_images, mnist
from helpers.errors import CourseError
from helpers.gan import timeline as file
from helpers.gan.dcgan import Generator
from helpers.gan.digit_game import SHIPPED
from helpers.gan.fork import (
    ASKED,
    SAMPLE,
    Fork,
    Replay,
    curve_at,
    distance,
    fixed,
    real_distance,
)
from helpers.gan.timeline import CURVES, FILE, MEASURES, Timeline, final_game, timeline
from helpers.steps import Walk
from tests.panels.shown import fingerprint

torch.set_num_threads(1)
RUN = timeline()
LAST = len(RUN.steps) - 1
MIDDLE = LAST // 2


def sum_of(run: Timeline) -> str:
    """A name for the exact bits of a run."""
    total = sha256(repr((run.steps, run.measures, run.curves, run.span, run.floor)).encode())
    for name in sorted(run.tensors):
        total.update(run.tensors[name].numpy().tobytes())
    return total.hexdigest()


def train(game, steps: int) -> None:
    for _ in range(steps):
        for _ in game.turn():
            pass


# --- the file -------------------------------------------------------------------------------------------


def test_the_run_is_whole():
    assert RUN.steps[0] == 0 and list(RUN.steps) == sorted(set(RUN.steps)) and len(RUN.steps) >= 8
    assert set(RUN.measures) == set(MEASURES) and set(RUN.curves) == set(CURVES)
    assert all(len(values) == len(RUN.steps) for values in RUN.measures.values())
    assert {len(values) for values in RUN.curves.values()} == {RUN.steps[-1] // RUN.span}
    for values in (*RUN.measures.values(), *RUN.curves.values()):
        assert all(map(math.isfinite, values))
    assert 0 < RUN.floor < RUN.measures["frechet"][-1] < RUN.measures["frechet"][0]


@pytest.mark.parametrize("point", [0, MIDDLE, LAST])
def test_load_then_game_gives_the_same_images(point):
    """By three ways: the game's sampler, the quick one, a generator filled by hand from the file's bytes."""
    by_hand = Generator(SHIPPED.latent, SHIPPED.width_G, conditional=True, norm=SHIPPED.norm)
    tensors = checkpoints.load(FILE)
    prefix = f"{RUN.steps[point]}.G."
    by_hand.load_state_dict({name.removeprefix(prefix): tensor.to(by_hand.state_dict()[
        name.removeprefix(prefix)].dtype) for name, tensor in tensors.items() if name.startswith(prefix)})
    z = torch.randn(20, SHIPPED.latent, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = by_hand.eval()(z, ASKED)
    game = RUN.game(point)
    images = fixed(game.sampler)
    assert ASKED.bincount().tolist() == [2] * 10
    assert images.shape == (20, 1, 28, 28) and torch.equal(images, fixed(RUN.sampler(point)))
    assert torch.allclose(images, expected, atol=1e-5)    # the layout in memory may differ
    with torch.no_grad():
        assert torch.equal(RUN.judge(point)(images, ASKED), game.D(images, ASKED))


def test_a_game_begins_with_the_average_and_a_fresh_adam():
    game = RUN.game(MIDDLE)
    assert fingerprint(game.G) == fingerprint(game.sampler)
    assert game.opt_G.state_dict()["state"] == game.opt_D.state_dict()["state"] == {}
    assert game.steps == RUN.steps[MIDDLE] and game.gamma == SHIPPED.gamma


@pytest.mark.parametrize(("harm", "key"), [
    (lambda content: content[:-1], "checkpoint_damaged"), (lambda content: b"", "checkpoint_damaged"),
    (lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:], "checkpoint_damaged"),
    (None, "checkpoint_missing")], ids=["short", "empty", "one bit", "missing"])
def test_a_damaged_file_is_refused(harm, key, tmp_path, monkeypatch):
    for name in (FILE, checkpoints.RECORD):
        (tmp_path / name).write_bytes((checkpoints.ROOT / name).read_bytes())
    monkeypatch.setattr(file.checkpoints, "load", partial(checkpoints.load, root=tmp_path))
    assert sum_of(timeline.__wrapped__()) == sum_of(RUN)    # sound, so it is the harm that is refused
    if harm:
        (tmp_path / FILE).write_bytes(harm((tmp_path / FILE).read_bytes()))
    else:
        (tmp_path / FILE).unlink()
    with pytest.raises(CourseError) as caught:
        timeline.__wrapped__()
    assert caught.value.key == key


def test_weights_of_other_networks_are_refused():
    prefix = f"{RUN.steps[0]}.G."
    name = next(name for name in sorted(RUN.tensors) if name.startswith(prefix))
    other = RUN._replace(tensors=RUN.tensors | {name: torch.zeros(3)})
    for use in (lambda: other.game(0), lambda: other.sampler(0)):
        with pytest.raises(CourseError) as caught:
            use()
        assert caught.value.key == "checkpoint_other"


def test_a_curves_value_is_the_mean_over_the_span_that_ends_there():
    history = list(range(40))
    run = RUN._replace(span=10, curves={"loss_D": tuple(sum(history[n:n + 10]) / 10
                                                        for n in range(0, 40, 10))})
    for step in range(1, 41):
        value, first, last = curve_at(run, "loss_D", step)
        assert first < step <= last == first + 10 and value == sum(history[first:last]) / 10
    assert curve_at(run, "loss_D", 0) == (4.5, 0, 10) and curve_at(run, "loss_D", 99) == (34.5, 30, 40)


def test_the_replay_visits_each_point_once_and_stays_at_the_last():
    walk = Walk(Replay(4))
    seen = [walk.engine.point]
    for _ in range(6):
        walk.finish_turn()
        seen.append(walk.engine.point)
    assert seen == [0, 1, 2, 3, 3, 3, 3]
    walk.seek(2)
    assert walk.engine.point == 2


# --- forks ----------------------------------------------------------------------------------------------


def test_a_fork_is_the_bare_game_with_another_gamma():
    fork, bare = Fork(RUN, MIDDLE, 10.0, 2.0), RUN.game(MIDDLE)
    bare.gamma = 10.0
    for opt in (bare.opt_G, bare.opt_D):
        opt.param_groups[0]["lr"] *= 2
    fork.walk.run(4)
    train(bare, 4)
    assert fingerprint(fork.game.G, fork.game.D, fork.game.sampler) == fingerprint(
        bare.G, bare.D, bare.sampler)
    assert fork.game.steps == bare.steps == RUN.steps[MIDDLE] + 4


def test_a_control_with_the_same_gamma_repeats_itself_and_gamma_makes_the_difference():
    def after(gamma: float) -> str:
        fork = Fork(RUN, MIDDLE, gamma)
        fork.walk.run(3 + SHIPPED.lazy)    # at least one step in which the penalty is due
        return fingerprint(fork.game.G, fork.game.D)
    control = after(SHIPPED.gamma)
    assert control == after(SHIPPED.gamma) != after(SHIPPED.gamma + 100)


def test_forking_leaves_the_original_as_it_was():
    before, images = sum_of(RUN), fixed(RUN.sampler(MIDDLE))
    fork = Fork(RUN, MIDDLE, 0.0, 100.0)
    fork.walk.run(3)
    assert not torch.equal(fixed(fork.game.G.eval()), images)
    assert sum_of(RUN) == before == sum_of(timeline())
    assert torch.equal(fixed(RUN.sampler(MIDDLE)), images)
    assert torch.equal(fixed(RUN.game(MIDDLE).sampler), images)


@pytest.mark.parametrize("point", [0, MIDDLE, LAST - 1])
def test_the_rate_is_the_plans_at_that_point_or_a_multiple_of_the_first(point):
    progress, hold = RUN.steps[point] / RUN.steps[-1], SHIPPED.hold
    share = 1.0 if progress <= hold else (1 + math.cos(math.pi * (progress - hold) / (1 - hold))) / 2
    assert Fork(RUN, point, 1.0).rate == pytest.approx(SHIPPED.lr_G * share)
    assert Fork(RUN, point, 1.0, 10.0).rate == pytest.approx(10 * SHIPPED.lr_G)


@pytest.mark.parametrize(("gamma", "factor", "key"), [
    (-1.0, None, "gamma_unclear"), (math.nan, None, "gamma_unclear"), (math.inf, 1.0, "gamma_unclear"),
    (1.0, -1.0, "rate_unclear"), (1.0, math.nan, "rate_unclear"), (1.0, 0.0, "fork_still"),
    (1.0, None, "fork_still")])
def test_settings_that_make_no_sense_are_refused(gamma, factor, key):
    with pytest.raises(CourseError) as caught:    # at the last point the plan's own rate is 0
        Fork(RUN, LAST, gamma, factor)
    assert caught.value.key == key


def test_the_point_beside_is_the_nearest_in_steps():
    fork = Fork(RUN, MIDDLE, 1.0)
    for steps in (0, RUN.steps[MIDDLE], RUN.steps[MIDDLE] + 1, RUN.steps[LAST] * 2):
        fork.game.steps = steps
        gaps = [abs(step - steps) for step in RUN.steps]
        assert gaps[fork.beside] == min(gaps)


def test_what_is_not_finite_is_found_where_it_first_appears():
    fork = Fork(RUN, MIDDLE, 1.0)
    fork.walk.run(3)
    assert fork.broken(0) is None
    fork.walk.trace[1]["loss_G"] = math.inf
    assert fork.broken(0) == (fork.start + 2, "loss_G")
    assert fork.broken(2) is None
    with torch.no_grad():
        next(fork.game.D.parameters()).view(-1)[0] = math.nan
    assert fork.broken(2) == (fork.game.steps, "weights")


# --- the quick distance ---------------------------------------------------------------------------------


def test_the_quick_distance_is_the_frechet_distance_of_these_images():
    """By the textbook: tr √(Ca·Cb) from the eigenvalues of a product that is not symmetric, in numpy."""
    G = RUN.sampler(MIDDLE)
    z = torch.randn(SAMPLE, SHIPPED.latent, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        mine = digits.look(G(z, torch.arange(SAMPLE) % 10)).features.double().numpy()
    real = digits.look(as_images(mnist(train=False).data)).features.double().numpy()
    a, b = np.cov(mine.T), np.cov(real.T)
    roots = np.sqrt(np.linalg.eigvals(a @ b).astype(complex)).real.sum()
    expected = ((mine.mean(0) - real.mean(0)) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * roots
    assert distance(G) == pytest.approx(expected, rel=1e-4)


def test_a_fork_measures_as_the_original_does_where_it_begins():
    fork = Fork(RUN, MIDDLE, 0.0)
    assert fork.measure() == distance(RUN.sampler(MIDDLE)) and list(fork.measured) == [0]


def test_few_images_measure_more_even_of_real_ones():
    assert real_distance() > 2 * RUN.floor
    assert real_distance() < distance(RUN.sampler(0))


def test_a_generator_without_numbers_has_no_distance():
    G = RUN.sampler(MIDDLE)
    G.start.bias.fill_(math.nan)
    assert math.isnan(distance(G))


def test_the_shipped_generator_is_as_good_as_the_course_says():
    """The figures on file, and those of the file's own halves on 2,000 images beside as many real ones."""
    run = timeline()
    last = {name: values[-1] for name, values in run.measures.items()}
    assert last["frechet"] <= 3 * run.floor and last["entropy"] >= 2.28
    assert last["classes"] == 10 and last["agreement"] >= 0.98
    game, asked = final_game(), torch.arange(2000) % 10
    z = torch.randn(2000, game.recipe.latent, generator=torch.Generator().manual_seed(77))
    with torch.no_grad():
        found = digits.quality(game.sampler(z, asked), asked)
    assert found.frechet <= 3 * digits.floor(2000) and found.agreement >= 0.98
