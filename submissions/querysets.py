"""Whose submissions are whose, and which wait for whom."""

from datetime import date

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.permissions import is_moderator
from cities.models import City, Membership
from cities.permissions import cities_of
from practices.choices import Visibility
from submissions.choices import OPEN, WITH_MODERATORS, Action, InvitationKind, Kind, Status


class SubmissionQuerySet(models.QuerySet):
    def editable_by(self, user):
        """A person's own submissions and those they were invited to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(submitter=user) | Q(co_editors=user)).distinct()

    def visible_to(self, user):
        """Editors see theirs; moderators see all that was ever sent, never what nobody sent, withdrawn or not."""
        if is_moderator(user):
            return self.filter(~Q(submitted_at=None) | Q(submitter=user) | Q(co_editors=user)).distinct()
        return self.editable_by(user)

    def of_colleagues(self, user):
        """Submissions of the cities that the person speaks for, which others write. Those that only moderators should
        read stay with their authors, and so does what was withdrawn. Translations are those of officers of any city."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        cities = Membership.objects.valid().filter(user=user).values("city")
        return (
            self.filter(city__in=cities)
            .exclude(status=Status.WITHDRAWN)
            .exclude(kind=Kind.TRANSLATION)
            # A document without the answer is none that only moderators should read.
            .filter(~Q(content__visibility=Visibility.MODERATORS) | Q(content__visibility__isnull=True))
            .exclude(Q(submitter=user) | Q(pk__in=user.shared_submissions.values("pk")))
        )

    def with_left(self):
        """Adds `left`: the submitter's account is closed, or they speak for the city no longer."""
        memberships = Membership.objects.over().filter(user=OuterRef("submitter"), city=OuterRef("city"))
        gone = Q(submitter__is_active=False) | Exists(memberships)
        return self.annotate(left=Case(When(gone, then=True), default=False, output_field=models.BooleanField()))

    def left_behind(self):
        return self.with_left().filter(left=True)

    def with_conflict(self, user):
        """Adds `conflict`: this moderator speaks for a city of it, and decides nothing about it. As `conflict_of` in
        permissions.py, for a list."""
        mine = cities_of(user)
        if not mine:
            return self.annotate(conflict=Value(False))
        cities = City.objects.filter(Q(pk__in=mine) | Q(merged_into__in=mine))
        about = Q(city__in=cities) | Q(practice__lead_city__in=cities)
        about |= Q(Exists(cities.filter(joined_practices=OuterRef("practice"))))
        for slug in cities.values_list("slug", flat=True):
            # The list is searched as text, which both databases can: a slug holds no quotation mark.
            about |= Q(content__lead_city=slug) | Q(content__other_cities__icontains=f'"{slug}"')
        return self.annotate(conflict=Case(When(about, then=True), default=False, output_field=models.BooleanField()))

    def sent(self):
        return self.exclude(submitted_at=None)

    def with_sent_title(self):
        """Adds `sent_title`: the title as moderators read it. The column beside the document follows what is typed."""
        return self.annotate(sent_title=Coalesce("as_sent__title", Value("")))

    def unsent(self):
        """Drafts that no moderator ever saw."""
        return self.filter(status=Status.DRAFT, submitted_at=None)

    def open(self):
        return self.filter(status__in=OPEN)

    def waiting_for_moderators(self):
        return self.filter(status__in=WITH_MODERATORS)

    def due(self, today: date):
        """Approved, and the day that the city asked for has come."""
        return self.filter(status=Status.SCHEDULED, embargo_until__lte=today)


class InvitationQuerySet(models.QuerySet):
    def open_ones(self, kind: InvitationKind):
        """Links that still work."""
        return self.filter(kind=kind, used_at=None, expires_at__gt=timezone.now())


class SubmissionEventQuerySet(models.QuerySet):
    def of_the_table(self):
        """What changed the status; without what was done beside it."""
        return self.filter(action__in=Action.values)
