"""The panel in which a moderator decides: reasons, held messages, merging, a fresh sign-in; nothing typed is lost."""

import time
from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import deliver_waiting
from practices.models import Practice
from submissions.choices import Action, NominationStatus, Status
from submissions.models import Nomination, Reason, Submission
from submissions.services import perform
from submissions.services.held_mail import held_mails
from submissions.services.merging import Merger
from submissions.services.nominations import ask_city, claim_nomination, digest_of_link
from tests.factories import (
    PASSWORD,
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_reasons,
    make_sent_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def in_review(moderator, **overrides):
    submission = make_sent_submission(**overrides)
    return perform(submission, Action.CLAIM, by=moderator, version=submission.version)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# --- Reasons ---


def test_reasons_are_put_into_the_note_in_the_officers_language_and_nothing_is_decided(press, moderator):
    make_reasons()
    submission = in_review(moderator, by=make_user(language="nl"))
    source, results = Reason.objects.get(slug="name-a-source"), Reason.objects.get(slug="results")
    typed = {"note": "Beste collega,", "changes_kind": "minor", "due_on": "2031-02-03", "evidence_level": "monitored"}
    OutgoingMail.objects.all().delete()

    page = press(submission, Action.REJECT, insert="1", reasons=[source.pk, results.pk], **typed)

    form = page.context["decision_form"]
    assert form["note"].value() == f"Beste collega,\n\n{source.text_nl}\n\n{results.text_nl}"
    assert {name: form[name].value() for name in typed if name != "note"} == {
        name: value for name, value in typed.items() if name != "note"
    }
    html = page.content.decode()
    assert "The officer reads Dutch." in html
    assert 'lang="nl"' in str(form["note"])
    submission.refresh_from_db()
    assert (submission.status, OutgoingMail.objects.count()) == (Status.IN_REVIEW, 0)
    # Once more changes nothing, and nonsense is left alone.
    again = press(submission, Action.REJECT, insert="1", reasons=[source.pk, 999999], note=form["note"].value())
    assert again.context["decision_form"]["note"].value() == form["note"].value()


def test_changes_are_asked_for_with_their_weight_and_a_day_that_is_not_over(press, moderator):
    submission = in_review(moderator)
    yesterday = timezone.localdate() - timedelta(days=1)

    late = press(submission, Action.REQUEST_CHANGES, note="Please", changes_kind="minor", due_on=yesterday.isoformat())
    assert late.context["decision_form"].errors == {"due_on": ["Choose a day that is not over."]}
    assert "Please" in late.content.decode()
    assert press(submission, Action.REQUEST_CHANGES, note="Please", changes_kind="minor", due_on="").status_code == 302

    submission.refresh_from_db()
    assert (submission.status, submission.changes_kind, submission.due_on) == ("changes_requested", "minor", None)


# --- Two moderators, conflicts, nominations ---


def test_colleagues_write_to_each_other_in_a_box_of_their_own(press, desk, record_url, moderator, settings):
    settings.FOUR_EYES = True
    submission = in_review(moderator)
    wrong_box = press(submission, Action.ENDORSE, note="Fine, I think")
    assert "note" in wrong_box.context["decision_form"].errors
    assert press(submission, Action.ENDORSE, colleague_note="Look at the law").status_code == 302

    second = make_moderator()
    desk.force_login(second)
    submission.refresh_from_db()
    page = desk.get(record_url(submission))
    assert {action for action, _note in page.context["actions"]} == {Action.APPROVE, Action.DISAGREE}
    assert "Look at the law" in page.content.decode()
    missing = press(submission, Action.DISAGREE, note="")
    assert missing.context["decision_form"].errors == {
        "colleague_note": ["Write a note: your colleague must read why."]
    }
    assert press(submission, Action.DISAGREE, colleague_note="No source").status_code == 302
    assert Submission.objects.get().status == Status.IN_REVIEW


def test_a_conflict_is_named_and_leaves_no_button(press, desk, record_url, moderator):
    submission = make_sent_submission(lead_city="ghent")
    make_member(moderator, make_city("ghent"))

    page = desk.get(record_url(submission))

    assert page.context["actions"] == []
    assert "You speak for Ghent" in page.content.decode()
    assert press(submission, Action.CLAIM).status_code == 200
    assert Submission.objects.get().status == Status.SUBMITTED


def test_what_came_from_a_nomination_goes_back_to_it(press, moderator):
    nomination = Nomination.objects.create(title="Night bus", text="Somebody says so", language="en", city=make_city())
    link = ask_city(nomination, by=moderator, city=make_city(), email="city@city.example", language="en")
    token = link.rstrip("/").rsplit("/", 1)[1]
    plain, officer = in_review(moderator), make_user()
    claim_nomination(token, by=officer)
    submission = Submission.objects.get(nomination=nomination)
    sent = make_sent_submission()
    Submission.objects.filter(pk=submission.pk).delete()
    Nomination.objects.filter(pk=nomination.pk).update(submission=sent)
    sent = perform(sent, Action.CLAIM, by=moderator, version=sent.version)

    assert press(plain, Action.RETURN, note="Not this").status_code == 200
    assert press(sent, Action.RETURN, note="The officer does not speak for the city.").status_code == 302

    nomination.refresh_from_db()
    assert (nomination.status, nomination.submission, nomination.digest) == (NominationStatus.WAITING, None, None)
    assert nomination.reason == "The officer does not speak for the city."
    assert not Nomination.objects.filter(digest=digest_of_link(token)).exists()
    sent.refresh_from_db()
    assert sent.status == Status.WITHDRAWN
    assert "The officer does not speak" in held_mails(sent)[0].body


# --- Held messages ---


@pytest.fixture
def mail_url():
    return lambda submission, mail: reverse("admin:submissions_submission_mail", args=[submission.pk, mail.pk])


def test_a_held_message_is_shown_changed_and_stopped_on_the_page(press, desk, record_url, mail_url, moderator):
    submission = in_review(moderator)
    press(submission, Action.REJECT, note="Too sharp")
    (mail,) = held_mails(submission)
    page = desk.get(record_url(submission)).content.decode()
    assert "A message to the officer waits until" in page
    assert mail_url(submission, mail) in page
    seen = mail.not_before.isoformat()

    lost = desk.post(mail_url(submission, mail), {"act": "save", "seen": seen, "subject": "Hello", "body": "No link"})
    assert "Keep this link in the text" in lost.content.decode()
    assert "No link" in lost.content.decode()
    body = mail.body.replace("Too sharp", "Kinder")
    saved = desk.post(mail_url(submission, mail), {"act": "save", "seen": seen, "subject": "Hello", "body": body})
    assert saved.status_code == 302
    mail.refresh_from_db()
    assert (mail.subject, "Kinder" in mail.body) == ("Hello", True)

    stale = desk.post(
        mail_url(submission, mail), {"act": "save", "seen": seen, "subject": "Mine", "body": body + "My own words"}
    )
    assert stale.status_code == 409
    assert "Somebody changed the message meanwhile" in messages_of(stale)[-1]
    assert "My own words" in stale.content.decode()
    assert "Kinder" in stale.content.decode()

    assert desk.post(mail_url(submission, mail), {"act": "take_back", "seen": mail.not_before.isoformat()}).url
    mail.refresh_from_db()
    assert mail.taken_back_at is not None
    OutgoingMail.objects.update(not_before=timezone.now())
    desk.post(mail_url(submission, mail), {"act": "send", "seen": mail.not_before.isoformat()})
    assert "waits until" not in desk.get(record_url(submission)).content.decode()
    assert deliver_waiting()[0] == OutgoingMail.objects.filter(taken_back_at=None).count()


def test_messages_of_others_and_of_secrets_are_not_opened(desk, mail_url, moderator):
    submission, other = in_review(moderator), in_review(make_moderator())
    perform(other, Action.REJECT, by=other.assignee, version=other.version, note="For the other one alone")
    (foreign,) = held_mails(other)

    answer = desk.get(mail_url(submission, foreign), follow=True)

    assert "For the other one alone" not in answer.content.decode()
    assert "not one that you can change" in answer.content.decode()


def test_a_decision_is_taken_back_by_its_button_and_too_late_is_said(press, moderator):
    submission = in_review(moderator)
    press(submission, Action.REJECT, note="No")
    submission.refresh_from_db()
    assert press(submission, Action.TAKE_BACK).status_code == 302
    submission.refresh_from_db()
    assert submission.status == Status.IN_REVIEW
    press(submission, Action.REJECT, note="No after all")
    submission.refresh_from_db()
    OutgoingMail.objects.update(not_before=timezone.now())
    deliver_waiting()

    late = press(submission, Action.TAKE_BACK)

    assert "cannot be taken back any more" in messages_of(late)[-1]
    submission.refresh_from_db()
    assert submission.status == Status.REJECTED


# --- Merging ---


def test_a_practice_is_found_compared_field_by_field_and_merged(desk, record_url, moderator):
    practice = make_practice(title="Night bus", summary="Old words")
    submission = in_review(moderator, title="Bus at night", summary="New words", by=make_user(language="de"))
    merge = reverse("admin:submissions_submission_merge", args=[submission.pk])
    assert merge in desk.get(record_url(submission)).content.decode()
    assert f"?practice={practice.pk}" in desk.get(merge).content.decode()
    assert "No published practice was found." in desk.get(merge, {"q": "nothing like it"}).content.decode()

    page = desk.get(merge, {"practice": practice.pk})
    assert "Old words" in page.content.decode()
    assert "New words" in page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() for name in ("practice", "version", "live_version")}
    data |= {
        "note": "",
        "pick-summary": "submitted",
        "pick-title": "live",
        "pick-nonsense": "both",
        "pick-funding": "x",
    }

    missing = desk.post(merge, data)
    assert missing.context["form"].errors == {"note": ["Write a note: the officer must read why."]}
    summary = next(choice for choice in missing.context["choices"] if choice.field.name == "summary")
    assert [chosen for _pick, _label, chosen in summary.options] == [False, True, False]
    assert desk.post(merge, data | {"note": "Dasselbe"}).url == record_url(submission)
    submission.refresh_from_db()
    assert (submission.practice, submission.content["summary"]) == (practice, {"en": "New words"})
    again = desk.post(merge, data | {"note": "Dasselbe, noch einmal"})
    assert again.status_code == 409
    assert "You did this already" in messages_of(again)[-1]
    assert "Dasselbe, noch einmal" in again.content.decode()


