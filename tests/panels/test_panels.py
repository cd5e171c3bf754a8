"""The panels without a kernel: what they show equals the engine's own numbers after any event."""

import random
from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.adversarial import LOSSES
from helpers.errors import MESSAGES
from helpers.gan.panels import DigitsGame, DiracPanel, OneStep
from helpers.ui import style
from helpers.warmup.panels import OneNeuron
from tests.panels import shown
from tests.panels.shown import (
    SIDE,
    GameTruth,
    Screen,
    X,
    Y,
    assert_mentions,
    assert_numbers,
    assert_shows_the_game,
    choose,
    place,
    send,
)

torch.set_num_threads(1)
PANELS = [OneStep, DigitsGame, DiracPanel, OneNeuron]


# --- any event ------------------------------------------------------------------------------------------


class Truths:
    """One bare loop for each choice of settings."""

    def __init__(self) -> None:
        self.by_settings: dict[tuple, GameTruth] = {}

    def of(self, panel: Any) -> GameTruth:
        if isinstance(panel, DigitsGame):
            key = ("digits", panel.seed)
            make = lambda: shown.digits_game(panel)    # noqa: E731
        else:
            choices = panel.data.value, panel.loss.value, panel.latent.value, panel.seed
            points = panel.points if panel.data.value == "drawn" else []
            key = (*choices, str(points))
            make = lambda: shown.plane_game(*choices, points)    # noqa: E731
        if key not in self.by_settings:
            self.by_settings[key] = GameTruth(make())
        return self.by_settings[key]


def common_events(panel: Any, chance: random.Random) -> list:
    """(weight, event) for the transport bar, the keys, the ticks and the scrubber."""
    keys = chance.choice(["step", "back", "play", "unknown"])
    seek = chance.randint(panel.scrubber.min, panel.scrubber.max)
    return [
        (14, lambda: panel.buttons["step"].click()), (8, lambda: panel.buttons["back"].click()),
        (4, lambda: panel.buttons["turn"].click()), (5, lambda: panel.buttons["play"].click()),
        (1, lambda: panel.buttons["reset"].click()), (10, lambda: send(panel, type="key", key=keys)),
        (16, lambda: send(panel, type="tick")), (1, lambda: send(panel, type="?")),
        (4, lambda: panel.scrubber.set_state({"value": seek})),
        (3, lambda: choose(panel.speed, chance.randrange(len(panel.speeds)))),
    ]


def plane_events(panel: OneStep, chance: random.Random) -> list:
    x, y = chance.uniform(X - 30, X + SIDE + 30), chance.uniform(Y - 30, Y + SIDE + 30)
    return [
        (12 if panel.data.value == "drawn" else 3, lambda: send(panel, type="click", x=x, y=y)),
        (1, lambda: send(panel, type="click", x=X, y=Y + SIDE)),
        (3, lambda: choose(panel.data, chance.choice([0, 1, 2, 3, 4, 5, 5, 5]))),
        (2, lambda: choose(panel.loss, chance.randrange(6))),
        (1, lambda: choose(panel.latent, chance.randrange(2))),
        (4, lambda: chance.choice(list(panel.layers.values())).set_state({"value": chance.random() < 0.6})),
        (1, panel.new_game.click), (2, panel.undo.click), (1, panel.clear.click),
    ]


def happen(events: list, chance: random.Random) -> None:
    chance.choices([event for _, event in events], [weight for weight, _ in events])[0]()


def on_page(points: np.ndarray, extent: float) -> np.ndarray:
    return np.c_[X + SIDE * (points[:, 0] / extent + 1) / 2, Y + SIDE * (1 - points[:, 1] / extent) / 2]


def assert_plane_shows_the_points(panel: OneStep, truth: GameTruth, screen: Screen) -> None:
    facts = truth.at(*place(panel))
    extent = 2.0 if panel.data.value == "drawn" else 1.25 * panel.game.data.extent
    for layer, color, points in (("real", style.REAL, facts.real), ("fake", style.GENERATED, facts.fake)):
        on, drawn = panel.layers[layer].value, screen.points(color)
        assert bool(len(drawn)) == (on and not (layer == "real" and panel.data.value == "drawn"
                                                and not panel.points))
        if on and points is not None:
            assert drawn == pytest.approx(on_page(points, extent), abs=0.06)
    assert bool(len(screen.points(style.GENERATOR))) == panel.layers["mesh"].value
    field = [e for e in screen.root.iter() if e.tag.endswith("image")]
    assert len(field) == panel.layers["field"].value
    arrows = [e for e in screen.root.iter() if e.get("stroke-width") == "1.60"]
    after = panel.walk.op is not None and panel.walk.op.key in ("G.pull", "G.backward", "G.step")
    assert bool(arrows) == (after and panel.layers["pull"].value)


