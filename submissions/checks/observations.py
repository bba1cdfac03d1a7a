"""What a moderator is told beside a record: where, what, and why it matters. Nothing of it decides anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices.content import TRANSLATABLE, Section


class Check(models.TextChoices):
    """What is looked at, in the order of the page."""

    LENGTH = "length", pgettext_lazy("check", "Length")
    LANGUAGE = "language", pgettext_lazy("check", "Plain language")
    ACRONYMS = "acronyms", pgettext_lazy("check", "Acronyms")
    DATES = "dates", pgettext_lazy("check", "Dates and status")
    SOURCES = "sources", pgettext_lazy("check", "Sources")
    LINKS = "links", pgettext_lazy("check", "Links")
    TRANSLATIONS = "translations", pgettext_lazy("check", "Translations")


EXPLANATIONS: Mapping[str, str | Promise] = {
    Check.LENGTH: _(
        "A text of a few words leaves colleagues with questions; a very long one is not read to its end. Characters "
        "are counted, nothing else."
    ),
    Check.LANGUAGE: _(
        "Long sentences are hard to read and hard to translate. Only the words of each sentence are counted, against "
        "what is usual in the language; whether the words are plain, no count can tell."
    ),
    Check.ACRONYMS: _(
        "What every official at home knows means nothing two borders on. An acronym is taken as explained where words "
        "stand beside it once, in brackets or before them, in the texts of the same language."
    ),
    Check.DATES: _("Years that contradict the status mislead everyone who looks for what works today."),
    Check.SOURCES: _("A claim about results that nobody can look up should not read like one that was checked."),
    Check.LINKS: _(
        "A source that does not open cannot be followed. The registry asks for each address about once a month; a link "
        "counts as broken only after two failures days apart, and a site that turns programs away may open for you."
    ),
    Check.TRANSLATIONS: _(
        "Readers find a practice in their own language only if it is there, and an old translation tells them what was "
        "true before."
    ),
}


@dataclass(frozen=True)
class Observation:
    """One thing to look at. `path` is a document path, e.g. `summary.nl`, or empty for the record as a whole."""

    check: Check
    path: str
    message: str
    # What it is about, in the words and the language of the author.
    words: str = ""
    language: str = ""

    @property
    def field(self) -> str:
        return self.path.split(".")[0]


@dataclass(frozen=True)
class Written:
    """A text that an author wrote in one language."""

    path: str
    text: str
    section: Section | None = None


def texts_in(document: Mapping[str, Any], language: str) -> Iterator[Written]:
    """The document's texts in a language, in the order of the form, milestones behind them."""
    for field in TRANSLATABLE:
        text = (document.get(field.name) or {}).get(language)
        if text:
            yield Written(f"{field.name}.{language}", text, field.section)
    for place, row in enumerate(document.get("milestones") or []):
        text = (row.get("text") or {}).get(language)
        if text:
            yield Written(f"milestones.{place}.text.{language}", text, Section.DESCRIPTION)


def language_name(code: str) -> str:
    """The language, as the interface calls it now."""
    return str(dict(settings.LANGUAGES).get(code, code))


def shortened(text: str, most: int = 160) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"
