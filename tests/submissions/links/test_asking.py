"""Asking for addresses of servers that mean harm."""

import socket
import threading
import time

import pytest

from submissions.links import Outcome, ask
from tests.submissions.links.conftest import OK, PUBLIC

AGENT = "Registry-under-test (+http://testserver)"


def to(location, code=302):
    return f"HTTP/1.1 {code} Found\r\nLocation: {location}\r\n\r\n".encode()


def asked(outside, url, seconds=2.0):
    return ask(url, agent=AGENT, network=outside.network, seconds=seconds)


def status(code):
    return f"HTTP/1.1 {code} X\r\n\r\n".encode()


def test_address_that_answers_is_asked_once_at_its_checked_address(outside, server):
    answer = asked(outside, "http://city.example/a page?q=ü".replace(" ", "%20"))

    assert (answer.outcome, answer.code, answer.problem) == (Outcome.ANSWERS, 200, "")
    assert outside.looked_up == ["city.example"]
    assert outside.connected == [(PUBLIC, 80)]
    (request,) = server.requests
    assert request.startswith("HEAD /a%20page?q=%C3%BC HTTP/1.1\r\nHost: city.example\r\n")
    assert f"User-Agent: {AGENT}\r\n" in request
    assert "cookie" not in request.lower()
    assert "referer" not in request.lower()


@pytest.mark.parametrize(
    ("code", "outcome", "problem"),
    [
        (200, Outcome.ANSWERS, ""),
        (204, Outcome.ANSWERS, ""),
        (401, Outcome.UNCLEAR, "closed"),
        (403, Outcome.UNCLEAR, "closed"),
        (429, Outcome.UNCLEAR, "closed"),
        (404, Outcome.FAILS, "gone"),
        (410, Outcome.FAILS, "gone"),
        (500, Outcome.FAILS, "server"),
        (503, Outcome.FAILS, "server"),
        # A redirect that leads nowhere.
        (304, Outcome.FAILS, "gone"),
    ],
)
def test_status_says_what_a_reader_would_meet(outside, server, code, outcome, problem):
    server.pages["/"] = status(code)

    answer = asked(outside, "http://city.example")

    assert (answer.outcome, answer.code, answer.problem) == (outcome, code, problem)


def test_server_that_refuses_head_is_asked_with_get_at_the_same_address(outside, server):
    server.pages |= {("HEAD", "/"): status(405), ("HEAD", "/mute"): b"", ("HEAD", "/slow"): [b" "] * 60}
    outside.hosts["city.example"] = [[PUBLIC], ["127.0.0.1"]]

    assert asked(outside, "http://city.example/").outcome is Outcome.ANSWERS
    assert server.asked == ["HEAD /", "GET /"]
    # Looked up once for both: a second answer of the resolver could be another one.
    assert outside.looked_up == ["city.example"]
    assert asked(outside, "http://other.example/mute").outcome is Outcome.ANSWERS
    assert asked(outside, "http://other.example/slow", seconds=0.5).outcome is Outcome.ANSWERS


def test_busy_server_is_not_asked_twice(outside, server):
    server.pages["/"] = status(429)

    asked(outside, "http://city.example/")

    assert server.asked == ["HEAD /"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("file:///etc/passwd", "scheme"),
        ("gopher://city.example/", "scheme"),
        ("ftp://city.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//city.example/", "scheme"),
        ("", "scheme"),
        ("http://city.example:22/", "port"),
        ("https://city.example:80/", "port"),
        ("http://city.example:99999/", "malformed"),
        ("http://user:secret@city.example/", "credentials"),
        ("http://city.example@127.0.0.1/", "credentials"),
        ("http://city.example/a b", "malformed"),
        ("http://city.example/\r\nX-Injected: 1", "malformed"),
        ("http://city.example\\@127.0.0.1/", "malformed"),
        ("http:///path", "malformed"),
        ("http://a..b/", "malformed"),
        ("http://[::1", "malformed"),
        ("http://[::1%25eth0]/", "address"),
        ("http://" + "a" * 64 + ".example/", "malformed"),
        ("http://city.example/" + "a" * 3000, "malformed"),
        ("http://city.example/\ud800", "malformed"),
    ],
)
def test_what_is_no_plain_web_address_is_never_asked(outside, url, problem):
    # As a resolver takes a number for the address that it is.
    outside.hosts |= {"::1": [["::1"]], "::1%eth0": [["fe80::1%eth0"]], "::1%25eth0": [["::1"]]}

    answer = asked(outside, url)

    assert (answer.outcome, answer.problem) == (Outcome.REFUSED, problem)
    assert outside.connected == []


