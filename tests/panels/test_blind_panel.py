"""Você é o discriminador without a kernel: nothing betrays the truth, and the result is a right number."""

import random
from functools import partial
from xml.etree import ElementTree

import pytest
import torch

from helpers.errors import MESSAGES
from helpers.gan import blind
from helpers.gan.blind import COUNT, OPPONENTS, interval, luck
from helpers.gan.panels import BlindTest
from helpers.gan.panels import blind_words as words
from helpers.ui import style
from helpers.ui.style import num
from tests.panels.shown import Screen, choose, send

torch.set_num_threads(1)
KEY = {True: "back", False: "step"}


def learn(panel: BlindTest, says) -> None:
    """Answer every image by key and open the result: says(place) -> True for real."""
    for place in range(COUNT):
        send(panel, type="key", key=KEY[says(place)])
    panel.buttons["reveal"].click()
    assert panel.errors == 0 and panel.trial.revealed


def texts(panel: BlindTest) -> list[str]:
    return ["".join(element.itertext()) for element in Screen(panel).texts]


def look(panel: BlindTest) -> tuple:
    """All that a learner can see: drawing, sentence, notice, and the controls."""
    controls = [*panel.buttons.values(), panel.opponent, panel.another]
    return (panel.stage.svg, panel.stage.sentence, panel.stage.notice,
            [(one.description, one.disabled, getattr(one, "button_style", "")) for one in controls])


@pytest.mark.parametrize("opponent", OPPONENTS)
def test_nothing_shown_before_the_end_depends_on_the_truth(opponent):
    """The same images with every truth swapped look the same at each of the 20 answers and after them."""
    honest, swapped = BlindTest(opponent, 5), BlindTest(opponent, 5)
    swapped.trial.truth = [not true for true in honest.trial.truth]
    swapped.trial.logits = -honest.trial.logits
    chance = random.Random(0)
    for _ in range(COUNT + 2):
        assert look(honest) == look(swapped)
        key = chance.choice(["back", "step", "step", "back", "play"])
        for panel in (honest, swapped):
            send(panel, type="key", key=key)
    for panel in (honest, swapped):
        while not panel.trial.complete:
            send(panel, type="key", key="step")
    assert look(honest) == look(swapped)
    for panel in (honest, swapped):
        panel.buttons["reveal"].click()
    assert look(honest) != look(swapped)


@pytest.mark.parametrize("opponent", OPPONENTS)
@pytest.mark.parametrize(("name", "says"), [
    ("right", lambda trial, place: trial.truth[place]), ("real", lambda trial, place: True),
    ("wrong", lambda trial, place: not trial.truth[place])], ids=["right", "real", "wrong"])
def test_the_sentence_is_the_result_of_a_known_learner(opponent, name, says):
    panel = BlindTest(opponent, 1)
    trial = panel.trial
    learn(panel, lambda place: says(trial, place))
    hits = {"right": COUNT, "real": sum(trial.truth), "wrong": 0}[name]
    d = sum((logit > 0) == true for logit, true in zip(trial.logits.tolist(), trial.truth, strict=True))
    low, high = interval(hits, COUNT)
    sentence = panel.stage.sentence
    assert f"acertou {hits} de {COUNT}" in sentence and f"D, {d}." in sentence
    assert f"entre {num(100 * low, 1 if low else 0)} e" in sentence
    assert f"e {num(100 * high, 1 if high < 1 else 0)} %" in sentence
    so = words.SURE if luck(hits, COUNT) < 0.05 else words.WORSE if 2 * hits < COUNT else words.UNSURE
    assert sentence.endswith(f"{so}.") and len(sentence) <= 200
    assert {"right": so == words.SURE, "wrong": so == words.WORSE}.get(name, True)


def test_the_marks_under_each_image_are_its_truth_and_who_was_right():
    panel = BlindTest("late", 2)
    trial, chance = panel.trial, random.Random(1)
    answers = [chance.random() < 0.5 for _ in range(COUNT)]
    learn(panel, lambda place: answers[place])
    marks = [text for text in texts(panel) if text[-1] in "✓✗" or text in words.TRUTH]
    right = {True: "✓", False: "✗"}
    expected = []
    for place, true in enumerate(trial.truth):
        expected += [words.TRUTH[true], f"você {right[answers[place] == true]}",
                     f"D {right[(trial.logits[place].item() > 0) == true]}"]
    assert marks == expected
    frames = [e.get("stroke") for e in Screen(panel).root.iter() if e.get("stroke-width") == "4"]
    assert frames == [style.REAL if true else style.GENERATED for true in trial.truth]
    pairs = [(a == t, (x > 0) == t) for a, t, x in
             zip(answers, trial.truth, trial.logits.tolist(), strict=True)]
    assert texts(panel)[0] == words.LEGEND.format(
        you=pairs.count((False, True)), D=pairs.count((True, False)), both=pairs.count((False, False)))


