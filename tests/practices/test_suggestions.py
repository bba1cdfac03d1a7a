"""What is suggested while somebody types."""

import time

import pytest

from practices.choices import Visibility
from practices.services import publish, withdraw
from practices.suggestions import MOST, Suggestions, suggestions
from tests.factories import make_city, make_document, make_practice

pytestmark = pytest.mark.django_db


def texts(rows):
    return [row.label.text for row in rows]


def test_a_title_is_suggested_in_the_readers_language_with_the_typed_words_marked():
    practice = make_practice(title={"en": "Beds & <b>night</b> buses", "nl": "Nachtbus en bedden"})

    (found,) = suggestions("nig", language="en").practices
    assert found.url == f"/en/practices/{practice.slug}/"
    assert (found.label.text, found.label.language) == ("Beds & <b>night</b> buses", "en")
    assert found.label.html == "Beds &amp; &lt;b&gt;<mark>night</mark>&lt;/b&gt; buses"
    assert found.matched is None

    (found,) = suggestions("nacht", language="en").practices
    assert (found.label.html, found.label.language) == ("Beds &amp; &lt;b&gt;night&lt;/b&gt; buses", "en")
    assert (found.matched.html, found.matched.language) == ("<mark>Nachtbus</mark> en bedden", "nl")


@pytest.mark.parametrize("typed", ["στεγ", "ΣΤΈΓΗ", "ΣΤΕΓΗ ΓΙΑ ΟΛ", "  στέγη\tόλ  "])
def test_accents_and_capitals_do_not_matter(typed):
    make_practice(title={"el": "Στέγη για όλους"}, original_language="el", provenance={"el": "original"})

    assert texts(suggestions(typed, language="el").practices) == ["Στέγη για όλους"]


def test_earlier_words_must_stand_in_the_title_and_the_last_may_go_on():
    make_practice(title="Winter shelter for families")

    assert texts(suggestions("shelter wint", language="en").practices)
    assert not suggestions("shelt winter", language="en").practices
    assert not suggestions("winter shelter dogs", language="en").practices


def test_titles_in_the_readers_language_come_first_then_the_newest():
    dutch = make_practice(title={"nl": "Stadhuis"}, original_language="nl", provenance={"nl": "original"})
    older, newer = make_practice(title="Station beds"), make_practice(title="State of beds")

    assert texts(suggestions("sta", language="en").practices) == [newer.title_en, older.title_en, dutch.title_nl]
    assert texts(suggestions("sta", language="nl").practices)[0] == "Stadhuis"


def test_no_more_than_a_list_holds():
    for number in range(MOST + 3):
        make_practice(title=f"Quibble {number}")

    assert len(suggestions("quib", language="en").practices) == MOST


def test_a_city_is_found_by_its_name_in_any_language():
    make_practice(title="Beds", lead_city="ghent")
    make_practice(title="Beds", lead_city="utrecht")
    make_city("athens")

    (found,) = suggestions("gan", language="en").cities
    assert (found.url, found.label.text, found.matched.html) == ("/en/cities/ghent/", "Ghent", "<mark>Gand</mark>")
    (found,) = suggestions("GHE", language="en").cities
    assert (found.label.html, found.matched) == ("<mark>Ghent</mark>", None)
    # It has no practice to lead to.
    assert not suggestions("athe", language="en").cities


def test_a_concept_is_found_by_its_names_in_any_language_where_practices_name_it():
    assert not suggestions("notschlaf", language="en").concepts
    make_practice(title={"nl": "Nachtopvang"}, original_language="nl", provenance={"nl": "original"})

    (found,) = suggestions("nachtopv", language="en").concepts
    assert (found.label.text, found.url) == ("night shelter", "/en/practices/?q=night+shelter")
    assert found.matched is None


def test_the_concept_that_comprises_most_comes_first():
    make_practice(title="A health card for health care and health insurance")

    concepts = texts(suggestions("health", language="en").concepts)

    assert concepts[0] == "health care"
    assert set(concepts[1:]) == {"health card", "health insurance"}


def test_what_people_type_is_not_what_the_registry_says():
    make_practice(title="Advice for irregular migrants")

    (found,) = suggestions("illegal", language="en").concepts

    assert found.label.text == "irregular migrants"
    assert "illegal" not in f"{found}"


@pytest.mark.parametrize("hidden", [Visibility.PEERS, Visibility.MODERATORS])
def test_what_is_not_public_is_suggested_to_nobody(hidden):
    make_city("hideaway", name_en="Hideaway")
    document = make_document(title="Quibblewort", lead_city="hideaway")
    practice = publish(document, by=None)
    assert texts(suggestions("quibb", language="en").practices) == ["Quibblewort"]
    assert texts(suggestions("hidea", language="en").cities) == ["Hideaway"]

    practice = publish({**document, "visibility": hidden}, by=None, practice=practice)
    assert suggestions("quibb", language="en") == Suggestions()
    assert suggestions("hidea", language="en") == Suggestions()

    publish(document, by=None, practice=practice)
    withdraw(practice, by=None, reason="The city asked for it.")
    assert suggestions("quibb", language="en") == Suggestions()


def test_a_withheld_city_is_not_suggested_for_what_it_leads_or_joins():
    make_city("hideaway", name_en="Hideaway")
    make_practice(title="Beds", lead_city="hideaway", city_withheld=True)
    make_practice(title="Buses", lead_city="ghent", other_cities=["hideaway"], city_withheld=True)

    assert suggestions("hidea", language="en") == Suggestions()
    # The practice itself is public.
    assert texts(suggestions("beds", language="en").practices) == ["Beds"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "n",
        " ",
        "\0",
        "\ud800",
        "😀",
        "%",
        '"',
        "-",
        "*",
        "night\0\0zz",
        "n" * 10_000,
        "night " * 2_000,
        "\ufdfa" * 100,
    ],
    ids=lambda typed: ascii(typed[:12]),
)
def test_what_means_nothing_suggests_nothing_quickly(typed):
    make_practice(title="Night shelter")
    suggestions("warm", language="en")

    began = time.perf_counter()
    assert suggestions(typed, language="en") == Suggestions()
    assert time.perf_counter() - began < 0.5
