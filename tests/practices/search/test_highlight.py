"""Marks in titles and excerpts: the right words, and never markup of an author's."""

import json
import re
from collections import defaultdict
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from practices.search.analyse import STEMMERS, tokens_in_every_language, tokens_of, words
from practices.search.concepts import FILE, thesaurus
from practices.search.highlight import EXCERPT, FIRST_LETTERS, SHORTENED_IN_FRONT, Marker

NIGHT = tokens_in_every_language("night")


def test_every_form_of_the_word_is_marked():
    assert Marker("en", NIGHT).whole("Nights, NIGHT and knight") == (
        "<mark>Nights</mark>, <mark>NIGHT</mark> and knight"
    )


def test_accents_in_the_text_are_kept():
    assert Marker("el", tokens_in_every_language("ΣΤΕΓΗ")).whole("Η στέγη εδώ") == "Η <mark>στέγη</mark> εδώ"


def test_words_are_told_apart_by_their_first_letter_where_stemmers_leave_it():
    """The tokens of every word of the registry's own practices begin as the word does, but for Dutch ones in g."""
    turned = {
        language: {
            FIRST_LETTERS[match[0][0]]
            for text in texts
            for match in words(text)
            if any(token[0] != FIRST_LETTERS[match[0][0]] for token in tokens_of(match[0], language))
        }
        for language, texts in texts_by_language().items()
    }

    assert len(turned) == len(STEMMERS)
    assert {language: letters for language, letters in turned.items() if letters} == {"nl": {"g"}}
    assert SHORTENED_IN_FRONT == {"nl": "g"}
    assert Marker("nl", frozenset({"bouw"})).whole("Het gebouw") == "Het <mark>gebouw</mark>"


@given(st.data())
def test_the_words_are_those_that_have_a_token(data):
    """Told apart by the first letter or not, whatever stands between them, met before or not."""
    language = data.draw(st.sampled_from(sorted(STEMMERS)))
    each = [match[0] for match in words(data.draw(st.sampled_from(texts_by_language()[language])))]
    asked = data.draw(st.lists(st.sampled_from(each), max_size=3)) if each else []
    tokens = {token for word in asked for token in tokens_of(word, language)}
    marker = Marker(language, tokens)
    between = data.draw(st.sampled_from([" ", "  ", "\n", ", ", "-", " l'", "\u00a0", "\u00ad"]))
    for text in (between.join(each), " ".join(reversed(each))):
        having = [match.span() for match in words(text) if not tokens.isdisjoint(tokens_of(match[0], language))]

        assert marker.places(text) == having


def test_a_concepts_name_is_marked_whole():
    concept = thesaurus().concepts["night_shelter"]

    marked = Marker("en", {concept.token}).whole("A night shelter, an overnight stay, a night.")

    assert marked == (
        "A <mark>night</mark> <mark>shelter</mark>, an <mark>overnight</mark> <mark>stay</mark>, a night."
    )


def test_a_name_goes_on_whatever_stands_between_its_words():
    concept = thesaurus().concepts["night_shelter"]

    marked = Marker("en", {concept.token}).whole("night  –\nshelter, day/night-shelter")

    assert marked == ("<mark>night</mark>  –\n<mark>shelter</mark>, day/<mark>night</mark>-<mark>shelter</mark>")


def test_every_name_of_every_concept_is_marked_to_its_last_word():
    unmarked = [
        name
        for concept in thesaurus().concepts.values()
        for language, names in concept.names.items()
        for name in names
        if Marker(language, {concept.token}).places(name) != [match.span() for match in words(name)]
    ]

    assert unmarked == []


def test_letters_that_the_analyser_writes_otherwise_are_no_obstacle():
    assert Marker("en", NIGHT).whole("𝗡𝗶𝗴𝗵𝘁") == "<mark>𝗡𝗶𝗴𝗵𝘁</mark>"


@cache
def texts_by_language():
    found = defaultdict(list)
    for line in (FILE.parent / "practices.jsonl").read_text(encoding="utf-8").splitlines():
        found["en"] += [text for _key, text in strings_in(json.loads(line))]
    for line in (FILE.parent / "practices_i18n.jsonl").read_text(encoding="utf-8").splitlines():
        for key, text in strings_in(json.loads(line)):
            if key in STEMMERS:
                found[key].append(text)
    return found


def strings_in(value, key=""):
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list | dict):
        for name, each in value.items() if isinstance(value, dict) else ((key, each) for each in value):
            yield from strings_in(each, name)


def test_markup_in_the_text_is_escaped():
    marked = Marker("en", NIGHT).whole("<script>night</script> & <mark>")

    assert marked == "&lt;script&gt;<mark>night</mark>&lt;/script&gt; &amp; &lt;mark&gt;"


@given(st.text(alphabet=st.sampled_from("night <>&'\"/mark\u0301\u200fΣς"), max_size=80))
def test_only_our_own_marks_are_markup(text):
    marked = Marker("en", NIGHT).whole(text)

    assert not re.search(r"[<>]", re.sub(r"</?mark>", "", marked))


def test_excerpt_of_a_long_text_shows_the_match():
    text = "before " * 100 + "one night here " + "after " * 100

    shown = Marker("en", NIGHT).excerpt(text)

    assert shown.startswith("… before")
    assert "<mark>night</mark>" in shown
    assert shown.endswith("after …")
    assert len(shown) < EXCERPT + 40


def test_excerpt_without_a_match_is_the_beginning():
    assert Marker("en", NIGHT).excerpt("word " * 100).startswith("word word")
    assert Marker("en", frozenset()).excerpt("Short.") == "Short."


def test_excerpt_of_one_endless_word_ends():
    assert len(Marker("en", NIGHT).excerpt("x" * 5_000)) <= EXCERPT + 2