def test_the_scores_of_both_generators_stand_side_by_side():
    panel = BlindTest("early", 3)
    first = panel.trial
    learn(panel, lambda place: first.truth[place])
    assert sum(text.startswith(("Você ×", "D ×")) for text in texts(panel)) == 2
    choose(panel.opponent, OPPONENTS.index("late"))
    second = panel.trial
    assert second is not first and not second.answers and second.seed != first.seed
    learn(panel, lambda place: True)
    shown = texts(panel)
    for name, trial, hits in (("inicial", first, COUNT), ("final", second, sum(second.truth))):
        row = shown[shown.index(f"Você × {name}") + 1]
        assert row.startswith(f"{hits} de {COUNT} · ")
        assert shown[shown.index(f"D × {name}") + 1].startswith(f"{trial.score('D').hits} de {COUNT} · ")
    left, wide = 8 + 190, 924 - 190 - 380
    dots = [float(e.get("d")[1:].split()[0]) for e in Screen(panel).root.iter()
            if e.get("stroke-linecap") == "round" and e.get("stroke") != style.INK]
    assert (first.score("D").hits / COUNT * wide + left) == pytest.approx(dots[0], abs=0.06)


def test_a_mixed_test_counts_each_generators_own_images():
    panel = BlindTest("mixed", 0)
    trial = panel.trial
    learn(panel, lambda place: trial.truth[place])
    shown = texts(panel)
    for name in ("early", "late"):
        n = trial.points.count(panel.ends[name])
        assert shown[shown.index(f"Você × {words.OPPONENTS[name]}") + 1].startswith(f"{n} de {n} · ")


def test_the_keys_the_buttons_and_undo():
    panel = BlindTest()
    panel.buttons["real"].click()
    send(panel, type="key", key="step")
    panel.buttons["fake"].click()
    assert panel.trial.answers == [True, False, False]
    shown = [text for text in texts(panel) if text in words.SAID.values()]
    assert shown == [words.SAID[answer] for answer in panel.trial.answers]
    before = look(panel)
    send(panel, type="key", key="back")
    send(panel, type="key", key="play")
    assert look(panel) == before
    for _ in range(5):
        panel.buttons["undo"].click()
    assert panel.trial.answers == [] and panel.errors == 0 and panel.stage.notice == ""
    assert panel.stage.sentence.startswith("Imagem 1 de 20")


def test_too_early_and_too_late_are_answered_kindly_and_change_nothing():
    panel = BlindTest()
    send(panel, type="key", key="back")
    panel.buttons["reveal"].click()
    assert panel.stage.notice == MESSAGES["blind_unfinished"].format(given=1, count=COUNT)
    assert panel.trial.answers == [True] and panel.errors == 0
    trial = panel.trial
    panel.buttons["undo"].click()
    learn(panel, lambda place: False)
    drawing = panel.stage.svg
    for key in ("back", "step", "play"):
        send(panel, type="key", key=key)
        assert panel.stage.notice == MESSAGES["blind_over"] and panel.stage.svg == drawing
    assert trial.answers == [False] * COUNT and panel.errors == 0
    panel.another.click()
    assert panel.trial.seed == trial.seed + 1 and panel.trial.answers == [] and panel.stage.notice == ""


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event_is_sound(seed):
    chance, panel, seen = random.Random(seed), BlindTest("mixed", seed), set()
    for _ in range(500):
        x, y = chance.uniform(-9, 999), chance.uniform(-9, 500)
        events = [(20, lambda: send(panel, type="key", key=chance.choice(["step", "back"]))),
                  (2, lambda: send(panel, type="key", key=chance.choice(["play", "unknown"]))),
                  (4, lambda: panel.buttons[chance.choice(["real", "fake"])].click()),
                  (2, panel.buttons["undo"].click), (5, panel.buttons["reveal"].click),
                  (0.3, panel.another.click), (2, lambda: send(panel, type="tick")),
                  (2, partial(send, panel, type="click", x=x, y=y)),
                  (0.3, lambda: choose(panel.opponent, chance.randrange(3)))]
        chance.choices([act for _, act in events], [weight for weight, _ in events])[0]()
        assert panel.errors == 0, panel.stage.notice
        Screen(panel)
        trial = panel.trial
        assert panel.opponent.value == trial.opponent and len(panel.stage.sentence) <= 200
        assert panel.buttons["real"].disabled == trial.complete
        seen.add((trial.revealed, trial.complete, len(trial.answers)))
    assert (True, True, COUNT) in seen and len(seen) > 15
    assert panel.picture().startswith(b"\x89PNG")


def test_a_failure_is_undone_exactly(monkeypatch):
    panel = BlindTest()
    send(panel, type="key", key="back")
    kept, drawing = panel.trial.state_dict(), panel.stage.svg

    def fail(*args, **kwargs):
        raise RuntimeError("disco")
    monkeypatch.setattr(blind.Trial, "_draw", fail)
    panel.another.click()
    choose(panel.opponent, 0)
    assert panel.errors == 2 and "disco" in panel.stage.notice
    assert panel.trial.state_dict() == kept and panel.stage.svg == drawing
    assert panel.opponent.value == "late"


def test_the_image_to_judge_is_the_only_one_not_yet_answered():
    """Nobody looks ahead: as many pictures as answers, and the one at hand."""
    panel = BlindTest()
    for given in range(COUNT + 1):
        root = ElementTree.fromstring(panel.stage.svg)
        assert sum(e.tag.endswith("image") for e in root.iter()) == given + (given < COUNT)
        send(panel, type="key", key="step")
