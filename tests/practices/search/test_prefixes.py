"""The index of beginnings keeps up with what is published, also where changes are written in."""

import random
from bisect import bisect_left

import pytest

from practices.search import prefixes
from practices.search.facet_index import current
from practices.search.prefixes import Name, Names, SortedWords, TitleIndex, Titles, Typed
from practices.services import publish, withdraw
from tests.factories import make_document, make_practice


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Night SHEL", Typed(("night",), "shel")),
        ("ΣΤΈΓΗ", Typed((), "στεγη")),
        ("l'accueil", Typed((), "accueil")),
        ("a b", Typed(("a",), "b")),
        ("n", None),
        ("  ", None),
        ("\0\ud800 ?!", None),
    ],
)
def test_what_was_typed_is_folded(text, typed):
    assert Typed.of(text) == typed


def test_titles_agree_with_plain_reading_after_any_changes(monkeypatch):
    monkeypatch.setattr(prefixes, "MOST_CHANGED", 3)
    chance = random.Random(7)
    known, titles = {}, Titles(())

    for _ in range(60):
        changed = chance.sample(range(1, 12), 2)
        come = {
            number: frozenset(chance.sample(["τa", "τab", "τ", "ab", "b"], 3))
            for number in changed
            if chance.random() < 0.7
        }
        known = {number: own for number, own in known.items() if number not in changed} | come
        titles = titles.after(changed, come)
        for whole, begun in [((), "τa"), ((), "b"), (("τ",), "τa"), (("τa",), "τ"), (("ab", "b"), "τ"), ((), "c")]:
            assert list(titles.having(Typed(whole, begun))) == [
                number
                for number, own in sorted(known.items())
                if own.issuperset(whole) and [word for word in own if word.startswith(begun)]
            ]


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 100])
def test_place_of_a_text_among_sorted_words(count):
    ordered = sorted(f"τ{number:03}" for number in range(0, 2 * count, 2))
    words = SortedWords(ordered)

    asked = ["", "τ", *ordered, *(f"{word}\0" for word in ordered), "ω"]

    assert [words.place(text) for text in asked] == [bisect_left(ordered, text) for text in asked]


@pytest.mark.django_db
def test_another_process_knows_titles_at_its_next_question():
    other_process = TitleIndex()

    def having(text, language="en"):
        return list(other_process.titles(current())[language].having(Typed.of(text)))

    assert having("carou") == []

    practice = make_practice(title={"en": "Carousel", "nl": "Draaimolen"})
    assert having("carou") == having("draai", "nl") == [practice.number]
    assert having("draai", "en") == []

    publish(make_document(title="Merry-go-round"), by=None, practice=practice)
    assert having("carou") == having("draai", "nl") == []
    assert having("merry go r") == [practice.number]

    withdraw(practice, by=None, reason="It ended.")
    assert having("merry") == []


@pytest.mark.django_db
def test_a_publication_makes_no_process_read_every_title(django_assert_num_queries):
    process = TitleIndex()
    first = make_practice(title="Carousel one")
    process.titles(current())
    second = make_practice(title="Carousel two")
    snapshot = current()

    # The stamp, the changes, and per language the titles of what changed.
    with django_assert_num_queries(2 + 7) as queries:
        titles = process.titles(snapshot)

    assert list(titles["en"].having(Typed.of("carousel"))) == [first.number, second.number]
    assert all(f"IN ({second.number})" in query["sql"] for query in queries.captured_queries[2:])


def test_names_are_found_at_any_of_their_words():
    names = Names(
        [
            Name("hague", "The Hague", "en"),
            Name("hague", "Den Haag", "nl"),
            Name("haarlem", "Haarlem", "nl"),
            Name("frankfurt", "Frankfurt am Main", "de"),
        ]
    )

    def begun(text, language="en"):
        return [(name.of, name.text) for name in names.beginning(Typed.of(text), language)]

    assert begun("haa") == [("haarlem", "Haarlem"), ("hague", "Den Haag")]
    assert begun("den h") == [("hague", "Den Haag")]
    assert begun("the") == [("hague", "The Hague")]
    assert begun("am ma") == [("frankfurt", "Frankfurt am Main")]
    assert begun("frankfurt main") == []
