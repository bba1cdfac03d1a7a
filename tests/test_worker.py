"""How the server's processes share the lines that come."""

import os
import socket
import time

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from cmise.worker import HEAD_START, MOST, SharingWorker


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def worker(listener):
    settings = Config()
    made = SharingWorker(1, os.getpid(), [listener], None, 30, settings, Logger(settings))
    made.tpool = made.get_thread_pool()
    made.method_queue.init()
    yield made
    made.tpool.shutdown()
    # Closes what was answered.
    made.method_queue.run_callbacks(None)
    made.method_queue.close()
    made.tmp.close()


class Waits(list):
    def meanwhile(self):
        pass


@pytest.fixture
def waits(monkeypatch):
    """For how long the worker waited, which it does not here; `meanwhile` happens instead."""
    found = Waits()

    def sleep(seconds):
        found.append(seconds)
        found.meanwhile()

    monkeypatch.setattr(time, "sleep", sleep)
    return found


def test_worker_without_a_line_takes_the_next_one_at_once(worker, listener, waits):
    with socket.create_connection(listener.getsockname()):
        worker.accept(listener)

    assert (worker.nr_conns, waits) == (1, [])


def test_worker_with_lines_leaves_the_next_one_to_another_first(worker, listener, waits):
    worker.nr_conns = 3
    taken = []
    waits.meanwhile = lambda: taken.append(listener.accept()[0])

    with socket.create_connection(listener.getsockname()):
        worker.accept(listener)

    assert (worker.nr_conns, waits, len(taken)) == (3, [3 * HEAD_START], 1)
    taken[0].close()


def test_worker_with_many_lines_takes_what_nobody_else_takes(worker, listener, waits):
    worker.nr_conns = 50

    with socket.create_connection(listener.getsockname()):
        worker.accept(listener)

    assert (worker.nr_conns, waits) == (51, [MOST * HEAD_START])
