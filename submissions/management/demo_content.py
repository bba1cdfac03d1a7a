"""What the demo registry holds besides the real practices: a few submissions, named as examples so that nobody takes
them for statements about a city."""

from typing import Any

# A draft: begun, not yet ready to be sent.
DRAFT: dict[str, Any] = {
    "title": {"nl": "Voorbeeld: taallessen in de buurtbibliotheek"},
    "summary": {"nl": "De stad opent tweemaal per week de bibliotheek voor taallessen."},
    "lead_city": "ghent",
}

# Complete, waiting in the moderators' queue.
SENT: dict[str, Any] = {
    "title": {"nl": "Voorbeeld: spreekuur gezondheid zonder verzekering"},
    "summary": {
        "nl": "Eén namiddag per week kan iedereen zonder ziekteverzekering in het wijkgezondheidscentrum terecht. "
        "Niemand vraagt naar een verblijfstitel; een tolk is telefonisch bereikbaar."
    },
    "lead_city": "ghent",
    "service_areas": ["healthcare"],
    "target_groups": ["irregular_migrants", "uninsured_people"],
    "approaches": ["anonymous_access", "referral"],
    "description": {
        "nl": "Mensen zonder verzekering stellen zorg vaak uit tot de spoeddienst de enige uitweg is. Het spreekuur "
        "vangt hen vroeger op: een verpleegkundige luistert, verzorgt wat kan en verwijst naar een huisarts die met de "
        "stad afspraken heeft. De gegevens blijven in het centrum."
    },
    "access_conditions": {
        "nl": "Voor wie in de stad verblijft en geen ziekteverzekering heeft. Gratis, zonder afspraak."
    },
    "funding": {"nl": "Stadsmiddelen, aangevuld door het wijkgezondheidscentrum."},
    "operation_status": "pilot",
    "start_year": 2025,
    "firewall": "partly",
    "partners": [{"name": "Wijkgezondheidscentrum", "role": "ontvangt en verzorgt"}],
    "sources": [{"citation": "Voorbeeld van een collegebesluit, 2025"}],
    "contact": "Dienst gezondheid, gezondheid@demo.example",
}

# Sent back with remarks.
SENT_BACK: dict[str, Any] = {
    "title": {"nl": "Voorbeeld: rechtshulp aan het stadsloket"},
    "summary": {
        "nl": "Een jurist zit één dag per week aan het stadsloket en beantwoordt vragen over verblijf, werk en huur. "
        "Wie een procedure wil beginnen, krijgt een afspraak bij een advocaat."
    },
    "lead_city": "ghent",
    "service_areas": ["legal_aid", "information_and_orientation"],
    "target_groups": ["irregular_migrants"],
    "approaches": ["one_stop_shop"],
    "operation_status": "running",
    "start_year": 2023,
    "legal_basis": {"nl": "Beslissing van de gemeenteraad."},
    "evidence": {"nl": "Niet gemeten."},
}
REMARKS = {
    "legal_basis": "Which decision is it, and of which date? Other cities ask for this first.",
    "sources": "Is there a page or a decision that shows the service? One source is enough.",
}
REQUEST = "Thank you for writing this down. Two points are open; after that we can publish."

# Published for peers: the public never sees it, verified officers of all cities do.
FOR_PEERS: dict[str, Any] = {
    "title": {"en": "Example: night beds that are not advertised"},
    "summary": {
        "en": "The city pays for a small number of night beds that do not appear on any public list. Outreach workers "
        "bring people there whom no other shelter accepts."
    },
    "lead_city": "utrecht",
    "service_areas": ["shelter"],
    "target_groups": ["irregular_migrants", "homeless_people"],
    "approaches": ["outreach", "firewall"],
    "description": {
        "en": "People who fear every counter do not come to a shelter with a reception desk. Two outreach workers know "
        "the beds and decide each evening who needs them most. No list of names is kept; the house is paid by the bed."
    },
    "operation_status": "running",
    "start_year": 2022,
    "firewall": "yes",
    "visibility": "peers",
    "contact": "Social affairs, outreach team, outreach@demo.example",
    "discreet_details": "The house belongs to a partner organisation; its address is told on the telephone only.",
}

# A change to what is live: what the peer's city would add to its practice.
CHANGED_PRACTICE = "utrecht-support-irregular-migrants"
CHANGE: dict[str, Any] = {
    "transfer": {
        "en": "Example: begin with one trusted partner organisation and a written agreement on what data it keeps."
    },
    "operation_status": "running",
}
