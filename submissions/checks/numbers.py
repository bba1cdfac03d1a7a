"""Small numbers of people: in a town, "two mothers with five children" is a family that somebody knows.

Only figures and words from two to nine count, and the figure 1: the word for one is an article in six languages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from submissions.checks.findings import Code, Finding


@dataclass(frozen=True)
class Words:
    """A language's words: numbers, what may stand between number and people, and people."""

    numbers: str
    between: str
    people: str
    # Before the number: a number of something else. Behind the people: a rate.
    rate: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        "two|three|four|five|six|seven|eight|nine",
        "undocumented|irregular|homeless|young|pregnant|adult|single|sick|unaccompanied|older|elderly|foreign|other|new|"
        "migrant|local|vulnerable|rejected|minor|stateless|seriously ill|male|female|trans",
        "persons?|people|women|woman|men|man|children|child|minors?|famil(?:y|ies)|migrants?|residents?|clients?|patients?|"
        "pupils?|students?|mothers?|fathers?|parents?|girls?|boys?|victims?|guests?|applicants?|participants?|individuals?|"
        "adults?|babies|couples?|teenagers?|refugees?|seniors?|asylum seekers?",
        "per|each|a (?:room|week|day|month|year)|an hour|in (?:a|each|every) (?:room|group)|at a time",
    ),
    "de": Words(
        "zwei|drei|vier|fünf|sechs|sieben|acht|neun",
        r"undokumentierte[nr]?|irreguläre[nr]?|obdachlose[nr]?|wohnungslose[nr]?|junge[nr]?|schwangere[nr]?|erwachsene[nr]?|"
        r"alleinstehende[nr]?|kranke[nr]?|ältere[nr]?|minderjährige[nr]?|weitere[nr]?|ausländische[nr]?|neue[nr]?|"
        r"unbegleitete[nr]?|alleinerziehende[nr]?|papierlose[nr]?|schwerkranke[nr]?",
        "Personen|Person|Menschen|Frauen|Männern?|Mann|Kindern?|Kind|Minderjährigen?|Familien|Familie|Migrantinnen|Migranten|"
        "Klientinnen|Klienten|Patientinnen|Patienten|Schülerinnen|Schülern?|Mütter|Väter|Eltern|Mädchen|Jungen|"
        "Betroffenen?|Gäste|Jugendlichen?|Paare|Opfern?|Teilnehmern?|Teilnehmerinnen|Geflüchteten?|Bewohnern?|Babys",
        "pro|je|am Tag|in der Woche|im Jahr|in jedem",
    ),
    "nl": Words(
        "twee|drie|vier|vijf|zes|zeven|acht|negen",
        "ongedocumenteerde|onregelmatige|dakloze|thuisloze|jonge|zwangere|volwassen|alleenstaande|zieke|oudere|"
        "minderjarige|andere|nieuwe|buitenlandse|niet-begeleide|kwetsbare|uitgeprocedeerde",
        "personen|persoon|mensen|vrouwen|vrouw|mannen|man|kinderen|kind|minderjarigen|gezinnen|gezin|families|migranten|"
        "cliënten|patiënten|leerlingen|moeders|vaders|ouders|meisjes|jongens|slachtoffers|gasten|jongeren|koppels|"
        "deelnemers|vluchtelingen|bewoners|baby[’']s|volwassenen",
        "per|elk|in elke|tegelijk",
    ),
    "fr": Words(
        "deux|trois|quatre|cinq|six|sept|huit|neuf",
        "jeunes?|autres?|nouvelles|nouveaux|petits|petites|anciens|anciennes",
        "personnes?|gens|femmes?|hommes?|enfants?|mineure?s?|familles?|migrante?s?|patiente?s?|élèves?|mères?|pères?|"
        "parents?|filles?|garçons?|victimes?|bénéficiaires?|adultes?|couples?|réfugiée?s?|usagers?|participante?s?|bébés?|"
        "résidente?s?|sans-papiers",
        "par|chacun|à la fois|sur",
    ),
    "es": Words(
        "dos|tres|cuatro|cinco|seis|siete|ocho|nueve",
        "jóvenes|otras|otros|nuevas|nuevos|antiguas|antiguos",
        "personas?|mujeres|mujer|hombres?|niños?|niñas?|menor(?:es)?|familias?|migrantes?|pacientes?|alumnos?|alumnas?|"
        "madres?|padres?|chicas?|chicos?|víctimas?|usuari[oa]s?|beneficiari[oa]s?|adult[oa]s?|parejas?|refugiad[oa]s?|"
        "jóvenes|participantes?|bebés?|vecin[oa]s?|residentes?",
        "por|cada|a la vez|al (?:día|mes|año)",
    ),
    "it": Words(
        "due|tre|quattro|cinque|sei|sette|otto|nove",
        "giovani|altre|altri|nuove|nuovi|piccoli|piccole",
        "person[ae]|donn[ae]|uomin[io]|uomo|bambin[ioae]|minor[ie]|minorenni|famigli[ae]|migrant[ei]|pazient[ei]|alunn[ioae]|"
        "madr[ei]|padr[ei]|genitor[ei]|ragazz[ioae]|vittim[ae]|utent[ei]|beneficiari[oae]?|adult[ioae]|coppi[ae]|"
        "rifugiat[ioae]|giovani|ospit[ei]|partecipant[ei]|neonat[ioae]|resident[ei]",
        "per|ogni|alla volta|al (?:giorno|mese)|all[’']anno|su",
    ),
    "el": Words(
        "δύο|δυο|τρεις|τρία|τέσσερις|τέσσερα|πέντε|έξι|επτά|εφτά|οκτώ|οχτώ|εννέα|εννιά",
        "νέ(?:οι|ες|α|ους)|άστεγ(?:οι|ες|α|ους)|έγκυ(?:ες|ους)|ανήλικ(?:οι|ες|α|ους)|ασυνόδευτ(?:οι|α|ους)|"
        "ηλικιωμέν(?:οι|ες|ους)|άλλ(?:οι|ες|α|ους)|μόν(?:οι|ες)|παράτυπ(?:οι|ες)",
        "άτομ(?:α|ο)|ατόμων|πρόσωπα|γυναίκες|γυναίκα|άνδρες|άντρες|άνδρας|παιδιά|παιδί|ανήλικ(?:οι|ους|α|ες)|"
        "οικογένει(?:ες|α)|μετανάστες|μετανάστριες|ασθενείς|μαθητές|μαθήτριες|μητέρες|πατέρες|γονείς|κορίτσια|αγόρια|θύματα|"
        "ωφελούμεν(?:οι|ους|ες)|ενήλικ(?:οι|ες)|ζευγάρια|πρόσφυγες|νέοι|φιλοξενούμεν(?:οι|ους)|άνθρωποι|ανθρώπους|μωρά",
        "ανά|κάθε|τη φορά|την ημέρα|τον μήνα",
    ),
}
# "Article 5 persons", "phase 2 clients": the number counts something else.
LABEL_BEFORE = re.compile(
    r"(?:§|art|art\.|article|artikel|artículo|articolo|άρθρο|section|abs\.|absatz|lid|chapter|kapitel|hoofdstuk|chapitre|"
    r"capítulo|capitolo|κεφάλαιο|phase|fase|φάση|level|niveau|niveles?|livello|step|stufe|stap|étape|table|tabelle|tabel|"
    r"tableau|tabla|tabella|πίνακας|figure|abbildung|figuur|nr\.|no\.|n°|nº|room|zimmer|kamer|group|gruppe|groep|type|typ|"
    r"ratio|page|seite|pagina|página|σελ\.)[ \u00a0]$",
    re.IGNORECASE,
)
# "One in five people" is a share.
SHARE_BEFORE = re.compile(
    r"(?:\w[ \u00a0](?:in|out of|op|op de|von|aus|sur|de cada|di|su|στα|στις|"
    r"στους|από τα|από τους)|every|alle|jede[rns]?|"
    r"elke|toutes les|tous les|cada|ogni|κάθε)[ \u00a0]$",
    re.IGNORECASE,
)
# "Each room sleeps two people" tells of rooms.
ROOMS_BEFORE = re.compile(
    r"(?:each|every|jede[rnsm]?|pro|elke|iedere|chaque|par|cada|por|ogni|per|κάθε|ανά)[ \u00a0](?:\w{1,20}[ \u00a0])?"
    r"(?:room|flat|apartment|studio|unit|house|zimmer|wohnung|kamer|woning|flat|chambre|logement|appartement|"
    r"habitación|piso|vivienda|camera|stanza|alloggio|appartamento|δωμάτιο|διαμέρισμα|σπίτι)[^.;!?\n]{0,30}$",
    re.IGNORECASE,
)


def _pattern(words: Words) -> re.Pattern[str]:
    number = rf"(?:[1-9](?:[ ]?[–\-][ ]?[1-9])?|{words.numbers})"
    return re.compile(
        rf"(?<![\w.,/§:–\-])(?<!\d )(?P<what>{number}[ \u00a0](?:(?:{words.between})[ \u00a0]){{0,2}}"
        rf"(?:{words.people}))(?![\w\-])(?![ \u00a0](?:{words.rate})(?!\w))",
        re.IGNORECASE,
    )


PATTERNS = {language: _pattern(words) for language, words in WORDS.items()}


def small_numbers(text: str, *, language: str) -> Iterator[Finding]:
    """Every number of people below ten, in the words of the text's language."""
    pattern = PATTERNS.get(language)
    if pattern is None:
        return
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        further = text[max(0, match.start() - 70) : match.start()]
        if not (LABEL_BEFORE.search(before) or SHARE_BEFORE.search(before) or ROOMS_BEFORE.search(further)):
            yield Finding(Code.SMALL_NUMBER, *match.span())
