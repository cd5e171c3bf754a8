"""What every test run shares. At the root, since nbval's notebooks are tests too."""

import os
import time
from queue import Empty

from nbval.kernel import RunningKernel

# Two workers on two cores, each with a kernel: more threads would only get in each other's way. Set before
# anything imports torch; the kernels inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ASK_EVERY = 2.0  # seconds
_await_reply = RunningKernel.await_reply


def await_reply(self: RunningKernel, msg_id: str, timeout: float | None = None) -> None:
    """Wait as nbval does, but ask every two seconds whether the kernel lives.

    nbval 0.11 waits for the whole cell timeout when the kernel has died (out of memory, a crash in a
    library). Its waiting ends with `Empty`, which it reports as a timeout of the cell.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = ASK_EVERY if deadline is None else min(ASK_EVERY, deadline - time.monotonic())
        try:
            return _await_reply(self, msg_id, timeout=max(left, 0.0))
        except Empty:
            if not self.is_alive():
                raise RuntimeError("the notebook's kernel died during this cell") from None
            if deadline is not None and time.monotonic() >= deadline:
                raise


RunningKernel.await_reply = await_reply
