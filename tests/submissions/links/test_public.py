"""Which addresses are out on the internet."""

from submissions.links import is_public

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "2a00:1450:4001:82a::200e",
    # A public IPv4 address as a network without IPv4 writes it.
    "64:ff9b::101:101",
]
HOSTILE = [
    # This host and its network
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "169.254.169.254", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1",
    # Groups, everybody, tests and what is kept back
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1",
    "198.18.0.1", "192.0.0.8", "192.88.99.1", "ff02::1", "2001:db8::1", "3fff::1", "100::1", "4000::1", "5f00::1",
    # An IPv4 address inside: mapped, compatible, NAT64, 6to4, Teredo, ISATAP
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1",
    # No address
    "", "2130706433", "0x7f.1", "127.1", "localhost", "1.1.1.1 ", "1.1.1.1/8", "01.1.1.1",
]  # fmt: skip


def test_only_addresses_of_the_open_internet_are_public():
    assert [address for address in PUBLIC if not is_public(address)] == []
    assert [address for address in HOSTILE if is_public(address)] == []
