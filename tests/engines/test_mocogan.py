"""The end-to-end model: shapes, who sees what, one turn against a loop by hand, exact states, its file."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from helpers import checkpoints
from helpers.errors import CourseError
from helpers.snapshots import snapshot
from helpers.steps import Op
from helpers.training import Training
from helpers.video import mocogan as module
from helpers.video.mocogan import FILE, PARTS, ClipGame, ClipGenerator, ImageDiscriminator, VideoDiscriminator
from helpers.video.moving_digits import MovingDigits
from tests.engines.bits import bits, seeded

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data() -> MovingDigits:
    return MovingDigits(train=False)


@pytest.fixture
def game(data, monkeypatch) -> ClipGame:
    monkeypatch.setattr(module, "BATCH", 3)
    return ClipGame(data, seed=1)


def noise(n: int, frames: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    rng = seeded(seed)
    return torch.randn(n, 32, generator=rng), torch.randn(n, frames, 10, generator=rng)


# --- the networks ------------------------------------------------------------------------------------------


@torch.no_grad()
@pytest.mark.parametrize("frames", [1, 2, 16, 40])
def test_clips_of_any_length_between_paper_and_ink(frames):
    G = ClipGenerator(16).eval()
    content, steps = noise(2, 40)
    drawn = G(content, steps[:, :frames])
    assert drawn.shape == (2, frames, 1, 32, 32) and drawn.min() > 0 and drawn.max() < 1
    torch.testing.assert_close(drawn, G(content, steps)[:, :frames], rtol=0, atol=1e-5)


@torch.no_grad()
def test_motion_codes_are_those_of_torchs_lstm():
    G, (_, steps) = ClipGenerator(16), noise(4, 12)
    theirs = G.memory.store(nn.LSTM(10, 10, batch_first=True))
    torch.testing.assert_close(G.codes(steps), theirs(steps)[0], rtol=1e-5, atol=1e-6)


def test_a_frame_is_drawn_from_the_content_and_the_noise_until_then():
    G = ClipGenerator(16).eval()
    content, steps = (part.requires_grad_() for part in noise(2, 6))
    by_content, by_steps = torch.autograd.grad(G(content, steps)[0, 3].sum(), (content, steps))
    assert by_content[0].abs().min() > 0 and not by_content[1].any()
    assert (by_steps[0].abs().amax(1) > 0).tolist() == [True] * 4 + [False] * 2 and not by_steps[1].any()


def test_each_discriminator_judges_each_of_its_pictures_alone():
    image, video = ImageDiscriminator(4), VideoDiscriminator(4)
    frames = torch.rand(6, 1, 32, 32, generator=seeded(), requires_grad=True)
    says = image(frames)
    assert says.shape == (6, 1)
    grad = torch.autograd.grad(says[2], frames)[0]
    assert grad[2].any() and not grad[[0, 1, 3, 4, 5]].any()
    clips = torch.rand(3, 16, 1, 32, 32, generator=seeded(), requires_grad=True)
    says = video(clips)
    assert says.shape == (3, 1)
    grad = torch.autograd.grad(says[1], clips)[0]
    assert grad[1].flatten(1).any(1).all() and not grad[[0, 2]].any()    # every frame counts, of its clip
    assert not torch.allclose(video(clips.flip(1)), says)    # and their order
    shapes = [image.body[:n](frames).shape[1:] for n in (1, 3, 5)]
    assert shapes == [(4, 16, 16), (8, 8, 8), (8, 4, 4)]
    shapes = [video.body[:n](clips.transpose(1, 2)).shape[1:] for n in (1, 3, 5)]
    assert shapes == [(4, 8, 16, 16), (8, 4, 8, 8), (8, 2, 4, 4)]


def test_the_image_discriminator_is_shown_two_frames_of_each_clip_and_the_video_discriminator_all(game):
    n = 1600
    frames = (torch.arange(n).view(n, 1) + torch.arange(16) / 16).view(n, 16, 1, 1, 1)
    assert game.seen("video", frames) is frames
    seen = game.seen("image", frames)
    assert seen.shape == (2 * n, 1, 1, 1)
    apart = seen.view(n, 2) - torch.arange(n).view(n, 1)    # which frame of its own clip: t / 16
    assert apart.min() == 0 and apart.max() == 15 / 16
    counts = torch.bincount((16 * apart).long().flatten(), minlength=16)
    assert ((counts - 200).square() / 200).sum() < 50    # χ² of 15 degrees: once in 80,000


@pytest.mark.parametrize("frames", [0, -3, 2.0, "16", 1025])
def test_a_length_that_is_none_is_refused_before_anything_is_drawn(game, frames):
    before = bits(game.state_dict())
    with pytest.raises(CourseError) as caught:
        game.noise(2, frames)
    assert caught.value.key == "clip_length" and bits(game.state_dict()) == before


# --- a turn ------------------------------------------------------------------------------------------------


def test_an_operation_changes_what_its_name_says_and_nothing_else(game):
    seen = {}

    def now() -> dict[str, object]:
        return {name: bits(getattr(game, name).state_dict()) for name in PARTS}

    before = now()
    for op in game.turn():
        after = now()
        seen[op.key] = {name for name in PARTS if after[name] != before[name]}
        assert op.key.startswith(("G", "average")) or all(part.grad is None for part in game.G.parameters())
        before = after
    for name in ("image", "video", "G"):
        assert seen.pop(f"{name}.step") == {name, f"opt_{name}"}
    assert seen.pop("average") == {"ema"}
    for changed in seen.values():
        assert changed <= {"G"}    # batch norm's statistics, at every use
    assert game.steps == 1


def test_drawing_without_learning_leaves_the_weights(game):
    before = snapshot(dict(game.G.named_parameters()))
    turn = game.turn()
    while next(turn).key != "G.loss":
        pass
    assert all(torch.equal(weight, before[name]) for name, weight in game.G.named_parameters())
    next(turn)
    assert not any(torch.equal(weight, before[name]) for name, weight in game.G.named_parameters()
                   if name.endswith("weight"))


def test_a_turns_losses_are_those_of_a_loop_by_hand(data, monkeypatch):
    """Non-saturating losses of both discriminators and their sum for G, after both have taken their step."""
    monkeypatch.setattr(module, "BATCH", 2)
    game, G = ClipGame(data), ClipGenerator()
    D = {"image": ImageDiscriminator(seed=1), "video": VideoDiscriminator(seed=2)}
    rng, expected = seeded(0), {}
    real = data.sample(2, rng, 16).frames

    def made() -> Tensor:
        content = torch.randn(2, 32, generator=rng)
        return G(content, torch.randn(2, 16, 10, generator=rng))

    def part(name: str, frames: Tensor) -> Tensor:
        if name == "video":
            return frames
        at = torch.randint(16, (2, 2), generator=rng)
        return torch.stack([frames[n, t] for n, row in enumerate(at.tolist()) for t in row])

    with torch.no_grad():
        fake = made()
    for name, net in D.items():
        opt = torch.optim.Adam(net.parameters(), 1e-3, betas=(0.0, 0.99))
        seen = part(name, real).clone().requires_grad_()
        on_real, on_fake = net(seen), net(part(name, fake))
        loss = softplus(-on_real).mean() + softplus(on_fake).mean()
        expected[f"loss_{name}"] = loss.item()
        slope = torch.autograd.grad(on_real.sum(), seen, create_graph=True)[0]
        (loss + 8 * slope.flatten(1).square().sum(1).mean() / 2).backward()
        opt.step()
    fake = made()
    expected["loss_G"] = sum(softplus(-net(part(name, fake))).mean() for name, net in D.items()).item()
    told: dict[str, Tensor] = {}
    for op in game.turn():
        told |= op.values
    assert {name: told[name].item() for name in expected} == pytest.approx(expected, rel=1e-4)
    for name, net in D.items():
        for key, weight in net.named_parameters():
            torch.testing.assert_close(getattr(game, name).get_parameter(key), weight, rtol=1e-3, atol=1e-5)
    mean, now = (dict(net.named_parameters()) for net in (game.sampler, game.G))
    begun = dict(ClipGenerator().named_parameters())
    for key in now:    # the first step of the average goes nine tenths of the way
        torch.testing.assert_close(mean[key], 0.1 * begun[key] + 0.9 * now[key], rtol=1e-4, atol=1e-6)


def test_the_penalty_comes_every_eighth_step(game):
    counts = []
    for step in (0, 1, 7, 8):
        game.steps = step
        counts.append(sum(op.key.endswith(".penalty") for op in game.turn()))
    assert counts == [2, 0, 0, 2]


# --- exact states ------------------------------------------------------------------------------------------


def turns(game: ClipGame, count: int) -> list[tuple[str, object]]:
    return [(op.key, bits(op.values)) for _ in range(count) for op in game.turn() if isinstance(op, Op)]


def test_after_a_restore_the_next_turns_are_bit_identical(game, data):
    other = ClipGame(data, seed=2)
    first = turns(game, 1)
    assert turns(other, 1) != first
    state = snapshot(game.state_dict())
    other.load_state_dict(snapshot(state))
    then = turns(game, 2)
    assert turns(other, 2) == then and bits(other.state_dict()) == bits(game.state_dict())
    game.load_state_dict(state)
    assert turns(game, 2) == then


def test_the_seed_says_all_and_torchs_generator_is_left_alone(data, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    before = torch.get_rng_state()
    runs = [Training(ClipGame(data, seed=seed), plan=4).run(2, show=False) for seed in (3, 3, 4)]
    assert torch.equal(torch.get_rng_state(), before)
    one, again, other = (bits(run.engine.state_dict()) for run in runs)
    assert one == again != other
    broken = Training(ClipGame(data, seed=3), plan=4)
    for _ in range(2):    # stopped in between
        broken.run(1, show=False)
    assert bits(broken.engine.state_dict()) == one and broken.history == runs[0].history


# --- the file ----------------------------------------------------------------------------------------------


@torch.no_grad()
def test_the_file_fills_its_generator_and_no_other(data):
    G = ClipGenerator()
    checkpoints.fill(G, checkpoints.load(FILE), FILE)
    drawn = G.eval()(*noise(8, 16))
    real = data.sample(8, seeded()).frames
    assert 0.5 * real.mean() < drawn.mean() < 2 * real.mean()    # neither black nor white
    assert drawn.diff(dim=1).abs().mean() > 0.3 * real.diff(dim=1).abs().mean()    # and something moves
    small = ClipGenerator(16)
    before = bits(small.state_dict())
    for file in (FILE, "video_two_stages.safetensors"):
        with pytest.raises(CourseError) as caught:
            checkpoints.fill(small, checkpoints.load(file), file)
        assert caught.value.key == "checkpoint_other" and bits(small.state_dict()) == before
