"""The main job in a browser: submitted in Dutch, sent back, approved, then found by a Greek reader and the API."""

import re

import pytest
from django.urls import reverse

from accounts.models import OutgoingMail
from submissions.choices import Status
from submissions.models import Submission
from tests.factories import PASSWORD, make_city, make_moderator, make_practice, make_terms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER = "officer@stad.example"
TITLE = "Nachtopvang zonder papieren aan de Dampoort"
SUMMARY = "De stad opent elke winter een nachtopvang waar niemand naar verblijfspapieren vraagt."
BETTER_SUMMARY = f"{SUMMARY} Er zijn veertig bedden."
REMARK = "Hoeveel bedden zijn er?"


def code_from_outbox(address):
    """The sign-in code of the newest mail to this address."""
    mail = OutgoingMail.objects.filter(recipient=address).first()
    return re.search(r"^\s*([A-Z0-9][A-Z0-9-]{4,})\s*$", mail.body, re.MULTILINE).group(1)


def sign_up_with_code(page):
    """A newcomer: the address, then the code that came by mail; no password at any point."""
    page.locator('input[name="language"][value="nl"], select[name="language"]').first.wait_for()
    if page.locator('select[name="language"]').count():
        page.select_option('select[name="language"]', "nl")
    else:
        page.check('input[name="language"][value="nl"]')
    page.click("main form.c-form button.govuk-button")
    page.wait_for_url("**/nl/accounts/login/**")
    page.goto(reverse_in("nl", "account_signup") + "?next=" + reverse_in("nl", "submit-start"))
    page.fill('input[name="email"]', OFFICER)
    page.click("main form button[type=submit], main form button.govuk-button")
    page.fill('input[name="code"]', code_from_outbox(OFFICER))
    page.click("main form button[type=submit], main form button.govuk-button")
    page.wait_for_url("**/nl/submit/**")


def reverse_in(language, name, *args):
    return re.sub(r"^/\w\w/", f"/{language}/", reverse(name, args=args))


def press(page, button):
    """Press a button of the form, which saves first, and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(button)


def write_submission(page):
    if page.locator('select[name="language"]').count():
        page.select_option('select[name="language"]', "nl")
    else:
        page.check('input[name="language"][value="nl"]')
    page.click("main form.c-form button.govuk-button")
    page.wait_for_url(re.compile(r"/nl/submissions/[0-9a-f-]{36}/$"))
    overview = page.url
    page.goto(f"{overview}brief/")
    page.fill('[name="title"]', TITLE)
    page.fill('[name="summary"]', SUMMARY)
    page.select_option('select[name="lead_city"]', "ghent")
    page.check('input[name="service_areas"][value="shelter"]')
    press(page, 'button[name="continue"].govuk-button')
    page.fill('[name="start_year"]', "2O19")
    press(page, 'button[name="continue"].govuk-button')
    # A year with a letter in it is kept as typed, and the page says so at the field.
    assert page.input_value('[name="start_year"]') == "2O19"
    assert page.locator(".govuk-error-summary").is_visible()
    page.fill('[name="start_year"]', "2019")
    press(page, 'button[name="continue"].govuk-button')
    page.goto(f"{overview}law/")
    page.check('input[name="firewall"][value="yes"]')
    press(page, 'button[name="later"]')
    page.goto(f"{overview}sharing/")
    page.fill('[name="contact"]', "Dienst Opvang")
    press(page, 'button[name="later"]')
    return overview


def send(page, overview):
    page.goto(f"{overview}check/")
    assert TITLE in page.inner_text("main")
    page.click('form[action$="/check/"] button')
    page.wait_for_url("**/sent/**")


def sign_in_to_admin(page, moderator):
    page.goto("/admin/")
    page.fill('input[name="login"]', moderator.email)
    page.fill('input[name="password"]', PASSWORD)
    page.click("main form button.govuk-button >> nth=0")
    page.wait_for_url("**/admin/**")


def decide(page, action, note=""):
    if note:
        page.fill('[name="note"]', note)
    page.click(f'button[name="action"][value="{action}"]')


def open_record(page, submission):
    page.goto(reverse("admin:submissions_submission_change", args=[submission.pk]))


def test_dutch_submission_reaches_the_greek_catalogue(open_page, settings):
    settings.CMISE_DEMO = True  # A moderator without a second factor: it is offered, not demanded.
    settings.ALLOWED_HOSTS = ["*"]
    make_terms()
    make_city("ghent")
    make_practice(
        title={"en": "Legal advice", "el": "Νομικές συμβουλές"}, lead_city="utrecht", service_areas=["legal_aid"]
    )
    moderator = make_moderator(password=PASSWORD, language="en")
    officer_page = open_page(locale="nl")
    violations = []
    officer_page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)

    officer_page.goto("/nl/submit/")
    sign_up_with_code(officer_page)
    overview = write_submission(officer_page)
    send(officer_page, overview)
    submission = Submission.objects.get()
    assert (submission.status, submission.reference) == (Status.SUBMITTED, "CMISE-0002")

    desk = open_page(locale="en")
    sign_in_to_admin(desk, moderator)
    open_record(desk, submission)
    decide(desk, "claim")
    open_record(desk, submission)
    asking = desk.locator("#field-summary details", has=desk.locator('textarea[name="text"]'))
    asking.locator("summary").click()
    asking.locator("textarea").fill(REMARK)
    asking.locator("button").click()
    open_record(desk, submission)
    decide(desk, "request_changes", note="Kunt u het aantal bedden noemen?")
    submission.refresh_from_db()
    assert submission.status == Status.CHANGES_REQUESTED

    officer_page.goto(f"{overview}brief/")
    assert REMARK in officer_page.inner_text("main")
    officer_page.fill('[name="summary"]', BETTER_SUMMARY)
    officer_page.check('input[name="answered"]')
    press(officer_page, 'button[name="later"]')
    send(officer_page, overview)

    open_record(desk, submission)
    decide(desk, "claim")
    open_record(desk, submission)
    assert "veertig" in desk.locator("#field-summary ins").inner_text()
    decide(desk, "approve")
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED

    reader = open_page(locale="el")
    reader.goto("/el/practices/?q=nachtopvang")
    found = reader.locator(".c-results")
    assert found.locator('[lang="nl"]', has_text="Nachtopvang").count() >= 1
    assert reader.locator(".c-results > li").count() == 1
    # The filter counts it, and the vocabulary's Greek label finds it as well.
    reader.goto("/el/practices/?country=BE")
    assert reader.locator(".c-results > li").count() == 1
    reader.goto("/el/practices/?q=στεγη")
    assert "CMISE-0002" in reader.inner_text("main")
    reader.goto("/el/practices/?status=unknown&area=shelter")
    assert reader.locator('label[for="area-shelter"] .c-opt__n').inner_text() == "1"
    answer = reader.request.get("/api/v1/practices/?area=shelter").json()
    assert answer["count"] == 1
    assert answer["results"][0]["title"] == {"nl": TITLE}
    assert answer["results"][0]["reference"] == "CMISE-0002"
    assert "Dienst Opvang" not in reader.request.get("/api/v1/practices/").text()
    assert "Dienst Opvang" not in reader.request.get(f"/id/{submission.reference}").text()
    assert violations == []
