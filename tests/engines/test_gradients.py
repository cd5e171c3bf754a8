"""How far gradients reach: against autograd, differences, closed forms; the order task's bookkeeping."""

import pytest
import torch
from torch import Tensor, nn

from helpers.errors import CourseError
from helpers.lstm import order
from helpers.lstm.gradients import LOST, STEPS, TASK, fresh, reach, sequences, spread, table
from helpers.lstm.learning import Net

torch.set_num_threads(1)
SHAPES = [(1, 1, 1), (3, 2, 6), (5, 4, 2), (8, 3, 6)]    # hidden, nets, inputs


def cores(kind: str, hidden: int, nets: int, inputs: int) -> list[nn.Module]:
    return [Net(kind, inputs, hidden, 1, torch.Generator().manual_seed(seed)).core.double()
            for seed in range(nets)]


def inputs_of(steps: int, nets: int, inputs: int) -> Tensor:
    return torch.randn(steps, nets, inputs, generator=torch.Generator().manual_seed(7)).double()


def by_autograd(last, x: Tensor) -> Tensor:
    """The largest |entry| of ∂last/∂x(T−k) by k, from torch's own Jacobian; x: [steps, inputs]."""
    jacobian = torch.autograd.functional.jacobian(last, x)    # [hidden, steps, inputs]
    return jacobian.abs().amax((0, 2)).flip(0)


def along_c(core: nn.LSTM):
    """h(T) of torch's own cell where h(t−1) is cut from the graph at every step: what is left goes by c."""
    cell = nn.LSTMCell(core.input_size, core.hidden_size).double()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in core.state_dict().items()})

    def last(x: Tensor) -> Tensor:
        h = c = x.new_zeros(1, core.hidden_size)
        for row in x:
            h, c = cell(row[None], (h.detach(), c))
        return h[0]
    return last


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
@pytest.mark.parametrize(("hidden", "nets", "inputs"), SHAPES)
def test_the_whole_gradient_is_autograds(kind, hidden, nets, inputs):
    group, x = cores(kind, hidden, nets, inputs), inputs_of(9, nets, inputs)
    whole = reach(group, x).whole
    assert whole.shape == (nets, 9) and whole.dtype == torch.float64
    for n, core in enumerate(group):
        torch.testing.assert_close(whole[n], by_autograd(lambda x, core=core: core(x)[0][-1], x[:, n]),
                                   rtol=1e-11, atol=0)


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_the_whole_gradient_is_what_finite_differences_say(kind):
    (core,), x, step = cores(kind, 4, 1, 3), inputs_of(6, 1, 3), 1e-5
    found = torch.zeros(6)
    with torch.no_grad():
        for t in range(6):
            for j in range(3):
                ends = []
                for sign in (1, -1):
                    moved = x.clone()
                    moved[t, 0, j] += sign * step
                    ends.append(core(moved)[0][-1])
                found[5 - t] = max(found[5 - t], ((ends[0] - ends[1]) / (2 * step)).abs().max().item())
    torch.testing.assert_close(reach([core], x).whole[0].float(), found, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("hidden", "nets", "inputs"), SHAPES)
def test_the_direct_path_is_autograds_where_h_is_cut(hidden, nets, inputs):
    group, x = cores("lstm", hidden, nets, inputs), inputs_of(9, nets, inputs)
    by_c = reach(group, x).by_c
    for n, core in enumerate(group):
        torch.testing.assert_close(by_c[n], by_autograd(along_c(core), x[:, n]), rtol=1e-11, atol=0)


def test_without_any_U_the_direct_path_is_all_there_is():
    group, x = cores("lstm", 5, 3, 4), inputs_of(20, 3, 4)
    for core in group:
        with torch.no_grad():
            core.weight_hh_l0.zero_()
    measured = reach(group, x)
    torch.testing.assert_close(measured.whole, measured.by_c, rtol=1e-12, atol=0)
    others = reach(cores("lstm", 5, 3, 4), x)
    assert ((others.whole / others.by_c)[:, 10:] - 1).abs().min() > 0.01    # and with U it is not


def test_a_constant_forget_gate_keeps_a_power_of_itself():
    bias = 0.75
    group, x = cores("lstm", 3, 2, 2), inputs_of(40, 2, 2)
    for core in group:
        with torch.no_grad():
            for name in ("weight_ih_l0", "weight_hh_l0", "bias_hh_l0"):
                getattr(core, name).chunk(4)[1].zero_()
            core.bias_ih_l0.chunk(4)[1].fill_(bias)
    powers = torch.sigmoid(torch.tensor(bias).double()) ** torch.arange(40)
    torch.testing.assert_close(reach(group, x).kept, powers.expand(2, 40), rtol=1e-12, atol=0)


def test_what_is_kept_is_the_product_of_the_gates_of_the_last_k_steps():
    """Not of the first k: the gates are those after T−k, up to T."""
    (core,), x = cores("lstm", 4, 1, 3), inputs_of(7, 1, 3)
    h = c = torch.zeros(1, 4).double()
    cell, gates = nn.LSTMCell(3, 4).double(), []
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in core.state_dict().items()})
    with torch.no_grad():
        for row in x:
            z = row @ cell.weight_ih.T + h @ cell.weight_hh.T + cell.bias_ih + cell.bias_hh
            gates.append(torch.sigmoid(z.chunk(4, -1)[1])[0])
            h, c = cell(row, (h, c))
    expected = [torch.stack(gates[7 - k:]).prod(0).max() if k else torch.tensor(1.0) for k in range(7)]
    torch.testing.assert_close(reach([core], x).kept[0], torch.stack(expected).double(), rtol=1e-7, atol=0)


