"""Walking: every way to a point gives the bits of a bare loop; the lit lines are those that really ran."""

import ast
import inspect
import random
import sys
import textwrap
from collections.abc import Iterator
from types import FrameType, FunctionType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from helpers import steps
from helpers.adversarial import LOSSES, gradient_penalty, r1, r2
from helpers.gan.clinic import Patient
from helpers.gan.clinic_cases import Parts
from helpers.gan.digit_game import DigitGame
from helpers.gan.dirac import DiracGan, Settings
from helpers.gan.fork import Replay
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import ring
from helpers.gan.saturation import Duel
from helpers.gan.transposed import Settings as Stamps
from helpers.gan.transposed import Transposed
from helpers.listing import listing
from helpers.lstm.cell import LSTMCell
from helpers.lstm.learning import Learner
from helpers.lstm.sequence import Script, Sequence
from helpers.lstm.tasks import TASKS
from helpers.snapshots import snapshot, weight
from helpers.steps import Op, Walk, scalars
from helpers.video.autoencoder import FrameAutoencoder, FrameLearner
from helpers.video.codes import Codes
from helpers.video.game import VideoGame
from helpers.video.mocogan import ClipGame
from helpers.video.model import VideoModel
from helpers.video.motion_gan import MotionGenerator
from helpers.video.moving_digits import MovingDigits
from helpers.video.rollout import Rollout, frozen, mixed
from helpers.warmup.neuron import Neuron, example

torch.set_num_threads(1)


def small_game(loss: str = "relativistic") -> GanGame:
    """Everything that a state can hold: two networks, two optimisers, random draws, a penalty that draws."""
    penalties = {"relativistic": lambda D, real, fake, rng: 0.1 * (r1(D, real) + r2(D, fake)),
                 "wasserstein_gp": lambda D, real, fake, rng: 10 * gradient_penalty(D, real, fake, rng)}
    return GanGame(ring(), mlp(2, 8, 2, seed=1), mlp(2, 8, 1, seed=2), LOSSES[loss], batch=6, lr_D=0.01,
                   lr_G=0.01, penalty=penalties.get(loss), seed=3)


def long_walk() -> Sequence:
    """Held gates, a memory set by hand, and more time steps than any walk here takes."""
    return Sequence(LSTMCell(2, 3, torch.Generator().manual_seed(1)), LONG)


def learner() -> Learner:
    return Learner(TASKS["register"], hidden=2, batch=4, seed=1, forget_bias=1.0, pinned=("i",))


LONG = Script(torch.randn(600, 2, generator=torch.Generator().manual_seed(0))).with_hold(
    "f", 1, 0.5, 3).with_memory("c", 2, torch.ones(3))
ENGINES = {"game": lambda: small_game("wasserstein_gp"), "paired game": small_game, "neuron": example,
           "two numbers": lambda: DiracGan(Settings(gamma=0.3, alternating=True)),
           "cell in time": long_walk, "learner": learner}


def same(a: Any, b: Any) -> bool:
    """Equal to the last bit, and of one structure."""
    if isinstance(a, Tensor):
        return isinstance(b, Tensor) and a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def copy(values: Any) -> Any:
    """An independent copy, as `snapshot` promises one, by another road."""
    if isinstance(values, Tensor):
        return torch.tensor(values.tolist(), dtype=values.dtype).reshape(values.shape)
    if isinstance(values, dict):
        return {key: copy(value) for key, value in values.items()}
    return [copy(value) for value in values] if isinstance(values, list | tuple) else values


