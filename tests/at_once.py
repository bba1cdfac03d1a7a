"""People who do something at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(*acts: Callable[[], Any], refusals: tuple[type[Exception], ...]) -> list[Any]:
    """Carry out the acts in threads that start together, each on a connection of its own; gives what came of each: what
    it returned, or with which of `refusals` it was refused."""
    start, outcomes = threading.Barrier(len(acts)), {}

    def run(number, act):
        try:
            start.wait(timeout=20)
            outcomes[number] = act()
        except refusals as refusal:
            outcomes[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [outcomes[number] for number in range(len(acts))]
