"""Marks in titles and excerpts: the right words, and never markup of an author's."""

import json
import re
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from practices.search.analyse import STEMMERS, tokens_in_every_language, tokens_of, words
from practices.search.concepts import FILE
from practices.search.highlight import EXCERPT, STEMMED_IN_FRONT, excerpt, first_letter, highlight

NIGHT = tokens_in_every_language("night")


def test_every_form_of_the_word_is_marked():
    assert highlight("Nights, NIGHT and knight", "en", NIGHT) == ("<mark>Nights</mark>, <mark>NIGHT</mark> and knight")


def test_accents_in_the_text_are_kept():
    assert highlight("Η στέγη εδώ", "el", tokens_in_every_language("ΣΤΕΓΗ")) == "Η <mark>στέγη</mark> εδώ"


def test_words_are_told_apart_by_their_first_letter_where_stemmers_leave_it():
    """The tokens of every word of the registry's own practices begin as the word does, but for Dutch."""
    turned = {
        language: [
            match[0]
            for text in texts
            for match in words(text)
            if any(token[0] != first_letter(match[0][0]) for token in tokens_of(match[0], language))
        ]
        for language, texts in texts_by_language().items()
    }

    assert len(turned) == len(STEMMERS)
    assert {language for language, found in turned.items() if found} == STEMMED_IN_FRONT
    assert highlight("Het gebouw", "nl", frozenset({"bouw"})) == "Het <mark>gebouw</mark>"


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
    marked = highlight("<script>night</script> & <mark>", "en", NIGHT)

    assert marked == "&lt;script&gt;<mark>night</mark>&lt;/script&gt; &amp; &lt;mark&gt;"


@given(st.text(alphabet=st.sampled_from("night <>&'\"/mark\u0301\u200fΣς"), max_size=80))
def test_only_our_own_marks_are_markup(text):
    marked = highlight(text, "en", NIGHT)

    assert not re.search(r"[<>]", re.sub(r"</?mark>", "", marked))


def test_excerpt_of_a_long_text_shows_the_match():
    text = "before " * 100 + "one night here " + "after " * 100

    shown = excerpt(text, "en", NIGHT)

    assert shown.startswith("… before")
    assert "<mark>night</mark>" in shown
    assert shown.endswith("after …")
    assert len(shown) < EXCERPT + 40


def test_excerpt_without_a_match_is_the_beginning():
    assert excerpt("word " * 100, "en", NIGHT).startswith("word word")
    assert excerpt("Short.", "en", frozenset()) == "Short."


def test_excerpt_of_one_endless_word_ends():
    assert len(excerpt("x" * 5_000, "en", NIGHT)) <= EXCERPT + 2
