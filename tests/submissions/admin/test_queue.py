"""The list of what was sent: what stands in it, in which order, and figures that hold."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.base import ModelState
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from submissions.admin.listing import QueueAdmin
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import add_remark, answer_remark, perform
from tests.factories import make_moderator, make_practice, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db


def titles(response):
    return [str(submission) for submission in response.context["cl"].result_list]


def figures(response):
    """By filter and link: the figure, as the page shows it."""
    return {
        spec.title: {
            str(choice["display"]).rpartition(" (")[0]: int(str(choice["display"]).rpartition("(")[2].rstrip(")"))
            for choice in spec.choices(response.context["cl"])
            if str(choice["display"]).endswith(")")
        }
        for spec in response.context["cl"].filter_specs
    }


def age(submission, days):
    Submission.objects.filter(pk=submission.pk).update(submitted_at=timezone.now() - timedelta(days=days))


def test_oldest_first_with_its_age(desk, queue_url):
    age(make_sent_submission(title="Second"), 3)
    age(make_sent_submission(title="First"), 40)
    make_sent_submission(title="Third")

    response = desk.get(queue_url)

    assert titles(response) == ["First", "Second", "Third"]
    assert "40 days" in response.content.decode()


def test_pages_follow_on_from_each_other_in_every_order(desk, queue_url, monkeypatch):
    """Also where two were sent at the same moment, and where the list is narrowed or searched."""
    monkeypatch.setattr(QueueAdmin, "list_per_page", 2)
    now = timezone.now()
    for number, days in enumerate([1, 9, 5, 9, 3]):
        sent = make_sent_submission(title=f"Shelter {number}")
        Submission.objects.filter(pk=sent.pk).update(submitted_at=now - timedelta(days=days))
    make_sent_submission(title="Another")
    oldest, newest = ["1", "3", "2", "4", "0"], ["0", "4", "2", "1", "3"]

    def pages(**query):
        shown = [titles(desk.get(queue_url, {"q": "shelter", "kind": "new", **query, "p": p})) for p in (1, 2, 3)]
        return [title.removeprefix("Shelter ") for page in shown for title in page], [len(page) for page in shown]

    assert pages() == pages(o="sent") == pages(o="nonsense") == (oldest, [2, 2, 1])
    assert pages(o="-sent") == (newest, [2, 2, 1])
    assert titles(desk.get(queue_url, {"all": "", "q": "shelter"})) == [f"Shelter {number}" for number in oldest]
    assert desk.get(queue_url, {"p": "4", "q": "shelter"}).status_code == 302


def test_drafts_that_nobody_sent_are_their_authors(desk, queue_url, record_url, moderator):
    draft = make_submission(title="Unsent secret")
    withdrawn = make_submission(title="Withdrawn secret")
    perform(withdrawn, Action.WITHDRAW, by=withdrawn.submitter, version=withdrawn.version)
    own = make_submission(by=moderator, title="Own secret")

    listed = desk.get(queue_url, {"turn": "all"})
    opened = [desk.get(record_url(entry)) for entry in (draft, withdrawn, own)]

    assert titles(listed) == []
    assert [response.status_code for response in opened] == [302, 302, 302]
    assert all(b"secret" not in response.content for response in [listed, *opened])


def test_the_log_keeps_quiet_about_unsent_drafts(desk):
    withdrawn = make_submission(title="Withdrawn secret")
    perform(withdrawn, Action.WITHDRAW, by=withdrawn.submitter, version=withdrawn.version)

    response = desk.get("/admin/submissions/submissionevent/")

    assert response.status_code == 200
    assert b"secret" not in response.content


def test_closed_ones_are_a_click_away(desk, queue_url, moderator):
    make_sent_submission(title="Open one")
    closed = make_sent_submission(title="Withdrawn one")
    perform(closed, Action.WITHDRAW, by=closed.submitter, version=closed.version)

    assert titles(desk.get(queue_url)) == ["Open one"]
    assert titles(desk.get(queue_url, {"turn": "withdrawn"})) == ["Withdrawn one"]
    assert set(titles(desk.get(queue_url, {"turn": "all"}))) == {"Open one", "Withdrawn one"}


def test_figures_of_the_filters_are_what_a_click_shows(desk, queue_url, moderator):
    mine = make_sent_submission(title="Mine", lead_city="utrecht", original_language="nl")
    perform(mine, Action.CLAIM, by=moderator, version=mine.version)
    other = make_sent_submission(title="Other")
    perform(other, Action.CLAIM, by=make_moderator(name="Colleague"), version=other.version)
    make_sent_submission(title="Nobody's", original_language="nl")
    asked = make_sent_submission(title="Asked")
    asked = perform(asked, Action.CLAIM, by=moderator, version=asked.version)
    perform(asked, Action.REQUEST_CHANGES, by=moderator, version=asked.version, note="More, please")

    response = desk.get(queue_url)
    found = figures(response)

    assert found["status"] == {
        "Open": 4, "Waiting for moderators": 3, "Waiting for the officer": 1, "Waiting for its day": 0,
        "Published": 0, "Declined": 0, "Withdrawn": 0, "All": 4,
    }  # fmt: skip
    assert found["moderator"] == {"Mine": 2, "Nobody’s": 1, "Colleague": 1}
    assert found["country"] == {"Belgium": 3, "Netherlands": 1}
    assert found["language"]["Dutch"] == 2


def test_figures_follow_the_other_filters_and_the_search(desk, queue_url):
    make_sent_submission(title="Night bus", original_language="nl")
    make_sent_submission(title="Night shelter", lead_city="utrecht")

    by_language = figures(desk.get(queue_url, {"language": "nl"}))
    by_search = figures(desk.get(queue_url, {"q": "shelter"}))

    assert by_language["country"] == {"Belgium": 1}
    assert by_language["language"]["English"] == 1
    assert by_search["country"] == {"Netherlands": 1}


def test_search_by_title_city_reference_and_address(desk, queue_url):
    officer = make_user("marta@gemeente.example")
    wanted = make_sent_submission(by=officer, title="Night shelter")
    Submission.objects.filter(pk=wanted.pk).update(number=7)
    make_sent_submission(title="Legal advice", lead_city="utrecht")

    for query in ("shelter", "SHELTER night", "Gent", "Gand", "Γάνδη", "cmise-0007", "CMISE-7", "7", "marta@gemeente"):
        assert titles(desk.get(queue_url, {"q": query})) == ["Night shelter"], query
    assert titles(desk.get(queue_url, {"q": "shelter advice"})) == []


def test_a_dash_between_the_words_of_a_pasted_title_is_no_word(desk, queue_url):
    make_sent_submission(title="Night shelter – tannery")
    make_sent_submission(title="Health card")

    found = {words: titles(desk.get(queue_url, {"q": words})) for words in ("Night shelter – tannery", "–", "& /", "")}

    assert found == {
        "Night shelter – tannery": ["Night shelter – tannery"],
        "–": [],
        "& /": [],
        "": ["Night shelter – tannery", "Health card"],
    }


def test_titles_are_found_and_sorted_in_any_language_without_accents(desk, queue_url):
    make_sent_submission(title={"el": "Νυχτερινός ξενώνας", "de": "Übernachtung"}, original_language="el")
    make_sent_submission(title="zebra crossing")
    make_sent_submission(title="Éveil")

    for query in ("νυχτερινος", "ξενωνας ΝΥΧΤ", "ubernachtung", "Übernacht"):
        assert titles(desk.get(queue_url, {"q": query})) == ["Νυχτερινός ξενώνας"], query
    assert titles(desk.get(queue_url, {"o": "title"})) == ["Éveil", "zebra crossing", "Νυχτερινός ξενώνας"]
    assert titles(desk.get(queue_url, {"q": "?!"})) == []


def test_rows_with_warnings_are_found_and_counted(desk, queue_url):
    make_sent_submission(title="Warned", summary="Write to maria.janssens@stad.example.")
    make_sent_submission(title="Harmless")

    assert figures(desk.get(queue_url))["warnings"] == {"With open warnings": 1, "No open warnings": 1}
    assert titles(desk.get(queue_url, {"warnings": "some"})) == ["Warned"]
    assert titles(desk.get(queue_url, {"warnings": "none"})) == ["Harmless"]


def test_nonsense_in_the_address_is_no_error(desk, queue_url):
    make_sent_submission()
    names = ("turn", "moderator", "late", "since", "kind", "language", "warnings", "country", "tag", "o", "q", "p")

    for value in ("", "nowhere", "' OR 1=1", "²", "x" * 700):
        assert desk.get(queue_url, dict.fromkeys(names, value)).status_code in (200, 302), value[:20]
        assert desk.get(queue_url, dict.fromkeys(names[:-2], value)).status_code == 200, value[:20]


def test_a_row_says_for_whom_it_waits_and_how_many_remarks_are_answered(desk, queue_url, moderator):
    submission = make_sent_submission()
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    first = add_remark(submission, by=moderator, path="title", text="Shorter?")
    add_remark(submission, by=moderator, path="summary", text="Longer?")
    perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="See the remarks")
    first.refresh_from_db()
    answer_remark(first, by=submission.submitter, reply="Done", answered=True)

    text = desk.get(queue_url).content.decode()

    assert "1 of 2" in text
    assert "Waiting for the officer" in text


def test_a_change_shows_the_reference_of_its_practice(desk, queue_url):
    practice = make_practice()
    make_sent_submission(practice=practice, summary={"en": "Changed"})

    assert practice.reference in desk.get(queue_url).content.decode()


def test_number_of_queries_does_not_grow_with_the_rows(desk, queue_url, moderator):
    def count():
        # Nothing of the warnings is remembered.
        Submission.objects.update(version=F("version") + 1)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(queue_url).status_code == 200
        return len(queries)

    def add():
        submission = make_sent_submission(by=make_user())
        submission = perform(submission, Action.CLAIM, by=make_moderator(), version=submission.version)
        add_remark(submission, by=moderator, path="title", text="Shorter?")

    for _number in range(3):
        add()
    # The first request notes that the session is in use.
    desk.get("/admin/")
    with_three = count()
    template = Submission.objects.first()
    copies = [Submission(pk=None, uuid=uuid4()) for _number in range(57)]
    for number, copy in enumerate(copies):
        copy.__dict__.update({**template.__dict__, "id": None, "uuid": copy.uuid, "number": 5000 + number})
        copy._state = ModelState()
    Submission.objects.bulk_create(copies)

    assert len(desk.get(queue_url).context["rows"]) == 50
    assert count() == with_three <= 18


def test_nothing_is_added_or_deleted(desk, queue_url):
    submission = make_sent_submission()

    assert desk.get("/admin/submissions/submission/add/").status_code == 403
    assert desk.post(f"/admin/submissions/submission/{submission.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(queue_url, {"action": "delete_selected", "_selected_action": [submission.pk], "post": "yes", "index": 0})
    assert Submission.objects.filter(pk=submission.pk, status=Status.SUBMITTED).exists()


def test_officers_and_strangers_stay_outside(client, queue_url, record_url):
    submission = make_sent_submission()
    anonymous = client.get(record_url(submission))
    client.force_login(submission.submitter)
    officer = client.get(record_url(submission), follow=True)

    assert anonymous.status_code == 302
    assert officer.status_code == 403
    assert str(submission).encode() not in anonymous.content + officer.content


def test_staff_without_the_role_read_no_submission(client, queue_url, record_url):
    submission = make_sent_submission()
    client.force_login(make_user(is_staff=True))

    assert client.get(queue_url).status_code == 403
    assert client.get(record_url(submission)).status_code == 403
    assert client.post(record_url(submission), {"action": "claim", "version": submission.version}).status_code == 403


def test_the_first_page_begins_with_the_queue(desk, moderator):
    make_sent_submission(title="Second")
    age(make_sent_submission(title="First"), 3)
    mine = make_sent_submission(title="Third")
    perform(mine, Action.CLAIM, by=moderator, version=mine.version)
    make_submission(title="Unsent secret")

    response = desk.get("/admin/")
    start, text = response.context["start"], response.content.decode()

    assert [(str(view.name), view.count) for view in start["views"]] == [
        ("Mine", 1), ("Unclaimed", 2), ("Waiting for the officer over 14 days", 0), ("Stale", 0),
    ]  # fmt: skip
    assert [figure.count for figure in start["beside"]] == [0, 0, 3, 0, 0]
    assert [row.title for row in start["rows"]] == ["First", "Second", "Third"]
    assert text.index("The queue") < text.index("First") < text.index("Recent actions")
    assert "secret" not in text
    for figure in start["beside"]:
        assert desk.get(figure.link).context["cl"].result_count == figure.count


def test_the_first_page_of_other_staff_has_no_queue(client):
    make_sent_submission(title="Night shelter")
    client.force_login(make_user(is_staff=True))

    response = client.get("/admin/")

    assert response.status_code == 200
    assert response.context["start"] is None
    assert b"Night shelter" not in response.content
