"""What may be done with many submissions at once, and that none of it decides anything."""

import csv
from io import StringIO

import pytest
from django.contrib import admin

from submissions.admin.bulk import MOST
from submissions.choices import Act, Action, Status
from submissions.models import Submission, SubmissionEvent, Tag
from submissions.services import perform
from submissions.services.tagging import add_tag
from tests.factories import make_city, make_member, make_moderator, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def do(desk, queue_url):
    """Run a bulk action on submissions, as the page's form does."""

    def do(action, *submissions, query="", **data):
        chosen = [one.pk for one in submissions]
        values = {"action": action, "index": "0", "_selected_action": chosen, "moderator": "", "tag": ""}
        return desk.post(f"{queue_url}{query}", values | data, follow=True)

    return do


def said(response):
    return [str(message) for message in response.context["messages"]]


def lines(response):
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_giving_notes_hands_over_and_names_what_it_skips(do, moderator):
    colleague = make_moderator(name="Colleague")
    make_member(colleague, make_city("utrecht"), by=moderator)
    waiting = make_sent_submission(title="Waiting")
    reviewed = make_sent_submission(title="In review")
    reviewed = perform(reviewed, Action.CLAIM, by=moderator, version=reviewed.version)
    asked = make_sent_submission(title="Asked")
    asked = perform(asked, Action.CLAIM, by=moderator, version=asked.version)
    asked = perform(asked, Action.REQUEST_CHANGES, by=moderator, version=asked.version, note="More, please.")
    theirs = make_sent_submission(title="Their city", lead_city="utrecht")
    own = make_sent_submission(title="My text", by=moderator)

    chosen = (waiting, reviewed, asked, theirs, own)
    # One of them is in this list no longer.
    answer = do("give_to_moderator", *chosen, moderator=str(colleague.pk), query="?turn=waiting")
    again = do("give_to_moderator", waiting, moderator=str(colleague.pk))

    found = {one.title: (one.status, one.assignee) for one in Submission.objects.select_related("assignee")}
    assert found == {
        "Waiting": (Status.SUBMITTED, colleague),
        "In review": (Status.IN_REVIEW, colleague),
        "Asked": (Status.CHANGES_REQUESTED, moderator),
        "Their city": (Status.SUBMITTED, None),
        "My text": (Status.SUBMITTED, None),
    }
    assert said(answer)[0] == "2 submissions were given to Colleague."
    skipped = " / ".join(said(answer)[1:])
    assert f"not waiting and not in review: “Asked” ({asked.reference})" in skipped
    assert f"the person wrote it or speaks for its city: “Their city” ({theirs.reference})" in skipped
    assert f"you wrote it or speak for its city: “My text” ({own.reference})" in skipped
    assert said(again) == ["0 submissions were given to Colleague."]
    events = SubmissionEvent.objects.filter(action=Act.ASSIGNED)
    assert sorted(event.submission.title for event in events) == ["In review", "Waiting"]
    assert {(event.by, event.note, event.from_status == event.to_status) for event in events} == {
        (moderator, "Colleague", True)
    }


def test_a_note_can_be_taken_away_and_a_claim_still_counts(do, moderator):
    waiting = make_sent_submission()
    do("give_to_moderator", waiting, moderator=str(moderator.pk))
    noted = Submission.objects.get(pk=waiting.pk)
    do("give_to_moderator", waiting, moderator="nobody")
    free = Submission.objects.get(pk=waiting.pk)

    assert (noted.assignee, free.assignee) == (moderator, None)
    assert waiting.version < noted.version < free.version
    claimed = perform(free, Action.CLAIM, by=moderator, version=free.version)
    do("give_to_moderator", waiting, moderator="nobody")
    assert Submission.objects.get(pk=claimed.pk).assignee == moderator


def test_nobody_but_a_moderator_is_given_anything(do):
    waiting = make_sent_submission()
    strangers = [make_user(), make_user(is_staff=True), make_moderator(is_active=False)]

    for chosen in (*(str(person.pk) for person in strangers), "", "²", "9" * 30):
        assert said(do("give_to_moderator", waiting, moderator=chosen)) == [
            "Choose to whom they shall be given. Nothing was changed."
        ]
    assert Submission.objects.get(pk=waiting.pk).assignee is None


