"""OpenSearch's copy follows the registry's change log."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from practices.choices import Visibility
from practices.management.commands import feed_opensearch
from practices.models import SearchChange, SearchDocument, SearchVersion
from practices.search import index
from practices.search.opensearch import feed as feeding
from practices.search.opensearch.feed import Fed, feed, lag
from practices.search.opensearch.layout import read_position
from practices.search.opensearch.server import OpenSearchError
from practices.services import publish, withdraw
from tests.factories import make_city, make_document, make_practice
from tests.practices.search.opensearch.stand_in import Refusal

pytestmark = pytest.mark.django_db


def copy(stand_in):
    """What stands in the one index, as a search sees it: id to words, without the places that only keep others away."""
    (only,) = stand_in.indexes.values()
    return {
        key: set(document["words"]) - {None} for key, document in sorted(only._found.items()) if document.get("words")
    }


def registry():
    """What should stand there."""
    words = {}
    for document in SearchDocument.objects.select_related("practice"):
        tokens = " ".join(getattr(document, column) for column in feeding.COLUMNS).split()
        words.setdefault(f"{document.practice.number}-{document.visibility}", set()).update(tokens)
    return dict(sorted(words.items()))


def test_empty_registry_is_fed_too(server, stand_in):
    assert feed(server) == Fed(0, anew=True)
    assert feed(server) == Fed(0, anew=False)
    assert lag(server) == 0

    make_practice()
    feed(server)
    assert copy(stand_in) == registry()


def test_copy_follows_every_change(server, stand_in):
    practice = make_practice(title="Carousel")
    assert feed(server) == Fed(1, anew=True)
    assert copy(stand_in) == registry() != {}

    second = make_practice(title="Lantern", original_language="el")
    publish(make_document(title="Merry-go-round"), by=None, practice=practice)
    assert lag(server) == 2
    assert feed(server) == Fed(2, anew=False)
    assert copy(stand_in) == registry()
    assert "carousel" not in copy(stand_in)[f"{practice.number}-public"]

    publish(make_document(title="Merry-go-round", visibility=Visibility.PEERS), by=None, practice=practice)
    feed(server)
    assert copy(stand_in) == registry()
    assert list(copy(stand_in)) == [f"{practice.number}-peers", f"{second.number}-public"]

    withdraw(practice, by=None, reason="It ended.")
    assert feed(server) == Fed(1, anew=False)
    assert list(copy(stand_in)) == [f"{second.number}-public"]
    assert feed(server) == Fed(0, anew=False)
    assert lag(server) == 0


def test_change_without_a_practice_moves_the_position(server):
    feed(server)
    make_practice()
    feed(server)
    index.update_for(make_city("zurich"))
    assert lag(server) == 1

    assert feed(server) == Fed(0, anew=False)
    assert lag(server) == 0


def test_many_changes_are_taken_in_steps(server, stand_in, monkeypatch):
    monkeypatch.setattr(feeding, "CHANGES_AT_ONCE", 2)
    monkeypatch.setattr(feeding, "PRACTICES_AT_ONCE", 2)
    monkeypatch.setattr(feeding, "REQUEST_BYTES", 2_000)
    make_practice()
    feed(server)
    for _each in range(5):
        make_practice()

    assert feed(server) == Fed(5, anew=False)
    assert copy(stand_in) == registry()

    assert feed(server, anew=True) == Fed(6, anew=True)
    assert copy(stand_in) == registry()


def test_cut_log_makes_a_new_index(server, stand_in):
    practice = make_practice()
    feed(server)
    (before,) = stand_in.indexes
    make_practice()
    SearchChange.objects.filter(number__lte=read_position(server).stamp.number).delete()
    withdraw(practice, by=None, reason="It ended.")
    assert lag(server) is None

    assert feed(server) == Fed(1, anew=True)
    assert copy(stand_in) == registry()
    assert before not in stand_in.indexes


def test_other_past_makes_a_new_index(server, stand_in):
    """A restored backup has had as many changes, but not the same ones."""
    make_practice()
    feed(server)
    SearchChange.objects.update(mark="another")
    SearchVersion.objects.update(mark="another")
    assert lag(server) is None

    assert feed(server).anew
    assert lag(server) == 0


def test_old_index_answers_until_the_new_one_is_level(server, stand_in):
    make_practice()
    feed(server)
    old = read_position(server)
    seen = []
    stand_in.before = lambda method, path: seen.append((path.split("/")[-1], alias_of(stand_in, server)))

    feed(server, anew=True)

    new = read_position(server)
    assert new.index != old.index
    assert list(stand_in.indexes) == [new.index]
    assert {holders for _step, holders in seen[:-1]} == {(old.index,)}
    assert seen[-1] == ("position", (new.index,))
    assert seen[-2] == ("_aliases", (old.index,))


def alias_of(stand_in, server):
    return tuple(name for name, index in stand_in.indexes.items() if server.alias in index.aliases)


def test_publication_during_a_rebuild_is_in_the_new_index(server, stand_in, monkeypatch):
    monkeypatch.setattr(feeding, "PRACTICES_AT_ONCE", 1)
    first = make_practice(title="Carousel")
    make_practice()
    published = []

    def publish_once(done, total):
        if not published:
            published.append(make_practice(title="Late"))
            publish(make_document(title="Merry-go-round", visibility=Visibility.PEERS), by=None, practice=first)

    feed(server, anew=True, progress=publish_once)

    assert len(published) == 1
    assert copy(stand_in) == registry()
    assert lag(server) == 0


def test_rebuild_that_broke_off_leaves_the_old_index_and_no_litter(server, stand_in):
    make_practice()
    feed(server)
    old = read_position(server)

    with pytest.raises(RuntimeError):
        feed(server, anew=True, progress=break_off)
    assert read_position(server) == old
    assert len(stand_in.indexes) == 2

    feed(server, anew=True)
    assert len(stand_in.indexes) == 1


def break_off(done, total):
    raise RuntimeError("The machine was switched off.")


def test_indexes_of_other_registries_are_left_alone(server, stand_in):
    others = [f"{server.alias}-test-20260101000000000000", f"{server.alias}-notes", "unrelated"]
    for name in others:
        server.ask("PUT", f"/{name}", {})
    make_practice()
    feed(server, anew=True)
    feed(server, anew=True)

    assert set(others) < set(stand_in.indexes)
    assert len(stand_in.indexes) == 4


def test_name_that_is_taken_by_an_index_is_told(server, stand_in):
    server.ask("PUT", f"/{server.alias}", {})
    make_practice()

    with pytest.raises(OpenSearchError, match="an index or data stream exists with the same name"):
        feed(server)


def test_second_feed_that_is_late_overwrites_nothing(server, stand_in):
    """It read its rows before the change, and sends them after the other feed has sent newer ones."""
    practice = make_practice(title="Carousel")
    feed(server)
    stale = read_position(server)
    rows = list(feeding._rows_of([practice.number], every_circle=True))
    publish(make_document(title="Merry-go-round", visibility=Visibility.PEERS), by=None, practice=practice)
    feed(server)
    newest = read_position(server)

    feeding._write(server, stale, rows)

    assert copy(stand_in) == registry()
    assert read_position(server) == newest


def test_second_feed_whose_index_was_replaced_makes_none_anew(server, stand_in):
    practice = make_practice()
    feed(server)
    stale = read_position(server)
    feed(server, anew=True)
    rows = list(feeding._rows_of([practice.number], every_circle=True))

    with pytest.raises(OpenSearchError, match="require_alias"):
        feeding._write(server, stale, rows)

    assert list(stand_in.indexes) == [read_position(server).index]


def test_position_stays_where_a_document_is_refused(server, stand_in):
    make_practice()
    feed(server)
    before = read_position(server)
    make_practice()
    stand_in.document_error = Refusal(429, "rejected_execution_exception", "queue is full")

    with pytest.raises(OpenSearchError, match="queue is full"):
        feed(server)
    assert read_position(server) == before

    stand_in.document_error = None
    assert feed(server) == Fed(1, anew=False)
    assert copy(stand_in) == registry()


def test_position_stays_where_what_was_written_cannot_be_found_yet(server, stand_in):
    make_practice()
    feed(server)
    before = read_position(server)
    make_practice()
    stand_in.failed_shards = 1

    with pytest.raises(OpenSearchError, match="refreshed"):
        feed(server)
    assert read_position(server) == before


def test_words_are_never_read_back(server, stand_in):
    practice = make_practice(title="Quibblewort", visibility=Visibility.PEERS)
    feed(server)

    answer = server.ask("GET", f"/{server.alias}/_doc/{practice.number}-peers")

    assert answer["found"]
    assert answer["_source"] == {}


def test_registrys_own_rebuild_is_followed(server, stand_in):
    for _each in range(3):
        make_practice()
    feed(server)
    index.rebuild()

    assert feed(server) == Fed(3, anew=False)
    assert copy(stand_in) == registry()


# --- The command ------------------------------------------------------------------------------------------------------


def run(*arguments):
    output = StringIO()
    call_command("feed_opensearch", *arguments, stdout=output, stderr=output)
    return output.getvalue().splitlines()


@pytest.mark.usefixtures("server")
def test_command_feeds_and_tells():
    make_practice()

    assert run() == ["1 of 1", "1 practices in a new index."]
    assert run() == []
    make_practice()
    assert run() == ["1 practices brought up to date."]
    assert run("--anew") == ["2 of 2", "2 practices in a new index."]


@pytest.mark.usefixtures("server")
def test_check_fails_unless_opensearch_is_level():
    make_practice()
    with pytest.raises(CommandError, match="written anew"):
        run("--check")
    run()
    assert run("--check") == ["OpenSearch is level with the registry."]
    make_practice()
    make_practice()
    with pytest.raises(CommandError, match="OpenSearch is 2 changes behind"):
        run("--check")


@pytest.mark.usefixtures("server")
def test_command_says_what_failed(stand_in):
    stand_in.answer_instead = 503, b'{"error": {"type": "x", "reason": "no master"}, "status": 503}'

    for arguments in ((), ("--check",)):
        with pytest.raises(CommandError, match="no master"):
            run(*arguments)


def test_command_needs_an_address(settings):
    settings.OPENSEARCH_URL = ""

    with pytest.raises(CommandError, match="OPENSEARCH_URL is not set"):
        run()


class Stopped(Exception):
    """Whoever watches is stopped from outside."""


def test_watch_goes_on_through_failures(server, stand_in, monkeypatch):
    make_practice()
    rounds = iter([fail, recover, publish_another, stop])
    monkeypatch.setattr(feed_opensearch.time, "sleep", lambda seconds: next(rounds)(stand_in))
    # Tests share one transaction, which a closed connection would end.
    monkeypatch.setattr(feed_opensearch, "close_old_connections", lambda: None)
    output = StringIO()

    with pytest.raises(Stopped):
        call_command("feed_opensearch", "--watch", "--anew", stdout=output, stderr=output)

    assert output.getvalue().splitlines() == [
        "1 of 1",
        "1 practices in a new index.",
        f"GET /{server.alias}/_doc/position: 503 {{}}",
        "1 practices brought up to date.",
    ]


def fail(stand_in):
    stand_in.answer_instead = 503, b"{}"


def recover(stand_in):
    stand_in.answer_instead = None


def publish_another(stand_in):
    make_practice()


def stop(stand_in):
    raise Stopped


def test_round_without_news_costs_little(server, stand_in, django_assert_num_queries):
    make_practice()
    feed(server)
    before = len(stand_in.requests)

    with django_assert_num_queries(1, connection=connection):
        feed(server)

    assert len(stand_in.requests) - before == 1
