"""c não é h without a kernel: what it says of c and h is what whole numbers and tanh say, at any place."""

import math
import random

import numpy as np
import pytest
import torch
from torch import nn

from helpers.errors import CourseError
from helpers.lstm import tally
from helpers.lstm.counter_figures import C_HIGH, C_TOP, H_HIGH, H_LINE, H_TOP, MOST, RIGHT_ENDS
from helpers.lstm.handmade import counter
from helpers.lstm.panels import Counter
from helpers.lstm.panels import counter_words as words
from helpers.lstm.sequence import trace
from helpers.ui import style
from tests.panels.shown import Screen, choose, place, read, send, state
from tests.panels.test_panels import common_events, happen

torch.set_num_threads(1)
PRESETS = list(words.PRESETS)


def reckon(panel: Counter) -> list[tuple[float, float, float]]:
    """Count by hand, in float64 and with Python's tanh: (c, tanh c, h) after 0, 1, 2, … of all steps."""
    script = panel.script
    held = {gate: table[:, 0].tolist() for gate, table in script.held.items()}
    c = float(script.memory[("c", 0)]) if script.memory else 0.0
    out = [(c, math.tanh(c), 0.0)]
    for t, x in enumerate(script.xs[:, 0].tolist()):
        f, o = (1.0 if gate not in held or math.isnan(held[gate][t]) else held[gate][t] for gate in "fo")
        c = float(np.float32(f * c + x))    # a cell of float32 cannot keep more
        out.append((c, math.tanh(c), o * math.tanh(c)))
    return out


def number(text: str) -> float:
    return read(text.replace(".", ""))[0][0]


def table(screen: Screen) -> list[list[str]]:
    """The rows of the table, by where their columns end."""
    rows: dict[float, dict[float, str]] = {}
    for e in screen.texts:
        if e.get("text-anchor") == "end" and e.get("x") in {f"{end:.0f}" for end in RIGHT_ENDS}:
            rows.setdefault(float(e.get("y")), {})[float(e.get("x"))] = e.text
    return [[row[end] for end in RIGHT_ENDS] for _, row in sorted(rows.items())][1:]


def stairs(screen: Screen, color: str) -> np.ndarray:
    """The heights of a staircase's steps on the page."""
    line = next(e for e in screen.root.iter() if e.get("stroke") == color and e.get("stroke-width") == "2.80")
    return np.array([float(p.split()[1]) for p in line.get("d")[1:].split("L")])[::2]


def assert_shows_the_count(panel: Counter) -> Screen:
    screen, true, (turn, count) = Screen(panel), reckon(panel), place(panel)
    done_c, done_h = turn + (count >= 12), turn + (count >= 14)    # c and h are the 12th and 14th operations
    rows = table(screen)
    assert [int(row[0]) for row in rows] == [*range(max(1, done_h - MOST + 1), done_h + 1)]
    for row in rows:
        c, squashed, h = true[int(row[0])]
        assert number(row[1]) == panel.script.xs[int(row[0]) - 1, 0]
        assert number(row[2]) == pytest.approx(c, rel=1e-6, abs=6e-5)
        assert [number(row[3]), number(row[4])] == pytest.approx([squashed, h], abs=3e-7)
        assert number(row[5]) == pytest.approx(1 - abs(h), rel=0.06, abs=1.3e-7)
    heights = stairs(screen, style.INK)
    assert len(heights) == done_c + 1
    counts = np.array([c for c, _, _ in true[:done_c + 1]])
    if len(set(counts)) > 1:
        scale = np.polyfit(counts - counts[0], heights, 1)
        assert scale[0] < 0 and np.polyval(scale, counts - counts[0]) == pytest.approx(heights, abs=0.2)
    assert heights.min() >= C_TOP - 0.1 and heights.max() <= C_TOP + C_HIGH + 0.1
    hs = np.array([h for _, _, h in true[:done_h + 1]])
    assert stairs(screen, H_LINE) == pytest.approx(H_TOP + H_HIGH * (1.1 - hs) / 2.2, abs=0.06)
    assert len(panel.stage.sentence) <= 200
    return screen


