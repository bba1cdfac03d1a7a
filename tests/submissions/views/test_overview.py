"""The pages around the form: who gets in, sending, withdrawing, proposing a change."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.content import Section
from submissions.choices import Action, ChangesKind, Kind, Status
from submissions.deadlines import date_in_words
from submissions.models import Submission
from submissions.services import perform, start
from tests.factories import (
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_terms,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGES = ["detail", "check", "sent", "withdraw"]


def page(name, submission):
    return reverse(f"submission-{name}", args=[submission.uuid])


def every_page(submission):
    sections = [reverse("submission-section", args=[submission.uuid, section.value]) for section in Section]
    return [page(name, submission) for name in PAGES] + sections


@pytest.mark.parametrize("make_stranger", [make_user, make_moderator, lambda: make_member().user])
def test_pages_of_others_are_not_found(client, make_stranger):
    draft = make_submission()
    client.force_login(make_stranger())

    assert {client.get(address).status_code for address in every_page(draft)} == {404}


def test_pages_lead_to_the_sign_in_and_back(client):
    draft = make_submission()

    for address in every_page(draft):
        assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_co_editor_opens_everything(client):
    draft, colleague = make_submission(), make_user()
    draft.co_editors.add(colleague)
    client.force_login(colleague)

    assert client.get(page("detail", draft)).status_code == 200
    assert draft.title in client.get(reverse("submission-list")).content.decode()


def test_start_page_asks_without_a_cookie(client):
    answer = client.get("/nl/submit/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert '<input class="govuk-radios__input" id="id_language_6" name="language" type="radio" value="nl" checked>' in (
        answer.content.decode()
    )


def test_chosen_language_survives_the_sign_in(client):
    answer = client.get("/en/submit/", {"begin": "1", "language": "el"})

    assert answer["Location"] == "/en/accounts/login/?next=/en/submit/%3Flanguage%3Del"
    client.force_login(make_user())
    answer = client.post("/en/submit/", {"language": "el"})
    draft = Submission.objects.get()
    assert (draft.language, draft.status, answer["Location"]) == ("el", Status.DRAFT, draft.get_absolute_url())


def test_unknown_language_is_told_at_its_question(client):
    client.force_login(make_user())

    answer = client.post("/en/submit/", {"language": "xx"})

    assert "Choose one of the seven languages." in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_is_missing_is_listed_with_links_and_not_sent(client):
    make_terms()
    author = make_user()
    draft = start(by=author, language="en")
    client.force_login(author)

    answer = client.post(page("check", draft), {"version": draft.version})

    text = answer.content.decode()
    for name in ("title", "summary", "lead_city", "service_areas"):
        assert f"/brief/?check=1#id_{name}" in text
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_sent_twice_is_sent_once_and_answers_the_same(client):
    author = make_user()
    draft = make_submission(by=author)
    client.force_login(author)

    answers = [client.post(page("check", draft), {"version": draft.version}) for _press in range(2)]

    assert [answer["Location"] for answer in answers] == [page("sent", draft)] * 2
    draft.refresh_from_db()
    assert draft.events.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert draft.reference in client.get(page("sent", draft)).content.decode()


@pytest.mark.parametrize("version", ["", "0", "nonsense", "9" * 40])
def test_text_that_changed_since_it_was_read_is_not_sent(client, version):
    author = make_user()
    draft = make_submission(by=author)
    client.force_login(author)

    answer = client.post(page("check", draft), {"version": version})

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_withdrawing_asks_first_and_twice_is_once(client):
    author = make_user()
    sent = make_sent_submission(by=author)
    client.force_login(author)
    assert client.get(page("withdraw", sent)).status_code == 200
    sent.refresh_from_db()
    assert sent.status == Status.SUBMITTED

    for _press in range(2):
        assert client.post(page("withdraw", sent), {"version": sent.version})["Location"] == sent.get_absolute_url()

    sent.refresh_from_db()
    assert sent.status == Status.WITHDRAWN
    assert sent.events.filter(action=Action.WITHDRAW).count() == 1


def test_every_status_has_its_page(client):
    author, moderator = make_user(), make_moderator()
    client.force_login(author)
    submission = make_sent_submission(by=author)
    seen = set()
    for action in (
        Action.CLAIM, Action.REQUEST_CHANGES, Action.SUBMIT, Action.CLAIM, Action.REJECT, Action.REOPEN,
        Action.CLAIM, Action.APPROVE,
    ):  # fmt: skip
        by = author if action is Action.SUBMIT else moderator
        submission = perform(submission, action, by=by, version=submission.version, note="A reason")
        answer = client.get(page("detail", submission))
        assert answer.status_code == 200
        seen.add(answer.context["turn"].heading)
        assert moderator.email not in answer.content.decode()

    assert len(seen) == 5
    listed = client.get(reverse("submission-list")).content.decode()
    assert submission.practice.get_absolute_url() in listed


def test_change_is_proposed_by_who_speaks_for_the_city(client):
    practice = make_practice()
    address = reverse("submission-change", args=[practice.slug])
    client.force_login(make_user())
    client.post(address)
    assert not Submission.objects.exists()
    assert address not in client.get(practice.get_absolute_url()).content.decode()

    client.force_login(make_member().user)
    assert address in client.get(practice.get_absolute_url()).content.decode()
    first = client.post(address)
    second = client.post(address)

    change = Submission.objects.get()
    assert (change.kind, change.practice) == (Kind.UPDATE, practice)
    assert first["Location"] == second["Location"] == change.get_absolute_url()


def test_dashboard_takes_as_many_queries_for_thirty_as_for_one(client, django_assert_max_num_queries):
    author = make_user()
    make_submission(by=author)
    client.force_login(author)
    client.get(reverse("submission-list"))
    with django_assert_max_num_queries(12) as first:
        client.get(reverse("submission-list"))
    for _number in range(29):
        start(by=author, language="en")

    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(reverse("submission-list"))


def test_a_draft_that_came_with_answers_shows_how_far_they_go(client):
    officer = make_user()
    draft = make_submission(by=officer)
    Submission.objects.filter(pk=draft.pk).update(visited=[])
    client.force_login(officer)

    tasks = client.get(page("detail", draft)).context["tasks"]

    states = {task["slug"]: task["status"] for task in tasks}
    assert (states["brief"], states["description"], states["sources"]) == ("done", "started", "open")


def test_officer_reads_how_much_is_asked_and_by_when(client):
    author, moderator = make_user(), make_moderator()
    submission = make_sent_submission(by=author)
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    due = timezone.localdate() + timedelta(days=14)
    asked = {"note": "Name a source", "changes_kind": ChangesKind.MINOR, "due_on": due}
    perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, **asked)
    client.force_login(author)

    text = client.get(page("detail", submission)).context["turn"].text

    assert "These are small things; everything else can stay as it is." in text
    assert f"We hope to have your answer by {date_in_words(due)}." in text
