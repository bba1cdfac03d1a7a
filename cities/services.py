"""Who speaks for a city: asked for, verified, refused, revoked, told of the end, and moved when cities are merged."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from accounts.refusals import logs_refusals
from cities.models import City, Membership, MembershipEvent
from cities.querysets import DECIDED, ENDS_SOON, REQUESTED

VALID_DAYS = 365
# So many cities may wait for one person's answer at once.
MOST_WAITING = 5
# So often one person may ask about one city within so long, after a no or with more words. Each time a moderator reads
# it.
MOST_ASKED, ASKED_WITHIN = 3, timedelta(days=30)

Action = MembershipEvent.Action


class OwnMembershipError(Exception):
    """Nobody decides whether they speak for a city themselves: without it a moderator could decide on their city."""


class DecidedMeanwhileError(Exception):
    """Somebody asked or decided since the page was made; nothing was written. `event` is what happened last."""

    def __init__(self, event: MembershipEvent | None):
        super().__init__("The membership was decided on by someone else.")
        self.event = event


class TooManyRequestsError(Exception):
    """The person waits for the answer about several cities already."""


class AskedTooOftenError(Exception):
    """The person asked about this city as often as one may in a month."""


class NothingToEndError(Exception):
    """The membership is not valid, so there is nothing to revoke; or it is, and is revoked instead of refused."""


noting_refusals = logs_refusals(barred=(OwnMembershipError,), late=(DecidedMeanwhileError, NothingToEndError))


def last_word(membership: Membership) -> MembershipEvent | None:
    """What was asked or decided last."""
    return membership.events.filter(action__in=(REQUESTED, *DECIDED)).select_related("by").last()


@transaction.atomic
def request_membership(*, user: User, city: City, evidence: str = "") -> Membership:
    """Note that a person says to work for a city. Asking twice changes nothing."""
    city = city.merged_into or city
    membership, created = Membership.objects.get_or_create(user=user, city=city, defaults={"evidence": evidence})
    if created:
        MembershipEvent.objects.create(membership=membership, action=Action.REQUESTED, by=user, note=evidence)
    return membership


@transaction.atomic
def ask_moderators(*, user: User, city: City, evidence: str) -> Membership:
    """Ask to be verified for a city, for the first time or anew after an end or a no. `evidence` says how it can be
    checked. The same twice is once. Raises `TooManyRequestsError`, `AskedTooOftenError`."""
    if Membership.objects.waiting().filter(user=user).exclude(city=city).count() >= MOST_WAITING:
        raise TooManyRequestsError
    city = city.merged_into or city
    membership = Membership.objects.filter(user=user, city=city).first()
    if membership is None:
        return request_membership(user=user, city=city, evidence=evidence)
    held = _hold(membership)
    last = last_word(held)
    if last and last.action == Action.REQUESTED and last.note == evidence:
        return held
    asked = held.events.filter(action=Action.REQUESTED, by=user, at__gt=timezone.now() - ASKED_WITHIN)
    if asked.count() >= MOST_ASKED:
        raise AskedTooOftenError
    if not held.is_valid:
        Membership.objects.filter(pk=held.pk).update(requested_at=timezone.now())
    MembershipEvent.objects.create(membership=held, action=Action.REQUESTED, by=user, note=evidence)
    held.refresh_from_db()
    return held


@noting_refusals
@transaction.atomic
def verify_membership(
    *,
    membership: Membership,
    by: User,
    days: int = VALID_DAYS,
    evidence: str | None = None,
    seen: int | None = None,
    tell: bool = False,
) -> Membership:
    """Let a person speak for a city for at most a year from now, also anew, on the word of a moderator who is somebody
    else. `evidence` says how that moderator knows; None keeps what is noted. `seen`: the key of the last word that the
    moderator saw, 0 for none. `tell`: write to the person."""
    if membership.user_id == by.pk:
        raise OwnMembershipError
    held = _hold(membership, seen)
    now = timezone.now()
    held.verified_by = by
    held.verified_at = now
    held.valid_until = now + timedelta(days=min(days, VALID_DAYS))
    held.end_told_at = None
    if evidence is not None:
        held.evidence = evidence
    held.save(update_fields=["verified_by", "verified_at", "valid_until", "end_told_at", "evidence"])
    MembershipEvent.objects.create(membership=held, action=Action.VERIFIED, by=by, note=held.evidence)
    if tell:
        _tell(held, "verified")
    membership.refresh_from_db()
    return membership


@noting_refusals
@transaction.atomic
def refuse_membership(*, membership: Membership, by: User, reason: str, seen: int | None = None) -> Membership:
    """Say no to who asked and does not speak for the city; the person reads the reason. They may ask again."""
    if membership.user_id == by.pk:
        raise OwnMembershipError
    held = _hold(membership, seen)
    if held.is_valid:
        raise NothingToEndError
    MembershipEvent.objects.create(membership=held, action=Action.REVOKED, by=by, note=reason)
    _tell(held, "refused", reason=reason)
    return held


@noting_refusals
@transaction.atomic
def revoke_membership(
    *, membership: Membership, by: User | None = None, reason: str = "", seen: int | None = None
) -> Membership:
    """End a membership at once; the person's next request shows it, and they read the reason. Nobody is told where
    nobody decided, `by` being None."""
    if by is not None and membership.user_id == by.pk:
        raise OwnMembershipError
    held = _hold(membership, seen)
    if by is not None and not held.is_valid:
        raise NothingToEndError
    Membership.objects.filter(pk=held.pk).update(verified_by=None, verified_at=None, valid_until=None)
    MembershipEvent.objects.create(membership=held, action=Action.REVOKED, by=by, note=reason)
    if by is not None:
        _tell(held, "revoked", reason=reason)
    membership.refresh_from_db()
    return membership


def _hold(membership: Membership, seen: int | None = None) -> Membership:
    """The membership as it stands, and nobody else's to write until the transaction ends: a write that changes nothing
    locks the row on PostgreSQL and the database on SQLite."""
    Membership.objects.filter(pk=membership.pk).update(role=F("role"))
    held = Membership.objects.select_related("user", "city").get(pk=membership.pk)
    if seen is not None:
        last = last_word(held)
        if (last.pk if last else 0) != seen:
            raise DecidedMeanwhileError(last)
    return held


def tell_of_ends() -> int:
    """Write to everyone whose membership ends within a month, once for each term; returns to how many."""
    now = timezone.now()
    ending = Membership.objects.ending(now).filter(end_told_at=None, user__is_active=True)
    return sum(_tell_of_end(membership.pk) for membership in ending.only("pk"))


@transaction.atomic
def _tell_of_end(pk: int) -> bool:
    # Two runs beside each other: one of them tells.
    now = timezone.now()
    told = Membership.objects.ending(now).filter(pk=pk, end_told_at=None).update(end_told_at=now)
    if told:
        membership = Membership.objects.select_related("user", "city").get(pk=pk)
        MembershipEvent.objects.create(membership=membership, action=Action.END_TOLD)
        _tell(membership, "ends_soon", days=ENDS_SOON.days)
    return bool(told)


def _tell(membership: Membership, template: str, **more: object) -> None:
    """In the person's language. The moderators are never named."""
    reader = membership.user
    url = address_in(reader.language, "membership-list")
    context = {"membership": membership, "url": url, **more}
    queue_letter(f"cities/mail/{template}", to=reader.email, language=reader.language, context=context)


