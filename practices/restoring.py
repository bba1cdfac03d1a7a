"""Publishing again what was withdrawn, alone or, where two must agree (`FOUR_EYES`), by a second moderator."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.refusals import logs_refusals
from cities.permissions import cities_of
from practices import document as documents
from practices import validation
from practices.choices import Publication
from practices.models import Practice, PracticeEvent
from practices.notices import never_told, take_back_notices, tell_city
from practices.services import InvalidDocumentError, OutdatedError, publish
from practices.vocabularies import Vocabularies

Action = PracticeEvent.Action


class OwnCityError(Exception):
    """Nobody publishes again what a city for which they speak is part of; somebody else does."""


class OwnTextError(Exception):
    """Nobody publishes again what they wrote."""


class SecondNeededError(Exception):
    """Two must agree, and nobody but this person has."""


class AgreedAlreadyError(Exception):
    """Somebody else agreed first; `agreement` is theirs."""

    def __init__(self, agreement: PracticeEvent):
        super().__init__("Somebody agreed already.")
        self.agreement = agreement


noting_refusals = logs_refusals(
    barred=(OwnCityError, OwnTextError, SecondNeededError), late=(AgreedAlreadyError, OutdatedError)
)


def agreements() -> QuerySet[PracticeEvent]:
    """What moderators agreed to since the practice was withdrawn last. The keys of the log, not its times, say what
    came first: every writer holds the practice's row, and two servers have two clocks."""
    withdrawn_later = PracticeEvent.objects.filter(
        practice=OuterRef("practice"), action=Action.WITHDRAWN, pk__gt=OuterRef("pk")
    )
    return PracticeEvent.objects.filter(
        ~Exists(withdrawn_later), action=Action.ENDORSED, practice__publication=Publication.WITHDRAWN
    )


def agreement_on(practice: Practice) -> PracticeEvent | None:
    """Who agreed first to publish a withdrawn practice again."""
    return agreements().filter(practice=practice).select_related("by").first()


def needs_second(agreement: PracticeEvent | None) -> bool:
    """Whether two must agree. Without the setting, what waits for a second moderator still needs one."""
    return settings.FOUR_EYES or agreement is not None


@noting_refusals
@transaction.atomic
def agree_to_restore(practice: Practice, *, by: User, reason: str, version: int) -> PracticeEvent:
    """Be the first of two to agree; the same person twice is once. The reason is for the moderators alone. Raises
    `AgreedAlreadyError`, what could not be published `InvalidDocumentError`, and what `restore` raises."""
    withdrawn = _held(practice, by=by, version=version)
    earlier = agreement_on(withdrawn)
    if earlier is not None and earlier.by_id != by.pk:
        raise AgreedAlreadyError(earlier)
    if earlier is not None:
        return earlier
    vocabularies = Vocabularies()
    document = vocabularies.resolved(documents.read(withdrawn))
    found = validation.problems(document, vocabularies=vocabularies, required=validation.ESSENTIAL)
    if found:
        raise InvalidDocumentError(found)
    return PracticeEvent.objects.create(
        practice=withdrawn, action=Action.ENDORSED, version=version, at=timezone.now(), by=by, note=reason
    )


@noting_refusals
@transaction.atomic
def restore(practice: Practice, *, by: User, reason: str, version: int) -> Practice:
    """Publish what was withdrawn once more, as it last was, as the next version. The reason stays in the log, is mailed
    to the people of the city, and is not public. Raises `OwnCityError`, `OwnTextError`, `SecondNeededError`, and
    `OutdatedError` where it is published again already or is not at the `version` that the person saw.
    """
    withdrawn = _held(practice, by=by, version=version)
    agreement = agreement_on(withdrawn)
    if needs_second(agreement) and (agreement is None or agreement.by_id == by.pk):
        raise SecondNeededError
    withdrawal = withdrawn.events.filter(action=Action.WITHDRAWN).order_by("pk").last()
    published_last = withdrawn.events.filter(action=Action.PUBLISHED).order_by("pk").last()
    # Its rows stayed as they were; only that they are published was taken from them.
    restored = publish(documents.read(withdrawn), by=by, practice=withdrawn)
    event = PracticeEvent.objects.create(
        practice=restored,
        action=Action.PUBLISHED,
        version=restored.current_version,
        at=restored.updated_at,
        by=by,
        note=reason,
    )
    # Who never hears that it was gone need not hear that it is back; but who heard it of the time before, and not that
    # it was back then, still believes that it is gone.
    unaware = take_back_notices(withdrawal) - never_told(published_last)
    event.mails.set(tell_city(restored, "restored", by=by, reason=reason, besides=unaware))
    return restored


def _held(practice: Practice, *, by: User, version: int) -> Practice:
    """The withdrawn practice, nobody else's to write until the transaction ends, for somebody without a part in it."""
    withdrawn = Practice.objects.filter(pk=practice.pk, publication=Publication.WITHDRAWN, current_version=version)
    # A write that changes nothing locks the row on PostgreSQL and the database on SQLite.
    if not withdrawn.update(current_version=F("current_version")):
        raise OutdatedError
    held = withdrawn.get()
    if speaks_for_any(by, held):
        raise OwnCityError
    if wrote(by, held):
        raise OwnTextError
    return held


def speaks_for_any(user: User, practice: Practice) -> bool:
    """Whether this person speaks for a city that is part of it."""
    return bool(cities_of(user) & {practice.lead_city_id, *practice.other_cities.values_list("pk", flat=True)})


def wrote(user: User, practice: Practice) -> bool:
    """Whether a text of the practice is this person's, a translation too."""
    # By the names of later tables: who sent the practice in is known to the submissions alone.
    written = Q(submissions__submitter=user) | Q(submissions__co_editors=user)
    return Practice.objects.filter(written, pk=practice.pk, submissions__status="published").exists()
