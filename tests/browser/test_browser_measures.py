"""What is measured in the page would be found: a label with an ellipsis, a short track, a narrow screen."""

import pytest

from tests.browser import measures
from tests.browser.lab import SCREEN

SIDE_BAR = 300    # px at least that JupyterLab's files, its activity bar and a cell's prompt take


@pytest.fixture
def view(course):
    return course.open("00_visao_geral").panel("Um neurônio aprende")


def test_a_label_that_ends_in_an_ellipsis_is_found(view):
    button = view.button("Passo")
    scrolls, wide = button.evaluate("""el => {
        const range = document.createRange(), style = getComputedStyle(el);
        range.selectNodeContents(el);
        const beside = parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth);
        el.style.width = `${range.getBoundingClientRect().width + 2 * beside - 0.8}px`;
        return [el.scrollWidth, el.clientWidth];
    }""")
    found = measures.faults(view)
    button.evaluate("el => { el.style.width = ''; }")
    assert scrolls <= wide + 1    # as wide as a label that fits
    assert [fault for fault in found if fault.startswith("cut off: BUTTON Passo")]


def test_a_short_track_is_found(view):
    track = view.root.locator(".noUi-target").first
    track.evaluate("el => { el.style.width = '59px'; el.style.flex = 'none'; }")
    found = measures.faults(view)
    track.evaluate("el => { el.style.width = ''; el.style.flex = ''; }")
    assert [fault for fault in found if fault.startswith("a track of 59 px")]


def test_the_screen_is_as_narrow_as_a_learner_s(view):
    bar = view.page.locator(".jp-WindowedPanel-outer").last.evaluate("el => el.offsetWidth - el.clientWidth")
    assert bar >= 10    # px
    assert view.root.bounding_box()["width"] <= SCREEN["width"] - SIDE_BAR
