"""The badge of A célula por dentro: how far our cell is from torch.nn.LSTMCell with the same weights."""

import numpy as np
import pytest
import torch

from helpers.lstm.cell import LSTMCell
from helpers.lstm.handmade import register
from helpers.lstm.parity import parity
from tests.engines.test_cell_diagram import SwappedGates

torch.set_num_threads(1)


@pytest.mark.parametrize("seed", range(40))
def test_the_badge_is_never_above_a_millionth(seed):
    rng = torch.Generator().manual_seed(seed)
    inputs, hidden = (int(torch.randint(1, 5, (1,), generator=rng)) for _ in range(2))
    cell = LSTMCell(inputs, hidden, rng) if seed else register()
    with torch.no_grad():
        for weights in cell.parameters():
            weights.mul_(1 + seed % 8)
    x, h, c = (torch.randn(n, generator=rng) for n in (cell.inputs, cell.hidden, cell.hidden))
    assert parity(cell, x, h.tanh(), c) <= 1e-6
    with torch.no_grad():
        cell.f.b[0] += 0.01    # what is another cell for PyTorch's copy of the weights is none for ours
    assert parity(cell, x, h.tanh(), c) <= 1e-6
    swapped = SwappedGates(2, 2, rng)
    assert parity(swapped, torch.ones(2), torch.zeros(2), torch.ones(2)) > 1e-3


def test_parity_leaves_torchs_own_generator_alone_and_knows_what_is_no_number():
    before = torch.get_rng_state()
    cell = LSTMCell(3, 2, torch.Generator().manual_seed(0))
    assert parity(cell, torch.ones(3), torch.zeros(2), torch.zeros(2)) <= 1e-6
    assert torch.equal(torch.get_rng_state(), before)
    assert np.isnan(parity(cell, torch.full((3,), float("nan")), torch.zeros(2), torch.zeros(2)))
    assert parity(LSTMCell(1, 1), *torch.zeros(3, 1)) == 0.0
