"""The published measurements: none is missing, and lesson 04's keep the bounds that were set beforehand."""

import re

import pytest

from helpers.course import ROOT

README = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"<!-- ([\w-]+): start -->\n(.*?)<!-- \1: end -->", README, re.S))
OURS = "LSTM, both critics"


def rows(block: str) -> dict[str, list[str]]:
    """A table's rows after its heads: the first field → the others."""
    lines = [line for line in BLOCKS[block].splitlines() if line.startswith("|")]
    fields = [[field.strip() for field in line.strip("|").split("|")] for line in lines[2:]]
    return {name: rest for name, *rest in fields}


def numbers(field: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", field)]


def column(block: str, head: str) -> int:
    """The place of a column among a row's other fields."""
    line = next(line for line in BLOCKS[block].splitlines() if line.startswith("|"))
    return [field.strip() for field in line.strip("|").split("|")].index(head) - 1


def seeds(name: str, head: str) -> list[float]:
    found = numbers(rows("video-quality")[name][column("video-quality", head)])
    assert len(found) == 3
    return found


def test_no_measurement_is_missing():
    assert len(BLOCKS) == README.count(": start -->") == README.count(": end -->") > 15
    assert [name for name in BLOCKS if len(rows(name)) < 2] == []


def test_the_video_of_every_seed_keeps_the_bounds():
    real = numbers(BLOCKS["video-quality"].split("real test clips:")[1])[0]
    assert all(abs(one - real) <= 0.03 for one in seeds(OURS, "direction cosine"))
    assert max(seeds("i.i.d. noise a frame", "direction cosine")) < 0
    assert max(seeds(OURS, "W1 speed")) <= 0.07
    assert min(seeds(OURS, "position spread")) >= 0.9
    ceiling = seeds("autoencoder (ceiling)", "content distance")
    assert all(one <= 1.2 * most for one, most in zip(seeds(OURS, "content distance"), ceiling, strict=True))
    assert min(seeds(OURS, "agreement")) >= 0.9 and min(seeds(OURS, "class entropy")) >= 2.1


def test_sixty_four_frames_keep_the_bounds():
    place = column("video-rollout", "49–64")
    found = rows("video-rollout")
    assert abs(float(found[f"{OURS}: cosine − real"][place])) <= 0.06
    assert abs(float(found[f"{OURS}: mean speed / real"][place]) - 1) <= 0.15
    assert len(found[f"{OURS}: mean speed / real"]) == 8    # to 128 frames


@pytest.mark.parametrize("name", [*(f"{OURS}, seed {seed}" for seed in range(3)), "LSTM as shipped"])
def test_content_and_motion_exchanged_keep_the_bounds(name):
    kept, apart, *_ = rows("video-swap")[name]
    assert numbers(kept)[0] >= 90 and numbers(apart)[0] <= 1.5


def test_time_keeps_the_bounds():
    assert numbers(rows("video-live")["both, claim ≤ 240"][0])[0] <= 240    # 'menos de quatro minutos'
    assert numbers(rows("video-data")["1 of 14 px on 32 px"][0])[0] >= 2000
    cost = {size: [float(field) for field in fields] for size, fields in rows("video-cost").items()}
    assert cost["100 × 16"][0] <= 1000
    long = [each for size, (_, each) in cost.items() if size.startswith(("100 ×", "200 ×", "400 ×"))]
    assert max(long) < 1.5 * min(long)    # µs a frame: a straight line


def test_every_click_of_lesson_04_is_in_time():
    panels = "| Do ruído", "| Conteúdo ×", "| Treine ao vivo", "| A métrica", "| Cirurgia", "| Além do"
    lines = [line for line in BLOCKS["panels"].splitlines() if line.startswith(panels)]
    assert len(lines) >= 90
    for line in lines:
        *_, middle, tail, said = (field.strip() for field in line.strip("|").split("|"))
        assert float(middle) <= 60 and float(tail) <= 150 and said == "yes", line
