"""Co-editors: a link for one address, once, until it is over; and nobody learns who has an account."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from submissions.choices import Act, Action
from submissions.models import Invitation, Submission
from submissions.services import NotAllowedError, perform
from submissions.services.invitations import (
    MOST_A_DAY,
    AlreadyEditorError,
    TooManyInvitationsError,
    accept,
    invite,
    remove_co_editor,
    take_back,
)
from submissions.services.sign_off import ask_for_sign_off
from tests.factories import make_moderator, make_sent_submission, make_submission, make_user

RACERS = 6
LINK = re.compile(r"/(\w\w)/invitations/([\w-]{43})/")
SECRET_TITLE = "Xanadukrypt shelter"


def link_in(mail):
    return LINK.search(mail.body)


def token_for(submission, email):
    invite(submission, by=submission.submitter, email=email)
    return link_in(OutgoingMail.objects.filter(recipient__iexact=email).first())[2]


def people_page(submission):
    return reverse("submission-people", args=[submission.uuid])


@pytest.mark.django_db
def test_invited_colleague_writes_along_and_the_link_is_used(client):
    draft, colleague = make_submission(title=SECRET_TITLE), make_user()
    token = token_for(draft, colleague.email.upper())
    client.force_login(colleague)
    address = reverse("invitation", args=[token])

    page = client.get(address)
    answer = client.post(address)

    assert SECRET_TITLE in page.content.decode()
    assert answer["Location"] == draft.get_absolute_url()
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(address).status_code == client.post(address).status_code == 404
    assert list(draft.events.values_list("action", flat=True)) == [Act.INVITED, Act.JOINED]
    assert OutgoingMail.objects.first().recipient == draft.submitter.email


@pytest.mark.django_db
@pytest.mark.parametrize(("account", "draft_language", "expected"), [("el", "nl", "el"), (None, "nl", "nl")])
def test_mail_is_in_the_language_of_the_account_or_of_the_draft(account, draft_language, expected):
    draft = make_submission(original_language=draft_language, title="Nachtopvang", summary="Iedereen kan er slapen.")
    if account:
        make_user("colleague@city.example", language=account)

    invite(draft, by=draft.submitter, email="colleague@city.example")

    mail = OutgoingMail.objects.get()
    assert (mail.language, link_in(mail)[1]) == (expected, expected)
    # Nothing of the draft goes to an address that nobody has confirmed yet.
    assert "Nachtopvang" not in mail.subject + mail.body
    assert mail.secret


@pytest.mark.django_db
def test_only_a_digest_is_kept():
    draft = make_submission()
    token = token_for(draft, "colleague@city.example")

    stored = Invitation.objects.values().get()

    assert token not in str(stored)
    assert stored["expires_at"] - stored["created_at"] == timedelta(days=14)


def made_used(invitation):
    Invitation.objects.update(used_at=timezone.now())


def made_old(invitation):
    then = timezone.now() - timedelta(days=15)
    Invitation.objects.update(created_at=then, expires_at=then + timedelta(days=14))


def made_taken_back(invitation):
    take_back(invitation, by=invitation.submission.submitter)


def made_replaced(invitation):
    invite(invitation.submission, by=invitation.submission.submitter, email=invitation.email)


def made_pointless(invitation):
    submission = invitation.submission
    perform(submission, Action.WITHDRAW, by=submission.submitter, version=submission.version)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [made_used, made_old, made_taken_back, made_replaced, made_pointless])
def test_link_that_does_not_work_any_more_looks_like_one_that_never_was(client, end):
    draft, colleague = make_submission(title=SECRET_TITLE), make_user()
    token = token_for(draft, colleague.email)
    client.force_login(colleague)
    never = client.get(reverse("invitation", args=["never-given-out"]))

    end(Invitation.objects.get())

    for method in ("get", "post"):
        answer = getattr(client, method)(reverse("invitation", args=[token]))
        assert answer.status_code == never.status_code == 404
        assert answer.content.decode().replace(token, "never-given-out") == never.content.decode()
    with pytest.raises(NotAllowedError):
        accept(token, by=colleague)
    assert not draft.co_editors.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("make_other", [make_user, make_moderator])
def test_link_is_bound_to_its_address(client, make_other):
    draft = make_submission(title=SECRET_TITLE)
    token = token_for(draft, "colleague@city.example")
    address = reverse("invitation", args=[token])
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"
    client.force_login(make_other())

    answers = [client.get(address), client.post(address)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all(SECRET_TITLE not in answer.content.decode() for answer in answers)
    assert all(draft.submitter.email not in answer.content.decode() for answer in answers)
    assert not draft.co_editors.exists()
    assert Invitation.objects.get().used_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token",
    ["x", "%00", "a" * 5000, "../../admin", "'; DROP TABLE x; --", "\ud800", "𝟘" * 43, "-" * 43, "%2e%2e"],
    ids=range(9),
)
def test_hostile_tokens_are_links_that_never_were(client, token):
    client.force_login(make_user())

    answer = client.get("/en/invitations/x/".replace("x", token.encode("utf-8", "replace").decode()))

    assert answer.status_code == 404
    with pytest.raises(NotAllowedError):
        accept(token, by=make_user())


@pytest.mark.django_db
def test_answers_do_not_tell_who_has_an_account():
    draft = make_submission()
    known = make_user("known@city.example")
    client = Client()
    client.force_login(draft.submitter)
    pages = []
    for email in (known.email, "nobody@city.example"):
        answer = client.post(people_page(draft), {"invite": "1", "invite-email": email}, follow=True)
        page = answer.content.decode().replace(email, "…")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"|value="\d+"', "", page))
        Invitation.objects.update(used_at=timezone.now())

    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_no_more_in_a_day_than_anyone_needs():
    draft = make_submission()
    for number in range(MOST_A_DAY - 1):
        invite(draft, by=draft.submitter, email=f"colleague{number}@city.example")
    ask_for_sign_off(draft, by=draft.submitter, email="mayor@city.example")

    with pytest.raises(TooManyInvitationsError):
        invite(draft, by=draft.submitter, email="one-more@city.example")
    with pytest.raises(TooManyInvitationsError):
        ask_for_sign_off(draft, by=draft.submitter, email="one-more@city.example")

    assert Invitation.objects.count() == OutgoingMail.objects.count() == MOST_A_DAY
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    invite(draft, by=draft.submitter, email="one-more@city.example")


@pytest.mark.django_db
def test_only_who_submits_invites_and_removes(client):
    draft, colleague, other = make_submission(), make_user(), make_user()
    draft.co_editors.add(colleague, other)
    invitation = invite(draft, by=draft.submitter, email="new@city.example")
    for act in (
        lambda: invite(draft, by=colleague, email="more@city.example"),
        lambda: remove_co_editor(draft, other, by=colleague),
        lambda: take_back(invitation, by=colleague),
        lambda: invite(draft, by=make_moderator(), email="more@city.example"),
    ):
        with pytest.raises(NotAllowedError):
            act()
    client.force_login(colleague)
    page = client.get(people_page(draft)).content.decode()
    assert "new@city.example" not in page
    client.post(people_page(draft), {"remove": str(other.pk)})
    client.post(people_page(draft), {"take-back": str(invitation.pk)})
    client.post(people_page(draft), {"invite": "1", "invite-email": "more@city.example"})

    invitation.refresh_from_db()
    assert set(draft.co_editors.all()) == {colleague, other}
    assert invitation.used_at is None
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_removed_and_left_find_nothing_at_once(client):
    draft, removed, leaving = make_submission(), make_user(), make_user()
    draft.co_editors.add(removed, leaving)
    client.force_login(draft.submitter)
    client.post(people_page(draft), {"remove": str(removed.pk)})
    client.force_login(leaving)
    assert client.post(people_page(draft), {"remove": str(leaving.pk)})["Location"] == reverse("submission-list")

    for person in (removed, leaving):
        client.force_login(person)
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.get(people_page(draft)).status_code == 404
    assert list(draft.events.values_list("action", "by", "note")) == [
        (Act.REMOVED, draft.submitter.pk, removed.email),
        (Act.LEFT, leaving.pk, ""),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "0", "\u0661"])
def test_nonsense_keys_change_nothing(client, value):
    draft, colleague = make_submission(), make_user()
    draft.co_editors.add(colleague)
    client.force_login(draft.submitter)

    for name in ("remove", "take-back"):
        assert client.post(people_page(draft), {name: value}).status_code == 302

    assert list(draft.co_editors.all()) == [colleague]


@pytest.mark.django_db
def test_key_of_another_submission_changes_nothing(client):
    mine, theirs = make_submission(), make_submission()
    invitation = invite(theirs, by=theirs.submitter, email="new@city.example")
    client.force_login(mine.submitter)

    client.post(people_page(mine), {"take-back": str(invitation.pk)})

    invitation.refresh_from_db()
    assert invitation.used_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["", "no address", "a@b", "x" * 250 + "@city.example", "a@city.example\nbcc: b@c.example"]
)
def test_bad_address_is_told_at_its_field_and_kept(client, email):
    draft = make_submission()
    client.force_login(draft.submitter)

    answer = client.post(people_page(draft), {"invite": "1", "invite-email": email})

    assert answer.status_code == 200
    assert answer.context["invitation_form"].errors["email"]
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_nobody_is_invited_twice_or_by_themselves():
    draft, colleague = make_submission(), make_user("colleague@city.example")
    draft.co_editors.add(colleague)

    for email in ("Colleague@city.example", draft.submitter.email.upper()):
        with pytest.raises(AlreadyEditorError):
            invite(draft, by=draft.submitter, email=email)


@pytest.mark.django_db
def test_acts_beside_the_table_do_not_move_the_time_line(client):
    sent = make_sent_submission()
    client.force_login(sent.submitter)
    before = client.get(sent.get_absolute_url()).context["steps"]
    invite(sent, by=sent.submitter, email="new@city.example")

    assert client.get(sent.get_absolute_url()).context["steps"] == before
    assert Submission.objects.get(pk=sent.pk).version == sent.version


@pytest.mark.django_db(transaction=True)
def test_link_pressed_many_times_at_once_counts_once():
    draft, colleague = make_submission(), make_user()
    token = token_for(draft, colleague.email)
    barrier, outcomes = threading.Barrier(RACERS), []

    def press():
        try:
            barrier.wait()
            outcomes.append(bool(accept(token, by=colleague)))
        except NotAllowedError:
            outcomes.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(True) == 1
    assert list(draft.co_editors.all()) == [colleague]
    assert draft.events.filter(action=Act.JOINED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_limit_holds_when_many_are_invited_at_once():
    draft = make_submission()
    for number in range(MOST_A_DAY - 2):
        invite(draft, by=draft.submitter, email=f"colleague{number}@city.example")
    barrier = threading.Barrier(RACERS)

    def press(number):
        try:
            barrier.wait()
            invite(draft, by=draft.submitter, email=f"late{number}@city.example")
        except TooManyInvitationsError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[number]) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Invitation.objects.count() == MOST_A_DAY
