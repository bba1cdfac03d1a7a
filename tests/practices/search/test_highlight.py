"""Marks in titles and excerpts: the right words, and never markup of an author's."""

import re

from hypothesis import given
from hypothesis import strategies as st

from practices.search.analyse import tokens_in_every_language
from practices.search.highlight import EXCERPT, excerpt, highlight

NIGHT = tokens_in_every_language("night")


def test_every_form_of_the_word_is_marked():
    assert highlight("Nights, NIGHT and knight", "en", NIGHT) == ("<mark>Nights</mark>, <mark>NIGHT</mark> and knight")


def test_accents_in_the_text_are_kept():
    assert highlight("Η στέγη εδώ", "el", tokens_in_every_language("ΣΤΕΓΗ")) == "Η <mark>στέγη</mark> εδώ"


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
