"""Speaks to an OpenSearch server: JSON over HTTP, on connections that are kept."""

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import unquote, urlsplit

# A refusal may hold the whole request.
SHOWN = 300


class OpenSearchError(Exception):
    """The server does not answer, which is status 0, or it refuses."""

    def __init__(self, message: str, status: int = 0):
        super().__init__(message)
        self.status = status


class Server:
    """The server at an address like `https://user:password@host:9200/registry`: `registry` is the name under which
    this registry's index is found there, so several may share a server. Any number of threads may ask."""

    def __init__(self, url: str, seconds: float):
        parts = urlsplit(url)
        self.alias = parts.path.strip("/")
        self._host, self._port, self._seconds = parts.hostname or "", parts.port or 9200, seconds
        self._context = ssl.create_default_context() if parts.scheme == "https" else None
        self._headers = {}
        if parts.username is not None:
            account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(account.encode()).decode()}"
        self._kept = threading.local()

    def ask(self, method: str, path: str, body: dict | None = None, *, lines: Iterable[str] = ()) -> dict:
        """The answer as JSON. A body is one object, or lines of JSON that are made already."""
        headers, content = dict(self._headers), None
        if body is not None:
            headers["Content-Type"], content = "application/json", as_json(body)
        elif joined := "".join(f"{line}\n" for line in lines):
            headers["Content-Type"], content = "application/x-ndjson", joined
        try:
            status, text = self._exchange(method, path, content.encode(errors="replace") if content else None, headers)
        except (OSError, HTTPException) as error:
            raise OpenSearchError(f"{self._host}:{self._port}: {error or type(error).__name__}") from error
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise OpenSearchError(f"{method} {path}: {status} {text[:SHOWN].decode(errors='replace')}", status)
        if status >= 400:
            raise OpenSearchError(f"{method} {path}: {status} {reason_of(answer)}", status)
        return answer

    def _exchange(self, method: str, path: str, content: bytes | None, headers: dict) -> tuple[int, bytes]:
        connection = self._kept.__dict__.setdefault("connection", self._connection())
        was_open = connection.sock is not None
        try:
            return self._once(connection, method, path, content, headers)
        except (ConnectionError, HTTPException):
            # The server may close a connection that was long idle. Every request here may be sent twice.
            if not was_open:
                raise
            return self._once(connection, method, path, content, headers)

    def _once(self, connection: HTTPConnection, method, path, content, headers) -> tuple[int, bytes]:
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            # Half an answer may be left on it.
            connection.close()
            raise

    def _connection(self) -> HTTPConnection:
        if self._context is not None:
            return HTTPSConnection(self._host, self._port, timeout=self._seconds, context=self._context)
        return HTTPConnection(self._host, self._port, timeout=self._seconds)


@cache
def server_at(url: str, seconds: float) -> Server:
    """One per address and patience, so that connections are kept."""
    return Server(url, seconds)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def reason_of(answer: dict) -> str:
    """What an error says; some say it in one string."""
    error = answer.get("error", answer)
    if isinstance(error, dict) and "type" in error:
        return f"{error.get('type')}: {error.get('reason')}"[:SHOWN]
    return str(error)[:SHOWN]
