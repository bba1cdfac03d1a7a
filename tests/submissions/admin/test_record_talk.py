"""Beside the record: notes to colleagues, the conversation, the checklist, and what was there before."""

import re

import pytest
from django.urls import reverse

from accounts.models import OutgoingMail
from submissions.checklist import CHECKLIST
from submissions.choices import Action
from submissions.models import ChecklistTick, Message, StaffNote, Submission
from submissions.services import perform
from submissions.services.messages import MOST_A_DAY
from submissions.services.staff_notes import add_note
from tests.factories import (
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

SECRET = "xanadunote"


def address(name, submission):
    return reverse(f"admin:submissions_submission_{name}", args=[submission.pk])


def page(response):
    return response.content.decode()


def test_a_note_is_kept_once_and_what_is_wrong_with_one_is_said_at_its_field(desk, record_url, moderator):
    submission = make_sent_submission()
    note = address("note", submission)

    empty = desk.post(note, {"text": "  "})
    long = desk.post(note, {"text": "word " * 1000})
    first = desk.post(note, {"text": "Ask the ministry\r\n<b>first</b>"})
    desk.post(note, {"text": "Ask the ministry\r\n<b>first</b>"})

    assert "Write something first." in page(empty)
    assert page(long).count("word ") >= 1000
    assert first.url == f"{record_url(submission)}#notes"
    assert StaffNote.objects.get().text == "Ask the ministry\n<b>first</b>"
    text = page(desk.get(record_url(submission)))
    assert "Ask the ministry\n&lt;b&gt;first&lt;/b&gt;" in text
    assert not OutgoingMail.objects.exclude(recipient=submission.submitter.email).exists()


def test_moderators_who_wrote_it_or_speak_for_its_city_neither_read_nor_write_notes(client, record_url):
    author = make_moderator()
    of_the_city = make_moderator()
    submission = make_sent_submission(by=author)
    make_member(of_the_city, submission.city)
    add_note(submission, by=make_moderator(), text=SECRET)

    for user in (author, of_the_city):
        client.force_login(user)
        assert SECRET not in page(client.get(record_url(submission)))
        refused = client.post(address("note", submission), {"text": "Let me in"})
        assert "neither wrote this nor speak for its city" in page(refused)
        assert SECRET not in page(refused)

    assert StaffNote.objects.count() == 1


def test_a_message_goes_to_the_other_side_once_and_without_a_name(desk, record_url, moderator):
    author = make_user("author@city.example", language="nl")
    co_editor, gone = make_user(language="fr"), make_user(is_active=False)
    submission = make_sent_submission(by=author)
    submission.co_editors.add(co_editor, gone)
    OutgoingMail.objects.all().delete()

    for _press in range(2):
        answer = desk.post(address("message", submission), {"text": "Which law?\r\n<script>"})

    assert answer.url == f"{record_url(submission)}#conversation"
    assert Message.objects.get().from_moderators
    mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == {author.email, co_editor.email}
    assert (mails[author.email].language, mails[co_editor.email].language) == ("nl", "fr")
    assert f"/nl/submissions/{submission.uuid}/" in mails[author.email].body
    assert "Which law?\n<script>" in mails[author.email].body
    assert moderator.name not in mails[author.email].body + mails[author.email].subject
    assert "&lt;script&gt;" in page(desk.get(record_url(submission)))


def test_what_is_wrong_with_a_message_is_said_and_what_was_typed_stays(desk, record_url):
    submission = make_sent_submission()

    empty = desk.post(address("message", submission), {"text": ""})
    for number in range(MOST_A_DAY):
        desk.post(address("message", submission), {"text": f"Number {number}"})
    too_many = desk.post(address("message", submission), {"text": "One more"})

    assert "Write something first." in page(empty)
    assert "more messages than one may write in a day" in page(too_many)
    assert ">\nOne more</textarea>" in page(too_many)
    assert Message.objects.count() == MOST_A_DAY


def test_ticks_are_shown_with_who_and_when_and_begin_anew_with_each_sending(desk, record_url, moderator):
    submission = make_sent_submission()
    tick = address("tick", submission)

    for item, ticked in (("sources", "1"), ("sources", "1"), ("dates", "1"), ("dates", "0"), ("nonsense", "1")):
        desk.post(tick, {"item": item, "ticked": ticked})
    desk.get(tick, {"item": "city", "ticked": "1"})

    assert [(entry.item, entry.by) for entry in ChecklistTick.objects.all()] == [("sources", moderator)]
    text = page(desk.get(record_url(submission)))
    assert f"1 of {len(CHECKLIST)}" in text
    assert all(str(point.label) in text for point in CHECKLIST)
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    submission = perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="More")
    desk.post(tick, {"item": "city", "ticked": "1"})
    assert ChecklistTick.objects.count() == 1
    perform(submission, Action.SUBMIT, by=submission.submitter, version=submission.version)
    assert not ChecklistTick.objects.exists()


