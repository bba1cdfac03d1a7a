"""Saving, sending, colliding: the services behind the officer's pages."""

import threading

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import OutgoingMail
from practices import document as documents
from practices.content import FIELDS, Section, fields_of
from practices.services import InvalidDocumentError
from submissions.choices import Action, Kind, Status
from submissions.models import Submission
from submissions.services import (
    ConflictError,
    NotAllowedError,
    NoteRequiredError,
    add_remark,
    answer_remark,
    digest_of,
    perform,
    save_section,
    start,
)
from tests.factories import (
    make_document,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

RACERS = 20


def values_of(document, section):
    return {field.name: document[field.name] for field in fields_of(section)}


def saved(submission, section, values, *, by):
    return save_section(submission, by=by, section=section, values=values, base=digest_of(submission, section))


@pytest.mark.django_db
def test_draft_keeps_what_is_invalid():
    author = make_user()
    draft = start(by=author, language="nl")

    draft = saved(draft, Section.DESCRIPTION, {"start_year": "22abc"}, by=author)

    assert Submission.objects.get(pk=draft.pk).content["start_year"] == "22abc"


@pytest.mark.django_db
def test_saves_of_different_sections_are_merged():
    author = make_user()
    draft = start(by=author, language="en")
    first = Submission.objects.get(pk=draft.pk)
    second = Submission.objects.get(pk=draft.pk)

    saved(first, Section.LAW, {"legal_basis": {"en": "A decision"}}, by=author)
    saved(second, Section.BRIEF, {"title": {"en": "A title"}}, by=author)

    content = Submission.objects.get(pk=draft.pk).content
    assert (content["legal_basis"], content["title"]) == ({"en": "A decision"}, {"en": "A title"})


@pytest.mark.django_db
def test_save_of_a_section_that_changed_meanwhile_writes_nothing():
    author = make_user()
    draft = start(by=author, language="en")
    base = digest_of(draft, Section.LAW)
    saved(draft, Section.LAW, {"legal_basis": {"en": "First"}}, by=author)

    with pytest.raises(ConflictError) as conflict:
        save_section(draft, by=author, section=Section.LAW, values={"legal_basis": {"en": "Second"}}, base=base)

    assert conflict.value.submission.content["legal_basis"] == {"en": "First"}
    assert Submission.objects.get(pk=draft.pk).content["legal_basis"] == {"en": "First"}


@pytest.mark.django_db
def test_nobody_else_writes_into_a_draft():
    draft = make_submission()

    with pytest.raises(NotAllowedError):
        saved(draft, Section.LAW, {"legal_basis": {"en": "Mine now"}}, by=make_moderator())


@pytest.mark.django_db
def test_incomplete_draft_is_not_sent():
    author = make_user()
    draft = start(by=author, language="en")

    with pytest.raises(InvalidDocumentError) as invalid:
        perform(draft, Action.SUBMIT, by=author, version=draft.version)

    assert {problem.field for problem in invalid.value.problems} == {"title", "summary", "lead_city", "service_areas"}
    draft.refresh_from_db()
    assert (draft.status, draft.number, draft.events.count()) == (Status.DRAFT, None, 0)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_sending_back_needs_a_reason():
    moderator = make_moderator()
    sent = make_sent_submission()
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)

    with pytest.raises(NoteRequiredError):
        perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="  ")


@pytest.mark.django_db
def test_officer_answers_remarks_that_were_sent():
    moderator, author = make_moderator(), make_user()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    remark = add_remark(claimed, by=moderator, path="legal_basis", text="Which decision?")
    with pytest.raises(NotAllowedError):
        answer_remark(remark, by=author, reply="Too early", answered=True)
    perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please look")

    answer_remark(remark, by=author, reply="The one of 2019", answered=True)

    remark.refresh_from_db()
    assert remark.reply == "The one of 2019"
    assert remark.answered_at is not None


@pytest.mark.django_db
def test_change_to_a_practice_starts_from_what_is_live():
    practice = make_practice(contact="shelter@city.example")

    draft = start(by=make_user(), language="en", kind=Kind.UPDATE, practice=practice)

    assert draft.content == documents.read(practice)
    assert draft.base_version == practice.current_version


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_send_one_submission():
    author = make_user()
    draft = make_submission(by=author)
    barrier, outcomes = threading.Barrier(RACERS), []

    def press():
        try:
            barrier.wait()
            outcomes.append(perform(draft, Action.SUBMIT, by=author, version=draft.version).status)
        except (ConflictError, NotAllowedError) as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft.refresh_from_db()
    assert (outcomes.count(Status.SUBMITTED), outcomes.count("ConflictError")) == (1, RACERS - 1)
    assert draft.events.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert draft.number is not None
    assert connection.is_usable()


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=60)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    order=st.permutations(list(Section)),
    filled=st.dictionaries(st.sampled_from(["legal_basis", "funding", "description", "challenges"]), texts),
    years=st.sampled_from([(None, None), (1999, None), (2001, 2001), (1950, 2020)]),
)
def test_sections_filled_in_any_order_are_sent_as_typed(order, filled, years):
    author = make_user()
    document = make_document(**filled, start_year=years[0], end_year=years[1], sources=[{"citation": "A decision"}])
    draft = start(by=author, language="en")
    for section in order:
        draft = saved(draft, section, values_of(document, section), by=author)

    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)

    expected = documents.complete(document)
    stored = Submission.objects.get(pk=sent.pk).content
    assert {field.name: stored[field.name] for field in FIELDS} == {
        field.name: expected[field.name] for field in FIELDS
    }
