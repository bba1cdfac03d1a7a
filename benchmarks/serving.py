"""Programs that answer over HTTP while something is measured, and the memory of their processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 60
# As `make run` serves.
WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]


def free_port() -> int:
    """BENCH_PORT is the first one to try; by default the system gives any."""
    first = int(os.environ.get("BENCH_PORT", "0"))
    for port in range(first, first + 20) if first else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise OSError(f"No free port from {first} on.")


@contextmanager
def serving(command: Sequence[str], port: int, *, errors: int | None = None) -> Iterator[Server]:
    """A program that listens on a port, until the end of the block."""
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > give_up:
                    raise TimeoutError(f"{command[0]} did not start.") from None
                time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def registry() -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi:application", "--bind", f"{HOST}:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS)]
    command += ["--limit-request-line", "8190", "--log-level", "error"]
    with serving(command, port) as server:
        yield server


def memory(pid: int) -> dict[str, float]:
    """In MB: what is resident, and the share that is this process's when shared pages are divided."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name.rstrip(":"): int(value) for name, value, *_unit in map(str.split, lines)}
    return {"rss": kilobytes["Rss"] / 1024, "pss": kilobytes["Pss"] / 1024}
