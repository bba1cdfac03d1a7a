"""A found practice with the words marked that were asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

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
    _telling: Text
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
        return self._markers[self._telling.language].excerpt(self._telling.value)

    @property
    def excerpt_language(self) -> str:
        return self._telling.language


def hits_of(practices: list[Brief], finding: Finding | None, language: str, read_longer: ReadLonger) -> list[Hit]:
    """The practices as a reader of `language` sees them in a list; without a finding nothing is marked.

    The excerpt is in that language where its text has any of the words, else in the one that matched. It is the summary
    where that has any of the words, or the title that the reader sees. Longer texts are read only of other practices,
    and once for all of them.
    """
    numbers = [practice.number for practice in practices]
    matched = finding.languages_of(numbers) if finding else dict.fromkeys(numbers)
    holding = finding.holding(numbers) if finding else {}
    telling = {number: _telling_language(own, language, matched[number]) for number, own in holding.items()}
    markers = {code: Marker(code, finding.tokens if finding else ()) for code in settings.LANGUAGE_CODES}
    unmarked = {
        practice.number: code
        for practice in practices
        if (code := telling.get(practice.number)) and not _is_marked(practice, code, language, markers[code])
    }
    longer = read_longer(list(unmarked), sorted(set(unmarked.values()))) if unmarked else {}
    hits = []
    for practice in practices:
        code = telling.get(practice.number)
        shown = practice.text("summary", code or language)
        if code and code == unmarked.get(practice.number):
            shown = _telling(longer.get(practice.number, {}), markers[code], code) or practice.text("summary", language)
        hits.append(Hit(practice, matched[practice.number], shown, language, markers))
    return hits


def _is_marked(practice: Brief, code: str, language: str, marker: Marker) -> bool:
    """Whether what a reader of `language` sees has any of the words, with the summary in the language `code`."""
    shown = (practice.titles, practice.summaries) if code == language else (practice.summaries,)
    return any(marker.places(texts.get(code, "")) for texts in shown)


def _telling_language(holding: Collection[str], language: str, matched: str | None) -> str | None:
    """The language in which a text shows the reader why the practice was found."""
    return next((code for code in (language, matched) if code in holding), None)


def _telling(longer: Longer, marker: Marker, language: str) -> Text | None:
    """The first longer text that has any of the words."""
    texts = (longer.get((name, language), "") for name in EXCERPT_FIELDS)
    return next((Text(text, language, "") for text in texts if marker.places(text)), None)
