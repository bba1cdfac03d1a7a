"""How a checked document gets into tables: columns of the practice, and rows that stand elsewhere.

Rows are made here and inserted by `insert`, so that one practice and five hundred take the same way with the same
number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models

from practices.choices import Provenance
from practices.content import FIELDS, TRANSLATABLE, Audience, Field, Kind, languages_of
from practices.document import Document, without_peer_fields
from practices.models import Milestone, Partner, PeerNote, Practice, PracticeText, Source
from practices.vocabularies import Vocabularies

ROW_MODELS: dict[str, type[models.Model]] = {"partners": Partner, "milestones": Milestone, "sources": Source}
# Fields that the practice has as rows or links of its own; what is for peers stands in their table alone.
IN_ROWS = tuple(field for field in FIELDS if field.audience is Audience.EVERYONE)
BATCH = 500
# For making a practice that has no texts yet: it asks for the default of each one left out in a language of its own,
# which takes longer than anything else about it.
BLANK_TEXTS = {f"{field.name}_{code}": "" for field in TRANSLATABLE for code in settings.LANGUAGE_CODES}


def assign(practice: Practice, document: Document, *, vocabularies: Vocabularies) -> None:
    """Set the practice's own columns from the open part of a checked document, without saving."""
    practice.original_language = document["original_language"]
    practice.unknown = document["unknown"]
    practice.lead_city_id = vocabularies.cities[document["lead_city"]]
    for field in IN_ROWS:
        if field.translatable:
            for code in settings.LANGUAGE_CODES:
                setattr(practice, f"{field.name}_{code}", document[field.name].get(code, ""))
        elif field.kind in (Kind.CODE, Kind.YEAR, Kind.FLAG):
            setattr(practice, field.name, document[field.name])


def rows_of(
    practice: Practice, document: Document, peer_part: Document, *, vocabularies: Vocabularies
) -> Iterator[models.Model]:
    """Everything of a saved practice that stands in other tables, except `texts_of`: from the two parts of a checked
    document."""
    for field in IN_ROWS:
        if field.kind in (Kind.CITIES, Kind.TERMS):
            yield from _links(practice, field, [vocabularies.slugs(field)[slug] for slug in document[field.name]])
        elif field.kind is Kind.ROWS:
            for order, row in enumerate(document[field.name]):
                yield ROW_MODELS[field.name](practice=practice, order=order, **row)
    fields = dict(peer_part)
    columns = {name: fields.pop(name) for name in ("contact", "discreet_details")}
    if any(columns.values()) or fields["peers_only"]:
        yield PeerNote(practice=practice, **columns, fields=fields if fields["peers_only"] else {})


def _links(practice: Practice, field: Field, keys: Iterable[int]) -> Iterator[models.Model]:
    relation: Any = Practice._meta.get_field(field.name)
    target = f"{relation.m2m_reverse_field_name()}_id"
    for key in keys:
        yield relation.remote_field.through(practice_id=practice.pk, **{target: key})


def texts_of(
    practice: Practice, document: Document, *, before: Document | None, translated: str = ""
) -> Iterator[PracticeText]:
    """Per language where the text comes from. A translation whose original changed, and which did not change with it,
    becomes stale; in the language `translated` somebody has just compared it with the original.

    From whole documents, but told to everyone: what only peers may read in either of them makes no language and nothing
    stale.
    """
    original = document["original_language"]
    closed = {*document["peers_only"], *(before["peers_only"] if before else ())}
    fields = [field for field in TRANSLATABLE if field.name not in closed]
    states = PracticeText.objects.none() if before is None else PracticeText.objects.filter(practice=practice)
    known = {state.language: state for state in states}
    source_changed = _changed(before, document, original, fields)
    for code in languages_of(without_peer_fields(document)[0]):
        provenance = Provenance.ORIGINAL if code == original else document["provenance"].get(code, Provenance.HUMAN)
        state = known.get(code)
        if code in (original, translated) or state is None or _changed(before, document, code, fields):
            stale, source_version = False, practice.current_version
        else:
            stale, source_version = state.stale or source_changed, state.source_version
        yield PracticeText(
            practice=practice, language=code, provenance=provenance, stale=stale, source_version=source_version
        )


def _changed(before: Document | None, document: Document, language: str, fields: Iterable[Field]) -> bool:
    return before is not None and any(
        before[field.name].get(language, "") != document[field.name].get(language, "") for field in fields
    )


def clear(practice: Practice) -> None:
    """Delete what `rows_of` and `texts_of` made for an earlier version."""
    for field in IN_ROWS:
        if field.kind in (Kind.CITIES, Kind.TERMS):
            getattr(practice, field.name).clear()
        elif field.kind is Kind.ROWS:
            ROW_MODELS[field.name]._default_manager.filter(practice=practice).delete()
    PeerNote.objects.filter(practice=practice).delete()
    PracticeText.objects.filter(practice=practice).delete()


def insert(rows: Iterable[models.Model]) -> None:
    """Save new rows of any models, model by model."""
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, group in by_model.items():
        model._default_manager.bulk_create(group, batch_size=BATCH)
