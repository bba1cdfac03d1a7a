"""How often one client, or one person, may do something that costs others work: counted in the cache, a client by a
keyed hash of its network address, so that no address is kept. The same proxies are believed as at the sign-in
(`TRUSTED_PROXIES`).

The default cache is one per server process; a host with a shared cache (`CACHE_URL`) has exact counts.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User

HOUR = 3600
DAY = 24 * HOUR
# One household or office has all the addresses behind this many bits.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The network address of whoever asks; of the newer kind, only the part that tells one connection from another."""
    address: str = get_adapter().get_client_ip(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/{IPV6_PREFIX}", strict=False).network_address)
    return address


def within_limit(request: HttpRequest, *, act: str, most: int, seconds: int) -> bool:
    """Count one more `act` of this client, and say whether there were at most `most` in the present stretch of
    `seconds`."""
    who = salted_hmac("accounts.limits", client_address(request), algorithm="sha256").hexdigest()
    return _counted(who, act=act, most=most, seconds=seconds)


def person_within_limit(person: User, *, act: str, most: int, seconds: int) -> bool:
    """The same for whoever is signed in: colleagues of one office share an address, and are counted one by one."""
    return _counted(f"person-{person.pk}", act=act, most=most, seconds=seconds)


def _counted(who: str, *, act: str, most: int, seconds: int) -> bool:
    window = int(timezone.now().timestamp()) // seconds
    key = f"limit:{act}:{window}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:
        # It ran out between the two calls: a new stretch has begun.
        return True
