"""What the preview shows is what the publication then shows, to each circle of readers, and nobody else sees it."""

import random
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import strip_tags

from practices.choices import Depth, Firewall, OperationStatus, Visibility
from practices.content import RESERVABLE, TRANSLATABLE, UNKNOWABLE
from practices.document import read
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import perform, start
from tests.factories import (
    make_city,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

HEAD = re.compile(r'<header class="c-doc__head">(.*?)</header>', re.DOTALL)
FACTS = re.compile(r'<dl class="c-facts">(.*?)(?:<div><dt>[^<]*</dt><dd class="c-ref"|</dl>)', re.DOTALL)
BODY = re.compile(r'<div class="c-doc__body">(.*?aria-labelledby="p-sources".*?)</section>', re.DOTALL)


def client_of(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def record_part(body):
    """The words of the record, without the pages around it; None where no record is shown."""
    parts = [pattern.search(body) for pattern in (HEAD, FACTS, BODY)]
    if not any(parts):
        return None
    return [line.strip() for part in parts for line in strip_tags(part[1]).splitlines() if line.strip()]


def preview(submission, reader, *, by=None, language="en"):
    address = f"/{language}/submissions/{submission.uuid}/preview/?as={reader}"
    return client_of(by or submission.submitter).get(address)


def published(submission):
    moderator = make_moderator()
    for action in (Action.SUBMIT, Action.CLAIM, Action.APPROVE):
        by = submission.submitter if action is Action.SUBMIT else moderator
        submission = perform(submission, action, by=by, version=submission.version)
    return submission.practice


def random_document(seed):
    """Some of everything: languages, withheld cities, parts for peers, answers that are not known."""
    chance = random.Random(seed)
    original, *others = chance.sample(settings.LANGUAGE_CODES, 3)
    languages = [original, *others[: chance.randrange(3)]]
    texts = {}
    for field in TRANSLATABLE:
        some = chance.sample(languages, chance.randrange(len(languages) + 1))
        wanted = languages if field.name in ("title", "summary") else some
        texts[field.name] = {code: f"{field.name} {code} <b>{chance.random()}</b>\n\nMore." for code in wanted}
    texts["title"] = {code: text.replace("\n", " ") for code, text in texts["title"].items()}
    make_city("utrecht")
    return make_document(
        original_language=original,
        **texts,
        provenance={original: "original"} | {code: chance.choice(["machine", "human"]) for code in languages[1:]},
        other_cities=chance.choice([[], ["utrecht"]]),
        service_areas=chance.sample(["shelter", "education", "healthcare"], 2),
        partners=chance.choice([[], [{"name": "Red Cross", "role": "Beds"}, {"name": "City"}]]),
        milestones=[{"year": 2010, "text": {original: "Later"}}, {"year": 2001, "text": {original: "Began"}}],
        sources=[{"citation": f"Report {seed}", "url": "https://city.example/"}],
        start_year=chance.choice([None, 2001]),
        operation_status=chance.choice(OperationStatus.values),
        firewall=chance.choice(Firewall.values),
        depth=chance.choice(Depth.values),
        city_withheld=chance.random() < 0.4,
        visibility=chance.choice([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS]),
        contact=chance.choice(["", "A mailbox"]),
        discreet_details=chance.choice(["", "The back door"]),
        unknown=chance.sample([field.name for field in UNKNOWABLE], 3),
        peers_only=chance.sample([field.name for field in RESERVABLE], chance.randrange(4)),
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_preview_shows_what_the_publication_shows(seed):
    by = make_user()
    document = random_document(seed)
    submission = start(by=by, language=document["original_language"], document=document)
    circles = {"public": None, "peer": make_member(city=make_city("utrecht")).user, "moderator": make_moderator()}
    seen = {
        (circle, language): record_part(preview(submission, circle, language=language).content.decode())
        for circle in circles
        for language in ("en", "de")
    }

    practice = published(submission)

    for (circle, language), shown in seen.items():
        response = client_of(circles[circle]).get(f"/{language}/practices/{practice.slug}/")
        if response.status_code == 404:
            assert shown is None, (circle, language)
        else:
            assert shown == record_part(response.content.decode()), (circle, language)


def test_a_change_shows_which_translations_it_makes_old():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, provenance={"en": "original", "de": "human"}, lead_city="ghent"
    )
    submission = make_submission(practice=practice, by=make_member().user, summary={"en": "It runs at noon."})
    shown = record_part(preview(submission, "public", language="de").content.decode())

    published(submission)

    page = Client().get(f"/de/practices/{practice.slug}/").content.decode()
    assert practice.texts.get(language="de").stale
    assert shown == record_part(page)


def test_reserved_parts_are_marked_for_colleagues_and_missing_for_the_public():
    submission = make_submission(funding="The mayor's purse", peers_only=["funding"])

    public = preview(submission, "public").content.decode()
    peer = preview(submission, "peer").content.decode()

    assert "purse" not in public
    assert "purse" in peer
    assert "For colleagues only" in peer
    assert "More for verified colleagues" in public


def test_what_a_circle_does_not_see_at_all_is_said():
    submission = make_submission(title="Night bus", visibility=Visibility.MODERATORS)

    for circle in ("public", "peer"):
        body = preview(submission, circle).content.decode()
        assert "Night bus" not in body
        assert "Nothing to see for these readers" in body
    assert "Night bus" in preview(submission, "moderator").content.decode()


def test_an_unfinished_draft_previews_and_names_what_is_missing():
    submission = start(by=make_user(), language="en")
    broken = {
        "start_year": "nineteen",
        "milestones": [{"year": "x"}, {"year": 2001, "text": {"en": "Began"}}, "nonsense"],
        "service_areas": ["shelter", "nowhere"],
        "lead_city": "atlantis",
        "operation_status": "sleeping",
        "funding": "not a text for each language",
        "unknown": ["title"],
        "peers_only": ["title", "evidence"],
    }
    Submission.objects.filter(pk=submission.pk).update(content={**submission.content, **broken})

    for circle in ("public", "peer", "moderator"):
        response = preview(submission, circle)
        body = response.content.decode()
        assert response.status_code == 200
        assert "Began" in body
        assert "Give the practice a title." in body
        assert "Year of the start" in body


def test_a_text_that_is_too_long_is_shown_all_the_same():
    submission = start(by=make_user(), language="en")
    content = {**submission.content, "title": {"en": "Night bus " * 30}}
    Submission.objects.filter(pk=submission.pk).update(content=content)

    body = preview(submission, "public").content.decode()

    assert "Night bus Night bus" in body
    assert "Not shown" not in body
    assert "at most 200 fit" in body


def test_an_empty_draft_previews_in_every_language():
    submission = start(by=make_user(), language="el")

    for language in settings.LANGUAGE_CODES:
        assert preview(submission, "public", language=language).status_code == 200


def test_a_preview_is_kept_by_nobody():
    response = preview(make_submission(), "public")

    assert "no-store" in response.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_others_find_no_preview():
    draft = make_submission()
    sent = make_sent_submission()
    peer, moderator = make_member().user, make_moderator()

    assert client_of(None).get(f"/en/submissions/{draft.uuid}/preview/").status_code == 302
    assert preview(draft, "public", by=peer).status_code == 404
    assert preview(draft, "public", by=moderator).status_code == 404
    assert preview(sent, "public", by=peer).status_code == 404
    assert preview(sent, "moderator", by=moderator).status_code == 200


def test_moderators_preview_what_was_sent_not_what_is_being_written():
    submission, moderator = make_sent_submission(summary="As it was sent."), make_moderator()
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    submission = perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note="Please.")
    content = {**submission.content, "summary": {"en": "Being written."}}
    Submission.objects.filter(pk=submission.pk).update(content=content)

    assert "As it was sent." in preview(submission, "public", by=moderator).content.decode()
    assert "Being written." in preview(submission, "public").content.decode()


def test_unknown_readers_are_the_public():
    submission = make_submission(contact="A mailbox")

    assert "A mailbox" not in preview(submission, "administrator").content.decode()


def test_the_preview_of_a_change_starts_from_the_whole_document():
    practice = make_practice(funding="The mayor's purse", peers_only=["funding"])
    submission = make_submission(practice=practice, by=make_member().user)

    assert submission.content["peers_only"] == read(practice)["peers_only"] == ["funding"]
    assert "purse" not in preview(submission, "public").content.decode()
