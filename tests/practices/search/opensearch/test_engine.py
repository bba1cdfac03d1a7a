"""What is found through OpenSearch, and that the database answers whenever OpenSearch cannot."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from practices.choices import Visibility
from practices.models import Practice, SearchDocument, SearchPosting
from practices.search.analyse import GAP, tokens_of
from practices.search.documents import numbers_in
from practices.search.engines import database, opensearch
from practices.search.engines.opensearch import matches
from practices.search.engines.wants import Want
from practices.search.opensearch import layout
from practices.search.opensearch.feed import configured_server, feed
from practices.services import publish, withdraw
from tests.factories import make_document, make_practice
from tests.practices.asking import ask

pytestmark = pytest.mark.django_db

EVERYONE = [Visibility.PUBLIC]
PEERS = [Visibility.PUBLIC, Visibility.PEERS]
CAROUSEL = [Want(("carousel",))]


@pytest.fixture
def only_opensearch(server):
    """Feeds OpenSearch and takes the registry's own rows away, so that nothing else can answer."""

    def only_opensearch():
        feed(server)
        SearchPosting.objects.all().delete()

    return only_opensearch


def numbers(found):
    return [list(numbers_in(each)) for each in found]


def test_tokens_and_phrases_are_found(only_opensearch):
    first = make_practice(title="Carousel lantern", summary="Painted horses.").number
    second = make_practice(title="Lantern carousel", summary="Horses, painted.").number
    wants = [
        Want(("carousel",)),
        Want(("nothing",)),
        Want(phrases=(("carousel", "lantern"),)),
        Want(),
        Want(("paint",), (("lantern", "carousel"),)),
        # The title ends and the summary begins: no phrase.
        Want(phrases=(("lantern", "paint"), ("carousel", "hors"))),
    ]
    inside = database.matches(wants[:5], EVERYONE)
    only_opensearch()

    found = matches(wants, EVERYONE)

    assert numbers(found) == [[first, second], [], [first], [], [first, second], []]
    assert numbers(found[:5]) == numbers(inside)
    assert numbers(database.matches(CAROUSEL, EVERYONE)) == [[]]


def test_each_circle_finds_its_own_documents(only_opensearch):
    public = make_practice(title="Carousel").number
    peers = make_practice(title="Carousel", visibility=Visibility.PEERS).number
    moderators = make_practice(title="Carousel", visibility=Visibility.MODERATORS).number
    only_opensearch()

    assert numbers(matches(CAROUSEL, EVERYONE)) == [[public]]
    assert numbers(matches(CAROUSEL, PEERS)) == [[public, peers]]
    assert numbers(matches(CAROUSEL, [*PEERS, Visibility.MODERATORS])) == [[public, peers, moderators]]
    assert numbers(matches(CAROUSEL, [])) == [[]]


def test_any_token_is_taken_as_it_stands(only_opensearch):
    make_practice(title="Carousel")
    only_opensearch()

    strange = ['"', "\\", "*", "carousel*", "{}", "\ud800", "ﷺ" * 100, "x" * 10_000, "\x00", " ", "a b\n{}"]

    assert numbers(matches([Want((token,), ((token, token),)) for token in strange], EVERYONE)) == [[]] * len(strange)


def test_many_numbers_come_in_pages(only_opensearch, monkeypatch, stand_in):
    monkeypatch.setattr(opensearch, "PAGE", 2)
    monkeypatch.setattr(layout, "BLOCK_BITS", 8)
    monkeypatch.setattr(opensearch, "BLOCK_BITS", 8)
    expected = [make_practice(title="Carousel").number for _each in range(33)]
    rare = make_practice(title="Lantern").number
    only_opensearch()

    assert numbers(matches([*CAROUSEL, Want(("lantern",))], EVERYONE)) == [expected, [rare]]
    assert stand_in.asked("_msearch") == 3


def test_one_request_answers_where_the_answers_are_short(only_opensearch, stand_in):
    make_practice(title="Carousel")
    only_opensearch()
    matches(CAROUSEL, EVERYONE)
    before = len(stand_in.requests)

    matches([*CAROUSEL, Want(("lantern",)), Want(("other",))], EVERYONE)

    assert [path.rpartition("/")[2] for _method, path in stand_in.requests[before:]] == ["_msearch"]


def test_publication_change_and_withdrawal_count_at_once_and_the_feed_may_come_later(server, stand_in):
    practice = make_practice(title="Carousel")
    feed(server)
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number]]

    second = make_practice(title="Carousel")
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number, second.number]]

    publish(make_document(title="Merry-go-round"), by=None, practice=practice)
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[second.number]]

    publish(make_document(title="Carousel", visibility=Visibility.PEERS), by=None, practice=practice)
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[second.number]]
    assert numbers(matches(CAROUSEL, PEERS)) == [[practice.number, second.number]]

    withdraw(second, by=None, reason="It ended.")
    assert numbers(matches(CAROUSEL, PEERS)) == [[practice.number]]
    assert stand_in.asked("_msearch") == 1

    feed(server)
    SearchPosting.objects.all().delete()
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[]]
    assert numbers(matches(CAROUSEL, PEERS)) == [[practice.number]]


