"""Which network addresses are out on the internet, so that asking them reaches nothing of the host's own."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What `is_global` takes for public on the Pythons that the registry runs on, and is not somebody's web server.
SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        # The way into 6to4.
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Everything that was ever given out for public use lies in here, and only this is asked.
PUBLIC_V6 = IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        # Protocols, among them Teredo, which holds an IPv4 address.
        "2001::/23",
        "2001:db8::/32",
        # 6to4, which holds an IPv4 address.
        "2002::/16",
        "3ffe::/16",
        "3fff::/20",
    )
)
# How a network without IPv4 of its own writes public IPv4 addresses.
NAT64 = IPv6Network("64:ff9b::/96")
# ISATAP: the second half of the address says that an IPv4 address follows.
ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def is_public(address: str) -> bool:
    """Whether this is an address of the open internet: none of the host, its network, a link, a group or a test, nor
    one that holds such an address inside. What is not understood is not public."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    if parsed in NAT64 and parsed.scope_id is None:
        return _is_public_v4(IPv4Address(int(parsed) & 0xFFFF_FFFF))
    return _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in SPECIAL_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    return (
        address.scope_id is None
        and address.is_global
        and address in PUBLIC_V6
        and not any(address in network for network in SPECIAL_V6)
        and (int(address) >> 32) & 0xFFFF_FFFF not in ISATAP
    )
