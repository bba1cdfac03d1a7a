"""Checks of what a document says: years, sources, languages, links."""

from datetime import date

import pytest

from practices.content import empty_document
from submissions.checks.dates import contradicting_dates
from submissions.checks.dead_links import PROBLEMS, WAITING, dead_links
from submissions.checks.likeness import likeness, profile_of
from submissions.checks.sources import missing_sources
from submissions.checks.translations import unfinished_translations
from submissions.checks.web_addresses import addresses_in, digest_of_address
from submissions.choices import LinkState
from submissions.models import LinkCheck

TODAY = date(2026, 6, 1)


def document(**values):
    return empty_document(language="en") | values


def paths(observations):
    return [observation.path for observation in observations]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"operation_status": "ended"}, ["end_year"]),
        ({"operation_status": "ended", "end_year": 2030}, ["end_year"]),
        ({"operation_status": "ended", "end_year": 2020}, []),
        ({"operation_status": "running", "end_year": 2025}, ["operation_status"]),
        ({"operation_status": "running", "end_year": 2026}, []),
        ({"operation_status": "pilot", "start_year": 2027}, ["operation_status"]),
        ({"operation_status": "planned", "start_year": 2025}, ["operation_status"]),
        ({"operation_status": "planned", "start_year": 2026}, []),
        ({"operation_status": "unknown", "end_year": 2020}, ["operation_status"]),
        ({"operation_status": "unknown", "start_year": 2020}, []),
        (
            {
                "operation_status": "ended",
                "start_year": 2010,
                "end_year": 2020,
                "milestones": [{"year": year, "text": {}} for year in (2009, 2010, 2020, 2021, 2030, None)],
            },
            ["milestones.0.year", "milestones.3.year", "milestones.4.year"],
        ),
    ],
)
def test_years_that_contradict_the_status_are_told(values, expected):
    assert paths(contradicting_dates(document(**values), today=TODAY)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["sources"]),
        ({"evidence": {"en": "Since 2019 fewer people sleep rough."}}, ["sources", "evidence.en"]),
        ({"evidence": {"en": "80 people found a room."}}, ["sources", "evidence.en"]),
        ({"evidence_level": "evaluated"}, ["sources", "evidence_level"]),
        ({"evidence_level": "evaluated", "sources": [{"citation": "Report", "locator": "p. 4"}]}, ["evidence_level"]),
        ({"sources": [{"citation": "Report"}]}, ["sources.0.citation"]),
        ({"sources": [{"citation": "Report", "url": "https://city.example/"}], "evidence": {"en": "80 people"}}, []),
    ],
)
def test_claims_without_a_source_are_told(values, expected):
    assert paths(missing_sources(document(**values), language="en")) == expected


def test_missing_half_written_and_old_translations_are_told():
    texts = document(
        title={"en": "A title", "de": "Ein Titel", "fr": "Un titre", "nl": "Een titel"},
        summary={"en": "New words", "de": "Alte Worte", "fr": "Nouveaux mots"},
    )
    live = document(title=texts["title"], summary={"en": "Old words", "de": "Alte Worte", "fr": "Anciens mots"})

    found = {entry.path: entry.message for entry in unfinished_translations(texts, live=live, stale=["fr"])}

    assert list(found) == ["summary.de", "title.fr", "summary.nl", ""]
    assert "German: the original has changed since, in “Summary”" in found["summary.de"]
    assert "marked as older" in found["title.fr"]
    assert "Dutch: there is no “Summary”" in found["summary.nl"]
    assert found[""] == "Nothing is written in: Greek, Spanish, Italian."


def test_links_say_what_is_known_of_them_and_when_nothing_is():
    rows = [
        LinkCheck(url="https://ok.example/", state=LinkState.OK, code=200),
        LinkCheck(url="https://gone.example/", state=LinkState.BROKEN, code=404, problem="gone"),
        LinkCheck(url="https://inside.example/", state=LinkState.REFUSED, problem="address"),
        LinkCheck(url="https://soon.example/", state=LinkState.UNSURE, problem=WAITING),
    ]
    # At noon: near midnight the day depends on where the clock stands.
    rows[1].failing_since = rows[1].checked_at.replace(year=2026, month=3, day=5, hour=12)
    known = {digest_of_address(row.url): row for row in rows}
    sources = [{"citation": "c", "url": row.url} for row in rows] + [
        {"citation": "c", "url": "", "cited_url": " https://new.example/ "},
        {"citation": "c"},
    ]

    found = {entry.path: entry.message for entry in dead_links(document(sources=sources), known=known)}

    assert list(found) == ["sources.1.url", "sources.2.url", "sources.3.url", "sources.4.cited_url"]
    assert found["sources.1.url"] == "Broken: the page is not there (404); since 5 March 2026."
    assert "private network" in found["sources.2.url"]
    assert found["sources.3.url"] == found["sources.4.cited_url"] == "Not checked yet."


def test_links_of_what_is_hidden_say_why_nobody_asks():
    sources = [{"citation": "c", "url": "https://new.example/"}]

    for hidden in ({"city_withheld": True}, {"visibility": "moderators"}):
        (observation,) = dead_links(document(sources=sources, **hidden), known={})
        assert "nobody should learn" in observation.message


def test_half_finished_rows_name_no_address():
    assert list(addresses_in({"sources": ["text", {"url": 7}, {"url": "  "}, None]})) == []
    assert list(addresses_in({"sources": "text"})) == []
    assert all(str(words) for words in PROBLEMS.values())


def test_likeness_is_found_in_a_common_language_and_in_the_same_city_without_one():
    shelter = {
        "title": {"en": "Night shelter without identity checks", "nl": "Nachtopvang zonder controle"},
        "summary": {"en": "The city opens forty beds each winter to anyone who asks, without looking at papers."},
        "lead_city": "ghent",
        "service_areas": ["shelter"],
    }
    reworded = {
        "title": {"en": "A winter night shelter without checks of identity"},
        "summary": {"en": "Forty beds are opened by the city each winter for anyone asking; papers are not looked at."},
        "lead_city": "ghent",
        "service_areas": ["shelter"],
    }
    other = {
        "title": {"en": "Legal advice for workers"},
        "summary": {"en": "Lawyers of a trade union help people to claim unpaid wages in court."},
        "lead_city": "ghent",
        "service_areas": ["labour"],
    }
    french = {"title": {"fr": "Abri de nuit"}, "summary": {"fr": "Quarante lits"}} | {
        key: shelter[key] for key in ("lead_city", "service_areas")
    }

    def compared(one, two):
        return likeness(profile_of(one), profile_of(two))

    assert compared(shelter, reworded).is_near
    assert compared(shelter, reworded).language == "en"
    # Elsewhere it takes more: the same words may tell of another city's shelter.
    assert compared(shelter, reworded | {"lead_city": "utrecht"}).is_near == (compared(shelter, reworded).share >= 0.5)
    assert compared(shelter, shelter | {"lead_city": "utrecht"}).is_near
    assert not compared(shelter, other).is_near
    assert compared(shelter, french).is_near
    assert not compared(shelter, french | {"lead_city": "utrecht"}).is_near
    assert not compared(shelter, french | {"service_areas": ["labour"]}).is_near
    assert not compared(shelter, {}).is_near
