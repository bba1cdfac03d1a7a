"""What looks like a title, for whoever is signed in: never what they may not see."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from practices.choices import Visibility
from practices.services import withdraw
from submissions.choices import Action
from submissions.models import Submission
from submissions.permissions import changeable, may_change
from submissions.services import digest_of, perform, start
from submissions.steps import SHORT
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_terms,
    make_user,
)

pytestmark = pytest.mark.django_db

TITLE = "Night shelter without identity checks"
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def address():
    return reverse("submit-similar")


def titles(client, address, title=TITLE, **more):
    return [found["title"] for found in client.get(address, {"title": title, **more}, **JSON).json()["results"]]


def test_only_for_who_is_signed_in(client, address):
    make_practice(title=TITLE)

    answer = client.get(address, {"title": TITLE}, **JSON)

    assert (answer.status_code, answer.json()) == (403, {})
    assert client.get(address, {"title": TITLE})["Location"].startswith(reverse("account_login"))
    assert client.post(address).status_code == 405


def test_page_and_json_show_the_same(client, address):
    member = make_member(city=make_city("utrecht"))
    own = make_practice(title=TITLE, lead_city="utrecht")
    other = make_practice(title=f"{TITLE} in winter", lead_city="ghent")
    client.force_login(member.user)

    data = client.get(address, {"title": TITLE}, **JSON)
    page = client.get(address, {"title": TITLE}).content.decode()

    by_title = {found["title"]: found for found in data.json()["results"]}
    assert by_title.keys() == {TITLE, f"{TITLE} in winter"}
    assert by_title[TITLE]["may_change"]
    assert not by_title[f"{TITLE} in winter"]["may_change"]
    assert by_title[TITLE]["url"] == own.get_absolute_url()
    assert f'href="{other.get_absolute_url()}"' in page
    assert reverse("submission-change", args=[own.slug]) in page
    assert reverse("submission-change", args=[other.slug]) not in page
    assert "Accept" in data["Vary"]


@pytest.mark.parametrize("visibility", [Visibility.PEERS, Visibility.MODERATORS])
def test_a_hidden_practice_that_looks_the_same_is_not_told(client, address, visibility):
    make_practice(title=TITLE, visibility=visibility, lead_city="ghent")
    withdraw(make_practice(title=TITLE), by=None, reason="It ended.")
    make_sent_submission(by=make_user(), title=TITLE)
    newcomer = make_user()
    client.force_login(newcomer)
    draft = make_submission(by=newcomer, title=TITLE)

    assert titles(client, address) == []
    assert titles(client, address, city="ghent") == []
    answer = client.get(reverse("submission-check", args=[draft.uuid]))
    assert answer.context["lookalikes"] == []
    client.force_login(make_moderator())
    assert titles(client, address) == [TITLE]


def test_a_withheld_city_is_not_told(client, address):
    make_city("secretmark", name_en="Secretmark")
    make_practice(title=TITLE, lead_city="secretmark", city_withheld=True)
    client.force_login(make_user())

    for city in ("", "secretmark"):
        body = client.get(address, {"title": TITLE, "city": city}, **JSON).content.decode()
        assert TITLE in body
        assert "Secretmark" not in body
    client.force_login(make_member(city=make_city("utrecht")).user)
    assert "Secretmark" in client.get(address, {"title": TITLE}, **JSON).content.decode()


@pytest.mark.parametrize("title", ["", "  ", "a", "zebra", "\x00\x00\x00\x00\x00", '"-"-"-', "x" * 5000, "Μ" * 400])
def test_any_title_is_answered(client, address, title):
    make_practice(title="Help with identity cards")
    client.force_login(make_user())

    assert client.get(address, {"title": title, "city": "'\x00", "back": "x", "step": "y"}).status_code == 200
    assert titles(client, address, title, city="nowhere") == []


def test_number_of_queries_does_not_grow(client, address, django_assert_max_num_queries):
    member = make_member(city=make_city("utrecht"))
    client.force_login(member.user)
    for number in range(6):
        make_practice(title=f"{TITLE} {number}", lead_city="utrecht", other_cities=["ghent"])
    titles(client, address)

    with django_assert_max_num_queries(20):
        assert len(titles(client, address, city="utrecht")) == 5


def test_without_script_the_button_saves_and_leads_to_the_list(client):
    author = make_user()
    make_terms()
    make_practice(title=TITLE, lead_city="ghent")
    draft = start(by=author, language="en")
    client.force_login(author)
    here = reverse("submission-section", args=[draft.uuid, "short"])

    answer = client.post(
        here, {"base": digest_of(draft, SHORT), "title": TITLE, "lead_city": "ghent", "contact": "Me", "similar": "1"}
    )
    page = client.get(answer["Location"])

    assert Submission.objects.get(pk=draft.pk).content["contact"] == "Me"
    assert [found.card.title for found in page.context["found"]] == [TITLE]
    assert f'href="{here}"' in page.content.decode()


def test_the_way_back_is_only_to_ones_own(client, address):
    foreign = make_submission(by=make_user())
    client.force_login(make_user())

    page = client.get(address, {"title": TITLE, "back": foreign.uuid}).content.decode()

    assert str(foreign.uuid) not in page.replace(f"back={foreign.uuid}", "")


def test_the_check_page_asks_only_for_what_is_new(client):
    author = make_user()
    practice = make_practice(title=TITLE, by=author)
    client.force_login(author)
    draft, change = make_submission(by=author, title=TITLE), make_submission(by=author, practice=practice)

    shown = client.get(reverse("submission-check", args=[draft.uuid])).context["lookalikes"]

    assert [lookalike.slug for lookalike in shown] == [practice.slug]
    assert client.get(reverse("submission-check", args=[change.uuid])).context["lookalikes"] == []


def test_changeable_says_what_may_change_says():
    """Those who lead a city, take part with it, or wrote what was published; nobody else, and no ended membership."""
    make_city("utrecht")
    make_city("dortmund")
    led = make_practice(lead_city="ghent")
    joined = make_practice(lead_city="dortmund", other_cities=["ghent", "utrecht"])
    foreign = make_practice(lead_city="dortmund")
    member, newcomer = make_member(city=make_city("ghent")).user, make_user()
    ended = make_member(city=make_city("ghent"))
    long_ago = timezone.now() - timedelta(days=800)
    ended.verified_at, ended.valid_until = long_ago, long_ago + timedelta(days=365)
    ended.save()
    practices = [led, joined, foreign]

    assert changeable(member, practices) == {led.pk, joined.pk}
    assert changeable(newcomer, practices) == changeable(ended.user, practices) == set()
    assert [may_change(member, practice) for practice in practices] == [True, True, False]


@pytest.mark.parametrize(
    ("notes", "may"),
    [({}, True), ({"contact": "The night shelter's desk"}, False), ({"peers_only": ["funding"]}, False)],
)
def test_who_wrote_it_and_is_no_peer_starts_no_change_with_notes_for_peers(notes, may):
    """The change would begin with the whole document, also with what colleagues have added since."""
    writer, moderator = make_user(), make_moderator()
    submission = make_sent_submission(by=writer, funding="The city pays", **notes)
    for action in (Action.CLAIM, Action.APPROVE):
        submission = perform(submission, action, by=moderator, version=submission.version)

    assert may_change(writer, submission.practice) is may
    # Once they are verified, they read the notes and may change them.
    make_member(writer, submission.city, by=moderator)
    assert may_change(writer, submission.practice)
