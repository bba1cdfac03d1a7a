"""Telling the people of its city that a practice was withdrawn, or is published again."""

from collections.abc import Collection
from urllib.parse import urljoin

from django.conf import settings

from accounts.letters import queue_letter
from accounts.models import OutgoingMail, User
from accounts.services import MailGoneError, end_of_hold, take_back
from cities.models import Membership
from cities.permissions import speaks_for
from practices.choices import Visibility
from practices.models import Practice, PracticeEvent


def tell_city(
    practice: Practice, template: str, *, by: User, reason: str, besides: Collection[str] = ()
) -> list[OutgoingMail]:
    """Write to whoever speaks for the lead city and mails arrive at, without the one who did it and the addresses in
    `besides`. What moderators do is held a while; what the city does itself is told at once.

    By its reference only, like the tombstone: what was withdrawn may have put somebody at risk. About what is for
    moderators nobody is told: they could not read it.
    """
    by_city = speaks_for(by, practice.lead_city)
    return [
        queue_letter(
            f"practices/mail/{template}",
            to=person.email,
            language=person.language,
            context={
                "reference": practice.reference,
                "reason": reason,
                "by_city": by_city,
                # Not the address in words: these are the title's.
                "url": urljoin(settings.SITE_URL, f"/id/{practice.reference}"),
                "leaves_reason": practice.visibility == Visibility.PUBLIC,
            },
            not_before=None if by_city else end_of_hold(),
        )
        for person in people_to_tell(practice, by=by)
        if person.email not in besides
    ]


def people_to_tell(practice: Practice, *, by: User) -> list[User]:
    """Whoever `tell_city` writes to when this person does it."""
    if practice.visibility == Visibility.MODERATORS:
        return []
    speakers = Membership.objects.valid().reachable().filter(city=practice.lead_city_id)
    return [membership.user for membership in speakers.exclude(user=by).select_related("user").order_by("pk")]


def never_told(event: PracticeEvent | None) -> set[str]:
    """The addresses whose mails about it were taken back."""
    return set(event.mails.exclude(taken_back_at=None).values_list("recipient", flat=True)) if event else set()


def take_back_notices(event: PracticeEvent | None) -> set[str]:
    """What was undone while its mails were held is told to nobody. Returns the addresses that never hear of it."""
    spared = set()
    for mail in event.mails.all() if event is not None else ():
        try:
            take_back(mail)
        except MailGoneError:
            # On its way, there already, or taken back by hand.
            mail.refresh_from_db()
            if mail.taken_back_at is None:
                continue
        spared.add(mail.recipient)
    return spared
