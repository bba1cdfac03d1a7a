"""The city's control: the day, what changed, and taking back what is published."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from practices.choices import Publication, Visibility
from practices.content import Section
from practices.models import PracticeEvent
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import digest_of, perform, save_section
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def page(name, submission):
    return reverse(f"submission-{name}", args=[submission.uuid])


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


# --- The day ----------------------------------------------------------------------------------------------------------


def test_officer_chooses_and_clears_the_day(client):
    draft = make_submission()
    client.force_login(draft.submitter)

    client.post(page("day", draft), {"day": in_days(30).isoformat(), "version": draft.version})
    draft.refresh_from_db()
    assert draft.embargo_until == in_days(30)
    assert f'value="{in_days(30).isoformat()}"' in client.get(page("day", draft)).content.decode()

    client.post(page("day", draft), {"day": "", "version": draft.version})
    draft.refresh_from_db()
    assert draft.embargo_until is None


@pytest.mark.parametrize(
    "typed", ["tomorrow", "2027-13-01", "31/02/2030", "0", "9" * 30, "1999-01-01", "9999-12-31", "x\x00"]
)
def test_other_days_are_told_at_the_field_and_kept(client, typed):
    draft = make_submission()
    client.force_login(draft.submitter)

    answer = client.post(page("day", draft), {"day": typed, "version": draft.version})

    assert answer.status_code == 200
    assert answer.context["form"].errors["day"]
    draft.refresh_from_db()
    assert draft.embargo_until is None


def test_today_is_not_ahead(client):
    draft = make_submission()
    client.force_login(draft.submitter)

    answer = client.post(page("day", draft), {"day": in_days(0).isoformat(), "version": draft.version})

    assert answer.context["form"].errors["day"]


def test_a_page_that_stood_open_overwrites_nothing(client):
    draft = make_submission()
    client.force_login(draft.submitter)

    answer = client.post(page("day", draft), {"day": in_days(3).isoformat(), "version": draft.version - 1})

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.embargo_until is None
    assert f'name="version" value="{draft.version}"' in answer.content.decode()


def test_moderator_is_told_why_it_is_not_published_yet(client, settings):
    settings.CMISE_DEMO = True
    moderator, sent = make_moderator(language="en"), make_sent_submission()
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    client.force_login(sent.submitter)
    client.post(page("day", claimed), {"day": in_days(30).isoformat(), "version": claimed.version})
    client.force_login(moderator)
    record = reverse("admin:submissions_submission_change", args=[sent.pk])
    version = Submission.objects.get().version

    data = {"action": "approve", "evidence_level": "described", "version": version, "note": ""}
    told = client.post(record, data).content.decode()
    done = client.post(record, {**data, "action": "schedule"}, follow=True).content.decode()

    assert "no earlier than on" in told
    assert "Approved, waits for" in done
    queue = client.get(reverse("admin:submissions_submission_changelist"), {"turn": "scheduled"}).content.decode()
    assert sent.title in queue


# --- What changed -----------------------------------------------------------------------------------------------------


def test_officer_reads_what_changed_since_it_was_sent_word_by_word(client):
    moderator = make_moderator()
    sent = make_sent_submission(summary="The city opens ten beds for one night.")
    client.force_login(sent.submitter)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    asked = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="How many?")
    assert "Nothing differs." in client.get(page("changes", asked)).content.decode()
    values = {"summary": {"en": "The city opens <b>twelve</b> beds for one night."}}
    saved = save_section(
        asked, by=asked.submitter, section=Section.BRIEF, values=values, base=digest_of(asked, Section.BRIEF)
    )

    text = client.get(page("changes", saved)).content.decode()

    assert re.search(r"<del>.*?ten</del>", text)
    assert "twelve" in text
    assert "<b>" not in text[text.index("<del>") :]
    again = perform(saved, Action.SUBMIT, by=saved.submitter, version=saved.version)
    assert "With the last sending" in client.get(page("changes", again)).content.decode()


def test_change_is_compared_with_what_is_live(client):
    officer = make_member().user
    practice = make_practice(title="Night shelter", contact="old@city.example")
    change = make_submission(by=officer, practice=practice, title={"en": "Night shelter and breakfast"})
    client.force_login(officer)

    text = client.get(page("changes", change)).content.decode()

    assert "Against what is published now" in text
    assert "breakfast" in text


def test_first_draft_has_nothing_to_compare_with(client):
    draft = make_submission()
    client.force_login(draft.submitter)

    assert "not sent before" in client.get(page("changes", draft)).content.decode()


# --- After sending ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "waits"), [(1, True), (30, False)])
def test_expected_answer_is_an_aim_with_a_date(client, settings, days, waits):
    settings.REVIEW_DAYS = 10
    sent = make_sent_submission()
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=days))
    client.force_login(sent.submitter)

    text = client.get(sent.get_absolute_url()).content.decode()

    assert ("We aim to answer by" in text) == waits
    assert ("We aimed to answer by" in text) != waits


# --- Taking back what is published ------------------------------------------------------------------------------------


def withdraw_page(practice):
    return reverse("practice-withdraw", args=[practice.slug])


def test_city_takes_its_practice_back_at_once(client):
    practice, officer = make_practice(title="Open to all"), make_member().user
    client.force_login(officer)
    assert client.get(withdraw_page(practice)).status_code == 200

    first = client.post(withdraw_page(practice), {"reason": "The rules changed.", "sure": "on"})
    second = client.post(withdraw_page(practice), {"reason": "Again.", "sure": "on"})

    assert first["Location"] == second["Location"] == practice.get_absolute_url()
    practice.refresh_from_db()
    assert (practice.publication, practice.withdrawal_reason) == (Publication.WITHDRAWN, "The rules changed.")
    event = PracticeEvent.objects.filter(action=PracticeEvent.Action.WITHDRAWN).get()
    assert (event.by, event.note) == (officer, "The rules changed.")
    client.logout()
    gone = client.get(practice.get_absolute_url())
    assert gone.status_code == 410
    assert "Open to all" not in client.get(reverse("practice-list")).content.decode()


@pytest.mark.parametrize(
    "typed", [{}, {"reason": "", "sure": "on"}, {"reason": " ", "sure": "on"}, {"reason": "Because."},
              {"reason": "x" * 2001, "sure": "on"}, {"reason": "a\x00b", "sure": "on"}],
)  # fmt: skip
def test_reason_and_tick_are_needed(client, typed):
    practice = make_practice()
    client.force_login(make_member().user)

    answer = client.post(withdraw_page(practice), typed)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    practice.refresh_from_db()
    assert practice.publication == Publication.PUBLISHED


@pytest.mark.parametrize(
    "make_stranger", [make_user, make_moderator, lambda: make_member(city=make_city("utrecht")).user]
)
def test_nobody_else_finds_the_page(client, make_stranger):
    practice = make_practice()
    client.force_login(make_stranger())

    for answer in (
        client.get(withdraw_page(practice)),
        client.post(withdraw_page(practice), {"reason": "x", "sure": "on"}),
    ):
        assert answer.status_code == 404
    practice.refresh_from_db()
    assert practice.publication == Publication.PUBLISHED


def test_hidden_practice_has_no_such_page(client):
    practice = make_practice(visibility=Visibility.MODERATORS)
    client.force_login(make_member().user)

    assert client.get(withdraw_page(practice)).status_code == 404
    assert client.get(withdraw_page(practice).replace(practice.slug, "never-was")).status_code == 404


def test_published_page_leads_to_what_comes_afterwards(client):
    officer, moderator = make_member().user, make_moderator()
    sent = make_sent_submission(by=officer)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    published = perform(claimed, Action.APPROVE, by=moderator, version=claimed.version)
    client.force_login(officer)

    text = client.get(published.get_absolute_url()).content.decode()

    assert reverse("submission-change", args=[published.practice.slug]) in text
    assert withdraw_page(published.practice) in text
