"""What any engine must answer. The expected lists are literal: both databases give the same practices in one order."""

import pytest

from cities.models import Typology
from practices.choices import Visibility
from practices.search import index
from practices.search.find import GUESSES
from practices.search.rank import CANDIDATES
from practices.services import publish
from tests.factories import make_city, make_document, make_member, make_moderator, make_practice, make_practices
from tests.practices.asking import ask, counts, slugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection():
    """Practices in different languages, some alike."""
    quiet = {"target_groups": [], "approaches": []}
    make_practices(
        dict(
            slug="night-shelter",
            title="Night shelter without identity checks",
            lead_city="ghent",
            summary="Beds for one night in winter.",
            service_areas=["shelter"],
            **quiet,
        ),
        dict(
            slug="clinic",
            title="Free clinic",
            lead_city="utrecht",
            service_areas=["healthcare"],
            summary="Doctors treat everyone. There is a shelter next door.",
            **quiet,
        ),
        dict(
            slug="steghi",
            original_language="el",
            title="Στέγη για όλους τους κατοίκους",
            lead_city="athens",
            summary="Ο δήμος προσφέρει διαμερίσματα σε οικογένειες.",
            service_areas=["shelter"],
            **quiet,
        ),
        dict(
            slug="karte",
            original_language="de",
            title="Anonymer Krankenschein und Gesundheitskarte",
            lead_city="berlin",
            summary="Ärztinnen behandeln Menschen ohne Papiere.",
            service_areas=["healthcare"],
            **quiet,
        ),
        dict(
            slug="noodopvang",
            original_language="nl",
            title="Noodopvang voor gezinnen",
            lead_city="utrecht",
            summary="De gemeente vangt gezinnen met kinderen op.",
            service_areas=["shelter"],
            **quiet,
        ),
    )


@pytest.mark.usefixtures("collection")
def test_query_finds_the_practices_in_order():
    """One collection for all the questions: to publish it costs more than to ask."""
    expected = {
        "night shelter": ["night-shelter", "clinic", "steghi", "noodopvang"],
        "SHELTERS": ["night-shelter", "clinic", "steghi", "noodopvang"],
        "ΣΤΕΓΗ ΓΙΑ ΟΛΟΥΣ ΤΟΥΣ ΚΑΤΟΙΚΟΥΣ": ["steghi"],
        "στεγη κατοικους": ["steghi"],
        "Karte": ["karte"],
        "arztinnen": ["karte"],
        "gezin": ["noodopvang"],
        "Gent": ["night-shelter"],
        "Gante": ["night-shelter"],
        "Germania": ["karte"],
        "cmise-0002": ["clinic"],
        "CMISE 2": ["clinic"],
        "CMISE-0099": [],
        "CMISE-0002 shelter": ["clinic"],
        "0002": ["clinic"],
        "xyzzyplugh": [],
        "!!!": [],
    }

    found = {query: slugs(ask(q=query)) for query in expected}

    assert {query: found[query][: len(first)] for query, first in expected.items()} == expected
    assert {query for query in found if found[query]} == {query for query in expected if expected[query]}


@pytest.mark.usefixtures("collection")
def test_excluded_word_takes_its_practices_out():
    assert slugs(ask(q="gezinnen"))[0] == "noodopvang"
    assert "noodopvang" not in slugs(ask(q="gezinnen -kinderen"))
    assert sorted(slugs(ask(q="-kinderen"))) == ["clinic", "karte", "night-shelter", "steghi"]


@pytest.mark.usefixtures("collection")
def test_dutch_word_for_a_service_area_finds_a_greek_practice():
    answer = ask(q="opvang huisvesting", reading="el")

    hit = next(hit for hit in answer.page(1, 20) if hit.practice.slug == "steghi")
    assert hit.matched_language == "el"
    assert hit.title_html == "<mark>Στέγη</mark> για όλους τους κατοίκους"


@pytest.mark.usefixtures("collection")
def test_hit_says_which_language_matched_and_shows_it():
    hit = ask(q="gemeente kinderen", reading="fr").page(1, 20)[0]

    assert hit.matched_language == "nl"
    # Families with children are children, too.
    families = "<mark>gezinnen</mark> <mark>met</mark> <mark>kinderen</mark>"
    assert hit.excerpt_html == f"De <mark>gemeente</mark> vangt {families} op."
    assert hit.excerpt_language == "nl"