def test_index_that_is_replaced_between_two_requests_is_followed(only_opensearch, server, stand_in):
    practice = make_practice(title="Carousel")
    feed(server)
    matches(CAROUSEL, EVERYONE)
    feed(server, anew=True)
    only_opensearch()

    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number]]


def test_index_that_is_replaced_between_two_pages_is_left_for_the_new_one(
    only_opensearch, server, stand_in, monkeypatch
):
    monkeypatch.setattr(opensearch, "PAGE", 1)
    monkeypatch.setattr(layout, "BLOCK_BITS", 8)
    monkeypatch.setattr(opensearch, "BLOCK_BITS", 8)
    expected = [make_practice(title="Carousel").number for _each in range(17)]
    feed(server)
    old = dict(stand_in.indexes)
    feed(server, anew=True)
    new = dict(stand_in.indexes)
    only_opensearch()
    stand_in.indexes = old
    asked = []

    def replace_once(method, path):
        if path.endswith("_msearch"):
            asked.append(path)
            if len(asked) == 2:
                stand_in.indexes = new

    stand_in.before = replace_once

    assert numbers(matches(CAROUSEL, EVERYONE)) == [expected]
    assert [path.split("/")[1] in new for path in asked] == [False, False, True, True, True, True]


def troubles():
    """Each way in which OpenSearch may fail, with what the log says of it."""
    return {
        "closed": "refused",
        "slow": "timed out",
        "unavailable": "503",
        "overloaded": "429",
        "not json": "502",
        "other json": "KeyError",
        "shard lost": "only a part",
        "unauthorized": "401",
    }


@pytest.mark.parametrize(("trouble", "told"), troubles().items())
def test_database_answers_while_opensearch_is_in_trouble(server, stand_in, monkeypatch, caplog, trouble, told):
    monkeypatch.setattr(opensearch, "PATIENCE_SECONDS", 0.3)
    practice = make_practice(title="Carousel")
    feed(server)
    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number]]
    match trouble:
        case "closed":
            stand_in.cuts_connections = True
            feed(server)
            stand_in.close()
        case "slow":
            stand_in.delay = 1.0
        case "unavailable":
            stand_in.answer_instead = (
                503,
                b'{"error": {"type": "cluster_block_exception", "reason": "no"}, "status": 503}',
            )
        case "overloaded":
            stand_in.answer_instead = 429, b'{"error": "too many requests", "status": 429}'
        case "not json":
            stand_in.answer_instead = 502, b"<html>Bad gateway</html>"
        case "other json":
            stand_in.answer_instead = 200, b'{"greeting": "hello"}'
        case "shard lost":
            stand_in.failed_shards = 1
        case "unauthorized":
            stand_in.account = "registry:secret"
    before = len(stand_in.requests)

    answers = [numbers(matches(CAROUSEL, EVERYONE)) for _each in range(3)]

    assert answers == [[[practice.number]]] * 3
    # Told once, and only the first request waited.
    assert [told in message for message in caplog.messages] == [True]
    assert len(stand_in.requests) - before <= 1


def test_opensearch_is_asked_again_after_a_rest_by_one_request_first(server, stand_in, settings, monkeypatch, caplog):
    make_practice(title="Carousel")
    feed(server)
    monkeypatch.setattr(opensearch, "REST_SECONDS", 0.0)
    stand_in.answer_instead = 503, b"{}"
    matches(CAROUSEL, EVERYONE)
    stand_in.answer_instead = None
    monkeypatch.setattr(opensearch, "REST_SECONDS", 60.0)
    engine = opensearch.engine_at(settings.OPENSEARCH_URL)
    others = []
    stand_in.before = lambda method, path: others.append(engine.matches(dict(enumerate(CAROUSEL)), EVERYONE))

    matches(CAROUSEL, EVERYONE)
    assert caplog.messages[-1] == "OpenSearch answers again."
    # While it tried, the others were sent to the database at once.
    assert others == [None, None]

    stand_in.before = lambda method, path: None
    matches(CAROUSEL, EVERYONE)
    assert stand_in.asked("_msearch") == 2


def test_server_without_an_index_of_the_registry_is_told(server, stand_in, caplog):
    practice = make_practice(title="Carousel")

    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number]]

    assert "feed_opensearch" in caplog.text


