"""The server's worker processes."""

import time

from gunicorn.workers.gthread import ThreadWorker

# For each line that a worker has, it leaves the others so many seconds to take the next one; for so many lines at most.
HEAD_START, MOST = 0.000_25, 8


class SharingWorker(ThreadWorker):
    """Takes a new line the later the more it has already.

    Kept lines stay with the worker that took them, and all workers are told of a new one at the same time: the first
    one that was awake used to take every line that came, and answered them all while the others had nothing to do.
    """

    def accept(self, listener):
        if self.nr_conns:
            time.sleep(HEAD_START * min(self.nr_conns, MOST))
        super().accept(listener)
