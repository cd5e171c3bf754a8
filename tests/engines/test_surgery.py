"""Held gates of the generating LSTM, against rollouts by PyTorch's own cell and closed forms."""

import pytest
import torch
from torch import nn

from helpers.errors import CourseError
from helpers.lstm.cell import FREE, Hold
from helpers.video.motion_gan import GAIN, MotionGenerator, noise
from helpers.video.surgery import Operation, moves, operated


@pytest.fixture(scope="module")
def net():
    return MotionGenerator(hidden=8, seed=3).requires_grad_(False)


@pytest.fixture(scope="module")
def drawn():
    return noise(5, torch.Generator().manual_seed(0), 12)


def test_nothing_held_is_the_generator_itself(net, drawn):
    assert torch.equal(operated(net, drawn, Operation()), net.path(drawn))
    assert torch.equal(operated(net, drawn, Operation({"f": 0.3}, since=13)), net.path(drawn))


@pytest.mark.parametrize("since", [2, 5, 12])
def test_before_the_first_held_frame_nothing_changes(net, drawn, since):
    free, held = net.path(drawn), operated(net, drawn, Operation({"i": 0.0}, since))
    assert torch.equal(held[:, :since - 1], free[:, :since - 1])
    assert not torch.allclose(held[:, since - 1:], free[:, since - 1:])


def test_a_closed_output_gate_leaves_the_bias_of_the_head(net, drawn):
    steps = operated(net, drawn, Operation({"o": 0.0})).diff(dim=1)
    torch.testing.assert_close(steps, (net.head.bias / GAIN).expand_as(steps))


def test_a_forget_gate_held_at_one_is_pytorch_s_cell_with_a_large_bias(net, drawn):
    cell = net.cell.store(nn.LSTMCell(4, 8))
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cell, name)[8:16] = 0    # PyTorch stacks i, f, g, o
        cell.bias_ih[8:16] = 40.0
        m, state = net.first(drawn.motion)
        path = [m]
        for e in drawn.steps.unbind(1):
            state = cell(torch.cat((m, e), 1), state)
            m = m + net.head(state[0]) / GAIN
            path.append(m)
    torch.testing.assert_close(operated(net, drawn, Operation({"f": 1.0})), torch.stack(path, 1))


@pytest.mark.parametrize("held", [{"f": -0.1}, {"o": 1.1}, {"i": float("nan")}, {"g": 0.5}, {"f": "0"},
                                  {"o": None}])
def test_other_values_and_gates_are_refused(held):
    with pytest.raises(CourseError) as caught:
        Operation(held)
    assert caught.value.key == "hold_range"


@pytest.mark.parametrize("since", [1, 0, -3, 2.0, 1.5, "2", None, True])
def test_only_a_frame_from_the_second_on_can_be_the_first_held(since):
    """The first frame passes no gate."""
    with pytest.raises(CourseError) as caught:
        Operation({"f": 0.0}, since)
    assert caught.value.key == "hold_since" and str(since) in str(caught.value)


def test_without_an_lstm_there_are_no_gates(drawn):
    with pytest.raises(CourseError) as caught:
        operated(MotionGenerator("gru"), drawn, Operation())
    assert caught.value.key == "gates_missing"


def test_an_operation_holds_from_its_frame_on():
    operation = Operation({"f": 0.25}, since=4)
    assert operation.hold(3) is FREE and operation.hold(4).f.item() == 0.25 and operation.hold(9).i is None


@pytest.mark.parametrize(("held", "frame", "wanted"), [
    ({}, 5, {"f": 0.0}), ({"i": 1.0}, 3, {"f": 0.0}), ({"i": 1.0}, 4, {"f": 0.0, "i": 1.0}),
    ({"f": 0.5}, 3, {"f": 0.0}), ({"f": 0.5}, 9, {"f": 0.5})])
def test_an_operation_is_laid_over_what_the_model_holds(held, frame, wanted):
    found = Operation(held, since=4).hold(frame, Hold(f=torch.zeros(1)))
    assert {gate: value.item() for gate, value in found._asdict().items() if value is not None} == wanted


def test_a_model_with_gates_of_its_own_moves_by_itself_until_the_operation(net, drawn):
    own = Hold(f=torch.zeros(1))
    itself = net.path(drawn, None, own)
    assert torch.equal(operated(net, drawn, Operation(), own), itself)
    assert torch.equal(operated(net, drawn, Operation({"i": 0.0}, since=7), own)[:, :6], itself[:, :6])
    assert not torch.allclose(operated(net, drawn, Operation()), itself)


def test_moves_of_a_straight_path():
    m = torch.tensor([[0.0, 0.0]]) + torch.arange(12).view(1, -1, 1) * torch.tensor([1 / 9, 0.0])
    found = moves(m)    # 1 px a frame to the right, from the middle: the wall's place is 9 px away
    assert found.cosine == pytest.approx(1, abs=1e-5) and found.speed == pytest.approx(1, abs=1e-5)
    assert found.spread == pytest.approx(13**0.5 / 2, rel=1e-5)    # x: 0 to 11, variance 13; y: none
    assert found.by_frame == pytest.approx([1.0] * 11, abs=1e-5)
    assert found.beyond == pytest.approx(1 / 12)    # only the last one, 11 px away, is more than 1 px beyond
