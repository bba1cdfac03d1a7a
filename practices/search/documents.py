"""What of a practice can be found, and where it stands in the index."""

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django_countries import countries

from practices.choices import Visibility
from practices.content import TRANSLATABLE
from practices.models import Practice, SearchDocument
from practices.search.analyse import GAP, token_lists, written_words
from practices.search.concepts import thesaurus

# A document's id is the practice's number, the circle of readers and the language in one number. Append, never
# reorder: the ids of stored rows follow from these.
LANGUAGE_PLACES = ("en", "de", "el", "es", "fr", "it", "nl")
LABELS_PLACE = 15
CIRCLES = (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS)
PLACE_BITS, CIRCLE_BITS = 4, 2
NUMBER_SHIFT = PLACE_BITS + CIRCLE_BITS
CIRCLE_MASK = ((1 << CIRCLE_BITS) - 1) << PLACE_BITS

VOCABULARIES = ("service_areas", "target_groups", "approaches")
BODY = tuple(field.name for field in TRANSLATABLE if field.name not in ("title", "summary"))
PREFETCHED = (*VOCABULARIES, "other_cities", "partners", "milestones")


def document_id(number: int, visibility: str, language: str) -> int:
    """Where the text in a language stands, or the labels, which have none."""
    place = LANGUAGE_PLACES.index(language) if language else LABELS_PLACE
    return number << NUMBER_SHIFT | circle_bits(visibility) | place


def circle_bits(visibility: str) -> int:
    """A circle of readers as it stands in an id: compare with `id & CIRCLE_MASK`."""
    return CIRCLES.index(Visibility(visibility)) << PLACE_BITS


def documents_of(practice: Practice) -> list[SearchDocument]:
    """The rows of a published practice: one for its labels, and one per language that has a text."""
    rows = [_row(practice, "", labels=_labels(practice))]
    for language in settings.LANGUAGE_CODES:
        title, summary = getattr(practice, f"title_{language}"), getattr(practice, f"summary_{language}")
        if title or summary:
            body = _body(practice, language)
            columns = {"title": title, "summary": summary, "body": body}
            rows.append(_row(practice, language, **{name: analyse(text, language) for name, text in columns.items()}))
    return rows


def words_of(practice: Practice) -> set[tuple[str, str]]:
    """Each word of a published practice with its language; a label's has none."""
    found = {("", word) for _language, label in _labels_of(practice) for word in _words_of_label(label)}
    for language in settings.LANGUAGE_CODES:
        title, summary = getattr(practice, f"title_{language}"), getattr(practice, f"summary_{language}")
        if title or summary:
            found |= {(language, word) for word in written_words(f"{title}\n{summary}\n{_body(practice, language)}")}
    return found


def analyse(text: str, language: str) -> str:
    """What a column of the index holds: the first tokens of the words in order, then the second ones, and the
    concepts that the text names."""
    each = token_lists(text, language)
    seconds = [tokens[1] for tokens in each if len(tokens) > 1]
    concepts = dict.fromkeys(mention.concept.token for mention in thesaurus().mentions(each, language))
    return " ".join([*(tokens[0] for tokens in each), *([GAP] if seconds or concepts else []), *seconds, *concepts])


def _row(practice: Practice, language: str, **columns: str) -> SearchDocument:
    return SearchDocument(
        id=document_id(practice.number, practice.visibility, language),
        practice=practice,
        language=language,
        visibility=practice.visibility,
        **columns,
    )


def _labels(practice: Practice) -> str:
    return f" {GAP} ".join(_analysed_label(label, language) for language, label in _labels_of(practice))


@lru_cache(maxsize=10_000)
def _analysed_label(label: str, language: str) -> str:
    return analyse(label, language)


@lru_cache(maxsize=10_000)
def _words_of_label(label: str) -> frozenset[str]:
    return frozenset(written_words(label))


def _labels_of(practice: Practice) -> Iterable[tuple[str, str]]:
    """The practice's classification in words, each with its language. A withheld city leaves no trace: its rows are
    read by everyone."""
    yield settings.LANGUAGE_CODE, f"{practice.reference} {practice.number}"
    cities = () if practice.city_withheld else (practice.lead_city, *practice.other_cities.all())
    for code in settings.LANGUAGE_CODES:
        for vocabulary in VOCABULARIES:
            for term in getattr(practice, vocabulary).all():
                for text in (getattr(term, f"label_{code}"), *(getattr(term, f"synonyms_{code}") or "").splitlines()):
                    if text:
                        yield code, text
        for city in cities:
            yield code, getattr(city, f"name_{code}") or ""
            yield code, country_name(str(city.country), code)


def _body(practice: Practice, language: str) -> str:
    texts = [getattr(practice, f"{name}_{language}") for name in BODY]
    texts += [milestone.text.get(language, "") for milestone in practice.milestones.all()]
    texts += [partner.name for partner in practice.partners.all()]
    return "\n".join(texts)


@lru_cache(maxsize=2_000)
def country_name(code: str, language: str) -> str:
    with translation.override(language):
        return str(countries.name(code) or code)
