"""The clinic's panel, played by clicks: what it shows, what it keeps to itself, and whom it calls cured."""

import random
import re

import pytest
import torch

from helpers.errors import MESSAGES
from helpers.gan import clinic_visit
from helpers.gan.clinic import CARE, CURED, EVERY, EXAM, REMEDIES, Patient
from helpers.gan.clinic_cases import CASES, RIGHT, contrast
from helpers.gan.clinic_visit import Visit, examine, played
from helpers.gan.panels import Clinic
from helpers.gan.panels import clinic_words as words
from helpers.ui.style import num
from tests.panels.shown import NUMBER, Screen, choose, labels, read, send

torch.set_num_threads(1)


def clinic(case: str, seed: int = 0, panel: Clinic | None = None) -> Clinic:
    """A clinic whose present patient has this fault."""
    panel = panel or Clinic()
    panel.visit = Visit(case, seed)
    panel._readmit(EXAM)
    panel.redraw()
    return panel


def say(panel: Clinic, diagnosis: str, remedy: str) -> None:
    choose(panel.diagnosis, 1 + list(words.DIAGNOSES).index(diagnosis))
    choose(panel.remedy, 1 + list(words.REMEDIES).index(remedy))


def treat(panel: Clinic, diagnosis: str, remedy: str) -> float:
    """Choose, give, and play to the end as the page does; return the recovery that the record shows."""
    say(panel, diagnosis, remedy)
    panel.acts["give"].click()
    assert panel.stage.playing and played(panel.walk) == EXAM + 1
    while panel.stage.playing:
        send(panel, type="tick")
    assert played(panel.walk) == panel.visit.last > EXAM + 1 and panel.errors == 0
    texts = written(panel)
    return read(texts[texts.index("recuperação") + 1])[0][0] / 100


def written(panel: Clinic) -> list[str]:
    return ["".join(element.itertext()) for element in Screen(panel).texts]


def code(panel: Clinic) -> list[str]:
    return [element.text.replace("\u00a0", " ") for element in Screen(panel).code]


