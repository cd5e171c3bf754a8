"""Frame by frame comes what the model makes at once; its LSTM is PyTorch's; every way back is exact."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, Hold
from helpers.lstm.sequence import trace
from helpers.snapshots import snapshot
from helpers.steps import Walk
from helpers.video.autoencoder import FrameAutoencoder
from helpers.video.codes import Codes
from helpers.video.model import VideoModel
from helpers.video.motion_gan import MotionGenerator, noise
from helpers.video.rollout import MOST, Rollout, frozen, mixed

torch.set_num_threads(1)
STEP = ["e", "x", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c", "squashed", "h", "dm",
        "m", "frame"]


def model(hidden: int = 5, hold: Hold = FREE, memory: str = "lstm", seed: int = 3) -> VideoModel:
    """Networks that learned nothing, and a scale of the content codes that is not 1."""
    rng = torch.Generator().manual_seed(seed)
    codes = Codes(torch.zeros(4, 16), torch.zeros(4, 16, 2), torch.randn(16, generator=rng),
                  torch.rand(16, generator=rng) + 0.5)
    return VideoModel(FrameAutoencoder(8, seed), MotionGenerator(memory, hidden, 8, seed), codes, hold)


def made(engine: Rollout) -> Rollout:
    """Make the whole clip."""
    for _ in range(engine.t, engine.frames):
        list(engine.turn())
    return engine


def flat(state: Any) -> list[float]:
    """All numbers of a nested state, in order."""
    if isinstance(state, Tensor):
        return state.flatten().tolist()
    if isinstance(state, dict | list | tuple):
        parts = state.values() if isinstance(state, dict) else state
        return [number for part in parts for number in flat(part)]
    return [state]


@pytest.mark.parametrize("hold", [FREE, Hold(f=torch.zeros(1)), Hold(o=torch.tensor([0.5] * 5))])
@pytest.mark.parametrize("frames", [2, 17])
def test_frame_by_frame_is_what_the_model_makes_at_once(frames, hold):
    source, given = model(hold=hold), mixed(4, 5, 6)
    engine = made(Rollout(frozen(source), given, frames))
    short = given._replace(steps=given.steps[:, :frames - 1])
    with torch.no_grad():
        content, path = source.generator(short, hold=hold)
    torch.testing.assert_close(engine.path, path)
    torch.testing.assert_close(engine.content, content)
    torch.testing.assert_close(engine.film, source(short)[0], rtol=1e-4, atol=1e-5)


def test_the_memory_is_pytorchs_lstm():
    source = model()
    engine, theirs = Rollout(frozen(source), mixed(0, 0, 0), 12), nn.LSTMCell(4, 5)
    source.generator.cell.store(theirs)
    first = list(engine.turn())
    h, c, m = (next(op.values[name] for op in first if name in op.values) for name in ("h", "c", "m"))
    for t in range(1, 12):
        list(engine.turn())
        with torch.no_grad():
            h, c = theirs(torch.cat((m, engine.noise.steps[:, t - 1]), 1), (h, c))
            m = m + source.generator.head(h) / 5
        torch.testing.assert_close(engine.state, (h, c))
        torch.testing.assert_close(engine.path[:, -1], m)


def test_a_frame_is_the_sprite_at_its_place():
    """At whole pixels every pixel of the frame is the mean of four of the sprite's."""
    source = model()
    with torch.no_grad():
        sprite = source.sprite(torch.ones(1, 16))[0]
        frame = source.render(torch.ones(1, 16), torch.tensor([[[5 / 9 - 1, 11 / 9 - 1]]]))[0, 0, 0]
    wanted = torch.zeros(32, 32)
    wanted[11:25, 5:19] = sprite.unflatten(0, (14, 2)).unflatten(2, (14, 2)).mean((1, 3))
    assert wanted.abs().max() > 1e-3
    torch.testing.assert_close(frame, wanted, rtol=1e-4, atol=1e-5)


def test_the_operations_come_in_their_order():
    engine = Rollout(frozen(model()), mixed(0, 0, 0), 3)
    assert [[op.key for op in engine.turn()] for _ in range(3)] == [
        ["content", "sprite", "first", "frame"], STEP, STEP]


