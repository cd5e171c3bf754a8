"""The clinic: faults are what they are named after, remedies do what they say, cures are measured."""

import copy
import re
from functools import cache

import pytest
import torch
from torch import Tensor
from torch.nn.functional import softplus

from benchmarks.report import README
from helpers.adversarial import LOSSES
from helpers.gan import clinic
from helpers.gan.clinic import CURED, EVERY, EXAM, REMEDIES, Patient, follow, recovery
from helpers.gan.clinic_cases import CASES, RATE, RIGHT, contrast
from helpers.gan.clinic_visit import Visit, bring, curve, examine, played
from helpers.gan.game import GanGame, flat, mlp
from helpers.steps import Walk

torch.set_num_threads(1)
ACTIVE = ("strong_D", "collapse", "hot", "sign")    # remedies that change any game


def play(game: GanGame, turns: int) -> GanGame:
    for _ in range(turns):
        for _ in game.turn():
            pass
    return game


def weights(game: GanGame) -> Tensor:
    return torch.cat((flat(game.G), flat(game.D)))


def rates(game: GanGame) -> tuple[float, float]:
    return game.opt_D.param_groups[0]["lr"], game.opt_G.param_groups[0]["lr"]


# --- the game and its faults -------------------------------------------------------------------------------


def test_a_healthy_patient_is_the_plain_game():
    patient = Patient(None, 3)
    plain = GanGame(patient.data, mlp(2, 64, 2, seed=6), mlp(2, 64, 1, seed=7), LOSSES["non_saturating"],
                    lr_D=RATE, lr_G=RATE, betas=(0.0, 0.9), penalty=patient.penalty, seed=3)
    play(patient, 2 * EVERY)
    for _ in range(2 * EVERY):    # with measurements on the way, which the game does not notice
        for _ in GanGame.turn(plain):
            pass
    assert torch.equal(weights(patient), weights(plain))


@pytest.mark.parametrize("case", [None, *CASES])
def test_who_moves_in_whose_turn(case):
    walk = Walk(Patient(case, 1))
    walk.run(20)
    found = examine(walk)
    still = {"frozen_D": {"D by D"}, "idle_G": {"G by G"}}.get(case, set())
    astray = {"no_detach": {"G by D"}, "idle_G": {"D by G"}}.get(case, set())
    moves = {"D by D": found.moves_D[0], "G by D": found.moves_D[1],
             "D by G": found.moves_G[0], "G by G": found.moves_G[1]}
    assert {name for name, way in moves.items() if way > 0} == {"D by D", "G by G"} - still | astray


def test_each_fault_is_what_its_name_says():
    cloud = torch.randn(64, 2)
    D = play(Patient("batch_norm"), 5).D
    assert torch.allclose(D(cloud), D(7 * cloud - 3), atol=1e-3)    # neither place nor size of a batch
    D = play(Patient(), 5).D
    assert not torch.allclose(D(cloud), D(7 * cloud - 3), atol=1e-1)
    assert play(Patient("no_noise"), 5).sample().std(0).max() < 1e-6
    made = play(Patient("output"), 5).sample()
    assert made.min() >= 0 and made.max() <= 1
    assert rates(Patient("hot")) == (100 * RATE, 100 * RATE)
    assert rates(Patient("strong_D")) == (RATE, RATE / 30) and rates(Patient("collapse")) == (RATE / 30, RATE)


def test_the_wrong_sign_climbs():
    patient = Patient("sign")
    walk = Walk(patient)
    walk.run(3)
    on_fake, loss = walk.values["on_fake"], walk.values["loss_G"]
    assert loss.item() == pytest.approx(-softplus(-on_fake).mean().item(), rel=1e-6)


def test_without_zero_the_gradients_add_up():
    patient = play(Patient("no_zero"), 3)
    left = [p.grad.clone() for p in patient.D.parameters()]
    assert all(part.abs().sum() > 0 for part in left)
    G, D, rng = copy.deepcopy(patient.G), copy.deepcopy(patient.D), patient.rng.clone_state()
    fake = G(torch.randn(patient.batch, 2, generator=rng)).detach()
    real = patient.data.sample(patient.batch, rng)
    D.zero_grad()
    loss = softplus(-D(real)).mean() + softplus(D(fake)).mean()
    x = real.clone().requires_grad_()
    slope = torch.autograd.grad(D(x).sum(), x, create_graph=True)[0]
    (loss + clinic.GAMMA * slope.square().sum(1).mean() / 2).backward()
    for op in patient.without_zero():
        last = op.key
    assert last == "D.step"
    for before, fresh, now in zip(left, D.parameters(), patient.D.parameters(), strict=True):
        assert torch.allclose(now.grad, before + fresh.grad, rtol=1e-4, atol=1e-6)


# --- remedies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_right_remedy_leaves_a_sound_game_and_the_others_do_not(case):
    for remedy in REMEDIES:
        patient = play(Patient(case), 2)
        before, parts = copy.deepcopy(patient.state_dict()), dict(patient.parts)
        changed = patient.treat(remedy)
        assert changed == (remedy == case or remedy in ACTIVE)
        sound = patient.parts == RIGHT | ({"opt_D": "joint_optimiser"} if case == "no_detach" else {})
        speeds = rates(patient) == pytest.approx((RATE, RATE))
        if CASES[case].slot == "rates":
            assert speeds == (remedy == case)
        else:
            assert (sound and speeds) == (remedy == case)
        if not changed:
            twin = Patient(case)
            twin.load_state_dict(before)
            assert patient.parts == parts
            assert torch.equal(weights(play(patient, 3)), weights(play(twin, 3)))