def test_float64_sees_what_a_norm_in_float32_does_not():
    seeds = (0, 1)
    assert (fresh("lstm", 32, seeds, -0.5).whole[:, 99] > 0).all()
    for n, x in enumerate(sequences(seeds).unbind(1)):
        net = Net("lstm", TASK.inputs, 32, TASK.outputs, torch.Generator().manual_seed(seeds[n]))
        net.set_forget_bias(-0.5)
        x.requires_grad_()
        slope, = torch.autograd.grad(net.core(x)[0][-1].sum(), x)
        assert slope[0].abs().max() > 0 and (slope[0] ** 2).sum().sqrt() == 0


def test_lost_is_where_float32_stops_to_count():
    one = torch.tensor(1.0)
    assert one + LOST == 1 and one + 1.01 * LOST > 1 and 1 + 0.99 * LOST > 1.0


def test_what_the_lesson_says_of_untrained_nets_holds_for_each_of_ten_seeds():
    measured = table()
    at = {bias: one.whole[:, 50] for bias, one in measured.items()}
    assert (at[None] < 1e-8).all() and (at[0.0] < 1e-9).all()
    assert (at[1.0] > 1e-6).all() and (at[1.0] < 1e-3).all()
    assert (at[1.0] > 1e4 * at[0.0]).all()
    assert (at[3.0] > 1e-3).all() and (at[5.0] > 1e-3).all()
    assert (fresh("lstm", 32, tuple(range(10)), -2.0).whole[:, 42] < fresh("rnn", 32, tuple(range(10)))
            .whole[:, 42]).all()    # an LSTM can forget faster than a plain RNN
    one = measured[1.0]
    assert (one.whole[:, 99] > 1000 * one.by_c[:, 99]).all()    # most of it does not go by c
    low, middle, high = spread(at[1.0])
    assert low == at[1.0].min() and high == at[1.0].max() and (at[1.0] <= middle).sum() == 5


def test_a_seed_is_one_net_for_every_bias_alone_or_in_company():
    group = fresh("lstm", 8, (3, 4), 1.0)
    torch.testing.assert_close(group.whole[1:], fresh("lstm", 8, (4,), 1.0).whole, rtol=1e-10, atol=0)
    assert group.whole.shape == (2, STEPS) and not torch.equal(group.whole[0], group.whole[1])


def test_what_cannot_be_measured_is_refused_by_name():
    with pytest.raises(CourseError) as error:
        reach([nn.GRU(2, 3)], torch.zeros(4, 1, 2))
    assert error.value.key == "reach_kind" and "GRU" in str(error.value)
    with pytest.raises(CourseError):
        order.Series("lstm", 1.0, seeds=())


# --- the order task ---------------------------------------------------------------------------------------


def numbers(series: order.Series) -> list:
    return [(run.seed, run.updates, [*run.tests]) for run in series.runs]


def test_a_net_that_answers_one_class_has_the_share_of_that_class():
    run = order.Run("lstm", 1.0, 0)
    head = run.learner.net.head
    with torch.no_grad():
        head.weight.zero_()
        for answer in range(4):
            head.bias.copy_(torch.eye(4)[answer])
            assert run.right() == pytest.approx((order.exam().y == answer).double().mean().item())
            assert abs(run.right() - order.CHANCE) < 0.05


def test_forget_bias_1_solves_and_the_plain_rnn_stays_at_chance():
    """One quick seed of each; the benchmark runs them all."""
    solved = order.Series("lstm", 1.0, (15,)).finish().results[0]
    assert solved.solved and solved.right >= order.ENOUGH and solved.updates <= 400
    run = order.Series("rnn", None, (0,), budget=solved.updates).finish().results[0]
    assert not run.solved and run.right < 0.35 and run.updates == solved.updates


def test_chunks_and_one_go_are_the_same_numbers_and_a_state_comes_back():
    whole = order.Series("rnn", None, (0, 1), budget=52).finish()
    parts, halfway = order.Series("rnn", None, (0, 1), budget=52), None
    while not parts.done:
        parts.advance(0.02)
        if halfway is None and len(parts.runs) == 2:
            halfway, then = parts.state_dict(), numbers(parts)
    assert numbers(parts) == numbers(whole)
    assert [updates for updates, _ in parts.runs[0].tests] == [0, 50, 52]
    parts.load_state_dict(halfway)
    assert numbers(parts) == then and not parts.done
    assert numbers(parts.finish()) == numbers(whole)


def test_a_state_of_an_earlier_seed_drops_the_later_ones():
    series = order.Series("rnn", None, (0, 1), budget=20)
    before = series.state_dict()
    expected = numbers(series.finish())
    series.load_state_dict(before)
    assert len(series.runs) == 1 and series.runs[0].updates == 0 and series.results == []
    assert numbers(series.finish()) == expected
