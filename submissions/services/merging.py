"""Putting a submission together with a practice that is there already: it becomes a proposed change to that one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Q

from cities.models import City
from practices import document as documents
from practices.choices import Provenance, Publication, Visibility
from practices.content import FIELDS, Audience, Field, Kind, languages_of
from practices.models import PeerNote, Practice
from practices.services import OutdatedError
from submissions import choices
from submissions.choices import OPEN
from submissions.models import BeforeMerger, Submission
from submissions.permissions import may_change
from submissions.services.drafts import copy_for_lists

REFERENCE = re.compile(r"^\s*(?:cmise-)?(\d{1,8})\s*$", re.IGNORECASE)
MOST_FOUND = 20
# Not to choose: the practice stays its city's, the level is the moderators', and what stays with colleagues follows
# from where a text comes from.
FIXED = ("lead_city", "evidence_level", "peers_only")
JOINABLE = (Kind.TEXT, Kind.CITIES, Kind.TERMS, Kind.ROWS)
# The more careful answer comes later.
CAREFUL = {"visibility": (Visibility.PUBLIC, Visibility.PEERS, Visibility.MODERATORS), "city_withheld": (False, True)}


class Pick(StrEnum):
    """Which of two answers to a field stays."""

    LIVE = "live"
    SUBMITTED = "submitted"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Merger:
    """Into which practice, at the version that the moderator saw, and what is taken from the submission. A field that
    `picks` does not name is answered as `default_pick` says."""

    practice: Practice
    version: int
    picks: Mapping[str, Pick]


class UnreadableError(Exception):
    """Somebody who writes the submission may not read all that the practice holds."""


class AlreadyChangingError(Exception):
    """The submitter proposes a change to the practice already: `submission`. Two at once would undo each other."""

    def __init__(self, submission: Submission):
        super().__init__("There is an open change already.")
        self.submission = submission


def candidates(submission: Submission, *, asked: str) -> list[Practice]:
    """Published practices to merge into: of a reference, or with these words in a title; without words, those of the
    submission's city."""
    published = Practice.objects.with_card().filter(publication=Publication.PUBLISHED)
    reference = REFERENCE.match(asked)
    if reference:
        return list(published.filter(number=int(reference[1])))
    if asked.strip():
        found = Q()
        for code in settings.LANGUAGE_CODES:
            found |= Q(**{f"title_{code}__icontains": asked.strip()})
        return list(published.filter(found)[:MOST_FOUND])
    of_city = Q(lead_city=submission.city_id) | Q(pk__in=Practice.objects.filter(other_cities=submission.city_id))
    return list(published.filter(of_city)[:MOST_FOUND]) if submission.city_id else []


def refuse_unreadable(submission: Submission, practice: Practice) -> None:
    """Editors of a change read the whole document. Raises `UnreadableError` where one of them may not."""
    has_notes = PeerNote.objects.filter(practice=practice).exists()
    for editor in [submission.submitter, *submission.co_editors.all()]:
        visible = Practice.objects.visible_to(editor).filter(pk=practice.pk).exists()
        if not visible or (has_notes and not may_change(editor, practice)):
            raise UnreadableError


def refuse_second_change(submission: Submission, practice: Practice) -> None:
    """Raises `AlreadyChangingError`."""
    changes = submission.submitter.submissions.filter(practice=practice, kind=choices.Kind.UPDATE, status__in=OPEN)
    change = changes.exclude(pk=submission.pk).first()
    if change:
        raise AlreadyChangingError(change)


def merged_columns(submission: Submission, merger: Merger) -> dict[str, Any]:
    """The submission's columns once it is a change to the practice. What was sent stays as the round before."""
    live = Practice.objects.filter(pk=merger.practice.pk, publication=Publication.PUBLISHED).first()
    if live is None or live.current_version != merger.version:
        raise OutdatedError
    refuse_unreadable(submission, live)
    refuse_second_change(submission, live)
    content = merged_document(documents.read(live), documents.complete(submission.content), merger.picks)
    language = live.original_language
    return {
        "kind": choices.Kind.UPDATE,
        "practice": live,
        "base_version": live.current_version,
        "content": content,
        "last_sent": content,
        "previous_sent": submission.content,
        "language": language,
        "title": str(content["title"].get(language, ""))[:200],
        "city": City.objects.get(pk=live.lead_city_id),
    }


def keep_rounds(submission: Submission) -> None:
    """What a merger writes over and nothing else holds, for whoever takes it back."""
    rounds = {"last_sent": submission.last_sent, "previous_sent": submission.previous_sent}
    BeforeMerger.objects.update_or_create(submission=submission, defaults=rounds)


