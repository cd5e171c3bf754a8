"""How the tests are shared out among pytest-xdist's workers."""

import re

import pytest

BROWSER = "tests/browser/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a worker a module at a time, and of the browser tests all that open one lesson, to run it once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(BROWSER):
                return f"{BROWSER} {lesson_of(nodeid)}"
            return super()._split_scope(nodeid)

    return ByLesson(config, log)


def lesson_of(nodeid: str) -> str:
    """Tell which lesson's notebook a browser test opens: one that names none opens lesson 01's."""
    found = re.search(r"\[(\d\d)_|test_browser_lesson(\d\d)", nodeid)
    return (found[1] or found[2]) if found else "01"
