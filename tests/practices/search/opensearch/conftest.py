"""A stand-in for OpenSearch, and the registry set to use it."""

import uuid

import pytest

from practices.search.opensearch.feed import configured_server
from tests.practices.search.opensearch.stand_in import StandIn


@pytest.fixture
def stand_in():
    server = StandIn()
    yield server
    server.close()


@pytest.fixture
def server(stand_in, settings):
    """The registry's connection to it, under a name of this test's own."""
    settings.OPENSEARCH_URL = f"http://{stand_in.address}/registry-{uuid.uuid4().hex}"
    return configured_server()
