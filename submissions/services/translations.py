"""Proposing the texts of a published practice in one more language, or better ones in a language that it has."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from practices import document as documents
from practices.choices import Provenance, Visibility
from practices.content import TRANSLATABLE
from practices.models import Practice
from practices.querysets import visible_levels
from practices.services import OutdatedError, publish
from submissions.choices import OPEN, Kind
from submissions.models import Submission
from submissions.services.drafts import start


def open_translation(user: User, practice: Practice) -> Submission | None:
    """The translation of this practice that the person has begun and not finished."""
    return user.submissions.filter(practice=practice, kind=Kind.TRANSLATION, status__in=OPEN).first()


@transaction.atomic
def start_translation(*, by: User, practice: Practice, language: str) -> Submission:
    """Begin a translation into a language other than the original's, from what is live."""
    return start(by=by, language=language, kind=Kind.TRANSLATION, practice=practice)


def sources_of(document: documents.Document) -> dict[str, str]:
    """What there is to translate: the original text of each translatable field that has one."""
    original = document["original_language"]
    texts = {field.name: str((document.get(field.name) or {}).get(original) or "") for field in TRANSLATABLE}
    return {name: text for name, text in texts.items() if text}


def may_read_live(user: User | AnonymousUser, submission: Submission) -> bool:
    """Whether this person may read the practice as it stands now, with what it has for peers. Who began a translation
    may have lost that since, and then goes on with what they began from."""
    trusted, practice = Visibility.PEERS in visible_levels(user), submission.practice
    return trusted and practice is not None and Practice.objects.visible_to(user).filter(pk=practice.pk).exists()


def live_sources(submission: Submission) -> dict[str, str]:
    """The original as it stands now, which may have changed since the translation was begun."""
    return sources_of(documents.read(_practice(submission)))


def renewed(submission: Submission, *, content: documents.Document | None = None) -> documents.Document:
    """The live document with the translation in it: every other field, and every other language, as it is live.
    `content`: not as it is being written, but as it was sent."""
    live, language = documents.read(_practice(submission)), submission.language
    translated = documents.complete(content or submission.content)
    for field in TRANSLATABLE:
        texts = {code: text for code, text in live[field.name].items() if code != language}
        if text := translated[field.name].get(language):
            texts[language] = text
        live[field.name] = texts
    live["provenance"] = {**live["provenance"], language: Provenance.HUMAN.value}
    return documents.complete(live)


def publish_translation(submission: Submission, *, by: User) -> Practice:
    """Publish the texts in one language, and nothing else. Raises `OutdatedError` where the original is no longer what
    was translated."""
    practice = _practice(submission)
    if live_sources(submission) != sources_of(documents.complete(submission.content)):
        raise OutdatedError
    return publish(
        renewed(submission),
        by=by,
        practice=practice,
        based_on=practice.current_version,
        translated=submission.language,
    )


def _practice(submission: Submission) -> Practice:
    if submission.practice is None:
        raise ValueError("A translation is always one of a practice.")
    return Practice.objects.get(pk=submission.practice.pk)
