"""The form in Chromium while each wire is cut: every character typed is there at the end, and one submission."""

import time

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import OutgoingMail
from practices.content import Section
from submissions.choices import Status
from submissions.models import Submission
from submissions.services import digest_of, save_section, start
from tests.factories import PASSWORD, make_submission, make_terms, make_user
from tests.serving import RealServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATE = ".c-save-state"
BASIS, FUNDING = '[name="legal_basis"]', '[name="funding"]'
NO_CONNECTION = "Not saved: no connection."
PATIENCE = 60


@pytest.fixture
def author():
    return make_user("officer@stad.example", password=PASSWORD, language="en")


@pytest.fixture
def draft(author):
    make_terms()
    return start(by=author, language="en")


@pytest.fixture
def sign_in(client):
    """Gives a browser context the session of a person, at the site that this page is at."""

    def sign_in(page, person, url):
        client.force_login(person)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": url}
        page.context.add_cookies([cookie])
        return page

    return sign_in


@pytest.fixture
def desk(open_page, sign_in, author, live_server):
    """A page in which the author is signed in."""
    return sign_in(open_page(), author, live_server.url)


def address(submission, section=Section.LAW):
    return reverse("submission-section", args=[submission.uuid, section.value])


def stored(submission, name):
    value = Submission.objects.get(pk=submission.pk).content[name]
    return value.get(submission.language, "") if isinstance(value, dict) else value


def write(page, control, text):
    page.locator(control).press_sequentially(text)


def eventually(page, question, expected):
    """The page goes on living while we wait: its program answers to timers."""
    stop = time.monotonic() + PATIENCE
    while (found := question()) != expected and time.monotonic() < stop:
        page.wait_for_timeout(50)
    assert found == expected


def shows(page, text):
    page.locator(STATE, has_text=text).wait_for()


def keeps(page, count):
    """How many texts wait in the browser; a page may give way to another meanwhile."""
    page.wait_for_function(
        "(count) => Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length === count", arg=count
    )


def test_everything_typed_is_saved_without_a_button_also_while_invalid(desk, draft):
    desk.goto(address(draft, Section.DESCRIPTION))

    write(desk, 'textarea[name="description"]', "Ελληνικά, naïve & <b>")
    write(desk, '[name="start_year"]', "2O19")

    eventually(desk, lambda: stored(draft, "start_year"), "2O19")
    assert stored(draft, "description") == "Ελληνικά, naïve & <b>"
    shows(desk, "Saved at")
    keeps(desk, 0)
    assert not draft.events.exists()
    assert not OutgoingMail.objects.exists()


def test_offline_in_the_middle_of_a_sentence_and_back(desk, draft):
    desk.goto(address(draft))
    write(desk, BASIS, "Decision ")
    eventually(desk, lambda: stored(draft, "legal_basis"), "Decision ")

    desk.context.set_offline(True)
    write(desk, BASIS, "of 2019")
    shows(desk, NO_CONNECTION)
    # A button leads nowhere without a connection, and takes nothing away.
    desk.click('button[name="later"]')
    write(desk, BASIS, ", renewed")
    assert desk.input_value(BASIS) == "Decision of 2019, renewed"
    assert stored(draft, "legal_basis") == "Decision "
    desk.context.set_offline(False)

    eventually(desk, lambda: stored(draft, "legal_basis"), "Decision of 2019, renewed")
    shows(desk, "Saved at")
    keeps(desk, 0)


def test_browser_closed_without_a_connection_sends_the_text_the_next_time(desk, draft):
    desk.goto(address(draft))
    desk.context.set_offline(True)
    write(desk, BASIS, "Typed on the train")
    shows(desk, NO_CONNECTION)
    desk.close()
    assert stored(draft, "legal_basis") == ""

    desk = desk.context.new_page()
    desk.context.set_offline(False)
    desk.goto(address(draft))

    eventually(desk, lambda: stored(draft, "legal_basis"), "Typed on the train")
    eventually(desk, lambda: desk.input_value(BASIS), "Typed on the train")
    keeps(desk, 0)


