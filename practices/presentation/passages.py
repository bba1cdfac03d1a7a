"""A practice's texts as its page shows them, each with its language and where it comes from."""

from dataclasses import dataclass

from practices.choices import Provenance
from practices.models import Text
from practices.presentation.reader import language_label


@dataclass(frozen=True)
class Passage:
    """A text as the page shows it: in whose language, from where, and the original to unfold beside a translation."""

    text: Text
    original: str
    original_language: str
    page_language: str
    # What the city answers instead of a text: that it does not know.
    unknown_label: str = ""
    # This city keeps it for verified officers and moderators.
    for_colleagues: bool = False

    @property
    def value(self) -> str:
        return self.text.value

    @property
    def lang(self) -> str:
        return self.text.language

    @property
    def language_label(self) -> str:
        return language_label(self.text.language)

    @property
    def original_label(self) -> str:
        return language_label(self.original_language)

    @property
    def is_translated(self) -> bool:
        return bool(self.original) and self.text.language != self.original_language

    @property
    def is_machine(self) -> bool:
        return bool(self.value) and self.text.provenance == Provenance.MACHINE

    @property
    def is_foreign(self) -> bool:
        """Not in the language of the page: nobody has translated it yet."""
        return bool(self.value) and self.text.language != self.page_language

    @property
    def needs_badge(self) -> bool:
        return self.is_foreign or self.is_translated

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class LanguageVersion:
    """One language in which the practice can be read."""

    code: str
    label: str
    provenance: str
    provenance_label: str
    stale: bool
