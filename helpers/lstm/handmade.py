"""Cells whose weights are set by hand, of one unit each: a counter and a register."""

import torch

from helpers.lstm.cell import LSTMCell
from helpers.lstm.tasks import ERASE, READ, VALUE, WRITE

SHUT, OPEN = -30.0, 30.0    # a logistic layer's output there: 1e-13, and 1 in float32
SMALL = 0.01                # of what is written: so small that both tanh pass it on, off by 1e-4 of itself


@torch.no_grad()
def counter(dtype: torch.dtype = torch.float32) -> LSTMCell:
    """A counter of +1 and −1: every gate open, and a main layer so steep that tanh gives its sign.

    One input, one unit: c is the sum of the inputs, in float32 exactly.
    """
    cell = LSTMCell(1, 1, dtype=dtype)
    cell.g.W[:] = 20.0
    for layer in (cell.f, cell.i, cell.o):
        layer.b[:] = OPEN
    return cell


@torch.no_grad()
def register(dtype: torch.dtype = torch.float32) -> LSTMCell:
    """A register for the task of that name; its h is SMALL times the answer.

    Write opens i and closes f, erase closes f, read opens o; the value alone reaches g.
    """
    cell = LSTMCell(4, 1, dtype=dtype)
    cell.g.W[0, VALUE] = SMALL
    cell.f.W[0, [WRITE, ERASE]] = 2 * SHUT
    cell.f.b[:] = OPEN
    cell.i.W[0, WRITE] = cell.o.W[0, READ] = 2 * OPEN
    cell.i.b[:] = cell.o.b[:] = SHUT
    return cell
