"""The translation desk: the matrix, one text beside its original, and files for translators' own tools.

For moderators, and for translators, who see nothing else of the desk. No stock form of the admin is reachable here.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import is_moderator, is_translator
from practices.choices import Provenance
from practices.models import Practice, PracticeText
from practices.presentation.reader import language_label
from practices.services import OutdatedError
from submissions import xliff
from submissions.admin.matrix import LONGEST_NUMBER, CellState, Choice, Matrix, Seen
from submissions.admin.side_by_side import side_by_side
from submissions.choices import Kind
from submissions.forms.exchange import ExportForm, UploadForm
from submissions.services import ConflictError, NotAllowedError
from submissions.services.interchange import Imported, Outcome, Plan, PlanChangedError, carry_out, plan, texts_to_send
from submissions.services.translating import confirm_translation, may_confirm, propose_as_it_is
from submissions.services.translations import open_translation, readable, start_translation
from submissions.steps import TRANSLATION

WITHOUT_MENU = {"is_nav_sidebar_enabled": False}
XLIFF_TYPE = "application/x-xliff+xml"
# What one file holds at most; a tool that opens more is slow, and so is the translator.
MOST_PRACTICES = 500
SALT = "submissions.admin.translations.import"
# How long a report waits for the second press, and how long it may be to travel with it.
REPORT_SECONDS = 24 * 60 * 60
LONGEST_REPORT = 900_000


@admin.register(PracticeText)
class TranslationAdmin(admin.ModelAdmin):
    """Texts by practice and language."""

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user) or is_translator(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        """None of the stock pages: they would show a row to whoever may open the list."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="practices_practicetext_changelist"),
            path("export/", view(self.export_view), name="practices_practicetext_export"),
            path("import/", view(self.import_view), name="practices_practicetext_import"),
            path("<int:pk>/<str:language>/", view(self.record_view), name="practices_practicetext_record"),
        ]

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), **WITHOUT_MENU, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/submissions/translation/{name}.html", context, status=status)

    def _checked(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    # --- The matrix ---

    def changelist_view(self, request, extra_context=None):
        self._checked(request)
        matrix = Matrix(request.user, Choice.of(request.GET), request.GET.get("page", "1"))
        context = {
            "title": _("Translations"),
            "matrix": matrix,
            "export": ExportForm(initial={"to": matrix.choice.to}),
            "states": CellState,
        }
        return self._page(request, "matrix", context)

    # --- One text beside its original ---

    def record_view(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Shows both; a POST begins a translation, or says that the text holds."""
        self._checked(request)
        practice = get_object_or_404(Practice.objects.visible_to(request.user).with_card(), pk=pk)
        if language not in settings.LANGUAGE_CODES or language == practice.original_language:
            raise Http404
        if request.method == "POST":
            return self._act(request, practice, language)
        user = request.user
        document = readable(user, practice)
        already = open_translation(user, practice, language)
        state = practice.provenance_in(language)
        context = {
            "title": practice.text("title", language).value,
            "practice": practice,
            "shown_title": practice.text("title", language),
            "language": language,
            "language_label": language_label(language),
            "original_label": language_label(practice.original_language),
            "state": state,
            "by_machine": state is not None and state.provenance == Provenance.MACHINE,
            "cell": CellState.STALE if state and state.stale else CellState(state.provenance) if state else None,
            "texts": side_by_side(user, practice, document, language) if document else [],
            "already": already,
            "may_confirm": may_confirm(user, practice, language),
            "proposals": self._proposals(request, practice, language),
            "is_public": Practice.objects.public().filter(pk=practice.pk).exists(),
        }
        return self._page(request, "record", context)

    def _proposals(self, request, practice, language):
        """What waits for the moderators in this language; read by them alone."""
        if not is_moderator(request.user):
            return []
        return practice.submissions.sent().open().filter(kind=Kind.TRANSLATION, language=language)

    def _act(self, request: HttpRequest, practice: Practice, language: str) -> HttpResponse:
        here = redirect("admin:practices_practicetext_record", practice.pk, language)
        act, user = request.POST.get("act", ""), request.user
        typed = request.POST.get("version", "")
        version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < LONGEST_NUMBER else 0
        try:
            if act == "begin":
                begun = start_translation(by=user, practice=practice, language=language)
                return redirect("submission-section", begun.uuid, TRANSLATION.value)
            if act in ("holds", "checked"):
                self._confirm(request, practice, language, version=version, checked=act == "checked")
        except OutdatedError:
            messages.warning(request, _("The practice was changed meanwhile. Compare the text once more, then decide."))
        except NotAllowedError:
            messages.error(request, _("You cannot do this here."))
        except IntegrityError:
            # Pressed twice, or begun in another window.
            already = open_translation(user, practice, language)
            if act == "begin" and already:
                return redirect("submission-section", already.uuid, TRANSLATION.value)
            messages.warning(request, _("You have begun this translation already. Finish that first."))
        return here

    def _confirm(self, request, practice, language, *, version, checked):
        state = practice.provenance_in(language)
        if state is None:
            raise NotAllowedError
        if may_confirm(request.user, practice, language):
            confirm_translation(practice, language=language, by=request.user, version=version, checked=checked)
            messages.success(request, _("Noted. The text counts as right for the original as it stands."))
        else:
            propose_as_it_is(practice, language=language, by=request.user, version=version, checked=checked)
            messages.success(request, _("Sent to the moderators. The text stays as it is until one of them agrees."))

    # --- Files ---

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The texts of the ticked practices, or of all that the matrix showed, as one file."""
        self._checked(request)
        choice = Choice.of(request.GET)
        form = ExportForm(request.GET)
        if not form.is_valid():
            messages.error(request, _("Choose the language into which the texts are translated."))
            return self._back(choice)
        practices = Seen.by(request.user).chosen(choice)
        ticked = [
            int(pk) for pk in request.GET.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < LONGEST_NUMBER
        ]
        if ticked:
            practices = Practice.objects.visible_to(request.user).filter(pk__in=ticked)
        language = form.cleaned_data["to"]
        if practices.count() > MOST_PRACTICES:
            messages.error(request, _("One file holds 500 practices at most. Narrow the list down."))
            return self._back(choice)
        everything = form.cleaned_data["texts"] == "all"
        units = list(texts_to_send(practices.order_by("number"), [language], all_texts=everything))
        if not units:
            messages.warning(request, _("There is nothing to translate in what you chose."))
            return self._back(choice)
        response = HttpResponse(xliff.write(units), content_type=XLIFF_TYPE)
        references = {unit.reference for unit in units}
        name = f"{references.pop().lower() if len(references) == 1 else 'registry'}-{language}.xlf"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _back(self, choice: Choice) -> HttpResponse:
        return redirect(f"{reverse('admin:practices_practicetext_changelist')}?{choice.query}")

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Asks for a file; tells what it would do; does it."""
        self._checked(request)
        if request.method == "POST" and "report" in request.POST:
            return self._carry_out(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            return self._report(request, plan(form.units, by=request.user))
        status = 400 if form.is_bound else 200
        return self._page(request, "import", {"title": _("Import translations"), "form": form}, status=status)

    def _report(self, request: HttpRequest, planned: Plan, *, changed: bool = False) -> HttpResponse:
        report = signing.dumps(
            [(vars(unit), outcome.value) for unit, outcome in planned.doing], salt=SALT, compress=True
        )
        context = {
            "title": _("What the file would do"),
            "plan": planned,
            "changed": changed,
            "summary": summary(planned),
            "refused": [record for record in planned.records if record.refused],
            "doing": [record for record in planned.records if record.does],
            "too_long": len(report) > LONGEST_REPORT,
            "report": report if planned.doing and len(report) <= LONGEST_REPORT else "",
        }
        return self._page(request, "report", context, status=409 if changed else 200)

    def _carry_out(self, request: HttpRequest) -> HttpResponse:
        here = redirect("admin:practices_practicetext_import")
        try:
            found = signing.loads(request.POST["report"], salt=SALT, max_age=REPORT_SECONDS)
        except signing.BadSignature:
            messages.error(request, _("This report is too old. Upload the file once more."))
            return here
        wanted = [(xliff.Returned(**unit), Outcome(outcome)) for unit, outcome in found]
        try:
            done = carry_out(wanted, by=request.user, send="send" in request.POST)
        except (PlanChangedError, ConflictError, IntegrityError, NotAllowedError):
            return self._report(request, plan([unit for unit, _outcome in wanted], by=request.user), changed=True)
        told(request, done)
        return here


def summary(planned: Plan) -> list[str]:
    """A report in figures, a sentence each."""
    counts = {outcome: planned.count(outcome) for outcome in Outcome}
    found = [
        (Outcome.NEW, ngettext("%(count)d new text", "%(count)d new texts", counts[Outcome.NEW])),
        (Outcome.CHANGED, ngettext("%(count)d changed text", "%(count)d changed texts", counts[Outcome.CHANGED])),
        (
            Outcome.CONFIRMED,
            ngettext("%(count)d confirmed as it is", "%(count)d confirmed as they are", counts[Outcome.CONFIRMED]),
        ),
        (
            Outcome.SAME,
            ngettext("%(count)d is there already", "%(count)d are there already", counts[Outcome.SAME]),
        ),
        (
            Outcome.EMPTY,
            ngettext("%(count)d without a translation", "%(count)d without a translation", counts[Outcome.EMPTY]),
        ),
        (Outcome.REFUSED, ngettext("%(count)d cannot be used", "%(count)d cannot be used", counts[Outcome.REFUSED])),
    ]
    return [text % {"count": counts[outcome]} for outcome, text in found if counts[outcome]]


def told(request: HttpRequest, done: Imported) -> None:
    """Say what an import did."""
    for submissions, text in (
        (
            done.kept,
            ngettext(
                "%(count)d translation is a draft of yours now. Look at it, then send it.",
                "%(count)d translations are drafts of yours now. Look at them, then send them.",
                len(done.kept),
            ),
        ),
        (
            done.sent,
            ngettext(
                "%(count)d translation was sent to the moderators.",
                "%(count)d translations were sent to the moderators.",
                len(done.sent),
            ),
        ),
    ):
        if submissions:
            messages.success(request, text % {"count": len(submissions)})
    for submission, problems in done.unsent:
        reasons = " ".join(str(problem.message) for problem in problems)
        text = _("“%(title)s” stays a draft of yours and was not sent: %(reasons)s")
        messages.warning(request, text % {"title": submission, "reasons": reasons})
