"""One row of the queue: what it says, whom it offers a button, and what becomes of a click that comes too late."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from practices.content import Section
from submissions.admin.rows import rows_of
from submissions.choices import Action, Status
from submissions.deadlines import answer_expected, late_if_sent_before
from submissions.models import DismissedWarning, Nomination, SentSummary, Submission
from submissions.services import digest_of, perform, save_section
from submissions.services.risks import risks_of
from submissions.services.summaries import MOST_COUNTED, count_warnings_anew, summarise, titled
from submissions.workflow import available_actions
from tests.factories import make_city, make_member, make_moderator, make_sent_submission

pytestmark = pytest.mark.django_db


def said(response):
    return [str(message) for message in response.context["messages"]]


def row_of(submission, user):
    return rows_of([submission.pk], user=user)[0]


@pytest.fixture
def take(desk, queue_url):
    """Press a row's button, with the version that the row showed."""

    def take(submission, action, here="turn=waiting"):
        address = reverse(f"admin:submissions_submission_{action}", args=[submission.pk])
        return desk.post(address, {"version": submission.version, "here": here}, follow=True)

    return take


def test_claim_and_release_lead_back_to_the_same_rows(take, queue_url, moderator):
    submission = make_sent_submission(title="Night shelter")

    claimed = take(submission, "claim", here="turn=waiting&o=title&p=7&evil=1")
    now = Submission.objects.get(pk=submission.pk)
    released = take(now, "release")

    assert claimed.redirect_chain == [(f"{queue_url}?turn=waiting&o=title", 302)]
    assert said(claimed) == ["“Night shelter” is yours to review."]
    assert (now.status, now.assignee) == (Status.IN_REVIEW, moderator)
    assert said(released) == ["“Night shelter” is back in the queue."]
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED


def test_who_comes_too_late_reads_who_was_faster(take, moderator):
    submission = make_sent_submission(title="Night shelter")
    perform(submission, Action.CLAIM, by=make_moderator(name="Colleague"), version=submission.version)

    late = take(submission, "claim")

    assert said(late) == ["Colleague was faster: “Night shelter” is in their review."]
    assert submission.events.filter(action=Action.CLAIM).count() == 1


def test_a_second_click_counts_once(take, moderator):
    submission = make_sent_submission(title="Night shelter")

    take(submission, "claim")
    again = take(submission, "claim")

    assert said(again) == ["You did this with “Night shelter” already. It counted once."]
    assert submission.events.filter(action=Action.CLAIM).count() == 1


def test_a_button_needs_a_post_a_moderator_and_something_sent(desk, take, client, moderator):
    sent = make_sent_submission()
    draft = Submission.objects.create(submitter=sent.submitter, language="en", title="Unsent secret")
    address = reverse("admin:submissions_submission_claim", args=[sent.pk])

    assert desk.get(address).status_code == 405
    assert take(draft, "claim").status_code == 404
    assert desk.post(address, {"version": "²"}, follow=True).status_code == 200
    client.force_login(sent.submitter)
    assert client.post(address, {"version": sent.version}).status_code in (302, 403)
    assert Submission.objects.get(pk=sent.pk).status == Status.SUBMITTED


def test_rows_offer_what_the_table_allows(desk, queue_url, moderator):
    """In every state, and for one's own text and one's own city, as for everybody else's."""
    colleague = make_moderator()
    make_member(moderator, make_city("utrecht"), by=colleague)
    shared = make_sent_submission(title="Written along")
    shared.co_editors.add(moderator)
    taken = make_sent_submission(title="Taken")
    perform(taken, Action.CLAIM, by=moderator, version=taken.version)
    elsewhere = make_sent_submission(title="A colleague's")
    perform(elsewhere, Action.CLAIM, by=colleague, version=elsewhere.version)
    gone = make_sent_submission(title="Withdrawn")
    perform(gone, Action.WITHDRAW, by=gone.submitter, version=gone.version)
    make_sent_submission(by=moderator, title="Own")
    make_sent_submission(title="Own city", lead_city="utrecht")
    make_sent_submission(title="Named city", other_cities=["utrecht"])
    make_sent_submission(title="Free")

    page = desk.get(queue_url, {"turn": "all"})
    rows = {row.title: row for row in page.context["rows"]}

    for row in rows.values():
        actions = available_actions(moderator, Submission.objects.get(pk=row.submission.pk))
        assert row.may_claim == (Action.CLAIM in actions), row.title
        # A colleague's is given back on its page.
        assert row.may_release == (Action.RELEASE in actions and row.mine), row.title
    assert [title for title, row in rows.items() if row.may_claim] == ["Free"]
    assert [title for title, row in rows.items() if row.may_release] == ["Taken"]
    assert [title for title, row in rows.items() if row.conflict] == ["Own city", "Named city"]
    assert [title for title, row in rows.items() if row.own] == ["Written along", "Own"]
    text = page.content.decode()
    assert text.count("Your city") == 2
    assert text.count("Your own text") == 2
    assert text.count("/claim/") == 1


