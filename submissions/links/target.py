"""Where a web address leads, taken apart once, so that what was checked is what is asked."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
# A space, a line's end or another character that has no place in an address could end the request's first line.
CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
# What stands in a path or a query as it is; `%` because most addresses are quoted already.
SAFE = "/%:@!$&'()*+,;=~-._?"


class RefusedError(ValueError):
    """The address is none that is asked; the word says why."""


@dataclass(frozen=True)
class Target:
    """A web address that may be asked, as far as its text tells."""

    scheme: str
    # As the request names it: ASCII, an IPv6 address without its brackets.
    host: str
    # Path and query, quoted.
    path: str

    @property
    def port(self) -> int:
        return PORTS[self.scheme]

    @property
    def host_header(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def target_of(url: str) -> Target:
    """Raises `RefusedError` for whatever is not http or https at its own port, without a name or password in it."""
    if len(url) > LONGEST or CONTROL.search(url):
        raise RefusedError("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise RefusedError("malformed") from None
    if parts.scheme not in PORTS:
        raise RefusedError("scheme")
    if "@" in parts.netloc:
        raise RefusedError("credentials")
    if port not in (None, PORTS[parts.scheme]):
        raise RefusedError("port")
    try:
        path = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
    except UnicodeError:
        # Half of a character that no encoding knows.
        raise RefusedError("malformed") from None
    return Target(parts.scheme, _ascii_host(host), path if path.startswith("/") else f"/{path}")


def redirected(target: Target, location: str) -> Target:
    """Where a redirect leads, checked like the first address."""
    if CONTROL.search(location.strip()):
        raise RefusedError("malformed")
    base = f"{target.scheme}://{target.host_header}{target.path}"
    try:
        return target_of(urljoin(base, location.strip()))
    except RefusedError:
        raise
    except ValueError:
        raise RefusedError("malformed") from None


def _ascii_host(host: str) -> str:
    """The host as the network knows it; letters beyond ASCII by their international form."""
    if ":" in host:
        try:
            return str(ip_address(host))
        except ValueError:
            raise RefusedError("malformed") from None
    try:
        ascii_host = host.encode("idna").decode("ascii").rstrip(".").lower()
    except UnicodeError:
        raise RefusedError("malformed") from None
    if not ascii_host or not re.fullmatch(r"[a-z0-9._-]{1,253}", ascii_host):
        raise RefusedError("malformed")
    return ascii_host
