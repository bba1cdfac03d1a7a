"""What of a practice can be found, and where it stands in the index."""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from pyroaring import BitMap

from practices.choices import Visibility
from practices.content import TRANSLATABLE
from practices.models import Practice, SearchDocument
from practices.search.analyse import GAP, token_lists, written_words
from practices.search.concepts import thesaurus

# A document's id is the practice's number, the circle of readers and the language in one number. Append, never
# reorder: the ids of stored rows follow from these.
LANGUAGE_PLACES = ("en", "de", "el", "es", "fr", "it", "nl")
CIRCLES = (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS)
PLACE_BITS, CIRCLE_BITS = 4, 2
NUMBER_SHIFT = PLACE_BITS + CIRCLE_BITS
CIRCLE_MASK = ((1 << CIRCLE_BITS) - 1) << PLACE_BITS

BODY = tuple(field.name for field in TRANSLATABLE if field.name not in ("title", "summary"))
PREFETCHED = ("partners", "milestones")


def document_id(number: int, visibility: str, language: str) -> int:
    return number << NUMBER_SHIFT | circle_bits(visibility) | LANGUAGE_PLACES.index(language)


def numbers_in(documents: BitMap) -> BitMap:
    """The numbers of the practices that documents belong to."""
    ids = array("I", documents.to_array())
    if not ids:
        return BitMap()
    # All are shifted at once, as one long number of which each id is a part.
    size = ids.itemsize
    mask = ((1 << 8 * size - NUMBER_SHIFT) - 1).to_bytes(size, "little")
    shifted = int.from_bytes(ids.tobytes(), sys.byteorder) >> NUMBER_SHIFT
    kept = shifted & int.from_bytes(mask * len(ids), "little")
    return BitMap(array("I", kept.to_bytes(size * len(ids), sys.byteorder)))


def documents_of(numbers: Iterable[int], levels: Sequence[str]) -> BitMap:
    """The ids of all texts that practices may have for these readers."""
    circles = [circle_bits(level) for level in levels]
    places = [circle | place for circle in circles for place in range(len(LANGUAGE_PLACES))]
    return BitMap([number << NUMBER_SHIFT | place for number in numbers for place in places])


def circle_bits(visibility: str) -> int:
    """A circle of readers as it stands in an id: compare with `id & CIRCLE_MASK`."""
    return CIRCLES.index(Visibility(visibility)) << PLACE_BITS


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
