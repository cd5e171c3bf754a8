"""Stage 2's networks: the generator against PyTorch's own cells, who sees what, and every length."""

import pytest
import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm.cell import Hold, LSTMCell
from helpers.video.game import VideoGame
from helpers.video.motion_gan import GAIN, FrameCritic, MotionGenerator, Noise, SequenceCritic, noise

torch.set_num_threads(1)
MEMORIES = ("lstm", "gru", "none")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(memory: str = "lstm", hidden: int = 6) -> MotionGenerator:
    return MotionGenerator(memory, hidden, width=12, seed=1)


# --- noise -------------------------------------------------------------------------------------------------


def test_noise_is_standard_normal_of_its_sizes_and_seed():
    one, again, other = (noise(500, seeded(seed)) for seed in (1, 1, 2))
    assert [tuple(part.shape) for part in one] == [(500, 16), (500, 8), (500, 15, 2)]
    for mine, same, new in zip(one, again, other, strict=True):
        assert torch.equal(mine, same) and not torch.equal(mine, new)
        assert abs(mine.mean()) < 5 / mine.numel()**0.5    # five standard errors
        assert mine.var().item() == pytest.approx(1, abs=5 * (2 / mine.numel())**0.5)


@pytest.mark.parametrize("frames", [0, -1, 1.0, True, "16", None, 1025])
def test_lengths_that_are_none_are_refused(frames):
    with pytest.raises(CourseError) as caught:
        noise(2, seeded(), frames)
    assert caught.value.key == "clip_length" and caught.value.facts == {"found": frames, "most": 1024}


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("frames", [1, 2, 3, 16, 130])
def test_any_length_is_generated_and_a_longer_clip_begins_as_the_shorter_one(memory, frames):
    G, given = small(memory), noise(3, seeded(), 130)
    cut = given._replace(steps=given.steps[:, :frames - 1])
    c, m = G(cut)
    assert (c.shape, m.shape) == ((3, 16), (3, frames, 2)) and m.isfinite().all()
    torch.testing.assert_close(m, G.path(given)[:, :frames], rtol=0, atol=1e-6)


# --- the path, by PyTorch's own cells ----------------------------------------------------------------------


def by_torch(G: MotionGenerator, cell: nn.LSTMCell, given: Noise) -> Tensor:
    """Roll out with nn.LSTMCell: x(t) = [m(t−1), e(t)], m(t) = m(t−1) + head(h(t)) / 5."""
    m, h, c = G.motion(given.motion).split((2, G.hidden, G.hidden), 1)
    h, path = torch.tanh(h), [m]
    for t in range(given.steps.shape[1]):
        h, c = cell(torch.cat((m, given.steps[:, t]), 1), (h, c))
        m = m + (h @ G.head.weight.T + G.head.bias) / 5
        path.append(m)
    return torch.stack(path, 1)


@torch.no_grad()
@pytest.mark.parametrize("hidden", [1, 4, 64])
def test_the_weights_are_those_of_torchs_cell_both_ways(hidden):
    G, given = small(hidden=hidden), noise(5, seeded(2), 40)
    theirs = G.cell.store(nn.LSTMCell(4, hidden))
    torch.testing.assert_close(G.path(given), by_torch(G, theirs, given), rtol=1e-5, atol=1e-5)
    other = nn.LSTMCell(4, hidden)
    for weight in other.parameters():
        nn.init.normal_(weight, generator=seeded(3))
    before = G.path(given)
    G.cell.load(other)
    assert not torch.allclose(G.path(given), before)
    torch.testing.assert_close(G.path(given), by_torch(G, other, given), rtol=1e-5, atol=1e-5)


def test_gradients_through_time_are_those_of_torchs_cell():
    G, given = small().double(), noise(3, seeded(2), 12)
    given = Noise(*(part.double() for part in given))
    theirs = G.cell.store(nn.LSTMCell(4, 6, dtype=torch.float64))
    weights = torch.randn(3, 12, 2, generator=seeded(5), dtype=torch.float64)
    for path in (G.path(given), by_torch(G, theirs, given)):
        (path * weights).sum().backward()
    rows = {name: theirs.weight_ih.grad.chunk(4)[at] for at, name in enumerate("ifgo")}
    for name, grad in rows.items():
        torch.testing.assert_close(getattr(G.cell, name).W.grad, grad)
    torch.testing.assert_close(G.cell.f.b.grad, theirs.bias_hh.grad.chunk(4)[1])


