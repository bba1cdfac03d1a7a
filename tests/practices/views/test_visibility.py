"""What must not be seen is looked for at every door: each text of a hidden practice carries a marker."""

import itertools
import json

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from cities.choices import Region, SizeClass
from practices.content import FIELDS, PEER_FIELDS, Column, Kind
from practices.services import publish, withdraw
from tests.factories import make_city, make_document, make_member, make_moderator, make_practice

pytestmark = pytest.mark.django_db

MARKER = "zebrawood"
PEER_MARKER = "tamarindus"
TOWN, OTHER_TOWN = "quillhaven", "brindlemoor"
DOORS = (
    "/en/",
    "/el/",
    "/en/practices/",
    "/de/practices/?q=zebrawood",
    "/en/practices/?area=shelter&language=el",
    "/en/practices/?q=zebrawod",
    "/en/areas/shelter/",
    "/en/cities/",
    "/en/cities/quillhaven/",
    "/en/about/data/",
    "/en/practices/export.csv",
    "/nl/practices/export.jsonl",
    "/en/practices/feed.atom",
    "/fr/practices/feed.atom?q=zebrawood",
)


def cell(column: Column, place: str):
    if column.kind is Kind.YEAR:
        return 2004
    if column.is_url:
        return f"https://{place}.example/".replace("_", "-")
    return {code: f"{place} {code}" for code in settings.LANGUAGE_CODES} if column.translatable else place


def marked_document(**overrides):
    """A document whose every text, row and peers' field says where it stands."""
    marked = {}
    for field in FIELDS:
        marker = PEER_MARKER if field in PEER_FIELDS else MARKER
        place = f"{marker}-{field.name}"
        if field.translatable:
            marked[field.name] = {code: f"{place}-{code} words" for code in settings.LANGUAGE_CODES}
        elif field.kind is Kind.ROWS:
            marked[field.name] = [{column.name: cell(column, f"{place}-{column.name}") for column in field.columns}]
        elif field.kind in (Kind.TEXT, Kind.LINE):
            marked[field.name] = place
    make_city(TOWN, country="LU", population=80_000)
    make_city(OTHER_TOWN, country="LU")
    places = {"lead_city": TOWN, "other_cities": [OTHER_TOWN]}
    provenance = dict.fromkeys(settings.LANGUAGE_CODES, "machine") | {"en": "original"}
    return make_document(**(marked | places | {"provenance": provenance} | overrides))


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


@pytest.fixture
def readers():
    """A visitor, a person without a city, a verified officer and a moderator."""
    member = make_member(city=make_city("utrecht"))
    people = {"visitor": None, "peer": member.user, "moderator": make_moderator()}
    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        if person:
            clients[name].force_login(person)
    return clients


# --- Whole practices --------------------------------------------------------------------------------------------------

HIDDEN_FROM = [
    ("peers", False, ["visitor"]),
    ("moderators", False, ["visitor", "peer"]),
    ("public", True, ["visitor", "peer", "moderator"]),
    ("peers", True, ["visitor", "peer", "moderator"]),
]


@pytest.mark.parametrize(("visibility", "withdrawn", "hidden_from"), HIDDEN_FROM)
def test_a_hidden_practice_stands_behind_no_door(readers, visibility, withdrawn, hidden_from):
    practice = publish(marked_document(visibility=visibility), by=None)
    make_practice(title="Something public")
    if withdrawn:
        withdraw(practice, by=None, reason="Ended")

    for reader, door in itertools.product(hidden_from, DOORS):
        body = body_of(readers[reader].get(door)).replace('value="zebrawood"', "").replace("q=zebrawo", "")
        for echo in ("zebrawood: ", '<q dir="auto">zebrawood</q>', "“zebrawood”"):
            body = body.replace(echo, "")
        assert f"{MARKER}-" not in body, (reader, door)
        assert PEER_MARKER not in body, (reader, door)
        assert practice.reference not in body, (reader, door)


