"""Beside the record stands what was looked at, what was found, and why it matters; look-alikes side by side."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from submissions.admin.checks import checks_context, links_of
from submissions.admin.record import shown_document
from submissions.checks.web_addresses import digest_of_address
from submissions.choices import Action, LinkState
from submissions.models import LinkCheck, Submission
from submissions.services import perform
from tests.factories import make_member, make_practice, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db

SHELTER = "Night shelter without identity checks"
OPENS = (
    "The city opens forty beds each winter to anyone who asks, without looking at papers or asking for a name. "
    "Breakfast is served."
)


def checks_of(page):
    """The part of the record page about the checks."""
    text = page.content.decode()
    start = text.index('id="checks"')
    return text[start : text.index("</section>", start)]


def beside_url(submission, kind, other):
    return reverse("admin:submissions_submission_beside", args=[submission.pk, kind, other.pk])


def test_record_says_what_each_check_found_where_and_why(desk, record_url):
    gone = "https://gone.example/report"
    LinkCheck.objects.create(
        digest=digest_of_address(gone),
        url=gone,
        state=LinkState.BROKEN,
        code=404,
        problem="gone",
        failing_since=timezone.now(),
    )
    submission = make_sent_submission(
        title=SHELTER,
        summary="Het OCMW.",
        original_language="nl",
        evidence="80 mensen vonden een kamer.",
        operation_status="ended",
        sources=[{"citation": "A report", "url": gone}],
    )

    checks = checks_of(desk.get(record_url(submission)))

    for anchor, words in {
        "field-summary": "Only 9 characters",
        "field-end_year": "It has ended, and no year says when.",
        "field-sources": "Broken: the page is not there (404); since",
        "field-whole": "Nothing is written in: ",
    }.items():
        assert f'href="#{anchor}"' in checks
        assert words in checks
    assert "“OCMW” is spelled out nowhere in: Dutch." in checks
    assert 'dir="auto">https://gone.example/report</q>' in checks
    assert "Plain language: nothing found" in checks
    assert "Near-duplicates: nothing found" in checks
    assert "counts as broken only after two failures" in checks


def test_record_without_anything_to_say_says_so_for_each_check(desk, record_url):
    texts = dict.fromkeys(("en", "de", "el", "es", "fr", "it", "nl"), OPENS)
    submission = make_sent_submission(
        title=texts | dict.fromkeys(texts, SHELTER),
        summary=texts,
        sources=[{"citation": "A report", "locator": "page 4"}],
        provenance={"en": "original"} | dict.fromkeys(set(texts) - {"en"}, "human"),
    )

    checks = checks_of(desk.get(record_url(submission)))

    assert checks.count("nothing found") >= 8
    assert "Worth a look" not in checks


def test_look_alikes_are_named_whoever_wrote_them_and_drafts_are_not(desk, moderator, record_url):
    officer = make_user()
    submission = make_sent_submission(title=SHELTER, summary=OPENS)
    practice = make_practice(title="A shelter for the night without checks of identity", summary=OPENS)
    elsewhere = make_practice(title=SHELTER, summary=OPENS, lead_city="utrecht")
    neighbour = make_practice(title="Legal advice for workers", summary="Lawyers help to claim wages in court.")
    waiting = make_sent_submission(by=officer, title="Beds in winter for whoever asks", summary=OPENS)
    make_submission(by=make_user(), title="A draft that nobody sent", summary=OPENS)
    # While its officer works on changes, what they type is theirs.
    claimed = perform(waiting, Action.CLAIM, by=moderator, version=waiting.version)
    back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please.")
    typed = {**back.content, "title": {"en": "Typed in secret"}, "summary": {"en": "Typed in secret."}}
    Submission.objects.filter(pk=back.pk).update(content=typed, title="Typed in secret")

    page = desk.get(record_url(submission))
    beside = desk.get(beside_url(submission, "submission", waiting))

    doubles = {(double.kind, double.pk) for double in page.context["doubles"]}
    assert doubles == {("practice", practice.pk), ("practice", elsewhere.pk), ("submission", waiting.pk)}
    assert [double.pk for double in page.context["neighbours"]] == [neighbour.pk]
    checks = checks_of(page)
    assert "A draft that nobody sent" not in checks
    assert "Typed in secret" not in checks
    assert "Typed in secret" not in beside.content.decode()
    assert "Beds in winter for whoever asks" in beside.content.decode()
    for double in page.context["doubles"]:
        assert reverse("admin:submissions_submission_beside", args=[submission.pk, double.kind, double.pk]) in checks


def test_a_look_alike_is_merged_into_by_the_reviewer_of_a_new_practice_alone(desk, moderator, record_url):
    submission = make_sent_submission(title=SHELTER, summary=OPENS)
    practice = make_practice(title=SHELTER, summary=OPENS)
    other = make_sent_submission(by=make_user(), title=SHELTER, summary=OPENS)
    merge = reverse("admin:submissions_submission_merge", args=[submission.pk])
    pages = [
        record_url(submission),
        beside_url(submission, "practice", practice),
        beside_url(submission, "submission", other),
    ]

    def linked():
        return [f'href="{merge}?practice={practice.pk}"' in desk.get(url).content.decode() for url in pages]

    assert linked() == [False, False, False]
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    assert linked() == [True, True, False]
    assert f'href="{merge}?practice={other.pk}"' not in desk.get(record_url(submission)).content.decode()
    chosen = desk.get(merge, {"practice": practice.pk})
    assert chosen.context["practice"] == practice
    data = {name: chosen.context["form"][name].value() for name in ("practice", "version", "live_version")}
    assert desk.post(merge, data | {"note": "The same work"}).status_code == 302
    # It is a change to that practice now.
    assert linked() == [False, False, False]


def test_change_is_not_its_own_look_alike_and_another_change_of_the_same_practice_is(desk, record_url):
    practice = make_practice(title=SHELTER, summary=OPENS)
    first, second = (make_member(city=practice.lead_city).user for _turn in range(2))
    change = make_sent_submission(by=first, practice=practice, title={"en": "Other words for it"})
    other = make_sent_submission(by=second, practice=practice, funding={"en": "The city pays for it."})

    context = desk.get(record_url(change)).context

    assert [(double.kind, double.pk) for double in context["doubles"]] == [("submission", other.pk)]
    assert context["doubles"][0].same_practice


def test_side_by_side_marks_what_only_one_of_them_says(desk):
    submission = make_sent_submission(title=SHELTER, summary={"en": OPENS, "nl": "De stad opent bedden."})
    practice = make_practice(
        title=SHELTER,
        summary={"en": OPENS.replace("forty", "sixty"), "nl": "De stad opent kamers."},
        start_year=2019,
    )
    french = make_practice(original_language="fr", title="Un abri <b>de nuit</b>", summary="Des lits pour la nuit.")

    page = desk.get(beside_url(submission, "practice", practice))
    text = page.content.decode()
    assert "<mark>forty</mark>" in text
    assert "<mark>sixty</mark>" in text
    assert "2019" in text
    assert "% alike in English" in text
    assert [row.is_same for row in page.context["rows"]][:2] == [True, False]
    assert "<mark>kamers</mark>" in desk.get(beside_url(submission, "practice", practice) + "?in=nl").content.decode()
    assert desk.get(beside_url(submission, "practice", practice) + "?in=xx").context["language"] == "en"

    other = desk.get(beside_url(submission, "practice", french)).content.decode()
    assert "The two have no language in common." in other
    assert '<span lang="fr" dir="auto">Un abri &lt;b&gt;de nuit&lt;/b&gt;</span>' in other


def test_side_by_side_shows_nothing_that_moderators_may_not_see(client, desk):
    officer = make_user()
    submission = make_sent_submission(by=officer)
    draft = make_submission(by=make_user(), title="A draft that nobody sent")
    url = beside_url(submission, "submission", draft)

    assert desk.get(url).status_code == 404
    assert desk.get(beside_url(submission, "practice", draft)).status_code == 404
    assert desk.get(beside_url(submission, "nonsense", submission)).status_code == 404
    # Itself, and numbers that no database has.
    assert desk.get(beside_url(submission, "submission", submission)).status_code == 404
    assert desk.get(url.replace(f"/{draft.pk}/", "/99999999999999999999/")).status_code == 404
    assert desk.get(beside_url(draft, "submission", submission)).status_code == 302
    client.force_login(officer)
    assert client.get(beside_url(submission, "submission", submission)).status_code == 302


def test_number_of_queries_does_not_grow_with_what_is_compared(moderator):
    submission = make_sent_submission(title=SHELTER, summary=OPENS)

    def count():
        document = shown_document(submission)
        with CaptureQueriesContext(connection) as queries:
            checks_context(submission, document, user=moderator, live=None, links=links_of(document))
        return len(queries)

    make_practice(title=SHELTER, summary=OPENS, sources=[{"citation": "c", "url": "https://one.example/"}])
    make_sent_submission(title=SHELTER, summary=OPENS)
    count()
    with_one = count()
    for _turn in range(5):
        make_practice(title=SHELTER, summary=OPENS, sources=[{"citation": "c", "url": "https://one.example/"}])
        make_sent_submission(title=SHELTER, summary=OPENS)
    count()

    assert count() == with_one
    assert with_one == 4


def test_checked_links_are_read_by_moderators_and_written_by_nobody(client, desk):
    row = LinkCheck.objects.create(
        digest="0" * 64,
        url="https://gone.example/<report>",
        state=LinkState.BROKEN,
        code=404,
        problem="gone",
        failing_since=timezone.now(),
    )
    LinkCheck.objects.create(digest="1" * 64, url="https://ok.example/", state=LinkState.OK, code=200)
    addresses = reverse("admin:submissions_linkcheck_changelist")

    broken = desk.get(addresses, {"state__exact": "broken"}).content.decode()
    assert "https://gone.example/&lt;report&gt;" in broken
    assert "the page is not there (404)" in broken
    assert "ok.example" not in broken
    one = reverse("admin:submissions_linkcheck_change", args=[row.pk])
    assert desk.get(one).status_code == 200
    assert desk.post(one, {"state": "ok"}).status_code == 403
    for name in ("add", "delete"):
        arguments = [row.pk] if name == "delete" else []
        assert desk.get(reverse(f"admin:submissions_linkcheck_{name}", args=arguments)).status_code == 403
    client.force_login(make_user())
    assert client.get(addresses).status_code == 302