def test_a_merger_is_taken_back_by_its_button_and_its_note_is_not_a_decisions(press, desk, record_url, moderator):
    practice = make_practice()
    submission = in_review(moderator)
    merger = Merger(practice=practice, version=1, picks={})
    submission = perform(
        submission, Action.MERGE, by=moderator, version=submission.version, note="The same", merger=merger
    )
    assert Action.TAKE_BACK in {action for action, _note in desk.get(record_url(submission)).context["actions"]}

    assert press(submission, Action.TAKE_BACK).status_code == 302

    page = desk.get(record_url(submission))
    assert page.context["submission"].practice is None
    assert page.context["decision_form"]["note"].value() == ""
    assert reverse("admin:submissions_submission_merge", args=[submission.pk]) in page.content.decode()


def test_what_the_officer_may_not_read_is_not_compared(desk, moderator):
    practice = make_practice(contact="A name for colleagues", lead_city="amsterdam")
    submission = in_review(moderator)

    page = desk.get(reverse("admin:submissions_submission_merge", args=[submission.pk]), {"practice": practice.pk})

    assert "not everyone who writes this submission may read" in messages_of(page)[0]
    assert "choices" not in page.context


# --- A fresh sign-in ---


@pytest.fixture
def signed_in_long_ago(client, settings):
    """A moderator with a password, whose sign-in is an hour old."""
    person = make_moderator("fresh@registry.example", password=PASSWORD)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": time.time() - 3600} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    return person