def test_what_the_officer_types_again_is_not_in_the_row(desk, queue_url, moderator):
    submission = make_sent_submission(title="As it was sent")
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    submission = perform(
        submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="Shorter, please."
    )
    title = {**submission.content["title"], "en": "Typed secret, call 0470 12 34 56"}
    save_section(
        submission,
        by=submission.submitter,
        section=Section.BRIEF,
        values={"title": title},
        base=digest_of(submission, Section.BRIEF),
    )

    assert Submission.objects.get(pk=submission.pk).title.startswith("Typed secret")
    for page in (desk.get(queue_url), desk.get("/admin/")):
        assert b"secret" not in page.content
    assert "As it was sent" in desk.get(queue_url).content.decode()
    assert row_of(submission, moderator).warnings == 0


def test_warnings_count_what_was_sent_and_nobody_put_aside(moderator):
    texts = "Call Maria Janssens on +32 9 266 77 00 or write to maria.janssens@stad.example."
    submission = make_sent_submission(summary=texts)
    risks = risks_of(submission)
    first = risks[0].warning
    DismissedWarning.objects.create(
        submission=submission, path=first.place, code=first.code, digest=risks[0].key, reason="A role", by=moderator
    )

    summarise(submission)

    assert len(risks) >= 3
    assert row_of(submission, moderator).warnings == len(risks) - 1
    content = {**submission.content, "summary": {"en": "Beds for one night, for anyone."}}
    Submission.objects.filter(pk=submission.pk).update(content=content, last_sent=content)
    summarise(Submission.objects.get(pk=submission.pk))
    assert row_of(submission, moderator).warnings == 0


def test_more_warnings_than_anybody_reads_are_not_counted(moderator):
    submission = make_sent_submission()
    texts = [" ".join(f"{letter}{number}@example.org" for number in range(900)) for letter in "ab"]
    content = {**submission.content, "summary": dict(zip(("en", "nl"), texts, strict=True))}
    Submission.objects.filter(pk=submission.pk).update(content=content, last_sent=content)
    submission.refresh_from_db()

    summarise(submission)

    assert len(risks_of(submission)) > MOST_COUNTED
    assert row_of(submission, moderator).warnings == MOST_COUNTED


def test_a_summary_of_what_is_overtaken_is_not_written(moderator):
    read = make_sent_submission(title="Night shelter", summary="Write to maria.janssens@stad.example.")
    Submission.objects.filter(pk=read.pk).update(version=read.version + 1, open_warnings=0)

    summarise(read)

    assert row_of(read, moderator).warnings == 0


def test_what_other_rules_counted_is_counted_again_a_few_at_a_time(moderator):
    submissions = [make_sent_submission(summary="Write to maria.janssens@stad.example.") for _number in range(3)]
    SentSummary.objects.update(rules="others")
    count_warnings_anew(most=0)
    Submission.objects.filter(pk=submissions[0].pk).update(submitted_at=timezone.now() - timedelta(days=1))
    unknown = row_of(submissions[0], moderator)

    first, second, third = (count_warnings_anew(most=2) for _time in range(3))

    assert (first, second, third) == (2, 1, 0)
    assert unknown.warnings_in_words == "Warnings: not counted yet"
    assert [row_of(one, moderator).warnings for one in submissions] == [1, 1, 1]


def test_late_is_said_in_words_and_as_the_officer_reads_it(moderator):
    submission = make_sent_submission()
    today = timezone.localdate()
    limit = late_if_sent_before(today)
    moments = {limit - timedelta(minutes=1): True, limit: False, timezone.now(): False}

    for moment, late in moments.items():
        Submission.objects.filter(pk=submission.pk).update(submitted_at=moment)
        row = row_of(submission, moderator)
        assert row.overdue is late
        assert (answer_expected(row.submission) < today) is late
        assert row.due_in_words.startswith("Overdue since" if late else "Due")
    Submission.objects.filter(pk=submission.pk).update(
        status=Status.CHANGES_REQUESTED, due_on=today - timedelta(days=1)
    )
    assert row_of(submission, moderator).overdue


def test_a_nomination_a_long_title_and_markup_in_it(desk, queue_url, moderator):
    title = "<b>Παράδειγμα</b> " + "long " * 35
    submission = make_sent_submission(title=title.strip())
    Nomination.objects.create(
        title="Shelter", text="Good.", language="en", city=submission.city, submission=submission, status="claimed"
    )

    text = desk.get(queue_url).content.decode()

    assert "&lt;b&gt;Παράδειγμα" in text
    assert "<b>Παράδειγμα" not in text
    assert "from a nomination" in text


def test_an_empty_queue_says_so(desk, queue_url):
    assert "Nothing is open." in desk.get(queue_url).content.decode()
    assert "Nothing here fits" in desk.get(queue_url, {"q": "nothing"}).content.decode()
    assert "Nothing waits." in desk.get("/admin/").content.decode()


def test_what_was_sent_before_there_were_summaries_is_found_by_its_title_too():
    summarise_before = import_module("submissions.migrations.0007_sent_summaries").summarise
    sent = make_sent_submission(title="Übernachtung für alle")
    SentSummary.objects.all().delete()

    summarise_before(apps, None)

    assert [found["pk"] for found in titled("ubernachtung FÜR")] == [sent.pk]
    assert SentSummary.objects.get().title == "Übernachtung für alle"
