"""Merging terms and cities: everything published that named the one names the other, from the same moment everywhere.

No new version is made of a practice for it. A version is what its city said, and the city said nothing new; a version
would also make every open proposal outdated. Rows are moved and the index follows. Documents that still name the merged
row are not changed, and are read as naming the one that it became part of (`Vocabularies`).
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, Q
from django.utils import timezone

from accounts.models import User
from cities.models import City, Term, Typology
from practices import rows
from practices.choices import AdaptationStatus
from practices.content import FIELDS
from practices.models import Adaptation, Practice, PracticeEvent
from practices.search import index

# The practice's field for each vocabulary that classifies it.
FIELD_OF: dict[type[Model], str] = {field.vocabulary: field.name for field in FIELDS if field.vocabulary}
# What a city that was merged gives where the other one has nothing.
FIGURES = (
    ("population", "population_year"),
    ("cmise_role", "cmise_role_source"),
    ("geonames_id",),
    ("note",),
    ("sources",),
)


class NotMergeableError(Exception):
    """One of the two was merged meanwhile, or they are the same."""


@transaction.atomic
def merge_term(*, term: Term, into: Term, by: User) -> int:
    """Let one term of a vocabulary become part of another. Returns the number of practices that change, for localities
    that of cities."""
    _claim(term, into)
    _give_names(term, into)
    if isinstance(term, Typology):
        moved = _move_links(City.typologies.through, "city_id", "typology_id", term.pk, into.pk)
    else:
        relation: Any = Practice._meta.get_field(FIELD_OF[type(term)])
        through, column = relation.remote_field.through, f"{relation.m2m_reverse_field_name()}_id"
        moved = _move_links(through, "practice_id", column, term.pk, into.pk)
        _note(moved, by=by, note=f"{term.slug} → {into.slug}")
    index.update_for(into)
    return len(moved)


@transaction.atomic
def merge_city(*, city: City, into: City, by: User) -> int:
    """Let a city become part of another, for all that is published. Returns the number of practices that change. A
    practice whose city is withheld stays so."""
    _claim(city, into)
    led = set(Practice.objects.filter(lead_city=city).values_list("pk", flat=True))
    Practice.objects.filter(lead_city=city).update(lead_city=into)
    others = Practice.other_cities.through
    moved = led | _move_links(others, "practice_id", "city_id", city.pk, into.pk)
    # Who leads it does not take part in it besides.
    others.objects.filter(city=into, practice__lead_city=into).delete()
    _move_adaptations(city, into)
    _give_figures(city, into)
    _note(moved, by=by, note=f"{city.slug} → {into.slug}")
    index.update_for(into)
    return len(moved)


def _claim(row: City | Term, into: City | Term) -> None:
    """Mark the one as part of the other, with all that was merged into it before: there are no chains, so no rings.

    Both rows are written first, in one order for everybody, so that of two who merge at once the second looks at what
    the first has done.
    """
    model: Any = type(row)
    current = model.objects.filter(merged_into=None)
    held = sum(current.filter(pk=pk).update(slug=F("slug")) for pk in sorted({row.pk, into.pk}))
    if held != 2:
        raise NotMergeableError
    current.filter(pk=row.pk).update(merged_into=into.pk)
    model.objects.filter(merged_into=row.pk).update(merged_into=into.pk)


def _give_names(term: Term, into: Term) -> None:
    """Its labels and synonyms are synonyms of the other from now on, language by language."""
    into.refresh_from_db()
    for code in settings.LANGUAGE_CODES:
        given = [getattr(term, f"label_{code}") or "", *(getattr(term, f"synonyms_{code}") or "").splitlines()]
        setattr(into, f"synonyms_{code}", with_synonyms(into, given, language=code))
    into.save(update_fields=[f"synonyms_{code}" for code in settings.LANGUAGE_CODES])


def with_synonyms(term: Term, names: Iterable[str], *, language: str) -> str:
    """The term's synonyms in a language with some more, one a line; none twice, and not its own label."""
    kept = (getattr(term, f"synonyms_{language}") or "").splitlines()
    known = {(getattr(term, f"label_{language}") or "").casefold(), *(line.strip().casefold() for line in kept)}
    lines = [line for line in kept if line.strip()]
    for name in names:
        text = " ".join(name.split())
        if text and text.casefold() not in known:
            known.add(text.casefold())
            lines.append(text)
    return "\n".join(lines)


def _move_links(through: Any, owner: str, column: str, old: int, new: int) -> set[int]:
    """Rows of a relation; who has both keeps one. Returns the keys of their owners."""
    links = through.objects.filter(**{column: old})
    owners = set(links.values_list(owner, flat=True))
    has_both = through.objects.filter(**{column: new}).values(owner)
    links.filter(**{f"{owner}__in": has_both}).delete()
    links.update(**{column: new})
    return owners


def _move_adaptations(city: City, into: City) -> None:
    """Of two adaptations of one practice the one that is shown stays, else the other city's; the one that goes is no
    loss to a reader, who never saw it or sees the same city's."""
    there = {entry.practice_id: entry for entry in Adaptation.objects.filter(city=into)}
    for entry in Adaptation.objects.filter(city=city):
        twin = there.get(entry.practice_id)
        if twin is not None:
            gives_way = twin if _is_shown(entry) and not _is_shown(twin) else entry
            gives_way.delete()
            if gives_way is entry:
                continue
        Adaptation.objects.filter(pk=entry.pk).update(city=into)


def _is_shown(adaptation: Adaptation) -> bool:
    return adaptation.status == AdaptationStatus.SHOWN


def _give_figures(city: City, into: City) -> None:
    """What the other one says of itself stays; what it does not say is taken over."""
    city.refresh_from_db()
    into.refresh_from_db()
    if not into.typologies.exists():
        into.typologies.set(city.typologies.all())
        into.typologies_source = into.typologies_source or city.typologies_source
    geonames_id = city.geonames_id
    for figure, *about in FIGURES:
        if getattr(into, figure) in (None, "", []) and getattr(city, figure):
            for name in (figure, *about):
                setattr(into, name, getattr(city, name))
    if into.geonames_id == geonames_id and geonames_id is not None:
        # No two rows have the same.
        City.objects.filter(pk=city.pk).update(geonames_id=None)
    into.mail_domains = list(dict.fromkeys([*into.mail_domains, *city.mail_domains]))
    into.save()


def _note(keys: Collection[int], *, by: User, note: str) -> None:
    """Practices that changed without a new version, in their log and in the date that harvesters ask for."""
    now = timezone.now()
    ordered = sorted(keys)
    for start in range(0, len(ordered), rows.BATCH):
        practices = Practice.objects.filter(pk__in=ordered[start : start + rows.BATCH])
        practices.update(updated_at=now)
        PracticeEvent.objects.bulk_create(
            PracticeEvent(
                practice_id=pk, action=PracticeEvent.Action.CHANGED, version=version, at=now, by=by, note=note
            )
            for pk, version in practices.values_list("pk", "current_version")
        )


def practices_of(row: City | Term) -> int:
    """How many practices a merge changes, whoever may see them; of types of locality, those of their cities."""
    if isinstance(row, City):
        concerned = Q(lead_city=row) | Q(other_cities=row)
    elif isinstance(row, Typology):
        concerned = Q(lead_city__typologies=row) | Q(other_cities__typologies=row)
    else:
        concerned = Q((FIELD_OF[type(row)], row))
    return Practice.objects.filter(concerned).distinct().count()
