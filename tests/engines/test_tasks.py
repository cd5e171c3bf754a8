"""Every task against its definition in plain Python; its chances, its loss and its floor."""

import math

import pytest
import torch
from torch import Tensor

from helpers.lstm.tasks import CHANCES, MOST_COUNT, TASKS, Batch, anbn, register_targets, words_right

torch.set_num_threads(1)
LOTS = 4000    # sequences, where chances are counted


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def near(count: float, tries: int, chance: float) -> bool:
    """Within five standard deviations of a binomial's mean: by luck fails once in two million."""
    return abs(count - tries * chance) <= 5 * math.sqrt(tries * chance * (1 - chance))


def plain(batch: Batch) -> list[list[list[float]]]:
    """The inputs sequence by sequence: [batch][step][input]."""
    return batch.x.transpose(0, 1).tolist()


@pytest.mark.parametrize("key", TASKS)
def test_sizes_are_as_promised_and_one_seed_gives_one_batch(key):
    task, before = TASKS[key], torch.get_rng_state()
    for batch, steps in ((1, None), (7, None), (5, 12), (3, 40)):
        drawn, again, other = (task.sample(batch, rng(seed), steps) for seed in (1, 1, 2))
        length = steps or task.steps
        assert drawn.x.shape == (length, batch, task.inputs) and drawn.x.dtype == torch.float32
        wanted = {"order": (batch,), "adding": (1, batch, 1)}.get(key, (length, batch, task.outputs))
        assert drawn.y.shape == wanted and task.key == key
        for mine, same in zip(drawn, again, strict=True):
            assert mine is same is None or torch.equal(mine, same)
        assert length < 20 or not torch.equal(drawn.x, other.x)
        loss = task.loss(torch.zeros(length, batch, task.outputs), drawn)
        assert loss.shape == () and loss.isfinite()
    generator = rng(1)
    assert not torch.equal(task.sample(9, generator).x, task.sample(9, generator).x)    # the next one is new
    assert torch.equal(torch.get_rng_state(), before)    # no global seed


# --- register ---------------------------------------------------------------------------------------------


def test_the_register_answers_as_a_variable_does():
    batch = TASKS["register"].sample(200, rng(1))
    met = set()
    for n, sequence in enumerate(plain(batch)):
        holds = 0.0
        for t, (value, write, erase, read) in enumerate(sequence):
            if erase == 1:
                holds = 0.0
            if write == 1:
                holds = value
            assert batch.y[t, n, 0].item() == (holds if read == 1 else 0.0)
            met.add((write, erase, read))
    assert len(met) == 8    # also all three at once
    assert torch.equal(register_targets(batch.x), batch.y)


def test_the_registers_commands_come_as_often_as_said_and_independently():
    task, steps = TASKS["register"], TASKS["register"].steps
    x = task.sample(LOTS, rng(2)).x
    values, commands, tries = x[..., 0], x[..., 1:], steps * LOTS
    assert ((commands == 0) | (commands == 1)).all() and (values >= -1).all() and (values < 1).all()
    for k, chance in enumerate(CHANCES):
        assert near(commands[..., k].sum().item(), tries, chance)
        for j in range(k):
            both = (commands[..., k] * commands[..., j]).sum().item()
            assert near(both, tries, chance * CHANCES[j])
    assert CHANCES == (0.15, 0.15, 0.25)
    assert abs(values.mean().item()) <= 5 / math.sqrt(3 * tries)
    assert near((values > 0.5).sum().item(), tries, 0.25)    # uniform


def test_the_loss_of_always_zero_is_the_registers_variance():
    """Of what it holds: E[h²] = p_w/3 + (1 − p_w)(1 − p_e) E[h²] one step before, from 0; read with p_r."""
    p_w, p_e, p_r = CHANCES
    holds, expected, task = 0.0, 0.0, TASKS["register"]
    for _ in range(task.steps):
        holds = p_w / 3 + (1 - p_w) * (1 - p_e) * holds
        expected += p_r * holds / task.steps
    batch = task.sample(LOTS, rng(3))
    losses = [task.loss(torch.full((task.steps, LOTS, 1), always), batch).item() for always in (0, 0.1, -0.1)]
    assert losses[0] == pytest.approx(expected, rel=0.05) and expected == pytest.approx(0.041, abs=0.002)
    assert min(losses[1:]) > losses[0]


