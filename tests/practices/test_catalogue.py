"""The catalogue: parameters, orders, pages, and how many queries an answer takes."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from practices.choices import Visibility
from practices.models import Practice
from practices.services import publish
from tests.factories import make_document, make_member, make_practice, make_user
from tests.practices.asking import ask, counts, slugs

pytestmark = pytest.mark.django_db


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other():
    make_practice(slug="a", service_areas=["shelter"], lead_city="ghent")
    make_practice(slug="b", service_areas=["education"], lead_city="ghent")
    make_practice(slug="c", service_areas=["education"], lead_city="utrecht")

    assert set(slugs(ask(area=["shelter", "education"]))) == {"a", "b", "c"}
    assert set(slugs(ask(area=["shelter", "education"], city="ghent"))) == {"a", "b"}
    assert counts(ask(area="shelter"), "area") == {"shelter": 1, "education": 2}
    assert counts(ask(area="shelter"), "city") == {"ghent": 1}


def test_what_was_read_for_one_circle_stays_in_it_when_a_membership_begins_meanwhile():
    make_practice(slug="public", title="Carousel")
    restricted = make_practice(slug="restricted", title="Carousel", description="Quibblewort.")
    newcomer = make_user()
    catalogue = ask(user=newcomer, q="carousel quibblewort")
    make_member(newcomer)
    # As another process has it that restricts the practice a moment before its rows are read.
    Practice.objects.filter(pk=restricted.pk).update(visibility=Visibility.PEERS)

    found = slugs(catalogue)

    assert found == slugs(ask(q="carousel quibblewort")) == ["public"]


def test_selected_value_without_a_practice_is_still_shown():
    make_practice(service_areas=["shelter"])

    (facet,) = [facet for facet in ask(area="education").facets if facet.name == "area"]

    assert [(option.value, option.count, option.selected) for option in facet.options] == [
        ("shelter", 1, False),
        ("education", 0, True),
    ]
    assert facet.selected_count == 1


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"year_from": 2015}, {"open", "long", "late"}),
        ({"year_to": 2009}, {"early", "open", "long"}),
        ({"year_from": 2006, "year_to": 2006}, {"open", "long"}),
        ({}, {"early", "open", "long", "late", "unknown"}),
    ],
)
def test_years_ask_for_what_ran_at_some_time_between(parameters, expected):
    make_practice(slug="early", start_year=2000, end_year=2005)
    make_practice(slug="open", start_year=2003)
    make_practice(slug="long", start_year=2001, end_year=2016)
    make_practice(slug="late", start_year=2015)
    make_practice(slug="unknown", end_year=2018)

    assert set(slugs(ask(**parameters))) == expected


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"area": "moon"}, {"area"}),
        ({"area": ["moon", "shelter", "sun"]}, {"area"}),
        ({"city": "atlantis", "country": "XX", "typology": "x", "group": "x", "approach": "x"},
         {"city", "country", "typology", "group", "approach"}),
        ({"status": "x", "firewall": "x", "evidence": "x", "depth": "x", "language": "xx"},
         {"status", "firewall", "evidence", "depth", "language"}),
        ({"year_from": "soon"}, {"year_from"}),
        ({"year_from": "9" * 5_000, "year_to": "-3"}, {"year_from", "year_to"}),
        ({"year_from": 2020, "year_to": 2010}, {"year_from"}),
        ({"sort": "best"}, {"sort"}),
        ({"area": "\x00"}, {"area"}),
        ({"year_to": "\x00"}, {"year_to"}),
        ({"q": "x" * 301}, {"q"}),
    ],
)  # fmt: skip
def test_wrong_value_is_told_and_left_out(parameters, told):
    make_practice(start_year=2015)

    answer = ask(**parameters)

    assert set(answer.errors) == told
    assert all(str(message) for messages in answer.errors.values() for message in messages)
    if "q" not in told:
        assert answer.count == 1


def test_each_unknown_value_is_named_and_the_known_one_counts():
    make_practice(service_areas=["education"])

    answer = ask(area=["moon", "shelter", "s" * 200])

    assert answer.selection["area"] == ["shelter"]
    assert answer.count == 0
    assert [str(message) for message in answer.errors["area"]] == [
        "“moon” is not known here, so it was left out.",
        f"“{'s' * 60}…” is not known here, so it was left out.",
    ]


def test_first_year_after_the_last_ignores_both():
    answer = ask(year_from=2020, year_to=2010)

    assert (answer.selection["year_from"], answer.selection["year_to"]) == (None, None)


@pytest.mark.parametrize(
    ("sort", "language", "expected"),
    [
        ("", "en", ["berlin", "ghent", "athens"]),
        ("newest", "en", ["berlin", "ghent", "athens"]),
        ("title", "en", ["ghent", "berlin", "athens"]),
        ("title", "fr", ["berlin", "athens", "ghent"]),
        ("city", "en", ["athens", "berlin", "ghent"]),
        ("city", "fr", ["athens", "berlin", "ghent"]),
        ("city", "el", ["athens", "berlin", "ghent"]),
        ("confirmed", "en", ["athens", "ghent", "berlin"]),
        ("relevance", "en", ["berlin", "ghent", "athens"]),
    ],
)
def test_order_is_the_same_on_every_database(sort, language, expected):
    now = timezone.now()

    def made(city, days, title, **options):
        document = make_document(title={"en": title, **options.pop("titles", {})}, lead_city=city)
        publish(document, by=None, slug=city, at=now - timedelta(days=days), **options)

    made("athens", 9, "“Écluse” for all", confirmed=True)
    made("ghent", 5, "apple", titles={"fr": "Île aux pommes"})
    made("berlin", 1, "Éclair", titles={"fr": "abricot"})

    assert slugs(ask(sort=sort, reading=language)) == expected


def test_pages_share_the_answer_without_gap_or_repeat():
    for place in range(7):
        make_practice(slug=f"practice-{place}")
    answer = ask(sort="title")

    pages = [[hit.practice.slug for hit in answer.page(number, 3)] for number in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({slug for page in pages for slug in page}) == 7
    assert [practice.slug for practice in answer.practices()] == [slug for page in pages for slug in page]


def test_title_is_shown_in_the_readers_language_with_the_words_marked():
    make_practice(title={"en": "Night bus", "nl": "Nachtbus"}, provenance={"nl": "human"})

    (hit,) = ask(q="nachtbus", reading="en").page(1, 20)

    assert (hit.title_html, hit.matched_language) == ("Night bus", "nl")
    (hit,) = ask(q="nachtbus", reading="nl").page(1, 20)
    assert hit.title_html == "<mark>Nachtbus</mark>"


def test_excerpt_is_in_the_readers_language_where_that_can_be_quoted():
    make_practice(
        title={"en": "Registry desk", "nl": "Balie"},
        summary={"en": "For everyone.", "nl": "Een registry voor iedereen."},
        description={"en": "The registry opens at noon.", "nl": "De balie is overdag open."},
        provenance={"nl": "human"},
    )

    shown = {
        text: (hit.matched_language, hit.excerpt_html, hit.excerpt_language)
        for text in ("registry", "noon", "iedereen", "balie", "registry iedereen")
        for hit in ask(q=text, reading="en").page(1, 20)
    }

    assert shown == {
        # Its title tells.
        "registry": ("en", "For everyone.", "en"),
        "noon": ("en", "The registry opens at <mark>noon</mark>.", "en"),
        "iedereen": ("nl", "Een registry voor <mark>iedereen</mark>.", "nl"),
        # A title in another language is not shown in a list.
        "balie": ("nl", "De <mark>balie</mark> is overdag open.", "nl"),
        # What matched best is Dutch, and its title does not tell.
        "registry iedereen": ("nl", "The <mark>registry</mark> opens at noon.", "en"),
    }


def test_excerpt_is_in_the_language_that_matched_where_the_readers_cannot_be_quoted():
    """Names of partners count as words of every language."""
    make_practice(
        title={"en": "Desk", "nl": "Balie"},
        summary={"en": "The city helps.", "nl": "De gemeente vangt families op."},
        partners=[{"name": "Gemeente Gent"}],
        provenance={"nl": "human"},
    )

    (hit,) = ask(q="gemeente", reading="en").page(1, 20)

    assert (hit.excerpt_html, hit.excerpt_language) == ("De <mark>gemeente</mark> vangt families op.", "nl")


def test_labels_are_in_the_language_that_is_asked_for():
    make_practice(service_areas=["shelter"])

    with translation.override("en"):
        labels = {facet.name: [str(option.label) for option in facet.options] for facet in ask(reading="nl").facets}

    assert (labels["area"], labels["city"], labels["country"]) == (["Opvang en huisvesting"], ["Gent"], ["België"])


@pytest.mark.parametrize(("parameters", "limit"), [({}, 4), ({"q": "night shelter"}, 8), ({"area": "shelter"}, 4)])
def test_answer_takes_few_queries_for_any_number_of_rows(django_assert_max_num_queries, parameters, limit):
    make_practice(other_cities=["utrecht"])
    ask(**parameters).page(1, 30)
    with django_assert_max_num_queries(limit):
        answer = ask(**parameters)
        assert len(answer.page(1, 30)) == 1
        assert len(answer.facets) == 11
    for _round in range(11):
        make_practice(other_cities=["utrecht"])
    ask(**parameters).page(1, 30)

    with django_assert_max_num_queries(limit):
        answer = ask(**parameters)
        assert len(answer.page(1, 30)) == 12
        assert len(answer.facets) == 11
