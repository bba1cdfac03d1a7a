"""Beginning the translation of a practice. What follows is a page of the form, with the original beside it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from practices import document as documents
from practices.content import FIELDS_BY_NAME, TRANSLATABLE
from practices.models import Practice
from practices.presentation.reader import language_label
from practices.presentation.whole import Piece, text_pieces
from submissions import machine
from submissions.choices import Kind
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError
from submissions.services.machine_texts import machine_texts, text_of
from submissions.services.translating import MOST_PROPOSALS_AN_HOUR, TooManyProposalsError, proposable, propose
from submissions.services.translations import (
    may_translate,
    open_translation,
    readable,
    sources_of,
    start_translation,
    translated_from,
)
from submissions.steps import TRANSLATION
from submissions.views.access import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice_translate(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the language, and begins a translation or leads to the one that is open already."""
    user = person(request)
    practice = get_object_or_404(Practice.objects.visible_to(user), slug=slug)
    if not may_translate(user):
        messages.error(request, _("Translations are proposed by verified officers of municipalities."))
        return redirect(practice)
    languages = [code for code in settings.LANGUAGE_CODES if code != practice.original_language]
    wanted = request.POST.get("to", "") if request.method == "POST" else request.GET.get("to") or get_language()
    if request.method == "POST" and wanted in languages:
        already = open_translation(user, practice, wanted)
        if already:
            messages.info(request, _("You have begun this translation already. Here it is."))
            return redirect(already)
        try:
            begun = start_translation(by=user, practice=practice, language=wanted)
        except IntegrityError:
            # The button was pressed twice, and the other press was faster.
            return redirect(open_translation(user, practice, wanted) or practice)
        return redirect("submission-section", begun.uuid, TRANSLATION.value)
    states = {state.language: state for state in practice.texts.all()}
    context = {
        "practice": practice,
        "title": practice.text("title", get_language() or settings.LANGUAGE_CODE),
        "original_label": language_label(practice.original_language),
        "languages": [
            {"code": code, "label": language_label(code), "state": states.get(code), "wanted": code == wanted}
            for code in languages
        ],
        "refused": request.method == "POST",
    }
    return render(request, "submissions/translate.html", context, status=400 if request.method == "POST" else 200)


def receive_proposals(request: HttpRequest, submission: Submission) -> None:
    """Have a machine fill what is empty, and say what came of it."""
    try:
        proposed = propose(submission, by=person(request))
    except machine.MachineError as error:
        messages.error(request, str(error.reason))
        return
    except TooManyProposalsError:
        text = _(
            "You asked the machine %(count)d times within an hour. Please ask again later; what you typed is saved."
        )
        messages.warning(request, text % {"count": MOST_PROPOSALS_AN_HOUR})
        return
    except (ConflictError, NotAllowedError):
        messages.warning(request, _("This changed while the machine translated. Nothing of it was taken over."))
        return
    if proposed.filled:
        count = len(proposed.filled)
        filled = ngettext(
            "The machine wrote %(count)d text. Read it against the original, and confirm or change it.",
            "The machine wrote %(count)d texts. Read each against the original, and confirm or change it.",
            count,
        )
        messages.success(request, filled % {"count": count})
    if proposed.left:
        labels = ", ".join(str(FIELDS_BY_NAME[name].label) for name in proposed.left)
        messages.warning(request, _("Nothing was proposed for: %(fields)s") % {"fields": labels})
    if not (proposed.filled or proposed.left):
        messages.info(request, _("Nothing is empty that a machine may translate."))


@dataclass(frozen=True)
class Source:
    """The original of one text, as it stands beside the box for its translation."""

    name: str
    text: str
    # Changed since the translation was begun; since the text that is published was last right.
    changed: bool
    outdated: bool
    # What changed, word by word, where the earlier original is known.
    pieces: list[Piece]
    # Nothing is written in the other language yet.
    missing: bool
    # None: a person's text. Else whether a person confirmed what a machine wrote.
    confirmed: bool | None

    @property
    def label(self) -> str:
        return str(FIELDS_BY_NAME[self.name].label)


def beside_the_form(user: User | AnonymousUser, submission: Submission) -> dict[str, Any]:
    """What the form's page shows of the original: each text, what changed in it, and how far the translation is."""
    if submission.kind != Kind.TRANSLATION or submission.practice is None:
        return {}
    content, language = submission.content, submission.language
    before = sources_of(documents.complete(content))
    live = readable(user, submission.practice)
    now = sources_of(live) if live is not None else before
    published_from = translated_from(user, submission.practice, language) if live is not None else None
    noted = machine_texts(content, language)
    sources = []
    for name in (field.name for field in TRANSLATABLE if field.name in {*before, *now}):
        old = (before if published_from is None else published_from).get(name, "")
        text = now.get(name, "")
        sources.append(
            Source(
                name=name,
                text=text,
                changed=before.get(name, "") != text,
                outdated=published_from is not None and old != text,
                pieces=text_pieces(old, text) if old and text and old != text else [],
                missing=bool(text) and not text_of(content, name, language),
                confirmed=noted.get(name),
            )
        )
    return {
        "source_language": content["original_language"],
        "source_label": language_label(content["original_language"]),
        "sources": {source.name: source for source in sources},
        "source_changed": before != now,
        "source_outdated": [source for source in sources if source.outdated],
        "missing_texts": [source for source in sources if source.missing],
        "unconfirmed": [source for source in sources if source.confirmed is False],
        "may_propose": machine.backend().is_there and live is not None and bool(proposable(submission)),
    }
