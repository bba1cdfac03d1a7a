"""What lists show of what was sent: its titles, and how many warnings stand open. Written when something is sent or
corrected, so that a list reads no documents. What officers do afterwards counts when they send it again."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from practices import content
from practices.search.prefixes import folded_words
from submissions import checks
from submissions.as_sent import title_of
from submissions.models import SentSummary, Submission
from submissions.services import risks

# A hostile document has more warnings than anybody reads, and than a column holds.
MOST_COUNTED = 999


@lru_cache(maxsize=1)
def rules() -> str:
    """Stands for what decides of what is warned: the checks, the fields that they read, and which warnings are open.
    Another release may warn of other things."""
    folder = Path(checks.__file__).parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    files += [Path(str(module.__file__)) for module in (content, risks)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def titles_in_words(titles: Any, language: str) -> str:
    """The titles of a document as folded words, those in its language first."""
    if not isinstance(titles, dict):
        return ""
    ordered = sorted(titles.items(), key=lambda item: item[0] != language)
    return " ".join(word for _language, title in ordered for word in folded_words(str(title)))


@transaction.atomic
def summarise(submission: Submission) -> None:
    """Write the summary of what moderators read now. Nothing, where somebody wrote since the submission was read: they
    write it too."""
    document = submission.last_sent or submission.content
    count = min(len(risks.open_risks(risks.risks_of(submission, document=document))), MOST_COUNTED)
    as_read = Submission.objects.filter(pk=submission.pk, version=submission.version)
    if not as_read.update(open_warnings=count):
        return
    titles, language = document.get("title"), submission.language
    SentSummary.objects.update_or_create(
        submission=submission,
        defaults={
            "title": title_of(titles, language)[:200],
            "words": titles_in_words(titles, language),
            "rules": rules(),
        },
    )


def count_warnings_anew(*, most: int = 100) -> int:
    """Summarise what other rules counted, at most so many; the rest says meanwhile that it is not counted. Returns how
    many they were."""
    outdated = SentSummary.objects.exclude(rules=rules()).values("pk")
    Submission.objects.filter(pk__in=outdated).exclude(open_warnings=None).update(open_warnings=None)
    current = SentSummary.objects.filter(rules=rules()).values("pk")
    stale = Submission.objects.sent().exclude(pk__in=current).order_by("-submitted_at")[:most]
    for submission in stale:
        summarise(submission)
    return len(stale)


def titled(text: str) -> QuerySet[SentSummary, Any]:
    """The keys of what moderators read under a title with the words of a text, in any language and without regard to
    accents and case."""
    found = SentSummary.objects.order_by()
    words = folded_words(text)
    for word in words:
        # Not `contains`, which takes PostgreSQL twice as long: there are no patterns in folded words.
        found = found.filter(GreaterThan(StrIndex("words", Value(word)), 0))
    return (found if words else found.none()).values("pk")