def events(panel: Counter, chance: random.Random) -> list:
    gate, level = chance.choice("fo"), chance.choice([0, 1, 0.9, 0.5, round(chance.random(), 2)])
    preset = chance.randrange(len(PRESETS))
    return [*((9, button.click) for button in panel.moves.values()),
            (6, lambda: send(panel, type="key", key=chance.choice(list(panel.moves)))),
            (4, lambda: panel.sliders[gate].set_state({"value": level})), (6, panel.undo_button.click),
            (3, lambda: choose(panel.choice, preset)),
            (2, lambda: send(panel, type="click", x=chance.uniform(0, 940), y=chance.uniform(0, 448)))]


@pytest.mark.parametrize("seed", [0, 1])
def test_it_shows_the_count_after_any_event(seed):
    chance, panel, notices = random.Random(seed), Counter(), set()
    for _ in range(160):
        happen(common_events(panel, chance) + events(panel, chance), chance)
        assert panel.errors == 0, panel.stage.notice
        notices.add(panel.stage.notice[:20])
        assert_shows_the_count(panel)
    assert all(not n or n.startswith(("A sequência acabou", "Não há o que")) for n in notices), notices


def test_c_counts_to_eight_and_back_exactly_while_h_is_squeezed_as_in_torchs_lstm():
    panel = Counter(done=0)
    theirs = counter().store(nn.LSTM(1, 1))
    h, (c, _) = theirs(panel.script.xs)[0], theirs(panel.script.xs)[1]
    for n in (*range(1, 9), *range(7, -1, -1)):
        panel.buttons["turn"].click()
        assert panel.walk.engine.c.item() == n
        assert panel.walk.engine.h.item() == pytest.approx(h[panel.done - 1].item(), abs=1e-7)
        assert_shows_the_count(panel)
    assert c.item() == 0 and h[:4, 0].tolist() == pytest.approx([0.7616, 0.9640, 0.9951, 0.9993], abs=1e-4)
    assert panel.picture().startswith(b"\x89PNG")


def test_from_some_count_on_h_is_one_and_the_same_float32_while_c_goes_on():
    first = tally.blind_from(torch.float32)
    # 1 − tanh(n) is about 2·e^(−2n); at a quarter of 2⁻²³ and below it rounds away: n > 13·ln 2 ≈ 9.01
    assert first in (math.ceil(13 * math.log(2)), math.floor(13 * math.log(2)))
    assert tally.blind_from(torch.float64) in (19, 20)    # 27.5·ln 2 ≈ 19.06
    panel = Counter("up", done=0)
    seen = []
    for n in range(1, 21):
        panel.buttons["turn"].click()
        h = panel.walk.engine.h.item()
        seen.append(h)
        assert panel.walk.engine.c.item() == n
        verdict = f"Sim: só a contagem {n} dá este h." if n < first else f"Não: {first}, {first + 1}"
        assert verdict in panel.stage.svg
        assert ("ainda dá para ler" in panel.stage.sentence) == (n < first)
    assert seen.index(1.0) == first - 1 and set(seen[first - 1:]) == {1.0} and len(set(seen)) == first
    assert tally.twins(torch.tensor(1.0), 1.0) == [*range(first, tally.TESTED + 1)]
    assert tally.twins(torch.tensor(0.0), 0.0) == [*range(-tally.TESTED, tally.TESTED + 1)]


def test_c_loses_count_at_two_to_the_24_and_the_panel_says_so():
    most = 2**24
    assert np.float32(most) + np.float32(1) == most and np.float32(most - 1) + np.float32(1) == most
    assert (tally.count_limit(torch.float32), tally.count_limit(torch.float64)) == (most, 2**53)
    panel = Counter("limit", done=0)
    for n in range(1, 7):
        panel.buttons["turn"].click()
        assert panel.walk.engine.c.item() == min(most - 3 + n, most)
        assert ("também perde a conta" in panel.stage.sentence) == (n > 3)
    panel.buttons["turn"].click()
    assert panel.walk.engine.c.item() == most - 1
    assert "16.777.215, mas a conta certa é 16.777.218" in panel.stage.sentence
    assert_shows_the_count(panel)


