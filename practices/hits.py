"""A found practice with the words marked that were asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from practices.briefs import Brief
from practices.models import Text
from practices.search.find import Finding
from practices.search.highlight import excerpt, highlight, marked_places

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
# Language to those tokens of the query that the practice's text holds: others need not be looked for in it.
Held = Mapping[str, frozenset[str]]
NOTHING: frozenset[str] = frozenset()
# Numbers of practices and languages to the texts in `EXCERPT_FIELDS`.
ReadLonger = Callable[[list[int], Iterable[str]], Mapping[int, Longer]]


@dataclass(frozen=True)
class Hit:
    """A practice in a list, with the words marked that were asked for."""

    practice: Brief
    # The language whose text matched best; None without a query, or where only the vocabularies' labels matched.
    matched_language: str | None
    title_html: SafeString
    excerpt_html: SafeString
    excerpt_language: str
    # The title in the language that matched, for readers who have every language before them.
    matched_title_html: SafeString


def hits_of(practices: list[Brief], finding: Finding | None, language: str, read_longer: ReadLonger) -> list[Hit]:
    """The practices as a reader of `language` sees them in a list; without a finding nothing is marked. Longer texts
    are read only of practices whose summary has none of the words in that language, and once for all of them."""
    numbers = [practice.number for practice in practices]
    matched = finding.languages_of(numbers) if finding else dict.fromkeys(numbers)
    held = finding.held_by(numbers) if finding else {}
    own = {number: held.get(number, {}) for number in numbers}
    unmarked = [
        practice.number
        for practice in practices
        if own[practice.number] and not _marked_summary(practice, language, own[practice.number])
    ]
    codes = sorted({language} | {code for number in unmarked if (code := matched[number])})
    longer = read_longer(unmarked, codes) if unmarked else {}
    return [
        _hit_of(practice, matched[practice.number], own[practice.number], language, longer.get(practice.number))
        for practice in practices
    ]


def _hit_of(practice: Brief, matched: str | None, held: Held, language: str, longer: Longer | None) -> Hit:
    title = practice.text("title", language)
    shown = practice.text("summary", language)
    if longer is not None:
        shown = _telling(practice, matched, held, language, longer) or shown
    found = practice.text("title", matched) if matched else title
    title_html = _highlighted(title, held)
    return Hit(
        practice=practice,
        matched_language=matched,
        title_html=title_html,
        excerpt_html=excerpt(shown.value, shown.language, held.get(shown.language, NOTHING)),
        excerpt_language=shown.language,
        matched_title_html=title_html if found == title else _highlighted(found, held),
    )


def _highlighted(text: Text, held: Held) -> SafeString:
    return highlight(text.value, text.language, held.get(text.language, NOTHING))


def _marked_summary(practice: Brief, language: str, held: Held) -> bool:
    return bool(marked_places(practice.summaries.get(language, ""), language, held.get(language, NOTHING)))


def _telling(practice: Brief, matched: str | None, held: Held, language: str, longer: Longer) -> Text | None:
    """The text that shows why the practice was found: in the reader's language if it can be, else in the one that
    matched. Its summary in the reader's language is known to have none of the words."""
    for code in dict.fromkeys((language, matched or language)):
        if code != language and _marked_summary(practice, code, held):
            return practice.text("summary", code)
        for name in EXCERPT_FIELDS:
            text = longer.get((name, code), "")
            if text and marked_places(text, code, held.get(code, NOTHING)):
                return Text(text, code, "")
    return None
