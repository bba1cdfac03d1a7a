"""The search box while somebody types: by keyboard, by pointer, without scripts, and when nothing answers."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOX, LIST, OPTION = "#q", ".c-suggest", ".c-suggest [role=option]"


@pytest.fixture
def practices(settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_practice(title={"en": "Night shelter <b>", "el": "Νυχτερινή στέγη"}, lead_city="ghent", slug="night-shelter")
    make_practice(title="Night bus", lead_city="athens", service_areas=["education"], slug="night-bus")


@pytest.fixture
def open_box(open_page, practices):
    """`open_box("/en/")` gives a page whose search box has the focus, and its list of complaints."""

    def open_box(address="/en/", **options):
        page = open_page(**options)
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.focus(BOX)
        return page, complaints

    return open_box


def type_and_wait(page, text):
    page.locator(BOX).press_sequentially(text)
    page.locator(LIST).wait_for(state="visible")


def active_text(page):
    """What a screen reader is told to be at, which must be the one option that is marked."""
    place = page.get_attribute(BOX, "aria-activedescendant")
    if place is None:
        assert page.locator(f"{OPTION}[aria-selected=true]").count() == 0
        return None
    assert page.locator(f"{OPTION}[aria-selected=true]").get_attribute("id") == place
    return page.locator(f"#{place}").inner_text()


def test_arrows_move_escape_closes_and_enter_opens_what_is_chosen(open_box):
    page, complaints = open_box()
    type_and_wait(page, "night")

    assert page.get_attribute(BOX, "aria-expanded") == "true"
    assert (
        page.locator("[role=status]").inner_text()
        == f"Suggestions: {page.locator(OPTION).count()}. Choose with the arrow keys."
    )
    offered = page.locator(OPTION).all_inner_texts()
    assert offered[-2:] == ["Night bus", "Night shelter <b>"]
    assert active_text(page) is None
    page.keyboard.press("ArrowUp")
    assert active_text(page) == offered[-1]
    page.keyboard.press("ArrowDown")
    assert active_text(page) is None
    page.keyboard.press("ArrowDown")
    assert active_text(page) == offered[0]

    page.keyboard.press("Escape")
    assert page.locator(LIST).is_hidden()
    assert (page.get_attribute(BOX, "aria-expanded"), page.input_value(BOX)) == ("false", "night")
    page.keyboard.press("ArrowUp")
    assert active_text(page) == "Night shelter <b>"
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/practices/night-shelter/")
    assert complaints == []


def test_enter_searches_for_what_is_typed_unless_something_is_chosen(open_box):
    page, complaints = open_box()
    type_and_wait(page, "night sh")
    page.keyboard.press("Enter")

    page.wait_for_url("**/en/practices/?q=night+sh")
    assert complaints == []


def test_a_concept_is_searched_for_with_the_filters_that_are_set(open_box):
    page, _complaints = open_box("/en/practices/?area=shelter")
    type_and_wait(page, "nachtop")
    concept = page.locator(OPTION, has_text="night shelter").first
    assert concept.bounding_box()["height"] >= 44
    concept.click()

    page.wait_for_url("**/en/practices/?**")
    query = parse_qs(urlsplit(page.url).query)
    assert (query["q"], query["area"]) == (["night shelter"], ["shelter"])
    assert page.locator(".c-results > li").count() == 1


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_greek_reader_without_accents_on_a_small_screen(open_box, color_scheme):
    page, complaints = open_box("/el/", locale="el", width=360, height=740, color_scheme=color_scheme)
    type_and_wait(page, "ΓΑΝΔ")
    page.keyboard.press("ArrowDown")

    assert active_text(page) == "Γάνδη"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/el/cities/ghent/")
    assert complaints == []


def test_other_language_of_a_title_is_marked_as_such(open_box):
    page, _complaints = open_box()
    type_and_wait(page, "νυχτ")

    option = page.locator(OPTION, has_text="Night shelter <b>")
    assert option.locator("[lang=el] mark").inner_text() == "Νυχτερινή"
    assert option.locator("[lang=en]").inner_html() == "Night shelter &lt;b&gt;"


def test_without_scripts_the_box_is_a_plain_form(open_box):
    page, _complaints = open_box(javascript=False)
    assert page.get_attribute(BOX, "role") is None
    page.locator(BOX).press_sequentially("night sh")
    page.keyboard.press("Enter")

    page.wait_for_url("**/en/practices/?q=night+sh")
    assert "Night shelter" in page.inner_text(".c-results")


@pytest.mark.parametrize("answer", ["failure", "too many", "no answer"])
def test_a_box_that_gets_no_answer_still_searches(open_box, answer):
    page, _complaints = open_box()
    asked = []

    def respond(route):
        asked.append(route.request.url)
        if answer == "failure":
            route.abort()
        elif answer == "too many":
            route.fulfill(status=429, body="{}")

    page.route("**/api/v1/suggest/**", respond)
    page.locator(BOX).press_sequentially("night")
    with page.expect_request("**/api/v1/suggest/**"):
        page.locator(BOX).press_sequentially(" sh")
    assert page.locator(LIST).is_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/en/practices/?q=night+sh")
    assert asked


def test_a_late_answer_to_an_older_question_shows_nothing(open_box):
    page, _complaints = open_box()
    held = []
    stale = {"text": "Stale", "language": "en", "highlight": "Stale", "matched": None, "url": "http://x.example/"}

    def respond(route):
        if route.request.url.split("q=")[1].startswith("nig&"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/v1/suggest/**", respond)
    with page.expect_request("**/api/v1/suggest/?q=nig&**"):
        page.locator(BOX).press_sequentially("nig")
    type_and_wait(page, "ht")
    held[0].fulfill(body=json.dumps({"concepts": [], "cities": [], "practices": [stale]}))

    page.locator(BOX).press_sequentially(" b")
    page.locator(OPTION, has_text="Night bus").wait_for()
    assert "Stale" not in page.inner_text("main")
