"""What is known about the web addresses of a document."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from submissions.checks.observations import Check, Observation
from submissions.checks.web_addresses import addresses_in, digest_of_address, may_be_asked
from submissions.choices import LinkState
from submissions.models import LinkCheck

# A row that was laid down and not asked for yet.
WAITING = "waiting"
PROBLEMS: Mapping[str, str | Promise] = {
    WAITING: gettext_lazy("not asked yet"),
    "gone": gettext_lazy("the page is not there"),
    "server": gettext_lazy("the server reports a fault of its own"),
    "closed": gettext_lazy("the server turns the registry away; it may open for you"),
    "timeout": gettext_lazy("no answer in time"),
    "host": gettext_lazy("the site’s name leads nowhere"),
    "connection": gettext_lazy("no connection"),
    "certificate": gettext_lazy("the site’s certificate is not valid"),
    "tls": gettext_lazy("no secure connection"),
    "unreadable": gettext_lazy("what came is no web page"),
    "loop": gettext_lazy("it leads in a circle"),
    "redirects": gettext_lazy("it leads on too often"),
    "downgrade": gettext_lazy("it leads from a secure to an insecure address"),
    "address": gettext_lazy("it leads into a private network"),
    "scheme": gettext_lazy("it leads to something that is no web address"),
    "port": gettext_lazy("it leads to an unusual port"),
    "credentials": gettext_lazy("it holds a user name or a password"),
    "malformed": gettext_lazy("it is no web address"),
}


def dead_links(document: Mapping[str, Any], *, known: Mapping[str, LinkCheck]) -> Iterator[Observation]:
    """Addresses that do not open, that nobody could check, and that were not checked yet. `known`: by digest."""
    asked = may_be_asked(document)
    for path, url in addresses_in(document):
        message = _told(known.get(digest_of_address(url)), asked)
        if message:
            yield Observation(Check.LINKS, path, message, words=url)


def _told(row: LinkCheck | None, asked: bool) -> str:
    if row is not None and row.state == LinkState.OK:
        return ""
    if row is None or row.problem == WAITING:
        if asked:
            return _("Not checked yet.")
        return _("Not checked: nobody should learn that the registry knows the address.")
    told = {
        "state": row.get_state_display(),
        "problem": problem_in_words(row),
        "day": date_format(localtime(row.failing_since or row.checked_at), "j F Y"),
    }
    if row.failing_since:
        return _("%(state)s: %(problem)s; since %(day)s.") % told
    return _("%(state)s: %(problem)s; asked on %(day)s.") % told


def problem_in_words(row: LinkCheck) -> str:
    """What went wrong, with the status where there was one."""
    problem = str(PROBLEMS.get(row.problem, row.problem))
    return f"{problem} ({row.code})" if row.code and row.problem else problem