def test_tags_are_typed_found_again_and_forgotten(do, desk, queue_url):
    first, second = make_sent_submission(title="First"), make_sent_submission(title="Second")

    do("tag", first, tag="  Law   <b>")
    do("tag", first, second, tag="law <B>")
    tagged = desk.get(queue_url, {"tag": Tag.objects.get().pk})
    do("untag", first, tag="LAW <b>")

    assert [row.title for row in tagged.context["rows"]] == ["First", "Second"]
    assert b"Law <b>" not in tagged.content
    assert list(second.tags.values_list("name", flat=True)) == ["Law <b>"]
    assert not first.tags.exists()
    do("untag", second, tag="law <b>")
    assert not Tag.objects.exists()
    for name in ("", "  ", "x" * 41):
        assert "Write the tag" in said(do("tag", first, tag=name))[0]
    assert not Tag.objects.exists()


def test_the_file_holds_what_the_rows_show_and_nothing_that_nobody_sent(do, desk, queue_url, moderator):
    sent = make_sent_submission(title="=HYPERLINK(1)", contact="secret@stad.example", discreet_details="secret door")
    add_tag([sent], name="+law", by=moderator)
    drafts = [make_submission(title="Unsent secret"), make_submission(by=moderator, title="Own secret")]
    withdrawn = make_submission(title="Withdrawn secret")
    perform(withdrawn, Action.WITHDRAW, by=withdrawn.submitter, version=withdrawn.version)
    retyped = make_sent_submission(title="As sent")
    retyped = perform(retyped, Action.CLAIM, by=moderator, version=retyped.version)
    perform(retyped, Action.REQUEST_CHANGES, by=moderator, version=retyped.version, note="More, please.")
    Submission.objects.filter(pk=retyped.pk).update(title="Typed secret")

    answer = do("export", sent, retyped, withdrawn, *drafts, query="?turn=all")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))

    assert "secret" not in text
    assert [(row["reference"], row["title"], row["status"], row["tags"]) for row in rows] == [
        (sent.reference, "'=HYPERLINK(1)", "submitted", "'+law"),
        (retyped.reference, "As sent", "changes_requested", ""),
    ]
    assert rows[1]["moderator"] == "Reviewer"
    assert rows[0]["country"] == "BE"
    assert "no-store" in answer["Cache-Control"]
    everything = lines(do("export", sent, query="?turn=all", select_across="1"))
    assert [row["title"] for row in everything] == ["'=HYPERLINK(1)", "As sent"]


def test_the_export_speaks_the_language_of_who_asked(do, moderator):
    moderator.language = "fr"
    moderator.save()
    sent = make_sent_submission()

    (row,) = lines(do("export", sent, query="?turn=all"))

    assert (row["turn"], row["city"], row["country"]) == ("En attente de la modération", "Gand", "BE")


def test_no_bulk_action_decides(desk, queue_url, rf, moderator):
    """Whatever is chosen and however the form is filled in, every status stays as it is."""
    make_sent_submission()
    reviewed = make_sent_submission()
    reviewed = perform(reviewed, Action.CLAIM, by=moderator, version=reviewed.version)
    before = dict(Submission.objects.values_list("pk", "status"))
    request = rf.get("/admin/")
    request.user = moderator
    offered = list(admin.site.get_model_admin(Submission).get_actions(request))

    assert offered == ["give_to_moderator", "tag", "untag", "export"]
    for name in [*offered, *Action.values, "delete_selected"]:
        form = {"action": name, "index": "0", "_selected_action": list(before), "moderator": str(moderator.pk)}
        desk.post(queue_url, {**form, "tag": "law", "status": "published", "note": "Yes", "post": "yes"})
        assert dict(Submission.objects.values_list("pk", "status")) == before, name
    assert not SubmissionEvent.objects.filter(action__in=[Action.APPROVE, Action.REJECT, Action.SCHEDULE]).exists()


def test_too_many_at_once_change_nothing(do, moderator, monkeypatch):
    monkeypatch.setattr("submissions.admin.bulk.MOST", 1)
    first, second = make_sent_submission(), make_sent_submission()

    assert MOST > 1
    assert said(do("tag", first, second, tag="law")) == ["At most 1 at once, please. Nothing was changed."]
    assert not Tag.objects.exists()


def test_staff_without_the_role_do_nothing_in_bulk(client, queue_url):
    submission = make_sent_submission()
    client.force_login(make_user(is_staff=True))

    answer = client.post(queue_url, {"action": "tag", "index": 0, "_selected_action": [submission.pk], "tag": "law"})

    assert answer.status_code == 403
    assert not Tag.objects.exists()
