"""A métrica que mente: the bet, the table in the scoreboard's order, the judgement, the way back."""

import random
import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.messages.gan import MESSAGES as GAN
from helpers.ui import style
from helpers.video import scoreboard
from helpers.video import scoreboard_figures as figures
from helpers.video.contestants import NAMES, PODIUM
from helpers.video.moving_digits import FRAMES
from helpers.video.panels import LyingMetric
from helpers.video.panels import metric_view as view
from helpers.video.panels import metric_words as words
from helpers.video.panels.metric_place import LETTERS, lettered
from helpers.video.scoreboard import GATE, KEYS, OFF, RANK
from tests.panels.shown import Screen, agrees, choose, read, send

torch.set_num_threads(1)
TABLE = scoreboard.table()
WHO = {name: place for place, name in enumerate(NAMES)}


def opened() -> LyingMetric:
    panel = LyingMetric()
    panel.check.click()
    assert panel.errors == 0, panel.stage.notice
    return panel


def use(panel: LyingMetric, choice: dict[str, int]) -> None:
    """Click every measure until it is used so."""
    for key in KEYS:
        for _ in range(3):
            if panel.place.scoreboard.get(key, OFF) != choice.get(key, OFF):
                panel.measures[key].click()
    assert panel.place.scoreboard == choice and panel.errors == 0


def texts(panel: LyingMetric) -> list[tuple[float, float, str]]:
    """Where and what is written: x, y, words."""
    return [(float(e.get("x")), float(e.get("y")), "".join(e.itertext())) for e in Screen(panel).texts]


def heads(panel: LyingMetric) -> list[str]:
    """What stands above the clips, from left to right."""
    return [what for _, what in sorted((x, what) for x, y, what in texts(panel) if y == 19)]


def row(panel: LyingMetric, number: int) -> list[str]:
    """What a row of the table says, from its name to the right."""
    base = figures.TOP + figures.ROW * number + 18
    return [what for _, what in sorted((x, what) for x, y, what in texts(panel) if y == base)]


def pictures(panel: LyingMetric) -> list[str]:
    found = [e for e in Screen(panel).root.iter() if e.tag.endswith("image")]
    return [e.get("href") for e in sorted(found, key=lambda e: float(e.get("x")))]


def film(uri: str) -> list[np.ndarray]:
    image = Image.open(BytesIO(b64decode(uri.split(",", 1)[1])))
    return [np.array(image.convert("L")) for n in range(getattr(image, "n_frames", 1)) if not image.seek(n)]


def look(panel: LyingMetric) -> tuple:
    return (panel.stage.svg, panel.stage.sentence, panel.place, panel.guess.value, panel.lots.value,
            [button.description for button in panel.measures.values()])


# --- the bet --------------------------------------------------------------------------------------------


def test_before_the_bet_nothing_gives_anyone_away():
    panel = LyingMetric()
    assert heads(panel) == list(LETTERS)
    said = " ".join(what for *_, what in texts(panel))
    assert not any(name in said for name in ("parado", "fora de ordem", "caminho", "troca de"))
    assert not re.search(r"\d,\d", said)
    assert "≤" not in said and panel.measures["acd"].layout.display == "none"
    by_letter = sorted(NAMES, key=lettered(0).get)
    assert pictures(panel) == [view.playing(name, 0) for name in by_letter]
    for button in panel.measures.values():    # hidden; a click that comes late is nothing
        button.click()
    panel.solve.click()
    assert panel.place.choice is None and not panel.past


