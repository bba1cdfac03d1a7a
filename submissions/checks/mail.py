"""E-mail addresses: of persons, and the mailboxes of offices, which are the milder risk."""

import re
from collections.abc import Iterator

from submissions.checks.findings import Code, Finding

# Also as people write them to hide them from machines: "name (at) city.example".
ADDRESS = re.compile(
    r"(?<![\w.+\-])(?P<local>[\w.+\-]{1,64})"
    r"(?:@|[ ]?[\[(][ ]?(?:at|ät|arroba|chiocciola|apenstaartje|παπάκι)[ ]?[\])][ ]?)"
    r"[\w\-]{1,63}(?:(?:\.|[ ]?[\[(](?:dot|punkt|punt|point|punto|τελεία)[\])][ ]?)[\w\-]{1,63}){1,6}",
    re.IGNORECASE,
)
# Words in the name of a mailbox that belongs to an office.
OFFICES = frozenset(
    """
    info information contact contacts kontakt office mail post poststelle registry secretariat sekretariat
    secretariaat secretaria segreteria help helpdesk service services support team desk admin administration press
    presse pers prensa stampa housing health social sociaal soziales legal migration migratie migrazione integration
    integratie welcome wonen welzijn opvang loket burgerzaken gezondheid gezondheidszorg diversiteit onthaal jeugd
    stad gemeente dienst sozialamt gesundheitsamt gesundheit beratung stadt rathaus buergerbuero auslaenderamt
    anlaufstelle amt jugendamt mairie accueil sante social logement ville direction servicesociaux dpo privacy
    datenschutz privacidad ayuntamiento informacion atencion servicios salud vivienda oac padron alcaldia
    participacion comune protocollo ufficio urp salute casa servizi sindaco accoglienza sportello anagrafe dimos
    grafeio epikoinonia koinoniki ygeia prosfyges protokollo education school onderwijs schule data research
    projects project projekt noreply no-reply shelter reception registratie inschrijving enquiries inquiries
    feedback hello hallo bonjour clearing clearingstelle meldpunt steunpunt wijkteam straathoekwerk wohnhilfe
    ausgabestelle guichet permanence familles famille oficina punto acogida centro sportelli famiglie gezin gezinnen
    kentro ypodochi koinotitas ypiresia dimarcheio family families frontdesk referrals bookings appointments termine
    rendezvous citas appuntamenti randevou
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


def mail_addresses(text: str) -> Iterator[Finding]:
    """Every address, as one of a person unless its name is that of an office."""
    for match in ADDRESS.finditer(text):
        local = match["local"].casefold().strip(".")
        words = [word for word in re.split(r"[.\-_+0-9]", local) if word]
        # "anna.social" is a person of the social services; "onthaal.gezin" is none.
        of_office = local in OFFICES or (bool(words) and words[0] in OFFICES)
        code = Code.MAILBOX if of_office else Code.EMAIL
        yield Finding(code, *match.span())
