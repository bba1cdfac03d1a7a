"""The yearly question: who is asked and how often, and what a link may do."""

from csv import DictReader
from datetime import timedelta
from io import StringIO
from json import loads

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import OutgoingMail
from cities.services import revoke_membership
from practices.document import read
from practices.freshness import MOST_REQUESTS, ask_for_confirmation, confirm_by_link, link_for, question_of
from practices.models import Practice, PracticeEvent
from practices.services import confirm, publish, withdraw
from submissions.choices import Kind
from submissions.models import Submission
from tests.factories import make_city, make_document, make_member, make_practice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_member(make_user("officer@city.example", language="nl"), make_city("ghent")).user


def old_practice(**overrides):
    """Published 13 months ago, and never confirmed."""
    practice = publish(
        make_document(
            title={"en": "Night bus", "nl": "Nachtbus"}, provenance={"en": "original", "nl": "human"}, **overrides
        ),
        by=None,
    )
    Practice.objects.filter(pk=practice.pk).update(published_at=timezone.now() - timedelta(days=400))
    practice.refresh_from_db()
    return practice


def later(monkeypatch, **time):
    moment = timezone.now() + timedelta(**time)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def asked():
    return [practice.pk for practice, _people in ask_for_confirmation()]


def body(response):
    return b"".join(response.streaming_content).decode()


def page(practice, person, language="en"):
    return f"/{language}/confirm/{link_for(practice, person, at=timezone.now())}/"


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_people_of_the_city_are_asked_in_their_language(officer):
    practice = old_practice()
    make_member(make_user(), make_city("utrecht"))

    ask_for_confirmation()

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language, mail.secret) == ("officer@city.example", "nl", True)
    assert "Nachtbus" in mail.body
    assert "http://testserver/nl/confirm/" in mail.body
    practice.refresh_from_db()
    assert practice.confirmation_requests == 1
    assert practice.confirmation_asked_at is not None


def test_one_mail_for_all_practices_of_a_person(officer):
    practices = [old_practice(), old_practice()]

    ask_for_confirmation()

    mail = OutgoingMail.objects.get()
    assert all(practice.reference in mail.body for practice in practices)
    assert mail.body.count("/nl/confirm/") == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_practice(),
        lambda: confirm(old_practice(), by=None),
        lambda: withdraw(old_practice(), by=None, reason="Asked"),
        lambda: old_practice(visibility="moderators"),
        lambda: old_practice(lead_city="utrecht"),
    ],
    ids=["fresh", "confirmed", "withdrawn", "for moderators", "nobody there"],
)
def test_nobody_is_asked_without_need(officer, make):
    practice = make()

    assert asked() == []
    assert not OutgoingMail.objects.exists()
    practice.refresh_from_db()
    assert practice.confirmation_requests == 0


def test_practice_for_peers_is_asked_about_too(officer):
    practice = old_practice(visibility="peers")

    assert asked() == [practice.pk]


def test_two_reminders_four_weeks_apart_and_no_more(officer, monkeypatch):
    practice = old_practice()

    assert asked() == [practice.pk]
    assert asked() == []
    later(monkeypatch, days=27)
    assert asked() == []
    for _reminder in range(MOST_REQUESTS - 1):
        later(monkeypatch, days=29)
        assert asked() == [practice.pk]
    for _month in range(3):
        later(monkeypatch, days=29)
        assert asked() == []
    assert OutgoingMail.objects.count() == MOST_REQUESTS == 3


def test_confirming_begins_anew(officer, monkeypatch):
    practice = old_practice()
    ask_for_confirmation()
    practice.refresh_from_db()
    confirm(practice, by=officer)
    practice.refresh_from_db()
    assert (practice.confirmation_requests, practice.confirmation_asked_at) == (0, None)

    later(monkeypatch, days=360)
    assert asked() == []
    # The membership ran out after a year; somebody else speaks for the city now.
    make_member(make_user(), make_city("ghent"))
    later(monkeypatch, days=6)
    assert asked() == [practice.pk]


def test_publishing_what_the_city_stands_behind_begins_anew(officer):
    practice = old_practice()
    ask_for_confirmation()
    practice.refresh_from_db()

    publish(read(practice), by=None, practice=practice)
    practice.refresh_from_db()
    assert practice.confirmation_requests == 1
    publish(read(practice), by=None, practice=practice, confirmed=True)
    practice.refresh_from_db()
    assert (practice.confirmation_requests, practice.confirmation_asked_at) == (0, None)


