"""What a process reads before the first search."""

import gc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.models import SearchVersion
from practices.search import facet_index, vocabulary
from practices.search.warm import COLLECTED_AFTER, warm_up
from tests.factories import make_practice
from tests.practices.asking import ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    """A process that has read nothing yet; afterwards its collector looks at everything again."""
    monkeypatch.setattr(facet_index, "_indexes", {})
    monkeypatch.setattr(vocabulary, "_vocabularies", {})
    # The test's connection is the one that holds its data.
    monkeypatch.setattr(connection, "close", lambda: None)
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_first_search_after_it_reads_no_facts_and_no_words():
    make_practice(title="Carousel")
    warm_up()

    with CaptureQueriesContext(connection) as queries:
        assert ask(q="carousel").count == 1

    tables = " ".join(query["sql"] for query in queries)
    assert "practices_searchword" not in tables
    assert "practices_practice_service_areas" not in tables


def test_database_that_is_not_ready_is_left_alone(caplog):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {SearchVersion._meta.db_table} RENAME TO elsewhere")

    warm_up()

    assert "not prepared" in caplog.text


def test_first_list_by_title_after_it_reads_no_titles():
    make_practice(title={"en": "Zoo", "nl": "Aap"}, slug="ape")
    make_practice(title={"en": "Bee", "nl": "Bij"}, slug="bee")
    warm_up()

    with CaptureQueriesContext(connection) as queries:
        orders = {code: ask(sort="title", reading=code).numbers(1, 20) for code in ("en", "nl", "el")}

    assert orders["en"] == orders["el"] == orders["nl"][::-1]
    assert not any("practices_practice" in query["sql"] for query in queries)


def test_collector_looks_through_new_things_more_rarely_afterwards():
    # As Python begins.
    gc.set_threshold(700, 10, 10)

    warm_up()

    assert gc.get_threshold() == (COLLECTED_AFTER, 10, 10)