def test_index_of_another_layout_is_not_asked(server, stand_in, monkeypatch):
    practice = make_practice(title="Carousel")
    feed(server)
    monkeypatch.setattr(layout, "LAYOUT", layout.LAYOUT + 1)

    assert numbers(matches(CAROUSEL, EVERYONE)) == [[practice.number]]
    assert stand_in.asked("_msearch") == 0

    assert feed(server).anew


def test_account_is_sent(stand_in, settings):
    stand_in.account = "registry:s:cret/ü"
    settings.OPENSEARCH_URL = f"http://registry:s%3Acret%2F%C3%BC@{stand_in.address}/registry"
    make_practice(title="Carousel")

    assert feed(configured_server()).practices == 1


def test_connection_that_the_server_closed_is_opened_again(server, stand_in):
    stand_in.cuts_connections = True
    practice = make_practice(title="Carousel")
    feed(server)
    SearchPosting.objects.all().delete()

    assert [numbers(matches(CAROUSEL, EVERYONE)) for _each in range(3)] == [[[practice.number]]] * 3


def test_threads_share_an_engine(only_opensearch, stand_in, settings):
    """They have connections of their own and never each other's answers."""
    titles = ["Carousel", "Lantern", "Bicycle", "Harbour"]
    expected = {title: make_practice(title=title, summary="Short.").number for title in titles}
    only_opensearch()
    engine = opensearch.engine_at(settings.OPENSEARCH_URL)
    matches(CAROUSEL, EVERYONE)
    index = engine._known.index

    def ask(title):
        want = Want(tokens_of(title, "en"))
        return title, [engine._numbers(index, {0: want}, EVERYONE)[0] for _each in range(10)]

    with ThreadPoolExecutor(4) as pool:
        for title, found in pool.map(ask, titles):
            assert [list(each) for each in found] == [[expected[title]]] * 10


def test_any_want_is_answered_as_by_the_database(server):
    draw = Random(3)
    circles = [Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS]
    words = ["night", "shelter", "bed", "soup", "health", "card", "children", "Gemeente", "gezin", "στέγη", "accès"]
    for place in range(12):
        texts = {name: " ".join(draw.choices(words, k=8)) for name in ("title", "summary", "description")}
        make_practice(**texts, original_language=draw.choice(["en", "nl", "el"]), visibility=circles[place % 3])
    rows = SearchDocument.objects.values_list("title", "summary", "body")
    # The mark between words is no token, so nobody asks for it.
    columns = [text.replace(GAP, "").split() for row in rows for text in row]
    columns = [tokens for tokens in columns if len(tokens) > 3]
    feed(server)
    wants = []
    for _each in range(60):
        tokens, others = draw.sample(columns, 2)
        start = draw.randrange(len(tokens) - 3)
        run, torn = tokens[start : start + draw.randint(2, 4)], [tokens[start], "00", others[-2]]
        wants.append(Want(tuple(draw.sample(others, draw.randint(0, 2))), (tuple(run), tuple(torn))))

    for levels in (circles[:1], circles[:2], circles, circles[2:]):
        found = matches(wants, levels)
        assert numbers(found) == numbers(database.matches(wants, levels))
        assert len({tuple(each) for each in found}) > 3


def test_number_of_queries_does_not_grow_with_the_list(server):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert len(ask(q="carousel", sort="newest").page(1, 20)) == Practice.objects.count()
        return sum("practices_searchposting" in query["sql"] for query in asked)

    make_practice(title="Carousel")
    feed(server)
    with_one = queries()
    for number in range(5):
        make_practice(title=f"Carousel {number}")
    feed(server)

    assert queries() == with_one > 0


@given(st.sets(st.integers(0, 5_000) | st.integers(10**8, 10**9 - 1), max_size=300))
def test_numbers_survive_their_way_through_blocks(expected):
    sums = {}
    for number in expected:
        document = layout.row(number, "public", ["word"])
        sums.setdefault(document["block"], []).append(document["bit"])
    buckets = [
        {"key": {"block": block}, "doc_count": len(bits), "bits": {"value": float(sum(bits))}}
        for block, bits in sorted(sums.items())
    ]

    assert list(opensearch.numbers_of(map(opensearch.block_in, buckets))) == sorted(expected)


def test_practice_that_is_found_twice_is_left_to_the_database(server, stand_in, caplog):
    """As in the moment in which one part of the index knows its new circle already, and another part still the old."""
    practice = make_practice(title="Carousel", visibility=Visibility.PEERS)
    feed(server)
    (copy,) = stand_in.indexes.values()
    copy.write("old", layout.row(practice.number, Visibility.PUBLIC, ["carousel"]), None, "internal")
    copy.refresh()

    assert numbers(matches(CAROUSEL, PEERS)) == [[practice.number]]
    assert "twice" in caplog.text
