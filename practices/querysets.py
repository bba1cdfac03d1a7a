"""Who sees which practice. Every surface starts here; no other place decides."""

from collections import Counter

from django.db import models

from accounts.permissions import is_moderator
from cities.permissions import is_peer
from practices.choices import AdaptationStatus, Publication, Visibility


def visible_levels(user) -> list[str]:
    """The circles that a person belongs to, widest first. The one table behind rows, search documents and bitmaps."""
    if is_moderator(user):
        return [Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS]
    if is_peer(user):
        return [Visibility.PUBLIC, Visibility.PEERS]
    return [Visibility.PUBLIC]


def may_see_withheld_city(user) -> bool:
    """A withheld city is known to whoever reads peers-only practices."""
    return Visibility.PEERS in visible_levels(user)


class PracticeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(publication=Publication.PUBLISHED)

    def withdrawn(self):
        return self.filter(publication=Publication.WITHDRAWN)

    def public(self):
        """What anyone may see."""
        return self.published().filter(visibility=Visibility.PUBLIC)

    def visible_to(self, user):
        return self.visible_at(visible_levels(user))

    def visible_at(self, levels):
        """For a reader who was asked for the levels already: a membership may begin or end between two questions."""
        return self.published().filter(visibility__in=levels)

    def for_peers(self):
        """Those that a verified officer finds: the people of its city are such."""
        return self.filter(visibility__in=[Visibility.PUBLIC, Visibility.PEERS])

    def tombstones_for(self, user):
        """Withdrawn practices whose end may be told: to those who could see them before."""
        return self.withdrawn().filter(visibility__in=visible_levels(user))

    def located_for(self, user):
        """Those whose city this reader may know: the start of every list and count by place."""
        return self if may_see_withheld_city(user) else self.filter(city_withheld=False)

    def in_city(self, city):
        """Those that the city leads or takes part in."""
        return self.filter(models.Q(lead_city=city) | models.Q(other_cities=city)).distinct()

    def count_by_city(self) -> Counter[int]:
        """How many of them each city leads or takes part in, by the city's key."""
        counts: Counter[int] = Counter()
        for link in ("lead_city", "other_cities"):
            rows = self.order_by().exclude(**{link: None}).values_list(link).annotate(models.Count("pk"))
            counts.update(dict(rows))
        return counts

    def with_card(self):
        """Everything that a list row shows, in a fixed number of queries."""
        return self.select_related("lead_city").prefetch_related("texts", "service_areas")

    def with_details(self):
        """Everything that a record's page shows, except notes for peers."""
        return self.with_card().prefetch_related(
            "other_cities",
            "target_groups",
            "approaches",
            "partners",
            "sources",
            "milestones",
            "lead_city__typologies",
        )


class PracticeVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Versions of visible practices that were themselves published for this reader's circle. What was written
        before the city was withheld names it, so it goes where the city's name goes."""
        levels = visible_levels(user)
        versions = self.filter(
            visibility__in=levels, practice__visibility__in=levels, practice__publication=Publication.PUBLISHED
        )
        if may_see_withheld_city(user):
            return versions
        return versions.exclude(practice__city_withheld=True, city_withheld=False)


class AdaptationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that a moderator agreed to, of practices that this reader may see."""
        return self.filter(
            status=AdaptationStatus.SHOWN,
            practice__publication=Publication.PUBLISHED,
            practice__visibility__in=visible_levels(user),
        )


class ColleagueMessageQuerySet(models.QuerySet):
    def of(self, user):
        """What a person wrote or received. Nobody else reads it, moderators only what was reported to them."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(models.Q(sender=user) | models.Q(recipient=user))

    def in_conversation(self, first):
        """A first message and the answers to it, oldest first."""
        return self.filter(models.Q(pk=first.pk) | models.Q(first=first))

    def reported(self):
        return self.exclude(reported_at=None)
