"""Stacks of blocks against torch itself: shapes, parameters, FLOPs, footprints of gradients, weights."""

import random
from dataclasses import fields, replace
from math import prod

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from helpers.errors import CourseError
from helpers.gan import workbench
from helpers.gan.blocks import ACTIVATIONS, LIMITS, Activation, Flatten, Linear, Norm, Reshape, written
from helpers.gan.convolutions import Conv, Resized, Transposed
from helpers.gan.dcgan import classic_pair
from helpers.gan.digit_game import CLASSIC, OURS, networks
from helpers.gan.models import advice, lesson, models
from helpers.gan.stack import LONGEST, MOST, Stack, build, inspect

torch.set_num_threads(1)
LIMIT = LIMITS["side"][1]


def any_block(chance: random.Random, shape: tuple[int, ...]) -> object:
    """A block that may or may not fit a shape."""
    divisors = [side for side in (1, 2, 4, 7) if prod(shape) % side**2 == 0]
    side = chance.choice(divisors)
    numbers = chance.randint(1, 6), chance.randint(1, 5), chance.randint(1, 3), chance.randint(0, 2)
    return chance.choice([
        Linear(chance.choice((1, 8, 49, 98)), chance.random() < 0.5), Flatten(), Norm(),
        Reshape(min(prod(shape) // side**2, 512), side), Activation(chance.choice(list(ACTIVATIONS))),
        Conv(*numbers, chance.random() < 0.5), Transposed(*numbers, chance.random() < 0.5),
        Resized(numbers[0], chance.random() < 0.5)])


def any_stack(seed: int, role: str) -> Stack:
    """A random stack whose every block fits; where it ends is left to chance."""
    chance, stack = random.Random(seed), Stack(role, (), 49 if seed % 2 else 16)
    length = LONGEST - chance.randint(0, 6)
    for _ in range(200):
        if len(stack.blocks) == length:
            break
        shape = inspect(stack).rows[-1].shape if stack.blocks else stack.start
        longer = replace(stack, blocks=(*stack.blocks, any_block(chance, shape)))
        try:
            stack = longer if len(inspect(longer).rows) == len(longer.blocks) else stack
        except CourseError:    # too large
            continue
    return stack


def layers_of(stack: Stack) -> list[nn.Module]:
    """The stack's layers with torch's own weights, whatever it ends in."""
    out, came = [], stack.start
    for block in stack.blocks:
        out.append(block.layer(came))
        came = block.after(came)
        for p in out[-1].parameters():
            nn.init.uniform_(p, 0.1, 1, generator=torch.Generator().manual_seed(0))
    return out


STACKS = [(role, seed) for role in "GD" for seed in range(40)]


@pytest.mark.parametrize(("role", "seed"), STACKS)
def test_shapes_parameters_and_flops_are_torchs_own(role, seed):
    stack = any_stack(seed, role)
    batch = torch.randn(3, *stack.start, generator=torch.Generator().manual_seed(seed))
    assert len(stack.blocks) >= 3
    rows = inspect(stack).rows
    for row, layer in zip(rows, layers_of(stack), strict=True):
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            batch = layer(batch)
        assert tuple(batch.shape) == (3, *row.shape)
        assert row.params == sum(p.numel() for p in layer.parameters())
        assert 3 * row.flops == counter.get_total_flops()


def footprint(net: nn.Sequential, before: torch.Tensor, split: int, place: tuple[int, ...]) -> torch.Tensor:
    """Where the output at a place (all channels) of the first `split` layers depends on what enters them."""
    x = before.clone().requires_grad_()
    out = net[:split](x)
    out[(0, slice(None), *place)].sum().backward()
    return x.grad[0].abs().sum(0) > 0


def stretch(mask: torch.Tensor) -> int:
    rows = mask.any(1).nonzero()
    return int(rows[-1] - rows[0]) + 1 if len(rows) else 0


def positive(stack: Stack) -> nn.Sequential:
    """The stack with positive weights, without norms and bends: a gradient is a path, and nothing else."""
    plain = [nn.Identity() if isinstance(block, Norm | Activation) else layer
             for block, layer in zip(stack.blocks, layers_of(stack), strict=True)]
    return nn.Sequential(*plain).double()


@pytest.mark.parametrize("seed", range(40))
def test_what_a_place_of_d_sees_is_the_gradients_footprint(seed):
    stack = any_stack(seed, "D")
    net, image = positive(stack), torch.rand(1, 1, 28, 28, dtype=torch.float64)
    side = 28
    for split, row in enumerate(inspect(stack).rows, 1):
        if row.reach is None:    # only after a map laid out anew
            kinds = [type(block) for block in stack.blocks[:split]]
            assert Flatten in kinds and Reshape in kinds[kinds.index(Flatten):]
            continue
        if len(row.shape) == 1:
            x = image.clone().requires_grad_()
            out = net[:split](x)[0]
            widest = 0
            for unit in {min(n * (side + 1), len(out) - 1) for n in range(side)}:    # a flat map's diagonal
                (slope,) = torch.autograd.grad(out[unit], x, retain_graph=True)
                widest = max(widest, stretch(slope[0, 0] != 0))
        else:
            side = row.shape[1]
            widest = max(stretch(footprint(net, image, split, (n, n))) for n in range(side))
        assert row.reach == widest, stack.blocks[:split]


@pytest.mark.parametrize("seed", range(60))
def test_what_a_place_of_g_touches_is_the_gradients_footprint(seed):
    stack = any_stack(seed, "G")
    rows = inspect(stack).rows
    if len(rows[-1].shape) == 1:
        assert {row.reach for row in rows} == {None}
        return
    layers, tested = positive(stack), 0
    for split, row in enumerate(rows, 1):
        if row.reach is None:
            later = [type(block) for block in stack.blocks[split:]]
            assert Flatten in later and Reshape in later
            continue
        if len(row.shape) == 3:
            places = [(..., n, n) for n in range(row.shape[1])]
        else:
            places = [(..., n) for n in range(0, row.shape[0], max(1, row.shape[0] // 60))]
        widest = 0
        for place in places:    # one number moves: which pixels move with it
            here = torch.ones(1, *row.shape, dtype=torch.float64)
            moved = here.clone()
            moved[place] += 1
            with torch.no_grad():
                change = (layers[split:](moved) - layers[split:](here)).abs().sum((0, 1))
            widest = max(widest, stretch(change > 1e-9 * change.max()))
        assert row.reach == widest, stack.blocks[split:]
        tested += 1
    assert tested


def test_the_textbook_recursion_holds_away_from_the_borders():
    """r ← r + (k − 1)·j, j ← j·s, as long as it is less than the image."""
    for blocks in (lesson("D").blocks, (Conv(4, 3, 1, 1), Conv(4, 5, 2, 2), Conv(4, 3, 3, 0))):
        r, jump = 1, 1
        for block, row in zip(blocks, inspect(Stack("D", blocks)).rows, strict=True):
            if isinstance(block, Conv):
                r, jump = r + (block.kernel - 1) * jump, jump * block.stride
                assert row.reach == r < 28
    assert [row.reach for row in inspect(lesson("D")).rows if len(row.shape) == 1][-1] == 28


def test_the_lessons_networks_are_these_stacks_bit_for_bit():
    for role, net, seed in zip("GD", networks(OURS, False, 3), (6, 7), strict=True):
        mine = build(lesson(role), seed)
        theirs, own = list(net.state_dict().values()), list(mine.state_dict().values())
        assert len(theirs) == len(own) and all(torch.equal(a, b) for a, b in zip(theirs, own, strict=True))
        batch = torch.randn(4, *lesson(role).start, generator=torch.Generator().manual_seed(1))
        assert torch.equal(net(batch), mine(batch))
    for role, net, seed in zip("GD", classic_pair(CLASSIC.latent, CLASSIC.width_D, 2), (4, 5), strict=True):
        mine = build(models(role)["classic"], seed, spread=0.02)
        assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), mine.state_dict().values(),
                                                     strict=True))


def test_building_draws_from_no_global_generator():
    stack, before = lesson("G"), torch.get_rng_state()
    first, second, other = (build(stack, seed)[0].weight for seed in (0, 0, 1))
    assert torch.equal(first, second) and not torch.equal(first, other)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("role", ["G", "D"])
def test_a_stack_is_built_exactly_if_it_reaches_its_goal(role):
    for key, stack in models(role).items():
        report = inspect(stack)
        if report.error:
            assert key.startswith("wrong") or key == "empty"
            with pytest.raises(CourseError) as refused:
                build(stack, 0)
            assert refused.value.key == report.error.key
        else:
            assert tuple(build(stack, 0)(torch.zeros(2, *stack.start)).shape) == (2, *stack.goal)
            assert report.params == sum(p.numel() for p in build(stack, 0).parameters())


@pytest.mark.parametrize(("role", "blocks", "key", "number"), [
    ("G", (Linear(3000), Reshape(64, 7)), "reshape_numbers", 2), ("G", (Conv(),), "conv_wants_map", 1),
    ("G", (Linear(49), Norm(), Flatten()), "flatten_wants_map", 3),
    ("D", (Linear(1),), "linear_wants_vector", 1), ("D", (Norm(), Reshape(4, 14)), "reshape_wants_vector", 2),
    ("D", (Conv(8, 9, 4, 0), Conv(8, 9, 1, 0)), "conv_nothing_left", 2),
    ("D", (Transposed(2, 9, 4, 0),), "conv_side", 1), ("D", (Resized(2), Resized(2)), "conv_side", 2),
    ("G", (), "stack_empty", None), ("G", models("G")["wrong_side"].blocks, "stack_no_image", None),
    ("D", (Flatten(), Linear(2)), "stack_no_score", None),
    ("D", (Conv(1, 9, 4, 0),), "stack_no_score", None)])
def test_what_does_not_fit_is_named_with_its_place_and_numbers(role, blocks, key, number):
    report = inspect(Stack(role, blocks))
    assert report.error.key == key and report.error.facts.get("number") == number
    assert len(report.rows) == (len(blocks) if number is None else number - 1)
    if key == "reshape_numbers":
        assert all(shown in str(report.error) for shown in ("Bloco 2", "64×7×7", "3136", "3000"))
    if key == "stack_no_image":
        assert "1×32×32" in str(report.error) and "1×28×28" in str(report.error)


def test_numbers_beyond_the_limits_are_refused():
    for kind in (Linear, Reshape, Conv, Transposed, Resized):
        for field in (field for field in fields(kind) if field.init and field.name in LIMITS):
            low, high = LIMITS[field.name]
            for value in (low, high):
                assert getattr(kind(**{field.name: value}), field.name) == value
            for value in (low - 1, high + 1, 10**6):
                with pytest.raises(CourseError, match=str(value)):
                    kind(**{field.name: value})
    for latent in (0, 257):
        with pytest.raises(CourseError, match=str(latent)):
            Stack("G", (), latent)
    with pytest.raises(CourseError, match=str(LONGEST)):
        Stack("D", (LONGEST + 1) * (Norm(),))


@pytest.mark.parametrize(("role", "blocks", "what"), [
    ("G", (Linear(8192), Linear(8192)), "params"), ("D", (Conv(64, 9, 1, 4), Conv(64, 9, 1, 4)), "flops"),
    ("D", (Conv(128, 1, 1, 0),), "numbers")])
def test_a_stack_too_large_to_train_live_is_refused(role, blocks, what):
    with pytest.raises(CourseError) as refused:
        inspect(Stack(role, blocks))
    assert refused.value.key == f"stack_large_{what}"
    assert f"{MOST[what]:,}".replace(",", ".") in str(refused.value)


RELU = Activation()


@pytest.mark.parametrize(("role", "change", "found"), [
    ("G", lambda b: b, []), ("D", lambda b: b, []), ("G", lambda b: b[:-1], ["no_tanh"]),
    ("G", lambda b: (*b[:-1], Activation("sigmoid")), ["sigmoid_image"]),
    ("D", lambda b: (*b, Activation("sigmoid")), ["sigmoid_score"]),
    ("D", lambda b: (*b, RELU), ["bent_score"]),
    ("G", lambda b: (*b[:-1], Norm(), b[-1]), ["norm_last"]), ("D", lambda b: (Norm(), *b), ["norm_first"]),
    ("D", lambda b: (b[0], Norm(), *b[1:]), ["norm_first"]), ("D", lambda b: (*b[:3], Norm(), *b[3:]), []),
    ("D", lambda b: (b[0], *b[2:]), ["no_bend"])])
def test_what_fits_but_may_disappoint_is_said(role, change, found):
    assert [key for _, key in advice(Stack(role, change(lesson(role).blocks)))] == found


def test_uneven_kernels_are_those_that_the_stride_does_not_divide():
    for kernel in range(1, 10):
        for stride in range(1, 5):
            noted = "uneven" in [key for _, key in advice(Stack("G", (Transposed(4, kernel, stride, 0),)))]
            image, weight = torch.ones(1, 1, 40), torch.ones(1, 1, kernel)
            parts = torch.nn.functional.conv_transpose1d(image, weight, stride=stride)[0, 0]
            assert noted == (len(parts[10 * stride:20 * stride].unique()) > 1)    # away from the borders


def test_shapes_are_written_as_the_lesson_does():
    assert written((64, 7, 7)) == "64×7×7" and written((3136,)) == "3136"


def test_the_bench_forgets_the_oldest_pairs_when_all_weigh_too_much(monkeypatch):
    bench = workbench.Workbench(workbench.Pair(models("G")["dense"], models("D")["dense"]))
    first, each = bench.pair, bench.pair.weight
    assert each == 4 * sum(p.numel() for net in first.nets.values() for p in net.parameters())
    monkeypatch.setattr(workbench, "MEMORY", 3 * each)
    for seed in range(1, 7):
        bench.change(seed=seed)
        assert sum(pair.weight for pair in bench.past) <= 3 * each
    assert [pair.seed for pair in bench.past] == [3, 4, 5]
    for seed in (5, 4, 3, 3):    # at the first there is nothing to undo
        bench.undo()
        assert bench.pair.seed == seed
    with pytest.raises(CourseError):
        bench.change(D=Stack("D", (Conv(128, 1, 1, 0),)))
    assert bench.pair.seed == 3 and bench.past == []


def test_what_is_at_hand_is_what_the_networks_make_of_the_batch():
    def check(pair: workbench.Pair) -> None:
        with torch.no_grad():
            z = torch.randn(workbench.TRIED, 32, generator=torch.Generator().manual_seed(0))
            fake = pair.nets["G"](z)
            scores = [pair.nets["D"](images)[:, 0] for images in (workbench.real_batch(), fake)]
        for seen, made in zip(pair.look()[1:], (fake, *scores), strict=True):
            torch.testing.assert_close(seen, made)

    stacks = models("G")["dense"], models("D")["dense"]    # without batch norm, which a run would change
    first, *others = (workbench.Pair(*stacks, seed=seed) for seed in (3, 3, 4))
    check(first)
    first.train(1)
    check(first)
    for pair in others:    # neither the training nor another seed has got into them
        check(pair)
    first.back(0)
    check(first)
