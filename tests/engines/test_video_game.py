"""Stage 2 in training: against a loop by hand, who changes whom, and the same bits after every return."""

import math
import random
import signal
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from torch.nn.functional import softplus

from helpers.errors import CourseError
from helpers.lstm.cell import Hold
from helpers.snapshots import snapshot
from helpers.steps import Op, Walk
from helpers.training import Training
from helpers.video import game as module
from helpers.video import metrics
from helpers.video.autoencoder import places
from helpers.video.codes import Codes
from helpers.video.game import PARTS, VideoGame
from helpers.video.motion_gan import FrameCritic, MotionGenerator, SequenceCritic, noise
from helpers.video.moving_digits import bounce
from tests.engines.bits import bits, seeded

torch.set_num_threads(1)
NOBODY = {"G": False, "sequence": False, "frame": False, "opt_G": False, "opt_sequence": False,
          "opt_frame": False, "ema": False}


def true_codes(n: int = 600) -> Codes:
    """What a perfect stage 1 would give: bouncing points, and content of no meaning."""
    rng = seeded(7)
    turn, speed = 2 * math.pi * torch.rand(n, 1, generator=rng), 1 + 1.5 * torch.rand(n, 1, 1, generator=rng)
    heading = speed * torch.stack((turn.cos(), turn.sin()), -1)
    start = 18 * torch.rand(n, 1, 2, generator=rng)
    corner, _ = bounce(start + heading * torch.arange(16).view(1, -1, 1), heading, 18.0)
    return Codes(torch.randn(n, 16, generator=rng), corner / 9 - 1, torch.zeros(16), torch.ones(16))


POOL = true_codes()


@pytest.fixture
def small(monkeypatch) -> None:
    monkeypatch.setattr(module, "BATCH", 5)


def changed(game: VideoGame, turn: Iterator[Op]) -> dict[str, bool]:
    before = {name: bits(getattr(game, name).state_dict()) for name in PARTS}
    assert list(turn)
    return {name: bits(getattr(game, name).state_dict()) != before[name] for name in PARTS}


# --- who is changed by what --------------------------------------------------------------------------------


def test_each_update_changes_its_network_and_its_optimiser_alone(small):
    game = VideoGame(POOL, hidden=4)
    for name in ("sequence", "frame"):
        assert changed(game, game.critic_turn(name)) == NOBODY | {name: True, f"opt_{name}": True}
        assert all(weight.grad is None for weight in game.G.parameters())
    assert changed(game, game.generator_turn()) == NOBODY | {"G": True, "opt_G": True}
    assert changed(game, game.turn()) == dict.fromkeys(PARTS, True)
    assert game.steps == 1


@pytest.mark.parametrize(("without", "other"), [("sequence", "frame"), ("frame", "sequence")])
def test_a_critic_left_out_neither_learns_nor_is_asked(small, without, other):
    game, twin = (VideoGame(POOL, hidden=4, without=without, seed=3) for _ in range(2))
    with torch.no_grad():
        for weight in getattr(twin, without).parameters():
            weight.fill_(torch.nan)    # whoever asked it would notice
    for _ in range(2):
        told = list(game.turn())
        assert [bits(dict(op.values)) for op in twin.turn() if op.key == "G.loss"] == [
            bits(dict(op.values)) for op in told if op.key == "G.loss"]
        assert {op.key.split(".")[0] for op in told} == {other, "G", "average"}
    assert bits(twin.G.state_dict()) == bits(game.G.state_dict())
    assert not getattr(game, f"opt_{without}").state and getattr(game, f"opt_{other}").state
    assert bits(getattr(game, without).state_dict()) == bits(
        getattr(VideoGame(POOL, hidden=4, seed=3), without).state_dict())


@pytest.mark.parametrize("name", ["both", "G", "", "Sequence"])
def test_a_critic_that_is_none_is_refused(name):
    with pytest.raises(CourseError) as caught:
        VideoGame(POOL, without=name)
    assert (caught.value.key, caught.value.facts) == ("no_critic", {"found": name})


def test_gates_are_held_in_training_too(small):
    """A gate that is held does not learn: its layer stays as it began, the others do not."""
    hold = Hold(f=torch.zeros(1))
    game, free = VideoGame(POOL, hidden=4, hold=hold, seed=1), VideoGame(POOL, hidden=4, seed=1)
    begin = snapshot(game.G.cell.state_dict())
    for name, other in game.G.named_parameters():
        assert torch.equal(other, free.G.get_parameter(name))
    with torch.no_grad():
        m = game.generate()[1]
        given = noise(5, seeded(1))
    torch.testing.assert_close(m, game.G.path(given, hold=hold))
    assert not torch.allclose(m, game.G.path(given))
    for _ in range(2):
        list(game.turn())
    still = {name for name, value in game.G.cell.state_dict().items() if torch.equal(value, begin[name])}
    assert still == {"f.W", "f.U", "f.b"}