class Truth:
    """The engine driven straight ahead by a bare loop: what there is to find after each operation."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.turns, self.trace = engine, [], []

    def at(self, turn: int, count: int) -> tuple[Any, str | None, dict[str, Any]]:
        while len(self.turns) <= turn:
            points, values, given = [(copy(self.engine.state_dict()), None, {})], {}, {}
            for op in self.engine.turn():
                seen = {key: value() if callable(value) else value for key, value in op.values.items()}
                values, given = values | copy(seen), given | op.values
                points.append((copy(self.engine.state_dict()), op.key, values))
            self.turns.append(points)
            self.trace.append({key: value.item() for key, value in given.items()
                               if isinstance(value, Tensor) and value.dim() == 0})
        return self.turns[turn][count]


def assert_same_point(walk: Walk, truth: Truth, turn: int, count: int) -> None:
    truth.at(len(walk.trace), 0)
    state, key, values = truth.at(turn, count)
    assert (walk.turn, walk.count) == (turn, count)
    assert same(copy(walk.engine.state_dict()), state)
    assert (walk.op.key if walk.op else None) == key
    assert same(copy(walk.values), values)
    assert len(walk.trace) >= turn and walk.trace == truth.trace[:len(walk.trace)]


def expected(walk: Walk, last: int, action: str, argument: tuple[int, int]) -> tuple[int, int]:
    """Where an action must lead, said a second time; last: the operations in a turn."""
    turn, count, (to, operations) = walk.turn, walk.count, argument
    ahead = turn if count < last else turn + 1
    if action == "step":
        return (turn, count + 1) if count < last else (turn + 1, 1)
    if action == "finish_turn":
        return ahead, last
    if action == "run":
        return ahead + to - 1, last
    if action == "back":
        if count > 1 or turn == 0:
            return turn, max(count - 1, 0)
        return (turn - 1, last) if turn > min(walk.keyframes) else (turn, count)
    if action == "reset":
        return 0, 0
    return max(min(to, max(turn, len(walk.trace) - 1)), min(walk.keyframes)), operations


@pytest.mark.parametrize("keep", [200, 4, 1])
@pytest.mark.parametrize("name", ENGINES)
def test_any_way_to_a_point_gives_the_bits_of_the_straight_way(name, keep):
    walk, truth, chance = Walk(ENGINES[name](), keep), Truth(ENGINES[name]()), random.Random(f"{name} {keep}")
    truth.at(0, 0)
    last = len(truth.turns[0]) - 1
    acts = ["step", "back", "finish_turn", "run", "seek", "goto", "reset"]
    for action in chance.choices(acts, [30, 30, 10, 5, 4, 4, 1], k=300):
        argument = (chance.randint(1, 4), 0)
        if action in ("seek", "goto"):
            argument = chance.randint(-1, walk.turn + 2), chance.randint(0, last) if action == "goto" else 0
        place = expected(walk, last, action, argument)
        given = {"run": argument[:1], "seek": argument[:1], "goto": argument}.get(action, ())
        getattr(walk, action)(*given)
        assert_same_point(walk, truth, *place)
        assert list(walk.keyframes) == sorted(walk.keyframes) and len(walk.keyframes) <= keep
        assert walk.oldest == min(walk.keyframes) <= walk.turn


@pytest.mark.parametrize("turns", [1, 2, 7])
def test_run_counts_whole_turns_and_leaves_a_keyframe_near_its_end(turns):
    walk = Walk(example())
    for times in (1, 2, 3):
        walk.run(turns)
        assert walk.turn == times * turns - 1 and walk.turn in walk.keyframes
    walk = Walk(example())
    walk.step()
    walk.run(turns)    # a turn that has begun is the first of them
    assert walk.turn == turns - 1


def test_a_turn_watched_half_and_run_half_enters_the_trace_whole():
    """The chart of losses reads both losses of every turn, however the turn went by."""
    truth = Truth(small_game())
    truth.at(4, 0)
    for count in range(len(truth.turns[0])):
        walk = Walk(small_game())
        for _ in range(count):
            walk.step()
        walk.run(3)
        assert walk.trace == truth.trace[:walk.turn + 1] and {"loss_D", "loss_G"} <= set(walk.trace[0])


def test_history_is_bounded_and_going_back_past_it_stays():
    walk, truth = Walk(small_game(), keep=5), Truth(small_game())
    for _ in range(12):
        walk.finish_turn()
    assert list(walk.keyframes) == [7, 8, 9, 10, 11]
    places = set()
    for _ in range(200):
        walk.back()
        places.add((walk.turn, walk.count))
    truth.at(0, 0)
    last = len(truth.turns[0]) - 1
    assert places == {(turn, n) for turn in range(7, 12) for n in range(1, last + 1)} - {(11, last)}
    assert_same_point(walk, truth, 7, 1)
    walk.seek(0)
    assert_same_point(walk, truth, 7, 0)
    walk.reset()
    assert_same_point(walk, truth, 0, 0)
    assert walk.trace == []


def test_the_history_of_a_large_engine_stays_within_its_memory(monkeypatch):
    walk = Walk(example())
    monkeypatch.setattr(steps, "MEMORY", 10 * weight(walk.engine.state_dict()))
    for _ in range(30):
        walk.finish_turn()
    assert 2 <= len(walk.keyframes) <= 10
    state = {"a": [torch.zeros(3, dtype=torch.float64), (torch.zeros(2, 2),)], "b": 1.5}
    assert weight(state) == 3 * 8 + 4 * 4


def test_what_a_walk_forgets_lies_behind_it():
    walk, truth = Walk(small_game()), Truth(small_game())
    walk.run(4)
    walk.finish_turn()
    walk.goto(2, 3)
    walk.forget()
    assert walk.oldest == 2 and walk.reached == 4
    assert_same_point(walk, truth, 2, 3)
    for turn, count in ((2, 1), (4, 2)):
        walk.goto(turn, count)
        assert_same_point(walk, truth, turn, count)
    walk.forget()
    assert list(walk.keyframes) == [4]
    walk.goto(4, 0)
    walk.back()
    assert_same_point(walk, truth, 4, 0)
    walk.reset()
    assert_same_point(walk, truth, 0, 0)


def set_rate(engine: GanGame, rate: float) -> None:
    for optimiser in (engine.opt_D, engine.opt_G):
        optimiser.param_groups[0]["lr"] = rate


def changed_truth(at: int) -> Truth:
    """The straight way of somebody who sets another learning rate at the start of a turn."""
    truth = Truth(small_game())
    if at:
        truth.at(at - 1, 0)
    set_rate(truth.engine, 0.5)
    return truth


@pytest.mark.parametrize("at", [0, 3])
def test_change_keeps_the_past_and_drops_the_future(at):
    plain, truth = Truth(small_game()), changed_truth(at)
    walk = Walk(small_game())
    walk.run(6)
    walk.goto(at, 5)
    walk.change(lambda: set_rate(walk.engine, 0.5))
    assert_same_point(walk, truth, at, 0)
    assert max(walk.keyframes) == at and len(walk.trace) == at and walk.reached == at
    walk.run(4)
    assert_same_point(walk, truth, at + 3, len(truth.turns[at]) - 1)
    assert not same(plain.at(at + 3, 1)[0], truth.at(at + 3, 1)[0])
    for turn in range(at):
        walk.seek(turn)
        assert_same_point(walk, truth, turn, 0)
        assert same(truth.at(turn, 0)[0], plain.at(turn, 0)[0])
    walk.seek(max(at - 1, 0))    # forward again over the change: it happens at the same place
    for _ in range(2 * len(truth.turns[0])):
        walk.step()
        assert_same_point(walk, truth, walk.turn, walk.count)
    walk.seek(max(at - 1, 0))
    walk.run(4)
    assert_same_point(walk, truth, max(at - 1, 0) + 3, len(truth.turns[0]) - 1)


def test_reset_keeps_what_was_set_before_the_first_turn_and_forgets_what_was_set_later():
    walk = Walk(small_game())
    walk.change(lambda: set_rate(walk.engine, 0.5))
    walk.run(3)
    walk.change(lambda: set_rate(walk.engine, 0.25))
    walk.step()
    walk.reset()
    assert [opt.param_groups[0]["lr"] for opt in (walk.engine.opt_G, walk.engine.opt_D)] == [0.5, 0.5]
    assert_same_point(walk, changed_truth(0), 0, 0)


class Diary:
    """An engine that writes down when its lazy values were asked for."""

    def __init__(self) -> None:
        self.number, self.asked = 0, []

    def turn(self) -> Iterator[Op]:
        self.number += 1
        yield Op("one", number=self.ask, early=torch.tensor(1.0))
        self.number += 10
        yield Op("two", other=self.ask, late=torch.tensor([2.0]))

    def ask(self) -> Tensor:
        self.asked.append(self.number)
        return torch.tensor(float(self.number))

    def state_dict(self) -> dict[str, Any]:
        return {"number": self.number}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.number = state["number"]


def test_lazy_values_are_asked_for_in_watched_turns_only_and_at_the_right_moment():
    walk = Walk(Diary())
    walk.run(5)    # four turns unwatched, the fifth watched
    assert walk.engine.asked == [45, 55]
    assert walk.values["number"] == 45 and walk.values["other"] == 55
    walk.step()
    assert walk.engine.asked == [45, 55, 56] and "other" not in walk.values
    walk.seek(2)
    assert walk.engine.asked == [45, 55, 56]
    walk.step()
    assert walk.engine.asked[3:] == [23]
    assert walk.trace == 5 * [{"early": 1.0, "late": 2.0}]    # the same, watched or not


def test_values_end_with_their_turn():
    class Moody(Diary):
        def turn(self) -> Iterator[Op]:
            self.number += 1
            if self.number == 1:
                yield Op("only once", once=torch.tensor(1.0))
            self.number += 1
            yield Op("always", always=torch.tensor(float(self.number)))

    walk = Walk(Moody())
    walk.step()
    walk.run(3)
    assert walk.trace == [{"once": 1.0, "always": 2.0}, {"always": 4.0}, {"always": 6.0}]
    assert list(walk.values) == ["always"]


def test_snapshot_cuts_aliases_and_graphs():
    w = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    state = {"w": w, "list": [w * 2, ("a", w)], "n": 3}
    kept = snapshot(state)
    with torch.no_grad():
        w.mul_(10)
    state["list"].append(1)
    assert kept["w"].tolist() == [1, 2] and kept["n"] == 3
    assert len(kept["list"]) == 2 and kept["list"][1][1].tolist() == [1, 2]
    assert isinstance(kept["list"][1], tuple)
    assert not any(t.requires_grad for t in (kept["w"], kept["list"][0], kept["list"][1][1]))


def test_a_keyframe_survives_what_the_engine_does_later():
    walk, truth = Walk(small_game()), Truth(small_game())
    walk.run(2)
    kept = walk.keyframes[1]
    walk.run(3)
    assert same(copy(kept), truth.at(1, 0)[0])
    walk.seek(1)
    walk.run(3)    # replaying writes into the engine, not into the keyframe
    assert same(copy(kept), truth.at(1, 0)[0])


class Stumbling(Neuron):
    """A neuron that fails amid a turn, as often as it is told to."""

    stumbles = 0

    def turn(self) -> Iterator[Op]:
        for count, op in enumerate(super().turn()):
            if count == 3 and self.stumbles:
                self.stumbles -= 1
                raise KeyboardInterrupt
            yield op


def test_a_turn_that_raises_is_begun_anew():
    x = torch.tensor([1.0, 2.0])
    straight, walk = Walk(Neuron(x, 3 * x)), Walk(Stumbling(x, 3 * x))
    for each in (straight, walk):
        each.run(2)
    straight.run(1)
    walk.engine.stumbles = 2
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            walk.run(1)
        assert (walk.turn, walk.count, walk.op, len(walk.trace)) == (2, 0, None, 2)
        assert same(walk.engine.state_dict(), walk.keyframes[2])
    walk.run(1)
    assert same(walk.engine.state_dict(), straight.engine.state_dict())
    assert (walk.turn, walk.count, walk.trace) == (straight.turn, straight.count, straight.trace)


def test_scalars_are_the_values_of_one_number():
    values = {"a": torch.tensor(1.5), "b": torch.tensor([[2]]), "c": torch.zeros(2), "d": 3.0, "e": lambda: 1}
    assert scalars(values) == {"a": 1.5, "b": 2}


# --- the code that is shown -----------------------------------------------------------------------------


class Winding(Diary):
    """Every construction that a turn may use."""

    def turn(self) -> Iterator[Op]:
        """Its docstring is not shown."""
        self.number += 1
        for n in range(3):
            self.number += n
            yield Op("in the loop")
            if n == 1:
                self.number += 100
                yield Op("in the branch")
            elif n == 2:
                self.number += 200
                yield Op("in the other branch")
            self.number += 5
            yield Op("at the loop's end")
        yield from self.part(
            2)
        self.number -= sum(
            [1, 2])
        yield Op("after the part")

    def part(self, times: int) -> Iterator[Op]:
        done = 0
        yield Op("before the loop")
        while done < times:
            done += 1
            self.number += done
            yield Op("in the part's loop")


def statements(function: FunctionType) -> dict[int, set[int]]:
    """Line -> the lines of the smallest statement (of a compound one: its header) that stands on it."""
    lines, first = inspect.getsourcelines(function)
    spans: dict[int, set[int]] = {}
    for node in ast.walk(ast.parse(textwrap.dedent("".join(lines)))):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef):
            end = node.body[0].lineno - 1 if hasattr(node, "body") else node.end_lineno
            span = {line + first - 1 for line in range(node.lineno, max(end, node.lineno) + 1)}
            spans |= dict.fromkeys(span, span)
    return spans


def lines_run(engine: Any, turns: int) -> list[tuple[str, FunctionType, set[int], int]]:
    """What Python itself reports: at each yield its key, its function, the lines since, the yield's line."""
    seen: dict[Any, set[int]] = {}
    parts = [engine, *vars(engine).values()]    # a turn may hand over to a part of its engine, or to a part's
    parts += [inner for part in parts if isinstance(part, nn.Module) for inner in part.modules()]
    functions = {member.__code__: member for part in parts for member in vars(type(part)).values()
                 if isinstance(member, FunctionType)}

    def watch(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code not in functions or "yield" not in inspect.getsource(functions[frame.f_code]):
            return None
        if event == "line":
            seen.setdefault(frame.f_code, set()).add(frame.f_lineno)
        return watch

    found = []
    before = sys.gettrace()
    for _ in range(turns):
        generator = engine.turn()
        sys.settrace(watch)
        try:
            for op in generator:
                running = generator
                while running.gi_yieldfrom is not None:
                    running = running.gi_yieldfrom
                function = functions[running.gi_code]
                spans = statements(function)
                lines = set().union(*(spans.get(line, set()) for line in seen.get(running.gi_code, ())))
                found.append((op.key, function, lines, running.gi_frame.f_lineno))
                seen.clear()
        finally:
            sys.settrace(before)
    return found


def some_codes() -> Codes:
    """Codes of eight clips."""
    rng = torch.Generator().manual_seed(0)
    return Codes(torch.randn(8, 16, generator=rng), torch.randn(8, 16, 2, generator=rng), torch.zeros(16),
                 torch.ones(16))


def clip() -> Rollout:
    """A clip of four frames, made by networks that learned nothing."""
    return Rollout(frozen(VideoModel(FrameAutoencoder(8), MotionGenerator(hidden=3, width=8), some_codes())),
                   mixed(0, 1, 2), 4)


CASES = {"winding": (Winding, 2), "neuron": (example, 2),
         "at once": (lambda: DiracGan(Settings()), 2), "in turn": (ENGINES["two numbers"], 2),
         "cell in time": (long_walk, 2), "learner": (learner, 2),
         "frames": (lambda: FrameLearner(MovingDigits(), width=8), 2),
         "two critics": (lambda: VideoGame(some_codes()), 2),
         "clip": (clip, 3),
         "one critic": (lambda: VideoGame(some_codes(), "none", without="sequence"), 2),
         "stamps": (lambda: Transposed(Stamps.of()), 2),
         "stamp and cut": (lambda: Transposed(Stamps(((2,),), ((1, 3), (-3, 4)))), 4)} | {
    key: (lambda key=key: small_game(key), 2) for key in LOSSES}


@pytest.mark.parametrize("name", CASES)
def test_the_lit_lines_are_lines_that_ran_since_the_last_yield(name):
    make, turns = CASES[name]
    real = lines_run(make(), turns)
    walk = Walk(make())
    for key, function, ran, line in real:
        assert walk.step().key == key
        shown = walk.code
        assert shown == listing(function.__code__, line) and shown.name == function.__qualname__
        source, first = inspect.getsourcelines(function)
        texts = [text.strip() for text in source]
        at, place = {}, 0    # row of the listing -> its line in the file, by order
        for row, text in enumerate(shown.lines):
            place = texts.index(text.strip(), place)
            at[row] = place + first
            place += 1
        lit = {at[row] for row in range(shown.lit[0], shown.lit[1] + 1)}
        assert lit and lit <= ran, f"{key}: lines {sorted(lit - ran)} are lit and did not run"
        assert max(row for row in ran if row < line) in lit    # the last thing that happened
        assert not any("yield Op" in text or '"""' in text for text in shown.lines)
        head = ast.parse(textwrap.dedent("".join(source))).body[0].body[0].lineno - 1
        kept = [text for text in texts[head:] if text and "yield Op" not in text and '"""' not in text]
        assert [text.strip() for text in shown.lines] == kept    # nothing of the function is left out


def test_the_lit_lines_of_the_winding_turn_by_hand():
    walk, lit = Walk(Winding()), []
    for _ in range(11):
        walk.step()
        first, last = walk.code.lit
        lit.append((walk.op.key, [line.strip() for line in walk.code.lines[first:last + 1]]))
    loop, loop_end = ("in the loop", ["for n in range(3):", "self.number += n"]), ["self.number += 5"]
    assert lit[1:7] == [
        ("at the loop's end", loop_end), loop, ("in the branch", ["if n == 1:", "self.number += 100"]),
        ("at the loop's end", loop_end), loop,
        ("in the other branch", ["elif n == 2:", "self.number += 200"])]
    assert lit[8:] == [("before the loop", ["done = 0"])] + 2 * [
        ("in the part's loop", ["while done < times:", "done += 1", "self.number += done"])]
    walk.step()
    first, last = walk.code.lit
    assert [line.strip() for line in walk.code.lines[first:last + 1]] == ["self.number -= sum(", "[1, 2])"]


def test_two_yields_with_nothing_between_light_nothing():
    class Idle(Diary):
        def turn(self) -> Iterator[Op]:
            self.number += 1
            yield Op("something")
            yield Op("nothing")

    walk = Walk(Idle())
    walk.finish_turn()
    assert walk.code.lines == ("self.number += 1",) and walk.code.lit == (0, -1)


def test_no_code_before_the_first_operation():
    assert Walk(example()).code is None


TURNS = [Duel.pulls, DiracGan.simultaneous_turn, DiracGan.alternating_turn,
         GanGame.discriminator_turn, GanGame.generator_turn, GanGame.turn, Neuron.turn,
         Parts.without_step, Parts.without_detach, Parts.without_zero, Parts.wrong_sign, Patient.turn,
         DigitGame.discriminator_turn, DigitGame.generator_turn, DigitGame.turn,
         Transposed.stamp_turn, Transposed.crop_turn, Replay.turn, LSTMCell.step, Sequence.turn, Learner.turn,
         FrameLearner.turn, VideoGame.critic_turn, VideoGame.generator_turn, VideoGame.turn,
         MotionGenerator.step, Rollout.first_frame, Rollout.next_frame, ClipGame.turn]


@pytest.mark.parametrize("function", TURNS, ids=lambda f: f.__qualname__)
def test_a_turn_fits_the_code_box_and_has_no_comments(function):
    """The panels' code box holds 52 characters; a comment would be English on the learner's screen."""
    source = inspect.getsource(function)
    tree = ast.parse(textwrap.dedent(source)).body[0]
    assert "#" not in source
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield):
            assert node.lineno == node.end_lineno    # what `listing` leaves out
    yields = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    body = [line for number, line in enumerate(textwrap.dedent(source).split("\n"), 1)
            if line.strip() and number >= tree.body[1].lineno and number not in yields]
    assert max(len(line) for line in textwrap.dedent("\n".join(body)).split("\n")) <= 52
    *before, last = tree.body
    names = ast.Return | ast.Tuple | ast.Name | ast.expr_context
    if isinstance(last, ast.Return) and all(isinstance(node, names) for node in ast.walk(last)):
        last = before[-1]    # a part of a turn hands its results on and computes nothing more
    while isinstance(last, ast.For):    # nothing runs after the last round of a loop that ends with a yield
        last = last.body[-1]
    assert isinstance(last, ast.Expr)    # a turn's last statement is its last yield
    assert isinstance(last.value, ast.Yield | ast.YieldFrom)


def test_every_engine_of_the_repository_is_among_the_turns_above():
    """A new engine joins the checks, or this fails."""
    from helpers.course import ROOT

    found = {f"{node.name}.{part.name}" for path in (ROOT / "helpers").rglob("*.py")
             for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.ClassDef) for part in node.body if isinstance(part, ast.FunctionDef)
             and any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Op" for n in ast.walk(part))}
    assert found == {function.__qualname__ for function in TURNS} - {"GanGame.turn"}
