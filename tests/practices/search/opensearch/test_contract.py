"""The contract of every engine, answered by OpenSearch: by the stand-in, and by a real server where one is named.

`OPENSEARCH_TEST_URL=http://127.0.0.1:9200` names one; indexes are made there and removed again.
"""

import os
import uuid

import pytest

from practices.search import engines
from practices.search.engines import database, opensearch
from practices.search.opensearch.feed import configured_server, feed
from tests.practices.search.opensearch.stand_in import StandIn

# The same tests, collected here once more.
from tests.practices.search.test_contract import *  # noqa: F403

REAL = os.environ.get("OPENSEARCH_TEST_URL", "").rstrip("/")


@pytest.fixture(scope="module", params=["stand-in", *(["real"] if REAL else [])])
def address(request):
    if request.param == "real":
        yield REAL
    else:
        stand_in = StandIn()
        yield f"http://{stand_in.address}"
        stand_in.close()


@pytest.fixture(autouse=True)
def _opensearch_answers(address, settings, monkeypatch):
    """Before each question OpenSearch is brought level, as it is a second later on a running site; should the database
    be asked all the same, the test fails."""
    settings.OPENSEARCH_URL = f"{address}/contract-{uuid.uuid4().hex}"
    settings.SEARCH_ENGINE = "opensearch"
    server = configured_server()

    def matches(wants, levels, postings=None):
        feed(server)
        return opensearch.matches(wants, levels, postings)

    def not_meant(wants, levels, postings=None):
        raise AssertionError("The database was asked instead of OpenSearch.")

    monkeypatch.setitem(engines.ENGINES, "opensearch", matches)
    monkeypatch.setattr(database, "matches", not_meant)
    yield
    indexes = server.ask("GET", f"/{server.alias}-*/_alias")
    if indexes:
        server.ask("POST", "/_aliases", {"actions": [{"remove_index": {"index": name}} for name in indexes]})
