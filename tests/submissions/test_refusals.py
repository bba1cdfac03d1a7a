"""An act that is refused with a message stands in the log of the server: who, what, about which row; no text."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from cities.services import OwnMembershipError, verify_membership
from practices import adoption
from practices.merging import NotMergeableError
from practices.models import Adaptation, Practice, ServiceArea
from practices.restoring import OwnCityError, restore
from practices.services import withdraw
from submissions import xliff
from submissions.choices import Action
from submissions.models import TermProposal
from submissions.services import ConflictError, NotAllowedError, NotNowError, perform, terms
from submissions.services.interchange import PlanChangedError, carry_out, plan, texts_to_send
from submissions.services.saved_views import MOST
from submissions.services.staff_notes import add_note
from submissions.services.tagging import TagNameError, add_tag, remove_tag
from submissions.services.translations import start_translation
from submissions.services.uniting import merge_cities, merge_terms
from tests.factories import (
    make_admin,
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_terms,
    make_user,
)
from tests.submissions.translation.people import make_translator

pytestmark = pytest.mark.django_db

LOG = "accounts.refusals"


@pytest.fixture(autouse=True)
def _heard(settings, caplog):
    settings.CMISE_DEMO = True
    caplog.set_level(logging.INFO, logger=LOG)


@pytest.fixture
def said(caplog):
    """The lines of the log with their levels."""
    return lambda: [(record.levelname, record.getMessage()) for record in caplog.records if record.name == LOG]


def test_a_decision_that_the_desk_answers_with_a_message(client, said):
    submission, moderator = make_sent_submission(title="Secret title"), make_moderator(name="Ada Lovelace")
    client.force_login(moderator)
    address = reverse("admin:submissions_submission_change", args=[submission.pk])

    client.post(address, {"action": "reject", "note": "Secret words", "version": submission.version})

    assert said() == [
        ("WARNING", f"Refused: person {moderator.pk}, reject, submission {submission.pk} (submitted), NotAllowedError")
    ]


def test_who_was_too_late_or_too_early_is_no_warning(said, settings):
    submission, first, second = make_sent_submission(), make_moderator(), make_moderator()
    claimed = perform(submission, Action.CLAIM, by=first, version=submission.version)
    with pytest.raises(ConflictError):
        perform(submission, Action.CLAIM, by=second, version=submission.version)
    with pytest.raises(NotNowError):
        perform(claimed, action=Action.ENDORSE, by=first, version=claimed.version)

    assert said() == [
        ("INFO", f"Refused: person {second.pk}, claim, submission {submission.pk} (submitted), ConflictError"),
        ("INFO", f"Refused: person {first.pk}, endorse, submission {submission.pk} (in_review), NotNowError"),
    ]


def test_what_stands_beside_the_decision(client, said):
    author = make_moderator()
    submission = make_sent_submission(by=author)
    client.force_login(author)

    client.post(reverse("admin:submissions_submission_note", args=[submission.pk]), {"text": "Secret words"})

    line = f"Refused: person {author.pk}, add_note, submission {submission.pk} (submitted), NotAllowedError"
    assert said() == [("WARNING", line)]
    add_note(submission, by=make_moderator(), text="In order")
    assert len(said()) == 1


def test_a_translation_a_membership_and_an_adaptation(said):
    moderator, practice = make_moderator(), make_practice(title="Secret title")
    officer, membership = make_user(), make_member(moderator)
    adaptation = Adaptation.objects.create(practice=practice, city=membership.city, by=moderator, text="Secret words")
    with pytest.raises(NotAllowedError):
        start_translation(by=officer, practice=practice, language="de")
    with pytest.raises(OwnMembershipError):
        verify_membership(membership=membership, by=moderator, evidence="Secret words")
    with pytest.raises(adoption.NotAllowedError):
        adoption.decide(adaptation, by=moderator, show=True)

    assert [line for _level, line in said()] == [
        f"Refused: person {officer.pk}, start_translation, practice {practice.pk} (published), NotAllowedError",
        f"Refused: person {moderator.pk}, verify_membership, membership {membership.pk} (–), OwnMembershipError",
        f"Refused: person {moderator.pk}, decide, adaptation {adaptation.pk} (waiting), NotAllowedError",
    ]


def test_tags_name_every_row_and_no_word(said):
    submissions, officer = [make_sent_submission(title="Secret title") for _each in range(2)], make_user()
    for service in (add_tag, remove_tag):
        with pytest.raises(NotAllowedError):
            service(submissions, name="Secret tag", by=officer)
    with pytest.raises(TagNameError):
        add_tag(submissions, name=" ", by=make_moderator())

    keys = f"{submissions[0].pk} {submissions[1].pk}"
    assert said() == [
        ("WARNING", f"Refused: person {officer.pk}, add_tag, submission {keys}, NotAllowedError"),
        ("WARNING", f"Refused: person {officer.pk}, remove_tag, submission {keys}, NotAllowedError"),
    ]


def test_a_view_more_than_can_be_kept(client, said):
    moderator = make_moderator()
    client.force_login(moderator)
    for number in range(MOST + 1):
        client.post(reverse("admin:submissions_submission_save_view"), {"name": f"Secret {number}", "query": "q=a"})
    client.post(reverse("admin:submissions_submission_save_view"), {"name": "", "query": "q=a"})

    assert said() == [("INFO", f"Refused: person {moderator.pk}, save_view, savedview, TooManyViewsError")]


def test_a_file_of_translations_is_noted_once_where_it_is_refused(client, said):
    practice, translator, stranger = make_practice(title="Secret title"), make_translator(), make_user()
    data = xliff.write(texts_to_send(Practice.objects.filter(pk=practice.pk), ["de"]))
    units = [replace(unit, target="Geheim") for unit in xliff.read(data)]
    wanted = plan(units, by=translator).doing
    for refused in (lambda: plan(units, by=stranger), lambda: carry_out(wanted, by=stranger, send=False)):
        with pytest.raises(NotAllowedError):
            refused()
    carry_out(wanted, by=translator, send=False)
    with pytest.raises(PlanChangedError):
        carry_out(wanted, by=translator, send=False)

    assert said() == [
        ("WARNING", f"Refused: person {stranger.pk}, plan, practicetext, NotAllowedError"),
        ("WARNING", f"Refused: person {stranger.pk}, plan, practicetext, NotAllowedError"),
        ("INFO", f"Refused: person {translator.pk}, carry_out, practicetext, PlanChangedError"),
    ]


def test_terms_that_somebody_else_decided_on(client, said):
    sent, moderator, faster = make_sent_submission(), make_moderator(), make_moderator()
    sent_before = sent.submitted_at - timedelta(minutes=1)
    proposal = TermProposal.objects.create(
        submission=sent, vocabulary="approaches", text="Secret words", language="en", proposed_at=sent_before
    )
    terms.refuse_terms(vocabulary="approaches", seen=[terms.Seen(proposal.pk, "Secret words")], by=faster, reason="No")
    client.force_login(moderator)
    form = {"proposal": proposal.pk, f"text-{proposal.pk}": "Secret words", "reason": "Secret reason"}

    client.post(reverse("admin:submissions_termproposal_refuse", args=[proposal.pk]), form)

    line = f"Refused: person {moderator.pk}, refuse_terms, termproposal {proposal.pk}, DecidedAlreadyError"
    assert said() == [("INFO", line)]


def test_cities_and_terms_that_were_merged_meanwhile(said):
    make_terms()
    first, second, third = (make_city(slug) for slug in ("ghent", "utrecht", "berlin"))
    shelter, education = (ServiceArea.objects.get(slug=slug) for slug in ("shelter", "education"))
    administrator = make_admin()
    merge_cities(city=first, into=second, by=administrator)
    merge_terms(term=shelter, into=education, by=administrator)
    for refused in (
        lambda: merge_cities(city=third, into=first, by=administrator),
        lambda: merge_terms(term=education, into=shelter, by=administrator),
    ):
        with pytest.raises(NotMergeableError):
            refused()

    assert said() == [
        ("INFO", f"Refused: person {administrator.pk}, merge_cities, city {third.pk} (–), NotMergeableError"),
        ("INFO", f"Refused: person {administrator.pk}, merge_terms, servicearea {education.pk} (–), NotMergeableError"),
    ]


def test_publishing_again_what_is_of_ones_own_city(said):
    practice = withdraw(make_practice(title="Secret title"), by=make_moderator(), reason="Secret words")
    own = make_member(make_moderator(), practice.lead_city).user

    with pytest.raises(OwnCityError):
        restore(practice, by=own, reason="Secret words", version=1)

    line = f"Refused: person {own.pk}, restore, practice {practice.pk} (withdrawn), OwnCityError"
    assert said() == [("WARNING", line)]