@torch.no_grad()
def test_the_gru_is_torchs_and_the_one_without_memory_is_a_perceptron():
    G, given = small("gru"), noise(4, seeded(), 9)
    m, (h, _) = G.first(given.motion)
    for t in range(8):
        h = G.cell(torch.cat((m, given.steps[:, t]), 1), h)
        m = m + G.head(h) / GAIN
    assert isinstance(G.cell, nn.GRUCell)
    torch.testing.assert_close(G.path(given)[:, -1], m)
    G = small("none")
    torch.testing.assert_close(G.path(given)[:, 1:], G.head(G.cell(given.steps)))
    torch.testing.assert_close(G.path(given)[:, 0], G.motion(given.motion)[:, :2])    # another network


@torch.no_grad()
@pytest.mark.parametrize("hold", [Hold(), Hold(torch.zeros(1), o=torch.tensor([0.5] * 3 + [torch.nan] * 3))])
def test_a_step_operation_by_operation_is_the_step_at_once(hold):
    G, given = small(), noise(5, seeded(), 6)
    m, state = G.first(given.motion)
    for e in given.steps.unbind(1):
        before, keys, values = m, [], {}
        step = G.step(m, e, state, hold)
        fast, after = G.next(m, e, state, hold)
        try:
            while True:
                op = next(step)
                keys.append(op.key)
                values |= op.values
        except StopIteration as end:
            m, state = end.value
        assert torch.equal(m, fast) and all(map(torch.equal, state, after))
        assert keys[0] == "x" and keys[-2:] == ["dm", "m"] and {"f", "i", "o", "g", "c", "h"} < set(keys)
        assert torch.equal(values["x"], torch.cat((before, e), 1))
        assert torch.equal(values["m"], before + values["dm"]) and torch.equal(values["h"], state[0])


@torch.no_grad()
def test_held_gates_do_to_the_path_what_they_say():
    G, given = small(), noise(4, seeded(), 12)
    shut = G.path(given, hold=Hold(o=torch.zeros(1)))    # h = 0: every step is the head's bias
    torch.testing.assert_close(shut.diff(dim=1), (G.head.bias / GAIN).expand(4, 11, 2), rtol=0, atol=1e-6)
    forgot = Hold(f=torch.zeros(1))
    m, (h, c) = G.first(given.motion)
    step = G.next(m, given.steps[:, 0], (h, c), forgot)
    other = G.next(m, given.steps[:, 0], (h, c + 100), forgot)    # what was remembered does not matter
    torch.testing.assert_close(step[0], other[0])
    assert not torch.allclose(G.next(m, given.steps[:, 0], (h, c + 100))[0], other[0])
    free = torch.full((6,), torch.nan)
    assert torch.equal(G.path(given, hold=Hold(free, free, free)), G.path(given))


@pytest.mark.parametrize("memory", ["gru", "none"])
def test_gates_that_are_not_there_cannot_be_held(memory):
    G, given = small(memory), noise(2, seeded(), 3)
    for hold in (Hold(f=torch.zeros(1)), Hold(i=torch.ones(6)), Hold(o=torch.zeros(1))):
        for make in (G, G.path):
            with pytest.raises(CourseError) as caught:
                make(given, hold=hold)
            assert caught.value.key == "gates_missing"
    assert torch.equal(G.path(given, hold=Hold()), G.path(given))    # nothing is held


@pytest.mark.parametrize("memory", ["LSTM", "xyz", "", None, 3])
def test_a_memory_that_is_none_is_refused_with_those_there_are(memory):
    for make in (MotionGenerator, lambda kind: VideoGame(None, kind)):
        with pytest.raises(CourseError) as caught:
            make(memory)
        assert caught.value.key == "no_memory" and caught.value.facts["found"] == memory
        assert all(known in str(caught.value) for known in ("lstm", "gru", "none"))


@torch.no_grad()
@pytest.mark.parametrize("memory", MEMORIES)
def test_a_given_start_is_the_first_place_and_only_that(memory):
    G, given = small(memory), noise(3, seeded(), 8)
    start = torch.tensor([[0.9, -0.9], [0.0, 0.0], [-1.0, 0.3]])
    c, m = G(given, start)
    assert torch.equal(m[:, 0], start) and torch.equal(c, G(given)[0])
    own = G.path(given)
    torch.testing.assert_close(G.path(given, own[:, 0]), own)    # its own start changes nothing
    if memory == "none":
        assert torch.equal(m[:, 1:], own[:, 1:])
    else:
        assert (m[:, 1:] - own[:, 1:]).abs().amax((1, 2)).min() > 1e-3


# --- what depends on what ----------------------------------------------------------------------------------


def reached(value: Tensor, given: Noise) -> list[Tensor | None]:
    """The gradient of a value with respect to each part of the noise; None: no way leads there."""
    return list(torch.autograd.grad(value.sum(), given, retain_graph=True, allow_unused=True))


