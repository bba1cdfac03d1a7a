"""Files of a filtered list. Each starts from what its reader may see and holds what the page would show."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from practices.exports.json_lines import json_lines
from practices.exports.table import table
from practices.models import Practice
from practices.presentation.reader import Reader


@dataclass(frozen=True)
class Format:
    content_type: str
    write: Callable[[Iterable[Practice], Reader], Iterator[str]]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", table),
    "jsonl": Format("application/jsonl; charset=utf-8", json_lines),
}
