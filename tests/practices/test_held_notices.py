"""What a city is told of a withdrawal waits; it can be changed, sent at once or taken back at the practice's record."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import LostLinkError, MailGoneError, deliver_waiting
from practices.held_notices import (
    Action,
    NotAllowedError,
    change_words,
    held_notices,
    send_now,
    take_back_notice,
)
from practices.restoring import restore
from practices.services import withdraw
from submissions.choices import Action as Step
from submissions.services import perform
from tests.factories import make_member, make_moderator, make_practice, make_sent_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


@pytest.fixture
def told():
    """A practice that is withdrawn, and two people of its city who are told of it."""
    practice = make_practice(title="Night shelter")
    people = [make_member(make_user(language=code), practice.lead_city).user for code in ("en", "nl")]
    OutgoingMail.objects.all().delete()
    withdraw(practice, by=make_moderator(), reason="Too sharp")
    return practice, *people


def mail_to(person):
    return OutgoingMail.objects.filter(recipient=person.email).latest("pk")


def record_of(practice):
    return reverse("admin:practices_practice_change", args=[practice.pk])


def page_of(practice, mail):
    return reverse("admin:practices_practice_mail", args=[practice.pk, mail.pk])


def hold_ends():
    OutgoingMail.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def test_the_words_are_changed_at_the_record_for_one_person_and_the_log_keeps_what_they_were(client, told):
    practice, first, second = told
    mail, other = mail_to(first), mail_to(second)
    before, seen = mail.body, mail.not_before.isoformat()
    moderator = make_moderator()
    client.force_login(moderator)
    record = client.get(record_of(practice)).content.decode()
    for one, person in ((mail, first), (other, second)):
        assert page_of(practice, one) in record
        assert person.email in record

    page = client.get(page_of(practice, mail)).content.decode()
    # The mail can be reworded; what stands at the address of the practice cannot.
    assert "Too sharp" in page.partition('class="desk-panel"')[0]
    assert "reads this reason at its address" in page
    form = {"act": "save", "seen": seen, "subject": "About your practice", "body": "No link"}
    assert "Keep this link in the text" in client.post(page_of(practice, mail), form).content.decode()
    form["body"] = before.replace("Too sharp", "Kinder")
    saved = client.post(page_of(practice, mail), form)

    assert saved.url == f"{record_of(practice)}#acts"
    assert (mail_to(first).subject, mail_to(first).body) == (
        "About your practice",
        before.replace("Too sharp", "Kinder"),
    )
    assert mail_to(first).not_before > mail.not_before
    assert mail_to(second).body == other.body
    event = practice.events.latest("pk")
    assert (event.action, event.by, event.version) == (Action.MAIL_EDITED, moderator, 1)
    assert before in event.note
    practice.refresh_from_db()
    assert practice.withdrawal_reason == "Too sharp"
    # Whoever saw the earlier words is told, and keeps their own.
    stale = client.post(page_of(practice, mail), form | {"body": f"{before} My own words"})
    assert stale.status_code == 409
    assert "My own words" in stale.content.decode()
    assert "My own words" not in mail_to(first).body
    hold_ends()
    assert page_of(practice, mail) not in client.get(record_of(practice)).content.decode()
    late = client.post(page_of(practice, mail), form | {"seen": mail_to(first).not_before.isoformat()})
    assert "Too late" in late.content.decode()


def test_one_is_sent_at_once_and_another_never(client, told):
    practice, first, second = told
    client.force_login(make_moderator())
    for person, act in ((first, "send"), (second, "take_back")):
        mail = mail_to(person)
        client.post(page_of(practice, mail), {"act": act, "seen": mail.not_before.isoformat()})

    assert deliver_waiting() == (1, 0)
    hold_ends()
    assert deliver_waiting() == (0, 0)
    assert [mail_to(person).sent_at is not None for person in (first, second)] == [True, False]
    assert practice.events.latest("pk").action == Action.MAIL_TAKEN_BACK
    for act in (send_now, take_back_notice):
        with pytest.raises(MailGoneError):
            act(practice, mail_to(first), by=make_moderator(), seen=mail_to(first).not_before)


def test_who_was_never_told_that_it_was_gone_is_not_told_that_it_is_back(told):
    practice, first, second = told
    mail = mail_to(second)
    take_back_notice(practice, mail, by=make_moderator(), seen=mail.not_before)
    hold_ends()
    deliver_waiting()

    restore(practice, by=make_moderator(), reason="It is over", version=1)

    assert [one.recipient for one in held_notices(practice)] == [first.email]
    change = held_notices(practice).get()
    body = change.body.replace("It is over", "The risk is over")
    change_words(practice, change, by=make_moderator(), seen=change.not_before, subject=change.subject, body=body)
    assert "The risk is over" in mail_to(first).body


def test_nobody_with_a_part_in_it_touches_a_mail_and_only_one_of_the_practice(client, told, caplog):
    caplog.set_level(logging.INFO, logger="accounts.refusals")
    practice, first, _second = told
    mail, stranger = mail_to(first), make_moderator()
    of_the_city = make_member(make_moderator(), practice.lead_city).user
    other = withdraw(make_practice(slug="another", lead_city="utrecht"), by=stranger, reason="For others")
    secret = OutgoingMail.objects.create(recipient="a@city.example", language="en", subject="Code", body="123456")
    for person, about, letter in (
        (of_the_city, practice, mail),
        (first, practice, mail),
        (stranger, other, mail),
        (stranger, practice, secret),
    ):
        for act in (send_now, take_back_notice):
            with pytest.raises(NotAllowedError):
                act(about, letter, by=person, seen=letter.not_before)
        with pytest.raises(NotAllowedError):
            change_words(about, letter, by=person, seen=letter.not_before, subject="A", body=letter.body)
    assert mail_to(first).body == mail.body
    assert (
        f"Refused: person {of_the_city.pk}, send_now, practice {practice.pk} (withdrawn), NotAllowedError"
        in caplog.messages
    )

    client.force_login(of_the_city)
    assert page_of(practice, mail) not in client.get(record_of(practice)).content.decode()
    answer = client.get(page_of(practice, mail), follow=True).content.decode()
    assert "not one that you can change" in answer
    client.force_login(stranger)
    assert "123456" not in client.get(page_of(practice, secret), follow=True).content.decode()


def test_an_author_who_moderates_changes_nothing_of_what_their_city_is_told():
    author, colleague = make_moderator(), make_moderator()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Step.CLAIM, by=colleague, version=sent.version)
    practice = perform(claimed, Step.APPROVE, by=colleague, version=claimed.version).practice
    person = make_member(make_user(), practice.lead_city).user
    withdraw(practice, by=colleague, reason="A risk")
    mail = mail_to(person)

    with pytest.raises(NotAllowedError):
        take_back_notice(practice, mail, by=author, seen=mail.not_before)
    with pytest.raises(LostLinkError):
        change_words(practice, mail, by=colleague, seen=mail.not_before, subject=mail.subject, body="No link")