def test_dry_run_writes_nothing_and_names_no_address(officer):
    practice = old_practice()
    said = StringIO()

    call_command("ask_confirmation", "--dry-run", stdout=said)

    assert practice.reference in said.getvalue()
    assert "officer@city.example" not in said.getvalue()
    assert not OutgoingMail.objects.exists()
    practice.refresh_from_db()
    assert practice.confirmation_requests == 0
    call_command("ask_confirmation", stdout=StringIO())
    assert OutgoingMail.objects.count() == 1


def test_reading_what_is_due_does_not_grow_with_it(officer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            ask_for_confirmation(dry_run=True)
        return len(captured)

    old_practice()
    one = queries()
    for _more in range(4):
        old_practice()

    assert queries() == one


# --- The link ---------------------------------------------------------------------------------------------------------


def test_looking_confirms_nothing(client, officer):
    practice = old_practice()
    address = page(practice, officer)

    for look in (client.get, client.head, client.options):
        look(address)

    practice.refresh_from_db()
    assert practice.confirmed_at is None
    answer = client.get(address)
    assert "Night bus" in answer.content.decode()
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")


def test_one_click_without_signing_in(client, officer):
    practice = old_practice()
    address = page(practice, officer)

    done = client.post(address, {"answer": "yes"}, follow=True)

    assert "it is confirmed" in done.content.decode()
    practice.refresh_from_db()
    assert practice.confirmed_at is not None
    event = PracticeEvent.objects.get(action=PracticeEvent.Action.CONFIRMED)
    assert event.by == officer


def test_twice_is_once(client, officer):
    practice = old_practice()
    address = page(practice, officer)

    client.post(address, {"answer": "yes"})
    first = Practice.objects.get().confirmed_at
    client.post(address, {"answer": "yes"})

    assert Practice.objects.get().confirmed_at == first
    assert PracticeEvent.objects.filter(action=PracticeEvent.Action.CONFIRMED).count() == 1
    assert confirm_by_link(question_of(address.rstrip("/").rsplit("/", 1)[1])) is False


def test_form_is_protected_like_every_other(officer):
    practice = old_practice()

    refused = Client(enforce_csrf_checks=True).post(page(practice, officer), {"answer": "yes"})

    assert refused.status_code == 403
    assert Practice.objects.get().confirmed_at is None


@pytest.mark.parametrize("token", ["nonsense", "x:y:z", "%00", "eyJwcmFjdGljZSI6MX0:1abcde:forged"])
def test_made_up_link_is_worth_nothing(client, officer, token):
    practice = old_practice()

    answer = client.post(f"/en/confirm/{token}/", {"answer": "yes"})

    assert answer.status_code in (404, 410)
    assert "Night bus" not in answer.content.decode()
    practice.refresh_from_db()
    assert practice.confirmed_at is None


def test_link_is_worth_nothing_once_the_person_left(client, officer):
    practice = old_practice()
    address = page(practice, officer)
    revoke_membership(membership=officer.memberships.get())

    answer = client.post(address, {"answer": "yes"})

    assert answer.status_code == 410
    assert "Night bus" not in answer.content.decode()
    assert Practice.objects.get().confirmed_at is None


@pytest.mark.parametrize(
    "hide",
    [
        lambda practice: withdraw(practice, by=None, reason="Asked"),
        lambda practice: publish({**read(practice), "visibility": "moderators"}, by=None, practice=practice),
    ],
)
def test_link_to_what_is_hidden_now_says_nothing(client, officer, hide):
    practice = old_practice()
    address = page(practice, officer)
    hide(practice)

    answer = client.get(address)

    assert answer.status_code == 410
    assert "Night bus" not in answer.content.decode()


def test_link_runs_out(client, officer, settings):
    practice = old_practice()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() - 91 * 86400)
        address = page(practice, officer)

    assert client.post(address, {"answer": "yes"}).status_code == 410
    assert Practice.objects.get().confirmed_at is None


