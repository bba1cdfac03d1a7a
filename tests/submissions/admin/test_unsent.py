"""While officers work on changes, the desk shows what they sent; what they type or upload meanwhile is theirs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import OutgoingMail
from practices.content import FIELDS_BY_NAME, fields_of
from submissions.choices import Action, Status, Vocabulary
from submissions.files import attach, check
from submissions.models import Submission, SubmissionEvent, TermProposal
from submissions.services import NotNowError, digest_of, perform, save_section
from tests.factories import make_member, make_sent_submission
from tests.submissions import papers

pytestmark = pytest.mark.django_db

SECRET = "xanadukrypt"


@pytest.fixture
def membership():
    return make_member()


@pytest.fixture
def asked(membership, moderator):
    """Changes are asked for; the mail about it is held."""
    sent = make_sent_submission(by=membership.user, title="Night shelter")
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    return perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Say more.")


def upload(submission):
    file = SimpleUploadedFile(f"{SECRET}.pdf", papers.pdf())
    return attach(submission, by=submission.submitter, checked=check(file))


def test_nothing_that_is_typed_or_uploaded_after_a_sending_is_read_or_found(desk, membership, asked):
    words = TermProposal.objects.create(
        submission=asked, vocabulary=Vocabulary.values[0], text="Night work", language="en"
    )
    TermProposal.objects.update(proposed_at=asked.submitted_at)
    section = FIELDS_BY_NAME["title"].section
    values = {field.name: asked.content[field.name] for field in fields_of(section)} | {"title": {"en": SECRET}}
    base = digest_of(asked, section)
    typed = save_section(asked, by=membership.user, section=section, values=values, base=base)
    file = upload(typed)

    event = SubmissionEvent.objects.filter(submission=typed).last()
    pages = {
        "admin:index": [],
        "admin:submissions_submission_change": [typed.pk],
        "admin:submissions_submission_mail": [typed.pk, event.mail_id],
        "admin:submissions_submissionevent_changelist": [],
        "admin:submissions_submissionevent_change": [event.pk],
        "admin:submissions_termproposal_changelist": [],
        "admin:submissions_termproposal_change": [words.pk],
        "admin:cities_membership_change": [membership.pk],
        "submission-preview": [typed.uuid],
    }
    for name, arguments in pages.items():
        response = desk.get(reverse(name, args=arguments), {"as": "moderator"} if name == "submission-preview" else {})
        assert response.status_code == 200, name
        assert SECRET not in response.content.decode(), name
    for name in ("admin:submissions_submission_changelist", "admin:submissions_submissionevent_changelist"):
        assert typed.reference not in desk.get(reverse(name), {"q": SECRET}).content.decode(), name
        assert typed.reference in desk.get(reverse(name), {"q": "night SHELTER"}).content.decode(), name
    table = desk.get(reverse("admin:submissions_submissionevent_table")).getvalue().decode()
    assert "Night shelter" in table
    assert SECRET not in table
    for address in (
        reverse("admin:submissions_submission_attachment", args=[file.uuid]),
        reverse("submission-file", args=[typed.uuid, file.uuid]),
    ):
        assert desk.get(address).status_code == 404
    desk.force_login(membership.user)
    assert SECRET in desk.get(reverse("submission-preview", args=[typed.uuid])).content.decode()


def test_mails_about_a_title_that_was_not_sent_are_for_their_recipients_alone(desk, moderator, asked):
    Submission.objects.filter(pk=asked.pk).update(title=SECRET)
    typed = Submission.objects.get(pk=asked.pk)
    perform(typed, Action.WITHDRAW, by=typed.submitter, version=typed.version)

    for mail in OutgoingMail.objects.all():
        page = desk.get(reverse("admin:accounts_outgoingmail_change", args=[mail.pk])).content.decode()
        assert SECRET not in page
    assert OutgoingMail.objects.filter(subject__contains=SECRET).exists()


def test_a_request_is_not_taken_back_once_the_officer_added_a_file(moderator, asked):
    upload(asked)

    with pytest.raises(NotNowError):
        perform(asked, Action.TAKE_BACK, by=moderator, version=asked.version)
    assert Submission.objects.get(pk=asked.pk).status == Status.CHANGES_REQUESTED