# How hosts in an address are looked up by a real resolver: numbers in every notation are addresses.
INSIDE = {
    "127.0.0.1": "127.0.0.1",
    "169.254.169.254": "169.254.169.254",
    "::ffff:a00:1": "::ffff:10.0.0.1",
    "0.0.0.0": "0.0.0.0",
    "2130706433": "127.0.0.1",
    "0x7f000001": "127.0.0.1",
    "localhost": "127.0.0.1",
    "intranet.example": "10.1.2.3",
    "six.example": "fd00::1",
}
ADDRESSES_INSIDE = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:10.0.0.1]/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://localhost/",
    "http://intranet.example/",
    "https://six.example/",
    # Digits of another script are the same host.
    "http://１２７.0.0.1/",
    "http://LOCALHOST./",
]


@pytest.mark.parametrize("url", ADDRESSES_INSIDE)
def test_nothing_inside_is_asked_neither_at_once_nor_by_a_redirect(outside, server, url):
    outside.hosts |= {host: [[address]] for host, address in INSIDE.items()}
    server.pages["/way-in"] = to(url.encode("ascii", "ignore").decode() if url.isascii() else "http://127.0.0.1/")

    at_once, redirected = asked(outside, url), asked(outside, "http://city.example/way-in")

    assert (at_once.outcome, at_once.problem) == (Outcome.REFUSED, "address")
    assert (redirected.outcome, redirected.code, redirected.problem) == (Outcome.REFUSED, 302, "address")
    assert outside.connected == [(PUBLIC, 80)]
    assert server.asked == ["HEAD /way-in"]


def test_host_with_one_address_inside_is_not_asked_at_all(outside):
    outside.hosts["both.example"] = [[PUBLIC, "192.168.0.1"]]
    outside.hosts["none.example"] = [[]]

    assert asked(outside, "http://both.example/").outcome is Outcome.REFUSED
    assert asked(outside, "http://none.example/").outcome is Outcome.REFUSED
    assert outside.connected == []


def test_host_that_changes_its_address_meanwhile_gains_nothing(outside, server):
    """DNS rebinding: the first answer is public, every later one is not."""
    outside.hosts["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    server.pages["/"] = to("http://rebind.example/again")

    answer = asked(outside, "http://rebind.example/")

    assert (answer.outcome, answer.problem) == (Outcome.REFUSED, "address")
    assert outside.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("file:///etc/passwd", "scheme"),
        ("gopher://city.example:70/x", "scheme"),
        ("http://city.example:22/", "port"),
        ("http://user@city.example/", "credentials"),
        ("http://[broken/", "malformed"),
        ("/a\x00b", "malformed"),
    ],
)
def test_redirect_to_what_is_no_plain_web_address_is_not_followed(outside, server, location, problem):
    server.pages["/"] = to(location)

    answer = asked(outside, "http://city.example/")

    assert (answer.outcome, answer.problem) == (Outcome.REFUSED, problem)
    assert server.asked == ["HEAD /"]


def test_redirects_are_followed_five_times_and_never_in_a_circle(outside, server):
    server.pages |= {f"/{step}": to(f"/{step + 1}", 301) for step in range(10)}
    server.pages |= {"/a": to("/b", 307), "/b": to("http://CITY.example./a")}

    assert asked(outside, "http://city.example/5").outcome is Outcome.ANSWERS
    too_far = asked(outside, "http://city.example/4")
    assert (too_far.outcome, too_far.problem) == (Outcome.FAILS, "redirects")
    circle = asked(outside, "http://city.example/a")
    assert (circle.outcome, circle.problem) == (Outcome.FAILS, "loop")


def test_time_is_up_however_slowly_a_server_sends(outside, server):
    server.pages["/drip"] = [b"H", b"T", *[b"x"] * 200]
    server.pages["/headers"] = [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 200]

    for path in ("drip", "headers"):
        began = time.monotonic()
        answer = asked(outside, f"http://city.example/{path}", seconds=0.3)
        assert (answer.outcome, answer.problem) == (Outcome.FAILS, "timeout")
        # The server would have gone on for four seconds.
        assert time.monotonic() - began < 2


def test_resolver_that_never_answers_costs_no_more_than_the_time(monkeypatch):
    over = threading.Event()

    def never(*_args, **_more):
        over.wait(10)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", never)

    began = time.monotonic()
    answer = ask("http://city.example/", agent=AGENT, seconds=0.2)
    over.set()

    assert (answer.outcome, answer.problem) == (Outcome.FAILS, "timeout")
    assert time.monotonic() - began < 5


