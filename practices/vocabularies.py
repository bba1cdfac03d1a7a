"""What the slugs in documents stand for: the cities and terms that there are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from cities.models import City
from practices.content import FIELDS, RESERVABLE, Field, Kind


class Vocabularies:
    """The slugs that exist now, read once: for checking many documents with two queries. The slug of a row that was
    merged is known like any other, and stands for the row that it became part of."""

    def __init__(self) -> None:
        self._merged: dict[type[models.Model], dict[str, str]] = {}
        # Of every vocabulary the terms as the reader's language calls them, in their order.
        self.labels: dict[str, dict[str, str]] = {}
        self.cities = self._keys(City, City._default_manager.values_list("slug", "pk", "merged_into_id"))
        self.terms: dict[str, dict[str, int]] = {}
        by_vocabulary = self._terms()
        for field in FIELDS:
            if field.vocabulary:
                rows = by_vocabulary[field.vocabulary]
                self.terms[field.name] = self._keys(field.vocabulary, [row[:3] for row in rows])
                self.labels[field.name] = {slug: label for slug, _pk, _into, label in rows}

    @staticmethod
    def _terms() -> dict[type[models.Model], list[tuple[str, int, int | None, str]]]:
        """Slug, key, key of what it was merged into, and label of every term. One query: they are few."""
        vocabularies = list(dict.fromkeys(field.vocabulary for field in FIELDS if field.vocabulary))
        columns = ("order", "slug", "pk", "merged_into_id", *(f"label_{code}" for code in settings.LANGUAGE_CODES))
        first, *others = (
            model._default_manager.order_by().annotate(place=models.Value(place)).values_list("place", *columns)
            for place, model in enumerate(vocabularies)
        )
        found: dict[type[models.Model], list[tuple[str, int, int | None, str]]] = {one: [] for one in vocabularies}
        language = get_language()
        rows = first.union(*others, all=True).order_by("place", "order", "slug")
        for place, _order, slug, pk, into, *texts in rows:
            labels = dict(zip(settings.LANGUAGE_CODES, texts, strict=True))
            label = next(filter(None, [labels.get(language or ""), *texts]), slug)
            found[vocabularies[place]].append((slug, pk, into, label))
        return found

    def _keys(self, model: type[models.Model], rows: Iterable[tuple[str, int, int | None]]) -> dict[str, int]:
        rows = list(rows)
        slugs = {pk: slug for slug, pk, _into in rows}
        self._merged[model] = {slug: slugs[into] for slug, _pk, into in rows if into is not None}
        return {slug: pk if into is None else into for slug, pk, into in rows}

    def current(self, field: Field, slug: str) -> str:
        """The slug that a slug stands for now."""
        return self._merged[field.vocabulary or City].get(slug, slug)

    def resolved(self, document: dict[str, Any]) -> dict[str, Any]:
        """A completed document that names no merged term or city any more, and nothing twice because of that."""
        changed: dict[str, Any] = {}
        for field in FIELDS:
            value = document[field.name]
            if field.kind is Kind.CITY and isinstance(value, str):
                changed[field.name] = self.current(field, value)
            elif (field.kind is Kind.CITIES or field.vocabulary) and _are_texts(value):
                slugs = [self.current(field, slug) for slug in value]
                changed[field.name] = slugs if slugs == value else list(dict.fromkeys(slugs))
        result = {**document, **changed}
        places = ("lead_city", "other_cities")
        if any(result[name] != document[name] for name in places) and _are_texts(result["other_cities"]):
            result["other_cities"] = [slug for slug in result["other_cities"] if slug != result["lead_city"]]
        return result

    def slugs(self, field: Field) -> Mapping[str, int]:
        if field.kind is Kind.TERMS and field.vocabulary is None:
            return {reservable.name: place for place, reservable in enumerate(RESERVABLE)}
        return self.terms[field.name] if field.vocabulary else self.cities


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
