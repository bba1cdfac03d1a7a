"""Opening hours: when somebody who waits there can be met."""

import re
from collections.abc import Iterator

from submissions.checks.findings import Code, Finding

_hour = r"(?:[01]?\d|2[0-4])"
_unit = r"(?:Uhr|uur|u\b|h\b|hrs?\b|o[’']clock|heures?|horas|ore\b|a\.?m\.?|p\.?m\.?|π\.?μ\.?|μ\.?μ\.?|π\.μ|μ\.μ)"
_minutes = r"(?::[0-5]\d|\.[0-5]\d|[ ]?[hu][ ]?[0-5]\d)"
_to = (
    r"[ \u00a0]?(?:[–—\-]|to|till|until|bis|tot|à|jusqu[’']à|a|a las|hasta|hasta las|alle|fino alle|έως|ως|μέχρι|"
    r"and|und|en|et|y|e)[ \u00a0]?(?:las[ ]|las|alle|les|τις[ ])?"
)
# With minutes or a unit on one side at least; 12-15 alone can be anything.
RANGE = re.compile(
    rf"(?<![\w.,/§\-])(?:{_hour}{_minutes}(?:[ \u00a0]?{_unit})?|{_hour}[ \u00a0]?{_unit}){_to}{_hour}(?:{_minutes})?"
    rf"(?:[ \u00a0]?{_unit})?(?![\w%€]|[.,]\d)"
    rf"|(?<![\w.,/§\-]){_hour}{_to}{_hour}(?:{_minutes}(?:[ \u00a0]?{_unit})?|[ \u00a0]?{_unit})(?![\w%€]|[.,]\d)",
    re.IGNORECASE,
)
_from = (
    r"(?:from|at|after|until|ab|um|von|bis|gegen|vanaf|om|tot|na|dès|à partir de|à|jusqu[’']à|desde las|"
    r"a partir de las|a las|hasta las|dalle(?: ore)?|alle(?: ore)?|dopo le|ore|από τις|στις|μετά τις|έως τις|μέχρι τις)"
)
POINT = re.compile(
    rf"(?<!\w){_from}[ \u00a0](?P<what>{_hour}(?:{_minutes}(?:[ \u00a0]?{_unit})?|[ \u00a0]?{_unit}))"
    r"(?![\w%€]|[.,:]\d)",
    re.IGNORECASE,
)
_day = (
    r"(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|montags?|dienstags?|mittwochs?|"
    r"donnerstags?|freitags?|samstags?|sonntags?|maandag(?:en)?|dinsdag(?:en)?|woensdag(?:en)?|donderdag(?:en)?|"
    r"vrijdag(?:en)?|zaterdag(?:en)?|zondag(?:en)?|lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|"
    r"lunes|martes|miércoles|jueves|viernes|sábados?|domingos?|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|"
    r"domenica|"
    r"δευτέρα|τρίτη|τετάρτη|πέμπτη|παρασκευή|σάββατο|κυριακή)"
)
# "dinsdag 9-12", "mardi 14 à 17"
DAY = re.compile(
    rf"(?<!\w){_day}[ \u00a0,:]{{1,3}}(?:(?:from|von|van|de|dalle|από|entre|between)[ ](?:las[ ]|τις[ ])?)?"
    rf"(?P<what>{_hour}(?:{_minutes})?{_to}{_hour}(?:{_minutes})?)(?![\w%€]|[.,]\d)",
    re.IGNORECASE,
)
MONEY = re.compile(r"[ \u00a0]?(?:€|£|\$|%|euro|EUR|Prozent|procent|percent|por ciento|per cento|ευρώ|τοις)")
# A length of time, or every hour there is.
LASTING = re.compile(r"[ \u00a0]?(?:per|pro|par|por|al|a day|am Tag|op|/|ανά)(?![\w])")


def opening_hours(text: str) -> Iterator[Finding]:
    """Every time at which something is said to be open or to begin."""
    spans = {match.span() for match in RANGE.finditer(text)}
    spans |= {match.span("what") for pattern in (POINT, DAY) for match in pattern.finditer(text)}
    taken = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= taken and not MONEY.match(text, end) and not LASTING.match(text, end):
            yield Finding(Code.HOURS, start, end)
            taken = end
