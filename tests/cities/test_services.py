"""Who speaks for a city, and until when."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import OutgoingMail
from cities.models import Membership, MembershipEvent
from cities.permissions import is_peer, speaks_for
from cities.services import (
    ASKED_WITHIN,
    MOST_ASKED,
    MOST_WAITING,
    AskedTooOftenError,
    DecidedMeanwhileError,
    NothingToEndError,
    OwnMembershipError,
    TooManyRequestsError,
    ask_moderators,
    move_memberships,
    refuse_membership,
    request_membership,
    revoke_membership,
    tell_of_ends,
    verify_membership,
)
from cities.validators import belongs_to, mail_domain
from tests.factories import make_city, make_member, make_moderator, make_user

pytestmark = pytest.mark.django_db


def test_asking_twice_is_asking_once():
    user, city = make_user(), make_city()

    first = request_membership(user=user, city=city, evidence="A letter")
    assert request_membership(user=user, city=city, evidence="Another") == first
    assert Membership.objects.get().evidence == "A letter"


def test_asking_gives_nothing():
    membership = request_membership(user=make_user(), city=make_city())

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)


def test_verified_person_speaks_for_that_city_only():
    membership = make_member()

    assert is_peer(membership.user)
    assert speaks_for(membership.user, membership.city)
    assert not speaks_for(membership.user, make_city("utrecht"))
    assert not speaks_for(membership.user, None)


def test_verification_lasts_a_year_at_most():
    membership = request_membership(user=make_user(), city=make_city())

    verify_membership(membership=membership, by=make_moderator(), days=10_000)

    assert membership.valid_until <= timezone.now() + timedelta(days=365)


def test_nobody_verifies_themselves():
    moderator = make_moderator()
    membership = request_membership(user=moderator, city=make_city())

    with pytest.raises(OwnMembershipError):
        verify_membership(membership=membership, by=moderator)
    assert not is_peer(moderator)


def test_nobody_ends_their_own_membership_to_decide_on_their_city():
    moderator = make_moderator()
    own = make_member(moderator)
    asked = request_membership(user=moderator, city=make_city("utrecht"))

    with pytest.raises(OwnMembershipError):
        revoke_membership(membership=own, by=moderator, reason="For an hour")
    with pytest.raises(OwnMembershipError):
        refuse_membership(membership=asked, by=moderator, reason="Not any more")
    assert speaks_for(moderator, own.city)


def test_evidence_is_kept_unless_it_is_said_anew():
    membership = request_membership(user=make_user(), city=make_city(), evidence="A letter")

    verify_membership(membership=membership, by=make_moderator())
    assert Membership.objects.get().evidence == "A letter"
    verify_membership(membership=membership, by=make_moderator(), evidence="A call to the switchboard")
    assert Membership.objects.get().evidence == "A call to the switchboard"


def test_ended_membership_counts_no_more():
    membership = make_member()
    past = timezone.now() - timedelta(days=1)
    Membership.objects.update(verified_at=past - timedelta(days=1), valid_until=past)

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)


def test_revoking_counts_at_once():
    membership = make_member()

    revoke_membership(membership=membership, by=make_moderator(), reason="Left the municipality")

    assert not is_peer(membership.user)
    assert not Membership.objects.waiting().exists()


def test_closed_account_is_no_peer():
    membership = make_member()
    membership.user.is_active = False

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)


def actions(membership):
    return list(membership.events.values_list("action", flat=True))


def ends_in(membership, days):
    Membership.objects.filter(pk=membership.pk).update(valid_until=timezone.now() + timedelta(days=days))


def test_every_decision_is_in_the_log_with_its_reason():
    person, moderator = make_user(language="nl"), make_moderator()
    asked = ask_moderators(user=person, city=make_city(), evidence="Call the switchboard")

    refuse_membership(membership=asked, by=moderator, reason="Nobody there knows you")
    assert not Membership.objects.waiting().exists()
    ask_moderators(user=person, city=make_city(), evidence="Ask for the migration desk")
    assert list(Membership.objects.waiting()) == [asked]
    verify_membership(membership=asked, by=moderator, evidence="The migration desk knows them")
    revoke_membership(membership=asked, by=moderator, reason="Left in May")

    rows = list(asked.events.values_list("action", "by", "note"))
    assert rows == [
        ("requested", person.pk, "Call the switchboard"),
        ("revoked", moderator.pk, "Nobody there knows you"),
        ("requested", person.pk, "Ask for the migration desk"),
        ("verified", moderator.pk, "The migration desk knows them"),
        ("revoked", moderator.pk, "Left in May"),
    ]
    mails = list(OutgoingMail.objects.order_by("pk"))
    assert [(mail.recipient, mail.language) for mail in mails] == [(person.email, "nl")] * 2
    assert "Nobody there knows you" in mails[0].body
    assert "Left in May" in mails[1].body
    assert not any(str(moderator) in mail.subject + mail.body for mail in mails)


def test_who_decides_on_what_they_did_not_see_writes_nothing():
    membership, first, second = (
        request_membership(user=make_user(), city=make_city()),
        make_moderator(),
        make_moderator(),
    )
    seen = membership.events.get().pk
    verify_membership(membership=membership, by=first, evidence="A call", seen=seen)

    for act, words in (
        (verify_membership, {"evidence": "Another"}),
        (refuse_membership, {"reason": "Unknown there"}),
        (revoke_membership, {"reason": "Unknown there"}),
    ):
        with pytest.raises(DecidedMeanwhileError) as conflict:
            act(membership=membership, by=second, seen=seen, **words)
        assert conflict.value.event.by == first
    with pytest.raises(NothingToEndError):
        refuse_membership(membership=membership, by=second, reason="It is valid, so it is revoked")
    assert actions(membership) == ["requested", "verified"]
    assert not OutgoingMail.objects.exists()


def test_people_are_told_once_before_it_ends_and_renewed_in_one_step():
    soon, later, closed = make_member(make_user(language="de")), make_member(), make_member()
    for membership, days in ((soon, 29), (later, 31), (closed, 5)):
        ends_in(membership, days)
    closed.user.is_active = False
    closed.user.save()

    assert (tell_of_ends(), tell_of_ends()) == (1, 0)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == (soon.user.email, "de")
    assert "/de/my-cities/" in mail.body
    ask_moderators(user=soon.user, city=soon.city, evidence="I still work there.")
    assert list(Membership.objects.waiting()) == [soon]
    assert speaks_for(soon.user, soon.city)
    verify_membership(membership=soon, by=make_moderator())
    assert soon.valid_until > timezone.now() + timedelta(days=364)
    ends_in(soon, 10)
    assert tell_of_ends() == 1
    assert actions(soon) == ["requested", "verified", "end_told", "requested", "verified", "end_told"]


def test_nobody_waits_for_more_cities_than_fit():
    user = make_user()
    for number in range(MOST_WAITING):
        ask_moderators(user=user, city=make_city(f"town-{number}"), evidence="")
    ask_moderators(user=user, city=make_city("town-0"), evidence="More words about the same")

    with pytest.raises(TooManyRequestsError):
        ask_moderators(user=user, city=make_city("one-more"), evidence="")


def test_one_city_is_asked_about_so_often_in_a_month(client):
    user, moderator, city = make_user(), make_moderator(), make_city()
    for number in range(MOST_ASKED):
        asked = ask_moderators(user=user, city=city, evidence=f"Call number {number}")
        refuse_membership(membership=asked, by=moderator, reason="Nobody answers there")
    with pytest.raises(AskedTooOftenError):
        ask_moderators(user=user, city=city, evidence="Please")
    client.force_login(user)

    page = client.post("/en/my-cities/", {"city": city.slug, "evidence": "Ask for the migration desk"}).content.decode()

    assert f"You asked about this city {MOST_ASKED} times within a month." in page
    assert "Ask for the migration desk</textarea>" in page
    assert not Membership.objects.waiting().exists()
    # Another city, another person, another month.
    ask_moderators(user=user, city=make_city("utrecht"), evidence="Please")
    ask_moderators(user=make_user(), city=city, evidence="Please")
    MembershipEvent.objects.update(at=timezone.now() - ASKED_WITHIN)
    ask_moderators(user=user, city=city, evidence="Please")


def test_people_of_a_merged_city_keep_the_better_of_two():
    old, new, moderator = make_city("old-town"), make_city("new-town"), make_moderator()
    alone = make_member(city=old)
    both, waits, revoked = make_user(), make_user(), make_user()
    ends_in(make_member(both, new), 10)
    make_member(both, old)
    request_membership(user=waits, city=new)
    request_membership(user=waits, city=old)
    # Verified for the one, and for the other a moderator learned later that they left.
    make_member(revoked, old)
    make_member(revoked, new)
    revoke_membership(membership=revoked.memberships.get(city=new), by=moderator, reason="Left")

    assert move_memberships(city=old, into=new, by=moderator) == 4

    assert not old.memberships.exists()
    assert new.memberships.count() == 4
    assert speaks_for(alone.user, new)
    assert speaks_for(both, new)
    assert both.memberships.get().valid_until > timezone.now() + timedelta(days=300)
    assert actions(both.memberships.get()) == ["requested", "verified", "requested", "verified", "moved"]
    assert (speaks_for(waits, new), speaks_for(revoked, new)) == (False, False)
    assert MembershipEvent.objects.filter(action="moved", by=moderator, note="old-town → new-town").count() == 4


@pytest.mark.parametrize(
    ("typed", "domain"),
    [("Stad.Example", "stad.example"), (" @a.b.example. ", "a.b.example"), ("bücher.example", "xn--bcher-kva.example")],
)
def test_domain_is_noted_as_mail_writes_it(typed, domain):
    assert mail_domain(typed) == domain


@pytest.mark.parametrize(
    "typed", ["", "localhost", "a b.example", "me@stad.example", "-a.example", "Gmail.com", "@web.de"]
)
def test_what_is_no_domain_of_a_municipality_is_refused(typed):
    with pytest.raises(ValidationError):
        mail_domain(typed)


def test_address_belongs_below_the_domain_and_not_beside_it():
    assert belongs_to("a@STAD.example", ["stad.example"])
    assert belongs_to("a@social.stad.example", ["stad.example"])
    assert not belongs_to("a@otherstad.example", ["stad.example"])
    assert not belongs_to("stad.example@mail.example", ["stad.example"])
    assert not belongs_to("a@stad.example", [])