@pytest.mark.parametrize("seed", [0, 1])
def test_um_passo_de_cada_vez_shows_the_engines_numbers_after_any_event(seed):
    chance, truths, panel = random.Random(seed), Truths(), OneStep()
    notices = set()
    for number in range(300):
        was, playing = place(panel), panel.stage.playing
        events = common_events(panel, chance) + plane_events(panel, chance)
        if number % 10 == 9:    # a tick more often than chance has it, while playing and while paused
            send(panel, type="tick")
            assert (place(panel) != was) == playing or panel.stage.notice
        else:
            happen(events, chance)
        assert panel.errors == 0, panel.stage.notice
        notices.add(panel.stage.notice)
        screen = assert_shows_the_game(panel, truths.of(panel))
        assert_plane_shows_the_points(panel, truths.of(panel), screen)
    assert notices <= {"", MESSAGES["no_points"]}
    assert len(truths.by_settings) > 10


@pytest.mark.parametrize("make", [*(lambda loss=loss: OneStep(loss=loss) for loss in LOSSES), DigitsGame],
                         ids=[*LOSSES, "digits"])
def test_every_operation_shows_the_engines_numbers(make):
    """Chance seldom stops at a turn's middle: here each operation of two turns is looked at."""
    truths, panel, seen = Truths(), make(), []
    while panel.walk.turn < 2:
        panel.buttons["step"].click()
        seen.append(panel.walk.op.key)
        assert panel.errors == 0, panel.stage.notice
        assert_shows_the_game(panel, truths.of(panel))
    keys = [op.key for op in make().walk.engine.turn()]
    assert seen[:2 * len(keys)] == 2 * keys
    assert ("D.penalty" in keys) == (panel.walk.engine.penalty is not None)


def test_digitos_shows_the_engines_numbers_after_any_event():
    chance, truths, panel = random.Random(2), Truths(), DigitsGame()
    for _ in range(300):
        events = [*common_events(panel, chance), (1, lambda: panel.new_game.click())]
        if panel.walk.turn > 30:
            panel.new_game.click()
        happen(events, chance)
        assert panel.errors == 0, panel.stage.notice
        screen = assert_shows_the_game(panel, truths.of(panel))
        images = [e for e in screen.root.iter() if e.tag.endswith("image")]
        assert len(images) == 2
        real = truths.of(panel).at(*place(panel)).real
        if real is not None:
            sheet = np.asarray(Image.open(BytesIO(b64decode(images[0].get("href").split(",")[1]))))
            assert np.abs(sheet[:28, :28] - 127.5 * (real[0].reshape(28, 28) + 1)).max() <= 1.001


class NeuronTruth:
    """Gradient descent on a parabola in float64, with the rate that each turn began with."""

    def __init__(self, neuron: Any) -> None:
        self.x, self.y = neuron.x.double().numpy(), neuron.y.double().numpy()
        self.rates = {0: 0.1}

    def loss(self, w: float) -> float:
        return float(np.mean((w * self.x - self.y) ** 2))

    def slope(self, w: float) -> float:
        return float(np.mean(2 * (w * self.x - self.y) * self.x))

    def rate(self, turn: int) -> float:
        return self.rates[max(t for t in self.rates if t <= turn)]

    def weight(self, turn: int) -> float:
        w = -1.0
        for t in range(turn):
            w -= self.rate(t) * self.slope(w)
        return w


def assert_shows_the_neuron(panel: OneNeuron, truth: NeuronTruth) -> None:
    (turn, count), screen = place(panel), Screen(panel)
    before = truth.weight(turn)
    w = before - truth.rate(turn) * truth.slope(before) if count == 5 else before
    assert panel.rate.value == pytest.approx(truth.rate(turn))
    if abs(w) > 1e15:    # float32 will soon know no such numbers
        return
    near = {"rel": 1e-4, "abs_": 1e-5}
    assert_numbers(screen.rows[0], [w, truth.loss(w)], **near)
    assert_numbers(screen.rows[1], [turn])
    said = [[turn, w], [], [w], [truth.loss(w)], [truth.slope(w)], [before, w]][count]
    assert_mentions(panel.stage.sentence, said, **near)
    if panel.walk.code:
        first, last = panel.walk.code.lit
        assert screen.lit_code() == [line.strip() for line in panel.walk.code.lines[first:last + 1]]


