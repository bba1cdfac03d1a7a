"""Every page of the officer's way in Chromium: axe objects to nothing, nothing is wider than the screen."""

import re
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.correspondence import write_to_colleague
from practices.freshness import link_for
from submissions.choices import Action
from submissions.services import perform
from submissions.services.invitations import invite
from submissions.services.nominations import ask_city, nominate
from submissions.services.sign_off import ask_for_sign_off
from submissions.steps import SHORT
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RISKY = "Call Mrs Maria Modaal on +32 470 12 34 56. There were 3 families."
WITH_LINK = ("invitation", "sign-off", "nomination", "confirmation")
# Without the step that looks for media that play by themselves; there are none.
AXE = {"resultTypes": ["violations"], "preload": False}
WAYS = [(1280, "light"), (320, "dark")]


class Registry:
    """One draft, one that was sent, one published practice, and a link of each kind that comes by mail."""

    def __init__(self):
        moderator, ghent = make_moderator(), make_city("ghent")
        self.officer, self.peer = make_user("officer@city.example"), make_user("peer@city.example")
        make_member(self.officer, ghent)
        make_member(self.peer, make_city("utrecht"))
        self.practice = make_practice(title="Night bus for everyone", by=self.officer, lead_city="ghent")
        self.draft = make_submission(by=self.officer, title="Night bus for all", summary=RISKY)
        self.sent = make_sent_submission(by=self.officer, practice=self.practice, summary={"en": "A bus."})
        self.message = write_to_colleague(self.practice, by=self.peer, text="How many seats?", language="en")
        invite(self.draft, by=self.officer, email=self.peer.email)
        ask_for_sign_off(self.draft, by=self.officer, email="superior@city.example")
        nomination, _new = nominate(
            uuid=uuid4(), title="A kitchen", text="It asks nobody for papers.", city=ghent, language="en"
        )
        ask_city(nomination, by=moderator, city=ghent, email="office@city.example", language="en")

    def token(self, name):
        """What the mail with this kind of link carries."""
        if name == "confirmation":
            return link_for(self.practice, self.officer, at=timezone.now())
        pattern = reverse(name, args=["0"]).split("/")[2]
        found = (re.search(rf"/{pattern}/([^/\s]+)/", mail.body) for mail in OutgoingMail.objects.all())
        return next(match for match in found if match)[1]

    def pages(self):
        """Who reads which address; nobody is the public."""
        practice, draft, sent = self.practice.slug, self.draft.uuid, self.sent.uuid
        own = ["submit-start", "submit-questions", "submit-offline", "submission-list", "message-list"]
        of_draft = ["detail", "check", "day", "people", "preview", "fill", "warnings", "withdraw"]
        yield from ((self.officer, reverse(name)) for name in own)
        yield from ((self.officer, reverse(f"submission-{name}", args=[draft])) for name in of_draft)
        sections = [SHORT.value, "brief", "access", "sources", "sharing"]
        yield from ((self.officer, reverse("submission-section", args=[draft, name])) for name in sections)
        yield from (
            (self.officer, reverse(f"submission-{name}", args=[sent])) for name in ("detail", "sent", "changes")
        )
        for name in ("practice-withdraw", "practice-translate", "practice-detail"):
            yield self.officer, reverse(name, args=[practice])
        yield self.officer, reverse("message-detail", args=[self.message.uuid])
        yield self.officer, reverse("message-report", args=[self.message.uuid])
        yield from ((self.peer, reverse(name, args=[practice])) for name in ("practice-contact", "practice-adopt"))
        yield from ((None, reverse(name)) for name in ("nominate", "nominate-sent"))
        for name in WITH_LINK:
            yield self.peer if name == "invitation" else None, reverse(name, args=[self.token(name)])


@pytest.fixture
def registry(settings):
    settings.ALLOWED_HOSTS = ["*"]
    return Registry()


def sign_in(page, user, address):
    client = Client()
    client.force_login(user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


def test_every_page_is_open_to_everyone(open_page, live_server, registry):
    """Each is fetched once, in German, whose words are long; wide and light, then narrow and dark as it stands."""
    readers = {user: open_page() for user in (registry.officer, registry.peer, None)}
    for user in filter(None, readers):
        sign_in(readers[user], user, live_server.url)
    axe, complaints = Axe(), []

    for user, address in registry.pages():
        page = readers[user]
        answer = page.goto(re.sub(r"^/\w\w/", "/de/", address))
        headings = page.locator("h1").count()
        for width, scheme in WAYS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            violations = [found["id"] for found in axe.run(page, options=AXE).response["violations"]]
            too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0
            if (answer.status, violations, too_wide, headings) != (200, [], False, 1):
                complaints.append((address, width, answer.status, violations, too_wide, headings))

    assert complaints == []


def test_what_is_published_says_so_in_a_box_with_room_around_its_words(open_page, live_server, registry):
    """In the languages with long words: apart from the line above and from its heading, the button below the words."""
    moderator, sent = make_moderator(), registry.sent
    for action in (Action.CLAIM, Action.APPROVE):
        sent = perform(sent, action, by=moderator, version=sent.version)
    page = open_page()
    sign_in(page, registry.officer, live_server.url)
    for language in ("de", "el"):
        page.goto(re.sub(r"^/\w\w/", f"/{language}/", reverse("submission-detail", args=[sent.uuid])))
        for width in (320, 700):
            page.set_viewport_size({"width": width, "height": 900})
            parts = [".c-meta--l", ".c-note", ".c-note h2", ".c-note p", ".c-note .govuk-button"]
            above, box, heading, words, button = [page.locator(part).bounding_box() for part in parts]

            assert box["y"] - (above["y"] + above["height"]) >= 12, (language, width)
            assert words["y"] - (heading["y"] + heading["height"]) >= 4, (language, width)
            assert button["y"] - (words["y"] + words["height"]) >= 8, (language, width)
            assert button["x"] + button["width"] < box["x"] + box["width"] <= width, (language, width)


def test_what_was_refused_says_so_where_it_is(open_page, live_server, registry):
    """The heading of the window, a summary that leads to the field, and the field itself."""
    page = open_page()
    sign_in(page, registry.officer, live_server.url)
    page.goto(f"{reverse('practice-translate', args=[registry.practice.slug])}")
    assert page.locator("main input:checked").count() == 0

    page.click("main form button")

    assert page.title().startswith("Error:")
    page.click(".govuk-error-summary a")
    assert page.evaluate("document.activeElement.name") == "to"
    assert page.locator("fieldset[aria-describedby=to-error] #to-error").is_visible()
