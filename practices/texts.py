"""Saying of a published translation that it still holds, without writing it anew."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from practices import document as documents
from practices.choices import Provenance, Publication
from practices.models import Practice, PracticeEvent, PracticeText
from practices.search import index
from practices.services import OutdatedError, publish


@transaction.atomic
def confirm_text(practice: Practice, *, language: str, by: User, based_on: int, checked: bool) -> Practice:
    """The text in this language says what the original says in version `based_on`, so it is stale no longer. `checked`:
    a person compared every sentence, and what a machine wrote is theirs from now on; that is a new version, since the
    document says where each text comes from. Twice is once. Raises `OutdatedError` when the practice moved on."""
    texts = PracticeText.objects.filter(
        practice=practice,
        language=language,
        practice__current_version=based_on,
        practice__publication=Publication.PUBLISHED,
    ).exclude(provenance=Provenance.ORIGINAL)
    state = texts.first()
    if state is None:
        raise OutdatedError
    if checked and state.provenance == Provenance.MACHINE:
        document = documents.read(practice)
        document["provenance"] = {**document["provenance"], language: Provenance.HUMAN.value}
        return publish(document, by=by, practice=practice, based_on=based_on, translated=language)
    if texts.filter(stale=True).update(stale=False, source_version=based_on):
        index.update(practice)
        PracticeEvent.objects.create(
            practice=practice,
            action=PracticeEvent.Action.CHANGED,
            version=based_on,
            at=timezone.now(),
            by=by,
            note=_("Translation still right: %(language)s") % {"language": dict(settings.LANGUAGES)[language]},
        )
    return practice
