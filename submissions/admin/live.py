"""The practice that a submission is about, as readers see it now."""

from dataclasses import dataclass

from practices import document as documents
from practices.content import FIELDS, Kind
from practices.models import Practice, PracticeVersion
from practices.vocabularies import Vocabularies
from submissions.choices import Kind as SubmissionKind
from submissions.models import Submission


@dataclass(frozen=True)
class Live:
    """`document` is the whole, `open_part` what is not kept for peers; `stale`: languages behind the original."""

    practice: Practice
    document: documents.Document
    open_part: documents.Document
    stale: frozenset[str]


def live_of(submission: Submission, known: Vocabularies) -> Live | None:
    """None for a new practice. Two queries: what was published last is kept as one document, where the practice's own
    rows stand in a dozen tables."""
    practice = submission.practice
    if practice is None or submission.kind == SubmissionKind.NEW:
        return None
    texts = list(practice.texts.all())
    versions = PracticeVersion.objects.select_related("peer_note")
    version = versions.filter(practice=practice, number=practice.current_version).first()
    if version is None:
        document = documents.read(Practice.objects.with_details().get(pk=practice.pk))
    else:
        note = getattr(version, "peer_note", None)
        # The rows name a source for every language, also where the document left it open.
        open_part = {**version.content, "provenance": {text.language: text.provenance for text in texts}}
        document = documents.joined(open_part, note.content if note else {})
        document = _in_order(known.resolved(documents.complete(document)), known)
    open_part, _peer_part = documents.without_peer_fields(document)
    return Live(practice, document, open_part, frozenset(text.language for text in texts if text.stale))


def _in_order(document: documents.Document, known: Vocabularies) -> documents.Document:
    """Terms and cities in their own order, as a practice's rows give them: in another order they are no change."""
    lists = [field for field in FIELDS if field.vocabulary or field.kind is Kind.CITIES]
    return {
        **document,
        **{one.name: [slug for slug in known.slugs(one) if slug in document[one.name]] for one in lists},
    }
