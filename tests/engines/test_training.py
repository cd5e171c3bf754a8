"""The training loop: a real SIGINT at any operation, budgets, broken numbers, the timeline; bit for bit."""

import io
import math
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest
import torch

from helpers.errors import CourseError
from helpers.gan.digit_game import DigitGame, Recipe
from helpers.gan.game import flat
from helpers.snapshots import snapshot
from helpers.steps import Op
from helpers.training import SAFE, STOPPED, Training

torch.set_num_threads(1)
OPS = 6    # of one of Tiny's turns


class Tiny:
    """A small regression by Adam with noise of its own; `at_op` is called at each operation."""

    def __init__(self, seed: int = 0) -> None:
        self.net, self.rng = torch.nn.Linear(3, 1), torch.Generator().manual_seed(seed)
        with torch.no_grad():
            self.net.weight.copy_(torch.tensor([[1.0, -2.0, 0.5]]))
            self.net.bias.zero_()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=0.05)
        self.spare = torch.zeros(2)    # a part of the state that no loss sees
        self.steps, self.told = 0, []
        self.nan_at = self.inf_at = None
        self.at_op = lambda: None

    def tune(self, progress: float) -> None:
        self.told.append(progress)
        self.opt.param_groups[0]["lr"] = 0.05 * (1 - progress / 2)

    def turn(self) -> Iterator[Op]:
        for key, line in (("batch", self._batch), ("loss", self._loss),
                          ("back", lambda: self.loss.backward()), ("step", self.opt.step),
                          ("count", self._count), ("end", lambda: None)):
            line()
            self.at_op()
            values = {"loss": self.loss.detach().clone()} if key in ("loss", "step") else {}
            yield Op(key, **values, **({"size": self.net.weight.norm().detach()} if key == "end" else {}))

    def _batch(self) -> None:
        self.opt.zero_grad()
        self.x = torch.randn(4, 3, generator=self.rng)

    def _loss(self) -> None:
        self.loss = (self.net(self.x) - self.x.sum(1, keepdim=True)).square().mean()
        if self.steps + 1 == self.nan_at:
            self.loss = self.loss * math.nan

    def _count(self) -> None:
        self.steps += 1
        if self.steps == self.inf_at:
            self.spare[1] = math.inf

    def state_dict(self) -> dict[str, Any]:
        return {"net": self.net.state_dict(), "opt": self.opt.state_dict(), "rng": self.rng.get_state(),
                "spare": self.spare, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.opt.load_state_dict(state["opt"])
        self.rng.set_state(state["rng"])
        self.spare, self.steps = state["spare"], state["steps"]


def plain(state: Any) -> Any:
    """A state as plain numbers, equal only if every bit is."""
    if isinstance(state, torch.Tensor):
        return str(state.dtype), state.shape, state.detach().contiguous().numpy().tobytes()
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    return [plain(value) for value in state] if isinstance(state, list | tuple) else state


def same(a: Training, b: Training) -> bool:
    return (plain(a.engine.state_dict()) == plain(b.engine.state_dict()) and a.history == b.history
            and a.step == b.step)


def straight(steps: int, **settings: Any) -> Training:
    return Training(Tiny(), plan=60, **settings).run(steps, show=False)


@pytest.fixture(autouse=True)
def the_handler_is_put_back() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


# --- interruption ------------------------------------------------------------------------------------------


def test_fifty_interrupts_at_random_operations_change_nothing():
    whole, chance = straight(60), random.Random(0)
    for _ in range(50):
        training, counted = Training(Tiny(), plan=60), 0
        at = chance.randrange(OPS * 60)

        def interrupt(at: int = at) -> None:
            nonlocal counted
            if counted == at:
                signal.raise_signal(signal.SIGINT)
            counted += 1

        training.engine.at_op = interrupt
        training.run(show=False)
        assert training.interrupted and training.step == at // OPS + 1    # the step in hand is finished
        assert all(len(values) == training.step for values in training.history.values())
        assert same(training, straight(training.step))
        training.run(show=False)
        assert not training.interrupted and same(training, whole)


def test_interrupts_from_outside_at_any_moment_change_nothing():
    """Another thread sends the signal to the process, wherever the loop is: between steps too."""
    whole, training, chance = straight(60), Training(Tiny(), plan=60), random.Random(1)
    training.engine.at_op = lambda: time.sleep(0.0002)
    stops = 0
    while training.step < 60:
        sender = threading.Timer(chance.uniform(0.002, 0.012), os.kill, (os.getpid(), signal.SIGINT))
        begun = training.step

        def start(sender: threading.Timer = sender) -> None:    # within the loop, where the handler stands
            training.engine.at_op = lambda: time.sleep(0.0002)
            sender.start()

        training.engine.at_op = start
        before = signal.signal(signal.SIGINT, lambda *_: None)    # for one that comes after the last step
        try:
            training.run(show=False)
            sender.join()
        finally:
            signal.signal(signal.SIGINT, before)
        stops += training.interrupted
        assert training.step > begun and all(len(v) == training.step for v in training.history.values())
    assert stops >= 2 and same(training, whole)


def test_digits_interrupted_go_on_bit_for_bit():
    recipe = Recipe(latent=4, batch=4, width_G=4, width_D=2, lazy=2)
    whole = Training(DigitGame(recipe, conditional=True), plan=8).run(show=False)
    training, chance = Training(DigitGame(recipe, conditional=True), plan=8), random.Random(2)
    turn = training.engine.turn

    def noisy() -> Iterator[Op]:
        at = chance.randrange(14)
        for n, op in enumerate(turn()):
            if n == at:
                signal.raise_signal(signal.SIGINT)
            yield op

    training.engine.turn = noisy
    for _ in range(8):
        before = training.step
        training.run(show=False)
        assert training.interrupted and training.step == before + 1
    assert same(training, whole)


def test_the_bar_says_where_it_stopped_and_is_silent_when_asked_to_be():
    training, said = Training(Tiny(), plan=60), io.StringIO()
    training.engine.at_op = lambda: signal.raise_signal(signal.SIGINT)
    with redirect_stderr(said):
        training.run()
        assert training.step == 1 and STOPPED.format(step=1) in said.getvalue()
        said.truncate(0)
        training.run(show=False)
    assert training.step == 2 and said.getvalue() == ""


def test_the_handler_returns_after_every_way_out():
    """The fixture checks it; here are the ways out."""
    training = Training(Tiny(), plan=60)
    training.engine.nan_at = 3
    with pytest.raises(CourseError):
        training.run(show=False)

    def broken() -> None:
        raise RuntimeError("no disk")

    training.engine.at_op = broken
    with pytest.raises(RuntimeError):
        training.run(show=False)
    before = signal.getsignal(signal.SIGINT)    # what it is hangs on how the tests were started
    try:
        for handler in (signal.SIG_IGN, signal.SIG_DFL, signal.default_int_handler):
            signal.signal(signal.SIGINT, handler)
            straight(3)
            assert signal.getsignal(signal.SIGINT) is handler
        with pytest.raises(KeyboardInterrupt):    # outside a training all is as ever
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_it_trains_beside_the_main_thread():
    found: list[Training] = []
    thread = threading.Thread(target=lambda: found.append(straight(60)))
    thread.start()
    thread.join()
    assert same(found[0], straight(60))


# --- how long ----------------------------------------------------------------------------------------------


def test_budgets_of_steps_of_the_plan_and_of_seconds(monkeypatch):
    training = straight(7)
    assert training.step == 7 and training.engine.told == [n / 60 for n in range(7)]
    training.run(show=False)
    assert training.step == 60 and same(training, straight(60))
    training.run(show=False)    # nothing is left of the plan
    assert training.step == 60
    training.run(5, show=False)    # beyond it: as at the beginning, or a rate that fell to 0 would stay there
    assert training.step == 65 and training.engine.told[-5:] == 5 * [0.0]

    clock = iter(n / 4 for n in range(1000))
    monkeypatch.setattr("helpers.training.time.perf_counter", lambda: next(clock))
    timed = Training(Tiny()).run(seconds=2.0, show=False)
    assert timed.step == 7    # a quarter of a second at each look: 0,25 … 1,75 are less than 2
    assert timed.engine.told == [*(n / 8 for n in range(1, 8)), 0.0]


def test_training_on_past_the_plan_or_after_a_time_moves_the_weights():
    for how in ({}, {"seconds": 0.2}):
        training = Training(DigitGame(Recipe(batch=4, width_G=4, width_D=2)), plan=2)
        training.run(**how, show=False)
        before = flat(training.engine.G)
        training.run(2, show=False)
        assert (flat(training.engine.G) - before).abs().max() > 1e-4


def test_a_weight_that_broke_in_the_very_last_step_is_not_handed_out():
    training = Training(engine := Tiny())
    training.run(SAFE, show=False)
    good = snapshot(engine.state_dict())

    def spoil() -> None:
        engine.spare[0] = math.inf    # no loss sees it
    engine.at_op = spoil
    with pytest.raises(CourseError) as caught:
        training.run(1, show=False)
    assert (caught.value.key, caught.value.facts["step"], training.step) == ("training_broke", SAFE + 1, SAFE)
    assert torch.equal(engine.spare, good["spare"])


@pytest.mark.parametrize("facts", [{"plan": 0}, {"plan": -5}, {"plan": 2.5}, {"every": -1},
                                   {"plan": True}], ids=str)
def test_a_plan_or_a_timeline_without_steps_is_refused(facts):
    with pytest.raises(CourseError) as caught:
        Training(Tiny(), **facts)
    assert caught.value.key == "budget_unclear"


def test_what_broke_is_said_in_words():
    from helpers.errors import NAMES

    game = DigitGame(Recipe(batch=4, width_G=4, width_D=2))
    Training(game).run(1, show=False)
    given = {}
    for op in game.turn():
        given |= op.values
    names = {name for name, value in given.items() if isinstance(value, torch.Tensor) and value.numel() == 1}
    assert names and names <= NAMES.keys() and not any("_" in words for words in NAMES.values())


def test_seconds_are_seconds():
    training, start = Training(Tiny()), time.perf_counter()
    training.engine.at_op = lambda: time.sleep(0.002)
    training.run(seconds=0.15, show=False)
    assert 0.15 <= time.perf_counter() - start < 1.5 and 1 <= training.step <= 0.15 / (0.002 * OPS) + 1


def test_the_same_seed_is_the_same_run_and_another_is_another():
    assert same(straight(30), straight(30))
    assert not same(straight(30), Training(Tiny(1), plan=60).run(30, show=False))


UNCLEAR = {"zero": {"steps": 0}, "negative": {"steps": -3}, "half": {"steps": 2.5}, "true": {"steps": True},
           "word": {"steps": "10"}, "nothing": {}, "both": {"steps": 3, "seconds": 1.0},
           "zero seconds": {"seconds": 0}, "negative seconds": {"seconds": -1.0},
           "nan seconds": {"seconds": math.nan}, "endless": {"seconds": math.inf},
           "true seconds": {"seconds": True}, "word seconds": {"seconds": "1"}}


@pytest.mark.parametrize("asked", UNCLEAR)
def test_an_unclear_budget_is_refused_and_nothing_is_touched(asked):
    training = Training(Tiny(), every=5).run(12, show=False)    # no plan
    before = plain(training.engine.state_dict()), dict(training.history), list(training.timeline)
    with pytest.raises(CourseError) as caught:
        training.run(**UNCLEAR[asked], show=False)
    assert caught.value.key == "budget_unclear" and "None" not in str(caught.value)
    assert all(str(value) in str(caught.value) for value in UNCLEAR[asked].values())
    assert (plain(training.engine.state_dict()), training.history, training.timeline) == before
    assert training.run(3, show=False).step == 15


# --- numbers that break ------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, SAFE, SAFE + 1, 2 * SAFE + 7])
def test_a_nan_returns_to_the_last_good_state_and_training_goes_on(at):
    training = Training(Tiny(), plan=60, every=10)
    training.engine.nan_at = at
    with pytest.raises(CourseError) as caught:
        training.run(show=False)
    good = (at - 1) // SAFE * SAFE
    assert caught.value.key == "training_broke"
    assert caught.value.facts == {"step": at, "what": "loss", "good": good}
    assert str(at) in str(caught.value) and str(good) in str(caught.value)
    assert training.step == good
    assert good == 0 or same(training, straight(good))
    assert all(len(values) == good for values in training.history.values())
    assert [mark.step for mark in training.timeline] == list(range(0, good + 1, 10))
    training.engine.nan_at = None
    training.run(show=False)
    assert same(training, straight(60))


def test_a_state_with_a_bad_weight_is_never_the_safe_one():
    """A weight turns infinite at step 20 while the loss stays finite until step 60."""
    training = Training(Tiny(), plan=60)
    training.engine.inf_at, training.engine.nan_at = 20, 60
    with pytest.raises(CourseError) as caught:
        training.run(show=False)
    assert caught.value.facts["good"] == 0 and training.step == 0
    assert plain(training.engine.state_dict()) == plain(Tiny().state_dict())
    training.engine.inf_at, training.engine.nan_at = 30, 55    # here step 25 was still sound
    with pytest.raises(CourseError) as caught:
        training.run(show=False)
    assert caught.value.facts["good"] == 25 and same(training, straight(25))


# --- the timeline -------------------------------------------------------------------------------------------


def test_the_timeline_keeps_exact_states_and_what_was_measured():
    training = Training(Tiny(), plan=60, every=7, measure=lambda engine: {"at": float(engine.steps)})
    training.run(show=False)
    assert [mark.step for mark in training.timeline] == list(range(0, 60, 7))
    for mark in training.timeline:
        assert mark.measured == {"at": mark.step}
        expected = Tiny() if mark.step == 0 else straight(mark.step).engine
        assert plain(mark.state) == plain(expected.state_dict())    # later steps did not write into it


def test_goto_returns_exactly_and_the_way_on_is_the_original():
    training = Training(Tiny(), plan=60, every=10).run(show=False)
    kept = snapshot(training.timeline[3].state)
    for asked, step in ((38, 30), (30, 30), (12, 10), (0, 0)):
        training.goto(asked)
        assert training.step == step and [m.step for m in training.timeline] == list(range(0, step + 1, 10))
        assert step == 0 or same(training, straight(step))
        training.run(show=False)
        assert same(training, straight(60)) and plain(training.timeline[3].state) == plain(kept)
    training.goto(30)
    training.engine.nan_at = 33    # what is safe is now step 30, not a later one
    with pytest.raises(CourseError) as caught:
        training.run(show=False)
    assert caught.value.facts["good"] == 30 and same(training, straight(30))


def test_goto_without_a_point_stays_and_says_so():
    for training, step in ((straight(9), 5), (straight(9, every=3), -1)):
        before = plain(training.engine.state_dict())
        with pytest.raises(CourseError) as caught:
            training.goto(step)
        assert caught.value.key == "no_point" and training.step == 9
        assert plain(training.engine.state_dict()) == before


def test_an_engine_that_raises_amid_a_step_is_put_back_to_its_last_safe_state():
    engine, straight = Tiny(), Tiny()
    training = Training(engine)
    training.run(SAFE + 3, show=False)

    def fail() -> None:
        raise RuntimeError("amid a step")
    engine.at_op = fail
    with pytest.raises(RuntimeError, match="amid"):
        training.run(1, show=False)
    engine.at_op = lambda: None
    assert training.step == SAFE and len(training.history["loss"]) == SAFE
    training.run(10, show=False)
    whole = Training(straight)
    whole.run(SAFE + 10, show=False)
    assert training.history == whole.history and torch.equal(engine.net.weight, straight.net.weight)
