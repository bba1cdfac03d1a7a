"""One way to ask the API, and the practices that nobody but the public's reader may see."""

import pytest

MARKER = "zzsecretmarker"


@pytest.fixture
def ask(client, db):
    """`ask("practices/", city="ghent")` gives the answer's JSON and insists on success."""

    def ask(address, **params):
        response = client.get(f"/api/v1/{address}", params)
        assert response.status_code == 200, response.content
        return response.json()

    return ask
