"""Four clients that ask one program for many addresses: with wrk if it is installed, else with Python's own client."""

import http.client
import json
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.serving import HOST, Server
from benchmarks.timing import quantiles

CLIENTS = 4
WARM_UP_SECONDS = 2
SCRIPT = """
local paths, at = {}, 0
for path in io.lines(%s) do paths[#paths + 1] = path end
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  io.write(string.format('\\n{"requests": %%d, "microseconds": %%d, "p50": %%f, "p95": %%f, "errors": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


def throughput(server: Server, paths: Sequence[str], *, seconds: float) -> dict:
    """Answers a second, with p50 and p95 in milliseconds; `errors` are answers from 400 on and broken lines."""
    paths = list(paths)
    random.Random("paths").shuffle(paths)
    ask = _with_wrk if shutil.which("wrk") else _with_threads
    ask(server, paths[::-1], WARM_UP_SECONDS)
    return ask(server, paths, seconds)


def _with_wrk(server: Server, paths: list[str], seconds: float) -> dict:
    with TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "script.lua"
        listed.write_text("\n".join(paths))
        script.write_text(SCRIPT % json.dumps(str(listed)))
        command = ["wrk", "--threads", "1", "--connections", str(CLIENTS), "--duration", f"{seconds:.0f}s"]
        command += ["--timeout", "60s", "--script", str(script), server.url("/")]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        "per_second": found["requests"] / (found["microseconds"] / 1e6),
        "p50": found["p50"],
        "p95": found["p95"],
        "errors": found["errors"],
    }


def _with_threads(server: Server, paths: list[str], seconds: float) -> dict:
    times: list[float] = []
    errors: list[int] = []
    stop = time.monotonic() + seconds

    def client(first: int) -> None:
        line = http.client.HTTPConnection(HOST, server.port, timeout=60)
        place = first
        while time.monotonic() < stop:
            begin = time.perf_counter()
            line.request("GET", paths[place % len(paths)])
            answer = line.getresponse()
            answer.read()
            times.append((time.perf_counter() - begin) * 1000)
            if answer.status >= 400:
                errors.append(answer.status)
            place += CLIENTS
        line.close()

    begin = time.monotonic()
    clients = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    measured = quantiles(times)
    return {
        "per_second": len(times) / (time.monotonic() - begin),
        "p50": measured["p50"],
        "p95": measured["p95"],
        "errors": len(errors),
    }