def test_text_kept_in_the_browser_meets_a_colleagues_text(desk, draft, author):
    desk.goto(address(draft))
    desk.context.set_offline(True)
    write(desk, BASIS, "Mine, from the train")
    shows(desk, NO_CONNECTION)
    desk.close()
    theirs = {"legal_basis": {"en": "Theirs, meanwhile"}}
    save_section(draft, by=author, section=Section.LAW, values=theirs, base=digest_of(draft, Section.LAW))

    desk = desk.context.new_page()
    desk.context.set_offline(False)
    desk.goto(address(draft))

    desk.locator("#conflict-legal_basis").wait_for()
    assert "Theirs, meanwhile" in desk.inner_text("#conflict-legal_basis")
    assert desk.input_value(BASIS) == "Mine, from the train"
    assert stored(draft, "legal_basis") == "Theirs, meanwhile"
    desk.check("#keep-legal_basis-mine")
    eventually(desk, lambda: stored(draft, "legal_basis"), "Mine, from the train")
    keeps(desk, 0)


def test_server_killed_in_the_middle_and_restarted(chromium, sign_in, draft, author):
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    try:
        with RealServer() as server:
            page = sign_in(context.new_page(), author, server.url)
            page.goto(server.url + address(draft))
            write(page, BASIS, "Before, ")
            eventually(page, lambda: stored(draft, "legal_basis"), "Before, ")
            server.kill()
            write(page, BASIS, "while it was down, ")
            shows(page, NO_CONNECTION)
            server.start()
            write(page, BASIS, "after")

            eventually(page, lambda: stored(draft, "legal_basis"), "Before, while it was down, after")
            page.click('button[name="continue"].govuk-button')
            page.wait_for_url(lambda url: not url.endswith("/law/"))
            keeps(page, 0)
    finally:
        context.close()
    assert Submission.objects.count() == 1


def test_session_deleted_signs_in_and_is_back_in_the_field(desk, draft):
    desk.goto(address(draft))
    write(desk, BASIS, "First half, ")
    eventually(desk, lambda: stored(draft, "legal_basis"), "First half, ")
    Session.objects.all().delete()

    write(desk, BASIS, "second half")
    shows(desk, "You are signed out.")
    assert stored(draft, "legal_basis") == "First half, "
    desk.click(f"{STATE} a")
    desk.fill('input[name="login"]', "officer@stad.example")
    desk.fill('input[name="password"]', PASSWORD)
    desk.click("main form button.govuk-button >> nth=0")
    desk.wait_for_url(f"**{address(draft)}*")

    eventually(desk, lambda: stored(draft, "legal_basis"), "First half, second half")
    # The page comes once more, with the text in it.
    desk.wait_for_function("(text) => document.activeElement.value === text", arg="First half, second half")
    write(desk, BASIS, "!")
    eventually(desk, lambda: stored(draft, "legal_basis"), "First half, second half!")
    keeps(desk, 0)


def test_session_deleted_and_the_button_pressed(desk, draft):
    desk.goto(address(draft))
    Session.objects.all().delete()
    write(desk, BASIS, "Typed after the end")

    desk.click('button[name="later"]')
    desk.wait_for_url("**/accounts/login/**")
    desk.fill('input[name="login"]', "officer@stad.example")
    desk.fill('input[name="password"]', PASSWORD)
    desk.click("main form button.govuk-button >> nth=0")

    desk.wait_for_url(f"**{address(draft)}*")
    eventually(desk, lambda: stored(draft, "legal_basis"), "Typed after the end")
    desk.wait_for_function(
        "(text) => document.getElementById('id_legal_basis')?.value === text", arg="Typed after the end"
    )
    keeps(desk, 0)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_csrf_cookie_deleted(open_page, sign_in, author, live_server, draft, javascript):
    page = sign_in(open_page(javascript=javascript), author, live_server.url)
    page.goto(address(draft))
    page.context.clear_cookies(name=django_settings.CSRF_COOKIE_NAME)
    text = "Long enough for a box of its own, and with a token that fits no more: nothing of it goes."
    page.fill(BASIS, text)

    page.click('button[name="continue"].govuk-button')
    if not javascript:
        page.get_by_role("button", name="Send it once more").click()

    eventually(page, lambda: stored(draft, "legal_basis"), text)
    page.wait_for_url(lambda url: not url.endswith("/law/"))


