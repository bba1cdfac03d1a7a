"""Putting the answers of a document into a draft."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from practices import document as documents
from practices.content import FIELDS
from submissions.models import Submission
from submissions.services.drafts import editable, write


@transaction.atomic
def fill(submission: Submission, *, by: User, answers: Mapping[str, Any]) -> tuple[Submission, list[str]]:
    """Write answers, a part of a document, into the fields of a draft that are empty. What somebody has written there
    already stays; the names of fields where the two differ come back with the draft."""
    current = editable(submission.pk, by)
    content, kept = dict(current.content), []
    for field in FIELDS:
        if field.name not in answers:
            continue
        there = _answered(content.get(field.name, field.empty), current.language, field.translatable)
        new = _answered(answers[field.name], current.language, field.translatable)
        if there in (None, "", [], False, field.default):
            content[field.name] = _merged(content.get(field.name), answers[field.name], field.translatable)
        elif there != new:
            kept.append(field.name)
    if content != current.content:
        current.content = documents.complete(content)
        write(current)
    return current, kept


def _answered(value: Any, language: str, translatable: bool) -> Any:
    return value.get(language, "") if translatable and isinstance(value, Mapping) else value


def _merged(before: Any, new: Any, translatable: bool) -> Any:
    return {**(before or {}), **new} if translatable and isinstance(new, Mapping) else new
