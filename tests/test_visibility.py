"""Every address × every state that is not public × everyone who may not see it: the marker appears nowhere.

The addresses come from the URL configuration itself: one that `ARGUMENTS` does not know fails the test, so nobody adds
a page without saying how it is reached with somebody else's record.
"""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from practices.choices import Visibility
from practices.content import RESERVABLE
from practices.document import read
from practices.search import facet_index
from practices.services import publish, withdraw
from submissions.choices import Action
from submissions.services import perform
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

MARKER = "xanadukrypt"
SEARCH_WORD = "xanaduword"
# In the addresses of practices that are hidden altogether: a list of addresses would tell of them too.
PATH = "xanadupath"

# Addresses that hold no record of ours: sign-in, the admin (tested by itself), the library's own.
FOREIGN_PREFIXES = ("account_", "mfa_", "usersessions_", "admin:", "set_language", "reauthenticate")

# Arguments with which an address could reach the hidden record; `None`: it takes none.
ARGUMENTS = {
    "front-door": None,
    "practice-permalink": ["reference"],
    "robots": None,
    "sitemap": None,
    "sitemap-file": ["file_number"],
    "healthz": None,
    "readyz": None,
    "api-practice-list": None,
    "api-practice-detail": ["slug"],
    "api-version-list": ["slug"],
    "api-version-detail": ["slug", "number"],
    "api-city-list": None,
    "api-city-detail": ["city_slug"],
    "api-vocabularies": None,
    "api-suggest": None,
    "api-schema": None,
    "api-docs": None,
    "home": None,
    "about": None,
    "about-data": None,
    "about-accessibility": None,
    "about-privacy": None,
    "practice-list": None,
    "practice-export": ["format"],
    "practice-feed": None,
    "practice-detail": ["slug"],
    "practice-version": ["slug", "number"],
    "practice-file": ["file"],
    "area-detail": ["area"],
    "city-list": None,
    "city-detail": ["city_slug"],
    "account-preferences": None,
    "submit-start": None,
    "submit-questions": None,
    "submit-similar": None,
    "submission-list": None,
    "submission-detail": ["uuid"],
    "submission-section": ["uuid", "section"],
    "submission-autosave": ["uuid", "section"],
    "submission-check": ["uuid"],
    "submission-sent": ["uuid"],
    "submission-preview": ["uuid"],
    "submission-withdraw": ["uuid"],
    "submission-day": ["uuid"],
    "submission-people": ["uuid"],
    "submission-take-over": ["uuid"],
    "submission-changes": ["uuid"],
    "submission-conversation": ["uuid"],
    "invitation": ["token"],
    "sign-off": ["token"],
    "sign-off-done": None,
    "practice-withdraw": ["slug"],
    "submission-change": ["slug"],
    "practice-translate": ["slug"],
    "submission-document": ["uuid"],
    "submission-fill": ["uuid"],
    "submit-offline": None,
    "submit-questionnaire": ["language"],
    "submission-file": ["uuid", "file"],
    "submission-file-facts": ["uuid", "file"],
    "submission-warnings": ["uuid"],
    "confirmation": ["token"],
    "practice-contact": ["slug"],
    "practice-adopt": ["slug"],
    "message-list": None,
    "message-detail": ["uuid"],
    "message-report": ["uuid"],
    "nominate": None,
    "nominate-sent": None,
    "nomination": ["token"],
    "membership-list": None,
}


# Those that draw on what was made for others of the same circle (`memo` in practices/search/facet_index.py). Not the
# API: whoever asks there is answered as the public, so what it keeps is never more than anybody's.
KEEPING = {
    "home",
    "about-data",
    "practice-list",
    "practice-export",
    "practice-feed",
    "practice-detail",
    "area-detail",
    "submit-similar",
}