def test_the_sequence_critic_is_shown_the_motion_and_the_frame_critic_one_frame_of_each_clip():
    game = VideoGame(POOL)
    n, tags = 3200, torch.arange(3200.0)
    c = tags.view(-1, 1).expand(-1, 16)
    m = (tags.view(-1, 1, 1) + torch.arange(16).view(1, -1, 1) / 16).expand(-1, -1, 2)
    assert game.seen("sequence", c, m) is m
    codes = game.seen("frame", c, m)
    assert codes.shape == (n, 18) and torch.equal(codes[:, :16], c)
    apart = codes[:, 16:] - tags.view(-1, 1)    # which frame of its own clip: t / 16
    assert torch.equal(apart[:, 0], apart[:, 1]) and apart.min() == 0 and apart.max() == 15 / 16
    counts = torch.bincount((16 * apart[:, 0]).long(), minlength=16)
    assert ((counts - 200).square() / 200).sum() < 50    # χ² of 15 degrees: once in 80,000


# --- against a loop by hand --------------------------------------------------------------------------------


def by_hand(pool: Codes, turns: int, batch: int) -> tuple[MotionGenerator, dict[str, Tensor], list[float]]:
    """The same training in plain PyTorch: losses, R1 every fourth step, Adam, the moving average."""
    G, sequence, frame = MotionGenerator(hidden=4), SequenceCritic(seed=1), FrameCritic(seed=2)
    mean = {name: weight.detach().clone() for name, weight in G.named_parameters()}
    opts = [torch.optim.Adam(net.parameters(), 2e-3, betas=(0.0, 0.99)) for net in (G, sequence, frame)]
    rng, losses = seeded(0), []

    def of_each(c: Tensor, m: Tensor) -> Tensor:
        at = torch.randint(16, (batch,), generator=rng)
        return torch.cat((c, torch.stack([m[n, t] for n, t in enumerate(at.tolist())])), 1)

    for step in range(turns):
        for critic, opt, sees in ((sequence, opts[1], lambda c, m: m), (frame, opts[2], of_each)):
            chosen = torch.randint(len(pool.content), (batch,), generator=rng)
            real = sees(pool.content[chosen], pool.motion[chosen]).clone().requires_grad_()
            c, m = G(noise(batch, rng))
            fake = sees(c, m).detach()
            loss = softplus(-critic(real)).mean() + softplus(critic(fake)).mean()
            losses.append(loss.item())
            if step % 4 == 0:
                slope = torch.autograd.grad(critic(real).sum(), real, create_graph=True)[0]
                loss = loss + 4 * 0.1 * slope.flatten(1).square().sum(1).mean() / 2
            opt.zero_grad()
            loss.backward()
            opt.step()
        c, m = G(noise(batch, rng))
        loss = softplus(-sequence(m)).mean() + softplus(-frame(of_each(c, m))).mean()
        losses.append(loss.item())
        opts[0].zero_grad()
        loss.backward()
        opts[0].step()
        decay = min(0.998, (step + 1) / (step + 10))
        for name, weight in G.named_parameters():
            mean[name] = decay * mean[name] + (1 - decay) * weight.detach()
    return G, mean, losses


