"""What the record page says beside a record: every check, with what it found and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from practices.content import FIELDS_BY_NAME, Section
from practices.document import Document, label_of
from submissions.admin.live import Live
from submissions.checks.observations import EXPLANATIONS, Check, Observation, language_name
from submissions.checks.web_addresses import addresses_in, digest_of_address
from submissions.checks.whole import observations_of
from submissions.choices import Kind
from submissions.models import LinkCheck, Submission
from submissions.similar import doubles_of


@dataclass(frozen=True)
class ShownObservation:
    """An observation with the way to its field."""

    observation: Observation
    anchor: str
    label: str


@dataclass(frozen=True)
class ShownSection:
    """What was observed in one step of the form."""

    label: str | Promise
    entries: list[ShownObservation]


@dataclass(frozen=True)
class ShownCheck:
    """What a check looks for, and how often it found something."""

    check: Check
    explanation: str | Promise
    count: int


def checks_context(
    submission: Submission, document: Document, *, user: User, live: Live | None, links: Mapping[str, LinkCheck]
) -> dict[str, Any]:
    """The checks of the shown document, and other records that may tell of the same work. A fixed number of queries.
    `links`: what is known about its addresses, as `links_of` gives it."""
    observations = observations_of(
        document,
        language=submission.language,
        today=timezone.localdate(),
        links=links,
        live=live.open_part if live else None,
        stale=live.stale if live else (),
    )
    doubles = [] if submission.kind == Kind.TRANSLATION else doubles_of(submission, document, user=user)
    return {
        "observed": _by_section(observations, submission.language),
        "checks": [
            ShownCheck(check, EXPLANATIONS[check], sum(entry.check == check for entry in observations))
            for check in Check
        ],
        "doubles": [double for double in doubles if double.is_near],
        "neighbours": [double for double in doubles if not double.is_near],
    }


def links_of(document: Mapping[str, Any]) -> dict[str, LinkCheck]:
    """What is known about the document's addresses, by digest."""
    digests = {digest_of_address(url) for _path, url in addresses_in(document)}
    return {row.digest: row for row in LinkCheck.objects.filter(digest__in=digests)} if digests else {}


def _by_section(observations: list[Observation], language: str) -> list[ShownSection]:
    """In the order of the form; what is about the record as a whole comes last."""
    shown = []
    for section in [*Section, None]:
        entries = [
            ShownObservation(entry, f"field-{entry.field or 'whole'}", _label(entry, language))
            for entry in observations
            if _section_of(entry) == section
        ]
        if entries:
            shown.append(ShownSection(section.label if section else _("The submission as a whole"), entries))
    return shown


def _section_of(observation: Observation) -> Section | None:
    field = FIELDS_BY_NAME.get(observation.field)
    return field.section if field else None


def _label(observation: Observation, language: str) -> str:
    """The field, with the number of the entry and the language where it is another than the submission's."""
    if not observation.path:
        return _("Whole")
    parts = observation.path.split(".")
    label = str(label_of(observation.path))
    if len(parts) > 1 and parts[1].isdecimal():
        label = _("%(field)s, entry %(number)d") % {"field": label, "number": int(parts[1]) + 1}
    field = FIELDS_BY_NAME.get(parts[0])
    if field and field.translatable and len(parts) > 1 and parts[1] != language:
        return f"{label} ({language_name(parts[1])})"
    return label