# --- The other answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["changes", "ended", "withdraw"])
def test_other_answers_need_a_sign_in(client, officer, answer):
    address = page(old_practice(), officer)

    gone = client.post(address, {"answer": answer})

    assert gone["Location"].startswith(f"{reverse('account_login')}?next=")
    assert not Submission.objects.exists()
    assert Practice.objects.get().confirmed_at is None


@pytest.mark.parametrize(("answer", "status"), [("changes", "unknown"), ("ended", "ended")])
def test_change_begins_and_the_published_text_stays(client, officer, answer, status):
    practice = old_practice()
    client.force_login(officer)

    led = client.post(page(practice, officer), {"answer": answer})
    again = client.post(page(practice, officer), {"answer": answer})

    draft = Submission.objects.get()
    assert led["Location"] == again["Location"] == draft.get_absolute_url()
    assert (draft.kind, draft.practice, draft.content["operation_status"]) == (Kind.UPDATE, practice, status)
    assert draft.content["title"] == {"en": "Night bus", "nl": "Nachtbus"}
    practice.refresh_from_db()
    assert (practice.operation_status, practice.confirmed_at) == ("unknown", None)


def test_withdrawal_has_its_own_page(client, officer):
    practice = old_practice()
    client.force_login(officer)

    led = client.post(page(practice, officer), {"answer": "withdraw"})

    assert led["Location"] == reverse("practice-withdraw", args=[practice.slug])
    assert Practice.objects.get().withdrawn_at is None


@pytest.mark.parametrize("answer", ["changes", "ended", "withdraw"])
def test_other_peoples_link_gives_no_rights(client, officer, answer):
    client.force_login(make_member(make_user(), make_city("utrecht")).user)

    assert client.post(page(old_practice(), officer), {"answer": answer}).status_code == 404
    assert not Submission.objects.exists()


# --- What readers see -------------------------------------------------------------------------------------------------


def test_page_says_since_when_nobody_confirmed(client, officer, monkeypatch):
    practice = confirm(make_practice(), by=officer)
    day = timezone.localdate(practice.confirmed_at)

    assert "Confirmed" in client.get(practice.get_absolute_url()).content.decode()
    later(monkeypatch, days=449)
    assert "Not confirmed since" not in client.get(practice.get_absolute_url()).content.decode()
    later(monkeypatch, days=1)
    html = client.get(practice.get_absolute_url()).content.decode()

    assert f"Not confirmed since {day.day} " in html


def test_every_surface_says_since_when_nobody_confirmed(client, monkeypatch):
    """Also of what the city never confirmed, and by the same day everywhere."""
    practice, answered = make_practice(title="Night bus"), make_practice(title="Day bus")
    detail, listed = f"/api/v1/practices/{practice.slug}/", "/api/v1/practices/?sort=title"
    later(monkeypatch, days=300)
    confirm(answered, by=None)
    tags = {address: client.get(address)["ETag"] for address in (listed, "/en/practices/feed.atom")}

    later(monkeypatch, days=150)

    since = practice.published_at
    assert parse_datetime(client.get(detail).json()["not_confirmed_since"]) == since
    by_title = {row["title"]["en"]: row for row in client.get(listed).json()["results"]}
    assert by_title["Day bus"]["not_confirmed_since"] is None
    assert by_title["Day bus"]["confirmed_at"] is not None
    assert parse_datetime(by_title["Night bus"]["not_confirmed_since"]) == since
    csv = list(DictReader(StringIO(body(client.get("/en/practices/export.csv")).lstrip("\ufeff"))))
    lines = [loads(line) for line in body(client.get("/en/practices/export.jsonl")).splitlines()]
    second = since.isoformat(timespec="seconds")
    assert {row["title"]: row["not_confirmed_since"] for row in csv} == {"Night bus": second, "Day bus": ""}
    assert {row["title"]["en"]: row["not_confirmed_since"] for row in lines} == {"Night bus": second, "Day bus": None}
    label = "Not confirmed since it was published on"
    for address in ("/en/practices/feed.atom", "/en/practices/", practice.get_absolute_url()):
        assert client.get(address).content.decode().count(label) == 1
    assert label not in client.get(answered.get_absolute_url()).content.decode()
    # Nothing was published since; caches ask again all the same, because the day is another.
    for address, tag in tags.items():
        assert client.get(address, headers={"if-none-match": tag}).status_code == 200