def test_two_tabs_on_different_fields_save_both(desk, draft):
    other = desk.context.new_page()
    desk.goto(address(draft, Section.RESULTS))
    other.goto(address(draft, Section.RESULTS))

    write(desk, FUNDING, "From the city")
    eventually(desk, lambda: stored(draft, "funding"), "From the city")
    write(other, '[name="challenges"]', "Winter")
    eventually(other, lambda: stored(draft, "challenges"), "Winter")
    assert stored(draft, "funding") == "From the city"
    shows(other, "Changed by somebody else meanwhile: Funding.")
    # Each goes on with its own, and neither takes the other's text back.
    write(desk, FUNDING, " and the province")
    eventually(desk, lambda: stored(draft, "funding"), "From the city and the province")
    other.click('button[name="continue"].govuk-button')
    other.wait_for_url(lambda url: not url.endswith("/results/"))

    assert stored(draft, "funding") == "From the city and the province"
    assert stored(draft, "challenges") == "Winter"


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_tabs_on_one_field_show_both_texts(desk, draft, choice):
    other = desk.context.new_page()
    desk.goto(address(draft))
    other.goto(address(draft))
    write(desk, BASIS, "From the first tab")
    eventually(desk, lambda: stored(draft, "legal_basis"), "From the first tab")

    write(other, BASIS, "From the second tab")

    other.locator("#conflict-legal_basis").wait_for()
    assert "From the first tab" in other.inner_text("#conflict-legal_basis")
    assert other.input_value(BASIS) == "From the second tab"
    assert stored(draft, "legal_basis") == "From the first tab"
    # Until it is decided no button leads on.
    other.click('button[name="continue"].govuk-button')
    eventually(other, lambda: other.evaluate("document.activeElement.id"), "conflict-legal_basis")
    other.check(f"#keep-legal_basis-{choice}")
    other.click('button[name="continue"].govuk-button')
    other.wait_for_url(lambda url: not url.endswith("/law/"))
    kept = {"mine": "From the second tab", "theirs": "From the first tab"}[choice]
    assert stored(draft, "legal_basis") == kept


def test_both_texts_can_be_made_one(desk, draft):
    other = desk.context.new_page()
    desk.goto(address(draft))
    other.goto(address(draft))
    write(desk, BASIS, "First")
    eventually(desk, lambda: stored(draft, "legal_basis"), "First")
    write(other, BASIS, "Second")
    other.locator("#conflict-legal_basis").wait_for()

    other.check("#keep-legal_basis-mine")
    other.fill(BASIS, "First and second")
    eventually(other, lambda: stored(draft, "legal_basis"), "First and second")
    # The first tab learns of it in the same way.
    write(desk, BASIS, ", and third")
    desk.locator("#conflict-legal_basis").wait_for()
    assert "First and second" in desk.inner_text("#conflict-legal_basis")
    assert desk.input_value(BASIS) == "First, and third"
    assert stored(draft, "legal_basis") == "First and second"


def check_page(submission):
    return reverse("submission-check", args=[submission.uuid])


SEND = 'form[action$="/check/"] button'


def one_submission(submission):
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED
    assert Submission.objects.count() == 1
    assert submission.events.filter(to_status=Status.SUBMITTED).count() == 1
    assert OutgoingMail.objects.count() == 1


def test_back_button_after_sending(desk, author):
    complete = make_submission(by=author)
    desk.goto(address(complete, Section.LAW))
    write(desk, BASIS, "By a decision")
    desk.click('button[name="continue"].govuk-button')
    desk.wait_for_url(lambda url: not url.endswith("/law/"))
    desk.goto(check_page(complete))
    desk.click(SEND)
    desk.wait_for_url("**/sent/")

    desk.go_back()
    if desk.locator(SEND).count():
        desk.click(SEND)
        desk.wait_for_url("**/sent/")
    desk.goto(address(complete))
    # There is nothing left to write into.
    assert desk.locator(BASIS).count() == 0

    one_submission(complete)
    assert stored(complete, "legal_basis") == "By a decision"


