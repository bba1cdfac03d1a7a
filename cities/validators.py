"""The addresses of a municipality's staff: which domains can be theirs, and which address belongs to them."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Labels of letters, digits and hyphens, at least two of them; other alphabets as the network writes them (xn--…).
DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
# Anyone gets an address there. Not complete: a match verifies nobody, a moderator does.
FREE_PROVIDERS = set(
    """
    aol.com arcor.de bluewin.ch caiway.nl email.it fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hotmail.be hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.gr hotmail.it
    hotmail.nl icloud.com kpnmail.nl laposte.net libero.it live.be live.com live.fr live.it live.nl mac.com mail.com
    mail.de me.com msn.com orange.fr outlook.be outlook.com outlook.de outlook.es outlook.fr outlook.it posteo.de
    proton.me protonmail.com sfr.fr skynet.be t-online.de telenet.be terra.es tiscali.it tutanota.com virgilio.it
    wanadoo.fr web.de yahoo.com yahoo.co.uk yahoo.de yahoo.es yahoo.fr yahoo.gr yahoo.it ymail.com zoho.com
    """.split()  # noqa: SIM905 - a list a line each would fill the page
)


def mail_domain(text: str) -> str:
    """A domain as it is noted. Raises `ValidationError` for what is none, and for providers that serve anyone."""
    typed = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        domain = typed.encode("idna").decode("ascii") if typed else ""
    except UnicodeError:
        domain = ""
    if not DOMAIN.fullmatch(domain):
        raise ValidationError(
            _("“%(text)s” is no domain. Write the part behind the @, for example stad.example."),
            code="domain",
            params={"text": text.strip()[:60]},
        )
    if domain in FREE_PROVIDERS:
        raise ValidationError(
            _("Anyone gets an address at %(domain)s, so it says nothing about the municipality."),
            code="free",
            params={"domain": domain},
        )
    return domain


def belongs_to(email: str, domains: Iterable[str]) -> bool:
    """Whether an address stands under one of the domains or below it. That is a sign and verifies nobody."""
    own = email.rpartition("@")[2].lower()
    return any(own == domain or own.endswith(f".{domain}") for domain in domains)
