"""Warnings about a submission's texts: which stand open, and which an editor put aside and why."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cities.models import City
from practices.choices import Visibility
from practices.document import label_of
from submissions.as_sent import files_sent
from submissions.checks import FILES, FileFacts, Place, RiskWarning, warnings_of
from submissions.models import DismissedWarning, Submission, SubmissionAttachment
from submissions.services.drafts import editable


@dataclass(frozen=True)
class Risk:
    """A warning, with its dismissal where an editor put it aside."""

    warning: RiskWarning
    # What the text is called, in the reader's language.
    label: str
    dismissal: DismissedWarning | None = None

    @property
    def key(self) -> str:
        """Stands for the warning in forms and addresses."""
        return digest_of_warning(self.warning)

    @property
    def anchor(self) -> str:
        return f"warning-{self.key[:16]}"


class ReasonMissingError(Exception):
    """A warning is put aside with a reason or not at all: moderators read it."""


class WarningGoneError(Exception):
    """The text no longer holds what the warning was about."""


def digest_of_warning(warning: RiskWarning) -> str:
    """A fingerprint of what a dismissal is about: the kind of risk, where, and the words."""
    return hashlib.sha256("\n".join((warning.place, warning.code, warning.words)).encode()).hexdigest()


def risks_of(
    submission: Submission,
    *,
    document: Mapping[str, Any] | None = None,
    cities: Mapping[str, City] | None = None,
    attachments: Sequence[SubmissionAttachment] | None = None,
) -> list[Risk]:
    """Every warning about the submission's document and files, open or put aside, in the order of the form.
    `document` instead of its own, and only the files that were sent: what a moderator is shown. Three queries, less
    where the cities that it names, by their slugs, and the files were read already."""
    content = submission.content if document is None else document
    slugs = _cities_in(content)
    if cities is None:
        cities = City.objects.in_bulk(slugs, field_name="slug")
    if attachments is None:
        files = submission.attachments.all()
        attachments = list(files if document is None else files_sent(files))
    dismissed = {row.digest: row for row in submission.dismissed_warnings.select_related("by")}
    warnings = warnings_of(
        content,
        cities=[place_of(cities[slug]) for slug in slugs if slug in cities],
        files=[facts_of(attachment) for attachment in attachments],
    )
    names = {str(attachment.uuid): attachment.name for attachment in attachments}
    risks: dict[str, Risk] = {}
    for warning in warnings:
        digest = digest_of_warning(warning)
        risks.setdefault(digest, Risk(warning, _label(warning, names, submission.language), dismissed.get(digest)))
    return list(risks.values())


def _label(warning: RiskWarning, file_names: Mapping[str, str], language: str) -> str:
    parts = warning.path.split(".")
    if parts[0] == FILES:
        return _("File %(name)s") % {"name": file_names.get(parts[1], "")}
    label = str(label_of(warning.path))
    if len(parts) > 1 and parts[1].isdecimal():
        return _("%(field)s, entry %(number)d") % {"field": label, "number": int(parts[1]) + 1}
    if len(parts) > 1 and parts[1] != language:
        return f"{label} ({dict(settings.LANGUAGES).get(parts[1], parts[1])})"
    return label


def open_risks(risks: Iterable[Risk]) -> list[Risk]:
    """Those that nobody put aside."""
    return [risk for risk in risks if risk.dismissal is None]


def place_of(city: City) -> Place:
    """A city as the search for its name knows it: in seven languages and as its address has it."""
    names = [getattr(city, f"name_{code}") for code in settings.LANGUAGE_CODES]
    return Place(names=tuple({name for name in [*names, city.slug] if name}), country=str(city.country))


def facts_of(attachment: SubmissionAttachment) -> FileFacts:
    """What a file says about itself to its readers."""
    return FileFacts(
        key=str(attachment.uuid),
        texts={
            "name": attachment.name,
            "credit": attachment.credit,
            "alternative_text": attachment.alternative_text,
        },
        for_peers=attachment.visibility != Visibility.PUBLIC,
    )


def _cities_in(content: Mapping[str, Any]) -> list[str]:
    """Of the cities that a document names, each once, the lead city first."""
    lead, others = content.get("lead_city"), content.get("other_cities")
    named = [lead, *(others if isinstance(others, list) else [])]
    return list(dict.fromkeys(slug for slug in named if isinstance(slug, str) and slug))


@transaction.atomic
def dismiss_warning(submission: Submission, *, by: User, key: str, reason: str) -> DismissedWarning:
    """Put a warning aside: these words at this place, for a reason that moderators read. Doing it twice is once.

    Raises `NotAllowedError` where the draft is not this person's now, `ReasonMissingError`, `WarningGoneError`.
    """
    current = editable(submission.pk, by)
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissingError
    risk = next((risk for risk in risks_of(current) if risk.key == key), None)
    if risk is None:
        raise WarningGoneError
    dismissal, _is_new = DismissedWarning.objects.get_or_create(
        submission=current,
        path=risk.warning.place[:100],
        code=risk.warning.code.value,
        digest=key,
        defaults={"reason": reason[: _longest_reason()], "by": by},
    )
    return dismissal


@transaction.atomic
def restore_warning(submission: Submission, *, by: User, key: str) -> None:
    """Let a warning that was put aside stand again."""
    current = editable(submission.pk, by)
    current.dismissed_warnings.filter(digest=key).delete()


def _longest_reason() -> int:
    return DismissedWarning._meta.get_field("reason").max_length or 0
