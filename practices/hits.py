"""A found practice with the words marked that were asked for."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from practices.models import Practice, Text
from practices.search.find import Finding
from practices.search.highlight import excerpt, highlight, marked_places

# Where a match is shown from when the summary has none.
EXCERPT_FIELDS = (
    "summary",
    "description",
    "access_conditions",
    "evidence",
    "challenges",
    "legal_basis",
    "funding",
    "transfer",
)


@dataclass(frozen=True)
class Hit:
    """A practice in a list, with the words marked that were asked for."""

    practice: Practice
    # The language whose text matched best; None without a query, or where only the vocabularies' labels matched.
    matched_language: str | None
    title_html: SafeString
    excerpt_html: SafeString
    excerpt_language: str
    # The title in the language that matched, for readers who have every language before them.
    matched_title_html: SafeString


def hit_of(practice: Practice, finding: Finding | None, language: str) -> Hit:
    """The practice as a reader of `language` sees it in a list; without a finding nothing is marked."""
    tokens = finding.tokens if finding else frozenset()
    matched = finding.language_of(practice.number) if finding else None
    title = practice.text("title", language)
    shown = _excerpt(practice, matched, tokens, language)
    found = practice.text("title", matched) if matched else title
    title_html = highlight(title.value, title.language, tokens)
    return Hit(
        practice=practice,
        matched_language=matched,
        title_html=title_html,
        excerpt_html=excerpt(shown.value, shown.language, tokens),
        excerpt_language=shown.language,
        matched_title_html=title_html if found == title else highlight(found.value, found.language, tokens),
    )


def _excerpt(practice: Practice, matched: str | None, tokens: frozenset[str], language: str) -> Text:
    """The text that shows why the practice was found: in the reader's language if it can be, else in the one that
    matched, else simply the summary."""
    if tokens:
        for code in dict.fromkeys((language, matched or language)):
            for name in EXCERPT_FIELDS:
                text = practice.text(name, code)
                if text.language == code and marked_places(text.value, code, tokens):
                    return text
    return practice.text("summary", language)
