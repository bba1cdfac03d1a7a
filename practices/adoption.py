"""“We adopted this”: what other cities made of a practice. Shown once a moderator has agreed."""

from django.db import transaction
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from accounts.permissions import is_moderator
from accounts.refusals import logs_refusals
from cities.models import City
from cities.permissions import speaks_for
from practices.choices import AdaptationStatus
from practices.correspondence import people_of
from practices.models import Adaptation, Practice
from practices.search import index


class NotTheirsError(Exception):
    """The person does not speak for that city, or it is the city's own practice."""


class AlreadyShownError(Exception):
    """The city's adoption stands beside the practice already."""


class NotAllowedError(Exception):
    """Not a moderator, or the one who reported it: nobody decides on their own text."""


class AlreadyDecidedError(Exception):
    """Another moderator was faster; nothing was written."""


@transaction.atomic
def report_adoption(
    practice: Practice, *, by: User, city: City, year: int | None, text: str, language: str
) -> Adaptation:
    """Note that a city adopted a practice that this person may see. Until it is shown, reporting it again replaces what
    was said before."""
    own = practice.lead_city_id == city.pk or practice.other_cities.filter(pk=city.pk).exists()
    if own or not speaks_for(by, city):
        raise NotTheirsError
    said = {"year": year, "text": text, "language": language, "by": by}
    adaptation, new = Adaptation.objects.get_or_create(practice=practice, city=city, defaults=said)
    if new:
        return adaptation
    replaced = (
        Adaptation.objects.filter(pk=adaptation.pk)
        .exclude(status=AdaptationStatus.SHOWN)
        .update(
            **said,
            status=AdaptationStatus.WAITING,
            created_at=timezone.now(),
            decided_by=None,
            decided_at=None,
        )
    )
    if not replaced:
        raise AlreadyShownError
    adaptation.refresh_from_db()
    return adaptation


@logs_refusals(barred=(NotAllowedError,), late=(AlreadyDecidedError,))
@transaction.atomic
def decide(adaptation: Adaptation, *, by: User, show: bool) -> Adaptation:
    """Show what waits, or take it back, or do not show it. The people of the practice hear of it when it is shown."""
    if not is_moderator(by) or adaptation.by_id == by.pk:
        raise NotAllowedError
    wanted = AdaptationStatus.SHOWN if show else AdaptationStatus.REFUSED
    # What the moderator saw: the city may have written it anew since.
    seen = Adaptation.objects.filter(
        pk=adaptation.pk, status=adaptation.status, created_at=adaptation.created_at
    ).exclude(status=wanted)
    if not seen.update(status=wanted, decided_by=by, decided_at=timezone.now()):
        raise AlreadyDecidedError
    adaptation.refresh_from_db()
    practice = adaptation.practice
    # Answers of the API tell how many there are; their validators follow the index.
    index.update(practice)
    if show:
        for person in people_of(practice):
            queue_letter(
                "practices/mail/adopted",
                to=person.email,
                language=person.language,
                context={
                    "reference": practice.reference,
                    "adaptation": adaptation,
                    "url": address_in(person.language, "practice-detail", practice.slug) + "#adopted",
                },
            )
    return adaptation
