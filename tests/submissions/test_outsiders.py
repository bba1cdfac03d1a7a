"""What somebody learns and may do who is no editor, or no longer: through mails, links, lists and rights."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from cities.models import Membership
from practices.document import read
from practices.freshness import link_for
from practices.services import publish
from submissions.choices import Action, Answer
from submissions.models import Invitation, Submission
from submissions.permissions import may_change, may_take_over
from submissions.services import NotAllowedError, perform
from submissions.services.invitations import accept, invite, remove_co_editor
from submissions.services.sign_off import answer_sign_off, ask_for_sign_off
from submissions.services.translations import start_translation
from tests.factories import (
    make_city,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

MARKER = "xanadukrypt"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def token_in(mail):
    return mail.body.split("/sign-off/" if "/sign-off/" in mail.body else "/invitations/")[1].split("/")[0]


def with_co_editor(submission):
    """Somebody who accepted an invitation."""
    colleague = make_user()
    invite(submission, by=submission.submitter, email=colleague.email)
    accept(token_in(OutgoingMail.objects.get(recipient=colleague.email)), by=colleague)
    return colleague


def ended(membership):
    then = timezone.now() - timedelta(days=400)
    Membership.objects.filter(pk=membership.pk).update(verified_at=then, valid_until=then + timedelta(days=365))


# --- Removed co-editors -----------------------------------------------------------------------------------------------


def test_a_removed_co_editors_questions_to_superiors_are_over():
    draft = make_submission()
    colleague = with_co_editor(draft)
    ask_for_sign_off(draft, by=colleague, email="mine@city.example")
    ask_for_sign_off(draft, by=draft.submitter, email="mayor@city.example")
    theirs, ours = (token_in(OutgoingMail.objects.get(recipient=f"{who}@city.example")) for who in ("mine", "mayor"))
    assert Client().get(reverse("sign-off", args=[theirs])).status_code == 200

    remove_co_editor(draft, colleague, by=draft.submitter)

    assert Client().get(reverse("sign-off", args=[theirs])).status_code == 404
    with pytest.raises(NotAllowedError):
        answer_sign_off(theirs, answer=Answer.APPROVED)
    assert Client().get(reverse("sign-off", args=[ours])).status_code == 200


def test_an_answer_reaches_who_asked_only_while_they_write_along():
    draft = make_submission()
    colleague = with_co_editor(draft)
    ask_for_sign_off(draft, by=colleague, email="mayor@city.example")
    token = token_in(OutgoingMail.objects.get(recipient="mayor@city.example"))
    # Not through the service, which ends the link.
    draft.co_editors.remove(colleague)
    before = OutgoingMail.objects.filter(recipient=colleague.email).count()

    answer_sign_off(token, answer=Answer.COMMENTED, comment=MARKER)

    assert OutgoingMail.objects.filter(recipient=colleague.email).count() == before
    assert MARKER in OutgoingMail.objects.filter(recipient=draft.submitter.email).first().body


# --- Drafts that nobody sent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["preview/", "preview/?as=moderator"])
def test_moderators_read_no_draft_that_was_withdrawn_unsent(path):
    draft = make_submission(summary=MARKER)
    moderator = client_of(make_moderator())
    withdrawn = perform(draft, Action.WITHDRAW, by=draft.submitter, version=draft.version)
    sent = make_sent_submission(summary=MARKER)
    sent = perform(sent, Action.WITHDRAW, by=sent.submitter, version=sent.version)

    assert moderator.get(f"/en/submissions/{withdrawn.uuid}/{path}").status_code == 404
    assert moderator.get(f"/en/submissions/{sent.uuid}/{path}").status_code == 200


def test_mails_about_an_unsent_draft_are_for_its_editors_alone(client, settings):
    draft = make_submission(title=MARKER)
    with_co_editor(draft)
    ask_for_sign_off(draft, by=draft.submitter, email="mayor@city.example")
    token = token_in(OutgoingMail.objects.get(recipient="mayor@city.example"))
    answer_sign_off(token, answer=Answer.COMMENTED, comment=MARKER)
    told = OutgoingMail.objects.filter(recipient=draft.submitter.email)
    assert [MARKER in mail.subject for mail in told] == [True, True]
    # The second factor is another test's.
    settings.CMISE_DEMO = True
    client.force_login(make_moderator())

    outbox = reverse("admin:accounts_outgoingmail_changelist")
    of_mails = [reverse("admin:accounts_outgoingmail_change", args=[mail.pk]) for mail in OutgoingMail.objects.all()]
    pages = [client.get(page) for page in (outbox, *of_mails)]

    assert all(page.status_code == 200 for page in pages)
    assert not any(MARKER in page.content.decode() for page in pages)
    assert not client.get(outbox, {"q": MARKER}).context["cl"].result_list


def test_mails_about_what_was_sent_are_read_by_moderators():
    make_sent_submission(title=MARKER)

    assert not OutgoingMail.objects.get(subject__contains=MARKER).secret


# --- Translations of another city's practice --------------------------------------------------------------------------


@pytest.fixture
def practice():
    return make_practice(slug="night-bus", title={"en": "Night bus"}, contact=MARKER)


@pytest.fixture
def translator():
    return make_member(city=make_city("utrecht")).user


def test_nobody_is_let_into_a_translation(practice, translator):
    translation = start_translation(by=translator, practice=practice, language="de")
    client, address = client_of(translator), f"/en/submissions/{translation.uuid}/people/"

    page = client.get(address).content.decode()
    client.post(address, {"invite": "1", "invite-email": "friend@elsewhere.example"})
    client.post(address, {"ask": "1", "ask-email": "friend@elsewhere.example"})

    assert not any(f'name="{button}"' in page for button in ("invite", "ask"))
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.filter(recipient="friend@elsewhere.example").exists()
    for act in (invite, ask_for_sign_off):
        with pytest.raises(NotAllowedError):
            act(translation, by=translator, email="friend@elsewhere.example")


def test_the_city_does_not_learn_who_translates_its_practice(practice, translator):
    translation = start_translation(by=translator, practice=practice, language="de")
    officer = make_member().user
    draft = make_submission(title="Of a colleague")
    assert translation.city == draft.city == officer.memberships.get().city

    page = client_of(officer).get(reverse("submission-list")).content.decode()

    assert "Of a colleague" in page
    assert translator.email not in page
    ended(translator.memberships.get())
    translator.is_active = False
    translator.save()
    assert not may_take_over(officer, translation)


def test_whoever_translated_a_practice_may_not_change_it(practice, translator):
    translation = start_translation(by=translator, practice=practice, language="de")
    moderator = make_moderator()
    content = {**translation.content, "title": {"en": "Night bus", "de": "Nachtbus"}}
    Submission.objects.filter(pk=translation.pk).update(content=content)
    for action, by in ((Action.SUBMIT, translator), (Action.CLAIM, moderator), (Action.APPROVE, moderator)):
        translation = perform(translation, action, by=by, version=translation.version)
    assert read(translation.practice)["title"]["de"] == "Nachtbus"

    assert not may_change(translator, practice)
    client_of(translator).post("/en/practices/night-bus/change/")
    assert not Submission.objects.filter(kind="update").exists()


# --- People who have left the city ------------------------------------------------------------------------------------


def test_who_has_left_compares_with_nothing_that_peers_read_since():
    membership = make_member()
    practice = make_practice(funding="The city")
    change = make_submission(by=membership.user, practice=practice)
    publish(
        make_document(funding="The city", contact=MARKER), by=None, practice=practice, based_on=1
    )  # fmt: skip
    client = client_of(membership.user)
    assert MARKER in client.get(f"/en/submissions/{change.uuid}/changes/").content.decode()

    ended(membership)

    page = client.get(f"/en/submissions/{change.uuid}/changes/")
    assert page.status_code == 200
    assert MARKER not in page.content.decode()


def test_a_forwarded_question_opens_no_practice_that_its_reader_may_not_see():
    membership, other = make_member(), make_member()
    submission = make_sent_submission(by=membership.user, visibility="peers", summary=MARKER)
    moderator = make_moderator()
    for action in (Action.CLAIM, Action.APPROVE):
        submission = perform(submission, action, by=moderator, version=submission.version)
    link = link_for(submission.practice, other.user, at=timezone.now())
    client, address = client_of(membership.user), reverse("confirmation", args=[link])
    ended(membership)
    assert may_change(membership.user, submission.practice)

    assert client.post(address, {"answer": "changes"}).status_code == 404
    assert not Submission.objects.filter(kind="update").exists()
    assert client_of(other.user).post(address, {"answer": "changes"}).status_code == 302
