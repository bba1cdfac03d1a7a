"""Where two moderators must agree, one alone publishes nothing again that was withdrawn."""

import pytest
from django.urls import reverse

from accounts.models import OutgoingMail
from practices.choices import Publication
from practices.models import Practice, PracticeEvent
from practices.restoring import (
    AgreedAlreadyError,
    OwnCityError,
    SecondNeededError,
    agree_to_restore,
    agreement_on,
    agreements,
    restore,
)
from practices.services import InvalidDocumentError, OutdatedError, withdraw
from tests.at_once import at_once
from tests.factories import make_member, make_moderator, make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_must_agree(settings):
    settings.FOUR_EYES = True
    settings.CMISE_DEMO = True


def withdrawn_practice(**overrides):
    return withdraw(make_practice(**overrides), by=make_moderator(), reason="A risk")


def agree(practice, *, by, reason="It is over"):
    return agree_to_restore(practice, by=by, reason=reason, version=practice.current_version)


def publish_again(practice, *, by, reason="Over"):
    return restore(practice, by=by, reason=reason, version=practice.current_version)


def test_one_alone_publishes_nothing_and_two_do():
    practice, first, second = withdrawn_practice(), make_moderator(), make_moderator()
    with pytest.raises(SecondNeededError):
        publish_again(practice, by=first)
    agree(practice, by=first)
    agree(practice, by=first)
    with pytest.raises(SecondNeededError):
        publish_again(practice, by=first)
    assert Practice.objects.get().publication == Publication.WITHDRAWN

    publish_again(practice, by=second)

    assert Practice.objects.get().publication == Publication.PUBLISHED
    log = list(practice.events.order_by("pk").values_list("action", "by"))[-3:]
    assert log == [("endorsed", first.pk), ("changed", second.pk), ("published", second.pk)]


def test_an_agreement_ends_with_the_next_withdrawal():
    practice, first, second = withdrawn_practice(), make_moderator(), make_moderator()
    agree(practice, by=first)
    practice = publish_again(practice, by=second)
    practice = withdraw(practice, by=second, reason="The risk is back")

    assert agreement_on(practice) is None
    assert not agreements().exists()
    with pytest.raises(SecondNeededError):
        publish_again(practice, by=second)


def test_what_waits_for_a_second_still_needs_one_without_the_setting(settings):
    practice, first = withdrawn_practice(), make_moderator()
    agree(practice, by=first)
    settings.FOUR_EYES = False

    with pytest.raises(SecondNeededError):
        publish_again(practice, by=first)
    publish_again(practice, by=make_moderator())


def test_neither_of_the_two_speaks_for_a_city_of_it():
    practice = withdrawn_practice()
    own = make_member(make_moderator(), practice.lead_city).user

    with pytest.raises(OwnCityError):
        agree(practice, by=own)
    agree(practice, by=make_moderator())
    with pytest.raises(OwnCityError):
        publish_again(practice, by=own)


def test_a_second_moderator_is_asked_about_nothing_that_could_not_be_published():
    practice = withdrawn_practice()
    Practice.objects.filter(pk=practice.pk).update(title_en="")

    with pytest.raises(InvalidDocumentError):
        agree(practice, by=make_moderator())
    assert agreement_on(practice) is None


def page_of(practice):
    return reverse("admin:practices_practice_restore", args=[practice.pk])


