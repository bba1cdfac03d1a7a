"""Asking for one web address: nothing but public addresses, nothing but what was checked, and not for long.

Only the head of an answer is read, at most 64 KB; no body is, so nothing that a server sends there can cost anything.
Every redirect is taken apart, looked up and checked like the first address. Nothing is sent but the host, the path and
who asks: no cookies, no referrer.
"""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from ssl import SSLCertVerificationError, SSLError

from submissions.links.network import Network, NotFoundError
from submissions.links.target import RefusedError, Target, redirected, target_of

SECONDS = 5.0
MOST_REDIRECTS = 5
LARGEST_HEAD = 64 * 1024
CHUNK = 8 * 1024
HEAD_END = re.compile(rb"\r?\n\r?\n")
STATUS_LINE = re.compile(rb"HTTP/1\.[01] +(\d{3})(?=\s|$)")
LOCATION = re.compile(rb"^location[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
REDIRECTS = {301, 302, 303, 307, 308}
# The server answers, and only not to us.
CLOSED = {401, 402, 403, 407, 429, 451}


class Outcome(StrEnum):
    """What asking showed."""

    ANSWERS = "answers"
    FAILS = "fails"
    # The server is there, or somebody else stands in the way: no sign that readers would meet a dead link.
    UNCLEAR = "unclear"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    # The last status, where there was one.
    code: int | None = None
    # A word for what went wrong.
    problem: str = ""


@dataclass(frozen=True)
class Reply:
    """The head of an HTTP answer, as far as it matters."""

    code: int
    location: str


class UnreadableError(Exception):
    """What came is no HTTP, or too much of it."""


def ask(url: str, *, agent: str, network: Network | None = None, seconds: float = SECONDS) -> Answer:
    """Ask for an address within so many seconds in all, redirects included. Raises nothing for whatever the other side
    does. Must not be called while somebody waits for a page."""
    network = network or Network()
    deadline = time.monotonic() + seconds
    code: int | None = None
    try:
        target = target_of(url)
        seen = {target}
        for _turn in range(MOST_REDIRECTS + 1):
            reply = _reply(target, network, agent, deadline)
            code = reply.code
            if code not in REDIRECTS or not reply.location:
                return _judged(code)
            following = redirected(target, reply.location)
            if target.scheme == "https" and following.scheme == "http":
                # Whoever stands on the way could answer in its place; a reader's browser may follow or not.
                return Answer(Outcome.UNCLEAR, code, "downgrade")
            if following in seen:
                return Answer(Outcome.FAILS, code, "loop")
            seen.add(following)
            target = following
        return Answer(Outcome.FAILS, code, "redirects")
    except RefusedError as error:
        return Answer(Outcome.REFUSED, code, str(error))
    except NotFoundError:
        return Answer(Outcome.FAILS, code, "host")
    except TimeoutError:
        return Answer(Outcome.FAILS, code, "timeout")
    except SSLCertVerificationError:
        return Answer(Outcome.FAILS, code, "certificate")
    except SSLError:
        return Answer(Outcome.FAILS, code, "tls")
    except UnreadableError:
        return Answer(Outcome.FAILS, code, "unreadable")
    except OSError:
        return Answer(Outcome.FAILS, code, "connection")


def _judged(code: int) -> Answer:
    if HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(Outcome.ANSWERS, code)
    if code in CLOSED:
        return Answer(Outcome.UNCLEAR, code, "closed")
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(Outcome.FAILS, code, "server")
    return Answer(Outcome.FAILS, code, "gone")


def _reply(target: Target, network: Network, agent: str, deadline: float) -> Reply:
    """The answer to HEAD; where a server does not care for HEAD, that to GET. Looked up once for both."""
    addresses = network.public_addresses(target.host, target.port, _left(deadline))
    if not addresses:
        raise RefusedError("address")
    try:
        # Half of what is left, for some servers never answer this.
        half = time.monotonic() + _left(deadline) / 2
        reply = _exchange("HEAD", target, addresses, network, agent, half)
    except (UnreadableError, ConnectionError, TimeoutError):
        return _exchange("GET", target, addresses, network, agent, deadline)
    if reply.code >= HTTPStatus.BAD_REQUEST and reply.code != HTTPStatus.TOO_MANY_REQUESTS:
        return _exchange("GET", target, addresses, network, agent, deadline)
    return reply


def _exchange(
    method: str, target: Target, addresses: list[str], network: Network, agent: str, deadline: float
) -> Reply:
    request = (
        f"{method} {target.path} HTTP/1.1\r\nHost: {target.host_header}\r\nUser-Agent: {agent}\r\n"
        "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    with _connection(target, addresses, network, deadline) as connection:
        connection.settimeout(_left(deadline))
        connection.sendall(request.encode("ascii", "ignore"))
        return _head(connection, deadline)


@contextmanager
def _connection(target: Target, addresses: list[str], network: Network, deadline: float) -> Iterator[socket.socket]:
    """A connection to one of the checked addresses; where it is encrypted, the certificate is that of the name."""
    plain = _connected(target, addresses, network, deadline)
    try:
        if target.scheme == "https":
            plain.settimeout(_left(deadline))
            plain = network.tls.wrap_socket(plain, server_hostname=target.host)
        yield plain
    finally:
        plain.close()


def _connected(target: Target, addresses: list[str], network: Network, deadline: float) -> socket.socket:
    """Many hosts have an address of each kind of which this one reaches only one."""
    for address in addresses[:-1]:
        try:
            # Half of what is left, so that the next address has its turn too.
            return network.connect(address, target.port, _left(deadline) / 2)
        except OSError:
            continue
    return network.connect(addresses[-1], target.port, _left(deadline))


def _head(connection: socket.socket, deadline: float) -> Reply:
    """Read until the head ends. The time is looked at before each piece: a server that sends a letter a second gains
    nothing."""
    received = b""
    while True:
        end = HEAD_END.search(received)
        if end:
            head, received = received[: end.start()], received[end.end() :]
            reply = _parsed(head)
            # Early hints and the like come before the answer.
            if reply.code >= HTTPStatus.OK:
                return reply
            continue
        if len(received) > LARGEST_HEAD:
            raise UnreadableError
        connection.settimeout(_left(deadline))
        piece = connection.recv(CHUNK)
        if not piece:
            raise UnreadableError
        received += piece


def _parsed(head: bytes) -> Reply:
    status = STATUS_LINE.match(head)
    if status is None:
        raise UnreadableError
    location = LOCATION.search(head.replace(b"\r\n", b"\n"))
    # Addresses beyond ASCII are sent as UTF-8, against the rules, and browsers take them so.
    return Reply(int(status[1]), location[1].decode("utf-8", "replace").strip() if location else "")


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