@pytest.mark.parametrize("letter", LETTERS)
def test_a_bet_is_answered_with_the_acds_own_order(letter):
    panel = LyingMetric()
    send(panel, type="click", x=figures.LEFT + figures.width(9) * (LETTERS.index(letter) + 0.5), y=90.0)
    assert panel.guess.value == letter and panel.place.letters[panel.place.guess] == letter
    panel.check.click()
    found = TABLE.values["acd"][0]
    order = np.argsort(found, kind="stable")
    places = {NAMES[who]: place + 1 for place, who in enumerate(order)}
    assert heads(panel) == [f"{n + 1}º {lettered(0)[NAMES[who]]}" for n, who in enumerate(order)]
    sentence, bet = panel.stage.sentence, panel.place.guess
    assert "“congelado”" in sentence and f"ficam em {places['real']}º de 9" in sentence
    assert sentence.startswith("Acertou") == (bet == "frozen")
    if bet != "frozen":
        assert f"“{words.SAID[bet]}”, que fica em {places[bet]}º" in sentence
    numbers = [number for number, _ in read(sentence)]
    assert found[0] == pytest.approx(numbers[-3], abs=0.005)
    assert [float(what.split()[1].replace(",", ".")) for what in row(panel, 0)[1:]] == pytest.approx(
        sorted(found), rel=0.003, abs=0.005)


def test_again_deals_other_letters():
    panel, seen = opened(), set()
    for _ in range(4):
        seen.add(tuple(panel.place.letters[name] for name in NAMES))
        panel.again.click()
        assert panel.place.choice is None and heads(panel) == list(LETTERS)
        assert sorted(panel.place.letters.values()) == list(LETTERS)
    assert len(seen) == 4


# --- the table ------------------------------------------------------------------------------------------


def shown_number(what: str, key: str) -> tuple[float, float]:
    """The value and half a unit of its last digit, as the table writes it; a place stands before º."""
    number, half = read(what.split("º ")[-1])[0]
    return (number / 100, half / 100) if "%" in what else (number, max(half, 0.005))


@pytest.mark.parametrize("draw", [0, 4, 9])
@pytest.mark.parametrize("kind", [RANK, GATE])
def test_every_number_is_the_engines(draw, kind):
    panel = opened()
    choose(panel.lots, draw)
    choice = dict.fromkeys(KEYS, kind)
    use(panel, choice)
    order = TABLE.order(choice, draw)
    assert heads(panel) == [f"{place}º {panel.place.letters[name]}" for name, place in order]
    for number, key in enumerate(KEYS):
        name, *cells = row(panel, number)
        assert name == f"{words.MARKS[kind]} {words.LABELS[key]}"
        for (who, _), cell in zip(order, cells, strict=True):
            assert agrees(shown_number(cell, key), TABLE.values[key][draw, WHO[who]]), (key, who, cell)
            if kind == RANK:
                assert int(cell.split("º")[0]) == TABLE.places[key][draw, WHO[who]]
            else:
                assert ("✗" in cell) == (not TABLE.passes[key][draw, WHO[who]])
    failed, ranked = (part[draw] for part in TABLE.score(choice))
    for (who, _), cell in zip(order, row(panel, len(KEYS))[1:], strict=True):
        assert read(cell)[0][0] == pytest.approx(
            ranked[WHO[who]] / 9 if kind == RANK else failed[WHO[who]], abs=0.051)


@pytest.mark.parametrize("key", KEYS)
def test_a_row_and_its_button_do_the_same(key):
    by_button, by_row = opened(), opened()
    for _ in range(3):
        by_button.measures[key].click()
        send(by_row, type="click", x=500.0, y=figures.TOP + figures.ROW * (KEYS.index(key) + 0.5))
        assert look(by_button) == look(by_row) and by_row.errors == 0
    assert by_row.place.scoreboard == {"acd": RANK}


@pytest.mark.parametrize("key", KEYS)
def test_the_foot_names_whom_a_gate_refuses(key):
    panel = opened()
    for kind in (OFF, GATE):    # it must be the last one touched
        use(panel, {key: kind} if kind else {})
    foot = next(what for _, y, what in texts(panel) if y == figures.TOP + figures.ROW * 9 + 40)
    refused = {panel.place.letters[name] for name in NAMES if not TABLE.passes[key][0, WHO[name]]}
    assert set(foot.split("Reprova: ")[1].strip(".").split(", ")) == refused


