"""What the searches for risks give back, and the pieces that their patterns share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """A kind of risk; stored with dismissals, so values stay."""

    NAME = "name"
    EMAIL = "email"
    MAILBOX = "mailbox"
    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    SMALL_NUMBER = "small_number"
    CITY = "city"


@dataclass(frozen=True)
class Finding:
    """A stretch of a text: `text[start:end]`."""

    code: Code
    start: int
    end: int


# Latin and Greek capitals; `re` knows no class for them.
UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚΑ-ΩΆΈΉΊΌΎΏΪΫ"
# A word with a capital. The length is bounded, so that no text makes a pattern walk it again and again.
CAPITALISED = rf"[{UPPER}][\w’'\-]{{1,30}}"
# A space within a line, or two.
GAP = r"[ \u00a0]{1,2}"
YEAR = re.compile(r"(?:19|20)\d\d")


def found(code: Code, pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    """Every match as a finding; where the pattern has a group `what`, only that."""
    named = "what" in pattern.groupindex
    for match in pattern.finditer(text):
        start, end = match.span("what") if named else match.span()
        yield Finding(code, start, end)
