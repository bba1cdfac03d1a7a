"""Which texts of a document could harm somebody, once those can read them for whom they are meant."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.choices import Visibility
from practices.content import FIELDS, Audience, Field, Kind
from submissions.checks.addresses import addresses
from submissions.checks.cities import Place, city_names
from submissions.checks.findings import Code, Finding
from submissions.checks.hours import opening_hours
from submissions.checks.mail import mail_addresses
from submissions.checks.names import names
from submissions.checks.numbers import small_numbers
from submissions.checks.phones import phone_numbers

# The first part of the path of a warning about a file; the file's key and what is said about it follow.
FILES = "files"
# How much of a text stands on each side of what a warning is about.
AROUND = 45
# Longer texts cannot be sent anyway; a draft may hold any.
LONGEST = 20_000
# What was found in so many texts is remembered, by this process: those of some ten documents.
REMEMBERED = 500
SPACES = re.compile(r"\s+")
SENTENCE_END = re.compile(r"[.!?;\n]")

MESSAGES: Mapping[Code, str | Promise] = {
    Code.NAME: _("This looks like the name of a person."),
    Code.EMAIL: _("This looks like the e-mail address of a person."),
    Code.MAILBOX: _("Here is an e-mail address."),
    Code.PHONE: _("Here is a telephone number."),
    Code.ADDRESS: _("Here is an exact address."),
    Code.HOURS: _("Here are exact times."),
    Code.SMALL_NUMBER: _("Here is a small number of people."),
    Code.CITY: _("Here is the name of the city, which you do not want to name in public."),
}
EXPLANATIONS: Mapping[Code, str | Promise] = {
    Code.NAME: _(
        "Residents, volunteers and colleagues can be harassed or worse once they are named, and colleagues move on. "
        "Name the role or the department instead."
    ),
    Code.EMAIL: _(
        "A person’s address invites attacks and stops working when they leave. Give a functional mailbox, in the field "
        "for the contact, which only verified officers see."
    ),
    Code.MAILBOX: _("In public it collects unwanted mail. In the field for the contact only verified officers see it."),
    Code.PHONE: _("In the field for the contact only verified officers see it; in public anyone may call."),
    Code.ADDRESS: _(
        "Where people without a residence permit come and go should not be found by those who mean them harm. Name the "
        "neighbourhood, or put the address into the discreet details."
    ),
    Code.HOURS: _(
        "With a place, times tell when people can be met there. Say it more roughly, for example “in the evening”, or "
        "put it into the discreet details."
    ),
    Code.SMALL_NUMBER: _(
        "Fewer than ten people can be recognised by those who know the town. Write “fewer than ten”, or a share."
    ),
    Code.CITY: _("It gives the city away, also in a source’s title or address. Leave it out, or name the city openly."),
}


@dataclass(frozen=True)
class RiskWarning:
    """A stretch of one text, `start` to `end`, that an editor should look at. `path` names the text, e.g. `summary.nl`,
    `sources.0.url` or `files.<key>.name`."""

    path: str
    code: Code
    # Some of the text before, what it is about, and some of the text behind.
    around: tuple[str, str, str]
    start: int
    end: int
    # The words that a dismissal is about: others warn anew.
    words: str

    @property
    def excerpt(self) -> str:
        return "".join(self.around)

    @property
    def message(self) -> str | Promise:
        return MESSAGES[self.code]

    @property
    def explanation(self) -> str | Promise:
        return EXPLANATIONS[self.code]

    @property
    def field(self) -> str:
        return self.path.split(".")[0]

    @property
    def place(self) -> str:
        """The path without the number of the entry, which changes when another entry is removed."""
        return ".".join(part for part in self.path.split(".") if not part.isdecimal())


@dataclass(frozen=True)
class FileFacts:
    """What is said about a file: `texts` by what they are, e.g. `{"name": "plan.pdf", "credit": ""}`."""

    key: str
    texts: Mapping[str, str]
    for_peers: bool = False


@dataclass(frozen=True)
class Passage:
    """One text of a document, and who will read it."""

    path: str
    text: str
    language: str
    searches: frozenset[Code]
    # An address of a page or the name of a file: words stand in it without gaps.
    is_address: bool = False


EVERYTHING = frozenset(Code)
# Peers are told addresses, times and numbers on purpose; who is concerned stays out of it all the same.
FOR_PEERS = frozenset({Code.NAME, Code.EMAIL, Code.SMALL_NUMBER})
CONTACT = frozenset({Code.NAME, Code.EMAIL})
# A citation names its authors, and pages and years.
SOURCE = frozenset({Code.EMAIL, Code.MAILBOX, Code.PHONE, Code.CITY})
PARTNER = frozenset({Code.NAME, Code.EMAIL, Code.MAILBOX, Code.PHONE, Code.CITY})
ADDRESS_OF_PAGE = frozenset({Code.EMAIL, Code.CITY})
FILE_NAME = frozenset({Code.NAME, Code.CITY})


def warnings_of(
    document: Mapping[str, Any], *, cities: Sequence[Place] = (), files: Iterable[FileFacts] = ()
) -> list[RiskWarning]:
    """Everything that an editor should look at, in the order of the form; each words once per text.

    `cities`: the document's own, with their names; they are looked for where the document withholds them. A document
    that is not valid yet is no error.
    """
    withheld = bool(document.get("city_withheld")) and _is_public(document)
    country = cities[0].country if cities else ""
    found: dict[tuple[str, Code, str], RiskWarning] = {}
    for passage in [*passages(document), *_file_passages(document, files)]:
        text = passage.text[:LONGEST]
        named = tuple(cities) if withheld else ()
        for finding in _search(text, passage.searches, passage.language, passage.is_address, named, country):
            warning = _warning(passage.path, text, finding)
            found.setdefault((warning.path, warning.code, warning.words), warning)
    return list(found.values())


@lru_cache(maxsize=REMEMBERED)
def _search(
    text: str, searches: frozenset[Code], language: str, is_address: bool, cities: tuple[Place, ...], country: str
) -> tuple[Finding, ...]:
    """In the order of the text. A document is searched at every look at it, and most of its texts are the same then."""
    hits: list[Finding] = []
    if searches & {Code.EMAIL, Code.MAILBOX}:
        hits += [hit for hit in mail_addresses(text) if hit.code in searches]
    if Code.NAME in searches:
        hits += names(text.replace("_", " ") if is_address else text)
    if Code.PHONE in searches:
        hits += phone_numbers(text, language=language, country=country)
    if Code.ADDRESS in searches:
        hits += addresses(text)
    if Code.HOURS in searches:
        hits += opening_hours(text)
    if Code.SMALL_NUMBER in searches:
        hits += small_numbers(text, language=language)
    if Code.CITY in searches and cities:
        hits += city_names(text, cities, inside_words=is_address)
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end)))


def _warning(path: str, text: str, finding: Finding) -> RiskWarning:
    start, end = finding.start, finding.end
    first, last = start, end
    if finding.code is Code.SMALL_NUMBER:
        # "Two women" may be harmless in one sentence and not in the next.
        before = [match.end() for match in SENTENCE_END.finditer(text, max(0, start - 300), start)]
        after = SENTENCE_END.search(text, end)
        first, last = (before[-1] if before else max(0, start - 300)), (after.start() if after else len(text))
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    ahead = ("…" if left else "") + SPACES.sub(" ", text[left:start].lstrip())
    behind = SPACES.sub(" ", text[end:right].rstrip()) + ("…" if right < len(text) else "")
    return RiskWarning(
        path=path,
        code=finding.code,
        around=(ahead, SPACES.sub(" ", text[start:end]), behind),
        start=start,
        end=end,
        words=" ".join(text[first:last].casefold().split()),
    )


def passages(document: Mapping[str, Any]) -> Iterator[Passage]:
    """Every text that an editor can write, with what is looked for in it."""
    original = document.get("original_language")
    language = original if isinstance(original, str) else ""
    for field in FIELDS:
        value = document.get(field.name)
        if field.kind is Kind.ROWS:
            yield from _row_passages(field, value, language, document)
        elif field.kind in (Kind.LINE, Kind.TEXT):
            yield from _texts(field.name, value, language, searches_in(field, document))


def _texts(path: str, value: Any, language: str, searches: frozenset[Code]) -> Iterator[Passage]:
    if isinstance(value, Mapping):
        for code, text in value.items():
            if isinstance(text, str):
                yield Passage(f"{path}.{code}", text, str(code), searches)
    elif isinstance(value, str):
        yield Passage(path, value, language, searches)


def _row_passages(field: Field, value: Any, language: str, document: Mapping[str, Any]) -> Iterator[Passage]:
    rows = value if isinstance(value, list) else []
    searches = searches_in(field, document)
    for index, row in enumerate(rows):
        for column in field.columns if isinstance(row, Mapping) else ():
            path, cell = f"{field.name}.{index}.{column.name}", row.get(column.name)
            if column.is_url and isinstance(cell, str):
                yield Passage(path, cell, language, searches & ADDRESS_OF_PAGE, is_address=True)
            elif not column.is_url:
                yield from _texts(path, cell, language, searches)


def searches_in(field: Field, document: Mapping[str, Any]) -> frozenset[Code]:
    """What is looked for in a field, by who will read it."""
    if field.name == "contact":
        return CONTACT
    special = {"sources": SOURCE, "partners": PARTNER}.get(field.name, EVERYTHING)
    return special & FOR_PEERS if _is_for_peers(field, document) else special


def _is_for_peers(field: Field, document: Mapping[str, Any]) -> bool:
    kept = document.get("peers_only")
    is_kept = isinstance(kept, list) and field.name in kept
    return not _is_public(document) or field.audience is Audience.PEERS or is_kept


def _is_public(document: Mapping[str, Any]) -> bool:
    return document.get("visibility") in (Visibility.PUBLIC, "", None)


def _file_passages(document: Mapping[str, Any], files: Iterable[FileFacts]) -> Iterator[Passage]:
    original = document.get("original_language")
    language = original if isinstance(original, str) else ""
    public = _is_public(document)
    for file in files:
        for name, text in file.texts.items():
            searches = FILE_NAME if name == "name" else PARTNER
            if file.for_peers or not public:
                searches = searches & FOR_PEERS
            yield Passage(f"{FILES}.{file.key}.{name}", text, language, searches, is_address=name == "name")
