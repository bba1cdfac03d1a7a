"""Drafts that nobody sent end after twelve months, with two warnings; whatever was sent stays."""

import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.content import Section
from submissions.choices import Act, Action, Status
from submissions.models import Submission, SubmissionAttachment, SubmissionEvent
from submissions.services import digest_of, end_drafts, perform, save_section, start
from tests.factories import make_moderator, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db


def aged(submission, days):
    """As if it was saved so many days ago, and warned of as long before now as it was."""
    Submission.objects.filter(pk=submission.pk).update(saved_at=timezone.now() - timedelta(days=days))
    return submission


def run_in(days, **more):
    return end_drafts(now=timezone.now() + timedelta(days=days), **more)


def counts(done):
    return done.warned, done.deleted, done.failed


def with_file(draft):
    """A file of the draft, and where it is stored."""
    attachment = SubmissionAttachment(submission=draft, name="decision.pdf", content_type="application/pdf", size=4)
    attachment.file.save("decision.pdf", ContentFile(b"%PDF"))
    return Path(attachment.file.path)


def test_a_year_in_days_warns_twice_then_deletes_with_files(django_capture_on_commit_callbacks):
    author, colleague = make_user(language="fr"), make_user(language="el")
    draft = make_submission(by=author, title="Old draft")
    draft.co_editors.add(colleague)
    stored = with_file(draft)
    told = {}
    with django_capture_on_commit_callbacks(execute=True):
        for day in range(0, 372):
            done = run_in(day)
            if any(counts(done)):
                told[day] = counts(done)

    assert told == {304: (1, 0, 0), 350: (1, 0, 0), 365: (0, 1, 0)}
    assert not Submission.objects.exists()
    assert not SubmissionEvent.objects.exists()
    assert not stored.exists()
    mails = OutgoingMail.objects.all()
    assert sorted((mail.recipient, mail.language) for mail in mails) == sorted(
        [(author.email, "fr"), (colleague.email, "el")] * 2
    )
    assert all(f"/submissions/{draft.uuid}/" in mail.body for mail in mails)


@pytest.mark.parametrize("first_run", [330, 366, 700, 4000])
def test_late_runs_still_warn_twice_with_two_weeks_between(first_run):
    make_submission()
    told = {day: counts(done) for day in range(first_run, first_run + 60) if any(counts(done := run_in(day)))}

    days = sorted(told)
    assert [told[day][:2] for day in days] == [(1, 0), (1, 0), (0, 1)]
    assert days[1] - days[0] >= 14
    assert days[2] - days[1] >= 14


def test_a_save_begins_the_year_anew():
    draft = make_submission()
    for day in (304, 350):
        run_in(day)
    section = Section.LAW
    values = {"legal_basis": {"en": "Still here"}}
    save_section(draft, by=draft.submitter, section=section, values=values, base=digest_of(draft, section))
    Submission.objects.update(saved_at=timezone.now() + timedelta(days=360))

    done = [counts(run_in(day)) for day in (366, 400, 660, 664, 700, 710, 724, 725)]

    assert done == [(0, 0, 0)] * 3 + [(1, 0, 0), (0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0)]


def every_other_status():
    moderator = make_moderator()
    sent = [make_sent_submission() for _status in range(4)]
    claimed = [perform(one, Action.CLAIM, by=moderator, version=one.version) for one in sent[1:]]
    perform(claimed[1], Action.REQUEST_CHANGES, by=moderator, version=claimed[1].version, note="Why?")
    perform(claimed[2], Action.REJECT, by=moderator, version=claimed[2].version, note="No.")
    withdrawn = make_submission()
    perform(withdrawn, Action.WITHDRAW, by=withdrawn.submitter, version=withdrawn.version)


def test_what_was_sent_is_never_touched():
    every_other_status()
    Submission.objects.update(saved_at=timezone.now() - timedelta(days=4000), end_warnings=2)
    OutgoingMail.objects.all().delete()
    before = list(Submission.objects.order_by("pk").values())
    assert {row["status"] for row in before} == {
        Status.SUBMITTED, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.REJECTED, Status.WITHDRAWN,
    }  # fmt: skip

    done = [counts(run_in(day)) for day in (0, 20, 40)]

    assert done == [(0, 0, 0)] * 3
    assert list(Submission.objects.order_by("pk").values()) == before
    assert not OutgoingMail.objects.exists()


def test_dry_run_counts_and_changes_nothing(capsys):
    warned, dying = aged(make_submission(), 310), aged(make_submission(), 400)
    Submission.objects.filter(pk=dying.pk).update(end_warnings=2)
    OutgoingMail.objects.all().delete()
    before = list(Submission.objects.order_by("pk").values())

    call_command("end_drafts", "--dry-run")

    assert "would warn of 1, would delete 1" in capsys.readouterr().out
    assert list(Submission.objects.order_by("pk").values()) == before
    assert not OutgoingMail.objects.exists()
    assert not warned.events.exists()
    call_command("end_drafts")
    assert "warned of 1, deleted 1" in capsys.readouterr().out


def test_twice_a_day_is_once():
    aged(make_submission(), 310)

    assert [counts(end_drafts()) for _run in range(3)] == [(1, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert OutgoingMail.objects.count() == SubmissionEvent.objects.filter(action=Act.END_WARNED).count() == 1


def test_mail_names_the_last_day():
    draft = aged(make_submission(by=make_user(language="en")), 310)
    end_drafts()

    saved = Submission.objects.get(pk=draft.pk).saved_at
    last = timezone.localdate(saved + timedelta(days=365))
    body = OutgoingMail.objects.get().body
    assert str(last.year) in body
    assert f"{last.day} {last:%B}" in body or f"{last:%B} {last.day}" in body


def test_memory_does_not_grow_with_the_number_of_drafts():
    author = make_user()
    first = start(by=author, language="en")

    def peak(number):
        document = {"title": {"en": "x" * 100_000}}
        Submission.objects.bulk_create(
            Submission(submitter=author, language="en", content=document, base_version=None) for _draft in range(number)
        )
        Submission.objects.update(saved_at=timezone.now() - timedelta(days=310), end_warnings=0)
        tracemalloc.start()
        done = end_drafts(dry_run=True)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert done.warned == Submission.objects.count()
        return most

    assert first.pk
    few = peak(20)
    many = peak(180)
    assert many < 2 * few
