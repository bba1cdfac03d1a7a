"""The people of its city read that a practice was withdrawn or is back, and why."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import deliver_waiting
from practices.models import Practice
from practices.restoring import restore
from practices.services import withdraw
from tests.factories import make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db


def speaker(practice, **fields):
    return make_member(make_user(**fields), practice.lead_city).user


def sent_to(person):
    return list(OutgoingMail.objects.filter(recipient=person.email).order_by("pk"))


def let_go():
    OutgoingMail.objects.update(not_before=timezone.now() - timedelta(minutes=1))
    deliver_waiting()


@pytest.fixture
def practice():
    practice = make_practice(title="Night shelter")
    OutgoingMail.objects.all().delete()
    return practice


@pytest.mark.parametrize("language", configured.LANGUAGE_CODES)
def test_both_are_told_in_ones_language_with_the_reason_and_held(practice, language):
    person, moderator = speaker(practice, language=language), make_moderator(name="Ada Lovelace")
    withdrawn = withdraw(practice, by=moderator, reason="It puts a <family> at risk")
    let_go()

    restore(withdrawn, by=moderator, reason="They moved away", version=1)

    gone, back = sent_to(person)
    assert (gone.language, back.language) == (language, language)
    for mail, reason in ((gone, "It puts a <family> at risk"), (back, "They moved away")):
        assert practice.reference in mail.subject
        assert reason in mail.body
        assert f"/id/{practice.reference}\n" in mail.body
        # Neither who decided nor what was withdrawn.
        assert "Ada" not in mail.subject + mail.body
        assert "night shelter" not in (mail.subject + mail.body).replace("-", " ").lower()
    assert (gone.is_held, gone.sent_at is not None, back.is_held) == (False, True, True)


def test_who_cannot_be_asked_is_not_told_and_neither_is_another_city(practice):
    for person in (
        speaker(practice, is_active=False),
        speaker(practice, unreachable_since=timezone.now()),
        make_member(city=make_practice(lead_city="utrecht").lead_city).user,
        make_user(),
    ):
        withdraw(practice, by=make_moderator(), reason="A risk")

        assert sent_to(person) == []


def test_the_citys_own_act_is_told_to_its_other_people_at_once(practice):
    officer, colleague = speaker(practice), speaker(practice)

    withdraw(practice, by=officer, reason="The project ended")

    assert sent_to(officer) == []
    mail = sent_to(colleague)[0]
    assert (mail.is_held, "The project ended" in mail.body) == (False, True)
    assert "Somebody who speaks for your city" in mail.body


def test_twice_is_once_and_nobody_is_told_of_what_nobody_did(practice):
    person, moderator = speaker(practice), make_moderator()
    for reason in ("First", "Second"):
        withdraw(practice, by=moderator, reason=reason)
    withdraw(make_practice(slug="another"), by=None, reason="A mistake")

    assert ["First" in mail.body for mail in sent_to(person)] == [True]


def test_what_is_for_moderators_is_told_to_nobody():
    practice = make_practice(visibility="moderators")
    person, peer = speaker(practice), speaker(make_practice(slug="for-peers", visibility="peers"))
    for record in Practice.objects.all():
        withdraw(record, by=make_moderator(), reason=record.slug)

    bodies = [mail.body for mail in (*sent_to(person), *sent_to(peer))]
    assert len(bodies) == 2
    assert all("for-peers" in body for body in bodies)


def test_a_withdrawal_that_is_undone_while_its_mail_is_held_is_told_to_nobody(practice):
    person, moderator = speaker(practice), make_moderator()
    withdrawn = withdraw(practice, by=moderator, reason="The wrong one")

    back = restore(withdrawn, by=moderator, reason="The wrong one", version=1)

    (mail,) = sent_to(person)
    assert mail.taken_back_at is not None
    # And the other way round: the news that it is back is overtaken.
    let_go()
    withdrawn = withdraw(back, by=moderator, reason="The right one")
    let_go()
    back = restore(withdrawn, by=moderator, reason="Over", version=2)
    withdraw(back, by=moderator, reason="Not over")
    let_go()
    _gone_unsaid, gone, back_unsaid, gone_again = sent_to(person)
    assert back_unsaid.taken_back_at is not None
    assert ["The right one" in gone.body, "Not over" in gone_again.body] == [True, True]
    assert None not in (gone.sent_at, gone_again.sent_at)


def test_who_heard_that_it_was_gone_hears_that_it_is_back_after_all(practice):
    """The first news of the return was overtaken by a withdrawal, which was overtaken as well."""
    person, newcomer, moderator = speaker(practice), speaker(practice), make_moderator()
    gone = withdraw(practice, by=moderator, reason="One")
    OutgoingMail.objects.filter(recipient=newcomer.email).update(taken_back_at=timezone.now())
    let_go()
    for reason in ("Two", "Three"):
        back = restore(gone, by=moderator, reason=reason, version=gone.current_version)
        gone = withdraw(back, by=moderator, reason=reason)

    restore(gone, by=moderator, reason="Four", version=gone.current_version)

    assert [mail.body.count("Four") for mail in sent_to(person) if mail.taken_back_at is None] == [0, 1]
    assert [mail for mail in sent_to(newcomer) if mail.taken_back_at is None] == []


def test_the_address_is_told_where_everybody_reads_the_reason_there(practice):
    person, for_peers = speaker(practice), make_practice(slug="for-peers", visibility="peers")
    for record in (practice, for_peers):
        withdraw(record, by=make_moderator(), reason="A risk")

    assert [f"/id/{practice.reference}" in mail.body for mail in sent_to(person)] == [True, False]
    assert ["/id/" in mail.body for mail in sent_to(person)] == [True, False]
