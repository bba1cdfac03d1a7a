"""Proposing the texts of a published practice in one more language, or better ones in a language that it has."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from accounts.permissions import is_translator
from cities.permissions import is_peer
from practices import document as documents
from practices.choices import Provenance, Visibility
from practices.content import FIELDS, TRANSLATABLE, Audience, readable_fields
from practices.models import Practice, PracticeVersion
from practices.querysets import visible_levels
from practices.services import OutdatedError, publish
from submissions.choices import OPEN, Kind
from submissions.models import Submission
from submissions.services.drafts import start
from submissions.services.errors import NotAllowedError, noting_refusals
from submissions.services.machine_texts import machine_texts, with_machine_texts


def may_translate(user: User | AnonymousUser) -> bool:
    """Proposes translations: verified officers of what they see, the initiative's translators of what is public."""
    return is_peer(user) or is_translator(user)


def open_translation(user: User, practice: Practice, language: str) -> Submission | None:
    """The translation of this practice into the language that the person has begun and not finished."""
    open_ones = user.submissions.filter(practice=practice, kind=Kind.TRANSLATION, status__in=OPEN)
    return open_ones.filter(language=language).first()


@noting_refusals
@transaction.atomic
def start_translation(*, by: User, practice: Practice, language: str) -> Submission:
    """Begin a translation into a language other than the original's, from what is live and this person may read."""
    document = readable(by, practice)
    if document is None or not may_translate(by):
        raise NotAllowedError
    return start(by=by, language=language, kind=Kind.TRANSLATION, practice=practice, document=document)


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


def readable(user: User | AnonymousUser, practice: Practice) -> documents.Document | None:
    """The live document as far as this person may translate it: to peers whole, to the initiative's translators what
    the public reads of it. None for everybody else, and where they may not see the practice."""
    seen = Practice.objects.visible_to(user).filter(pk=practice.pk).first()
    if seen is None:
        return None
    if Visibility.PEERS in visible_levels(user):
        return documents.read(seen)
    return public_part(seen) if is_translator(user) else None


def public_part(practice: Practice) -> documents.Document:
    """The document as the public reads it: nothing for peers, and no place where the city is withheld."""
    return documents.read(practice, fields=readable_fields(trusted=False, city_withheld=practice.city_withheld))


def translated_from(user: User | AnonymousUser, practice: Practice, language: str) -> dict[str, str] | None:
    """The original as it was when the published text in this language was last right, where that text is stale. None
    where it is not, and where this person may not read that version or it was written in another language."""
    state = practice.texts.filter(language=language, stale=True).first()
    if state is None:
        return None
    versions = PracticeVersion.objects.visible_to(user).select_related("peer_note")
    version = versions.filter(practice=practice, number=state.source_version).first()
    if version is None:
        return None
    note = getattr(version, "peer_note", None) if Visibility.PEERS in visible_levels(user) else None
    document = documents.complete(documents.joined(version.content, note.content if note else {}))
    return sources_of(document) if document["original_language"] == practice.original_language else None


def renewed(
    submission: Submission, *, content: documents.Document | None = None, live: documents.Document | None = None
) -> documents.Document:
    """The live document with the translation in it: every other field, and every other language, as it is live.
    `content`: not as it is being written, but as it was sent. `live`: as far as its reader may see it.

    What a city keeps for peers and the translator never read stays as it is.
    """
    live = documents.read(_practice(submission)) if live is None else live
    language, written = submission.language, content or submission.content
    translated = documents.complete(written)
    closed = set(live["peers_only"]) - set(sources_of(translated))
    for field in TRANSLATABLE:
        if field.name in closed:
            continue
        texts = {code: text for code, text in live[field.name].items() if code != language}
        if text := translated[field.name].get(language):
            texts[language] = text
        live[field.name] = texts
    live["provenance"] = {**live["provenance"], language: Provenance.HUMAN.value}
    return with_machine_texts(documents.complete(live), language, machine_texts(written, language))


def renewed_for(
    user: User | AnonymousUser, submission: Submission, *, content: documents.Document | None = None
) -> documents.Document | None:
    """What `renewed` gives, as far as this person may read it; None where they may read nothing that is live."""
    live = readable(user, submission.practice) if submission.practice else None
    return renewed(submission, content=content, live=live) if live is not None else None


def with_unread_parts(
    submission: Submission, document: documents.Document, *, live: documents.Document | None = None
) -> documents.Document:
    """A sent translation as moderators read it: parts of the practice that its translator could not read stand there as
    they are live, where they would look as if they had been removed. `live`: the practice's document, where it was read
    already."""
    if submission.kind != Kind.TRANSLATION or submission.practice is None:
        return document
    live = documents.read(_practice(submission)) if live is None else live
    unread = {field.name for field in FIELDS if field.audience is Audience.PEERS or field.locates} | {
        *live["peers_only"]
    }
    return {**document, **{name: live[name] for name in unread if not document[name]}}


def publish_translation(submission: Submission, *, by: User) -> Practice:
    """Publish the texts in one language, and nothing else. Raises `OutdatedError` where the original is no longer what
    was translated."""
    practice = _practice(submission)
    live, begun_from = documents.read(practice), sources_of(documents.complete(submission.content))
    closed = set(live["peers_only"]) - set(begun_from)
    if {name: text for name, text in sources_of(live).items() if name not in closed} != begun_from:
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
