"""Every address of a submission × everyone who does not write it × every status: it is not there, and nothing moves."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.content import Section
from submissions.choices import Action, Status
from submissions.files import attach, check
from submissions.models import Submission
from submissions.services import perform
from submissions.services.invitations import accept, invite, remove_co_editor
from submissions.urls import urlpatterns
from tests.factories import make_city, make_member, make_moderator, make_submission, make_user
from tests.submissions import papers

pytestmark = pytest.mark.django_db

MARKER = "xanadukrypt"
# Where a moderator may look once it was sent.
FOR_MODERATORS = {"submission-preview", "submission-file"}
EVERYTHING = {
    "invite": "1", "invite-email": "a@b.example", "ask": "1", "ask-email": "a@b.example", "title": "Taken",
    "version": "1", "reason": "No", "dismiss": "1", "day": "2099-01-01", "upload": "1", "credit": "Me",
    "text": "Taken",
}  # fmt: skip


def addresses_of(submission, attachment):
    """Every address that names a submission."""
    values = {"uuid": submission.uuid, "file": attachment.uuid, "section": Section.BRIEF.value}
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if "uuid" in wanted:
            yield pattern.name, reverse(pattern.name, kwargs={name: values[name] for name in wanted})


def steps_to(status):
    """The actions that lead to a status, each with who takes it: the author or a moderator."""
    sent = [(Action.SUBMIT, "author")]
    reviewed = [*sent, (Action.CLAIM, "moderator")]
    return {
        Status.DRAFT: [],
        Status.SUBMITTED: sent,
        Status.CHANGES_REQUESTED: [*reviewed, (Action.REQUEST_CHANGES, "moderator")],
        Status.ENDORSED: [*reviewed, (Action.ENDORSE, "moderator")],
        Status.SCHEDULED: [*reviewed, (Action.SCHEDULE, "moderator")],
        Status.PUBLISHED: [*reviewed, (Action.APPROVE, "moderator")],
        Status.REJECTED: [*reviewed, (Action.REJECT, "moderator")],
        Status.WITHDRAWN: [*sent, (Action.WITHDRAW, "author")],
    }[status]


def submission_in(status):
    """A submission of Ghent with a file, in a status, and somebody who wrote along and was removed."""
    people = {"author": make_member().user, "moderator": make_moderator()}
    submission = make_submission(by=people["author"], summary=MARKER, visibility="peers")
    upload = SimpleUploadedFile(f"{MARKER}.pdf", papers.pdf())
    attachment = attach(submission, by=people["author"], checked=check(upload))
    former = make_user()
    invite(submission, by=people["author"], email=former.email)
    body = OutgoingMail.objects.get(recipient=former.email).body
    accept(body.split("/invitations/")[1].split("/")[0], by=former)
    remove_co_editor(submission, former, by=people["author"])
    if status is Status.SCHEDULED:
        day = timezone.localdate() + timedelta(days=30)
        Submission.objects.filter(pk=submission.pk).update(embargo_until=day)
    for action, who in steps_to(status):
        submission = perform(submission, action, by=people[who], version=submission.version, note="Because")
    return Submission.objects.get(pk=submission.pk), attachment, former


def everybody_else(former):
    """Who does not write it; the city's colleague and the peer speak for cities."""
    return {
        "anonymous": None,
        "officer": make_user(),
        "former co-editor": former,
        "colleague": make_member().user,
        "peer": make_member(city=make_city("utrecht")).user,
        "moderator": make_moderator(),
    }


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.IN_REVIEW])
def test_nobody_else_finds_or_moves_a_submission(status, settings):
    settings.FOUR_EYES = status is Status.ENDORSED
    submission, attachment, former = submission_in(status)
    before = Submission.objects.filter(pk=submission.pk).values().get()
    mails = OutgoingMail.objects.count()

    wrong = []
    for role, user in everybody_else(former).items():
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        for name, address in addresses_of(submission, attachment):
            for answer in (client.get(address), client.post(address, EVERYTHING)):
                body = answer.getvalue() if answer.streaming else answer.content
                told = MARKER.encode() in body + str(dict(answer.items())).encode()
                may_look = role == "moderator" and status is not Status.DRAFT and name in FOR_MODERATORS
                # Nobody is signed in: to the sign-in, as for any address.
                hidden = {302, 401, 405} if user is None else {404, 405}
                if not may_look and (told or answer.status_code not in hidden):
                    wrong.append((role, name, answer.status_code))

    assert wrong == []
    assert Submission.objects.filter(pk=submission.pk).values().get() == before
    assert OutgoingMail.objects.count() == mails