def test_back_and_forward_are_the_same_bit_by_bit():
    walk = Walk(Rollout(frozen(model()), mixed(1, 2, 3), 5))
    places = [flat(walk.engine.state_dict())]
    for _ in range(4 + 4 * len(STEP)):
        walk.step()
        places.append(flat(walk.engine.state_dict()))
    for before in reversed(places[1:-1]):
        walk.back()
        assert flat(walk.engine.state_dict()) == before
    walk.back()
    assert (walk.turn, walk.count) == (0, 0) and flat(walk.engine.state_dict()) == places[0]
    walk.run(5)
    assert flat(walk.engine.state_dict()) == places[-1]


def test_a_state_is_complete():
    """Loaded into another clip's engine it goes on as its own."""
    frozen_model = frozen(model())
    engine, other = (Rollout(frozen_model, mixed(seed, seed, seed), frames)
                     for seed, frames in ((1, 9), (2, 4)))
    for _ in range(3):
        list(engine.turn())
    made(other)
    other.load_state_dict(snapshot(engine.state_dict()))
    assert flat(made(other).state_dict()) == flat(made(engine).state_dict()) and other.t == 9


def test_each_part_of_the_noise_has_its_own_seed():
    whole = noise(1, torch.Generator().manual_seed(7), MOST)
    assert all(torch.equal(a, b) for a, b in zip(mixed(7, 7, 7), whole, strict=True))
    for n, part in enumerate(("content", "motion", "steps")):
        seeds = [7, 7, 7]
        seeds[n] = 8
        same = {name: torch.equal(getattr(mixed(*seeds), name), getattr(whole, name))
                for name in whole._fields}
        assert same == {name: name != part for name in whole._fields}


def test_a_longer_clip_begins_with_the_shorter_one_and_content_moves_nothing():
    frozen_model = frozen(model())
    short, long, other = (made(Rollout(frozen_model, mixed(seed, 1, 2), frames))
                          for seed, frames in ((0, 6), (0, MOST), (9, 6)))
    assert torch.equal(long.path[:, :6], short.path) and torch.equal(long.film[:6], short.film)
    assert torch.equal(other.path, short.path) and not torch.equal(other.film, short.film)


@pytest.mark.parametrize("hold", [FREE, Hold(f=torch.zeros(1), i=torch.full((5,), 0.25))])
def test_the_script_lets_lesson_03_walk_the_same_steps(hold):
    engine = Rollout(frozen(model(hold=hold)), mixed(1, 2, 3), 6)
    states = []
    for t in range(1, 7):
        list(engine.turn())
        states.append(engine.state)
        for n in range(9):
            if 2 <= n <= min(t + 1, 6):
                assert engine.script(n).steps == n
            else:
                with pytest.raises(CourseError, match="O quadro 1 não passa pela LSTM"):
                    engine.script(n)
    values = trace(engine.model.generator.cell, engine.script(6))
    for n, ((h_prev, c_prev), (h, c)) in enumerate(pairwise(states), 1):
        for name, wanted in (("h", h), ("c", c), ("h_prev", h_prev), ("c_prev", c_prev)):
            torch.testing.assert_close(values[name][n], wanted[0])


def test_a_frozen_model_stays_as_it_is():
    source = model()
    copy = frozen(source)
    before = made(Rollout(copy, mixed(0, 0, 0), 4))
    with torch.no_grad():
        for weights in source.parameters():
            weights.add_(1)
    after = made(Rollout(copy, mixed(0, 0, 0), 4))
    assert torch.equal(before.film, after.film) and not before.film.requires_grad
    assert all(weights.requires_grad for weights in source.parameters())


@pytest.mark.parametrize("frames", [0, 1, -3, MOST + 1, 2.5, 3.0, "5", None])
def test_a_length_that_cannot_be_is_refused(frames):
    with pytest.raises(CourseError, match=f"de 2 a 128 quadros, em número inteiro; você pediu {frames}"):
        Rollout(frozen(model()), mixed(0, 0, 0), frames)


def test_noise_that_is_too_short_is_refused_and_the_last_frame_is_the_last():
    with pytest.raises(CourseError):
        Rollout(frozen(model()), noise(1, torch.Generator(), 4), 5)
    walk = Walk(Rollout(frozen(model()), noise(1, torch.Generator(), 4), 4))
    walk.run(4)
    before = flat(walk.engine.state_dict())
    with pytest.raises(CourseError, match="O clipe está completo: tem seus 4 quadros"):
        walk.step()
    assert flat(walk.engine.state_dict()) == before


@pytest.mark.parametrize("memory", ["gru", "none"])
def test_a_generator_without_an_lstm_is_refused(memory):
    with pytest.raises(CourseError, match=f"memória '{memory}'"):
        frozen(model(memory=memory))