# --- the judgement --------------------------------------------------------------------------------------


def test_a_wrong_pair_is_framed_and_told():
    panel = opened()
    use(panel, {"acd": RANK, "speed": GATE})
    choice = panel.place.scoreboard
    above, below = TABLE.mistakes(choice, 0)[0]
    sentence = panel.stage.sentence
    assert f"“{words.SAID[below]}”" in sentence and f"“{words.SAID[above]}”" in sentence
    assert f"em {sum(TABLE.right(choice))} de 10" in sentence
    frame = next(e.get("d") for e in Screen(panel).root.iter() if e.get("stroke") == figures.WRONG)
    lefts = sorted(float(x) for x in re.findall(r"M([\d.]+)", frame))
    order = [name for name, _ in TABLE.order(choice, 0)]
    assert lefts == pytest.approx(sorted(figures.LEFT + figures.width(9) * order.index(name)
                                         for name in (above, below)), abs=0.1)


def test_who_is_named_to_part_a_pair_does_so_in_every_draw():
    chance, seen = random.Random(3), 0
    panel, uses = opened(), {"filtro": GATE, "posição": RANK}
    labels = {label: key for key, label in words.LABELS.items()}
    for _ in range(60):
        panel.measures[chance.choice(KEYS)].click()
        choice, sentence = panel.place.scoreboard, panel.stage.sentence
        if found := re.search(r"separa os dois: (.+) como (filtro|posição)\.", sentence):
            seen += 1
            alone = {labels[found[1]]: uses[found[2]]}
            pair = TABLE.mistakes(choice, 0)[0]
            assert all(pair not in TABLE.mistakes(alone, draw) for draw in range(10))
        elif found := re.search(r"um filtro: (.+), que reprova “(.+)”", sentence):
            seen += 1
            assert choice[labels[found[1]]] == GATE
            above, below = TABLE.mistakes(choice, 0)[0]
            assert not TABLE.passes[labels[found[1]]][0, WHO[above]]
            assert TABLE.passes[labels[found[1]]][0, WHO[below]]
    assert seen > 30


def test_luck_is_called_luck():
    lucky = next((key, draw) for key in KEYS for draw, right in enumerate(TABLE.right({key: RANK})) if right)
    panel = opened()
    choose(panel.lots, lucky[1])
    use(panel, {lucky[0]: RANK})
    right = TABLE.right({lucky[0]: RANK})
    assert f"em {sum(right)} de 10 sorteios: foi sorte" in panel.stage.sentence
    assert f"No sorteio {right.index(False) + 1}," in panel.stage.sentence
    assert not any(e.get("stroke") == figures.WRONG for e in Screen(panel).root.iter())


def test_solutions_come_one_by_one_and_are_right():
    panel = opened()
    every = scoreboard.solutions()
    for number in [*range(len(every)), 0]:
        panel.solve.click()
        assert panel.place.scoreboard == every[number]
        assert "Consertado" in panel.stage.sentence and "10 de 10" in panel.stage.sentence
        assert ("19.683" in panel.stage.sentence) == (len(every[number]) == len(every[0]))
        assert [head[:2] for head in heads(panel)[:3]] == ["1º", "2º", "3º"]
        assert [head[-1] for head in heads(panel)[:3]] == [panel.place.letters[name] for name in PODIUM]
        assert any(f"Solução {number + 1} de {len(every)}." in what for *_, what in texts(panel))
    found = next(choice for one in every for key in KEYS if key not in one for kind in (GATE, RANK)
                 if all(TABLE.right(choice := one | {key: kind})) and choice not in every)
    use(panel, {key: found[key] for key in KEYS if key in found})
    assert words.SPARE in panel.stage.sentence


