"""Acronyms whose words stand nowhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext as _

from submissions.checks.findings import UPPER
from submissions.checks.observations import Check, Observation, language_name, texts_in

# Known to whoever reads the registry, in all its languages: the Union and its neighbours, the United Nations, law of
# the whole continent, units, forms of companies, and words of every day.
WELL_KNOWN = (
    "EU UE ΕΕ EEA EFTA EC CE EP UN ONU VN UNO ΟΗΕ NGO NGOS ONG NRO ΜΚΟ CSO UNHCR ACNUR HCR IOM OIM ΔΟΜ UNICEF WHO OMS "
    "ΠΟΥ ILO OIT IAO ECHR CEDH TEDH CEDU EVRM EMRK ΕΣΔΑ CJEU CJUE TJUE EUGH HVJEU ΔΕΕ GDPR DSGVO RGPD AVG ΓΚΠΔ OECD "
    "OCDE OCSE OESO ΟΟΣΑ OSCE OSZE FRA EMN AMIF FAMI ESF FSE ERDF FEDER EFRE UK USA US EUR CHF GBP USD HIV VIH AIDS "
    "SIDA COVID PDF SMS ID DNA TV PC WC OK QR FAQ CV WLAN WIFI GPS IT ΦΠΑ BTW MWST IVA TVA VAT LGBT LGBTI LGBTIQ LGBTQ "
    "LGTBI LHBTI ΛΟΑΤΚ ΛΟΑΤΚΙ MISE AG BV NV SA SL SRL SPA VZW ASBL KG UG ΑΕ BC AD"
)
KNOWN = frozenset(WELL_KNOWN.split())
ACRONYM = re.compile(rf"(?<![\w.\-/&@])(?P<word>[{UPPER}]{{2,6}})(?:s|’s|'s)?(?![\w\-/@’']|\.\w)")
ROMAN = re.compile(r"[IVXLCDM]+")
WORD = re.compile(r"[^\W\d_]+")
# A heading in capitals is no row of acronyms.
SHOUTED = 0.5
SHORTEST_LINE = 24
# So many characters on each side may be what an acronym stands for.
NEAR = 200
# Words up to so many letters may be left out of an acronym: of, der, voor.
SMALL = 4
PAIR = 2
# An opened bracket behind a word, with at most other acronyms in it.
OPENED = re.compile(rf"\w[”\"»’]?\s*\(\s*(?:[{UPPER}]{{2,8}}[\s/,;–—]+)*$")
WORDS_IN_BRACKETS = re.compile(r"\s?\([^()]*?[^\W\d_]+\W+[^\W\d_]+\W+[^\W\d_]+[^()]*\)")
DASH = re.compile(r"\s?[–—:=,]\s?(?P<words>[^.;\n]*)")


def unexplained_acronyms(document: Mapping[str, Any], *, language: str) -> Iterator[Observation]:
    """Each acronym once, with the languages in which its words stand nowhere; in `language` first."""
    places: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    partners = "\n".join(str(row.get("name") or "") for row in document.get("partners") or [])
    for code in sorted(settings.LANGUAGE_CODES, key=lambda code: code != language):
        texts = list(texts_in(document, code))
        whole = "\n".join([*(written.text for written in texts), partners])
        first = {acronym: written.path for written in reversed(texts) for acronym in acronyms_in(written.text)}
        for acronym in sorted(first.keys() - KNOWN):
            if not is_explained(acronym, whole):
                places.setdefault(acronym, first[acronym])
                found.setdefault(acronym, []).append(code)
    for acronym, codes in found.items():
        message = _("“%(acronym)s” is spelled out nowhere in: %(languages)s.") % {
            "acronym": acronym,
            "languages": ", ".join(language_name(code) for code in codes),
        }
        yield Observation(Check.ACRONYMS, places[acronym], message)


def acronyms_in(text: str) -> Iterator[str]:
    """Words of two to six capitals that are no numerals and stand in no line of capitals."""
    for line in text.splitlines():
        words = [match["word"] for match in ACRONYM.finditer(line)]
        if words and not _is_shouted(line):
            yield from (word for word in words if not ROMAN.fullmatch(word))


def _is_shouted(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return len(letters) > SHORTEST_LINE and sum(letter.isupper() for letter in letters) > SHOUTED * len(letters)


def is_explained(acronym: str, text: str) -> bool:
    """Whether it stands in brackets behind words, or words in brackets behind it, or its initials follow each other
    somewhere. In brackets the words may be those of another language: they explain it all the same."""
    for match in re.finditer(rf"(?<!\w){re.escape(acronym)}(?!\w)", text):
        before, after = text[max(0, match.start() - NEAR) : match.start()], text[match.end() : match.end() + NEAR]
        bracketed = OPENED.search(before) and re.match(r"\s*[),;/–—:]", after)
        spelled = WORDS_IN_BRACKETS.match(after)
        dashed = DASH.match(after)
        if bracketed or spelled or (dashed and _runs(WORD.findall(dashed["words"]), acronym)):
            return True
    # Two letters follow each other somewhere in most texts, and so do three small words.
    words = [word for word in WORD.findall(text) if word != acronym]
    return len(acronym) > PAIR and _runs(words, acronym, begins_large=True)


def _runs(words: list[str], acronym: str, *, begins_large: bool = False) -> bool:
    """Whether words that follow each other have its letters as initials; small words between them may be left out."""
    letters = _bare(acronym)
    written = [word for word in words if _bare(word)]
    plain = [_bare(word) for word in written]
    return any(
        word[0] == letters[0] and (written[place][0].isupper() or not begins_large) and _matches(plain[place:], letters)
        for place, word in enumerate(plain)
    )


def _matches(words: list[str], letters: str) -> bool:
    place = 0
    for word in words:
        if word[0] == letters[place]:
            place += 1
            if place == len(letters):
                return True
        elif len(word) > SMALL:
            return False
    return False


def _bare(word: str) -> str:
    """Without accents and case: έ is Ε, É is E."""
    return "".join(letter for letter in normalize("NFKD", word.casefold()) if letter.isalpha())
