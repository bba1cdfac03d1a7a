"""An embedder whose model runs in a process of its own: whatever happens there, the site lives and answers in time."""

import logging
import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from practices.semantic.embedding import EmbedderDownError, EmbeddingError, Kind, prepared
from practices.semantic.messages import packed, unpacked

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
# How long an answer may take, and before it the answers to others: somebody waits for a query's, nobody for a batch of
# passages'.
SECONDS: Mapping[Kind, float] = {"query": 0.4, "passage": 60.0}
START_SECONDS = 60.0
LONGEST_PAUSE = 60.0
READ_AT_ONCE = 65_536
# One thread per model: the site has other work for its processors. And nothing of the site's environment, which holds
# its secrets.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class WorkerEmbedder:
    """Any number of threads may ask; each waits for the others no longer than an answer may take.

    The process is started at the first question. After a crash the next question starts it again, after several in a
    row only when a while has passed; a question never starts it twice.
    """

    def __init__(self, model: str, *, seconds: Mapping[Kind, float] = SECONDS):
        self._model, self._seconds = model, seconds
        self._asking = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._owner = 0
        self._connection: socket.socket | None = None
        self._buffer = bytearray()
        # Stays when the process ends: the next one is the same.
        self._introduced: dict[str, Any] | None = None
        self._is_loading = False
        self._started = 0.0
        self._failures = 0
        self._next_start = 0.0

    @property
    def name(self) -> str:
        return self._introduction["name"]

    @property
    def dimension(self) -> int:
        return self._introduction["dimension"]

    @property
    def threshold(self) -> float:
        return self._introduction["threshold"]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def embed(self, texts: Sequence[str], kind: Kind) -> list[list[float]]:
        return self.exchange([prepared(text) for text in texts], kind)

    def exchange(self, texts: Sequence[str], kind: Kind) -> list[list[float]]:
        """The vectors of texts that are sent as they are."""
        if not self._asking.acquire(timeout=self._seconds[kind]):
            raise EmbedderDownError("The worker is busy.")
        try:
            deadline = time.monotonic() + self._seconds[kind]
            introduced = self._ready(deadline)
            request = packed({"texts": list(texts), "kind": kind, "seconds": self._seconds[kind] + 1})
            try:
                answer = self._exchange(request, deadline)
                vectors = _checked(answer.get("vectors"), len(texts), introduced["dimension"])
            except (OSError, ValueError) as error:
                # Also after a mere delay: a late answer must never be taken for that to another question.
                raise EmbeddingError(self._ended(error)) from error
            self._failures = 0
            return vectors
        finally:
            self._asking.release()

    def close(self) -> None:
        """End the process. The next question starts another."""
        with self._asking:
            self._end()

    @property
    def _introduction(self) -> dict[str, Any]:
        if self._introduced is None:
            with self._asking:
                return self._ready(time.monotonic() + START_SECONDS)
        return self._introduced

    def _ready(self, deadline: float) -> dict[str, Any]:
        """What the running model says of itself. One that is still loading when time is up goes on loading."""
        if self._owner != os.getpid():
            # A copy of a process that had a worker, which goes on with the original.
            self._end()
        if self._process and self._process.poll() is not None:
            self._ended(OSError("ended by itself"))
        if self._process is None:
            self._start()
        if self._introduced is None or self._is_loading:
            try:
                self._introduced = _checked_introduction(self._receive(deadline))
                self._is_loading = False
            except TimeoutError as error:
                if time.monotonic() - self._started > START_SECONDS:
                    raise EmbedderDownError(self._ended(error)) from error
                raise EmbedderDownError("The model is loading.") from error
            except (OSError, ValueError) as error:
                raise EmbedderDownError(self._ended(error)) from error
        return self._introduced

    def _start(self) -> None:
        if time.monotonic() < self._next_start:
            raise EmbedderDownError("The worker failed and is not started again yet.")
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module; the model's name is a setting
                [sys.executable, "-m", "practices.semantic.worker", self._model],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env=ENVIRONMENT,
            )
        self._connection, self._owner, self._started, self._is_loading = ours, os.getpid(), time.monotonic(), True

    def _exchange(self, request: bytes, deadline: float) -> dict[str, Any]:
        assert self._connection is not None  # noqa: S101 - `_ready` returned
        self._connection.settimeout(_left(deadline))
        self._connection.sendall(request)
        return self._receive(deadline)

    def _receive(self, deadline: float) -> dict[str, Any]:
        assert self._connection is not None  # noqa: S101 - `_start` returned
        while (message := unpacked(self._buffer)) is None:
            self._connection.settimeout(_left(deadline))
            received = self._connection.recv(READ_AT_ONCE)
            if not received:
                raise ConnectionError("ended in the middle of its work")
            self._buffer += received
        return message

    def _ended(self, error: Exception) -> str:
        """Clear away a process that failed, count it, and say what happened."""
        self._end()
        self._failures += 1
        pause = 0.0 if self._failures == 1 else min(2.0 ** (self._failures - 2), LONGEST_PAUSE)
        self._next_start = time.monotonic() + pause
        message = f"The embedding worker failed: {error}. It may start again in {pause:.0f} s."
        logger.warning(message)
        return message

    def _end(self) -> None:
        if self._connection:
            self._connection.close()
        if self._process and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._process = self._connection = None
        self._buffer.clear()


@cache
def worker(model: str) -> WorkerEmbedder:
    """This process's worker for a model."""
    return WorkerEmbedder(model)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("took too long")
    return left


def _checked(vectors: Any, count: int, dimension: int) -> list[list[float]]:
    """Vectors as they were asked for, or ValueError: a process that a text confused may answer anything."""
    if not isinstance(vectors, list) or len(vectors) != count:
        raise ValueError("answered something else")
    for vector in vectors:
        if not isinstance(vector, list) or len(vector) != dimension:
            raise ValueError("answered something else")
        if not all(isinstance(number, float) and math.isfinite(number) for number in vector):
            raise ValueError("answered something else")
    return vectors


def _checked_introduction(message: dict[str, Any]) -> dict[str, Any]:
    known = (message.get("name"), message.get("dimension"), message.get("threshold"))
    if [type(value) for value in known] != [str, int, float]:
        raise ValueError("introduced itself as something else")
    return message