def test_nothing_on_is_no_scoreboard():
    panel = opened()
    use(panel, {})
    assert panel.stage.sentence == words.NOTHING
    assert [head[:2] for head in heads(panel)] == ["1º"] * 9
    assert {cell for cell in row(panel, 9)[1:]} == {words.NO_TOTAL}


# --- clips ----------------------------------------------------------------------------------------------


def test_clips_play_stand_and_change():
    panel = LyingMetric()
    name = sorted(NAMES, key=panel.place.letters.get)[0]
    moving = film(pictures(panel)[0])
    assert len(moving) == FRAMES
    for frame in (3, 0, FRAMES - 1):
        panel.slider.set_state({"value": frame + 1})
        assert not panel.moving and panel.errors == 0
        still = film(pictures(panel)[0])
        assert len(still) == 1
        true = view.examples()[name][:2, frame, 0].clamp(0, 1).numpy()
        assert np.abs(still[0][:64:2, ::2] / 255 - true[0]).max() < 0.01
        assert np.abs(still[0][66::2, ::2] / 255 - true[1]).max() < 0.01
        assert np.abs(moving[frame][:64:2, ::2] / 255 - true[0]).max() < 0.02
    send(panel, type="key", key="step")
    assert panel.frame == 0
    send(panel, type="key", key="back")
    assert panel.frame == FRAMES - 1 and panel.slider.value == FRAMES
    send(panel, type="key", key="play")
    assert panel.moving and film(pictures(panel)[0])[3].tolist() == moving[3].tolist()
    seen = {pictures(panel)[0]}
    for _ in range(view.PAIRS - 1):
        next(b for b in panel.children[2].children if b.description == words.OTHERS).click()
        seen.add(pictures(panel)[0])
    assert len(seen) == view.PAIRS and not panel.past    # looking is nothing to undo


# --- the way back ---------------------------------------------------------------------------------------


def test_undo_is_exact():
    panel, chance, kept = LyingMetric(), random.Random(1), []
    panel.guess.set_state({"index": 4})
    for number in range(30):
        before, count = look(panel), len(panel.past)
        if number == 3:
            panel.check.click()
        elif number == 20:
            panel.again.click()
        elif number in (10, 11, 12):
            panel.solve.click()
        elif panel.place.choice is None:
            panel.guess.set_state({"index": chance.randrange(9)})
        else:
            panel.measures[chance.choice(KEYS)].click()
        if len(panel.past) > count:
            kept.append(before)
    assert len(kept) > 20
    while kept:
        panel.undo.click()
        assert look(panel) == kept.pop()
    panel.undo.click()
    panel.undo.click()
    assert panel.stage.notice == GAN["nothing_to_undo"] and panel.errors == 0


@pytest.mark.parametrize("seed", range(2))
def test_any_event_is_sound(seed):
    chance, panel, seen = random.Random(seed), LyingMetric(), set()
    transport = panel.children[2].children
    for _ in range(120):
        x, y = chance.uniform(-9, 950), chance.uniform(-9, 480)
        button = chance.choice([b for b in (*panel.children[0].children, *transport) if hasattr(b, "click")])
        key = chance.choice(["step", "back", "play", "?"])
        chance.choice([
            button.click, button.click, lambda x=x, y=y: send(panel, type="click", x=x, y=y),
            lambda: panel.measures[chance.choice(KEYS)].click(),
            lambda key=key: send(panel, type="key", key=key), lambda: send(panel, type="tick"),
            lambda: choose(panel.lots, chance.randrange(TABLE.draws)),
            lambda: panel.guess.set_state({"index": chance.randrange(9)}),
            lambda: panel.slider.set_state({"value": chance.randint(1, FRAMES)})])()
        assert panel.errors == 0, panel.stage.notice
        assert len(panel.stage.sentence) <= 200, panel.stage.sentence
        Screen(panel)
        seen.add((panel.place.choice is None, panel.moving))
    assert len(seen) > 2
    assert panel.picture().startswith(b"\x89PNG") and f'width="{style.WIDTH}"' in panel.stage.svg
