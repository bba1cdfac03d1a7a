"""The site in processes of its own, for tests that end them without warning."""

import os
import signal
import socket
import subprocess
import sys
import time

from django.db import connection

from tests.environment import ROOT

HOST = "127.0.0.1"
START_SECONDS = 60


class RealServer:
    """The production server on the database of the running test, which must be committed: `start`, `kill`, again."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_reason):
        self.kill()

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "cmise.wsgi:application", "--bind", f"{HOST}:{self.port}"]
        command += ["--workers", "2", "--threads", "4", "--log-level", "error"]
        surroundings = {**os.environ, "DATABASE_URL": _database_url(), "SITE_URL": self.url}
        self._process = subprocess.Popen(command, cwd=ROOT, env=surroundings, start_new_session=True)
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)

    def kill(self):
        """SIGKILL to the server and its workers: none of them can put anything in order."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def _database_url():
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    account = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    return f"postgres://{account}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
