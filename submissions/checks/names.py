"""Names of persons, by how they are addressed, announced, or commonly called.

Recall is bounded: a bare surname looks like any other noun. What names a street, a saint or an organisation is
left out.
"""

import re
from collections.abc import Iterator

from submissions.checks.findings import CAPITALISED, GAP, UPPER, Code, Finding

TITLES = (
    # en
    "Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Doctor",
    "med", "jur", "phil", "rer", "nat",
    # de
    "Herr", "Herrn", "Hr", "Frau", "Fräulein", "Dipl", "Ing",
    # nl
    "dhr", "Dhr", "de heer", "De heer", "mevr", "Mevr", "mevrouw", "Mevrouw", "mw", "Mw", "mr", "mej", "drs", "Drs",
    "dr", "prof", "ir", "ing",
    # fr
    "M", "MM", "Mme", "Mmes", "Mlle", "Monsieur", "monsieur", "Madame", "madame", "Mademoiselle", "Me", "Maître", "Pr",
    # es
    "Sr", "Sra", "Srta", "D", "Dª", "Dña", "Don", "don", "Doña", "doña", "Dra", "señor", "señora", "Señor", "Señora",
    # it
    "Sig", "sig", "Sig.ra", "sig.ra", "Sig.na", "Sig.r", "signor", "signora", "Signor", "Signora", "dott", "Dott",
    "dott.ssa", "Dott.ssa", "avv", "Avv", "prof.ssa", "Prof.ssa",
    # el
    "κ", "κα", "κος", "κ.κ", "Κος", "Κα", "κύριος", "κύριο", "κυρίου", "κυρία", "κυρίας", "Κύριος", "Κυρία", "Δρ", "δρ",
)  # fmt: skip
ANNOUNCEMENTS = (
    "contact", "contact person", "coordinator", "case worker", "project manager", "responsible", "name", "written by",
    "kontakt", "ansprechpartner", "ansprechpartnerin", "ansprechperson", "kontaktperson", "leitung", "projektleitung",
    "contactpersoon", "aanspreekpunt", "projectleider", "coördinator", "naam",
    "personne de contact", "responsable", "coordinatrice", "coordinateur", "référent", "référente", "nom",
    "contacto", "persona de contacto", "coordinadora", "coordinador", "nombre",
    "contatto", "referente", "responsabile", "coordinatrice", "coordinatore", "nome",
    "επικοινωνία", "υπεύθυνος", "υπεύθυνη", "υπεύθυνος επικοινωνίας", "συντονιστής", "συντονίστρια", "όνομα",
)  # fmt: skip
# Given names that are no word of the seven languages; the commonest, in the forms that texts have.
GIVEN = """
John James Robert Michael David Richard Thomas Charles Daniel Matthew Anthony Steven Andrew Joshua Kevin Brian George
Edward Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Sandra Ashley Emily
Jane Joe Samuel Joseph Emma Olivia Sophie Hannah Laura Alice Helen
Hans Peter Klaus Wolfgang Jürgen Dieter Manfred Uwe Günter Stefan Andreas Christian Markus Sebastian Matthias Florian
Erika Ursula Monika Petra Sabine Renate Helga Brigitte Ingrid Gisela Claudia Susanne Birgit Anke Katrin Julia Lena Max
Jan Piet Kees Henk Willem Johan Dirk Joost Pieter Wouter Jeroen Maarten Sander Bram Koen Anneke Marieke Saskia Ingrid
Femke Lotte Sanne Liesbeth Griet Katrien Els Hilde Veerle Marleen
Jean Pierre Michel André Philippe Jacques Bernard Alain François Christophe Nicolas Laurent Olivier Julien Camille
Marie Nathalie Isabelle Sylvie Catherine Martine Christine Valérie Sandrine Véronique Céline Aurélie Amélie Élodie
José Juan Antonio Francisco Javier Carlos Jesús Alejandro Miguel Rafael Pedro Ángel Pablo Sergio Fernando Luis Jorge
María Carmen Ana Isabel Dolores Pilar Teresa Rosa Cristina Lucía Elena Marta Raquel Beatriz Juana Perico
Giuseppe Giovanni Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Marco Luca
Maria Anna Rosa Angela Giovanna Lucia Francesca Chiara Giulia Paola Silvia Federica Alessandra Valentina Elisa
Γιώργος Γεώργιος Γιάννης Ιωάννης Κώστας Κωνσταντίνος Δημήτρης Δημήτριος Νίκος Νικόλαος Παναγιώτης Βασίλης Χρήστος
Θανάσης Μιχάλης Σπύρος Αντώνης Μαρία Ελένη Κατερίνα Αικατερίνη Βασιλική Σοφία Άννα Γεωργία Ευαγγελία Ιωάννα Δήμητρα
Αναστασία Παρασκευή Χριστίνα
Mohamed Mohammed Ahmed Ali Fatima Fátima Hassan Ibrahim Omar Amina Khadija Yusuf Aisha Said Awa Natalia Blessing Grace
"""
# Given names of people who came from elsewhere, no word or place of the seven languages. In reports residents mostly go
# by these alone, so they count without a surname too.
GIVEN_ALONE = """
Karim Rachid Youssef Yousef Mustafa Mostafa Abdul Abdullah Abdallah Abdou Abdoulaye Abdelaziz Hamid Hamza Bilal Ismail
Khalid Khaled Mahmoud Mahmud Nasser Samir Tarek Tariq Walid Yassine Yasin Zakaria Anwar Hussein Hossein Reza Amir
Farid Jamal Javad Mehdi Murtaza Nadir Rahim Zahra Zainab Zeinab Mariam Maryam Leila Layla Laila Rania Salma Samira
Yasmin Yasmina Aïcha Aicha Aïssata Aissata Fatoumata Fatou Mamadou Moussa Ousmane Ibrahima Boubacar Amadou Souleymane
Sekou Cheikh Modou Lamine Bakary Adama Aminata Binta Hawa Kadiatou Mariama Oumar Kofi Kwame Kwaku Chinedu Chukwu Emeka
Ngozi Olu Oluwaseun Tesfaye Abebe Haile Dawit Yohannes Tsegay Mekonnen Hodan Abdi Abdirahman Mehmet Ahmet Hüseyin Emre
Murat Ayşe Ayse Elif Zeynep Emine Hatice Oleksandr Olena Oksana Svetlana Natalya Volodymyr Dmitri Dmytro Sergei Serhiy
Iryna Tetiana Bogdan Dragan Goran Zoran Slobodan Arben Artan Besnik Ilir Fatmir Giorgi Tamar Levan Davit Armen Ashot
Anush Gurpreet Harpreet Jaspreet Rajesh Sanjay Suresh Sunil Anil Priya Lakshmi Nguyen Xiaoming Xiaoli Jamila Naima
Nadia Hakim Idris Idriss Issa Yaya Yacouba Salif Seydou Ahmed Mohamed Mohammed Muhammad Mohammad Fatima Hassan Hasan
Ibrahim Omar Amina Khadija Yusuf Aisha Αχμέτ Αχμάντ Μοχάμεντ Μοχάμαντ Μουχάμαντ Χασάν Χουσεΐν Αλί Ομάρ Ιμπραήμ Γιουσέφ
Μουσταφά Καρίμ Καλίντ Μαχμούντ Φατιμά Φατίμα Αμίνα Αΐσα Ζαχρά Ζεϊνάμπ Μαριάμ Λεϊλά Μαμαντού Μουσά Ουσμάν Σουλεϊμάν
Οξάνα Ολένα Σβετλάνα Αρμπέν Γκιόργκι Ναταλία
"""
PARTICLES = r"(?:van|von|zu|zur|zum|de|den|der|del|della|dello|di|da|do|dos|du|la|le|el|ten|ter|te|y|e|του|της|den|al)"
# What stands behind a title without being a name, and what begins many names of organisations.
NOT_NAMES = """
Minister Ministerin President Mayor Mayoress Councillor Alderman Judge Commissioner Secretary Director Chair
Bürgermeister Bürgermeisterin Oberbürgermeister Oberbürgermeisterin Präsident Präsidentin Stadtrat Stadträtin Direktor
Direktorin Doktor Professor Professorin Abgeordneter Abgeordnete Kollege Kollegin
Burgemeester Schepen Wethouder Voorzitter Directeur Staatssecretaris Raadslid
Maire Ministre Préfet Préfète Présidente Président Directrice Adjoint Adjointe Député Députée Conseiller
Alcalde Alcaldesa Ministro Ministra Presidente Presidenta Concejal Concejala Consejero Consejera Directora
Sindaco Sindaca Assessore Assessora Prefetto Questore Direttore Direttrice Presidentessa
Δήμαρχος Δημάρχου Δήμαρχο Υπουργός Υπουργού Υπουργό Πρόεδρος Πρόεδρο Προέδρου Διευθυντής Διευθύντρια Αντιδήμαρχος
Department Office Service Services Unit Team Desk City Council Municipality Municipal Centre Center House Social Health
Housing Legal Welfare Public Migration Integration Mission Migrants Migrant Refugee Red Human Rights Community Support
Amt Sozialamt Gesundheitsamt Fachbereich Abteilung Referat Stadt Dienst Dienststelle Büro Fachstelle Beratungsstelle
Gemeente Stad Loket Afdeling Directie Bureau Stedelijke Sociaal Sociale Maatschappelijk Welzijn OCMW
Mairie Ville Direction Pôle Centre Centro Bureau Cellule Samu Secrétariat Délégation
Ayuntamiento Área Oficina Servicio Servicios Dirección Concejalía Unidad Delegación Departamento
Comune Ufficio Servizio Servizi Direzione Assessorato Settore Sportello Dipartimento Area
Δήμος Διεύθυνση Τμήμα Γραφείο Υπηρεσία Κέντρο Μονάδα Αντιδημαρχία
""".split()  # noqa: SIM905 - a list of words reads best as one
# Before a name: then it is a street, a saint, a church, a school, a foundation.
NAMED_AFTER = """
St Saint Sainte San Santa Santo Sant Sankt Sint Άγιος Αγίου Αγία Αγίας Άγιο Αγίων
Via Viale Piazza Piazzale Corso Largo Vicolo Calle Plaza Paseo Avenida Ronda Camino Carrer Rue Avenue Boulevard Place
Quai Square Allée Impasse Cours Street Road Lane Straße Strasse Platz Allee Ring οδός Οδός οδού πλατεία Πλατεία λεωφόρος
Fundación Fondation Fondazione Stichting Stiftung Foundation Fundació Ίδρυμα Casa Maison Haus Huis House
Hospital Hôpital Ospedale Krankenhaus Klinik Ziekenhuis Νοσοκομείο School Schule Lycée Collège École Escuela Colegio
Instituto Institut Scuola Istituto Liceo Σχολείο Centro Centre Center Centrum Zentrum Kirche
Kerk Église Iglesia Chiesa Ναός Parc Park
Parco Parque Association Asociación Associazione Vereniging Verein Σύλλογος Museo Musée Museum Teatro Théâtre Theater
loi Loi Lex Ley Legge legge ley Law Prix Premio Preis Prijs Prize
""".split()  # noqa: SIM905 - as above
# Behind a name: likewise.
IS_NAMED = re.compile(
    r"[ \u00a0\-](?:Stiftung|Foundation|Stichting|Fonds|Fund|Trust|Haus|Heim|Huis|House|Institut|Institute|Instituut|"
    r"Schule|School|Gymnasium|College|Krankenhaus|Klinik|Hospital|Ziekenhuis|Clinic|Zentrum|Centre|Center|Centrum|"
    r"Straße|Strasse|Str\.|Platz|Allee|Ring|Ufer|Street|Road|Square|Avenue|Lane|plein|Plein|straat|Straat|Park|Preis|"
    r"Award|Prize|Prijs|Gesellschaft|Verein|Verlag|Kirche|Church|Kerk|Act|Law|Gesetz|wet|Report|Bericht|University|"
    r"Universität|Universiteit|gGmbH|GmbH|e\.[ \u00a0]?V|vzw|asbl|ONLUS|Ltd)"
)
# "eine Frau Schutz": an article before the word means a woman, not an address.
WOMAN = re.compile(r"(?:eine|die|jede|jeder|einer|der|keine|diese|dieser|pro|als|für|wenn|zwei|drei)\s{1,3}$", re.I)

