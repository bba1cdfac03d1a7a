"""Reading files of records, and saying exactly where one is wrong."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = dict[str, Any]
# Says what is wrong with a value, or nothing.
Check = Callable[[Any], str | None]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, and where. Line 0: the file as a whole."""

    file: str
    line: int
    field: str
    # Anything that reads as a sentence: the document's problems are translated when they are told.
    message: object

    def __str__(self):
        place = [self.file, f"line {self.line}" if self.line else "", self.field]
        return f"{', '.join(part for part in place if part)}: {self.message}"


class FaultyFilesError(Exception):
    """Nothing was loaded, for these reasons."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("\n".join(map(str, self.faults)))


def read_lines(path: Path) -> Iterator[tuple[int, Record | Fault]]:
    """Each line's number with its record, or with the fault that keeps it from being one. Empty lines are passed over.

    Reads as it goes: a file may be larger than memory.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _record(path.name, number, line)
    except OSError as error:
        yield 0, Fault(path.name, 0, "", f"the file cannot be read: {error.strerror}")


def _record(file: str, number: int, line: bytes) -> Record | Fault:
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return Fault(file, number, "", "the line is not UTF-8")
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        column = f", column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return Fault(file, number, "", f"the line is not JSON: {reason}{column}")
    if not isinstance(record, dict):
        return Fault(file, number, "", "the line is not an object")
    return record


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def check_fields(file: str, line: int, record: Record, checks: Mapping[str, Check], optional: Iterable[str] = ()):
    """The faults of a record whose fields are all known: missing ones, unknown ones, wrong ones."""
    for name in checks:
        if name not in record and name not in optional:
            yield Fault(file, line, name, "the field is missing")
    for name, value in record.items():
        if name not in checks:
            yield Fault(file, line, name, "this field is not known; is it misspelt?")
        elif message := checks[name](value):
            yield Fault(file, line, name, message)