@pytest.mark.usefixtures("collection")
def test_few_hits_are_widened_by_leaving_out_the_commonest_words():
    answer = ask(q="shelter identity treat")

    assert slugs(answer)[:2] == ["night-shelter", "clinic"]
    assert answer.widened


@pytest.mark.usefixtures("collection")
def test_complete_answer_is_not_called_widened():
    answer = ask(q="identity checks")

    assert slugs(answer) == ["night-shelter"]
    assert not answer.widened


@pytest.mark.usefixtures("collection")
def test_misspelt_word_is_answered_with_an_offer():
    offers = {
        "shletre": "shelter",
        "free clinci": "free clinic",
        "διαμερισμστα": "διαμερίσματα",
        "shelter": None,
        "42": None,
    }

    assert {query: ask(q=query).did_you_mean for query in offers} == offers


@pytest.mark.usefixtures("collection")
def test_concept_is_found_by_its_names_in_other_languages_and_told():
    answer = ask(q="albergue nocturno", reading="de")

    assert slugs(answer)[0] == "night-shelter"
    assert "Notschlafstelle" in answer.concepts


@pytest.mark.usefixtures("collection")
def test_concepts_are_not_searched_where_the_reader_wants_only_the_words():
    quiet = {"service_areas": [], "target_groups": [], "approaches": []}
    make_practice(slug="nachtopvang", original_language="nl", title="Nachtopvang", summary="Bedden.", **quiet)
    with_concepts, without = ask(q="albergue nocturno"), ask(q="albergue nocturno", concepts="off")

    assert slugs(with_concepts)[:2] == ["nachtopvang", "night-shelter"]
    assert "nachtopvang" not in slugs(without)
    assert without.concepts == with_concepts.concepts


@pytest.mark.usefixtures("collection")
def test_quoted_words_are_found_as_they_stand():
    expected = {
        '"night shelter"': ["night-shelter"],
        "“one night in winter”": ["night-shelter"],
        "«ΟΛΟΥΣ ΤΟΥΣ ΚΑΤΟΙΚΟΥΣ»": ["steghi"],
        '"anonymer krankenschein"': ["karte"],
        '-"night shelter" doctors': ["clinic"],
    }

    answers = {query: ask(q=query) for query in expected}

    assert {query: slugs(answer) for query, answer in answers.items()} == expected
    assert not any(answer.widened for answer in answers.values())


@pytest.mark.usefixtures("collection")
def test_quoted_words_that_nobody_has_so_are_searched_as_words():
    answer = ask(q='"shelter night"')

    assert slugs(answer)[0] == "night-shelter"
    assert answer.widened


@pytest.mark.usefixtures("collection")
def test_city_and_topic_are_found_in_a_language_that_the_practice_lacks():
    make_practice(
        slug="piano-freddo",
        title="Winter shelter plan",
        lead_city="milan",
        summary="Each winter the city opens beds for homeless people.",
        service_areas=[],
        target_groups=[],
        approaches=[],
    )

    for query in ("Mailand Obdachlose", "Milano senzatetto", "ΜΙΛΑΝΟ ΑΣΤΕΓΟΙ", "personas sin hogar Milán"):
        assert slugs(ask(q=query))[0] == "piano-freddo", query


HOSTILE = [
    '"', "'", '"night', "night*", "NEAR(a b)", "a AND", "OR", "NOT x", "title:night", "{title}: x", "(((", "^night",
    "a:*", "!&|", "<->", "\\", "a\\'b", "%", "%s", "--", "; DROP TABLE x", "\x00", "night\x00shelter",
    "\u202enight", "\u200f", "\ud800", "night\udfff", "ﷺ" * 100, "x" * 10_000, "word " * 2_000, "½²①", "𝐧𝐢𝐠𝐡𝐭",
    "n\u0301" * 200,
    "😀", "CMISE-99999999999999999999", "CMISE-0", "-", "- -", "-night -shelter",
]  # fmt: skip