def test_nothing_of_a_body_and_no_endless_head_is_read(outside, server):
    server.pages["/body"] = [OK.replace(b"Length: 0", b"Length: 999999999"), *[b"x" * 1000] * 200]
    server.pages["/head"] = b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000
    server.pages["/noise"] = b"220 smtp.example ESMTP\r\n\r\n"
    server.pages["/hints"] = [b"HTTP/1.1 103 Early Hints\r\n\r\n", OK]

    began = time.monotonic()
    assert asked(outside, "http://city.example/body").outcome is Outcome.ANSWERS
    assert time.monotonic() - began < 2
    for path in ("head", "noise"):
        answer = asked(outside, f"http://city.example/{path}")
        assert (answer.outcome, answer.problem) == (Outcome.FAILS, "unreadable")
    assert asked(outside, "http://city.example/hints").outcome is Outcome.ANSWERS


def test_heads_that_are_written_carelessly_or_in_bad_faith_are_read_all_the_same(outside, server):
    server.pages["/bare"] = b"HTTP/1.1 404\r\nServer: x\r\n\r\n"
    server.pages["/newlines"] = b"HTTP/1.0 301 Moved\nLOCATION:   /\n\n"
    server.pages["/spaces"] = b"HTTP/1.1 302 X\r\nLocation: " + b" " * 60_000 + b"x y\r\n\r\n"

    assert asked(outside, "http://city.example/bare").code == 404
    assert asked(outside, "http://city.example/newlines").outcome is Outcome.ANSWERS
    began = time.process_time()
    answer = asked(outside, "http://city.example/spaces")
    assert (answer.outcome, answer.problem) == (Outcome.REFUSED, "malformed")
    # Were each space tried with each other, this would take most of a minute.
    assert time.process_time() - began < 5


def test_host_beyond_ascii_is_asked_by_its_international_name(outside, server):
    assert asked(outside, "http://αθήνα.example/δράσεις").outcome is Outcome.ANSWERS

    assert outside.looked_up == ["xn--jxafb0a0a.example"]
    assert "Host: xn--jxafb0a0a.example\r\n" in server.requests[0]
    assert server.asked[0].startswith("HEAD /%CE%B4%CF%81")


def test_host_without_address_or_server_fails(outside, monkeypatch):
    def refuse(address, port, seconds):
        raise ConnectionRefusedError

    def unknown(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outside.connect = refuse
    answer = asked(outside, "http://city.example/")
    assert (answer.outcome, answer.problem) == (Outcome.FAILS, "connection")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    answer = ask("http://nowhere.example/", agent=AGENT, seconds=2)
    assert (answer.outcome, answer.problem) == (Outcome.FAILS, "host")


def test_system_resolver_takes_numbers_in_every_notation_and_none_is_asked():
    """The real resolver and no stand-in: it looks up nothing for a number."""
    for host in ("127.0.0.1", "2130706433", "0x7f.1", "017700000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"):
        answer = ask(f"http://{host}/", agent=AGENT, seconds=2)
        assert (answer.outcome, answer.problem) == (Outcome.REFUSED, "address"), host


def test_second_address_is_tried_where_the_first_is_out_of_reach(outside, server):
    outside.hosts["city.example"] = [["2606:4700::1111", PUBLIC]]
    reach = outside.connect

    def only_v4(address, port, seconds):
        if ":" in address:
            outside.connected.append((address, port))
            raise OSError("no route")
        return reach(address, port, seconds)

    outside.connect = only_v4

    assert asked(outside, "http://city.example/").outcome is Outcome.ANSWERS
    assert outside.connected == [("2606:4700::1111", 80), (PUBLIC, 80)]


def test_certificate_must_be_that_of_the_name(secure):
    good = asked(secure, "https://good.example/")
    wrong_name = asked(secure, "https://bad.example/")
    secure.tls = None
    unknown_issuer = asked(secure, "https://good.example/")

    assert good.outcome is Outcome.ANSWERS
    assert secure.connected[0] == (PUBLIC, 443)
    assert (wrong_name.outcome, wrong_name.problem) == (Outcome.FAILS, "certificate")
    assert (unknown_issuer.outcome, unknown_issuer.problem) == (Outcome.FAILS, "certificate")
    assert len(secure.server.requests) == 1


def test_server_without_tls_and_a_way_back_to_plain_http_are_told_apart(outside, secure):
    plain = asked(outside, "https://city.example/")
    assert (plain.outcome, plain.problem) == (Outcome.FAILS, "tls")

    secure.server.pages["/"] = to("http://good.example/")
    down = asked(secure, "https://good.example/")
    assert (down.outcome, down.code, down.problem) == (Outcome.UNCLEAR, 302, "downgrade")
    assert secure.server.asked == ["HEAD /"]