@transaction.atomic
def move_memberships(*, city: City, into: City, by: User) -> int:
    """Let the people of a city that is merged speak for the other one, as long as they spoke for theirs. Who is in both
    keeps what lasts longer, unless the one was revoked after the other was verified. Returns how many were moved."""
    there = {membership.user_id: membership for membership in into.memberships.all()}
    moving = list(city.memberships.select_related("user"))
    for membership in moving:
        twin = there.get(membership.user_id)
        if twin is None:
            Membership.objects.filter(pk=membership.pk).update(city=into)
        else:
            membership = _united(membership, twin, into)
        note = f"{city.slug} → {into.slug}"
        MembershipEvent.objects.create(membership=membership, action=Action.MOVED, by=by, note=note)
    return len(moving)


def _united(old: Membership, twin: Membership, into: City) -> Membership:
    """One membership of two of the same person: the twin's row, with the better of their terms and the log of both."""
    better = max((twin, old), key=_standing)
    kept = {
        "verified_by": better.verified_by,
        "verified_at": better.verified_at,
        "valid_until": better.valid_until,
        "end_told_at": better.end_told_at,
        "evidence": better.evidence or twin.evidence or old.evidence,
        "requested_at": min(old.requested_at, twin.requested_at),
    }
    # No entry is changed but for whose it is: they tell of the same person.
    MembershipEvent.objects.filter(membership=old).update(membership=twin)
    old.delete()
    Membership.objects.filter(pk=twin.pk).update(**kept)
    last = twin.events.filter(action__in=DECIDED).last()
    if last and last.action == Action.REVOKED:
        Membership.objects.filter(pk=twin.pk).update(verified_by=None, verified_at=None, valid_until=None)
    return twin


def _standing(membership: Membership) -> tuple:
    return (membership.valid_until is not None, membership.valid_until or membership.requested_at)
