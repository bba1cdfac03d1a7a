"""The conversation and the moderators' corrections, as those meet them who write a submission."""

import pytest
from django.urls import reverse

from accounts.models import OutgoingMail
from practices.content import FIELDS_BY_NAME
from submissions.choices import Action
from submissions.models import Message, Submission
from submissions.services import perform
from submissions.services.checklist import set_tick
from submissions.services.messages import MOST_A_DAY, message_waits, send_message
from submissions.services.moderator_edits import edit_texts
from submissions.services.staff_notes import add_note
from submissions.urls import urlpatterns
from tests.factories import make_member, make_moderator, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db

SECRET = "xanadunote"


def address(submission):
    return reverse("submission-conversation", args=[submission.uuid])


def page(response):
    return response.content.decode()


def addresses_of(submission):
    """Every address of a published submission, and those that give out its practice."""
    values = {"uuid": submission.uuid, "section": "brief"}
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if "uuid" in wanted and set(wanted) <= set(values):
            yield reverse(pattern.name, kwargs={name: values[name] for name in wanted})
    slug = submission.practice.slug
    yield from (reverse(name) for name in ("submission-list", "practice-list", "practice-feed", "api-practice-list"))
    yield from (reverse(name, args=[slug]) for name in ("practice-detail", "api-practice-detail", "api-version-list"))
    yield from (reverse(name, args=[slug, 1]) for name in ("practice-version", "api-version-detail"))
    yield from (reverse("practice-export", args=[kind]) for kind in ("csv", "jsonl"))


def test_no_officer_meets_a_note_or_a_moderators_name_anywhere(client):
    """The author of a published submission walks through its addresses, and reads every mail."""
    reviewer = make_moderator(f"{SECRET}@registry.example", name=SECRET)
    author = make_member().user
    submission = make_sent_submission(by=author, title="Open to all", start_year=1987)
    add_note(submission, by=reviewer, text=SECRET)
    send_message(submission, by=reviewer, text="Which law is it?")
    send_message(submission, by=author, text="The decree of the city.")
    set_tick(submission, by=reviewer, item="sources", ticked=True)
    submission = perform(submission, Action.CLAIM, by=reviewer, version=submission.version)
    submission = perform(submission, Action.APPROVE, by=reviewer, version=submission.version)
    client.force_login(author)

    found = {}
    for place in addresses_of(submission):
        response = client.get(place)
        assert response.status_code < 500, place
        found[place] = b"".join(response.streaming_content) if response.streaming else response.content

    assert b"Which law is it?" in found[submission.get_absolute_url()]
    assert [place for place, body in found.items() if SECRET.encode() in body.lower()] == []
    mails = [f"{mail.subject} {mail.body}" for mail in OutgoingMail.objects.filter(recipient=author.email)]
    assert any("Which law is it?" in mail for mail in mails)
    assert not any(SECRET in mail for mail in mails)


def test_a_message_reaches_the_moderator_who_has_it_once(client):
    author = make_user(name="Author")
    submission = make_sent_submission(by=author)
    client.force_login(author)
    OutgoingMail.objects.all().delete()

    answer = client.post(address(submission), {"text": "Nobody has it yet"})

    assert answer.url == f"{submission.get_absolute_url()}#conversation"
    assert not OutgoingMail.objects.exists()
    reviewer = make_moderator(language="nl")
    submission = perform(submission, Action.CLAIM, by=reviewer, version=submission.version)
    for _press in range(2):
        client.post(address(submission), {"text": "Is <b>this</b>\r\nenough?"})
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == (reviewer.email, "nl")
    assert "Is <b>this</b>\nenough?" in mail.body
    assert f"/admin/submissions/submission/{submission.pk}/change/#conversation" in mail.body
    assert [message.from_moderators for message in Message.objects.all()] == [False, False]
    assert "Is &lt;b&gt;this&lt;/b&gt;<br>enough?" in page(client.get(submission.get_absolute_url()))
    reviewer.groups.clear()
    client.post(address(submission), {"text": "They moderate no longer"})
    assert OutgoingMail.objects.count() == 1


def test_a_message_waits_until_a_moderator_answers(client, settings):
    settings.CMISE_DEMO = True
    silent, asked, answered = (make_sent_submission() for _number in range(3))
    for submission in (asked, answered):
        send_message(submission, by=submission.submitter, text="One")
        send_message(submission, by=submission.submitter, text="Two")
    send_message(answered, by=make_moderator(), text="Yes")
    send_message(silent, by=make_moderator(), text="Which law?")

    assert list(Submission.objects.filter(message_waits())) == [asked]
    send_message(answered, by=answered.submitter, text="And then?")
    assert set(Submission.objects.filter(message_waits())) == {asked, answered}
    client.force_login(make_moderator())
    queue = client.get(reverse("admin:submissions_submission_changelist"))
    marked = {row.submission: row.message_waits for row in queue.context["rows"]}
    assert marked == {silent: False, asked: True, answered: True}
    assert page(queue).count("A message waits") == 2


def test_what_is_wrong_is_said_and_what_was_typed_stays(client):
    submission = make_sent_submission()
    client.force_login(submission.submitter)

    empty = client.post(address(submission), {"text": " "})
    long = client.post(address(submission), {"text": "word " * 1000})
    for number in range(MOST_A_DAY):
        client.post(address(submission), {"text": f"Number {number}"})
    too_many = client.post(address(submission), {"text": "One more"})

    assert "Write something first." in page(empty)
    assert page(long).count("word ") >= 1000
    assert "You have written many messages today." in page(too_many)
    assert "One more</textarea>" in page(too_many)
    assert Message.objects.count() == MOST_A_DAY
    other = make_sent_submission(by=submission.submitter)
    assert client.post(address(other), {"text": "About something else"}).status_code == 302


def test_about_what_nobody_sent_there_is_nobody_to_talk_to(client):
    draft = make_submission()
    client.force_login(draft.submitter)

    assert client.get(address(draft)).url == draft.get_absolute_url()
    assert client.post(address(draft), {"text": "Hello"}).url == draft.get_absolute_url()
    assert "Send the message" not in page(client.get(draft.get_absolute_url()))
    assert not Message.objects.exists()


def test_officers_read_what_a_moderator_changed_word_by_word_and_not_who(client):
    reviewer = make_moderator(name="Nomen Reviewer")
    submission = make_sent_submission(title="Night shelter", summary="Ten beds <i>for</i> families.")
    submission = perform(submission, Action.CLAIM, by=reviewer, version=submission.version)
    submission = edit_texts(
        submission,
        by=reviewer,
        field=FIELDS_BY_NAME["summary"],
        texts={"summary.en": "Twelve beds <i>for</i> families."},
        reason="As your <annex> says",
        version=submission.version,
    )
    client.force_login(submission.submitter)

    for name in ("submission-detail", "submission-changes"):
        text = page(client.get(reverse(name, args=[submission.uuid])))
        assert "The moderators changed" in text
        assert "Ten</del>" in text
        assert "Twelve</ins> beds &lt;i&gt;for&lt;/i&gt; families." in text
        assert "As your &lt;annex&gt; says" in text
        assert "Nomen Reviewer" not in text
