"""A found practice with the words marked that were asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.utils.safestring import SafeString

from practices.briefs import Brief
from practices.models import Text
from practices.search.find import Finding
from practices.search.highlight import Marker

# Where a match is shown from when the summary has none.
EXCERPT_FIELDS = (
    "description",
    "access_conditions",
    "evidence",
    "challenges",
    "legal_basis",
    "funding",
    "transfer",
)

Longer = Mapping[tuple[str, str], str]
# Numbers of practices and languages to the texts in `EXCERPT_FIELDS`.
ReadLonger = Callable[[list[int], Iterable[str]], Mapping[int, Longer]]


@dataclass
class Hit:
    """A practice in a list, with the words marked that were asked for."""

    practice: Brief
    # The language whose text matched best; None without a query, or where only the vocabularies' labels matched.
    matched_language: str | None
    # What shows best why the practice was found, of which the excerpt is a part.
    _quoted: Text
    _language: str
    _markers: Mapping[str, Marker]

    @property
    def title_html(self) -> SafeString:
        """In the reader's language, if it is there."""
        return self._title(self._language)

    @property
    def matched_title_html(self) -> SafeString:
        """In the language that matched, for readers who have every language before them."""
        return self._title(self.matched_language or self._language)

    def _title(self, language: str) -> SafeString:
        title = self.practice.text("title", language)
        return self._markers[title.language].whole(title.value)

    @property
    def excerpt_html(self) -> SafeString:
        return self._markers[self._quoted.language].excerpt(self._quoted.value)

    @property
    def excerpt_language(self) -> str:
        return self._quoted.language


def hits_of(practices: list[Brief], finding: Finding | None, language: str, read_longer: ReadLonger) -> list[Hit]:
    """The practices as a reader of `language` sees them in a list; without a finding nothing is marked.

    The excerpt is the first text with any of the words: in that language if it can be, else in the one that matched;
    the summary, or else a longer text. Where nothing but the title has a word, it is the summary in the reader's
    language. Longer texts are read once for all practices, and only of those whose words nothing else in a list shows.
    """
    numbers = [practice.number for practice in practices]
    matched = finding.languages_of(numbers) if finding else dict.fromkeys(numbers)
    holding = finding.holding(numbers) if finding else {}
    markers = {code: Marker(code, finding.tokens if finding else ()) for code in settings.LANGUAGE_CODES}
    # Number to the languages whose longer texts may have to be quoted.
    unclear: dict[int, list[str]] = {}
    for practice in practices:
        best = matched[practice.number]
        having = [code for code in dict.fromkeys((language, best)) if code and code in holding.get(practice.number, ())]
        if having and not _is_clear(practice, language, best, markers[language]):
            unclear[practice.number] = having
    longer = read_longer(list(unclear), sorted(set(chain(*unclear.values())))) if unclear else {}
    hits = []
    for practice in practices:
        texts = longer.get(practice.number, {})
        quotable = (_quotable(practice, code, texts, markers[code]) for code in unclear.get(practice.number, ()))
        quoted = next(filter(None, quotable), None) or practice.text("summary", language)
        hits.append(Hit(practice, matched[practice.number], quoted, language, markers))
    return hits


def _is_clear(practice: Brief, language: str, matched: str | None, marker: Marker) -> bool:
    """Whether the summary in the reader's language has any of the words, or the title, if it is the one that matched:
    the API shows that one."""
    texts = (practice.titles, practice.summaries) if matched == language else (practice.summaries,)
    return any(marker.places(each.get(language, "")) for each in texts)


def _quotable(practice: Brief, language: str, longer: Longer, marker: Marker) -> Text | None:
    """The first text in a language that has any of the words."""
    texts = (practice.summaries.get(language, ""), *(longer.get((name, language), "") for name in EXCERPT_FIELDS))
    return next((Text(text, language, "") for text in texts if marker.places(text)), None)
