"""The buttons: exactly the table's, with the version seen, and nothing overwritten."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.models import Practice, PracticeVersion
from practices.services import publish
from submissions.admin.forms import MODERATOR_ACTIONS
from submissions.choices import Action, Status
from submissions.models import Submission, SubmissionEvent
from submissions.services import NotAllowedError, perform, set_day
from submissions.workflow import TRANSITIONS
from tests.factories import make_document, make_moderator, make_practice, make_sent_submission

pytestmark = pytest.mark.django_db

# From the first sending to each status, by whom.
PATHS = {
    Status.SUBMITTED: [],
    Status.IN_REVIEW: [Action.CLAIM],
    Status.CHANGES_REQUESTED: [Action.CLAIM, Action.REQUEST_CHANGES],
    Status.SCHEDULED: [Action.CLAIM, Action.SCHEDULE],
    Status.PUBLISHED: [Action.CLAIM, Action.APPROVE],
    Status.REJECTED: [Action.CLAIM, Action.REJECT],
    Status.WITHDRAWN: [Action.WITHDRAW],
}


def brought_to(status, *, by, submission=None):
    submission = submission or make_sent_submission()
    if status is Status.SCHEDULED:
        tomorrow = timezone.localdate() + timedelta(days=1)
        submission = set_day(submission, by=submission.submitter, day=tomorrow, version=submission.version)
    for action in PATHS[status]:
        actor = submission.submitter if action is Action.WITHDRAW else by
        submission = perform(submission, action, by=actor, version=submission.version, note="Because")
    return submission


def offered(response):
    return {action for action, _needs_note in response.context["actions"]}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("status", PATHS, ids=str)
def test_the_page_offers_what_the_table_gives_the_reviewer(desk, record_url, moderator, status):
    submission = brought_to(status, by=moderator)

    expected = {
        action for action in MODERATOR_ACTIONS
        if status in TRANSITIONS[action].sources and TRANSITIONS[action].allowed(moderator, submission)
        and TRANSITIONS[action].is_ready(submission)
    }  # fmt: skip

    assert offered(desk.get(record_url(submission))) == expected


def test_the_table_for_the_reviewer_and_for_another_moderator(desk, record_url, moderator):
    reviewer = make_moderator()
    seen = {
        status: (
            offered(desk.get(record_url(brought_to(status, by=moderator)))),
            offered(desk.get(record_url(brought_to(status, by=reviewer)))),
        )
        for status in PATHS
    }

    everything = {Action.RELEASE, Action.REQUEST_CHANGES, Action.APPROVE, Action.REJECT}
    assert seen == {
        Status.SUBMITTED: ({Action.CLAIM}, {Action.CLAIM}),
        Status.IN_REVIEW: (everything, {Action.RELEASE}),
        # Whoever decided can take it back as long as the message is held.
        Status.CHANGES_REQUESTED: ({Action.TAKE_BACK}, set()),
        Status.SCHEDULED: ({Action.UNSCHEDULE}, {Action.UNSCHEDULE}),
        Status.PUBLISHED: (set(), set()),
        Status.REJECTED: ({Action.TAKE_BACK, Action.REOPEN}, {Action.REOPEN}),
        Status.WITHDRAWN: (set(), set()),
    }


@pytest.mark.parametrize("action", MODERATOR_ACTIONS, ids=str)
@pytest.mark.parametrize("status", PATHS, ids=str)
def test_pressing_does_what_the_table_says_and_nothing_else(press, moderator, status, action):
    submission = brought_to(status, by=moderator)
    events = submission.events.of_the_table().count()
    allowed = status in TRANSITIONS[action].sources and TRANSITIONS[action].is_ready(submission)

    response = press(submission, action, note="Because")
    submission.refresh_from_db()

    assert response.status_code == (302 if allowed else 200)
    assert submission.status == (TRANSITIONS[action].target if allowed else status)
    assert submission.events.of_the_table().count() == events + allowed


@pytest.mark.parametrize("action", [Action.SUBMIT, Action.WITHDRAW, Action.PUBLISH, ""], ids=str)
def test_no_other_action_goes_through_the_desk(desk, record_url, moderator, action):
    submission = brought_to(Status.IN_REVIEW, by=moderator)

    response = desk.post(record_url(submission), {"action": str(action), "version": submission.version})

    assert response.status_code == 200
    submission.refresh_from_db()
    assert submission.status == Status.IN_REVIEW


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (Status.IN_REVIEW, Action.REQUEST_CHANGES),
        (Status.IN_REVIEW, Action.REJECT),
        (Status.REJECTED, Action.REOPEN),
    ],
    ids=str,
)
@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_missing_note_is_asked_for_at_its_field(press, moderator, status, action, note):
    submission = brought_to(status, by=moderator)

    response = press(submission, action, note=note)

    assert response.context["decision_form"].errors == {"note": ["Write a note: the officer must read why."]}
    submission.refresh_from_db()
    assert submission.status == status


def test_what_was_written_is_there_again_after_a_decision_is_taken_back(desk, press, record_url, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)
    press(submission, Action.REQUEST_CHANGES, note="Name the decision of the council.")
    submission.refresh_from_db()
    press(submission, Action.TAKE_BACK)

    form = desk.get(record_url(submission)).context["decision_form"]

    assert form["note"].value() == "Name the decision of the council."
    submission.refresh_from_db()
    press(submission, Action.RELEASE)
    submission.refresh_from_db()
    press(submission, Action.CLAIM)
    assert desk.get(record_url(submission)).context["decision_form"]["note"].value() == ""


def test_the_panel_says_what_the_levels_of_evidence_mean(desk, record_url, moderator):
    page = desk.get(record_url(brought_to(Status.IN_REVIEW, by=moderator))).content.decode()

    assert "People who do not run the practice have evaluated it." in page


def test_approval_publishes_with_the_evidence_level_of_the_moderator(press, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)

    press(submission, Action.APPROVE, evidence_level="evaluated", note="Between us: well done")
    practice = Practice.objects.get()

    assert practice.evidence_level == "evaluated"
    version = PracticeVersion.objects.get()
    # The note is for the officer alone: a version is public.
    assert (version.content["evidence_level"], version.note) == ("evaluated", "")
    # The officer receives the assessment with what it means.
    body = OutgoingMail.objects.first().body
    assert "Between us" in body
    assert "Evidence: Evaluated\nAn evaluation by the city or its partners is named." in body
    assert Submission.objects.get().content["evidence_level"] == "evaluated"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"evidence_level": ""}, "evidence_level"),
        ({"evidence_level": "excellent"}, "evidence_level"),
        ({"note": "x" * 5001}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"version": "x"}, "version"),
        ({"version": "-1"}, "version"),
        ({"version": ""}, "version"),
    ],
)
def test_a_bad_approval_publishes_nothing(press, moderator, data, field):
    submission = brought_to(Status.IN_REVIEW, by=moderator)

    response = press(submission, Action.APPROVE, **data)

    assert response.status_code == 200
    assert list(response.context["decision_form"].errors) == [field]
    assert not Practice.objects.exists()


def test_an_outdated_proposal_is_not_published_and_the_assessment_not_kept(press, moderator):
    practice = make_practice()
    submission = brought_to(
        Status.IN_REVIEW, by=moderator, submission=make_sent_submission(practice=practice, summary={"en": "Changed"})
    )
    publish(make_document(summary="Changed meanwhile"), by=moderator, practice=practice)

    response = press(submission, Action.APPROVE, evidence_level="monitored", note="Good")

    assert "The practice was changed since" in messages_of(response)[0]
    assert response.context["decision_form"]["note"].value() == "Good"
    submission.refresh_from_db()
    assert (submission.status, submission.content["evidence_level"]) == (Status.IN_REVIEW, "described")
    practice.refresh_from_db()
    assert practice.current_version == 2


def test_a_document_that_became_invalid_lists_what_is_wrong(press, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, "summary": {}})

    response = press(submission, Action.APPROVE)

    assert response.context["decision_form"].non_field_errors() == ["Summary: Write a short summary."]
    assert not Practice.objects.exists()


def test_the_second_moderator_hears_who_was_faster_and_keeps_the_note(client, press, record_url, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)
    seen = submission.version
    other = make_moderator(name="Somebody Else")
    released = perform(submission, Action.RELEASE, by=other, version=seen)
    perform(released, Action.CLAIM, by=other, version=released.version)

    response = press(submission, Action.REJECT, version=seen, note="A long reason that must not be lost")

    assert response.status_code == 409
    [message] = messages_of(response)
    assert "Somebody Else" in message
    assert "In review" in message
    assert "A long reason that must not be lost" in response.content.decode()
    submission.refresh_from_db()
    assert (submission.status, submission.assignee) == (Status.IN_REVIEW, other)


def test_who_typed_no_note_hears_of_none(press, moderator):
    submission = make_sent_submission()
    other = make_moderator(name="Somebody Else")
    perform(submission, Action.CLAIM, by=other, version=submission.version)

    without = press(submission, Action.CLAIM)
    with_one = press(submission, Action.CLAIM, note="My words")

    assert (without.status_code, with_one.status_code) == (409, 409)
    assert "Somebody Else was faster" in messages_of(without)[0]
    assert "note" not in messages_of(without)[0]
    assert "Your note, not saved" not in without.content.decode()
    assert messages_of(with_one)[0].endswith("your note stands below.")
    # In a box to read and to copy from, though nothing is left here to decide with it.
    assert offered(with_one) == {Action.RELEASE}
    shown = with_one.content.decode()
    assert "Your note, not saved" in shown
    assert 'name="note"' in shown
    assert 'type="hidden" name="note"' not in shown


def test_a_note_that_was_taken_back_is_its_writers_alone(desk, record_url):
    submission = brought_to(Status.REJECTED, by=(other := make_moderator()))
    perform(submission, Action.TAKE_BACK, by=other, version=submission.version)
    submission.refresh_from_db()

    page = desk.get(record_url(submission))

    assert offered(page) == {Action.RELEASE}
    assert 'name="note"' not in page.content.decode()


def test_the_moderator_hears_that_the_message_of_a_reversed_decision_is_never_sent(press, desk, record_url, moderator):
    submission = brought_to(Status.REJECTED, by=moderator)

    press(submission, Action.REOPEN, note="Let us look again")
    page = desk.get(record_url(submission))

    assert messages_of(page) == [
        "The submission is in the queue again.",
        "The message about the decision before was held still. It is never sent.",
    ]
    assert "Message taken back" in page.content.decode().partition('id="log"')[2]
    # Nothing was held when it was claimed.
    submission.refresh_from_db()
    press(submission, Action.CLAIM)
    assert messages_of(desk.get(record_url(submission))) == ["It is yours to review."]


def test_after_a_conflict_the_next_try_counts(press, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)
    conflict = press(submission, Action.RELEASE, version=submission.version - 1)
    shown = conflict.context["decision_form"]["version"].value()

    response = press(submission, Action.RELEASE, version=shown)

    assert conflict.status_code == 409
    assert response.status_code == 302


def test_a_second_click_hears_that_the_first_one_counted(press, moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)
    seen = submission.version

    first = press(submission, Action.APPROVE, version=seen)
    second = press(submission, Action.APPROVE, version=seen)

    assert (first.status_code, second.status_code) == (302, 409)
    assert messages_of(second)[-1].startswith("You did this already")
    assert Practice.objects.count() == 1
    assert SubmissionEvent.objects.filter(action=Action.APPROVE).count() == 1


def test_nobody_decides_on_their_own_text(press, desk, record_url, moderator):
    submission = make_sent_submission(by=moderator)

    page = desk.get(record_url(submission))
    response = press(submission, Action.CLAIM)

    assert offered(page) == set()
    assert "another moderator decides" in page.content.decode()
    assert "This cannot be done now, or not by you." in messages_of(response)[0]
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED


def test_a_co_editor_does_not_decide_either(press, desk, record_url, moderator):
    submission = make_sent_submission()
    submission.co_editors.add(moderator)

    assert offered(desk.get(record_url(submission))) == set()
    press(submission, Action.CLAIM)
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED


def test_only_the_reviewer_assesses(moderator):
    submission = brought_to(Status.IN_REVIEW, by=moderator)

    with pytest.raises(NotAllowedError):
        perform(submission, Action.APPROVE, by=make_moderator(), version=submission.version)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", [Action.CLAIM, Action.APPROVE], ids=str)
def test_of_two_who_press_at_once_one_wins_and_one_is_told(record_url, moderator, action):
    """Two browsers, two connections, one moment: claims by two people, or one person's approval sent twice."""
    people = [moderator, make_moderator() if action is Action.CLAIM else moderator]
    submission = make_sent_submission()
    if action is Action.APPROVE:
        submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    browsers = [Client() for _person in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.force_login(person)
    start, answers = threading.Barrier(2), []
    data = {"action": action.value, "version": submission.version, "note": "Mine", "evidence_level": "monitored"}

    def post(browser):
        try:
            start.wait(timeout=20)
            answers.append(browser.post(record_url(submission), data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(answers) == [302, 409]
    assert SubmissionEvent.objects.filter(submission=submission, action=action).count() == 1
    assert Practice.objects.count() == (action is Action.APPROVE)
