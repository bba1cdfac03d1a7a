"""One practice a line, with every language: the shape of the registry's own data files."""

import json
from collections.abc import Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder

from practices.content import FRAME
from practices.exports.rows import ExportRow, moment, rows_of
from practices.freshness import not_confirmed_since
from practices.models import Practice
from practices.presentation.reader import Reader


def json_lines(practices: Iterable[Practice], reader: Reader) -> Iterator[str]:
    for row in rows_of(practices, reader):
        yield json.dumps(_record(row), cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def _record(row: ExportRow) -> dict[str, object]:
    practice = row.practice
    return {
        "reference": practice.reference,
        "slug": practice.slug,
        "version": practice.current_version,
        "url": row.permalink,
        **{name: row.document[name] for name in FRAME},
        **{field.name: row.document[field.name] for field in row.fields},
        "country": row.country or None,
        "place": row.place.city_label,
        "published_at": moment(practice.published_at),
        "updated_at": moment(practice.updated_at),
        "confirmed_at": moment(practice.confirmed_at) or None,
        "not_confirmed_since": moment(not_confirmed_since(practice)) or None,
    }