@pytest.mark.parametrize("seed", [3, 4])
def test_um_neuronio_shows_closed_form_numbers_after_any_event(seed):
    chance, panel = random.Random(seed), OneNeuron()
    truth = NeuronTruth(panel.walk.engine)

    def set_rate() -> None:
        rate = chance.choice([0.0, 1.2, 0.05, 0.1, 0.30000000000000004, 0.85])
        if rate != panel.rate.value:
            turn = panel.walk.turn
            truth.rates = {t: r for t, r in truth.rates.items() if t < turn} | {turn: rate}
        panel.rate.set_state({"value": rate})

    def reset() -> None:
        truth.rates = {0: truth.rates[0]}
        panel.buttons["reset"].click()

    for _ in range(300):
        events = [event for event in common_events(panel, chance) if event[0] != 1]
        click = lambda: send(panel, type="click", x=5.0, y=5.0)    # noqa: E731
        happen([*events, (5, set_rate), (2, reset), (1, click)], chance)
        assert panel.errors == 0, panel.stage.notice
        assert_shows_the_neuron(panel, truth)


# --- every control ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", PANELS)
def test_every_control_at_its_ends_and_at_an_awkward_value(make):
    panel = make()
    controls = [control for row in (panel.children[0], panel.children[2]) for control in row.children
                if type(control).__name__ != "Label"]
    assert len(controls) >= 8
    for control in controls:
        kind = type(control).__name__
        if kind == "Button":
            changes = [None, None]
        elif kind == "Dropdown":
            changes = [{"index": n} for n in (0, len(control.options) - 1, len(control.options) // 2)]
        elif kind == "Checkbox":
            changes = [{"value": False}, {"value": True}]
        else:
            middle = (control.min + control.max) / 2
            odd = 1 / 3 if kind == "FloatSlider" else int(middle)
            changes = [{"value": value} for value in (control.min, control.max, odd, 10 * control.max + 7)]
        for change in changes:
            for prepare in ((), ("turn", "step")):    # at a start, and in the midst
                for key in prepare:
                    panel.buttons[key].click()
                if change is None:
                    control.click()
                else:
                    control.set_state(change)
                panel.buttons["step"].click()
                assert panel.errors == 0, f"{control.description}: {panel.stage.notice}"
                Screen(panel)


def test_every_choice_of_data_loss_and_latent_space_plays():
    panel = OneStep()
    send(panel, type="click", x=100.0, y=100.0)
    for data in range(len(panel.data.options)):
        for loss in range(len(panel.loss.options)):
            for latent in (0, 1):
                choose(panel.data, data)
                choose(panel.loss, loss)
                choose(panel.latent, latent)
                if panel.data.value == "drawn" and not panel.points:
                    send(panel, type="click", x=100.0, y=100.0)
                panel.buttons["turn"].click()
                assert panel.stage.notice == "" and panel.errors == 0
                assert_shows_the_game(panel, GameTruth(shown.plane_game(
                    panel.data.value, panel.loss.value, panel.latent.value, 0, panel.points)))


@pytest.mark.parametrize("make", PANELS)
def test_to_the_start_and_forward_gives_the_same_drawings(make):
    def forward(panel: Any) -> list[tuple[str, str]]:
        seen = [(panel.stage.svg, panel.stage.sentence)]
        for _ in range(26):
            panel.buttons["step"].click()
            seen.append((panel.stage.svg, panel.stage.sentence))
        return seen

    panel = make()
    first = forward(panel)
    assert len(set(first)) == len(first)    # each operation looks different
    back = [first[-1]]
    for _ in range(26):
        panel.buttons["back"].click()
        back.append((panel.stage.svg, panel.stage.sentence))
    starts = {n for n, (_, sentence) in enumerate(first) if sentence == first[0][1]}
    assert back[::-1] == first and starts == {0}
    panel.buttons["turn"].click()
    panel.buttons["reset"].click()
    assert forward(panel) == first
    assert forward(make()) == first


@pytest.mark.parametrize("make", PANELS)
def test_buttons_and_keys_do_what_they_say(make):
    panel = make()
    last = sum(1 for _ in make().walk.engine.turn())
    send(panel, type="key", key="step")
    assert place(panel) == (0, 1)
    panel.buttons["step"].click()
    assert place(panel) == (0, 2)
    send(panel, type="key", key="back")
    assert place(panel) == (0, 1)
    panel.buttons["turn"].click()
    assert place(panel) == (0, last)
    panel.buttons["turn"].click()
    assert place(panel) == (1, last)
    panel.buttons["step"].click()
    panel.buttons["back"].click()
    assert place(panel) == (1, last)
    panel.scrubber.set_state({"value": 0})
    assert place(panel) == (0, 0) and panel.scrubber.max >= 1
    panel.buttons["reset"].click()
    assert place(panel) == (0, 0) and panel.scrubber.max == 0 and panel.walk.trace == []