def test_cooling_begins_again():
    patient = play(Patient("hot", 2), 10)
    patient.treat("hot")
    assert torch.equal(weights(patient), weights(Patient(None, 2))) and rates(patient) == (RATE, RATE)


@pytest.mark.parametrize("case", ["idle_G", "no_detach", "batch_norm", "no_zero"])
def test_a_walk_back_over_the_remedy_and_forth_again_is_exact(case):
    visit = Visit(case, 4)
    walk = Walk(visit.patient())
    for turns in (20, 40, 30, 38):
        bring(walk, turns)
    straight = Walk(visit.patient())
    bring(straight, 38)
    assert torch.equal(weights(walk.engine), weights(straight.engine))
    assert examine(walk) == examine(straight)    # gradients that faulty turns left behind are there again too
    visit.give(walk, case)
    bring(walk, EXAM + 5)
    after, sound = weights(walk.engine), dict(walk.engine.parts)
    bring(walk, EXAM - 2)
    assert played(walk) == EXAM - 2 and walk.engine.played == EXAM - 2
    assert walk.engine.parts == RIGHT | CASES[case].parts
    bring(walk, EXAM + 5)
    assert walk.engine.parts == sound and torch.equal(weights(walk.engine), after)


@pytest.mark.parametrize("case", CASES)
def test_the_code_shown_is_the_code_that_differs(case):
    faulty, right = contrast(case)
    changed = [[line for line, differs in side if differs] for side in (faulty, right)]
    assert changed[0] != changed[1] and all(changed)
    around = [[line for line, differs in side if not differs] for side in (faulty, right)]
    assert around[0] == around[1]


# --- measuring ---------------------------------------------------------------------------------------------


def test_match_is_one_minus_total_variation(monkeypatch):
    patient = Patient()
    modes, rng = patient.data.modes, torch.Generator().manual_seed(1)
    far = torch.full((100, 2), 9.0)
    half = torch.cat((modes[:4].repeat(25, 1), far))
    clouds = {"data": (patient.data.sample(4000, rng), 0.98), "one mode": (modes[:1].repeat(50, 1), 1 / 8),
              "four modes": (modes[:4].repeat(25, 1), 1 / 2), "half of it far": (half, 1 / 2),
              "nowhere": (far, 0.0), "no number": (torch.full((9, 2), torch.nan), 0.0)}
    for name, (cloud, about) in clouds.items():
        monkeypatch.setattr(patient, "sample", lambda cloud=cloud: cloud)
        found = patient.match().item()
        assert found == pytest.approx(about, abs=0.02 if name == "data" else 1e-6), name
        near = (cloud[:, None] - modes).norm(dim=2) <= 3 * patient.data.sigma    # [n, 8], modes far apart
        shares = [*near.double().mean(0).tolist(), (~near.any(1)).double().mean().item()]
        truth = [1 / 8] * 8 + [0.0]
        variation = sum(abs(a - b) for a, b in zip(shares, truth, strict=True)) / 2
        assert found == pytest.approx(1 - variation, abs=1e-5)


def test_recovery_lies_between_the_twins():
    low, high = [0.9, 0.1, 0.2, 0.3], [0.0, 0.7, 0.8, 0.9]
    assert recovery(low, low, high) == 0 and recovery(high, low, high) == pytest.approx(1)
    assert recovery([0.5, 0.5, 0.5, 0.5], low, high) == pytest.approx(0.5)
    assert recovery([0.3] * 3, [0.2] * 3, [0.2] * 3) == pytest.approx(1)    # twins alike: counted over 0.1


@cache
def healthy_course() -> list[float]:
    return follow(None, 0)


@pytest.mark.parametrize(("case", "wrong"), [("no_detach", "sign"), ("output", "collapse")])
def test_the_right_remedy_cures_and_a_wrong_one_does_not(case, wrong):
    healthy, untreated = healthy_course(), follow(case, 0)
    assert recovery(follow(case, 0, case), untreated, healthy) >= CURED
    assert recovery(follow(case, 0, wrong), untreated, healthy) < CURED


def test_a_visit_plays_what_the_benchmark_measures(monkeypatch):
    monkeypatch.setattr(clinic, "CARE", 4 * EVERY)
    visit = Visit("frozen_D", 0)
    walk = Walk(visit.patient())
    for turns in (30, 70, 60):
        bring(walk, turns)
    visit.give(walk, "frozen_D")
    bring(walk, EXAM + 60)
    bring(walk, EXAM + 4 * EVERY)
    visit.accompany(walk)
    twins = {walk: ("frozen_D", "frozen_D"), visit.untreated: ("frozen_D", None), visit.healthy: (None, None)}
    for each, (case, remedy) in twins.items():
        assert [match for _, match in curve(each, EXAM + 4 * EVERY)] == follow(case, 0, remedy)


def test_the_published_table_holds_the_claim():
    text = README.read_text("utf-8").split("<!-- clinic: start -->")[1].split("<!-- clinic: end -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| [\d.]+ \| (-?[\d.]+) .*\| (\w+) \|$", text, re.M)
    assert [row[0] for row in rows] == list(CASES)
    assert all(float(right) >= CURED > float(wrong) and passed == "yes" for _, right, wrong, passed in rows)