def patterns(resolver, prefix=""):
    """Every named address with the names of its arguments."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{prefix}{entry.name}", entry


def marked_document(**overrides):
    """A document with the marker in every text that a person can write."""
    text = {"en": f"{MARKER} {SEARCH_WORD}", "nl": f"{MARKER} {SEARCH_WORD}"}
    return make_document(
        title=text,
        summary=text,
        description=text,
        access_conditions=text,
        legal_basis=text,
        funding=text,
        evidence=text,
        challenges=text,
        transfer=text,
        partners=[{"name": MARKER, "role": MARKER}],
        milestones=[{"year": 1987, "text": {"en": MARKER}}],
        sources=[{"citation": MARKER, "url": f"https://{MARKER}.example/", "locator": MARKER}],
        contact=MARKER,
        discreet_details=MARKER,
        start_year=1987,
        service_areas=["education"],
        provenance={"en": "original", "nl": "machine"},
        **overrides,
    )


def hide_for_peers():
    return publish(marked_document(visibility=Visibility.PEERS), by=None, slug=f"{PATH}-for-peers")


def hide_for_moderators():
    return publish(marked_document(visibility=Visibility.MODERATORS), by=None, slug=f"{PATH}-for-moderators")


def hide_peers_notes():
    document = make_document(title="Open to all", contact=MARKER, discreet_details=MARKER, start_year=1987)
    return publish(document, by=None)


def hide_by_narrowing():
    practice = publish(marked_document(), by=None, slug=f"{PATH}-narrowed")
    return publish({**read(practice), "visibility": Visibility.PEERS}, by=None, practice=practice)


def hide_old_version():
    practice = publish(marked_document(visibility=Visibility.PEERS), by=None, slug="once-for-peers")
    return publish(make_document(title="Open to all", start_year=1987), by=None, practice=practice)


def _reserving(document):
    """Every text that a city may keep for peers marked, the others open."""
    marked = {name: value for name, value in document.items() if name in {field.name for field in RESERVABLE}}
    # The marker is the only Dutch in it: that somebody wrote Dutch must not show either.
    return make_document(title="Open to all", **marked, peers_only=list(marked), start_year=1987)


def hide_reserved_fields():
    return publish(_reserving(marked_document()), by=None, slug="reserved")


def hide_by_reserving():
    """It stood in public for two versions, and then the city changed its mind."""
    document = _reserving(marked_document())
    practice = publish(document | {"peers_only": []}, by=None, slug="once-open")
    practice = publish({**read(practice), "start_year": 1988}, by=None, practice=practice)
    return publish({**read(practice), "peers_only": document["peers_only"]}, by=None, practice=practice)


def hide_what_was_reserved_once():
    """The city wrote something else for the public; what it had kept for peers stays theirs."""
    practice = publish(_reserving(marked_document()), by=None, slug="reserved-once")
    public = {field.name: field.empty for field in RESERVABLE} | {"funding": {"en": "The city pays."}, "peers_only": []}
    return publish({**read(practice), **public}, by=None, practice=practice)


def hide_by_withdrawing():
    practice = publish(marked_document(), by=None, slug=f"{PATH}-withdrawn")
    return withdraw(practice, by=None, reason="The city asked for it.")


def hide_in_draft():
    make_practice(title="Open to all", start_year=1987)
    return make_submission(by=make_user(), **_overrides(marked_document()))


def hide_in_review():
    return make_sent_submission(by=make_user(), **_overrides(marked_document()))


def hide_in_rejection():
    moderator = make_moderator()
    submission = hide_in_review()
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    return perform(submission, Action.REJECT, by=moderator, version=submission.version, note=f"No, {MARKER}.")


def hide_in_proposed_change():
    practice = make_practice(title="Open to all", start_year=1987)
    return make_sent_submission(by=make_user(), practice=practice, title={"en": MARKER}, contact=MARKER)


def _overrides(document):
    return {name: value for name, value in document.items() if name not in ("provenance", "original_language")}


HIDING = [
    hide_for_peers,
    hide_for_moderators,
    hide_peers_notes,
    hide_by_narrowing,
    hide_old_version,
    hide_reserved_fields,
    hide_by_reserving,
    hide_what_was_reserved_once,
    hide_by_withdrawing,
    hide_in_draft,
    hide_in_review,
    hide_in_rejection,
    hide_in_proposed_change,
]
# Peers may read what is for peers; everything else is hidden from them as from anyone.
HIDDEN_FROM_PEERS = [
    hide_for_moderators,
    hide_by_withdrawing,
    hide_in_draft,
    hide_in_review,
    hide_in_rejection,
    hide_in_proposed_change,
]


def addresses_of(records, names=None):
    """Every address of the site once, or those with these names, with these records' arguments where it takes any."""
    values = {
        "slug": [_slug_of(record) for record in records],
        "reference": [record.reference or "CMISE-0001" for record in records],
        "number": [1, 2, 3],
        "file_number": [1],
        "uuid": [getattr(record, "uuid", "00000000-0000-4000-8000-000000000000") for record in records],
        "file": ["00000000-0000-4000-8000-000000000000"],
        "section": ["brief", "sharing"],
        "format": ["csv", "jsonl"],
        "area": ["education", "shelter"],
        "city_slug": ["ghent"],
        "token": ["never-given-out"],
        "language": ["nl"],
    }
    for name, _pattern in patterns(get_resolver()):
        if name.startswith(FOREIGN_PREFIXES) or (names and name not in names):
            continue
        wanted = ARGUMENTS[name]
        for arguments in _combinations([list(dict.fromkeys(values[key])) for key in wanted or []]):
            yield reverse(name, args=arguments)


def _slug_of(record):
    practice = record if hasattr(record, "slug") else record.practice
    return practice.slug if practice else f"{MARKER}-{MARKER}"[:20]


def _combinations(lists):
    if not lists:
        return [[]]
    return [[first, *rest] for first in lists[0] for rest in _combinations(lists[1:])]


QUERIES = [
    "?q=xanaduword",
    "?q=xanadu",
    "?year_from=1987&year_to=1987",
    "?area=education",
    "?sort=title",
    "?q=%22xanaduword%22",
    "?city=ghent",
    "?language=nl&page_size=100",
    "?q=secretm",
    f"?title={MARKER}%20{SEARCH_WORD}",
    f"?title={SEARCH_WORD}&city=ghent",
]


