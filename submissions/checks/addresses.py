"""Streets with a house number, as the seven languages write them. A street or square without a number is no address."""

import re
from collections.abc import Iterator

from submissions.checks.findings import CAPITALISED, GAP, UPPER, YEAR, Code, Finding

_number = r"(?P<number>\d{1,4})(?:[ ]?[a-hA-H]|[ ]?(?:bis|ter))?(?![\w%€]|[.,:]\d)"
_joints = (
    r"(?:de la|de las|de los|de l[’']|del|della|delle|dello|dei|degli|dell[’']|de|des|du|d[’']|di|da|la|las|los|el|le|"
    r"les|van de|van den|van der|van het|van|den|der|του|της|των)"
)
_words = (
    rf"(?:{_joints}(?:{GAP})?)?{CAPITALISED}"
    rf"(?:{GAP}(?:{_joints}(?:{GAP})?)?(?:{CAPITALISED}|[IVX]{{1,4}}|\d{{1,2}}{GAP}de)){{0,3}}"
)
_before_number = r"(?:,?[ \u00a0](?:n\.?[º°]?|nº|núm\.|no\.|nr\.|αρ\.|αριθ\.)?[ \u00a0]?)"

PATTERNS = (
    # Kerkstraat 12, Musterstraße 5a, Lange Laan 3
    re.compile(
        rf"(?<!\w)(?P<street>[{UPPER}][\w\-]{{0,30}}?"
        r"(?:straße|strasse|str\.|gasse|allee|chaussee|damm|ufer|platz|weg|straat|laan|plein|gracht|kade|kaai|steenweg|"
        rf"dreef|singel|dijk|markt|vest|ring)){GAP}{_number}",
    ),
    # Berliner Straße 5, Am Alten Markt 3
    re.compile(
        rf"(?<!\w){CAPITALISED}[ \u00a0\-](?:{CAPITALISED}[ \u00a0\-])?"
        rf"(?P<street>Straße|Strasse|Str\.|Platz|Allee|Weg|Ufer|Damm|Markt|Gasse|Straat|Laan|Plein|Gracht|Kade|Kaai|Dijk|Singel|Steenweg|Markt){GAP}{_number}",
    ),
    # An der Alten Mühle 7, Auf dem Berge 3
    re.compile(
        rf"(?<!\w)(?P<street>(?:An der|An den|Auf der|Auf dem|Auf den|Hinter der|Hinter dem|Vor dem|Vor der|Unter den|"
        rf"Im|Am|Zur|Zum){GAP}(?!Jahr|Monat|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Januar|Februar|"
        rf"März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Alter|Schnitt|Durchschnitt|Absatz|Artikel|"
        rf"Paragraf|Kapitel|Abschnitt|Haushalt|Quartal|Titel|Stichtag|Anhang|Punkt|Tag|Wochenende)"
        rf"{CAPITALISED}(?:{GAP}{CAPITALISED}){{0,2}}){GAP}{_number}",
    ),
    # 12 Example Street
    re.compile(
        rf"(?<![\w.,/]){_number},?{GAP}(?:{CAPITALISED}{GAP}){{1,3}}"
        r"(?P<street>Street|St|Road|Rd|Avenue|Lane|Square|Drive|Terrace|Close|Quay|Court|Gardens|Row|Crescent|Hill)(?!\w)",
    ),
    # 12, rue de l’Exemple
    re.compile(
        rf"(?<![\w.,/]){_number},?{GAP}(?P<street>(?i:rue|avenue|av\.|boulevard|bd|place|quai|chemin|impasse|allée|"
        rf"square|"
        rf"passage|route|chaussée|faubourg)){GAP}{_words}",
    ),
    # rue de l’Exemple 12, calle Mayor 5, Via Roma 3, οδός Παραδείγματος 7
    re.compile(
        r"(?<!\w)(?P<street>(?i:corso(?![ ]d[i’'])|rue|avenue|boulevard|chaussée|quai|calle|c/|avenida|avda\.|av\.|"
        r"plaza|pza\.|paseo|pº|ronda|"
        r"carrer|carretera|camino|travesía|via|viale|v\.le|piazza|p\.zza|piazzale|largo|vicolo|lungotevere|lungarno|"
        r"οδός|οδού|οδό|οδ\.|λεωφόρος|λεωφόρου|λεωφόρο|λεωφ\.|λ\.|πλατεία|πλατείας|πλ\.)|Corso|C\.so)"
        rf"(?:{GAP})?{_words}{_before_number}{_number}",
    ),
)
# Words that end like a street and are none: places to sleep and to work, ways out, markets.
NO_STREETS = re.compile(
    r"(?:arbeits|schlaf|kita|betreuungs|therapie|studien|ausbildungs|wohn|heim|park|sitz|stell|not|schutz|praktikums|"
    r"schul|behandlungs|übernachtungs|aus|um|hin|heim|rechts|dienst|lösungs|mittel|rück|arbeits?|wohnungs|"
    r"woning|arbeids|"
    r"super|floh|super|vlooien)(?:platz|weg|markt)$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"[ \u00a0](?:%|Prozent|Uhr|Personen|Menschen|Betten|Plätze|Jahre|personen|mensen|bedden|plaatsen|jaar|euro|Euro|"
    r"uur|"
    r"people|beds|places|years|personnes|lits|personas|camas|plazas|persone|posti|anni|άτομα|κλίνες|θέσεις|"
    r"(?:years?|ans|años|χρόνια)\b)",
)


def addresses(text: str) -> Iterator[Finding]:
    """Every street with a house number."""
    taken = 0
    for start, end in sorted({span for pattern in PATTERNS for span in _spans(pattern, text)}):
        if start >= taken:
            yield Finding(Code.ADDRESS, start, end)
            taken = end


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if YEAR.fullmatch(match["number"]) or NO_STREETS.search(match["street"]):
            continue
        # "via" and "square" are words too: what is counted behind the number tells.
        if not COUNTED.match(text, match.end()):
            yield match.span()
