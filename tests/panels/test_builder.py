"""Monte a rede without a kernel: what it shows is what torch does, any event is sound, undo is bit-exact."""

import copy
import random
import re
from typing import Any

import numpy as np
import pytest
import torch

from helpers.errors import MESSAGES
from helpers.gan import blocks_figures as figures
from helpers.gan.blocks import LIMITS, Linear, Norm, grouped, written
from helpers.gan.convolutions import Conv
from helpers.gan.digit_game import OURS, DigitGame
from helpers.gan.models import lesson, models
from helpers.gan.panels import Builder, builder
from helpers.gan.panels import builder_words as words
from helpers.gan.panels.builder_controls import KINDS
from helpers.gan.stack import LONGEST
from helpers.gan.workbench import TRIED, real_batch
from helpers.ui import style
from tests.panels.shown import Screen, agrees, fingerprint, read, send

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def one_step_a_picture(monkeypatch):
    """Each tick takes the one step that it always takes."""
    monkeypatch.setattr(builder, "LONGEST", 0.0)


def rows(screen: Screen) -> dict[int, list[str]]:
    """The words of each row of the table, from left to right."""
    found: dict[int, list[tuple[float, str]]] = {}
    for element in screen.texts:
        x, y = float(element.get("x")), float(element.get("y"))
        row = (y - figures.FIRST - 16) / figures.STEP
        if x < figures.SIDE_X and abs(row - round(row)) < 0.01 and 0 <= row < LONGEST + 2 and y < 412:
            found.setdefault(round(row), []).append((x, "".join(element.itertext())))
    return {row: [text for x, text in sorted(parts) if text != "⚠"] for row, parts in found.items()}


def side_texts(screen: Screen) -> list[str]:
    return ["".join(e.itertext()) for e in screen.texts if float(e.get("x")) >= figures.SIDE_X]


def train(panel: Builder, steps: int) -> None:
    """Press play, let the page tick, press pause."""
    panel.train["play"].click()
    for _ in range(steps - 1):
        send(panel, type="tick")
    panel.train["play"].click()
    assert panel.errors == 0 and panel.stage.notice == "" and not panel.stage.playing