def test_a_leak_follows_its_closed_form():
    panel = Counter("leak", done=8)
    assert panel.walk.engine.c.item() == pytest.approx(10 * (1 - 0.9**8), rel=1e-6)
    for n in range(1, 13):
        panel.buttons["turn"].click()
        c = 10 * (1 - 0.9**8) * 0.9**n
        assert panel.walk.engine.c.item() == pytest.approx(c, rel=2e-6)
        assert tally.closed_form(panel.script, 8 + n) == pytest.approx(c, rel=1e-6)
        assert f"Σ x·f·f… = {style.num(c, 4)}; na célula: {style.num(c, 4)}" in panel.stage.svg
    panel.start(counter(), tally.script(tally.Moves((1,) * 150, f=0.9)), 150)
    panel.moves["plus"].click()    # and with +1 for ever it comes to rest at 1/(1 − f)
    assert panel.walk.engine.c.item() == pytest.approx(10, abs=1e-3)
    assert "teto 1/(1 − f) = 10" in panel.stage.svg


def test_with_o_shut_c_lives_on_unseen_and_comes_back_at_once():
    panel = Counter("hidden", done=8)
    assert panel.walk.engine.h.item() == 0 and panel.walk.engine.c.item() == 8
    assert "Não: com o = 0" in panel.stage.svg and "c(8) = 8 continua lá" in panel.stage.sentence
    panel.buttons["turn"].click()
    assert panel.walk.engine.h.item() == pytest.approx(math.tanh(8), abs=1e-7)
    panel.sliders["o"].set_state({"value": 0.0})
    panel.moves["zero"].click()
    assert panel.walk.engine.h.item() == 0 and panel.walk.engine.c.item() == 8
    panel.sliders["o"].set_state({"value": 1.0})
    panel.moves["zero"].click()
    assert panel.walk.engine.h.item() == pytest.approx(math.tanh(8), abs=1e-7)
    assert_shows_the_count(panel)


def test_before_the_first_step_it_does_not_read_a_count_from_h():
    for preset in PRESETS:
        panel = Counter(preset, done=0)
        for _ in range(14):    # up to and with tanh(c): h is not computed yet
            assert "Ainda não: nenhum passo foi dado." in panel.stage.svg
            assert not any(words in panel.stage.svg for words in ("artanh", "Não: 0", "Sim: só"))
            panel.buttons["step"].click()
        assert "artanh" in panel.stage.svg and panel.errors == 0
        assert_shows_the_count(panel)


def test_with_f_back_at_one_nothing_leaks_any_more_but_the_count_is_not_right_either():
    panel = Counter("leak", done=8)
    assert "Com f menor que 1" in panel.stage.sentence
    panel.sliders["f"].set_state({"value": 1.0})
    panel.moves["plus"].click()
    assert panel.walk.engine.c.item() == pytest.approx(1 + 10 * (1 - 0.9**8), rel=1e-6)
    assert "menor que 1" not in panel.stage.sentence and "a conta certa é 9." in panel.stage.sentence
    panel = Counter("up", done=8)    # a leak may leave a whole number
    for level, c, said in ((0.5, 5, "Com f menor que 1"), (1.0, 6, "a conta certa é 10.")):
        panel.sliders["f"].set_state({"value": level})
        panel.moves["plus"].click()
        assert panel.walk.engine.c.item() == c and said in panel.stage.sentence
        assert "a conta certa. h" not in panel.stage.sentence


@pytest.mark.parametrize("preset", PRESETS)
def test_the_sliders_say_how_the_gates_stand_in_the_next_step(preset):
    panel = Counter(preset, done=0)
    for t in range(panel.script.steps):
        assert place(panel)[0] in (t - 1, 0)
        for gate, slider in panel.sliders.items():
            held = panel.script.held[gate][t, 0].item() if gate in panel.script.held else 1.0
            level = 1.0 if math.isnan(held) else held
            assert slider.value == pytest.approx(level) and style.num(level, 2) in slider.description
        panel.buttons["turn"].click()
    panel.scrubber.set_state({"value": 0})
    assert panel.sliders["o"].value == (preset != "hidden")
    panel.moves["plus"].click()    # a step of one's own is as they say
    assert panel.walk.values["o"].item() == pytest.approx(panel.sliders["o"].value, abs=1e-6)
    panel.undo_button.click()
    assert panel.errors == 0 and panel.sliders["o"].value == (preset != "hidden")


