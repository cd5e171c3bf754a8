"""What the browser's console said in all other browser tests of a lesson: this file's name comes last."""

import pytest

from helpers.course import LESSONS


@pytest.mark.parametrize("stem", [lesson.stem for lesson in LESSONS])
def test_the_browser_had_nothing_to_complain_about(course, stem):
    # JupyterLab itself cancels what it was asking when a kernel restarts
    assert [said for said in course.open(stem).complaints if "Canceled future" not in said
            and ("/static/lab/" not in said or "widget" in said)] == []
