"""How many warnings stand open, for a list. Reading a document for them takes milliseconds, so what was found is
remembered: by this process, for the version that was read."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cities.models import City
from submissions.as_sent import AS_SENT, files_sent
from submissions.checks import FileFacts, warnings_of
from submissions.models import DismissedWarning, Submission, SubmissionAttachment
from submissions.permissions import cities_named
from submissions.services.risks import digest_of_warning, facts_of, place_of

REMEMBERED = 10_000
Files = tuple[FileFacts, ...]
Key = tuple[UUID, int, tuple[tuple[str, ...], ...]]

_known: OrderedDict[Key, frozenset[str]] = OrderedDict()


def shows_last_sent(submission: Submission) -> bool:
    """Whether moderators read what was sent instead of what is written now: until the officer sends that, it is
    theirs."""
    return submission.status in AS_SENT


def open_warnings(submissions: Sequence[Submission], *, most: int) -> dict[int, int]:
    """By submission, how many warnings about what moderators read nobody put aside. Of those not read yet at most
    `most` are, the first ones; the others are missing. At most four queries."""
    files = _files_of(submissions)
    keys = {one.pk: _key(one, files.get(one.pk, ())) for one in submissions}
    unread = [one for one in submissions if keys[one.pk] not in _known][:most]
    for pk, digests in _read(unread, files).items():
        _known[keys[pk]] = digests
    found = {pk: _known[key] for pk, key in keys.items() if key in _known}
    dismissed: dict[int, set[str]] = {}
    warned = [pk for pk, digests in found.items() if digests]
    rows = DismissedWarning.objects.filter(submission__in=warned).order_by()
    for pk, digest in rows.values_list("submission", "digest"):
        dismissed.setdefault(pk, set()).add(digest)
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return {pk: len(digests - dismissed.get(pk, set())) for pk, digests in found.items()}


def _key(submission: Submission, files: Files) -> Key:
    # Files come and go without moving the version.
    return submission.uuid, submission.version, tuple((file.key, *file.texts.values()) for file in files)


def _files_of(submissions: Sequence[Submission]) -> dict[int, Files]:
    files: dict[int, Files] = {}
    for attachment in files_sent(SubmissionAttachment.objects.filter(submission__in=submissions)):
        files[attachment.submission_id] = (*files.get(attachment.submission_id, ()), facts_of(attachment))
    return files


def _read(submissions: Sequence[Submission], files: Mapping[int, Files]) -> dict[int, frozenset[str]]:
    if not submissions:
        return {}
    last_sent = {one.pk: shows_last_sent(one) for one in submissions}
    rows = Submission.objects.filter(pk__in=last_sent).order_by().values_list("pk", "content", "last_sent")
    documents = {pk: sent if last_sent[pk] and sent else content for pk, content, sent in rows}
    named = {slug for document in documents.values() for slug in cities_named(document)}
    cities = City.objects.in_bulk(named, field_name="slug")
    return {pk: _digests(document, cities, files.get(pk, ())) for pk, document in documents.items()}


def _digests(document: Mapping[str, Any], cities: Mapping[str, City], files: Files) -> frozenset[str]:
    others = document.get("other_cities")
    slugs = [document.get("lead_city"), *(others if isinstance(others, list) else [])]
    places = [place_of(cities[slug]) for slug in slugs if isinstance(slug, str) and slug in cities]
    return frozenset(map(digest_of_warning, warnings_of(document, cities=places, files=files)))
