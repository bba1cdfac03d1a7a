"""Ways to look at the queue that have a name: their figures, keeping one, and whose they are."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from submissions.admin.saved_views import BUILT_IN
from submissions.choices import Action
from submissions.models import SavedView, Submission
from submissions.services import perform
from submissions.services.saved_views import MOST
from submissions.services.tagging import add_tag
from tests.factories import make_moderator, make_sent_submission, make_submission

pytestmark = pytest.mark.django_db

SAVE = "/admin/submissions/submission/views/"


def moved(submission, days):
    then = timezone.now() - timedelta(days=days)
    Submission.objects.filter(pk=submission.pk).update(status_since=then, submitted_at=then)


@pytest.fixture
def filled(moderator):
    """Submissions in the states that the views tell apart, and a draft that nobody sent."""
    colleague = make_moderator(name="Colleague")
    for title, days, reviewer, asked in (
        ("Fresh", 1, None, False),
        ("Forgotten", 31, None, False),
        ("Mine", 3, moderator, False),
        ("Asked lately", 5, moderator, True),
        ("Asked long ago", 20, colleague, True),
        ("Asked for ever", 90, colleague, True),
    ):
        one = make_sent_submission(title=title, original_language="nl" if days > 4 else "en")
        if reviewer:
            one = perform(one, Action.CLAIM, by=reviewer, version=one.version)
        if asked:
            one = perform(one, Action.REQUEST_CHANGES, by=reviewer, version=one.version, note="More, please.")
        if title in ("Forgotten", "Mine"):
            add_tag([one], name="law", by=moderator)
        moved(one, days)
    gone = make_sent_submission(title="Withdrawn")
    perform(gone, Action.WITHDRAW, by=gone.submitter, version=gone.version)
    moved(gone, 200)
    make_submission(title="Unsent secret")


def shown(response):
    return sorted(row.title for row in response.context["rows"])


def test_built_in_views_show_what_they_say(desk, queue_url, filled):
    page = desk.get(queue_url)
    views = {str(view.name): view for view in page.context["views"]}

    found = {name: shown(desk.get(f"{queue_url}?{view.query}")) for name, view in views.items()}

    assert found == {
        "Mine": ["Asked lately", "Mine"],
        "Unclaimed": ["Forgotten", "Fresh"],
        "Waiting for the officer over 14 days": ["Asked for ever", "Asked long ago"],
        "Stale": ["Asked for ever", "Forgotten"],
    }
    assert {name: view.count for name, view in views.items()} == {name: len(rows) for name, rows in found.items()}


def test_every_figure_is_what_a_click_shows(desk, queue_url, rf, moderator, filled):
    """Of every filter and every view, on pages that are narrowed in different ways."""
    for name, query in (("Law", f"tag={Submission.tags.through.objects.first().tag_id}"), ("Asked", "q=asked")):
        SavedView.objects.create(owner=moderator, name=name, query=query)
    model_admin, counted = admin.site.get_model_admin(Submission), {}

    def rows_behind(address):
        """As the database counts them, where the page adds up keys."""
        if address not in counted:
            request = rf.get(f"{queue_url}{address}")
            request.user = moderator
            counted[address] = model_admin.get_changelist_instance(request).queryset.values("pk").count()
        return counted[address]

    for query in ("", "turn=all", "moderator=mine&language=nl", "q=asked&late=any", "turn=officer&since=14"):
        page = desk.get(f"{queue_url}?{query}")
        changelist = page.context["cl"]
        assert changelist.result_count == len(page.context["rows"]) == rows_behind(f"?{query}")
        for spec in changelist.filter_specs:
            for choice in spec.choices(changelist):
                label, _, figure = str(choice["display"]).rpartition(" (")
                if label:
                    assert rows_behind(choice["query_string"]) == int(figure.rstrip(")")), (query, spec.title, label)
        for view in page.context["views"]:
            assert rows_behind(f"?{view.query}") == view.count, (query, view.name)
    assert len(counted) > 100
    assert set(counted.values()) > {0, 1, 2, 6, 7}


def test_a_view_is_kept_shown_renewed_and_deleted(desk, queue_url, moderator, filled):
    here = "turn=officer&language=nl&q=asked&o=-title&p=3&e=1&evil=<b>"

    saved = desk.post(SAVE, {"name": " <b>Dutch</b> ", "query": here, "here": here}, follow=True)
    view = SavedView.objects.get()
    desk.post(SAVE, {"name": "<b>Dutch</b>", "query": "language=nl", "here": ""})
    renewed = desk.get(f"{queue_url}?language=nl")

    assert view.owner == moderator
    assert view.query == "turn=officer&language=nl&q=asked&o=-title"
    assert saved.redirect_chain[0][0] == f"{queue_url}?{view.query}"
    assert shown(saved) == ["Asked for ever", "Asked lately", "Asked long ago"]
    assert [(v.name, v.count, v.is_shown) for v in renewed.context["views"] if v.pk] == [("<b>Dutch</b>", 4, True)]
    assert b"<b>Dutch" not in renewed.content
    address = reverse("admin:submissions_submission_drop_view", args=[view.pk])
    assert desk.get(address).status_code == 405
    for _time in range(2):
        assert desk.post(address, {"here": "language=nl"}).url == f"{queue_url}?language=nl"
    assert not SavedView.objects.exists()


def test_no_search_is_too_long_to_be_counted_and_no_view_holds_what_no_database_can(desk, queue_url, filled):
    assert desk.get(queue_url, {"q": "a " * 1_500}).status_code == 200
    desk.post(reverse("admin:submissions_submission_save_view"), {"name": "Odd", "query": "q=a%00b"})

    assert SavedView.objects.get().query == "q=ab"
    assert desk.get(queue_url).status_code == 200


def test_views_are_each_moderators_own(desk, queue_url, client):
    others = SavedView.objects.create(owner=make_moderator(), name="Private view", query="q=secretword")

    desk.post(reverse("admin:submissions_submission_drop_view", args=[others.pk]))

    assert SavedView.objects.filter(pk=others.pk).exists()
    for page in (desk.get(queue_url), desk.get("/admin/")):
        assert b"Private view" not in page.content
        assert b"secretword" not in page.content


def test_a_view_needs_a_name_and_there_is_an_end_to_them(desk, moderator):
    for data in (
        {"name": " ", "query": ""},
        {"name": "x" * 61, "query": ""},
        {"name": "Long", "query": f"q={'x' * 1000}"},
    ):
        assert desk.post(SAVE, data).status_code == 302
    assert not SavedView.objects.exists()
    for number in range(MOST):
        SavedView.objects.create(owner=moderator, name=str(number), query="")

    full = desk.post(SAVE, {"name": "One more", "query": ""}, follow=True)

    assert SavedView.objects.count() == MOST
    assert "as many views as can be kept" in full.content.decode()


def test_at_most_twenty_queries_however_many_rows_views_and_tags(desk, queue_url, moderator, filled):
    SavedView.objects.create(owner=moderator, name="Law", query="q=asked&turn=all")
    SavedView.objects.create(owner=moderator, name="Dutch", query="language=nl&tag=1")
    # The first request notes that the session is in use.
    desk.get("/admin/")
    counts = {}
    for address in ("", "?q=asked", "?turn=all&o=title", "?tag=1"):
        with CaptureQueriesContext(connection) as queries:
            desk.get(queue_url + address)
        counts[address] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        desk.get("/admin/")

    assert max(counts.values()) <= 20, counts
    # Beside the queue's: what waits in other lists, and the admin's own.
    assert len(queries) <= 24


def test_built_in_views_speak_the_readers_language():
    for language in ("de", "el"):
        with translation.override("en"):
            english = [str(name) for name, _query in BUILT_IN]
        with translation.override(language):
            assert not set(english) & {str(name) for name, _query in BUILT_IN}