@pytest.mark.usefixtures("collection")
def test_hostile_query_is_answered():
    for query in HOSTILE:
        answer = ask(q=query)

        assert len(answer.page(1, 20)) == answer.count, query[:20]
        assert answer.text.encode().decode() == answer.text
        assert ("q" in answer.errors) == (len(query) > 300), query[:20]


@pytest.fixture
def hidden(collection):
    """A word of its own in every place of practices that the public may not see."""
    make_practice(
        slug="for-peers",
        title="Quibblewort house",
        summary="Quibblewort for families.",
        visibility=Visibility.PEERS,
        description="Zanzorange described.",
        lead_city="vienna",
    )
    make_practice(slug="for-staff", title="Frobnicate programme", visibility=Visibility.MODERATORS, lead_city="vienna")
    make_practice(
        slug="with-note",
        title="Open house",
        contact="desk@flumadiddle.example",
        discreet_details="Flumadiddle street",
    )
    make_city("hidden-place", name_en="Hobbleton")
    make_practice(slug="withheld", title="Somewhere", city_withheld=True, lead_city="hidden-place")


@pytest.mark.usefixtures("hidden")
def test_hidden_word_is_answered_like_a_random_one():
    hidden = (
        "quibblewort", "quibblewrot", "zanzorange", "frobnicate", "frobnicat", "flumadiddle", "hobbleton", "hobbletom",
    )  # fmt: skip
    random, beside_random = ask(q="vrxlkpqtz"), slugs(ask(q="night vrxlkpqtz"))
    assert (random.count, random.widened, random.did_you_mean, random.concepts) == (0, False, None, [])

    for word in hidden:
        probed = ask(q=word)

        assert (probed.count, probed.widened, probed.did_you_mean, probed.concepts) == (0, False, None, []), word
        assert probed.facets == random.facets, word
        # Beside a word that does find something, it changes nothing either.
        assert slugs(ask(q=f"night {word}")) == beside_random, word


@pytest.mark.usefixtures("hidden")
def test_each_circle_finds_what_it_may_see():
    peer, moderator = make_member().user, make_moderator()

    assert slugs(ask(q="quibblewort", user=peer)) == ["for-peers"]
    # Words that not everybody may read are offered to nobody.
    assert ask(q="quibblewrot", user=peer).did_you_mean is None
    assert slugs(ask(q="frobnicate", user=peer)) == []
    assert slugs(ask(q="frobnicate", user=moderator)) == ["for-staff"]
    assert slugs(ask(q="flumadiddle", user=moderator)) == []


@pytest.mark.usefixtures("hidden")
def test_withheld_city_counts_nowhere_in_public():
    everyone, peer = ask(), ask(user=make_member().user)

    assert "hidden-place" not in counts(everyone, "city")
    assert counts(peer, "city")["hidden-place"] == 1
    assert slugs(ask(city="hidden-place")) == []
    assert slugs(ask(city="hidden-place", user=make_member().user)) == ["withheld"]
    # Nor does its place among the others tell the name.
    assert slugs(ask(sort="city"))[-1] == "withheld"


@pytest.mark.usefixtures("hidden")
def test_reference_of_a_hidden_practice_is_not_confirmed():
    assert ask(q="CMISE-0006").count == 0


def test_phrase_does_not_run_from_one_field_into_the_next():
    make_practice(title="Night bus", summary="Stop here")

    assert ask(q='"bus stop"').widened
    assert not ask(q='"night bus"').widened


def test_phrase_is_found_late_in_a_long_text():
    make_practice(slug="long", title="Carousel", description="de hen " * 300 + "de fox")

    answer = ask(q='"de fox"')

    assert (slugs(answer), answer.widened) == (["long"], False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"of the"', ["both"]),
        ('"the of"', ["turned"]),
        ('"for the city of the sea"', ["both"]),
        ('"of the · the of"', []),
    ],
)
def test_phrase_of_short_words_is_found(query, found):
    """They stand in nearly every text, so the index knows which of them stand side by side."""
    make_practice(slug="both", title="Home", summary="Works for the city of the sea.")
    make_practice(slug="turned", title="Of words", summary="What the of means.")
    make_practice(slug="apart", title="Of all", summary="The sea.")

    answer = ask(q=query)

    assert (slugs(answer) if found else answer.widened) == (found or True)
    assert answer.widened == (not found)