def test_publishing_asks_for_a_fresh_sign_in_and_gives_the_typed_decision_back(client, signed_in_long_ago, record_url):
    submission = in_review(signed_in_long_ago)
    data = {"action": "approve", "version": submission.version, "note": "Thank you", "evidence_level": "monitored"}

    detour = client.post(record_url(submission), data)

    assert detour.status_code == 302
    assert detour.url.startswith(reverse("account_reauthenticate"))
    assert not Practice.objects.exists()
    back = client.post(detour.url, {"password": PASSWORD})
    assert back.url == record_url(submission)
    page = client.get(back.url)
    assert not Practice.objects.exists()
    assert "Nothing is decided yet" in messages_of(page)[-1]
    form = page.context["decision_form"]
    assert (form["note"].value(), form["evidence_level"].value()) == ("Thank you", "monitored")
    assert form["version"].value() == str(submission.version)
    assert client.post(record_url(submission), data).url == record_url(submission)
    assert Practice.objects.get().evidence_level == "monitored"
    # What was given back is kept no longer.
    assert "Nothing is decided yet" not in client.get(record_url(submission)).content.decode()


def test_other_decisions_ask_for_none(client, signed_in_long_ago, record_url):
    submission = in_review(signed_in_long_ago)

    answer = client.post(record_url(submission), {"action": "reject", "version": submission.version, "note": "No"})

    assert answer.url == record_url(submission)
    assert Submission.objects.get().status == Status.REJECTED
