"""Mails that wait, are held, were given up or taken back, and people whom no mail reaches."""

import smtplib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import OutgoingMail, User
from accounts.services import MAX_ATTEMPTS, deliver_waiting, queue_mail
from tests.factories import make_admin, make_moderator, make_user

pytestmark = pytest.mark.django_db
MAILS = "/admin/accounts/outgoingmail/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


def mail_in(subject, *, secret=False, **columns):
    mail = queue_mail(to="officer@city.example", language="nl", subject=subject, body=f"Of {subject}", secret=secret)
    OutgoingMail.objects.filter(pk=mail.pk).update(**columns)
    return mail


def test_each_state_is_counted_and_says_what_comes_next(client):
    now = timezone.now()
    made = {
        "waiting": mail_in("New"),
        "held": mail_in("Held", not_before=now + timedelta(minutes=9)),
        "stuck": mail_in("Stuck", secret=True, attempts=MAX_ATTEMPTS, last_error="SMTPRecipientsRefused"),
        "sent": mail_in("Sent", sent_at=now),
        "taken_back": mail_in("Regretted", taken_back_at=now),
    }
    tried = mail_in("Tried", attempts=2, not_before=now + timedelta(hours=1), last_error="RuntimeError")
    client.force_login(make_moderator())

    everything = client.get(MAILS).content.decode()
    found = {
        state: [mail.pk for mail in client.get(MAILS, {"delivery": state}).context["cl"].result_list] for state in made
    }

    assert found.pop("waiting") == [tried.pk, made["waiting"].pk]
    assert found == {state: [mail.pk] for state, mail in made.items() if state != "waiting"}
    for label in ("Waiting (2)", "Held, can still be changed (1)", "Given up (1)", "Sent (1)", "Taken back (1)"):
        assert label in everything
    assert "The mail server does not take mail for this address." in everything
    assert "Something unexpected: RuntimeError" in everything
    assert "Stuck" not in everything
    page = client.get(reverse("admin:accounts_outgoingmail_change", args=[made["stuck"].pk])).content.decode()
    assert "Of Stuck" not in page
    assert "send-again" not in page


def test_only_what_was_tried_is_sent_again_and_only_by_administrators(client):
    now = timezone.now()
    held = mail_in("Held", not_before=now + timedelta(minutes=9))
    regretted = mail_in("Regretted", taken_back_at=now)
    sent = mail_in("Sent", sent_at=now, attempts=1)
    stuck = mail_in("Stuck", attempts=MAX_ATTEMPTS, last_error="OSError")
    mails = [held, regretted, sent, stuck]
    again = {mail: reverse("admin:accounts_outgoingmail_send_again", args=[mail.pk]) for mail in mails}
    before = list(OutgoingMail.objects.order_by("pk").values())

    client.force_login(make_moderator())
    assert client.post(again[stuck]).status_code == 403
    client.force_login(make_admin())
    assert client.get(again[stuck]).status_code == 405
    assert again[stuck] in client.get(reverse("admin:accounts_outgoingmail_change", args=[stuck.pk])).content.decode()
    for mail in (held, regretted, sent):
        assert (
            again[mail]
            not in client.get(reverse("admin:accounts_outgoingmail_change", args=[mail.pk])).content.decode()
        )
        client.post(again[mail])
    client.post(MAILS, {"action": "send_again", "_selected_action": [held.pk, regretted.pk, sent.pk]})
    assert list(OutgoingMail.objects.order_by("pk").values()) == before

    client.post(again[stuck])

    stuck.refresh_from_db()
    assert (stuck.attempts, stuck.last_error) == (0, "")


def refusing(monkeypatch, answers):
    """A mail server that refuses these addresses, each with its answer; returns what it took."""
    taken = []

    def send(mail, fail_silently=False):
        if mail.to[0] in answers:
            raise smtplib.SMTPRecipientsRefused({mail.to[0]: answers[mail.to[0]]})
        taken.append(mail.to[0])

    monkeypatch.setattr(services.EmailMessage, "send", send)
    return taken


@pytest.mark.parametrize(("code", "unreachable"), [(550, True), (450, False)])
def test_an_address_refused_for_good_makes_its_person_unreachable(monkeypatch, code, unreachable):
    person = make_user("officer@city.example")
    refusing(monkeypatch, {"Officer@City.example": (code, b"Refused")})
    queue_mail(to="Officer@City.example", language="nl", subject="Question", body="Text")

    assert deliver_waiting() == (0, 1)

    person.refresh_from_db()
    assert (person.unreachable_since is not None) is unreachable


def test_the_next_delivery_makes_a_person_reachable_again(monkeypatch):
    now = timezone.now()
    person, other = make_user("officer@city.example"), make_user("other@city.example")
    User.objects.update(unreachable_since=now)
    refusing(monkeypatch, {})
    queue_mail(to="officer@city.example", language="nl", subject="Question", body="Text")

    deliver_waiting()

    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.unreachable_since, other.unreachable_since) == (None, now)


def test_moderators_note_bounces_and_officers_cannot(client):
    person = make_user()
    address = reverse("admin:accounts_user_mail", args=[person.pk])

    client.force_login(make_user())
    assert client.post(address, {"returns": ""}).status_code in (302, 403)
    person.refresh_from_db()
    assert person.unreachable_since is None
    client.force_login(make_moderator())
    told = client.post(address, {"returns": ""}, follow=True)
    person.refresh_from_db()
    first = person.unreachable_since
    client.post(address, {"returns": ""})
    person.refresh_from_db()

    assert first is not None
    assert person.unreachable_since == first
    assert "Mail arrives again" in told.content.decode()
    assert "Comes back (1)" in client.get("/admin/accounts/user/").content.decode()
    client.post(address, {"arrives": ""})
    person.refresh_from_db()
    assert person.unreachable_since is None
