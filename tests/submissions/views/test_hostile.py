"""Whatever is posted to the pages of officers, cities and moderators: an answer, never a failure of the registry."""

from itertools import cycle
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.adoption import report_adoption
from practices.correspondence import write_to_colleague
from practices.freshness import link_for
from submissions import guard
from submissions.choices import Action
from submissions.models import SubmissionAttachment
from submissions.services import perform
from submissions.services.invitations import invite
from submissions.services.nominations import ask_city, nominate
from submissions.services.sign_off import ask_for_sign_off
from submissions.services.translations import start_translation
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
)

pytestmark = pytest.mark.django_db

IN_ALL_AT_ONCE = (
    "\x00", "\ufdfa" * 300, "x" * 70_000, "9" * 5000, "²", "-1", "desk@" + "ü" * 60 + ".example", "mine:",
    "partners-²", "partners-" + "9" * 5000, "sources-0",
)  # fmt: skip
HOSTILE = (
    *IN_ALL_AT_ONCE, "a\x00b", "٣", "1e400", "99999999999999999999", "\u202e\u2066\ufeff", "{{ 7 }}{% load x %}%(x)s",
    "<script>alert(1)</script>", "a\r\nBcc: b@c.example", "' OR 1=1 --", "../../etc/passwd", "//evil.example/",
    "\U0001f600" * 200, "[]", "0001-01-01", "9999-12-31", "-",
)  # fmt: skip
# Bytes that are no text in UTF-8, and half of a surrogate pair.
NO_TEXT = b"%ED%A0%80%FF%FE"
ABOUT_FILE = ("credit", "licence", "licence_text", "alternative_text", "audience")
FORM = (
    "title", "summary", "lead_city", "other_cities-0-city", "service_areas", "partners-0-name", "milestones-0-year",
    "milestones-0-text", "start_year", "firewall", "visibility", "peers_only", "city_withheld", "unknown",
    "sources-0-url", "sources-0-citation", "base", "keep-title", "keep-reply-1", "reply-1", "reply-²", "answered",
    "at", *ABOUT_FILE,
)  # fmt: skip
BUTTONS = ("", "add", "describe", "drop", "resume", "similar", "full", "later", "upload")
PEOPLE = ("invite-email", "ask-email", "ask-note")


def link_in(recipient, page):
    """The address of the secret page that somebody was sent."""
    body = OutgoingMail.objects.filter(recipient=recipient, body__contains=f"/{page}/").first().body
    return f"/en/{page}/{body.split(f'/{page}/')[1].split('/')[0]}/"


def pages_of_officers():
    """An officer, and the addresses that one posts to, with fields and buttons."""
    officer, other, moderator = make_member().user, make_member(city=make_city("utrecht")).user, make_moderator()
    foreign = make_practice(slug="of-utrecht", lead_city="utrecht")
    own = make_practice(slug="of-ghent", title="Night bus")
    draft = make_submission(by=officer)
    file = SubmissionAttachment.objects.create(submission=draft, name="a.pdf", content_type="application/pdf", size=1)
    translation = start_translation(by=officer, practice=foreign, language="de")
    message = write_to_colleague(own, by=other, text="How many beds?", language="en")
    ask_for_sign_off(draft, by=officer, email="mayor@city.example")
    lent = make_submission(by=other)
    invite(lent, by=other, email=officer.email)
    question = nominate(
        uuid=UUID(int=1), title="Night bus", text="It runs.", language="en", city=make_city(), url="https://a.example/"
    )[0]
    ask_city(question, by=moderator, city=make_city(), email="desk@city.example", language="en")
    own_page = f"/en/submissions/{draft.uuid}"
    return officer, {
        f"{own_page}/description/": (FORM, (*BUTTONS, "remove")),
        f"{own_page}/sources/": (FORM, BUTTONS),
        f"{own_page}/sharing/autosave/": (FORM, ("",)),
        f"{own_page}/short/autosave/": (FORM, ("",)),
        f"/en/submissions/{translation.uuid}/translation/": (FORM, BUTTONS),
        f"{own_page}/files/{file.uuid}/facts/": (ABOUT_FILE, ("",)),
        f"{own_page}/day/": (("day", "version"), ("",)),
        f"{own_page}/people/": (PEOPLE, ("invite", "ask", "take-back", "remove")),
        f"{own_page}/warnings/": (("reason",), ("dismiss", "restore")),
        f"{own_page}/check/": (("version",), ("",)),
        f"{own_page}/fill/": (("document",), ("",)),
        f"{own_page}/take-over/": ((), ("",)),
        "/en/submit/": (("language", "depth"), ("",)),
        "/en/submit/offline/": (("document",), ("",)),
        "/en/practices/of-utrecht/translate/": (("to",), ("",)),
        "/en/practices/of-utrecht/contact/": (("text", "language"), ("",)),
        "/en/practices/of-utrecht/adopt/": (("city", "year", "text", "language"), ("",)),
        "/en/practices/of-ghent/withdraw/": (("reason",), ("",)),
        f"/en/messages/{message.uuid}/": (("text", "language"), ("",)),
        f"/en/messages/{message.uuid}/report/": (("text",), ("",)),
        link_in(officer.email, "invitations"): ((), ("",)),
        reverse("confirmation", args=[link_for(own, officer, at=timezone.now())]): (("answer",), ("",)),
        link_in("mayor@city.example", "sign-off"): (("answer", "comment"), ("",)),
        link_in("desk@city.example", "nominations"): (("reason",), ("decline",)),
        "/en/nominate/": (
            ("title", "text", "city", "city_name", "url", "language", "email", "website", "challenge", "proof"),
            ("",),
        ),
        **{f"/en/{page}/made-up/": (("answer",), ("",)) for page in ("invitations", "sign-off", "confirm")},
    }  # fmt: skip