def test_a_case_played_with_a_wrong_and_the_right_remedy(monkeypatch):
    panel = clinic("frozen_D")
    at_first = panel.stage.svg
    panel.acts["give"].click()
    assert panel.stage.notice == MESSAGES["no_choice"] and panel.errors == 0
    assert panel.acts["take"].disabled

    with monkeypatch.context() as patch:
        patch.setattr(clinic_visit, "CARE", 4 * EVERY)
        assert treat(panel, "frozen_D", "no_noise") == 0    # it finds nothing to change
        curves = panel.visit.curves(panel.walk)
        assert curves["untreated"] == curves["patient"][EXAM // EVERY - 1:]
        assert panel.stage.sentence.startswith(words.UNCHANGED + "Não curou") and not panel.healed
        assert panel.acts["give"].disabled and panel.remedy.disabled
        assert code(panel)    # the diagnosis was right: the code may be shown
        choose(panel.diagnosis, 0)
        assert not code(panel) and words.DIAGNOSES["frozen_D"] not in panel.stage.sentence

    panel.acts["take"].click()
    assert played(panel.walk) == EXAM and panel.walk.engine.parts == RIGHT | CASES["frozen_D"].parts
    assert panel.stage.svg == at_first

    found = treat(panel, "hot", "frozen_D")
    assert played(panel.walk) == EXAM + CARE
    after, low, high = (torch.tensor([match for _, match in panel.visit.curves(panel.walk)[name][-3:]]).mean()
                        for name in ("patient", "untreated", "healthy"))
    assert found == pytest.approx(((after - low) / (high - low)).item(), abs=0.006) and found >= CURED
    assert panel.stage.sentence.startswith("Curado") and len(panel.healed) == 1
    assert not code(panel)    # but the diagnosis was not
    choose(panel.diagnosis, 1 + list(words.DIAGNOSES).index("frozen_D"))
    faulty, right = contrast("frozen_D")
    assert code(panel) == [line for line, _ in faulty + right if line] and words.MISSING in written(panel)
    assert " ".join(words.finding("frozen_D")) in " ".join(written(panel))
    assert "1 de 1" in written(panel)

    panel.acts["next"].click()
    assert panel.visit.remedy is None and panel.diagnosis.value == panel.remedy.value == ""
    assert "1 de 2" in written(panel) and "nº 2" in written(panel) and not code(panel)


def test_back_to_the_very_moment_of_the_remedy(monkeypatch):
    panel = clinic("frozen_D")
    say(panel, "frozen_D", "frozen_D")
    panel.acts["give"].click()
    panel.buttons["back"].click()
    assert panel.errors == 0 and played(panel.walk) == EXAM
    match = {name: points[-1][1] for name, points in panel.visit.curves(panel.walk).items()}
    assert match["untreated"] == match["patient"]    # the remedy has not played yet
    assert num(match["healthy"], 2) in panel.stage.sentence


def test_a_twin_goes_back_further_than_it_remembers():
    """Every turn leaves a keyframe and only 200 are kept: older turns are played again, bit for bit."""
    visit = Visit("frozen_D", 1)
    for _ in range(260):
        visit.healthy.finish_turn()
    assert visit.healthy.oldest > 25
    clinic_visit.bring(visit.healthy, 25)
    straight = Visit("frozen_D", 1).healthy
    straight.run(25)
    assert played(visit.healthy) == 25 and examine(visit.healthy) == examine(straight)
    assert torch.equal(visit.healthy.values["end"]["G"], straight.values["end"]["G"])


def test_nothing_on_the_screen_tells_the_fault():
    """With the numbers taken out, all patients look the same: words, labels, tooltips, and no code."""
    seen, panel = {}, Clinic()
    for case in CASES:
        clinic(case, 0, panel)
        texts = [text for text in written(panel) if not text.endswith("gerados fora")]
        assert not code(panel)
        said = [*texts, panel.stage.sentence, panel.stage.title, repr(panel), *labels(panel)]
        seen[case] = [NUMBER.sub("#", text) for text in said]
        for name in (*words.DIAGNOSES.values(), *words.REMEDIES.values()):
            assert not any(name in text for text in [*texts, panel.stage.sentence])
    assert len({tuple(skeleton) for skeleton in seen.values()}) == 1


@pytest.mark.parametrize("case", ["no_detach", "idle_G"])
def test_the_sheet_says_what_a_bare_loop_measures(case):
    panel = clinic(case, 2)
    texts = written(panel)
    for column, key in ((1, case), (2, None)):
        game = Patient(key, 2)
        for turn in range(EXAM):
            for op in game.turn():
                if op.key == "start":
                    before = game.weights()
                elif op.key == "D.done":
                    middle, size = game.weights(), sum(p.grad.norm() ** 2 for p in game.D.parameters()) ** 0.5
                if turn == EXAM - 1 and "on_real" in op.values and op.values["on_real"] is not None:
                    real = op.values["on_real"].sigmoid().mean().item()
        after, points = game.weights(), game.sample()
        ways = [(new[net] - old[net]).norm().item() for old, new in ((before, middle), (middle, after))
                for net in "DG"]
        modes = {int(((m - game.data.modes).norm(dim=1)).argmin()) for m in points
                 if (m - game.data.modes).norm(dim=1).min() <= 3 * game.data.sigma}
        apart = (points - points.mean(0)).square().sum(1).mean().sqrt().item()
        rows = [texts[texts.index(name) + column] for name in words.ROWS]
        assert rows[0] == num(real, 2) and rows[2] == num(size.item())
        assert rows[4] == f"{num(ways[0])} · {num(ways[1])}" and rows[5] == f"{num(ways[2])} · {num(ways[3])}"
        assert rows[6] == str(len(modes)) and rows[8] == num(apart, 2)


def test_patients_come_in_an_order_of_the_seed_and_every_fault_once():
    def order(seed: int) -> list[tuple[str, int]]:
        panel, out = Clinic.__new__(Clinic), []
        panel.chance, panel.waiting, panel.number = random.Random(seed), [], 0
        panel.diagnosis = panel.remedy = type("Choice", (), {"value": None})()
        for _ in CASES:
            panel._next_visit()
            out.append((panel.visit.case, panel.visit.seed))
        return out

    assert order(3) == order(3) != order(4)
    assert {case for case, _ in order(3)} == set(CASES)
    panel = Clinic(3)
    assert (panel.visit.case, panel.visit.seed) == order(3)[0]


def test_the_lists_name_every_case_and_hints_go_round():
    assert set(words.DIAGNOSES) == set(words.REMEDIES) == set(CASES) == set(REMEDIES)
    assert set(words.HINTS) == set(words.FINDINGS) == set(CASES)
    panel = clinic("output")
    told = []
    for _ in range(4):
        panel.acts["hint"].click()
        told.append(panel.stage.sentence)
    assert told[3] == told[0] and len(set(told)) == 3
    assert all(re.match(r"Dica \d de 3\. ", hint) for hint in told)
    panel.buttons["back"].click()
    assert not panel.stage.sentence.startswith("Dica") and played(panel.walk) == EXAM - 1


@pytest.mark.parametrize("seed", [0, 1])
def test_any_event(seed):
    panel, chance = Clinic(seed), random.Random(seed)
    for _ in range(25):
        seek = chance.randint(panel.scrubber.min, panel.scrubber.max)
        chance.choices([
            lambda: chance.choice(list(panel.buttons.values())).click(),
            lambda: send(panel, type="key", key=chance.choice(["step", "back", "play", "unknown"])),
            lambda: send(panel, type="tick"), lambda: send(panel, type="click", x=100.0, y=100.0),
            lambda seek=seek: panel.scrubber.set_state({"value": seek}),
            lambda: choose(panel.diagnosis, chance.randrange(12)),
            lambda: choose(panel.remedy, chance.randrange(12)),
            lambda: choose(panel.speed, chance.randrange(3)),
            lambda: chance.choice([button for button in panel.acts.values() if not button.disabled]).click(),
        ], [8, 6, 16, 1, 4, 3, 3, 1, 8])[0]()
        assert panel.errors == 0
        Screen(panel)
        turns = played(panel.walk)
        assert panel.walk.engine.played == turns <= panel.visit.last
        texts = written(panel)
        if "exame" in texts:
            found = examine(panel.walk)
            value = "—" if found is None else num(found.gradient_D)
            assert texts[texts.index(words.ROWS[2]) + 1] == value
