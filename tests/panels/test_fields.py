"""Numbers as learners type them, and as panels write them to be typed again."""

import random

import pytest

from helpers.errors import CourseError
from helpers.ui.fields import typed, written


@pytest.mark.parametrize(("text", "value"), [
    ("0,5", 0.5), ("0.5", 0.5), (" −2 ", -2.0), ("+3", 3.0), (",25", 0.25), ("4,", 4.0), ("1e-5", 1e-5),
    ("1,5E2", 150.0), ("−1e−05", -1e-5), ("007", 7.0)])
def test_a_number_is_read(text, value):
    assert typed(text) == value


@pytest.mark.parametrize("text", ["", "muito", "1_0", "1.000,5", "0x10", "1e999", "--1", "1 2", "½", "٣x"])
def test_what_is_no_number_is_answered(text):
    with pytest.raises(CourseError) as refused:
        typed(text)
    assert refused.value.key == "number_unclear"


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "Infinity", "∞"])
def test_what_is_not_finite_is_answered(text):
    with pytest.raises(CourseError) as refused:
        typed(text)
    assert refused.value.key == "not_finite"


def test_what_is_written_can_be_typed_again():
    draw = random.Random(0)
    for _ in range(500):
        value = draw.choice((-1, 1)) * 10 ** draw.uniform(-12, 5)
        assert typed(written(value)) == pytest.approx(value, rel=1e-5)
    assert written(float("nan")) == ""