def test_nothing_beside_the_record_is_reached_by_those_who_do_not_moderate(client, record_url):
    submission = make_sent_submission()
    draft = make_submission(summary=SECRET)

    for user in (None, submission.submitter, make_member().user):
        client.logout()
        if user:
            client.force_login(user)
        for name, data in (("note", {"text": "x"}), ("message", {"text": "x"}), ("tick", {"item": "dates"})):
            assert client.post(address(name, submission), data).status_code in (302, 403)
    client.force_login(make_moderator())
    for name in ("note", "message", "tick"):
        answer = client.post(address(name, draft), {"text": "x", "item": "dates", "ticked": "1"})
        assert answer.url == reverse("admin:submissions_submission_changelist")

    assert [model.objects.count() for model in (StaffNote, Message, ChecklistTick)] == [0, 0, 0]


def test_what_the_person_and_the_city_have_already_stands_there_and_no_draft(desk, record_url):
    author = make_user()
    practice = make_practice(title="Led by the city")
    elsewhere = make_sent_submission(by=author, title="Of the person", lead_city="utrecht")
    of_the_city = make_sent_submission(title="Of the city")
    make_sent_submission(title="Of neither", lead_city="utrecht")
    make_submission(by=author, title="Never sent")
    reviewer = make_moderator()
    elsewhere = perform(elsewhere, Action.CLAIM, by=reviewer, version=elsewhere.version)
    elsewhere = perform(elsewhere, Action.REQUEST_CHANGES, by=reviewer, version=elsewhere.version, note="More")
    Submission.objects.filter(pk=elsewhere.pk).update(title="Half a thou")
    submission = make_sent_submission(by=author, title="This one")

    response = desk.get(record_url(submission))
    text = page(response)

    shown = [entry["submission"] for entry in response.context["earlier"]]
    assert shown == [of_the_city, elsewhere]
    assert [entry["practice"] for entry in response.context["city_practices"]] == [practice]
    for words in ("Led by the city", "Of the person", "Of the city"):
        assert words in text
    assert "Never sent" not in text
    assert "Half a thou" not in text


def test_every_preview_is_one_link_away(desk, record_url):
    submission = make_sent_submission(title="Night shelter")
    text = page(desk.get(record_url(submission)))

    for circle in ("public", "peer", "moderator"):
        for language in ("en", "de", "el", "es", "fr", "it", "nl"):
            assert f'href="/{language}/submissions/{submission.uuid}/preview/?as={circle}"' in text
    assert desk.get(f"/nl/submissions/{submission.uuid}/preview/?as=peer").status_code == 200
    previews = text[text.index('id="previews"') : text.index("</section>", text.index('id="previews"'))]
    assert re.findall('<h3 id="preview-([a-z]+)">([^<]+)</h3>', previews) == [
        ("public", "The public"),
        ("peer", "A verified officer"),
        ("moderator", "A moderator"),
    ]
    links = re.findall(r"<a [^>]*>(.*?)</a>", previews)
    assert len(set(links)) == len(links) == 21
    # Each language by its own name, and read out in it.
    assert '<span lang="el">Ελληνικά</span>' in links[2]
    assert '<span lang="nl">Nederlands</span>' in links[-1]