def assert_shows_the_pair(panel: Builder) -> Screen:
    """Table, images, scores, losses and controls are those of the stacks and networks themselves."""
    screen, pair, role = Screen(panel), panel.pair, panel.role
    stack, report = pair.stacks[role], pair.reports[role]
    assert len(panel.stage.sentence) <= 200 and panel.which.value == role
    table = rows(screen)
    assert table[0][-1] == written(stack.start)
    for number, block in enumerate(stack.blocks, 1):
        shown = table[number]
        assert shown[:2] == [str(number), words.name(block)]
        if number <= len(report.rows):
            shape, params, flops, reach = report.rows[number - 1]
            assert shown[2:4] == [written(shape), grouped(params)]
            assert shown[5] == ("—" if reach is None else f"{reach}×{reach}")
            if "mi" in shown[4] or "mil" in shown[4]:
                value, half = read(shown[4])[0]
                unit = 1000 if "mil" in shown[4] else 1_000_000
                assert abs(value * unit - flops) <= half * unit
            else:
                assert shown[4] == grouped(flops)
        elif number == len(report.rows) + 1:
            assert shown[2].startswith("✗") and str(report.error) == panel.stage.sentence
        else:
            assert shown[2:] == ["—"] * 4
    last = table[len(stack.blocks) + 1]
    if role in pair.nets:
        assert last[0] == "✓"
        assert last[3] == grouped(sum(p.numel() for p in pair.nets[role].parameters()))
    elif len(report.rows) == len(stack.blocks):
        assert last[-1].startswith("✗")
    texts = side_texts(screen)
    G, D = (copy.deepcopy(pair.nets.get(name)) for name in "GD")
    z = torch.randn(TRIED, pair.stacks["G"].latent, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        fake = G(z) if G else None
        scores = [D(images).sigmoid().flatten() if D and images is not None else None
                  for images in (real_batch(), fake)]
    expected = [*(scores[0][:5].tolist() if D else ()), *(scores[1][:10].tolist() if D and G else ())]
    found = [read(text)[0] for text in texts if len(text) == 4 and text[1] == ","]
    assert len(found) == len(expected)
    assert all(agrees(one, true, abs_=1e-4) for one, true in zip(found, expected, strict=True))
    assert len([e for e in screen.root.iter() if e.tag.endswith("image")]) == (3 if G else 1)
    losses = [pair.history.get(name, []) for name in ("loss_D", "loss_G")]
    assert [len(values) for values in losses] == 2 * [pair.steps]
    if pair.steps:
        title = next(text for text in texts if text.startswith("perdas"))
        assert all(agrees(one, values[-1]) for one, values in zip(read(title), losses, strict=True))
    assert any(text.startswith(f"passos: {pair.steps} ") for text in texts)
    assert panel.train["undo"].disabled == (not panel.bench.past)
    block = panel.block
    for name, control in panel.fields.items():
        if control.layout.display == "":
            assert control.value == (getattr(block, name) if block else stack.latent)
    return screen


def events(panel: Builder, chance: random.Random) -> list:
    x, y = chance.uniform(-5, 945), chance.uniform(-5, 480)
    shown = [name for name, control in panel.fields.items() if control.layout.display == ""]
    name = chance.choice(shown if shown and chance.random() < 0.8 else list(panel.fields))
    control = panel.fields[name]
    if name == "bias":
        value: Any = chance.random() < 0.5
    elif hasattr(control, "options"):
        value = chance.choice([v for _, v in control.options] if name == "kind" else list(control.options))
    else:
        value = chance.choice([0, 1, 2, 7, 14, 49, 64, 3136, 10**6, -3])
    model = chance.choice(list(models(panel.role)))
    key = chance.choice(["step", "back", "play", "unknown"])
    return [
        (6, lambda: send(panel, type="click", x=x, y=y)), (6, lambda: send(panel, type="key", key=key)),
        (8, lambda: send(panel, type="tick")), (5, lambda: setattr(panel.model, "value", model)),
        (5, lambda: setattr(panel.kind, "value", chance.choice(list(KINDS)))),
        (12, lambda: setattr(control, "value", value)),
        (3, lambda: setattr(panel.which, "value", chance.choice("GD"))),
        *((weight, panel.acts[act].click) for act, weight in (("add", 4), ("remove", 3), ("earlier", 2),
                                                              ("later", 2))),
        (4, panel.train["train"].click), (2, panel.train["play"].click), (1, panel.train["weights"].click),
        (12, panel.train["undo"].click)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_shows_what_torch_does_after_any_event(seed):
    chance, panel, notices, fitted = random.Random(seed), Builder(), set(), 0
    for _ in range(250):
        choices = events(panel, chance)
        before = fingerprint(*panel.pair.nets.values()), panel.pair.stacks, panel.pair.steps
        chance.choices([event for _, event in choices], [weight for weight, _ in choices])[0]()
        assert panel.errors == 0, panel.stage.notice
        if panel.stage.notice:    # a refusal leaves all as it was
            notices.add(panel.stage.notice.split(" ")[0])
            assert before == (fingerprint(*panel.pair.nets.values()), panel.pair.stacks, panel.pair.steps)
        else:
            assert_shows_the_pair(panel)
        fitted += panel.pair.fits
    assert len(notices) >= 2 and fitted > 20


def test_training_is_the_lessons_own_game_bit_for_bit():
    panel, game = Builder(), DigitGame(OURS)
    train(panel, 3)
    send(panel, type="key", key="step")    # looking at another block between steps changes nothing
    train(panel, 2)
    losses = []
    for _ in range(5):
        for op in game.turn():
            losses += [op.values["loss_G"].item()] if "loss_G" in op.values else []
    assert panel.pair.history["loss_G"] == losses and panel.pair.steps == 5
    assert fingerprint(*panel.pair.nets.values()) == fingerprint(game.G, game.D)
    assert "Depois de 5 passos" in panel.stage.sentence
    assert_shows_the_pair(panel)


def test_twenty_five_steps_are_twenty_five_and_a_second_press_goes_on():
    panel = Builder(G="dense", D="dense")
    for done in (25, 50):
        panel.train["train"].click()
        for _ in range(40):
            send(panel, type="tick")
        assert panel.pair.steps == done and not panel.stage.playing
    send(panel, type="key", key="play")
    assert panel.stage.playing and panel.train["play"].description == words.PAUSE
    send(panel, type="key", key="play")
    assert not panel.stage.playing and panel.pair.steps == 51


def test_undo_brings_back_stack_weights_and_training_bit_for_bit():
    panel, straight = Builder(G="dense", D="dense"), Builder(G="dense", D="dense")
    train(panel, 4)
    panel.which.value = "D"
    changes = [panel.acts["add"].click, lambda: setattr(panel.model, "value", "wrong_flat"),
               lambda: setattr(panel.which, "value", "G"), panel.acts["remove"].click,
               panel.train["weights"].click]
    for change in changes:
        change()
    train_refused = panel.pair.steps
    assert train_refused == 0 and not panel.pair.fits
    for _ in range(4):
        panel.train["undo"].click()
        assert_shows_the_pair(panel)
    assert panel.pair.steps == 4 and panel.train["undo"].disabled
    train(panel, 4)
    train(straight, 8)
    assert fingerprint(*panel.pair.nets.values()) == fingerprint(*straight.pair.nets.values())
    assert panel.pair.history == straight.pair.history


@pytest.mark.parametrize("role", ["G", "D"])
def test_every_model_shows_itself_and_the_wrong_ones_say_where(role):
    panel = Builder(role)
    for key, stack in models(role).items():
        panel.model.value = key
        assert panel.stack == stack and panel.errors == 0
        assert_shows_the_pair(panel)
        if panel.pair.reports[role].error:
            assert "✗" in panel.stage.svg and not panel.pair.fits
            panel.train["train"].click()
            assert panel.stage.notice == MESSAGES["pair_misfit"] and panel.pair.steps == 0
            panel.train["undo"].click()
        elif key.startswith("wrong"):
            assert "⚠" in panel.stage.svg and ": encaixa, mas" in panel.stage.sentence


def test_every_control_goes_to_its_extremes():
    panel = Builder("D")
    for name in ("channels", "kernel", "stride", "padding"):
        for value in (*LIMITS[name], LIMITS[name][1] + 1, -1, 10**6):
            if name != "channels" and value not in range(LIMITS[name][0], LIMITS[name][1] + 1):
                continue    # no such entry in the list
            panel.fields[name].value = value
            assert panel.errors == 0
            inside = LIMITS[name][0] <= value <= LIMITS[name][1]
            refused = bool(panel.stage.notice)
            assert refused or inside
            assert panel.fields[name].value == getattr(panel.block, name)    # a refused number goes back
            if refused:
                assert str(value) in panel.stage.notice or "este painel vai até" in panel.stage.notice
            else:
                assert_shows_the_pair(panel)
    for _ in range(LONGEST + 2):
        panel.acts["add"].click()
    assert len(panel.stack.blocks) == LONGEST and str(LONGEST) in panel.stage.notice
    for _ in range(LONGEST + 2):
        panel.acts["remove"].click()
    assert panel.at == 0 or not panel.stack.blocks
    assert panel.errors == 0


def test_blocks_are_chosen_by_click_and_keys_and_changed_where_they_stand():
    panel = Builder()
    for at in range(len(panel.stack.blocks) + 1):
        send(panel, type="click", x=200.0, y=figures.FIRST + figures.STEP * (at + 0.5))
        assert panel.at == at and panel.block == (panel.stack.blocks[at - 1] if at else None)
        send(panel, type="click", x=figures.X + figures.SLOT * (at + 0.5), y=30.0)
        assert panel.at == at
    send(panel, type="key", key="step")
    assert panel.at == len(panel.stack.blocks)
    send(panel, type="click", x=200.0, y=figures.FIRST + figures.STEP * 3.5)
    panel.kind.value = "conv"
    assert panel.stack.blocks[2] == Conv() and panel.stack.blocks[3:] == lesson("G").blocks[3:]
    panel.kind.value = "norm"
    assert panel.stack == lesson("G") and panel.model.value == "lesson"
    panel.acts["later"].click()
    assert panel.at == 4 and panel.stack.blocks[3] == Norm()
    panel.acts["earlier"].click()
    assert panel.stack == lesson("G") and panel.at == 3
    send(panel, type="click", x=200.0, y=figures.FIRST + 5)
    panel.fields["latent"].value = 100
    assert panel.stack.latent == 100 and panel.pair.nets["G"][0].in_features == 100
    panel.acts["add"].click()
    panel.kind.value = "linear"
    assert isinstance(panel.stack.blocks[0], Linear) and panel.at == 1


PLAIN = str.maketrans({"·": "*", "−": "-", "²": "**2", "⌊": "(", "⌋": ")", "/": "//"})


def test_the_arithmetic_of_the_block_chosen_is_right():
    for role, key in (("G", "lesson"), ("D", "classic"), ("G", "resized"), ("D", "dense")):
        panel = Builder(role, **{role: key})
        for at, row in enumerate(panel.pair.reports[role].rows, 1):
            panel.chosen[role] = at
            panel.redraw()
            lines = ["".join(e.itertext()) for e in Screen(panel).texts if float(e.get("y")) > 412]
            sums = [found for line in lines for found in re.findall(r": ([^:=a-z]+) = ([\d.]+)", line)]
            values = [int(result.replace(".", "")) for _, result in sums]
            block = panel.block
            assert values == [*([row.shape[1]] if isinstance(block, Conv) else []),
                              *([row.params] if row.params else []), *([row.flops] if row.flops else [])]
            for (written_sum, _), value in zip(sums, values, strict=True):
                plain = written_sum.translate(PLAIN)
                assert set(plain) <= set("0123456789+-*/() ") and eval(plain) == value, written_sum


def test_a_training_that_breaks_says_so_and_returns_to_the_last_good_state():
    panel = Builder(G="dense", D="dense")
    train(panel, 26)
    safe = panel.pair.training._safe[0]
    with torch.no_grad():
        panel.pair.nets["G"][0].weight.fill_(np.nan)
    panel.train["play"].click()
    assert "deixou de ser um número finito" in panel.stage.notice and not panel.stage.playing
    assert panel.errors == 0 and panel.pair.steps == safe == 25
    assert all(p.isfinite().all() for net in panel.pair.nets.values() for p in net.parameters())
    send(panel, type="key", key="step")
    assert_shows_the_pair(panel)
    train(panel, 2)
    assert panel.pair.steps == 27


def test_a_defect_amid_training_is_counted_and_undone(monkeypatch):
    panel = Builder(G="dense", D="dense")
    for steps in (0, 3):
        if steps:
            train(panel, steps)
        before, svg = fingerprint(*panel.pair.nets.values()), panel.stage.svg
        monkeypatch.setattr(figures, "trial", lambda shown: 1 / 0)
        panel.train["play"].click()
        assert panel.stage.notice and not panel.stage.playing and panel.stage.svg == svg
        monkeypatch.undo()
        monkeypatch.setattr(builder, "LONGEST", 0.0)
        assert fingerprint(*panel.pair.nets.values()) == before and panel.pair.steps == steps
        assert panel.errors == 1
        panel.errors = 0
    train_on = Builder(G="dense", D="dense")
    for one in (panel, train_on):
        train(one, 6 - one.pair.steps)
    assert fingerprint(*panel.pair.nets.values()) == fingerprint(*train_on.pair.nets.values())


def test_a_step_that_fails_is_undone_though_the_training_itself_went_back_further(monkeypatch):
    panel = Builder(G="dense", D="dense")
    train(panel, 3)
    before, losses = fingerprint(*panel.pair.nets.values()), copy.deepcopy(panel.pair.history)

    def fail(game: DigitGame) -> None:
        raise MemoryError("amid a step")
    monkeypatch.setattr(DigitGame, "follow", fail)
    panel.train["play"].click()
    assert (panel.errors, panel.pair.steps, panel.pair.history) == (1, 3, losses)
    assert "último estado válido" in panel.stage.notice and not panel.stage.playing
    assert fingerprint(*panel.pair.nets.values()) == before


def test_its_picture_is_a_png_and_its_colours_are_the_courses():
    panel = Builder()
    assert panel.picture().startswith(b"\x89PNG")
    for color in (style.REAL, style.GENERATED, style.GENERATOR):
        assert color in panel.stage.svg