def pages_of_moderators():
    moderator, sent = make_moderator(), make_sent_submission()
    sent = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    question = nominate(uuid=UUID(int=2), title="Bus", text="It runs.", language="en", city=None, city_name="Gent")[0]
    utrecht = make_city("utrecht")
    adopted = report_adoption(
        make_practice(), by=make_member(city=utrecht).user, city=utrecht, year=None, text="So do we", language="en"
    )
    record = reverse("admin:submissions_submission_change", args=[sent.pk])
    return moderator, {
        record: (("action", "version", "evidence_level", "note"), ("",)),
        f"{record}?": (("path",), ("text", "drop")),
        reverse("admin:submissions_nomination_ask", args=[question.pk]): (("city", "email", "language"), ("",)),
        reverse("admin:submissions_nomination_refuse", args=[question.pk]): (("reason",), ("",)),
        reverse("admin:practices_adaptation_change", args=[adopted.pk]): (("seen",), ("",)),
    }


def posts(pages):
    """What is posted where: every hostile text in all fields at once, and each field and button with one of its own."""
    texts = cycle(HOSTILE)
    for address, (fields, buttons) in pages.items():
        for text in IN_ALL_AT_ONCE:
            yield address, dict.fromkeys((*fields, *filter(None, buttons[:1])), text)
            if text.startswith("partners"):
                yield from ((address, {button: text}) for button in filter(None, buttons))
        for name in (*fields, *filter(None, buttons)):
            yield address, {name: next(texts)}


@pytest.mark.parametrize("pages", [pages_of_officers, pages_of_moderators])
def test_nothing_that_is_posted_makes_a_page_fail(pages, settings):
    # The second factor is another test's.
    settings.CMISE_DEMO = True
    person, addresses = pages()
    client = Client(raise_request_exception=False)
    client.force_login(person)

    failed = []
    for address, typed in posts(addresses):
        answer = client.post(address, typed)
        if answer.status_code >= 500:
            failed.append((address, {name: value[:30] for name, value in typed.items()}))
    for address, (fields, buttons) in addresses.items():
        body = b"&".join(name.encode() + b"=" + NO_TEXT for name in (*fields, *buttons) if name)
        if client.generic("POST", address, body, content_type="application/x-www-form-urlencoded").status_code >= 500:
            failed.append((address, "no text"))

    assert failed == []


@pytest.mark.parametrize("field", ["title", "text", "city_name", "url", "email", "language", "city"])
def test_no_nomination_makes_the_form_fail(field, monkeypatch):
    """As above, but past the guard: all other fields are right."""
    monkeypatch.setattr(guard, "SOONEST", -guard.LATEST)
    client, answers = Client(raise_request_exception=False), set()
    right = {"title": "Night bus", "text": "It runs.", "language": "en", "city_name": "Gent, Belgium"}
    for text in HOSTILE:
        challenge = guard.new_challenge()
        typed = right | {"challenge": challenge, "answer": str(sum(guard.question_of(challenge))), field: text}
        answers.add(client.post("/en/nominate/", typed).status_code)

    assert answers <= {200, 302, 429}