def forget_rounds(submission: Submission) -> None:
    """The merger was taken back, or something else was decided since."""
    BeforeMerger.objects.filter(submission=submission).delete()


def unmerged_columns(submission: Submission) -> dict[str, Any]:
    """The submission's columns as they were before it was merged."""
    content = submission.previous_sent or {}
    before = Submission(content=content, language=documents.complete(content)["original_language"])
    copy_for_lists(before)
    # A release that kept no rounds may have merged it: what was sent is then all that there is.
    rounds = BeforeMerger.objects.filter(submission=submission).first() or BeforeMerger(last_sent=content)
    return {
        "kind": choices.Kind.NEW,
        "practice": None,
        "base_version": None,
        "content": content,
        "last_sent": rounds.last_sent,
        "previous_sent": rounds.previous_sent,
        "language": before.language,
        "title": before.title,
        "city": before.city,
    }


def default_pick(field: Field, live: documents.Document, submitted: documents.Document) -> Pick:
    """Keep what is live; take what it does not say; unite lists; of two answers on who sees it, the more careful."""
    ours, theirs = live[field.name], proposed(field, live, submitted)
    if field.name in CAREFUL:
        order = CAREFUL[field.name]
        return Pick.SUBMITTED if order.index(theirs) > order.index(ours) else Pick.LIVE
    if is_empty(field, theirs):
        return Pick.LIVE
    if is_empty(field, ours):
        return Pick.SUBMITTED
    return Pick.BOTH if field.kind in (Kind.CITIES, Kind.TERMS, Kind.ROWS) else Pick.LIVE


def differing(live: documents.Document, submitted: documents.Document) -> Iterator[Field]:
    """The fields at which there is something to choose."""
    for field in FIELDS:
        if field.name in FIXED:
            continue
        ours, theirs = live[field.name], proposed(field, live, submitted)
        if theirs != ours and not (is_empty(field, theirs) and field.name not in CAREFUL):
            yield field


def picks_of(field: Field, live: documents.Document) -> list[Pick]:
    """What can be chosen at a field."""
    joinable = field.kind in JOINABLE and not is_empty(field, live[field.name])
    return [Pick.LIVE, Pick.SUBMITTED, *([Pick.BOTH] if joinable else [])]


def proposed(field: Field, live: documents.Document, submitted: documents.Document) -> Any:
    """What the submission says at a field. Its own city counts among the other cities, unless it is not to be told."""
    value = submitted[field.name]
    if field.name == "other_cities":
        lead = [] if submitted["city_withheld"] or not submitted["lead_city"] else [submitted["lead_city"]]
        return [slug for slug in dict.fromkeys([*value, *lead]) if slug != live["lead_city"]]
    return value


def is_empty(field: Field, value: Any) -> bool:
    return value in (None, "", [], {}, field.empty)


def merged_document(
    live: documents.Document, submitted: documents.Document, picks: Mapping[str, Pick]
) -> documents.Document:
    """The live document with what was picked from the submission. Nothing that its city keeps for colleagues becomes
    public by it: a field with such a text stays for colleagues as a whole."""
    merged, reserved = dict(live), set(live["peers_only"])
    for field in differing(live, submitted):
        pick = picks.get(field.name, default_pick(field, live, submitted))
        if pick not in picks_of(field, live) or pick is Pick.LIVE:
            continue
        merged[field.name] = _joined(field, live[field.name], proposed(field, live, submitted), pick)
        if field.name in submitted["peers_only"] and field.audience is Audience.EVERYONE:
            reserved.add(field.name)
    merged["peers_only"] = sorted(reserved)
    merged["unknown"] = [*live["unknown"], *(name for name in submitted["unknown"] if name not in live["unknown"])]
    merged["provenance"] = dict(live["provenance"])
    for language in languages_of(merged):
        if language not in merged["provenance"]:
            given = submitted["provenance"].get(language, Provenance.ORIGINAL)
            merged["provenance"][language] = Provenance.HUMAN.value if given == Provenance.ORIGINAL else given
    return documents.complete(merged)


def _joined(field: Field, ours: Any, theirs: Any, pick: Pick) -> Any:
    if field.translatable:
        texts = dict(ours)
        for language, text in theirs.items():
            before = ours.get(language, "")
            texts[language] = f"{before}\n\n{text}" if pick is Pick.BOTH and before and before != text else text
        return texts
    if pick is Pick.SUBMITTED:
        return theirs
    if field.kind is Kind.TEXT:
        return f"{ours}\n\n{theirs}" if ours != theirs else ours
    return [*ours, *(entry for entry in theirs if entry not in ours)]