@pytest.mark.parametrize(
    ("visibility", "readable_by"), [("peers", ["peer", "moderator"]), ("moderators", ["moderator"])]
)
def test_the_same_doors_show_it_to_its_circle(readers, visibility, readable_by):
    """Without this the test above could pass on empty pages."""
    practice = publish(marked_document(visibility=visibility), by=None)

    for reader in readable_by:
        for door in ("/en/practices/", "/en/practices/export.csv", "/en/practices/feed.atom", f"/en/cities/{TOWN}/"):
            assert f"{MARKER}-title-en" in body_of(readers[reader].get(door)), (reader, door)
        assert readers[reader].get(practice.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("suffix", ["", "v1/"])
def test_hidden_is_answered_like_what_never_existed(readers, suffix):
    practice = publish(marked_document(visibility="moderators"), by=None)

    for reader in ("visitor", "peer"):
        hidden = readers[reader].get(f"/en/practices/{practice.slug}/{suffix}")
        nothing = readers[reader].get(f"/en/practices/{'x' * len(practice.slug)}/{suffix}")

        assert hidden.status_code == nothing.status_code == 404
        assert body_of(hidden) == body_of(nothing)


def test_a_withdrawn_practice_leaves_a_tombstone_with_its_reason(readers):
    practice = publish(marked_document(), by=None)
    withdraw(practice, by=None, reason="The office was closed.")

    for address in (f"/en/practices/{practice.slug}/", f"/en/practices/{practice.slug}/v1/"):
        response = readers["visitor"].get(address)
        assert response.status_code == 410
        assert practice.reference in body_of(response)
        assert "The office was closed." in body_of(response)
        assert MARKER not in body_of(response).replace(practice.slug, "")


def test_the_tombstone_of_a_peers_practice_is_for_peers(readers):
    practice = publish(marked_document(visibility="peers"), by=None)
    withdraw(practice, by=None, reason="Closed")

    assert readers["visitor"].get(f"/en/practices/{practice.slug}/").status_code == 404
    assert readers["peer"].get(f"/en/practices/{practice.slug}/").status_code == 410


# --- Fields -----------------------------------------------------------------------------------------------------------


def expected_markers(field, language):
    if field.translatable:
        return [f"{MARKER}-{field.name}-{language}"]
    if field.kind is Kind.ROWS:
        return [
            f"{MARKER}-{field.name}-{column.name}".replace("_", "-")
            for column in field.columns
            if column.kind is not Kind.YEAR
        ]
    return [f"{PEER_MARKER}-{field.name}"] if field in PEER_FIELDS and field.kind is Kind.TEXT else []


@pytest.mark.parametrize("reader", ["visitor", "peer", "moderator"])
@pytest.mark.parametrize("address", ["practices/{slug}/", "practices/{slug}/v1/"])
def test_the_page_shows_every_field_that_its_reader_may_see(readers, reader, address):
    practice = publish(marked_document(), by=None)

    body = body_of(readers[reader].get("/el/" + address.format(slug=practice.slug))).replace("_", "-")

    for field in FIELDS:
        is_shown = field not in PEER_FIELDS or reader != "visitor"
        for marker in expected_markers(field, "el"):
            assert (marker.replace("_", "-") in body) is is_shown, marker
    assert (PEER_MARKER in body) is (reader != "visitor")


@pytest.mark.parametrize("door", DOORS)
def test_peers_fields_of_a_public_practice_leave_by_no_door(readers, door):
    publish(marked_document(), by=None)

    assert PEER_MARKER not in body_of(readers["visitor"].get(door))


def test_peers_take_their_fields_along_in_an_export(readers):
    publish(marked_document(), by=None)

    for door in ("/en/practices/export.csv", "/en/practices/export.jsonl"):
        assert f"{PEER_MARKER}-contact" in body_of(readers["peer"].get(door))


def test_a_visitor_learns_that_there_is_more_for_colleagues_only_where_there_is(readers):
    with_notes = make_practice(contact="A mailbox")
    without = make_practice()

    assert "c-lock" in body_of(readers["visitor"].get(with_notes.get_absolute_url()))
    assert "c-lock" not in body_of(readers["visitor"].get(without.get_absolute_url()))
    assert "c-lock" not in body_of(readers["peer"].get(with_notes.get_absolute_url()))


# --- The withheld city ------------------------------------------------------------------------------------------------

TELLTALES = (
    TOWN,
    OTHER_TOWN,
    TOWN.title(),
    OTHER_TOWN.title(),
    "Luxembourg",
    "Luxemburg",
    "Λουξεμβούργο",
    '"LU"',
    ",LU,",
)


def withheld_document():
    return marked_document(city_withheld=True)


@pytest.mark.parametrize(
    "door",
    [
        "/en/practices/{slug}/",
        "/de/practices/{slug}/",
        "/el/practices/{slug}/v1/",
        "/en/practices/",
        "/en/practices/?q=zebrawood",
        "/en/practices/?sort=city",
        "/en/areas/shelter/",
        "/en/practices/export.csv",
        "/en/practices/export.jsonl",
        "/de/practices/feed.atom",
        "/en/",
        "/en/about/data/",
    ],
)
def test_a_withheld_city_is_named_nowhere(readers, door):
    practice = publish(withheld_document(), by=None)

    body = body_of(readers["visitor"].get(door.format(slug=practice.slug)))

    assert [word for word in TELLTALES if word in body] == []
    if "slug" in door:
        with translation.override(door[1:3]):
            # Its first letter is a capital one where a sentence begins.
            assert str(SizeClass.TOWN.label)[1:] in body
            assert str(Region.WEST.label) in body


def test_a_withheld_practice_counts_for_no_city_and_no_country(readers):
    publish(withheld_document(), by=None)
    visitor = readers["visitor"]

    assert f"{MARKER}-title-en" not in body_of(visitor.get(f"/en/cities/{TOWN}/"))
    assert "No practice is reported here yet" in body_of(visitor.get(f"/en/cities/{TOWN}/"))
    assert "0 of them with a published practice" in body_of(visitor.get("/en/cities/"))
    for query in (f"city={TOWN}", "country=LU"):
        assert f"{MARKER}-title-en" not in body_of(visitor.get(f"/en/practices/?{query}&q=zebrawood"))
    assert f"{MARKER}-title-en" in body_of(readers["peer"].get(f"/en/cities/{TOWN}/"))


def test_peers_are_told_the_withheld_city_and_that_the_public_is_not(readers):
    practice = publish(withheld_document(), by=None)

    body = body_of(readers["peer"].get(practice.get_absolute_url()))

    assert TOWN.title() in body
    assert "not named in public" in body


def test_an_old_version_keeps_the_city_hidden_when_it_was_withheld_since(readers):
    practice = publish(marked_document(), by=None)
    publish(withheld_document(), by=None, practice=practice)

    response = readers["visitor"].get(f"/en/practices/{practice.slug}/v1/")

    assert [word for word in TELLTALES if word in body_of(response)] == []


def test_an_old_version_that_withheld_the_city_keeps_doing_so(readers):
    practice = publish(withheld_document(), by=None)
    publish(marked_document(), by=None, practice=practice)

    response = readers["visitor"].get(f"/en/practices/{practice.slug}/v1/")

    assert [word for word in TELLTALES if word in body_of(response)] == []


def test_an_export_for_the_public_has_no_key_that_locates(readers):
    publish(withheld_document(), by=None)

    record = json.loads(body_of(readers["visitor"].get("/en/practices/export.jsonl")))

    assert "lead_city" not in record
    assert "other_cities" not in record
    assert record["country"] is None
