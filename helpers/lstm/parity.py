"""How far a cell is from torch.nn.LSTMCell with the same weights."""

import math
from functools import lru_cache

import torch
from torch import Tensor, nn

from helpers.lstm.cell import LSTMCell


@torch.no_grad()
def parity(cell: LSTMCell, x: Tensor, h: Tensor, c: Tensor) -> float:
    """max |ours − PyTorch's| over h and c after one step, relative to the largest entry; no gate is held.

    nan where an output is not finite.
    """
    module = cell.store(_theirs(cell.inputs, cell.hidden, x.dtype))
    theirs, ours = (torch.cat(state) for state in (module(x, (h, c)), cell(x, (h, c))))
    if not (ours.isfinite().all() and theirs.isfinite().all()):
        return math.nan
    largest, apart = theirs.abs().max().item(), (ours - theirs).abs().max().item()
    return apart / largest if largest else (math.inf if apart else 0.0)


@lru_cache(maxsize=16)
def _theirs(inputs: int, hidden: int, dtype: torch.dtype) -> nn.LSTMCell:
    # skip_init: drawing weights that are then overwritten would move torch's global generator
    return nn.utils.skip_init(nn.LSTMCell, inputs, hidden, dtype=dtype)
