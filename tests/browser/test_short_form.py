"""The short form in a browser: sent by keyboard alone, counted as the server counts, and the look-alikes beside it."""

import re

import pytest
from django.urls import reverse

from practices.choices import Visibility
from submissions.choices import Status
from submissions.models import Submission
from submissions.services import digest_of, save_section, start
from submissions.steps import SHORT
from tests.factories import PASSWORD, make_city, make_practice, make_terms, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER = "officer@city.example"
MOST_STOPS = 120


@pytest.fixture
def officer(settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_terms()
    make_city("ghent")
    return make_user(OFFICER, password=PASSWORD)


def sign_in(page, path):
    page.goto(f"{reverse('account_login')}?next={path}")
    page.fill('input[name="login"]', OFFICER)
    page.fill('input[name="password"]', PASSWORD)
    page.press('input[name="password"]', "Enter")
    page.wait_for_url(f"**{path}**")


def tab_to(page, selector):
    """Go on with the Tab key until the focus is on it. It must be reached, and be seen."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            box = page.evaluate(
                "() => { const r = document.activeElement.getBoundingClientRect(); return [r.width, r.height]; }"
            )
            assert min(box) > 1, selector
            return
    raise AssertionError(f"{selector} is not reached by the Tab key")


def press_and_wait(page, key, pattern):
    with page.expect_navigation(url=re.compile(pattern)):
        page.keyboard.press(key)


def draft_of(officer, **values):
    draft = start(by=officer, language="en")
    return save_section(draft, by=officer, section=SHORT, values=values, base=digest_of(draft, SHORT))


def test_sent_by_keyboard_alone(open_page, officer):
    make_practice(title="Legal advice", lead_city="utrecht")
    page = open_page()
    sign_in(page, reverse("submit-start"))

    tab_to(page, 'input[name="language"]')
    tab_to(page, 'input[name="depth"]')
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    press_and_wait(page, "Enter", r"/short/$")
    tab_to(page, '[name="title"]')
    page.keyboard.type("Night shelter without papers")
    tab_to(page, '[name="lead_city"]')
    page.keyboard.type("Ghent")
    tab_to(page, 'input[name="service_areas"][value="shelter"]')
    page.keyboard.press("Space")
    tab_to(page, 'input[name="target_groups"][value="women"]')
    page.keyboard.press("Space")
    tab_to(page, '[name="summary"]')
    page.keyboard.type("The city opens beds. Nobody asks for papers.")
    # The example at the question opens and closes by keyboard too.
    tab_to(page, "details.c-help summary")
    page.keyboard.press("Enter")
    assert page.locator("details.c-help[open] blockquote").first.is_visible()
    tab_to(page, '[name="contact"]')
    page.keyboard.type("Housing office")
    tab_to(page, 'button[name="continue"]')
    press_and_wait(page, "Enter", r"/check/$")
    tab_to(page, 'form[action$="/check/"] button')
    press_and_wait(page, "Enter", r"/sent/$")

    sent = Submission.objects.get()
    assert sent.status == Status.SUBMITTED
    assert sent.reference in page.inner_text("main")
    assert sent.last_sent["title"] == {"en": "Night shelter without papers"}
    assert sent.last_sent["summary"] == {"en": "The city opens beds. Nobody asks for papers."}
    assert (sent.last_sent["lead_city"], sent.last_sent["contact"]) == ("ghent", "Housing office")
    assert (sent.last_sent["service_areas"], sent.last_sent["target_groups"]) == (["shelter"], ["women"])


def test_the_count_is_the_servers(open_page, officer):
    draft = draft_of(officer, title={"en": "Night shelter"})
    form = reverse("submission-section", args=[draft.uuid, "short"])
    page, unscripted = open_page(), open_page(javascript=False)
    sign_in(page, form)
    sign_in(unscripted, form)

    for typed in ("two\nlines\n\n", "  around  ", "𝄞🏳️‍🌈é", "\u00a0\u3000x\u2028", "x" * 901, ""):
        page.goto(form)
        count = page.locator("#id_summary_count")
        page.fill('[name="summary"]', "something")
        page.fill('[name="summary"]', typed)
        shown = count.inner_text()
        is_over = "c-count--over" in count.get_attribute("class")
        assert is_over == (len(typed) > 900), typed
        page.click('button[name="later"]')
        page.wait_for_url(f"**{draft.get_absolute_url()}")

        unscripted.goto(form)
        said = unscripted.locator("#id_summary_count")
        assert said.inner_text() == shown, typed
        assert ("c-count--over" in said.get_attribute("class")) == is_over, typed


def test_lookalikes_stand_below_the_title_while_it_is_typed(open_page, officer):
    make_practice(title="Night shelter without identity checks", lead_city="utrecht")
    make_practice(
        title="Night shelter without identity checks for peers", lead_city="utrecht", visibility=Visibility.PEERS
    )
    draft = draft_of(officer)
    page = open_page()
    violations = []
    page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    sign_in(page, reverse("submission-section", args=[draft.uuid, "short"]))

    page.locator('[name="title"]').press_sequentially("Night shelter without identity checks")

    found = page.locator("[data-found] a")
    found.first.wait_for()
    assert found.all_inner_texts() == ["Night shelter without identity checks"]
    assert "Practices that look similar: 1" in page.inner_text("[data-similar] [role=status]")
    page.fill('[name="title"]', "Bus")
    found.first.wait_for(state="detached")
    assert violations == []


def test_without_script_the_list_is_a_page(open_page, officer):
    make_practice(title="Night shelter without identity checks", lead_city="utrecht")
    draft = draft_of(officer)
    page = open_page(javascript=False)
    sign_in(page, reverse("submission-section", args=[draft.uuid, "short"]))

    page.fill('[name="title"]', "Night shelter without identity checks")
    page.fill('[name="contact"]', "Housing office")
    page.click('button[name="similar"]')

    assert page.locator(".c-lookalikes a").all_inner_texts() == ["Night shelter without identity checks"]
    page.click(".govuk-back-link")
    assert page.input_value('[name="contact"]') == "Housing office"
