"""Which words may be meant by one that nobody uses: the short cut has to leave out none."""

import random

import pytest
from rapidfuzz.distance import OSA

from practices.search import facet_index
from practices.search.analyse import fold
from practices.search.vocabulary import FORGIVEN, vocabulary_of
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