def crawl(client, *records, after=(), names=None):
    """Every answer of every address, with queries that aim at the hidden records. People of wider circles, `after` whom
    it is asked for, have asked for whatever is kept."""
    for wider in after:
        for _address, response in crawl(signed_in(wider), *records, names=KEEPING):
            # What streams is made while it is read.
            body_of(response)
    for address in addresses_of(records, names):
        yield address, client.get(address)
        if address.endswith(("/practices/", ".csv", ".jsonl", ".atom", "/suggest/", "/similar/")):
            for query in QUERIES:
                yield address + query, client.get(address + query)


def body_of(response):
    return response.getvalue() if response.streaming else response.content


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def moderator_and_peer():
    return [make_moderator(), make_member(city=make_city("utrecht")).user]


def assert_silent(client, hiding, *, after):
    """What does not name a record answers for all of them: they are hidden side by side, and asked for once."""
    records = [hide() for hide in hiding]
    found = []
    for address, response in crawl(client, *records, after=after):
        told = (body_of(response).decode("utf-8", "replace") + str(dict(response.items()))).casefold()
        # What the visitor sent themselves may come back: only the markers are the record's own.
        if any(marker in told and marker not in address for marker in (MARKER, PATH)):
            found.append(address)
        assert response.status_code < 500, address
    assert found == []


def test_every_address_is_known():
    unknown = [
        name
        for name, _pattern in patterns(get_resolver())
        if not name.startswith(FOREIGN_PREFIXES) and name not in ARGUMENTS
    ]

    assert unknown == []


def test_every_address_that_keeps_things_is_known(client, monkeypatch):
    practice, current, asked, keeping = publish(marked_document(), by=None), facet_index.current, [], set()
    monkeypatch.setattr(facet_index, "current", lambda: asked.append(True) or current())
    client.force_login(make_user())

    for address, _response in crawl(client, practice):
        if asked:
            keeping.add(resolve(address.partition("?")[0]).view_name)
            asked.clear()

    assert {name for name in keeping if not name.startswith("api-")} == KEEPING


def test_hidden_from_anonymous(client):
    assert_silent(client, HIDING, after=moderator_and_peer())


def test_hidden_from_officer_without_city(client):
    client.force_login(make_user())

    assert_silent(client, HIDING, after=moderator_and_peer())


def test_hidden_from_peer(client):
    client.force_login(make_member(city=make_city("utrecht")).user)

    assert_silent(client, HIDDEN_FROM_PEERS, after=[make_moderator()])


@pytest.mark.parametrize("hide", [hide_for_peers, hide_peers_notes, hide_reserved_fields, hide_by_reserving])
def test_marker_is_found_where_it_may_be(client, hide):
    """The crawl would see a leak: a peer meets the marker on the practice's own page."""
    practice = hide()
    client.force_login(make_member(city=make_city("utrecht")).user)

    response = client.get(reverse("practice-detail", args=[practice.slug]))

    assert MARKER in response.content.decode()


@pytest.mark.parametrize("hide", [hide_for_peers, hide_for_moderators])
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "delete"])
def test_hidden_practice_answers_like_none(hide, method):
    practice = hide()
    client = Client()
    for name, hidden, none in [
        ("practice-detail", [practice.slug], ["never-was-here"]),
        ("practice-version", [practice.slug, 1], ["never-was-here", 1]),
        ("practice-permalink", [practice.reference], ["CMISE-9999"]),
        ("api-practice-detail", [practice.slug], ["never-was-here"]),
        ("api-version-list", [practice.slug], ["never-was-here"]),
    ]:
        answers = [getattr(client, method)(reverse(name, args=args)) for args in (hidden, none)]
        hidden_address, none_address = (reverse(name, args=args) for args in (hidden, none))

        assert answers[0].status_code == answers[1].status_code, name
        assert answers[0].content.decode().replace(hidden_address, none_address) == answers[1].content.decode(), name
        assert dict(answers[0].items()) == dict(answers[1].items()), name


def test_withheld_city_is_named_nowhere(client):
    make_city("secretmark", name_en="Secretmark", name_nl="Secretmark", country="MT", population=30_000)
    practice = publish(make_document(title="Open to all", lead_city="secretmark", city_withheld=True), by=None)
    # The city is known to the registry like any other; what it does is not.
    about_the_city = [
        reverse("city-list"),
        reverse("city-detail", args=["secretmark"]),
        reverse("api-city-list"),
        reverse("sitemap"),
        reverse("sitemap-file", args=[1]),
        # Every city of the registry can be chosen.
        reverse("nominate"),
    ]

    named = [
        address
        for address, response in crawl(client, practice, after=moderator_and_peer())
        if b"secretmark" in body_of(response).lower() and address not in about_the_city
    ]

    assert named == []
    for address in about_the_city[:3]:
        assert b"Open to all" not in client.get(address).content
