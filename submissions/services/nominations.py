"""Practices that somebody else names: the city is asked, and what it then writes takes the way of every submission.

Each act moves the status by one conditional statement; of two people who press at once, one changes a row.
"""

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from accounts.permissions import is_moderator
from cities.models import City
from practices.content import empty_document
from submissions.choices import NominationStatus
from submissions.models import Nomination, Submission
from submissions.services.drafts import start
from submissions.services.errors import NotAllowedError, noting_refusals

VALID_DAYS = 60
# Where a moderator may still decide.
UNDECIDED = (NominationStatus.WAITING, NominationStatus.ASKED)
# What the city said by its link.
ANSWERED = (NominationStatus.CLAIMED, NominationStatus.DECLINED)


class AlreadyAnsweredError(Exception):
    """The city, or a moderator, was faster; nothing was written."""


@transaction.atomic
def nominate(
    *,
    uuid: UUID,
    title: str,
    text: str,
    language: str,
    city: City | None,
    city_name: str = "",
    url: str = "",
    email: str = "",
    by: User | None = None,
) -> tuple[Nomination, bool]:
    """Note what somebody says about a city's practice, and whether it is new: the same `uuid` twice is one."""
    return Nomination.objects.get_or_create(
        uuid=uuid,
        defaults={
            "title": title,
            "text": text,
            "language": language,
            "city": city,
            "city_name": "" if city else city_name,
            "url": url,
            "nominator": by,
            "nominator_email": email,
        },
    )


@noting_refusals
@transaction.atomic
def ask_city(nomination: Nomination, *, by: User, city: City, email: str, language: str) -> str:
    """Send the city a secret link to what was nominated, or a new one in place of the last, and return it. It is kept
    as a digest only, works once and for 60 days."""
    if not is_moderator(by):
        raise NotAllowedError
    token, now = secrets.token_urlsafe(32), timezone.now()
    asked = Nomination.objects.filter(pk=nomination.pk, status__in=UNDECIDED).update(
        status=NominationStatus.ASKED,
        city=city,
        email=email,
        digest=digest_of_link(token),
        asked_by=by,
        asked_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    if not asked:
        raise AlreadyAnsweredError
    nomination.refresh_from_db()
    url = address_in(language, "nomination", token)
    queue_letter(
        "submissions/nominations/mail/ask",
        to=email,
        language=language,
        context={"nomination": nomination, "url": url, "days": VALID_DAYS},
        secret=True,
    )
    return url


@noting_refusals
@transaction.atomic
def refuse_nomination(nomination: Nomination, *, by: User, reason: str) -> Nomination:
    """Do not pass it on, or not any more: a link that was sent is dead. Whoever nominated it reads the reason."""
    if not is_moderator(by):
        raise NotAllowedError
    refused = Nomination.objects.filter(pk=nomination.pk, status__in=UNDECIDED).update(
        status=NominationStatus.REFUSED, reason=reason, answered_at=timezone.now()
    )
    if not refused:
        raise AlreadyAnsweredError
    return _concluded(nomination, "refused")


def digest_of_link(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def nomination_behind(token: str) -> Nomination | None:
    """The nomination that the city is asked about by this link, answered or not; None where the link has run out or
    was replaced."""
    nomination = Nomination.objects.select_related("city", "submission").filter(digest=digest_of_link(token)).first()
    if nomination is None or nomination.expires_at is None:
        return None
    open_still = nomination.status == NominationStatus.ASKED and nomination.expires_at > timezone.now()
    return nomination if open_still or nomination.status in ANSWERED else None


@transaction.atomic
def claim_nomination(token: str, *, by: User) -> Submission:
    """Begin a draft from the nomination for a person of the city. Who speaks for the city is checked, as for every
    submission, when it is sent."""
    nomination = _answer(token, NominationStatus.CLAIMED)
    submission = start(by=by, language=nomination.language, document=document_of(nomination))
    Nomination.objects.filter(pk=nomination.pk).update(submission=submission)
    _concluded(nomination, "claimed")
    return submission


@transaction.atomic
def decline_nomination(token: str, *, reason: str = "") -> Nomination:
    """The city does not want it in the registry, or not now. The moderators alone read why."""
    nomination = _answer(token, NominationStatus.DECLINED)
    Nomination.objects.filter(pk=nomination.pk).update(reason=reason)
    return _concluded(nomination, "declined")


def document_of(nomination: Nomination) -> dict:
    """The draft that the city begins with."""
    language = nomination.language
    document = empty_document(language=language)
    document["title"] = {language: nomination.title}
    document["summary"] = {language: nomination.text}
    document["lead_city"] = nomination.city.slug if nomination.city else ""
    if nomination.url:
        document["sources"] = [{"citation": urlsplit(nomination.url).hostname or "", "url": nomination.url}]
    return document


def _answer(token: str, status: NominationStatus) -> Nomination:
    """Take the one use of the link."""
    now, digest = timezone.now(), digest_of_link(token)
    answered = Nomination.objects.filter(digest=digest, status=NominationStatus.ASKED, expires_at__gt=now).update(
        status=status, answered_at=now
    )
    if not answered:
        raise AlreadyAnsweredError
    return Nomination.objects.select_related("city").get(digest=digest)


def _concluded(nomination: Nomination, outcome: str) -> Nomination:
    """Tell whoever nominated it, if they left an address, and forget that address: this was its one use."""
    nomination.refresh_from_db()
    to = nomination.nominator_email or (nomination.nominator.email if nomination.nominator else "")
    if to:
        language = nomination.nominator.language if nomination.nominator else nomination.language
        queue_letter(
            f"submissions/nominations/mail/{outcome}", to=to, language=language, context={"nomination": nomination}
        )
    Nomination.objects.filter(pk=nomination.pk).update(nominator_email="")
    nomination.nominator_email = ""
    return nomination