def test_a_level_set_past_the_end_holds_in_the_step_that_follows():
    panel = Counter("updown", done=16)
    panel.sliders["o"].set_state({"value": 0.5})
    assert panel.sliders["o"].value == 0.5
    panel.moves["plus"].click()
    assert panel.walk.values["o"].item() == 0.5 and panel.sliders["o"].value == 0.5
    panel.scrubber.set_state({"value": 3})
    assert panel.sliders["o"].value == 1


@pytest.mark.parametrize("other", [
    lambda panel: panel.scrubber.set_state({"value": 2}), lambda panel: panel.buttons["back"].click(),
    lambda panel: (panel.buttons["play"].click(), send(panel, type="tick"))])
def test_a_drag_after_another_place_was_shown_is_an_edit_of_its_own(other):
    panel = Counter(done=5)
    for level in (0.4, 0.5):
        panel.sliders["f"].set_state({"value": level})
    there = state(panel)
    other(panel)
    here = state(panel)
    for level in (0.7, 0.8):
        panel.sliders["f"].set_state({"value": level})
    assert len(panel.past) == 2
    panel.undo_button.click()
    assert state(panel) == here
    panel.sliders["f"].set_state({"value": 0.3})    # joins nothing that was before the undo
    assert len(panel.past) == 2
    for _ in range(2):
        panel.undo_button.click()
    assert panel.script.held == {} and there != here and panel.errors == 0


def test_a_sequence_that_is_not_known_is_answered():
    with pytest.raises(CourseError, match="“zzz” não existe neste painel"):
        Counter("zzz")


def test_a_move_of_ones_own_finishes_the_step_drops_the_rest_and_is_undone_bit_by_bit():
    panel = Counter(done=3)
    for _ in range(4):
        panel.buttons["step"].click()    # amid step 4
    here, drawn, steps = state(panel), panel.stage.svg, panel.script.steps
    send(panel, type="key", key="minus")
    assert panel.script.xs[:, 0].tolist() == [1, 1, 1, 1, -1] and panel.walk.engine.c.item() == 3
    panel.moves["plus"].click()
    assert panel.script.steps == 6 and panel.walk.engine.c.item() == 4
    for _ in range(2):
        panel.undo_button.click()
    assert state(panel) == here and panel.stage.svg == drawn and panel.script.steps == steps
    panel.undo_button.click()
    assert panel.stage.notice.startswith("Não há o que desfazer") and panel.errors == 0


def test_a_gate_is_held_from_here_on_and_not_before():
    panel = Counter(done=5)
    panel.sliders["f"].set_state({"value": 0.4})
    panel.sliders["f"].set_state({"value": 0.5})    # one drag
    held = panel.script.held["f"][:, 0]
    assert held[:5].isnan().all() and (held[5:] == 0.5).all() and panel.walk.engine.c.item() == 5
    panel.buttons["turn"].click()
    assert panel.walk.engine.c.item() == 3.5
    panel.moves["plus"].click()
    assert panel.walk.engine.c.item() == 2.75
    for _ in range(2):
        panel.undo_button.click()
    assert panel.script.held == {} and panel.sliders["f"].value == 1


def test_two_hundred_steps_are_enough():
    panel = Counter()
    panel.start(counter(), tally.script(tally.Moves((1,) * (tally.LONGEST - 1))), tally.LONGEST)
    panel.moves["plus"].click()
    assert panel.walk.engine.c.item() == tally.LONGEST
    here = state(panel)
    panel.moves["plus"].click()
    assert "o máximo deste painel" in panel.stage.notice and panel.errors == 0 and state(panel) == here
    assert_shows_the_count(panel)


def test_the_sums_closed_form_is_what_the_cell_does_with_any_gates():
    rng = torch.Generator().manual_seed(0)
    for _ in range(20):
        moves = tuple(torch.randint(-1, 2, (12,), generator=rng).tolist())
        script = tally.script(tally.Moves(moves, start=3.0))
        for t in range(12):
            script = tally.held_from(script, t, {"f": round(torch.rand((), generator=rng).item(), 2)})
        c = trace(counter(), script)["c"][:, 0]
        assert [tally.closed_form(script, t + 1) for t in range(12)] == pytest.approx(c.tolist(), abs=1e-5)


def test_the_page_hears_the_counters_keys():
    assert {Counter().stage.heard[key] for key in ("+", "=", "-", "0")} == {"plus", "minus", "zero"}
