"""The two doors to the network that asking goes through: finding a host's addresses, and connecting to one of them."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from submissions.links.public import is_public


class NotFoundError(OSError):
    """The host has no address."""


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The host's addresses. The system's resolver knows no time limit, so it is asked in a thread and left behind."""
    found: list[str] = []
    failed: list[Exception] = []

    def look_up() -> None:
        try:
            for _family, _type, _protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append(str(address[0]))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if failed or not found:
        raise NotFoundError
    return list(dict.fromkeys(found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to exactly this address: a number is looked up nowhere."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True)
class Network:
    """How the outside is reached. Tests put a stand-in here; what may be asked is not theirs to choose."""

    resolve: Callable[[str, int, float], list[str]] = resolve
    connect: Callable[[str, int, float], socket.socket] = connect
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def public_addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """The host's addresses; none at all where a single one is not public, for such a host is up to something."""
        addresses = self.resolve(host, port, seconds)
        return addresses if all(is_public(address) for address in addresses) else []