# --- counter ----------------------------------------------------------------------------------------------


def test_the_counter_is_a_reflected_walk_between_0_and_8():
    batch, ups, free, seen = TASKS["counter"].sample(LOTS // 4, rng(1), 40), 0, 0, set()
    for n, sequence in enumerate(plain(batch)):
        total = 0
        for t, (move,) in enumerate(sequence):
            assert move in (1.0, -1.0) and (total > 0 or move == 1) and (total < 8 or move == -1)
            if 0 < total < 8:
                ups, free = ups + (move == 1), free + 1
            total += int(move)
            assert batch.y[t, n, 0].item() == total
            seen.add(total)
    assert seen == set(range(9)) and MOST_COUNT == 8 and near(ups, free, 0.5)


# --- temporal order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [50, 100, 23, 10])
def test_temporal_order_puts_two_signs_in_their_windows_and_asks_which(steps):
    batch = TASKS["order"].sample(LOTS // 2, rng(steps), steps)
    classes, noise, places = [0] * 4, [0] * 4, [{}, {}]
    for n, sequence in enumerate(plain(batch)):
        assert all(sorted(row) == [0, 0, 0, 0, 0, 1] for row in sequence)
        text = "".join("abcdXY"[row.index(1)] for row in sequence)
        signs = [t for t, letter in enumerate(text) if letter in "XY"]
        assert len(signs) == 2
        for which, (t, low, high) in enumerate(zip(signs, (steps // 10, steps // 2),
                                                   (steps // 5, 3 * steps // 5), strict=True)):
            assert low <= t < high
            places[which][t] = places[which].get(t, 0) + 1
        answer = ["XX", "XY", "YX", "YY"].index(text[signs[0]] + text[signs[1]])
        assert batch.y[n].item() == answer
        classes[answer] += 1
        for k in range(4):
            noise[k] += text.count("abcd"[k])
    assert all(near(count, LOTS // 2, 1 / 4) for count in classes)
    assert all(near(count, LOTS // 2 * (steps - 2), 1 / 4) for count in noise)
    for counts, width in zip(places, (steps // 5 - steps // 10, 3 * steps // 5 - steps // 2), strict=True):
        assert len(counts) == width and all(near(count, LOTS // 2, 1 / width) for count in counts.values())


# --- adding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [50, 7, 2])
def test_adding_marks_one_number_in_each_half_and_wants_their_sum(steps):
    batch, places = TASKS["adding"].sample(LOTS // 2, rng(steps), steps), {}
    for n, sequence in enumerate(plain(batch)):
        marked = [t for t, (_, mark) in enumerate(sequence) if mark == 1]
        assert len(marked) == 2 and marked[0] < steps // 2 <= marked[1]
        assert all(0 <= number < 1 and mark in (0, 1) for number, mark in sequence)
        assert batch.y[0, n, 0].item() == pytest.approx(sum(sequence[t][0] for t in marked), abs=1e-6)
        for t in marked:
            places[t] = places.get(t, 0) + 1
    halves = [steps // 2] * (steps // 2) + [steps - steps // 2] * (steps - steps // 2)
    assert len(places) == steps
    assert all(near(count, LOTS // 2, 1 / halves[t]) for t, count in places.items())
    assert near((batch.x[..., 0] < 0.25).sum().item(), steps * LOTS // 2, 0.25)


# --- aⁿbⁿ -------------------------------------------------------------------------------------------------

WORDS = ["a" * n + "b" * n + "." for n in range(1, 40)]


def followers(prefix: str) -> set[str]:
    """What may come after a prefix, by going through all the words."""
    return {word[len(prefix)] for word in WORDS if word.startswith(prefix) and len(word) > len(prefix)}


def test_the_sets_of_what_may_follow_are_those_of_the_grammar():
    steps, counts = 22, torch.arange(1, 11)
    batch = anbn(counts, steps)
    for n, sequence in zip(counts.tolist(), plain(batch), strict=True):
        word = "a" * n + "b" * n
        for t, row in enumerate(sequence):
            inside = t <= 2 * n
            letter = ("S" + word)[t] if inside else None
            assert row == [float(letter == name) for name in "Sab"]
            wanted = followers(word[:t]) if inside else set()
            assert batch.y[t, n - 1].tolist() == [float(name in wanted) for name in "ab."]
            assert batch.mask[t, n - 1].item() == inside


def test_the_words_n_is_uniform_from_1_and_the_word_fits():
    for steps in (22, 8, 4):
        batch = TASKS["anbn"].sample(LOTS, rng(steps), steps)
        lengths = ((batch.mask.sum(0) - 1) / 2).tolist()
        longest = steps // 2 - 1
        assert set(lengths) == set(range(1, longest + 1))
        assert longest == 1 or all(near(lengths.count(n), LOTS, 1 / longest) for n in set(lengths))
        ends = batch.y[..., 2].sum(0)
        assert (ends == 1).all()    # every word ends within its sequence


def test_a_word_is_right_only_if_every_set_in_it_is():
    batch = TASKS["anbn"].sample(12, rng(4))
    perfect = 10 * (2 * batch.y - 1)
    assert words_right(perfect, batch).tolist() == [True] * 12
    for n in range(12):
        for t in range(22):
            for k in range(3):
                outputs = perfect.clone()
                outputs[t, n, k] *= -1
                right = [True] * 12
                right[n] = batch.mask[t, n].item() == 0    # after the word nobody asks
                assert words_right(outputs, batch).tolist() == right
    assert not words_right(torch.zeros_like(perfect), batch).any()


# --- losses and floors ------------------------------------------------------------------------------------


def by_hand(key: str, outputs: Tensor, batch: Batch) -> float:
    """Each task's loss, number by number."""
    steps, size, _ = outputs.shape
    out = outputs.tolist()
    if key in ("register", "counter"):
        return sum((out[t][n][0] - batch.y[t, n, 0].item())**2 for t in range(steps) for n in range(size)) / (
            steps * size)
    if key == "adding":
        return sum((out[-1][n][0] - batch.y[0, n, 0].item())**2 for n in range(size)) / size
    if key == "order":
        return sum(math.log(sum(map(math.exp, row))) - row[y] for row, y in zip(out[-1], batch.y.tolist(),
                                                                                strict=True)) / size
    total, count = 0.0, 0
    for t in range(steps):
        for n in range(size):
            if batch.mask[t, n] == 1:
                chances = [1 / (1 + math.exp(-value)) for value in out[t][n]]
                total -= sum(math.log(p if y else 1 - p) for p, y in zip(chances, batch.y[t, n].tolist(),
                                                                         strict=True)) / 3
                count += 1
    return total / count


@pytest.mark.parametrize("key", TASKS)
def test_the_loss_is_its_formula_and_has_its_gradient(key):
    task = TASKS[key]
    for seed in range(5):
        batch = task.sample(6, rng(seed), 14)
        outputs = torch.randn(14, 6, task.outputs, generator=rng(seed)).requires_grad_()
        loss = task.loss(outputs, batch)
        assert loss.item() == pytest.approx(by_hand(key, outputs, batch), rel=1e-5)
        asked = torch.ones(14, 6) if key in ("register", "counter") else torch.zeros(14, 6)
        asked[-1] = 1
        asked = asked if batch.mask is None else batch.mask
        loss.backward()
        assert torch.equal((outputs.grad != 0).any(-1), asked > 0)    # only where an answer is asked for


def test_the_floors_are_the_least_losses_of_a_constant_answer():
    assert {key for key, task in TASKS.items() if task.floor is not None} == {"order", "adding"}
    order, adding = TASKS["order"], TASKS["adding"]
    batch = order.sample(LOTS, rng(1))
    assert order.loss(torch.zeros(50, LOTS, 4), batch).item() == pytest.approx(order.floor, rel=1e-6)
    assert order.floor == pytest.approx(math.log(4))
    for seed in range(10):
        logits = torch.randn(4, generator=rng(seed)).expand(50, LOTS, 4)
        assert order.loss(logits, batch).item() > order.floor
    batch = adding.sample(LOTS, rng(2))
    losses = [adding.loss(torch.full((50, LOTS, 1), value), batch).item() for value in (1.0, 0.9, 1.1)]
    spread = math.sqrt((1 / 15 - 1 / 36) / LOTS)    # E[(u + v − 1)⁴] is 1/15
    assert abs(losses[0] - adding.floor) <= 5 * spread and min(losses[1:]) > losses[0]
    assert adding.floor == pytest.approx(1 / 6)