_titles = "|".join(sorted((re.escape(title) for title in TITLES), key=len, reverse=True))
_name = (
    rf"(?:[{UPPER}]\.[ \u00a0]?){{0,3}}(?:{PARTICLES}{GAP}){{0,2}}{CAPITALISED}"
    rf"(?:{GAP}(?:{PARTICLES}{GAP}){{0,2}}{CAPITALISED}){{0,2}}"
)
TITLED = re.compile(rf"(?<![\w.\-/])(?P<title>{_titles})(?:\.?{GAP}(?:{_titles})){{0,2}}\.?{GAP}(?P<name>{_name})")
_announcements = "|".join(sorted((re.escape(word) for word in ANNOUNCEMENTS), key=len, reverse=True))
ANNOUNCED = re.compile(
    rf"(?<!\w)(?i:{_announcements})[ \u00a0]?[:：][ \u00a0]{{0,2}}"
    rf"(?P<what>{CAPITALISED}{GAP}(?:{PARTICLES}{GAP}){{0,2}}(?P<last>{CAPITALISED}))"
)


def _cases(name: str) -> set[str]:
    """A Greek given name in the cases that a sentence puts it in; any other as it is."""
    endings = {"ος": ("ος", "ου", "ο", "ε"), "ης": ("ης", "η"), "ας": ("ας", "α"), "α": ("α", "ας"), "η": ("η", "ης")}
    for ending, cases in endings.items():
        if name.endswith(ending):
            return {name.removesuffix(ending) + case for case in cases}
    return {name}