@pytest.mark.parametrize("word", ["3e7d", "➄"])
def test_signs_that_a_database_reads_in_its_own_way_are_found(word):
    make_practice(slug="room", title=f"Room {word}")

    assert slugs(ask(q=word)) == ["room"]


@pytest.mark.parametrize("query", ["·", "00", "0cnightshelter"])
def test_marks_of_the_index_are_no_words(query):
    make_practice(title="Night shelter", summary="Open, été comme hiver.")

    answer = ask(q=query)

    assert answer.count == 0 or answer.guessed


@pytest.mark.usefixtures("collection")
def test_excluded_practice_never_comes_back():
    for query in ('"foo bar" families -"night shelter"', "night -night", "-night night"):
        assert "night-shelter" not in slugs(ask(q=query)), query


@pytest.mark.usefixtures("collection")
def test_known_word_that_is_excluded_elsewhere_is_not_corrected():
    assert ask(q="clinic -shelter").did_you_mean is None


@pytest.mark.usefixtures("collection")
def test_offer_for_quoted_words_has_no_stray_spaces():
    assert ask(q='"shleter nihgt"').did_you_mean == "shelter night"


def test_living_word_is_offered_among_many_dead_ones():
    make_practice(title="Carousel")
    for letter in "abcdfgh":
        hidden = make_practice(title=f"Carous{letter}l")
        publish(make_document(title=f"Carous{letter}l", visibility=Visibility.PEERS), by=None, practice=hidden)

    assert ask(q="carousl").did_you_mean == "carousel"


def test_synonym_of_a_locality_type_is_searched():
    city = make_city("ghent")
    city.typologies.add(Typology.objects.create(slug="gateway", label_en="Gateway", synonyms_en="Turnpike"))
    index.update_for(city)
    make_practice(slug="there", lead_city="ghent")

    assert slugs(ask(q="turnpike")) == ["there"]


def test_words_that_nobody_has_bring_a_few_guesses_that_all_counts_agree_on():
    make_practices(*({"slug": f"card-{number}", "title": "Gesundheitskarte"} for number in range(15)))

    answer = ask(q="Gesuntheiz")

    assert answer.guessed
    assert answer.count == len(slugs(answer)) == GUESSES
    assert counts(answer, "city") == {"ghent": GUESSES}
    # A file cannot say that it holds guesses.
    assert not list(answer.practices())
    assert len(list(ask(q="Gesundheitskarte").practices())) == 15
    assert not ask(q="Gesundheitskarte").guessed


def test_a_title_comes_first_among_more_practices_than_are_read():
    make_practices(
        *(
            {"slug": f"other-{number}", "title": f"Advice {number}", "summary": "About a laundry."}
            for number in range(CANDIDATES + 5)
        )
    )
    make_practice(slug="laundry", title="A laundry for everyone", summary="Open daily.")

    answer = ask(q="laundry")

    assert (answer.count, slugs(answer)[0]) == (CANDIDATES + 6, "laundry")


def test_a_body_with_all_the_words_comes_first_among_many_others():
    alike = {"summary": "Nothing more.", "description": "A bicycle."}
    make_practices(*({"slug": f"other-{number}", "title": f"Practice {number}", **alike} for number in range(45)))
    make_practice(slug="both", title="Last practice", summary="Nothing more.", description="A bicycle and a pump. " * 3)

    assert slugs(ask(q="bicycle pump"))[0] == "both"


def test_a_long_sentence_finds_the_text_whose_words_look_most_like_its_own():
    words = "Die Stadt bietet Menschen Beratung und Hilfe"
    make_practice(slug="other", original_language="de", title="Eins", summary=f"{words}, Sportplatz, Seeufer.")
    make_practice(slug="same", original_language="de", title="Zwei", summary=f"{words}, Mietrecht, Fluchtgrund.")
    # Known words are not taken for others that they hardly resemble.
    make_practice(slug="known", original_language="de", title="Drei", summary="Mietender Fluchthelfer.")
    make_practice(slug="greek", original_language="el", title="Στέγη", summary="Ο δήμος προσφέρει διαμερίσματα.")

    found = slugs(ask(q=f"{words} Mietender Fluchthelfer", reading="de"))

    assert found.index("same") < found.index("other")