def test_the_page_leads_two_moderators_through_it(client):
    practice, first, second = withdrawn_practice(), make_moderator(name="Ada"), make_moderator(name="Bo")
    client.force_login(first)
    assert "Agree and ask a second moderator" in client.get(page_of(practice)).content.decode()

    told = client.post(page_of(practice), {"version": 1, "act": "agree", "reason": "It is over"}, follow=True)

    assert "Nothing is published before a second moderator agrees too." in told.content.decode()
    assert "Ada agreed on" in told.content.decode()
    assert "Another moderator publishes it." in client.get(page_of(practice)).content.decode()
    # By hand, past the page.
    alone = client.post(page_of(practice), {"version": 1, "act": "publish", "reason": "I insist"})
    assert "Two moderators must agree" in alone.content.decode()
    assert Practice.objects.get().publication == Publication.WITHDRAWN

    client.force_login(second)
    waiting = client.get(reverse("admin:practices_practice_changelist"), {"publication": "agreed"})
    assert list(waiting.context["cl"].queryset) == [practice]
    shown = client.get(page_of(practice)).content.decode()
    assert "It is over" in shown
    assert "Publish again" in shown
    client.post(page_of(practice), {"version": 1, "act": "publish", "reason": "I agree"})
    assert Practice.objects.get().publication == Publication.PUBLISHED
    gone = client.get(reverse("admin:practices_practice_changelist"), {"publication": "agreed"})
    assert list(gone.context["cl"].queryset) == []


def test_who_agrees_second_by_accident_reads_it_and_keeps_what_they_typed(client):
    practice, first, second = withdrawn_practice(), make_moderator(name="Ada"), make_moderator()
    client.force_login(second)
    client.get(page_of(practice))
    agree(practice, by=first)

    late = client.post(page_of(practice), {"version": 1, "act": "agree", "reason": "My own words"}).content.decode()

    assert "Ada agreed meanwhile" in late
    assert 'name="act" value="publish"' in late
    assert Practice.objects.get().publication == Publication.WITHDRAWN
    # What they wrote for the moderators does not go to the city with the next press.
    assert 'readonly dir="auto">My own words</textarea>' in late
    assert late.count("My own words") == 1


def test_what_was_withdrawn_anew_meanwhile_is_looked_at_once_more(client, settings):
    settings.FOUR_EYES = False
    practice, moderator = withdrawn_practice(), make_moderator()
    client.force_login(moderator)
    withdraw(publish_again(practice, by=make_moderator()), by=make_moderator(), reason="The risk is back")

    late = client.post(page_of(practice), {"version": 1, "act": "publish", "reason": "My own words"}).content.decode()

    assert "was changed meanwhile" in late
    assert "The risk is back" in late
    assert "My own words</textarea>" in late
    assert Practice.objects.get().publication == Publication.WITHDRAWN


@pytest.mark.parametrize(("visibility", "reaches"), [("public", True), ("public", False), ("moderators", True)])
def test_the_page_says_whether_the_city_is_told(client, settings, visibility, reaches):
    settings.FOUR_EYES = False
    practice = make_practice(visibility=visibility)
    if reaches:
        make_member(city=practice.lead_city)
    client.force_login(make_moderator())

    pages = [client.get(reverse("admin:practices_practice_withdraw", args=[practice.pk])).content.decode()]
    withdraw(practice, by=make_moderator(), reason="A risk")
    pages.append(client.get(page_of(practice)).content.decode())

    told = reaches and visibility == "public"
    assert ["Nobody is told of it by mail" in page for page in pages] == [not told] * 2
    assert [("get it by mail" in pages[0]), ("and mailed to the people" in pages[1])] == [told] * 2


# --- At the same moment -----------------------------------------------------------------------------------------------


REFUSALS = (AgreedAlreadyError, OutdatedError, SecondNeededError)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_once_one_is_first_and_nothing_is_published():
    practice = withdrawn_practice()
    people = make_moderator(), make_moderator()

    outcomes = at_once(*(lambda who=who: agree(practice, by=who) for who in people), refusals=REFUSALS)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AgreedAlreadyError", "PracticeEvent"]
    assert PracticeEvent.objects.filter(action="endorsed").count() == 1
    assert Practice.objects.get().publication == Publication.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_again_at_once_one_does():
    practice = withdrawn_practice()
    member = make_member(city=practice.lead_city).user
    agree(practice, by=make_moderator())
    people = make_moderator(), make_moderator()

    outcomes = at_once(*(lambda who=who: publish_again(practice, by=who) for who in people), refusals=REFUSALS)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutdatedError", "Practice"]
    assert Practice.objects.get().current_version == 2
    assert OutgoingMail.objects.filter(recipient=member.email).count() == 1
