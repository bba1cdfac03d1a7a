"""What of a practice can be found, and where it stands in the index."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from pyroaring import BitMap

from practices.choices import Visibility
from practices.content import TRANSLATABLE
from practices.models import Practice, SearchDocument
from practices.search.analyse import GAP, token_lists, written_words
from practices.search.concepts import thesaurus

# A document's id is the circle of readers, the language and the practice's number in one number of 32 bits: the
# documents of one language in one circle stand side by side in a bitmap, as the practices do. Append, never reorder:
# the ids of stored rows follow from these.
LANGUAGE_PLACES = ("en", "de", "el", "es", "fr", "it", "nl")
CIRCLES = (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS)
LANGUAGE_BITS, NUMBER_BITS = 4, 26
LANGUAGE_MASK, NUMBER_MASK = (1 << LANGUAGE_BITS) - 1, (1 << NUMBER_BITS) - 1

# Where the ids of each circle and language begin, and all that there may be.
FIRSTS = {
    circle: [(place << LANGUAGE_BITS | language) << NUMBER_BITS for language in range(len(LANGUAGE_PLACES))]
    for place, circle in enumerate(CIRCLES)
}
RANGES = {first: BitMap(range(first, first + NUMBER_MASK + 1)) for firsts in FIRSTS.values() for first in firsts}

BODY = tuple(field.name for field in TRANSLATABLE if field.name not in ("title", "summary"))
PREFETCHED = ("partners", "milestones")


def document_id(number: int, visibility: str, language: str) -> int:
    return FIRSTS[Visibility(visibility)][LANGUAGE_PLACES.index(language)] | number


def number_of(document: int) -> int:
    """The number of the practice that a document belongs to."""
    return document & NUMBER_MASK


def language_of(document: int) -> str:
    return LANGUAGE_PLACES[document >> NUMBER_BITS & LANGUAGE_MASK]


def numbers_in(documents: BitMap) -> BitMap:
    """The numbers of the practices that documents belong to."""
    last = documents.max() if documents else 0
    return BitMap().union(
        *(
            (documents & ids).shift(-first)
            for first, ids in RANGES.items()
            if first <= last and documents.range_cardinality(first, first + NUMBER_MASK + 1)
        )
    )


def documents_of(numbers: BitMap, levels: Sequence[str]) -> BitMap:
    """The ids of all texts that practices may have for these readers."""
    return BitMap().union(*(numbers.shift(first) for level in levels for first in FIRSTS[Visibility(level)]))


def rows_of(practice: Practice) -> list[SearchDocument]:
    """The rows of a published practice, one per language that has a text."""
    return [
        SearchDocument(
            id=document_id(practice.number, practice.visibility, language),
            practice=practice,
            language=language,
            visibility=practice.visibility,
            **{name: analyse(text, language) for name, text in columns.items()},
        )
        for language, columns in _texts_of(practice)
    ]


def words_of(practice: Practice) -> set[tuple[str, str]]:
    """Each word of a published practice with its language."""
    return {
        (language, word)
        for language, columns in _texts_of(practice)
        for word in written_words("\n".join(columns.values()))
    }


def analyse(text: str, language: str) -> str:
    """What a column of the index holds: the first tokens of the words in order, then the second ones, and the
    concepts that the text names."""
    each = token_lists(text, language)
    seconds = [tokens[1] for tokens in each if len(tokens) > 1]
    concepts = dict.fromkeys(mention.concept.token for mention in thesaurus().mentions(each, language))
    return " ".join([*(tokens[0] for tokens in each), *([GAP] if seconds or concepts else []), *seconds, *concepts])


def _texts_of(practice: Practice) -> Iterator[tuple[str, dict[str, str]]]:
    for language in settings.LANGUAGE_CODES:
        title, summary = getattr(practice, f"title_{language}"), getattr(practice, f"summary_{language}")
        if title or summary:
            yield language, {"title": title, "summary": summary, "body": _body(practice, language)}


def _body(practice: Practice, language: str) -> str:
    texts = [getattr(practice, f"{name}_{language}") for name in BODY]
    texts += [milestone.text.get(language, "") for milestone in practice.milestones.all()]
    texts += [partner.name for partner in practice.partners.all()]
    return "\n".join(texts)