@pytest.mark.parametrize("memory", MEMORIES)
def test_content_and_motion_have_noise_of_their_own(memory):
    G, given = small(memory), Noise(*(part.requires_grad_() for part in noise(4, seeded(), 7)))
    c, m = G(given)
    content, motion, steps = reached(c, given)
    assert motion is None and steps is None and content.abs().amin() > 0
    content, motion, steps = reached(m[:, -1], given)
    assert content is None and steps[:, -1].abs().amin() > 0


def test_a_place_depends_on_all_noise_before_it_with_a_memory_and_on_its_own_without():
    given = Noise(*(part.requires_grad_() for part in noise(4, seeded(), 7)))
    for memory in MEMORIES:
        m = small(memory).path(given)
        for t in range(1, 7):    # e(t) is steps[:, t − 1]
            _, motion, steps = reached(m[:, t], given)
            used = steps.abs().amax((0, 2)) > 0
            if memory == "none":
                assert not motion.any() and used.tolist() == [at == t - 1 for at in range(6)]
            else:
                assert motion.abs().amax() > 0 and used.tolist() == [at < t for at in range(6)]
    lonely = small("none").path(given)
    assert reached(lonely[:, 0], given)[1].abs().amax() > 0    # m(1) comes from the motion noise


def test_neither_weights_nor_torchs_generator_depend_on_one_another():
    """Each network is its seed's; a GRU's weights, which torch draws, too."""
    for make in (*(lambda m=m, **k: MotionGenerator(m, 5, 8, **k) for m in MEMORIES),
                 lambda **k: SequenceCritic(8, **k), lambda **k: FrameCritic(8, **k)):
        torch.manual_seed(0)
        before = torch.get_rng_state()
        one = make(seed=3).state_dict()
        assert torch.equal(torch.get_rng_state(), before)
        torch.manual_seed(1)
        again, other = make(seed=3).state_dict(), make(seed=4).state_dict()
        assert all(torch.equal(one[key], again[key]) for key in one)
        assert not any(torch.equal(one[key], other[key]) for key in one)


# --- the critics -------------------------------------------------------------------------------------------


def test_the_sequence_critic_judges_the_whole_motion_and_each_clip_alone():
    critic, m = SequenceCritic(8, seed=2), torch.randn(5, 16, 2, generator=seeded(), requires_grad=True)
    says = critic(m)
    assert says.shape == (5, 1)
    grads = torch.autograd.grad(says[2], m)[0]
    assert grads[2].abs().amin() > 0 and not grads[[0, 1, 3, 4]].any()    # every place counts, of its clip
    shuffled = m[:, torch.randperm(16, generator=seeded(1))]
    assert (critic(shuffled) - says).abs().min() > 1e-4    # the same places in another order
    assert not torch.allclose(critic(m.flip(1)), says)


@torch.no_grad()
def test_the_sequence_critic_sees_places_steps_and_changes_of_step():
    """By hand: its first layer is fed [m(t), 5·(m(t) − m(t−1)), 10·(m(t) − 2 m(t−1) + m(t−2))]."""
    critic, m = SequenceCritic(8, seed=2), torch.randn(3, 16, 2, generator=seeded())
    rows = [torch.cat((now, 5 * (now - before), 10 * (now - 2 * before + first)), 1)
            for first, before, now in zip(m.unbind(1), m[:, 1:].unbind(1), m[:, 2:].unbind(1), strict=False)]
    torch.testing.assert_close(critic(m), critic.body(torch.stack(rows, 2)))


def test_the_frame_critic_judges_one_frame_by_content_and_place():
    critic, codes = FrameCritic(8, seed=2), torch.randn(6, 18, generator=seeded(), requires_grad=True)
    says = critic(codes)
    assert says.shape == (6, 1)
    grads = torch.autograd.grad(says[4], codes)[0]
    assert grads[4].abs().amin() > 0 and not grads[[0, 1, 2, 3, 5]].any()
    order = torch.randperm(6, generator=seeded(1))
    torch.testing.assert_close(critic(codes[order]), says[order])


def test_sizes_are_those_that_the_lesson_names():
    G = MotionGenerator()
    assert isinstance(G.cell, LSTMCell) and (G.cell.inputs, G.cell.hidden) == (4, 64)
    assert sum(weight.numel() for weight in G.cell.parameters()) == 4 * 64 * (4 + 64 + 1)
    pocket = MotionGenerator(hidden=4)
    assert sum(weight.numel() for weight in pocket.cell.parameters()) == 4 * 4 * (4 + 4 + 1)
