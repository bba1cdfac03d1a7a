"""A submission is its city's: colleagues see that it is there, and go on with what somebody left behind."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import deliver_waiting
from cities.models import Membership
from cities.services import request_membership, revoke_membership
from practices.choices import Visibility
from submissions.choices import Act, Action, Status
from submissions.models import Submission
from submissions.permissions import is_editor
from submissions.services import ConflictError, NotAllowedError, perform
from submissions.services.held_mail import held_mails
from submissions.services.invitations import invite
from submissions.services.ownership import OwnChangeError, take_over
from tests.factories import make_city, make_member, make_moderator, make_practice, make_submission, make_user

MARKER = "xanadukrypt"


def ended(membership):
    then = timezone.now() - timedelta(days=400)
    Membership.objects.filter(pk=membership.pk).update(verified_at=then, valid_until=then + timedelta(days=365))


def revoked_long_after_asking(membership):
    Membership.objects.filter(pk=membership.pk).update(requested_at=timezone.now() - timedelta(days=61))
    revoke_membership(membership=Membership.objects.get(pk=membership.pk))


def closed(membership):
    membership.user.is_active = False
    membership.user.save()


LEAVING = [ended, revoked_long_after_asking, closed]


def left_draft(leave=ended, **overrides):
    """A draft of Ghent whose author has left, and a colleague of Ghent."""
    author = make_member()
    draft = make_submission(by=author.user, summary=MARKER, **overrides)
    colleague = make_member().user
    leave(author)
    return draft, colleague


def take_over_page(submission):
    return reverse("submission-take-over", args=[submission.uuid])


@pytest.mark.django_db
def test_colleagues_see_title_status_and_turn_and_nothing_of_the_text(client):
    draft = make_submission(by=make_member().user, title="Night bus for all", summary=MARKER)
    client.force_login(make_member().user)

    page = client.get(reverse("submission-list")).content.decode()

    assert "Night bus for all" in page
    assert "Waits for who wrote it" in page
    assert MARKER not in page
    assert draft.get_absolute_url() not in page
    assert take_over_page(draft) not in page
    for address in (draft.get_absolute_url(), take_over_page(draft)):
        assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_nobody_else_sees_them(client):
    make_submission(by=make_member().user, title="Night bus for all")
    asked = make_user()
    request_membership(user=asked, city=make_city())
    once = make_member()
    ended(once)

    for stranger in (make_user(), asked, once.user, make_member(city=make_city("utrecht")).user, make_moderator()):
        client.force_login(stranger)
        assert "Night bus for all" not in client.get(reverse("submission-list")).content.decode()


@pytest.mark.django_db
def test_what_only_moderators_should_read_stays_with_its_author(client):
    draft, colleague = left_draft(title="Hidden night bus", visibility=Visibility.MODERATORS)
    client.force_login(colleague)

    assert "Hidden night bus" not in client.get(reverse("submission-list")).content.decode()
    assert client.get(take_over_page(draft)).status_code == 404
    with pytest.raises(NotAllowedError):
        take_over(draft, by=colleague)


@pytest.mark.django_db
def test_text_that_says_nothing_of_its_readers_is_found_too():
    draft, colleague = left_draft()
    Submission.objects.filter(pk=draft.pk).update(content={})

    assert list(Submission.objects.of_colleagues(colleague).left_behind()) == [draft]


@pytest.mark.django_db
@pytest.mark.parametrize("leave", LEAVING)
def test_colleague_takes_over_and_the_earlier_person_is_told(client, leave):
    draft, colleague = left_draft(leave)
    earlier = draft.submitter
    client.force_login(colleague)
    assert take_over_page(draft) in client.get(reverse("submission-list")).content.decode()
    assert MARKER not in client.get(take_over_page(draft)).content.decode()
    assert Submission.objects.get().submitter == earlier

    answers = [client.post(take_over_page(draft)) for _press in range(2)]

    draft = Submission.objects.get()
    assert [answer["Location"] for answer in answers] == [draft.get_absolute_url()] * 2
    assert (is_editor(colleague, draft), is_editor(earlier, draft)) == (True, False)
    assert MARKER in client.get(reverse("submission-section", args=[draft.uuid, "brief"])).content.decode()
    event = draft.events.get()
    assert (event.action, event.by, event.note) == (Act.TAKEN_OVER, colleague, earlier.email)
    assert OutgoingMail.objects.get().recipient == earlier.email


@pytest.mark.django_db
@pytest.mark.parametrize("leave", LEAVING)
def test_a_decision_nobody_was_told_of_yet_is_told_to_the_colleague(leave, mailoutbox):
    draft, colleague = left_draft(leave)
    earlier, moderator = draft.submitter, make_moderator()
    now = timezone.now()
    Submission.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW, assignee=moderator, submitted_at=now)
    draft.refresh_from_db()
    draft = perform(draft, Action.REQUEST_CHANGES, by=moderator, version=draft.version, note="Which hours?")

    take_over(draft, by=colleague)

    (held,) = held_mails(draft)
    assert held.recipient == colleague.email
    OutgoingMail.objects.filter(pk=held.pk).update(not_before=timezone.now())
    deliver_waiting()
    asked = [mail.to for mail in mailoutbox if "Which hours?" in mail.body]
    assert asked == [[colleague.email]] != [[earlier.email]]


@pytest.mark.django_db
def test_nothing_is_taken_from_who_is_still_there_or_is_new():
    colleague = make_member().user
    newcomer = make_user()
    request_membership(user=newcomer, city=make_city())
    drafts = [
        make_submission(by=make_member().user),
        make_submission(by=newcomer),
        make_submission(by=make_user()),
        make_submission(by=make_member(city=make_city("utrecht")).user),
    ]

    for draft in drafts:
        with pytest.raises(NotAllowedError):
            take_over(draft, by=colleague)

    assert [draft.submitter for draft in Submission.objects.order_by("pk")] == [draft.submitter for draft in drafts]


@pytest.mark.django_db
@pytest.mark.parametrize("make_taker", [make_user, make_moderator, lambda: make_member(city=make_city("utrecht")).user])
def test_only_colleagues_of_the_city_take_over(client, make_taker):
    draft, _colleague = left_draft()
    taker = make_taker()
    client.force_login(taker)

    assert client.post(take_over_page(draft)).status_code == 404
    with pytest.raises(NotAllowedError):
        take_over(draft, by=taker)


@pytest.mark.django_db
def test_links_of_the_earlier_person_end_with_them():
    draft, colleague = left_draft(lambda membership: None)
    invitation = invite(draft, by=draft.submitter, email="friend@city.example")
    ended(Membership.objects.get(user=draft.submitter))

    take_over(draft, by=colleague)

    invitation.refresh_from_db()
    assert invitation.used_at is not None


@pytest.mark.django_db
def test_own_open_change_stands_in_the_way_and_nothing_is_written(client):
    practice = make_practice()
    author, colleague = make_member(), make_member().user
    left = make_submission(by=author.user, practice=practice, title={"en": "Theirs"})
    make_submission(by=colleague, practice=practice, title={"en": "Mine"})
    ended(author)

    with pytest.raises(OwnChangeError):
        take_over(left, by=colleague)

    client.force_login(colleague)
    assert client.post(take_over_page(left))["Location"] == reverse("submission-list")
    left.refresh_from_db()
    assert left.submitter == author.user


@pytest.mark.django_db
def test_withdrawn_is_nobodys(client):
    draft, colleague = left_draft(lambda membership: None, title="Withdrawn night bus")
    perform(draft, Action.WITHDRAW, by=draft.submitter, version=draft.version)
    ended(Membership.objects.get(user=draft.submitter))
    client.force_login(colleague)

    assert "Withdrawn night bus" not in client.get(reverse("submission-list")).content.decode()
    with pytest.raises(NotAllowedError):
        take_over(draft, by=colleague)


@pytest.mark.django_db
def test_list_takes_as_many_queries_for_thirty_as_for_one(client, django_assert_max_num_queries):
    author, colleague = make_member(), make_member().user
    make_submission(by=author.user)
    client.force_login(colleague)
    client.get(reverse("submission-list"))
    with django_assert_max_num_queries(14) as first:
        client.get(reverse("submission-list"))
    for _number in range(29):
        make_submission(by=author.user)

    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(reverse("submission-list"))


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_one_takes_over():
    draft, first = left_draft()
    second = make_member().user
    barrier, outcomes = threading.Barrier(2), []

    def press(by):
        try:
            barrier.wait()
            outcomes.append(take_over(draft, by=by).submitter_id)
        except (ConflictError, NotAllowedError):
            outcomes.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[person]) for person in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [outcome for outcome in outcomes if outcome]
    assert len(taken) == 1
    assert Submission.objects.get().submitter_id == taken[0]
    assert Submission.objects.get().events.count() == 1