def _any_of(given: str) -> str:
    return "|".join(sorted({case for name in given.split() for case in _cases(name)}, key=len, reverse=True))


_given = _any_of(f"{GIVEN} {GIVEN_ALONE}")
CALLED = re.compile(
    rf"(?<![\w\-])(?P<what>(?:{_given})(?:-[{UPPER}]\w{{1,20}})?{GAP}(?:[{UPPER}]\.{GAP})?"
    rf"(?:{PARTICLES}{GAP}){{0,2}}(?P<last>{CAPITALISED}))(?!\w)"
)
ALONE = re.compile(rf"(?<![\w\-])(?P<what>{_any_of(GIVEN_ALONE)})(?![\w\-])")
WORD_BEFORE = re.compile(r"([\w.]{1,30})[ \u00a0’']{1,2}$")
# One letter, or a word of the language, unless the full stop of an abbreviation follows.
NEEDS_DOT = {"M", "D", "κ", "mr", "ing", "Ing", "ir", "prof", "dr", "sig", "dott", "avv", "drs", "mej", "Me", "Pr",
             "Hr", "mw", "Mw", "κ.κ", "Dipl", "MM", "med", "jur", "phil", "rer", "nat"}  # fmt: skip
# French writes these two without.
MAY_LACK_DOT = {"Me", "Pr"}


