"""Similar practices: what they share, and only what the reader may see."""

import pytest
from django.contrib.auth.models import AnonymousUser

from practices.choices import Visibility
from practices.services import withdraw
from practices.similar import similar_to, similar_to_title
from tests.factories import make_city, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db


def test_the_more_is_shared_the_closer():
    practice = make_practice(service_areas=["shelter", "education"], target_groups=["women"])
    make_practice(slug="unlike", service_areas=["healthcare"], target_groups=[], approaches=["outreach"])
    make_practice(slug="like", service_areas=["shelter"], target_groups=[], approaches=["outreach"])
    make_practice(slug="likest", service_areas=["shelter", "education"], target_groups=["women"])

    assert [other.slug for other in similar_to(practice, user=AnonymousUser())] == ["likest", "like"]
    assert [other.slug for other in similar_to(practice, user=AnonymousUser(), limit=1)] == ["likest"]


def test_hidden_and_withdrawn_practices_are_not_shown():
    practice = make_practice()
    make_practice(slug="for-peers", visibility=Visibility.PEERS)
    withdraw(make_practice(), by=None, reason="It ended.")

    assert similar_to(practice, user=AnonymousUser()) == []
    assert [other.slug for other in similar_to(practice, user=make_member().user)] == ["for-peers"]


def alike(title, *, user=None, city="", language="en", limit=5):
    found = similar_to_title(title, city=city, user=user or AnonymousUser(), language=language, limit=limit)
    return [practice.slug for practice in found]


@pytest.fixture
def registry():
    """Enough practices for a word to be rare."""
    for number, subject in enumerate(["vaccination", "schooling", "legal advice", "showers", "identity cards"] * 4):
        make_practice(slug=f"other-{number}", title=f"Help with {subject}", summary=f"About {subject}.")


@pytest.mark.usefixtures("registry")
def test_title_that_says_the_same_is_found():
    make_practice(slug="shelter", title="Night shelter without identity checks")

    assert alike("Shelter at night, no checks of identity") == ["shelter"]
    assert alike("Swimming lessons") == []
    assert alike("") == []


@pytest.mark.usefixtures("registry")
def test_title_in_another_language_is_found():
    make_practice(slug="opvang", original_language="nl", title="Nachtopvang voor gezinnen", summary="Bedden.")

    assert alike("Een nachtopvang voor gezinnen", language="nl") == ["opvang"]


@pytest.mark.usefixtures("registry")
def test_practices_of_the_city_come_first():
    make_practice(slug="utrecht", title="Night shelter for families", lead_city="utrecht")
    make_practice(slug="ghent", title="Night shelter of the winter", lead_city="ghent")

    assert alike("Night shelter for families")[0] == "utrecht"
    assert alike("Night shelter for families", city="ghent")[:2] == ["ghent", "utrecht"]
    assert alike("Night shelter for families", city="ghent", limit=1) == ["ghent"]
    assert alike("Night shelter for families", city="no-such-city")[0] == "utrecht"


@pytest.mark.usefixtures("registry")
def test_marks_of_a_query_mean_nothing_in_a_title():
    make_practice(slug="shelter", title="Night shelter without identity checks")

    assert alike("Night shelter -without “identity checks”") == ["shelter"]
    assert alike('"\x00-') == []


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("visibility", "readers"),
    [(Visibility.PEERS, {"peer", "moderator"}), (Visibility.MODERATORS, {"moderator"})],
)
def test_hidden_practice_that_looks_the_same_is_not_told(visibility, readers):
    make_practice(slug="secret", title="Night shelter without identity checks", visibility=visibility)
    people = {
        "visitor": AnonymousUser(),
        "newcomer": make_user(),
        "peer": make_member().user,
        "moderator": make_moderator(),
    }

    found = {name for name, user in people.items() if alike("Night shelter without identity checks", user=user)}

    assert found == readers


@pytest.mark.usefixtures("registry")
def test_withheld_city_is_not_told_by_the_order():
    make_city("ghent")
    make_practice(slug="open", title="Night shelter for families", lead_city="utrecht")
    make_practice(slug="discreet", title="Night shelter of the winter", lead_city="ghent", city_withheld=True)
    title = "Night shelter for families"

    assert alike(title, city="ghent", user=make_user()) == alike(title, city="dortmund", user=make_user())
    assert alike(title, city="ghent", user=make_member(city=make_city("utrecht")).user)[0] == "discreet"


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("count", [1, 8])
def test_number_of_queries_does_not_grow(count, django_assert_max_num_queries):
    for _number in range(count):
        make_practice(title="Night shelter without identity checks")
    user = make_user()
    alike("Night shelter", user=user)

    with django_assert_max_num_queries(12):
        assert alike("Night shelter without identity checks", user=user, city="ghent", limit=5)