def test_six_turns_are_those_of_a_loop_by_hand(small):
    game = VideoGame(POOL, hidden=4)
    told = [op for _ in range(6) for op in game.turn()]
    losses = [op.values[key].item() for op in told
              for key in ("loss_sequence", "loss_frame", "loss_G") if key in op.values]
    G, mean, expected = by_hand(POOL, 6, 5)
    assert losses == pytest.approx(expected, rel=1e-3)
    for name, weight in game.G.named_parameters():
        torch.testing.assert_close(weight, G.get_parameter(name), rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(game.sampler.get_parameter(name), mean[name], rtol=1e-3, atol=1e-4)
    assert sum(op.key.endswith(".penalty") for op in told) == 4    # of two critics, at steps 0 and 4


def test_the_average_follows_behind_and_is_frozen(small):
    game = VideoGame(POOL, hidden=4)
    game.steps = 9000    # far on: the decay is its highest
    before = snapshot(dict(game.sampler.named_parameters()))
    list(game.turn())
    for name, weight in game.sampler.named_parameters():
        expected = 0.998 * before[name] + 0.002 * game.G.get_parameter(name)
        torch.testing.assert_close(weight, expected, rtol=0, atol=1e-7)
        assert not weight.requires_grad


def test_the_rate_is_whole_for_half_of_the_plan_and_then_falls_to_nothing():
    game = VideoGame(POOL, hidden=4)
    for progress, expected in ((0, 2e-3), (0.5, 2e-3), (0.75, 1e-3), (1, 0)):    # half a cosine
        game.tune(progress)
        for opt in (game.opt_G, game.opt_sequence, game.opt_frame):
            assert opt.param_groups[0]["lr"] == pytest.approx(expected, abs=1e-12)


# --- the same bits after every return ----------------------------------------------------------------------


def turns(game: VideoGame, count: int) -> list[object]:
    """Every number that the operations of some turns show."""
    return [(op.key, bits({key: value for key, value in op.values.items() if isinstance(value, Tensor)}))
            for _ in range(count) for op in game.turn()]


@pytest.mark.parametrize("memory", ["lstm", "gru", "none"])
def test_after_a_restore_the_next_turns_are_bit_identical(small, memory):
    one, other = VideoGame(POOL, memory, hidden=4, seed=1), VideoGame(POOL, memory, hidden=4, seed=2)
    assert turns(one, 2) != turns(other, 1)
    state = snapshot(one.state_dict())
    other.load_state_dict(snapshot(state))
    first = turns(one, 3)
    assert turns(other, 3) == first
    assert bits(one.state_dict()) == bits(other.state_dict())
    one.load_state_dict(state)    # and back within the same game
    assert turns(one, 3) == first


def test_walking_back_and_forth_gives_the_bits_of_going_straight(small):
    walk, straight, chance = Walk(VideoGame(POOL, hidden=4)), VideoGame(POOL, hidden=4), random.Random(0)
    for _ in range(60):
        walk.step() if chance.random() < 0.7 else walk.back()
    walk.seek(0)
    walk.run(3)
    turns(straight, 3)
    assert bits(walk.engine.state_dict()) == bits(straight.state_dict())


def test_interrupted_and_gone_on_is_the_training_that_was_not(small):
    whole = Training(VideoGame(POOL, hidden=4), plan=8).run(show=False)
    broken, chance = Training(VideoGame(POOL, hidden=4), plan=8), random.Random(1)
    turn = broken.engine.turn

    def stopped() -> Iterator[Op]:
        at = chance.randrange(20)
        for n, op in enumerate(turn()):
            if n == at:
                signal.raise_signal(signal.SIGINT)
            yield op

    broken.engine.turn = stopped
    stops = 0
    while broken.step < 8:
        broken.run(show=False)
        stops += broken.interrupted
    assert stops >= 4 and broken.history == whole.history
    assert bits(broken.engine.state_dict()) == bits(whole.engine.state_dict())


def test_the_seed_says_all_and_torchs_generator_is_left_alone(small):
    before = torch.get_rng_state()
    first = turns(VideoGame(POOL, hidden=4, seed=5), 2)
    assert torch.equal(torch.get_rng_state(), before)
    assert turns(VideoGame(POOL, hidden=4, seed=5), 2) == first != turns(VideoGame(POOL, hidden=4, seed=6), 2)


# --- does it learn? ----------------------------------------------------------------------------------------


@torch.no_grad()
def moved(game: VideoGame) -> metrics.Motion:
    return metrics.motion(places(game.sampler(noise(400, seeded(9)))[1]))


@pytest.mark.parametrize("seed", [0, 1])
def test_sixty_steps_teach_it_to_move(seed):
    real, game = metrics.motion(places(POOL.motion)), VideoGame(POOL, seed=seed)
    pace = real.speed.mean().item()
    before = moved(game)
    Training(game, plan=module.STEPS).run(60, show=False)
    after = moved(game)
    far = [metrics.w1(some.speed, real.speed) / pace for some in (before, after)]
    assert far[0] > 0.7 and far[1] < 0.6
    assert before.spread < 0.4 * real.spread and 0.7 < after.spread / real.spread < 1.5
    assert after.cosine > 0.5


def test_places_of_their_own_noise_cannot_keep_a_direction():
    game = VideoGame(POOL, "none")
    Training(game, plan=module.STEPS).run(60, show=False)
    after = moved(game)
    assert after.speed.mean() > 0.1 and after.cosine < -0.2    # three independent places: about −.41
