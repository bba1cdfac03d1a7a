"""How long things take, in milliseconds."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any


def quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "p50": ordered[len(ordered) // 2],
        "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "n": len(ordered),
    }


def milliseconds(action: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def timed(action: Callable[[Any], Any], asked: Iterable[Any], *, seconds: float) -> list[float]:
    """How long each of the questions takes, as far as the time for all of them reaches."""
    times = []
    stop = time.monotonic() + seconds
    for question in asked:
        times.append(milliseconds(lambda question=question: action(question)))
        if time.monotonic() > stop:
            break
    return times
