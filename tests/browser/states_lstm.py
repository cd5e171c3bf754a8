"""The states that the panels of lesson 03 are put through while their fit is measured."""

from collections.abc import Callable, Iterator

from tests.browser.learner import PanelView

OWN_LSTM: dict[str, Callable[[PanelView], Iterator[str]]] = {}
