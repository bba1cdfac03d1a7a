"""What is told to whoever watches the site."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from cmise import health
from practices.models import SearchVersion
from tests.factories import make_practice


def test_process_answers_without_asking_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_site_with_everything_in_place_is_ready(client, db):
    make_practice()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": True, "migrations": True, "search": True}
    assert "no-store" in response.headers["Cache-Control"]


def test_site_is_not_ready_before_it_is_migrated(client, db):
    MigrationRecorder(connection).migration_qs.filter(app="submissions").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": True, "migrations": False, "search": False}


def test_site_is_not_ready_while_its_index_is_of_another_analyser(client, db):
    make_practice()
    SearchVersion._default_manager.update(analyser="of another release")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": True, "migrations": True, "search": False}


class UnreachableDatabase:
    """A connection whose server is away."""

    def cursor(self):
        raise OperationalError("secret address of the database")


def test_site_is_not_ready_without_its_database_and_says_no_more(client, monkeypatch):
    monkeypatch.setattr(health, "connection", UnreachableDatabase())

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": False, "migrations": False, "search": False}


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_watchers_are_not_redirected_to_https(client, db, settings, address):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200
