"""The desk in Chromium: the site's policy holds on every page of the admin, and a decision needs no script."""

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.urls import reverse

from accounts.services import queue_mail
from practices.models import Practice, PracticeText
from submissions.choices import Status
from submissions.models import Submission
from tests.factories import make_admin, make_moderator, make_practice, make_sent_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(open_page, client, live_server):
    """A page in which a person is signed in, and what the browser complained about there."""

    def signed_in(person, **options):
        client.force_login(person)
        page = open_page(**options)
        session = {"name": django_settings.SESSION_COOKIE_NAME, "value": client.session.session_key}
        page.context.add_cookies([{**session, "url": live_server.url}])
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith(live_server.url) else complaints.append(request.url),
        )
        return page, complaints

    return signed_in


def addresses(app_labels):
    """Each list, a record of it where there is one, and the form to add one."""
    for model in admin.site._registry:
        if model._meta.app_label not in app_labels:
            continue
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{names}_changelist")
        if admin.site._registry[model].__class__.__name__ in ("UserAdmin", "SearchedCityAdmin", "SearchedTermAdmin"):
            yield reverse(f"{names}_add")
        first = model._default_manager.first()
        if model is PracticeText:
            # Its records are a practice in a language.
            yield reverse(f"{names}_record", args=[first.practice_id, "nl"])
        elif first:
            yield reverse(f"{names}_change", args=[first.pk])


def test_no_page_of_the_admin_breaks_the_policy_or_leaves_the_site(signed_in):
    practice = make_practice()
    make_sent_submission(practice=practice, summary={"en": "Changed"})
    queue_mail(to="officer@city.example", language="nl", subject="News", body="Text")
    page, complaints = signed_in(make_admin())
    seen = []

    for address in ["/admin/", *addresses({"accounts", "cities", "practices", "submissions"})]:
        answer = page.goto(address)
        seen.append((address, answer.status))

    assert len(seen) > 20
    assert [entry for entry in seen if entry[1] != 200] == []
    assert complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_claim_remark_a_forgotten_note_and_publication(signed_in, javascript):
    submission = make_sent_submission(title="Night shelter")
    page, complaints = signed_in(make_moderator(), javascript=javascript)

    page.goto("/admin/")
    page.get_by_role("link", name="Unclaimed").click()
    page.get_by_role("link", name="Night shelter").click()
    page.get_by_role("button", name="Take into review").click()
    assert "It is yours to review." in page.inner_text("main")

    field = page.locator("#field-legal_basis")
    field.get_by_text("Write a remark").click()
    field.get_by_role("textbox").fill("Which law?")
    field.get_by_role("button", name="Keep the remark").click()
    assert "Which law?" in page.locator("#field-legal_basis").inner_text()

    page.get_by_role("button", name="Ask for changes").click()
    assert "Write a note: the officer must read why." in page.inner_text("#decision")
    page.get_by_label("Note", exact=True).fill("Please name the law.")
    page.get_by_label("Evidence level").select_option("monitored")
    page.get_by_role("button", name="Approve and publish").click()
    assert "The practice is published." in page.inner_text("main")

    assert complaints == []
    assert Submission.objects.get(pk=submission.pk).status == Status.PUBLISHED
    assert Practice.objects.get().evidence_level == "monitored"
