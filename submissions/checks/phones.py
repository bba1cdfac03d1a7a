"""Telephone numbers, by the numbering plans of the countries that a text can be about."""

import re
from collections.abc import Iterator, Sequence

from phonenumbers import Leniency, PhoneNumberMatcher

from submissions.checks.findings import Code, Finding

# Where a language's texts most probably give numbers without a country code.
COUNTRIES = {
    "en": ("GB", "IE"),
    "de": ("DE", "AT"),
    "nl": ("NL", "BE"),
    "fr": ("FR", "BE"),
    "es": ("ES",),
    "it": ("IT",),
    "el": ("GR",),
}
# 612 345 678 and 12.500.000: figures are grouped like this far more often than telephone numbers are.
GROUPED = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0.,’']\d{3})+")
CUE = re.compile(
    r"(?:tel|tél|tlf|telf|phone|telephone|telefon|telefoon|teléfono|telefono|téléphone|τηλ|τηλέφωνο|mobile|mobil|gsm|"
    r"móvil|cell|handy|portable|cellulare|κινητό|call|whatsapp|signal|bel|ring|fax|hotline|nummer|number|numéro|número|"
    r"numero|αριθμό|αριθμός)\W{0,4}(?:\w{1,12}\W{1,2}){0,2}$",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"[ \u00a0]?(?:€|£|\$|%|euro|eur\b|million|mio|mrd|millón|millones|milliard|ευρώ|εκατ|inhabitants|inwoners|"
    r"einwohner|"
    r"habitants|habitantes|abitanti|κατοίκ|people|persons|personen|personnes|personas|persone|άτομα|m²|km)",
    re.IGNORECASE,
)
CURRENCY_BEFORE = re.compile(r"(?:€|£|\$|EUR|CHF)[ \u00a0]?$")
# Numbers of laws, cases, books and files.
LABEL_BEFORE = re.compile(
    r"(?:ISBN|ISSN|DOI|doi:|nr|no|n°|nº|art|article|artikel|artículo|articolo|άρθρο|§|BOE|ELI|ECLI|KBO|SIRET|"
    r"NIF|CIF|IBAN|"
    r"BTW|VAT|ΑΦΜ|/|=)[.:]?[ \u00a0]?[A-Z\-]{0,6}$",
    re.IGNORECASE,
)
# 2021/0456: whatever it is called, a year and a number make a file's.
NUMBERED = re.compile(r"(?<!\d)(?:19|20)\d\d/$")
MOST = 40


def phone_numbers(text: str, *, language: str, country: str = "") -> Iterator[Finding]:
    """Every valid number; without a country code, as the city's country or those of the language write it."""
    spans: list[tuple[int, int]] = []
    for region in _regions(language, country):
        for count, match in enumerate(PhoneNumberMatcher(text, region, Leniency.VALID)):
            if count >= MOST:
                break
            if not _is_figure(text, match.start, match.end):
                spans.append((match.start, match.end))
    taken = 0
    for start, end in sorted(set(spans)):
        if start >= taken:
            yield Finding(Code.PHONE, start, end)
            taken = end


def _regions(language: str, country: str) -> Sequence[str]:
    known = COUNTRIES.get(language, ())
    return list(dict.fromkeys([country, *known] if country else known))


def _is_figure(text: str, start: int, end: int) -> bool:
    number, before = text[start:end], text[max(0, start - 40) : start]
    if NUMBERED.search(before):
        return True
    if number.startswith(("+", "00")) or CUE.search(before):
        return False
    return bool(
        GROUPED.fullmatch(number)
        or AMOUNT.match(text, end)
        or CURRENCY_BEFORE.search(before)
        or LABEL_BEFORE.search(before)
    )