def test_typing_into_a_page_that_was_sent_meanwhile_is_told_and_stays(desk, author):
    complete = make_submission(by=author)
    other = desk.context.new_page()
    other.goto(address(complete))
    desk.goto(check_page(complete))
    desk.click(SEND)
    desk.wait_for_url("**/sent/")

    write(other, BASIS, "Too late")

    shows(other, "Not saved: this was sent or closed")
    other.click('button[name="continue"].govuk-button')
    other.locator(".c-notice--error").wait_for()
    assert other.input_value(BASIS) == "Too late"
    assert stored(complete, "legal_basis") == ""
    one_submission(complete)


def test_double_click_on_send(desk, author):
    complete = make_submission(by=author)
    desk.goto(check_page(complete))

    desk.dblclick(SEND)

    desk.wait_for_url("**/sent/")
    one_submission(complete)


@pytest.mark.parametrize("button", ["continue", "later"])
def test_double_click_on_save_over_a_slow_line(desk, draft, button):
    desk.goto(address(draft))
    line = desk.context.new_cdp_session(desk)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 1200, "downloadThroughput": 20_000, "uploadThroughput": 10_000},
    )
    write(desk, BASIS, "Slowly, ")
    desk.wait_for_timeout(1600)  # The first saving is on its way now.
    write(desk, BASIS, "but all of it")

    desk.dblclick(f'button[name="{button}"].govuk-button')

    desk.wait_for_url(lambda url: not url.endswith("/law/"))
    assert stored(draft, "legal_basis") == "Slowly, but all of it"
    assert desk.locator(".c-conflict").count() == 0
    keeps(desk, 0)


def test_answer_lost_on_the_way_is_no_conflict_with_oneself(desk, draft):
    desk.goto(address(draft))
    lost = []

    def lose_the_answer(route):
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    desk.route("**/autosave/", lose_the_answer)
    write(desk, BASIS, "Arrived, unknown to the browser")
    shows(desk, NO_CONNECTION)
    write(desk, BASIS, ", and more")
    desk.unroute("**/autosave/")

    eventually(desk, lambda: stored(draft, "legal_basis"), "Arrived, unknown to the browser, and more")
    assert lost
    assert desk.locator(".c-conflict").count() == 0


def test_server_error_keeps_the_page_and_the_text(desk, draft):
    desk.goto(address(draft))
    desk.route("**/autosave/", lambda route: route.fulfill(status=500, body="broken"))
    write(desk, BASIS, "Typed in bad weather")
    shows(desk, "Not saved: the registry does not answer")
    desk.click('button[name="continue"].govuk-button')
    desk.unroute("**/autosave/")
    desk.reload()

    eventually(desk, lambda: stored(draft, "legal_basis"), "Typed in bad weather")
    eventually(desk, lambda: desk.input_value(BASIS), "Typed in bad weather")


def test_sign_out_leaves_nothing_in_the_browser(desk, draft):
    desk.goto(address(draft))
    desk.route("**/autosave/", lambda route: route.abort())
    write(desk, BASIS, "Of nobody else's business")
    shows(desk, NO_CONNECTION)
    desk.goto(reverse("submission-list"))
    keeps(desk, 1)

    desk.goto(reverse("account_logout"))
    desk.click("main form button")
    desk.wait_for_url(lambda url: "logout" not in url)

    keeps(desk, 0)


def test_next_person_finds_nothing_of_the_last(desk, draft, sign_in, live_server):
    desk.goto(address(draft))
    Session.objects.all().delete()
    write(desk, BASIS, "Of nobody else's business")
    shows(desk, "You are signed out.")
    keeps(desk, 1)
    page = desk.context.new_page()
    desk.close()

    sign_in(page, make_user(), live_server.url)
    page.goto(reverse("submission-list"))

    keeps(page, 0)
    assert stored(draft, "legal_basis") == ""
