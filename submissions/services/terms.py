"""Terms that officers miss in a vocabulary: what they write beside the boxes, and what moderators make of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone, translation

from accounts.letters import address_in, queue_letter
from accounts.models import User
from accounts.refusals import logs_refusals
from cities.models import Term
from practices.content import FIELDS_BY_NAME
from practices.merging import with_synonyms
from practices.search import index
from submissions.choices import ProposalStatus, Vocabulary
from submissions.models import Submission, TermProposal
from submissions.services.drafts import editable
from submissions.services.merge import fingerprint, read_base, write_base
from submissions.steps import TRANSLATION, Step

LONGEST = 120


class DecidedAlreadyError(Exception):
    """Somebody decided, or the officer wrote something else, since the page was made; nothing was written."""


class SlugTakenError(Exception):
    """There is a term with this slug already."""


# --- What officers write ---


def proposal_name(vocabulary: str) -> str:
    """What the box is called in forms, and in their base."""
    return f"other-{vocabulary}"


def vocabularies_on(section: Step) -> list[str]:
    """The vocabularies that a page of the form asks, by the names of their fields."""
    if section is TRANSLATION:
        return []
    return [field.name for field in section.fields if field.name in Vocabulary.values]


def texts_of(submission: Submission, section: Step) -> dict[str, str]:
    """What stands in the boxes of a page: nothing where a moderator has decided, so that another term fits."""
    asked = vocabularies_on(section)
    if not asked:
        return {}
    waiting = submission.term_proposals.filter(status=ProposalStatus.WAITING, vocabulary__in=asked)
    return dict.fromkeys(asked, "") | {proposal.vocabulary: proposal.text for proposal in waiting}


def base_of_proposals(submission: Submission, section: Step) -> str:
    """The fingerprints of the boxes, for the `base` of a form."""
    texts = texts_of(submission, section)
    return write_base({proposal_name(name): fingerprint(text) for name, text in texts.items()})


def save_proposals(
    submission: Submission, *, by: User, section: Step, texts: Mapping[str, str], base: str
) -> dict[str, str]:
    """Store what was typed in the boxes of a page, merged like the fields of a draft, and give what stands there now:
    where two people wrote at once, what the other one wrote."""
    before = texts_of(submission, section)
    changed = {
        name: text[:LONGEST] for name, text in texts.items() if name in before and text[:LONGEST] != before[name]
    }
    if not changed:
        return before
    editable(submission.pk, by)
    known = read_base(base)
    for name, text in changed.items():
        made_from, there = known.get(proposal_name(name)), before[name]
        if made_from == fingerprint(there) or (made_from is None and not there):
            _write(submission, name, text, there=there)
    return texts_of(submission, section)


@transaction.atomic
def _write(submission: Submission, vocabulary: str, text: str, *, there: str) -> None:
    """Only if nobody else wrote since it was read. What was decided gives way to a new text."""
    rows = TermProposal.objects.filter(submission=submission, vocabulary=vocabulary)
    as_read = rows.filter(status=ProposalStatus.WAITING, text=there) if there else rows.exclude(status="waiting")
    if not text:
        as_read.delete()
    else:
        values = {"text": text, "language": submission.language, "proposed_at": timezone.now()}
        undecided = {"status": ProposalStatus.WAITING, "term_slug": "", "decided_by": None, "decided_at": None}
        if not as_read.update(**values, **undecided) and not there:
            try:
                with transaction.atomic():
                    TermProposal.objects.create(submission=submission, vocabulary=vocabulary, **values)
            except IntegrityError:
                # Somebody else was the first to write here; the caller reads what.
                return
    # A draft that only this is written in is not forgotten.
    Submission.objects.filter(pk=submission.pk).update(saved_at=timezone.now())


# --- What moderators do with it ---


def sent_proposals() -> QuerySet[TermProposal]:
    """What was sent with its submission. What somebody typed since is theirs until they send it again."""
    return TermProposal.objects.filter(submission__submitted_at__gte=F("proposed_at"))


@dataclass(frozen=True)
class Seen:
    """A proposal as the moderator read it."""

    pk: int
    text: str


def model_of(vocabulary: str) -> type[Term]:
    model: Any = FIELDS_BY_NAME[vocabulary].vocabulary
    return model


def _seen(given: dict[str, Any]) -> str:
    return f"termproposal {' '.join(str(one.pk) for one in given['seen'])}"


noting_refusals = logs_refusals(late=(DecidedAlreadyError,), about=_seen)


@noting_refusals
@transaction.atomic
def add_term(*, vocabulary: str, seen: Collection[Seen], by: User, slug: str, labels: Mapping[str, str]) -> Term:
    """Make a new term of what was proposed, the last of its vocabulary. Other words for it are its synonyms. Raises
    `SlugTakenError`, `DecidedAlreadyError`."""
    model: Any = model_of(vocabulary)
    last = model.objects.aggregate(last=Max("order"))["last"]
    texts = {f"label_{code}": labels.get(code, "") for code in settings.LANGUAGE_CODES}
    try:
        with transaction.atomic():
            term: Term = model.objects.create(slug=slug, order=0 if last is None else last + 1, **texts)
    except IntegrityError as taken:
        raise SlugTakenError from taken
    _decide(vocabulary, seen, by=by, status=ProposalStatus.ADDED, term=term)
    return term


@noting_refusals
@transaction.atomic
def name_known(*, vocabulary: str, seen: Collection[Seen], by: User, term: Term) -> Term:
    """What was proposed is there under another name: the text becomes a synonym in its language. Raises
    `DecidedAlreadyError`."""
    # Kept for this transaction, so that nobody merges it meanwhile.
    type(term)._default_manager.filter(pk=term.pk).update(slug=F("slug"))
    term.refresh_from_db()
    current = term.merged_into or term
    _decide(vocabulary, seen, by=by, status=ProposalStatus.SYNONYM, term=current)
    return current


@noting_refusals
@transaction.atomic
def refuse_terms(*, vocabulary: str, seen: Collection[Seen], by: User, reason: str) -> None:
    """Leave the vocabulary as it is; the officers read why. Raises `DecidedAlreadyError`."""
    _decide(vocabulary, seen, by=by, status=ProposalStatus.REFUSED, reason=reason)


def _decide(
    vocabulary: str,
    seen: Collection[Seen],
    *,
    by: User,
    status: ProposalStatus,
    term: Term | None = None,
    reason: str = "",
) -> None:
    """Mark the proposals, note who decided and why, tell the officers, and give the term its other names. All of them
    as they were read, or none."""
    now = timezone.now()
    decided = []
    for one in sorted(seen, key=lambda each: each.pk):
        waiting = sent_proposals().filter(
            pk=one.pk, vocabulary=vocabulary, status=ProposalStatus.WAITING, text=one.text
        )
        slug = term.slug if term else ""
        changed = TermProposal.objects.filter(pk__in=waiting.values("pk")).update(
            status=status, term_slug=slug, decided_by=by, decided_at=now
        )
        if not changed:
            raise DecidedAlreadyError
        decided.append(TermProposal.objects.select_related("submission__submitter").get(pk=one.pk))
    if term is not None:
        # Kept for this transaction and read anew: since the page was made somebody may have added other names.
        type(term)._default_manager.filter(pk=term.pk).update(slug=F("slug"))
        term.refresh_from_db()
        for proposal in decided:
            name = f"synonyms_{proposal.language}"
            setattr(term, name, with_synonyms(term, [proposal.text], language=proposal.language))
        term.save(update_fields=sorted({f"synonyms_{proposal.language}" for proposal in decided}))
        index.update_for(term)
    for proposal in decided:
        _log(proposal, by=by, reason=reason)
        _tell(proposal, term, reason)


def _log(proposal: TermProposal, *, by: User, reason: str) -> None:
    parts = [str(ProposalStatus(proposal.status).value), proposal.term_slug or reason]
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(TermProposal),
        object_id=str(proposal.pk),
        object_repr=proposal.text[:200],
        action_flag=CHANGE,
        change_message=": ".join(filter(None, parts)),
    )


def reason_of(proposal: TermProposal) -> str:
    """Why it was not taken up, as the officer read it."""
    kind = ContentType.objects.get_for_model(TermProposal)
    last = LogEntry.objects.filter(content_type=kind, object_id=str(proposal.pk)).order_by("pk").last()
    if last is None or proposal.status != ProposalStatus.REFUSED:
        return ""
    return last.get_change_message().partition(": ")[2]


def _tell(proposal: TermProposal, term: Term | None, reason: str) -> None:
    """In the officer's language. The moderators are never named."""
    submission = proposal.submission
    reader = submission.submitter
    with translation.override(reader.language):
        label = str(term) if term else ""
    context = {
        "proposal": proposal,
        "submission": submission,
        "label": label,
        "reason": reason,
        "vocabulary": Vocabulary(proposal.vocabulary).label,
        "url": address_in(reader.language, "submission-detail", submission.uuid),
    }
    template = f"submissions/mail/term_{proposal.status}"
    queue_letter(template, to=reader.email, language=reader.language, context=context)
