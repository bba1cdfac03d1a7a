"""Which words may be meant by one that nobody uses: the short cut has to leave out none."""

import random
from math import log

import pytest
from rapidfuzz.distance import OSA

from practices.models import SearchWord
from practices.search import facet_index
from practices.search.analyse import fold, tokens_of, written_words
from practices.search.labels import words_in
from practices.search.texts import FEWEST_SLOTS, DistinctTexts
from practices.search.vocabulary import (
    FORGIVEN,
    MANY,
    MOST_RELATED,
    PART,
    SHORTEST_PART,
    SHORTEST_REST,
    grams,
    vocabulary_of,
)
from tests.factories import make_practice

pytestmark = pytest.mark.django_db

WORDS = "beds night clinic shelter neighbour accommodation municipalities undocumentedness straßenreinigung περίθαλψη"


def misspelt(word: str, slips: int, chance: random.Random) -> str:
    for _slip in range(slips):
        place = chance.randrange(len(word))
        before, letter, after = word[:place], word[place], word[place + 1 :]
        changed = chance.choice("abcdefghijklmnopqrstuvwxyz")
        word = chance.choice(
            [
                before + after,
                before + changed + letter + after,
                before + changed + after,
                before + after[:1] + letter + after[1:],
            ]
        )
    return word


@pytest.mark.parametrize("word", WORDS.split())
def test_closest_finds_a_word_by_as_many_slips_as_are_forgiven(word):
    make_practice(summary=WORDS)
    vocabulary, chance, folded = vocabulary_of(facet_index.current()), random.Random(word), fold(word)
    typed = {misspelt(folded, slips, chance) for slips in (1, 2, 3) for _ in range(200)}
    forgiven = {text: next((slips for letters, slips in FORGIVEN if len(text) <= letters), 0) for text in typed}
    near = sorted(text for text in typed if len(text) >= 4 and 0 < OSA.distance(text, folded) <= forgiven[text])

    found = [text for text in near if word in dict(vocabulary.closest(text))]

    assert len(near) > 100
    assert found == near


def test_distinct_texts_are_found_again():
    texts = DistinctTexts()
    words = [f"λέξη{number}" if number % 3 else f"word{number}" for number in range(3 * FEWEST_SLOTS)]

    places = [texts.add(word) for word in words]

    assert places == [texts.place(word) for word in words] == list(range(len(words)))
    assert list(texts) == words
    assert texts.place("word1") is texts.place("") is None


def test_letters_that_many_words_share_tell_of_the_same_words():
    """More words than a list of places holds before it becomes a bitmap: the first ones stay the first."""
    words = sorted(f"shelter{first}{second}" for first in "bcdfghjklmnpq" for second in "bcdfghjklmnpq")
    assert len(words) > MANY
    make_practice(summary=" ".join(words[:MANY]))
    before = vocabulary_of(facet_index.current()).related("shelter", 0.4)
    make_practice(summary=" ".join(words[MANY:]))

    after = vocabulary_of(facet_index.current()).related("shelter", 0.4)

    assert after.keys() == before.keys() == {token for word in words[:MOST_RELATED] for token in tokens_of(word, "en")}


@pytest.mark.parametrize("least", [0.06, 0.2, 0.4])
def test_related_words_are_as_alike_as_when_compared_one_by_one(least):
    chance = random.Random(5)
    words = sorted({"".join(chance.choices("xq", k=chance.randint(4, 9))) for _ in range(22)})
    make_practice(summary=" ".join(words))
    snapshot = facet_index.current()
    vocabulary = vocabulary_of(snapshot)
    known = {fold(word) for _language, name in words_in(snapshot) for word in written_words(name)}
    known |= set(map(fold, SearchWord.objects.values_list("word", flat=True)))

    def likeness(word: str, other: str) -> float:
        weights = {
            gram: log(1 + len(known) / (1 + sum(gram in grams(every) for every in known))) for gram in grams(word)
        }
        share = sum(weights[gram] for gram in grams(other) & grams(word)) / sum(weights.values())
        is_part = len(other) >= SHORTEST_PART and len(word) - len(other) >= SHORTEST_REST
        return max(share, PART) if is_part and (word.startswith(other) or word.endswith(other)) else share

    assert len(words) < MOST_RELATED
    for word in (*words, "xqxqxx", "qqqqqqqqqx"):
        alike = {other: likeness(word, other) for other in words if other != word}
        expected = {tokens_of(other, "en")[0]: share for other, share in alike.items() if share >= least}
        assert vocabulary.related(word, least) == pytest.approx(expected)
