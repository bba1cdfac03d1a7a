"""What a process remembers of the engine's answers and of texts: nothing of it outlives its state of the index, and
nothing of it reaches other readers."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.choices import Visibility
from practices.search.recent import Recent
from practices.services import publish, withdraw
from tests.factories import make_document, make_member, make_moderator, make_practice
from tests.practices.asking import ask, slugs

pytestmark = pytest.mark.django_db


def tables_read(**parameters):
    with CaptureQueriesContext(connection) as queries:
        found = slugs(ask(**parameters))
    return found, sum("practices_searchdocument" in query["sql"] for query in queries)


def test_same_words_are_asked_once_in_a_state_of_the_index():
    make_practice(slug="one", title="Carousel", summary="Horses.")

    first, again = tables_read(q="carousel"), tables_read(q="carousel")

    assert (first[0], again) == (["one"], (["one"], 0))
    assert first[1] > 0


def test_remembered_answer_ends_with_the_next_change():
    practice = make_practice(slug="one", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one"]
    make_practice(slug="two", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one", "two"]

    withdraw(practice, by=None, reason="It ended.")

    assert slugs(ask(q="carousel")) == ["two"]


@pytest.mark.parametrize("first", [0, 1, 2])
def test_each_circle_remembers_its_own(first):
    for visibility in (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS):
        make_practice(slug=f"for-{visibility}", title="Carousel", visibility=visibility)
    asking = [AnonymousUser(), make_member().user, make_moderator()]

    found = {user: slugs(ask(user=user, q="carousel")) for user in asking[first:] + asking[:first]}

    assert [len(found[user]) for user in asking] == [1, 2, 3]
    assert found[asking[0]] == ["for-public"]


def test_practice_that_was_hidden_is_forgotten():
    practice = make_practice(slug="one", title="Carousel")
    assert slugs(ask(q="carousel")) == ["one"]

    publish(make_document(title="Carousel", visibility=Visibility.PEERS), practice=practice, by=None, note="Hidden.")

    assert slugs(ask(q="carousel")) == []
    assert slugs(ask(user=make_moderator(), q="carousel")) == ["one"]


def test_word_that_follows_itself_counts_twice():
    make_practice(slug="once", title="Lantern of carousel")
    make_practice(slug="twice", title="Carousel carousel of")

    assert slugs(ask(q="carousel")) == ["twice", "once"]


def test_recent_forgets_what_was_not_asked_for_again():
    recent = Recent(8, len)
    for key in "abc":
        recent.keep(key, "two")
        assert recent.get("a") == "two"

    assert [recent.get(key) for key in "abc"] == ["two", None, "two"]
