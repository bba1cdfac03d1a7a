"""The index of beginnings keeps up with what is published, also where changes are written in."""

import random

import pytest

from practices.search import prefixes
from practices.search.facet_index import current
from practices.search.prefixes import Name, Names, TitleIndex, Titles, Typed
from practices.services import publish, withdraw
from tests.factories import make_document, make_practice


def having(titles, text, language="en"):
    return list(titles.having(Typed.of(text), language))


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
    known, titles = {}, Titles([], prefixes.array("I"), prefixes.array("I"))
    vocabulary = ["ent", "enta", "entab", "enb", "detab", "deb"]

    for _ in range(60):
        changed = chance.sample(range(1, 12), 2)
        come = {number: frozenset(chance.sample(vocabulary, 3)) for number in changed if chance.random() < 0.7}
        known = {number: own for number, own in known.items() if number not in changed} | come
        titles = titles.after(changed, come)
        for language, text in [("en", "ta"), ("en", "b"), ("de", "ta"), ("en", "t ta"), ("en", "ta t"), ("de", "b")]:
            *whole, begun = text.split()
            expected = [
                number
                for number, own in sorted(known.items())
                if all(language + word in own for word in whole)
                and any(word.startswith(language + begun) for word in own)
            ]
            assert list(titles.having(Typed(tuple(whole), begun), language)) == expected


@pytest.mark.django_db
def test_another_process_knows_titles_at_its_next_question():
    other_process = TitleIndex()
    assert having(other_process.titles(current()), "carou") == []

    practice = make_practice(title={"en": "Carousel", "nl": "Draaimolen"})
    assert having(other_process.titles(current()), "carou") == [practice.number]
    assert having(other_process.titles(current()), "draai", "nl") == [practice.number]
    assert having(other_process.titles(current()), "draai", "en") == []

    publish(make_document(title="Merry-go-round"), by=None, practice=practice)
    assert having(other_process.titles(current()), "carou") == []
    assert having(other_process.titles(current()), "merry go r") == [practice.number]

    withdraw(practice, by=None, reason="It ended.")
    assert having(other_process.titles(current()), "merry") == []


@pytest.mark.django_db
def test_a_publication_makes_no_process_read_every_title(django_assert_num_queries):
    process = TitleIndex()
    make_practice(title="Carousel")
    process.titles(current())
    second = make_practice(title="Carousel two")
    snapshot = current()

    # The stamp, the changes, the titles of these.
    with django_assert_num_queries(3) as queries:
        titles = process.titles(snapshot)

    assert having(titles, "carousel t") == [second.number]
    assert f"IN (0, {second.number})" in queries[-1]["sql"] or f"IN ({second.number})" in queries[-1]["sql"]


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
