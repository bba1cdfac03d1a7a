"""Groups of letters that texts share with a long query: who writes a sentence uses forms and compounds that no text has
so, and many small likenesses together tell which text says the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from unicodedata import normalize

from django.db import connection

from practices.search.analyse import INVISIBLE, LETTERS
from practices.search.documents import BODY, language_of, number_of
from practices.search.vocabulary import grams
from practices.search.weigh import rarity

# As usual in BM25: when more of the same hardly counts, and how much a long text is held against itself.
SATURATION, LENGTH_EFFECT = 1.2, 0.75
# So much of a text is read, in characters: longer ones say early what they are about.
MOST_READ = 8_000
FIELDS = ("title", "summary", *BODY)
MARKS, APART = re.compile(f"[{INVISIBLE}]+"), re.compile(r"[\W_]+")


def likeness(asked: Iterable[str], documents: Collection[int]) -> dict[int, float]:
    """BM25 of the groups of letters of folded words in the texts of documents, taken as they are written: stems lose
    what tells words apart. How rare a group is and how long texts are, these tell, for only their order is asked for.
    """
    wanted = Counter(gram for word in asked for gram in grams(word))
    held: dict[int, dict[str, int]] = {}
    lengths: dict[int, int] = {}
    for document, text in _written(documents):
        # Looking for each group in the whole text is faster by far than taking the text apart.
        edged = _edged(text)
        held[document] = {gram: times for gram in wanted if (times := edged.count(gram))}
        # A word has as many groups as letters, less one.
        lengths[document] = len(edged) - 3 * (edged.count("__") + 1)
    holding = Counter(gram for amounts in held.values() for gram in amounts)
    worth = {gram: times * rarity(holding[gram], len(held)) for gram, times in wanted.items()}
    usual = sum(lengths.values()) / max(len(lengths), 1)
    scores = {}
    for document, amounts in held.items():
        doubt = SATURATION * (1 - LENGTH_EFFECT + LENGTH_EFFECT * lengths[document] / max(usual, 1))
        parts = (worth[gram] * times * (SATURATION + 1) / (times + doubt) for gram, times in amounts.items())
        # Sets of words have no order of their own, and neither have sums of floats.
        scores[document] = round(sum(sorted(parts)), 7)
    return scores


def _edged(text: str) -> str:
    """The folded words of a text, the ends of each as letters."""
    plain = MARKS.sub("", normalize("NFKD", text.casefold())).translate(LETTERS)
    return f"_{APART.sub('__', plain)}_"


def _written(documents: Collection[int]) -> Iterator[tuple[int, str]]:
    """The texts of documents as they were published: one query for all."""
    asked: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        asked[language_of(document)].append(document)
    # Written by hand: numbers and names are our own, and each language has other columns.
    statements = [
        f"SELECT '{language}', number, {', '.join(f'{name}_{language}' for name in FIELDS)}"  # noqa: S608
        f" FROM practices_practice WHERE number IN ({','.join(str(number_of(each)) for each in held)})"
        for language, held in asked.items()
    ]
    if not statements:
        return
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements))
        rows = cursor.fetchall()
    known = {(language_of(document), number_of(document)): document for document in documents}
    for language, number, *texts in rows:
        yield known[language, number], "\n".join(filter(None, texts))[:MOST_READ]