def names(text: str) -> Iterator[Finding]:
    """Every stretch that looks like a person's name, with the title before it."""
    taken = 0
    for start, end in sorted({*_titled(text), *_announced(text), *_called(text), *_alone(text)}):
        if start >= taken:
            yield Finding(Code.NAME, start, end)
            taken = end


def _titled(text: str) -> Iterator[tuple[int, int]]:
    for match in TITLED.finditer(text):
        title, first = match["title"], match["name"].split()[0]
        if title in NEEDS_DOT - MAY_LACK_DOT and "." not in text[match.start() : match.start("name")]:
            continue
        if first in NOT_NAMES or _is_named_after(text, match.start(), match.end()):
            continue
        if title == "Frau" and WOMAN.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        yield match.span()


def _announced(text: str) -> Iterator[tuple[int, int]]:
    for match in ANNOUNCED.finditer(text):
        words = match["what"].split()
        if not any(word in NOT_NAMES for word in words) and not IS_NAMED.match(text, match.end()):
            yield match.span("what")


def _called(text: str) -> Iterator[tuple[int, int]]:
    for match in CALLED.finditer(text):
        if match["last"] not in NOT_NAMES and not _is_named_after(text, match.start(), match.end()):
            yield match.span("what")


def _alone(text: str) -> Iterator[tuple[int, int]]:
    for match in ALONE.finditer(text):
        if not _is_named_after(text, match.start(), match.end()):
            yield match.span("what")


def _is_named_after(text: str, start: int, end: int) -> bool:
    """Whether what stands around a name makes it the name of a place or an organisation."""
    last = re.split(r"[ \u00a0\-]", text[start:end])[-1]
    before = WORD_BEFORE.search(text[max(0, start - 33) : start])
    return (
        bool(IS_NAMED.match(text, end))
        or bool(IS_NAMED.match(f" {last}"))
        or (before is not None and before[1].rstrip(".") in NAMED_AFTER)
    )
